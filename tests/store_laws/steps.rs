//! Random steps: a few hosts, names and paths, so that many cookies replace or hide each other.

use std::time::Duration;

use gingersnap::store::StoreLimits;
use gingersnap::user_agent::RequestKind::{self, Script, Subresource, TopLevelNavigation};
use gingersnap::{Cookie, SameSite};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Settings;
use crate::request::{Page, Request};
use crate::step::{
    ATTRIBUTES, HEADERS, HOSTS, NAMES, PATHS, PREFIXED, RARE_ATTRIBUTES, Step, VALUES,
};

/// Generates a host: most often one of a single site, so that cookies replace each other.
fn host() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just("shop.example"), 2 => Just("www.shop.example"), 3 => select(HOSTS)]
}

fn page() -> impl Strategy<Value = Page> {
    (proptest::bool::weighted(0.75), host()).prop_map(|(is_https, host)| Page { is_https, host })
}

/// Generates the page that a request comes from, or the one in the address bar; most often none.
fn other_page() -> impl Strategy<Value = Option<Page>> {
    let embedding = Just(Page { is_https: true, host: "other.example" });
    proptest::option::weighted(0.2, prop_oneof![embedding, page()])
}

fn kind() -> impl Strategy<Value = RequestKind> {
    prop_oneof![
        6 => Just(Subresource),
        3 => Just(Script),
        2 => any::<bool>().prop_map(|safe_method| TopLevelNavigation { safe_method }),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    (page(), select(PATHS), kind(), other_page(), other_page()).prop_map(
        |(page, path, kind, initiator, top_level)| Request {
            page,
            path,
            kind,
            initiator,
            top_level,
        },
    )
}

/// Generates a name: every fourth one has a prefix.
fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => select(NAMES), 1 => select(PREFIXED)]
}

/// Generates attributes that are ignored, or for which the whole cookie is refused.
fn odd() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"Domain=\xC3\xA9.example".to_vec()),
        Just(b"Path=/\x01".to_vec()),
        Just([&b"Path=/"[..], &[b'a'; 1024]].concat()),
        Just(b"Domain=example".to_vec()),
        Just(vec![b'v'; 5000]),
    ]
}

fn header() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        5 => any_header(),
        1 => select(HEADERS).prop_map(|header| header.as_bytes().to_vec()),
    ]
}

fn any_header() -> impl Strategy<Value = Vec<u8>> {
    let pair = prop_oneof![
        30 => (name(), select(VALUES))
            .prop_map(|(name, value)| [name.as_bytes(), b"=", value].concat()),
        2 => select(VALUES).prop_map(<[u8]>::to_vec),
        1 => Just(vec![b'v'; 4097]),
        1 => Just(b"a=\x07".to_vec()),
    ];
    let attribute = prop_oneof![
        40 => select(ATTRIBUTES).prop_map(|attribute| attribute.as_bytes().to_vec()),
        10 => select(RARE_ATTRIBUTES).prop_map(|attribute| attribute.as_bytes().to_vec()),
        1 => odd(),
    ];
    // Most of what is `Partitioned`, has a prefix or goes to other sites requires `Secure`.
    let secure = proptest::option::weighted(0.4, Just("Secure"));
    let age = proptest::option::weighted(0.3, select(&["Max-Age=1", "Max-Age=3"][..]));
    let separator = select(&[";", "; ", " ;\t"][..]);
    (pair, secure, age, vec(attribute, 0..4), separator).prop_map(
        |(pair, secure, age, attributes, separator)| {
            let often =
                secure.into_iter().chain(age).map(|attribute| attribute.as_bytes().to_vec());
            let parts: Vec<_> = std::iter::once(pair).chain(often).chain(attributes).collect();
            parts.join(separator.as_bytes())
        },
    )
}

/// Generates a cookie that is given by hand: some could not have been in a header.
fn cookie() -> impl Strategy<Value = Cookie<'static>> {
    let name = prop_oneof![8 => name(), 1 => select(&["a=b", " a", "a;b", "\u{7}"][..])];
    let value = prop_oneof![8 => select(&["1", "2", "", "\"q\""][..]), 1 => select(&["1 ", ";", "__Http-"][..])];
    let path = select(&["/", "/", "/a", "a", "/;", "/ "][..]);
    let domain = select(&["shop.example", "é.example", "example"][..]);
    let domain = proptest::option::weighted(0.3, domain);
    let age = proptest::option::of(select(&[0_u64, 2, 60][..]));
    let same_site = select(&[SameSite::Unset, SameSite::Lax, SameSite::Strict, SameSite::None][..]);
    let flags = (proptest::bool::weighted(0.7), any::<bool>(), proptest::bool::weighted(0.2));
    (name, value, path, domain, age, same_site, flags).prop_map(
        |(name, value, path, domain, age, same_site, (secure, http_only, partitioned))| {
            let cookie = Cookie::new(name, value)
                .with_path(path)
                .with_max_age(age.map(Duration::from_secs))
                .with_same_site(same_site)
                .with_secure(secure)
                .with_http_only(http_only)
                .with_partitioned(partitioned);
            if let Some(domain) = domain { cookie.with_domain(domain) } else { cookie }
        },
    )
}

fn wait() -> impl Strategy<Value = i64> {
    const SECOND: i64 = 1_000_000;
    prop_oneof![
        8 => 0..SECOND,
        2 => 0..3_i64,
        3 => 0..5 * SECOND,
        1 => -5 * SECOND..0,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let receive = (request(), vec(header(), 1..4));
    let created = (0..4_u64, 1..4_u64);
    prop_oneof![
        40 => receive.prop_map(|(request, headers)| Step::Receive(request, headers)),
        20 => request().prop_map(Step::Send),
        10 => (request(), cookie()).prop_map(|(request, cookie)| Step::Insert(request, cookie)),
        6 => (request(), name()).prop_map(|(request, name)| Step::Get(request, name)),
        12 => wait().prop_map(Step::Wait),
        2 => any::<usize>().prop_map(Step::Remove),
        1 => host().prop_map(Step::RemoveSite),
        1 => created.prop_map(|(start, len)| Step::RemoveCreated(start..start + len)),
        1 => Just(Step::EndSession),
        1 => Just(Step::Clear),
    ]
}

/// Generates the steps of one case; in the end, perhaps after more than 400 days, it sends.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let days = (0..402_i64).prop_map(|days| Step::Wait(days * 86_400_000_000));
    (vec(step(), 1..100), days, request()).prop_map(|(mut steps, days, request)| {
        steps.extend([days, Step::Send(request)]);
        steps
    })
}

pub(crate) fn settings() -> impl Strategy<Value = Settings> {
    let site = (1..16_u32, 1..16_u32);
    let bytes = prop_oneof![2 => Just(usize::MAX), 1 => 40..120_usize];
    let total = proptest::option::weighted(0.7, 2..9_u32);
    let total_kept = prop_oneof![1 => 1..9_u32, 2 => Just(u32::MAX)];
    let agent = (any::<bool>(), proptest::bool::weighted(0.9));
    (site, bytes, total, total_kept, agent).prop_map(
        |((max, kept), bytes, total, total_kept, (trusts_loopback, accepts_cookies))| Settings {
            trusts_loopback,
            accepts_cookies,
            limits: StoreLimits::DEFAULT
                .with_site_cookies(max, kept)
                .with_site_bytes(bytes)
                .with_total_cookies(total, total_kept),
        },
    )
}
