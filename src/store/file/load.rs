//! Loading a file into a store.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use super::base::{Changed, Contents, CookieKey, State};
use super::codec;
use super::cookie_file::CookieFile;
use super::entry::Document;
use super::error::FileError;
use super::file_cookies::{FileCookie, FileCookies, later};
use super::format::Format;
use super::replace;
use super::report::{Conflict, CookieId, EntryError, Kept, Report, SkippedEntry};
use crate::cookie::SameSite;
use crate::date::UnixMicros;
use crate::store::cookie_store::CookieStore;
use crate::store::import::{Imported, Record};
use crate::store::shared_store::SharedStore;
use crate::store::stored_cookie::{StoredCookie, Times};
use crate::user_agent::Identity;

/// A store that a file is loaded into.
trait Target {
    fn for_each(&self, now: UnixMicros, look: impl FnMut(&StoredCookie));
    fn import(&mut self, record: &Record<'_>, now: UnixMicros) -> Imported;
    fn remove(&mut self, identity: &Identity<'_>, now: UnixMicros);
}

impl Target for CookieStore {
    fn for_each(&self, now: UnixMicros, look: impl FnMut(&StoredCookie)) {
        self.iter(now.to_system_time()).for_each(look);
    }

    fn import(&mut self, record: &Record<'_>, now: UnixMicros) -> Imported {
        self.import(record, now)
    }

    fn remove(&mut self, identity: &Identity<'_>, now: UnixMicros) {
        self.remove(identity, now.to_system_time());
    }
}

impl Target for &SharedStore {
    fn for_each(&self, now: UnixMicros, look: impl FnMut(&StoredCookie)) {
        (**self).for_each(now.to_system_time(), look);
    }

    fn import(&mut self, record: &Record<'_>, now: UnixMicros) -> Imported {
        (**self).import(record, now)
    }

    fn remove(&mut self, identity: &Identity<'_>, now: UnixMicros) {
        (**self).remove(identity, now.to_system_time());
    }
}

impl SharedStore {
    /// Loads a file; as [`CookieStore::load`]. Other threads may use the store meanwhile, but what they
    /// change of a cookie that is being loaded can be lost: load before requests are sent.
    ///
    /// # Errors
    ///
    /// As those of [`CookieStore::load`].
    pub fn load(
        &self,
        file: &mut CookieFile,
        now: impl Into<SystemTime>,
    ) -> Result<Report, FileError> {
        file.load(&mut &*self, UnixMicros::from(now.into()))
    }
}

impl CookieStore {
    /// Loads a file. Each cookie is checked again, by the storage rules that need no request, and the
    /// limits of the store are applied.
    ///
    /// A cookie of the file replaces that of the store. If the file was loaded or saved before, only
    /// what has changed in it since is loaded, and what was removed from it is removed from the store.
    /// A cookie that the store has changed, too, stays as it is if its change is later; in a format
    /// without times, that of the file is loaded.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is in another format. The store is left as it is then. A missing
    /// file is no error, but empty.
    pub fn load(
        &mut self,
        file: &mut CookieFile,
        now: impl Into<SystemTime>,
    ) -> Result<Report, FileError> {
        file.load(self, UnixMicros::from(now.into()))
    }

    /// Stores the cookies of a file that is in memory, in the place of those with the same identity.
    /// Each is checked again, by the storage rules that need no request, and the limits of the store
    /// are applied.
    ///
    /// # Errors
    ///
    /// If the file is in another format. The store is left as it is then.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use gingersnap::store::CookieStore;
    /// use gingersnap::store::file::Format;
    ///
    /// let text = "shop.example\tFALSE\t/\tTRUE\t0\tsid\t31d4\nnot a cookie\n";
    /// let mut store = CookieStore::new();
    /// let report = store.read(Format::CookiesTxt, text.as_bytes(), SystemTime::now())?;
    /// assert_eq!((report.stored, report.skipped[0].number), (1, 2));
    /// # Ok::<(), gingersnap::errors::FileError>(())
    /// ```
    pub fn read(
        &mut self,
        format: Format,
        bytes: &[u8],
        now: impl Into<SystemTime>,
    ) -> Result<Report, FileError> {
        let now = UnixMicros::from(now.into());
        let document = codec::read(format, bytes)?;
        let mut report = Report { entries: document.entries.len(), ..Report::default() };
        for entry in document.entries {
            match entry.record {
                Ok(record) => {
                    import(self, record, entry.number, now, &mut report);
                }
                Err(error) => {
                    report.skipped.push(SkippedEntry { number: entry.number, error });
                }
            }
        }
        Ok(report)
    }
}

/// Stores a cookie of a file, and returns it as it was stored.
fn import<'r>(
    store: &mut impl Target,
    record: Record<'r>,
    number: usize,
    now: UnixMicros,
    report: &mut Report,
) -> Option<Record<'r>> {
    match store.import(&record, now) {
        Imported::Stored(Times { updated, expires, .. }) => {
            report.stored += 1;
            Some(Record { updated: Some(updated), expires, ..record })
        }
        Imported::Expired => {
            report.expired += 1;
            None
        }
        Imported::Refused(reasons) => {
            let error = EntryError::Refused(reasons);
            report.skipped.push(SkippedEntry { number, error });
            None
        }
    }
}

/// What the store has of a cookie.
struct Ours {
    contents: Contents,
    updated: Option<UnixMicros>,
    same_site: SameSite,
    /// Only of a cookie that is not in the file.
    id: Option<CookieId>,
}

/// What is remembered of a cookie in the store.
enum Remembered {
    /// What it had before: it has been changed since, and is to be saved.
    Before(Option<Contents>),
    /// What was loaded.
    Loaded(Contents),
}

