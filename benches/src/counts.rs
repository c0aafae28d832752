//! Counts the instructions of each operation, and its heap allocations.
//!
//! ```text
//! benches/counts [--update | --stores | --peers]
//! ```
//!
//! It fails when an operation takes more instructions than `counts.txt` says, by over 5 % and over
//! 20, or more allocations. `--update` writes that file.
//!
//! The 20 are for the C library: its `memcmp` takes a few more for text at the end of a page, and
//! the position of text depends on the folder in which the program was built.
//!
//! Valgrind counts, and simulates the same CPU on every machine with AVX2, so that the counts do not
//! depend on the machine's model or load. They depend on the compiler, on the C library, on Valgrind
//! and on the crates that gingersnap uses, whose versions are in the file. If one of these versions
//! differs, up to 25 % more is accepted, and the program says so; `--update` on the last good commit
//! brings back the 5 %. On another architecture, only allocations are compared.
//!
//! `--stores` counts the `Cookie` header of a site in stores of 1,000 to 1,000,000 cookies, which takes
//! minutes. It fails if a count is over 20 % more than with 1,000 cookies, or over one allocation.
//!
//! `--peers` counts a request to a server with `tower-cookies` and `axum-extra`, too, and fails if ours takes
//! more instructions. This builds those crates.
//!
//! To see where an operation spends its instructions:
//!
//! ```text
//! valgrind --tool=callgrind --toggle-collect=counted_operation --callgrind-out-file=jar \
//!   benches/target/counts/counts --work jar/8
//! callgrind_annotate jar
//! ```

use std::cell::{LazyCell, RefCell};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime};
use std::{env, fs};

use gingersnap::header::{self, SetCookie};
use gingersnap::{Cookie, CookieJar, Encoding, RequestContext, SameSite, date};
use gingersnap_benches::inputs::{self, MISSING};
use gingersnap_benches::sites::{self, COOKIES_PER_SITE};
use gingersnap_benches::{allocations, machine, requests};

/// The crates whose code is counted with that of gingersnap.
const CRATES: [&str; 8] =
    ["axum-core", "http", "itoa", "memchr", "percent-encoding", "psl", "simdutf8", "time"];

/// How many more instructions an operation may take, whatever its total.
const ACCEPTED_INSTRUCTIONS: u64 = 20;

/// The numbers of cookies in the stores whose header is counted. The largest is counted by `--stores`
/// only.
const STORES: [usize; 2] = [1_000, 100_000];
const LARGEST_STORE: usize = 1_000_000;

/// How many times the instructions the header may take that it takes with the fewest cookies.
const ACCEPTED_GROWTH: f64 = 1.2;

