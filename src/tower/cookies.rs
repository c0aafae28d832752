//! `Cookies`: a handle to the cookies of one request and its response.

use std::cell::Cell;
use std::fmt;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use thiserror::Error;

use crate::cookie::{Cookie, CookieError};
use crate::jar::{CookieJar, Policy};
use crate::limits::LimitError;

/// A handle to the cookies of one request and its response, which
/// [`CookieLayer`](super::CookieLayer) puts into the request's extensions.
///
/// Requires the feature `tower`.
///
/// All copies of the handle share one jar. What is changed through any of them is sent with the
/// response, whatever the handler returns. The `Cookie` headers are parsed at the first use.
///
/// # Examples
///
/// ```
/// use gingersnap::tower::Cookies;
///
/// fn count_visits(cookies: &Cookies) -> Result<u32, gingersnap::Error> {
///     cookies.with(|jar| {
///         let visits = jar.parse("visits")?.unwrap_or(0_u32).saturating_add(1);
///         jar.set(("visits", visits.to_string()))?;
///         Ok(visits)
///     })?
/// }
/// ```
#[derive(Clone)]
pub struct Cookies {
    state: Arc<Mutex<State>>,
}

/// What a handle shares with its copies.
enum State {
    /// Nobody has asked for the cookies yet.
    Unread { policy: Policy, first: Option<HeaderValue>, others: Vec<HeaderValue> },
    /// The cookies with their changes.
    Open(Box<CookieJar<'static>>),
    /// The response has been sent.
    Sent,
}

thread_local! {
    /// The memory of a response that has left, for the next request: the extensions of a request allocate
    /// once for the handle, and nothing else needs to.
    static SPARE: Cell<Option<Arc<Mutex<State>>>> = const { Cell::new(None) };
}

/// Why a handle has no cookies, or a cookie cannot be set.
///
/// Requires the feature `tower`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CookiesError {
    /// The request's cookies are over a limit.
    #[error(transparent)]
    Received(#[from] LimitError),
    /// A cookie cannot be set.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// The response has been sent already: a change would be lost.
    #[error("the response has been sent; its cookies can no longer be read or changed")]
    Sent,
    /// A function that [`Cookies::with`] calls uses the handle, instead of the jar that it is given: it
    /// would wait for itself.
    #[error("the jar is in use by the function that asks for it")]
    InUse,
}

thread_local! {
    /// The handle whose jar a function of this thread uses.
    static IN_USE: Cell<*const Mutex<State>> = const { Cell::new(ptr::null()) };
}

/// Marks the handle whose jar a function of this thread uses, until it is dropped.
struct InUse {
    /// The handle that was marked before: a function can use the handle of another request.
    before: *const Mutex<State>,
}

impl InUse {
    fn start(state: &Arc<Mutex<State>>) -> Result<Self, CookiesError> {
        let state = Arc::as_ptr(state);
        let before = IN_USE.get();
        if ptr::eq(before, state) {
            return Err(CookiesError::InUse);
        }
        IN_USE.set(state);
        Ok(Self { before })
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        IN_USE.set(self.before);
    }
}

impl Cookies {
    /// Takes the `Cookie` headers of a request.
    pub(super) fn new(policy: Policy, headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(COOKIE).iter().cloned();
        let first = values.next();
        let unread = State::Unread { policy, first, others: values.collect() };
        if let Ok(Some(mut state)) = SPARE.try_with(Cell::take)
            // A handle that somebody has kept never sees another request.
            && let Some(only) = Arc::get_mut(&mut state)
        {
            *only = Mutex::new(unread);
            return Self { state };
        }
        Self { state: Arc::new(Mutex::new(unread)) }
    }

    /// Calls a function with the request's jar, and returns the function's result. Changes to the jar are
    /// sent with the response.
    ///
    /// The jar is locked during the call: the function must use the jar that it is given, and not the
    /// handle or a copy of it.
    ///
    /// # Errors
    ///
    /// [`CookiesError`] if the request's cookies are over a limit, if the response has been sent, or if
    /// the function of another call uses the handle.
    pub fn with<R>(
        &self,
        use_jar: impl FnOnce(&mut CookieJar<'static>) -> R,
    ) -> Result<R, CookiesError> {
        let _in_use = InUse::start(&self.state)?;
        let mut state = self.lock();
        if let State::Unread { policy, first, others } = &*state {
            let headers = first.iter().chain(others);
            let jar = policy.jar_from_cookie_headers(headers)?.into_owned();
            *state = State::Open(Box::new(jar));
        }
        match &mut *state {
            State::Open(jar) => Ok(use_jar(jar)),
            _ => Err(CookiesError::Sent),
        }
    }

    /// Returns the value of the first cookie named `name`, as [`CookieJar::get`] does.
    ///
    /// # Errors
    ///
    /// Those of [`with`](Self::with).
    pub fn get(&self, name: &str) -> Result<Option<String>, CookiesError> {
        self.with(|jar| jar.get(name).map(str::to_owned))
    }

    /// Sets a cookie, as [`CookieJar::set`] does.
    ///
    /// # Errors
    ///
    /// Those of [`with`](Self::with) and [`CookieJar::set`].
    pub fn set<'c>(&self, cookie: impl Into<Cookie<'c>>) -> Result<(), CookiesError> {
        Ok(self.with(|jar| jar.set(cookie))??)
    }

    /// Returns whether the response has left.
    pub(super) fn is_sent(&self) -> bool {
        matches!(*self.lock(), State::Sent)
    }

    /// Adds what was changed to a response's headers. Later changes are refused.
    pub(super) fn send(self, headers: &mut HeaderMap) {
        let state = std::mem::replace(&mut *self.lock(), State::Sent);
        if let State::Open(jar) = state {
            jar.append_to(headers);
        }
        // A thread that is ending has no next request.
        let _ = SPARE.try_with(|spare| spare.set(Some(self.state)));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the caller's function cannot leave a cookie half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookies")
    }
}
