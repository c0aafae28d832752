//! What a user agent does with a header, and every text that says why.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::errors::DomainHint;
use gingersnap::explain::{Action, explain_as};
use gingersnap::user_agent::{Reason, RequestKind, Warning};
use gingersnap::{Prefix, RequestContext, Requirement, SameSite, UserAgent, Verdict, explain};

/// Sun, 06 Nov 1994 08:49:37 GMT
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(784_111_777)
}

#[track_caller]
fn context(url: &str) -> RequestContext<'_> {
    RequestContext::parse(url).expect("a URL")
}

/// A verdict, with the parts of the header in place of their bytes: `kind [part] text (section)`.
fn lines(header: &[u8], verdict: &Verdict<'_>) -> Vec<String> {
    let part = |range: &std::ops::Range<usize>| header[range.clone()].escape_ascii().to_string();
    let reasons = verdict.reasons().iter().map(|found| {
        format!("reason [{}] {} ({})", part(&found.range), found.kind, found.kind.section())
    });
    let warnings = verdict.warnings().iter().map(|found| {
        format!("warning [{}] {} ({})", part(&found.range), found.kind, found.kind.section())
    });
    reasons.chain(warnings).collect()
}

/// A user agent for which the last label of each name is a public suffix.
fn with_list() -> UserAgent {
    UserAgent::new().with_public_suffixes(|_: &str| 0)
}

/// That a header from a URL has these findings and no others, and is refused for a reason alone.
#[track_caller]
fn finds(url: &str, header: impl AsRef<[u8]>, expected: &[&str]) {
    let (header, context) = (header.as_ref(), context(url));
    let verdict = explain_as(header, &context, &with_list(), now());
    assert_eq!(lines(header, &verdict), expected, "{}", header.escape_ascii());
    assert_eq!(verdict.is_refused(), expected.iter().any(|line| line.starts_with("reason")));
}

const SHOP: &str = "https://shop.example/cart/items";

#[test]
fn what_needs_no_word() {
    for header in [
        "a=1",
        "a=",
        "a=1;",
        "a=1; ;; Path=/; ",
        "a=1; Path=/cart; Domain=shop.example; Max-Age=34560000; Secure; HttpOnly; SameSite=lax",
        "a=1; domain=.SHOP.example",
        "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        "csrf_token=1",
        "a=__Host-b",
        "a=1; Expires=Sun, 06 Nov 1994 08:49:38 GMT; Max-Age=1",
    ] {
        finds(SHOP, header, &[]);
    }
}

#[test]
fn reading_refuses() {
    let step = "RFC 6265bis, section 5.6, step 1";
    finds(
        SHOP,
        "a=1\r\n; Path=/x\0",
        &[
            &format!(
                r"reason [\r\n] the header has 3 control characters, the first of them `\r` ({step})"
            ),
            // The Path is `/x` and a NUL, which is not the request's.
            "warning [/x\\x00] the cookie is not sent to the path that sets it, `/cart/items` \
         (RFC 6265bis, section 5.1.4)",
        ],
    );
    finds(
        SHOP,
        b"a=\x7F1",
        &[&format!(r"reason [\x7f] the header has the control character `\x7f` ({step})")],
    );
    finds(
        SHOP,
        "a=1\n",
        &[&format!(r"reason [\n] the header has the control character `\n` ({step})")],
    );
    for empty in ["", "=", " = ", ";", "; Path=/"] {
        finds(
            SHOP,
            empty,
            &[&format!(
                "reason [{empty}] the header has neither a name nor a value (RFC 6265bis, section 5.7, step 2)"
            )],
        );
    }
    finds(SHOP, format!("a={}", "x".repeat(4095)), &[]);
    let large = format!("a={}", "x".repeat(4096));
    finds(
        SHOP,
        format!("{large} ; Path=/"),
        &[&format!(
            "reason [{large}] name and value are 4097 bytes, over the limit of 4096 \
         (RFC 6265bis, section 5.7, step 4)"
        )],
    );
}

#[test]
fn domains_refuse() {
    let mismatch = |domain: &str, host: &str, hint: &str| {
        format!(
            "reason [{domain}] `Domain` is `{}`, neither the host `{host}` nor a parent of it{hint} \
             (RFC 6265bis, section 5.7, step 10)",
            domain.trim_start_matches('.').to_lowercase(),
        )
    };
    for (domain, hint) in [
        ("other.example", ""),
        ("other.example.", ""),
        ("op.example", ""),
        ("Other.Example", ""),
        (".other.example", ""),
        ("www.shop.example", "; a domain includes its subdomains; name the host itself"),
        ("shop.example.", "; a trailing dot makes it another host"),
        ("https://shop.example", "; a domain is a host name, not a URL"),
        ("shop.example/", "; a domain is a host name, not a URL"),
        ("shop.example:8443", "; a domain has no port"),
        ("*.shop.example", "; a domain includes its subdomains without a `*`"),
        ("[::1]", "; an IP address has no subdomains; leave `Domain` out"),
        ("::1", "; an IP address has no subdomains; leave `Domain` out"),
    ] {
        finds(SHOP, format!("a=1; Domain={domain}"), &[&mismatch(domain, "shop.example", hint)]);
    }
    let address = "; an IP address has no subdomains; leave `Domain` out";
    finds("https://127.0.0.1", "a=1; Domain=0.0.1", &[&mismatch("0.0.1", "127.0.0.1", address)]);
    let name = mismatch("shop.example", "127.0.0.1", address);
    finds("https://127.0.0.1", "a=1; Domain=shop.example", &[&name]);
    finds("https://[::1]", "a=1; Domain=[::2]", &[&mismatch("[::2]", "[::1]", address)]);
    let dot = "; a trailing dot makes it another host";
    let (url, host) = ("https://b.a.example.", "b.a.example.");
    finds(url, "a=1; Domain=a.example", &[&mismatch("a.example", host, dot)]);
    finds(
        SHOP,
        "a=1; Domain=bücher.example",
        &[
            r"reason [b\xc3\xbccher.example] `Domain` is not ASCII; write the host name's A-label (`xn--...`) (RFC 6265bis, section 5.7, step 8)",
        ],
    );
    // The last counts.
    finds(
        SHOP,
        "a=1; Domain=other.example; Domain=shop.example",
        &[
            "warning [Domain=other.example] a later `Domain` overrides this one (RFC 6265bis, section 5.7)",
        ],
    );
}

