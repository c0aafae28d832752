//! What the next request will carry, in numbers.

use crate::limits::{LimitError, Limits};

/// The number and size of the cookies of the next request.
///
/// A request does not tell the domains and paths of its cookies, so a jar cannot know whether a
/// change replaces a received cookie of its name or adds one beside it. These are the bounds.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    /// Every change replaces a received cookie of its name, the longest one first.
    pub(super) at_least: Size,
    /// No change replaces a received cookie.
    pub(super) at_most: Size,
}

/// A number of cookies, and their size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) cookies: usize,
    /// The bytes of all names, `=` and values, without what joins the pairs.
    pub(super) pair_bytes: usize,
}

impl Size {
    /// Returns the length of the `Cookie` header.
    pub(super) const fn cookie_header_bytes(self) -> usize {
        self.pair_bytes + 2 * self.cookies.saturating_sub(1)
    }

    /// Returns the size with one pair removed and another one added, each given by its length.
    pub(super) fn exchange(self, removed: Option<usize>, added: Option<usize>) -> Self {
        Self {
            cookies: self.cookies - usize::from(removed.is_some()) + usize::from(added.is_some()),
            pair_bytes: self.pair_bytes - removed.unwrap_or(0) + added.unwrap_or(0),
        }
    }

    /// Refuses a size that exceeds a limit, unless it was as high before: a change that does not
    /// increase it is never refused. `received` is the size of the request's cookies.
    pub(super) fn check(
        self,
        before: Self,
        received: Self,
        limits: &Limits,
    ) -> Result<(), LimitError> {
        let (actual, limit) = (self.cookies, limits.cookies() as usize);
        if actual > limit && actual > before.cookies {
            return Err(LimitError::Cookies { actual, received: received.cookies, limit });
        }
        let (actual, limit) = (self.cookie_header_bytes(), limits.cookie_header_bytes() as usize);
        if actual > limit && actual > before.cookie_header_bytes() {
            return Err(LimitError::CookieHeaderBytes {
                actual,
                received: received.cookie_header_bytes(),
                limit,
            });
        }
        Ok(())
    }
}
