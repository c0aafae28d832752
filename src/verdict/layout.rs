//! Where the parts of a field stand.

use std::ops::Range;

use super::reason::Reason;
use crate::byte::CONTROL;
use crate::cookie::Requirement;
use crate::header::{Attribute, Ignored, Piece, Pieces, taken};
use crate::limits::Limits;

/// Where the parts of a field stand that count: its cookie, and the last of each attribute.
pub(super) struct Layout<'a> {
    pub(super) field: &'a [u8],
    /// Empty, and in front of the value, where there is none.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    attributes: [Option<Piece>; Attribute::ALL.len()],
}

/// What there is to say about one attribute.
pub(super) enum Event {
    /// It is ignored.
    Ignored(Ignored),
    /// It is overruled by a later one, which stands there.
    Overruled(Attribute, Range<usize>),
}

impl<'a> Layout<'a> {
    /// Finds the parts of a field, and tells which attributes don't count.
    pub(super) fn of(field: &'a [u8], tell: &mut impl FnMut(&Piece, Event)) -> Self {
        let mut pieces = Pieces::of(field);
        let (name, value) = match pieces.next() {
            Some(Piece { name, value: Some(value) }) => (name, value),
            Some(Piece { name: value, value: None }) => (value.start..value.start, value),
            None => (0..0, 0..0),
        };
        let mut layout = Self { field, name, value, attributes: Default::default() };
        for piece in pieces {
            layout.take(piece, tell);
        }
        layout
    }

    /// Takes an attribute.
    fn take(&mut self, piece: Piece, tell: &mut impl FnMut(&Piece, Event)) {
        let limit = Limits::DEFAULT.attribute_bytes() as usize;
        let name = &self.field[piece.name.clone()];
        let value = piece.value.clone().map_or(&[][..], |value| &self.field[value]);
        match taken(name, value, limit) {
            Ok(attribute) => {
                let by = piece.whole();
                if let Some(earlier) = self.attributes[attribute as usize].replace(piece) {
                    tell(&earlier, Event::Overruled(attribute, by));
                }
            }
            Err(ignored) => tell(&piece, Event::Ignored(ignored)),
        }
    }

    /// The attribute that counts of its kind.
    pub(super) fn get(&self, attribute: Attribute) -> Option<&Piece> {
        self.attributes[attribute as usize].as_ref()
    }

    /// Name, `=` and value of the cookie.
    pub(super) fn pair(&self) -> Range<usize> {
        self.name.start..self.value.end
    }

    /// The attribute that counts of its kind; the cookie's name, or all of a nameless one, where
    /// there is none.
    pub(super) fn attribute(&self, attribute: Attribute) -> Range<usize> {
        self.get(attribute).map_or_else(|| self.name_or_pair(), Piece::whole)
    }

    /// The value of the attribute that counts of its kind, or all of one that has an empty one.
    pub(super) fn value_of(&self, attribute: Attribute) -> Range<usize> {
        let value = self.get(attribute).and_then(|span| span.value.clone());
        value.filter(|value| !value.is_empty()).unwrap_or_else(|| self.attribute(attribute))
    }

    /// The cookie's name; all of a nameless one; the whole field where there is no cookie at all.
    fn name_or_pair(&self) -> Range<usize> {
        let parts = [self.name.clone(), self.pair()];
        parts.into_iter().find(|part| !part.is_empty()).unwrap_or(0..self.field.len())
    }

    /// The part of the field that a reason is about.
    pub(super) fn part(&self, reason: &Reason) -> Range<usize> {
        match reason {
            Reason::Control { .. } => controls(self.field),
            Reason::Empty => 0..self.field.len(),
            Reason::TooLarge { .. } => self.pair(),
            Reason::DomainNonAscii
            | Reason::DomainMismatch { .. }
            | Reason::PublicSuffix { .. } => self.value_of(Attribute::Domain),
            Reason::NotSecure => self.attribute(Attribute::Secure),
            Reason::CrossSite | Reason::SameSiteNone => self.attribute(Attribute::SameSite),
            Reason::Partitioned => self.attribute(Attribute::Partitioned),
            Reason::Prefix { requirement: Requirement::NoDomain, .. } => {
                self.attribute(Attribute::Domain)
            }
            Reason::Prefix { requirement: Requirement::RootPath, .. }
                if self.get(Attribute::Path).is_some() =>
            {
                self.attribute(Attribute::Path)
            }
            Reason::Prefix { prefix, .. } => {
                self.name.start..self.name.start + prefix.as_str().len()
            }
            Reason::NamelessPrefix { prefix } => {
                self.value.start..self.value.start + prefix.as_str().len()
            }
        }
    }
}

/// The first control byte of a field, with those that follow it.
fn controls(field: &[u8]) -> Range<usize> {
    let start = CONTROL.first_inside(field).unwrap_or(field.len());
    let length = CONTROL.first_outside(&field[start..]).unwrap_or(field.len() - start);
    start..start + length
}
