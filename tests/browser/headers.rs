//! `Set-Cookie` headers and cookies, to hold the crate's verdicts against Chromium's.

use std::time::Duration;

use gingersnap::{Cookie, CookieTemplate, SameSite};

/// A header, who sends it, and what the browser holds before.
pub(crate) struct Row {
    pub(crate) header: Vec<u8>,
    /// The header as the table has it, where that is another day's.
    template: Option<String>,
    /// A name below `.localhost`, and an address of this machine, are secure to Chromium; a name
    /// below `.test` is not.
    pub(crate) host: &'static str,
    /// A header that is sent before, whose value is `old`: what removes a cookie needs one.
    pub(crate) before: Option<&'static str>,
}

pub(crate) const HOST: &str = "app.shop.localhost";
pub(crate) const PLAIN_HOST: &str = "app.shop.test";
pub(crate) const ADDRESS: &str = "127.0.0.1";
/// An internationalised name, as its A-label.
pub(crate) const A_LABEL: &str = "xn--shp-sna.localhost";

/// Where the headers are sent from: the default path is `/dir`.
pub(crate) const PATH: &str = "/dir/row";

impl Row {
    pub(crate) fn of(header: impl AsRef<[u8]>) -> Self {
        Self { header: header.as_ref().to_vec(), template: None, host: HOST, before: None }
    }

    pub(crate) fn from(self, host: &'static str) -> Self {
        Self { host, ..self }
    }

    fn over(self, before: &'static str) -> Self {
        Self { before: Some(before), ..self }
    }

    /// The header as it is shown, cut where it is long.
    pub(crate) fn label(&self) -> String {
        let header = self.template.as_ref().map_or(&*self.header, String::as_bytes);
        let text = header.escape_ascii().to_string();
        let label = match text.char_indices().nth(72) {
            Some((cut, _)) => format!("{}... ({} bytes)", &text[..cut], self.header.len()),
            None => text,
        };
        if self.host == HOST { label } else { format!("{label} from {}", self.host) }
    }
}

/// All of them. `soon` is a date some weeks from now, as `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn rows(soon: &str) -> Vec<Row> {
    let groups = [
        names_and_values(),
        attributes(),
        paths(),
        domains(),
        same_sites(),
        prefixes(),
        max_ages(),
        dates(soon),
    ];
    groups.into_iter().flatten().collect()
}

fn x(bytes: usize) -> String {
    "x".repeat(bytes)
}

fn of_all(headers: &[&str]) -> Vec<Row> {
    headers.iter().map(Row::of).collect()
}

/// Names and values: rules 15 to 17 and 19.
fn names_and_values() -> Vec<Row> {
    let mut rows = of_all(&[
        "a=1",
        "a=",
        "=1",
        "a",
        "",
        "=",
        " = ",
        ";",
        "; Path=/",
        "a=1;",
        " a = 1 ",
        "\ta\t=\t1\t",
        "a=\"1\"",
        "a=\"1;2\"",
        "a=\"",
        "a=1=2",
        "a==1",
        "==1",
        "=a=1",
        "===x",
        "= =",
        "a b=c d",
        "a=1, b=2",
        "a(b)=[c]\\",
        "a=%00%0d%3b",
        "%61=1",
        "a='1'",
        "ä=ö",
        "\u{a0}a=1\u{a0}",
        "a=1\t2",
        "a\tb=1",
        "a=1; Path=/a\tb",
        "a=1; Unknown=\t1\t2",
        "a=1; Un\tknown=1",
        "a=1\u{1}",
        "\u{1f}a=1",
        "a\u{7f}=1",
        "a=1; Unknown=\u{1}",
        "a=1; Path=/\u{8}",
    ]);
    rows.push(Row::of(b"a=\x80\xFF"));
    rows.push(Row::of(b"a=1\0"));
    for (name, value) in [(1, 4095), (1, 4096), (4096, 0), (4097, 0), (0, 4096), (0, 4097)] {
        rows.push(Row::of(format!("{}={}", x(name), x(value))));
    }
    rows.push(Row::of(format!("  a  =  {}  ", x(4095))));
    rows
}

