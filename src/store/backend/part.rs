//! Parts of a site in memory, and what an operation changes of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::engine::{Update, Version};
use crate::store::cookie_list::CookieList;
use crate::store::site_cookies::SiteCookies;
use crate::store::{StoreChange, StoredCookie};

/// A part of a site that was loaded: the unpartitioned cookies, or those of one partition.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) partition: Option<String>,
    pub(super) version: Version,
    pub(super) cookies: Arc<CookieList>,
    /// Whether the engine has cookies in the part that this store cannot use. They stay there.
    pub(super) has_unusable: bool,
}

/// Joins the parts of a site.
pub(super) fn join(parts: &[Part]) -> SiteCookies {
    let lists = parts.iter().map(|part| (part.partition.as_deref(), (*part.cookies).clone()));
    SiteCookies::from_lists(lists)
}

/// What an operation changes in a part of a site.
pub(super) struct PartChange {
    pub(super) update: Update,
    /// The part after the change, with its version before it.
    pub(super) part: Part,
}

/// Returns the changes of an operation: those that were recorded, and the cookies whose time of last use
/// must be written.
pub(super) fn changes(
    parts: &[Part],
    recorded: &[StoreChange],
    used: &[StoredCookie],
) -> Vec<PartChange> {
    // Of several changes of one cookie, the last one counts.
    let mut last: BTreeMap<Option<&str>, LastChanges<'_>> = BTreeMap::new();
    let recorded = recorded.iter().filter_map(|change| match change {
        StoreChange::Stored(new) | StoreChange::Replaced { new, .. } => Some((new, true)),
        StoreChange::Removed(old) | StoreChange::Expired(old) | StoreChange::Evicted(old) => {
            Some((old, false))
        }
        StoreChange::Missed(_) => None,
    });
    for (cookie, is_present) in used.iter().map(|cookie| (cookie, true)).chain(recorded) {
        last.entry(cookie.partition()).or_default().insert(cookie.key(), (cookie, is_present));
    }
    let changed =
        parts.iter().filter_map(|part| Some((part, last.remove(&part.partition.as_deref())?)));
    changed.map(|(part, last)| part_change(part, last)).collect()
}

/// The last change of each cookie, by key: the cookie, and whether the part has it after the change.
type LastChanges<'c> = BTreeMap<Vec<u8>, (&'c StoredCookie, bool)>;

fn part_change(part: &Part, last: LastChanges<'_>) -> PartChange {
    // Start from what was loaded: the result must be what the engine has after the update, without times
    // of last use that are not written yet.
    let mut cookies = (*part.cookies).clone();
    let (mut put, mut delete) = (Vec::new(), Vec::new());
    for (key, (cookie, is_present)) in last {
        if let Some((position, _)) = cookies.find(&cookie.identity()) {
            cookies.remove(position);
        }
        if is_present {
            cookies.insert(cookie.clone());
            put.push(cookie.clone());
        } else {
            delete.push(key);
        }
    }
    let expiries = || cookies.as_slice().iter().map(StoredCookie::expires);
    let has_session = part.has_unusable || expiries().any(|expires| expires.is_none());
    let update = Update {
        partition: part.partition.clone(),
        expected: part.version,
        put,
        delete,
        is_emptied: cookies.as_slice().is_empty() && !part.has_unusable,
        expires: if has_session { None } else { expiries().flatten().max() },
    };
    PartChange { update, part: Part { cookies: Arc::new(cookies), ..part.clone() } }
}
