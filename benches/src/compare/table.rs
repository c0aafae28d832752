//! Prints a table of gingersnap and other crates as Markdown.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- [--targets] [--rounds N] [FILTER]...
//! ```
//!
//! Only rows whose label contains a filter are measured. `--targets` shows the targets of each row,
//! and whether they are met.

mod dates;
mod harness;
mod parse;
mod protect;
mod read;
mod store;
mod write;

use gingersnap_benches::machine;

use harness::{Figures, Ratio};

const COOKIE: &str = "cookie";
const BISCOTTI: &str = "biscotti";
const COOKIE_STORE: &str = "cookie_store";

const USAGE: &str = "usage: compare [--targets] [--rounds N] [FILTER]...";

struct Arguments {
    targets: bool,
    rounds: usize,
    filters: Vec<String>,
}

fn main() -> Result<(), String> {
    let Arguments { targets, rounds, filters } = arguments()?;
    let mut server = read::rows();
    server.extend(write::rows());
    server.extend(parse::rows());
    server.extend(dates::rows());
    server.extend(protect::rows());
    let mut tables = vec![(server, vec![COOKIE, BISCOTTI]), (store::rows(), vec![COOKIE_STORE])];
    if !filters.is_empty() {
        for (rows, _) in &mut tables {
            rows.retain(|row| filters.iter().any(|filter| row.label.contains(filter)));
        }
    }
    tables.retain(|(rows, _)| !rows.is_empty());

    let peers = [COOKIE, BISCOTTI, COOKIE_STORE].map(machine::locked).join(", ");
    println!("{}; {}; {peers}; medians of {rounds} rounds.", machine::cpu(), machine::rustc());
    println!("In brackets: how many times our time a peer takes, or we take of the lower bound's.");
    let (mut all, mut missed) = (0, 0);
    for (rows, peers) in tables {
        let mut head = vec!["operation", "gingersnap"];
        head.extend(&peers);
        head.extend(["lower bound", "allocations"]);
        if targets {
            head.push("target");
        }
        println!("\n| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
        for row in rows {
            let figures = row.run(rounds);
            print_row(&figures, &peers, targets);
            let targets = targets_of(&figures);
            all += usize::from(!targets.is_empty());
            missed += usize::from(targets.iter().any(|target| !target.1));
        }
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

fn print_row(figures: &Figures, peers: &[&str], targets: bool) {
    let mut cells = vec![figures.label.clone(), duration(figures.seconds)];
    for peer in peers {
        let ratio = figures.peers.iter().find(|ratio| ratio.name == *peer);
        cells.push(ratio.map_or_else(String::new, |Ratio { seconds, times, .. }| {
            format!("{} ({times:.1} x)", duration(*seconds))
        }));
    }
    cells.push(figures.lower_bound.as_ref().map_or_else(String::new, |bound| {
        let of = if bound.name.is_empty() { String::new() } else { format!("{} ", bound.name) };
        format!("{of}{} ({:.1} x)", duration(bound.seconds), bound.times)
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

/// Returns each target of a row, and whether it is met.
fn targets_of(figures: &Figures) -> Vec<(String, bool)> {
    let peers = figures.peers.iter().filter_map(|peer| {
        let least = peer.target?;
        Some((format!("{least} x {}", peer.name), peer.times >= least))
    });
    let lower_bound = figures.lower_bound.iter().filter_map(|bound| {
        let most = bound.target?;
        Some((format!("within {most} x"), bound.times <= most))
    });
    let allocations = figures
        .most_allocations
        .map(|most| (format!("{most} allocations"), figures.allocations <= most));
    peers.chain(lower_bound).chain(allocations).collect()
}

fn duration(seconds: f64) -> String {
    let nanoseconds = seconds * 1e9;
    match nanoseconds {
        ..100.0 => format!("{nanoseconds:.1} ns"),
        ..10_000.0 => format!("{nanoseconds:.0} ns"),
        1e6.. => format!("{:.1} ms", nanoseconds / 1e6),
        _ => format!("{:.1} µs", nanoseconds / 1e3),
    }
}
