//! Cookies that their owner can't change, or can't even read: signed and encrypted, under keys that
//! rotate.
//!
//! A cookie is text in the hands of whoever holds the browser. [`CookieJar::signed`] lets them read
//! it and notices when they change it; [`CookieJar::encrypted`] hides it besides. Each is a view of
//! the jar: the application sees plain values, the browser sealed ones.
//!
//! ```
//! # #[cfg(all(feature = "signed", feature = "encrypted"))] {
//! use std::time::Duration;
//! use gingersnap::{Cookie, CookieJar};
//! use gingersnap::protect::{Key, Keyring};
//!
//! // In production: std::env::var("COOKIE_KEY")?.parse::<Key>()?
//! let keyring = Keyring::new(&Key::generate()?);
//!
//! let mut jar = CookieJar::new();
//! let user = Cookie::host("user", "Zoë").with_max_age(Duration::from_secs(86_400));
//! jar.encrypted_mut(&keyring).set(user)?;
//! jar.signed_mut(&keyring).set(("theme", "dark"))?;
//!
//! // The next request brings them back.
//! let [user, theme] = ["__Host-user", "theme"].map(|name| jar.get_raw(name).unwrap());
//! let field = format!("__Host-user={user}; theme={theme}");
//! let jar = CookieJar::from_cookie_header(&field)?;
//! let user = jar.encrypted(&keyring).get("__Host-user")?.expect("a cookie");
//! assert_eq!(user.value, "Zoë");
//! assert!(user.expires_at.is_some()); // its Max-Age is sealed with it
//! let theme = jar.signed(&keyring).get("theme")?.expect("a cookie");
//! assert_eq!(theme.value, "dark");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which one, and when neither
//!
//! - **Sign** what the user may know and must not change: a theme for a shared computer, an
//!   experiment's arm, the id of a record. The value stays readable, to the page's scripts as well,
//!   and is as short as it can be.
//! - **Encrypt** what the user must not know: an internal number, an address, what links them to
//!   another record. Encrypting protects from changes, too; nothing needs both.
//! - **Neither** makes a cookie true *now*. A sealed value is a statement that was once made, and
//!   whoever holds it can show it again:
//!   - *Replay*: "3 credits left" can be set again after they are spent, by keeping the old cookie.
//!     What is used up belongs on the server.
//!   - *Theft*: a stolen cookie opens for the thief. Keep it from being stolen: `Secure`,
//!     `HttpOnly`, `SameSite`, a `__Host-` name. The sealed expiry bounds how long it serves.
//!   - *Log-out*: removing a cookie asks the browser to forget it; a copy of it stays good until
//!     its sealed expiry. To end it earlier, put a session id or a generation number into it and
//!     check that on the server.
//!   - *Tossing*: a page on a sibling host can set a cookie for all of your site, and one that your
//!     server sealed for the attacker's own account opens as well as any. `__Host-` in the name
//!     keeps it out; nothing else does. A value is bound to its name, not to its user.
//!
//! What encryption doesn't hide: that there is a cookie, its name and attributes; the length of its
//! value, byte for byte (pad it, if the length tells something); that it changed; when it was
//! sealed, when it expires, and under which key. None of these can be changed.
//!
//! # Times
//!
//! When a value was sealed is sealed with it, and so is when it expires: by the cookie's `Max-Age`,
//! else its `Expires`, or by the [lifetime](ViewMut::with_lifetime) given for the purpose,
//! whichever ends first. **With none of them it never expires**, though the browser may drop it
//! with its session. Whatever the browser does, an expired value doesn't open, and neither does one
//! that was sealed more than 60 seconds in the future: clocks differ a little between machines, not
//! by more. Times count in whole seconds, those before 1970 as 1970.
//!
//! [`View::get_within`] holds a value to an age besides. [`Opened::needs_renewal`] says that half
//! of a value's life is over or that its key is retired: set it again, and a user who keeps coming
//! back is never signed out.
//!
//! # Several cookies of one name
//!
//! Another path, or a sibling host, can add a cookie of the same name, and it may come first. A
//! view passes over those that don't open: [`get`](View::get) is the first that does, so that a
//! planted one can't blind it. Where none opens, the error is that of the one that came closest.
//! Two that both open are both yours; which of them comes first is the browser's choice, and
//! security must not rest on it.
//!
//! A name that this response changed is read from the changes alone, as everywhere in a jar. Names
//! are compared exactly as they came: `sess%69on` is not `session`, and what wasn't sealed can't be
//! read through a view.
//!
//! # Keys
//!
//! A [`Key`] is a secret of 32 random bytes or more, kept in the environment or a secret store,
//! never in the source. Make one with `openssl rand -base64 32`. Whoever has it can make any
//! cookie. One key serves signing and encryption: each works with a key of its own that is derived
//! from it.
//!
//! A [`Keyring`] seals with one key and opens with all of its keys. To rotate, when a key may have
//! leaked, when someone who knew it leaves, or every few months:
//!
//! 1. Make a new secret. Deploy it as a *retired* key ([`Keyring::with_retired`]) beside the
//!    primary, on every machine. Nothing changes yet, but every machine can open what the new key
//!    will seal. (With one machine, skip this.)
//! 2. Deploy again, with the new secret as the primary and the old one retired. New cookies are
//!    sealed with the new key, old ones still open, and ask for renewal.
//! 3. Wait for the longest lifetime that you seal, or for as long as you wait for users to come
//!    back.
//! 4. Deploy without the old secret and destroy it. What is still sealed with it is refused as
//!    [`OpenError::UnknownKey`]: treat it as no cookie.
//!
//! After a leak there is no waiting: go to the new key at once and without the old one. Everybody
//! is signed out, the thief too.
//!
//! # The format, version 1
//!
//! The value is text of cookie-octets. Its first 27 bytes, the *head*, are the same for both
//! purposes:
//!
//! | bytes | what |
//! | --- | --- |
//! | 0 | the version, `1` |
//! | 1 | the purpose: `s` signed, `e` encrypted |
//! | 2 to 9 | key id: 6 bytes |
//! | 10 to 17 | issue time: seconds since 1970, an unsigned big-endian integer of 6 bytes |
//! | 18 to 25 | expiry, likewise; 2^48 - 1 is none |
//! | 26 | `.` |
//!
//! Binary parts are written in base64url without padding (RFC 4648, section 5), and only what an
//! encoder writes is read: the bits that stand for nothing are zero. Behind the head follows:
//!
//! - **Signed**: the value, percent-encoded (UTF-8; every byte that isn't a cookie-octet, and `%`,
//!   as `%XX` in upper case), then `.`, then the tag: 43 bytes of base64url. The tag is
//!   HMAC-SHA256, all 32 bytes of it, of the *context* (below), in which 56 zero bytes follow the
//!   key id, and the percent-encoded value.
//! - **Encrypted**: the base64url of one string of bytes: 12 of nonce, the ciphertext (as many
//!   bytes as the value has in UTF-8), 16 of tag. It is AES-256-GCM-SIV (RFC 8452), with the
//!   context as associated data.
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
//! | 6 | the issue time, as the head has it before it is written in base64url |
//! | 6 | the expiry, likewise |
//!
//! so that version, purpose, key id, name and times can't be changed, and no two cookies have the
//! same bytes under a tag: what was sealed for one name or purpose opens for no other. The zeros
//! make up a block of SHA-256, with what is the same for all values of a key, so that it is hashed
//! once for all of them.
//!
//! Keys are made with HKDF-SHA256 (RFC 5869) of the secret, without a salt, 32 bytes for each
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
//! A signed value is 71 bytes longer than plain, an encrypted one a third and 65. These count
//! against the [limits](crate::Limits): 4096 bytes hold about 3,020 of plain text encrypted.
//!
//! ## Why AES-256-GCM-SIV
//!
//! Cookies are sealed on many machines that share nothing but the key, so nonces are random, and
//! there is no end to how many are drawn. With most ciphers a nonce that is drawn twice gives the
//! game away. With this one it shows that two cookies of one name, times and value are equal, and
//! nothing else; and each nonce has a key of its own, so that the bounds on the number of messages
//! don't add up over a key's life. It forgives a machine whose random source repeats itself, after
//! it was cloned, say, which XChaCha20-Poly1305 with its longer nonces does not. It is an RFC and
//! in OpenSSL, so that other languages have it; a cookie is 16 bytes shorter; and of the crates at
//! hand its was the faster one by far. Plain AES-256-GCM would be faster still, and forgives
//! nothing.
//!
//! That is also why a thread may draw a batch of nonces from the system's random source at once: in
//! a process that forks, parent and child use the rest of the batch up, both of them, and all that
//! this can show is such an equality.
//!
//! [`CookieJar::signed`]: crate::CookieJar::signed
//! [`CookieJar::encrypted`]: crate::CookieJar::encrypted
#![cfg_attr(
    not(all(feature = "signed", feature = "encrypted")),
    allow(rustdoc::broken_intra_doc_links, reason = "the guide links both")
)]

mod base64url;
mod error;
mod head;
mod key;
mod keyring;
mod read;
mod scheme;
mod write;

#[cfg(feature = "encrypted")]
mod ahead;
#[cfg(feature = "encrypted")]
mod encrypted;
#[cfg(feature = "encrypted")]
mod nonce;
#[cfg(feature = "signed")]
mod signed;
#[cfg(not(all(feature = "signed", feature = "encrypted")))]
mod unprepared;

#[cfg(feature = "encrypted")]
use encrypted::Ciphering;
#[cfg(feature = "signed")]
use signed::Signing;
#[cfg(not(feature = "encrypted"))]
use unprepared::Unprepared as Ciphering;
#[cfg(not(feature = "signed"))]
use unprepared::Unprepared as Signing;

pub use error::{OpenError, SealError};
pub use head::{KeyId, Purpose};
pub use key::{Key, KeyError};
pub use keyring::Keyring;
pub use read::{Opened, View};
pub use write::ViewMut;