#[test]
fn flags_refuse() {
    finds(
        "http://shop.example",
        "a=1; Secure",
        &[
            "reason [Secure] `Secure` requires a secure connection (RFC 6265bis, section 5.7, step 13)",
        ],
    );
    finds(
        "ws://shop.example",
        "a=1; secure=no",
        &[
            "reason [secure=no] `Secure` requires a secure connection (RFC 6265bis, section 5.7, step 13)",
            "warning [secure=no] `Secure` is on, whatever its value is (RFC 6265bis, section 5.6.5)",
        ],
    );
    finds("wss://shop.example", "a=1; Secure", &[]);
    let none = "reason [SameSite = None] `SameSite=None` requires `Secure` (RFC 6265bis, section 5.7, step 19)";
    finds(SHOP, "a=1; SameSite = None ; HttpOnly", &[none]);
    finds(
        SHOP,
        "a=1; SameSite=None; SameSite=Lax",
        &[
            "warning [SameSite=None] a later `SameSite` overrides this one (RFC 6265bis, section 5.7)",
        ],
    );
    finds(
        SHOP,
        "a=1; Partitioned",
        &[
            "reason [Partitioned] `Partitioned` requires `Secure` (CHIPS (draft-cutler-httpbis-partitioned-cookies))",
        ],
    );
}

#[test]
fn prefixes_refuse() {
    finds(
        SHOP,
        "__Secure-a=1",
        &[
            "reason [__Secure-] the prefix `__Secure-` requires `Secure` (RFC 6265bis, section 5.7, step 20)",
        ],
    );
    let step = "(RFC 6265bis, section 5.7, step 21)";
    finds(
        SHOP,
        "__host-a=1; Domain=shop.example; Path=/a",
        &[
            &format!("reason [__host-] the prefix `__Host-` requires `Secure` {step}"),
            &format!(
                "reason [Domain=shop.example] the prefix `__Host-` requires no `Domain` {step}"
            ),
            &format!("reason [Path=/a] the prefix `__Host-` requires `Path=/` {step}"),
            "warning [__host-] browsers take this for the prefix `__Host-`; write it like that (RFC 6265bis, section 4.1.3)",
            "warning [/a] the cookie is not sent to the path that sets it, `/cart/items` (RFC 6265bis, section 5.1.4)",
        ],
    );
    finds(
        SHOP,
        "__Host-a=1; Secure",
        &[&format!("reason [__Host-] the prefix `__Host-` requires `Path=/` {step}")],
    );
    // At the root, the default path is `/`, and is not written out.
    finds(
        "https://shop.example/",
        "__Host-a=1; Secure; Path=",
        &[
            &format!("reason [Path=] the prefix `__Host-` requires `Path=/` {step}"),
            "warning [Path=] `Path` does not start with `/`; the default path is used: `/` (RFC 6265bis, section 5.6.4)",
        ],
    );
    finds(
        SHOP,
        "__Host-a=1; Secure; Path=/; Domain=é",
        &[
            &format!(r"reason [Domain=\xc3\xa9] the prefix `__Host-` requires no `Domain` {step}"),
            r"reason [\xc3\xa9] `Domain` is not ASCII; write the host name's A-label (`xn--...`) (RFC 6265bis, section 5.7, step 8)",
        ],
    );
    let draft = "(draft-ietf-httpbis-layered-cookies)";
    finds(
        SHOP,
        "__Http-a=1",
        &[
            &format!("reason [__Http-] the prefix `__Http-` requires `Secure` {draft}"),
            &format!("reason [__Http-] the prefix `__Http-` requires `HttpOnly` {draft}"),
        ],
    );
    finds(
        SHOP,
        "__Host-Http-a=1; Secure; Path=/",
        &[&format!("reason [__Host-Http-] the prefix `__Host-Http-` requires `HttpOnly` {draft}")],
    );
    for nameless in ["=__Host-a=1", "__hOST-a"] {
        let (prefix, whole) = (&nameless.trim_start_matches('=')[..7], nameless);
        finds(
            SHOP,
            nameless,
            &[
                &format!(
                    "reason [{prefix}] there is no name, and the value starts with the prefix `__Host-` \
                 (RFC 6265bis, section 5.7, step 22)"
                ),
                &format!(
                    "warning [{whole}] there is no name: the bare value is sent back, and may be taken for \
                 another cookie (RFC 6265bis, section 5.6)"
                ),
            ],
        );
    }
}

#[test]
fn names_and_values_warn() {
    let token = "(RFC 6265bis, section 4.1.1)";
    finds(SHOP, "a b=1", &[&format!("warning [ ] the name is not a token: it has ` ` {token}")]);
    finds(
        SHOP,
        "naïve=1",
        &[&format!(r"warning [\xc3\xaf] the name is not a token: it has `\xc3` {token}")],
    );
    finds(
        SHOP,
        "a=x y",
        &[&format!("warning [ ] a strict server encodes this in a value {token}")],
    );
    finds(
        SHOP,
        "a=\"x,  y\"",
        &[
            "warning [\\\"x,  y\\\"] the quotes are part of the value (RFC 6265bis, section 5.6)",
            &format!("warning [,  ] a strict server encodes this in a value {token}"),
        ],
    );
    finds(
        SHOP,
        "a=caf\u{e9}",
        &[&format!(r"warning [\xc3\xa9] a strict server encodes this in a value {token}")],
    );
    finds(
        SHOP,
        b"a=\xFF\xFE",
        &[&format!(r"warning [\xff\xfe] a strict server encodes this in a value {token}")],
    );
    finds(
        SHOP,
        "a=\"x",
        &[&format!("warning [\\\"] a strict server encodes this in a value {token}")],
    );
    finds(
        SHOP,
        "a=\"x; y\"",
        &[
            "warning [\\\"x] the value ends at its first `;`, inside quotes or not (RFC 6265bis, section 5.6)",
            "warning [y\\\"] an unknown attribute is ignored (RFC 6265bis, section 5.6)",
        ],
    );
    finds(
        SHOP,
        "a=x\ty",
        &[
            r"warning [\t] a tab: the standard accepts it, Chromium refuses the cookie (RFC 6265bis, section 5.6)",
        ],
    );
    let quoted = explain("a=\"x\ty\"", &context(SHOP), now()).warnings()[1].clone();
    assert_eq!((quoted.kind, quoted.range), (Warning::Tab, 4..5));
    finds(
        SHOP,
        "a",
        &[
            "warning [a] there is no name: the bare value is sent back, and may be taken for another cookie (RFC 6265bis, section 5.6)",
        ],
    );
    let encoded =
        "this is part of the value: browsers do not percent-decode (RFC 6265bis, section 5.6)";
    finds(
        SHOP,
        "a%3D1%3B+Path%3D%2F",
        &[
            "warning [a%3D1%3B+Path%3D%2F] there is no name: the bare value is sent back, and may be taken for another cookie (RFC 6265bis, section 5.6)",
            &format!("warning [%3D] {encoded}"),
            &format!("warning [%3B] {encoded}"),
        ],
    );
    finds(SHOP, "a=1%3B%20HttpOnly", &[&format!("warning [%3B] {encoded}")]);
    finds(
        SHOP,
        "set-cookie: a=1",
        &[
            "warning [set-cookie:] the header's own name is read as part of the cookie's name (RFC 9110, section 5.1)",
        ],
    );
    finds(
        SHOP,
        "sid=1",
        &[
            "warning [sid] named like a session, but scripts can read it: `HttpOnly` is missing (RFC 6265bis, section 4.1.2.6)",
        ],
    );
    finds(SHOP, "sid=; Max-Age=0", &[]);
}