impl CookieFile {
    /// Loads the file into a store.
    fn load(&mut self, store: &mut impl Target, now: UnixMicros) -> Result<Report, FileError> {
        let bytes = replace::read(self.path())?;
        let mut report = Report::default();
        let Document { entries, .. } = codec::read(self.format(), &bytes)?;
        let theirs = FileCookies::new(self, entries, now, &mut report);
        let ours = self.ours(store, &theirs, now);

        let mut remembered = HashMap::new();
        for cookie in theirs.iter() {
            match self.kept(ours.get(&cookie.key), cookie, &mut report) {
                None => {}
                Some(Kept::Store) => {
                    let before = self.base.state(cookie.key);
                    let is_loaded = before.file == Some(cookie.contents);
                    // In a conflict, as if the file's had been loaded and changed after that.
                    let before = if is_loaded { before.store } else { Some(cookie.contents) };
                    remembered.insert(cookie.key, Remembered::Before(before));
                }
                Some(Kept::File) => {
                    let record = self.completed(&cookie.record, ours.get(&cookie.key));
                    let stored = import(store, record, cookie.number, now, &mut report);
                    if let Some(record) = stored {
                        let contents = self.base.contents(&self.format().reduce(record));
                        remembered.insert(cookie.key, Remembered::Loaded(contents));
                    }
                }
            }
        }
        self.remove_gone(store, &ours, &theirs, now, &mut remembered);
        self.remember(store, &ours, &theirs, now, &remembered);
        report.skipped.sort_by_key(|skipped| skipped.number);
        Ok(report)
    }

    /// Removes from the store what was removed from the file, unless the store has changed it.
    fn remove_gone(
        &self,
        store: &mut impl Target,
        ours: &HashMap<CookieKey, Ours>,
        theirs: &FileCookies<'_>,
        now: UnixMicros,
        remembered: &mut HashMap<CookieKey, Remembered>,
    ) {
        for key in self.base.keys().filter(|key| theirs.get(*key).is_none()) {
            let Some(ours) = ours.get(&key) else { continue };
            let state = State { store: Some(ours.contents), file: None };
            match (self.base.state(key).changed(state), &ours.id) {
                (Changed::File, Some(id)) => {
                    store.remove(&id.as_identity(), now);
                    remembered.insert(key, Remembered::Before(None));
                }
                (Changed::Store, _) => {
                    remembered.insert(key, Remembered::Before(self.base.state(key).store));
                }
                _ => {}
            }
        }
    }

    /// Returns what the store has of the cookies that the file has, or had.
    fn ours(
        &self,
        store: &impl Target,
        theirs: &FileCookies<'_>,
        now: UnixMicros,
    ) -> HashMap<CookieKey, Ours> {
        let mut all = HashMap::new();
        store.for_each(now, |cookie| {
            let record = self.format().reduce(Record::from_stored(cookie));
            let key = self.base.key(&record);
            let is_in_file = theirs.get(key).is_some();
            if is_in_file || self.base.state(key) != State::default() {
                let ours = Ours {
                    contents: self.base.contents(&record),
                    updated: record.updated,
                    same_site: cookie.same_site(),
                    id: (!is_in_file).then(|| record.identity().into()),
                };
                all.insert(key, ours);
            }
        });
        all
    }

    /// Returns which side is kept of a cookie of the file; `None` if the store has what it should have.
    fn kept(
        &self,
        ours: Option<&Ours>,
        cookie: &FileCookie<'_>,
        report: &mut Report,
    ) -> Option<Kept> {
        let state = State { store: ours.map(|ours| ours.contents), file: Some(cookie.contents) };
        match self.base.state(cookie.key).changed(state) {
            Changed::Neither => None,
            Changed::Store => Some(Kept::Store),
            Changed::File => Some(Kept::File),
            Changed::Both => {
                let updated = ours.and_then(|ours| ours.updated);
                let kept = later(updated, cookie.record.updated, Kept::File);
                let cookie = cookie.record.identity().into();
                report.conflicts.push(Conflict { cookie, kept });
                Some(kept)
            }
        }
    }

    /// Returns a cookie of the file with what its format does not hold, as far as the store has it.
    fn completed<'r>(&self, record: &Record<'r>, ours: Option<&Ours>) -> Record<'r> {
        let mut record = record.clone();
        if let Some(ours) = ours
            && !self.format().holds_same_site()
            && (ours.same_site != SameSite::None || record.flags.is_secure())
        {
            record.flags = record.flags.with_same_site(ours.same_site);
        }
        record
    }

    /// Remembers what the store and the file have now.
    fn remember(
        &mut self,
        store: &impl Target,
        ours: &HashMap<CookieKey, Ours>,
        theirs: &FileCookies<'_>,
        now: UnixMicros,
        remembered: &HashMap<CookieKey, Remembered>,
    ) {
        // What was stored may be evicted already. It would be taken for removed otherwise.
        let mut held = HashSet::new();
        store.for_each(now, |cookie| {
            held.insert(self.base.key(&Record::from_stored(cookie)));
        });
        let state = |key| State {
            store: match remembered.get(&key) {
                Some(Remembered::Before(contents)) => *contents,
                Some(Remembered::Loaded(contents)) => {
                    Some(*contents).filter(|_| held.contains(&key))
                }
                None => ours.get(&key).map(|ours| ours.contents).filter(|_| held.contains(&key)),
            },
            file: theirs.get(key).map(|cookie| cookie.contents),
        };
        let gone = self.base.keys().filter(|key| theirs.get(*key).is_none());
        let keys = theirs.iter().map(|cookie| cookie.key).chain(gone);
        let states: Vec<_> = keys.map(|key| (key, state(key))).collect();
        self.base.set_states(states);
    }
}