/// The argument with which Valgrind runs the operations.
const WORK: &str = "--work";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some(WORK) => {
            work(&arguments.collect::<Vec<_>>());
            Ok(())
        }
        Some("--update") => update(),
        Some("--stores") => compare_stores(),
        Some("--peers") => compare_peers(),
        None => compare(),
        _ => Err("usage: counts [--update | --stores | --peers]".to_owned()),
    }
    .map_or_else(
        |error| {
            eprintln!("counts: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

type Case = (String, Box<dyn FnMut()>);

/// Creates an operation whose result the compiler cannot drop.
fn case<T>(name: impl Into<String>, mut work: impl FnMut() -> T + 'static) -> Case {
    let work = move || {
        black_box(work());
    };
    (name.into(), Box::new(work))
}

fn cases() -> Vec<Case> {
    let mut cases = read_cases();
    cases.extend(write_cases());
    cases.extend(parse_cases());
    cases.extend(receive_cases());
    cases.extend(STORES.map(header_case));
    cases.extend(requests::OURS.map(request_case));
    cases
}

fn read_cases() -> Vec<Case> {
    let headers = [
        ("1", inputs::one()),
        ("8", inputs::eight()),
        ("50", inputs::fifty()),
        ("180", inputs::many()),
        ("accent", inputs::accent()),
        ("percent", inputs::percent()),
    ];
    let hostile = ["semicolons", "word", "words", "empty"].into_iter().zip(inputs::hostile(8_190));
    let mut cases = vec![];
    for (label, header) in headers.into_iter().chain(hostile) {
        let text = header.text;
        cases.push(case(format!("pairs/{label}"), move || {
            for pair in header::pairs(black_box(text)).filter_map(Result::ok) {
                black_box(pair);
            }
        }));
        cases.push(case(format!("text_pairs/{label}"), move || {
            for pair in header::text_pairs(black_box(text)).filter_map(Result::ok) {
                black_box(pair);
            }
        }));
        cases.push(case(format!("find/{label}"), move || {
            header::find(black_box(text), MISSING).is_some()
        }));
        cases.push(case(format!("jar/{label}"), move || {
            CookieJar::from_cookie_header(black_box(text)).expect("a header within the limits")
        }));
        let jar = CookieJar::from_cookie_header(text).expect("a header within the limits");
        let (same, last) = (jar.clone(), header.last());
        cases.push(case(format!("get/{label}"), move || black_box(&jar).get(MISSING).is_some()));
        cases.push(case(format!("get_last/{label}"), move || {
            black_box(&same).get(black_box(last)).map(str::len)
        }));
    }
    cases
}

fn write_cases() -> Vec<Case> {
    let mut cases = vec![];
    for (label, header) in set_cookie_headers() {
        let cookie = Cookie::parse(header).expect("a valid header");
        let same = cookie.clone();
        let mut out = String::with_capacity(4096);
        cases.push(case(format!("write_new/{label}"), move || {
            black_box(&cookie).to_set_cookie(Encoding::Percent)
        }));
        cases.push(case(format!("write_reused/{label}"), move || {
            out.clear();
            black_box(&same).write_to(&mut out, Encoding::Percent).expect("a valid cookie");
            black_box(out.as_str());
        }));
    }
    for count in [1, 5, 50] {
        let cookies: Vec<_> =
            (0..count).map(|n| (format!("cookie{n:02}"), format!("{n:032x}"))).collect();
        cases.push(case(format!("set/{count}"), move || {
            let mut jar = CookieJar::new();
            for (name, value) in black_box(&cookies) {
                let cookie = Cookie::new(name, value)
                    .with_http_only(true)
                    .with_secure(true)
                    .with_same_site(SameSite::Lax)
                    .with_max_age(Duration::from_secs(86_400));
                jar.set(cookie).expect("a valid cookie");
            }
            jar.set_cookie_headers().for_each(|header| {
                black_box(header);
            });
        }));
    }
    cases
}

fn parse_cases() -> Vec<Case> {
    let mut cases = vec![];
    for (label, header) in set_cookie_headers() {
        cases.push(case(format!("parse_text/{label}"), move || Cookie::parse(black_box(header))));
        let bytes = move || SetCookie::parse(black_box(header));
        cases.push(case(format!("parse_bytes/{label}"), bytes));
    }
    let imf_fixdate = move || date::parse(black_box(inputs::IMF_FIXDATE));
    cases.push(case("parse_date/IMF-fixdate", imf_fixdate));
    for (label, text) in inputs::OTHER_DATES {
        let name = format!("parse_date/{}", label.replace(' ', "-"));
        cases.push(case(name, move || date::parse(black_box(text))));
    }
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    cases.push(case("print_date", move || {
        date::imf_fixdate(black_box(time)).map(|date| black_box(date.as_str()).len())
    }));
    cases
}

/// Receives a cookie, into a store of 1,000.
fn receive_cases() -> Vec<Case> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let mut cases = vec![];
    for (label, hosts) in
        [("new", &["new1.com", "new2.com", "new3.com"][..]), ("replace", &["new.com"])]
    {
        let mut store = sites::store(1_000 / COOKIES_PER_SITE, now);
        let (mut hosts, header) = (hosts.iter().cycle(), inputs::session());
        let mut context = move || {
            let host = hosts.next().expect("a host");
            RequestContext::from_parts("https", host, "/").expect("a host")
        };
        cases.push(case(format!("receive/{label}"), move || {
            store.receive(&context(), [black_box(header)], now)
        }));
    }
    cases
}

/// Makes the `Cookie` header of a site, in a store of so many cookies. The store is made when the
/// operation runs first, which is not counted.
fn header_case(cookies: usize) -> Case {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let store = LazyCell::new(move || RefCell::new(sites::store(cookies / COOKIES_PER_SITE, now)));
    let url = sites::request(cookies / COOKIES_PER_SITE / 2);
    let context = RequestContext::parse(&url).expect("a URL").into_owned();
    case(header_name(cookies), move || {
        store.borrow_mut().cookie_header(&context, now).expect("a header")
    })
}

fn header_name(cookies: usize) -> String {
    format!("cookie_header/{cookies}")
}

/// Handles a request, which is made before.
fn request_case((name, handle): requests::Operation) -> Case {
    let mut requests = requests::browser_requests(RUNS);
    case(name, move || handle(requests.pop().expect("a request for each run")))
}

#[cfg(feature = "peers")]
fn peer_cases() -> Vec<Case> {
    requests::PEERS.map(|(_, operation)| request_case(operation)).into()
}

#[cfg(not(feature = "peers"))]
fn peer_cases() -> Vec<Case> {
    vec![]
}

fn set_cookie_headers() -> [(&'static str, &'static str); 3] {
    [("color", inputs::color()), ("session", inputs::session()), ("full", inputs::full())]
}

/// The function whose instructions Valgrind counts. It looks for this name.
// SAFETY: nothing else in this program has the name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "only the name is needed")]
#[inline(never)]
fn counted_operation(work: &mut dyn FnMut()) {
    black_box(work)();
    black_box(()); // so that the call above is not compiled to a jump, from which nothing returns here
}

/// How often [`work`] runs an operation.
const RUNS: usize = 3;

/// Runs each operation, or only those asked for, and prints their names and allocations.
fn work(only: &[String]) {
    let mut cases = cases();
    if !only.is_empty() {
        cases.push(header_case(LARGEST_STORE));
        cases.extend(peer_cases());
        cases.retain(|(name, _)| only.contains(name));
    }
    for (name, mut work) in cases {
        work(); // what happens once in a process is not counted
        println!("{name} {}", allocations::count(&mut work));
        counted_operation(&mut work);
    }
}

#[derive(Clone, Copy)]
struct Counts {
    instructions: u64,
    allocations: u64,
}

/// Returns the counts of each operation, or only of those asked for.
fn measure(only: &[String]) -> Result<Vec<(String, Counts)>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let out = program.with_extension("callgrind");
    // The files of an earlier run must not be read.
    for part in (1..).map(|part| part_of(&out, part)).take_while(|part| part.exists()) {
        fs::remove_file(part).map_err(|error| error.to_string())?;
    }
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=counted_operation"])
        .arg("--dump-after=counted_operation")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .arg(WORK)
        .args(only)
        .output()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("valgrind failed:\n{said}"));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    (1..).zip(names.lines()).map(|(part, line)| count_of(line, &part_of(&out, part))).collect()
}

