//! The shared store as the cookie store of a reqwest client, over real sockets.
#![cfg(feature = "reqwest")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use gingersnap::store::SharedStore;
use gingersnap::store::file::{CookieFile, Format};
use gingersnap::{Cookie, RequestContext};
use reqwest::Client;

#[path = "support/sites.rs"]
mod sites;

use sites::Sites;

/// Returns a client with a store. The hosts of the tests are this machine.
fn client(store: &Arc<SharedStore>) -> Client {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let hosts = ["shop.example", "pay.shop.example", "news.example", "localhost"];
    let builder = Client::builder().no_proxy().cookie_provider(store.clone());
    let builder = hosts.iter().fold(builder, |builder, host| builder.resolve(host, loopback));
    builder.build().expect("a client")
}

fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// Fetches a URL, and returns the body: the `Cookie` header of the last request.
async fn get(client: &Client, url: String) -> String {
    client.get(url).send().await.expect("a response").text().await.expect("a body")
}

fn page(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// Sets a cookie named after the last segment of the path, for everything.
fn set_cookie_by_path(request: &str) -> String {
    let name = request.rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        return "200 OK".to_owned();
    }
    format!("200 OK\r\nSet-Cookie: {name}=1; Path=/; Max-Age=600")
}

#[test]
fn cookies_are_sent_back_and_redirects_followed() {
    let sites = Sites::start(|request| {
        match request {
            "GET shop.example/" => {
                "302 Found\r\nLocation: http://pay.shop.example:PORT/cart/pay\r\n\
                Set-Cookie: host=1; HttpOnly\r\nSet-Cookie: all=2; Domain=shop.example"
            }
            "GET pay.shop.example/cart/pay" => {
                "302 Found\r\nLocation: http://news.example:PORT/\r\nSet-Cookie: cart=3\r\n\
                Set-Cookie: all=; Domain=shop.example; Path=/; Max-Age=0"
            }
            "GET news.example/" => {
                "404 Not Found\r\nSet-Cookie: news=4\r\nSet-Cookie: foreign=0; Domain=shop.example"
            }
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    let client = client(&store);
    run(async {
        get(&client, sites.url("shop.example/")).await;
        get(&client, sites.url("shop.example/cart")).await;
        get(&client, sites.url("pay.shop.example/cart/")).await;
        get(&client, sites.url("pay.shop.example/other")).await;
        get(&client, sites.url("news.example/")).await;
    });
    let expected = [
        "GET shop.example/:",
        "GET pay.shop.example/cart/pay: all=2",
        "GET news.example/:",
        "GET shop.example/cart: host=1",
        "GET pay.shop.example/cart/: cart=3",
        "GET pay.shop.example/other:",
        "GET news.example/: news=4",
    ];
    assert_eq!(sites.take_requests(), expected);
}

#[test]
fn secure_cookies_are_for_this_machine_and_https() {
    let sites = Sites::start(|_| "200 OK\r\nSet-Cookie: a=1; Secure".to_owned());
    let client = client(&Arc::new(SharedStore::new()));
    for (host, expected) in [("127.0.0.1", "a=1"), ("localhost", "a=1"), ("shop.example", "")] {
        let url = sites.url(&format!("{host}/"));
        let sent = run(async {
            get(&client, url.clone()).await;
            get(&client, url).await
        });
        assert_eq!(sent, expected, "{host}");
    }
}

#[test]
fn the_store_is_open_while_the_client_uses_it() {
    let sites = Sites::start(set_cookie_by_path);
    let store = Arc::new(SharedStore::new());
    let client = client(&store);
    let now = SystemTime::now();
    let root = sites.url("shop.example/");
    let shop = page(&root);
    run(async {
        get(&client, sites.url("shop.example/a")).await;
        // Listed,
        let [cookie] = &store.host_cookies("shop.example", now)[..] else { panic!("one cookie") };
        assert_eq!(cookie.name(), b"a");
        // added by hand,
        store.insert(&shop, &Cookie::new("seed", "2"), now);
        assert_eq!(get(&client, root.clone()).await, "a=1; seed=2");
        // removed,
        store.remove(&cookie.identity(), now).expect("the cookie");
        assert_eq!(get(&client, root.clone()).await, "seed=2");
        // and cleared.
        store.clear();
        assert_eq!(get(&client, root.clone()).await, "");
        get(&client, sites.url("shop.example/b")).await;
        assert_eq!(get(&client, root.clone()).await, "b=1");
    });
}

#[test]
fn cookies_are_saved_and_loaded_while_the_client_uses_them() {
    let sites = Sites::start(set_cookie_by_path);
    let folder = tempfile::tempdir().expect("a folder");
    let open = || CookieFile::new(folder.path().join("cookies.txt"), Format::CookiesTxt);
    let store = Arc::new(SharedStore::new());
    let (client, now) = (client(&store), SystemTime::now());
    let mut file = open();
    run(async {
        get(&client, sites.url("shop.example/a")).await;
        assert_eq!(store.save(&mut file, now).expect("saved").written, 1);
        get(&client, sites.url("shop.example/b")).await;
        // Another process adds a cookie.
        let other = SharedStore::new();
        let mut same_file = open();
        other.load(&mut same_file, now).expect("loaded");
        other.receive(&page("http://shop.example/"), ["other=1; Path=/; Max-Age=600"], now);
        other.save(&mut same_file, now).expect("saved");
        // Saving merges, and loading adds.
        assert_eq!(store.save(&mut file, now).expect("saved").written, 3);
        store.load(&mut file, now).expect("loaded");
        let sent = get(&client, sites.url("shop.example/")).await;
        let mut sent: Vec<&str> = sent.split("; ").collect();
        sent.sort_unstable();
        assert_eq!(sent, ["a=1", "b=1", "other=1"]);
    });
}

#[test]
fn many_tasks_and_threads_share_a_store_that_is_saved_meanwhile() {
    const TASKS: usize = 20;
    let sites = Sites::start(set_cookie_by_path);
    let store = Arc::new(SharedStore::new());
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = CookieFile::new(folder.path().join("cookies.txt"), Format::CookiesTxt);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..TASKS {
                store.save(&mut file, SystemTime::now()).expect("saved");
                store.load(&mut file, SystemTime::now()).expect("loaded");
            }
        });
        for host in ["shop.example", "pay.shop.example", "news.example"] {
            let (sites, client) = (&sites, client(&store));
            scope.spawn(move || {
                run(async {
                    let tasks = (0..TASKS).map(|task| {
                        let (client, url) = (client.clone(), sites.url(&format!("{host}/c{task}")));
                        tokio::spawn(async move { get(&client, url).await })
                    });
                    for task in tasks.collect::<Vec<_>>() {
                        task.await.expect("no panic");
                    }
                    let sent = get(&client, sites.url(&format!("{host}/"))).await;
                    assert_eq!(sent.split("; ").count(), TASKS);
                });
            });
        }
    });
    assert_eq!(store.len(SystemTime::now()), 3 * TASKS);
    let report = store.save(&mut file, SystemTime::now()).expect("saved");
    assert_eq!((report.written, report.conflicts.len()), (3 * TASKS, 0));
}

