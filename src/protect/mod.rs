//! Cookies that their owner cannot change, or cannot even read: signed and encrypted, under keys that
//! rotate.
//!
//! Requires the feature `signed` or `encrypted`.
//!
//! A cookie is text in the hands of whoever holds the browser. To *seal* a value is to sign it, so
//! that a change is noticed, or to encrypt it, so that it cannot be read either. The jar has a *view*
//! for each: [`signed`](crate::CookieJar::signed) and [`encrypted`](crate::CookieJar::encrypted) open
//! the sealed values that the jar holds, and [`signed_mut`](crate::CookieJar::signed_mut) and
//! [`encrypted_mut`](crate::CookieJar::encrypted_mut) seal the values that they set. The application
//! sees plain values, the browser sealed ones.
//!
//! ```
//! # #[cfg(all(feature = "signed", feature = "encrypted"))] {
//! use std::time::Duration;
//! use gingersnap::{CookieJar, CookieTemplate};
//! use gingersnap::protect::{Key, Keyring};
//!
//! const USER: CookieTemplate =
//!     CookieTemplate::host_prefixed("__Host-user").with_max_age(Duration::from_secs(86_400));
//!
//! // In production: std::env::var("COOKIE_KEY")?.parse::<Key>()?
//! let keyring = Keyring::new(&Key::generate()?);
//!
//! let mut jar = CookieJar::new();
//! jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;
//! jar.signed_mut(&keyring).set(("theme", "dark"))?;
//!
//! // The next request brings them back.
//! let [user, theme] = [USER.name(), "theme"].map(|name| jar.get_raw(name).unwrap());
//! let header = format!("__Host-user={user}; theme={theme}");
//! let jar = CookieJar::from_cookie_header(&header)?;
//! let user = jar.encrypted(&keyring).get(USER.name())?.expect("a cookie");
//! assert_eq!(user.value, "Zoë");
//! assert!(user.expires_at.is_some()); // the Max-Age is sealed with the value
//! let theme = jar.signed(&keyring).get("theme")?.expect("a cookie");
//! assert_eq!(theme.value, "dark");
//! # }
//! # Ok::<(), gingersnap::Error>(())
//! ```
//!
//! # Which one, and when neither
//!
//! - **Sign** what the user may know and must not change: a theme for a shared computer, the arm of
//!   an experiment, the id of a record. The value stays readable, also to the page's scripts, and is
//!   as short as it can be.
//! - **Encrypt** what the user must not know: an internal number, an address, what links them to
//!   another record. Encryption also protects from changes; nothing needs both.
//! - **Neither** makes a cookie true *now*. A sealed value is a statement that was made once, and
//!   whoever holds it can show it again:
//!   - *Replay*: after "3 credits left" is spent, the old cookie can be set again. What is used up
//!     belongs on the server.
//!   - *Theft*: a stolen cookie opens for the thief. Keep it from being stolen with `Secure`,
//!     `HttpOnly`, `SameSite` and a `__Host-` name. The sealed expiry bounds how long it is useful.
//!   - *Log-out*: removing a cookie asks the browser to forget it; a copy stays valid until its
//!     sealed expiry. To end it earlier, put a session id or a generation number into the value and
//!     check that on the server.
//!   - *Tossing*: a page on a sibling host can set a cookie for the whole site, and one that your
//!     server sealed for the attacker's own account opens like any other. Only `__Host-` in the name
//!     prevents that. A value is bound to its name, not to its user.
//!
//! Encryption does not hide that there is a cookie, its name and attributes, the length of its value
//! in bytes (pad the value if the length tells something), that the value changed, when it was
//! sealed, when it expires, and under which key. The name, the value, the times and the key id cannot
//! be changed unnoticed; the cookie's attributes are not sealed.
//!
//! # Times
//!
//! The time of sealing is sealed with a value, and so is its expiry: by the cookie's `Max-Age`, else
//! its `Expires`, or by the [lifetime](crate::SealedCookiesMut::with_lifetime) of the view, whichever
//! ends first. **Without any of them a value never expires**, although the browser may drop the
//! cookie with its session. An expired value does not open, whatever the browser does, and neither
//! does one that was sealed more than 60 seconds in the future: clocks differ a little between
//! machines, not by more. Times are whole seconds; those before 1970 count as 1970.
//!
//! [`SealedCookies::get_within`](crate::SealedCookies::get_within) also limits a value's age.
//! [`Opened::needs_renewal`] says that half of a value's life has passed or that its key is retired.
//! [`SealedCookiesMut::renew`](crate::SealedCookiesMut::renew) opens a cookie and seals it again if
//! it is time, so that a user who comes back often enough is never signed out.
//!
//! # Several cookies of one name
//!
//! Another path or a sibling host can add a cookie of the same name, and it may come first. A view
//! passes over those that do not open: `get` returns the first that does, so that a planted cookie
//! cannot hide it. If none opens, the error is that of the one that came closest. Two that both open
//! were both sealed by your server, perhaps for different users; the browser chooses which comes
//! first, and security must not depend on it.
//!
//! A name that this response changed is read from the changes alone, as everywhere in a jar. Names
//! are compared exactly as they were received: `sess%69on` is not `session`, and what was not sealed
//! cannot be read through a view.
//!
//! # Keys
//!
//! A [`Key`] is a secret of at least 32 random bytes, kept in the environment or a secret store,
//! never in the source. Make one with `openssl rand -base64 32`. Whoever has it can make any cookie.
//! One key serves signing and encryption: each uses a key of its own that is derived from it.
//!
//! A [`Keyring`] seals with one key, its *primary* key, and opens with all of its keys; the others
//! are *retired*. To rotate keys, every few months or when someone who knew one leaves:
//!
//! 1. Make a new secret. Deploy it as a retired key ([`Keyring::with_retired`]) beside the primary
//!    one on every machine. Nothing changes yet, but every machine can open what the new key will
//!    seal. (With one machine, skip this.)
//! 2. Deploy again, with the new secret as the primary key and the old one retired. New cookies are
//!    sealed with the new key; old ones still open, and need renewal.
//! 3. Wait for the longest lifetime that you seal, or for as long as you wait for users to return.
//! 4. Deploy without the old secret and destroy it. What is still sealed with it is refused with
//!    [`OpenErrorKind::UnknownKey`]: treat it as if there were no cookie.
//!
//! If a key may have leaked, do not wait: deploy the new key at once, without the old one. Everybody
//! is signed out, the thief too.
//!
//! # The format, version 1
//!
//! A sealed value consists of cookie-octets. Its first 27 bytes, the *envelope*, have the same form
//! for both purposes:
//!
//! | bytes | what |
//! | --- | --- |
//! | 0 | the version, `1` |
//! | 1 | the purpose: `s` signed, `e` encrypted, `t` stored in an engine |
//! | 2 to 9 | key id: 6 bytes |
//! | 10 to 17 | issue time: seconds since 1970, an unsigned big-endian integer of 6 bytes |
//! | 18 to 25 | expiry, likewise; 2^48 - 1 is none |
//! | 26 | `.` |
//!
//! Binary parts are written in base64url without padding (RFC 4648, section 5), and only what an
//! encoder writes is read: unused bits must be zero. After the envelope follows:
//!
//! - **Signed**: the value, percent-encoded (UTF-8; `%` and every byte that is not a
//!   cookie-octet as `%XX` in upper case), then `.`, then the tag: 43 bytes of base64url. The tag is
//!   HMAC-SHA256 (all 32 bytes) of the *context* (below), in which 56 zero bytes follow the
//!   key id, and the percent-encoded value.
//! - **Encrypted**: the base64url of one string of bytes: 12 of nonce, the ciphertext (as many
//!   bytes as the value has in UTF-8), 16 of tag. It is AES-256-GCM-SIV (RFC 8452), with the
//!   context as associated data. What is stored in an engine is encrypted likewise; its name is that
//!   of [`BackedStore::with_keyring`](crate::store::backend::BackedStore::with_keyring).
//!
//! The *context* is
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the version, `1` |
//! | 1 | the purpose, `s` or `e` |
//! | 6 | the key id |
//! | 4 | bytes of the cookie's name, an unsigned big-endian integer |
//! | as many | the name |
//! | 6 | the issue time, as in the envelope, before base64url |
//! | 6 | the expiry, likewise |
//!
//! so that version, purpose, key id, name and times cannot be changed, and no two cookies have the
//! same bytes under a tag: what was sealed for one name or purpose opens for no other. The zeros
//! fill the first block of SHA-256, so that an implementation can hash what is the same for all
//! values of a key once.
//!
//! Keys are derived from the secret with HKDF-SHA256 (RFC 5869), without a salt, 32 bytes for each
//! `info`:
//!
//! | `info` | for |
//! | --- | --- |
//! | `gingersnap 1 signed` | the key of HMAC-SHA256 |
//! | `gingersnap 1 encrypted` | the key of AES-256-GCM-SIV |
//! | `gingersnap 1 key id` | the key id: its first 6 bytes, which are public |
//!
//! Test vectors are in the repository (`tests/vectors/`), with a script in Python that makes them
//! without this crate.
//!
//! A signed value is 71 bytes longer than the percent-encoded one, an encrypted value a third and 65
//! bytes longer than the plain one. These count against the [limits](crate::Limits): a cookie of
//! 4096 bytes holds about 3,020 bytes of plain text encrypted.
//!
//! # Values over 4 KB
//!
//! A browser drops a cookie of more than 4096 bytes. What is larger, such as a token of an identity
//! provider, is split into several cookies by
//! [`encrypted_chunks_mut`](crate::CookieJar::encrypted_chunks_mut), and read as one by
//! [`encrypted_chunks`](crate::CookieJar::encrypted_chunks): all of them or none. A shorter value
//! removes the cookies that it no longer needs.
//!
//! The value is sealed under its name, `token`, as any encrypted value, and then split: the cookies are
//! `token.0`, `token.1` and so on, each with the attributes of the value. Each starts with an
//! id of 8 bytes, which are the last 8 of the sealed value and so differ whenever a value is
//! set. In `token.0`, the number of cookies in decimal digits and `.` follow. The rest is a part of
//! the sealed value. So a cookie that another response or another path left over is told from one that
//! belongs ([`OpenErrorKind::ForeignChunk`]), and a missing one is noticed
//! ([`OpenErrorKind::MissingChunk`]). A value that fits has one cookie, `token.0`.
//!
//! The browser sends all of it with every request: a value of 6,000 bytes is 8,100 bytes of header.
//! Servers and proxies often refuse more than 8 KB, and so does a jar by default:
//! [`Limits::with_cookie_header_bytes`](crate::Limits::with_cookie_header_bytes) allows more. If you
//! can, keep such a value on the server and put its id into the cookie.
//!
//! # Why AES-256-GCM-SIV
//!
//! Cookies are sealed on many machines that share nothing but the key, so nonces are random, and
//! their number has no bound. With most ciphers, a nonce that is used twice breaks the encryption.
//! With this one it reveals that two cookies with the same name, times and value are equal, and
//! nothing else. Each nonce also has a key of its own, so that the bounds on the number of messages
//! do not add up over a key's life. This tolerates a machine whose random source repeats itself,
//! such as a virtual machine restored from a snapshot, which XChaCha20-Poly1305 with its longer
//! nonces does not. The cipher is an RFC and in OpenSSL, so that other languages have it, and a
//! cookie is 16 bytes shorter. Plain AES-256-GCM would be faster, and tolerates nothing.
//!
#![cfg_attr(
    not(all(feature = "signed", feature = "encrypted")),
    allow(rustdoc::broken_intra_doc_links, reason = "the guide links both")
)]

mod base64url;
#[cfg(feature = "encrypted")]
mod encrypted;
mod envelope;
mod error;
mod key;
mod key_id;
mod keyring;
mod purpose;
mod seal;
#[cfg(feature = "signed")]
mod signed;

pub use error::{OpenError, OpenErrorKind, SealError, SealErrorKind};
pub use key::{Key, KeyError};
pub use key_id::KeyId;
pub use keyring::Keyring;
pub use purpose::Purpose;
pub use seal::Opened;

pub(crate) use envelope::Seconds;
pub(crate) use seal::{open, seal, sealed_len};
#[cfg(all(feature = "encrypted", feature = "store"))]
pub(crate) use seal::{open_stored, seal_stored};
