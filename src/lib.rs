//! HTTP cookies for servers that set them, and for clients that keep them. What is sent is strictly
//! checked, and `Set-Cookie` headers are read as the standard tells browsers to.
//!
//! A [`CookieJar`] is a dictionary of text. It reads the request's `Cookie` headers, sees its own
//! changes, and adds one `Set-Cookie` header for each change to the response:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use std::time::Duration;
//! use gingersnap::{CookieJar, CookieTemplate};
//! use http::{Request, Response};
//!
//! const VISITS: CookieTemplate =
//!     CookieTemplate::new("visits").with_max_age(Duration::from_secs(63_072_000));
//!
//! fn count_visits(request: &Request<()>) -> Result<Response<String>, gingersnap::Error> {
//!     let mut jar = CookieJar::from_headers(request.headers())?;
//!     let visits = jar.get(VISITS.name()).and_then(|v| v.parse().ok()).unwrap_or(0_u32);
//!     jar.set(VISITS.with_value(visits.saturating_add(1).to_string()))?;
//!     let mut response = Response::new(format!("visit {}", jar.get(VISITS.name()).unwrap_or("")));
//!     jar.append_to(response.headers_mut());
//!     Ok(response)
//! }
//!
//! let request = Request::builder().header("cookie", "visits=41").body(()).unwrap();
//! let response = count_visits(&request)?;
//! assert_eq!(response.body(), "visit 42");
//! assert_eq!(response.headers()["set-cookie"], "visits=42; Max-Age=63072000; Path=/");
//! # }
//! # Ok::<(), gingersnap::Error>(())
//! ```
//!
//! # Setting cookies
//!
//! A [`Cookie`] is plain data and accepts anything. [`CookieJar::set`] checks it: the name, the
//! attributes, the requirements of the name's [prefix](Prefix), sizes and counts. It returns a typed
//! [error](errors) at the line that made the mistake; a browser would drop such a cookie without
//! telling the server. What `set` accepted is valid, so [`CookieJar::append_to`] cannot fail, and no
//! value can inject another header.
//!
//! ```
//! use gingersnap::{Cookie, CookieJar, CookieTemplate, SameSite};
//!
//! // `Secure`, `HttpOnly`, `SameSite=Lax`, and a name that browsers protect.
//! const SID: CookieTemplate = CookieTemplate::host_prefixed("__Host-sid");
//!
//! let mut jar = CookieJar::new();
//! jar.set(("color", "dark red"))?; // a session cookie for the whole host
//! jar.set(SID.with_value("31d4d96e"))?;
//!
//! let error = jar.set(Cookie::new("ad", "1").with_same_site(SameSite::None)).unwrap_err();
//! assert_eq!(error.to_string(), "cookie `ad`: `SameSite=None` requires `Secure`");
//! assert_eq!(jar.set_cookie_headers().next(), Some("color=dark%20red; Path=/"));
//! # Ok::<(), gingersnap::errors::CookieError>(())
//! ```
//!
//! Values are percent-encoded when they are written and decoded when they are read, so that any text
//! can be a value; [`Encoding::Raw`] leaves them as they are. A cookie that an application uses in
//! several places is best declared as a `const` [`CookieTemplate`], and its [limits](Limits) and
//! encoding as a `const` [`Policy`].
//!
//! # Removing cookies
//!
//! A browser identifies a cookie by its name, `Domain`, `Path` and partition, and a removal must
//! name all of them. [`CookieJar::remove`] by name removes what [`Cookie::new`] sets; for another
//! path or domain, remove by the template that set the cookie. The header
//! [`CLEAR_SITE_DATA`](header::CLEAR_SITE_DATA) deletes all cookies of the site, known or not.
//!
//! # Reading cookies
//!
//! One bad pair never affects the others: it is [skipped](CookieJar::skipped), with the reason and
//! its position. Security must not depend on the order of two cookies of one name
//! ([`CookieJar::get_all`]), nor on a value: whoever holds the browser can read and write its
//! cookies.
//!
//! # Cookies that their owner cannot change
//!
//! The features `signed` and `encrypted` add views of the jar that *seal* the values they set and
//! open sealed values that were received: a signed value cannot be changed unnoticed, an encrypted
//! one cannot be read either. The module `protect` says when each of them helps, and when neither
//! does.
//!
//! # Why is my cookie gone?
//!
//! [`explain()`] says what a browser does with a `Set-Cookie` header: every reason why it refuses the
//! cookie, every warning, and the part of the header that each is about. So does the command
//! `gingersnap`, which is in the folder `cli` of the repository: `gingersnap explain 'sid=1; SameSite=None'
//! https://shop.example/cart`.
//!
//! ```
//! use std::time::SystemTime;
//! use gingersnap::{RequestContext, explain};
//!
//! let context = RequestContext::parse("https://shop.example/cart")?;
//! let verdict = explain("sid=31d4; SameSite=None", &context, SystemTime::now());
//! assert!(verdict.is_refused());
//! assert_eq!(verdict.reasons()[0].kind.to_string(), "`SameSite=None` requires `Secure`");
//! # Ok::<(), gingersnap::errors::ContextError>(())
//! ```
//!
//! # Limits
//!
//! Browsers store no cookie of more than 4096 bytes, and only a limited number for each site. 20
//! cookies of 4 KB add 80 KB *to every request*, and most servers refuse more than 8 KB of headers. [`Limits`] describes what
//! [`CookieJar::set`] checks, and [`CookieJar::budget`] shows how much is used.
//!
//! # Keeping cookies
//!
//! The feature `store` adds the client's half, in the module `store`: a `CookieStore` keeps the cookies
//! of responses and sends them back with the requests that they are meant for, as a browser does.
//! `SharedStore` is for several threads, and `store::backend::BackedStore` for several processes and
//! machines: an engine such as SQLite or Redis keeps its cookies. `store::file` loads cookies from
//! files and saves them: `cookies.txt`, as curl has it, and JSON of several kinds. The page of `store`
//! says how reqwest, hyper-util and ureq use it.
//!
//! # Proxies and tools
//!
//! The module [`header`] reads and writes both headers as bytes, without a jar: [`header::pairs`]
//! and [`header::find`] read a `Cookie` header without allocating, [`header::write_pair`] writes
//! one, and [`header::SetCookie`] is a `Set-Cookie` header as a browser reads it.
//! [`header::SetCookieEdit`] and [`header::edit_pairs`] change a header in part; the example `proxy` is a
//! reverse proxy made of them. [`header::split_set_cookie_list`] splits headers that a gateway joined, and
//! [`header::decode_python_quoted`] decodes the values of Python programs. [`date`] reads every date that
//! browsers read.
//!
//! # Features
//!
//! - **`http`** (on by default) adds [`CookieJar::from_headers`], [`CookieJar::append_to`] and
//!   [`Policy::jar_from_headers`] on the types of the `http` crate, which hyper, axum and reqwest
//!   share, and `TryFrom<&Uri>` for [`RequestContext`]. Without it, use
//!   [`CookieJar::from_cookie_headers`] and [`CookieJar::set_cookie_headers`].
//! - **`signed`** adds `CookieJar::signed` and `signed_mut`, with HMAC-SHA256.
//! - **`encrypted`** adds `CookieJar::encrypted` and `encrypted_mut`, with AES-256-GCM-SIV, and
//!   `encrypted_chunks` and `encrypted_chunks_mut` for values over 4 KB.
//! - **`store`** adds the module `store`. With it, [`UserAgent::new`] has the list of public suffixes
//!   that is compiled into the crate `psl`, also for [`explain()`].
//! - **`sqlite`** adds `store::backend::SqliteBackend`, which keeps the cookies of a store in an SQLite
//!   database that several processes can use. SQLite is compiled in. It adds `store`.
//! - **`redis`** adds `store::backend::RedisBackend`, which keeps the cookies of a store in Redis or
//!   Valkey, for clients on many machines, and **`redis-tls`** its connections with TLS. Both add `store`.
//! - **`json`** adds values in JSON (`CookieTemplate::with_json`, `CookieJar::get_json`,
//!   `Opened::json`), and with `store` cookie files in JSON.
//! - **`url`** adds `TryFrom<&Url>` for [`RequestContext`], for the URLs of the `url` crate, whose hosts
//!   can be in any script.
//! - **`axum`** adds the module `axum`: the jar as an extractor and as a part of a response, and every
//!   error as a response.
//! - **`tower`** adds the module `tower`: `CookieLayer` for servers, and with `store` also `StoreLayer`
//!   for clients.
//! - **`reqwest`** adds the module `reqwest`: `SharedStore` as the `cookie_provider` of a reqwest client.
//!   It adds `store` and `url`.
//! - **`serde`** adds the module `serde`, which documents how cookies and limits are represented.
//!
//! # Guide
//!
//! The module `guide` exists in the documentation only. Its [cookbook](guide::cookbook) has a short recipe for
//! each common task, and its other pages are for those who come from [the crate
//! `cookie`](guide::from_cookie), from [`axum-extra` and `tower-cookies`](guide::from_axum), from
//! [`cookie_store`](guide::from_cookie_store) or from [Django](guide::from_django).
//!
//! # What the crate does not do
//!
//! It has no server-side sessions (a store of state behind an id), consent banners, HTTP itself, or
//! JavaScript's `document.cookie`.
//!
//! # The standard
//!
//! RFC 6265bis, *Cookies: HTTP State Management Mechanism* (draft 22), the `__Http-` prefixes and
//! the comparison of hosts of its successor, and CHIPS for `Partitioned`. `Set-Cookie` is written by
//! section 4 and read by section 5. `docs/rules.md` in the repository lists the rules, each with its
//! tests.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "http"),
    allow(rustdoc::broken_intra_doc_links, reason = "the guide links what `http` adds")
)]

