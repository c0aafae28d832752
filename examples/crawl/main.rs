//! Several processes crawl a few web sites, and share one cookie jar:
//!
//! ```text
//! cargo run --example crawl --features sqlite -- --jar sqlite:crawl.db
//! cargo run --example crawl --features sqlite,redis -- --jar redis://127.0.0.1/
//! ```
//!
//! The sites run in the first process. Each serves its pages only to clients that have signed in, and starts
//! a new session with every tenth page. One worker signs in at each site; the others find its cookie in
//! the jar. In the end, a table shows what the sites have seen and what the jar contains.
#![forbid(unsafe_code)]

mod farm;
mod jar;
mod worker;

use std::error::Error;
use std::io::{IsTerminal, stderr};
use std::net::SocketAddr;
use std::process::{ExitCode, Stdio, exit};
use std::time::{Duration, Instant, SystemTime};

use gingersnap::store::backend::BackedStore;
use lexopt::{Arg, ValueExt};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::task::JoinSet;

use farm::{Farm, PAGE_COOKIES, Site};

const USAGE: &str = "\
usage: crawl --jar sqlite:FILE | redis://HOST/ [--workers 4] [--sites 5] [--pages 500]

Crawls web sites of this machine with several processes that share one jar.";

#[derive(Clone)]
struct Arguments {
    jar: String,
    workers: usize,
    sites: usize,
    pages: usize,
    /// The worker's number and the address of the sites, if this process is a worker.
    worker: Option<(usize, SocketAddr)>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprint!("crawl: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprint!(": {cause}");
                source = cause.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool, Box<dyn Error>> {
    let arguments = arguments()?;
    let store = jar::open(&arguments.jar).await?;
    if let Some((number, address)) = arguments.worker {
        // A worker fetches many pages in 100 ms, and can do without the newest cookies of the others. The
        // table, at the end, needs them.
        let store = store.with_cache(1000, Duration::from_millis(100));
        worker::crawl(&store, &arguments, number, address).await?;
        return Ok(true);
    }
    let farm = Farm::start(arguments.sites).await?;
    for site in farm.sites() {
        store.remove_site(&site.host, SystemTime::now()).await?;
    }
    let start = Instant::now();
    run_workers(&arguments, farm.address()).await?;
    let seconds = start.elapsed().as_secs_f64();
    print_table(&arguments, &farm, &store, seconds).await
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut found =
        Arguments { jar: String::new(), workers: 4, sites: 5, pages: 500, worker: None };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("jar") => found.jar = arguments.value()?.string()?,
            Arg::Long("workers") => found.workers = at_least_one(&mut arguments)?,
            Arg::Long("sites") => found.sites = at_least_one(&mut arguments)?,
            Arg::Long("pages") => found.pages = at_least_one(&mut arguments)?,
            // Given only by the first process, which starts the workers.
            Arg::Long("worker") => {
                found.worker = Some((arguments.value()?.parse()?, arguments.value()?.parse()?));
            }
            Arg::Long("help") | Arg::Short('h') => {
                println!("{USAGE}");
                exit(0);
            }
            _ => return Err(argument.unexpected().into()),
        }
    }
    if found.jar.is_empty() {
        return Err(format!("a jar is needed\n\n{USAGE}").into());
    }
    Ok(found)
}

fn at_least_one(arguments: &mut lexopt::Parser) -> Result<usize, lexopt::Error> {
    arguments.value()?.parse_with(|text| match text.parse() {
        Ok(0) | Err(_) => Err("expected a number above 0"),
        Ok(number) => Ok(number),
    })
}

/// Starts the workers, shows their progress, and waits for them.
async fn run_workers(arguments: &Arguments, address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let mut workers = JoinSet::new();
    let (sender, mut pages) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..arguments.workers {
        let mut worker = Command::new(&program)
            .args(["--jar", &arguments.jar])
            .args(["--workers", &arguments.workers.to_string()])
            .args(["--sites", &arguments.sites.to_string()])
            .args(["--pages", &arguments.pages.to_string()])
            .args(["--worker", &number.to_string(), &address.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let sender = sender.clone();
        workers.spawn(async move {
            // A worker prints a line for each page.
            let output = worker.stdout.take().into_iter();
            for output in output {
                let mut lines = BufReader::new(output).lines();
                while lines.next_line().await?.is_some() {
                    let _ = sender.send(());
                }
            }
            worker.wait().await
        });
    }
    drop(sender);
    let mut done = 0;
    loop {
        tokio::select! {
            Some(()) = pages.recv() => {
                done += 1;
                if stderr().is_terminal() {
                    eprint!("\r{done} of {} pages", arguments.pages);
                }
            }
            // The others could wait for the session of a worker that failed. They end with this one.
            Some(status) = workers.join_next() => {
                let status = status??;
                if !status.success() {
                    return Err(format!("a worker failed: {status}").into());
                }
            }
            else => break,
        }
    }
    if stderr().is_terminal() {
        eprintln!();
    }
    Ok(())
}

/// Prints what the sites have seen and what the jar contains, and returns whether both are as expected.
async fn print_table(
    arguments: &Arguments,
    farm: &Farm,
    store: &BackedStore,
    seconds: f64,
) -> Result<bool, Box<dyn Error>> {
    println!("site              sign-ins  pages  refused  cookies");
    let mut is_as_expected = true;
    let mut total = 0;
    for (number, site) in farm.sites().enumerate() {
        let cookies = store.site_cookies(&site.host, SystemTime::now()).await?.len();
        let Site { host, sign_ins, pages, refused, .. } = site;
        println!("{host:<16}  {sign_ins:>8}  {pages:>5}  {refused:>7}  {cookies:>7}");
        // The cookie of the session, and the different cookies of the pages.
        let expected_pages = (number..arguments.pages).step_by(arguments.sites).count();
        let expected_cookies = 1 + expected_pages.min(PAGE_COOKIES);
        is_as_expected &= expected_pages == 0
            || (sign_ins, refused, pages, cookies) == (1, 0, expected_pages, expected_cookies);
        total += pages;
    }
    let (workers, rate) = (arguments.workers, f64::from(u32::try_from(total)?) / seconds);
    println!("{total} pages by {workers} workers in {seconds:.1} s, {rate:.0} each second");
    Ok(is_as_expected)
}
