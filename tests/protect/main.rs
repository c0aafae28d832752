//! Signed and encrypted cookies.
#![cfg(all(feature = "signed", feature = "encrypted"))]

mod chunks;
mod keys;
mod laws;
mod secrets;
mod support;
mod times;
mod vectors;
mod views;
