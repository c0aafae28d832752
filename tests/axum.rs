//! The jar and the handle in axum handlers, over real sockets.
#![cfg(all(
    feature = "axum",
    feature = "json",
    feature = "tower",
    feature = "signed",
    feature = "encrypted"
))]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::thread;

use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use gingersnap::axum::{CookieJar, keep_cookies};
use gingersnap::header::CLEAR_SITE_DATA;
use gingersnap::protect::{Key, Keyring};
use gingersnap::tower::{CookieLayer, Cookies, CookiesError};
use gingersnap::{CookieJar as CookieJarCore, CookieTemplate, Error, Limits, Policy, SameSite};

/// What handlers share.
#[derive(Clone, FromRef)]
struct App {
    keyring: Keyring,
}

fn app() -> App {
    App { keyring: Keyring::new(&Key::new([7; 32]).expect("32 bytes")) }
}

/// Serves a router on a free port, and returns its address.
fn serve(router: Router) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            send.send(listener.local_addr().expect("an address")).expect("a receiver");
            axum::serve(listener, router).await.expect("a server");
        });
    });
    receive.recv().expect("a server that starts")
}

/// What a server answers: status, `Set-Cookie` headers, `Clear-Site-Data` and body.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    set_cookies: Vec<String>,
    clears: bool,
    body: String,
}

fn fetch(address: SocketAddr, path: &str, cookies: &str) -> Answer {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut request = agent.get(format!("http://{address}{path}"));
    if !cookies.is_empty() {
        request = request.header("cookie", cookies);
    }
    let mut response = request.call().expect("a response");
    let headers = response.headers();
    let set_cookies = headers.get_all("set-cookie").iter();
    let set_cookies = set_cookies.map(|value| value.to_str().expect("ASCII").to_owned()).collect();
    let clears = headers.get("clear-site-data").is_some_and(|value| value == "\"cookies\"");
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string().expect("a body");
    Answer { status, set_cookies, clears, body }
}

#[track_caller]
fn answers(answer: &Answer, status: u16, set_cookies: &[&str], body: &str) {
    let expected = (status, set_cookies.to_vec(), body);
    let set_cookies: Vec<&str> = answer.set_cookies.iter().map(String::as_str).collect();
    assert_eq!((answer.status, set_cookies, &*answer.body), expected);
}

async fn visits(mut jar: CookieJar) -> Result<(CookieJar, String), Error> {
    let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
    jar.set(("visits", visits.to_string()))?;
    Ok((jar, format!("visit {visits}")))
}

#[test]
fn a_jar_is_extracted_and_returned() {
    let address = serve(Router::new().route("/", get(visits)));
    answers(&fetch(address, "/", ""), 200, &["visits=1; Path=/"], "visit 1");
    answers(&fetch(address, "/", "a=b; visits=41"), 200, &["visits=42; Path=/"], "visit 42");
    // A value of another type is an error of the request.
    answers(&fetch(address, "/", "visits=many"), 400, &[], "");
}

#[test]
fn one_extractor_serves_plain_signed_and_encrypted_cookies() {
    async fn set(
        State(keyring): State<Keyring>,
        mut jar: CookieJar,
    ) -> Result<(CookieJar, &'static str), Error> {
        jar.set(("plain", "1"))?;
        jar.signed_mut(&keyring).set(("signed", "2"))?;
        jar.encrypted_mut(&keyring).set(("encrypted", "3"))?;
        Ok((jar, "set"))
    }
    async fn show(State(keyring): State<Keyring>, jar: CookieJar) -> Result<String, Error> {
        let signed = jar.signed(&keyring).get("signed")?.map(|opened| opened.value.into_owned());
        let encrypted = jar.encrypted(&keyring).get("encrypted")?;
        let encrypted = encrypted.map(|opened| opened.value.into_owned());
        Ok(format!("{:?} {signed:?} {encrypted:?}", jar.get("plain")))
    }
    let router = Router::new().route("/set", get(set)).route("/show", get(show)).with_state(app());
    let address = serve(router);
    let set = fetch(address, "/set", "");
    assert_eq!(set.set_cookies.len(), 3);
    let pairs: Vec<&str> =
        set.set_cookies.iter().map(|header| header.split(';').next().expect("a pair")).collect();
    let shown = fetch(address, "/show", &pairs.join("; "));
    answers(&shown, 200, &[], "Some(\"1\") Some(\"2\") Some(\"3\")");
    // A cookie that does not open is an error of the request, and not named.
    answers(&fetch(address, "/show", "signed=forged"), 400, &[], "");
}

