//! The gate: `set` and `remove`. What has passed it is valid.

use super::changes::Keys;
use super::removal::Target;
use super::{CookieJar, Removal};
use crate::byte::shown;
use crate::cookie::{Cookie, CookieError, check_expires, check_removable};
use crate::header::Line;
use crate::limits::{LimitError, Limits};

impl CookieJar<'_> {
    /// Sets a cookie, or a plain `(name, value)`, in the browser. What is set is checked here, so
    /// that sending it can't fail. One that [is a removal](Cookie::is_removal) is removed.
    ///
    /// A later change of the same name, domain, path and partition replaces the earlier one. A change
    /// takes time by the number of changes of its own name, and hardly any by that of all others.
    ///
    /// The value is encoded: that of a cookie that was [parsed](Cookie::parse) goes through
    /// [`Encoding::decode`](crate::Encoding::decode) first.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a cookie that browsers would drop or keep otherwise than it is meant,
    /// or with which a limit is passed. The jar stays as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar, SameSite};
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(("color", "red"))?;
    /// jar.set(Cookie::host("sid", "31d4d96e"))?;
    ///
    /// let error = jar.set(Cookie::new("ad", "1").with_same_site(SameSite::None)).unwrap_err();
    /// assert_eq!(error.to_string(), "cookie `ad` needs Secure for SameSite=None");
    /// assert!(error.is_dropped_by_browsers());
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    ///
    /// A name alone is no cookie:
    ///
    /// ```compile_fail
    /// gingersnap::CookieJar::new().set("color");
    /// ```
    #[inline] // A call would copy the cookie first, which is 10 ns.
    pub fn set<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<(), CookieError> {
        self.set_cookie(&cookie.into())
    }

    fn set_cookie(&mut self, cookie: &Cookie<'_>) -> Result<(), CookieError> {
        if cookie.is_removal() {
            // A removal has an `Expires` of its own, but no time that can't be written is let by.
            check_expires(cookie)?;
            return self.remove_cookie(cookie.as_borrowed());
        }
        let line = Line::to_set(cookie, self.policy.encoding(), self.policy.limits())?;
        self.change(&line, line.plain(), false)
    }

    /// Sets several cookies. There is no `Extend`, which could not say what was refused.
    ///
    /// # Errors
    ///
    /// Those of [`set`](Self::set), at the first that is refused; those before it are set.
    pub fn set_all<'c, C: Into<Cookie<'c>>>(
        &mut self,
        cookies: impl IntoIterator<Item = C>,
    ) -> Result<(), CookieError> {
        cookies.into_iter().try_for_each(|cookie| self.set(cookie))
    }

    /// Removes a cookie from the browser, by its name or by the cookie that set it.
    ///
    /// - By cookie, that name, domain, path and partition is removed, with what makes browsers take
    ///   the removal: the attributes of its prefix, and `Secure` where `SameSite=None` or
    ///   `Partitioned` ask for it.
    /// - By name, what this response set of that name is cancelled and removed wherever it was set,
    ///   and so is the cookie at `Path=/` of this host alone. That can't reach another path or
    ///   domain of an earlier response, nor a cookie that was set from another site's page; keep a
    ///   `const` [`Cookie`] and remove by that.
    ///
    /// # Errors
    ///
    /// By name, only [`CookieError`] for one that no browser could hold: every name that came in
    /// can be removed. By cookie, also for a domain or path that could not have been set. The jar
    /// stays as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar};
    ///
    /// const CART: Cookie = Cookie::from_static_at("cart", Some("example.com"), "/shop");
    ///
    /// let mut jar = CookieJar::new();
    /// jar.remove(CART)?;
    /// jar.remove("__Host-sid")?;
    /// let fields: Vec<&str> = jar.set_cookie_headers().collect();
    /// assert_eq!(fields, [
    ///     "cart=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Domain=example.com; Path=/shop",
    ///     "__Host-sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure",
    /// ]);
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        match removal.into().0 {
            Target::Cookie(cookie) => self.remove_cookie(*cookie),
            Target::Name(name) => self.remove_name(&name),
        }
    }

    /// Removes, by its name, every cookie that came in or was set.
    pub fn remove_all(&mut self) {
        let received = self.received.names().into_iter().map(str::to_owned);
        let set = self.changes.iter().map(|change| change.name().to_owned());
        let names: Vec<String> = received.chain(set).collect();
        for name in names {
            // OK because a browser held the name, or the gate let it through.
            self.remove_name(&name).expect("a name that can be removed");
        }
    }

    fn remove_cookie(&mut self, cookie: Cookie<'_>) -> Result<(), CookieError> {
        let removal = cookie.into_removal().with_needed_flags();
        self.check_held(removal.name())?;
        let limits = self.policy.limits().of_what_is_held();
        let line = Line::to_remove(&removal, &limits)?;
        self.change(&line, None, true)
    }

    fn remove_name(&mut self, name: &str) -> Result<(), CookieError> {
        check_removable(name)?;
        self.check_held(name)?;
        let pending = self.changes.named(name).map(|change| change.cookie().into_owned());
        let pending: Vec<Cookie<'static>> = pending.collect();
        for cookie in pending.into_iter().rev() {
            self.remove_cookie(cookie)?;
        }
        let root = Cookie::new(name, "");
        match self.changes.find(&root, Keys::of(&root)) {
            Some(_) => Ok(()),
            None => self.remove_cookie(root),
        }
    }

    /// No browser holds a name of more than a whole cookie's bytes, unless it just sent it.
    fn check_held(&self, name: &str) -> Result<(), LimitError> {
        let limit = self.policy.limits().of_what_is_held().cookie_bytes() as usize;
        let actual = name.len();
        if actual > limit && !self.received.contains(name) {
            return Err(LimitError::Cookie { cookie: shown(name.as_bytes()), actual, limit });
        }
        Ok(())
    }

    /// Makes a change that passed the gate, unless it passes a limit.
    #[inline]
    pub(super) fn change(
        &mut self,
        line: &Line<'_>,
        plain: Option<&str>,
        removal: bool,
    ) -> Result<(), CookieError> {
        let cookie = line.cookie();
        let name = cookie.name();
        let keys = Keys::of(cookie);
        let earlier = self.changes.find(cookie, keys);
        let earlier =
            earlier.map(|(slot, change)| (slot, (!change.is_removal()).then(|| change.bytes())));
        // Each change stands for at most one pair of its name that came in.
        let replaced = if earlier.is_none() { self.received.next_of(name) } else { None };
        let gone = match earlier {
            Some((_, bytes)) => bytes,
            None => replaced.map(|(_, bytes)| bytes),
        };
        let added = (!removal).then(|| name.len() + 1 + line.value_bytes());
        let totals = self.totals.exchange(gone, added);
        if !removal {
            totals.check(self.totals, name, self.policy.limits())?;
        }
        if let Some((slot, _)) = earlier {
            self.changes.take(slot);
        }
        if let Some((index, _)) = replaced {
            self.received.change(name, Some(index));
        }
        self.totals = totals;
        self.changes.push(keys, line, plain, removal);
        Ok(())
    }
}