/// Returns the file that Valgrind writes after an operation, numbered from 1.
fn part_of(out: &Path, part: u32) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(format!(".{part}"));
    path.into()
}

fn count_of(line: &str, part: &Path) -> Result<(String, Counts), String> {
    let profile =
        fs::read_to_string(part).map_err(|error| format!("{}: {error}", part.display()))?;
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: ")?.parse().ok());
    let instructions = total.ok_or_else(|| format!("{} has no total", part.display()))?;
    let (name, allocations) = line.split_once(' ').ok_or("an operation has no allocations")?;
    let allocations = allocations.parse().map_err(|_| "the allocations are no number")?;
    Ok((name.to_owned(), Counts { instructions, allocations }))
}

/// Returns the instruction set.
fn architecture() -> String {
    format!("{} {} AVX2", env::consts::ARCH, if has_avx2() { "with" } else { "without" })
}

/// Returns what the counts depend on.
fn environment() -> Vec<String> {
    let mut all = vec![
        architecture(),
        machine::rustc(),
        machine::version_of("valgrind", "--version"),
        machine::version_of("getconf", "GNU_LIBC_VERSION"),
    ];
    all.extend(CRATES.map(machine::locked));
    all
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.txt")
}

/// Writes `counts.txt`.
fn update() -> Result<(), String> {
    let mut lines = vec![format!("# on {}", machine::cpu())];
    lines.extend(environment().iter().map(|line| format!("# with {line}")));
    lines.push("# operation, instructions, allocations".to_owned());
    for (name, Counts { instructions, allocations }) in measure(&[])? {
        lines.push(format!("{name} {instructions} {allocations}"));
    }
    fs::write(file(), lines.join("\n") + "\n").map_err(|error| error.to_string())
}

