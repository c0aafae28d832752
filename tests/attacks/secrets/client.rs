//! What a client uses: stores, engines and files.

use std::error::Error;
use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::backend::{
    Applied, ApplyError, BackedStore, Backend, Loaded, MemoryBackend, Update, Version,
};
use gingersnap::store::file::{CookieFile, Format};
use gingersnap::store::{CookieStore, SharedStore, StoreLimits, StoredCookie};

use super::{SECRET, Shown, cookies, hides, values};
use crate::splitmix::Random;
use crate::{attacks, now, run, shop};

/// An engine whose every answer is a failure.
#[derive(Debug)]
struct Broken;

#[derive(Debug)]
struct Down;

impl Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is down")
    }
}

impl Error for Down {}

impl Backend for Broken {
    type Error = Down;

    async fn load(&self, _: &str, partitions: &[Option<&str>]) -> Result<Vec<Loaded>, Down> {
        let absent = || Loaded { version: Version::ABSENT, cookies: Vec::new() };
        Ok(partitions.iter().map(|_| absent()).collect())
    }

    async fn partitions(&self, _: &str) -> Result<Vec<String>, Down> {
        Err(Down)
    }

    async fn apply(
        &self,
        _: &str,
        updates: &[Update],
        _: SystemTime,
    ) -> Result<Applied, ApplyError<Down>> {
        for update in updates {
            hides(&format!("{update:?}"));
        }
        Err(ApplyError::NotApplied(Down))
    }
}

pub(super) fn stores(shown: &mut Shown) {
    let shop = shop();
    let few = StoreLimits::default().with_site_cookies(2, 1);
    shown.debug(&few);
    for value in values() {
        let mut store = CookieStore::new().with_limits(few);
        let shared = SharedStore::new();
        let engine = Arc::new(MemoryBackend::new());
        let backed = BackedStore::new(Arc::clone(&engine));
        let broken = BackedStore::new(Broken);
        let feeds = [store.subscribe(9), shared.subscribe(1), backed.subscribe(9)];
        for header in [
            format!("sid={value}"),
            format!("sid={value}{SECRET}"),
            format!("a={value}; Secure; HttpOnly"),
            format!("b={SECRET}; Max-Age=1"),
            format!("c={SECRET}; Domain=other.example"),
            format!("={value}"),
            format!("d={SECRET}"),
        ] {
            for outcome in store.receive(&shop, [&header], now()) {
                shown.debug(&outcome);
                outcome.reasons().iter().for_each(|reason| shown.both(reason));
            }
            shared.receive(&shop, [&header], now());
            if let Some(outcomes) = shown.result(run(backed.receive(&shop, [&header], now()))) {
                shown.debug(&outcomes);
            }
            shown.result(run(broken.receive(&shop, [&header], now())));
            shown.both(&store.explain(&header, &shop, now()));
        }
        for cookie in cookies(&value) {
            shown.debug(&store.insert(&shop, &cookie, now()));
            shown.debug(&shared.insert(&shop, &cookie, now()));
            shown.result(run(backed.insert(&shop, &cookie, now())));
        }
        shown.debug(&store);
        shown.debug(&shared);
        shown.debug(&backed);
        shown.debug(&*engine);
        shown.debug(&broken);
        shown.debug(&shared.snapshot());
        shown.debug(&store.cookies_for(&shop, now()));
        let insecure = RequestContext::parse("http://shop.example/").expect("a URL");
        for (cookie, why) in store.why_not_sent(&insecure, now()) {
            shown.debug(cookie);
            for why in why {
                shown.both(&why);
            }
        }
        let stored: Vec<_> = store.iter(now()).cloned().collect();
        for cookie in &stored {
            shown.debug(cookie);
            shown.both(&cookie.identity());
            let bytes = cookie.to_bytes();
            shown.result(StoredCookie::from_bytes(&bytes[..bytes.len() - 1]));
        }
        let mut update = Update::new(None, Version::ABSENT);
        update.put.clone_from(&stored);
        shown.debug(&update);
        shown.debug(&Loaded { version: Version::ABSENT, cookies: stored });
        store.clear();
        for feed in feeds {
            shown.debug(&feed);
            feed.drain().iter().for_each(|change| shown.debug(change));
        }
    }
    shown.error(&ApplyError::NotApplied(Down));
    shown.debug(&Applied::Done(vec![Version(1)]));
    shown.debug(&Version(1));
    let error =
        run(BackedStore::new(Broken).site_cookies("shop.example", now())).expect_err("it is down");
    shown.error(&error);
    shown.both(&error.kind);
}

const FORMATS: [Format; 4] =
    [Format::CookiesTxt, Format::Json, Format::Playwright, Format::CookieList];

pub(super) fn files(shown: &mut Shown) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut store = CookieStore::new();
    let headers = [
        format!("sid={SECRET}; Secure; HttpOnly"),
        format!("={SECRET}"),
        format!("tab=\"{SECRET}\ta\"; Max-Age=99"),
        format!("part={SECRET}; Secure; Partitioned"),
    ];
    store.receive(&shop(), headers, now());
    store.receive(&shop(), [[b"raw=S3CR3T".as_slice(), b"\xFF"].concat()], now());
    for format in FORMATS {
        shown.both(&format);
        let mut file = CookieFile::new(folder.path().join(format.to_string()), format)
            .with_session_cookies(true);
        shown.debug(&file);
        let report = store.save(&mut file, now()).expect("a new file");
        shown.debug(&report);
        for not_held in &report.not_held {
            shown.debug(not_held);
            shown.both(&not_held.cookie);
            shown.both(&not_held.reason);
        }
        // Another process and this one change a cookie.
        let mut other = CookieFile::new(file.path(), format).with_session_cookies(true);
        let mut copy = CookieStore::new();
        copy.load(&mut other, now()).expect("the file");
        let later = now() + Duration::from_secs(5);
        copy.receive(&shop(), ["sid=other-S3CR3T; Secure; HttpOnly"], later);
        copy.save(&mut other, later).expect("the file");
        store.receive(&shop(), ["sid=own-S3CR3T; Secure; HttpOnly"], later);
        let report = store.save(&mut file, later).expect("the file");
        shown.debug(&report);
        for conflict in &report.conflicts {
            shown.debug(conflict);
            shown.debug(&conflict.kept);
        }
        shown.debug(&file);
        damaged(shown, format, &store.write(format, now()).0);
    }
    let missing = folder.path().join("missing").join("file");
    shown.result(store.save(&mut CookieFile::new(missing, Format::Json), now()));
}

/// Reads a file that is cut or damaged.
fn damaged(shown: &mut Shown, format: Format, text: &[u8]) {
    let mut random = Random::new(5);
    for round in 0..text.len() + attacks(20_000) {
        let mut text = text.to_vec();
        if round < text.len() {
            text.truncate(round);
        } else {
            let at = random.below(text.len());
            text[at] = random.pick(b"\t\n{}[]\":,0x-\\\xFF");
        }
        if let Some(report) = shown.result(CookieStore::new().read(format, &text, now())) {
            shown.debug(&report);
            for skipped in &report.skipped {
                shown.debug(skipped);
                shown.error(&skipped.error);
            }
        }
    }
}
