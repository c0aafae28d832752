//! Files of cookies: `cookies.txt`, and JSON of several kinds.
//!
//! Requires the feature `store`. The formats in JSON require `json`.
//!
//! A [`CookieFile`] is loaded into a store and saved from it. [`CookieStore::read`] and
//! [`CookieStore::write`] do the same for bytes in memory. [`Format`] lists the formats and what each
//! of them holds.
//!
//! ```
//! use std::time::SystemTime;
//! use gingersnap::RequestContext;
//! use gingersnap::store::CookieStore;
//! use gingersnap::store::file::Format;
//!
//! // As curl has written it.
//! let text = "\
//! ## Netscape HTTP Cookie File
//! #HttpOnly_.shop.example\tTRUE\t/\tTRUE\t0\tsid\t31d4
//! www.shop.example\tFALSE\t/cart\tFALSE\t0\titems\t3
//! ";
//! let mut store = CookieStore::new();
//! let report = store.read(Format::CookiesTxt, text.as_bytes(), SystemTime::now())?;
//! assert_eq!((report.entries, report.stored), (2, 2));
//!
//! let cart = RequestContext::parse("https://www.shop.example/cart")?;
//! assert_eq!(store.cookie_header_now(&cart), Some(b"items=3; sid=31d4".to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The command `gingersnap`, which is in the folder `cli` of the repository, lists, converts and cleans
//! such files: `gingersnap jar cookies.txt`.
//!
//! A file is not trusted: each cookie is checked again when it is read, by the rules that need no
//! request. What is wrong with an entry is in the [`Report`], with its number, and never affects the
//! other entries. No error and no report has a cookie's value.
//!
//! # What is read
//!
//! **`cookies.txt`**, with the columns domain, whether it includes subdomains, path, `Secure`, expiry,
//! name and value. Also read are files without the first line, with a byte order mark, with `\r\n`, with
//! `true` in lower case, with spaces instead of tabs, and without the last tab of an empty value. The
//! second column decides about subdomains, not the dot before the domain. `#HttpOnly_` before the domain
//! stands for `HttpOnly`; other lines that start with `#` are comments, which are lost when the file is
//! saved over. Bytes that are not UTF-8 are kept.
//!
//! **JSON lists**, with `Playwright` and `CookieList` alike: an array of cookies, or an object whose
//! `cookies` is one. A cookie has `name`, `value` and `domain`, and may have `path`, `secure`,
//! `httpOnly` and `sameSite` (in any case; also `no_restriction` and `unspecified`). Its expiry is
//! `expires`, `expiry` or `expirationDate`; `session` overrides it. Without `hostOnly`, the leading dot
//! decides. `partitionKey` is the site, or an object with `topLevelSite`. `SameSite=None` without
//! `Secure` counts as missing, because some browsers write it for all cookies that have no `SameSite`.
//! Saving over an object keeps its other keys, such as `origins`, sorted and with numbers as JSON's
//! floating point has them. The file must be JSON as a whole: half of a surrogate pair, a number that is
//! too large, or over 127 levels anywhere make it an error.
//!
//! In both, the **expiry** is a number of seconds since 1970, or of milliseconds if it is at least
//! 10<sup>12</sup>. An empty one, zero and negative numbers are the end of the session. A cookie that
//! was read expires after 400 days at the latest, like any other.
//!
//! **`Json`**, the format of this crate, is an object with `"format": "gingersnap cookies"`,
//! `"version": 1` and `cookies`. Each cookie has `name`, `value`, `domain`, `host_only`, `path`,
//! `partition`, `secure`, `http_only`, `same_site`, `expires`, `created`, `updated` and `accessed`. Times
//! are microseconds since 1970. A name, value or path that is not UTF-8 is held as hexadecimal digits
//! in `name_hex`, `value_hex` or `path_hex` instead. Unknown keys are ignored; an unknown version is an
//! error.
//!
//! # What is written
//!
//! Cookies are sorted by domain, path and name, one on each line. Except in `Json`, which
//! holds everything, each entry is read back before it is written, so that a cookie that would come back
//! as another one is not written but reported. In
//! `cookies.txt`, a domain starts with a dot exactly if it includes subdomains, and IPv6 addresses have
//! no brackets, as in curl.
//!
//! # Saving
//!
//! [`CookieStore::save`] never leaves half a file: it writes a temporary file beside it
//! (`.gingersnap.tmp`), waits until that is on the disk, and renames it. On Unix, only the owner can read
//! the files. If the path is a symbolic link, the file that it points to is replaced. Of several processes
//! that save at once, each waits for its turn by a lock on another file beside it (`.lock`), which stays.
//!
//! If another process has changed the file since it was loaded, both changes are merged, cookie by
//! cookie:
//!
//! | the store | the file | what is saved |
//! | --- | --- | --- |
//! | changed or removed it | still has what was loaded | what the store has |
//! | still has what was loaded | was changed, or lacks it | what the file has |
//! | changed it | changed it otherwise | the later change; the store's if the format has no times |
//! | removed it | changed it | what the file has |
//! | changed it | lacks it | what the store has |
//!
//! The third case is reported as a [`Conflict`]; when a file without times is loaded, its cookie is
//! taken. Entries that cannot be read are dropped from the file; [`Report::skipped`] has them. A missing
//! file is an empty one.
//!
//! [`CookieStore::read`]: super::CookieStore::read
//! [`CookieStore::write`]: super::CookieStore::write
//! [`CookieStore::save`]: super::CookieStore::save

mod base;
mod codec;
mod cookie_file;
mod cookies_txt;
mod entry;
mod error;
mod file_cookies;
mod format;
#[cfg(feature = "json")]
mod json_document;
#[cfg(feature = "json")]
mod json_list;
#[cfg(feature = "json")]
mod json_member;
#[cfg(feature = "json")]
mod json_object;
mod load;
mod replace;
mod report;
mod save;

pub use cookie_file::CookieFile;
pub use error::FileError;
pub use format::Format;
pub use report::{
    Conflict, CookieId, EntryError, Kept, NotHeld, NotHeldReason, Report, SkippedEntry,
};
