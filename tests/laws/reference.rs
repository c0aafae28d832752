//! A simple, slow jar to compare with: every answer is computed from the list of received pairs and
//! the list of changes.

use std::time::{Duration, UNIX_EPOCH};

use gingersnap::{Cookie, CookieJar, Encoding, Policy, Prefix, SameSite, date};

use crate::segments::{readable_name, segments};

/// The pairs that were received, and the changes to them.
#[derive(Clone)]
pub(crate) struct ReferenceJar {
    policy: Policy,
    received: Vec<Pair>,
    /// The name and the length of each received pair in bytes, those included whose value cannot be
    /// read.
    named: Vec<(String, usize)>,
    /// The length of each pair that was skipped, in bytes.
    skipped: Vec<usize>,
    /// The length of each pair that was skipped and has no name that can be read, in bytes.
    nameless: Vec<usize>,
    changes: Vec<Change>,
}

#[derive(Clone)]
struct Pair {
    name: String,
    /// The value as plain text.
    value: String,
    /// The value as it is written in a header.
    raw: String,
}

#[derive(Clone)]
struct Change {
    pair: Pair,
    /// The cookie without its value.
    attributes: Cookie<'static>,
    is_removal: bool,
    header: String,
}

impl Change {
    /// Returns whether both are changes of the same cookie: name, domain, path and partition.
    fn has_identity_of(&self, other: &Self) -> bool {
        let (own, other) = (&self.attributes, &other.attributes);
        own.name() == other.name()
            && own.domain() == other.domain()
            && own.path() == other.path()
            && own.is_partitioned() == other.is_partitioned()
    }
}

impl Pair {
    /// Returns the bytes of name, `=` and value in a header.
    fn len(&self) -> usize {
        self.name.len() + 1 + self.raw.len()
    }
}

impl ReferenceJar {
    /// Reads one `Cookie` header.
    pub(crate) fn from_cookie_header(policy: Policy, header: &[u8]) -> Self {
        let (mut received, mut skipped) = (Vec::new(), Vec::new());
        let (mut named, mut nameless) = (Vec::new(), Vec::new());
        for (offset, len, pair) in segments(header) {
            let text = pair.ok().and_then(|(name, value)| {
                Some((str::from_utf8(name).ok()?, str::from_utf8(value).ok()?))
            });
            if let Some((name, raw)) = text {
                let value = policy.encoding().decode(raw).into_owned();
                let pair = Pair { name: name.to_owned(), value, raw: raw.to_owned() };
                named.push((pair.name.clone(), pair.len()));
                received.push(pair);
            } else {
                skipped.push(len);
                match readable_name(&header[offset..offset + len]) {
                    Some((name, len)) => named.push((name.to_owned(), len)),
                    None => nameless.push(len),
                }
            }
        }
        Self { policy, received, named, skipped, nameless, changes: Vec::new() }
    }

    /// Sets a cookie, and returns whether it was accepted.
    pub(crate) fn set(&mut self, cookie: &Cookie) -> bool {
        if cookie.is_removal() {
            let is_writable = cookie.expires().is_none_or(|time| date::imf_fixdate(time).is_ok());
            return is_writable && self.remove_cookie(cookie);
        }
        let Ok(header) = cookie.to_set_cookie(self.policy.encoding()) else { return false };
        let pair = header.split("; ").next().and_then(|pair| pair.split_once('='));
        let (_, raw) = pair.expect("a pair");
        // What the next request will yield, whatever the encoding of the cookie itself is.
        let value = self.policy.encoding().decode(raw).into_owned();
        let pair = Pair { name: cookie.name().to_owned(), value, raw: raw.to_owned() };
        let attributes = cookie.clone().with_value("").into_owned();
        let mut next = self.clone();
        next.push(Change { pair, attributes, is_removal: false, header });
        let (cookies, bytes) = next.totals();
        let (cookies_before, bytes_before) = self.totals();
        let limits = self.policy.limits();
        let is_over = (cookies > limits.cookies() as usize && cookies > cookies_before)
            || (bytes > limits.cookie_header_bytes() as usize && bytes > bytes_before);
        if !is_over {
            *self = next;
        }
        !is_over
    }

