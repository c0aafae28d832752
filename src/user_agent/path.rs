//! Paths (RFC 6265bis, section 5.1.4).

/// Returns the default path, the path of a cookie that has no `Path`: the request's path (without
/// its query) up to its last `/`, or `/` if that is empty or the path does not start with `/`.
///
/// # Examples
///
/// ```
/// use gingersnap::user_agent::default_path;
///
/// assert_eq!(default_path("/shop/cart"), "/shop");
/// assert_eq!(default_path("/shop"), "/");
/// ```
#[must_use]
pub fn default_path(request_path: &str) -> &str {
    // "If the uri-path is empty or if the first character of the uri-path is not a %x2F ("/")
    // character, output %x2F ("/") and skip the remaining steps."
    if !request_path.starts_with('/') {
        return "/";
    }
    match request_path.rsplit_once('/') {
        // "If the uri-path contains no more than one %x2F ("/") character, output %x2F ("/")"
        None | Some(("", _)) => "/",
        Some((before_last, _)) => before_last,
    }
}

/// Returns whether a request's path (without its query) path-matches a cookie's path. Nothing is
/// decoded, and case matters.
///
/// # Examples
///
/// ```
/// use gingersnap::user_agent::path_matches;
///
/// assert!(path_matches("/shop/cart", "/shop"));
/// assert!(!path_matches("/shopping", "/shop"));
/// ```
pub fn path_matches(request_path: impl AsRef<[u8]>, cookie_path: impl AsRef<[u8]>) -> bool {
    let cookie_path = cookie_path.as_ref();
    match request_path.as_ref().strip_prefix(cookie_path) {
        // "The cookie-path and the request-path are identical."
        Some([]) => true,
        // "The cookie-path is a prefix of the request-path, and the last character of the
        // cookie-path is %x2F ("/")", or "the first character of the request-path that is not
        // included in the cookie-path is a %x2F ("/") character."
        Some([next, ..]) => *next == b'/' || cookie_path.ends_with(b"/"),
        None => false,
    }
}
