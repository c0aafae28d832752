//! The crate and Chromium, row by row.

use std::fmt::{Display, Write};
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use gingersnap::{Cookie, Encoding, Policy, SameSite, date};

use crate::driver::{Browser, Held};
use crate::fate::{Fate, Foreseen, Kept};
use crate::headers::{self, PATH, Row};
use crate::server::{self, Answer};
use crate::target;

/// A browser, and a server that sends rows to it.
struct Bench {
    browser: Browser,
    rows: Arc<[Row]>,
    port: u16,
    /// The `Cookie` header that came last.
    came: Arc<Mutex<Vec<u8>>>,
}

impl Bench {
    #[track_caller]
    fn start(rows: Vec<Row>) -> Self {
        let rows: Arc<[Row]> = rows.into();
        let came = Arc::new(Mutex::default());
        let (sent, last) = (Arc::clone(&rows), Arc::clone(&came));
        let port = server::start(move |path, cookies| {
            if path == "/dir/back" {
                *last.lock().expect("nobody panicked") = cookies.to_vec();
            }
            let row = |prefix| sent.get(path.strip_prefix(prefix)?.parse::<usize>().ok()?);
            let before = row("/dir/before?").and_then(|row| row.before).map(Vec::from);
            let header = row("/dir/row?").map(|row| row.header.clone());
            Answer::page(before.or(header).into_iter().collect(), format!("sent {path}!"))
        });
        Self { browser: Browser::start(), rows, port, came }
    }

    /// Sends a row, and says what the browser made of it. It holds nothing afterwards.
    #[track_caller]
    fn send(&self, index: usize) -> Fate {
        let (browser, row) = (&self.browser, &self.rows[index]);
        let origin = format!("http://{}:{}", row.host, self.port);
        let mut old = None;
        if let Some(before) = row.before {
            browser.go(&format!("{origin}/dir/before?{index}"));
            old = browser.cookies().into_iter().next();
            assert!(old.is_some(), "{before:?} is kept");
        }
        browser.go(&format!("{origin}{PATH}?{index}"));
        // Chromium takes nothing of a response with a NUL in its head.
        if !row.header.contains(&0) {
            browser.shows(&[&format!("sent {PATH}?{index}!")]);
        }
        let held = browser.cookies();
        let fate = match (held.iter().find(|cookie| cookie.value != "old"), old) {
            (Some(new), _) => Fate::Keeps(Box::new(self.kept(new, &held, &origin))),
            (None, Some(old)) if held.is_empty() => Fate::Removes(Kept::seen(&old).identity()),
            (None, _) => Fate::Refuses,
        };
        browser.clear_cookies();
        fate
    }