/// The README's code is a test.
#[cfg(all(doctest, feature = "http", feature = "store"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "axum")]
pub mod axum;
mod bytes;
mod cookie;
pub mod date;
mod encoding;
pub mod errors;
pub mod explain;
// Its code needs most features, and so do its tests.
#[cfg(any(
    doc,
    all(
        doctest,
        feature = "axum",
        feature = "encrypted",
        feature = "json",
        feature = "redis",
        feature = "reqwest",
        feature = "signed",
        feature = "sqlite",
        feature = "store",
        feature = "tower",
        feature = "url",
    ),
))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;
pub mod header;
mod host;
#[cfg(feature = "http")]
mod http;
mod jar;
#[cfg(feature = "json")]
mod json;
mod limits;
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub mod protect;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "url")]
mod url;
pub mod user_agent;

pub use cookie::{Cookie, CookieTemplate, Prefix, Requirement, SameSite};
pub use encoding::Encoding;
pub use errors::Error;
pub use explain::{Verdict, explain};
pub use jar::{Budget, Change, CookieJar, Iter, Policy, Removal, SetCookieHeaders};
#[cfg(feature = "encrypted")]
pub use jar::{EncryptedChunks, EncryptedChunksMut};
#[cfg(any(feature = "signed", feature = "encrypted"))]
pub use jar::{SealedCookies, SealedCookiesMut};
pub use limits::Limits;
pub use user_agent::{RequestContext, UserAgent};
