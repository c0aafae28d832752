//! What happens to the two cookies: this is what the example is about.

use std::time::Duration;

use gingersnap::errors::{OpenError, SealError};
use gingersnap::protect::Keyring;
use gingersnap::{Cookie, CookieJar, SameSite};

/// Who is signed in. Encrypted: nobody can read it or make one up. Its hour is sealed with it, so
/// that a copy of it ends then, too, whatever becomes of the browser's.
pub(crate) const USER: Cookie = Cookie::from_static("__Host-user")
    .with_secure(true)
    .with_http_only(true)
    .with_same_site(SameSite::Lax)
    .with_max_age(Duration::from_secs(3600));

/// How the page looks. Signed: it can be read, and no other value is taken.
pub(crate) const THEME: Cookie = Cookie::from_static("theme")
    .with_same_site(SameSite::Lax)
    .with_max_age(Duration::from_secs(400 * 86_400));

pub(crate) const THEMES: [&str; 3] = ["paper", "night", "ginger"];

/// What the cookies of a request say.
pub(crate) struct Visit {
    pub(crate) user: Result<Option<String>, OpenError>,
    pub(crate) theme: Result<Option<String>, OpenError>,
    /// The cookies that were sealed again, for it was time.
    pub(crate) renewed: Vec<&'static str>,
}

impl Visit {
    /// Reads both cookies, and seals again what asks for it.
    pub(crate) fn read(jar: &mut CookieJar<'_>, keyring: &Keyring) -> Result<Self, SealError> {
        let mut renewed = vec![];

        let user = jar.encrypted(keyring).get(USER.name());
        let user =
            user.map(|found| found.map(|user| (user.value.into_owned(), user.needs_renewal)));
        if let Ok(Some((name, true))) = &user {
            jar.encrypted_mut(keyring).set(USER.with_value(name))?;
            renewed.push("__Host-user");
        }

        let theme = jar.signed(keyring).get(THEME.name());
        let theme =
            theme.map(|found| found.map(|theme| (theme.value.into_owned(), theme.needs_renewal)));
        if let Ok(Some((name, true))) = &theme {
            jar.signed_mut(keyring).set(THEME.with_value(name))?;
            renewed.push("theme");
        }

        let value = |found: Option<(String, bool)>| found.map(|(value, _)| value);
        Ok(Self { user: user.map(value), theme: theme.map(value), renewed })
    }

    /// The theme to show the page in: that of the cookie, if it opens.
    pub(crate) fn theme(&self) -> &str {
        match &self.theme {
            Ok(Some(theme)) => theme,
            _ => THEMES[0],
        }
    }
}

/// What a form asks for.
pub(crate) enum Wish {
    SignIn(String),
    SignOut,
    Theme(&'static str),
    /// To throw the theme away, whether it opens or not.
    ForgetTheme,
}

impl Wish {
    /// Does it to the jar.
    pub(crate) fn grant(
        &self,
        jar: &mut CookieJar<'_>,
        keyring: &Keyring,
    ) -> Result<(), SealError> {
        match self {
            Self::SignIn(name) => jar.encrypted_mut(keyring).set(USER.with_value(name)),
            Self::SignOut => Ok(jar.encrypted_mut(keyring).remove(USER)?),
            Self::Theme(theme) => jar.signed_mut(keyring).set(THEME.with_value(*theme)),
            Self::ForgetTheme => Ok(jar.signed_mut(keyring).remove(THEME)?),
        }
    }
}
