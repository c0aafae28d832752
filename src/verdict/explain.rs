//! The field, the rules and the findings, put together.

use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use super::layout::Layout;
use super::lifetime::Lifetime;
use super::{Identity, Outcome, Reason, Sender, Stored, Warning, judge, remarks};
use crate::byte::CONTROL;
use crate::header::{Loose, SetCookie, read_domain};
use crate::limits::Limits;

/// What a user agent does with a `Set-Cookie` field, and why. See [`explain`].
///
/// `Display` is a few lines of text: what becomes of the cookie, each reason, each warning. Neither
/// it nor `Debug` shows the cookie's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    outcome: Outcome<'a>,
    reasons: Vec<Finding<Reason>>,
    warnings: Vec<Finding<Warning>>,
    lifetime: Option<Range<usize>>,
}

/// A [`Reason`] or a [`Warning`], and the part of the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding<T> {
    /// What was found.
    pub what: T,
    /// The part of the field, in bytes from 0. In a field that is UTF-8 it starts and ends between
    /// two characters. What is about something that isn't there is about what asks for it.
    pub range: Range<usize>,
}

/// Says what a user agent does with a `Set-Cookie` field (its value, without the field's name) that
/// a sender sends now, and why: every reason to refuse it, and what is kept otherwise than it was
/// meant (RFC 6265bis, sections 5.6 and 5.7).
///
/// It speaks of one field alone. What a user agent holds already can refuse a cookie, too (a cookie
/// that isn't `Secure` can't hide one that is), and so can a user who allows none. No list of public
/// suffixes is used: `Domain=co.uk` is stored, which browsers refuse; [`explain_with`] takes one.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::{Sender, explain, verdict::Reason};
///
/// let sender = Sender::new("https", "shop.example", "/cart")?;
/// let field = "sid=31d4; HttpOnly; SameSite=None";
/// let verdict = explain(field, &sender, SystemTime::now());
///
/// assert!(verdict.is_refused());
/// let reason = &verdict.reasons()[0];
/// assert_eq!(reason.what, Reason::SameSiteNone);
/// assert_eq!(&field[reason.range.clone()], "SameSite=None");
/// assert_eq!(
///     verdict.to_string(),
///     "refused\n\
///      reason: SameSite=None needs Secure (bytes 20..33; RFC 6265bis, section 5.7, step 19)",
/// );
/// # Ok::<(), gingersnap::errors::SenderError>(())
/// ```
pub fn explain<'a, F: AsRef<[u8]> + ?Sized>(
    field: &'a F,
    sender: &'a Sender,
    now: impl Into<SystemTime>,
) -> Verdict<'a> {
    explain_with(field, sender, now, |_| false)
}

/// As [`explain`], with a list of public suffixes: whether a domain, in lower case and without a
/// leading dot, is one.
///
/// ```
/// use std::time::SystemTime;
/// use gingersnap::{Sender, verdict::explain_with};
///
/// let sender = Sender::new("https", "shop.co.uk", "/")?;
/// let verdict = explain_with("a=1; Domain=co.uk", &sender, SystemTime::now(), |domain| {
///     matches!(domain, "uk" | "co.uk")
/// });
/// assert_eq!(
///     verdict.reasons()[0].what.to_string(),
///     "the Domain `co.uk` is a public suffix, under which anyone can have a host",
/// );
/// # Ok::<(), gingersnap::errors::SenderError>(())
/// ```
pub fn explain_with<'a, F: AsRef<[u8]> + ?Sized>(
    field: &'a F,
    sender: &'a Sender,
    now: impl Into<SystemTime>,
    is_public_suffix: impl Fn(&str) -> bool,
) -> Verdict<'a> {
    let (field, now) = (field.as_ref(), now.into());
    let Loose { cookie, domain } = Loose::read(field, Limits::DEFAULT.attribute_bytes() as usize);
    let lifetime = Lifetime::of(&cookie, now);

    let mut warnings = Vec::new();
    let warn = &mut |what, range| warnings.push(Finding { what, range });
    let layout =
        Layout::of(field, &mut |piece, event| remarks::on_event(field, piece, event, warn));

    let mut reasons = Vec::new();
    let refuse = &mut |what| {
        let range = layout.part(&what);
        reasons.push(Finding { what, range });
    };
    judge_reading(field, &cookie, refuse);
    let identity = judge(&cookie, read_domain(domain), sender, is_public_suffix, refuse);

    remarks::on_pair(&layout, &cookie, warn);
    remarks::on_attributes(&layout, &cookie, lifetime, warn);
    remarks::on_lifetimes(&layout, &cookie, now, warn);
    remarks::on_scope(&layout, &cookie, &identity, sender, warn);
    if lifetime != Lifetime::Over {
        remarks::on_use(&layout, &cookie, &identity, sender, warn);
    }
    reasons.sort_by_key(|finding| finding.range.start);
    warnings.sort_by_key(|finding| finding.range.start);
    Verdict {
        outcome: if reasons.is_empty() {
            outcome(&cookie, identity, lifetime)
        } else {
            Outcome::Refused
        },
        reasons,
        warnings,
        lifetime: (lifetime != Lifetime::Session)
            .then(|| layout.attribute(remarks::deciding(&cookie))),
    }
}