#[test]
fn too_many_received_cookies_are_cleared() {
    let address = serve(Router::new().route("/", get(visits)));
    let answer = fetch(address, "/", &"a=; ".repeat(3001));
    assert_eq!((answer.status, answer.clears), (431, true));
    // The received ones leave no room.
    let answer = fetch(address, "/", &"a=; ".repeat(150));
    assert_eq!((answer.status, answer.clears), (431, true));
    assert!(!answer.body.contains("visits"), "{answer:?}");
}

#[test]
fn a_router_can_keep_the_cookies() {
    async fn sign_out() -> impl IntoResponse {
        ([CLEAR_SITE_DATA], "signed out")
    }
    async fn count(cookies: Cookies) -> Result<(), Error> {
        Ok(cookies.set(("visits", "1"))?)
    }
    let layered = Router::new().route("/count", get(count)).layer(CookieLayer::new(Policy::new()));
    let router = Router::new()
        .route("/", get(visits))
        .route("/sign-out", get(sign_out))
        .merge(layered)
        .layer(map_response(keep_cookies))
        .route("/clears", get(visits));
    let address = serve(router);
    // By the extractor's rejection, and by the error of `set`, from the jar and from the handle.
    for pairs in [3001, 150] {
        for (path, clears) in [("/", false), ("/count", false), ("/clears", true)] {
            let answer = fetch(address, path, &"a=; ".repeat(pairs));
            assert_eq!((answer.status, answer.clears), (431, clears), "{path} {pairs}");
            assert!(answer.body.starts_with("The browser sends too many"), "{answer:?}");
        }
    }
    answers(&fetch(address, "/", ""), 200, &["visits=1; Path=/"], "visit 1");
    // What others add to the header stays.
    let too_many = "a=; ".repeat(3001);
    let error = gingersnap::CookieJar::from_cookie_header(&too_many).expect_err("too many");
    let mut response = error.into_response();
    response.headers_mut().append(CLEAR_SITE_DATA.0, HeaderValue::from_static("\"cache\""));
    let response = keep_cookies(response).into_inner();
    let values: Vec<_> = response.headers().get_all(CLEAR_SITE_DATA.0).iter().collect();
    assert_eq!(values, ["\"cache\""]);
    let answer = fetch(address, "/sign-out", "");
    assert_eq!((answer.status, answer.clears), (200, true));
}

#[test]
fn an_own_cookie_over_its_limit_is_an_error_of_the_server() {
    async fn large(mut jar: CookieJar) -> Result<CookieJar, Error> {
        jar.set(("private-name", "x".repeat(5000)))?;
        Ok(jar)
    }
    async fn many(mut jar: CookieJar) -> Result<CookieJar, Error> {
        for n in 0..200 {
            jar.set((format!("private-name{n}"), ""))?;
        }
        Ok(jar)
    }
    let address = serve(Router::new().route("/large", get(large)).route("/many", get(many)));
    for path in ["/large", "/many"] {
        let answer = fetch(address, path, "a=1");
        assert_eq!((answer.status, answer.clears, &*answer.body), (500, false, ""), "{path}");
    }
}

