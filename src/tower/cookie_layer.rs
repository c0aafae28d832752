//! `CookieLayer`: middleware for servers.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::cookies::Cookies;
use crate::jar::Policy;

/// Middleware for servers: puts a [`Cookies`] handle into the extensions of each request, and appends
/// what was changed through it to the response, whatever its status. Other `Set-Cookie` headers stay.
///
/// Requires the feature `tower`.
///
/// If the inner service returns `Err`, there is no response, and the changes are lost. If the layer is
/// used twice, only the outer one sends the changes.
///
/// # Examples
///
/// ```
/// use gingersnap::Policy;
/// use gingersnap::tower::{CookieLayer, Cookies};
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// async fn handle(request: Request<()>) -> Result<Response<()>, gingersnap::Error> {
///     let cookies: &Cookies = request.extensions().get().expect("the layer is used");
///     cookies.set(("seen", "yes"))?;
///     Ok(Response::new(()))
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let service = ServiceBuilder::new().layer(CookieLayer::new(Policy::new())).service_fn(handle);
/// let response = service.oneshot(Request::new(())).await?;
/// assert_eq!(response.headers()["set-cookie"], "seen=yes; Path=/");
/// # Ok::<(), gingersnap::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CookieLayer {
    policy: Policy,
}

impl CookieLayer {
    /// Creates a layer whose jars have this policy.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Self { policy }
    }
}

impl<S> Layer<S> for CookieLayer {
    type Service = CookieService<S>;

    fn layer(&self, inner: S) -> CookieService<S> {
        CookieService { inner, policy: self.policy }
    }
}

/// The service that [`CookieLayer`] wraps around another one.
///
/// Requires the feature `tower`.
#[derive(Clone, Copy, Debug)]
pub struct CookieService<S> {
    inner: S,
    policy: Policy,
}

impl<S, B, R> Service<Request<B>> for CookieService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // With a second layer outside this one, that layer sends the changes. A handle whose response has
        // been sent is that of an earlier request, from which this one was made.
        let has_outer_layer =
            request.extensions().get().is_some_and(|cookies: &Cookies| !cookies.is_sent());
        let cookies = (!has_outer_layer).then(|| Cookies::new(self.policy, request.headers()));
        if let Some(cookies) = &cookies {
            request.extensions_mut().insert(cookies.clone());
        }
        ResponseFuture { inner: self.inner.call(request), cookies }
    }
}

pin_project! {
    /// The future that [`CookieService`] returns. It adds the changed cookies to the response.
    ///
    /// Requires the feature `tower`.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        cookies: Option<Cookies>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut result = ready!(this.inner.poll(context));
        if let (Ok(response), Some(cookies)) = (&mut result, this.cookies.take()) {
            cookies.send(response.headers_mut());
        }
        Poll::Ready(result)
    }
}
