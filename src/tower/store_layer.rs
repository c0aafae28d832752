//! `StoreLayer`: middleware for clients.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::store::SharedStore;
use crate::user_agent::{RequestContext, RequestKind};

/// Middleware for clients: adds the cookies of a shared store to each request, and keeps those of each
/// response.
///
/// The request's URI, which must be absolute, tells which cookies are sent. Without a scheme and a
/// host, none is sent or kept. A request that has a `Cookie` header already keeps
/// it. Redirects are up to the layer outside this one, such as tower-http's `FollowRedirectLayer`, so
/// that each response on the way counts. What the URL does not tell, such as the page that started the
/// request, is given as [`RequestFacts`] in the request's extensions.
#[derive(Clone, Debug)]
pub struct StoreLayer {
    store: Arc<SharedStore>,
}

impl StoreLayer {
    /// Creates a layer with a store, which stays usable by itself.
    #[must_use]
    pub const fn new(store: Arc<SharedStore>) -> Self {
        Self { store }
    }
}

impl<S> Layer<S> for StoreLayer {
    type Service = StoreService<S>;

    fn layer(&self, inner: S) -> StoreService<S> {
        StoreService { inner, store: self.store.clone() }
    }
}

/// What a request's URL does not tell about it: an extension of a request. Without it, the client
/// itself is taken to fetch the URL.
#[derive(Clone, Debug, Default)]
pub struct RequestFacts {
    initiator: Option<RequestContext<'static>>,
    top_level: Option<RequestContext<'static>>,
    kind: RequestKind,
}

impl RequestFacts {
    /// Creates the facts of a request of this kind.
    #[must_use]
    pub const fn new(kind: RequestKind) -> Self {
        Self { initiator: None, top_level: None, kind }
    }

    /// Sets the page whose document started the request.
    #[must_use]
    pub fn with_initiator(mut self, page: RequestContext<'_>) -> Self {
        self.initiator = Some(page.into_owned());
        self
    }

    /// Sets the top-level page, whose URL is in the address bar.
    #[must_use]
    pub fn in_top_level(mut self, page: RequestContext<'_>) -> Self {
        self.top_level = Some(page.into_owned());
        self
    }

    fn apply<'u>(&self, context: RequestContext<'u>) -> RequestContext<'u> {
        let mut context = context.with_kind(self.kind);
        if let Some(page) = &self.initiator {
            context = context.with_initiator(page);
        }
        match &self.top_level {
            Some(page) => context.in_top_level(page),
            None => context,
        }
    }
}

/// The service that [`StoreLayer`] makes of another one.
#[derive(Clone, Debug)]
pub struct StoreService<S> {
    inner: S,
    store: Arc<SharedStore>,
}

impl<S, B, R> Service<Request<B>> for StoreService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = StoreFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // Without a scheme and a host, there are no cookies.
        let context = RequestContext::try_from(request.uri()).ok().map(|context| {
            let context = match request.extensions().get::<RequestFacts>() {
                Some(facts) => facts.apply(context),
                None => context,
            };
            context.into_owned()
        });
        if let Some(context) = &context
            && !request.headers().contains_key(COOKIE)
            && let Some(header) = self.store.cookie_header(context, SystemTime::now())
            && let Ok(mut header) = HeaderValue::try_from(header)
        {
            header.set_sensitive(true);
            request.headers_mut().insert(COOKIE, header);
        }
        let store = self.store.clone();
        StoreFuture { inner: self.inner.call(request), store, context }
    }
}

pin_project! {
    /// The future of a response, whose cookies are kept.
    #[derive(Debug)]
    pub struct StoreFuture<F> {
        #[pin]
        inner: F,
        store: Arc<SharedStore>,
        context: Option<RequestContext<'static>>,
    }
}

impl<F, R, E> Future for StoreFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(context));
        if let (Ok(response), Some(context)) = (&result, this.context) {
            let headers = response.headers().get_all(SET_COOKIE);
            this.store.receive(context, headers, SystemTime::now());
        }
        Poll::Ready(result)
    }
}
