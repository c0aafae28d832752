//! Honest sites, of whose cookies a test knows what must be there, and hostile ones, which set whatever
//! may harm a store.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::{Outcome, StoreLimits, StoredCookie};

use crate::splitmix::Random;

/// The most parts that a hostile site can have: the unpartitioned cookies, and the partitions of 8 pages of
/// other sites and of its own pages, with and without TLS.
pub(crate) const HOSTILE_PARTS: usize = 11;

/// The most `Set-Cookie` headers that a hostile site sends at once.
pub(crate) const HOSTILE_HEADERS: usize = 50;

/// A site whose cookies are set by one thread or process alone.
pub(crate) struct HonestSite {
    pub(crate) name: String,
    /// The number in the value of each cookie, or 0 if the cookie is not there.
    cookies: Vec<u32>,
    /// How often cookies were set. A value that was replaced or removed never comes back.
    changes: u32,
    /// The start of the names.
    pub(crate) prefix: &'static str,
}

/// One change of an honest site: a header, and the host of the response.
pub(crate) struct Change {
    host: String,
    pub(crate) header: String,
    is_removal: bool,
    /// Whether the cookie was there before.
    existed: bool,
}

impl Change {
    /// Returns the URL of the response.
    pub(crate) fn url(&self) -> String {
        format!("https://{}/private/", self.host)
    }

    /// Checks what became of the change. If cookies may be evicted, this one may have been.
    #[track_caller]
    pub(crate) fn check(&self, outcome: &Outcome, may_evict: bool) {
        let expected = match (self.existed, self.is_removal) {
            (true, true) => Outcome::Removed,
            (false, true) => Outcome::NothingToRemove,
            (true, false) => Outcome::Replaced,
            (false, false) => Outcome::Stored,
        };
        let if_evicted = match expected {
            Outcome::Removed => Outcome::NothingToRemove,
            Outcome::Replaced => Outcome::Stored,
            _ => expected.clone(),
        };
        let is_right = *outcome == expected || may_evict && *outcome == if_evicted;
        assert!(is_right, "{}: {outcome:?} instead of {expected:?}", self.header);
    }
}

impl HonestSite {
    pub(crate) fn new(name: String, prefix: &'static str, slots: usize) -> Self {
        Self { name, cookies: vec![0; slots], changes: 0, prefix }
    }

    pub(crate) fn slots(&self) -> usize {
        self.cookies.len()
    }

    /// Returns the host `label` of the site.
    fn host(&self, label: &str) -> String {
        format!("{label}.{}", self.name)
    }

    /// Every third cookie is for the whole site, the others for one host.
    const fn is_for_site(slot: usize) -> bool {
        slot.is_multiple_of(3)
    }

    /// Every seventh cookie is sent without TLS, too.
    const fn is_secure(slot: usize) -> bool {
        !slot.is_multiple_of(7)
    }

    const fn path(slot: usize) -> &'static str {
        if slot.is_multiple_of(5) { "/private" } else { "/" }
    }

    fn pair(&self, slot: usize) -> String {
        format!("{}{slot}={}-{slot}-{}", self.prefix, self.name, self.cookies[slot])
    }

    /// Returns the attributes that belong to the identity of a cookie, and `Secure`.
    fn attributes(&self, slot: usize) -> String {
        let secure = if Self::is_secure(slot) { "; Secure" } else { "" };
        let domain =
            if Self::is_for_site(slot) { format!("; Domain={}", self.name) } else { String::new() };
        format!("; Path={}{secure}{domain}", Self::path(slot))
    }

    /// Sets a cookie, or sets it again to another value.
    pub(crate) fn set(&mut self, slot: usize) -> Change {
        let existed = self.cookies[slot] > 0;
        self.changes += 1;
        self.cookies[slot] = self.changes;
        let (pair, attributes) = (self.pair(slot), self.attributes(slot));
        let lifetime = if slot.is_multiple_of(2) { "; Max-Age=1000000" } else { "" };
        let header = format!("{pair}{attributes}{lifetime}");
        Change { host: self.host("www"), header, is_removal: false, existed }
    }

    /// Removes a cookie, which may not exist.
    fn remove(&mut self, slot: usize) -> Change {
        let existed = self.cookies[slot] > 0;
        self.cookies[slot] = 0;
        let header = format!("{}{slot}={}; Max-Age=0", self.prefix, self.attributes(slot));
        Change { host: self.host("www"), header, is_removal: true, existed }
    }

    /// Sets or removes any cookie.
    pub(crate) fn change(&mut self, random: &mut Random) -> Change {
        let slot = random.below(self.slots());
        if random.percent(20) { self.remove(slot) } else { self.set(slot) }
    }

    fn present(&self) -> impl Iterator<Item = usize> {
        (0..self.cookies.len()).filter(|slot| self.cookies[*slot] > 0)
    }

    /// Returns all pairs that must be there.
    pub(crate) fn pairs(&self) -> BTreeSet<String> {
        self.present().map(|slot| self.pair(slot)).collect()
    }

    /// Returns the URL of a request, and the pairs that its header must have.
    pub(crate) fn request(&self, random: &mut Random) -> (String, BTreeSet<String>) {
        let scheme = random.pick(&["https", "https", "https", "http"]);
        let label = random.pick(&["www", "www", "api"]);
        let path = random.pick(&["/", "/private/a", "/privateer"]);
        let is_sent = |slot: &usize| {
            (scheme == "https" || !Self::is_secure(*slot))
                && (label == "www" || Self::is_for_site(*slot))
                && (Self::path(*slot) == "/" || path == "/private/a")
        };
        let pairs = self.present().filter(is_sent).map(|slot| self.pair(slot)).collect();
        (format!("{scheme}://{}{path}", self.host(label)), pairs)
    }
}

