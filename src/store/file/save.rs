//! Saving a store to a file.

use std::collections::HashMap;
use std::time::SystemTime;

use super::base::{Changed, CookieKey, State};
use super::codec;
use super::cookie_file::CookieFile;
use super::entry::{Document, Frame};
use super::error::FileError;
use super::file_cookies::{FileCookies, later};
use super::format::Format;
use super::replace::LockedFile;
use super::report::{Conflict, Kept, NotHeld, Report};
use crate::date::UnixMicros;
use crate::store::cookie_store::CookieStore;
use crate::store::import::Record;
use crate::store::shared_store::SharedStore;
use crate::store::stored_cookie::StoredCookie;

impl CookieStore {
    /// Saves the store to a file, with what another process has changed there since it was last loaded
    /// or saved; see the [module](crate::store::file). The store itself does not change: to get what the
    /// other process has stored, [load](Self::load) the file again.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or written, or is in another format: for `cookies.txt`, a text that
    /// has no cookie and does not say that it is a file of cookies. It is left as it is then.
    pub fn save(
        &self,
        file: &mut CookieFile,
        now: impl Into<SystemTime>,
    ) -> Result<Report, FileError> {
        let now = UnixMicros::from(now.into());
        file.save(self.iter(now.to_system_time()), now)
    }

    /// Returns the store as a file, and what of it the format cannot hold.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::RequestContext;
    /// use gingersnap::store::CookieStore;
    /// use gingersnap::store::file::Format;
    ///
    /// let mut store = CookieStore::new();
    /// let page = RequestContext::parse("https://shop.example/")?;
    /// store.receive(&page, ["sid=31d4; Secure", "visits"], SystemTime::now());
    /// let (text, report) = store.write(Format::CookiesTxt, SystemTime::now());
    /// assert!(text.ends_with(b"shop.example\tFALSE\t/\tTRUE\t0\tsid\t31d4\n"));
    /// assert_eq!(report.not_held[0].reason.to_string(), "the format has no cookies without a name");
    /// # Ok::<(), gingersnap::errors::ContextError>(())
    /// ```
    #[must_use]
    pub fn write(&self, format: Format, now: impl Into<SystemTime>) -> (Vec<u8>, Report) {
        let cookies = self.iter(now.into());
        let records = cookies.map(|cookie| format.reduce(Record::from_stored(cookie)));
        let mut report = Report::default();
        let text =
            write_sorted(format, codec::frame(format), &records.collect::<Vec<_>>(), &mut report);
        (text, report)
    }
}

impl SharedStore {
    /// Saves the store to a file; as [`CookieStore::save`]. Other threads may use the store meanwhile;
    /// what they change after their site was copied is saved the next time.
    ///
    /// # Errors
    ///
    /// As those of [`CookieStore::save`].
    pub fn save(
        &self,
        file: &mut CookieFile,
        now: impl Into<SystemTime>,
    ) -> Result<Report, FileError> {
        let now = UnixMicros::from(now.into());
        let mut cookies = Vec::new();
        self.for_each(now.to_system_time(), |cookie| cookies.push(cookie.clone()));
        file.save(cookies.iter(), now)
    }
}

