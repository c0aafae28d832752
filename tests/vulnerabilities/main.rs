//! Public vulnerabilities of cookie implementations, each as a test of what this crate does instead.
//!
//! The name of a test has the number of the advisory or of the public issue, if there is one, and the
//! lesson. The line above it names the implementation and what went wrong there. `SECURITY.md` lists
//! the attacks; `tests/linear.rs` counts the instructions of those that exhaust time.

mod disclosure;
#[cfg(feature = "store")]
mod files;
#[cfg(feature = "store")]
mod hosts;
mod injection;
mod names;
#[path = "../../examples/proxy/cookies.rs"]
mod proxy;
mod quotes;
mod resources;
#[cfg(all(feature = "signed", feature = "encrypted"))]
mod sealed;
#[cfg(all(feature = "signed", feature = "encrypted"))]
#[path = "../support/sealing.rs"]
mod sealing;
#[cfg(feature = "store")]
mod transport;

use gingersnap::{CookieJar, Limits, Policy};

/// A policy without limits for what is received.
fn unlimited() -> Policy {
    let limits = Limits::DEFAULT.with_received_bytes(u32::MAX).with_received_pairs(u32::MAX);
    Policy::new().with_limits(limits)
}

/// The `Cookie` header of the next request, if the browser has only what a jar set.
fn next_header(jar: &CookieJar<'_>) -> String {
    let pairs = jar.set_cookie_headers().filter_map(|header| header.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// A store and the time at which the tests take place.
#[cfg(feature = "store")]
mod client {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use gingersnap::RequestContext;
    use gingersnap::store::file::{Format, Report};
    use gingersnap::store::{CookieStore, Outcome};

    pub(crate) fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    #[track_caller]
    pub(crate) fn at(url: &str) -> RequestContext<'_> {
        RequestContext::parse(url).expect("a URL")
    }

    /// Receives one header in the response to a request for a URL.
    #[track_caller]
    pub(crate) fn receive(store: &mut CookieStore, url: &str, header: impl AsRef<[u8]>) -> Outcome {
        store.receive(&at(url), [header], now()).remove(0)
    }

    #[track_caller]
    pub(crate) fn stores(store: &mut CookieStore, url: &str, header: impl AsRef<[u8]>) {
        let outcome = receive(store, url, &header);
        assert!(outcome.is_stored(), "{}: {outcome:?}", header.as_ref().escape_ascii());
    }

    /// Returns the `Cookie` header of a request for a URL; empty if there is none.
    #[track_caller]
    pub(crate) fn sends(store: &mut CookieStore, url: &str) -> String {
        let header = store.cookie_header(&at(url), now()).unwrap_or_default();
        String::from_utf8(header).expect("text")
    }

    /// Reads a file into an empty store.
    #[track_caller]
    pub(crate) fn read(format: Format, text: impl AsRef<[u8]>) -> (CookieStore, Report) {
        let mut store = CookieStore::new();
        let report = store.read(format, text.as_ref(), now()).expect("a file of the format");
        (store, report)
    }
}