#[test]
fn attributes_warn() {
    let bis = "(RFC 6265bis, section 5.6)";
    finds(
        SHOP,
        "a=1; Priority = High ;Http-Only; MaxAge=1; expiry",
        &[
            &format!("warning [Priority = High] an unknown attribute is ignored {bis}"),
            &format!(
                "warning [Http-Only] an unknown attribute is ignored; `HttpOnly` may be meant {bis}"
            ),
            &format!(
                "warning [MaxAge=1] an unknown attribute is ignored; `Max-Age` may be meant {bis}"
            ),
            &format!(
                "warning [expiry] an unknown attribute is ignored; `Expires` may be meant {bis}"
            ),
        ],
    );
    finds(
        SHOP,
        format!("a=1; Path=/{}", "x".repeat(1023)),
        &[&format!(
            "warning [/{}] the cookie is not sent to the path that sets it, `/cart/items` (RFC 6265bis, section 5.1.4)",
            "x".repeat(1023)
        )],
    );
    let long = format!("Path=/{}", "x".repeat(1024));
    finds(
        SHOP,
        format!("a=1; Path=/; {long}"),
        &[&format!("warning [{long}] `Path` is ignored: 1025 bytes, over the limit of 1024 {bis}")],
    );
    let repeated = "(RFC 6265bis, section 5.7)";
    finds(
        SHOP,
        "a=1; Path=/; HttpOnly; path=/cart; HttpOnly",
        &[
            &format!("warning [Path=/] a later `Path` overrides this one {repeated}"),
            &format!("warning [HttpOnly] a later `HttpOnly` overrides this one {repeated}"),
        ],
    );
    finds(
        SHOP,
        "a=1; SameSite=Lax; SameSite=Lenient",
        &[
            &format!("warning [SameSite=Lax] a later `SameSite` overrides this one {repeated}"),
            "warning [SameSite=Lenient] `SameSite` is none of `Strict`, `Lax` and `None`: it counts as absent (RFC 6265bis, section 5.6.7)",
        ],
    );
    finds(
        SHOP,
        "a=1; Secure=false; HttpOnly=0; Partitioned=no",
        &[
            "warning [Secure=false] `Secure` is on, whatever its value is (RFC 6265bis, section 5.6.5)",
            "warning [HttpOnly=0] `HttpOnly` is on, whatever its value is (RFC 6265bis, section 5.6.6)",
            "warning [Partitioned=no] `Partitioned` is on, whatever its value is (CHIPS (draft-cutler-httpbis-partitioned-cookies))",
        ],
    );
    finds(SHOP, "a=1; Secure=; HttpOnly =", &[]);
    let comma =
        "this looks like a second cookie, but no browser splits at a comma (RFC 9110, section 5.3)";
    finds(
        SHOP,
        "a=1; Path=/, b=2; HttpOnly, c=3",
        &[
            "warning [/, b=2] the cookie is not sent to the path that sets it, `/cart/items` (RFC 6265bis, section 5.1.4)",
            &format!("warning [, b=2] {comma}"),
            &format!("warning [, c=3] {comma}"),
        ],
    );
    finds(
        SHOP,
        "a=1, b=2",
        &[
            "warning [, ] a strict server encodes this in a value (RFC 6265bis, section 4.1.1)",
            &format!("warning [, b=2] {comma}"),
        ],
    );
}

/// That a header has this warning, among others.
#[track_caller]
fn warns(header: &str, expected: &str) {
    let shop = context(SHOP);
    let found = lines(header.as_bytes(), &explain(header, &shop, now()));
    assert!(found.contains(&format!("warning {expected}")), "{header}: {found:#?}");
}