#[test]
fn an_error_has_the_status_of_the_side_that_caused_it() {
    const SERVER: u16 = 500;
    const CLIENT: u16 = 400;
    const TOO_MANY: u16 = 431;

    let received = || CookieJarCore::from_cookie_header("a=1; b=x").expect("two cookies");
    let name = || received().set(("a b", "")).unwrap_err();
    let many = "a=; ".repeat(3001);
    let too_many = || CookieJarCore::from_cookie_header(&many).unwrap_err();
    let own_limit = || {
        let limits = Limits::DEFAULT.with_response_bytes(Some(1));
        Policy::new().with_limits(limits).empty_jar().set(("a", "")).unwrap_err()
    };
    let seal = |name: &str| {
        let mut jar = received();
        jar.signed_mut(&app().keyring).set((name, "")).unwrap_err()
    };
    let mut full = CookieJarCore::from_cookie_header(&many[..4 * 150]).expect("150 cookies");
    let sealed_limit = full.signed_mut(&app().keyring).set(("b", "")).unwrap_err();
    let jar = received();
    let open = jar.signed(&app().keyring).get("a").unwrap_err();
    for (error, status) in [
        (Error::from(name()), SERVER),
        (own_limit().into(), SERVER),
        (too_many().into(), TOO_MANY),
        (jar.parse::<u8>("b").unwrap_err().into(), CLIENT),
        (open.into(), CLIENT),
        (seal("a b").into(), SERVER),
        (sealed_limit.into(), TOO_MANY),
        (CookiesError::from(name()).into(), SERVER),
        (CookiesError::from(too_many()).into(), TOO_MANY),
        (CookiesError::Sent.into(), SERVER),
        (CookiesError::InUse.into(), SERVER),
        ("x".parse::<SameSite>().unwrap_err().into(), SERVER),
        (jar.get_json::<u8>("b").unwrap_err().into(), CLIENT),
        (CookieTemplate::new("a").with_json(&HashMap::from([((), 1)])).unwrap_err().into(), SERVER),
    ] {
        let text = format!("{error:?}");
        assert_eq!(error.into_response().status(), status, "{text}");
    }
}

#[test]
fn the_policy_of_the_extensions_counts() {
    let policy = Policy::new().with_limits(Limits::DEFAULT.with_received_pairs(1));
    let address = serve(Router::new().route("/", get(visits)).layer(Extension(policy)));
    assert_eq!(fetch(address, "/", "visits=1").status, 200);
    assert_eq!(fetch(address, "/", "visits=1; a=2").status, 431);
}

#[test]
fn a_jar_adds_to_what_is_there() {
    async fn two(mut jar: CookieJar) -> Result<Response, Error> {
        jar.set(("a", "1"))?;
        let mut other = gingersnap::CookieJar::new();
        other.set(("b", "2"))?;
        let mut response = (jar, other, "two").into_response();
        response.headers_mut().append(header::SET_COOKIE, "c=3".parse().expect("a value"));
        Ok(response)
    }
    async fn unchanged(jar: CookieJar) -> CookieJar {
        jar
    }
    async fn alone(mut jar: CookieJar) -> Result<CookieJar, Error> {
        jar.set(("a", "1"))?;
        Ok(jar)
    }
    let router = Router::new()
        .route("/", get(two))
        .route("/unchanged", get(unchanged))
        .route("/alone", get(alone));
    let address = serve(router);
    answers(&fetch(address, "/", ""), 200, &["a=1; Path=/", "b=2; Path=/", "c=3"], "two");
    answers(&fetch(address, "/unchanged", "a=1"), 200, &[], "");
    answers(&fetch(address, "/alone", ""), 200, &["a=1; Path=/"], "");
}

