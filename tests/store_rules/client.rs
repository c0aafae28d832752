//! A store with a clock, and short ways to use it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::store::{Outcome, StoreLimits, StoredCookie};
use gingersnap::user_agent::{Reason, RequestKind};
use gingersnap::{Cookie, RequestContext, UserAgent};

use crate::any_store::AnyStore;

pub(crate) const SHOP: &str = "https://shop.example/";
pub(crate) const INSECURE_SHOP: &str = "http://shop.example/";
pub(crate) const WWW: &str = "https://www.shop.example/";
pub(crate) const NEWS: &str = "https://news.example/";

pub(crate) const LINK: RequestKind = RequestKind::TopLevelNavigation { safe_method: true };
pub(crate) const FORM: RequestKind = RequestKind::TopLevelNavigation { safe_method: false };

#[track_caller]
pub(crate) fn at(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// A script in a page.
#[track_caller]
pub(crate) fn script_at(url: &str) -> RequestContext<'_> {
    at(url).with_kind(RequestKind::Script)
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) struct Client {
    pub(crate) store: AnyStore,
    pub(crate) now: SystemTime,
}

impl Client {
    pub(crate) fn new() -> Self {
        // Sun, 06 Nov 1994 08:49:37 GMT
        Self { store: AnyStore::new(), now: UNIX_EPOCH + seconds(784_111_777) }
    }

    pub(crate) fn with_agent(agent: UserAgent) -> Self {
        Self { store: AnyStore::new().with_user_agent(agent), ..Self::new() }
    }

    pub(crate) fn with_limits(limits: StoreLimits) -> Self {
        Self { store: AnyStore::new().with_limits(limits), ..Self::new() }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// Receives one header, in the response to a request.
    #[track_caller]
    pub(crate) fn receive(
        &mut self,
        context: &RequestContext<'_>,
        header: impl AsRef<[u8]>,
    ) -> Outcome {
        let outcomes = self.store.receive(context, [header], self.now);
        <[Outcome; 1]>::try_from(outcomes).expect("one outcome for each header")[0].clone()
    }

    #[track_caller]
    pub(crate) fn stores(&mut self, url: &str, header: impl AsRef<[u8]>) {
        let outcome = self.receive(&at(url), &header);
        assert!(outcome.is_stored(), "{}: {outcome:?}", header.as_ref().escape_ascii());
    }

    #[track_caller]
    pub(crate) fn refuses(&mut self, url: &str, header: impl AsRef<[u8]>, reasons: &[Reason]) {
        self.refuses_in(&at(url), header, reasons);
    }

    #[track_caller]
    pub(crate) fn refuses_in(
        &mut self,
        context: &RequestContext<'_>,
        header: impl AsRef<[u8]>,
        reasons: &[Reason],
    ) {
        let before = self.contents();
        let outcome = self.receive(context, &header);
        assert_eq!(outcome, Outcome::Refused(reasons.into()), "{}", header.as_ref().escape_ascii());
        assert_eq!(self.contents(), before);
    }

    /// Inserts a cookie by hand.
    pub(crate) fn insert(&mut self, url: &str, cookie: &Cookie<'_>) -> Outcome {
        self.store.insert(&at(url), cookie, self.now)
    }

    /// Returns the `Cookie` header of a request; empty if there is none.
    #[track_caller]
    pub(crate) fn sends(&mut self, url: &str) -> String {
        self.sends_in(&at(url))
    }

    #[track_caller]
    pub(crate) fn sends_in(&mut self, context: &RequestContext<'_>) -> String {
        let header = self.store.cookie_header(context, self.now);
        assert!(header.as_ref().is_none_or(|header| !header.is_empty()), "an empty header");
        String::from_utf8(header.unwrap_or_default()).expect("UTF-8")
    }

    /// Returns the only cookie of a name.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> StoredCookie {
        let mut named = self.store.iter(self.now).filter(|cookie| cookie.name() == name.as_bytes());
        let cookie = named.next().expect("a cookie of this name");
        assert!(named.next().is_none(), "two cookies of this name");
        cookie
    }

    /// Returns the names and values of all cookies, sorted.
    pub(crate) fn contents(&self) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let cookies = self.store.iter(self.now);
        let mut all: Vec<_> =
            cookies.map(|cookie| (text(cookie.name()), text(cookie.value()))).collect();
        all.sort();
        all
    }

    /// Returns the names of all cookies, sorted and joined by spaces.
    pub(crate) fn names(&self) -> String {
        let names: Vec<_> = self.contents().into_iter().map(|(name, _)| name).collect();
        names.join(" ")
    }
}