#[test]
fn a_missing_semicolon_warns() {
    let bis = "RFC 6265bis, section 5.6";
    for (header, swallowed) in [
        ("id=1; Secure SameSite=None", &["SameSite=None"][..]),
        ("sid=1; Path=/ HttpOnly", &["HttpOnly"]),
        ("a=1; SameSite=None Secure", &["Secure"]),
        ("a=1; Max-Age=3600 Secure", &["Secure"]),
        ("a=1; Max-Age=3600,Secure", &["Secure"]),
        ("a=1; Expires=Sun, 06 Nov 1994 08:49:38 GMT, HttpOnly", &["HttpOnly"]),
        ("a=1; Expires=Sun, 06 Nov 1994 08:49:38 GMT Path=/", &["Path=/"]),
        ("sid=1, Path=/, Secure", &["Path=/", "Secure"]),
        ("sid=1 Path=/ Secure", &["Path=/", "Secure"]),
        ("sid=1 secure", &["secure"]),
        ("sid=1\tMax-Age = 5", &["Max-Age = 5"]),
        ("sid=\"1\" Path=/", &["Path=/"]),
        ("a=1; Domain=shop.example HttpOnly Secure", &["HttpOnly", "Secure"]),
        ("a=1; Secure, HttpOnly,Partitioned", &["HttpOnly", "Partitioned"]),
        (
            "a=1; Path=/ Expires=Sun, 06 Nov 1994 08:49:38 GMT Secure",
            &["Expires=Sun, 06 Nov 1994 08:49:38 GMT", "Secure"],
        ),
        ("a=1; Priority=High SameSite=Lax", &["SameSite=Lax"]),
    ] {
        for part in swallowed {
            let name = part.split(['=', ' ']).next().unwrap();
            let name = if name == "secure" { "Secure" } else { name };
            warns(
                header,
                &format!("[{part}] `{name}` is read as part of what is before it; write a `;` between them ({bis})")
                    .replace('\t', "\\t"),
            );
        }
    }
    let verdict = explain("sid=1, Path=/, Secure", &context(SHOP), now()).to_string();
    assert!(!verdict.contains("second cookie"), "{verdict}");
    warns(
        "id=1; Secure SameSite=None",
        &format!(
            "[Secure SameSite=None] an unknown attribute is ignored; `Secure` may be meant ({bis})"
        ),
    );
}

#[test]
fn words_that_are_no_attributes_do_not_warn() {
    for header in [
        "a=Path",
        "a=Secure",
        "a=Path=/",
        "a=1; Path=/secure",
        "a=1; Path=/Path=/x",
        "a=1; Path=/a,Secure",
        "a=1; Path=/a,b=2",
        "a=1,Path=/",
        "a=secure, as it was",
        "a=\"x Path=/\"",
        "a=a path to it",
        "a=1; Expires=Sun, 06 Nov 1994 08:49:38 GMT",
        "a=1; Secure ; HttpOnly",
        "Path=1",
        "secure=1; Path=/",
        "a=Domain: b",
    ] {
        let shop = context(SHOP);
        let text = explain(header, &shop, now()).to_string();
        for word in ["before it", "with a `:`", "second cookie", "as the cookie itself"] {
            assert!(!text.contains(word), "{header}: {text}");
        }
    }
}

#[test]
fn a_colon_warns() {
    let bis = "(RFC 6265bis, section 5.6)";
    finds(
        SHOP,
        "a=1; domain: example.com",
        &[&format!(
            "warning [domain: example.com] `Domain` is ignored with a `:`; write `Domain=...` {bis}"
        )],
    );
    finds(
        SHOP,
        "a=1; HttpOnly: true; Path : /?b=c",
        &[
            &format!(
                "warning [HttpOnly: true] `HttpOnly` is ignored with a `:`; write `HttpOnly` alone {bis}"
            ),
            &format!("warning [Path : /?b=c] `Path` is ignored with a `:`; write `Path=...` {bis}"),
        ],
    );
}

#[test]
fn an_attribute_in_place_of_the_cookie_warns() {
    let first = "is read as the cookie itself; write the cookie's name and value first (RFC 6265bis, section 5.6)";
    warns("secure; httponly", &format!("[secure] `Secure` {first}"));
    warns("HttpOnly, Secure", &format!("[HttpOnly, Secure] `HttpOnly` {first}"));
    warns("Path: /; Secure", &format!("[Path: /] `Path` {first}"));
    warns("Path=/; sid=1", &format!("[Path=/] `Path` {first}"));
    warns("Secure sid=1", &format!("[Secure sid=1] `Secure` {first}"));
    warns("HttpOnly, sid=1", &format!("[HttpOnly, sid=1] `HttpOnly` {first}"));
}

#[test]
fn lifetimes_warn() {
    let cut = "is cut to 400 days (RFC 6265bis, section 5.5)";
    finds(
        SHOP,
        "a=1; Max-Age=34560001; Expires=Fri, 31 Dec 9999 23:59:59 GMT",
        &[&format!("warning [Max-Age=34560001] `Max-Age` {cut}")],
    );
    finds(
        SHOP,
        "a=1; Expires=Mon, 11 Dec 1995 08:49:38 GMT",
        &[&format!("warning [Expires=Mon, 11 Dec 1995 08:49:38 GMT] `Expires` {cut}")],
    );
    finds(SHOP, "a=1; Expires=Mon, 11 Dec 1995 08:49:37 GMT", &[]);
    for (date, why) in [
        ("tomorrow", "the date has no time of day"),
        ("0", "the date has no time of day"),
        ("", "the date has no time of day"),
        ("Sat, 30 Feb 2030 10:00:00 GMT", "the day 2030-02-30 does not exist"),
    ] {
        finds(
            SHOP,
            format!("a=1; Expires={date}"),
            &[&format!(
                "warning [Expires={date}] `Expires` is ignored: {why} (RFC 6265bis, section 5.6.1)"
            )],
        );
    }
    for age in ["1.5", "", "-", "60s", "∞"] {
        let shown = age.as_bytes().escape_ascii();
        finds(
            SHOP,
            format!("a=1; Max-Age={age}"),
            &[&format!(
                "warning [Max-Age={shown}] `Max-Age` is ignored: it is not a number of seconds (RFC 6265bis, section 5.6.2)"
            )],
        );
    }
    let overruled = "`Max-Age` overrides `Expires`, and only one of them is a removal (RFC 6265bis, section 5.6.2)";
    finds(
        SHOP,
        "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9",
        &[&format!("warning [Expires=Thu, 01 Jan 1970 00:00:00 GMT] {overruled}")],
    );
    finds(
        SHOP,
        "a=1; Max-Age=9; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
        &[&format!("warning [Expires=Sun, 06 Nov 1994 08:49:37 GMT] {overruled}")],
    );
    finds(
        SHOP,
        "a=1; Max-Age=0; Expires=Thu, 01 Jan 2030 00:00:00 GMT",
        &[&format!("warning [Expires=Thu, 01 Jan 2030 00:00:00 GMT] {overruled}")],
    );
}

