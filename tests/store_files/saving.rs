//! Saving: which files there are then, who may read them, and what stays if it fails.

use std::fs;
use std::time::{Duration, Instant};

use gingersnap::RequestContext;
use gingersnap::errors::{EntryError, FileError, NotHeldReason};
use gingersnap::store::CookieStore;
use gingersnap::store::file::{CookieFile, Format, Report};

use crate::{
    FORMATS, Folder, NOW, load, now, read, read_file, receive, receive_at, shown, write_file,
};

fn one_cookie() -> CookieStore {
    let mut store = CookieStore::new();
    receive(&mut store, "https://shop.example/", "sid=31d4; Max-Age=60");
    store
}

#[test]
fn a_missing_file_is_empty() {
    let folder = Folder::new();
    for &format in FORMATS {
        let mut file = CookieFile::new(folder.path("cookies"), format);
        let (store, report) = load(&mut file);
        assert!(store.is_empty(now()));
        assert_eq!(report.entries, 0);
        assert!(!file.path().exists(), "loading writes nothing");
    }
}

#[test]
fn what_is_saved_is_loaded() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let report = one_cookie().save(&mut CookieFile::new(&path, format), now()).unwrap();
        assert_eq!((report.entries, report.written), (0, 1));
        let (store, report) = load(&mut CookieFile::new(&path, format));
        assert_eq!(shown(&store), ["shop.example/ sid=31d4 60"]);
        assert_eq!((report.entries, report.stored), (1, 1));
        let mut names: Vec<_> =
            fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["cookies", "cookies.lock"], "no temporary file stays");
    }
}

/// A `Path` attribute ends at a `;`, but the path of a URL can have one, and so can the default path.
#[test]
fn a_default_path_with_a_semicolon_is_kept() {
    let page = RequestContext::parse("https://www.shop.example/cart;jsessionid=31d4/items");
    let mut store = CookieStore::new();
    store.receive(&page.expect("a URL"), ["sid=1; Max-Age=99"], now());
    for format in FORMATS {
        let (text, _) = store.write(*format, now());
        let (next, report) = read(*format, &text);
        assert!(report.skipped.is_empty(), "{format}: {report:?}");
        assert_eq!(shown(&next), ["www.shop.example/cart;jsessionid=31d4 sid=1 99"], "{format}");
    }
}

#[test]
fn saving_again_changes_nothing() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut file = CookieFile::new(&path, format);
        one_cookie().save(&mut file, now()).unwrap();
        let text = read_file(&path);
        one_cookie().save(&mut file, now()).unwrap();
        let (store, _) = load(&mut CookieFile::new(&path, format));
        store.save(&mut CookieFile::new(&path, format), now()).unwrap();
        assert_eq!(read_file(&path), text);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let mode = |name| fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    write_file(&path, "");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    one_cookie().save(&mut CookieFile::new(&path, Format::CookiesTxt), now()).unwrap();
    assert_eq!((mode("cookies.txt"), mode("cookies.txt.lock")), (0o600, 0o600));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    fs::create_dir(folder.path("real")).unwrap();
    symlink("middle", folder.path("link")).unwrap();
    symlink("real/cookies.txt", folder.path("middle")).unwrap();
    let mut file = CookieFile::new(folder.path("link"), Format::CookiesTxt);
    for _ in 0..2 {
        one_cookie().save(&mut file, now()).unwrap();
        assert!(fs::symlink_metadata(folder.path("link")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(folder.path("real/cookies.txt")).unwrap().is_file());
    }
    assert!(folder.path("real/cookies.txt.lock").exists());
    let mut file = CookieFile::new(folder.path("link"), Format::CookiesTxt);
    assert_eq!(load(&mut file).0.len(now()), 1);
    // A circle ends.
    symlink("circle", folder.path("circle")).unwrap();
    let mut file = CookieFile::new(folder.path("circle"), Format::CookiesTxt);
    assert!(CookieStore::new().load(&mut file, now()).is_err());
}