/// Counts again, and fails if a count has grown.
fn compare() -> Result<(), String> {
    let written = fs::read_to_string(file()).map_err(|error| error.to_string())?;
    let percent = allowance(&written);
    let mut known: BTreeMap<&str, Counts> = written.lines().filter_map(read).collect();
    let mut wrong = vec![];
    for (name, now) in measure(&[])? {
        let Some(before) = known.remove(name.as_str()) else {
            wrong.push(format!("{name} is not in counts.txt"));
            continue;
        };
        let change = change(before, now);
        let more = now.instructions.saturating_sub(before.instructions);
        let slower =
            more > ACCEPTED_INSTRUCTIONS && percent.is_some_and(|percent| change > percent);
        if slower || now.allocations > before.allocations {
            wrong.push(name.clone());
        }
        println!(
            "{name:28} {:>9} -> {:>9} instructions ({change:+6.1} %), {} -> {} allocations",
            before.instructions, now.instructions, before.allocations, now.allocations
        );
    }
    wrong.extend(known.keys().map(|name| format!("{name} is in counts.txt only")));
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join(", ");
    Err(format!("more instructions than accepted, or more allocations: {wrong}"))
}

/// Counts the header in stores of several sizes, and fails if it grows with the store.
fn compare_stores() -> Result<(), String> {
    let mut fewest: Option<Counts> = None;
    let mut wrong = vec![];
    for cookies in STORES.into_iter().chain([LARGEST_STORE]) {
        let name = header_name(cookies);
        for (name, now) in measure(&[name])? {
            let before = *fewest.get_or_insert(now);
            let change = change(before, now);
            println!(
                "{name:28} {:>9} instructions ({change:+6.1} %), {} allocations",
                now.instructions, now.allocations
            );
            if change > (ACCEPTED_GROWTH - 1.0) * 100.0 || now.allocations > 1 {
                wrong.push(name);
            }
        }
    }
    if fewest.is_some() && wrong.is_empty() {
        return Ok(());
    }
    Err(format!("the header takes more in a larger store: {}", wrong.join(", ")))
}

/// Counts a request with other crates, too, and fails if ours takes more instructions.
#[cfg(feature = "peers")]
fn compare_peers() -> Result<(), String> {
    let pairs = requests::PEERS.map(|(ours, (theirs, _))| (ours, theirs));
    let names = requests::OURS.map(|(name, _)| name).into_iter();
    let names: Vec<_> = names.chain(pairs.map(|(_, theirs)| theirs)).map(str::to_owned).collect();
    let counts: BTreeMap<String, Counts> = measure(&names)?.into_iter().collect();
    let mut wrong = vec![];
    for name in &names {
        let Counts { instructions, allocations } = counts[name];
        println!("{name:28} {instructions:>9} instructions, {allocations} allocations");
    }
    for (ours, theirs) in pairs {
        if counts[ours].instructions >= counts[theirs].instructions {
            wrong.push(ours);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("more instructions than with the other crate: {}", wrong.join(", ")))
}

#[cfg(not(feature = "peers"))]
fn compare_peers() -> Result<(), String> {
    Err("--peers needs the feature `peers`".to_owned())
}

/// Returns how many per cent more instructions are accepted, or `None` if they cannot be compared.
fn allowance(written: &str) -> Option<f64> {
    let before: Vec<_> = written.lines().filter_map(|line| line.strip_prefix("# with ")).collect();
    let now = environment();
    let gone: Vec<_> = before.iter().filter(|line| !now.iter().any(|now| now == *line)).collect();
    let come: Vec<_> = now.iter().filter(|line| !before.contains(&line.as_str())).collect();
    if gone.is_empty() && come.is_empty() {
        return Some(5.0);
    }
    println!("counts.txt was written with {gone:?}, and here is {come:?}.");
    if before.contains(&architecture().as_str()) {
        println!("Up to 25 % more instructions are accepted instead of 5 %.");
        Some(25.0)
    } else {
        println!("Only allocations are compared.");
        None
    }
}

/// Returns the change in per cent.
fn change(before: Counts, now: Counts) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share, to be shown")]
    let share = now.instructions as f64 / before.instructions as f64;
    (share - 1.0) * 100.0
}

/// Reads a line of the file.
fn read(line: &str) -> Option<(&str, Counts)> {
    let mut words = line.split(' ');
    let (name, instructions, allocations) = (words.next()?, words.next()?, words.next()?);
    let (instructions, allocations) = (instructions.parse().ok()?, allocations.parse().ok()?);
    Some((name, Counts { instructions, allocations }))
}