#[test]
fn what_chromium_refuses_warns() {
    let tab =
        "a tab: the standard accepts it, Chromium refuses the cookie (RFC 6265bis, section 5.6)";
    for (header, tabs) in [
        ("a\tb=1", 1),
        ("a=\"\t\"", 1),
        ("\ta\t=\t1\t;\tPath\t=\t/cart\t", 0),
        ("a=1; Path=/cart; Unknown=1\t2", 1),
        ("a=1; Un\tknown=1\t2", 2),
        ("a=1; Un\tknown", 1),
        ("x\ty", 1),
    ] {
        let verdict = explain(header, &context(SHOP), now()).to_string();
        assert_eq!(verdict.matches("warning: a tab").count(), tabs, "{verdict}");
    }
    warns("a=1; Path=/cart; x=\t1\t2", &format!(r"[\t] {tab}"));

    let dot = "a `Domain` of a single dot: the standard ignores it, Chromium refuses the cookie (RFC 6265bis, section 5.6.3)";
    finds(SHOP, "a=1; Domain=.", &[&format!("warning [.] {dot}")]);
    finds(
        SHOP,
        "a=1; Domain=.; Domain=shop.example",
        &["warning [Domain=.] a later `Domain` overrides this one (RFC 6265bis, section 5.7)"],
    );

    let nameless = "there is no name, and the value has a `=`: the standard accepts it, Chromium refuses the cookie (RFC 6265bis, section 5.7, step 22)";
    for (header, value) in [("===x", "==x"), ("= =", "="), ("=a=1; Path=/cart", "a=1")] {
        warns(header, &format!("[{value}] {nameless}"));
    }
}

#[test]
fn lifetimes_that_chromium_reads_differently_warn() {
    let max_age = "Chromium reads this `Max-Age` differently from the standard; write digits only (RFC 6265bis, section 5.6.2)";
    for (header, part) in [
        ("a=1; Max-Age=+5", "Max-Age=+5"),
        ("a=1; Max-Age=9223372036854775807s", "Max-Age=9223372036854775807s"),
        ("a=1; Max-Age=-9999999999999999999s", "Max-Age=-9999999999999999999s"),
        ("a=1; Max-Age=5; Max-Age=+6", "Max-Age=+6"),
    ] {
        warns(header, &format!("[{part}] {max_age}"));
    }
    let expires = "Chromium reads this `Expires` differently from the standard; write it like `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 6265bis, section 5.6.1)";
    for date in [
        "11x Jan 1995 10:00:00",
        "11 Jan 1995x 10:00:00",
        "11 Jan 1995 10:00:00x",
        "11 Jan 1995 10:000:00",
        "11 Jan 01995 10:00:00",
        "11 Jan 5 10:00:00",
        "11 Jan 1600 10:00:00",
        "29 Feb 10000 10:00:00",
        "10:00 11 Jan 1995 10:00:00",
        "10:00:00 11:00:00 Jan 1995",
    ] {
        warns(&format!("a=1; Expires={date}"), &format!("[Expires={date}] {expires}"));
    }
    // Read as another year, the second date would be the first.
    for (year, other) in [(2000, 1600), (2000, 10_000)] {
        warns(
            &format!("a=1; Expires=11 Jan {year} 10:00:00; Expires=11 Jan {other} 10:00:00"),
            &format!("[Expires=11 Jan {other} 10:00:00] {expires}"),
        );
    }
    // A `Max-Age` overrides `Expires` only where both read it.
    warns(
        "a=1; Max-Age=+5; Expires=11x Jan 1995 10:00:00",
        &format!("[Expires=11x Jan 1995 10:00:00] {expires}"),
    );
    let earlier =
        "an earlier `Max-Age` still counts, but not in Chromium (RFC 6265bis, section 5.6.2)";
    warns("a=1; Max-Age=5; Max-Age=x", &format!("[Max-Age=x] {earlier}"));
    warns("a=1; Max-Age=0; Max-Age=1; Max-Age", &format!("[Max-Age] {earlier}"));
    let earlier =
        "an earlier `Expires` still counts, but not in Chromium (RFC 6265bis, section 5.6.1)";
    warns(
        "a=1; Expires=Sun, 06 Nov 1994 08:49:38 GMT; Expires=0",
        &format!("[Expires=0] {earlier}"),
    );

    let too_long = format!("a=1; Max-Age=5; Max-Age={}", "x".repeat(1025));
    for header in [
        &*too_long,
        "a=1; Max-Age=5; Max-Age=x; Max-Age=6",
        "a=1; Max-Age=x",
        "a=1; Max-Age=99999999999999999999",
        "a=1; Max-Age=-99999999999999999999",
        "a=1; Max-Age=-9223372036854775807s",
        "a=1; Max-Age=000000000000000000000000000005",
        "a=1; Max-Age=5; Expires=11x Jan 1995 10:00:00",
        "a=1; Expires=11 Jan 995x 10:00:00",
        "a=1; Expires=30 Feb 10000 10:00:00",
        "a=1; Expires=Sunday, 06-Nov-94 08:49:38 GMT",
        "a=1; Expires=11 Jan 25 10:00:00",
        "a=1; Expires=Nov 6 8:49:8 1994 +0100",
        "a=1; Expires=0",
    ] {
        let verdict = explain(header, &context(SHOP), now()).to_string();
        assert!(!verdict.contains("Chromium"), "{verdict}");
    }
}

