//! With the feature `axum`: the jar as an extractor and as a part of a response.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::{Router, routing::get};
use gingersnap::axum::CookieJar;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tower::ServiceExt;

async fn visit(mut jar: CookieJar) -> Result<(CookieJar, String), gingersnap::Error> {
    let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
    jar.set(("visits", visits.to_string()))?;
    Ok((jar, format!("visit {visits}")))
}

fn main() {
    let app: Router = Router::new().route("/", get(visit));
    let respond = |cookies| {
        let request = Request::get("/").header("cookie", cookies).body(Body::empty());
        // The handler waits for nothing, so that it is ready at once.
        let mut context = Context::from_waker(Waker::noop());
        let response = pin!(app.clone().oneshot(request.expect("a request"))).poll(&mut context);
        let Poll::Ready(Ok(response)) = response else { panic!("the handler waits") };
        response
    };
    assert_eq!(respond("visits=41").headers()["set-cookie"], "visits=42; Path=/");
    assert_eq!(respond("visits=many").status(), StatusCode::BAD_REQUEST);
}
