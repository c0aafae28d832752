//! Values that are sealed before an engine keeps them.
#![cfg(all(feature = "store", feature = "encrypted"))]

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::RequestContext;
use gingersnap::protect::{Key, Keyring};
use gingersnap::store::StoredCookie;
use gingersnap::store::backend::{BackedStore, Backend, Loaded, MemoryBackend, Update};
use proptest::prelude::*;

const SITE: &str = "shop.example";
const NEWS: &str = "https://news.example";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_764_000_000)
}

fn key(number: u8) -> Key {
    Key::new([number; 32]).unwrap()
}

fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn at(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).unwrap()
}

/// A request of a frame in another site's page.
fn in_frame() -> RequestContext<'static> {
    at("https://www.shop.example/").in_top_level(&at("https://news.example/")).into_owned()
}

/// An engine that tests look into.
#[derive(Default)]
struct Engine(Arc<MemoryBackend>);

impl Engine {
    fn store(&self, keyring: &Keyring) -> BackedStore {
        BackedStore::new(self.0.clone()).with_keyring(keyring.clone())
    }

    fn load(&self) -> Vec<Loaded> {
        wait(self.0.load(SITE, &[None, Some(NEWS)])).unwrap()
    }

    fn cookies(&self) -> Vec<StoredCookie> {
        self.load().into_iter().flat_map(|loaded| loaded.cookies).collect()
    }

    /// Replaces the cookies of a part, as someone could who can write to the engine.
    fn put(&self, partition: Option<&str>, cookies: Vec<StoredCookie>) {
        let loaded = wait(self.0.load(SITE, &[partition])).unwrap().remove(0);
        let mut update = Update::new(partition.map(str::to_owned), loaded.version);
        update.delete = loaded.cookies.iter().map(StoredCookie::key).collect();
        update.put = cookies;
        wait(self.0.apply(SITE, &[update], now())).unwrap();
    }
}

fn receive(store: &BackedStore, header: &str) {
    let outcomes = wait(store.receive(&in_frame(), [header], now())).unwrap();
    assert!(outcomes.iter().all(gingersnap::store::Outcome::is_stored), "{outcomes:?}");
}

fn sent(store: &BackedStore) -> String {
    let header = wait(store.cookie_header(&in_frame(), now())).unwrap().unwrap_or_default();
    String::from_utf8_lossy(&header).into_owned()
}

const SID: &str = "sid=hunter2; Secure; SameSite=None; Path=/";
const CHIPS: &str = "chips=hunter3; Secure; SameSite=None; Path=/; Partitioned; Max-Age=60";

#[test]
fn an_engine_sees_no_value_and_every_store_with_the_key_does() {
    let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
    receive(&engine.store(&keyring), SID);
    receive(&engine.store(&keyring), CHIPS);
    let bytes: Vec<u8> = engine.cookies().iter().flat_map(StoredCookie::to_bytes).collect();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("sid") && text.contains("chips") && text.contains(SITE), "{text}");
    assert!(!text.contains("hunter"), "{text}");
    assert_eq!(sent(&engine.store(&keyring)), "sid=hunter2; chips=hunter3");
    assert_eq!(sent(&engine.store(&Keyring::new(&key(2)))), "");
}

#[test]
fn values_that_are_not_text_and_of_every_size_are_read_back() {
    let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
    let store = engine.store(&keyring);
    for value in [&b""[..], b"\xFF\xFE", &[b'v'; 4093]] {
        let header = [b"sid=", value, b"; Secure; SameSite=None"].concat();
        wait(store.receive(&in_frame(), [header], now())).unwrap();
        let found = wait(store.get(&in_frame(), "sid", now())).unwrap().unwrap();
        assert_eq!(found.value(), value);
    }
}

#[test]
fn keys_rotate() {
    let engine = Engine::default();
    let (old, new) = (Keyring::new(&key(1)), Keyring::new(&key(2)));
    let both = Keyring::new(&key(2)).with_retired(&key(1));
    receive(&engine.store(&old), SID);
    assert_eq!(sent(&engine.store(&both)), "sid=hunter2");
    receive(&engine.store(&both), "b=2; Secure; SameSite=None");
    assert_eq!(sent(&engine.store(&new)), "b=2");
    // What does not open stays where it is, whatever happens to the others.
    wait(engine.store(&new).remove_site(SITE, now())).unwrap();
    assert_eq!(engine.cookies().len(), 1);
    assert_eq!(sent(&engine.store(&both)), "sid=hunter2");
    receive(&engine.store(&new), "sid=new; Secure; SameSite=None; Path=/");
    assert_eq!((engine.cookies().len(), sent(&engine.store(&new))), (1, "sid=new".to_owned()));
}

