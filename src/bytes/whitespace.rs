//! White space, and where it is trimmed.

use std::ops::Range;

/// Returns whether `byte` is `WSP = SP / HTAB` (RFC 5234, appendix B.1).
///
/// Only these are trimmed. Trimming Unicode white space would let the name `U+2003 __Host-sid` pass
/// for `__Host-sid`.
pub(crate) const fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Returns whether nothing is to be trimmed at either end. Other control characters below SP count as
/// something to trim, because one comparison finds them all.
#[inline]
pub(crate) fn is_trimmed(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| *byte > b' ';
    bytes.first().is_none_or(is_plain) && bytes.last().is_none_or(is_plain)
}

/// Returns the position of the first byte of a range that is not white space, or the range's end.
pub(crate) fn trim_start(bytes: &[u8], Range { mut start, end }: Range<usize>) -> usize {
    while start < end && bytes.get(start).copied().is_some_and(is_whitespace) {
        start += 1;
    }
    start
}

/// Returns the position after the last byte of a range that is not white space, or the range's
/// start.
pub(crate) fn trim_end(bytes: &[u8], Range { start, mut end }: Range<usize>) -> usize {
    while start < end && bytes.get(end - 1).copied().is_some_and(is_whitespace) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimmed_bytes_have_no_white_space_at_either_end() {
        for bytes in ["", "a", "ab", "a b", "a\tb", "\u{2003}a"] {
            assert!(is_trimmed(bytes.as_bytes()), "{bytes:?}");
        }
        for bytes in [" ", "\t", " a", "a ", " a ", "\ta", "a\t", "a  "] {
            assert!(!is_trimmed(bytes.as_bytes()), "{bytes:?}");
        }
    }
}
