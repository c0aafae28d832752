//! Several processes that use one database, and processes that are killed while they write.
//!
//! A process is this test binary itself, which runs [`worker`] alone.

use std::collections::BTreeSet;
use std::env;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use gingersnap::store::StoreLimits;
use gingersnap::store::backend::{BackedStore, BackendErrorKind, SqliteBackend};

use crate::test_process::TestProcess;
use crate::{Folder, PAGE, block_on, check, context, other, receive, sent, store};

/// What a worker should do: the path, a name, how many cookies it should receive, on how many sites,
/// and how long their values are, separated by `|`.
const TASK: &str = "GINGERSNAP_WORKER_TASK";

/// Receives cookies and prints each site and name when it was stored, until one is not.
#[test]
#[ignore = "run by the other tests as a process"]
fn worker() {
    let Ok(task) = env::var(TASK) else { return };
    let [path, name, count, sites, bytes] = task.split('|').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let [count, sites, bytes] = [count, sites, bytes].map(|number| number.parse().unwrap());
    let _: usize = count;
    // Not by `println`, whose output the test harness takes.
    let print = |line: String| writeln!(std::io::stderr(), "{line}").unwrap();
    let backend = match SqliteBackend::open(path) {
        Ok(backend) => backend.with_time_limit(Duration::from_secs(60)),
        Err(error) => return print(format!("not opened: {:?}", error.kind)),
    };
    // No cookie is evicted.
    let limits = StoreLimits::DEFAULT.with_site_cookies(10_000, 10_000);
    let store = BackedStore::new(backend).with_limits(limits);
    for number in 0..count {
        let site = format!("s{}.example", number % sites);
        let header = format!("{name}{number}={}", "x".repeat(bytes));
        let url = format!("https://{site}/");
        match block_on(store.receive_now(&context(&url), [header])) {
            Ok(_) => print(format!("stored {site} {name}{number}")),
            Err(error) => return print(format!("failed {site} {name}{number} {:?}", error.kind)),
        }
    }
}

fn start_worker(path: &Path, name: &str, [count, sites, bytes]: [usize; 3]) -> TestProcess {
    let task = format!("{}|{name}|{count}|{sites}|{bytes}", path.display());
    TestProcess::start("processes::worker", TASK, &task)
}

fn start_with(command: Command, task: &str) -> TestProcess {
    TestProcess::start_with(command, "processes::worker", TASK, task)
}