/// A cache has values as they were opened, or not, with the keyring of its store.
#[test]
fn a_copy_with_another_keyring_has_a_cache_of_its_own() {
    let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
    receive(&engine.store(&keyring), SID);
    let without = BackedStore::new(engine.0.clone()).with_cache(10, Duration::from_secs(60));
    assert!(sent(&without).starts_with("sid=") && sent(&without) != "sid=hunter2");
    let with = without.clone().with_keyring(keyring);
    assert_eq!(sent(&with), "sid=hunter2");
    assert_ne!(sent(&without), "sid=hunter2");
    assert_eq!(sent(&with.with_keyring(Keyring::new(&key(2)))), "");
}

/// Returns a cookie with the value of another one.
fn with_value_of(cookie: &StoredCookie, other: &StoredCookie) -> StoredCookie {
    edited(cookie, |bytes| {
        let value_len = u32::try_from(other.value().len()).unwrap().to_be_bytes();
        bytes[38..42].copy_from_slice(&value_len);
        let start = 54 + cookie.name().len();
        bytes.splice(start..start + cookie.value().len(), other.value().iter().copied());
    })
}

fn edited(cookie: &StoredCookie, edit: impl FnOnce(&mut Vec<u8>)) -> StoredCookie {
    let mut bytes = cookie.to_bytes();
    edit(&mut bytes);
    StoredCookie::from_bytes(&bytes).unwrap()
}

#[test]
fn a_value_is_bound_to_its_cookie() {
    let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
    let store = engine.store(&keyring);
    receive(&store, SID);
    receive(&store, "user=7; Secure; SameSite=None; Path=/");
    receive(&store, "sid=other path; Secure; SameSite=None; Path=/a");
    let cookies = engine.cookies();
    let find = |name: &str, path: &str| {
        let is_it = |cookie: &&StoredCookie| {
            cookie.name() == name.as_bytes() && cookie.path() == path.as_bytes()
        };
        cookies.iter().find(is_it).unwrap()
    };
    let sid = find("sid", "/");
    let others = [
        with_value_of(sid, find("user", "/")),
        with_value_of(sid, find("sid", "/a")),
        // `HttpOnly`, `SameSite`, and whether it is host-only.
        edited(sid, |bytes| bytes[1] ^= 0b10),
        edited(sid, |bytes| bytes[1] ^= 0b1000),
        edited(sid, |bytes| bytes[1] ^= 0b1000_0000),
        // A session cookie that expires then.
        edited(sid, |bytes| bytes[2..10].copy_from_slice(&i64::to_be_bytes(1 << 60))),
    ];
    for (index, other) in others.into_iter().enumerate() {
        engine.put(None, vec![other]);
        assert_eq!(sent(&store), "", "{index}");
    }
    engine.put(None, cookies.clone());
    assert_eq!(sent(&store), "sid=hunter2; user=7");

    // The times of creation and use are not sealed.
    let used = edited(sid, |bytes| bytes[33] ^= 1);
    engine.put(None, vec![used]);
    assert_eq!(sent(&store), "sid=hunter2");
}

#[test]
fn a_value_is_bound_to_its_partition() {
    let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
    let store = engine.store(&keyring);
    receive(&store, CHIPS);
    let chips = engine.cookies().remove(0);
    let partition = b"https://blog.example";
    let moved = edited(&chips, |bytes| {
        bytes.truncate(bytes.len() - NEWS.len());
        bytes.extend(partition);
    });
    let blog = str::from_utf8(partition).unwrap();
    let loaded = wait(engine.0.load(SITE, &[Some(blog)])).unwrap().remove(0);
    let mut update = Update::new(Some(blog.to_owned()), loaded.version);
    update.put = vec![moved];
    wait(engine.0.apply(SITE, &[update], now())).unwrap();
    let context = at("https://www.shop.example/").in_top_level(&at("https://blog.example/"));
    assert_eq!(wait(store.cookie_header(&context, now())).unwrap(), None);
    assert_eq!(sent(&store), "chips=hunter3");
}

proptest! {
    /// Whatever is changed in the bytes of a sealed cookie, its value is not read as another one.
    #[test]
    fn no_changed_bytes_open(position in any::<proptest::sample::Index>(), by in 1..=255_u8) {
        let (engine, keyring) = (Engine::default(), Keyring::new(&key(1)));
        let store = engine.store(&keyring);
        receive(&store, SID);
        let cookie = engine.cookies().remove(0);
        let mut bytes = cookie.to_bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= by;
        let Ok(changed) = StoredCookie::from_bytes(&bytes) else { return Ok(()) };
        engine.put(None, vec![changed]);
        // The times of creation, update and last use.
        let is_time = (10..34).contains(&position);
        prop_assert_eq!(sent(&store), if is_time { "sid=hunter2" } else { "" });
    }
}
