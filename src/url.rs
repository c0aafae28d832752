//! The URLs of the `url` crate.

use url::Url;

use crate::user_agent::{ContextError, RequestContext};

/// Reads the URL of a request. The crate `url` has made its host and path canonical, also those in
/// other scripts than Latin.
///
/// Requires the feature `url`.
///
/// # Errors
///
/// [`ContextError::Scheme`] for another scheme than `http`, `https`, `ws` and `wss`.
///
/// # Examples
///
/// ```
/// use gingersnap::RequestContext;
/// use url::Url;
///
/// let url = Url::parse("https://bücher.example/suche?q=1")?;
/// let context = RequestContext::try_from(&url)?;
/// assert_eq!((context.host(), context.path()), ("xn--bcher-kva.example", "/suche"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'u> TryFrom<&'u Url> for RequestContext<'u> {
    type Error = ContextError;

    fn try_from(url: &'u Url) -> Result<Self, ContextError> {
        Self::from_parts(url.scheme(), url.host_str().unwrap_or_default(), url.path())
    }
}
