//! The path of a URL in the form that the URL Standard gives it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What is encoded in a path: the same as by the crate `url`, which leaves `^` as it is. A `?` or `#`
/// ends the path before.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// Returns a path, which starts with `/` or is empty and has no query, percent-encoded and with its
/// dot segments resolved.
pub(super) fn canonical_path(path: &str) -> Cow<'_, str> {
    let path = if path.is_empty() { "/" } else { path };
    let encoded: Cow<'_, str> = utf8_percent_encode(path, PATH).into();
    if encoded.split('/').any(|segment| is_dot(segment) || is_double_dot(segment)) {
        resolve_dot_segments(&encoded).into()
    } else {
        encoded
    }
}

fn resolve_dot_segments(path: &str) -> String {
    let mut resolved: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if is_double_dot(segment) {
            resolved.pop();
        }
        if !is_dot(segment) && !is_double_dot(segment) {
            resolved.push(segment);
        } else if is_last {
            resolved.push("");
        }
    }
    String::from("/") + &resolved.join("/")
}

fn is_dot(segment: &str) -> bool {
    segment == "." || segment.eq_ignore_ascii_case("%2e")
}

fn is_double_dot(segment: &str) -> bool {
    matches!(segment.len(), 2 | 4 | 6)
        && [".", "%2e"].iter().any(|first| {
            let rest = segment.get(first.len()..).filter(|_| {
                segment.get(..first.len()).is_some_and(|start| start.eq_ignore_ascii_case(first))
            });
            rest.is_some_and(is_dot)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_canonical() {
        for (path, canonical) in [
            ("", "/"),
            ("/", "/"),
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/../a", "/a"),
            ("/a/%2E%2e/b", "/b"),
            ("/a/.%2e/b", "/b"),
            ("/a/%2e/b", "/a/b"),
            ("/a/..b", "/a/..b"),
            ("//a", "//a"),
            ("/a//../b", "/a/b"),
            ("/{a}", "/%7Ba%7D"),
            ("/%41", "/%41"),
        ] {
            assert_eq!(canonical_path(path), canonical, "{path}");
        }
        assert!(matches!(canonical_path("/a/b"), Cow::Borrowed(_)));
    }
}
