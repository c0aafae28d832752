//! The branches of the model that cases must reach: a law that never reaches a branch says nothing about it.

/// What the cases must reach: one in so many of them. On average, ten times as many do.
pub(crate) const BRANCHES: &[(&str, u32)] = &[
    ("refused: Control", 32),
    ("refused: Empty", 64),
    ("refused: TooLarge", 32),
    ("refused: NotReadBack", 32),
    ("refused: DomainNonAscii", 128),
    ("refused: DomainMismatch", 16),
    ("refused: PublicSuffix", 128),
    ("refused: AboveSite", 256),
    ("refused: CookiesDisabled", 128),
    ("refused: NotSecure", 16),
    ("refused: NonHttpApi", 32),
    ("refused: HidesSecure", 64),
    ("refused: OverwritesHttpOnly", 256),
    ("refused: CrossSite", 16),
    ("refused: SameSiteNone", 32),
    ("refused: Partitioned", 32),
    ("refused: Prefix", 16),
    ("refused: NamelessPrefix", 32),
    ("replaced", 32),
    ("removed", 64),
    ("a lifetime is cut", 64),
    ("expired", 16),
    ("too many cookies of a site", 64),
    ("too many bytes of a site", 128),
    ("a Secure cookie stays, and a later one without is evicted", 32),
    ("held back: another host", 16),
    ("held back: another path", 32),
    ("held back: not secure", 32),
    ("held back: HttpOnly", 128),
    ("held back: SameSite", 32),
    ("held back: another partition", 128),
    ("sent: a partitioned cookie", 32),
    ("sent: to a subdomain", 32),
    ("sent: to another site", 64),
    ("sent by creation time", 32),
    ("sent by length of path", 32),
];

/// Also required if a store limits the cookies of all sites.
pub(crate) const TOTAL_LIMIT_BRANCHES: &[(&str, u32)] =
    &[("too many cookies of all sites", 32), ("what has expired makes room", 512)];

/// Also required if the clock can be set back.
pub(crate) const CLOCK_BRANCHES: &[(&str, u32)] = &[("the clock went backwards", 64)];
