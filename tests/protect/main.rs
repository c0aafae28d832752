//! Signed and encrypted cookies.
#![cfg(all(feature = "signed", feature = "encrypted"))]

mod chunks;
mod keys;
mod laws;
#[path = "../support/sealing.rs"]
mod sealing;
mod secrets;
mod support;
mod times;
mod vectors;
mod views;
