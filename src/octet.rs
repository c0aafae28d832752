//! Classes of octets, as tables made at compile time, each under its ABNF.

/// A set of octets.
pub(crate) struct Class([bool; 256]);

impl Class {
    /// The octets listed.
    const fn of(octets: &[u8]) -> Self {
        Self([false; 256]).and(octets)
    }

    /// This class and the octets listed.
    const fn and(mut self, octets: &[u8]) -> Self {
        let mut i = 0;
        while i < octets.len() {
            self.0[octets[i] as usize] = true;
            i += 1;
        }
        self
    }

    /// This class and the octets from `first` to `last`, both included.
    const fn and_range(mut self, first: u8, last: u8) -> Self {
        let mut octet = first as usize;
        while octet <= last as usize {
            self.0[octet] = true;
            octet += 1;
        }
        self
    }

    /// This class without the octets listed.
    pub(crate) const fn without(mut self, octets: &[u8]) -> Self {
        let mut i = 0;
        while i < octets.len() {
            self.0[octets[i] as usize] = false;
            i += 1;
        }
        self
    }

    /// Whether `octet` is of this class.
    pub(crate) const fn contains(&self, octet: u8) -> bool {
        self.0[octet as usize]
    }

    /// Whether all `octets` are of this class. It asks each, which is sooner done than stopping, and
    /// eight at a time: a third of the instructions of a loop.
    #[inline]
    pub(crate) fn holds(&self, octets: &[u8]) -> bool {
        let all =
            |octets: &[u8]| octets.iter().fold(true, |all, &octet| all & self.contains(octet));
        let (words, rest) = octets.as_chunks::<8>();
        words.iter().fold(true, |held, word| held & all(word)) & all(rest)
    }

    /// The offset of the first octet that isn't of this class.
    pub(crate) fn first_outside(&self, octets: &[u8]) -> Option<usize> {
        octets.iter().position(|&octet| !self.contains(octet))
    }

    /// The offset of the first octet that is of this class.
    pub(crate) fn first_inside(&self, octets: &[u8]) -> Option<usize> {
        octets.iter().position(|&octet| self.contains(octet))
    }
}

/// ```abnf
/// tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
///       / DIGIT / ALPHA
/// ```
/// (RFC 9110, section 5.6.2)
pub(crate) const TCHAR: Class =
    Class::of(b"!#$%&'*+-.^_`|~").and_range(b'0', b'9').and_range(b'A', b'Z').and_range(b'a', b'z');

/// `cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E`
/// (RFC 6265bis, section 4.1.1)
pub(crate) const COOKIE_OCTET: Class = Class::of(b"\x21")
    .and_range(0x23, 0x2B)
    .and_range(0x2D, 0x3A)
    .and_range(0x3C, 0x5B)
    .and_range(0x5D, 0x7E);

/// `av-octet = %x20-3A / %x3C-7E`
/// (RFC 6265bis, section 4.1.1)
pub(crate) const AV_OCTET: Class = Class::of(b"").and_range(0x20, 0x3A).and_range(0x3C, 0x7E);

/// `%x00-08 / %x0A-1F / %x7F`: every control octet but HTAB
/// (RFC 6265bis, section 5.6)
pub(crate) const CONTROL: Class = Class::of(b"\x7F").and_range(0x00, 0x1F).without(b"\t");

/// `delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E`
/// (RFC 6265bis, section 5.1.1)
pub(crate) const DATE_DELIMITER: Class = Class::of(b"\t")
    .and_range(0x20, 0x2F)
    .and_range(0x3B, 0x40)
    .and_range(0x5B, 0x60)
    .and_range(0x7B, 0x7E);

/// `let-dig-hyp = ALPHA / DIGIT / "-"`, and `_`, which browsers take
/// (RFC 1034, section 3.5)
pub(crate) const HOST_OCTET: Class =
    Class::of(b"-_").and_range(b'0', b'9').and_range(b'A', b'Z').and_range(b'a', b'z');

/// Whether `octet` is `WSP = SP / HTAB` (RFC 5234, appendix B.1): what is trimmed. Trimming Unicode
/// white space would let `U+2003 __Host-sid` pose as `__Host-sid`.
pub(crate) const fn is_wsp(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// How many octets of a name an error shows.
const SHOWN: usize = 64;

/// A name as errors show it: octets that aren't printable ASCII are escaped, and what is over 64
/// octets is cut.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = String::new();
    for &octet in name {
        let escaped = std::ascii::escape_default(octet);
        if text.len() + escaped.len() > SHOWN {
            text.push('…');
            break;
        }
        text.extend(escaped.map(char::from));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds_exactly(class: &Class, members: &str) {
        let found: Vec<u8> = (0..=255).filter(|&octet| class.contains(octet)).collect();
        assert_eq!(found.escape_ascii().to_string(), members);
    }

    #[test]
    fn classes_hold_what_their_grammar_says() {
        holds_exactly(
            &TCHAR,
            r"!#$%&\'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
        );
        holds_exactly(
            &COOKIE_OCTET,
            "!#$%&\\'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        );
        holds_exactly(
            &AV_OCTET,
            " !\\\"#$%&\\'()*+,-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        );
        holds_exactly(
            &CONTROL,
            r"\x00\x01\x02\x03\x04\x05\x06\x07\x08\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f",
        );
        holds_exactly(&DATE_DELIMITER, "\\t !\\\"#$%&\\'()*+,-./;<=>?@[\\\\]^_`{|}~");
        holds_exactly(
            &HOST_OCTET,
            "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
        );
    }

    #[test]
    fn names_in_errors_are_escaped_and_cut() {
        assert_eq!(shown(b"visits"), "visits");
        assert_eq!(shown(b"a\r\n\xC3`"), r"a\r\n\xc3`");
        assert_eq!(shown(&[b'x'; 64]), "x".repeat(64));
        assert_eq!(shown(&[b'x'; 65]), "x".repeat(64) + "…");
        assert_eq!(shown(&[0; 17]), r"\x00".repeat(16) + "…");
    }
}
