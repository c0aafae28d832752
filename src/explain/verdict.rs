//! The header, the rules and the findings, put together.

use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use super::layout::Layout;
use super::prediction::{Action, Prediction};
use super::warnings;
use crate::header::{SetCookie, Unchecked, parse_domain};
use crate::limits::Limits;
use crate::user_agent::{
    Identity, Lifetime, Reason, RequestContext, UserAgent, Warning, check_parsing,
    check_storage_rules,
};

/// What a user agent does with a `Set-Cookie` header, and why; returned by [`explain`].
///
/// `Display` writes a few lines: what happens to the cookie, each reason, each warning. Neither
/// `Display` nor `Debug` shows the cookie's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    action: Action<'a>,
    reasons: Vec<Finding<Reason>>,
    warnings: Vec<Finding<Warning>>,
    lifetime: Option<Range<usize>>,
}

/// A [`Reason`] or a [`Warning`], and the part of the header that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding<T> {
    /// What was found.
    pub kind: T,
    /// The part of the header, in bytes from 0. In a header that is UTF-8, it starts and ends
    /// between two characters. If an attribute is missing, it is the part that requires the attribute.
    pub range: Range<usize>,
}

/// Returns what a user agent does with a `Set-Cookie` header (its value, without its name) in the
/// response to a request, and why: every reason to refuse the cookie, and what is stored differently
/// from what was intended (RFC 6265bis, sections 5.6 and 5.7).
///
/// The verdict is about one header. A user agent may also refuse a cookie because of the cookies that
/// it has already: over an insecure connection, one that would hide a `Secure` cookie. The user agent
/// has [default settings](UserAgent::new); [`explain_as`] takes others.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::{RequestContext, explain};
/// use gingersnap::user_agent::Reason;
///
/// let context = RequestContext::parse("https://shop.example/cart")?;
/// let header = "sid=31d4; HttpOnly; SameSite=None";
/// let verdict = explain(header, &context, SystemTime::now());
///
/// assert!(verdict.is_refused());
/// let reason = &verdict.reasons()[0];
/// assert_eq!(reason.kind, Reason::SameSiteNone);
/// assert_eq!(&header[reason.range.clone()], "SameSite=None");
/// assert_eq!(
///     verdict.to_string(),
///     "refused\n\
///      reason: `SameSite=None` requires `Secure` (bytes 20..33; RFC 6265bis, section 5.7, step 19)",
/// );
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
pub fn explain<'a, H: AsRef<[u8]> + ?Sized>(
    header: &'a H,
    context: &'a RequestContext<'_>,
    now: impl Into<SystemTime>,
) -> Verdict<'a> {
    explain_as(header, context, &UserAgent::new(), now)
}

/// Returns what a user agent with the given settings does with a `Set-Cookie` header; as
/// [`explain`].
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::{RequestContext, UserAgent};
/// use gingersnap::explain::explain_as;
///
/// let agent = UserAgent::new().with_public_suffixes(|host: &str| {
///     if host.ends_with("co.uk") { "co.uk".len() } else { "uk".len() }
/// });
/// let context = RequestContext::parse("https://shop.co.uk/")?;
/// let verdict = explain_as("a=1; Domain=co.uk", &context, &agent, SystemTime::now());
/// assert_eq!(
///     verdict.reasons()[0].kind.to_string(),
///     "`Domain` is `co.uk`, a public suffix, under which anyone can have a host",
/// );
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
pub fn explain_as<'a, H: AsRef<[u8]> + ?Sized>(
    header: &'a H,
    context: &'a RequestContext<'_>,
    agent: &UserAgent,
    now: impl Into<SystemTime>,
) -> Verdict<'a> {
    explain_beside(header.as_ref(), context, agent, now.into(), |_, _, _| ())
}

