//! The texts of reasons and warnings.

use std::fmt;

use super::separators::takes_no_value;
use crate::bytes::{escape_attribute, escape_name};
use crate::header::Attribute;
use crate::host::is_ip_literal;
use crate::user_agent::{Identity, NotSent, Reason, Warning};

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control { byte, count: 1 } => {
                write!(f, "the header has the control character `{}`", byte.escape_ascii())
            }
            Self::Control { byte, count } => {
                let byte = byte.escape_ascii();
                write!(f, "the header has {count} control characters, the first of them `{byte}`")
            }
            Self::Empty => f.write_str("the header has neither a name nor a value"),
            Self::TooLarge { actual, limit } => {
                write!(f, "name and value are {actual} bytes, over the limit of {limit}")
            }
            Self::DomainNonAscii => {
                f.write_str("`Domain` is not ASCII; write the host name's A-label (`xn--...`)")
            }
            Self::DomainMismatch { domain, host, hint } => {
                write!(f, "`Domain` is `{domain}`, neither the host `{host}` nor a parent of it")?;
                hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
            }
            Self::PublicSuffix { domain } => {
                write!(
                    f,
                    "`Domain` is `{domain}`, a public suffix, under which anyone can have a host"
                )
            }
            Self::AboveSite { domain } => write!(
                f,
                "`Domain` is `{domain}`, a parent of the host's public suffix: other sites are below it, too"
            ),
            Self::CookiesDisabled => f.write_str("cookies are disabled"),
            Self::NotSecure => f.write_str("`Secure` requires a secure connection"),
            Self::NonHttpApi => f.write_str("a script cannot set an `HttpOnly` cookie"),
            Self::HidesSecure => f.write_str(
                "over an insecure connection, it would hide a stored `Secure` cookie of its name",
            ),
            Self::OverwritesHttpOnly => {
                f.write_str("a script cannot replace or remove an `HttpOnly` cookie")
            }
            Self::NotReadBack => f.write_str(
                "it would be read back as another cookie: `=` in the name, `;`, or white space at an end",
            ),
            Self::CrossSite => {
                f.write_str("a cross-site response can only set cookies with `SameSite=None`")
            }
            Self::SameSiteNone => f.write_str("`SameSite=None` requires `Secure`"),
            Self::Partitioned => f.write_str("`Partitioned` requires `Secure`"),
            Self::Prefix { prefix, requirement } => {
                write!(f, "the prefix `{prefix}` requires {requirement}")
            }
            Self::NamelessPrefix { prefix } => {
                write!(f, "there is no name, and the value starts with the prefix `{prefix}`")
            }
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CookiesDisabled => "cookies are disabled",
            Self::Expired => "it has expired",
            Self::OtherHost => "it is sent to its own host only, and this is another one",
            Self::OtherDomain => "its domain is neither this host nor a parent of it",
            Self::PublicSuffix => "its domain is a public suffix, or a parent of one",
            Self::OtherPath => "its path is neither this path nor a parent of it",
            Self::NotSecure => "it is `Secure`, and the connection is not",
            Self::HttpOnly => "it is `HttpOnly`, and a script asks for it",
            Self::Strict => "it is `SameSite=Strict`, and the request is cross-site",
            Self::Lax => {
                "it is `SameSite=Lax`, or has no `SameSite`, and the request is cross-site and \
                 no top-level navigation with a safe method"
            }
            Self::OtherPartition => "it is `Partitioned`, and this is another top-level site",
        })
    }
}

