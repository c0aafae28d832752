//! What a `Set-Cookie` header is read as: any bytes, against the model of a browser.

use gingersnap::header::SetCookie;
use gingersnap::{Cookie, Encoding};
use proptest::prelude::*;

use crate::browser::{self, Header};
use crate::{check_property, strategies};

fn as_header(cookie: &SetCookie) -> Header {
    Header {
        name: cookie.name().to_vec(),
        value: cookie.value().to_vec(),
        domain: cookie.domain().map(str::to_owned),
        path: cookie.path().map(<[u8]>::to_vec),
        max_age: cookie.max_age().map(|age| age.as_secs()),
        expires: cookie.expires(),
        secure: cookie.is_secure(),
        http_only: cookie.is_http_only(),
        partitioned: cookie.is_partitioned(),
        same_site: cookie.same_site(),
    }
}

#[test]
fn any_bytes_are_what_the_model_of_a_browser_reads() {
    check_property(600, 3, &strategies::set_cookie_header(), |header, relevant| {
        let expected = browser::read(&header);
        let found = SetCookie::parse(&header).as_ref().map(as_header).ok();
        if expected.is_some() {
            relevant.add();
        }
        prop_assert_eq!(found, expected, "{}", header.escape_ascii());
        // As text, it is the same or an error.
        if let Ok(text) = Cookie::parse(&header) {
            let bytes = SetCookie::parse(&header).expect("what is text is bytes");
            prop_assert_eq!(Ok(text), bytes.to_cookie());
        }
        Ok(())
    });
}

#[test]
fn a_browser_keeps_what_can_be_written_or_is_told_at_the_gate() {
    check_property(800, 8, &strategies::cookie(), |cookie, relevant| {
        match cookie.to_set_cookie(Encoding::Percent) {
            // It reads the line, whether or not its host may set such a cookie.
            Ok(line) => {
                relevant.add();
                let read = browser::read(line.as_bytes()).expect("the model reads the line");
                prop_assert_eq!(read.name, cookie.name().as_bytes());
                prop_assert_eq!(read.domain.as_deref(), cookie.domain());
                prop_assert_eq!(read.path.as_deref(), cookie.path().map(str::as_bytes));
                prop_assert_eq!(read.secure, cookie.is_secure());
                prop_assert_eq!(read.same_site, cookie.same_site());
                // And stores it, at the hosts that it names.
                if matches!(cookie.domain(), None | Some("example.com" | "www.example.com")) {
                    prop_assert!(browser::Browser::default().receive(line.as_bytes()), "{}", line);
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        Ok(())
    });
}
