//! A cluster of three nodes.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use gingersnap::store::backend::{
    Applied, BackedStore, Backend, BackendErrorKind, RedisBackend, RedisErrorKind, RedisOptions,
    Version,
};

use crate::server::RedisServer;
use crate::{engine_error, header, kind, not_applied, receive, updates};

const PARTITIONED: &str = "__Host-p=2; Secure; Path=/; Partitioned; Max-Age=600";
const LIMIT: Duration = Duration::from_secs(2);

#[track_caller]
fn start() -> [RedisServer; 3] {
    let nodes = [(); 3].map(|()| {
        RedisServer::start(&["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"])
    });
    let addresses = nodes.each_ref().map(|node| format!("127.0.0.1:{}", node.port));
    let made = Command::new("redis-cli")
        .args(["--cluster", "create"])
        .args(&addresses)
        .arg("--cluster-yes")
        .output()
        .expect("redis-cli is installed");
    assert!(made.status.success(), "{made:?}");
    let start = Instant::now();
    let is_ready =
        |node: &RedisServer| node.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok");
    while !nodes.iter().all(is_ready) {
        assert!(start.elapsed() < Duration::from_secs(30), "the cluster is not ready");
        thread::sleep(Duration::from_millis(20));
    }
    nodes
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn sites_are_on_several_nodes() {
    let mut nodes = start();
    let options = RedisOptions::new().with_time_limit(LIMIT);
    let engine = RedisBackend::connect_cluster([nodes[0].url()], &options).await.unwrap();
    let store = BackedStore::new(engine);
    let url = |number| format!("https://www.site{number}.example/");
    for number in 0..30 {
        receive(&store, &url(number), &["a=1; Secure", PARTITIONED]).await.unwrap();
        receive(&store, &url(number), &["b=2"]).await.unwrap();
    }
    for number in 0..30 {
        assert_eq!(header(&store, &url(number)).await.unwrap(), "a=1; __Host-p=2; b=2");
        let site = store.site_cookies(&format!("site{number}.example"), SystemTime::now()).await;
        assert_eq!(site.unwrap().len(), 3);
    }
    let sizes = nodes.each_ref().map(|node| node.command(&["DBSIZE"]).parse::<u32>().unwrap());
    assert_eq!(sizes.iter().sum::<u32>(), 90);
    assert!(sizes.iter().all(|&size| size >= 3), "{sizes:?}");

    // Two parts of a site at once, with the versions that are expected and without.
    let engine = RedisBackend::connect_cluster(nodes.each_ref().map(RedisServer::url), &options)
        .await
        .unwrap();
    let mut new = updates("https://x.example/", &["a=1; Secure", PARTITIONED]).await;
    let now = SystemTime::now();
    assert!(matches!(engine.apply("x.example", &new, now).await.unwrap(), Applied::Done(_)));
    new[0].expected = Version(1);
    assert_eq!(engine.apply("x.example", &new, now).await.unwrap(), Applied::Conflict);
    let loaded = engine.load("x.example", &[None, Some("https://x.example")]).await.unwrap();
    assert_eq!(loaded.iter().map(|part| part.cookies.len()).sum::<usize>(), 2);

    // A wrong type, on whichever node it is.
    for node in &nodes {
        node.command(&["SET", "gingersnap:{wrong.example}:cookies", "x"]);
    }
    assert_eq!(
        kind(engine.load("wrong.example", &[None]).await.unwrap_err()),
        RedisErrorKind::ServerError
    );
    let answer = engine.apply("wrong.example", &new[..1], now).await;
    assert_eq!(not_applied(answer), (true, RedisErrorKind::ServerError));

    // Without one node, the sites of the others are served until the cluster notices.
    for node in &nodes {
        node.command(&["CONFIG", "SET", "cluster-require-full-coverage", "no"]);
    }
    nodes[2].kill();
    let mut served = 0;
    for number in 0..30 {
        let start = Instant::now();
        match header(&store, &url(number)).await {
            Ok(header) => {
                assert_eq!(header, "a=1; __Host-p=2; b=2");
                served += 1;
            }
            Err(error) => {
                assert_eq!(error.kind, BackendErrorKind::Load);
                engine_error(&error);
            }
        }
        assert!(start.elapsed() < LIMIT * 2 + Duration::from_millis(500), "{:?}", start.elapsed());
    }
    let lost = sizes[2] / 3;
    assert_eq!(served, 30 - lost);
}

/// A site moves to another node while it is used.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_site_moves_to_another_node() {
    let nodes = start();
    let options = RedisOptions::new().with_time_limit(LIMIT);
    let store =
        BackedStore::new(RedisBackend::connect_cluster([nodes[0].url()], &options).await.unwrap());
    let shop = "https://shop.example/";
    receive(&store, shop, &["a=1; Secure", PARTITIONED]).await.unwrap();
    let keys = ["cookies", "cookies:https://shop.example", "partitions"]
        .map(|kind| format!("gingersnap:{{shop.example}}:{kind}"));
    let slot = nodes[0].command(&["CLUSTER", "KEYSLOT", &keys[0]]);
    let is_owner = |node: &&RedisServer| node.command(&["DBSIZE"]) == "3";
    let owner = nodes.iter().find(is_owner).unwrap();
    let target = nodes.iter().find(|node| node.port != owner.port).unwrap();
    let [owner_id, target_id] = [owner, target].map(|node| node.command(&["CLUSTER", "MYID"]));
    target.command(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &owner_id]);
    owner.command(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target_id]);
    receive(&store, shop, &["b=1"]).await.unwrap();
    let port = target.port.to_string();
    let migrate = ["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
    let keys = keys.each_ref().map(String::as_str);
    assert_eq!(owner.command(&[&migrate[..], &keys].concat()), "OK");
    // All keys of the site are there, but the slot is not.
    assert_eq!(header(&store, shop).await.unwrap(), "a=1; __Host-p=2; b=1");
    receive(&store, shop, &["c=1"]).await.unwrap();
    for node in [target, owner] {
        node.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id]);
    }
    assert_eq!(header(&store, shop).await.unwrap(), "a=1; __Host-p=2; b=1; c=1");
    receive(&store, shop, &["d=1"]).await.unwrap();
    assert_eq!(header(&store, shop).await.unwrap(), "a=1; __Host-p=2; b=1; c=1; d=1");
}
