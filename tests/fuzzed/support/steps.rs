//! Steps of a store that are made of bytes.

use std::time::Duration;

use arbitrary::{Result, Unstructured};
use gingersnap::store::StoreLimits;
use gingersnap::user_agent::RequestKind;
use gingersnap::{Cookie, SameSite};

use crate::model::Settings;
use crate::request::{Page, Request};
use crate::step::{
    ATTRIBUTES, HEADERS, HOSTS, NAMES, PATHS, PREFIXED, RARE_ATTRIBUTES, Step, VALUES,
};

/// How many steps there are at most.
const MAX_STEPS: usize = 60;

/// Makes limits that are reached soon, most often.
pub(crate) fn settings(source: &mut Unstructured<'_>) -> Result<Settings> {
    let [max, kept, total, total_kept] = source.arbitrary::<[u8; 4]>()?;
    let limits = StoreLimits::DEFAULT
        .with_site_cookies(u32::from(max % 16) + 1, u32::from(kept % 16) + 1)
        .with_site_bytes(if source.ratio(1, 3)? {
            source.int_in_range(40..=200)?
        } else {
            usize::MAX
        })
        .with_total_cookies((total % 4 > 0).then_some(u32::from(total % 16)), total_kept.into());
    Ok(Settings {
        trusts_loopback: source.arbitrary()?,
        accepts_cookies: !source.ratio(1, 16)?,
        limits,
    })
}

/// Makes as many steps as there are bytes for.
pub(crate) fn steps(source: &mut Unstructured<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    while !source.is_empty() && steps.len() < MAX_STEPS {
        let Ok(step) = step(source) else { break };
        steps.push(step);
    }
    steps
}

fn step(source: &mut Unstructured<'_>) -> Result<Step> {
    Ok(match source.arbitrary::<u8>()? % 16 {
        0..6 => {
            let request = request(source)?;
            let headers = 1 + source.arbitrary::<u8>()? % 3;
            Step::Receive(request, (0..headers).map(|_| header(source)).collect::<Result<_>>()?)
        }
        6..8 => Step::Send(request(source)?),
        8..10 => Step::Insert(request(source)?, cookie(source)?),
        10 => Step::Get(request(source)?, source.choose(NAMES)?),
        11 | 12 => Step::Wait(wait(source)?),
        13 => Step::Remove(source.arbitrary::<u8>()?.into()),
        14 => Step::RemoveSite(host(source)?),
        _ => match source.arbitrary::<u8>()? {
            0..16 => Step::Clear,
            16..64 => Step::EndSession,
            number => {
                let (start, len) = (u64::from(number % 4), u64::from(number / 4 % 4));
                Step::RemoveCreated(start..start + len)
            }
        },
    })
}

fn host(source: &mut Unstructured<'_>) -> Result<&'static str> {
    let number = usize::from(source.arbitrary::<u8>()?);
    Ok(HOSTS.get(number).copied().unwrap_or("shop.example"))
}

fn page(source: &mut Unstructured<'_>) -> Result<Page> {
    Ok(Page { is_https: source.ratio(3, 4)?, host: host(source)? })
}

fn other_page(source: &mut Unstructured<'_>) -> Result<Option<Page>> {
    if source.ratio(1, 4)? { page(source).map(Some) } else { Ok(None) }
}

fn request(source: &mut Unstructured<'_>) -> Result<Request> {
    Ok(Request {
        page: page(source)?,
        path: source.choose(PATHS)?,
        kind: match source.arbitrary::<u8>()? % 8 {
            0 => RequestKind::Script,
            1 => RequestKind::TopLevelNavigation { safe_method: true },
            2 => RequestKind::TopLevelNavigation { safe_method: false },
            _ => RequestKind::Subresource,
        },
        initiator: other_page(source)?,
        top_level: other_page(source)?,
    })
}

/// Makes a header: any bytes, a chosen one, or a pair and attributes, some of which are any bytes.
fn header(source: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let pair = match source.arbitrary::<u8>()? {
        0..32 => return Ok(source.arbitrary::<&[u8]>()?.to_vec()),
        32..64 => return Ok(source.choose(HEADERS)?.as_bytes().to_vec()),
        64 => vec![b'v'; 4097],
        _ => [name(source)?.as_bytes(), b"=", source.choose(VALUES)?].concat(),
    };
    let mut parts = vec![pair];
    for _ in 0..source.arbitrary::<u8>()? % 6 {
        parts.push(match source.arbitrary::<u8>()? {
            0..32 => source.arbitrary::<&[u8]>()?.to_vec(),
            32..64 => source.choose(RARE_ATTRIBUTES)?.as_bytes().to_vec(),
            64 => b"Domain=\xC3\xA9.example".to_vec(),
            65 => [&b"Path=/"[..], &[b'a'; 1024]].concat(),
            _ => source.choose(ATTRIBUTES)?.as_bytes().to_vec(),
        });
    }
    Ok(parts.join(&b';'))
}

fn name(source: &mut Unstructured<'_>) -> Result<&'static str> {
    let names = if source.ratio(1, 4)? { PREFIXED } else { NAMES };
    source.choose(names).copied()
}

fn cookie(source: &mut Unstructured<'_>) -> Result<Cookie<'static>> {
    let is_any = source.ratio(1, 4)?;
    let mut text = |known: &[&'static str]| -> Result<String> {
        if is_any { source.arbitrary() } else { Ok((*source.choose(known)?).to_owned()) }
    };
    let cookie = Cookie::new(text(&["a", "b", "", "__Host-a"])?, text(&["1", "2", "", "\"q\""])?)
        .with_path(text(PATHS)?);
    let same_sites = [SameSite::Unset, SameSite::Lax, SameSite::Strict, SameSite::None];
    let age = source.arbitrary::<u8>()?;
    let cookie = cookie
        .with_same_site(*source.choose(&same_sites)?)
        .with_secure(source.ratio(3, 4)?)
        .with_http_only(source.arbitrary()?)
        .with_partitioned(source.ratio(1, 4)?)
        .with_max_age((age < 128).then(|| Duration::from_secs(u64::from(age) / 4)));
    Ok(match source.arbitrary::<u8>()? % 8 {
        0 => cookie.with_domain("shop.example"),
        1 => cookie.with_domain("example"),
        _ => cookie,
    })
}

/// Makes a time to wait in microseconds, which seldom is negative.
fn wait(source: &mut Unstructured<'_>) -> Result<i64> {
    const SECOND: i64 = 1_000_000;
    let number = i64::from(source.arbitrary::<u8>()?);
    Ok(match source.arbitrary::<u8>()? % 8 {
        0 => number % 3,
        1 => -number * SECOND / 50,
        2 => number * 2 * 86_400 * SECOND,
        _ => number * SECOND / 50,
    })
}
