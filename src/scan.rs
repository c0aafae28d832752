//! The fast loops: searches that look at many bytes at once.
//!
//! Cookie headers are made of short names and values of some dozen bytes, so that a general search
//! such as `memchr` spends more on being called than on searching, and a loop that ends somewhere
//! else for each name and each value costs a mispredicted branch, 5 ns, each time. [`Marks`] instead
//! turns 64 bytes into 64 bits, one for each byte that is `;` or `=`, and then takes the bits one
//! by one: of a header of 180 cookies a pair is read in 10 ns, where `memchr` takes 7 to find its `;`
//! alone.
//!
//! The 64 comparisons are a few vector instructions. There is no safe way to the instruction that
//! would gather their results into bits, so the eight words of results are laid over one another,
//! each in a bit of its own, and the square of 8 by 8 bits that this makes is turned about its
//! diagonal (Hacker's Delight, section 7-3): 54 instructions for 64 bytes, or 30 without a mark.
//!
//! [`has_control`] looks at every byte of a field once, before it is split, so that no pair has to
//! be looked at again.
//!
//! Dates, attributes' names and domains are read eight bytes at a time, too, where they are; everything
//! else in the crate is plain.

use ascii::AsciiStr;

/// The places of `;` and `=` in a field, in order.
#[derive(Clone)]
pub(crate) struct Marks {
    /// Where the block of 64 bytes starts.
    base: usize,
    /// Its marks that weren't taken yet.
    bits: u64,
}

impl Marks {
    #[inline]
    pub(crate) fn new(field: &[u8]) -> Self {
        let bits = match field.first_chunk() {
            Some(block) => marks(block),
            None => short_marks(field),
        };
        Self { base: 0, bits }
    }

    /// The place of the next `;` or `=`, or the end of `field`.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a call costs as much as what it does: 25 % of a walk"
    )]
    pub(crate) fn next(&mut self, field: &[u8]) -> usize {
        if self.bits == 0 && !self.refill(field) {
            return field.len();
        }
        let place = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        place
    }

    /// Goes on to the next block that has marks, if there is one.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what is refilled would be kept in memory: 2 % of a walk"
    )]
    fn refill(&mut self, field: &[u8]) -> bool {
        while self.bits == 0 {
            self.base += 64;
            let Some(rest) = field.get(self.base..) else { return false };
            self.bits = match rest.first_chunk() {
                Some(block) => marks(block),
                None if rest.is_empty() => return false,
                None => last_marks(field, rest.len()),
            };
        }
        true
    }
}

/// The marks of the last bytes of a field longer than a block: those of its last block, which
/// overlaps the one before it.
#[inline(never)]
fn last_marks(field: &[u8], bytes: usize) -> u64 {
    field.last_chunk().map_or(0, |last| marks(last) >> (64 - bytes))
}

/// The marks of a field shorter than a block, a word at a time: a block that is filled up with zeros
/// first would cost more than most `Set-Cookie` fields.
fn short_marks(rest: &[u8]) -> u64 {
    let (words, _) = rest.as_chunks();
    let places = (0_u32..).step_by(8);
    let marks =
        words.iter().zip(places).fold(0, |marks, (word, at)| marks | word_marks(*word) << at);
    match rest.last_chunk() {
        // The last word overlaps the one before it.
        Some(last) => marks | word_marks(*last) << (rest.len() - 8),
        None => rest
            .iter()
            .rev()
            .fold(0, |marks, byte| marks << 1 | u64::from(matches!(byte, b';' | b'='))),
    }
}

