//! `RequestContext`: the facts of a request that cookies depend on.

use std::borrow::Cow;

use super::context_error::ContextError;
use super::path::{default_path, path_matches};
use super::url_path::canonical_path;
use crate::host::Host;

/// The facts of a request that cookies depend on: its URL, and, if a browser sends it, who started
/// it and where.
///
/// A client that fetches a URL by itself needs only the URL. The host is canonical as the URL
/// Standard writes it, and so is the path; ports, queries and user info play no role (RFC 6265bis,
/// section 8.5). A context borrows from the URL, and allocates nothing if the URL is canonical.
///
/// # Examples
///
/// ```
/// use gingersnap::RequestContext;
///
/// let context = RequestContext::parse("https://Shop.Example:8443/cart/items?page=2")?;
/// assert_eq!((context.host(), context.path()), ("shop.example", "/cart/items"));
/// assert_eq!(context.default_path(), "/cart");
/// assert!(context.domain_matches("shop.example") && context.path_matches("/cart"));
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestContext<'u> {
    origin: Origin<'u>,
    path: Cow<'u, str>,
    kind: RequestKind,
    initiator: Option<Origin<'static>>,
    top_level: Option<Origin<'static>>,
}

/// The scheme and host of a page: what its site is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin<'u> {
    /// By `https` or `wss`.
    pub(super) is_https: bool,
    pub(super) host: Host<'u>,
}

impl Origin<'_> {
    fn to_owned(&self) -> Origin<'static> {
        Origin { is_https: self.is_https, host: self.host.clone().into_owned() }
    }
}

/// What kind of request it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestKind {
    /// A request by a page or for a part of one: an image, a style sheet, a frame, a script's
    /// `fetch`. This is the default.
    #[default]
    Subresource,
    /// A request that changes the URL in the address bar, such as that of a link.
    TopLevelNavigation {
        /// Whether the method is safe: GET, HEAD, OPTIONS or TRACE.
        safe_method: bool,
    },
    /// No request at all, but a script that reads or writes cookies: a "non-HTTP API".
    Script,
}

impl<'u> RequestContext<'u> {
    /// Parses the URL of a request.
    ///
    /// Accepts `http`, `https`, `ws` and `wss` URLs in ASCII. User info, port, query and fragment are
    /// dropped, dot segments are resolved, and the host is canonicalized. A URL that is accepted is
    /// read as the crate `url` reads it, except that A-labels (`xn--...`) are not validated and `/C:/`
    /// is not taken for a drive.
    ///
    /// # Errors
    ///
    /// [`ContextError`] for another scheme, an invalid host or port, `%` in the host, a backslash
    /// before the query, and white space, control characters and text that is not ASCII anywhere.
    pub fn parse(url: &'u str) -> Result<Self, ContextError> {
        let (scheme, rest) = without_query(url)?.split_once("://").ok_or(ContextError::NoScheme)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (_, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        Self::new(scheme, host_without_port(host_and_port)?, path)
    }

    /// Creates a context from the parts of a URL: its scheme, its host without a port, and its path,
    /// whose query and fragment are dropped. A path that does not start with `/`, such as `*`, is
    /// read as `/`.
    ///
    /// # Errors
    ///
    /// [`ContextError`] for another scheme than `http`, `https`, `ws` and `wss`, for an invalid host,
    /// and for a path with a backslash, white space, a control character or text that is not ASCII.
    pub fn from_parts(scheme: &str, host: &'u str, path: &'u str) -> Result<Self, ContextError> {
        let path = without_query(path)?;
        Self::new(scheme, host, if path.starts_with('/') { path } else { "/" })
    }

    fn new(scheme: &str, host: &'u str, path: &'u str) -> Result<Self, ContextError> {
        let is = |names: [&str; 2]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
        let is_https = is(["https", "wss"]);
        if !is_https && !is(["http", "ws"]) {
            return Err(ContextError::from_scheme(scheme));
        }
        Ok(Self {
            origin: Origin { is_https, host: Host::parse(host)? },
            path: canonical_path(path),
            kind: RequestKind::default(),
            initiator: None,
            top_level: None,
        })
    }

    /// Sets the page whose document started the request. Without one, the user started it, or the
    /// client itself, which counts as same-site.
    #[must_use]
    pub fn with_initiator(mut self, page: &RequestContext<'_>) -> Self {
        self.initiator = Some(page.origin.to_owned());
        self
    }

    /// Sets the kind of request.
    #[must_use]
    pub fn with_kind(mut self, kind: RequestKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the top-level page, whose URL is in the address bar. Without one, it is the request's
    /// own URL. The load of a frame is a subresource in its top-level page.
    #[must_use]
    pub fn in_top_level(mut self, page: &RequestContext<'_>) -> Self {
        self.top_level = Some(page.origin.to_owned());
        self
    }

    /// Returns the context of the request that follows a redirect to `next`: the initiator, the kind
    /// and the top-level page stay, and only the URL of `next` is used. If the redirect makes a GET of
    /// a POST, set the [kind](Self::with_kind) of a navigation again, with a safe method.
    #[must_use]
    pub fn redirected_to<'v>(&self, next: RequestContext<'v>) -> RequestContext<'v> {
        RequestContext {
            kind: self.kind,
            initiator: self.initiator.clone(),
            top_level: self.top_level.clone(),
            ..next
        }
    }

