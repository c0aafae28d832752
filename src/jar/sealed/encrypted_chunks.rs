//! Encrypted values that are too large for one cookie: each is split into several.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::sealed_cookies::{SealedCookies, first_that_opens};
use super::sealed_cookies_mut::SealedCookiesMut;
use crate::cookie::{Cookie, CookieError, CookieErrorKind, check_expires, check_storable_name};
use crate::encoding::Encoding;
use crate::jar::cookie_jar::{CookieJar, Entry};
use crate::jar::removal::Removal;
use crate::limits::LimitError;
use crate::protect::{
    Keyring, OpenError, OpenErrorKind, Opened, Purpose, SealError, Seconds, open,
};

impl<'h> CookieJar<'h> {
    /// Returns a view of the jar that opens encrypted values, each split into several cookies: see
    /// [values over 4 KB](crate::protect#values-over-4-kb).
    ///
    /// Requires the feature `encrypted`.
    #[must_use]
    pub const fn encrypted_chunks<'j>(&'j self, keyring: &'j Keyring) -> EncryptedChunks<'j> {
        EncryptedChunks { view: self.encrypted(keyring) }
    }

    /// Returns a view of the jar that encrypts values and splits each into as many cookies as it
    /// needs: see [values over 4 KB](crate::protect#values-over-4-kb).
    ///
    /// Requires the feature `encrypted`.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// const TOKEN: CookieTemplate = CookieTemplate::host_prefixed("__Host-token");
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// let cookies = jar.encrypted_chunks_mut(&keyring).set(TOKEN.with_value("x".repeat(5000)))?;
    /// assert_eq!(cookies, 2);
    /// assert!(jar.contains("__Host-token.0") && jar.contains("__Host-token.1"));
    ///
    /// let token = jar.encrypted_chunks(&keyring).get(TOKEN.name())?.expect("a value");
    /// assert_eq!(token.value.len(), 5000);
    /// jar.encrypted_chunks_mut(&keyring).remove(TOKEN)?; // both cookies
    /// assert!(jar.is_empty());
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[must_use]
    pub const fn encrypted_chunks_mut<'j>(
        &'j mut self,
        keyring: &'j Keyring,
    ) -> EncryptedChunksMut<'j, 'h> {
        EncryptedChunksMut { view: self.encrypted_mut(keyring) }
    }
}

/// The encrypted values of a jar that are split into several cookies, to read: returned by
/// `CookieJar::encrypted_chunks`.
///
/// Requires the feature `encrypted`.
#[derive(Clone, Copy, Debug)]
pub struct EncryptedChunks<'j> {
    view: SealedCookies<'j>,
}

impl EncryptedChunks<'_> {
    /// Returns the value named `name`, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Those of [`get_at`](Self::get_at).
    pub fn get(&self, name: &str) -> Result<Option<Opened<'static>>, OpenError> {
        self.get_at(name, SystemTime::now())
    }

    /// Returns the value named `name` at a given time, or `None` if there is none. If the jar has several
    /// values of that name, returns the first that opens.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if one of the value's cookies is missing
    /// ([`MissingChunk`](OpenErrorKind::MissingChunk)) or belongs to another value
    /// ([`ForeignChunk`](OpenErrorKind::ForeignChunk)), and those of [`SealedCookies::get_at`].
    pub fn get_at(
        &self,
        name: &str,
        now: impl Into<SystemTime>,
    ) -> Result<Option<Opened<'static>>, OpenError> {
        let (keyring, now) = (self.view.keyring, Seconds::from_time(now.into()));
        first_that_opens(name, sealed_values(self.view.jar, name), |sealed| {
            open(keyring, Purpose::Encrypted, name, &sealed?, now, None).map(Opened::into_owned)
        })
    }
}

/// The encrypted values of a jar that are split into several cookies, to set and remove: returned by
/// `CookieJar::encrypted_chunks_mut`.
///
/// Requires the feature `encrypted`.
#[derive(Debug)]
pub struct EncryptedChunksMut<'j, 'h> {
    view: SealedCookiesMut<'j, 'h>,
}

impl EncryptedChunksMut<'_, '_> {
    /// Sets a lifetime for the values that this view seals, as
    /// [`SealedCookiesMut::with_lifetime`] does.
    #[must_use]
    pub const fn with_lifetime(self, lifetime: Duration) -> Self {
        Self { view: self.view.with_lifetime(lifetime) }
    }