/// Attributes: rules 18 to 20.
fn attributes() -> Vec<Row> {
    let mut rows = of_all(&[
        "a=1; Secure",
        "a=1; sEcUrE",
        "a=1; Secure=false",
        "a=1;Secure",
        "a=1; \tSecure\t",
        "a=1; HttpOnly",
        "a=1; httponly=0",
        "a=1; Secure; HttpOnly; Secure",
        "a=1; Http-Only",
        "a=1;;; Secure;;",
        "a=1; =; Secure",
        "a=1; =Secure",
        "a=1; Path=/ Secure",
        "a=1, Secure",
    ]);
    rows.push(Row::of("a=1; Secure").from(PLAIN_HOST));
    rows.push(Row::of("a=1").from(PLAIN_HOST));
    rows.push(Row::of(format!("a=1; Path=/{}", x(1023))));
    rows.push(Row::of(format!("a=1; Path=/{}", x(1024))));
    rows.push(Row::of(format!("a=1; Path=/; Path=/{}", x(1024))));
    rows.push(Row::of(format!("a=1; Secure={}", x(1025))));
    rows.push(Row::of(format!("a=1; Unknown={}; Secure", x(5000))));
    rows.push(Row::of(format!("a=1; SameSite=Strict; SameSite={}", x(1025))));
    rows
}

/// `Path`: rule 25.
fn paths() -> Vec<Row> {
    of_all(&[
        "a=1; Path",
        "a=1; Path=",
        "a=1; Path=/",
        "a=1; Path=x",
        "a=1; Path=/other",
        "a=1; path = /x ",
        "a=1; Path=\"/x\"",
        "a=1; Path=/x; Path=/y",
        "a=1; Path=/x; Path=y",
        "a=1; Path=/x; Path",
        "a=1; Path=//",
        "a=1; Path=/a%20b",
        "a=1; Path=/a b",
        "a=1; Path=/ä",
        "a=1; Path=/a=b",
        "a=1; Path=http://app.shop.localhost/",
    ])
}

/// `Domain`: rules 24, 29 and 30.
fn domains() -> Vec<Row> {
    let mut rows = of_all(&[
        "a=1; Domain=app.shop.localhost",
        "a=1; Domain=shop.localhost",
        "a=1; Domain=.shop.localhost",
        "a=1; Domain=..shop.localhost",
        "a=1; Domain=SHOP.LocalHost",
        "a=1; Domain=localhost",
        "a=1; Domain=other.localhost",
        "a=1; Domain=sub.app.shop.localhost",
        "a=1; Domain=op.localhost",
        "a=1; Domain",
        "a=1; Domain=",
        "a=1; Domain=.",
        "a=1; Domain=.; Domain=shop.localhost",
        "a=1; Domain=shop.localhost; Domain=.",
        "a=1; Domain=shop.localhost.",
        "a=1; Domain=shop.localhost; Domain=",
        "a=1; Domain=other.localhost; Domain=shop.localhost",
        "a=1; Domain=shop.localhost; Domain=other.localhost",
        "a=1; Domain=shop.localhost:80",
        "a=1; Domain=\"shop.localhost\"",
        "a=1; Domain=%73hop.localhost",
        "a=1; Domain=shop.localhost/",
        "a=1; Domain=*.shop.localhost",
        "a=1; Domain=shöp.localhost",
        "a=1; Domain=shop localhost",
    ]);
    for header in [
        "a=1; Domain=127.0.0.1",
        "a=1; Domain=.127.0.0.1",
        "a=1; Domain=0.0.1",
        "a=1; Domain=127.1",
    ] {
        rows.push(Row::of(header).from(ADDRESS));
    }
    rows.push(Row::of("a=1; Domain=xn--shp-sna.localhost").from(A_LABEL));
    rows.push(Row::of("a=1; Domain=shöp.localhost").from(A_LABEL));
    rows
}

/// `SameSite`: rules 6 and 26.
fn same_sites() -> Vec<Row> {
    let mut rows = of_all(&[
        "a=1; SameSite=Strict",
        "a=1; SameSite=lax",
        "a=1; SameSite=NONE; Secure",
        "a=1; SameSite=None",
        "a=1; SameSite",
        "a=1; SameSite=",
        "a=1; SameSite=Other",
        "a=1; SameSite=\"Strict\"",
        "a=1; SameSite=Strict; SameSite=Other",
        "a=1; SameSite=Other; SameSite=Strict",
        "a=1; SameSite=None; SameSite=Strict",
        "a=1; SameSite=Strict; SameSite=None",
        "a=1; SameSite=None; Secure=0",
    ]);
    rows.push(Row::of("a=1; SameSite=None").from(PLAIN_HOST));
    rows.push(Row::of("a=1; SameSite=None; Secure").from(PLAIN_HOST));
    rows
}

