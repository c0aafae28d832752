//! A sequence of requests as the store has it, with what Chromium is known to do differently.
//!
//! How Chromium reads a header differently is another subject: [`random`](crate::random) compares that,
//! and the headers of [`sequence`](crate::sequence) have none of it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::SystemTime;

use gingersnap::header::SetCookie;
use gingersnap::store::{CookieStore, Outcome, StoredCookie};
use gingersnap::user_agent::RequestKind;
use gingersnap::{Prefix, RequestContext, SameSite, UserAgent};

use crate::headers::ADDRESS;
use crate::sequence::{Kind, Ports, Step, request_of};

/// What Chromium does differently.
pub(crate) const DEVIATIONS: [&str; 5] =
    [NEW_VALUE, UNSAFE_FORM, ADDRESS_AS_DOMAIN, SUFFIX_AS_DOMAIN, CROSS_SITE_PARTITION];

/// A cookie that replaces one with another value is sent after those that are older than the new value.
/// By the standard, it keeps the place of the one that it replaces, whatever their values.
const NEW_VALUE: &str = "a new value has a new creation time";

/// Cookies without `SameSite` are sent with forms of other sites, for two minutes after they are set
/// ("Lax-allow-unsafe"). RFC 6265bis, section 5.6.7.2, allows that. The store sends them only with safe
/// methods, like those with `SameSite=Lax`.
const UNSAFE_FORM: &str = "a new cookie without SameSite is sent with a form of another site";

/// A cookie whose `Domain` is the address that sends it is the same as one without `Domain`. By the
/// standard, only the latter is host-only, so that they are two.
const ADDRESS_AS_DOMAIN: &str = "an address as Domain is no Domain";

/// `__Host-` does not go with the `Domain` of a public suffix that sends it. By the standard, such a
/// `Domain` is none: the cookie is host-only.
const SUFFIX_AS_DOMAIN: &str = "__Host- does not go with a public suffix as Domain";

/// A site has a second partition below itself, for requests to which a frame or a redirect of another site
/// has led ("cross-site ancestor"), another scheme included. CHIPS has one for each top-level site.
const CROSS_SITE_PARTITION: &str =
    "a partition depends on the sites between the page and the request";

/// What is appended to the top-level site of such a partition.
const CROSS_SITE: &str = "--cross-site";

const SAFE: RequestKind = RequestKind::TopLevelNavigation { safe_method: true };
const UNSAFE: RequestKind = RequestKind::TopLevelNavigation { safe_method: false };

pub(crate) struct Replay {
    pub(crate) store: CookieStore,
    pub(crate) now: SystemTime,
    /// The page, the document in its last frame, and the last request.
    page: RequestContext<'static>,
    frame: RequestContext<'static>,
    request: RequestContext<'static>,
    /// When each cookie got its present value, by its identity.
    value_times: HashMap<String, SystemTime>,
    /// How often each deviation made a difference.
    pub(crate) uses: HashMap<&'static str, usize>,
}

impl Replay {
    pub(crate) fn new() -> Self {
        // The last label of a name that is on no list is its public suffix.
        let agent = UserAgent::new().with_public_suffixes(|_: &str| 0);
        let nothing = RequestContext::parse("http://nothing.invalid/").expect("a URL");
        Self {
            store: CookieStore::new().with_user_agent(agent),
            now: SystemTime::now(),
            page: nothing.clone(),
            frame: nothing.clone(),
            request: nothing,
            value_times: HashMap::new(),
            uses: HashMap::new(),
        }
    }

    /// Does a step, and returns the cookies that are sent, or that a script sees after it has set one.
    pub(crate) fn step(&mut self, steps: &[Step], number: usize) -> Vec<StoredCookie> {
        let step = &steps[number];
        let own = step.url(number, Ports::default());
        let own = RequestContext::parse(&own).expect("a valid URL").into_owned();
        let url = own.clone();
        let document = if step.is_in_frame { &self.frame } else { &self.page };
        let context = match step.kind {
            Kind::Address => url.with_kind(SAFE),
            Kind::Link => url.with_kind(SAFE).with_initiator(document),
            Kind::Form => url.with_kind(UNSAFE).with_initiator(document),
            Kind::Fetch | Kind::Frame => url.with_initiator(document).in_top_level(&self.page),
            Kind::Redirect => {
                let context = self.request.redirected_to(url);
                // POST becomes GET.
                if context.kind() == UNSAFE { context.with_kind(SAFE) } else { context }
            }
            Kind::Script => {
                let context = document.clone().with_kind(RequestKind::Script);
                let context = context.in_top_level(&self.page);
                self.receive(&context, step);
                return self.sent(&context);
            }
        };
        let sent = if step.kind == Kind::Form {
            self.sent_with_form(&context)
        } else {
            self.sent(&context)
        };
        self.receive(&context, step);
        if steps.get(number + 1).is_none_or(|next| next.kind != Kind::Redirect) {
            match request_of(steps, number) {
                Kind::Address | Kind::Link | Kind::Form => self.page = own,
                Kind::Frame => self.frame = own,
                _ => {}
            }
        }
        self.request = context;
        sent
    }

