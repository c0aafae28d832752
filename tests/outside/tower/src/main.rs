//! With the feature `tower`: middleware for servers.

use gingersnap::Policy;
use gingersnap::tower::{CookieLayer, Cookies};
use http::{Request, Response};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tower::{Layer, ServiceExt, service_fn};

async fn visit(request: Request<()>) -> Result<Response<String>, gingersnap::Error> {
    let cookies: &Cookies = request.extensions().get().expect("the layer is used");
    let visits = cookies.with(|jar| jar.parse("visits"))??.unwrap_or(0_u32).saturating_add(1);
    cookies.set(("visits", visits.to_string()))?;
    Ok(Response::new(format!("visit {visits}")))
}

fn main() {
    let service = CookieLayer::new(Policy::new()).layer(service_fn(visit));
    let request = Request::builder().header("cookie", "visits=41").body(()).expect("a request");
    // The service waits for nothing, so that it is ready at once.
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(response) = pin!(service.oneshot(request)).poll(&mut context) else {
        panic!("the service waits");
    };
    let response = response.expect("a response");
    assert_eq!(response.body(), "visit 42");
    assert_eq!(response.headers()["set-cookie"], "visits=42; Path=/");
}
