//! Numbers that keep what they were written as.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A JSON number. An integer is not a float (`1` is printed `1`, `1.0` is printed `1.0`), and what fits neither a
/// 64-bit integer nor the shortest notation of a double keeps its text. Comparison is by mathematical value.
#[derive(Clone)]
pub struct Number(Kind);

#[derive(Clone)]
enum Kind {
    Int(i64),
    /// Always finite.
    Float(f64),
    /// Valid JSON number text that neither of the others would print.
    Literal(Arc<Box<str>>),
}

impl Number {
    /// A float, or `None` for infinities and NaN, which JSON has no text for.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(Kind::Float(value)))
    }

    /// Reads a JSON number; `None` when `text` is not exactly one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (scan(text.as_bytes(), 0).ok()? == text.len()).then(|| Self::from_valid(text))
    }

    /// `text` is a valid JSON number.
    pub(super) fn from_valid(text: &str) -> Self {
        let bytes = text.as_bytes();
        let digits = bytes.len() - usize::from(bytes[0] == b'-');
        if digits <= 18 && !bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) {
            let negative = bytes[0] == b'-';
            let magnitude = bytes[usize::from(negative)..].iter().fold(0i64, |n, b| n * 10 + i64::from(b - b'0'));
            return Self(Kind::Int(if negative { -magnitude } else { magnitude }));
        }
        if let Ok(value) = text.parse::<i64>() {
            return Self(Kind::Int(value));
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() && format!("{value:?}") == text => Self(Kind::Float(value)),
            _ => Self(Kind::Literal(Arc::new(text.into()))),
        }
    }

    /// The number as a 64-bit integer when its mathematical value is one (`2.0` is 2).
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Kind::Int(value) => Some(*value),
            Kind::Float(value) => float_to_int(*value),
            Kind::Literal(text) => {
                let value: f64 = text.parse().ok()?;
                float_to_int(value).filter(|_| value.abs() < 9_007_199_254_740_992.0)
            }
        }
    }

    /// The nearest double; infinite for literals out of range.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Kind::Int(value) => *value as f64,
            Kind::Float(value) => *value,
            Kind::Literal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether it was written without fraction and exponent.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Kind::Int(_) => true,
            Kind::Float(_) => false,
            Kind::Literal(text) => !text.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')),
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        use fmt::Write as _;
        match &self.0 {
            Kind::Int(value) => write_int(out, *value),
            Kind::Float(value) => write!(out, "{value:?}").expect("writing to a String cannot fail"),
            Kind::Literal(text) => out.push_str(text),
        }
    }
}

/// The end of the JSON number that starts at `at`; the error is the offset where it stops being one.
pub(super) fn scan(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let digits = |mut i: usize| {
        let from = i;
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        if i == from { Err(i) } else { Ok(i) }
    };
    let mut i = at + usize::from(bytes.get(at) == Some(&b'-'));
    i = if bytes.get(i) == Some(&b'0') { i + 1 } else { digits(i)? };
    if bytes.get(i) == Some(&b'.') {
        i = digits(i + 1)?;
    }
    if matches!(bytes.get(i), Some(b'e' | b'E')) {
        i += 1 + usize::from(matches!(bytes.get(i + 1), Some(b'+' | b'-')));
        i = digits(i)?;
    }
    Ok(i)
}

pub(super) fn write_int(out: &mut String, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.push_str(std::str::from_utf8(&digits[at..]).expect("digits are ASCII"));
}

fn float_to_int(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    fits.then_some(value as i64)
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Kind::Int(value))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Kind::Int(a), Kind::Int(b)) => a.cmp(b),
            (Kind::Float(a), Kind::Float(b)) => a.partial_cmp(b).expect("floats here are finite"),
            // Below 2^53 the integer is a double too.
            (Kind::Int(a), Kind::Float(b)) if a.unsigned_abs() < 1 << 53 => {
                (*a as f64).partial_cmp(b).expect("floats here are finite")
            }
            (Kind::Float(a), Kind::Int(b)) if b.unsigned_abs() < 1 << 53 => {
                a.partial_cmp(&(*b as f64)).expect("floats here are finite")
            }
            _ => Decimal::read(&self.to_string()).cmp(&Decimal::read(&other.to_string())),
        }
    }
}

/// `0.digits * 10^exponent` with the sign: an exact form that any two numbers can be compared in.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let limit = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
        let exponent: i64 = exponent.parse().unwrap_or(limit).clamp(i64::MIN / 2, i64::MAX / 2);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = all.iter().take_while(|&&b| b == b'0').count();
        let mut digits = all[leading..].to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let zero = digits.is_empty();
        let exponent = if zero { 0 } else { exponent + whole.len() as i64 - leading as i64 };
        Self { negative: negative && !zero, digits, exponent }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = || match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        };
        match (self.negative, other.negative) {
            (false, false) => magnitude(),
            (true, true) => magnitude().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect("a JSON number")
    }

    #[test]
    fn the_text_survives() {
        for text in ["0", "-1", "1.0", "1.10", "1e5", "1E+5", "123456789012345678901234567890", "0.1", "-0.0", "1e400"]
        {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("-0").to_string(), "0", "an integer has no negative zero");
        for text in ["", "-", "01", "1.", ".5", "1e", "+1", "NaN", "1 "] {
            assert!(Number::parse(text).is_none(), "{text:?} is not a JSON number");
        }
    }

    #[test]
    fn comparison_is_numeric() {
        assert_eq!(number("1"), number("1.0"));
        assert_eq!(number("100"), number("1e2"));
        assert_eq!(number("-0.0"), number("0"));
        assert!(number("9007199254740993") > number("9007199254740992.0"), "no rounding through doubles");
        assert!(number("1e400") > number("1e399"));
        assert!(number("-1e400") < number("-5"));
        assert!(number("0.5") < number("0.51"));
        assert!(number("99999999999999999999") > number("9223372036854775807"));
    }

    #[test]
    fn whole_floats_are_integers_by_value() {
        assert_eq!(number("2.0").as_i64(), Some(2));
        assert_eq!(number("1e3").as_i64(), Some(1000));
        assert_eq!(number("2.5").as_i64(), None);
        assert_eq!(number("1e30").as_i64(), None);
        assert!(!number("2.0").is_integer());
    }
}