/// Returns the sites and names of a database, as the workers print them.
fn stored(path: &Path) -> BTreeSet<String> {
    let other = other(path);
    let mut rows = other.prepare("SELECT 'stored ' || site || ' ' || name FROM cookies").unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn four_processes_lose_no_cookie() {
    for sites in [1, 7] {
        const COUNT: usize = 40;
        let folder = Folder::new();
        let path = folder.path("cookies.db");
        let workers = ["a", "b", "c", "d"].map(|name| start_worker(&path, name, [COUNT, sites, 5]));
        let log: BTreeSet<String> = workers.into_iter().flat_map(TestProcess::finish).collect();
        assert_eq!(log.len(), 4 * COUNT, "{log:?}");
        assert_eq!(stored(&path), log);
        check(&path);
        // A store sends them all.
        let store = store(&path);
        let sent = |site| sent(&store, &format!("https://s{site}.example/")).split("; ").count();
        assert_eq!((0..sites).map(sent).sum::<usize>(), 4 * COUNT);
    }
}

/// `GINGERSNAP_CRASHES` sets how often processes are killed.
#[test]
fn what_was_acknowledged_survives_a_kill() {
    let crashes = env::var("GINGERSNAP_CRASHES").map_or(10, |number| number.parse().unwrap());
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    let mut log = BTreeSet::new();
    let mut killed = 0;
    for crash in 0..crashes {
        let start = |name| start_worker(&path, &format!("{name}{crash}x"), [100_000, 100_000, 500]);
        let mut workers = ["a", "b"].map(start);
        let mut lines = workers.each_mut().map(TestProcess::lines);
        for lines in &mut lines {
            log.insert(lines.next().unwrap());
        }
        // Random: the hasher has keys of its own.
        thread::sleep(Duration::from_micros(RandomState::new().hash_one(crash) % 60_000));
        for worker in &mut workers {
            killed += usize::from(worker.0.try_wait().unwrap().is_none());
            worker.0.kill().unwrap();
        }
        drop(workers);
        log.extend(lines.into_iter().flatten());
        assert!(log.iter().all(|line| line.starts_with("stored ")), "{log:?}");
        let stored = stored(&path);
        let lost: Vec<_> = log.difference(&stored).collect();
        assert!(lost.is_empty(), "{lost:?}");
        check(&path);
        // What was stored, and not printed any more, is one cookie of each process at most.
        assert!(stored.len() <= log.len() + 2, "{} of {}", stored.len(), log.len());
        log = stored;
    }
    assert_eq!(killed, 2 * crashes, "processes that were killed");
    assert!(log.len() > 3 * crashes, "only {} cookies", log.len());
}

/// The log of the database cannot grow any more, as on a full disk.
#[cfg(unix)]
#[test]
fn a_commit_that_fails_is_unknown_and_loses_nothing() {
    let folder = Folder::new();
    let path = folder.path("cookies.db");
    receive(&store(&path), PAGE, "before=1");
    let mut command = Command::new("sh");
    // In blocks of 512 bytes. Without the signal, writing fails.
    command.args(["-c", r#"trap "" XFSZ; ulimit -f 1000; exec "$0" "$@""#]);
    command.arg(env::current_exe().unwrap());
    let worker = start_with(command, &format!("{}|a|100000|100000|3000", path.display()));
    let mut log = worker.finish();
    let failure = log.pop().unwrap();
    assert!(failure.starts_with("failed "), "{failure}");
    assert!(failure.ends_with(&format!("{:?}", BackendErrorKind::Unknown)), "{failure}");
    assert!(log.len() > 10, "only {} cookies", log.len());
    let stored = stored(&path);
    let lost: Vec<_> = log.iter().filter(|line| !stored.contains(*line)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    check(&path);
    receive(&store(&path), PAGE, "after=1");
    assert_eq!(sent(&store(&path), PAGE), "before=1; after=1");
}

/// For SQLite itself, the path would be a URL, and that of a database in memory.
#[test]
fn a_relative_path_is_a_path() {
    const NAME: &str = "file:cookies.db?mode=memory";
    let folder = Folder::new();
    let mut command = Command::new(env::current_exe().unwrap());
    command.current_dir(folder.path(""));
    let log = start_with(command, &format!("{NAME}|a|1|1|1")).finish();
    assert_eq!(log, ["stored s0.example a0"]);
    assert_eq!(folder.names(), [NAME]);
}

/// Root can write every file, so the worker is another user then.
#[cfg(unix)]
#[test]
fn a_file_that_can_only_be_read_is_refused() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;

    let folder = Folder::new();
    let path = folder.path("cookies.db");
    receive(&store(&path), PAGE, "a=1");
    let bytes = fs::read(&path).unwrap();
    let program = folder.path("worker");
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    set(&program, 0o755);
    set(&path, 0o444);
    let is_root = fs::metadata(&path).unwrap().uid() == 0;
    for mode in [0o777, 0o555] {
        set(path.parent().unwrap(), mode);
        let mut command = Command::new(&program);
        if is_root {
            command.uid(65534).gid(65534);
        }
        let worker = start_with(command, &format!("{}|a|1|1|1", path.display()));
        assert_eq!(worker.finish(), ["not opened: ReadOnly"], "{mode:o}");
        assert_eq!(folder.names(), ["cookies.db", "worker"]);
    }
    set(path.parent().unwrap(), 0o755);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}