/// Returns the pairs of a header. None of them is there twice.
#[track_caller]
pub(crate) fn header_pairs(header: Option<Vec<u8>>) -> BTreeSet<String> {
    let Some(header) = header else { return BTreeSet::new() };
    let header = String::from_utf8(header).expect("an honest header");
    let pairs: BTreeSet<_> = header.split("; ").map(str::to_owned).collect();
    assert_eq!(pairs.len(), header.split("; ").count(), "{header}");
    pairs
}

/// Returns the cookies of a list as pairs.
pub(crate) fn stored_pairs(cookies: &[StoredCookie]) -> BTreeSet<String> {
    let pair = |cookie: &StoredCookie| {
        let [name, value] = [cookie.name(), cookie.value()].map(String::from_utf8_lossy);
        format!("{name}={value}")
    };
    cookies.iter().map(pair).collect()
}

/// A response of a hostile site.
pub(crate) struct Attack {
    pub(crate) site: String,
    url: String,
    /// The page that the request was made in.
    top: Option<String>,
    pub(crate) headers: Vec<Vec<u8>>,
    pub(crate) now: SystemTime,
}

/// Returns the name of a hostile site.
pub(crate) fn hostile_name(number: usize) -> String {
    format!("evil{number}.example")
}

/// Returns the prefix of every value that a hostile site sets, so that a header shows whose cookies it has.
fn mark(site: &str) -> String {
    format!("!{site}!")
}

impl Attack {
    /// Makes a random response of one of `sites` hostile sites, partly aimed at `victim`. One in five has a
    /// time in the past, as from a clock that was set back.
    pub(crate) fn new(random: &mut Random, sites: usize, victim: &str) -> Self {
        let site = hostile_name(random.below(sites));
        let scheme = if random.percent(80) { "https" } else { "http" };
        let url =
            format!("{scheme}://{}{site}/{}", random.pick(&["", "a."]), random.pick(&["", "b/"]));
        let top = random.percent(30).then(|| match random.below(9) {
            8 => format!("https://{site}/"),
            number => format!("https://top{number}.example/"),
        });
        let now = match random.below(20) {
            0 => SystemTime::UNIX_EPOCH,
            1..4 => SystemTime::now() - Duration::from_secs(random.below(60_000_000) as u64),
            _ => SystemTime::now(),
        };
        let count = random.pick(&[1, 1, 3, HOSTILE_HEADERS]);
        let headers = (0..count).map(|_| hostile_header(random, &site, victim)).collect();
        Self { site, url, top, headers, now }
    }

