//! The keys of the cookies on a server.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The characters that would begin or end a hash tag, and `%`, which begins an escape.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'{').add(b'}').add(b'%');

/// The keys of the cookies on a server. Each has the site as its hash tag, so that a cluster keeps all keys
/// of a site on one node.
#[derive(Debug)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: utf8_percent_encode(prefix, ESCAPED).to_string() }
    }

    /// Returns the key of the set of a site's partitions.
    pub(super) fn partitions(&self, site: &str) -> String {
        self.key(site, "partitions")
    }

    /// Returns the key of a part of a site.
    pub(super) fn part(&self, site: &str, partition: Option<&str>) -> String {
        let mut key = self.key(site, "cookies");
        if let Some(partition) = partition {
            key.push(':');
            key.push_str(partition);
        }
        key
    }

    fn key(&self, site: &str, kind: &str) -> String {
        format!("{}:{{{}}}:{kind}", self.prefix, utf8_percent_encode(site, ESCAPED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_tag_is_the_site() {
        let keys = Keys::new("a{b}%");
        assert_eq!(keys.partitions("x.example"), "a%7Bb%7D%25:{x.example}:partitions");
        assert_eq!(keys.part("}{.example", None), "a%7Bb%7D%25:{%7D%7B.example}:cookies");
        let part = keys.part("[::1]", Some("https://{a}.example"));
        assert_eq!(part, "a%7Bb%7D%25:{[::1]}:cookies:https://{a}.example");
    }
}
