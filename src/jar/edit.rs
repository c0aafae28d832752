//! `set` and `remove`: every change is checked here, so that sending it cannot fail.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::changes::Change;
use super::cookie_jar::CookieJar;
use super::removal::{Removal, RemovalTarget};
use super::totals::Totals;
use crate::cookie::{
    Cookie, CookieError, CookieErrorKind, ValidCookie, check_expires, check_storable_name,
    with_required_flags,
};
use crate::encoding::Encoding;
use crate::header::SetCookieWriter;
use crate::limits::LimitError;

impl CookieJar<'_> {
    /// Sets a cookie, or a plain `(name, value)`, in the browser.
    ///
    /// What is set is checked here, so that sending it cannot fail. The value is encoded as the
    /// cookie says ([`Cookie::with_encoding`]), or else the jar's [`Policy`](crate::Policy); from
    /// then on, the jar returns the value that the next request will yield. A later change of the same name,
    /// domain, path and partition replaces the earlier one. A cookie that
    /// [is a removal](Cookie::is_removal) is removed.
    ///
    /// Large jars are indexed, so that many changes to a large request stay fast.
    ///
    /// # Errors
    ///
    /// [`CookieError`] for a cookie that browsers would drop or store differently from what was
    /// intended, that a server must not send, or that exceeds a limit. The jar stays as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{Cookie, CookieJar, CookieTemplate, SameSite};
    ///
    /// const SID: CookieTemplate = CookieTemplate::host_prefixed("__Host-sid");
    ///
    /// let mut jar = CookieJar::new();
    /// jar.set(("color", "red"))?;
    /// jar.set(SID.with_value("31d4d96e"))?;
    ///
    /// let error = jar.set(Cookie::new("ad", "1").with_same_site(SameSite::None)).unwrap_err();
    /// assert_eq!(error.to_string(), "cookie `ad`: `SameSite=None` requires `Secure`");
    /// assert!(error.is_dropped_by_browsers());
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    ///
    /// A name alone is not a cookie:
    ///
    /// ```compile_fail
    /// gingersnap::CookieJar::new().set("color");
    /// ```
    #[inline] // A call would copy the cookie first, which takes 10 ns.
    #[doc(alias = "add")]
    pub fn set<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<(), CookieError> {
        self.set_cookie(&cookie.into())
    }

    fn set_cookie(&mut self, cookie: &Cookie<'_>) -> Result<(), CookieError> {
        if cookie.is_removal() {
            // A removal gets an `Expires` of its own, but one that cannot be written is an error.
            check_expires(cookie).map_err(|kind| CookieError::new(cookie.name(), kind))?;
            return self.remove_cookie(cookie.as_borrowed());
        }
        let policy = self.policy;
        let valid = ValidCookie::check_set(cookie, policy.encoding(), policy.limits())?;
        let encoding = cookie.encoding().unwrap_or(policy.encoding());
        // The value that the next request will yield, if it differs from the one written.
        let plain_value = match (encoding, policy.encoding()) {
            (Encoding::Percent, Encoding::Percent) => {
                let is_encoded = valid.value_len != cookie.value().len();
                is_encoded.then(|| Cow::Borrowed(cookie.value()))
            }
            (Encoding::Raw, Encoding::Percent) => {
                let decoded = Encoding::Percent.decode(cookie.value());
                Some(decoded).filter(|decoded| matches!(decoded, Cow::Owned(_)))
            }
            (_, Encoding::Raw) => None,
        };
        self.change(valid, plain_value.as_deref(), false)
    }

    /// Sets several cookies.
    ///
    /// There is no `Extend`, which could not return what was refused.
    ///
    /// # Errors
    ///
    /// Those of [`set`](Self::set), at the first cookie that is refused; those before it are set.
    pub fn set_all<'c, C: Into<Cookie<'c>>>(
        &mut self,
        cookies: impl IntoIterator<Item = C>,
    ) -> Result<(), CookieError> {
        cookies.into_iter().try_for_each(|cookie| self.set(cookie))
    }

    /// Removes a cookie from the browser, by its name or by the cookie or template that set it.
    ///
    /// A browser identifies a cookie by its name, domain, path and partition, and removes only the
    /// one that a removal names.
    ///
    /// - By cookie or template, the cookie with that name, domain, path and partition is removed.
    ///   The flags without which browsers ignore the removal are added: those that the name's prefix
    ///   requires, and `Secure` for `SameSite=None` and `Partitioned`.
    /// - By name, what this response set under that name is cancelled and removed, and so is the
    ///   host-only cookie at `Path=/`. This cannot remove a cookie that an earlier response set with
    ///   another path or domain, or with `Partitioned`; remove those by their
    ///   [`CookieTemplate`](crate::CookieTemplate).
    ///
    /// What no removal can name, because nobody knows its path or domain any more, is deleted with all
    /// other cookies of the site by the header
    /// [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA).
    ///
    /// # Errors
    ///
    /// By name, only [`CookieError`] for a name that no browser stores: every name that was received
    /// can be removed. By cookie, also for a domain or path that could not have been set. The jar
    /// stays as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    ///
    /// const CART: CookieTemplate =
    ///     CookieTemplate::new("cart").with_domain("example.com").with_path("/shop");
    ///
    /// let mut jar = CookieJar::new();
    /// jar.remove(CART)?;
    /// jar.remove("__Host-sid")?;
    /// let headers: Vec<&str> = jar.set_cookie_headers().collect();
    /// assert_eq!(headers, [
    ///     "cart=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Domain=example.com; Path=/shop",
    ///     "__Host-sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure",
    /// ]);
    /// # Ok::<(), gingersnap::errors::CookieError>(())
    /// ```
    #[doc(alias = "delete")]
    pub fn remove<'r>(&mut self, removal: impl Into<Removal<'r>>) -> Result<(), CookieError> {
        match removal.into().0 {
            RemovalTarget::Cookie(cookie) => self.remove_cookie(*cookie),
            RemovalTarget::Name(name) => self.remove_name(&name),
        }
    }

    /// Calls [`remove`](Self::remove) with each name that was received or set. Received cookies that
    /// were set with another path, domain or partition stay in the browser; the header
    /// [`CLEAR_SITE_DATA`](crate::header::CLEAR_SITE_DATA) deletes all cookies of the site.
    #[doc(alias = "clear")]
    pub fn remove_all(&mut self) {
        let received = self.received.names().into_iter();
        let set = self.changes.iter().map(Change::name);
        let mut seen = BTreeSet::new();
        let names: Vec<String> =
            received.chain(set).filter(|name| seen.insert(*name)).map(str::to_owned).collect();
        for name in names {
            // OK because a browser stored the name, or `set` accepted it.
            self.remove_name(&name).expect("a name that can be removed");
        }
    }

    fn remove_cookie(&mut self, cookie: Cookie<'_>) -> Result<(), CookieError> {
        let removal = with_required_flags(cookie.into_removal());
        self.check_name_len(removal.name())?;
        let limits = self.policy.limits().at_least_browser_limits();
        let valid = ValidCookie::check_removal(&removal, &limits)?;
        self.change(valid, None, true)
    }

    fn remove_name(&mut self, name: &str) -> Result<(), CookieError> {
        check_storable_name(name).map_err(|kind| CookieError::new(name, kind))?;
        self.check_name_len(name)?;
        let pending: Vec<Cookie<'static>> =
            self.changes.named(name).map(|change| change.cookie().into_owned()).collect();
        for cookie in pending.into_iter().rev() {
            self.remove_cookie(cookie)?;
        }
        let root = Cookie::new(name, "");
        match self.changes.find(&root) {
            Some(_) => Ok(()),
            None => self.remove_cookie(root),
        }
    }

    /// Checks that the name alone is not larger than a cookie that a browser stores, unless the
    /// browser just sent it.
    fn check_name_len(&self, name: &str) -> Result<(), CookieError> {
        let limit = self.policy.limits().at_least_browser_limits().cookie_bytes() as usize;
        let actual = name.len();
        if actual > limit && !self.received.contains(name) {
            let kind = CookieErrorKind::Limit(LimitError::CookieBytes { actual, limit });
            return Err(CookieError::new(name, kind));
        }
        Ok(())
    }

    /// Makes a change that passed the checks, unless it exceeds a limit of the jar. `plain_value` is
    /// the value that the next request will yield, if it differs from the one written.
    #[inline]
    fn change(
        &mut self,
        valid: ValidCookie<'_>,
        plain_value: Option<&str>,
        is_removal: bool,
    ) -> Result<(), CookieError> {
        let ValidCookie { cookie, value_len } = valid;
        let (name, writer) = (cookie.name(), SetCookieWriter(valid));
        let earlier = self.changes.find(cookie).map(|(position, change)| {
            (position, (!change.is_removal()).then(|| change.pair_len()))
        });
        // Cookies of one name differ in their domain, path or partition, and so do changes. Each
        // change replaces at most one received cookie, and no two changes replace the same one.
        let replaced =
            if earlier.is_none() { self.received.longest_unreplaced(name) } else { None };
        let earlier_len = earlier.and_then(|(_, len)| len);
        let removed_len = earlier_len.or(replaced.map(|(_, len)| len));
        let added_len = (!is_removal).then(|| name.len() + 1 + value_len);
        let totals = Totals {
            at_least: self.totals.at_least.exchange(removed_len, added_len),
            at_most: self.totals.at_most.exchange(earlier_len, added_len),
        };
        let earlier = earlier.map(|(position, _)| position);
        if !is_removal {
            totals
                .at_least
                .check(self.totals.at_least, self.received.size(), self.policy.limits())
                .and_then(|()| self.check_response(&writer, earlier))
                .map_err(|error| CookieError::new(name, CookieErrorKind::Limit(error)))?;
        }
        if let Some((index, _)) = replaced {
            self.received.mark_changed(name, index);
        }
        self.totals = totals;
        self.changes.push(&writer, plain_value, is_removal, earlier);
        Ok(())
    }

    /// Checks that the response has room for a header, in place of the one at `earlier`.
    #[inline]
    fn check_response(
        &self,
        writer: &SetCookieWriter<'_>,
        earlier: Option<usize>,
    ) -> Result<(), LimitError> {
        let Some(limit) = self.policy.limits().response_bytes() else { return Ok(()) };
        let actual = self.changes.response_bytes_with(writer.len(), earlier);
        if actual > limit as usize && actual > self.changes.response_bytes() {
            return Err(LimitError::ResponseBytes { actual, limit: limit as usize });
        }
        Ok(())
    }
}
