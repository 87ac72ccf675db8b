//! Instants and their ISO-8601 text. No clock is read here: every instant comes from the shell.

use std::fmt;
use std::time::Duration;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    pub fn millis(self) -> i64 {
        self.0
    }

    /// The instant `delay` later; saturates at the end of time.
    pub fn after(self, delay: Duration) -> Timestamp {
        let millis = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.0.saturating_add(millis))
    }

    /// Parses the extended offset date-time format of ISO-8601, as the service does: a date, `T`, a time whose seconds
    /// and fraction may be left out, and `Z` or an offset. Precision beyond a millisecond is cut off.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let mut scan = Scan { rest: text.as_bytes() };
        let year = scan.number(4)?;
        scan.byte(b'-')?;
        let month = scan.number(2)?;
        scan.byte(b'-')?;
        let day = scan.number(2)?;
        if !scan.one_of(b"Tt") {
            return None;
        }
        let hour = scan.number(2)?;
        scan.byte(b':')?;
        let minute = scan.number(2)?;
        let (mut second, mut millis) = (0, 0);
        if scan.one_of(b":") {
            second = scan.number(2)?;
            if scan.one_of(b".") {
                millis = scan.fraction()?;
            }
        }
        let offset_minutes = scan.offset()?;
        let valid = (1..=12).contains(&month)
            && day >= 1
            && day <= days_in_month(year, month)
            && hour < 24
            && minute < 60
            && second < 60
            && scan.rest.is_empty();
        if !valid {
            return None;
        }
        let days = days_from_civil(year, month, day);
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset_minutes * 60;
        Some(Timestamp(seconds * 1_000 + millis))
    }

    /// `YYYY-MM-DDThh:mm:ss.mmmZ`.
    pub fn iso(self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.div_euclid(86_400_000);
        let rest = self.0.rem_euclid(86_400_000);
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1_000)
    }
}

struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.rest.split_at_checked(digits)?;
        let mut number = 0;
        for byte in head {
            number = number * 10 + i64::from(char::from(*byte).to_digit(10)?);
        }
        self.rest = rest;
        Some(number)
    }

    fn byte(&mut self, expected: u8) -> Option<()> {
        self.one_of(&[expected]).then_some(())
    }

    fn one_of(&mut self, accepted: &[u8]) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if accepted.contains(first) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// One to nine digits after the dot, as milliseconds.
    fn fraction(&mut self) -> Option<i64> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 || count > 9 {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        let mut millis = 0;
        for at in 0..3 {
            millis = millis * 10 + digits.get(at).map_or(0, |digit| i64::from(digit - b'0'));
        }
        Some(millis)
    }

    fn offset(&mut self) -> Option<i64> {
        if self.one_of(b"Zz") {
            return Some(0);
        }
        let sign = if self.one_of(b"+") {
            1
        } else if self.one_of(b"-") {
            -1
        } else {
            return None;
        };
        let hours = self.number(2)?;
        self.byte(b':')?;
        let minutes = self.number(2)?;
        (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; years are counted from March so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in [
            "2026-11-20T00:00:00.000Z",
            "1970-01-01T00:00:00.000Z",
            "2000-02-29T23:59:59.999Z",
            "1969-12-31T23:59:59.001Z",
        ] {
            assert_eq!(Timestamp::parse(text).expect("valid").iso(), text);
        }
        assert_eq!(Timestamp::parse("2026-11-20T00:00:00Z"), Some(Timestamp(1_795_132_800_000)));
    }

    #[test]
    fn offsets_and_short_forms() {
        let same =
            ["2026-11-20T10:00:00+02:00", "2026-11-20T08:00Z", "2026-11-20T08:00:00.000000Z", "2026-11-20T03:30-04:30"];
        for text in same {
            assert_eq!(
                Timestamp::parse(text).map(Timestamp::iso).as_deref(),
                Some("2026-11-20T08:00:00.000Z"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_an_extended_offset_date_time() {
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T08:00:00",
            "2026-11-20 08:00:00Z",
            "20261120T080000Z",
            "2026-02-30T08:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T08:00:00.Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
