//! `Set-Cookie` headers that a gateway joined at commas.

use std::fmt;
use std::iter::FusedIterator;

use super::attribute::Attribute;
use crate::bytes::{TCHAR, is_whitespace, trim_end, trim_start};

/// Returns the `Set-Cookie` headers of a list that a gateway joined at commas, each without the white
/// space around it.
///
/// This is a heuristic. "Origin servers and intermediaries MUST NOT combine multiple Set-Cookie header
/// fields into a single header field" (RFC 6265bis, section 3), because a comma can also be a part of a
/// header. Split only what is known to be joined. Otherwise, someone who controls a part of a value or path
/// could turn it into another cookie.
///
/// A separator is a comma, optional SP and HTAB, a token (RFC 9110, section 5.6.2) that is not the name
/// of an attribute, and `=`. All other commas are part of a header:
///
/// - a comma after the weekday of an `Expires` date, because no `=` follows the day;
/// - a comma in JSON, because `"` is not part of a token;
/// - a comma in front of an attribute: `a=1, Path=/` is one header.
///
/// The result is wrong for
///
/// - a value or path that looks like two headers, as in `opts=x=1,y=2` and `Path=/a,b=c`; quotes make
///   no difference, since user agents ignore them, too;
/// - a cookie whose name is not a token, such as `user[id]`, is that of an attribute, or is missing: such a
///   cookie is not split from the header before it.
///
/// Apart from such names and paths, headers that [`Cookie::write_to`](crate::Cookie::write_to) has written
/// are split exactly. Nothing is allocated.
///
/// # Examples
///
/// ```
/// use gingersnap::header::split_set_cookie_list;
///
/// let list = "id=31d4; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Path=/, theme=dark; Secure";
/// let headers: Vec<_> = split_set_cookie_list(list).collect();
/// assert_eq!(headers, [
///     &b"id=31d4; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Path=/"[..],
///     b"theme=dark; Secure",
/// ]);
/// ```
pub fn split_set_cookie_list<L: AsRef<[u8]> + ?Sized>(list: &L) -> SetCookieList<'_> {
    SetCookieList { rest: list.as_ref() }
}

/// The iterator that [`split_set_cookie_list`] returns.
#[derive(Clone)]
pub struct SetCookieList<'l> {
    /// The part that has not been split yet.
    rest: &'l [u8],
}

impl<'l> Iterator for SetCookieList<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        while !self.rest.is_empty() {
            let list = self.rest;
            let end = comma_before_cookie(list, false).unwrap_or(list.len());
            self.rest = list.get(end + 1..).unwrap_or_default();
            let start = trim_start(list, 0..end);
            // OK because both are positions in the list.
            let header = &list[start..trim_end(list, start..end)];
            // A list can start with a comma.
            if !header.is_empty() {
                return Some(header);
            }
        }
        None
    }
}

impl FusedIterator for SetCookieList<'_> {}

impl fmt::Debug for SetCookieList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetCookieList(<{} bytes>)", self.rest.len())
    }
}

/// Returns the position of the first comma before what looks like another cookie: after the comma come
/// white space, a token that is not an attribute's name, and `=`. `requires_space` tells whether there must
/// be white space, for text in which commas are common, such as the value in `a=1,b=2`.
pub(crate) fn comma_before_cookie(text: &[u8], requires_space: bool) -> Option<usize> {
    memchr::memchr_iter(b',', text).find(|&comma| {
        // OK because the comma is a position in the text, and the white space is counted in the rest.
        let rest = &text[comma + 1..];
        let space = rest.iter().take_while(|byte| is_whitespace(**byte)).count();
        let rest = &rest[space..];
        // A token has no comma, so no byte is read twice, and the search takes linear time.
        let end = TCHAR.first_outside(rest).unwrap_or(rest.len());
        let (token, rest) = rest.split_at(end);
        (space > 0 || !requires_space)
            && rest.starts_with(b"=")
            && !token.is_empty()
            && Attribute::from_name(token).is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_before_cookies() {
        for (text, requires_space, comma) in [
            ("1, b=2", true, Some(1)),
            ("1,b=2", true, None),
            ("1,b=2", false, Some(1)),
            ("1, b", true, None),
            ("1, =2", true, None),
            ("1, b c=2", true, None),
            ("1, x, b=2", true, Some(4)),
            ("1, Path=/, b=2", true, Some(9)),
            ("1, Path=/", true, None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", false, None),
            ("Sun, 06 Nov 1994 08:49:37 GMT, b=2", false, Some(29)),
            (",", false, None),
        ] {
            assert_eq!(comma_before_cookie(text.as_bytes(), requires_space), comma, "{text}");
        }
    }
}
