//! A jar that is slow and plain: every answer is worked out from the list of what came in and the
//! list of what changed.

use std::time::UNIX_EPOCH;

use gingersnap::{Cookie, CookieJar, Encoding, Policy, Prefix, SameSite, date};

use crate::segments::segments;

/// What came in, and what changed.
#[derive(Clone)]
pub(crate) struct Reference {
    policy: Policy,
    received: Vec<Pair>,
    /// Bytes of each pair that was skipped.
    skipped: Vec<usize>,
    changes: Vec<Made>,
}

#[derive(Clone)]
struct Pair {
    name: String,
    value: String,
    raw: String,
}

#[derive(Clone)]
struct Made {
    pair: Pair,
    /// Without its value.
    scope: Cookie<'static>,
    removal: bool,
    field: String,
}

impl Made {
    fn is_same(&self, other: &Self) -> bool {
        let identity = |made: &Self| {
            let scope = &made.scope;
            let own = |text: Option<&str>| text.map(str::to_owned);
            (
                scope.name().to_owned(),
                own(scope.domain()),
                own(scope.path()),
                scope.is_partitioned(),
            )
        };
        identity(self) == identity(other)
    }
}

impl Pair {
    fn bytes(&self) -> usize {
        self.name.len() + 1 + self.raw.len()
    }
}

impl Reference {
    /// What a jar of one field holds.
    pub(crate) fn parse(policy: Policy, field: &[u8]) -> Self {
        let (mut received, mut skipped) = (Vec::new(), Vec::new());
        for (_, bytes, pair) in segments(field) {
            match pair.map(|(name, value)| (str::from_utf8(name), str::from_utf8(value))) {
                Ok((Ok(name), Ok(raw))) => received.push(Pair {
                    name: name.to_owned(),
                    value: policy.encoding().decode(raw).into_owned(),
                    raw: raw.to_owned(),
                }),
                _ => skipped.push(bytes),
            }
        }
        Self { policy, received, skipped, changes: Vec::new() }
    }

    /// Sets a cookie, and says whether it was taken.
    pub(crate) fn set(&mut self, cookie: &Cookie) -> bool {
        if cookie.is_removal() {
            let printable = cookie.expires().is_none_or(|time| date::imf_fixdate(time).is_ok());
            return printable && self.remove_cookie(cookie);
        }
        let Ok(field) = cookie.to_set_cookie(self.policy.encoding()) else { return false };
        let raw = field.split("; ").next().and_then(|pair| pair.split_once('=')).expect("a pair").1;
        let pair = Pair {
            name: cookie.name().to_owned(),
            value: cookie.value().to_owned(),
            raw: raw.to_owned(),
        };
        let scope = cookie.clone().with_value("").into_owned();
        let mut next = self.clone();
        next.put(Made { pair, scope, removal: false, field });
        let (cookies, bytes) = next.totals();
        let (cookies_before, bytes_before) = self.totals();
        let limits = self.policy.limits();
        let over = (cookies > limits.cookies() as usize && cookies > cookies_before)
            || (bytes > limits.cookie_header_bytes() as usize && bytes > bytes_before);
        if !over {
            *self = next;
        }
        !over
    }

    /// Removes a cookie where it stands, and says whether it could.
    pub(crate) fn remove_cookie(&mut self, cookie: &Cookie) -> bool {
        let prefix = Prefix::of(cookie.name());
        let http = matches!(prefix, Some(Prefix::Http | Prefix::HostHttp));
        let needs_secure =
            prefix.is_some() || cookie.is_partitioned() || cookie.same_site() == SameSite::None;
        let scope = cookie
            .clone()
            .into_owned()
            .with_value("")
            .with_session_lifetime()
            .with_expires(UNIX_EPOCH)
            .with_max_age(std::time::Duration::ZERO)
            .with_secure(cookie.is_secure() || needs_secure)
            .with_http_only(cookie.is_http_only() || http);
        // Its attributes are written as those of a cookie with a name that a server may give.
        let stand_in = prefix.map_or("", Prefix::as_str).to_owned() + "x";
        let Ok(line) = scope.clone().with_name(&stand_in).to_set_cookie(Encoding::Percent) else {
            return false;
        };
        let name = cookie.name();
        let field = name.to_owned() + &line[stand_in.len()..];
        // A browser can hold the name, which then comes back in a pair.
        let pair = [name, "=x"].concat();
        if !matches!(segments(pair.as_bytes())[..], [(_, _, Ok((n, b"x")))] if n == name.as_bytes())
        {
            return false;
        }
        let pair = Pair { name: name.to_owned(), value: String::new(), raw: String::new() };
        self.put(Made { pair, scope, removal: true, field });
        true
    }