/// Prefixes and Partitioned: rules 7, 35 and 37.
fn prefixes() -> Vec<Row> {
    let mut rows = of_all(&[
        "__Secure-a=1",
        "__Secure-a=1; Secure",
        "__secure-a=1",
        "__SECURE-a=1; Secure",
        "__Secure-=1; Secure",
        "__Secure-=1",
        "__Secure=1",
        "__Secure_a=1",
        "__Host-a=1",
        "__Host-a=1; Secure",
        "__Host-a=1; Secure; Path=/",
        "__Host-a=1; Path=/",
        "__Host-a=1; Secure; Path=/dir",
        "__Host-a=1; Secure; Path=x",
        "__Host-a=1; Secure; Path=/; Path",
        "__Host-a=1; Secure; Path=/dir; Path=/",
        "__Host-a=1; Secure; Path=/; Domain=app.shop.localhost",
        "__Host-a=1; Secure; Path=/; Domain=",
        "__hOsT-a=1; Secure; Path=/",
        "__hOsT-a=1; Secure",
        "__Http-a=1; Secure",
        "__Http-a=1; HttpOnly",
        "__Http-a=1; Secure; HttpOnly",
        "__http-a=1; Secure",
        "__Host-Http-a=1; Secure; Path=/",
        "__Host-Http-a=1; HttpOnly; Path=/",
        "__Host-Http-a=1; Secure; HttpOnly",
        "__Host-Http-a=1; Secure; HttpOnly; Path=/",
        " __Host-a =1",
        "\"__Host-a\"=1",
        "\u{2000}__Host-a=1",
        "__%48ost-a=1",
        "__Host-a b=1",
        "=__Secure-a",
        "=__Host-a=1",
        "__Host-a",
        "__host-",
        "=__Http-a=1",
        "=__Host-Http-a",
        "= __Host-a=1",
        "=__Host-a=1; Secure; Path=/",
        "a=1; Partitioned",
        "a=1; Partitioned; Secure",
        "a=1; partitioned=no; Secure",
        "__Host-a=1; Partitioned; Secure; Path=/",
        "a=1; Partitioned; Secure; SameSite=None",
    ]);
    rows.push(Row::of("__Secure-a=1; Secure").from(PLAIN_HOST));
    rows.push(Row::of("__Host-a=1; Secure; Path=/").from(ADDRESS));
    rows
}

/// `Max-Age`: rules 22 and 23.
fn max_ages() -> Vec<Row> {
    let mut rows = of_all(&[
        "a=1; Max-Age=7200",
        "a=1; max-age = 7200 ",
        "a=1; Max-Age=0",
        "a=1; Max-Age=-1",
        "a=1; Max-Age=-0",
        "a=1; Max-Age=00",
        "a=1; Max-Age=007200",
        "a=1; Max-Age",
        "a=1; Max-Age=",
        "a=1; Max-Age=-",
        "a=1; Max-Age=+7200",
        "a=1; Max-Age=+0",
        "a=1; Max-Age=7200.5",
        "a=1; Max-Age=1e4",
        "a=1; Max-Age=0x10",
        "a=1; Max-Age=7200s",
        "a=1; Max-Age=7 200",
        "a=1; Max-Age=\"7200\"",
        "a=1; Max-Age=--1",
        "a=1; Max-Age=63072000",
        "a=1; Max-Age=9223372036854775808",
        "a=1; Max-Age=99999999999999999999999999",
        "a=1; Max-Age=-99999999999999999999999999",
        "a=1; Max-Age=99999999999999999999999999s",
        "a=1; Max-Age=-99999999999999999999999999s",
        "a=1; Max-Age=7200; Max-Age=+0",
        "a=1; Max-Age=7200; Max-Age=0",
        "a=1; Max-Age=0; Max-Age=7200",
        "a=1; Max-Age=7200; Max-Age=x",
        "a=1; Max-Age=0; Max-Age=",
        "a=; Max-Age=0",
        "b=1; Max-Age=0",
        "a=1; Max-Age=0; Path=/",
        "A=1; Max-Age=0",
        "a=1; Max-Age=0; Domain=app.shop.localhost",
        "a=1; Max-Age=0; SameSite=None",
    ]);
    rows = rows.into_iter().map(|row| row.over("a=old")).collect();
    rows.push(Row::of("__Secure-a=1; Max-Age=0").over("__Secure-a=old; Secure"));
    rows.push(Row::of("__Secure-a=1; Max-Age=0; Secure").over("__Secure-a=old; Secure"));
    rows.push(Row::of("a=1; Max-Age=0").over("a=old; HttpOnly; Secure; SameSite=Strict"));
    rows.push(Row::of(format!("a=1; Max-Age={}", "9".repeat(1024))).over("a=old"));
    rows.push(Row::of(format!("a=1; Max-Age={}", "9".repeat(1025))).over("a=old"));
    rows
}