#[cfg(unix)]
#[test]
fn what_stands_in_the_way_is_not_written_through() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    let victim = folder.path("victim");
    write_file(&victim, "precious");
    let path = folder.path("cookies.txt");
    symlink(&victim, folder.path("cookies.txt.gingersnap.tmp")).unwrap();
    symlink(&victim, folder.path("cookies.txt.lock")).unwrap();
    write_file(&folder.path("cookies.txt.tmp"), "precious");
    one_cookie().save(&mut CookieFile::new(&path, Format::CookiesTxt), now()).unwrap();
    assert_eq!(read_file(&victim), "precious");
    // A file of another program, which replaces files in the same way.
    assert_eq!(read_file(&folder.path("cookies.txt.tmp")), "precious");
    assert_eq!(load(&mut CookieFile::new(&path, Format::CookiesTxt)).0.len(now()), 1);
}

/// Renaming a new file would replace it.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = pipe.clone();
    // Whoever reads from the pipe waits for a writer, and sees its end when the writer has closed it.
    std::thread::spawn(move || while fs::OpenOptions::new().write(true).open(&writer).is_ok() {});
    let mut file = CookieFile::new(&pipe, Format::CookiesTxt);
    let error = one_cookie().save(&mut file, now()).unwrap_err();
    assert!(matches!(&error, FileError::Io { path, .. } if *path == pipe), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "not a regular file");
    assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
}

#[test]
fn what_cannot_be_removed_is_named() {
    let folder = Folder::new();
    let temporary = folder.path("cookies.txt.gingersnap.tmp");
    fs::create_dir(&temporary).unwrap();
    let mut file = CookieFile::new(folder.path("cookies.txt"), Format::CookiesTxt);
    let error = one_cookie().save(&mut file, now()).unwrap_err();
    let FileError::Io { path, source } = error else { panic!("{error}") };
    assert_eq!(path, temporary);
    assert_ne!(source.kind(), std::io::ErrorKind::AlreadyExists);
}