/// What the reading of a field refuses, as [`SetCookie::parse`] does at the first.
fn judge_reading(field: &[u8], cookie: &SetCookie<'_>, refuse: &mut impl FnMut(Reason)) {
    let count = field.iter().filter(|byte| CONTROL.contains(**byte)).count();
    if let Some(at) = CONTROL.first_inside(field) {
        refuse(Reason::Control { byte: field[at], count });
    }
    let (actual, limit) =
        (cookie.name().len() + cookie.value().len(), Limits::DEFAULT.cookie_bytes() as usize);
    if actual == 0 {
        refuse(Reason::Empty);
    } else if actual > limit {
        refuse(Reason::TooLarge { actual, limit });
    }
}

/// What becomes of a cookie that is refused for no reason.
fn outcome<'a>(cookie: &SetCookie<'a>, identity: Identity<'a>, lifetime: Lifetime) -> Outcome<'a> {
    let expires = match lifetime {
        Lifetime::Over => return Outcome::Removes(identity),
        Lifetime::Session => None,
        Lifetime::Until { expires, .. } => Some(expires),
    };
    Outcome::Stored(Stored {
        identity,
        value: cookie.value(),
        expires,
        secure: cookie.is_secure(),
        http_only: cookie.is_http_only(),
        same_site: cookie.same_site(),
    })
}

impl<'a> Verdict<'a> {
    /// What the user agent does.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome<'a> {
        &self.outcome
    }

    /// The cookie that it stores, if it does.
    #[must_use]
    pub const fn stored(&self) -> Option<&Stored<'a>> {
        match &self.outcome {
            Outcome::Stored(stored) => Some(stored),
            _ => None,
        }
    }

    /// Whether it ignores the field.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused)
    }

    /// Every reason to refuse the cookie, in the order of the field; none where it isn't refused.
    #[must_use]
    pub fn reasons(&self) -> &[Finding<Reason>] {
        &self.reasons
    }

    /// What is ignored, changed, or most likely not meant, in the order of the field.
    #[must_use]
    pub fn warnings(&self) -> &[Finding<Warning>] {
        &self.warnings
    }

    /// The part of the field that decides how long the cookie lives: its `Max-Age` or `Expires`.
    #[must_use]
    pub fn lifetime(&self) -> Option<Range<usize>> {
        self.lifetime.clone()
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Stored(stored) => write!(f, "stored: {stored}")?,
            Outcome::Removes(identity) => write!(f, "removes: {identity}")?,
            Outcome::Refused => f.write_str("refused")?,
        }
        for Finding { what, range } in &self.reasons {
            write!(f, "\nreason: {what} (bytes {range:?}; {})", what.section())?;
        }
        for Finding { what, range } in &self.warnings {
            write!(f, "\nwarning: {what} (bytes {range:?}; {})", what.section())?;
        }
        Ok(())
    }
}