    /// Removes the cookie with this name, domain, path and partition, and returns whether the
    /// removal was accepted.
    pub(crate) fn remove_cookie(&mut self, cookie: &Cookie) -> bool {
        let prefix = Prefix::from_name(cookie.name());
        let needs_http_only = matches!(prefix, Some(Prefix::Http | Prefix::HostHttp));
        let needs_secure =
            prefix.is_some() || cookie.is_partitioned() || cookie.same_site() == SameSite::None;
        let attributes = cookie
            .clone()
            .into_owned()
            .with_value("")
            .with_session_lifetime()
            .with_expires(UNIX_EPOCH)
            .with_max_age(Duration::ZERO)
            .with_secure(cookie.is_secure() || needs_secure)
            .with_http_only(cookie.is_http_only() || needs_http_only);
        // The name need not be one that a server may set, but the attributes must be valid: they
        // are written with another name of the same prefix.
        let valid_name = prefix.map_or("", Prefix::as_str).to_owned() + "x";
        let renamed = attributes.clone().with_name(&valid_name).to_set_cookie(Encoding::Percent);
        let Ok(renamed) = renamed else { return false };
        let name = cookie.name();
        let header = name.to_owned() + &renamed[valid_name.len()..];
        // No browser stores a name that is too long for any cookie, unless it has just sent it.
        let limit = self.policy.limits().cookie_bytes().max(4096) as usize;
        if name.len() > limit && !self.named.iter().any(|(received, _)| received == name) {
            return false;
        }
        // A browser can have stored the name if it would come back as the name of a pair.
        let pair = [name, "=x"].concat();
        if !matches!(segments(pair.as_bytes())[..], [(_, _, Ok((n, b"x")))] if n == name.as_bytes())
        {
            return false;
        }
        let pair = Pair { name: name.to_owned(), value: String::new(), raw: String::new() };
        self.push(Change { pair, attributes, is_removal: true, header });
        true
    }

    /// Removes by name, and returns whether the removal was accepted.
    pub(crate) fn remove_name(&mut self, name: &str) -> bool {
        let pending: Vec<_> =
            self.changes.iter().filter(|change| change.pair.name == name).cloned().collect();
        for change in pending {
            assert!(self.remove_cookie(&change.attributes), "what was set can be removed");
        }
        let root = Cookie::new(name.to_owned(), "");
        let is_at_root = |change: &Change| {
            let attributes = &change.attributes;
            attributes.domain().is_none()
                && attributes.path() == Some("/")
                && !attributes.is_partitioned()
        };
        self.changes.iter().any(|change| change.pair.name == name && is_at_root(change))
            || self.remove_cookie(&root)
    }

    /// Removes all cookies by their names.
    pub(crate) fn remove_all(&mut self) {
        let mut names: Vec<_> = self.named.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        for change in &self.changes {
            if !names.contains(&change.pair.name) {
                names.push(change.pair.name.clone());
            }
        }
        for name in names {
            assert!(self.remove_name(&name), "what was received can be removed: {name}");
        }
    }

    /// Appends a change, which replaces an earlier one of the same cookie.
    fn push(&mut self, change: Change) {
        self.changes.retain(|earlier| !earlier.has_identity_of(&change));
        self.changes.push(change);
    }

    fn is_changed(&self, name: &str) -> bool {
        self.changes.iter().any(|change| change.pair.name == name)
    }

    /// Returns the names and lengths of the cookies that the next request will carry at least: each
    /// change replaces one received cookie of its name, the longest first.
    fn next_request(&self) -> Vec<(&str, usize)> {
        let mut next: Vec<_> = self.named.iter().map(|(name, len)| (name.as_str(), *len)).collect();
        for change in &self.changes {
            let own = |(name, _): &&(&str, usize)| *name == change.pair.name;
            if let Some(longest) = next.iter().filter(own).map(|(_, len)| *len).max() {
                let replaced = (change.pair.name.as_str(), longest);
                next.remove(next.iter().position(|pair| *pair == replaced).expect("a pair"));
            }
        }
        next.extend(self.set_pairs());
        next
    }

    fn set_pairs(&self) -> impl Iterator<Item = (&str, usize)> {
        let set = self.changes.iter().filter(|change| !change.is_removal);
        set.map(|change| (change.pair.name.as_str(), change.pair.len()))
    }

    /// Returns the number of cookies and of bytes of a `Cookie` header with pairs of these lengths,
    /// and with the nameless ones.
    fn size(&self, lens: impl Iterator<Item = usize>) -> (usize, usize) {
        let lens: Vec<usize> = lens.chain(self.nameless.iter().copied()).collect();
        (lens.len(), lens.iter().sum::<usize>() + 2 * lens.len().saturating_sub(1))
    }

