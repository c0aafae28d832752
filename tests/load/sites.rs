//! Honest sites, of whose cookies a test knows what must be there, and hostile ones, which set whatever
//! may harm a store.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::{StoreLimits, StoredCookie};

use crate::splitmix::Random;

/// The limits of the stores here. The bytes of a site are few, so that hostile sites reach that limit, too.
pub(crate) const LIMITS: StoreLimits = StoreLimits::DEFAULT.with_site_bytes(32 << 10);

/// The most parts that a hostile site can have: the unpartitioned cookies, and the partitions of 8 pages of
/// other sites and of its own pages, with and without TLS.
pub(crate) const HOSTILE_PARTS: usize = 11;

/// A site whose cookies are set by one thread or process alone.
pub(crate) struct HonestSite {
    pub(crate) name: String,
    /// How often each cookie was set, or 0 if it is not there.
    cookies: Vec<u32>,
    /// The start of the names.
    prefix: &'static str,
}

/// One change of an honest site: a header, and the host of the response.
pub(crate) struct Change {
    pub(crate) host: String,
    pub(crate) header: String,
    pub(crate) is_removal: bool,
}

impl HonestSite {
    pub(crate) fn new(name: String, prefix: &'static str, slots: usize) -> Self {
        Self { name, cookies: vec![0; slots], prefix }
    }

    pub(crate) fn slots(&self) -> usize {
        self.cookies.len()
    }

    /// Returns the host that sets the cookies, or a sibling of it.
    fn host(&self, label: &str) -> String {
        format!("{label}.{}", self.name)
    }

    /// Every third cookie is for the whole site, the others for one host.
    const fn is_for_site(slot: usize) -> bool {
        slot.is_multiple_of(3)
    }

    const fn path(slot: usize) -> &'static str {
        if slot.is_multiple_of(5) { "/private" } else { "/" }
    }

    fn pair(&self, slot: usize) -> String {
        format!("{}{slot}={}-{slot}-{}", self.prefix, self.name, self.cookies[slot])
    }

    /// Sets a cookie, or sets it again to another value.
    pub(crate) fn set(&mut self, slot: usize) -> Change {
        self.cookies[slot] += 1;
        let (pair, path) = (self.pair(slot), Self::path(slot));
        let domain = if Self::is_for_site(slot) { self.domain() } else { String::new() };
        let lifetime = if slot.is_multiple_of(2) { "; Max-Age=1000000" } else { "" };
        let header = format!("{pair}; Path={path}; Secure{domain}{lifetime}");
        Change { host: self.host("www"), header, is_removal: false }
    }

    /// Removes a cookie, or leaves it to the store that there is none.
    pub(crate) fn remove(&mut self, slot: usize) -> Change {
        let header = format!(
            "{}{slot}=; Path={}; Secure{}; Max-Age=0",
            self.prefix,
            Self::path(slot),
            if Self::is_for_site(slot) { self.domain() } else { String::new() }
        );
        self.cookies[slot] = 0;
        Change { host: self.host("www"), header, is_removal: true }
    }

    fn domain(&self) -> String {
        format!("; Domain={}", self.name)
    }

    fn present(&self) -> impl Iterator<Item = usize> {
        (0..self.cookies.len()).filter(|slot| self.cookies[*slot] > 0)
    }

    /// Returns all pairs that must be there.
    pub(crate) fn pairs(&self) -> BTreeSet<String> {
        self.present().map(|slot| self.pair(slot)).collect()
    }

    /// Returns a host and a path of a request, and the pairs that its header must have.
    pub(crate) fn request(&self, random: &mut Random) -> (String, BTreeSet<String>) {
        let label = random.pick(&["www", "www", "api"]);
        let path = random.pick(&["/", "/private/a", "/privateer"]);
        let is_sent = |slot: &usize| {
            (label == "www" || Self::is_for_site(*slot))
                && (Self::path(*slot) == "/" || path == "/private/a")
        };
        let pairs = self.present().filter(is_sent).map(|slot| self.pair(slot)).collect();
        (format!("https://{}{path}", self.host(label)), pairs)
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

/// What starts the value of each cookie of a hostile site, so that it is known in a header.
fn mark(site: &str) -> String {
    format!("!{site}!")
}

impl Attack {
    /// Makes an attack of one of so many hostile sites, partly against an honest one. No cookie of it is
    /// valid for long after `now`, and clocks go back.
    pub(crate) fn new(random: &mut Random, sites: usize, victim: &str) -> Self {
        let site = format!("evil{}.example", random.below(sites));
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
        let count = random.pick(&[1, 1, 3, 50]);
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
    pub(crate) fn check_header(&self, header: Option<Vec<u8>>) {
        let Some(header) = header else { return };
        let (mark, shown) = (mark(&self.site), header.escape_ascii());
        let own = header.windows(mark.len()).filter(|part| *part == mark.as_bytes()).count();
        let marks = header.split(|byte| *byte == b'!').skip(1).count();
        assert_eq!(own * 2, marks, "cookies of others for {}: {shown}", self.site);
        // Those of the site, and of a partition of it.
        assert!((1..=2 * LIMITS.site_cookies() as usize).contains(&own), "{own} cookies: {shown}");
        assert!(header.len() <= 2 * (LIMITS.site_bytes() + 360), "{} bytes", header.len());
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

/// Checks what a store has of a hostile site: it is within the limits, of that site, and allowed.
#[track_caller]
pub(crate) fn check_hostile_site(site: &str, cookies: &[StoredCookie]) {
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
    for (partition, (count, bytes)) in parts {
        let is_within = count <= LIMITS.site_cookies() && bytes <= LIMITS.site_bytes();
        assert!(is_within, "{count} cookies with {bytes} bytes at {site} in {partition:?}");
    }
}
