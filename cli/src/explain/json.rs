//! The verdicts as JSON.

use std::fmt::{Debug, Display};

use gingersnap::explain::{Action, Finding};
use serde::Serialize;
use url::Url;

use super::Explained;
use crate::json::{Cookie, Identity, variant_name};

/// All that is printed.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    url: &'a str,
    headers: Vec<Header<'a>>,
}

#[derive(Serialize)]
struct Header<'a> {
    line: Option<usize>,
    action: &'static str,
    cookie: Option<Subject>,
    reasons: Vec<Found>,
    warnings: Vec<Found>,
    sent: Option<OtherRequest<'a>>,
}

/// The cookie that is stored, or what identifies the one that is removed.
#[derive(Serialize)]
#[serde(untagged)]
enum Subject {
    Stored(Cookie),
    Removed(Identity),
}

#[derive(Serialize)]
struct Found {
    kind: String,
    text: String,
    section: &'static str,
    start: usize,
    end: usize,
}

/// The request of `--sent-to`.
#[derive(Serialize)]
struct OtherRequest<'a> {
    url: &'a str,
    is_sent: bool,
    reasons: Vec<NotSent>,
}

#[derive(Serialize)]
struct NotSent {
    kind: String,
    text: String,
    section: &'static str,
}

impl<'a> Document<'a> {
    pub(super) fn new(url: &'a Url, explained: &[Explained<'a>], shows_values: bool) -> Self {
        let headers = explained.iter().map(|one| Header::new(one, shows_values));
        Self { url: url.as_str(), headers: headers.collect() }
    }
}

impl<'a> Header<'a> {
    fn new(explained: &Explained<'a>, shows_values: bool) -> Self {
        let verdict = &explained.verdict;
        let (action, cookie) = match verdict.action() {
            Action::Store(cookie) => {
                ("store", Some(Subject::Stored(Cookie::from_prediction(cookie, shows_values))))
            }
            Action::Remove(identity) => ("remove", Some(Subject::Removed(Identity::new(identity)))),
            _ => ("refuse", None),
        };
        let reasons = verdict.reasons().iter();
        let warnings = verdict.warnings().iter();
        let sent = explained.sending.as_ref().map(|sending| OtherRequest {
            url: sending.to.as_str(),
            is_sent: sending.reasons.is_empty(),
            reasons: sending.reasons.iter().copied().map(NotSent::new).collect(),
        });
        Self {
            line: explained.header.line,
            action,
            cookie,
            reasons: reasons.map(|found| Found::new(found, found.kind.section())).collect(),
            warnings: warnings.map(|found| Found::new(found, found.kind.section())).collect(),
            sent,
        }
    }
}

impl Found {
    fn new(found: &Finding<impl Debug + Display>, section: &'static str) -> Self {
        Self {
            kind: variant_name(&found.kind),
            text: found.kind.to_string(),
            section,
            start: found.range.start,
            end: found.range.end,
        }
    }
}

impl NotSent {
    fn new(reason: gingersnap::user_agent::NotSent) -> Self {
        Self { kind: variant_name(&reason), text: reason.to_string(), section: reason.section() }
    }
}
