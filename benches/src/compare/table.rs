//! Prints gingersnap beside its peers, as Markdown.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- [--targets] [--rounds N] [FILTER]...
//! ```
//!
//! Only rows whose label holds a filter are measured. `--targets` says of each row what it is to
//! reach, and whether it did.

mod dates;
mod harness;
mod parse;
mod protect;
mod read;
mod write;

use gingersnap_benches::machine;

use harness::{Figures, Ratio};

const COOKIE: &str = "cookie";
const BISCOTTI: &str = "biscotti";

/// The columns.
const PEERS: [&str; 2] = [COOKIE, BISCOTTI];

const USAGE: &str = "usage: compare [--targets] [--rounds N] [FILTER]...";

struct Arguments {
    targets: bool,
    rounds: usize,
    filters: Vec<String>,
}

fn main() -> Result<(), String> {
    let Arguments { targets, rounds, filters } = arguments()?;
    let mut rows = read::rows();
    rows.extend(write::rows());
    rows.extend(parse::rows());
    rows.extend(dates::rows());
    rows.extend(protect::rows());
    if !filters.is_empty() {
        rows.retain(|row| filters.iter().any(|filter| row.label.contains(filter)));
    }

    let peers = PEERS.map(machine::locked).join(", ");
    println!("{}; {}; {peers}; medians of {rounds} rounds.", machine::cpu(), machine::rustc());
    println!("In brackets: how many times our time a peer takes, or we take of the yardstick's.\n");
    let mut head = vec!["operation", "gingersnap"];
    head.extend(PEERS);
    head.extend(["yardstick", "allocations"]);
    if targets {
        head.push("target");
    }
    println!("| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
    let (mut all, mut missed) = (0, 0);
    for row in rows {
        let figures = row.run(rounds);
        print_row(&figures, targets);
        let targets = targets_of(&figures);
        all += usize::from(!targets.is_empty());
        missed += usize::from(targets.iter().any(|target| !target.1));
    }
    if targets {
        println!("\n{} of {all} rows meet their targets.", all - missed);
    }
    Ok(())
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed = Arguments { targets: false, rounds: 21, filters: vec![] };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--targets" => parsed.targets = true,
            "--rounds" => {
                let rounds = given.next().and_then(|rounds| rounds.parse().ok());
                parsed.rounds = rounds.filter(|&rounds| rounds > 0).ok_or(USAGE)?;
            }
            option if option.starts_with("--") => return Err(USAGE.to_owned()),
            _ => parsed.filters.push(argument),
        }
    }
    Ok(parsed)
}

fn print_row(figures: &Figures, targets: bool) {
    let mut cells = vec![figures.label.clone(), duration(figures.seconds)];
    for peer in PEERS {
        let ratio = figures.peers.iter().find(|ratio| ratio.name == peer);
        cells.push(ratio.map_or_else(String::new, |Ratio { seconds, times, .. }| {
            format!("{} ({times:.1} x)", duration(*seconds))
        }));
    }
    cells.push(figures.yardstick.as_ref().map_or_else(String::new, |stick| {
        let of = if stick.name.is_empty() { String::new() } else { format!("{} ", stick.name) };
        format!("{of}{} ({:.1} x)", duration(stick.seconds), stick.times)
    }));
    cells.push(figures.allocations.to_string());
    if targets {
        let targets = targets_of(figures);
        let said: Vec<_> = targets
            .iter()
            .map(|(text, met)| format!("{text}: {}", if *met { "met" } else { "**missed**" }))
            .collect();
        cells.push(said.join("; "));
    }
    println!("| {} |", cells.join(" | "));
}

/// Each target of a row, and whether it is met.
fn targets_of(figures: &Figures) -> Vec<(String, bool)> {
    let peers = figures.peers.iter().filter_map(|peer| {
        let least = peer.target?;
        Some((format!("{least} x {}", peer.name), peer.times >= least))
    });
    let yardstick = figures.yardstick.iter().filter_map(|stick| {
        let most = stick.target?;
        Some((format!("within {most} x"), stick.times <= most))
    });
    let allocations = figures
        .most_allocations
        .map(|most| (format!("{most} allocations"), figures.allocations <= most));
    peers.chain(yardstick).chain(allocations).collect()
}

fn duration(seconds: f64) -> String {
    let nanoseconds = seconds * 1e9;
    match nanoseconds {
        ..100.0 => format!("{nanoseconds:.1} ns"),
        ..10_000.0 => format!("{nanoseconds:.0} ns"),
        _ => format!("{:.1} µs", nanoseconds / 1e3),
    }
}