impl CookieFile {
    /// Saves the cookies of a store.
    fn save<'s>(
        &mut self,
        cookies: impl Iterator<Item = &'s StoredCookie>,
        now: UnixMicros,
    ) -> Result<Report, FileError> {
        let locked = LockedFile::lock(self.path())?;
        let bytes = locked.read()?;
        let mut report = Report::default();
        let Document { entries, frame } = codec::read(self.format(), &bytes)?;
        let theirs = FileCookies::new(self, entries, now, &mut report);
        let ours = self.held(cookies, &mut report);
        let Merged { records, states } = self.merge(&ours, &theirs, &mut report);
        let text = write_sorted(self.format(), frame, &records, &mut report);
        locked.replace(&text)?;
        self.base.set_states(states);
        Ok(report)
    }

    /// Returns of the cookies of a store what the file can hold.
    fn held<'s>(
        &self,
        cookies: impl Iterator<Item = &'s StoredCookie>,
        report: &mut Report,
    ) -> HashMap<CookieKey, Record<'s>> {
        let mut scratch = Vec::new();
        let mut held = HashMap::new();
        for cookie in cookies {
            let record = self.format().reduce(Record::from_stored(cookie));
            if !self.takes(&record) {
                continue;
            }
            scratch.clear();
            match codec::write(self.format(), &record, &mut scratch) {
                Ok(()) => {
                    held.insert(self.base.key(&record), record);
                }
                Err(reason) => {
                    report.not_held.push(NotHeld { cookie: record.identity().into(), reason });
                }
            }
        }
        held
    }

    /// Merges the cookies of the store and the file.
    fn merge<'r>(
        &self,
        ours: &HashMap<CookieKey, Record<'r>>,
        theirs: &FileCookies<'r>,
        report: &mut Report,
    ) -> Merged<'r> {
        let mut merged = Merged { records: Vec::new(), states: Vec::new() };
        let only_ours = ours.keys().filter(|key| theirs.get(**key).is_none()).copied();
        let keys = theirs.iter().map(|cookie| cookie.key).chain(only_ours);
        for key in keys {
            let (our, their) = (ours.get(&key), theirs.get(key));
            let state = State {
                store: our.map(|record| self.base.contents(record)),
                file: their.map(|cookie| cookie.contents),
            };
            let their = their.map(|cookie| &cookie.record);
            let before = self.base.state(key);
            let changed = before.changed(state);
            let kept = match changed {
                Changed::Neither | Changed::File => Kept::File,
                Changed::Store => Kept::Store,
                Changed::Both => {
                    let updated = |record: Option<&Record<'_>>| record.and_then(|r| r.updated);
                    let kept = later(updated(our), updated(their), Kept::Store);
                    if let Some(record) = our {
                        let cookie = record.identity().into();
                        report.conflicts.push(Conflict { cookie, kept });
                    }
                    kept
                }
            };
            let (kept, file) = match kept {
                Kept::Store => (our, state.store),
                Kept::File if changed == Changed::Neither => (their, state.file),
                // The store has not loaded it yet: for the next `load`, it still is a change.
                Kept::File => (their, before.file),
            };
            merged.states.push((key, State { file, ..state }));
            if let Some(record) = kept {
                // Of two last accesses, the later one is the last one.
                let accessed = [our, their].into_iter().flatten().filter_map(|r| r.accessed).max();
                merged.records.push(Record { accessed, ..record.clone() });
            }
        }
        let is_renewed = |key| ours.contains_key(&key) || theirs.get(key).is_some();
        let expired = theirs.expired.iter().filter(|cookie| !is_renewed(cookie.key));
        merged.records.extend(expired.map(|cookie| cookie.record.clone()));
        merged
    }
}

/// The cookies to write, and what the store and the file have then.
struct Merged<'r> {
    records: Vec<Record<'r>>,
    states: Vec<(CookieKey, State)>,
}

/// Returns a file that has cookies in the order of their domain, path and name. What the format cannot
/// hold is reported.
fn write_sorted(
    format: Format,
    frame: Frame,
    records: &[Record<'_>],
    report: &mut Report,
) -> Vec<u8> {
    let mut sorted: Vec<&Record<'_>> = records.iter().collect();
    sorted.sort_unstable_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    let mut text = frame.start;
    // About as many bytes as a cookie takes.
    text.reserve(200 * sorted.len());
    for record in sorted {
        let start = text.len();
        if report.written > 0 {
            text.extend_from_slice(frame.separator.as_bytes());
        }
        match codec::write(format, record, &mut text) {
            Ok(()) => report.written += 1,
            Err(reason) => {
                text.truncate(start);
                report.not_held.push(NotHeld { cookie: record.identity().into(), reason });
            }
        }
    }
    text.extend_from_slice(&frame.end);
    text
}

fn sort_key<'r>(record: &'r Record<'_>) -> impl Ord + 'r {
    let partition = record.partition.as_deref();
    (&*record.domain, &*record.path, &*record.name, record.is_host_only, partition)
}