#[test]
fn an_explicit_header_is_kept_within_one_origin() {
    let sites = Sites::start(|request| {
        match request {
            "GET shop.example/1" => "302 Found\r\nLocation: /2",
            "GET shop.example/2" => "302 Found\r\nLocation: http://news.example:PORT/",
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    for site in ["http://shop.example/", "http://news.example/"] {
        store.receive_now(&page(site), ["stored=1"]);
    }
    let request = client(&store).get(sites.url("shop.example/1")).header("cookie", "own=1");
    run(request.send()).expect("a response");
    let expected =
        ["GET shop.example/1: own=1", "GET shop.example/2: own=1", "GET news.example/: stored=1"];
    assert_eq!(sites.take_requests(), expected);
}

#[test]
fn each_request_counts_as_the_clients_own_as_documented() {
    let sites = Sites::start(|request| {
        match request {
            "POST news.example/" => "307 Temporary Redirect\r\nLocation: http://shop.example:PORT/",
            _ => "200 OK",
        }
        .to_owned()
    });
    let store = Arc::new(SharedStore::new());
    let cookies = ["strict=1; SameSite=Strict", "lax=2; SameSite=Lax"];
    store.receive_now(&page("http://shop.example/"), cookies);
    run(client(&store).post(sites.url("news.example/")).send()).expect("a response");
    let expected = ["POST news.example/:", "POST shop.example/: strict=1; lax=2"];
    assert_eq!(sites.take_requests(), expected);
}
