//! Dates: rule 21, the cookie-date of RFC 6265bis, section 5.1.1, and rule 4's IMF-fixdate.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gingersnap::Cookie;
use gingersnap::date::{self, DateError};

/// 1994-11-06T08:49:37Z
const NOV_1994: i64 = 784_111_777;

fn at(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

/// All of these are this time: by themselves and as an `Expires`.
#[track_caller]
fn read_as(seconds: i64, dates: &[&str]) {
    for date in dates {
        assert_eq!(date::parse(date), Ok(at(seconds)), "{date:?}");
        // An attribute is trimmed of SP and HTAB, which are delimiters, and ends at a `;`.
        if !date.contains(';') {
            let header = format!("a=b; Expires={date}");
            let cookie = Cookie::parse(&header).expect("no control bytes");
            assert_eq!(cookie.expires(), Some(at(seconds)), "{header:?}");
        }
    }
}

/// All of these are refused so, and an `Expires` with one is ignored: an earlier one stands.
#[track_caller]
fn refused_as(error: DateError, dates: &[&str]) {
    for date in dates {
        assert_eq!(date::parse(date), Err(error), "{date:?}");
        if !date.contains(';') {
            let header = format!("a=b; Expires={date}");
            assert_eq!(Cookie::parse(&header).unwrap().expires(), None, "{header:?}");
            let header = format!("a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Expires={date}");
            let cookie = Cookie::parse(&header).unwrap();
            assert_eq!(cookie.expires(), Some(at(NOV_1994)), "{header:?}");
        }
    }
}

#[test]
fn rule_21_the_shapes_that_are_seen() {
    read_as(
        NOV_1994,
        &[
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "06 Nov 1994 08:49:37",
            "6 Nov 94 8:49:37",
            "08:49:37 6 Nov 94",
            "1994 6 Nov 08:49:37",
            "Nov 1994 6 08:49:37",
            "Nov 6 1994 08:49:37",
            "08:49:37 1994 Nov 6",
            "6 08:49:37 Nov 94",
            // Weekdays and zones mean nothing: always UTC.
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "06 Nov 1994 08:49:37 PST",
            "06 Nov 1994 08:49:37 +0200",
            "06 Nov 1994 08:49:37 GMT-0800 (Pacific Standard Time)",
            "Sonntag, 06 November 1994 08:49:37 Uhr",
        ],
    );
}

#[test]
fn rule_21_delimiters() {
    // `%x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E`
    let delimiters = (0x20..=0x2F_u8).chain(0x3B..=0x40).chain(0x5B..=0x60).chain(0x7B..=0x7E);
    for delimiter in delimiters.chain([b'\t']).map(char::from) {
        let date = ["Sun", "06", "Nov", "1994", "08:49:37", "GMT"].join(&delimiter.to_string());
        read_as(NOV_1994, &[&date]);
        let run = ["", "06", "Nov", "1994", "08:49:37", ""].join(&delimiter.to_string().repeat(3));
        read_as(NOV_1994, &[&run]);
    }
    // All other bytes join what stands around them: `06xNov` is a day and no month.
    for byte in (0..=0xFF_u8).filter(
        |&byte| !matches!(byte, b'\t' | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E),
    ) {
        let date = [b"06", &[byte][..], b"Nov 1994 08:49:37"].concat();
        let expected = if byte.is_ascii_digit() { DateError::NoDay } else { DateError::NoMonth };
        assert_eq!(date::parse(&date), Err(expected), "{}", date.escape_ascii());
    }
}

#[test]
fn rule_21_each_token_takes_the_first_kind_that_it_matches_and_that_is_not_set() {
    read_as(
        NOV_1994,
        &[
            // A second time is a day; a third is a year if it has two digits.
            "08:49:37 06:00:00 Nov 94:99:99",
            // A second day is a year.
            "6 94 Nov 08:49:37",
            "08:49:37 06 94 Nov",
            // A second month, and all that comes too late, is passed over.
            "06 Nov Dec 1994 08:49:37",
            "06 Nov 1994 08:49:37 07 Dec 1995 09:50:38",
            "Nov 06 08:49:37 1994 1995",
            // Four digits are no day, so they wait for the year.
            "1994 06 Nov 08:49:37",
            "1994 1995 06 Nov 08:49:37",
        ],
    );
    // Day before year, whatever was meant.
    refused_as(DateError::Day { year: 2006, month: 11, day: 94 }, &["94 Nov 06 08:49:37"]);
    read_as(1_163_321_377, &["12 Nov 06 08:49:37", "Nov 12, 06 08:49:37"]);
    refused_as(DateError::NoYear, &["6 Nov 08:49:37", "6 Nov 08:49:37 1", "6 Nov 08:49:37 19945"]);
    refused_as(DateError::NoDay, &["Nov 1994 08:49:37", "Nov 08:49:37"]);
}

#[test]
fn rule_21_a_time_is_three_numbers_of_one_or_two_digits() {
    read_as(
        NOV_1994,
        &[
            "6 Nov 1994 8:49:37",
            "6 Nov 1994 08:49:37x",
            "6 Nov 1994 08:49:37Z",
            "6 Nov 1994 08:49:37:99",
            "6 Nov 1994 08:49:37.5",
            "6 Nov 1994 08:49:37\u{E9}",
            "6 Nov 1994 08:49:37 24:00:00",
            "6 Nov 1994 x8:4:3 08:49:37",
        ],
    );
    read_as(784_080_000 + 3_661, &["6 Nov 1994 1:1:1", "6 Nov 1994 01:1:01", "6 Nov 94 1:01:1x:"]);
    read_as(784_080_000, &["6 Nov 1994 0:0:0", "6 Nov 1994 00:00:00"]);
    read_as(784_080_000 + 86_399, &["6 Nov 1994 23:59:59"]);
    refused_as(
        DateError::NoTime,
        &[
            "6 Nov 1994",
            "6 Nov 1994 08:49",
            "6 Nov 1994 08:49:",
            "6 Nov 1994 :49:37",
            "6 Nov 1994 08::37",
            "6 Nov 1994 ::",
            "6 Nov 1994 008:49:37",
            "6 Nov 1994 08:049:37",
            "6 Nov 1994 08:49:037",
            "6 Nov 1994 08:49:370",
            "6 Nov 1994 x08:49:37",
            "6 Nov 1994 08x:49:37",
            "6 Nov 1994 08:49x:37",
            "6 Nov 1994 08:49:x37",
            "6 Nov 1994 08 :49:37",
            "6 Nov 1994 08.49.37",
            "6 Nov 1994 8pm",
            "6 Nov 1994 ٠٨:٤٩:٣٧",
        ],
    );
    let time = |hour, minute, second| DateError::TimeOfDay { hour, minute, second };
    refused_as(time(24, 0, 0), &["6 Nov 1994 24:00:00"]);
    refused_as(time(99, 0, 0), &["6 Nov 1994 99:00:00"]);
    refused_as(time(0, 60, 0), &["6 Nov 1994 00:60:00"]);
    refused_as(time(23, 59, 60), &["6 Nov 1994 23:59:60"]);
    refused_as(time(8, 49, 99), &["6 Nov 1994 08:49:99"]);
}

#[test]
fn rule_21_a_day_is_one_or_two_digits() {
    read_as(
        NOV_1994,
        &[
            "6 Nov 1994 08:49:37",
            "06 Nov 1994 08:49:37",
            "6th Nov 1994 08:49:37",
            "06x7 Nov 1994 08:49:37",
            "6Nov Nov 1994 08:49:37",
            "6\u{E9} Nov 1994 08:49:37",
            "08:49:37 6:7:8:9 Nov 1994",
        ],
    );
    refused_as(DateError::NoDay, &["006 Nov 1994 08:49:37", "x6 Nov 1994 08:49:37"]);
    let day = |day| DateError::Day { year: 1994, month: 11, day };
    refused_as(day(0), &["0 Nov 1994 08:49:37", "00 Nov 1994 08:49:37"]);
    refused_as(day(31), &["31 Nov 1994 08:49:37"]);
    refused_as(day(32), &["32 Nov 1994 08:49:37"]);
    refused_as(day(99), &["99 Nov 1994 08:49:37"]);
}

#[test]
fn rule_21_a_month_is_its_first_three_letters() {
    let months = [
        ("jan", 1, 757_382_400),
        ("feb", 2, 760_060_800),
        ("mar", 3, 762_480_000),
        ("apr", 4, 765_158_400),
        ("may", 5, 767_750_400),
        ("jun", 6, 770_428_800),
        ("jul", 7, 773_020_800),
        ("aug", 8, 775_699_200),
        ("sep", 9, 778_377_600),
        ("oct", 10, 780_969_600),
        ("nov", 11, 783_648_000),
        ("dec", 12, 786_240_000),
    ];
    for (name, month, seconds) in months {
        let upper = name.to_uppercase();
        let mixed = upper[..1].to_owned() + &name[1..2] + &upper[2..];
        for name in [name, &upper, &mixed] {
            let dates = ["", "x", "ember", "1", ":", "\u{E9}"];
            for date in dates.map(|more| format!("1 {name}{more} 1994 00:00:00")) {
                read_as(seconds, &[&date]);
            }
        }
        let error = DateError::Day { year: 1994, month, day: 32 };
        refused_as(error, &[&format!("32 {name} 1994 00:00:00")]);
    }
    refused_as(
        DateError::NoMonth,
        &[
            "6 1994 08:49:37",
            "6 No 1994 08:49:37",
            "6 11 1994 08:49:37",
            "6 xNov 1994 08:49:37",
            "6 1Nov 1994 08:49:37",
            "6 N-ov 1994 08:49:37",
            "6 Mrz 1994 08:49:37",
            "6 \u{17F}ep 1994 08:49:37",
            "6 Ｎｏｖ 1994 08:49:37",
        ],
    );
}

#[test]
fn rule_21_a_year_is_two_to_four_digits() {
    let start = |date: &str| date::parse(format!("1 Jan {date} 00:00:00"));
    for (year, seconds) in [
        // "70 to 99: increment by 1900", "0 to 69: increment by 2000".
        ("70", 0),
        ("99", 915_148_800),
        ("00", 946_684_800),
        ("69", 3_124_224_000),
        ("0070", 0),
        ("099", 915_148_800),
        ("0000", 946_684_800),
        ("000", 946_684_800),
        ("069", 3_124_224_000),
        ("1601", -11_644_473_600),
        ("1969", -31_536_000),
        ("1970", 0),
        ("2038", 2_145_916_800),
        ("9999", 253_370_764_800),
        ("1970x", 0),
        ("70x99", 0),
        ("1970:", 0),
        ("1970:00:00", 0),
        ("1970\u{E9}", 0),
    ] {
        assert_eq!(start(year), Ok(at(seconds)), "{year}");
    }
    for (text, year) in [("100", 100), ("0100", 100), ("999", 999), ("1000", 1000), ("1600", 1600)]
    {
        assert_eq!(start(text), Err(DateError::Year { year }), "{text}");
    }
    for none in ["", "7", "0", "10000", "19700", "00070", "x1970", "１９７０"] {
        assert_eq!(start(none), Err(DateError::NoYear), "{none}");
    }
    // However many digits: 65606 + 65536 would be 70 in two bytes.
    for digits in [5, 6, 64, 1_000, 100_000] {
        let many = "0".repeat(digits - 2) + "70";
        assert_eq!(start(&many), Err(DateError::NoYear), "{digits}");
    }
    assert_eq!(start("131142"), Err(DateError::NoYear));
}

#[test]
fn rule_21_days_that_do_not_exist() {
    let days = |year: u16, month: u8, name: &str, last: u8| {
        for day in 1..=31 {
            let parsed = date::parse(format!("{day} {name} {year} 12:00:00"));
            let error = DateError::Day { year, month, day };
            if day > last {
                assert_eq!(parsed, Err(error));
            } else {
                assert!(parsed.is_ok(), "{day} {name} {year}");
            }
        }
    };
    for (month, name, last) in [
        (1, "Jan", 31),
        (3, "Mar", 31),
        (4, "Apr", 30),
        (5, "May", 31),
        (6, "Jun", 30),
        (7, "Jul", 31),
        (8, "Aug", 31),
        (9, "Sep", 30),
        (10, "Oct", 31),
        (11, "Nov", 30),
        (12, "Dec", 31),
    ] {
        days(1994, month, name, last);
    }
    for (year, last) in
        [(1601, 28), (1700, 28), (1900, 28), (1904, 29), (1999, 28), (2000, 29), (2100, 28)]
    {
        days(year, 2, "Feb", last);
    }
}

#[test]
fn rule_21_the_ends_of_time() {
    read_as(-11_644_473_600, &["Mon, 01 Jan 1601 00:00:00 GMT"]);
    read_as(253_402_300_799, &["Fri, 31 Dec 9999 23:59:59 GMT"]);
    read_as(-1, &["31 Dec 1969 23:59:59"]);
    read_as(2_147_483_648, &["19 Jan 2038 03:14:08"]);
    refused_as(DateError::Year { year: 1600 }, &["31 Dec 1600 23:59:59"]);
}

#[test]
fn rule_21_what_is_no_date() {
    refused_as(
        DateError::NoTime,
        &[
            "",
            " ",
            ";",
            "0",
            "tomorrow",
            "1994-11-06T08:49:37Z",
            "784111777",
            "Sun, 06 Nov 1994",
            "()()()",
        ],
    );
    // Which part is told to be missing: time, day, month, year, in this order.
    refused_as(DateError::NoDay, &["08:49:37", "08:49:37 Nov", "08:49:37 1994 Nov"]);
    refused_as(DateError::NoMonth, &["08:49:37 6", "08:49:37 6 94"]);
    refused_as(DateError::NoYear, &["08:49:37 6 Nov"]);
    // A year too early is told before a time and a day that do not exist.
    refused_as(DateError::Year { year: 1600 }, &["32 Jan 1600 24:00:00"]);
    let time = DateError::TimeOfDay { hour: 24, minute: 0, second: 0 };
    refused_as(time, &["32 Jan 1994 24:00:00"]);
    let control = date::parse("6 Nov 1994\x0008:49:37");
    assert_eq!(control, Err(DateError::NoTime));
}

#[test]
fn rule_04_an_imf_fixdate_is_29_bytes_that_read_back() {
    for (seconds, expected) in [
        (-11_644_473_600, "Mon, 01 Jan 1601 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (NOV_1994, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        let printed = date::imf_fixdate(at(seconds)).unwrap();
        assert_eq!(printed.as_str(), expected);
        assert_eq!(printed.to_string(), printed.as_str());
        assert_eq!(format!("{printed:>31}"), format!("  {printed}"));
        assert_eq!(format!("{printed:?}"), format!("ImfFixdate({:?})", printed.as_str()));
        assert_eq!(date::parse(printed.as_str()), Ok(at(seconds)));
    }
    for seconds in [-11_644_473_601, 253_402_300_800] {
        assert_eq!(date::imf_fixdate(at(seconds)), Err(DateError::OutOfRange { seconds }));
    }
}

#[test]
fn rule_04_a_date_is_rounded_down_to_a_second() {
    for (time, expected) in [
        (at(1) - Duration::from_nanos(1), "Thu, 01 Jan 1970 00:00:00 GMT"),
        (at(0) - Duration::from_nanos(1), "Wed, 31 Dec 1969 23:59:59 GMT"),
        (at(-1) - Duration::from_millis(500), "Wed, 31 Dec 1969 23:59:58 GMT"),
    ] {
        assert_eq!(date::imf_fixdate(time).unwrap().as_str(), expected);
    }
}
