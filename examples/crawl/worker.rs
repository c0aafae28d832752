//! A worker, which fetches its share of the pages with the cookies of the jar.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use gingersnap::RequestContext;
use gingersnap::store::backend::BackedStore;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{COOKIE, HOST, SET_COOKIE};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::Arguments;
use crate::farm::host;

/// Signs in at this worker's share of the sites, fetches its share of the pages, and prints a line for each
/// page.
pub(crate) async fn crawl(
    store: &BackedStore,
    arguments: &Arguments,
    number: usize,
    address: SocketAddr,
) -> Result<(), Box<dyn Error>> {
    let pages = (0..arguments.pages).skip(number).step_by(arguments.workers);
    let own_sites = (0..arguments.sites).skip(number).step_by(arguments.workers);
    for site in own_sites.take_while(|site| *site < arguments.pages) {
        fetch(store, address, &host(site), "/sign-in").await?;
    }
    for page in pages {
        let site = page % arguments.sites;
        wait_for_session(store, &host(site)).await?;
        let path = format!("/page/{}", page / arguments.sites);
        let status = fetch(store, address, &host(site), &path).await?;
        println!("{status} {} {path}", host(site));
    }
    Ok(())
}

/// Waits until the jar has a session of a site, which another worker may have to start.
async fn wait_for_session(store: &BackedStore, host: &str) -> Result<(), Box<dyn Error>> {
    let context = RequestContext::from_parts("http", host, "/")?;
    while store.get(&context, "sid", SystemTime::now()).await?.is_none() {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Fetches a page with the cookies of the jar, and adds the cookies of the response to the jar.
async fn fetch(
    store: &BackedStore,
    address: SocketAddr,
    host: &str,
    path: &str,
) -> Result<StatusCode, Box<dyn Error>> {
    let context = RequestContext::from_parts("http", host, path)?;
    let mut request = Request::get(path).header(HOST, host);
    if let Some(header) = store.cookie_header_now(&context).await? {
        request = request.header(COOKIE, header);
    }
    // All sites of the farm are at one address.
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
    store.receive_now(&context, response.headers().get_all(SET_COOKIE)).await?;
    Ok(response.status())
}