#[test]
fn a_file_that_cannot_be_saved_is_named() {
    let folder = Folder::new();
    let path = folder.path("missing/cookies.txt");
    let error =
        one_cookie().save(&mut CookieFile::new(path, Format::CookiesTxt), now()).unwrap_err();
    assert!(matches!(&error, FileError::Io { path, .. } if path.ends_with("cookies.txt.lock")));
    assert!(std::error::Error::source(&error).is_some());
    let folder_path = folder.path("folder");
    fs::create_dir(&folder_path).unwrap();
    let mut file = CookieFile::new(&folder_path, Format::CookiesTxt);
    let error = CookieStore::new().load(&mut file, now()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read or write `"), "{error}");
    assert!(one_cookie().save(&mut file, now()).is_err());
    assert!(folder_path.is_dir());
}

#[test]
fn a_file_of_another_format_is_not_overwritten() {
    let folder = Folder::new();
    let path = folder.path("cookies");
    for &format in FORMATS {
        let text = if format == Format::CookiesTxt { "{}" } else { "# Netscape" };
        write_file(&path, text);
        let mut file = CookieFile::new(&path, format);
        assert!(CookieStore::new().load(&mut file, now()).is_err());
        assert!(one_cookie().save(&mut file, now()).is_err());
        assert_eq!(read_file(&path), text);
    }
}

#[test]
fn session_cookies_can_be_left_out() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut store = one_cookie();
        receive(&mut store, "https://shop.example/", "session=1");
        store.save(&mut CookieFile::new(&path, format), now()).unwrap();
        assert_eq!(load(&mut CookieFile::new(&path, format)).0.len(now()), 2);
        // Neither loaded nor saved, and removed.
        let mut file = CookieFile::new(&path, format).with_session_cookies(false);
        let (loaded, report) = load(&mut file);
        assert_eq!(shown(&loaded), ["shop.example/ sid=31d4 60"]);
        assert_eq!((report.entries, report.stored, report.skipped.len()), (2, 1, 0));
        store.save(&mut file, now()).unwrap();
        assert_eq!(shown(&load(&mut CookieFile::new(&path, format)).0), shown(&loaded));
    }
}

#[test]
fn expired_cookies_can_stay_in_the_file() {
    let later = now() + Duration::from_secs(61);
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        one_cookie().save(&mut CookieFile::new(&path, format), now()).unwrap();
        for (keeps, entries) in [(true, 1), (false, 0)] {
            let mut file = CookieFile::new(&path, format).with_expired(keeps);
            let mut store = CookieStore::new();
            let report = store.load(&mut file, later).unwrap();
            assert_eq!((report.stored, report.expired, report.skipped.len()), (0, 1, 0));
            let report = store.save(&mut file, later).unwrap();
            assert_eq!((report.expired, report.written), (1, entries));
        }
        assert_eq!(load(&mut CookieFile::new(&path, format)).1.entries, 0);
    }
}

#[test]
fn an_expired_cookie_does_not_stay_beside_a_later_one() {
    let later = now() + Duration::from_secs(61);
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut file = CookieFile::new(&path, format).with_expired(true);
        one_cookie().save(&mut file, now()).unwrap();
        let mut store = CookieStore::new();
        receive_at(&mut store, "https://shop.example/", "sid=2", later);
        assert_eq!(store.save(&mut file, later).unwrap().written, 1, "{format}");
        let (store, report) = load(&mut CookieFile::new(&path, format));
        assert_eq!((shown(&store), report.entries), (vec!["shop.example/ sid=2".into()], 1));
    }
    // Both are in the file if another program only appends to it.
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let line = |expiry, value| format!("shop.example\tFALSE\t/\tFALSE\t{expiry}\tsid\t{value}\n");
    write_file(&path, line(NOW, 1) + &line(0, 2));
    let mut file = CookieFile::new(&path, Format::CookiesTxt).with_expired(true);
    let (store, report) = load(&mut file);
    assert_eq!((shown(&store), report.expired), (vec!["shop.example/ sid=2".into()], 1));
    assert_eq!(store.save(&mut file, now()).unwrap().written, 1);
    assert!(read_file(&path).ends_with(&format!("\n\n{}", line(0, 2))));
}

#[test]
fn a_time_of_expiry_that_the_store_cuts_stays_in_the_file() {
    let folder = Folder::new();
    let path = folder.path("cookies.txt");
    let line = format!("shop.example\tFALSE\t/\tFALSE\t{}\ta\t1\n", NOW + 100_000_000);
    write_file(&path, &line);
    let mut file = CookieFile::new(&path, Format::CookiesTxt);
    let (mut store, _) = load(&mut file);
    assert_eq!(shown(&store), ["shop.example/ a=1 34560000"]);
    let later = now() + Duration::from_secs(1000);
    store.save(&mut file, later).unwrap();
    assert!(read_file(&path).ends_with(&line));
    assert_eq!(store.load(&mut file, later).unwrap().stored, 0);
}

/// The clock of another machine is ahead. The store takes the cookie as stored now.
#[cfg(feature = "json")]
#[test]
fn a_time_that_is_yet_to_come_stays_in_the_file() {
    let folder = Folder::new();
    let path = folder.path("cookies.json");
    let ahead = now() + Duration::from_secs(1000);
    let mut theirs = CookieStore::new();
    receive_at(&mut theirs, "https://shop.example/", "a=1", ahead);
    theirs.save(&mut CookieFile::new(&path, Format::Json), ahead).unwrap();
    let text = read_file(&path);
    let mut file = CookieFile::new(&path, Format::Json);
    let (mut store, _) = load(&mut file);
    assert!(store.iter(now()).all(|cookie| cookie.updated() < ahead));
    store.save(&mut file, now()).unwrap();
    assert_eq!(read_file(&path), text, "the store has changed nothing");
    assert_eq!(store.load(&mut file, now()).unwrap().stored, 0);
}

/// The store may keep fewer cookies than the file has.
#[test]
fn cookies_that_the_store_does_not_take_stay_in_the_file() {
    for &format in FORMATS {
        let folder = Folder::new();
        let path = folder.path("cookies");
        let mut large = CookieStore::new()
            .with_limits(gingersnap::store::StoreLimits::DEFAULT.with_site_cookies(500, 500));
        for number in 0..300 {
            receive(&mut large, "https://shop.example/", &format!("n{number}=1"));
        }
        large.save(&mut CookieFile::new(&path, format), now()).unwrap();
        let mut file = CookieFile::new(&path, format);
        let (mut store, report) = load(&mut file);
        assert_eq!(report.stored, 300);
        assert!(store.len(now()) <= 180);
        receive(&mut store, "https://other.example/", "new=1");
        assert_eq!(store.save(&mut file, now()).unwrap().written, 301);
    }
}

#[test]
fn types_have_the_common_traits() {
    fn is_shareable<T: Send + Sync + std::fmt::Debug + 'static>() {}
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_shareable::<CookieFile>();
    is_shareable::<Report>();
    is_shareable::<Format>();
    is_error::<FileError>();
    is_error::<EntryError>();
    is_error::<NotHeldReason>();
}

#[test]
fn debug_shows_no_cookies() {
    let folder = Folder::new();
    let mut file = CookieFile::new(folder.path("cookies.txt"), Format::CookiesTxt);
    let report = one_cookie().save(&mut file, now()).unwrap();
    assert!(!format!("{file:?} {report:?}").contains("31d4"));
}

/// Prints how long 100,000 cookies of 20,000 sites take, and checks that the time grows with their
/// number: `cargo test --release --features json --test store_files -- --ignored --nocapture large`.
#[test]
#[ignore = "measures time"]
fn large_files() {
    for &format in FORMATS {
        let times = [10_000, 100_000].map(|count| large_file(format, count));
        let grown = times[1].as_secs_f64() / times[0].as_secs_f64();
        // Quadratic growth would be a hundredfold. The machine may be busy.
        assert!(grown < 40.0, "ten times the cookies take {grown} times as long");
    }
}

/// Saves a file, loads it, and saves it over itself; returns the time of all three.
fn large_file(format: Format, count: u32) -> Duration {
    let folder = Folder::new();
    let path = folder.path("cookies");
    let mut store = CookieStore::new();
    for number in 0..count {
        let url = format!("https://www{}.example/", number / 5);
        receive(&mut store, &url, &format!("name{number}=0123456789abcdef; Secure; Max-Age=3600"));
    }
    let mut file = CookieFile::new(&path, format);
    let start = Instant::now();
    store.save(&mut CookieFile::new(&path, format), now()).unwrap();
    let save = start.elapsed();
    let start = Instant::now();
    let (loaded, report) = load(&mut file);
    assert_eq!(report.stored, count as usize);
    let load = start.elapsed();
    let start = Instant::now();
    loaded.save(&mut file, now()).unwrap();
    let again = start.elapsed();
    let bytes = fs::metadata(&path).unwrap().len();
    println!(
        "{count} cookies, {format}: {bytes} bytes, save {save:.2?}, load {load:.2?}, save again {again:.2?}"
    );
    save + load + again
}

/// A text that has no cookie, and does not say that it is a file of cookies, is something else.
#[test]
fn a_text_that_is_no_file_of_cookies_is_not_saved_over() {
    let folder = Folder::new();
    let path = folder.path("notes.txt");
    let store = one_cookie();
    for (text, is_saved) in [
        ("buy milk\n", false),
        ("cook\0\0\0\x01", false),
        ("", true),
        ("#!/bin/sh\n# comments alone\n", false),
        ("# HTTP cookie file.\n# Generated by Wget\n", true),
        ("# Netscape HTTP Cookie File\nbroken\n", true),
        ("broken\nshop.example\tFALSE\t/\tFALSE\t0\tb\t2\n", true),
    ] {
        std::fs::write(&path, text).unwrap();
        let mut file = CookieFile::new(&path, Format::CookiesTxt);
        assert_eq!(store.save(&mut file, now()).is_ok(), is_saved, "{text}");
        let is_kept = std::fs::read_to_string(&path).unwrap() == text;
        assert_eq!(is_kept, !is_saved, "{text}");
    }
}
