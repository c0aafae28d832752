//! Bytes: their classes, searches and trimming, and how a name is shown in an error message.

mod blocks;
mod class;
mod escape;
mod separators;
mod text;
mod whitespace;

pub(crate) use blocks::{contains_control, needs_no_encoding};
pub(crate) use class::{AV_OCTET, CONTROL, COOKIE_OCTET, DATE_DELIMITER, HOST_BYTE, TCHAR};
pub(crate) use escape::{escape_attribute, escape_char, escape_name, escape_text};
pub(crate) use separators::Separators;
pub(crate) use text::as_text;
pub(crate) use whitespace::{is_trimmed, is_whitespace, trim_end, trim_start};