/// What the next request will carry.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) cookies: usize,
    /// Of names, `=` and values, without what joins the pairs.
    pub(super) bytes: usize,
}

impl Totals {
    /// Bytes of the `Cookie` field.
    pub(super) fn cookie_header_bytes(self) -> usize {
        self.bytes + 2 * self.cookies.saturating_sub(1)
    }

    /// With one cookie of so many bytes gone, and another there.
    fn exchange(self, gone: Option<usize>, added: Option<usize>) -> Self {
        Self {
            cookies: self.cookies - usize::from(gone.is_some()) + usize::from(added.is_some()),
            bytes: self.bytes - gone.unwrap_or(0) + added.unwrap_or(0),
        }
    }

    /// Refuses what is over a limit and wasn't as far over it before.
    fn check(self, before: Self, name: &str, limits: &Limits) -> Result<(), LimitError> {
        let cookie = || shown(name.as_bytes());
        let (actual, limit) = (self.cookies, limits.cookies() as usize);
        if actual > limit && actual > before.cookies {
            return Err(LimitError::Cookies { cookie: cookie(), actual, limit });
        }
        let (actual, limit) = (self.cookie_header_bytes(), limits.cookie_header_bytes() as usize);
        if actual > limit && actual > before.cookie_header_bytes() {
            return Err(LimitError::Field { cookie: cookie(), actual, limit });
        }
        Ok(())
    }
}
