//! Requests on their way to the upstream, and responses on their way back.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use gingersnap::header::CLEAR_SITE_DATA;
use gingersnap::user_agent::path_matches;
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, COOKIE, EXPECT, HOST, HeaderMap, HeaderName,
    HeaderValue, LOCATION, PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE, VIA,
};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::cookies::CookieScope;
use crate::host;

/// How long the upstream may take until its response starts.
const UPSTREAM_TIME: Duration = Duration::from_secs(60);

/// A response whose body is streamed from the upstream, or a page of the proxy.
type Reply = Response<Either<Incoming, Full<Bytes>>>;

/// A server whose pages and cookies the proxy serves as its own.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    pub(crate) authority: Authority,
    pub(crate) scope: CookieScope,
}

/// Why the upstream did not respond.
type SendError = Box<dyn Error + Send + Sync>;

impl Upstream {
    /// Responds to a request.
    pub(crate) async fn respond(self, request: Request<Incoming>) -> Result<Reply, Infallible> {
        let (parts, body) = request.into_parts();
        if let Err(refusal) = host::check(&parts) {
            return Ok(page(refusal.status, refusal.reason));
        }
        // Other upgrades are optional to the client, and not passed on.
        let is_websocket =
            |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
        if parts.headers.get_all(UPGRADE).iter().any(is_websocket)
            || parts.method == Method::CONNECT
        {
            let text = "This proxy supports neither WebSocket nor tunnels.";
            return Ok(page(StatusCode::NOT_IMPLEMENTED, text));
        }
        let Some(target) = self.target(&parts.uri) else {
            return Ok(page(StatusCode::NOT_FOUND, "There is no such page."));
        };
        let upstream_path = target.path().to_owned();
        let request = Request::from_parts(self.request_head(parts, target), body);
        Ok(match timeout(UPSTREAM_TIME, self.send(request)).await {
            Ok(Ok(response)) => self.response(response, &upstream_path),
            Ok(Err(error)) => {
                eprintln!("proxy: {}: {error}", self.authority);
                page(StatusCode::BAD_GATEWAY, "The server behind this proxy cannot be reached.")
            }
            Err(_) => {
                page(StatusCode::GATEWAY_TIMEOUT, "The server behind this proxy does not respond.")
            }
        })
    }

    /// Returns what a request is for at the upstream, or `None` if it is not below the prefix.
    fn target(&self, uri: &Uri) -> Option<Uri> {
        if !path_matches(uri.path(), &self.scope.prefix) {
            return None;
        }
        let rest = uri.path_and_query()?.as_str().strip_prefix(&*self.scope.prefix)?;
        let slash = if rest.starts_with('/') { "" } else { "/" };
        format!("{slash}{rest}").parse().ok()
    }

    /// Returns the head of a request as it is sent to the upstream.
    fn request_head(&self, mut parts: Parts, target: Uri) -> Parts {
        parts.uri = target;
        parts.version = Version::HTTP_11;
        let headers = &mut parts.headers;
        remove_hop_by_hop(headers);
        // hyper has asked the client for the body.
        headers.remove(EXPECT);
        headers.append(VIA, HeaderValue::from_static("1.1 proxy"));
        // OK because what was parsed as an authority is ASCII without control characters.
        let host = HeaderValue::from_str(self.authority.as_str()).expect("a valid header");
        headers.insert(HOST, host);
        edit_all(headers, &COOKIE, |header| {
            let header = self.scope.cookie(header)?;
            Ok((!header.is_empty()).then_some(header))
        });
        parts
    }

    /// Sends a request over a connection of its own, and returns the response once its head is there.
    async fn send(&self, request: Request<Incoming>) -> Result<Response<Incoming>, SendError> {
        let address = (self.authority.host(), self.authority.port_u16().unwrap_or(80));
        let address = format!("{}:{}", address.0, address.1); // an IPv6 address is in brackets
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(TcpStream::connect(address).await?)).await?;
        // It ends with the body of the response, or when the client goes away.
        tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        match response.status() {
            StatusCode::SWITCHING_PROTOCOLS => Err("a protocol that nobody asked for".into()),
            _ => Ok(response),
        }
    }

    /// Returns a response as it is sent to the client.
    fn response(&self, mut response: Response<Incoming>, upstream_path: &str) -> Reply {
        let headers = response.headers_mut();
        remove_hop_by_hop(headers);
        edit_all(headers, &SET_COOKIE, |header| {
            self.scope.set_cookie(header, upstream_path).map(Some)
        });
        // It would delete the foreign cookies, too.
        if !self.scope.foreign.is_empty() {
            headers.remove(CLEAR_SITE_DATA.0);
        }
        if let Some(location) = headers.get(LOCATION).and_then(|url| self.location(url)) {
            headers.insert(LOCATION, location);
        }
        *response.version_mut() = Version::HTTP_11;
        response.map(Either::Left)
    }

    /// Returns where a redirect within the upstream goes at the proxy, or `None` for any other.
    fn location(&self, url: &HeaderValue) -> Option<HeaderValue> {
        let url = url.to_str().ok()?;
        let origin = format!("http://{}", self.authority);
        let path = match url.strip_prefix(&origin).unwrap_or(url) {
            "" => "/",
            path => path,
        };
        // `//host` is another host.
        let is_path = path.starts_with('/') && !path.starts_with("//");
        is_path.then(|| HeaderValue::try_from(format!("{}{path}", self.scope.prefix)).ok())?
    }
}

/// Replaces each header of a name by what `edit` returns, and drops those that cannot be edited.
fn edit_all(
    headers: &mut HeaderMap,
    name: &HeaderName,
    edit: impl Fn(&[u8]) -> Result<Option<Vec<u8>>, Box<dyn Error>>,
) {
    let received: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    for value in received {
        let edited = edit(value.as_bytes())
            .and_then(|edited| Ok(edited.map(HeaderValue::try_from).transpose()?));
        match edited {
            Ok(Some(edited)) => _ = headers.append(name, edited),
            Ok(None) => {}
            // No error shows a value.
            Err(error) => eprintln!("proxy: dropped a `{name}` header: {error}"),
        }
    }
}

/// Removes the headers that are about one connection (RFC 9110, section 7.6.1).
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let connection: Vec<HeaderValue> = headers.get_all(CONNECTION).iter().cloned().collect();
    let named = connection.iter().filter_map(|value| value.to_str().ok());
    for name in named.flat_map(|value| value.split(',')) {
        headers.remove(name.trim());
    }
    for name in [CONNECTION, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection"] {
        headers.remove(name);
    }
}

/// Returns a page of the proxy itself.
fn page(status: StatusCode, text: &'static str) -> Reply {
    let mut reply = Response::new(Either::Right(Full::from(format!("{text}\n"))));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
