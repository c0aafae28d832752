//! The views of a jar that seal and open values.

#[cfg(feature = "encrypted")]
mod encrypted_chunks;
mod sealed_cookies;
mod sealed_cookies_mut;
mod views;

#[cfg(feature = "encrypted")]
pub use encrypted_chunks::{EncryptedChunks, EncryptedChunksMut};
pub use sealed_cookies::SealedCookies;
pub use sealed_cookies_mut::{RenewError, SealedCookiesMut};