    /// Returns the number of cookies and of bytes of the next `Cookie` header, at least.
    fn totals(&self) -> (usize, usize) {
        self.size(self.next_request().into_iter().map(|(_, len)| len))
    }

    /// Returns the same at most: no change replaces a received cookie.
    fn max_totals(&self) -> (usize, usize) {
        let received = self.named.iter().map(|(_, len)| *len);
        self.size(received.chain(self.set_pairs().map(|(_, len)| len)))
    }

    /// Returns the cookies of the jar: the received ones whose names were not changed, then those
    /// that were set, the latest first.
    fn cookies(&self) -> Vec<&Pair> {
        let unchanged = self.received.iter().filter(|pair| !self.is_changed(&pair.name));
        let set = self.changes.iter().rev().filter(|change| !change.is_removal);
        unchanged.chain(set.map(|change| &change.pair)).collect()
    }

    /// Asserts that a jar has the same changes and the same totals.
    pub(crate) fn assert_same_changes(&self, jar: &CookieJar) {
        let headers: Vec<_> = self.changes.iter().map(|change| change.header.as_str()).collect();
        assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), headers);
        assert!(jar.set_cookie_headers().rev().eq(headers.iter().rev().copied()));
        let budget = jar.budget();
        assert_eq!((budget.cookies(), budget.cookie_header_bytes()), self.totals());
        let at_most = (budget.max_cookies(), budget.max_cookie_header_bytes());
        assert_eq!(at_most, self.max_totals());
    }

    /// Asserts that a jar gives the same answers to all questions, those about `names` included.
    pub(crate) fn assert_same<'n>(
        &self,
        jar: &CookieJar,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        self.assert_same_changes(jar);
        let cookies = self.cookies();
        let all: Vec<_> = cookies.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect();
        assert_eq!(jar.iter().collect::<Vec<_>>(), all);
        assert!(jar.into_iter().eq(all.iter().copied()));
        assert_eq!((jar.len(), jar.is_empty()), (all.len(), all.is_empty()));
        let skipped: Vec<_> = jar.skipped().iter().map(|skipped| skipped.len).collect();
        assert_eq!(skipped, self.skipped);
        for name in names {
            let pairs: Vec<_> = cookies.iter().filter(|pair| pair.name == name).collect();
            let values: Vec<_> = pairs.iter().map(|pair| pair.value.as_str()).collect();
            assert_eq!(jar.get_all(name).collect::<Vec<_>>(), values, "{name}");
            assert_eq!(jar.get(name), values.first().copied(), "{name}");
            let raw = pairs.first().map(|pair| pair.raw.as_str());
            assert_eq!(jar.get_raw(name), raw, "{name}");
            assert_eq!(jar.contains(name), !values.is_empty(), "{name}");
        }
        for (change, expected) in jar.changes().zip(&self.changes) {
            let Change { pair, attributes, is_removal, header } = expected;
            assert_eq!((change.name(), change.value()), (pair.name.as_str(), pair.value.as_str()));
            assert_eq!(change.is_removal(), *is_removal);
            assert_eq!(change.set_cookie_header(), header);
            // A change does not keep the encoding of the cookie that was set.
            let plain = |cookie: Cookie<'_>| {
                cookie.into_owned().with_value("").with_encoding(Encoding::Raw)
            };
            assert_eq!(plain(change.cookie()), plain(attributes.clone()));
        }
        // Taken from both ends in turn, each header is returned once.
        let mut headers = jar.set_cookie_headers();
        let mut expected = self.changes.iter().map(|change| change.header.as_str());
        while let Some(first) = expected.next() {
            assert_eq!(headers.next(), Some(first));
            assert_eq!(headers.next_back(), expected.next_back());
        }
        assert_eq!((headers.next(), headers.next_back()), (None, None));
        let budget = jar.budget();
        let response_bytes: usize =
            self.changes.iter().map(|c| "Set-Cookie: \r\n".len() + c.header.len()).sum();
        assert_eq!(budget.response_bytes(), response_bytes);
        let next = self.next_request();
        let largest = next.iter().map(|(_, len)| *len).max();
        assert_eq!(budget.largest().map(|(_, len)| len), largest);
        assert!(budget.largest().is_none_or(|largest| next.contains(&largest)));
        assert_eq!(budget.limits(), self.policy.limits());
    }
}
