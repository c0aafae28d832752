//! `Keyring`: the keys of an application, ready for use.

use std::fmt;
use std::sync::Arc;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

#[cfg(feature = "encrypted")]
use super::encrypted::EncryptionKey;
use super::key::Key;
use super::key_id::KeyId;
#[cfg(feature = "signed")]
use super::signed::SigningKey;

/// The keys of an application: the *primary* key seals and opens, and any number of *retired* keys
/// only open.
///
/// Requires the feature `signed` or `encrypted`.
///
/// Create it once, from configuration; a clone shares the keys. Machines with the same secrets open
/// each other's cookies and share nothing else. Each sealed value names the key that it needs, so a
/// retired key costs nothing until it is used. [The guide](super#keys) says how to rotate keys in
/// production.
///
/// # Examples
///
/// ```
/// use gingersnap::CookieJar;
/// use gingersnap::protect::{Key, Keyring};
///
/// let old = Key::generate()?;
/// let keyring = Keyring::new(&old);
/// # #[cfg(feature = "encrypted")] {
/// let mut jar = CookieJar::new();
/// jar.encrypted_mut(&keyring).set(("user", "Zoë"))?;
///
/// let rotated = Keyring::new(&Key::generate()?).with_retired(&old);
/// let user = jar.encrypted(&rotated).get("user")?.expect("a cookie");
/// assert!(user.needs_renewal); // it was sealed with a retired key
///
/// let without_old = Keyring::new(&Key::generate()?);
/// let error = jar.encrypted(&without_old).get("user").unwrap_err();
/// let id = keyring.primary();
/// assert_eq!(
///     error.to_string(),
///     format!("cookie `user`: sealed with the key {id}, which is not on the keyring"),
/// );
/// # }
/// # Ok::<(), gingersnap::Error>(())
/// ```
#[derive(Clone)]
pub struct Keyring {
    /// The primary key first. No key is there twice.
    keys: Arc<[Arc<DerivedKeys>]>,
}

/// The keys that are derived from one secret.
pub(super) struct DerivedKeys {
    /// Identifies the secret. Only its first 6 bytes, the key id, are published.
    fingerprint: [u8; 32],
    #[cfg(feature = "signed")]
    pub(super) signing: SigningKey,
    #[cfg(feature = "encrypted")]
    pub(super) encryption: EncryptionKey,
}

impl DerivedKeys {
    fn new(key: &Key) -> Self {
        let secret = Hkdf::new(None, key.secret());
        Self {
            fingerprint: *derive(&secret, "gingersnap 1 key id"),
            #[cfg(feature = "signed")]
            signing: SigningKey::new(&derive(&secret, "gingersnap 1 signed")),
            #[cfg(feature = "encrypted")]
            encryption: EncryptionKey::new(&derive(&secret, "gingersnap 1 encrypted")),
        }
    }

    pub(super) fn id(&self) -> KeyId {
        let mut id = [0; KeyId::LEN];
        id.copy_from_slice(&self.fingerprint[..KeyId::LEN]);
        KeyId(id)
    }
}

/// Derives a key of 32 bytes from a secret, for one use (HKDF-SHA256, RFC 5869).
fn derive(secret: &Hkdf<Sha256>, info: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // OK because HKDF-SHA256 gives up to 8160 bytes.
    secret.expand(info.as_bytes(), &mut *key).expect("32 bytes of HKDF");
    key
}

impl Keyring {
    /// Creates a keyring with one key, the primary one.
    #[must_use]
    pub fn new(primary: &Key) -> Self {
        Self { keys: Arc::new([Arc::new(DerivedKeys::new(primary))]) }
    }

    /// Adds a retired key, which opens and does not seal. A key that is there already stays what it
    /// is.
    #[must_use]
    pub fn with_retired(self, key: &Key) -> Self {
        let key = DerivedKeys::new(key);
        if self.keys.iter().any(|other| other.fingerprint == key.fingerprint) {
            return self;
        }
        let last = Arc::new(key);
        Self { keys: self.keys.iter().cloned().chain([last]).collect() }
    }

    /// Makes a key the primary one. The previous primary key is retired.
    #[must_use]
    pub fn with_primary(self, key: &Key) -> Self {
        let first = Arc::new(DerivedKeys::new(key));
        let others = self.keys.iter().filter(|other| other.fingerprint != first.fingerprint);
        let others: Vec<_> = others.cloned().collect();
        Self { keys: [first].into_iter().chain(others).collect() }
    }

    /// Returns the id of the key that seals.
    #[must_use]
    pub fn primary(&self) -> KeyId {
        self.primary_key().id()
    }

    /// Returns the ids of the keys that only open.
    pub fn retired(&self) -> impl Iterator<Item = KeyId> {
        self.keys.iter().skip(1).map(|key| key.id())
    }

    pub(super) fn primary_key(&self) -> &DerivedKeys {
        &self.keys[0] // OK because every keyring has a primary key.
    }

    /// Returns the keys with an id, each with whether it is retired. There is one or none; two
    /// secrets have the same id once in 2^48.
    pub(super) fn keys_with_id(&self, id: KeyId) -> impl Iterator<Item = (&DerivedKeys, bool)> {
        let keys = self.keys.iter().enumerate().filter(move |(_, key)| key.id() == id);
        keys.map(|(index, key)| (&**key, index > 0))
    }
}

/// Shows the ids of the keys.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("primary", &self.primary())
            .field("retired", &self.retired().collect::<Vec<_>>())
            .finish()
    }
}