#[test]
fn parts_of_axum_replace_the_cookies_before_them_as_documented() {
    fn jar() -> Result<gingersnap::CookieJar<'static>, Error> {
        let mut jar = gingersnap::CookieJar::new();
        jar.set(("a", "1"))?;
        Ok(jar)
    }
    fn map() -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        jar()?.append_to(&mut headers);
        Ok(headers)
    }
    let other = || [(header::SET_COOKIE, "b=2")];
    let router = Router::new()
        .route("/last", get(async move || Ok::<_, Error>((other(), jar()?, ""))))
        .route("/first", get(async move || Ok::<_, Error>((jar()?, other(), ""))))
        .route("/map", get(async || Ok::<_, Error>((map()?, jar()?, ""))))
        .route("/maps", get(async || Ok::<_, Error>((map()?, map()?, ""))));
    let address = serve(router);
    answers(&fetch(address, "/last", ""), 200, &["b=2", "a=1; Path=/"], "");
    answers(&fetch(address, "/first", ""), 200, &["b=2"], "");
    answers(&fetch(address, "/map", ""), 200, &["a=1; Path=/", "a=1; Path=/"], "");
    answers(&fetch(address, "/maps", ""), 200, &["a=1; Path=/"], "");
}

#[test]
fn a_handle_sends_whatever_the_handler_returns() {
    async fn fails(cookies: Cookies) -> Result<String, (StatusCode, &'static str)> {
        cookies.set(("seen", "1")).map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, "set"))?;
        Err((StatusCode::IM_A_TEAPOT, "failed"))
    }
    async fn beside(cookies: Cookies, headers: HeaderMap) -> Result<Response, Error> {
        cookies.set(("seen", "2"))?;
        assert!(headers.contains_key("cookie"));
        Ok(([(header::SET_COOKIE, "other=1")], "beside").into_response())
    }
    async fn idle() -> &'static str {
        "idle"
    }
    let router = Router::new()
        .route("/fails", get(fails))
        .route("/beside", get(beside))
        .route("/idle", get(idle))
        // Twice: the changes are sent once.
        .layer(CookieLayer::new(Policy::new()))
        .layer(CookieLayer::new(Policy::new()));
    let address = serve(router);
    answers(&fetch(address, "/fails", ""), 418, &["seen=1; Path=/"], "failed");
    answers(&fetch(address, "/beside", "a=1"), 200, &["other=1", "seen=2; Path=/"], "beside");
    answers(&fetch(address, "/idle", &"a=; ".repeat(3001)), 200, &[], "idle");
}

#[test]
fn middleware_and_handlers_share_the_cookies() {
    use axum::extract::Request;
    use axum::middleware::{Next, from_fn};

    async fn track(cookies: Cookies, request: Request, next: Next) -> Result<Response, Error> {
        cookies.set(("early", "1"))?;
        let response = next.run(request).await;
        let visits = cookies.get("visits")?;
        cookies.set(("late", visits.unwrap_or_default()))?;
        Ok(response)
    }
    async fn handler(cookies: Cookies) -> Result<String, Error> {
        cookies.set(("visits", "7"))?;
        Ok(format!("{:?}", cookies.get("early")?))
    }
    async fn refuse(cookies: Cookies, _: Request, _: Next) -> Result<Response, Error> {
        cookies.set(("refused", "1"))?;
        Ok(StatusCode::FORBIDDEN.into_response())
    }
    let layer = CookieLayer::new(Policy::new());
    let expected = ["early=1; Path=/", "visits=7; Path=/", "late=7; Path=/"];
    let router = Router::new().route("/", get(handler));
    // A second layer further in uses the jar of the outer one.
    for router in [router.clone(), router.layer(layer)] {
        let address = serve(router.layer(from_fn(track)).layer(layer));
        answers(&fetch(address, "/", ""), 200, &expected, "Some(\"1\")");
    }
    // An early return is a response like any other.
    let address = serve(Router::new().route("/", get(handler)).layer(from_fn(refuse)).layer(layer));
    answers(&fetch(address, "/", ""), 403, &["refused=1; Path=/"], "");
}

#[test]
fn an_extractor_beside_a_layer_is_refused_and_so_is_a_handle_without_one() {
    async fn handle(_: Cookies) -> &'static str {
        "handled"
    }
    let layered = Router::new().route("/", get(visits)).layer(CookieLayer::new(Policy::new()));
    answers(&fetch(serve(layered), "/", ""), 500, &[], "");
    answers(&fetch(serve(Router::new().route("/", get(handle))), "/", ""), 500, &[], "");
}
