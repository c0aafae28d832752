//! The middleware for servers and for clients, as tower services.
#![cfg(all(feature = "tower", feature = "store"))]

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use gingersnap::store::SharedStore;
use gingersnap::tower::{CookieLayer, Cookies, CookiesError, RequestFacts, StoreLayer};
use gingersnap::{Policy, RequestContext};
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt, service_fn};

/// Runs a future that needs no driver.
fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(future)
}

#[test]
fn a_handle_that_outlives_the_response_refuses_changes() {
    let handle = std::sync::Mutex::new(None);
    let service = service_fn(|request: Request<()>| {
        let cookies = request.extensions().get::<Cookies>().expect("a handle").clone();
        cookies.set(("a", "1")).expect("a valid cookie");
        *handle.lock().expect("a lock") = Some(cookies);
        async { Ok::<_, Infallible>(Response::new(())) }
    });
    let service = CookieLayer::new(Policy::new()).layer(service);
    let response = run(service.oneshot(Request::new(()))).expect("a response");
    assert_eq!(response.headers()["set-cookie"], "a=1; Path=/");
    let cookies = handle.into_inner().expect("a lock").expect("a handle");
    assert_eq!(cookies.set(("b", "2")), Err(CookiesError::Sent));
    assert_eq!(cookies.get("a"), Err(CookiesError::Sent));
}

#[test]
fn a_handle_never_sees_another_request() {
    let kept = std::sync::Mutex::new(vec![]);
    let service = service_fn(|request: Request<()>| {
        let cookies = request.extensions().get::<Cookies>().expect("a handle");
        let user = cookies.get("user");
        let mut kept = kept.lock().expect("a lock");
        for earlier in kept.iter() {
            assert_eq!(Cookies::get(earlier, "user"), Err(CookiesError::Sent));
        }
        if user != Ok(Some("3".to_owned())) {
            kept.push(cookies.clone());
        }
        async { Ok::<_, CookiesError>(Response::new(user?)) }
    });
    let service = CookieLayer::default().layer(service);
    for user in [Some("1"), Some("2"), Some("3"), None, Some("4")] {
        let mut request = Request::new(());
        if let Some(user) = user {
            let header = format!("user={user}").parse().expect("a header");
            request.headers_mut().insert("cookie", header);
        }
        let response = run(service.oneshot(request)).expect("a response");
        assert_eq!(response.body().as_deref(), user);
    }
}

#[test]
fn a_function_that_uses_the_handle_does_not_wait_for_itself() {
    let handles = std::sync::Mutex::new(vec![]);
    let service = service_fn(|request: Request<()>| {
        let cookies = request.extensions().get::<Cookies>().expect("a handle").clone();
        let copy = cookies.clone();
        let nested = cookies.with(|jar| {
            jar.set(("a", "1")).expect("a valid cookie");
            assert_eq!(copy.get("a"), Err(CookiesError::InUse));
            // Another request's handle has a jar of its own.
            for other in handles.lock().expect("a lock").iter().map(Cookies::clone) {
                assert_eq!(other.get("a"), Err(CookiesError::Sent));
            }
            copy.set(("b", "2"))
        });
        assert_eq!(nested, Ok(Err(CookiesError::InUse)));
        let panics = || drop(copy.with(|_| panic!("in a function")));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        assert_eq!(copy.get("a"), Ok(Some("1".to_owned())), "it is no longer in use");
        handles.lock().expect("a lock").push(cookies);
        async { Ok::<_, Infallible>(Response::new(())) }
    });
    let mut service = CookieLayer::default().layer(service);
    for _ in 0..2 {
        let response = run(service.call(Request::new(()))).expect("a response");
        assert_eq!(response.headers()["set-cookie"], "a=1; Path=/");
    }
}

#[test]
fn a_request_made_of_an_earlier_one_has_cookies_of_its_own() {
    let extensions = std::sync::Mutex::new(http::Extensions::new());
    let service = service_fn(|request: Request<()>| {
        let result = request.extensions().get::<Cookies>().expect("a handle").set(("a", "1"));
        *extensions.lock().expect("a lock") = request.into_parts().0.extensions;
        async { result.map(|()| Response::new(())) }
    });
    let mut service = CookieLayer::default().layer(service);
    for _ in 0..2 {
        let mut request = Request::new(());
        request.extensions_mut().extend(extensions.lock().expect("a lock").clone());
        let response = run(service.call(request)).expect("a response");
        assert_eq!(response.headers()["set-cookie"], "a=1; Path=/");
    }
}

