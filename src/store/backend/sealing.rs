//! Values that are sealed before they leave the process.

use super::record::key;
use crate::date::UnixMicros;
use crate::protect::{Keyring, SealErrorKind, Seconds, open_stored, seal_stored};
use crate::store::StoredCookie;
use crate::store::stored_cookie::Times;

/// Returns a cookie with its value sealed for an engine.
pub(super) fn seal(
    cookie: &StoredCookie,
    keyring: &Keyring,
    now: UnixMicros,
) -> Result<StoredCookie, SealErrorKind> {
    let now = Seconds::from_time(now.to_system_time());
    let sealed = seal_stored(keyring, &associated_data(cookie), cookie.value(), now)?;
    Ok(with_value(cookie, sealed.as_bytes()))
}

/// Returns a cookie with its value opened, or `None` if it does not open: nobody sealed it for this
/// cookie, or the key is not on the keyring any more.
pub(super) fn open(cookie: &StoredCookie, keyring: &Keyring) -> Option<StoredCookie> {
    let value = open_stored(keyring, &associated_data(cookie), cookie.value())?;
    // The value is shorter than when it was sealed, so the cookie stays within its size.
    Some(with_value(cookie, &value))
}

/// Returns what a value is bound to: the cookie's flags and expiry, as in its bytes, the length of its
/// partition in 4 bytes, the partition, and its [key](StoredCookie::key). It differs for any two cookies.
fn associated_data(cookie: &StoredCookie) -> Vec<u8> {
    let identity = cookie.identity();
    let expires = cookie.times().expires.unwrap_or(UnixMicros::MAX).as_micros().to_be_bytes();
    let partition = identity.partition().unwrap_or_default().as_bytes();
    let len = u32::try_from(partition.len()).unwrap_or(u32::MAX).to_be_bytes();
    let flags = [cookie.flags().to_bits()];
    [&flags, &expires[..], &len, partition, &key(&identity)].concat()
}

fn with_value(cookie: &StoredCookie, value: &[u8]) -> StoredCookie {
    let times: Times = cookie.times();
    StoredCookie::new(&cookie.identity(), value, cookie.flags(), &times)
}
