//! Servers that refuse the connection, end it or are silent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::store::backend::{
    Applied, BackedStore, Backend, BackendErrorKind, RedisBackend, RedisErrorKind, RedisOptions,
};

use crate::server::{RedisServer, free_port};
use crate::{SECRET, engine, engine_error, header, kind, not_applied, receive, updates};

const SHOP: &str = "https://www.shop.example/";
const LIMIT: Duration = Duration::from_millis(300);

#[track_caller]
fn takes_no_longer_than_the_limit(start: Instant) {
    assert!(start.elapsed() < LIMIT + Duration::from_millis(400), "{:?}", start.elapsed());
}

#[tokio::test]
async fn urls_that_are_not_of_a_server() {
    for url in [
        "",
        "127.0.0.1",
        "http://:S3CR3T@127.0.0.1/",
        "redis://:S3CR3T@127.0.0.1:x/",
        "redis://:S3CR3T@127.0.0.1/S3CR3T",
        "redis://:S3CR3T@[::1/",
    ] {
        let error = RedisBackend::connect(url).await.unwrap_err();
        assert_eq!(kind(error), RedisErrorKind::Configuration, "{url}");
        let error = RedisBackend::connect_cluster([url], &RedisOptions::new()).await.unwrap_err();
        assert_eq!(kind(error), RedisErrorKind::Configuration, "{url}");
    }
    let error = RedisBackend::connect_cluster([""; 0], &RedisOptions::new()).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::Configuration);
    let urls = ["redis://:S3CR3T@127.0.0.1/", "redis://:S3CR3T2@127.0.0.1/"];
    let error = RedisBackend::connect_cluster(urls, &RedisOptions::new()).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::Configuration);
}

#[cfg(not(feature = "redis-tls"))]
#[tokio::test]
async fn tls_needs_its_feature() {
    let error = RedisBackend::connect("rediss://:S3CR3T@127.0.0.1/").await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::Configuration);
}

#[tokio::test]
async fn nobody_listens() {
    let url = format!("redis://:{SECRET}@127.0.0.1:{}/", free_port());
    let error = RedisBackend::connect(&url).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::NotConnected);
    let error = RedisBackend::connect_cluster([&url], &RedisOptions::new()).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::NotConnected);
}

#[tokio::test]
async fn somebody_listens_and_says_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://:{SECRET}@{}/", listener.local_addr().unwrap());
    let options = RedisOptions::new().with_time_limit(LIMIT);
    let timed_out = RedisErrorKind::TimedOut { limit: LIMIT };
    let start = Instant::now();
    assert_eq!(kind(RedisBackend::connect_with(&url, &options).await.unwrap_err()), timed_out);
    takes_no_longer_than_the_limit(start);
    let start = Instant::now();
    assert_eq!(kind(RedisBackend::connect_cluster([&url], &options).await.unwrap_err()), timed_out);
    takes_no_longer_than_the_limit(start);
    assert_eq!(timed_out.to_string(), "the Redis server did not answer within 300ms");
    assert!(!format!("{options:?}").contains(SECRET));
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn passwords_and_users() {
    let user = ["--user", "crawler", "on", ">S3CR3T%", "~*", "+@all"];
    let server = RedisServer::start(&[&["--requirepass", SECRET], &user[..]].concat());
    let at = format!("127.0.0.1:{}/3", server.port);
    for user in
        [format!(":{SECRET}@"), format!("default:{SECRET}@"), "crawler:S3CR3T%25@".to_owned()]
    {
        let engine = RedisBackend::connect(&format!("redis://{user}{at}")).await.unwrap();
        assert!(!format!("{engine:?}").contains(SECRET));
        receive(&BackedStore::new(engine), SHOP, &["a=1"]).await.unwrap();
    }
    for user in [":S3CR3T2@", "crawler:S3CR3T@", "nobody:S3CR3T@"] {
        let error = RedisBackend::connect(&format!("redis://{user}{at}")).await.unwrap_err();
        assert_eq!(kind(error), RedisErrorKind::NotAuthenticated, "{user}");
    }
    let error = RedisBackend::connect(&server.url()).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::NotAuthenticated, "no password");
    let keys = server.command(&["-a", SECRET, "--no-auth-warning", "-n", "3", "DBSIZE"]);
    assert_eq!(keys, "1");
}

