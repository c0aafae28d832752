//! A headless Chromium, driven through chromedriver: as much of a `WebDriver` client as the tests
//! need (<https://www.w3.org/TR/webdriver2/>).

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

/// One browser at a time: this is a test of cookies, not of the machine.
static ONE: Mutex<()> = Mutex::new(());

/// `chromedriver`, and the end of its whole process group, browser and all, when nobody holds the
/// other end of its standard input any more: also when this process is killed.
const KEEPER: &str = "chromedriver --port=0 & read -r nothing; kill -KILL 0";

/// `--no-sandbox` is for root; no proxy, so that names below `.test` reach this machine; the last two are for
/// TLS without a signed certificate, and for pages with parts from elsewhere without TLS.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    "--ignore-certificate-errors",
    "--allow-running-insecure-content",
];

/// No process of its own for each site and frame.
#[cfg(feature = "store")]
const ONE_PROCESS: [&str; 3] = [
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--disable-features=BackForwardCache",
];

/// The name under which `WebDriver` hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The major version of Chromium with which all tests were last seen to pass.
const KNOWN_MAJOR: &str = "156";

/// A browser with an empty profile. It ends with its owner.
pub(crate) struct Browser {
    keeper: Child,
    agent: ureq::Agent,
    /// `http://127.0.0.1:PORT/session/ID`
    session: String,
    /// Such as `156.0.8078.108`.
    pub(crate) version: String,
    profile: TempDir,
    _one: MutexGuard<'static, ()>,
}

/// A cookie, as the browser itself says that it holds it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) value: String,
    /// With a leading dot, unless the cookie is host-only.
    pub(crate) domain: String,
    pub(crate) path: String,
    /// Seconds since 1970; `None` for a session cookie.
    pub(crate) expires: Option<f64>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    /// `Strict`, `Lax` or `None`, where the header said so.
    pub(crate) same_site: Option<String>,
    /// The top-level site of a partitioned cookie, such as `http://shop.localhost`, and whether it has a
    /// cross-site ancestor.
    pub(crate) partition: Option<(String, bool)>,
}

impl Browser {
    /// Starts one.
    #[track_caller]
    pub(crate) fn start() -> Self {
        Self::start_with(&json!({}), &[])
    }

    /// Starts one whose user has switched cookies off.
    #[track_caller]
    pub(crate) fn start_without_cookies() -> Self {
        let preference = json!({ "profile.default_content_setting_values.cookies": 2 });
        Self::start_with(&preference, &[])
    }

    /// Starts one whose user allows cookies of other sites than the page's. All pages share one process,
    /// which makes many navigations several times as fast.
    #[cfg(feature = "store")]
    #[track_caller]
    pub(crate) fn start_with_third_party_cookies() -> Self {
        Self::start_with(&json!({ "profile.cookie_controls_mode": 0 }), &ONE_PROCESS)
    }

