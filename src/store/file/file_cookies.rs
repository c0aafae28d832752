//! The cookies of a file, by their identity.

use std::collections::HashMap;

use super::base::{Contents, CookieKey};
use super::cookie_file::CookieFile;
use super::entry::Entry;
use super::report::{Kept, Report, SkippedEntry};
use crate::date::UnixMicros;
use crate::store::import::Record;

/// The cookies of a file that have not expired, in the order of the file. Of several with one identity,
/// the last one counts.
pub(super) struct FileCookies<'b> {
    cookies: Vec<FileCookie<'b>>,
    positions: HashMap<CookieKey, usize>,
    /// The cookies that have expired and stay in the file.
    pub(super) expired: Vec<FileCookie<'b>>,
}

pub(super) struct FileCookie<'b> {
    pub(super) number: usize,
    pub(super) key: CookieKey,
    pub(super) contents: Contents,
    pub(super) record: Record<'b>,
}

impl<'b> FileCookies<'b> {
    /// Takes the entries of a file. Those that cannot be read, or have expired, are reported.
    pub(super) fn new(
        file: &CookieFile,
        entries: Vec<Entry<'b>>,
        now: UnixMicros,
        report: &mut Report,
    ) -> Self {
        report.entries = entries.len();
        let (mut cookies, mut expired) = (Vec::with_capacity(entries.len()), Vec::new());
        let mut positions = HashMap::with_capacity(entries.len());
        for Entry { number, record } in entries {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    report.skipped.push(SkippedEntry { number, error });
                    continue;
                }
            };
            let (key, contents) = (file.base.key(&record), file.base.contents(&record));
            let has_expired = record.has_expired(now);
            let cookie = FileCookie { number, key, contents, record };
            if has_expired {
                report.expired += 1;
                expired.push(cookie);
            } else if file.takes(&cookie.record) {
                positions.insert(key, cookies.len());
                cookies.push(cookie);
            }
        }
        if !file.keeps_expired() {
            expired.clear();
        }
        Self { cookies, positions, expired }
    }

    pub(super) fn get(&self, key: CookieKey) -> Option<&FileCookie<'b>> {
        self.positions.get(&key).and_then(|position| self.cookies.get(*position))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FileCookie<'b>> {
        let is_last = |(position, cookie): &(usize, &FileCookie<'b>)| {
            self.positions.get(&cookie.key) == Some(position)
        };
        self.cookies.iter().enumerate().filter(is_last).map(|(_, cookie)| cookie)
    }
}

/// Returns which of two changes is kept: the later one, or `otherwise` if the format does not say when
/// a cookie was stored.
pub(super) fn later(
    store_updated: Option<UnixMicros>,
    file_updated: Option<UnixMicros>,
    otherwise: Kept,
) -> Kept {
    match (store_updated, file_updated) {
        (Some(store), Some(file)) if store > file => Kept::Store,
        (Some(store), Some(file)) if store < file => Kept::File,
        _ => otherwise,
    }
}
