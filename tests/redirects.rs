//! The client's layer around the client of hyper-util, with tower-http's redirects outside it, over real
//! sockets.
#![cfg(all(feature = "tower", feature = "store"))]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use gingersnap::RequestContext;
use gingersnap::store::SharedStore;
use gingersnap::tower::{RequestFacts, StoreLayer};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use tower::util::BoxCloneService;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_http::follow_redirect::FollowRedirectLayer;
use tower_http::follow_redirect::policy::{FilterCredentials, Limited, PolicyExt, Standard};

#[path = "support/sites.rs"]
mod sites;

use sites::Sites;

type Body = Full<Bytes>;
type Error = hyper_util::client::legacy::Error;
type HttpClient = BoxCloneService<Request<Body>, Response<Incoming>, Error>;

/// Returns a client with these layers. All hosts are this machine.
fn client<L>(layers: L) -> HttpClient
where
    L: Layer<HttpClient>,
    L::Service: tower::Service<Request<Body>, Response = Response<Incoming>, Error = Error>
        + Clone
        + Send
        + 'static,
    <L::Service as tower::Service<Request<Body>>>::Future: Send,
{
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let resolver =
        service_fn(move |_: Name| async move { Ok::<_, Infallible>(std::iter::once(loopback)) });
    let connector = HttpConnector::new_with_resolver(resolver);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    BoxCloneService::new(ServiceBuilder::new().layer(layers).service(BoxCloneService::new(client)))
}

/// Returns a client with a layer and tower-http's redirects outside it.
fn following(layer: StoreLayer) -> HttpClient {
    client((FollowRedirectLayer::new(), layer))
}

/// Returns a client with a layer and redirects outside it that keep the facts of a request.
fn keeping_facts(layer: StoreLayer) -> HttpClient {
    let credentials = FilterCredentials::new().allow_extension::<RequestFacts>();
    let policy: Standard = Limited::default().and::<_, (), ()>(credentials);
    client((FollowRedirectLayer::with_policy(policy), layer))
}

/// Sends requests one after the other, and returns the body of the last response.
fn send<const N: usize>(client: &HttpClient, requests: [Request<Body>; N]) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut body = Bytes::new();
        for request in requests {
            let response = client.clone().oneshot(request).await.expect("a response");
            body = response.into_body().collect().await.expect("a body").to_bytes();
        }
        String::from_utf8(body.to_vec()).expect("text")
    })
}

fn request(method: Method, url: &str) -> Request<Body> {
    Request::builder().method(method).uri(url).body(Body::default()).expect("a request")
}

fn get(url: &str) -> Request<Body> {
    request(Method::GET, url)
}

