//! The cookies that are sent with a request.

use std::iter::Peekable;
use std::slice::Iter;

use super::stored_cookie::StoredCookie;
use crate::date::UnixMicros;

/// The cookies that are sent with a request, in the order in which they are sent; returned by
/// [`CookieStore::cookies_for`](super::CookieStore::cookies_for).
///
/// Requires the feature `store`.
#[derive(Clone, Debug)]
pub struct CookiesFor<'s> {
    unpartitioned: Peekable<Iter<'s, StoredCookie>>,
    partitioned: Peekable<Iter<'s, StoredCookie>>,
    /// The mark of the cookies that are sent: their last access, which no others have.
    time: UnixMicros,
    header_len: usize,
}

impl<'s> CookiesFor<'s> {
    /// Merges two lists, each in the order in which cookies are sent. Those are sent whose last access
    /// is `time`; `pairs_len` is the bytes of their pairs, each with what joins it to the next.
    pub(super) fn new(
        unpartitioned: &'s [StoredCookie],
        partitioned: &'s [StoredCookie],
        time: UnixMicros,
        pairs_len: usize,
    ) -> Self {
        Self {
            unpartitioned: unpartitioned.iter().peekable(),
            partitioned: partitioned.iter().peekable(),
            time,
            header_len: pairs_len.saturating_sub("; ".len()),
        }
    }

    /// Creates an iterator over nothing.
    pub(super) fn empty() -> Self {
        Self::new(&[], &[], UnixMicros::MIN, 0)
    }

    /// Appends the cookies to a header, and returns whether there are any.
    pub(super) fn push_to(self, header: &mut Vec<u8>) -> bool {
        let is_any = self.header_len > 0;
        header.reserve(self.header_len);
        for (index, cookie) in self.enumerate() {
            if index > 0 {
                header.extend_from_slice(b"; ");
            }
            cookie.push_pair(header);
        }
        is_any
    }
}

impl<'s> Iterator for CookiesFor<'s> {
    type Item = &'s StoredCookie;

    fn next(&mut self) -> Option<&'s StoredCookie> {
        loop {
            let next = match (self.unpartitioned.peek(), self.partitioned.peek()) {
                (Some(first), Some(second)) if second.place() < first.place() => {
                    self.partitioned.next()?
                }
                (None, _) => self.partitioned.next()?,
                _ => self.unpartitioned.next()?,
            };
            if next.times().accessed == self.time {
                return Some(next);
            }
        }
    }
}

impl std::iter::FusedIterator for CookiesFor<'_> {}
