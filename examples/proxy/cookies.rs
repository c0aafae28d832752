//! The upstream's cookies under the proxy's host and path: each header is changed where it must be, and
//! every other byte of it is kept.

use std::error::Error;

use gingersnap::errors::PairError;
use gingersnap::header::{PairEdit, SetCookie, SetCookieEdit, edit_pairs, pairs};
use gingersnap::user_agent::default_path;
use gingersnap::{Prefix, Requirement, SameSite};

/// Where clients see the upstream's cookies.
#[derive(Clone, Debug, Default)]
pub(crate) struct CookieScope {
    /// The path of the upstream's `/`, without a `/` at its end. Empty for the whole host.
    pub(crate) prefix: String,
    /// Whether clients reach the proxy over https, through something that decrypts it.
    pub(crate) is_https: bool,
    /// What replaces a `Domain`. Without it, a cookie is sent to the proxy's own host only.
    pub(crate) domain: Option<String>,
    /// The names of cookies that belong to something else on the proxy's host. The upstream neither gets
    /// nor sets them, and cannot clear all cookies of the host. Against scripts in its pages, they need
    /// `HttpOnly`.
    pub(crate) foreign: Vec<String>,
}

/// What is put in front of a name that browsers would refuse. They require `Path=/` of `__Host-sid`, for
/// instance, which the cookie cannot have below a prefix.
///
/// Nothing protects the new name: the upstream can rely on `__Host-` only if the proxy has https and no
/// prefix.
const MARK: &str = "proxied-";

impl CookieScope {
    /// Returns a `Set-Cookie` header of the upstream as it is sent to the client. The upstream's path is
    /// that of the request. After an error, the header is dropped.
    pub(crate) fn set_cookie(
        &self,
        header: &[u8],
        upstream_path: &str,
    ) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut edit = SetCookieEdit::new(header)?;
        let domain = edit.cookie().domain().and(self.domain.clone());
        edit = edit.with_domain(domain.as_deref())?;
        if !self.prefix.is_empty() {
            // In a path that is not UTF-8, U+FFFD takes the place of a byte, and `with_path` refuses it.
            let path = match edit.cookie().path() {
                Some(path) => String::from_utf8_lossy(path).into_owned(),
                None => default_path(upstream_path).to_owned(),
            };
            // Not `/app/`, which does not match `/app`.
            let path = if path == "/" { "" } else { &path };
            edit = edit.with_path(&*format!("{}{path}", self.prefix))?;
        }
        edit = edit.with_secure(self.is_https);
        if !self.is_https {
            // Browsers refuse both without `Secure`.
            edit = edit.with_partitioned(false);
            if edit.cookie().same_site() == SameSite::None {
                edit = edit.with_same_site(SameSite::Unset);
            }
        }
        if self.needs_mark(edit.cookie().name()) {
            let name = format!("{MARK}{}", str::from_utf8(edit.cookie().name())?);
            edit = edit.with_name(&name)?;
        }
        if self.is_foreign(sent_name(&edit.cookie())) {
            return Err("the upstream must not set a cookie of this name".into());
        }
        Ok(edit.into_bytes())
    }

    /// Returns a `Cookie` header of the client as it is sent to the upstream.
    pub(crate) fn cookie(&self, header: &[u8]) -> Result<Vec<u8>, PairError> {
        edit_pairs(header, |name| {
            let original = name.strip_prefix(MARK.as_bytes());
            match original.filter(|original| self.needs_mark(original)) {
                _ if self.is_foreign(name) => PairEdit::Drop,
                Some(original) => PairEdit::Rename(original),
                // It has not come through this proxy, which would have marked it.
                None if self.needs_mark(name) => PairEdit::Drop,
                None => PairEdit::Keep,
            }
        })
    }

    /// Returns whether clients must see a name with the mark. That is so if the scope does not meet the
    /// requirements of the name's prefix, and if the name starts with the mark itself, which would be removed
    /// on the way back.
    fn needs_mark(&self, name: &[u8]) -> bool {
        let requirements = Prefix::from_name(name).map_or(&[][..], Prefix::requirements);
        name.starts_with(MARK.as_bytes())
            || !requirements.iter().all(|requirement| match requirement {
                Requirement::Secure => self.is_https,
                Requirement::RootPath => self.prefix.is_empty(),
                // The upstream has met these.
                Requirement::HttpOnly | Requirement::NoDomain => true,
                _ => false,
            })
    }

    fn is_foreign(&self, name: &[u8]) -> bool {
        self.foreign.iter().any(|foreign| foreign.as_bytes() == name)
    }
}

/// Returns the name of a cookie as a server reads it when the cookie is sent back. Clients send a cookie
/// without a name as its bare value, which can look like a pair.
fn sent_name<'h>(cookie: &SetCookie<'h>) -> &'h [u8] {
    match pairs(cookie.value()).next() {
        Some(Ok((name, _))) if cookie.name().is_empty() => name,
        _ => cookie.name(),
    }
}