    /// Seals a cookie's value at the current time, sets it in as many cookies as it needs, and returns
    /// their number. See [`set_at`](Self::set_at).
    ///
    /// # Errors
    ///
    /// Those of [`set_at`](Self::set_at).
    pub fn set<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<usize, SealError> {
        self.set_at(cookie, SystemTime::now())
    }

    /// Seals a cookie's value at a given time, sets it in as many cookies as it needs, and returns
    /// their number. If an earlier value needed more cookies, the others are removed. A cookie that
    /// [is a removal](Cookie::is_removal) is removed.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the jar's limits have no room for all of the cookies, if [`CookieJar::set`]
    /// refuses one, or if the system's random source fails. The jar stays as it was.
    pub fn set_at<'c>(
        &mut self,
        cookie: impl Into<Cookie<'c>>,
        now: impl Into<SystemTime>,
    ) -> Result<usize, SealError> {
        let cookie = cookie.into();
        check_name(cookie.name())?;
        if cookie.is_removal() {
            // As with a single cookie, an `Expires` that cannot be written is an error.
            check_expires(&cookie).map_err(|kind| CookieError::new(cookie.name(), kind))?;
            self.remove(cookie)?;
            return Ok(0);
        }
        let chunk_len = self.chunk_len(&cookie)?;
        let sealed = self.view.seal(&cookie, Seconds::from_time(now.into()))?;
        let before = self.view.jar.clone();
        let result = self.set_chunks(&cookie, &sealed, chunk_len);
        if result.is_err() {
            *self.view.jar = before;
        }
        Ok(result?)
    }

    /// Removes all cookies of a value, whether it opens or not, as [`CookieJar::remove`] does.
    ///
    /// How many cookies there are is known only from the request: remove the value in the response to a
    /// request that has them all.
    ///
    /// # Errors
    ///
    /// Those of [`CookieJar::remove`].
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        let removal = removal.into();
        check_name(removal.name())?;
        // As with a single cookie, there is a removal even if nothing was received.
        self.view.jar.remove(removal.with_name(chunk_name(removal.name(), 0)))?;
        self.remove_from(1, &removal)
    }

    /// Removes the chunks of a value whose number is `start` or more.
    ///
    /// Skips numbers that the limits allow for no value. Otherwise, a sibling host that sets thousands of
    /// such cookies would make the response larger than a proxy allows.
    fn remove_from(&mut self, start: u32, removal: &Removal<'_>) -> Result<(), CookieError> {
        let end = self.view.jar.policy().limits().cookies();
        let names = self.view.jar.entries().map(Entry::name);
        let indices = names.filter_map(|name| chunk_index(name, removal.name()));
        let indices: BTreeSet<u32> = indices.filter(|index| (start..end).contains(index)).collect();
        let mut names = indices.into_iter().map(|index| chunk_name(removal.name(), index));
        names.try_for_each(|name| self.view.jar.remove(removal.with_name(name)))
    }

    /// Returns how many bytes of a sealed value fit into one cookie.
    fn chunk_len(&self, cookie: &Cookie<'_>) -> Result<usize, CookieError> {
        let limits = self.view.jar.policy().limits();
        let digits = limits.cookies().to_string().len();
        // `.` and the index in the name; then, in the value, the id, the number of chunks and `.`.
        let overhead = cookie.name().len() + (1 + digits) + ID_LEN + (digits + 1);
        let limit = limits.cookie_bytes() as usize;
        limit.checked_sub(overhead).filter(|len| *len > 0).ok_or_else(|| {
            let error = LimitError::CookieBytes { actual: overhead + 1, limit };
            CookieError::new(cookie.name(), CookieErrorKind::Limit(error))
        })
    }

    /// Sets the chunks of a sealed value, removes those that only an earlier value needed, and returns
    /// the number of chunks.
    fn set_chunks(
        &mut self,
        cookie: &Cookie<'_>,
        sealed: &str,
        chunk_len: usize,
    ) -> Result<usize, CookieError> {
        let count = sealed.len().div_ceil(chunk_len);
        // The sealed value ends with its tag, which differs for every value.
        let (_, id) = sealed.split_at(sealed.len() - ID_LEN); // OK because it is longer, and ASCII.
        let start = u32::try_from(count).unwrap_or(u32::MAX);
        self.remove_from(start, &Removal::from(cookie))?;
        let mut rest = sealed;
        for index in 0_u32.. {
            let (part, after) = rest.split_at(chunk_len.min(rest.len())); // OK because it is ASCII.
            let value = match index {
                0 => format!("{id}{count}.{part}"),
                _ => format!("{id}{part}"),
            };
            self.view.jar.set(Cookie {
                name: Cow::Owned(chunk_name(cookie.name(), index)),
                value: Cow::Owned(value),
                encoding: Some(Encoding::Raw),
                ..cookie.as_borrowed()
            })?;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        Ok(count)
    }
}