/// The password changes while a client is connected, and changes back.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_password_that_changes() {
    let server = RedisServer::start(&["--requirepass", SECRET]);
    let url = format!("redis://:{SECRET}@127.0.0.1:{}/", server.port);
    let store = BackedStore::new(RedisBackend::connect(&url).await.unwrap());
    let run = |password: &str, command: &[&str]| {
        server.command(&[&["-a", password, "--no-auth-warning"], command].concat())
    };
    receive(&store, SHOP, &["a=1"]).await.unwrap();
    assert_eq!(run(SECRET, &["CONFIG", "SET", "requirepass", "other"]), "OK");
    run("other", &["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    let error = receive(&store, SHOP, &["a=2"]).await.unwrap_err();
    assert_eq!(engine_error(&error), &RedisErrorKind::NotAuthenticated);
    assert_eq!(run("other", &["CONFIG", "SET", "requirepass", SECRET]), "OK");
    receive(&store, SHOP, &["a=2"]).await.unwrap();
    assert_eq!(header(&store, SHOP).await.unwrap(), "a=2");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_that_is_started_again() {
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let store = BackedStore::new(engine(&server).await);
    for number in 0..3 {
        receive(&store, SHOP, &[&format!("a={number}")]).await.unwrap();
        server.kill();
        let error = header(&store, SHOP).await.unwrap_err();
        assert_eq!(engine_error(&error), &RedisErrorKind::NotConnected);
        let error = receive(&store, SHOP, &["a=4"]).await.unwrap_err();
        assert_eq!(error.kind, BackendErrorKind::Load);
        server.start_again();
        // At once, and without an error.
        assert_eq!(header(&store, SHOP).await.unwrap(), format!("a={number}"));
        // A restart between two requests is not noticed either.
        server.kill();
        server.start_again();
        assert_eq!(header(&store, SHOP).await.unwrap(), format!("a={number}"));
    }
    server.kill();
    let engine = RedisBackend::connect_with(&server.url(), &RedisOptions::new()).await;
    assert_eq!(kind(engine.unwrap_err()), RedisErrorKind::NotConnected);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_update_for_a_server_that_is_gone() {
    let mut server = RedisServer::start(&[]);
    let engine = engine(&server).await;
    let new = updates(SHOP, &["a=S3CR3T"]).await;
    server.kill();
    // The connection is known to be broken with the first request only.
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (false, RedisErrorKind::Disconnected));
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (true, RedisErrorKind::NotConnected));
    server.start_again();
    engine.apply("shop.example", &new, SystemTime::now()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_that_is_silent() {
    let server = RedisServer::start(&[]);
    let options = RedisOptions::new().with_time_limit(LIMIT);
    let engine = RedisBackend::connect_with(&server.url(), &options).await.unwrap();
    let new = updates(SHOP, &["a=S3CR3T"]).await;
    let timed_out = RedisErrorKind::TimedOut { limit: LIMIT };
    engine.apply("other.example", &new, SystemTime::now()).await.unwrap();

    server.signal("STOP");
    let start = Instant::now();
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (false, timed_out.clone()));
    takes_no_longer_than_the_limit(start);
    // The next connection gets no answer either, so that nothing was sent.
    let start = Instant::now();
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
    assert_eq!(not_applied(answer), (true, timed_out.clone()));
    takes_no_longer_than_the_limit(start);
    let start = Instant::now();
    let loads = [&[None]; 3].map(|parts| engine.load("shop.example", parts));
    for loaded in futures(loads).await {
        assert_eq!(kind(loaded.unwrap_err()), timed_out);
    }
    takes_no_longer_than_the_limit(start);
    server.signal("CONT");

    // The first update was made after all, when nobody waited any more: then it conflicts with itself.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = engine.apply("shop.example", &new, SystemTime::now()).await.unwrap();
    assert_eq!(answer, Applied::Conflict);
    let loaded = engine.load("shop.example", &[None]).await.unwrap();
    assert_eq!(loaded[0].cookies, new[0].put);
    let store = BackedStore::new(engine);
    receive(&store, SHOP, &["b=1"]).await.unwrap();
    assert_eq!(header(&store, SHOP).await.unwrap(), "a=S3CR3T; b=1");
}

/// The connection ends with the runtime in which it was made.
#[test]
#[ignore = "needs redis-server"]
fn a_store_that_outlives_its_runtime() {
    let server = RedisServer::start(&[]);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = runtime().block_on(engine(&server));
    let store = BackedStore::new(engine);
    for number in 0..3 {
        let value = format!("a={number}");
        runtime().block_on(receive(&store, SHOP, &[&value])).unwrap();
        assert_eq!(runtime().block_on(header(&store, SHOP)).unwrap(), value);
    }
}

/// A server of another protocol, or a proxy that mixes answers up. What it says may be cookies.
#[tokio::test]
async fn an_answer_that_is_not_as_expected_is_not_shown() {
    for answer in [
        "*1\r\n*1\r\n$6\r\nS3CR3T\r\n",
        "*1\r\n$6\r\nS3CR3T\r\n",
        "+S3CR3T\r\n",
        ":1\r\n",
        "*1\r\n*2\r\n*1\r\n$6\r\nS3CR3T\r\n$1\r\n1\r\n",
        "S3CR3T\r\n",
        "$S3CR3T\r\n",
        "$6\r\nS3CR3TS3CR3T\r\n",
    ] {
        let url = talkative_server(answer);
        let options = RedisOptions::new().with_time_limit(LIMIT);
        let engine = RedisBackend::connect_with(&url, &options).await.unwrap();
        let error = engine.load("shop.example", &[None]).await.unwrap_err();
        assert_eq!(kind(error), RedisErrorKind::UnexpectedAnswer, "{answer:?}");
        let new = updates(SHOP, &["a=S3CR3T"]).await;
        let answer = engine.apply("shop.example", &new, SystemTime::now()).await;
        assert_eq!(not_applied(answer), (false, RedisErrorKind::UnexpectedAnswer));
    }
}

/// Starts a server that answers every request for cookies with the same bytes, and returns its URL.
fn talkative_server(answer: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    let serve = move |mut stream: TcpStream| {
        let mut request = [0; 10_000];
        while let Ok(len @ 1..) = stream.read(&mut request) {
            let request = String::from_utf8_lossy(&request[..len]).into_owned();
            let mut answers = "+OK\r\n".repeat(request.matches("SETINFO").count());
            if request.contains("PING") {
                answers.push_str("+PONG\r\n");
            } else if answers.is_empty() {
                answers.push_str(answer);
            }
            stream.write_all(answers.as_bytes()).unwrap();
        }
    };
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    url
}

/// Runs futures at once.
async fn futures<T, const N: usize>(futures: [impl Future<Output = T>; N]) -> Vec<T> {
    let mut futures = futures.map(Box::pin);
    let mut answers: Vec<Option<T>> = (0..N).map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, answer) in futures.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *answer = Some(value);
            }
        }
        if answers.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// The server answers a new connection with an error, as long as it has too many.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_with_too_many_clients() {
    let server = RedisServer::start(&["--maxclients", "2"]);
    let store = BackedStore::new(engine(&server).await);
    receive(&store, SHOP, &["a=1"]).await.unwrap();
    let mut other = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    other.write_all(b"CLIENT KILL TYPE normal SKIPME yes\r\n").unwrap();
    other.read_exact(&mut [0; 4]).unwrap();
    let mut third = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    third.write_all(b"PING\r\n").unwrap();
    third.read_exact(&mut [0; 5]).unwrap();
    let error = header(&store, SHOP).await.unwrap_err();
    assert_eq!(engine_error(&error), &RedisErrorKind::NotConnected);
    drop((other, third));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(header(&store, SHOP).await.unwrap(), "a=1");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn many_tasks_share_one_connection() {
    let server = RedisServer::start(&[]);
    let store = BackedStore::new(engine(&server).await);
    let tasks = (0..20).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..5 {
                receive(&store, SHOP, &[&format!("n{number}x{round}=1")]).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(header(&store, SHOP).await.unwrap().split("; ").count(), 100);
    let clients = server.command(&["CLIENT", "LIST", "TYPE", "normal"]);
    assert_eq!(clients.lines().count(), 2, "one is that which asks: {clients}");
}
