//! A verdict as text, in the style of a compiler.

use std::fmt::Display;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use gingersnap::Verdict;
use gingersnap::explain::Action;
use gingersnap::user_agent::Warning;

use super::input::Header;
use super::{Explained, Sending};
use crate::output::{count, push_escaped};

/// The largest number of reasons, and of warnings, that are shown for a header.
const SHOWN: usize = 20;

/// Returns the text about a header: each reason and each warning with the part that it is about, what
/// happens to the cookie, and whether it is sent.
pub(super) fn report(explained: &Explained<'_>) -> String {
    let verdict = &explained.verdict;
    let source = Source::new(explained.header);
    let mut page = String::new();
    for found in verdict.reasons().iter().take(SHOWN) {
        let part = source.primary(&found.range);
        page += &source.show(Level::ERROR, &found.kind, [part], Some(found.kind.section()));
    }
    for found in verdict.warnings().iter().take(SHOWN) {
        let part = source.primary(&found.range);
        let by = match &found.kind {
            Warning::Repeated { by, .. } => Some(source.context(by).label("this one counts")),
            _ => None,
        };
        let parts = [part].into_iter().chain(by);
        page += &source.show(Level::WARNING, &found.kind, parts, Some(found.kind.section()));
    }
    if let Some(more @ 1..) = verdict.warnings().len().checked_sub(SHOWN) {
        page += &render(titled(Level::WARNING, format!("and {}", count(more, "other warning"))));
    }
    page += &action(&source, verdict);
    if let Some(sending) = &explained.sending {
        page += &sent(sending);
    }
    page
}

/// Returns what happens to the cookie.
fn action(source: &Source, verdict: &Verdict<'_>) -> String {
    match verdict.action() {
        Action::Store(stored) => source.show(Level::NOTE.with_name("stored"), stored, [], None),
        Action::Remove(identity) => {
            let by = verdict
                .lifetime_range()
                .map(|range| source.context(&range).label("expires at once"));
            source.show(Level::NOTE.with_name("removes"), identity, by, None)
        }
        _ => {
            let reasons = count(verdict.reasons().len(), "reason");
            render(titled(Level::ERROR.with_name("refused"), format!("for {reasons}")))
        }
    }
}

/// Returns whether the cookie is sent with another request.
fn sent(sending: &Sending<'_>) -> String {
    let to = format!("to {}", sending.to);
    if sending.reasons.is_empty() {
        return render(titled(Level::NOTE.with_name("sent"), to));
    }
    let reasons = sending.reasons.iter().map(|reason| {
        let because = Level::ERROR.with_name("because");
        because.message(format!("{reason} ({})", reason.section()))
    });
    render(titled(Level::ERROR.with_name("not sent"), to).elements(reasons))
}

fn titled(level: Level<'_>, message: impl Display) -> Group<'_> {
    Group::with_title(level.primary_title(message.to_string()))
}

/// Returns a message as text, with an empty line after it.
fn render(message: Group<'_>) -> String {
    Renderer::styled().render(&[message]) + "\n\n"
}

/// A header as it is shown: invisible characters are escaped.
struct Source {
    text: String,
    /// Where in the text each byte starts, and where the last one ends.
    starts: Vec<usize>,
    line: Option<usize>,
}

impl Source {
    fn new(header: &Header) -> Self {
        let mut source = Self { text: String::new(), starts: vec![0], line: header.line };
        for chunk in header.bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                source.push(character.len_utf8(), |text| push_escaped(text, character));
            }
            for byte in chunk.invalid() {
                source.push(1, |text| *text += &byte.escape_ascii().to_string());
            }
        }
        source
    }

    /// Adds the text that `add` writes for the header's next `bytes` bytes.
    fn push(&mut self, bytes: usize, add: impl FnOnce(&mut String)) {
        let start = self.text.len();
        add(&mut self.text);
        self.starts.pop();
        self.starts.extend(std::iter::repeat_n(start, bytes));
        self.starts.push(self.text.len());
    }

    /// Returns the part of the text that shows a part of the header.
    fn part(&self, range: &Range<usize>) -> Range<usize> {
        self.starts[range.start]..self.starts[range.end]
    }

    fn primary(&self, range: &Range<usize>) -> Annotation<'static> {
        AnnotationKind::Primary.span(self.part(range))
    }

    fn context(&self, range: &Range<usize>) -> Annotation<'static> {
        AnnotationKind::Context.span(self.part(range))
    }

    /// Returns a message about parts of the header.
    fn show(
        &self,
        level: Level<'_>,
        message: impl Display,
        parts: impl IntoIterator<Item = Annotation<'static>>,
        section: Option<&str>,
    ) -> String {
        let snippet = Snippet::source(self.text.clone())
            .fold(false)
            .line_numbering(self.line.is_some())
            .line_start(self.line.unwrap_or(1))
            .annotations(parts);
        let note = section.map(|section| Level::NOTE.message(section.to_owned()));
        render(titled(level, message).element(snippet).elements(note))
    }
}
