//! What a user agent keeps otherwise than it was meant.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use crate::cookie::Prefix;
use crate::date::DateError;
use crate::header::Attribute;

/// What a user agent ignores or changes, and what is most likely not meant. It never holds a value.
///
/// Hosts, domains and paths are shown as errors show names: escaped, and cut at 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Warning {
    /// `Set-Cookie:` stands in front of the name, and is read as part of it.
    #[error("the field's own name is read as part of the cookie's")]
    FieldName,

    /// There is no name.
    #[error("there is no name: the bare value is sent back, and may pass for another cookie")]
    Nameless,

    /// The name isn't a token.
    #[error("the name isn't a token: it holds `{}`", byte.escape_ascii())]
    NameByte {
        /// The first byte that a token can't hold.
        byte: u8,
    },

    /// The name has a prefix, in another case of letters than the standard's.
    #[error("browsers take this for the prefix `{}`; write it so", prefix.as_str())]
    PrefixCase {
        /// The prefix.
        prefix: Prefix,
    },

    /// A value between DQUOTEs, which are part of it.
    #[error("the DQUOTEs are part of the value")]
    Quoted,

    /// A value between DQUOTEs, with a `;` inside, where it ends.
    #[error("the value ends at its first `;`, inside DQUOTEs or not")]
    QuotedSemicolon,

    /// The value holds a byte that a strict server would encode.
    #[error("a strict server encodes this in a value")]
    ValueByte,

    /// The value holds HTAB: the standard takes it, and Chromium refuses the cookie.
    #[error("a tab in a value: the standard takes it, Chromium refuses the cookie")]
    Tab,

    /// A `=` or `;` that is percent-encoded, and no user agent decodes.
    #[error("percent-encoded, it separates nothing: browsers decode nothing")]
    Encoded,

    /// What looks like another cookie, joined with a comma, where no user agent splits.
    #[error("this looks like a second cookie, but no browser splits at a comma")]
    SecondCookie,

    /// An attribute that the standard doesn't know.
    #[error("an unknown attribute is ignored{}", Meant(*meant))]
    Unknown {
        /// The attribute that it is most likely meant to be.
        meant: Option<Attribute>,
    },

    /// An attribute whose value is over 1024 bytes is ignored.
    #[error("{attribute} is ignored: {actual} bytes, over the limit of {limit}")]
    TooLong {
        /// Which.
        attribute: Attribute,
        /// Bytes of its value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// An attribute that a later one of its kind overrules.
    #[error("a later {attribute} overrules this one")]
    Repeated {
        /// Which.
        attribute: Attribute,
        /// Where in the field the one stands that counts.
        by: Range<usize>,
    },

    /// An `Expires` that can't be read is ignored.
    #[error("Expires is ignored: {error}")]
    Expires {
        /// Why.
        error: DateError,
    },

    /// A `Max-Age` that isn't a number of seconds is ignored.
    #[error("Max-Age is ignored: it isn't a number of seconds")]
    MaxAge,

    /// A `Max-Age` overrules an `Expires`, and one of the two is a removal.
    #[error("Max-Age overrules Expires, and they disagree about a removal")]
    ExpiresOverruled,

    /// A lifetime over 400 days is cut.
    #[error("{attribute} is cut to 400 days")]
    LifetimeCut {
        /// `Max-Age` or `Expires`.
        attribute: Attribute,
    },

    /// A `SameSite` that is none of the standard's counts as unset.
    #[error("SameSite is none of Strict, Lax and None: it counts as unset")]
    SameSite,

    /// An attribute that is on by being there, with a value, such as `Secure=false`.
    #[error("{attribute} is on, whatever its value says")]
    FlagValue {
        /// Which.
        attribute: Attribute,
    },

    /// A `Domain` above the host.
    #[error("the cookie goes to `{domain}` and all below it, not to `{host}` alone")]
    DomainWidens {
        /// The domain.
        domain: String,
        /// The host.
        host: String,
    },

    /// A `Domain` above the host that is a single label.
    #[error("a Domain of one label is most likely a public suffix, which browsers refuse")]
    DomainTopLevel,

    /// An empty `Domain` says nothing.
    #[error("an empty Domain is ignored: the cookie goes to this host alone")]
    DomainEmpty,

    /// A `Domain` that is the host's IP address.
    #[error("an IP address has no subdomains: the Domain adds nothing")]
    DomainAddress,

    /// A `Path` that doesn't start with `/` is ignored.
    #[error("a Path must start with `/`; the default path is taken: `{default}`")]
    PathStart {
        /// The default path, which the cookie gets.
        default: String,
    },

    /// A `Path` that the sender's own path doesn't match.
    #[error("the cookie won't be sent to the path that sets it, `{path}`")]
    PathElsewhere {
        /// The sender's path.
        path: String,
    },

    /// Named like a session, and open to scripts.
    #[error("named like a session, and scripts can read it: HttpOnly is missing")]
    NoHttpOnly,
}

impl Warning {
    /// Where the rule stands.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Nameless
            | Self::Quoted
            | Self::QuotedSemicolon
            | Self::Tab
            | Self::Encoded
            | Self::Unknown { .. }
            | Self::TooLong { .. } => "RFC 6265bis, section 5.6",
            Self::Repeated { .. } => "RFC 6265bis, section 5.7",
            Self::FieldName => "RFC 9110, section 5.1",
            Self::SecondCookie => "RFC 9110, section 5.3",
            Self::NameByte { .. } | Self::ValueByte => "RFC 6265bis, section 4.1.1",
            Self::PrefixCase { .. } => "RFC 6265bis, section 4.1.3",
            Self::NoHttpOnly => "RFC 6265bis, section 4.1.2.6",
            Self::LifetimeCut { .. } => "RFC 6265bis, section 5.5",
            Self::Expires { .. } => "RFC 6265bis, section 5.6.1",
            Self::MaxAge | Self::ExpiresOverruled => "RFC 6265bis, section 5.6.2",
            Self::DomainEmpty | Self::DomainWidens { .. } => "RFC 6265bis, section 5.6.3",
            Self::DomainTopLevel => "RFC 6265bis, section 5.7, step 9",
            Self::DomainAddress => "RFC 6265bis, section 5.1.3",
            Self::PathStart { .. } => "RFC 6265bis, section 5.6.4",
            Self::PathElsewhere { .. } => "RFC 6265bis, section 5.1.4",
            Self::FlagValue { attribute: Attribute::Secure } => "RFC 6265bis, section 5.6.5",
            Self::FlagValue { attribute: Attribute::HttpOnly } => "RFC 6265bis, section 5.6.6",
            Self::FlagValue { .. } => "CHIPS (draft-cutler-httpbis-partitioned-cookies)",
            Self::SameSite => "RFC 6265bis, section 5.6.7",
        }
    }
}

/// What an unknown attribute is most likely meant to be.
struct Meant(Option<Attribute>);

impl fmt::Display for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |attribute| write!(f, "; {attribute} may be meant"))
    }
}