#[test]
fn scopes_warn() {
    finds(
        SHOP,
        "a=1; Domain=",
        &[
            "warning [Domain=] an empty `Domain` means this host only, even after a valid one (RFC 6265bis, section 5.6.3)",
        ],
    );
    finds(
        "https://www.shop.example",
        "a=1; Domain=.shop.example",
        &[
            "warning [.shop.example] the cookie is sent to `shop.example` and all of its subdomains, not only to `www.shop.example` (RFC 6265bis, section 5.6.3)",
        ],
    );
    finds("http://localhost", "a=1; Domain=localhost", &[]);
    for host in ["127.0.0.1", "[::1]"] {
        finds(
            &format!("https://{host}"),
            format!("a=1; Domain={host}"),
            &[&format!(
                "warning [{host}] an IP address has no subdomains: `Domain` adds nothing (RFC 6265bis, section 5.1.3)"
            )],
        );
        // The text does not speak of subdomains that cannot exist.
        let url = format!("https://{host}");
        for header in [format!("a=1; Domain={host}"), format!("a=; Domain={host}; Max-Age=0")] {
            let verdict = explain(&header, &context(&url), now()).to_string();
            assert!(verdict.contains(&format!("for {host} only")), "{verdict}");
            assert!(!verdict.contains("and its subdomains"), "{verdict}");
        }
    }
    for path in ["cart", "https://shop.example/", "\"/\""] {
        let shown = path.as_bytes().escape_ascii();
        finds(
            SHOP,
            format!("a=1; Path={path}"),
            &[&format!(
                "warning [{shown}] `Path` does not start with `/`; the default path is used: `/cart` (RFC 6265bis, section 5.6.4)"
            )],
        );
    }
    finds(SHOP, "a=1; Path=/cart/", &[]);
    finds(
        SHOP,
        "a=1; Path=/cart/items/",
        &[
            "warning [/cart/items/] the cookie is not sent to the path that sets it, `/cart/items` (RFC 6265bis, section 5.1.4)",
        ],
    );
    finds(SHOP, "a=; Path=/elsewhere; Max-Age=0", &[]);
}

#[test]
fn kinds_carry_what_they_are_about() {
    let shop = context(SHOP);
    let verdict = explain("__Host-a=1; Path=/; Path=/b; Domain=www.shop.example", &shop, now());
    let reasons: Vec<_> = verdict.reasons().iter().map(|found| &found.kind).collect();
    let prefix = Prefix::Host;
    assert_eq!(
        reasons,
        [
            &Reason::Prefix { prefix, requirement: Requirement::Secure },
            &Reason::Prefix { prefix, requirement: Requirement::RootPath },
            &Reason::Prefix { prefix, requirement: Requirement::NoDomain },
            &Reason::DomainMismatch {
                domain: "www.shop.example".into(),
                host: "shop.example".into(),
                hint: Some(DomainHint::Subdomain),
            },
        ]
    );
    let Warning::Repeated { by, .. } = &verdict.warnings()[0].kind else { panic!("{verdict}") };
    assert_eq!(*by, 20..27);
}

#[test]
fn loopback_is_trusted_unless_the_user_agent_does_not() {
    let distrusting = UserAgent::new().with_trusted_loopback(false);
    for host in ["localhost", "a.localhost", "127.0.0.1", "[::1]"] {
        let plain = RequestContext::from_parts("http", host, "/").unwrap();
        assert!(!explain("a=1; Secure", &plain, now()).is_refused(), "{host}");
        let verdict = explain_as("a=1; Secure", &plain, &distrusting, now());
        assert!(verdict.is_refused(), "{host}");
    }
    let other = context("http://shop.example");
    assert!(explain("a=1; Secure", &other, now()).is_refused());
    assert!(!explain("a=1; Secure", &context(SHOP), now()).is_refused());
}

#[test]
fn a_cross_site_response_sets_cookies_for_all_sites_only() {
    let other = context("https://other.example/");
    let cross_site = [context(SHOP).with_initiator(&other), context(SHOP).in_top_level(&other)];
    for cross_site in &cross_site {
        for (header, part) in [("a=1", "a"), ("a=1; SameSite=Lax", "SameSite=Lax"), ("=1", "=1")] {
            let verdict = explain(header, cross_site, now());
            assert_eq!(
                lines(header.as_bytes(), &verdict)[0],
                format!(
                    "reason [{part}] a cross-site response can only set cookies with \
                     `SameSite=None` (RFC 6265bis, section 5.7, step 18)"
                ),
            );
        }
        assert!(!explain("a=1; SameSite=None; Secure", cross_site, now()).is_refused());
        let navigation = RequestKind::TopLevelNavigation { safe_method: false };
        let navigation = cross_site.clone().with_kind(navigation);
        assert!(!explain("a=1; SameSite=Strict", &navigation, now()).is_refused());
    }
}

#[test]
fn a_script_sets_no_http_only_cookie() {
    let script = context(SHOP).with_kind(RequestKind::Script);
    let header = "a=1; HttpOnly";
    assert_eq!(
        lines(header.as_bytes(), &explain(header, &script, now())),
        [
            "reason [HttpOnly] a script cannot set an `HttpOnly` cookie (RFC 6265bis, section 5.7, step 15)"
        ]
    );
    assert!(!explain("a=1", &script, now()).is_refused());
    // A script in a cross-site document is under the rule of cross-site responses.
    let framed = script.in_top_level(&context("https://other.example/"));
    assert!(explain("a=1", &framed, now()).is_refused());
}

#[test]
fn nothing_is_stored_with_cookies_disabled() {
    let agent = UserAgent::new().with_cookies_disabled(true);
    let shop = context(SHOP);
    let verdict = explain_as("a=1", &shop, &agent, now());
    assert_eq!(
        lines(b"a=1", &verdict),
        ["reason [a=1] cookies are disabled (RFC 6265bis, section 7.2)"]
    );
    assert!(verdict.is_refused());
}

/// Without a list, a warning says that nothing was checked.
#[cfg(not(feature = "store"))]
#[test]
fn a_missing_list_of_public_suffixes_warns() {
    let step = "(RFC 6265bis, section 5.7, step 9)";
    for (domain, expected) in [
        ("example", vec![format!("warning [example] a `Domain` of one label is most likely a public suffix, which browsers refuse {step}")]),
        (
            "shop.example",
            vec![
                "warning [shop.example] the cookie is sent to `shop.example` and all of its subdomains, not only to `www.shop.example` (RFC 6265bis, section 5.6.3)".to_owned(),
                format!("warning [shop.example] without a list of public suffixes, it is not checked whether the `Domain` is one, which browsers refuse {step}"),
            ],
        ),
        ("www.shop.example", vec![]),
    ] {
        let header = format!("a=1; Domain={domain}");
        let context = context("https://www.shop.example");
        let verdict = explain(&header, &context, now());
        assert_eq!(lines(header.as_bytes(), &verdict), expected);
        assert!(!verdict.is_refused());
    }
}