/// Returns what a user agent does with a `Set-Cookie` header beside the cookies that it has.
/// `check_stored` gives the reasons to refuse the cookie that those are to its last argument.
pub(crate) fn explain_beside<'a>(
    header: &'a [u8],
    context: &'a RequestContext<'_>,
    agent: &UserAgent,
    now: SystemTime,
    check_stored: impl FnOnce(&SetCookie<'_>, &Identity<'_>, &mut dyn FnMut(Reason)),
) -> Verdict<'a> {
    let limit = Limits::DEFAULT.attribute_bytes() as usize;
    let Unchecked { cookie, domain } = Unchecked::parse(header, limit);
    let lifetime = Lifetime::new(&cookie, now);

    let mut found = Vec::new();
    let warn = &mut |kind, range| found.push(Finding { kind, range });
    let layout =
        Layout::new(header, &mut |span, event| warnings::on_event(header, span, event, warn));

    let mut reasons = Vec::new();
    let refuse = &mut |kind| {
        let range = layout.range_of_reason(&kind);
        reasons.push(Finding { kind, range });
    };
    check_parsing(header, &cookie, refuse);
    let identity = check_storage_rules(&cookie, parse_domain(domain), context, agent, refuse);
    check_stored(&cookie, &identity, refuse);

    warnings::on_pair(&layout, &cookie, warn);
    warnings::on_attributes(&layout, &cookie, lifetime, warn);
    warnings::on_tabs(header, warn);
    warnings::on_separators(&layout, warn);
    warnings::on_first_attribute(&layout, warn);
    warnings::on_lifetimes(&layout, &cookie, now, warn);
    warnings::on_chromium_lifetimes(&layout, &cookie, warn);
    warnings::on_scope(&layout, &cookie, &identity, context, agent, warn);
    if lifetime != Lifetime::Expired {
        warnings::on_use(&layout, &cookie, &identity, context, warn);
    }
    reasons.sort_by_key(|finding| finding.range.start);
    found.sort_by_key(|finding| finding.range.start);
    Verdict {
        action: if reasons.is_empty() {
            action(&cookie, identity, lifetime)
        } else {
            Action::Refuse
        },
        reasons,
        warnings: found,
        lifetime: (lifetime != Lifetime::Session)
            .then(|| layout.attribute_range(warnings::deciding(&cookie))),
    }
}

/// Returns what happens to a cookie that is refused for no reason.
fn action<'a>(cookie: &SetCookie<'a>, identity: Identity<'a>, lifetime: Lifetime) -> Action<'a> {
    let expires = match lifetime {
        Lifetime::Expired => return Action::Remove(identity),
        Lifetime::Session => None,
        Lifetime::Until { expires, .. } => Some(expires),
    };
    Action::Store(Prediction { identity, value: cookie.value(), expires, flags: cookie.flags() })
}

impl<'a> Verdict<'a> {
    /// Returns what the user agent does.
    #[must_use]
    pub const fn action(&self) -> &Action<'a> {
        &self.action
    }

    /// Returns the cookie that the user agent stores, if it stores one.
    #[must_use]
    pub const fn prediction(&self) -> Option<&Prediction<'a>> {
        match &self.action {
            Action::Store(prediction) => Some(prediction),
            _ => None,
        }
    }

    /// Returns whether the user agent ignores the header.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self.action, Action::Refuse)
    }

    /// Returns every reason to refuse the cookie, in the order of the header; none if it is not
    /// refused.
    #[must_use]
    pub fn reasons(&self) -> &[Finding<Reason>] {
        &self.reasons
    }

    /// Returns what is ignored, changed, or most likely not meant, in the order of the header.
    #[must_use]
    pub fn warnings(&self) -> &[Finding<Warning>] {
        &self.warnings
    }

    /// Returns the part of the header that decides how long the cookie is stored: its `Max-Age` or
    /// `Expires`.
    #[must_use]
    pub fn lifetime_range(&self) -> Option<Range<usize>> {
        self.lifetime.clone()
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Action::Store(prediction) => write!(f, "stored: {prediction}")?,
            Action::Remove(identity) => write!(f, "removes: {identity}")?,
            Action::Refuse => f.write_str("refused")?,
        }
        for Finding { kind, range } in &self.reasons {
            write!(f, "\nreason: {kind} (bytes {range:?}; {})", kind.section())?;
        }
        for Finding { kind, range } in &self.warnings {
            write!(f, "\nwarning: {kind} (bytes {range:?}; {})", kind.section())?;
        }
        Ok(())
    }
}
