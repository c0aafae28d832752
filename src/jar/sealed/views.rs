//! The methods of a jar that return views.

use super::sealed_cookies::SealedCookies;
use super::sealed_cookies_mut::SealedCookiesMut;
use crate::jar::cookie_jar::CookieJar;
use crate::protect::{Keyring, Purpose};

impl<'h> CookieJar<'h> {
    /// Returns a view of the jar that opens signed values: see the module
    /// [`protect`](crate::protect).
    ///
    /// Requires the feature `signed`.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::CookieJar;
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::from_cookie_header("theme=dark")?;
    /// let error = jar.signed(&keyring).get("theme").unwrap_err(); // nobody signed it
    /// assert_eq!(error.to_string(), "cookie `theme`: not a signed value");
    ///
    /// jar.signed_mut(&keyring).set(("theme", "light"))?;
    /// let theme = jar.signed(&keyring).get("theme")?.expect("a cookie");
    /// assert_eq!(theme.value, "light");
    /// assert!(jar.get("theme").unwrap().contains(".light.")); // readable
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[cfg(feature = "signed")]
    #[doc(alias = "get_signed_cookie")]
    #[must_use]
    pub const fn signed<'j>(&'j self, keyring: &'j Keyring) -> SealedCookies<'j> {
        SealedCookies { jar: self, keyring, purpose: Purpose::Signed }
    }

    /// Returns a view of the jar that signs the values it sets: see the module
    /// [`protect`](crate::protect).
    ///
    /// Requires the feature `signed`.
    #[cfg(feature = "signed")]
    #[doc(alias = "set_signed_cookie")]
    #[must_use]
    pub const fn signed_mut<'j>(&'j mut self, keyring: &'j Keyring) -> SealedCookiesMut<'j, 'h> {
        SealedCookiesMut { jar: self, keyring, purpose: Purpose::Signed, lifetime: None }
    }

    /// Returns a view of the jar that opens encrypted values: see the module
    /// [`protect`](crate::protect).
    ///
    /// Requires the feature `encrypted`.
    ///
    /// # Examples
    ///
    /// ```
    /// use gingersnap::{CookieJar, CookieTemplate};
    /// use gingersnap::protect::{Key, Keyring};
    ///
    /// const USER: CookieTemplate = CookieTemplate::host_prefixed("__Host-user");
    ///
    /// let keyring = Keyring::new(&Key::generate()?);
    /// let mut jar = CookieJar::new();
    /// jar.encrypted_mut(&keyring).set(USER.with_value("Zoë"))?;
    ///
    /// let user = jar.encrypted(&keyring).get(USER.name())?.expect("a cookie");
    /// assert_eq!(user.value, "Zoë");
    /// assert!(jar.get(USER.name()).unwrap().starts_with("1e")); // the jar shows the sealed value
    /// assert!(jar.encrypted(&keyring).get("user")?.is_none()); // another name
    /// # Ok::<(), gingersnap::Error>(())
    /// ```
    #[cfg(feature = "encrypted")]
    #[doc(alias = "private")]
    #[must_use]
    pub const fn encrypted<'j>(&'j self, keyring: &'j Keyring) -> SealedCookies<'j> {
        SealedCookies { jar: self, keyring, purpose: Purpose::Encrypted }
    }

    /// Returns a view of the jar that encrypts the values it sets: see the module
    /// [`protect`](crate::protect).
    ///
    /// Requires the feature `encrypted`.
    #[cfg(feature = "encrypted")]
    #[doc(alias = "private_mut")]
    #[must_use]
    pub const fn encrypted_mut<'j>(&'j mut self, keyring: &'j Keyring) -> SealedCookiesMut<'j, 'h> {
        SealedCookiesMut { jar: self, keyring, purpose: Purpose::Encrypted, lifetime: None }
    }
}