/// `Expires`: rules 21 and 23. Headers have the parts of `soon` where they say `SOON`, `WDAY`, `DAY`, `MONTH`,
/// `YEAR`, `YY` and `TIME`.
fn dates(soon: &str) -> Vec<Row> {
    let parts: Vec<&str> = soon.split(' ').collect();
    let &[weekday, day, month, year, time, _] = &*parts else { panic!("{soon:?} is no date") };
    let fill = |template: String| {
        let replaced = [
            ("SOON", soon),
            ("WDAY", &weekday[..3]),
            ("DAY", day),
            ("MONTH", month),
            ("YEAR", year),
            ("YY", &year[2..]),
            ("TIME", time),
        ];
        let header =
            replaced.iter().fold(template.clone(), |t, (word, part)| t.replace(word, part));
        Row { template: Some(template), ..Row::of(header) }
    };
    let dates = [
        "SOON",
        "WDAY, DAY-MONTH-YEAR TIME GMT",
        "WDAY, DAY-MONTH-YY TIME GMT",
        "WDAY MONTH DAY TIME YEAR",
        "DAY MONTH YEAR TIME",
        "TIME YEAR MONTH DAY",
        "DAY MONTHuary YEAR TIME",
        "DAYx MONTH YEAR TIME",
        "DAY MONTH YEARx TIME",
        "DAYx DAY MONTH YEAR TIME",
        "DAY MONTH 0YEAR TIME",
        "DAY MONTH 5 TIME",
        "DAY MONTH YEAR TIMEx",
        "DAY MONTH YEAR TIME:00",
        "DAY MONTH YEAR 10:000:00",
        "10:00 DAY MONTH YEAR TIME",
        "TIME 11:00:00 MONTH YEAR",
        "DAY MONTH YEAR TIME.5",
        "DAY MONTH YEAR 1:2:3",
        "DAY MONTH YEAR 1:2",
        "DAY MONTH YEAR 24:00:00",
        "DAY MONTH YEAR 23:60:00",
        "DAY MONTH YEAR 23:59:60",
        "DAY MONTH YEAR TIME +0900",
        "DAY MONTH YEAR TIME PST",
        "\"SOON\"",
        "DAY MONTH TIME",
        "YEAR-12-24TTIMEZ",
        "DAY/MONTH/YEAR/TIME",
        "DAY\tMONTH\tYEAR\tTIME",
        "00 MONTH YEAR TIME",
        "32 MONTH YEAR TIME",
        "30 Feb YEAR TIME",
        "29 Feb 2025 TIME",
        "DAY ABC YEAR TIME",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1601 00:00:00 GMT",
        "Fri, 31 Dec 1600 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Sat, 01 Jan 10000 00:00:00 GMT",
        "01 Jan 69 00:00:00 GMT",
        "01 Jan 70 00:00:00 GMT",
        "01 Jan 99 00:00:00 GMT",
        "01 Jan 999 00:00:00 GMT",
        "0",
        "-1",
        "",
        "Session",
        // With others
        "SOON; Max-Age=0",
        "x; Max-Age=7200",
        "SOON; Max-Age=x",
        "SOON; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT; Expires=SOON",
        "Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=7200",
        "SOON; Expires=x",
    ];
    let mut rows: Vec<_> =
        dates.map(|date| fill(format!("a=1; Expires={date}")).over("a=old")).into();
    rows.push(fill("a=1; Max-Age=0; Expires=SOON".to_owned()).over("a=old"));
    rows.push(fill("a=1; Max-Age=x; Expires=SOON".to_owned()).over("a=old"));
    rows
}

