//! Where the parts of a header are.

use std::ops::Range;

use crate::bytes::CONTROL;
use crate::cookie::Requirement;
use crate::header::{Attribute, Ignored, Segments, read_attribute};
use crate::limits::Limits;
use crate::user_agent::Reason;

/// Where the parts of a header are that count: its cookie, and the last of each attribute.
pub(super) struct Layout<'a> {
    pub(super) header: &'a [u8],
    /// Empty, and in front of the value, if there is none.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    attributes: [Option<AttributeSpan>; Attribute::ALL.len()],
    /// After each of these, the last attribute of the kind that cannot be read.
    unread: [Option<AttributeSpan>; Attribute::ALL.len()],
}

/// Where the name and the value of an attribute are. Without an `=`, the value is empty.
#[derive(Clone, Debug)]
pub(super) struct AttributeSpan {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

impl AttributeSpan {
    /// Returns the range of name, `=` and value.
    pub(super) fn whole(&self) -> Range<usize> {
        self.name.start..self.value.end
    }
}

/// Something to say about one attribute.
pub(super) enum Event {
    /// It is ignored.
    Ignored(Ignored),
    /// A later attribute, at this range, overrides it.
    Overridden(Attribute, Range<usize>),
}

impl<'a> Layout<'a> {
    /// Finds the parts of a header, and reports which attributes do not count.
    pub(super) fn new(header: &'a [u8], report: &mut impl FnMut(&AttributeSpan, Event)) -> Self {
        let mut segments = Segments::new(header);
        let (name, value) = match segments.next() {
            Some(segment) => {
                let pair = segment.trimmed_pair(header);
                let (name, value) = (pair.name_range(), pair.value_range());
                if segment.has_equals() { (name, value) } else { (name.start..name.start, name) }
            }
            None => (0..0, 0..0),
        };
        let (attributes, unread) = Default::default();
        let mut layout = Self { header, name, value, attributes, unread };
        for segment in segments {
            let pair = segment.trimmed_pair(header);
            let span = AttributeSpan { name: pair.name_range(), value: pair.value_range() };
            layout.add(span, pair.name, pair.value, report);
        }
        layout
    }

    fn add(
        &mut self,
        span: AttributeSpan,
        name: &[u8],
        value: &[u8],
        report: &mut impl FnMut(&AttributeSpan, Event),
    ) {
        let limit = Limits::DEFAULT.attribute_bytes() as usize;
        match read_attribute(name, value, limit) {
            Ok(attribute) => {
                let later = span.whole();
                self.unread[attribute as usize] = None;
                // OK because there is one for each attribute, here and below.
                if let Some(earlier) = self.attributes[attribute as usize].replace(span) {
                    report(&earlier, Event::Overridden(attribute, later));
                }
            }
            Err(ignored) => {
                report(&span, Event::Ignored(ignored));
                match ignored {
                    Ignored::Expires(_) => self.unread[Attribute::Expires as usize] = Some(span),
                    Ignored::MaxAge => self.unread[Attribute::MaxAge as usize] = Some(span),
                    Ignored::Unknown | Ignored::TooLong(_) => {}
                }
            }
        }
    }

    /// Returns the attribute of a kind that counts.
    pub(super) fn get(&self, attribute: Attribute) -> Option<&AttributeSpan> {
        self.attributes[attribute as usize].as_ref()
    }

    /// Returns the last attribute of a kind, if it is ignored because it cannot be read.
    pub(super) fn get_unread(&self, attribute: Attribute) -> Option<&AttributeSpan> {
        self.unread[attribute as usize].as_ref()
    }

    /// Returns the range of the cookie's name, `=` and value.
    pub(super) fn pair(&self) -> Range<usize> {
        self.name.start..self.value.end
    }

    /// Returns the range of the attribute of a kind that counts; without one, that of the cookie's
    /// name, or of all of a nameless cookie.
    pub(super) fn attribute_range(&self, attribute: Attribute) -> Range<usize> {
        self.get(attribute).map_or_else(|| self.name_or_pair(), AttributeSpan::whole)
    }

    /// Returns the range of the value of the attribute of a kind that counts, or of the whole
    /// attribute if its value is empty.
    pub(super) fn value_range(&self, attribute: Attribute) -> Range<usize> {
        let value = self.get(attribute).map(|span| span.value.clone());
        value.filter(|value| !value.is_empty()).unwrap_or_else(|| self.attribute_range(attribute))
    }

    /// Returns the range of the cookie's name, of all of a nameless cookie, or of the whole header if
    /// there is no cookie at all.
    fn name_or_pair(&self) -> Range<usize> {
        let parts = [self.name.clone(), self.pair()];
        parts.into_iter().find(|part| !part.is_empty()).unwrap_or(0..self.header.len())
    }

    /// Returns the part of the header that a reason is about.
    pub(super) fn range_of_reason(&self, reason: &Reason) -> Range<usize> {
        match reason {
            Reason::Control { .. } => controls(self.header),
            Reason::Empty | Reason::CookiesDisabled => 0..self.header.len(),
            Reason::TooLarge { .. }
            | Reason::HidesSecure
            | Reason::OverwritesHttpOnly
            | Reason::NotReadBack => self.pair(),
            Reason::DomainNonAscii
            | Reason::DomainMismatch { .. }
            | Reason::PublicSuffix { .. }
            | Reason::AboveSite { .. } => self.value_range(Attribute::Domain),
            Reason::NotSecure => self.attribute_range(Attribute::Secure),
            Reason::NonHttpApi => self.attribute_range(Attribute::HttpOnly),
            Reason::CrossSite | Reason::SameSiteNone => self.attribute_range(Attribute::SameSite),
            Reason::Partitioned => self.attribute_range(Attribute::Partitioned),
            Reason::Prefix { requirement: Requirement::NoDomain, .. } => {
                self.attribute_range(Attribute::Domain)
            }
            Reason::Prefix { requirement: Requirement::RootPath, .. }
                if self.get(Attribute::Path).is_some() =>
            {
                self.attribute_range(Attribute::Path)
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

/// Returns the range of the first control characters of a header.
fn controls(header: &[u8]) -> Range<usize> {
    let start = CONTROL.first_inside(header).unwrap_or(header.len());
    // OK because it is a position in the header, or its end.
    let length = CONTROL.first_outside(&header[start..]).unwrap_or(header.len() - start);
    start..start + length
}
