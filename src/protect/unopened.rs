//! Why a key does not open a value.

/// Why a key does not open a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unopened {
    /// The value does not have the format.
    Malformed,
    /// The tag is not that of the value, its name and its times.
    Tampered,
}
