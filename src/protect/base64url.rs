//! base64url without padding (RFC 4648, section 5), in which binary parts are written.

use base64::engine::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Returns the length of `bytes` bytes in base64url.
pub(super) const fn encoded_len(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// Returns bytes as base64url.
pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends bytes as base64url.
pub(super) fn push(bytes: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Returns the bytes that a text stands for. Only what [`encode`] returns is accepted: unused bits
/// must be zero.
#[cfg(feature = "encrypted")]
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Returns the `N` bytes that a text stands for. Only what [`encode`] returns is accepted.
pub(super) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let len = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (len == N).then_some(bytes)
}
