//! Who sent a field.

use thiserror::Error;

use super::host::Host;
use super::path::default_path;
use crate::byte::shown;

/// Who sends a `Set-Cookie` field: the scheme, the host and the path of the request's URL, and what
/// the user agent thinks of the connection.
///
/// ```
/// use gingersnap::Sender;
///
/// let sender = Sender::new("https", "Shop.Example", "/cart/items?page=2")?;
/// assert_eq!((sender.host(), sender.path()), ("shop.example", "/cart/items"));
/// assert_eq!(sender.default_path(), "/cart");
/// assert!(sender.is_secure());
/// # Ok::<(), gingersnap::errors::SenderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sender {
    host: Host,
    path: Box<str>,
    secure: bool,
    cross_site: bool,
}

/// Why parts make no [`Sender`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SenderError {
    /// The scheme is none that cookies have to do with.
    #[error("the scheme `{scheme}` is none of http, https, ws and wss")]
    Scheme {
        /// The scheme, as errors show names.
        scheme: String,
    },

    /// The host is empty.
    #[error("the host is empty")]
    HostEmpty,

    /// The host isn't ASCII.
    #[error("the host isn't ASCII; write its A-label (`xn--...`)")]
    HostNonAscii,

    /// A byte that no host holds: of a port, a path or a user's name, or one that a URL would
    /// have decoded.
    #[error("the host has `{}` at byte {offset}, which no host holds", byte.escape_ascii())]
    HostByte {
        /// Where in the host, from 0.
        offset: usize,
        /// The byte there.
        byte: u8,
    },
}

impl Sender {
    /// The sender at a URL: its scheme (`http`, `https`, `ws`, `wss`), its host (ASCII, with A-labels
    /// for what isn't; without a port), and its path, whose query is cut. The cookie's identity
    /// knows no port (RFC 6265bis, section 8.5).
    ///
    /// Its connection is secure by `https` and `wss`, and the response is same-site.
    ///
    /// # Errors
    ///
    /// Another scheme; a host that is empty, isn't ASCII or holds what no host does.
    pub fn new(scheme: &str, host: &str, path: &str) -> Result<Self, SenderError> {
        let is = |names: [&str; 2]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
        let secure = is(["https", "wss"]);
        if !secure && !is(["http", "ws"]) {
            return Err(SenderError::Scheme { scheme: shown(scheme.as_bytes()) });
        }
        let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
        Ok(Self { host: Host::new(host)?, path: path.into(), secure, cross_site: false })
    }

    /// With a connection that the user agent takes for secure, or not: the standard leaves it to
    /// the user agent (RFC 6265bis, section 5.7, step 13).
    #[must_use]
    pub fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// With a secure connection where the host is this machine (`localhost` and names below it,
    /// `127.0.0.0/8`, `[::1]`), as Chromium and Firefox have it.
    #[must_use]
    pub fn with_trusted_loopback(mut self) -> Self {
        self.secure |= self.host.is_loopback();
        self
    }

    /// With a response to a cross-site request that is no top-level navigation, such as that of a
    /// frame, an image or a script's `fetch` (RFC 6265bis, section 5.2), or not.
    #[must_use]
    pub fn with_cross_site(mut self, cross_site: bool) -> Self {
        self.cross_site = cross_site;
        self
    }

    /// The host, in lower case; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// The path, without a query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of a cookie that has none: this one up to its last `/` (RFC 6265bis, section 5.1.4).
    #[must_use]
    pub fn default_path(&self) -> &str {
        default_path(&self.path)
    }

    /// Whether the user agent takes the connection for secure.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the response is to a cross-site request that is no top-level navigation.
    #[must_use]
    pub fn is_cross_site(&self) -> bool {
        self.cross_site
    }

    /// The host, with what it matches.
    pub(crate) fn as_host(&self) -> &Host {
        &self.host
    }
}