    /// Starts one with these settings of its profile, and flags.
    #[track_caller]
    fn start_with(preferences: &Value, flags: &[&str]) -> Self {
        // A test that failed while it had the browser is no reason for the next one to fail.
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let profile = TempDir::new().expect("a folder");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER])
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let lines = BufReader::new(keeper.stdout.take().expect("a pipe")).lines();
        let agent = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let (session, version) = (String::new(), String::new());
        let mut browser = Self { keeper, agent, session, version, profile, _one: one };
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("started successfully on port ")?.1.to_owned()))
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let driver = format!("http://127.0.0.1:{}/session", port.trim_end_matches('.'));
        let data = format!("--user-data-dir={}", browser.profile.path().join("data").display());
        let flags: Vec<&str> = FLAGS.iter().chain(flags).copied().chain([&*data]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": flags, "prefs": preferences },
        }}});
        let session = browser.request("POST", &driver, &wanted).expect("a session");
        let id = session["sessionId"].as_str().expect("an id");
        browser.session = format!("{driver}/{id}");
        browser.version = text(&session["capabilities"]["browserVersion"]);
        browser
    }

    /// Says whether the browser or the crate has most likely changed, if the two differ.
    pub(crate) fn version_note(&self) -> String {
        version_note(&self.version)
    }

    /// Loads a page, as by the address bar.
    #[track_caller]
    pub(crate) fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    #[track_caller]
    pub(crate) fn reload(&self) {
        self.post("refresh", &json!({}));
    }

    /// Clicks what stands at an `XPath`. A page to which that leads takes its time: see
    /// [`shows`](Self::shows).
    #[track_caller]
    pub(crate) fn click(&self, xpath: &str) {
        let element = self.find(xpath);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Clicks the link of this text.
    #[track_caller]
    pub(crate) fn click_link(&self, text: &str) {
        self.click(&format!("//a[normalize-space()='{text}']"));
    }

    /// The page shows all of these, now or when the one to which a click leads is there.
    #[track_caller]
    pub(crate) fn shows(&self, texts: &[&str]) {
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let page = self.text().unwrap_or_else(|error| error);
            match texts.iter().find(|text| !page.contains(**text)) {
                None => return,
                Some(_) if Instant::now() < patience => sleep(Duration::from_millis(20)),
                Some(text) => panic!("no {text:?} in:\n{page}"),
            }
        }
    }

    /// Whether the browser soon holds no cookie: it clears them beside showing the page.
    pub(crate) fn is_cleared(&self) -> bool {
        let patience = Instant::now() + Duration::from_secs(3);
        while !self.cookies().is_empty() {
            if Instant::now() > patience {
                return false;
            }
            sleep(Duration::from_millis(20));
        }
        true
    }

    /// The text of the page, as it is shown. It fails while another page takes its place.
    fn text(&self) -> Result<String, String> {
        let wanted = json!({ "using": "xpath", "value": "//body" });
        let body = self.request("POST", &format!("{}/element", self.session), &wanted)?;
        let body = body[ELEMENT].as_str().ok_or("no body")?;
        let url = format!("{}/element/{body}/text", self.session);
        Ok(text(&self.request("GET", &url, &Value::Null)?))
    }

    /// The role and the name of what has the focus, as a screen reader says them.
    #[track_caller]
    pub(crate) fn focus(&self) -> (String, String) {
        let element = self.get("element/active")[ELEMENT].as_str().expect("an element").to_owned();
        let role = text(&self.get(&format!("element/{element}/computedrole")));
        (role, text(&self.get(&format!("element/{element}/computedlabel"))))
    }

    /// Presses keys, one after the other. <https://www.w3.org/TR/webdriver2/#keyboard-actions>
    #[track_caller]
    pub(crate) fn press(&self, keys: &[char]) {
        let press = |&key: &char| {
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        };
        let actions: Vec<Value> = keys.iter().flat_map(press).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("actions", &json!({ "actions": [keyboard] }));
    }

    /// Runs a command of the `DevTools`.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// All cookies that the browser holds, of whatever site.
    #[track_caller]
    pub(crate) fn cookies(&self) -> Vec<Held> {
        let cookies = self.devtools("Storage.getCookies", &json!({}));
        let cookies = cookies["cookies"].as_array().expect("a list of cookies");
        let mut held: Vec<Held> = cookies.iter().map(Held::read).collect();
        held.sort_by(|a, b| a.name.cmp(&b.name));
        held
    }

    /// The one cookie of this name.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> Option<Held> {
        let mut named = self.cookies().into_iter().filter(|cookie| cookie.name == name);
        let cookie = named.next();
        assert!(named.next().is_none(), "two cookies of the name `{name}`");
        cookie
    }

    #[track_caller]
    pub(crate) fn clear_cookies(&self) {
        self.devtools("Network.clearBrowserCookies", &json!({}));
    }

    /// Makes the window look like that of a device, in a light or a dark room.
    #[track_caller]
    pub(crate) fn look_like(&self, width: u32, height: u32, is_phone: bool, is_dark: bool) {
        let metrics = json!({
            "width": width, "height": height, "mobile": is_phone,
            "deviceScaleFactor": if is_phone { 2 } else { 1 },
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = if is_dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// How many pixels of CSS the page is wide and high.
    #[track_caller]
    pub(crate) fn page_size(&self) -> (u64, u64) {
        let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
        let side = |name: &str| metrics["cssContentSize"][name].as_u64().expect("pixels");
        (side("width"), side("height"))
    }

    /// Writes a picture of the whole page.
    #[track_caller]
    pub(crate) fn screenshot(&self, file: &Path) {
        let wanted = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.devtools("Page.captureScreenshot", &wanted);
        let picture = picture["data"].as_str().expect("a picture");
        let picture = BASE64.decode(picture).expect("base64");
        std::fs::write(file, picture).expect("a file that can be written");
    }

    #[track_caller]
    fn find(&self, xpath: &str) -> String {
        let found = self.post("element", &json!({ "using": "xpath", "value": xpath }));
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.run("GET", path, &Value::Null)
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.run("POST", path, body)
    }

    #[track_caller]
    fn run(&self, method: &str, path: &str, body: &Value) -> Value {
        match self.request(method, &format!("{}/{path}", self.session), body) {
            Ok(value) => value,
            Err(error) => panic!("{method} {path} {body}: {error}"),
        }
    }

    fn request(&self, method: &str, url: &str, body: &Value) -> Result<Value, String> {
        let sent = match method {
            "GET" => self.agent.get(url).call(),
            _ => self.agent.post(url).send(body.to_string()),
        };
        let mut response = sent.map_err(|error| error.to_string())?;
        let text = response.body_mut().with_config().limit(1 << 28).read_to_string();
        let text = text.map_err(|error| error.to_string())?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        match value.get("error") {
            Some(_) => Err(text_of(&value["error"]) + ": " + &text_of(&value["message"])),
            None => Ok(value),
        }
    }
}

fn version_note(version: &str) -> String {
    let (major, known) = (version.split('.').next(), KNOWN_MAJOR);
    if major == Some(known) {
        format!("Chromium {version}: as Chromium {known} agreed before, the crate has changed")
    } else {
        format!(
            "Chromium {version} is a new major version, and what differs may be its change: the crate \
             agreed with Chromium {known}"
        )
    }
}

#[test]
fn a_new_major_version_is_told_from_a_regression() {
    assert!(version_note(&format!("{KNOWN_MAJOR}.0.1.2")).ends_with("the crate has changed"));
    assert!(version_note("1000.0.1.2").starts_with("Chromium 1000.0.1.2 is a new major version"));
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Held {
    #[track_caller]
    fn read(cookie: &Value) -> Self {
        let flag = |name: &str| cookie[name].as_bool().expect("a flag");
        Self {
            name: text(&cookie["name"]),
            value: text(&cookie["value"]),
            domain: text(&cookie["domain"]),
            path: text(&cookie["path"]),
            expires: (!flag("session")).then(|| cookie["expires"].as_f64().expect("a time")),
            secure: flag("secure"),
            http_only: flag("httpOnly"),
            same_site: cookie["sameSite"].as_str().map(str::to_owned),
            partition: cookie.get("partitionKey").map(|key| {
                let has_ancestor = key["hasCrossSiteAncestor"].as_bool().expect("a flag");
                (text(&key["topLevelSite"]), has_ancestor)
            }),
        }
    }
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
