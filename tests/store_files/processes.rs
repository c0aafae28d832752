//! Several processes that use one file, and processes that are killed while they save.
//!
//! A process is this test binary itself, which runs [`helper`] alone.

use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};
use std::{env, fs};

use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Format};

use crate::test_process::TestProcess;
use crate::{FORMATS, Folder, receive_at};

/// What the helper should do: the path, the format's position in [`FORMATS`], a name, and how many
/// cookies it should save, separated by `|`.
const TASK: &str = "GINGERSNAP_HELPER_TASK";

/// Saves cookies to a file, each in a site of its own, and prints the number of each after that.
#[test]
#[ignore = "run by the other tests as a process"]
fn helper() {
    let Ok(task) = env::var(TASK) else { return };
    let [path, format, name, count] = task.split('|').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let mut file = CookieFile::new(path, FORMATS[format.parse::<usize>().unwrap()]);
    let mut store = CookieStore::new();
    for number in 0..count.parse::<u32>().unwrap() {
        let now = SystemTime::now();
        if number % 3 == 0 {
            store.load(&mut file, now).unwrap();
        }
        let url = format!("https://{name}{number}.example/");
        receive_at(&mut store, &url, "a=1; Max-Age=3600", now);
        store.save(&mut file, now).unwrap();
        // Not by `println`, whose output the test harness takes.
        writeln!(std::io::stderr(), "saved {number}").unwrap();
    }
}

fn start(path: &Path, format: usize, name: &str, count: u32) -> TestProcess {
    let task = format!("{}|{format}|{name}|{count}", path.display());
    TestProcess::start("processes::helper", TASK, &task)
}

#[test]
fn processes_that_save_to_one_file_lose_nothing() {
    const COUNT: u32 = 40;
    for (position, &format) in FORMATS.iter().enumerate().take(2) {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let names = ["a", "b", "c"];
        let mut processes = names.map(|name| start(&path, position, name, COUNT));
        // At no moment, the file is seen in part.
        let mut seen = 0;
        while processes.iter_mut().any(|process| process.0.try_wait().unwrap().is_none()) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let lines = text.lines().count();
            assert!(lines >= seen, "{lines} lines after {seen}");
            seen = lines;
        }
        for process in processes {
            process.finish();
        }
        let mut store = CookieStore::new();
        let mut file = CookieFile::new(&path, format);
        let report = store.load(&mut file, SystemTime::now()).unwrap();
        assert_eq!((report.stored, report.skipped.len()), (names.len() * COUNT as usize, 0));
    }
}

/// `GINGERSNAP_CRASHES` sets how many processes are killed.
#[test]
fn a_process_that_is_killed_loses_nothing_that_it_has_saved() {
    let crashes = env::var("GINGERSNAP_CRASHES").map_or(20, |number| number.parse().unwrap());
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    // A file that takes a while to write.
    let mut store = CookieStore::new();
    for number in 0..2000 {
        let url = format!("https://base{number}.example/");
        receive_at(&mut store, &url, "a=1; Max-Age=3600", SystemTime::now());
    }
    let mut file = CookieFile::new(&path, Format::CookiesTxt);
    store.save(&mut file, SystemTime::now()).unwrap();

    let mut saved = 2000;
    let mut killed = 0;
    for crash in 0..crashes {
        let mut process = start(&path, 0, &format!("c{crash}x"), 1000);
        let mut lines = process.lines();
        assert_eq!(lines.next().unwrap(), "saved 0");
        // Random: the hasher has keys of its own.
        let micros = RandomState::new().hash_one(crash) % 40_000;
        thread::sleep(Duration::from_micros(micros));
        let is_running = process.0.try_wait().unwrap().is_none();
        process.0.kill().unwrap();
        process.0.wait().unwrap();
        killed += usize::from(is_running);
        saved += 1 + lines.filter(|line| line.starts_with("saved ")).count();

        let mut store = CookieStore::new();
        let mut file = CookieFile::new(&path, Format::CookiesTxt);
        let report = store.load(&mut file, SystemTime::now()).unwrap();
        assert!(report.skipped.is_empty(), "{report:?}");
        assert!(report.stored >= saved, "{} of {saved}", report.stored);
        // The last save may have happened without being printed.
        saved = report.stored;
    }
    assert_eq!(killed, crashes, "processes that were killed");
}