/// With the feature `store`, the list is compiled in.
#[cfg(feature = "store")]
#[test]
fn the_compiled_list_of_public_suffixes_is_used() {
    for (url, domain, is_refused) in [
        ("https://shop.co.uk", "co.uk", true),
        ("https://shop.co.uk", "uk", true),
        ("https://www.shop.co.uk", "shop.co.uk", false),
        ("https://a.github.io", "github.io", true),
        ("https://github.io", "github.io", false),
        ("https://www.shop.example", "example", true),
        ("https://a.b.kobe.jp", "kobe.jp", true),
        ("https://www.city.kobe.jp", "city.kobe.jp", false),
        ("https://xn--85x722f.com.cn", "com.cn", true),
    ] {
        let header = format!("a=1; Domain={domain}");
        let context = context(url);
        let verdict = explain(&header, &context, now());
        assert_eq!(verdict.is_refused(), is_refused, "{domain} from {url}");
    }
}

#[test]
fn public_suffixes_are_asked_for() {
    let suffix_len = |host: &str| match host {
        "example" | "shop.example" | "co.uk" => host.len(),
        _ => 0,
    };
    let agent = UserAgent::new().with_public_suffixes(suffix_len);
    let shop = context(SHOP);
    let header = "a=1; Domain=.Example";
    let verdict = explain_as(header, &shop, &agent, now());
    assert_eq!(
        lines(header.as_bytes(), &verdict)[0],
        "reason [.Example] `Domain` is `example`, a public suffix, under which anyone can have a host (RFC 6265bis, section 5.7, step 9)"
    );
    // One that is the host itself is host-only, so that a prefix is content.
    let header = "__Host-a=1; Domain=shop.example; Path=/; Secure";
    let verdict = explain_as(header, &shop, &agent, now());
    assert!(
        verdict.prediction().is_some_and(|stored| stored.identity().is_host_only()),
        "{verdict}"
    );
    // Both reasons, where there are two.
    assert_eq!(explain_as("a=1; Domain=co.uk", &shop, &agent, now()).reasons().len(), 2);
}

#[test]
fn what_is_stored() {
    let www = context("https://www.shop.example/cart/items");
    let header = b"sid=\"\xFF\"; Domain=shop.example; Secure; HttpOnly; SameSite=strict; Max-Age=999999999999999999999; Partitioned";
    let verdict = explain(header, &www, now());
    let stored = verdict.prediction().expect("a cookie");
    assert_eq!((stored.identity().name(), stored.value()), (&b"sid"[..], &b"\"\xFF\""[..]));
    assert_eq!(
        (stored.identity().domain(), stored.identity().is_host_only()),
        ("shop.example", false)
    );
    assert_eq!(stored.identity().path(), b"/cart");
    assert_eq!(stored.expires(), Some(now() + Duration::from_secs(34_560_000)));
    assert!(stored.is_secure() && stored.is_http_only() && stored.identity().is_partitioned());
    assert_eq!(stored.same_site(), SameSite::Strict);
    assert_eq!(&header[verdict.lifetime_range().unwrap()], b"Max-Age=999999999999999999999");
    assert_eq!(
        stored.to_string(),
        "cookie `sid` for shop.example and its subdomains, under /cart, until Mon, 11 Dec 1995 \
         08:49:37 GMT; Secure, HttpOnly, SameSite=Strict, Partitioned",
    );

    // The last that can be read counts.
    let header = "a=1; Expires=Mon, 07 Nov 1994 00:00:00 GMT; Expires=Tue, 08 Nov 1994 00:00:00 GMT; Expires=x";
    let verdict = explain(header, &www, now());
    assert_eq!(&header[verdict.lifetime_range().unwrap()], "Expires=Tue, 08 Nov 1994 00:00:00 GMT");
    let end = "until Tue, 08 Nov 1994 00:00:00 GMT";
    assert!(
        verdict.to_string().lines().next().is_some_and(|line| line.ends_with(end)),
        "{verdict}"
    );

    // A request's path that is no path has the default path all the same.
    let odd = RequestContext::from_parts("https", "shop.example", "cart").unwrap();
    let verdict = explain("a=1", &odd, now());
    assert_eq!(verdict.prediction().map(|stored| stored.identity().path()), Some(&b"/"[..]));
    assert_eq!(verdict.warnings(), []);

    let verdict = explain("=1; Path=/", &www, now());
    let stored = verdict.prediction().expect("a cookie");
    assert!(stored.identity().is_host_only() && !stored.is_secure() && !stored.is_http_only());
    assert_eq!(
        (stored.identity().name(), stored.expires(), verdict.lifetime_range()),
        (&b""[..], None, None)
    );
    assert_eq!(
        stored.to_string(),
        "a cookie without a name for www.shop.example only, under /, until the session ends",
    );
}

/// Checks why a cookie that [`SHOP`] sets is not sent with a request an hour later.
#[track_caller]
fn is_not_sent(header: &str, request: &RequestContext<'_>, agent: &UserAgent, expected: &[&str]) {
    let shop = context(SHOP);
    let verdict = explain_as(header, &shop, &UserAgent::new(), now());
    let cookie = verdict.prediction().expect("it is stored");
    let reasons = cookie.why_not_sent(request, agent, now() + Duration::from_secs(3600));
    let lines: Vec<_> = reasons.iter().map(|why| format!("{why} ({})", why.section())).collect();
    assert_eq!(lines, expected, "{header}");
}

