//! The headers to explain.

/// A `Set-Cookie` header, and where it is from.
pub(super) struct Header {
    /// Its value, without the header's name.
    pub(super) bytes: Vec<u8>,
    /// The line of the input, from 1.
    pub(super) line: Option<usize>,
}

impl Header {
    /// Creates a header from an argument, which may start with the header's name.
    pub(super) fn from_argument(bytes: &[u8]) -> Self {
        Self { bytes: after_name(bytes).unwrap_or(bytes).to_vec(), line: None }
    }
}

/// Returns the headers of an input. If a line starts with `set-cookie:`, only such lines are headers,
/// and of the output of `curl -i` only those before the body. Otherwise each line is one, unless the
/// input is a response.
pub(super) fn headers(input: &[u8]) -> Vec<Header> {
    let lines = input.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let is_status = |line: &&[u8]| line.starts_with(b"HTTP/") || line.starts_with(b"< HTTP/");
    let response = lines.iter().any(is_status);
    let named = response || lines.iter().any(|line| after_name(line).is_some());

    let mut headers = Vec::new();
    let mut inside_head = !response;
    for (number, line) in (1..).zip(lines) {
        if response {
            inside_head = is_status(&line) || inside_head && !matches!(line, b"" | b"< ");
        }
        let bytes = if named { after_name(line) } else { Some(line) };
        match bytes {
            Some(bytes) if inside_head && (named || !bytes.is_empty()) => {
                headers.push(Header { bytes: bytes.to_vec(), line: Some(number) });
            }
            _ => {}
        }
    }
    headers
}

/// Returns what is after `set-cookie:`, in any case, and after the `< ` of `curl -v`.
fn after_name(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"< ").unwrap_or(line);
    let (name, value) = line.split_at_checked(b"set-cookie:".len())?;
    name.eq_ignore_ascii_case(b"set-cookie:").then(|| value.trim_ascii_start())
}
