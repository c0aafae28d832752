//! The recipe "Use any other framework" with actix-web: a server that counts visits, and a request to it.

use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use gingersnap::errors::LimitError;
use gingersnap::header::CLEAR_SITE_DATA;
use gingersnap::{CookieJar, Error};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Returns the jar of a request. It borrows from the request's headers.
fn jar_of(headers: &HeaderMap) -> Result<CookieJar<'_>, LimitError> {
    CookieJar::from_cookie_headers(headers.get_all(COOKIE).map(|value| value.as_bytes()))
}

/// Counts a visit, and removes another cookie.
fn visit(request: &HttpRequest) -> Result<HttpResponse, Error> {
    let mut jar = jar_of(request.headers())?;
    let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
    jar.set(("visits", visits.to_string()))?;
    jar.remove("tracking")?;
    let mut response = HttpResponse::Ok();
    for header in jar.set_cookie_headers() {
        response.append_header((SET_COOKIE, header));
    }
    Ok(response.body(format!("visit {visits}\n")))
}

/// Errors as responses. A browser with too many cookies keeps sending them until it deletes them.
fn error_response(error: &Error) -> HttpResponse {
    match error {
        Error::Limit(limit) if limit.is_caused_by_request() => {
            HttpResponse::build(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
                .insert_header(CLEAR_SITE_DATA)
                .finish()
        }
        Error::ValueParse { .. } => HttpResponse::BadRequest().finish(),
        _ => HttpResponse::InternalServerError().finish(),
    }
}

async fn handle(request: HttpRequest) -> HttpResponse {
    visit(&request).unwrap_or_else(|error| error_response(&error))
}

/// Serves on a port until the process is stopped, or tests itself if there is none.
async fn run() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let server = HttpServer::new(|| App::new().route("/", web::get().to(handle)))
        .workers(1)
        .bind(("127.0.0.1", port.unwrap_or(0)))?;
    let address = server.addrs()[0];
    println!("http://{address}/");
    let server = server.run();
    if port.is_some() {
        return server.await;
    }
    let handle = server.handle();
    rt::spawn(server);
    let get = move |cookies: &'static str| {
        rt::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            write!(
                stream,
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookies}\r\n"
            )?;
            let mut response = String::new();
            stream.read_to_string(&mut response).map(|_| response)
        })
    };
    let response = get("Cookie: color=red; tracking=1\r\nCookie: visits=41\r\n").await??;
    assert!(response.ends_with("visit 42\n"), "{response}");
    for header in [
        "visits=42; Path=/\r\n",
        "tracking=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/\r\n",
    ] {
        assert!(response.contains(&format!("set-cookie: {header}")), "{response}");
    }
    let response = get("Cookie: visits=many\r\n").await??;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    handle.stop(true).await;
    Ok(())
}

fn main() -> std::io::Result<()> {
    rt::System::new().block_on(run())
}