fn page(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// Returns the names of a store's cookies, sorted.
fn names(store: &SharedStore) -> Vec<String> {
    let mut names = Vec::new();
    store.for_each(SystemTime::now(), |cookie| {
        names.push(String::from_utf8_lossy(cookie.name()).into_owned());
    });
    names.sort();
    names
}

#[test]
fn the_cookies_of_each_response_on_the_way_count() {
    let sites = Sites::start(|request| {
        match request {
            "GET shop.example/1" => "302 Found\r\nLocation: /2\r\nSet-Cookie: a=1; Path=/",
            "GET shop.example/2" => {
                "301 Moved\r\nLocation: /3\r\nSet-Cookie: b=2\r\nSet-Cookie: c=3"
            }
            "GET shop.example/3" => {
                "307 Moved\r\nLocation: /4\r\nSet-Cookie: a=; Path=/; Max-Age=0"
            }
            _ => "404 Not Found\r\nSet-Cookie: d=4",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    let client = following(StoreLayer::new(store.clone()));
    assert_eq!(send(&client, [get(&sites.url("shop.example/1"))]), "b=2; c=3");
    let expected = [
        "GET shop.example/1:",
        "GET shop.example/2: a=1",
        "GET shop.example/3: a=1; b=2; c=3",
        "GET shop.example/4: b=2; c=3",
    ];
    assert_eq!(sites.take_requests(), expected);
    assert_eq!(names(&store), ["b", "c", "d"]);
}

#[test]
fn each_request_on_the_way_has_the_cookies_of_its_own_url() {
    let sites = Sites::start(|request| {
        match request {
            "GET shop.example/go" => {
                "302 Found\r\nLocation: http://pay.shop.example:PORT/pay\r\n\
                Set-Cookie: host=1\r\nSet-Cookie: all=2; Domain=shop.example"
            }
            "GET pay.shop.example/pay" => {
                "302 Found\r\nLocation: http://bank.example:PORT/\r\n\
                Set-Cookie: pay=3; Path=/pay\r\nSet-Cookie: foreign=0; Domain=bank.example"
            }
            "GET bank.example/" => {
                "302 Found\r\nLocation: http://pay.shop.example:PORT/pay/done\r\nSet-Cookie: bank=4"
            }
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    send(&following(StoreLayer::new(store.clone())), [get(&sites.url("shop.example/go"))]);
    let expected = [
        "GET shop.example/go:",
        "GET pay.shop.example/pay: all=2",
        "GET bank.example/:",
        "GET pay.shop.example/pay/done: pay=3; all=2",
    ];
    assert_eq!(sites.take_requests(), expected);
    assert_eq!(names(&store), ["all", "bank", "host", "pay"]);
}

/// Redirects from news.example to shop.example by status 302, and through two sites.
fn cross_site() -> (Sites, Arc<SharedStore>) {
    let sites = Sites::start(|request| {
        match request {
            "GET news.example/go" => "302 Found\r\nLocation: http://shop.example:PORT/",
            "GET shop.example/away" => "302 Found\r\nLocation: http://news.example:PORT/go",
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    let cookies = ["strict=1; SameSite=Strict", "lax=2; SameSite=Lax"];
    store.receive_now(&page("http://shop.example/"), cookies);
    (sites, store)
}

#[test]
fn strict_is_not_sent_after_a_cross_site_redirect_that_a_page_started() {
    let (sites, store) = cross_site();
    let url = sites.url("news.example/go");
    let subresource = RequestFacts::new().with_initiator(page("http://news.example/"));
    let click = RequestFacts::top_level_navigation().with_initiator(page("http://news.example/"));
    for (facts, expected) in [(subresource, ""), (click, "lax=2")] {
        // By the layer, whatever happens to extensions.
        let layer = StoreLayer::new(store.clone()).with_facts(facts.clone());
        assert_eq!(send(&following(layer), [get(&url)]), expected);
        // By an extension, which the policy keeps.
        let mut request = get(&url);
        request.extensions_mut().insert(facts);
        let client = keeping_facts(StoreLayer::new(store.clone()));
        assert_eq!(send(&client, [request]), expected);
    }
}

#[test]
fn an_extension_that_the_policy_drops_is_lost_as_documented() {
    let (sites, store) = cross_site();
    let mut request = get(&sites.url("news.example/go"));
    let facts = RequestFacts::new().with_initiator(page("http://news.example/"));
    request.extensions_mut().insert(facts);
    let client = following(StoreLayer::new(store));
    assert_eq!(send(&client, [request]), "strict=1; lax=2");
}

#[test]
fn the_urls_in_between_do_not_count() {
    let (sites, store) = cross_site();
    // The client itself starts: as if the URL was typed into the address bar.
    let client = keeping_facts(StoreLayer::new(store));
    assert_eq!(send(&client, [get(&sites.url("news.example/go"))]), "strict=1; lax=2");
    // A page of the same site starts, and the redirects lead over another site.
    let mut request = get(&sites.url("shop.example/away"));
    let facts = RequestFacts::top_level_navigation().with_initiator(page("http://shop.example/"));
    request.extensions_mut().insert(facts);
    assert_eq!(send(&client, [request]), "strict=1; lax=2");
    assert_eq!(sites.take_requests().len(), 5);
}

#[test]
fn a_navigation_is_safe_or_not_by_the_method_of_each_request() {
    let sites = Sites::start(|request| {
        match request {
            "POST shop.example/form" => "303 See Other\r\nLocation: /done",
            "POST shop.example/again" => "307 Temporary Redirect\r\nLocation: /done",
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    store.receive_now(&page("http://shop.example/"), ["lax=1; SameSite=Lax"]);
    let facts = RequestFacts::top_level_navigation().with_initiator(page("http://news.example/"));
    let client = following(StoreLayer::new(store).with_facts(facts));
    let requests = ["form", "again"]
        .map(|path| request(Method::POST, &sites.url(&format!("shop.example/{path}"))));
    send(&client, requests);
    let expected = [
        "POST shop.example/form:",
        "GET shop.example/done: lax=1",
        "POST shop.example/again:",
        "POST shop.example/done:",
    ];
    assert_eq!(sites.take_requests(), expected);
}

#[test]
fn the_facts_count_when_cookies_are_stored() {
    let sites = Sites::start(|_| {
        "200 OK\r\nSet-Cookie: lax=1\r\nSet-Cookie: none=1; SameSite=None; Secure".to_owned()
    });
    let url = sites.url("127.0.0.1/");
    let store = Arc::new(SharedStore::new());
    let image = RequestFacts::new().with_initiator(page("http://localhost/"));
    let layer = StoreLayer::new(store.clone()).with_facts(image);
    send(&following(layer.clone()), [get(&url)]);
    assert_eq!(names(&store), ["none"]);
    // The facts of a request come before those of the layer.
    let mut request = get(&url);
    request.extensions_mut().insert(RequestFacts::new());
    send(&following(layer), [request]);
    assert_eq!(names(&store), ["lax", "none"]);
}

#[test]
fn an_explicit_header_is_kept_within_one_origin() {
    let sites = Sites::start(|request| {
        match request {
            "GET shop.example/1" => "302 Found\r\nLocation: /2\r\nSet-Cookie: new=1",
            "GET shop.example/2" => "302 Found\r\nLocation: http://news.example:PORT/",
            "GET news.example/" => "302 Found\r\nLocation: http://shop.example:PORT/3",
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    for site in ["http://shop.example/", "http://news.example/"] {
        store.receive_now(&page(site), ["stored=1"]);
    }
    let mut request = get(&sites.url("shop.example/1"));
    request.headers_mut().insert("cookie", "own=1".parse().expect("a value"));
    send(&following(StoreLayer::new(store)), [request]);
    let expected = [
        "GET shop.example/1: own=1",
        "GET shop.example/2: own=1",
        "GET news.example/: stored=1",
        "GET shop.example/3: stored=1; new=1",
    ];
    assert_eq!(sites.take_requests(), expected);
}

#[test]
fn secure_cookies_are_for_this_machine_and_https() {
    let sites = Sites::start(|_| "200 OK\r\nSet-Cookie: a=1; Secure".to_owned());
    let store = Arc::new(SharedStore::new());
    let client = following(StoreLayer::new(store.clone()));
    for (host, expected) in [("127.0.0.1", "a=1"), ("localhost", "a=1"), ("shop.example", "")] {
        let requests = [(), ()].map(|()| get(&sites.url(&format!("{host}/"))));
        assert_eq!(send(&client, requests), expected, "{host}");
    }
    assert_eq!(store.len(SystemTime::now()), 2);
}
