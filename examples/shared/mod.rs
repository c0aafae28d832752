//! What the servers `blog` and `sign_in` share, and `proxy` in part: the limits on connections, the checks of requests, the
//! headers of responses, and the way out for a browser with too many cookies.

pub(crate) mod clear_cookies;
pub(crate) mod connections;
pub(crate) mod guard;
pub(crate) mod host;
mod large_requests;
pub(crate) mod reply;
