//! `Keyring`: the keys of an application, ready for use.

use std::fmt;
use std::sync::Arc;

use hkdf::Hkdf;

use super::head::KeyId;
use super::key::Key;
use super::scheme::derive;
use super::{Ciphering, Signing};

/// The keys of an application: one, the *primary*, seals; it and any number of *retired* ones open.
///
/// Make it once, from configuration: what can be prepared of the keys is, and a clone shares it.
/// Machines with the same secrets open each other's cookies and share nothing else. Each sealed
/// value says which key it needs, so a retired one costs nothing until it is used. How to rotate
/// keys in production is in [the guide](super#keys).
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
/// assert!(user.needs_renewal); // by setting it again
///
/// let without_old = Keyring::new(&Key::generate()?);
/// let error = jar.encrypted(&without_old).get("user").unwrap_err();
/// let id = keyring.primary();
/// assert_eq!(
///     error.to_string(),
///     format!("cookie `user` was sealed with the key {id}, which isn't on the keyring"),
/// );
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Keyring {
    /// The primary first. No key is there twice.
    keys: Arc<[Arc<Prepared>]>,
}

/// What is prepared of a key.
pub(super) struct Prepared {
    /// What tells keys apart and is public: its first bytes are the id.
    fingerprint: [u8; 32],
    /// The id as it is written.
    pub(super) written_id: [u8; KeyId::WRITTEN],
    #[cfg_attr(not(feature = "signed"), expect(dead_code, reason = "there is no signing"))]
    pub(super) signing: Signing,
    #[cfg_attr(not(feature = "encrypted"), expect(dead_code, reason = "there is no encryption"))]
    pub(super) ciphering: Ciphering,
}

impl Prepared {
    fn new(key: &Key) -> Self {
        let secret = Hkdf::new(None, key.secret());
        let fingerprint = *derive(&secret, "gingersnap 1 key id");
        let id = id(&fingerprint);
        Self {
            fingerprint,
            written_id: id.write(),
            signing: Signing::new(&secret, id),
            ciphering: Ciphering::new(&secret, id),
        }
    }

    pub(super) fn id(&self) -> KeyId {
        id(&self.fingerprint)
    }
}

fn id(fingerprint: &[u8; 32]) -> KeyId {
    let mut id = [0; KeyId::LEN];
    id.copy_from_slice(&fingerprint[..KeyId::LEN]);
    KeyId(id)
}

impl Keyring {
    /// A keyring with this one key, its primary.
    #[must_use]
    pub fn new(primary: &Key) -> Self {
        Self { keys: Arc::new([Arc::new(Prepared::new(primary))]) }
    }

    /// With this retired key, which opens and doesn't seal. A key that is there already stays what
    /// it is.
    #[must_use]
    pub fn with_retired(self, key: &Key) -> Self {
        let key = Prepared::new(key);
        if self.keys.iter().any(|other| other.fingerprint == key.fingerprint) {
            return self;
        }
        let last = Arc::new(key);
        Self { keys: self.keys.iter().cloned().chain([last]).collect() }
    }

    /// With this key as the primary. The one that was is retired.
    #[must_use]
    pub fn with_primary(self, key: &Key) -> Self {
        let first = Arc::new(Prepared::new(key));
        let others = self.keys.iter().filter(|other| other.fingerprint != first.fingerprint);
        let others: Vec<_> = others.cloned().collect();
        Self { keys: [first].into_iter().chain(others).collect() }
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn primary(&self) -> KeyId {
        self.sealing().id()
    }

    /// The ids of the keys that open only.
    pub fn retired(&self) -> impl Iterator<Item = KeyId> {
        self.keys[1..].iter().map(|key| key.id())
    }

    /// The key that seals.
    pub(super) fn sealing(&self) -> &Prepared {
        &self.keys[0]
    }

    /// The keys of an id as it is written, each with whether it is retired. There is one, or none;
    /// two different secrets with one id happen once in 2^48.
    pub(super) fn opening(
        &self,
        id: [u8; KeyId::WRITTEN],
    ) -> impl Iterator<Item = (&Prepared, bool)> {
        let keys = self.keys.iter().enumerate().filter(move |(_, key)| key.written_id == id);
        keys.map(|(index, key)| (&**key, index > 0))
    }
}

/// The ids of its keys.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("primary", &self.primary())
            .field("retired", &self.retired().collect::<Vec<_>>())
            .finish()
    }
}
