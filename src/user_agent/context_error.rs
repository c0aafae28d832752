//! Why a URL cannot be a request context.

use thiserror::Error;

use crate::bytes::escape_text;
use crate::host::HostError;

/// Why a URL, or its parts, make no [`RequestContext`](super::RequestContext).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContextError {
    /// There is no scheme, followed by `://`.
    #[error("the URL does not start with a scheme and `://`")]
    NoScheme,

    /// The scheme is not one that cookies are sent with.
    #[error("the scheme `{scheme}` is not one of http, https, ws and wss")]
    Scheme {
        /// The scheme as the message shows it.
        scheme: String,
    },

    /// The URL has white space, a control character or a backslash, which the URL Standard would
    /// rewrite.
    #[error("the URL has `{}` at byte {offset}; percent-encode it", byte.escape_ascii())]
    UrlByte {
        /// The position in the URL, in bytes from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The URL is not ASCII.
    #[error(
        "the URL is not ASCII from byte {offset} on; percent-encode the path, and write the host's A-label (`xn--...`)"
    )]
    UrlNonAscii {
        /// The position in the URL, in bytes from 0.
        offset: usize,
    },

    /// The port is not a number up to 65535.
    #[error("the port is not a number up to 65535")]
    Port,

    /// The host is empty.
    #[error("the host is empty")]
    HostEmpty,

    /// The host is not ASCII.
    #[error("the host is not ASCII; write its A-label (`xn--...`)")]
    HostNonAscii,

    /// The host has a byte that no host has: of a port, a path or user info, or one that the URL
    /// Standard would decode.
    #[error("the host has `{}` at byte {offset}, which no host has", byte.escape_ascii())]
    HostByte {
        /// The position in the host, in bytes from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },

    /// The last label of the host is a number, but the host is no IPv4 address.
    #[error("the host ends in a number, but is no IPv4 address")]
    HostIpv4,
}

impl ContextError {
    pub(super) fn from_scheme(scheme: &str) -> Self {
        Self::Scheme { scheme: escape_text(scheme) }
    }
}

impl From<HostError> for ContextError {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Empty => Self::HostEmpty,
            HostError::NonAscii => Self::HostNonAscii,
            HostError::Forbidden { offset, byte } => Self::HostByte { offset, byte },
            HostError::InvalidIpv4 => Self::HostIpv4,
        }
    }
}
