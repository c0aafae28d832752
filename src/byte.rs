//! Classes of bytes, as tables made at compile time, each under its ABNF.

/// A set of bytes.
pub(crate) struct Class([bool; 256]);

impl Class {
    /// The bytes listed.
    const fn of(bytes: &[u8]) -> Self {
        Self([false; 256]).and(bytes)
    }

    /// This class and the bytes listed.
    const fn and(mut self, bytes: &[u8]) -> Self {
        let mut i = 0;
        while i < bytes.len() {
            self.0[bytes[i] as usize] = true;
            i += 1;
        }
        self
    }

    /// This class and the bytes from `first` to `last`, both included.
    const fn and_range(mut self, first: u8, last: u8) -> Self {
        let mut byte = first as usize;
        while byte <= last as usize {
            self.0[byte] = true;
            byte += 1;
        }
        self
    }

    /// This class without the bytes listed.
    pub(crate) const fn without(mut self, bytes: &[u8]) -> Self {
        let mut i = 0;
        while i < bytes.len() {
            self.0[bytes[i] as usize] = false;
            i += 1;
        }
        self
    }

    /// Whether `byte` is of this class.
    pub(crate) const fn contains(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }

    /// Whether all `bytes` are of this class. It asks each, which is sooner done than stopping, and
    /// eight at a time: a third of the instructions of a loop.
    #[inline]
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let all = |bytes: &[u8]| bytes.iter().fold(true, |all, &byte| all & self.contains(byte));
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().fold(true, |held, word| held & all(word)) & all(rest)
    }

    /// The offset of the first byte that isn't of this class.
    pub(crate) fn first_outside(&self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|&byte| !self.contains(byte))
    }

    /// The offset of the first byte that is of this class.
    pub(crate) fn first_inside(&self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|&byte| self.contains(byte))
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

/// `%x00-08 / %x0A-1F / %x7F`: every control byte but HTAB
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
pub(crate) const HOST_BYTE: Class =
    Class::of(b"-_").and_range(b'0', b'9').and_range(b'A', b'Z').and_range(b'a', b'z');

/// Whether `byte` is `WSP = SP / HTAB` (RFC 5234, appendix B.1): what is trimmed. Trimming Unicode
/// white space would let `U+2003 __Host-sid` pose as `__Host-sid`.
pub(crate) const fn is_wsp(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// How many bytes of a name an error shows.
const SHOWN: usize = 64;

/// A name as errors show it: bytes that aren't printable ASCII are escaped, and what is over 64
/// bytes is cut.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = String::new();
    for &byte in name {
        let escaped = std::ascii::escape_default(byte);
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
        let found: Vec<u8> = (0..=255).filter(|&byte| class.contains(byte)).collect();
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
            &HOST_BYTE,
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
