//! A few web sites on this machine, which show their pages only to clients with a session.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gingersnap::{CookieJar, CookieTemplate};
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const SID: CookieTemplate = CookieTemplate::new("sid")
    .with_http_only(true)
    .with_max_age(std::time::Duration::from_secs(3600));

/// How many different cookies the pages of a site set.
pub(crate) const PAGE_COOKIES: usize = 20;

/// A site starts a new session after so many pages.
const PAGES_PER_SESSION: usize = 10;

/// How many sessions before the last one are still valid: other workers may still send them.
const EARLIER_SESSIONS: usize = 20;

/// Returns the host of a site.
pub(crate) fn host(number: usize) -> String {
    format!("site{number}.localhost")
}

/// A site, and what it has seen.
#[derive(Clone, Default)]
pub(crate) struct Site {
    pub(crate) host: String,
    pub(crate) sign_ins: usize,
    pub(crate) pages: usize,
    /// Requests without a valid session.
    pub(crate) refused: usize,
    /// The number of the last session.
    session: usize,
}

pub(crate) struct Farm {
    address: SocketAddr,
    sites: Arc<Mutex<Vec<Site>>>,
}

impl Farm {
    /// Starts a number of sites.
    pub(crate) async fn start(sites: usize) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let sites = (0..sites).map(|number| Site { host: host(number), ..Site::default() });
        let sites = Arc::new(Mutex::new(sites.collect::<Vec<_>>()));
        tokio::spawn(serve(listener, sites.clone()));
        Ok(Self { address, sites })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn sites(&self) -> impl Iterator<Item = Site> + use<> {
        lock(&self.sites).clone().into_iter()
    }
}

fn lock(sites: &Mutex<Vec<Site>>) -> MutexGuard<'_, Vec<Site>> {
    sites.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, sites: Arc<Mutex<Vec<Site>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let sites = sites.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let response = answer(&request, &mut lock(&sites));
                async { Ok::<_, Infallible>(response) }
            });
            // An error means that the client has closed the connection.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn answer(request: &Request<Incoming>, sites: &mut [Site]) -> Response<String> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let site = sites.iter_mut().find(|site| Some(&*site.host) == host);
    let page = site.map(|site| site.answer(request));
    page.unwrap_or_else(|| status(StatusCode::NOT_FOUND))
}

fn status(status: StatusCode) -> Response<String> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

impl Site {
    fn answer(&mut self, request: &Request<Incoming>) -> Response<String> {
        let Ok(mut jar) = CookieJar::from_headers(request.headers()) else {
            return status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        };
        let result = match request.uri().path().strip_prefix("/page/") {
            Some(page) => self.page(page, &mut jar),
            None => self.sign_in(&mut jar),
        };
        let mut response = result.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR));
        jar.append_to(response.headers_mut());
        response
    }

    fn sign_in(&mut self, jar: &mut CookieJar<'_>) -> Result<Response<String>, gingersnap::Error> {
        self.sign_ins += 1;
        self.renew(jar)?;
        Ok(status(StatusCode::NO_CONTENT))
    }

    fn page(
        &mut self,
        page: &str,
        jar: &mut CookieJar<'_>,
    ) -> Result<Response<String>, gingersnap::Error> {
        let session: Option<usize> = jar.parse(SID.name())?;
        let oldest = self.session.saturating_sub(EARLIER_SESSIONS).max(1);
        if session.is_none_or(|session| !(oldest..=self.session).contains(&session)) {
            self.refused += 1;
            return Ok(status(StatusCode::UNAUTHORIZED));
        }
        self.pages += 1;
        if self.pages.is_multiple_of(PAGES_PER_SESSION) {
            self.renew(jar)?;
        }
        let number: usize = page.parse().unwrap_or_default();
        jar.set((format!("seen-{}", number % PAGE_COOKIES), page.to_owned()))?;
        Ok(Response::new(format!("page {page} of {}\n", self.host)))
    }

    /// Starts a new session.
    fn renew(&mut self, jar: &mut CookieJar<'_>) -> Result<(), gingersnap::Error> {
        self.session += 1;
        Ok(jar.set(SID.with_value(self.session.to_string()))?)
    }
}