/// Bit `i` is set where byte `i` is `;` or `=`.
#[inline]
const fn word_marks(word: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(word);
    let hits = zeros(word ^ (ONES * b';' as u64)) | zeros(word ^ (ONES * b'=' as u64));
    // Each byte's bit is moved to its place in the highest byte.
    (hits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The high bit of each byte that is zero.
#[inline]
const fn zeros(word: u64) -> u64 {
    let low = ONES * 0x7F;
    !(((word & low) + low) | word | low)
}

/// Bit `i` is set where byte `i` is `;` (3B) or `=` (3D).
#[inline]
fn marks(block: &[u8; 64]) -> u64 {
    let mut hits = [0; 64];
    for ((hit, byte), bit) in hits.iter_mut().zip(block).zip(&BITS) {
        *hit = if byte.wrapping_sub(0x3B) & !0x02 == 0 { *bit } else { 0 };
    }
    // Bit `k` of byte `j` is what bit `j` of byte `k` is to be.
    let (words, _) = hits.as_chunks();
    let laid = words.iter().fold(0, |laid, word| laid | u64::from_le_bytes(*word));
    // Long values have whole blocks without a mark.
    if laid == 0 {
        return 0;
    }
    let once = swap(laid, 7, 0x00AA_00AA_00AA_00AA);
    let twice = swap(once, 14, 0x0000_CCCC_0000_CCCC);
    swap(twice, 28, 0x0000_0000_F0F0_F0F0)
}

/// For each byte of a block, the bit of its word.
const BITS: [u8; 64] = {
    let mut bits = [0; 64];
    let mut at = 0;
    while at < 64 {
        bits[at] = 1 << (at / 8);
        at += 1;
    }
    bits
};

/// One bit for each byte of a word.
pub(crate) const ONES: u64 = u64::MAX / 0xFF;

/// Swaps the bits that `mask` names with those `distance` above them.
#[inline]
const fn swap(bits: u64, distance: u32, mask: u64) -> u64 {
    let differing = (bits ^ (bits >> distance)) & mask;
    bits ^ differing ^ (differing << distance)
}

/// Whether any byte is a control byte other than HTAB.
#[inline]
pub(crate) fn has_control(bytes: &[u8]) -> bool {
    !is_printable(bytes) && find_control(bytes)
}

/// Whether all bytes are printable ASCII, as in nearly every field. To take the largest is less
/// work than to compare each: three instructions for 16 bytes.
#[inline]
pub(crate) fn is_printable(bytes: &[u8]) -> bool {
    let most =
        |bytes: &[u8]| bytes.iter().fold(0, |most: u8, byte| most.max(byte.wrapping_sub(b' ')));
    let printable = |bytes: &[u8]| most(bytes) <= b'~' - b' ';
    // The last bytes once more, so that none are left over to be looked at one by one.
    if let Some(last) = bytes.last_chunk::<32>() {
        return printable(bytes.as_chunks::<32>().0.as_flattened()) & printable(last);
    }
    if let Some([first, last]) = ends::<16>(bytes) {
        return printable(&first) & printable(&last);
    }
    if let Some([first, last]) = ends::<8>(bytes) {
        return is_printable_word(first) & is_printable_word(last);
    }
    printable(bytes)
}

/// The same of a few bytes: the highest bit of a byte is set by itself, by a difference below
/// zero, or by a sum over 7F. What is borrowed or carried goes to the bytes above one that has it
/// set, so that the lowest is always right.
#[inline]
const fn is_printable_word(word: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(word);
    let strange = word | word.wrapping_sub(ONES * b' ' as u64) | word.wrapping_add(ONES);
    strange & (ONES << 7) == 0
}

/// The first and the last bytes of a slice, which meet or overlap in one of up to twice as many.
#[inline]
pub(crate) fn ends<const N: usize>(bytes: &[u8]) -> Option<[[u8; N]; 2]> {
    Some([*bytes.first_chunk()?, *bytes.last_chunk()?])
}

/// The bytes as text, where they are UTF-8. `str::from_utf8` takes the bytes before and behind
/// those of whole, aligned words one by one, 150 instructions for most values: short ASCII is text
/// in 45.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.len() < 64
        && let Ok(ascii) = AsciiStr::from_ascii(bytes)
    {
        return Some(ascii.as_str());
    }
    // as fast for more bytes
    str::from_utf8(bytes).ok()
}

#[cold]
fn find_control(bytes: &[u8]) -> bool {
    any(bytes, |byte| u8::from(byte < 0x20) & u8::from(byte != b'\t') | u8::from(byte == 0x7F))
}

/// Whether any byte gives 1. What is asked is arithmetic without branches, so that a block of
/// bytes becomes a few vector instructions; the last block overlaps the one before it, so that no
/// bytes are left over to be asked one by one.
#[inline]
pub(crate) fn any(bytes: &[u8], wanted: impl Fn(u8) -> u8) -> bool {
    let found = |bytes: &[u8]| bytes.iter().fold(0, |found, &byte| found | wanted(byte)) != 0;
    if let Some(last) = bytes.last_chunk::<32>() {
        let (blocks, _) = bytes.as_chunks::<32>();
        return blocks.iter().any(|block| found(block)) || found(last);
    }
    if let Some([first, last]) = ends::<16>(bytes) {
        return found(&first) | found(&last);
    }
    if let Some([first, last]) = ends::<8>(bytes) {
        return found(&first) | found(&last);
    }
    found(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_stand() {
        for length in [0, 1, 63, 64, 65, 127, 128, 130] {
            for at in 0..length {
                for mark in *b";=" {
                    let mut field: Vec<u8> = vec![b'x'; length];
                    field[at] = mark;
                    let mut marks = Marks::new(&field);
                    assert_eq!([marks.next(&field), marks.next(&field)], [at, length]);
                }
            }
        }
    }

    #[test]
    fn every_byte_is_a_mark_or_not() {
        for byte in 0..=u8::MAX {
            let expected = if matches!(byte, b';' | b'=') { u64::MAX } else { 0 };
            assert_eq!(marks(&[byte; 64]), expected, "{byte:#x}");
        }
    }

    #[test]
    fn controls_are_found_wherever_they_stand() {
        for byte in 0..=u8::MAX {
            let control = crate::byte::CONTROL.contains(byte);
            let short = (1..=17).flat_map(|length| (0..length).map(move |at| (length, at)));
            for (length, at) in short.chain([(31, 30), (32, 31), (33, 32), (80, 40)]) {
                let mut bytes = vec![b'x'; length];
                bytes[0] = b'\t';
                bytes[at] = byte;
                assert_eq!(has_control(&bytes), control, "{byte:#x} at {at} of {length}");
            }
        }
    }
}
