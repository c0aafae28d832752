//! With the feature `redis`: a server that does not answer is a typed error. The tests of the crate start
//! servers that do.

use gingersnap::errors::RedisErrorKind;
use gingersnap::store::backend::RedisBackend;
use std::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Nobody listens at the port any more.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let url = format!("redis://:secret@127.0.0.1:{port}/");
    let error = runtime.block_on(RedisBackend::connect(&url)).expect_err("nobody listens");
    assert_eq!(error.kind, RedisErrorKind::NotConnected);
    assert!(!format!("{error} {error:?}").contains("secret"));
    Ok(())
}
