//! The example servers, used by honest, hostile, slow and half-open clients at once.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::{Counts, Target};
use crate::example_server::{Example, Server};
use crate::honest::{self, Browser, Rotations};
use crate::usage::{Memory, descriptors, wait_for_descriptors};
use crate::{alone, hostile, load_time, runtime, slow};

const HONEST: usize = 16;
const HOSTILE: usize = 12;
const SLOW: usize = 12;
const HALF_OPEN: usize = 8;

/// How much more memory a server may use after the load than after the warm-up, which takes a quarter of
/// the time, in KiB. The allocator returns whatever is free at the end of its memory or larger than 64 KiB,
/// but not the gaps between. The test prints how many bytes that is for each connection. A short run
/// notices only larger leaks.
const MAX_GROWTH_KIB: usize = 4 << 10;

/// The most memory that a server may use at any time, in KiB. The blog and `sign_in` take 128 connections of
/// 32 KiB and 8 large requests of 2 MiB each, which is 20 MiB. The program itself takes 6 MiB. The clients here
/// use less of axum, which has no such limits.
const MAX_PEAK_KIB: usize = 32 << 10;

/// Lets all clients use a server for a time, and then leave it.
fn use_server(target: &Arc<Target>, phase: u64, time: Duration) {
    // Each client of each phase has its own seed.
    let seed = |group: u64, client: usize| phase << 32 | group << 16 | client as u64;
    runtime().block_on(async {
        let end = Instant::now() + time;
        let rotations = Arc::new(Rotations::new(HONEST));
        let mut clients = JoinSet::new();
        for client in 0..HONEST {
            let (target, rotations) = (Arc::clone(target), Arc::clone(&rotations));
            let seed = seed(1, client);
            clients.spawn(async move { honest::run(&target, client, seed, &rotations, end).await });
        }
        for client in 0..HOSTILE {
            let (target, rotations) = (Arc::clone(target), Arc::clone(&rotations));
            let seed = seed(2, client);
            clients
                .spawn(async move { hostile::run(&target, client, seed, &rotations, end).await });
        }
        if target.example == Example::SignIn {
            let target = Arc::clone(target);
            clients.spawn(async move { rotations.run(&target, end).await });
        }
        for client in 0..SLOW {
            let (target, seed) = (Arc::clone(target), seed(3, client));
            clients.spawn(async move { slow::run(&target, seed, end).await });
        }
        for client in 0..HALF_OPEN {
            let (target, seed) = (Arc::clone(target), seed(4, client));
            clients.spawn(async move { slow::run_half_open(&target, seed, end).await });
        }
        while let Some(ended) = clients.join_next().await {
            if let Err(error) = ended {
                resume_unwind(error.into_panic());
            }
        }
    });
}

/// Asserts that each kind of client was served as it should be.
fn check_counts(target: &Target) {
    let count = |event| target.counts.get(event);
    for event in [
        "honest requests",
        "slow requests",
        "slow readers",
        "bytes of slow readers",
        "responses 400",
    ] {
        assert!(count(event) > 0, "no {event}");
    }
    // Many close their connections before all responses have come.
    let (requests, responses) = (count("hostile requests"), count("hostile responses"));
    assert!(responses * 10 >= requests, "{responses} responses to {requests} hostile requests");
    // The machine may stop so long that each client's connection is closed, and a few are closed because
    // they were idle.
    let (requests, again) = (count("honest requests"), count("honest requests again"));
    assert!(again <= HONEST as u64 + requests / 20, "{again} of {requests} requests again");
    if target.example != Example::Axum {
        assert!(count("responses 431") > 0, "no response to too many cookies");
    }
    if target.example == Example::SignIn {
        // Each phase starts with one, and the next one waits until each client has seen it.
        assert!(count("rotations") > 2, "{} rotations", count("rotations"));
    }
}

/// Takes all connections of a server, which must close them by itself and then serve others.
fn check_time_limits(target: &Target, form_path: &str, server: &Server, before: usize) {
    let runtime = runtime();
    let connections = runtime.block_on(slow::take_all_connections(target, form_path));
    wait_for_descriptors(server.id(), before);
    let page = runtime.block_on(async { Browser::new(target, 0).get("/").await });
    assert_eq!(page.status, 200, "{page:?}");
    drop(connections);
}

/// Starts an example and puts load on it, after a warm-up, which fills caches and buffers.
fn withstands_load(example: Example) {
    let _alone = alone();
    let server = Server::start(example);
    let (port, counts) = (server.port, Counts::default());
    let target = Arc::new(Target { example, port, counts });
    let before = descriptors(server.id());
    use_server(&target, 1, load_time() / 4);
    wait_for_descriptors(server.id(), before);
    let warm = server.memory();
    let warm_up = target.counts.get("connections");
    use_server(&target, 2, load_time());
    wait_for_descriptors(server.id(), before);
    let after = server.memory();
    let connections = target.counts.get("connections") - warm_up;
    println!("{example:?}: {}", target.counts.summary());
    println!(
        "{example:?}: {} KiB of memory, then {} KiB, at most {} KiB; {before} file descriptors; a leak \
         of {} bytes for each connection would be noticed",
        warm.resident,
        after.resident,
        after.peak,
        (MAX_GROWTH_KIB as u64 * 1024) / connections.max(1)
    );
    Memory::assert_growth(warm, after, MAX_GROWTH_KIB);
    assert!(after.peak <= MAX_PEAK_KIB, "{after:?}");
    check_counts(&target);
    if let Some(form_path) = example.form_path() {
        check_time_limits(&target, form_path, &server, before);
        wait_for_descriptors(server.id(), before);
    }
    server.finish();
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn blog_withstands_load() {
    withstands_load(Example::Blog);
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn sign_in_withstands_load() {
    withstands_load(Example::SignIn);
}

#[test]
#[ignore = "puts load on the machine, for seconds to minutes"]
fn axum_withstands_load() {
    withstands_load(Example::Axum);
}
