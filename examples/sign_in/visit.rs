//! What happens to the two cookies: this file is what the example is about.

use std::time::Duration;

use gingersnap::Error;
use gingersnap::errors::{OpenError, RenewError, SealError};
use gingersnap::protect::{Keyring, Opened};
use gingersnap::{CookieJar, CookieTemplate, SameSite};

/// Who is signed in. The value is encrypted: nobody can read it or make one up. The hour is sealed
/// with it, so that a copy stops opening then, too, whatever the browser does.
pub(crate) const USER: CookieTemplate =
    CookieTemplate::host_prefixed("__Host-user").with_max_age(Duration::from_secs(3600));

/// How the page looks. The value is signed: anyone can read it, and a changed one is refused.
pub(crate) const THEME: CookieTemplate = CookieTemplate::new("theme")
    .with_same_site(SameSite::Lax)
    .with_max_age(Duration::from_secs(400 * 86_400));

pub(crate) const THEMES: [&str; 3] = ["paper", "night", "ginger"];

/// What the cookies of a request say.
pub(crate) struct Visit {
    pub(crate) user: Result<Option<String>, OpenError>,
    pub(crate) theme: Result<Option<String>, OpenError>,
    /// The names of the cookies that were sealed again.
    pub(crate) renewed: Vec<&'static str>,
}

impl Visit {
    /// Opens both cookies, and seals them again if it is time.
    pub(crate) fn read(jar: &mut CookieJar<'_>, keyring: &Keyring) -> Result<Self, SealError> {
        let user = opened(jar.encrypted_mut(keyring).renew(USER.with_value("")))?;
        let theme = opened(jar.signed_mut(keyring).renew(THEME.with_value("")))?;
        let is_due = |found: &Result<Option<Opened<'_>>, OpenError>| {
            found.as_ref().is_ok_and(|found| found.as_ref().is_some_and(|it| it.needs_renewal))
        };
        let both = [(USER.name(), is_due(&user)), (THEME.name(), is_due(&theme))];
        let renewed = both.into_iter().filter(|(_, is_due)| *is_due).map(|(name, _)| name);
        let value = |found: Option<Opened<'_>>| found.map(|opened| opened.value.into_owned());
        Ok(Self { renewed: renewed.collect(), user: user.map(value), theme: theme.map(value) })
    }

    /// Returns the theme to show the page in: that of the cookie, if it opens.
    pub(crate) fn theme(&self) -> &str {
        match &self.theme {
            Ok(Some(theme)) => theme,
            _ => THEMES[0],
        }
    }
}

/// Separates a cookie that does not open, which the page shows, from one that cannot be sealed.
fn opened(
    renewed: Result<Option<Opened<'static>>, RenewError>,
) -> Result<Result<Option<Opened<'static>>, OpenError>, SealError> {
    match renewed {
        Ok(opened) => Ok(Ok(opened)),
        Err(RenewError::Open(error)) => Ok(Err(error)),
        Err(RenewError::Seal(error)) => Err(error),
        Err(_) => Ok(Ok(None)),
    }
}

/// What a form asks for.
pub(crate) enum Action {
    SignIn(String),
    SignOut,
    Theme(&'static str),
    /// Removes the theme, whether it opens or not.
    ForgetTheme,
}

impl Action {
    /// Changes the jar.
    pub(crate) fn apply(&self, jar: &mut CookieJar<'_>, keyring: &Keyring) -> Result<(), Error> {
        match self {
            Self::SignIn(name) => Ok(jar.encrypted_mut(keyring).set(USER.with_value(name))?),
            Self::SignOut => Ok(jar.encrypted_mut(keyring).remove(USER)?),
            Self::Theme(theme) => Ok(jar.signed_mut(keyring).set(THEME.with_value(*theme))?),
            Self::ForgetTheme => Ok(jar.signed_mut(keyring).remove(THEME)?),
        }
    }

    /// Returns the page to show next. A cookie that was set must come back with the request for it.
    pub(crate) const fn next_page(&self) -> &'static str {
        match self {
            Self::SignIn(_) => "/?set=user",
            Self::Theme(_) => "/?set=theme",
            Self::SignOut | Self::ForgetTheme => "/",
        }
    }
}

/// Returns the name of the cookie that the query of [`Action::next_page`] says was set.
pub(crate) fn expected_cookie(query: &str) -> Option<&'static str> {
    match query {
        "set=user" => Some(USER.name()),
        "set=theme" => Some(THEME.name()),
        _ => None,
    }
}
