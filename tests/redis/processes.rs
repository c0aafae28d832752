//! Several processes that use one server, each this test binary itself, which runs [`helper`] alone.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::time::{Duration, SystemTime};
use std::{env, io};

use gingersnap::store::backend::{BackedStore, RedisBackend};

use crate::server::RedisServer;
use crate::test_process::TestProcess;
use crate::{receive, store};

/// What a helper should do: the URL of the server, its number, how many sites there are, and how many
/// cookies it should receive, separated by `|`.
const TASK: &str = "GINGERSNAP_REDIS_HELPER_TASK";

/// Receives cookies, and logs each one that was acknowledged.
#[tokio::test]
#[ignore = "run by the other tests as a process"]
async fn helper() {
    let Ok(task) = env::var(TASK) else { return };
    let [url, process, sites, count] = task.split('|').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let sites: u32 = sites.parse().unwrap();
    let store = BackedStore::new(RedisBackend::connect(url).await.unwrap());
    for number in 0..count.parse::<u32>().unwrap() {
        let site = format!("s{}.example", number % sites);
        let (first, second) = (format!("p{process}n{number}a"), format!("p{process}n{number}b"));
        let partitioned = format!("{second}=1; Secure; Partitioned");
        receive(&store, &format!("https://{site}/"), &[&format!("{first}=1"), &partitioned])
            .await
            .unwrap();
        // Not by `println`, whose output the test harness takes. At once: the process may be killed.
        let lines = format!("stored {site} {first}\nstored {site} {second}\n");
        io::stderr().write_all(lines.as_bytes()).unwrap();
    }
}

fn start(url: &str, process: u32, sites: u32, count: u32) -> TestProcess {
    let task = format!("{url}|{process}|{sites}|{count}");
    TestProcess::start("processes::helper", TASK, &task)
}

/// Returns the cookies of sites, as the log has them.
async fn cookies(store: &BackedStore, sites: u32) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for site in (0..sites).map(|number| format!("s{number}.example")) {
        for cookie in store.site_cookies(&site, SystemTime::now()).await.unwrap() {
            found.insert(format!("{site} {}", String::from_utf8_lossy(cookie.name())));
        }
    }
    found
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn processes_that_receive_cookies_lose_none() {
    const PROCESSES: u32 = 4;
    // On one site, less than its limit.
    for (sites, count) in [(1, 35), (100, 400)] {
        let server = RedisServer::start(&[]);
        let helpers: Vec<_> =
            (0..PROCESSES).map(|number| start(&server.url(), number, sites, count)).collect();
        let mut log = BTreeSet::new();
        for line in helpers.into_iter().flat_map(TestProcess::finish) {
            log.extend(line.strip_prefix("stored ").map(str::to_owned));
        }
        assert_eq!(u32::try_from(log.len()), Ok(PROCESSES * count * 2));
        assert_eq!(cookies(&store(&server).await, sites).await, log);
    }
}

/// `GINGERSNAP_CRASHES` sets how often processes are killed.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn what_was_acknowledged_survives_a_kill_of_the_workers() {
    const SITES: u32 = 50;
    let crashes = env::var("GINGERSNAP_CRASHES").map_or(20, |number| number.parse().unwrap());
    let server = RedisServer::start(&[]);
    let mut acknowledged = 0;
    for crash in 0..crashes {
        // Together, they reach no limit.
        let mut helpers = [0, 1].map(|process| start(&server.url(), process, SITES, 3000));
        let mut outputs = helpers
            .each_mut()
            .map(|helper| helper.lines().filter(|line| line.starts_with("stored ")));
        // Both are at work.
        let mut log: BTreeSet<String> = outputs.iter_mut().filter_map(Iterator::next).collect();
        let micros = RandomState::new().hash_one(crash) % 100_000;
        tokio::time::sleep(Duration::from_micros(micros)).await;
        for helper in &mut helpers {
            assert!(helper.0.try_wait().unwrap().is_none(), "it ended by itself");
            helper.0.kill().unwrap();
        }
        log.extend(outputs.into_iter().flatten());
        let log: BTreeSet<String> =
            log.iter().filter_map(|line| line.strip_prefix("stored ")).map(str::to_owned).collect();
        let found = cookies(&store(&server).await, SITES).await;
        let lost: Vec<_> = log.difference(&found).collect();
        assert!(lost.is_empty(), "{lost:?}");
        // What was stored, and not printed any more, is one response of each process at most.
        assert!(found.len() <= log.len() + 4, "{} of {}", found.len(), log.len());
        // All of a response is there, or nothing.
        assert!(found.iter().all(|cookie| {
            let (start, end) = cookie.split_at(cookie.len() - 1);
            found.contains(&format!("{start}{}", if end == "a" { "b" } else { "a" }))
        }));
        acknowledged += log.len();
        server.command(&["FLUSHALL"]);
    }
    println!("{acknowledged} cookies were acknowledged before {crashes} kills");
}