impl fmt::Display for Warning {
    #[expect(clippy::too_many_lines, reason = "one text for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderName => {
                f.write_str("the header's own name is read as part of the cookie's name")
            }
            Self::Nameless => f.write_str(
                "there is no name: the bare value is sent back, and may be taken for another cookie",
            ),
            Self::NamelessEquals => f.write_str(
                "there is no name, and the value has a `=`: the standard accepts it, Chromium refuses \
                 the cookie",
            ),
            Self::NameByte { byte } => {
                write!(f, "the name is not a token: it has `{}`", byte.escape_ascii())
            }
            Self::PrefixCase { prefix } => {
                write!(f, "browsers take this for the prefix `{prefix}`; write it like that")
            }
            Self::Quoted => f.write_str("the quotes are part of the value"),
            Self::QuotedSemicolon => {
                f.write_str("the value ends at its first `;`, inside quotes or not")
            }
            Self::ValueByte => f.write_str("a strict server encodes this in a value"),
            Self::Tab => {
                f.write_str("a tab: the standard accepts it, Chromium refuses the cookie")
            }
            Self::Encoded => {
                f.write_str("this is part of the value: browsers do not percent-decode")
            }
            Self::SecondCookie => {
                f.write_str("this looks like a second cookie, but no browser splits at a comma")
            }
            Self::MissingSemicolon { attribute } => write!(
                f,
                "`{attribute}` is read as part of what is before it; write a `;` between them"
            ),
            Self::Colon { attribute } => {
                let end = if takes_no_value(*attribute) { "` alone" } else { "=...`" };
                write!(f, "`{attribute}` is ignored with a `:`; write `{attribute}{end}")
            }
            Self::AttributeFirst { attribute } => write!(
                f,
                "`{attribute}` is read as the cookie itself; write the cookie's name and value first"
            ),
            Self::Unknown { meant } => {
                f.write_str("an unknown attribute is ignored")?;
                meant.map_or(Ok(()), |meant| write!(f, "; `{meant}` may be meant"))
            }
            Self::TooLong { attribute, actual, limit } => {
                write!(f, "`{attribute}` is ignored: {actual} bytes, over the limit of {limit}")
            }
            Self::Repeated { attribute, .. } => {
                write!(f, "a later `{attribute}` overrides this one")
            }
            Self::Expires { error } => write!(f, "`Expires` is ignored: {error}"),
            Self::MaxAge => f.write_str("`Max-Age` is ignored: it is not a number of seconds"),
            Self::ReadDifferently { attribute } => {
                let remedy = unambiguous_form(*attribute);
                write!(f, "Chromium reads this `{attribute}` differently from the standard; {remedy}")
            }
            Self::VoidsEarlier { attribute } => {
                write!(f, "an earlier `{attribute}` still counts, but not in Chromium")
            }
            Self::ExpiresOverridden => {
                f.write_str("`Max-Age` overrides `Expires`, and only one of them is a removal")
            }
            Self::LifetimeCut { attribute } => write!(f, "`{attribute}` is cut to 400 days"),
            Self::SameSite => f.write_str(
                "`SameSite` is none of `Strict`, `Lax` and `None`: it counts as absent",
            ),
            Self::FlagValue { attribute } => {
                write!(f, "`{attribute}` is on, whatever its value is")
            }
            Self::DomainWidens { domain, host } => write!(
                f,
                "the cookie is sent to `{domain}` and all of its subdomains, not only to `{host}`"
            ),
            Self::DomainTopLevel => f.write_str(
                "a `Domain` of one label is most likely a public suffix, which browsers refuse",
            ),
            Self::SuffixUnchecked => f.write_str(
                "without a list of public suffixes, it is not checked whether the `Domain` is one, which browsers refuse",
            ),
            Self::DomainEmpty => {
                f.write_str("an empty `Domain` means this host only, even after a valid one")
            }
            Self::DomainDot => f.write_str(
                "a `Domain` of a single dot: the standard ignores it, Chromium refuses the cookie",
            ),
            Self::DomainAddress => {
                f.write_str("an IP address has no subdomains: `Domain` adds nothing")
            }
            Self::PathStart { default } => write!(
                f,
                "`Path` does not start with `/`; the default path is used: `{default}`"
            ),
            Self::PathElsewhere { path } => {
                write!(f, "the cookie is not sent to the path that sets it, `{path}`")
            }
            Self::NoHttpOnly => {
                f.write_str("named like a session, but scripts can read it: `HttpOnly` is missing")
            }
        }
    }
}

/// Returns how a lifetime is written so that all browsers read it in the same way.
const fn unambiguous_form(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Expires => "write it like `Sun, 06 Nov 1994 08:49:37 GMT`",
        _ => "write digits only",
    }
}

/// Writes, for instance, ``cookie `sid` for shop.example only, under /cart``.
impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            [] => f.write_str("a cookie without a name")?,
            name => write!(f, "cookie `{}`", escape_name(name))?,
        }
        // An IP address has no subdomains, whatever the cookie says.
        let is_only = self.is_host_only || is_ip_literal(&self.domain);
        let reach = if is_only { "only" } else { "and its subdomains" };
        let (domain, path) =
            (escape_attribute(self.domain.as_bytes()), escape_attribute(self.path));
        write!(f, " for {domain} {reach}, under {path}")
    }
}
