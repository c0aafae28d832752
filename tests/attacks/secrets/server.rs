//! What a server uses: jars, headers, sealed values and the middleware.

use std::convert::Infallible;
use std::sync::Arc;

use gingersnap::header::{
    PairEdit, SetCookie, SetCookieEdit, edit_pairs, pairs, split_set_cookie_list, text_pairs,
    write_pair,
};
use gingersnap::protect::{Key, Keyring};
use gingersnap::store::SharedStore;
use gingersnap::tower::{CookieLayer, Cookies, RequestFacts, StoreLayer};
use gingersnap::{
    Cookie, CookieJar, CookieTemplate, Encoding, Limits, Policy, Removal, RequestContext, SameSite,
    UserAgent, date, explain,
};
use tower::Layer;

use super::{SECRET, Shown, cookies, values};
use crate::sealing::keyring;
use crate::{now, run, shop};

pub(super) fn jars(shown: &mut Shown) {
    let tight = Limits::DEFAULT.with_cookies(1).with_cookie_header_bytes(30);
    shown.debug(&tight);
    for value in values() {
        for policy in [Policy::new(), Policy::new().with_encoding(Encoding::Raw).with_limits(tight)]
        {
            shown.debug(&policy);
            let mut jar = policy.empty_jar();
            for cookie in cookies(&value) {
                shown.debug(&cookie);
                shown.debug(&Removal::from(cookie.clone()));
                for result in [jar.set(&cookie), jar.remove(&cookie), jar.set(&cookie)] {
                    if let Err(error) = result {
                        shown.cookie_error(&error);
                    }
                }
                shown.debug(&jar);
                shown.both(&jar.budget());
            }
            shown.debug(&jar.iter());
            shown.debug(&jar.set_cookie_headers());
            jar.changes().for_each(|change| shown.debug(&change));
            shown.result(jar.remove("sid="));
        }
        let header = format!("sid={value}; other={SECRET}; {SECRET}; ={SECRET}; bad={SECRET}\x01");
        let few = Policy::new().with_limits(Limits::DEFAULT.with_received_pairs(1));
        shown.result(few.jar_from_cookie_header(&header));
        if let Some(jar) = shown.result(CookieJar::from_cookie_header(&header)) {
            shown.debug(&jar);
            for skipped in jar.skipped() {
                shown.both(skipped);
                shown.both(&skipped.reason);
            }
            shown.result(jar.parse::<u32>("sid"));
            shown.result(jar.parse::<std::net::IpAddr>("sid"));
            for name in ["sid", "other"] {
                if let Err(error) = jar.get_json::<Vec<u32>>(name) {
                    shown.error(&error);
                    shown.both(&error.kind);
                }
            }
        }
        shown.result(Encoding::Raw.encode(&value));
    }
    shown.debug(&Encoding::Raw);
    shown.debug(&CookieTemplate::new("sid"));
    shown.result("S3CR3T".parse::<SameSite>());
    shown.both(&SameSite::Lax);
}

pub(super) fn headers(shown: &mut Shown) {
    let agent = UserAgent::new();
    shown.debug(&agent);
    for value in values() {
        let header = format!("sid={value}; b={SECRET}");
        shown.debug(&pairs(&header));
        shown.debug(&text_pairs(&header));
        for (name, value) in [("sid", &*value), ("", &*value), ("a=b", &*value)] {
            shown.result(write_pair(&mut Vec::new(), name, value));
        }
        shown.debug(&PairEdit::Rename(b"sid"));
        shown.result(edit_pairs(&header, |_| PairEdit::Rename(b"=")));
        for end in
            ["", "; Secure; HttpOnly", "; Domain=\u{e9}", "; Domain=other.example", "; Path=x"]
        {
            let header = format!("sid={value}{end}");
            shown.debug(&split_set_cookie_list(&format!("{header}, b={SECRET}")));
            if let Some(read) = shown.result(SetCookie::parse(&header)) {
                shown.debug(&read);
                shown.result(read.to_cookie());
            }
            // Bytes that are no text.
            if let Some(read) =
                shown.result(SetCookie::parse(&[header.as_bytes(), b"\xFF"].concat()))
            {
                shown.result(read.to_cookie());
            }
            if let Some(edit) = shown.result(SetCookieEdit::new(&*header)) {
                shown.debug(&edit);
                for result in [
                    edit.clone().with_name("a b"),
                    edit.clone().with_path("x"),
                    edit.clone().with_domain("a..b"),
                ] {
                    shown.result(result);
                }
            }
            for url in ["https://shop.example/", "http://shop.example/a"] {
                let context = RequestContext::parse(url).expect("a URL");
                shown.debug(&context);
                let verdict = explain(&header, &context, now());
                shown.both(&verdict);
                shown.debug(verdict.action());
                for finding in verdict.reasons() {
                    shown.debug(finding);
                    shown.both(&finding.kind);
                }
                for finding in verdict.warnings() {
                    shown.debug(finding);
                    shown.both(&finding.kind);
                }
                if let Some(prediction) = verdict.prediction() {
                    shown.both(prediction);
                    shown.both(prediction.identity());
                    for why in prediction.why_not_sent(&context, &agent, now()) {
                        shown.both(&why);
                    }
                }
            }
        }
    }
    shown.result(RequestContext::parse("x"));
    shown.result(date::parse("x"));
    shown.both(&date::imf_fixdate(now()).expect("a date"));
}