#[test]
fn what_is_not_sent() {
    let (cart, agent) = (context(SHOP), with_list());
    let root = context("https://shop.example");
    let other = context("https://www.shop.example/cart");
    is_not_sent("a=1; Max-Age=3601", &cart, &agent, &[]);
    is_not_sent("a=1; Max-Age=3600", &cart, &agent, &["it has expired (RFC 6265bis, section 5.7)"]);
    is_not_sent(
        "a=1",
        &cart,
        &UserAgent::new().with_cookies_disabled(true),
        &["cookies are disabled (RFC 6265bis, section 7.2)"],
    );
    let step = "RFC 6265bis, section 5.8.3, step 1";
    let by_script = context(SHOP).with_kind(RequestKind::Script);
    for (header, request, text) in [
        ("a=1", &other, "it is sent to its own host only, and this is another one"),
        (
            "a=1; Domain=shop.example",
            &context("https://my-shop.example/cart"),
            "its domain is neither this host nor a parent of it",
        ),
        ("a=1", &root, "its path is neither this path nor a parent of it"),
        (
            "a=1; Secure",
            &context("http://shop.example/cart"),
            "it is `Secure`, and the connection is not",
        ),
        ("a=1; HttpOnly", &by_script, "it is `HttpOnly`, and a script asks for it"),
    ] {
        is_not_sent(header, request, &agent, &[&format!("{text} ({step})")]);
    }
    is_not_sent("a=1; Domain=shop.example", &other, &agent, &[]);

    // The list has got the domain, or a domain below it, since the cookie was stored.
    let suffix = format!(
        "its domain is a public suffix, or a parent of one ({step}, and section 5.7, step 9)"
    );
    for (suffix_len, expected) in [(7, None), (12, Some(&*suffix)), (16, Some(&*suffix))] {
        let list = UserAgent::new().with_public_suffixes(move |_: &str| suffix_len);
        is_not_sent("a=1; Domain=shop.example", &other, &list, expected.as_slice());
    }

    let strict = format!("it is `SameSite=Strict`, and the request is cross-site ({step})");
    let lax = format!(
        "it is `SameSite=Lax`, or has no `SameSite`, and the request is cross-site and \
         no top-level navigation with a safe method ({step})"
    );
    let elsewhere = context("https://news.example");
    let link = RequestKind::TopLevelNavigation { safe_method: true };
    let form = RequestKind::TopLevelNavigation { safe_method: false };
    for (header, kind, expected) in [
        ("a=1; SameSite=Strict", link, Some(&*strict)),
        ("a=1; SameSite=Strict", RequestKind::Subresource, Some(&*strict)),
        ("a=1; SameSite=Lax", link, None),
        ("a=1; SameSite=Lax", form, Some(&*lax)),
        ("a=1", link, None),
        ("a=1", RequestKind::Subresource, Some(&*lax)),
        ("a=1; SameSite=None; Secure", RequestKind::Subresource, None),
    ] {
        let request = context(SHOP).with_initiator(&elsewhere).with_kind(kind);
        is_not_sent(header, &request, &agent, expected.as_slice());
    }

    let partitioned = "a=1; Secure; Partitioned; SameSite=None";
    is_not_sent(partitioned, &context(SHOP).in_top_level(&root), &agent, &[]);
    is_not_sent(
        partitioned,
        &context(SHOP).in_top_level(&elsewhere),
        &agent,
        &[
            "it is `Partitioned`, and this is another top-level site (CHIPS (draft-cutler-httpbis-partitioned-cookies))",
        ],
    );
}

#[test]
fn what_is_removed() {
    let shop = context(SHOP);
    for (header, by) in [
        ("a=1; Max-Age=0", "Max-Age=0"),
        ("a=1; Max-Age=-99999999999999999999999", "Max-Age=-99999999999999999999999"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        ("a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT", "Expires=Sun, 06 Nov 1994 08:49:37 GMT"),
        ("a=1; Expires=Sun, 06 Nov 2094 08:49:37 GMT; Max-Age=0", "Max-Age=0"),
    ] {
        let verdict = explain(header, &shop, now());
        let Action::Remove(identity) = verdict.action() else { panic!("{header}: {verdict}") };
        assert_eq!(identity.to_string(), "cookie `a` for shop.example only, under /cart");
        assert_eq!(&header[verdict.lifetime_range().unwrap()], by);
        assert!(!verdict.is_refused() && verdict.prediction().is_none());
    }
    // A removal must itself be storable.
    assert!(explain("__Secure-a=; Max-Age=0", &shop, now()).is_refused());
}

#[test]
fn a_verdict_as_text() {
    let shop = context(SHOP);
    let says = |header, text: &str| assert_eq!(explain(header, &shop, now()).to_string(), text);
    says(
        "theme=dark; Path=/",
        "stored: cookie `theme` for shop.example only, under /, until the session ends",
    );
    says("theme=; Max-Age=0", "removes: cookie `theme` for shop.example only, under /cart");
    says(
        "sid=31d4; SameSite=None; Max-Age=1h",
        "refused\n\
         reason: `SameSite=None` requires `Secure` (bytes 10..23; RFC 6265bis, section 5.7, step 19)\n\
         warning: named like a session, but scripts can read it: `HttpOnly` is missing (bytes 0..3; \
         RFC 6265bis, section 4.1.2.6)\n\
         warning: `Max-Age` is ignored: it is not a number of seconds (bytes 25..35; RFC 6265bis, \
         section 5.6.2)",
    );
}

#[test]
fn no_value_is_shown() {
    let shop = context(SHOP);
    for header in [
        "sid=hunter2",
        "sid=\"hunter2\"; SameSite=None",
        "sid=\"x;hunter2\"",
        "sid=x;hunter2",
        "hunter2",
        "sid=a, hunter2=3",
        "sid=hunter2; Max-Age=0",
        "sid=hunter2\0",
    ] {
        let verdict = explain(header, &shop, now());
        let shown = format!("{verdict} {verdict:?} {verdict:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let verdict = explain("sid=hunter2; Path=/; HttpOnly", &shop, now());
    let prediction = format!("{:?}", verdict.prediction().expect("it is stored"));
    assert!(prediction.contains("http_only: true"), "{prediction}");
    assert!(!prediction.contains("hunter2"), "{prediction}");
}

/// Only stored cookies and other sites below a public suffix give these reasons.
#[test]
fn the_reasons_that_concern_more_than_the_header() {
    for (reason, text, section) in [
        (
            Reason::AboveSite { domain: "uk".to_owned() },
            "`Domain` is `uk`, a parent of the host's public suffix: other sites are below it, too",
            "RFC 6265bis, section 5.7, step 9, as browsers apply it",
        ),
        (
            Reason::HidesSecure,
            "over an insecure connection, it would hide a stored `Secure` cookie of its name",
            "RFC 6265bis, section 5.7, step 16",
        ),
        (
            Reason::OverwritesHttpOnly,
            "a script cannot replace or remove an `HttpOnly` cookie",
            "RFC 6265bis, section 5.7, step 23",
        ),
        (
            Reason::NotReadBack,
            "it would be read back as another cookie: `=` in the name, `;`, or white space at an end",
            "RFC 6265bis, section 5.6",
        ),
    ] {
        assert_eq!((&*reason.to_string(), reason.section()), (text, section));
    }
}
