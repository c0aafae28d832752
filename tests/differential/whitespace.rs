//! White space at the ends of the parts of a header. The other crates trim what Unicode calls white
//! space.

/// Trims space and tab.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Returns whether a text has other white space than space and tab at an end.
pub(crate) fn has_other(text: &str) -> bool {
    trim(text) != text.trim()
}

/// Returns whether a piece of a header, its name or its value has other white space at an end.
pub(crate) fn piece_has_other(piece: &str) -> bool {
    has_other(piece)
        || piece.split_once('=').is_some_and(|(name, value)| has_other(name) || has_other(value))
}
