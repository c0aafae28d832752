//! The fields that are asked about.

/// A field, and where it comes from.
pub(crate) struct Field {
    /// Its value, without the field's name.
    pub(crate) bytes: Vec<u8>,
    /// Which line of the input, from 1.
    pub(crate) line: Option<usize>,
}

impl Field {
    /// A field that was pasted with its name or without.
    pub(crate) fn of_argument(bytes: &[u8]) -> Self {
        Self { bytes: behind_name(bytes).unwrap_or(bytes).to_vec(), line: None }
    }
}

/// The fields of an input. Where a line starts with `set-cookie:`, only such lines are fields, and
/// of what `curl -i` prints only the heads; otherwise each line is one, unless it is of a response.
pub(crate) fn fields(input: &[u8]) -> Vec<Field> {
    let lines = input.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let is_status = |line: &&[u8]| line.starts_with(b"HTTP/") || line.starts_with(b"< HTTP/");
    let response = lines.iter().any(is_status);
    let named = response || lines.iter().any(|line| behind_name(line).is_some());

    let mut fields = Vec::new();
    let mut inside_head = !response;
    for (number, line) in (1..).zip(lines) {
        if response {
            inside_head = is_status(&line) || inside_head && !matches!(line, b"" | b"< ");
        }
        let bytes = if named { behind_name(line) } else { Some(line) };
        match bytes {
            Some(bytes) if inside_head && (named || !bytes.is_empty()) => {
                fields.push(Field { bytes: bytes.to_vec(), line: Some(number) });
            }
            _ => {}
        }
    }
    fields
}

/// What stands behind `set-cookie:`, in any case of letters, and behind the `< ` of `curl -v`.
fn behind_name(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"< ").unwrap_or(line);
    let (name, value) = line.split_at_checked(b"set-cookie:".len())?;
    name.eq_ignore_ascii_case(b"set-cookie:").then(|| value.trim_ascii_start())
}