    /// Returns the context with text of its own, so that it can outlive the URL.
    #[must_use]
    pub fn into_owned(self) -> RequestContext<'static> {
        RequestContext {
            origin: self.origin.to_owned(),
            path: Cow::Owned(self.path.into_owned()),
            kind: self.kind,
            initiator: self.initiator,
            top_level: self.top_level,
        }
    }

    /// Returns the canonical host; an IPv6 address is in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin.host.as_str()
    }

    /// Returns the path, without a query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of request.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Returns whether the scheme is `https` or `wss`. Whether the connection counts as secure is up
    /// to the user agent: see [`UserAgent::is_secure`](super::UserAgent::is_secure).
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.origin.is_https
    }

    /// Returns the path of a cookie that has no `Path`: see [`default_path`].
    #[must_use]
    pub fn default_path(&self) -> &str {
        default_path(&self.path)
    }

    /// Returns whether the host domain-matches a domain in lower case (RFC 6265bis, section 5.1.3):
    /// it is the same, or a subdomain of it.
    #[must_use]
    pub fn domain_matches(&self, domain: &str) -> bool {
        self.origin.host.domain_matches(domain.as_bytes())
    }

    /// Returns whether the path path-matches a cookie's path: see [`path_matches`].
    pub fn path_matches(&self, cookie_path: impl AsRef<[u8]>) -> bool {
        path_matches(&*self.path, cookie_path)
    }

    pub(crate) const fn canonical_host(&self) -> &Host<'u> {
        &self.origin.host
    }

    pub(super) const fn origin(&self) -> &Origin<'u> {
        &self.origin
    }

    pub(super) const fn initiator(&self) -> Option<&Origin<'static>> {
        self.initiator.as_ref()
    }

    pub(super) const fn top_level(&self) -> Option<&Origin<'static>> {
        self.top_level.as_ref()
    }
}

/// Parses the URL of a request, as [`RequestContext::parse`].
impl<'u> TryFrom<&'u str> for RequestContext<'u> {
    type Error = ContextError;

    fn try_from(url: &'u str) -> Result<Self, ContextError> {
        Self::parse(url)
    }
}

/// Returns a URL or a path without its query and fragment, unless it has a byte that is refused.
fn without_query(url: &str) -> Result<&str, ContextError> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let is_refused =
        |&(offset, byte): &(usize, u8)| !byte.is_ascii_graphic() || (byte == b'\\' && offset < end);
    match url.bytes().enumerate().find(is_refused) {
        None => Ok(url.split_at(end).0),
        Some((offset, byte)) if byte.is_ascii() => Err(ContextError::UrlByte { offset, byte }),
        Some((offset, _)) => Err(ContextError::UrlNonAscii { offset }),
    }
}

/// Returns the host of an authority without user info, and checks the port.
fn host_without_port(authority: &str) -> Result<&str, ContextError> {
    // The colons between brackets are those of an IPv6 address.
    let end_of_address = if authority.starts_with('[') { authority.find(']') } else { None };
    let (address, rest) = authority.split_at(end_of_address.unwrap_or(0));
    let Some((name, port)) = rest.split_once(':') else { return Ok(authority) };
    let digits = port.trim_start_matches('0');
    let is_valid = port.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.is_empty() || digits.parse::<u16>().is_ok());
    if !is_valid {
        return Err(ContextError::Port);
    }
    // OK because both are parts of the authority.
    Ok(&authority[..address.len() + name.len()])
}