pub(super) fn sealed(shown: &mut Shown) {
    let key = Key::new(SECRET.repeat(6)).expect("36 bytes");
    shown.debug(&key);
    shown.both(&Keyring::new(&key).primary());
    shown.debug(&Keyring::new(&key));
    shown.result(Key::new(SECRET));
    let mut jar = CookieJar::from_cookie_header("sid=S3CR3T").expect("a header");
    shown.both(&jar.signed(keyring()).get("sid").expect_err("not sealed").kind);
    shown.both(&jar.signed_mut(keyring()).set(("a b", SECRET)).expect_err("no name").kind);
    for value in values() {
        let mut jar = CookieJar::new();
        for cookie in cookies(&value) {
            shown.result(jar.signed_mut(keyring()).set(&cookie));
            shown.result(jar.encrypted_mut(keyring()).set(&cookie));
            shown.result(jar.encrypted_chunks_mut(keyring()).set(&cookie));
        }
        shown.debug(&jar.signed_mut(keyring()));
        shown.debug(&jar.encrypted_chunks_mut(keyring()));
        shown.debug(&jar.signed(keyring()));
        shown.debug(&jar.encrypted_chunks(keyring()));
        for text in [jar.get_raw("sid").unwrap_or_default().to_owned(), value.clone()] {
            let header = format!("sid={text}; t.0=abcdefgh2.{SECRET}; other={SECRET}");
            let mut next = CookieJar::from_cookie_header(&header).expect("a header");
            for name in ["sid", "other"] {
                for result in
                    [next.signed(keyring()).get(name), next.encrypted(keyring()).get(name)]
                {
                    if let Some(Some(opened)) = shown.result(result) {
                        shown.debug(&opened);
                        shown.result(opened.json::<u32>());
                    }
                }
                let renewed = Cookie::new(name, SECRET).with_path("x");
                shown.result(next.encrypted_mut(keyring()).renew(&renewed));
            }
            shown.result(next.encrypted_chunks(keyring()).get("t"));
        }
        jar.encrypted_mut(keyring()).set(("o", &*value)).unwrap_or_default();
        if let Some(Some(opened)) = shown.result(jar.encrypted(keyring()).get("o")) {
            shown.debug(&opened);
            if let Err(error) = opened.json::<u32>() {
                shown.error(&error);
            }
        }
    }
}

/// Shows the handle of a request while its handler uses it.
pub(super) fn middleware(shown: &mut Shown) {
    let layer = CookieLayer::default();
    shown.debug(&layer);
    let service = layer.layer(tower::service_fn(async |request: http::Request<()>| {
        let mut shown = Shown::default();
        let cookies = request.extensions().get::<Cookies>().expect("the layer");
        shown.debug(cookies);
        cookies.set(("sid", SECRET)).expect("a cookie");
        shown.debug(cookies);
        shown.result(cookies.set(("a b", SECRET)));
        Ok::<_, Infallible>(http::Response::new(shown))
    }));
    let header = format!("sid={SECRET}; b={SECRET}");
    let request = http::Request::builder().header("cookie", &header).body(()).expect("a request");
    let response = run(tower::ServiceExt::oneshot(service, request)).expect("a response");
    assert!(response.headers().contains_key("set-cookie"));
    shown.0.extend(response.into_body().0);

    let store = Arc::new(SharedStore::new());
    store.receive(&shop(), [&header], now());
    shown.debug(&StoreLayer::new(store));
    shown.debug(&RequestFacts::new());
}
