//! What a user agent stores differently from what was intended.

use std::ops::Range;

use crate::cookie::Prefix;
use crate::date::DateError;
use crate::header::Attribute;

/// What a user agent ignores or changes, and what is most likely not intended.
///
/// It never contains the cookie's value.
///
/// Hosts, domains and paths have invisible characters escaped, and are cut after 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// `Set-Cookie:` is in front of the name, and is read as part of it.
    HeaderName,

    /// There is no name.
    Nameless,

    /// There is no name, and the value has a `=`: the standard accepts it, and Chromium refuses the
    /// cookie.
    NamelessEquals,

    /// The name is not a token.
    NameByte {
        /// The first byte that a token cannot have.
        byte: u8,
    },

    /// The name has a prefix in another case than the standard's.
    PrefixCase {
        /// The prefix.
        prefix: Prefix,
    },

    /// The value is quoted, and the quotes are part of it.
    Quoted,

    /// The value is quoted and has a `;`, where it ends.
    QuotedSemicolon,

    /// The value has a byte that a strict server would encode.
    ValueByte,

    /// There is a HTAB inside a name or a value, also one of an attribute: the standard accepts it, and
    /// Chromium refuses the cookie.
    Tab,

    /// A `=` or `;` is percent-encoded, which no user agent decodes.
    Encoded,

    /// What looks like another cookie is joined with a comma, where no user agent splits.
    SecondCookie,

    /// An attribute has white space or a comma in front of it in place of a `;`, and is read as part of
    /// what is there.
    MissingSemicolon {
        /// The attribute.
        attribute: Attribute,
    },

    /// The name of an attribute has a `:` after it, such as `Path: /`, and is not recognized.
    Colon {
        /// The attribute.
        attribute: Attribute,
    },

    /// The header starts with an attribute, which is read as the cookie's name and value.
    AttributeFirst {
        /// The attribute.
        attribute: Attribute,
    },

    /// The standard does not know an attribute, which is ignored.
    Unknown {
        /// The attribute that is most likely meant.
        meant: Option<Attribute>,
    },

    /// The value of an attribute is over 1024 bytes, so the attribute is ignored.
    TooLong {
        /// The attribute.
        attribute: Attribute,
        /// The bytes of its value.
        actual: usize,
        /// The limit.
        limit: usize,
    },

    /// A later attribute of the same kind overrides one.
    Repeated {
        /// The attribute.
        attribute: Attribute,
        /// Where in the header the attribute is that counts.
        by: Range<usize>,
    },

    /// An `Expires` cannot be read, and is ignored.
    Expires {
        /// Why.
        error: DateError,
    },

    /// A `Max-Age` is not a number of seconds, and is ignored.
    MaxAge,

    /// Chromium reads a `Max-Age` or an `Expires` that the standard ignores, ignores one that the standard
    /// reads, or reads it as another time.
    ReadDifferently {
        /// `Max-Age` or `Expires`.
        attribute: Attribute,
    },

    /// The last `Max-Age` or `Expires` cannot be read: in the standard an earlier one still counts, and
    /// in Chromium none does.
    VoidsEarlier {
        /// `Max-Age` or `Expires`.
        attribute: Attribute,
    },

    /// A `Max-Age` overrides an `Expires`, and one of the two is a removal.
    ExpiresOverridden,

    /// A lifetime of over 400 days is cut.
    LifetimeCut {
        /// `Max-Age` or `Expires`.
        attribute: Attribute,
    },

    /// A `SameSite` that the standard does not know counts as absent.
    SameSite,

    /// An attribute whose presence is enough has a value, such as `Secure=false`.
    FlagValue {
        /// The attribute.
        attribute: Attribute,
    },

    /// The `Domain` is a parent of the host.
    DomainWidens {
        /// The domain.
        domain: String,
        /// The host.
        host: String,
    },

    /// The `Domain` is a parent of the host with a single label, and there is no list of public
    /// suffixes.
    DomainTopLevel,

    /// The `Domain` is a parent of the host, and there is no list of public suffixes: it may be one,
    /// which browsers refuse.
    SuffixUnchecked,

    /// The `Domain` is empty, and stands for the host only, even after a valid one.
    DomainEmpty,

    /// The `Domain` is a single dot, which the standard takes for an empty one, and for which Chromium
    /// refuses the cookie.
    DomainDot,

    /// The `Domain` is the host's IP address.
    DomainAddress,

    /// The `Path` does not start with `/`, and stands for the default path, even after a valid one.
    PathStart {
        /// The default path, which is used instead.
        default: String,
    },

    /// The request's own path does not path-match the `Path`.
    PathElsewhere {
        /// The request's path.
        path: String,
    },

    /// The cookie is named like a session, and scripts can read it.
    NoHttpOnly,
}

impl Warning {
    /// Returns the section of the standard that has the rule.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        match self {
            Self::Nameless
            | Self::Quoted
            | Self::QuotedSemicolon
            | Self::Tab
            | Self::Encoded
            | Self::MissingSemicolon { .. }
            | Self::Colon { .. }
            | Self::AttributeFirst { .. }
            | Self::Unknown { .. }
            | Self::TooLong { .. } => "RFC 6265bis, section 5.6",
            Self::NamelessEquals => "RFC 6265bis, section 5.7, step 22",
            Self::Repeated { .. } => "RFC 6265bis, section 5.7",
            Self::HeaderName => "RFC 9110, section 5.1",
            Self::SecondCookie => "RFC 9110, section 5.3",
            Self::NameByte { .. } | Self::ValueByte => "RFC 6265bis, section 4.1.1",
            Self::PrefixCase { .. } => "RFC 6265bis, section 4.1.3",
            Self::NoHttpOnly => "RFC 6265bis, section 4.1.2.6",
            Self::LifetimeCut { .. } => "RFC 6265bis, section 5.5",
            Self::Expires { .. }
            | Self::ReadDifferently { attribute: Attribute::Expires }
            | Self::VoidsEarlier { attribute: Attribute::Expires } => "RFC 6265bis, section 5.6.1",
            Self::MaxAge
            | Self::ExpiresOverridden
            | Self::ReadDifferently { .. }
            | Self::VoidsEarlier { .. } => "RFC 6265bis, section 5.6.2",
            Self::DomainEmpty | Self::DomainDot | Self::DomainWidens { .. } => {
                "RFC 6265bis, section 5.6.3"
            }
            Self::DomainTopLevel | Self::SuffixUnchecked => "RFC 6265bis, section 5.7, step 9",
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
