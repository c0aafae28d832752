//! `StoreLayer`: middleware for clients.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::{Method, Request, Response, Uri};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::store::SharedStore;
use crate::user_agent::{RequestContext, RequestKind};

/// Middleware for clients: adds the cookies of a shared store to each request, and keeps those of each
/// response.
///
/// Requires the features `tower` and `store`.
///
/// The request's URI, which must be absolute, tells which cookies are sent. Without a scheme and a
/// host, none is sent or kept. A request that has a `Cookie` header already keeps it, and gets none of
/// the store's cookies; those of its response are kept all the same.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
/// use gingersnap::RequestContext;
/// use gingersnap::store::SharedStore;
/// use gingersnap::tower::StoreLayer;
/// use http_body_util::Empty;
/// use hyper::body::Bytes;
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use tower::ServiceBuilder;
///
/// let store = Arc::new(SharedStore::new());
/// let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
/// let client = ServiceBuilder::new().layer(StoreLayer::new(store.clone())).service(client);
/// // client.oneshot(request).await?
///
/// // The store can be used while the client has it.
/// let shop = RequestContext::parse("https://shop.example/")?;
/// store.receive(&shop, ["lang=de"], SystemTime::now());
/// # let _: tower::util::BoxCloneService<http::Request<Empty<Bytes>>, _, _> =
/// #     tower::util::BoxCloneService::new(client);
/// # Ok::<(), gingersnap::errors::ContextError>(())
/// ```
///
/// # Redirects
///
/// A layer that follows redirects, such as the `FollowRedirectLayer` of tower-http, belongs outside
/// this one. **Inside, the cookies of the last response would be stored as those of the first URL**,
/// whatever host it came from. Outside, the cookies of each response on the way are kept, and each
/// request on the way has those of its own URL. tower-http sends a caller's own `Cookie` header again
/// within one origin, and drops it on the first redirect to another one; from there on, the store's
/// cookies are sent.
///
/// This layer need not know that a request follows a redirect: whether the request is same-site depends
/// on the page that started the first one and on the request's own URL, not on those in between, and
/// whether its method is safe depends on its own method (RFC 6265bis, sections 5.2 and 5.8.3). The page
/// must therefore be kept across redirects, but redirect layers drop the [`RequestFacts`] in a
/// request's extensions: tower-http 0.6 on each redirect, and 0.7 on those to another origin. **A
/// request that has lost its facts counts as the client's own, and `SameSite=Strict` cookies are
/// sent.** There are two ways out:
///
/// - Give the facts to the layer with [`with_facts`](Self::with_facts): one layer for each page whose
///   requests it sends. This works with any redirect layer.
/// - With tower-http 0.7, tell its policy to keep the extension:
///
/// ```
/// use std::sync::Arc;
/// use gingersnap::store::SharedStore;
/// use gingersnap::tower::{RequestFacts, StoreLayer};
/// use tower::ServiceBuilder;
/// use tower_http::follow_redirect::FollowRedirectLayer;
/// use tower_http::follow_redirect::policy::{FilterCredentials, Limited, PolicyExt, Standard};
///
/// // tower-http's default policy, except that it keeps the extension.
/// let credentials = FilterCredentials::new().allow_extension::<RequestFacts>();
/// let policy: Standard = Limited::default().and::<_, (), ()>(credentials);
/// let layers = ServiceBuilder::new()
///     .layer(FollowRedirectLayer::with_policy(policy))
///     .layer(StoreLayer::new(Arc::new(SharedStore::new())));
/// ```
#[derive(Clone, Debug)]
pub struct StoreLayer {
    store: Arc<SharedStore>,
    facts: RequestFacts,
}

impl StoreLayer {
    /// Creates a layer with a store, which can also be used directly.
    #[must_use]
    pub const fn new(store: Arc<SharedStore>) -> Self {
        Self { store, facts: RequestFacts::new() }
    }

    /// Sets the facts of each request that has no [`RequestFacts`] in its extensions. Without
    /// this, such a request counts as the client's own.
    #[must_use]
    pub fn with_facts(mut self, facts: RequestFacts) -> Self {
        self.facts = facts;
        self
    }
}

impl<S> Layer<S> for StoreLayer {
    type Service = StoreService<S>;

    fn layer(&self, inner: S) -> StoreService<S> {
        StoreService { inner, layer: self.clone() }
    }
}

/// What a request's URL and method do not tell: which page started it, and in which top-level page.
/// Insert it into the extensions of a request; [`StoreLayer::with_facts`] sets it for all requests without
/// one.
///
/// Requires the features `tower` and `store`.
///
/// # Examples
///
/// ```
/// use gingersnap::RequestContext;
/// use gingersnap::tower::RequestFacts;
/// use http::Request;
///
/// // A link on another page was clicked: `SameSite=Strict` cookies are not sent.
/// let news = RequestContext::parse("https://news.example/")?;
/// let facts = RequestFacts::top_level_navigation().with_initiator(news);
/// let request = Request::get("https://shop.example/").extension(facts).body(())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequestFacts {
    initiator: Option<RequestContext<'static>>,
    top_level: Option<RequestContext<'static>>,
    is_navigation: bool,
}

impl RequestFacts {
    /// Creates the facts of a request that the client sends by itself. With
    /// [`with_initiator`](Self::with_initiator), they describe a request that a page makes, such as for an
    /// image or a script's fetch: see [`RequestKind::Subresource`].
    #[must_use]
    pub const fn new() -> Self {
        Self { initiator: None, top_level: None, is_navigation: false }
    }

    /// Creates the facts of a request that changes the URL in the address bar: see
    /// [`RequestKind::TopLevelNavigation`]. Whether its method is safe is read from each request,
    /// because a redirect can make a GET of a POST.
    #[must_use]
    pub const fn top_level_navigation() -> Self {
        Self { initiator: None, top_level: None, is_navigation: true }
    }

    /// Sets the page whose document started the request. It stays the same for redirects.
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

    /// Returns the context of a request, or `None` if its URI has no scheme or no host.
    fn context(&self, uri: &Uri, method: &Method) -> Option<RequestContext<'static>> {
        let mut context = RequestContext::try_from(uri).ok()?;
        if self.is_navigation {
            let kind = RequestKind::TopLevelNavigation { safe_method: method.is_safe() };
            context = context.with_kind(kind);
        }
        if let Some(page) = &self.initiator {
            context = context.with_initiator(page);
        }
        if let Some(page) = &self.top_level {
            context = context.in_top_level(page);
        }
        Some(context.into_owned())
    }
}

/// The service that [`StoreLayer`] wraps around another one.
///
/// Requires the features `tower` and `store`.
#[derive(Clone, Debug)]
pub struct StoreService<S> {
    inner: S,
    layer: StoreLayer,
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
        let StoreLayer { store, facts } = &self.layer;
        let facts = request.extensions().get().unwrap_or(facts);
        let context = facts.context(request.uri(), request.method());
        if let Some(context) = &context
            && !request.headers().contains_key(COOKIE)
            && let Some(header) = store.cookie_header(context, SystemTime::now())
            && let Ok(mut header) = HeaderValue::try_from(header)
        {
            header.set_sensitive(true);
            request.headers_mut().insert(COOKIE, header);
        }
        let store = store.clone();
        StoreFuture { inner: self.inner.call(request), store, context }
    }
}

pin_project! {
    /// The future that [`StoreService`] returns. It stores the cookies of the response.
    ///
    /// Requires the features `tower` and `store`.
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
