//! The example servers, used by honest, hostile, slow and half-open clients at once.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::{Counts, Target};
use crate::honest::{self, Rotations};
use crate::server::{Example, Server};
use crate::usage::{descriptors, wait_for_descriptors};
use crate::{hostile, load_time, runtime, slow};

const HONEST: usize = 16;
const HOSTILE: usize = 12;
const SLOW: usize = 12;
const HALF_OPEN: usize = 8;

/// How much more memory a server may use after the load than after a quarter of it, in KiB. The allocator
/// returns whatever is free at the end of its memory or larger than 64 KiB, but not the gaps between. In
/// two minutes, a server answers more than 20,000 requests even on a busy machine: a few hundred bytes that
/// are lost with each are more.
const MORE_MEMORY: usize = 4 << 10;

/// The most memory that a server may use at any time, in KiB. It leaves room for 128 connections of 32 KiB,
/// as many as the blog and `sign_in` take, and 8 large requests of 2 MiB each.
const MOST_MEMORY: usize = 64 << 10;

/// Lets all clients use a server for a time, and then leave it.
fn use_server(target: &Arc<Target>, time: Duration) {
    runtime().block_on(async {
        let end = Instant::now() + time;
        let rotations = Arc::new(Rotations::new(HONEST));
        let mut clients = JoinSet::new();
        for client in 0..HONEST {
            let (target, rotations) = (Arc::clone(target), Arc::clone(&rotations));
            clients.spawn(async move { honest::run(&target, client, &rotations, end).await });
        }
        if target.example == Example::SignIn {
            let target = Arc::clone(target);
            clients.spawn(async move { rotations.run(&target, end).await });
        }
        for client in 0..HOSTILE {
            let target = Arc::clone(target);
            clients.spawn(async move { hostile::run(&target, client, end).await });
        }
        for client in 0..SLOW {
            let target = Arc::clone(target);
            clients.spawn(async move { slow::run(&target, client, end).await });
        }
        for client in 0..HALF_OPEN {
            let target = Arc::clone(target);
            clients.spawn(async move { slow::run_half_open(&target, client, end).await });
        }
        while let Some(ended) = clients.join_next().await {
            if let Err(error) = ended {
                resume_unwind(error.into_panic());
            }
        }
    });
}

/// Starts an example and puts load on it: first a quarter, to fill what is kept for good.
fn stands_the_load(example: Example) {
    let server = Server::start(example);
    let (port, counts) = (server.port, Counts::default());
    let target = Arc::new(Target { example, port, counts });
    let before = descriptors(server.id());
    use_server(&target, load_time() / 4);
    wait_for_descriptors(server.id(), before);
    let warm = server.memory();
    use_server(&target, load_time());
    wait_for_descriptors(server.id(), before);
    let after = server.memory();
    println!("{example:?}: {}", target.counts.line());
    println!(
        "{example:?}: {} KiB of memory, then {} KiB, at most {} KiB; {before} file descriptors",
        warm.resident, after.resident, after.peak
    );
    assert!(after.resident <= warm.resident + MORE_MEMORY, "{warm:?} grew to {after:?}");
    assert!(after.peak <= MOST_MEMORY, "{after:?}");
    for what in ["honest requests", "hostile requests", "slow requests", "slow readers"] {
        assert!(target.counts.get(what) > 0, "no {what}");
    }
    server.finish();
}

#[test]
#[ignore = "takes minutes"]
fn the_blog_stands_the_load() {
    stands_the_load(Example::Blog);
}

#[test]
#[ignore = "takes minutes"]
fn sign_in_stands_the_load() {
    stands_the_load(Example::SignIn);
}

#[test]
#[ignore = "takes minutes"]
fn axum_stands_the_load() {
    stands_the_load(Example::Axum);
}