/// The length of the id that all chunks of a value share, in bytes.
const ID_LEN: usize = 8;

/// One of the cookies that a value is split into.
#[derive(Clone, Copy)]
struct Chunk<'j> {
    /// The number at the end of its name.
    index: u32,
    id: &'j str,
    /// How many chunks the value has. Only the first chunk says so; in the others, this is 0.
    count: usize,
    /// A part of the sealed value.
    part: &'j str,
    /// Its position in the jar.
    position: usize,
}

impl<'j> Chunk<'j> {
    fn parse(index: u32, position: usize, value: &'j str) -> Option<Self> {
        let (id, rest) = value.split_at_checked(ID_LEN)?;
        let (count, part) = match index {
            0 => {
                rest.split_once('.').and_then(|(count, part)| Some((count.parse().ok()?, part)))?
            }
            _ => (0, rest),
        };
        Some(Self { index, id, count, part, position })
    }
}

/// Checks the name of a value. Those of its cookies would not be empty.
fn check_name(name: &str) -> Result<(), CookieError> {
    check_storable_name(name).map_err(|kind| CookieError::new(name, kind))
}

fn chunk_name(name: &str, index: u32) -> String {
    format!("{name}.{index}")
}

/// Returns the number at the end of a chunk's name, or `None` if it is no chunk of the value `name`.
fn chunk_index(chunk_name: &str, name: &str) -> Option<u32> {
    let digits = chunk_name.strip_prefix(name)?.strip_prefix('.')?;
    let index: u32 = digits.parse().ok()?;
    (index.to_string() == digits).then_some(index)
}

/// Joins the chunks of each sealed value of a name. Returns the values, or why one cannot be joined, in the
/// order of their first chunks in the jar.
fn sealed_values(jar: &CookieJar<'_>, name: &str) -> Vec<Result<String, OpenErrorKind>> {
    let mut chunks = Vec::new();
    let mut values = Vec::new();
    for (position, entry) in jar.entries().enumerate() {
        let Some(index) = chunk_index(entry.name(), name) else { continue };
        match Chunk::parse(index, position, entry.encoded_value()) {
            Some(chunk) => chunks.push(chunk),
            None => values
                .push((position, Err(OpenErrorKind::Malformed { purpose: Purpose::Encrypted }))),
        }
    }
    let indices: BTreeSet<u32> = chunks.iter().map(|chunk| chunk.index).collect();
    // A stable sort, so that the first of two equal chunks in the jar stays.
    chunks.sort_by_key(|chunk| (chunk.id, chunk.index));
    chunks.dedup_by_key(|chunk| (chunk.id, chunk.index));
    for value in chunks.chunk_by(|a, b| a.id == b.id) {
        // OK because no group is empty.
        values.push((value[0].position, join(value, &indices)));
    }
    values.sort_by_key(|(position, _)| *position);
    values.into_iter().map(|(_, value)| value).collect()
}

/// Joins the chunks of one id, which are in order. `indices` are those of all chunks of the name.
fn join(chunks: &[Chunk<'_>], indices: &BTreeSet<u32>) -> Result<String, OpenErrorKind> {
    let count = chunks.first().filter(|first| first.index == 0).map_or(1, |first| first.count);
    let in_place = (0_u32..).zip(chunks).take_while(|(index, chunk)| *index == chunk.index);
    let parts: Vec<&str> = in_place.map(|(_, chunk)| chunk.part).take(count).collect();
    if parts.len() == count {
        return Ok(parts.concat());
    }
    // OK because there are fewer chunks than a header has bytes.
    let index = u32::try_from(parts.len()).expect("a position in a header");
    let is_foreign = indices.contains(&index);
    Err(if is_foreign {
        OpenErrorKind::ForeignChunk { index }
    } else {
        OpenErrorKind::MissingChunk { index }
    })
}