    pub(crate) fn context(&self) -> RequestContext<'_> {
        let context = RequestContext::parse(&self.url).expect("a URL");
        match &self.top {
            Some(top) => context.in_top_level(&RequestContext::parse(top).expect("a URL")),
            None => context,
        }
    }

    /// Checks that a request gets nothing but what hostile hosts of its site have set.
    #[track_caller]
    pub(crate) fn check_header(&self, header: Option<Vec<u8>>, limits: &StoreLimits) {
        let Some(header) = header else { return };
        let (mark, shown) = (mark(&self.site), header.escape_ascii());
        let own = header.windows(mark.len()).filter(|part| *part == mark.as_bytes()).count();
        let marks = header.split(|byte| *byte == b'!').skip(1).count();
        assert_eq!(own * 2, marks, "cookies of others for {}: {shown}", self.site);
        // The unpartitioned cookies, and those of one partition. The limit on bytes covers names and values,
        // and each pair has `=` and `; `.
        let (max_cookies, separators) = (2 * limits.site_cookies() as usize, 3);
        assert!((1..=max_cookies).contains(&own), "{own} cookies: {shown}");
        let max_bytes = 2 * limits.site_bytes() + max_cookies * separators;
        assert!(header.len() <= max_bytes, "{} bytes", header.len());
        assert!(!header.iter().any(|byte| *byte < 0x20 && *byte != b'\t'), "{shown}");
    }
}

/// Returns a header of a hostile site.
fn hostile_header(random: &mut Random, site: &str, victim: &str) -> Vec<u8> {
    const ATTRIBUTES: &[&str] = &[
        "Secure",
        "HttpOnly",
        "Secure; Partitioned",
        "Secure; Partitioned; SameSite=None",
        "Path=/",
        "Path=/a",
        "Max-Age=0",
        "Max-Age=-1",
        "Max-Age=1",
        "Max-Age=99999999999999999999",
        "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires=Fri, 31 Dec 9999 23:59:59 GMT",
        "Domain=example",
        "Domain=com",
        "Domain=localhost",
        "Domain=\u{e9}",
        "Domain=..",
        "Partitioned",
        "\t",
    ];
    let name = match random.below(12) {
        0 => random.pick(&["__Host-a", "__Secure-b", "__host-c", "", " ", "__Http-d"]).to_owned(),
        // That of an honest site.
        1 => format!("c{}", random.below(100)),
        2 => "n".repeat(random.below(5_000)),
        _ => format!("n{}", random.below(100_000)),
    };
    let mut header = format!("{name}={}", mark(site)).into_bytes();
    let length = match random.below(30) {
        0 => 100_000,
        1 => 4_096,
        2..5 => random.below(4_096),
        _ => random.below(50),
    };
    header.extend(std::iter::repeat_n(b'v', length));
    if random.percent(5) {
        header.extend((0..20).map(|_| match u8::try_from(random.below(256)).unwrap_or_default() {
            b'!' => b'?',
            byte => byte,
        }));
    }
    for _ in 0..random.below(4) {
        header.extend(b"; ");
        header.extend(random.pick(ATTRIBUTES).bytes());
    }
    match random.below(10) {
        0 => header.extend(format!("; Domain={victim}").bytes()),
        1 => header.extend(format!("; Domain=www.{victim}").bytes()),
        2 => header.extend(format!("; Domain={site}").bytes()),
        _ => {}
    }
    header
}

/// Checks what a store has of a hostile site: it is within the limits, of that site, and allowed. Returns the
/// most cookies and the most bytes that a part of the site has.
#[track_caller]
pub(crate) fn check_hostile_site(
    site: &str,
    cookies: &[StoredCookie],
    limits: &StoreLimits,
) -> (u32, usize) {
    let mut parts = BTreeMap::<_, (u32, usize)>::new();
    let mut identities = BTreeSet::new();
    let mark = mark(site);
    for cookie in cookies {
        let (count, bytes) = parts.entry(cookie.partition()).or_default();
        *count += 1;
        *bytes += cookie.text_bytes();
        let domain = cookie.domain();
        assert!(domain == site || domain.ends_with(&format!(".{site}")), "{cookie:?}");
        assert!(cookie.value().starts_with(mark.as_bytes()), "{cookie:?}");
        assert!(cookie.name().len() + cookie.value().len() <= 4_096, "{cookie:?}");
        assert!(cookie.is_secure() || !cookie.is_partitioned(), "{cookie:?}");
        if cookie.name().to_ascii_lowercase().starts_with(b"__host-") {
            let is_allowed = cookie.is_secure() && cookie.is_host_only() && cookie.path() == b"/";
            assert!(is_allowed, "{cookie:?}");
        }
        let is_new = identities.insert((cookie.partition(), cookie.key()));
        assert!(is_new, "{cookie:?} is there twice");
    }
    let mut most = (0, 0);
    for (partition, (count, bytes)) in parts {
        let is_within = count <= limits.site_cookies() && bytes <= limits.site_bytes();
        assert!(is_within, "{count} cookies with {bytes} bytes at {site} in {partition:?}");
        most = (count.max(most.0), bytes.max(most.1));
    }
    most
}