    /// Removes by name, and says whether it could.
    pub(crate) fn remove_name(&mut self, name: &str) -> bool {
        let pending: Vec<_> =
            self.changes.iter().filter(|made| made.pair.name == name).cloned().collect();
        for made in pending {
            assert!(self.remove_cookie(&made.scope), "what was set can be removed");
        }
        let root = Cookie::new(name.to_owned(), "");
        let at_root = |made: &Made| {
            let scope = &made.scope;
            scope.domain().is_none() && scope.path() == Some("/") && !scope.is_partitioned()
        };
        self.changes.iter().any(|made| made.pair.name == name && at_root(made))
            || self.remove_cookie(&root)
    }

    pub(crate) fn remove_all(&mut self) {
        let mut names: Vec<_> = self.received.iter().map(|pair| pair.name.clone()).collect();
        names.sort();
        names.dedup();
        names.extend(self.changes.iter().map(|made| made.pair.name.clone()));
        for name in names {
            assert!(self.remove_name(&name), "what came in can be removed: {name}");
        }
    }

    fn put(&mut self, made: Made) {
        self.changes.retain(|old| !old.is_same(&made));
        self.changes.push(made);
    }

    fn is_changed(&self, name: &str) -> bool {
        self.changes.iter().any(|made| made.pair.name == name)
    }

    /// The pairs that the next request will carry: each change stands for one of its name that came
    /// in, the first for which none stands.
    fn next_request(&self) -> Vec<&Pair> {
        let mut changes: Vec<_> = self.changes.iter().collect();
        let mut next = Vec::new();
        for pair in &self.received {
            match changes.iter().position(|made| made.pair.name == pair.name) {
                Some(at) => drop(changes.remove(at)),
                None => next.push(pair),
            }
        }
        next.extend(self.changes.iter().filter(|made| !made.removal).map(|made| &made.pair));
        next
    }

    /// Cookies and bytes of the next `Cookie` field, skipped pairs too.
    fn totals(&self) -> (usize, usize) {
        let next = self.next_request();
        let cookies = next.len() + self.skipped.len();
        let bytes: usize = next.iter().map(|pair| pair.bytes()).sum();
        let joints = 2 * cookies.saturating_sub(1);
        (cookies, bytes + self.skipped.iter().sum::<usize>() + joints)
    }

    /// What is there: what came in and stands, then what was set, the latest first.
    fn present(&self) -> Vec<&Pair> {
        let standing = self.received.iter().filter(|pair| !self.is_changed(&pair.name));
        let set = self.changes.iter().rev().filter(|made| !made.removal).map(|made| &made.pair);
        standing.chain(set).collect()
    }

    /// The jar's changes and its sums are those of this one.
    pub(crate) fn assert_changes(&self, jar: &CookieJar) {
        let fields: Vec<_> = self.changes.iter().map(|made| made.field.as_str()).collect();
        assert_eq!(jar.set_cookie_headers().collect::<Vec<_>>(), fields);
        let budget = jar.budget();
        assert_eq!((budget.cookies(), budget.cookie_header_bytes()), self.totals());
    }

    /// All that the jar says is what this one says.
    pub(crate) fn assert_all<'n>(&self, jar: &CookieJar, names: impl IntoIterator<Item = &'n str>) {
        self.assert_changes(jar);
        let present = self.present();
        let all: Vec<_> = present.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect();
        assert_eq!(jar.iter().collect::<Vec<_>>(), all);
        assert_eq!((jar.len(), jar.is_empty()), (all.len(), all.is_empty()));
        let skipped: Vec<_> = jar.skipped().iter().map(|skipped| skipped.bytes).collect();
        assert_eq!(skipped, self.skipped);
        for name in names {
            let of_name: Vec<_> = present.iter().filter(|pair| pair.name == name).collect();
            let values: Vec<_> = of_name.iter().map(|pair| pair.value.as_str()).collect();
            assert_eq!(jar.get_all(name).collect::<Vec<_>>(), values, "{name}");
            assert_eq!(jar.get(name), values.first().copied(), "{name}");
            let raw = of_name.first().map(|pair| pair.raw.as_str());
            assert_eq!(jar.get_raw(name), raw, "{name}");
            assert_eq!(jar.contains(name), !values.is_empty(), "{name}");
        }
        for (change, made) in jar.changes().zip(&self.changes) {
            let expected = (made.pair.name.as_str(), made.pair.value.as_str(), made.removal);
            assert_eq!((change.name(), change.value(), change.is_removal()), expected);
            assert_eq!(change.set_cookie_header(), made.field);
            assert_eq!(change.cookie().with_value(""), made.scope);
        }
        let budget = jar.budget();
        let lines: usize =
            self.changes.iter().map(|m| "Set-Cookie: \r\n".len() + m.field.len()).sum();
        assert_eq!(budget.response_bytes(), lines);
        let next = self.next_request();
        let largest = next.iter().map(|pair| pair.bytes()).max();
        assert_eq!(budget.largest().map(|(_, bytes)| bytes), largest);
        assert!(budget.largest().is_none_or(|(name, bytes)| {
            next.iter().any(|pair| pair.name == name && pair.bytes() == bytes)
        }));
        assert_eq!(budget.limits(), self.policy.limits());
    }
}
