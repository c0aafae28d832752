//! One request to a server, through the middleware for tower and through the extractor of axum.
//!
//! Each operation starts from a request that is already made, and ends when its response is dropped.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum_core::extract::FromRequestParts;
use axum_core::response::IntoResponse;
use gingersnap::tower::{CookieLayer, Cookies};
use http::header::{COOKIE, HeaderValue};
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::inputs;

/// The cookie that is read.
const READ: &str = "lang";

/// A request of a browser, with 8 cookies.
pub type BrowserRequest = Request<()>;

/// A name of an operation, and the operation.
pub type Operation = (&'static str, fn(BrowserRequest));

/// The operations of gingersnap, and as the first one a server without cookies.
pub const OURS: [Operation; 6] = [
    ("request/bare", |request| drop(call(Handler(answer), request))),
    ("layer/unused", |request| drop(call(CookieLayer::default().layer(Handler(answer)), request))),
    ("layer/read", |request| drop(call(CookieLayer::default().layer(Handler(read)), request))),
    ("layer/set", |request| drop(call(CookieLayer::default().layer(Handler(set)), request))),
    ("extractor/read", |request| {
        let (mut parts, ()) = request.into_parts();
        let jar = finish(gingersnap::axum::CookieJar::from_request_parts(&mut parts, &()));
        let jar = jar.expect("a jar");
        assert!(jar.get(READ).is_some());
        drop(().into_response());
    }),
    ("extractor/set", |request| {
        let (mut parts, ()) = request.into_parts();
        let jar = finish(gingersnap::axum::CookieJar::from_request_parts(&mut parts, &()));
        let mut jar = jar.expect("a jar");
        jar.set(("visits", "42")).expect("a valid cookie");
        drop((jar, ()).into_response());
    }),
];

/// The same operations with other crates, and the name of each of ours.
#[cfg(feature = "peers")]
pub const PEERS: [(&str, Operation); 5] = [
    ("layer/unused", ("tower-cookies/unused", |request| drop(peers::layer(answer, request)))),
    ("layer/read", ("tower-cookies/read", |request| drop(peers::layer(peers::read, request)))),
    ("layer/set", ("tower-cookies/set", |request| drop(peers::layer(peers::set, request)))),
    ("extractor/read", ("axum-extra/read", peers::extract_and_read)),
    ("extractor/set", ("axum-extra/set", peers::extract_and_set)),
];

/// Returns so many requests.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "the header is always valid")]
pub fn browser_requests(count: usize) -> Vec<BrowserRequest> {
    // Copies share the bytes, as those of a header that a server has received.
    let header = HeaderValue::from_str(inputs::eight().text).expect("a header");
    let request = || {
        let mut request = Request::new(());
        request.headers_mut().insert(COOKIE, header.clone());
        // Servers have put something of their own there.
        request.extensions_mut().insert(Arrived);
        request
    };
    let requests = (0..count).map(|_| {
        // Memory between two requests stays in use: releasing one takes more if its neighbour is free.
        std::mem::forget(request());
        request()
    });
    requests.collect()
}

/// An extension of a request.
#[derive(Clone)]
struct Arrived;

/// A service that answers at once.
#[derive(Clone, Copy)]
struct Handler(fn(&BrowserRequest) -> Response<()>);

impl Service<BrowserRequest> for Handler {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: BrowserRequest) -> Self::Future {
        ready(Ok((self.0)(&request)))
    }
}

fn answer(_: &BrowserRequest) -> Response<()> {
    Response::new(())
}

fn read(request: &BrowserRequest) -> Response<()> {
    let cookies: &Cookies = request.extensions().get().expect("a handle");
    assert!(cookies.get(READ).is_ok_and(|value| value.is_some()));
    Response::new(())
}

fn set(request: &BrowserRequest) -> Response<()> {
    let cookies: &Cookies = request.extensions().get().expect("a handle");
    cookies.set(("visits", "42")).expect("a valid cookie");
    Response::new(())
}

fn call<S>(mut service: S, request: BrowserRequest) -> Response<()>
where
    S: Service<BrowserRequest, Response = Response<()>, Error = Infallible>,
{
    let Ok(response) = finish(service.call(request));
    response
}

/// Returns the output of a future that waits for nothing.
fn finish<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("there is nothing to wait for"),
    }
}

#[cfg(feature = "peers")]
mod peers {
    use axum_core::extract::FromRequestParts;
    use axum_core::response::IntoResponse;
    use axum_extra::extract::CookieJar;
    use http::Response;
    use tower_cookies::{Cookie, CookieManagerLayer, Cookies};
    use tower_layer::Layer;

    use super::{BrowserRequest, Handler, READ, call, finish};

    /// The same cookie as that of gingersnap, whose path is `/` if none is given.
    fn visits() -> Cookie<'static> {
        Cookie::build(("visits", "42")).path("/").build()
    }

    pub(super) fn layer(
        handler: fn(&BrowserRequest) -> Response<()>,
        request: BrowserRequest,
    ) -> Response<()> {
        call(CookieManagerLayer::new().layer(Handler(handler)), request)
    }

    pub(super) fn read(request: &BrowserRequest) -> Response<()> {
        let cookies: &Cookies = request.extensions().get().expect("a handle");
        assert!(cookies.get(READ).is_some());
        Response::new(())
    }

    pub(super) fn set(request: &BrowserRequest) -> Response<()> {
        let cookies: &Cookies = request.extensions().get().expect("a handle");
        cookies.add(visits());
        Response::new(())
    }

    pub(super) fn extract_and_read(request: BrowserRequest) {
        let (mut parts, ()) = request.into_parts();
        let Ok(jar) = finish(CookieJar::from_request_parts(&mut parts, &()));
        assert!(jar.get(READ).is_some());
        drop(().into_response());
    }

    pub(super) fn extract_and_set(request: BrowserRequest) {
        let (mut parts, ()) = request.into_parts();
        let Ok(jar) = finish(CookieJar::from_request_parts(&mut parts, &()));
        drop((jar.add(visits()), ()).into_response());
    }
}
