//! Separators that are most likely missing or wrong in a header. Like the other heuristics, these are
//! not rules of the standard.

use std::ops::Range;

use crate::bytes::{TCHAR, is_whitespace};
use crate::header::Attribute;

/// An attribute that has no `;` in front of it, and so is read as part of what is there.
pub(super) struct Swallowed {
    pub(super) attribute: Attribute,
    pub(super) range: Range<usize>,
}

/// Returns the attributes that have white space or a comma in front of them, in place of a `;`. In
/// text where commas are common, white space is required.
pub(super) fn swallowed_attributes(text: &[u8], requires_space: bool) -> Vec<Swallowed> {
    let mut found: Vec<Swallowed> = Vec::new();
    let mut at = 0;
    while let Some(gap) = next_gap(text, at) {
        at = gap.end;
        // OK because a gap is a part of the text, here and below.
        let has_space = text[gap.clone()].iter().any(|byte| is_whitespace(*byte));
        let Some(attribute) = attribute_at(&text[at..]) else { continue };
        if has_space || !requires_space {
            if let Some(before) = found.last_mut() {
                before.range.end = gap.start;
            }
            found.push(Swallowed { attribute, range: at..text.len() });
        }
    }
    found
}

/// Returns the next run of white space and commas that is not in quotes.
fn next_gap(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        if is_gap(byte) {
            let length = text[at..].iter().take_while(|byte| is_gap(**byte)).count();
            return Some(at..at + length);
        }
        at += 1;
        if byte == b'"' {
            at += memchr::memchr(b'"', &text[at..])? + 1;
        }
    }
    None
}

/// Returns the attribute that text starts with: a name and `=`; without a `=`, only the name of a flag
/// that is the last word, or that another attribute's name follows.
fn attribute_at(text: &[u8]) -> Option<Attribute> {
    let (attribute, rest) = split_attribute_name(text)?;
    let is_flag = takes_no_value(attribute);
    match without_gap(rest) {
        [b'=', ..] => Some(attribute),
        [] if is_flag => Some(attribute),
        next if is_flag && split_attribute_name(next).is_some() => Some(attribute),
        _ => None,
    }
}

/// Splits text after the attribute's name that it starts with.
fn split_attribute_name(text: &[u8]) -> Option<(Attribute, &[u8])> {
    let end = TCHAR.first_outside(text).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    Some((Attribute::from_name(name)?, rest))
}

const fn is_gap(byte: u8) -> bool {
    is_whitespace(byte) || byte == b','
}

fn without_gap(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_gap(*byte)).unwrap_or(text.len());
    &text[start..]
}

/// Returns whether an attribute is written without a value.
pub(super) const fn takes_no_value(attribute: Attribute) -> bool {
    matches!(attribute, Attribute::Secure | Attribute::HttpOnly | Attribute::Partitioned)
}

/// Returns the attribute whose name has a `:` after it, in place of a `=`.
pub(super) fn attribute_with_colon(text: &[u8]) -> Option<Attribute> {
    let (attribute, rest) = split_attribute_name(text)?;
    rest.trim_ascii_start().starts_with(b":").then_some(attribute)
}

/// Returns the attribute whose name is the first word of a text.
pub(super) fn first_attribute(text: &[u8]) -> Option<Attribute> {
    let (attribute, rest) = split_attribute_name(text)?;
    let is_whole_word = rest.first().is_none_or(|byte| is_gap(*byte) || *byte == b':');
    is_whole_word.then_some(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_without_a_semicolon() {
        use Attribute::{HttpOnly, MaxAge, Path, SameSite, Secure};

        type Expected<'a> = &'a [(Attribute, Range<usize>)];
        let cases: [(&str, bool, Expected<'_>); 16] = [
            ("1 Path=/ Secure", true, &[(Path, 2..8), (Secure, 9..15)]),
            ("1,Path=/", true, &[]),
            ("1,Path=/", false, &[(Path, 2..8)]),
            ("1 , secure", true, &[(Secure, 4..10)]),
            ("Secure SameSite=None", false, &[(SameSite, 7..20)]),
            ("Secure", false, &[]),
            ("Path=/secure", true, &[]),
            ("a secure value", true, &[]),
            ("a secure httponly", true, &[(Secure, 2..8), (HttpOnly, 9..17)]),
            ("a path", true, &[]),
            ("a path =/", true, &[(Path, 2..9)]),
            ("\"a Path=/\" Max-Age=1", true, &[(MaxAge, 11..20)]),
            ("\"a Path=/", true, &[]),
            ("a Path:/", true, &[]),
            (", Secure", true, &[(Secure, 2..8)]),
            ("", true, &[]),
        ];
        for (text, requires_space, expected) in cases {
            let found = swallowed_attributes(text.as_bytes(), requires_space);
            let found: Vec<_> = found.into_iter().map(|s| (s.attribute, s.range)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
