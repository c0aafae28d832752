//! The guide: recipes, and help with moving from other crates and from Django.
//!
//! - [`cookbook`]: short recipes, from setting a cookie to signing in, proxies, frames, tests and clients.
//! - [`several_machines`]: what several servers share, what several clients share, and how keys are rotated
//!   over ten machines.
//! - [`from_cookie`]: from the crate `cookie`.
//! - [`from_axum`]: from `axum-extra` and `tower-cookies`.
//! - [`from_cookie_store`]: from the crates `cookie_store` and `reqwest_cookie_store`.
//! - [`from_django`]: from Django, parameter by parameter.
//!
//! All code of these pages is tested. This module exists in the documentation only.

#[doc = include_str!("../docs/guide/cookbook.md")]
pub mod cookbook {}

#[doc = include_str!("../docs/guide/from_axum.md")]
pub mod from_axum {}

#[doc = include_str!("../docs/guide/from_cookie.md")]
pub mod from_cookie {}

#[doc = include_str!("../docs/guide/from_cookie_store.md")]
pub mod from_cookie_store {}

#[doc = include_str!("../docs/guide/from_django.md")]
pub mod from_django {}

#[doc = include_str!("../docs/guide/several_machines.md")]
pub mod several_machines {}
