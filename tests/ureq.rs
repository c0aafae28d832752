//! The recipe for ureq in the documentation of the store, over real sockets.
#![cfg(feature = "store")]

use std::sync::Arc;

use gingersnap::RequestContext;
use gingersnap::store::SharedStore;
use ureq::http::{HeaderValue, Request, Response};
use ureq::middleware::MiddlewareNext;
use ureq::{Agent, Body, Error, SendBody};

#[path = "support/sites.rs"]
mod sites;

use sites::Sites;

fn agent_with(store: Arc<SharedStore>, max_redirects: u32) -> Agent {
    let keep_cookies = move |mut request: Request<SendBody>,
                             next: MiddlewareNext<'_>|
          -> Result<Response<Body>, Error> {
        let url = request.uri().to_string();
        let Ok(context) = RequestContext::parse(&url) else { return next.handle(request) };
        if let Some(Ok(header)) = store.cookie_header_now(&context).map(HeaderValue::try_from) {
            request.headers_mut().insert("cookie", header);
        }
        let response = next.handle(request)?;
        store.receive_now(&context, response.headers().get_all("set-cookie"));
        Ok(response)
    };
    let config = Agent::config_builder().max_redirects(max_redirects).http_status_as_error(false);
    config.middleware(keep_cookies).build().into()
}

fn sites() -> Sites {
    Sites::start(|request| {
        match request {
            "GET 127.0.0.1/" => {
                "302 Found\r\nLocation: http://localhost:PORT/\r\nSet-Cookie: a=1; Secure"
            }
            "GET localhost/" => {
                "302 Found\r\nLocation: http://127.0.0.1:PORT/end\r\nSet-Cookie: b=2"
            }
            _ => "404 Not Found\r\nSet-Cookie: c=3",
        }
        .to_owned()
    })
}

#[test]
fn the_middleware_keeps_the_cookies_of_each_response() {
    let sites = sites();
    let agent = agent_with(Arc::new(SharedStore::new()), 0);
    let mut url = sites.url("127.0.0.1/");
    loop {
        let response = agent.get(&url).call().expect("a response");
        let Some(location) = response.headers().get("location") else { break };
        location.to_str().expect("text").clone_into(&mut url);
    }
    agent.get(&url).call().expect("a response");
    let expected = [
        "GET 127.0.0.1/:",
        "GET localhost/:",
        "GET 127.0.0.1/end: a=1",
        "GET 127.0.0.1/end: a=1; c=3",
    ];
    assert_eq!(sites.take_requests(), expected);
}

#[test]
fn redirects_that_ureq_follows_are_not_seen() {
    let sites = sites();
    let store = Arc::new(SharedStore::new());
    let page = RequestContext::parse("http://127.0.0.1/").expect("a URL");
    store.receive_now(&page, ["seed=1"]);
    agent_with(store, 10).get(sites.url("127.0.0.1/")).call().expect("a response");
    let expected = ["GET 127.0.0.1/: seed=1", "GET localhost/:", "GET 127.0.0.1/end:"];
    assert_eq!(sites.take_requests(), expected);
}