    /// A cookie as the browser shows it, and, where it is the only one, as it comes back.
    #[track_caller]
    fn kept(&self, cookie: &Held, held: &[Held], origin: &str) -> Kept {
        let mut kept = Kept::seen(cookie);
        if held.len() == 1 && kept.comes_back() {
            self.browser.go(&format!("{origin}/dir/back"));
            kept.comes_back_as(&self.came.lock().expect("nobody panicked"));
        }
        kept
    }
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn headers_meet_the_fate_that_the_crate_foresees() {
    let soon = SystemTime::now() + Duration::from_secs(40 * 86_400);
    let bench = Bench::start(headers::rows(&date::imf_fixdate(soon).unwrap().to_string()));
    assert!(bench.rows.len() >= 60);
    let mut table = Table::default();
    for (index, row) in bench.rows.iter().enumerate() {
        let seen = bench.send(index);
        let mut foreseen = Foreseen::of(&row.header, row.host);
        if let (Fate::Removes(identity), Some(before)) = (&foreseen.fate, row.before)
            && !Foreseen::of(before.as_bytes(), row.host).fate.keeps(identity)
        {
            // What is not there cannot be removed.
            foreseen.fate = Fate::Refuses;
        }
        let agrees = foreseen.fate.agrees(&seen);
        table.add(&row.label(), &foreseen.fate, &seen, agrees);
        if !foreseen.allows(&seen) || foreseen.departs() == agrees {
            table.fault(&format!("`{}`: warnings {:?}", row.label(), foreseen.warnings));
        }
    }
    table.finish("verdicts", &headers::DIFFERENCES, &bench.browser);
}

#[test]
#[ignore = "needs chromium and chromedriver"]
fn what_the_jar_refuses_as_dropped_is_dropped() {
    let cookies = headers::cookies();
    let rows = cookies.iter().map(|(cookie, host)| Row::of(printed(cookie)).from(host));
    let bench = Bench::start(rows.collect());
    assert!(bench.rows.len() >= 40);
    let mut table = Table::default();
    for (index, (cookie, host)) in cookies.iter().enumerate() {
        let row = &bench.rows[index];
        let seen = bench.send(index);
        let mut jar = Policy::new().with_encoding(Encoding::Raw).empty_jar();
        let (says, agrees) = match jar.set(cookie) {
            Ok(()) => {
                let headers: Vec<_> = jar.set_cookie_headers().map(str::as_bytes).collect();
                assert_eq!(headers, [&*row.header], "the header sent is the jar's own");
                let meant = Fate::Keeps(Box::new(Kept::meant(cookie, host)));
                (format!("sets: {meant}"), meant.agrees(&seen))
            }
            Err(error) if error.is_dropped_by_browsers() => {
                (format!("dropped: {error}"), matches!(seen, Fate::Refuses))
            }
            Err(error) => (format!("refused: {error}"), matches!(seen, Fate::Keeps(_))),
        };
        table.add(&row.label(), &says, &seen, agrees);
    }
    table.finish("set", &headers::SET_DIFFERENCES, &bench.browser);
}

/// A cookie as a header, whatever it holds: what the jar would send if it checked nothing.
fn printed(cookie: &Cookie<'_>) -> Vec<u8> {
    let mut header = format!("{}={}", cookie.name(), cookie.value());
    let mut add = |text: &str| header.extend(["; ", text]);
    if let Some(age) = cookie.max_age() {
        add(&format!("Max-Age={}", age.as_secs()));
    }
    if let Some(domain) = cookie.domain() {
        add(&format!("Domain={domain}"));
    }
    if let Some(path) = cookie.path() {
        add(&format!("Path={path}"));
    }
    let flags = [
        (cookie.is_secure(), "Secure".to_owned()),
        (cookie.is_http_only(), "HttpOnly".to_owned()),
        (cookie.same_site() != SameSite::Unset, format!("SameSite={:?}", cookie.same_site())),
        (cookie.is_partitioned(), "Partitioned".to_owned()),
    ];
    for (_, text) in flags.iter().filter(|(is_set, _)| *is_set) {
        add(text);
    }
    header.into_bytes()
}

/// What both said, and where they differ.
#[derive(Default)]
struct Table {
    /// By their label: what was said, and whether both agree.
    rows: Vec<(String, String, bool)>,
    /// What is wrong beside that, line by line.
    faults: String,
}

impl Table {
    fn add(&mut self, label: &str, says: &dyn Display, seen: &dyn Display, agree: bool) {
        let [says, seen] = [says, seen].map(|text| text.to_string().replace('|', "\\|"));
        self.rows.push((label.to_owned(), format!("{says} | {seen}"), agree));
    }

    fn fault(&mut self, fault: &str) {
        self.faults.extend([fault, "\n"]);
    }

    /// Writes the table to `target/`. Fails unless exactly the rows that are known to differ do.
    #[track_caller]
    fn finish(self, name: &str, differences: &[(&str, &str)], browser: &Browser) {
        let mut page =
            "| header | the crate | Chromium | |\n| --- | --- | --- | --- |\n".to_owned();
        let mut wrong = self.faults;
        for (label, cells, agree) in &self.rows {
            let reason = differences.iter().find(|(known, _)| known == label);
            let label = label.replace('|', "\\|");
            let _ =
                writeln!(page, "| `{label}` | {cells} | {} |", reason.map_or("", |(_, why)| why));
            let known = reason.is_some();
            if *agree == known {
                let what = if known { "is listed, and agrees" } else { "differs" };
                let _ = writeln!(wrong, "`{label}` {what}: {cells}");
            }
        }
        for (known, _) in differences {
            let rows = self.rows.iter().filter(|(label, ..)| label == known).count();
            if rows != 1 {
                let _ = writeln!(wrong, "`{known}` is listed, and there are {rows} such rows");
            }
        }
        fs::write(target().join(name).with_extension("md"), page).expect("a file");
        assert!(wrong.is_empty(), "{}\n{wrong}", browser.version_note());
    }
}
