//! What a user agent does with a `Set-Cookie` header, and why.
//!
//! [`explain`](explain()) takes a header, the [`RequestContext`](crate::RequestContext) and the time,
//! and answers "why is my cookie gone?" with a [`Verdict`]: the cookie is stored, another one is
//! removed, or the header is refused. The verdict has every [`Reason`](crate::user_agent::Reason),
//! not only the first, and a [`Warning`](crate::user_agent::Warning) for what is stored differently
//! from what was intended. Each has the section of the standard and the part of the header that it
//! is about.
//!
//! The header is read like [`SetCookie`](crate::header::SetCookie). What is stored follows
//! RFC 6265bis, section 5.7; the `__Http-` prefixes follow its successor, and `Partitioned` follows
//! CHIPS.
//!
//! The command `gingersnap`, which is in the folder `cli` of the repository, shows the same in a
//! terminal, with carets under the parts: `gingersnap explain 'sid=1; SameSite=None'
//! https://shop.example/cart`. `curl -sI URL | gingersnap explain - URL` explains a response.
//!
//! # What a verdict does not know
//!
//! - The cookies that the user agent has already. Over an insecure connection, a cookie that would
//!   hide a `Secure` one is refused, too (section 5.7, step 16).
//! - A list of public suffixes, without the feature `store`, unless [`explain_as`] is given one: without
//!   it, `Domain=co.uk` is stored, which browsers refuse, and a warning says that it was not checked.
//! - The response's `Date`: Chromium moves an `Expires` by the difference between `Date` and its own
//!   clock.
//!
//! # Where Chromium leaves the standard
//!
//! What is stored follows the standard, and a warning says where Chromium does something else:
//! [`Tab`](crate::user_agent::Warning::Tab), [`DomainDot`](crate::user_agent::Warning::DomainDot) and
//! [`NamelessEquals`](crate::user_agent::Warning::NamelessEquals) for a cookie that it refuses,
//! [`ReadDifferently`](crate::user_agent::Warning::ReadDifferently) and
//! [`VoidsEarlier`](crate::user_agent::Warning::VoidsEarlier) for a lifetime that it reads differently.
//! The tests send thousands of random headers to Chromium 156, and no other difference was found.
//!
//! # Ten headers
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use gingersnap::explain::explain_as;
//! use gingersnap::{RequestContext, UserAgent};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_781_075_200); // Wed, 10 Jun 2026 07:06:40 GMT
//! // A list on which the last label of each name is its public suffix.
//! let agent = UserAgent::new().with_public_suffixes(|_: &str| 0);
//! let says = |url, header: &str, lines: &[&str]| {
//!     let context = RequestContext::parse(url).unwrap();
//!     assert_eq!(explain_as(header, &context, &agent, now).to_string(), lines.join("\n"));
//! };
//!
//! // 1. A session, as it should be.
//! says("https://shop.example/login", "__Host-sid=31d4d96e407a; Path=/; Secure; HttpOnly; SameSite=Lax", &[
//!     "stored: cookie `__Host-sid` for shop.example only, under /, until the session ends; Secure, HttpOnly, SameSite=Lax",
//! ]);
//! // 2. A cookie for an embedded page.
//! says("https://shop.example/cart", "embed=1; SameSite=None", &[
//!     "refused",
//!     "reason: `SameSite=None` requires `Secure` (bytes 9..22; RFC 6265bis, section 5.7, step 19)",
//! ]);
//! // 3. A prefix, and a Path that is left to the browser.
//! says("https://shop.example/", "__Host-sid=31d4d96e407a; Secure; HttpOnly", &[
//!     "refused",
//!     "reason: the prefix `__Host-` requires `Path=/` (bytes 0..7; RFC 6265bis, section 5.7, step 21)",
//! ]);
//! // 4. A development server without TLS.
//! says("http://shop.example/", "cart=7.9; Path=/; Secure; Domain=shop.example:8080", &[
//!     "refused",
//!     "reason: `Secure` requires a secure connection (bytes 18..24; RFC 6265bis, section 5.7, step 13)",
//!     "reason: `Domain` is `shop.example:8080`, neither the host `shop.example` nor a parent of it; a domain has no port (bytes 33..50; RFC 6265bis, section 5.7, step 10)",
//! ]);
//! // 5. PHP's session, open to scripts and to all sibling hosts.
//! says("https://www.shop.example/", "PHPSESSID=1gq8vbv2; path=/; domain=.shop.example", &[
//!     "stored: cookie `PHPSESSID` for shop.example and its subdomains, under /, until the session ends",
//!     "warning: named like a session, but scripts can read it: `HttpOnly` is missing (bytes 0..9; RFC 6265bis, section 4.1.2.6)",
//!     "warning: the cookie is sent to `shop.example` and all of its subdomains, not only to `www.shop.example` (bytes 35..48; RFC 6265bis, section 5.6.3)",
//! ]);
//! // 6. Two years.
//! says("https://shop.example/", "visits=42; Max-Age=63072000; Path=/", &[
//!     "stored: cookie `visits` for shop.example only, under /, until Thu, 15 Jul 2027 07:06:40 GMT",
//!     "warning: `Max-Age` is cut to 400 days (bytes 11..27; RFC 6265bis, section 5.5)",
//! ]);
//! // 7. A removal, which misses a cookie at another path.
//! says("https://shop.example/cart/checkout", "cart=; expires=Thu, 01-Jan-1970 00:00:01 GMT", &[
//!     "removes: cookie `cart` for shop.example only, under /cart",
//! ]);
//! // 8. Attributes as somebody remembered them.
//! says("https://shop.example/", "theme=dark; Path=settings; Expires=2027-01-31; Secure=false; Http-Only; SameSite=Any", &[
//!     "stored: cookie `theme` for shop.example only, under /, until the session ends; Secure",
//!     "warning: `Path` does not start with `/`; the default path is used: `/` (bytes 17..25; RFC 6265bis, section 5.6.4)",
//!     "warning: `Expires` is ignored: the date has no time of day (bytes 27..45; RFC 6265bis, section 5.6.1)",
//!     "warning: `Secure` is on, whatever its value is (bytes 47..59; RFC 6265bis, section 5.6.5)",
//!     "warning: an unknown attribute is ignored; `HttpOnly` may be meant (bytes 61..70; RFC 6265bis, section 5.6)",
//!     "warning: `SameSite` is none of `Strict`, `Lax` and `None`: it counts as absent (bytes 72..84; RFC 6265bis, section 5.6.7)",
//! ]);
//! // 9. Two headers that a proxy has joined.
//! says("https://shop.example/", "lang=de; Path=/, currency=EUR; Path=/", &[
//!     "stored: cookie `lang` for shop.example only, under /, until the session ends",
//!     "warning: a later `Path` overrides this one (bytes 9..29; RFC 6265bis, section 5.7)",
//!     "warning: this looks like a second cookie, but no browser splits at a comma (bytes 15..29; RFC 9110, section 5.3)",
//! ]);
//! // 10. A value that has the separator.
//! says("https://shop.example/", r#"note="milk; eggs"; Path=/"#, &[
//!     "stored: cookie `note` for shop.example only, under /, until the session ends",
//!     "warning: the value ends at its first `;`, inside quotes or not (bytes 5..10; RFC 6265bis, section 5.6)",
//!     "warning: an unknown attribute is ignored (bytes 12..17; RFC 6265bis, section 5.6)",
//! ]);
//! ```

mod chromium;
mod heuristics;
mod layout;
mod prediction;
mod separators;
mod texts;
mod verdict;
mod warnings;

pub use prediction::{Action, Prediction};
#[cfg(feature = "store")]
pub(crate) use verdict::explain_beside;
pub use verdict::{Finding, Verdict, explain, explain_as};