/// Cookies as an application may make them, and the host that sets them: some are fit to send.
pub(crate) fn cookies() -> Vec<(Cookie<'static>, &'static str)> {
    const AGE: Duration = Duration::from_secs(7_200);
    let a = || Cookie::new("a", "1");
    let domain = |domain: &'static str| a().with_domain(domain);
    let secure = |name: &'static str| Cookie::new(name, "1").with_secure(true);
    let mut cookies = vec![
        // Fit to send
        a(),
        a().with_value(""),
        a().with_value("\"quoted\""),
        a().with_path("/dir"),
        a().with_path("/a b=c"),
        a().with_default_path(),
        a().with_max_age(AGE),
        a().with_max_age(Duration::from_secs(63_072_000)),
        a().with_max_age(Duration::from_secs(u64::MAX)),
        a().with_secure(true).with_http_only(true),
        a().with_same_site(SameSite::Strict),
        a().with_same_site(SameSite::Lax),
        a().with_same_site(SameSite::None).with_secure(true),
        a().with_partitioned(true).with_secure(true),
        CookieTemplate::host_prefixed("__Host-sid").with_value("31d4d96e"),
        CookieTemplate::host_prefixed("__Host-sid").with_value("31d4d96e").with_max_age(AGE),
        secure("__Secure-a"),
        secure("__Http-a").with_http_only(true),
        secure("__Host-Http-a").with_http_only(true),
        Cookie::new("!#$%&'*+-.^_`|~09azAZ", "!#$&'()*+-./:<=>?@[]^_`{|}~"),
        Cookie::new(x(96), x(4_000)),
        a().with_path("/".to_owned() + &x(1_023)),
        domain("app.shop.localhost"),
        domain(".Shop.Localhost"),
        // That browsers drop
        Cookie::new("a", "1\u{1}2"),
        Cookie::new("a", "1\u{7f}"),
        Cookie::new("a\u{1f}", "1"),
        a().with_path("/\u{8}"),
        Cookie::new(x(96), x(4_001)),
        a().with_same_site(SameSite::None),
        a().with_partitioned(true),
        Cookie::new("__Secure-a", "1"),
        Cookie::new("__Host-a", "1"),
        secure("__Host-a").with_path("/dir"),
        secure("__Host-a").with_default_path(),
        secure("__Host-a").with_domain("app.shop.localhost"),
        secure("__Http-a"),
        Cookie::new("__Http-a", "1").with_http_only(true),
        secure("__Host-Http-a"),
        secure("__Host-Http-a").with_http_only(true).with_path("/dir"),
        domain("app.shop.localhost."),
        domain("shöp.localhost"),
        domain("*.shop.localhost"),
        domain("shop.localhost:80"),
        domain("-shop.localhost"),
        domain("shop..localhost"),
        // That browsers keep, though otherwise than they are meant
        Cookie::new("", "1"),
        Cookie::new("a b", "1"),
        Cookie::new("a=b", "1"),
        Cookie::new("a;b", "1"),
        Cookie::new("ä", "1"),
        Cookie::new("a\tb", "1"),
        Cookie::new("a", "1; Secure"),
        Cookie::new("a", "1, 2"),
        Cookie::new("a", "1\t2"),
        Cookie::new("a", "ä"),
        Cookie::new("a", "\"1"),
        a().with_path("dir"),
        a().with_path(""),
        a().with_path("/; Domain=shop.localhost"),
        a().with_path("/ä"),
        a().with_path("/a\tb"),
        a().with_path("/ "),
        a().with_path("/".to_owned() + &x(1_024)),
        domain(""),
        secure("__host-a"),
        secure("__SECURE-a"),
    ];
    let mut rows: Vec<_> = cookies.drain(..).map(|cookie| (cookie, HOST)).collect();
    rows.push((domain("127.0.0.1"), ADDRESS));
    rows.push((domain("shöp.localhost"), A_LABEL));
    rows
}

const TAB: &str = "Chromium takes a tab for a control byte, unless it is trimmed away; the standard \
    lets it stand (RFC 6265bis, section 5.6, step 1)";
const SIGN: &str = "Chromium reads a `+`; the standard has digits, and `-` alone before them \
    (section 5.6.2)";