    fn receive(&mut self, context: &RequestContext<'_>, step: &Step) {
        let context = &self.in_partition_of_chromium(context);
        for header in &step.headers {
            let Some(header) = &self.as_chromium_reads(header, context) else { continue };
            let before: Vec<_> = self.store.iter_site(context.host(), self.now).cloned().collect();
            let outcome = self.store.receive(context, [header], self.now).remove(0);
            if !outcome.is_stored() {
                continue;
            }
            // Of a site, the cookie that was stored last has the latest time.
            let cookies = self.store.iter_site(context.host(), self.now);
            let new = cookies.max_by_key(|cookie| cookie.updated()).expect("a cookie");
            let old = before.iter().find(|old| old.identity() == new.identity());
            if old.is_none_or(|old| old.value() != new.value()) {
                self.value_times.insert(key(new), new.updated());
            }
            assert_eq!(old.is_some(), outcome == Outcome::Replaced);
            let site_of = |host| self.store.user_agent().site_of(host);
            let is_of_page = site_of(context.host()) == site_of(self.page.host());
            let is_cross_site = partition(new).is_some_and(|(_, is_cross_site)| is_cross_site);
            self.count(CROSS_SITE_PARTITION, is_of_page && is_cross_site);
        }
    }

    /// Returns the header that has by the standard the effect that a header has on Chromium, or `None` if
    /// it has none.
    fn as_chromium_reads(&mut self, header: &str, context: &RequestContext<'_>) -> Option<String> {
        let cookie = SetCookie::parse(header).expect("a valid header");
        if cookie.domain() != Some(context.host()) {
            return Some(header.to_owned());
        }
        if context.host() == ADDRESS {
            self.count(ADDRESS_AS_DOMAIN, true);
            let is_domain = |part: &&str| part.starts_with("Domain=");
            let parts: Vec<&str> = header.split("; ").filter(|part| !is_domain(part)).collect();
            return Some(parts.join("; "));
        }
        let is_prefixed =
            matches!(Prefix::from_name(cookie.name()), Some(Prefix::Host | Prefix::HostHttp));
        let is_refused = is_prefixed && self.store.user_agent().is_public_suffix(context.host());
        self.count(SUFFIX_AS_DOMAIN, is_refused);
        (!is_refused).then(|| header.to_owned())
    }

    /// Returns the context with a top-level page that has the name of Chromium's partition.
    fn in_partition_of_chromium<'c>(&self, context: &RequestContext<'c>) -> RequestContext<'c> {
        let agent = self.store.user_agent();
        let is_navigation = matches!(context.kind(), RequestKind::TopLevelNavigation { .. });
        if is_navigation || !agent.is_cross_site(context) {
            return context.clone();
        }
        // The last label of an address is a number, which no name may end in.
        let host = self.page.host().replace(ADDRESS, "address");
        let scheme = if self.page.is_https() { "https" } else { "http" };
        let host = format!("{host}{CROSS_SITE}");
        let page = RequestContext::from_parts(scheme, &host, "/").expect("a valid host");
        context.clone().in_top_level(&page)
    }

    fn count(&mut self, deviation: &'static str, makes_difference: bool) {
        *self.uses.entry(deviation).or_default() += usize::from(makes_difference);
    }

    /// Returns the cookies of a request, in Chromium's order.
    fn sent(&mut self, context: &RequestContext<'_>) -> Vec<StoredCookie> {
        let context = &self.in_partition_of_chromium(context);
        let mut sent: Vec<_> = self.store.cookies_for(context, self.now).cloned().collect();
        let in_order = sent.clone();
        sent.sort_by_key(|cookie| (Reverse(cookie.path().len()), self.value_times[&key(cookie)]));
        self.count(NEW_VALUE, sent != in_order);
        sent
    }

    fn sent_with_form(&mut self, context: &RequestContext<'_>) -> Vec<StoredCookie> {
        let is_cross_site = self.store.user_agent().is_cross_site(context);
        let mut sent = self.sent(&context.clone().with_kind(SAFE));
        sent.retain(|cookie| !is_cross_site || cookie.same_site() != SameSite::Lax);
        let by_standard = self.sent(context);
        self.count(UNSAFE_FORM, sent != by_standard);
        sent
    }
}

/// Returns Chromium's partition of a cookie: the top-level site, and whether it is for requests to which
/// another site has led.
pub(crate) fn partition(cookie: &StoredCookie) -> Option<(String, bool)> {
    let name = cookie.partition()?;
    let site = name.strip_suffix(CROSS_SITE);
    Some((site.unwrap_or(name).replace("//address", &format!("//{ADDRESS}")), site.is_some()))
}

fn key(cookie: &StoredCookie) -> String {
    let key = (cookie.name(), cookie.domain(), cookie.is_host_only(), cookie.path());
    format!("{key:?} {:?}", cookie.partition())
}
