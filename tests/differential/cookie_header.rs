//! Reading `Cookie` headers, beside `cookie` and `biscotti`.

use biscotti::{Processor, ProcessorConfig, RequestCookies};
use gingersnap::{Encoding, header};
use proptest::prelude::*;

use crate::classes::{Class, Difference, Right, compare};
use crate::{strategies, whitespace};

const CLASSES: &[Class<String>] = &[
    Class {
        name: "control character",
        example: || "a=1\x01; b=2".to_owned(),
        here: "skips the pair",
        there: "`cookie` and `biscotti` read the pair",
        right: Right::Here,
        rule: 14,
    },
    Class {
        name: "other white space",
        example: || "\u{2003}__Host-sid=1".to_owned(),
        here: "trims space and tab",
        there: "`cookie` and `biscotti` trim all white space of Unicode, and read `__Host-sid`",
        right: Right::Here,
        rule: 10,
    },
    Class {
        name: "encoded name",
        example: || "__%48ost-sid=1".to_owned(),
        here: "reads the name as it is",
        there: "`cookie` and `biscotti` decode it, and read `__Host-sid`",
        right: Right::Here,
        rule: 11,
    },
    Class {
        name: "value that does not decode to UTF-8",
        example: || "a=%FF".to_owned(),
        here: "leaves the value as it is",
        there: "`cookie` skips the pair",
        right: Right::Here,
        rule: 14,
    },
    Class {
        name: "value that is encoded in part",
        example: || "a=%41%zz".to_owned(),
        here: "leaves the value as it is",
        there: "`cookie` and `biscotti` decode the part that they can",
        right: Right::Both,
        rule: 11,
    },
    Class {
        name: "one bad pair",
        example: || "a=1; b; sid=31d4".to_owned(),
        here: "skips the pair and reads the others",
        there: "`biscotti` refuses the whole header",
        right: Right::Here,
        rule: 14,
    },
];

type Pair = Option<(String, String)>;

/// Reads one segment of a header; `None` if it is blank or no pair.
fn read_here(segment: &str, encoding: Encoding) -> Pair {
    let pair = header::text_pairs(segment).next()?.ok()?;
    Some((pair.0.to_owned(), encoding.decode(pair.1).into_owned()))
}

fn read_by_cookie(segment: &str, encoding: Encoding) -> Pair {
    let mut pairs = match encoding {
        Encoding::Percent => cookie::Cookie::split_parse_encoded(segment),
        _ => cookie::Cookie::split_parse(segment),
    };
    let pair = pairs.next()?.ok()?;
    Some((pair.name().to_owned(), pair.value().to_owned()))
}

/// Returns the class of a segment that is read differently.
fn class_of(segment: &str, encoding: Encoding, here: &Pair, there: &Pair) -> Option<&'static str> {
    let is_control = |char: char| char.is_ascii_control() && char != '\t';
    if segment.contains(is_control) && here.is_none() {
        return Some("control character");
    }
    if whitespace::piece_has_other(segment) {
        return Some("other white space");
    }
    let ((name, value), Encoding::Percent) = (read_here(segment, Encoding::Raw)?, encoding) else {
        return None;
    };
    let is_decoded = |text: &str| percent_encoding::percent_decode_str(text).ne(text.bytes());
    let decoded = percent_encoding::percent_decode_str(&value).decode_utf8();
    match (there, decoded) {
        (None, Err(_)) => Some("value that does not decode to UTF-8"),
        _ if is_decoded(&name) => Some("encoded name"),
        (Some(there), Ok(decoded)) if there.1 == decoded => Some("value that is encoded in part"),
        _ => None,
    }
}

fn differences(header: &String) -> Vec<Difference> {
    let mut found = Vec::new();
    for encoding in [Encoding::Raw, Encoding::Percent] {
        let mut all = Vec::new();
        for segment in header.split(';') {
            let (here, there) = (read_here(segment, encoding), read_by_cookie(segment, encoding));
            if here != there {
                let class = class_of(segment, encoding, &here, &there);
                found.push(Difference::new(class, segment, &here, &there));
            }
            all.extend(here);
        }
        let whole: Vec<_> = header::text_pairs(header)
            .filter_map(Result::ok)
            .map(|(name, value)| (name.to_owned(), encoding.decode(value).into_owned()))
            .collect();
        if whole != all {
            found.push(Difference::new(None, "the segments", &whole, &all));
        }
    }
    found.extend(differences_to_biscotti(header));
    found
}

/// Compares with `biscotti`, which reads a header as a whole or not at all.
fn differences_to_biscotti(header: &str) -> Vec<Difference> {
    let processor = Processor::from(ProcessorConfig::default());
    let mut found = Vec::new();
    let Ok(there) = RequestCookies::parse_header(header, &processor) else {
        let segments: Vec<_> = header.split(';').filter(|part| !part.trim().is_empty()).collect();
        let is_bad = |segment: &&str| read_by_cookie(segment, Encoding::Percent).is_none();
        let has_bad = segments.iter().any(is_bad);
        if segments.iter().any(|segment| read_here(segment, Encoding::Percent).is_some()) {
            let class = has_bad.then_some("one bad pair");
            found.push(Difference::new(class, "biscotti", &"reads", &"refuses"));
        }
        return found;
    };
    // It reads each pair as `cookie` does, of which the classes are above.
    let mut pairs = header.split(';').filter_map(|part| read_by_cookie(part, Encoding::Percent));
    if let Some((name, value)) = pairs.find(|(name, value)| {
        let values = there.get_all(name).into_iter().flatten();
        !values.map(|cookie| cookie.value().to_owned()).any(|found| found == *value)
    }) {
        found.push(Difference::new(None, "biscotti, unlike cookie", &name, &value));
    }
    found
}

#[test]
fn cookie_headers_are_read_as_by_others_or_as_the_table_says() {
    // Others read text alone.
    let headers = prop_oneof![
        3 => strategies::cookie_header()
            .prop_map(|header| String::from_utf8_lossy(&header).into_owned()),
        1 => "(a|%61|\u{a0}a|a\u{2003})=(1|%41|%C3%A9|%FF|%4|%41%zz|\u{2003}1|\x01)(; ?(b|=|b=2|sid=%31))?",
    ];
    compare(&headers, CLASSES, differences);
}
