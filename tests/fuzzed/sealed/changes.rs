//! Changes of sealed values, and of the cookies of a value that was split.

/// A change of a text, at positions that are taken modulo its length.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change<'a> {
    Flip(usize, u8),
    Insert(usize, &'a str),
    Cut(usize, usize),
    Truncate(usize),
    Copy(usize, usize, usize),
    Reverse(usize, usize),
    /// Takes so many bytes of the other value, in the same place.
    Splice(usize, usize),
    /// Continues with the other value.
    Continue(usize, usize),
}

/// A change of the cookies of a value that was split, at indices that are taken modulo their number.
#[derive(Clone, Copy, Debug)]
pub(super) enum ChunkChange<'a> {
    Remove(usize),
    Swap(usize, usize),
    /// Adds a cookie of the other value, at a place.
    Add(usize, usize),
    /// Takes the text of a cookie of the other value.
    Replace(usize, usize),
    Rename(usize, usize),
    Text(usize, Change<'a>),
}

/// Reads up to three numbers, and returns what follows the first one, too.
fn numbers(text: &str) -> ([usize; 3], &str) {
    let mut words = text.split(' ').map(|word| word.parse().unwrap_or(0));
    let numbers = std::array::from_fn(|_| words.next().unwrap_or(0));
    (numbers, text.split_once(' ').map_or("", |(_, rest)| rest))
}

impl<'a> Change<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (kind, text) = line.split_at_checked(1)?;
        let ([at, count, to], rest) = numbers(text);
        Some(match kind {
            "f" => Self::Flip(at, u8::try_from(count).unwrap_or(1)),
            "+" => Self::Insert(at, rest),
            "-" => Self::Cut(at, count),
            "|" => Self::Truncate(at),
            "c" => Self::Copy(at, count.min(300), to),
            "r" => Self::Reverse(at, count),
            "s" => Self::Splice(at, count),
            ">" => Self::Continue(at, count),
            _ => return None,
        })
    }
}

impl<'a> ChunkChange<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (kind, text) = line.split_at_checked(1)?;
        let ([at, other, _], rest) = numbers(text);
        Some(match kind {
            "R" => Self::Remove(at),
            "W" => Self::Swap(at, other),
            "A" => Self::Add(at, other),
            "P" => Self::Replace(at, other),
            "N" => Self::Rename(at, other),
            "T" => Self::Text(at, Change::parse(rest)?),
            _ => return None,
        })
    }
}

/// Applies a change to a text.
pub(super) fn apply(text: &mut Vec<u8>, other: &[u8], change: Change<'_>) {
    let len = text.len();
    let place = |at: usize| at % (len + 1);
    let end = |at: usize, count: usize| place(at).saturating_add(count).min(len);
    match change {
        Change::Flip(at, bits) => {
            if let Some(byte) = text.get_mut(place(at)) {
                *byte ^= bits;
            }
        }
        Change::Insert(at, new) => drop(text.splice(place(at)..place(at), new.bytes())),
        Change::Cut(at, count) => drop(text.drain(place(at)..end(at, count))),
        Change::Truncate(at) => text.truncate(place(at)),
        Change::Copy(at, count, to) => {
            let copy = text[place(at)..end(at, count)].to_vec();
            drop(text.splice(place(to)..place(to), copy));
        }
        Change::Reverse(at, count) => text[place(at)..end(at, count)].reverse(),
        Change::Splice(at, count) => {
            let end = end(at, count).min(other.len());
            if let Some(part) = other.get(place(at)..end) {
                text[place(at)..end].copy_from_slice(part);
            }
        }
        Change::Continue(at, from) => {
            text.truncate(place(at));
            text.extend_from_slice(&other[from % (other.len() + 1)..]);
        }
    }
}

/// Applies a change to the cookies of a value.
pub(super) fn apply_to_chunks(
    chunks: &mut Vec<(String, String)>,
    other: &[(String, String)],
    name: &str,
    change: ChunkChange<'_>,
) {
    let len = chunks.len();
    let index = |at: usize| at % len;
    let other = |at: usize| &other[at % other.len()];
    match change {
        ChunkChange::Remove(at) => drop(chunks.remove(index(at))),
        ChunkChange::Swap(at, to) => {
            let text = chunks[index(to)].1.clone();
            chunks[index(to)].1 = std::mem::replace(&mut chunks[index(at)].1, text);
        }
        ChunkChange::Add(at, from) => chunks.insert(index(at), other(from).clone()),
        ChunkChange::Replace(at, from) => chunks[index(at)].1.clone_from(&other(from).1),
        ChunkChange::Rename(at, number) => chunks[index(at)].0 = format!("{name}.{number}"),
        ChunkChange::Text(at, change) => {
            let mut text = chunks[index(at)].1.clone().into_bytes();
            apply(&mut text, other(at).1.as_bytes(), change);
            chunks[index(at)].1 = String::from_utf8_lossy(&text).into_owned();
        }
    }
}
