//! Counts instructions.
fn main() {}