#[test]
fn a_second_layer_uses_the_handle_of_the_outer_one() {
    let handler = CookieLayer::default().layer(service_fn(|request: Request<()>| async move {
        request.extensions().get::<Cookies>().expect("a handle").get("early").map(Response::new)
    }));
    let middle = service_fn(|request: Request<()>| {
        let cookies = request.extensions().get::<Cookies>().expect("a handle");
        cookies.set(("early", "1")).expect("a valid cookie");
        handler.oneshot(request)
    });
    let service = CookieLayer::default().layer(middle);
    let response = run(service.oneshot(Request::new(()))).expect("a response");
    assert_eq!(response.body().as_deref(), Some("1"));
    let set_cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(set_cookies, ["early=1; Path=/"]);
}

/// A service that is never ready.
struct Busy;

impl Service<Request<()>> for Busy {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Pending
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        unreachable!("it is not ready")
    }
}

#[test]
fn a_layer_is_not_ready_before_its_inner_service() {
    let mut context = Context::from_waker(Waker::noop());
    assert!(CookieLayer::default().layer(Busy).poll_ready(&mut context).is_pending());
    let store = Arc::new(SharedStore::new());
    assert!(StoreLayer::new(store).layer(Busy).poll_ready(&mut context).is_pending());
}

#[test]
fn an_inner_error_is_passed_on() {
    let service = service_fn(|request: Request<()>| async move {
        request.extensions().get::<Cookies>().expect("a handle").set(("a", "1")).expect("set");
        Err::<Response<()>, _>("failed")
    });
    let service = CookieLayer::default().layer(service);
    assert_eq!(run(service.oneshot(Request::new(()))).expect_err("an error"), "failed");
}

/// A server that answers with the `Cookie` header that it was sent, and sets what the path says.
async fn echo(request: Request<()>) -> Result<Response<String>, Infallible> {
    let header = request.headers().get("cookie");
    let sent = header.map_or("", |value| value.to_str().expect("ASCII")).to_owned();
    let mut response = Response::new(sent);
    if let Some(cookie) = request.uri().path().strip_prefix("/set/") {
        response.headers_mut().append("set-cookie", cookie.parse().expect("a value"));
        response.headers_mut().append("set-cookie", "second=2; Path=/".parse().expect("a value"));
    }
    Ok(response)
}

fn fetch<S>(client: &mut S, request: Request<()>) -> String
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let Ok(response) = run(async { client.ready().await?.call(request).await });
    response.into_body()
}

fn request(url: &str) -> Request<()> {
    Request::get(url).body(()).expect("a request")
}

#[test]
fn a_client_sends_what_it_has_received() {
    let store = Arc::new(SharedStore::new());
    let mut client = StoreLayer::new(store.clone()).layer(service_fn(echo));
    assert_eq!(fetch(&mut client, request("https://shop.example/set/a=1;Path=$")), "");
    assert_eq!(fetch(&mut client, request("https://shop.example/set/x")), "a=1; second=2");
    assert_eq!(fetch(&mut client, request("https://other.example/")), "");
    // The store stays usable by itself, and a header of the caller's own stays.
    assert_eq!(store.remove_site("shop.example", SystemTime::now()), 3);
    store.receive_now(&RequestContext::parse("https://shop.example/").expect("a URL"), ["b=2"]);
    assert_eq!(fetch(&mut client, request("https://shop.example/")), "b=2");
    let mut own = request("https://shop.example/");
    own.headers_mut().insert("cookie", "own=1".parse().expect("a value"));
    assert_eq!(fetch(&mut client, own), "own=1");
    // Without a URL, there are no cookies.
    assert_eq!(fetch(&mut client, request("/")), "");
}

#[test]
fn the_facts_of_a_request_count() {
    let store = Arc::new(SharedStore::new());
    let shop = RequestContext::parse("https://shop.example/").expect("a URL");
    let headers =
        ["strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "none=1; SameSite=None; Secure"];
    store.receive_now(&shop, headers);
    let mut client = StoreLayer::new(store).layer(service_fn(echo));
    let news = RequestContext::parse("https://news.example/").expect("a URL");
    let click = RequestFacts::top_level_navigation();
    for (facts, expected) in [
        (RequestFacts::new(), "strict=1; lax=1; none=1"),
        (RequestFacts::new().with_initiator(news.clone()), "none=1"),
        (click.with_initiator(news.clone()), "lax=1; none=1"),
        (RequestFacts::new().in_top_level(news), "none=1"),
    ] {
        let mut request = request("https://shop.example/");
        request.extensions_mut().insert(facts);
        assert_eq!(fetch(&mut client, request), expected);
    }
}
