//! The limits of a store.

/// How many cookies a store keeps (RFC 6265bis, section 6.1).
///
/// Requires the feature `store`.
///
/// A list of cookies is looked through as a whole when one is stored or evicted, so that a site with a
/// very high limit takes time by the square of its cookies. If a limit is exceeded, cookies are evicted: expired ones first, then the least recently used. Of
/// a site, those without `Secure` go before the others. Limits of a site count for each of its
/// partitions; the standard counts by domain, and browsers by site, as here.
///
/// | limit | default | what it limits |
/// | --- | --- | --- |
/// | [`site_cookies`](Self::site_cookies) | 180, cut to 150 | the cookies of a site |
/// | [`site_bytes`](Self::site_bytes) | 1,048,576 | the bytes of the names, values, domains, paths and partitions of a site |
/// | [`total_cookies`](Self::total_cookies) | none | the cookies of all sites |
///
/// # Examples
///
/// ```
/// use gingersnap::store::StoreLimits;
///
/// const SMALL: StoreLimits = StoreLimits::SPEC.with_total_cookies(Some(3000), 3000);
/// assert_eq!((SMALL.site_cookies(), SMALL.total_cookies()), (50, Some(3000)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreLimits {
    site_cookies: u32,
    site_cookies_kept: u32,
    site_bytes: usize,
    total_cookies: Option<u32>,
    total_cookies_kept: u32,
}

impl StoreLimits {
    /// As many cookies of a site as browsers keep, and no limit over all.
    pub const DEFAULT: Self = Self {
        site_cookies: 180,
        site_cookies_kept: 150,
        site_bytes: 1 << 20,
        total_cookies: None,
        total_cookies_kept: 0,
    };

    /// The least that the standard asks for: 50 cookies of a site, and 3000 in all.
    pub const SPEC: Self =
        Self::DEFAULT.with_site_cookies(50, 50).with_total_cookies(Some(3000), 3000);

    /// Those of Chromium: 180 cookies of a site, cut to 150, and 3300 in all, cut to 3000.
    pub const CHROMIUM: Self =
        Self::DEFAULT.with_site_cookies(180, 150).with_total_cookies(Some(3300), 3000);

    /// Those of Firefox: 180 cookies of a site, cut to 150, and 3000 in all, cut to 2700.
    pub const FIREFOX: Self =
        Self::DEFAULT.with_site_cookies(180, 150).with_total_cookies(Some(3000), 2700);

    /// Sets how many cookies a site may have, and how many are kept of one that has more.
    #[must_use]
    pub const fn with_site_cookies(mut self, max: u32, kept: u32) -> Self {
        self.site_cookies = max;
        self.site_cookies_kept = if kept < max { kept } else { max };
        self
    }

    /// Sets how many bytes the names, values, domains, paths and partitions of a site's cookies may have.
    #[must_use]
    pub const fn with_site_bytes(mut self, max: usize) -> Self {
        self.site_bytes = max;
        self
    }

    /// Sets how many cookies all sites may have, and how many are kept if there are more. `None` is
    /// no limit.
    #[must_use]
    pub const fn with_total_cookies(mut self, max: Option<u32>, kept: u32) -> Self {
        self.total_cookies = max;
        self.total_cookies_kept = match max {
            Some(max) if kept > max => max,
            _ => kept,
        };
        self
    }

    /// Returns how many cookies a site may have.
    #[must_use]
    pub const fn site_cookies(&self) -> u32 {
        self.site_cookies
    }

    /// Returns how many cookies are kept of a site that has too many.
    #[must_use]
    pub const fn site_cookies_kept(&self) -> u32 {
        self.site_cookies_kept
    }

    /// Returns how many bytes the names, values, domains, paths and partitions of a site's cookies may have.
    #[must_use]
    pub const fn site_bytes(&self) -> usize {
        self.site_bytes
    }

    /// Returns how many cookies all sites may have.
    #[must_use]
    pub const fn total_cookies(&self) -> Option<u32> {
        self.total_cookies
    }

    /// Returns how many cookies are kept of all sites if there are too many.
    #[must_use]
    pub const fn total_cookies_kept(&self) -> u32 {
        self.total_cookies_kept
    }
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
