//! Paths (RFC 6265bis, section 5.1.4).

/// The default path: the request's path up to, not including, its last `/`; `/` where that is empty
/// or the path doesn't start with `/`.
pub(crate) fn default_path(request_path: &str) -> &str {
    // "If the uri-path is empty or if the first character of the uri-path is not a %x2F ("/")
    // character, output %x2F ("/") and skip the remaining steps."
    if !request_path.starts_with('/') {
        return "/";
    }
    match request_path.rfind('/') {
        // "If the uri-path contains no more than one %x2F ("/") character, output %x2F ("/")"
        None | Some(0) => "/",
        Some(last) => &request_path[..last],
    }
}

/// Whether a request's path path-matches a cookie's. Nothing is decoded, and case counts.
pub(crate) fn path_matches(request_path: &[u8], cookie_path: &[u8]) -> bool {
    match request_path.strip_prefix(cookie_path) {
        // "The cookie-path and the request-path are identical."
        Some([]) => true,
        // "The cookie-path is a prefix of the request-path, and the last character of the
        // cookie-path is %x2F ("/")", or "the first character of the request-path that is not
        // included in the cookie-path is a %x2F ("/") character."
        Some([next, ..]) => *next == b'/' || cookie_path.ends_with(b"/"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_paths() {
        for (request, default) in [
            ("", "/"),
            ("a", "/"),
            ("a/b", "/"),
            ("*", "/"),
            ("/", "/"),
            ("/a", "/"),
            ("/a/", "/a"),
            ("/a/b", "/a"),
            ("/a/b/", "/a/b"),
            ("//", "/"),
            ("//a", "/"),
            ("/a//b", "/a/"),
        ] {
            assert_eq!(default_path(request), default, "{request}");
        }
    }

    #[test]
    fn path_match() {
        let matches = [
            ("/", "/"),
            ("/a", "/"),
            ("/a", "/a"),
            ("/a/", "/a"),
            ("/a/b", "/a"),
            ("/a/b", "/a/"),
            ("//a", "/"),
        ];
        let differs = [
            ("/a", "/a/"),
            ("/ab", "/a"),
            ("/", "/a"),
            ("/A", "/a"),
            ("/a%2Fb", "/a"),
            ("/%61", "/a"),
        ];
        for (request, cookie) in matches {
            assert!(path_matches(request.as_bytes(), cookie.as_bytes()), "{request} at {cookie}");
        }
        for (request, cookie) in differs {
            assert!(!path_matches(request.as_bytes(), cookie.as_bytes()), "{request} at {cookie}");
        }
    }
}
