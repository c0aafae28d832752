//! Changes to a `Cookie` header that keep the rest of it.

use super::segment::Segments;
use super::write_pair::{PairError, check_name};

/// What [`edit_pairs`] does with a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairEdit<'n> {
    /// Keeps it as it is.
    Keep,
    /// Drops it.
    Drop,
    /// Gives it another name.
    Rename(&'n [u8]),
}

/// Returns a `Cookie` header in which pairs are dropped or renamed by their name. Every other byte is
/// kept: values that are not UTF-8, quotes, and what cannot be read as a pair.
///
/// `edit` is called with the name of each pair. A value without a name has an empty one. The new name
/// can be a part of the old one.
///
/// # Errors
///
/// [`PairError`] for a new name that would not be read back as the same.
///
/// # Examples
///
/// ```
/// use gingersnap::header::{PairEdit, edit_pairs};
///
/// let header = edit_pairs(b"app-sid=31d4; _ga=GA1.2; x=\xe9", |name| {
///     match name.strip_prefix(b"app-") {
///         Some(rest) => PairEdit::Rename(rest),
///         None if name == b"_ga" => PairEdit::Drop,
///         None => PairEdit::Keep,
///     }
/// })?;
/// assert_eq!(header, b"sid=31d4; x=\xe9");
/// # Ok::<(), gingersnap::errors::PairError>(())
/// ```
pub fn edit_pairs<'h, H: AsRef<[u8]> + ?Sized>(
    header: &'h H,
    mut edit: impl FnMut(&'h [u8]) -> PairEdit<'h>,
) -> Result<Vec<u8>, PairError> {
    let header = header.as_ref();
    let mut kept = Vec::new();
    for segment in Segments::new(header) {
        let pair = segment.trimmed_pair(header);
        // OK because a segment and its parts are ranges of the header, here and below.
        let whole = &header[segment.start..segment.end];
        let (old, equals) = if segment.has_equals() {
            (pair.name_range(), &b""[..])
        } else {
            (pair.name_start..pair.name_start, &b"="[..])
        };
        let is_blank = pair.name.is_empty() && !segment.has_equals();
        match if is_blank { PairEdit::Keep } else { edit(&header[old.clone()]) } {
            PairEdit::Drop => {}
            PairEdit::Keep => kept.push(whole.to_vec()),
            PairEdit::Rename(new) => {
                check_name(new)?;
                let (before, after) =
                    (&header[segment.start..old.start], &header[old.end..segment.end]);
                kept.push([before, new, equals, after].concat());
            }
        }
    }
    let edited = kept.join(&b';');
    // If the first pair was dropped, the space before the next one is left.
    Ok(match edited.strip_prefix(b" ") {
        Some(rest) if !header.starts_with(b" ") => rest.to_vec(),
        _ => edited,
    })
}
