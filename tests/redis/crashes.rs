//! A server that is killed while it is used.

use std::collections::BTreeSet;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::server::RedisServer;
use crate::{receive, store};

const SITES: usize = 20;

/// `GINGERSNAP_CRASHES` sets how often the server is killed.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let crashes = env::var("GINGERSNAP_CRASHES").map_or(20, |number| number.parse().unwrap());
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let mut acknowledged = BTreeSet::new();
    for crash in 0..crashes {
        let log = Arc::new(Mutex::new(BTreeSet::new()));
        let mut tasks = Vec::new();
        for task in 0..4 {
            let (store, log) = (store(&server).await, Arc::clone(&log));
            tasks.push(tokio::spawn(async move {
                for number in 0.. {
                    let site = format!("c{crash}s{}.example", number % SITES);
                    let (first, second) =
                        (format!("t{task}n{number}a"), format!("t{task}n{number}b"));
                    let headers =
                        [&*format!("{first}=1"), &*format!("{second}=1; Secure; Partitioned")];
                    if receive(&store, &format!("https://{site}/"), &headers).await.is_err() {
                        break;
                    }
                    log.lock().unwrap().extend([(site.clone(), first), (site, second)]);
                }
            }));
        }
        let micros = RandomState::new().hash_one(crash) % 150_000;
        tokio::time::sleep(Duration::from_micros(20_000 + micros)).await;
        server.kill();
        for task in tasks {
            task.await.unwrap();
        }
        server.start_again();
        let log = std::mem::take(&mut *log.lock().unwrap());
        assert!(!log.is_empty(), "nothing was acknowledged");
        acknowledged.extend(log);
        check(&server, &acknowledged).await;
    }
    println!("{} cookies were acknowledged before {crashes} crashes", acknowledged.len());
}

/// Checks that cookies are there, and of each response all or none.
async fn check(server: &RedisServer, acknowledged: &BTreeSet<(String, String)>) {
    let store = store(server).await;
    let sites: BTreeSet<&str> = acknowledged.iter().map(|(site, _)| &**site).collect();
    let mut found = BTreeSet::new();
    for site in sites {
        for cookie in store.site_cookies(site, SystemTime::now()).await.unwrap() {
            found.insert((site.to_owned(), String::from_utf8(cookie.name().to_vec()).unwrap()));
        }
    }
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "{lost:?}");
    for (site, name) in &found {
        let start = name.trim_end_matches(['a', 'b']);
        for end in ["a", "b"] {
            assert!(found.contains(&(site.clone(), format!("{start}{end}"))), "half of {start}");
        }
    }
}