const LAST: &str = "in Chromium the last of a kind counts even where it cannot be read; in the \
    standard one that cannot be read is ignored, and an earlier one stands (sections 5.6.1, 5.6.2)";
const NAMELESS: &str = "Chromium keeps no cookie that would come back under a name that it does not \
    have; the standard refuses those alone that would come back with a prefix (section 5.7, step 22)";
const DOT: &str = "without its dot the Domain is empty, and so host-only (sections 5.6.3, 5.7); Chromium \
    refuses it";
const DAY_OR_YEAR: &str = "in the standard a non-digit and anything may stand behind the digits of \
    a day and a year (section 5.1.1); Chromium takes the digits alone";
const TIMES: &str = "in the standard a field of a time has one or two digits, a non-digit and anything \
    may stand behind the last of them, and a token that is no time can be a day (section 5.1.1); Chromium \
    takes three fields of digits, and a token with a `:` for nothing else";
const YEAR_DIGITS: &str = "a year has two to four digits in the standard (section 5.1.1); Chromium takes \
    one to five";
const OVERFLOW: &str = "Chromium does not look behind the digits of a number that overflows; in the \
    standard the attribute is ignored (section 5.6.2)";
const YEARS: &str = "to the standard a date before 1601 is none (section 5.1.1), so the \
    attribute is ignored; Chromium takes it for one that is past";

/// Where Chromium and the standard differ, and why. A row here that begins to agree fails the test.
pub(crate) const DIFFERENCES: [(&str, &str); 33] = [
    ("a=1\\t2", TAB),
    ("a\\tb=1", TAB),
    ("a=1; Path=/a\\tb", TAB),
    ("a=1; Unknown=\\t1\\t2", TAB),
    ("a=1; Un\\tknown=1", TAB),
    ("a=1; Expires=DAY\\tMONTH\\tYEAR\\tTIME", TAB),
    ("==1", NAMELESS),
    ("=a=1", NAMELESS),
    ("===x", NAMELESS),
    ("= =", NAMELESS),
    ("a=1; Domain=.", DOT),
    ("a=1; Domain=shop.localhost; Domain=.", DOT),
    ("a=1; Max-Age=+7200", SIGN),
    ("a=1; Max-Age=+0", SIGN),
    ("a=1; Max-Age=7200; Max-Age=+0", SIGN),
    ("a=1; Max-Age=99999999999999999999999999s", OVERFLOW),
    ("a=1; Max-Age=-99999999999999999999999999s", OVERFLOW),
    ("a=1; Max-Age=7200; Max-Age=x", LAST),
    ("a=1; Max-Age=0; Max-Age=", LAST),
    ("a=1; Expires=SOON; Expires=x", LAST),
    ("a=1; Expires=DAYx MONTH YEAR TIME", DAY_OR_YEAR),
    ("a=1; Expires=DAY MONTH YEARx TIME", DAY_OR_YEAR),
    ("a=1; Expires=DAYx DAY MONTH YEAR TIME", DAY_OR_YEAR),
    ("a=1; Expires=DAY MONTH 0YEAR TIME", YEAR_DIGITS),
    ("a=1; Expires=DAY MONTH 5 TIME", YEAR_DIGITS),
    ("a=1; Expires=DAY MONTH YEAR TIMEx", TIMES),
    ("a=1; Expires=DAY MONTH YEAR TIME:00", TIMES),
    ("a=1; Expires=DAY MONTH YEAR 10:000:00", TIMES),
    ("a=1; Expires=10:00 DAY MONTH YEAR TIME", TIMES),
    ("a=1; Expires=TIME 11:00:00 MONTH YEAR", TIMES),
    ("a=1; Expires=Fri, 31 Dec 1600 23:59:59 GMT", YEARS),
    ("a=1; Expires=01 Jan 999 00:00:00 GMT", YEARS),
    ("a=1; Expires=Sat, 01 Jan 10000 00:00:00 GMT", YEAR_DIGITS),
];

/// Where Chromium drops what the jar refuses for another reason.
pub(crate) const SET_DIFFERENCES: [(&str, &str); 3] =
    [("a\\tb=1; Path=/", TAB), ("a=1\\t2; Path=/", TAB), ("a=1; Path=/a\\tb", TAB)];
