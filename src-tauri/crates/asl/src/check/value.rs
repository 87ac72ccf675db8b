//! The values of single fields.

use super::Findings;
use crate::program::QueryLanguage;
use crate::schema::Shape;
use crate::syntax::{Node, NodeKind, join_pointer};

/// What the service calls the kinds of JSON values.
fn expected(kind: &str) -> String {
    format!("Expected value of type {kind}")
}

impl Findings {
    /// True if the value is a string or a placeholder for one.
    pub(super) fn text(&mut self, value: &Node, pointer: &str) -> bool {
        match value.kind {
            NodeKind::String(_) | NodeKind::Substitution(_) => true,
            NodeKind::Missing => false,
            _ => {
                self.schema(expected("String"), pointer, value.span);
                false
            }
        }
    }

    pub(super) fn boolean(&mut self, value: &Node, pointer: &str) {
        match value.kind {
            NodeKind::Bool(_) | NodeKind::Substitution(_) | NodeKind::Missing => {}
            _ => self.schema(expected("Boolean"), pointer, value.span),
        }
    }

    pub(super) fn object(&mut self, value: &Node, pointer: &str) -> bool {
        match value.kind {
            NodeKind::Object(_) => true,
            NodeKind::Substitution(_) | NodeKind::Missing => false,
            _ => {
                self.schema(expected("Object"), pointer, value.span);
                false
            }
        }
    }

    pub(super) fn array(&mut self, value: &Node, pointer: &str) -> bool {
        match value.kind {
            NodeKind::Array(_) => true,
            NodeKind::Substitution(_) | NodeKind::Missing => false,
            _ => {
                self.schema(expected("Array"), pointer, value.span);
                false
            }
        }
    }

    pub(super) fn integer(&mut self, value: &Node, min: i64, max: i64, pointer: &str) {
        match &value.kind {
            NodeKind::Number(_) => match value.as_i64() {
                None => self.schema(expected("Integer"), pointer, value.span),
                Some(number) if number < min => {
                    self.schema(format!("The value should be greater than or equal to {min}"), pointer, value.span);
                }
                Some(number) if number > max => {
                    self.schema(format!("The value should be less than or equal to {max}"), pointer, value.span);
                }
                Some(_) => {}
            },
            NodeKind::Substitution(_) | NodeKind::Missing => {}
            // Templates often quote what they will fill in.
            NodeKind::String(text) if is_placeholder(text) => {}
            _ => self.schema(expected("Integer"), pointer, value.span),
        }
    }

    pub(super) fn number(&mut self, value: &Node, min: f64, pointer: &str) {
        match &value.kind {
            NodeKind::Number(_) => {
                if value.as_f64().is_some_and(|number| number < min) {
                    self.schema(format!("The value should be greater than or equal to {min:.1}"), pointer, value.span);
                }
            }
            NodeKind::Substitution(_) | NodeKind::Missing => {}
            NodeKind::String(text) if is_placeholder(text) => {}
            _ => self.schema(expected("Number"), pointer, value.span),
        }
    }

    /// One field of a state, except for those that hold states, rules, Retriers or Catchers.
    pub(super) fn simple_field(&mut self, shape: Shape, value: &Node, language: QueryLanguage, pointer: &str) {
        let jsonata = language == QueryLanguage::Jsonata;
        let is_expression = jsonata && value.as_jsonata().is_some();
        match shape {
            Shape::Text | Shape::StateName | Shape::Path | Shape::ReferencePath | Shape::PathOrIntrinsic => {
                self.text(value, pointer);
            }
            Shape::TextOrExpression => {
                self.text(value, pointer);
            }
            Shape::Boolean => self.boolean(value, pointer),
            Shape::NullablePath | Shape::NullableReferencePath => {
                if !value.is_null() {
                    self.text(value, pointer);
                }
            }
            Shape::Integer { min, max } => self.integer(value, min, max, pointer),
            Shape::IntegerOrExpression { min, max } => {
                if !is_expression {
                    self.integer(value, min, max, pointer);
                }
            }
            Shape::Percentage => {
                if !is_expression {
                    self.number(value, 0.0, pointer);
                    if value.as_f64().is_some_and(|number| number > 100.0) {
                        self.schema("The value should be less than or equal to 100.0", pointer, value.span);
                    }
                }
            }
            Shape::Timestamp => {
                if self.text(value, pointer)
                    && !is_expression
                    && let NodeKind::String(text) = &value.kind
                    && !is_placeholder(text)
                    && !is_timestamp(text)
                {
                    self.schema("String does not match RFC3339 timestamp", pointer, value.span);
                }
            }
            Shape::ArrayOrExpression => {
                if !is_expression {
                    self.array(value, pointer);
                }
            }
            Shape::Assign => self.assign(value, pointer),
            Shape::PayloadTemplate
            | Shape::Value
            | Shape::QueryLanguage
            | Shape::StateType
            | Shape::Retriers
            | Shape::Catchers
            | Shape::ChoiceRules
            | Shape::Branches
            | Shape::Processor
            | Shape::ItemReader
            | Shape::ItemBatcher
            | Shape::ResultWriter => {}
        }
    }

    pub(super) fn assign(&mut self, value: &Node, pointer: &str) {
        if !self.object(value, pointer) {
            return;
        }
        for member in value.members() {
            let name = member.key.value.strip_suffix(".$").unwrap_or(&member.key.value);
            let at = join_pointer(pointer, &member.key.value);
            if name.chars().count() > 80 {
                self.schema("Variable name exceeds the maximum length of 80 characters", &at, member.key.span);
            } else if name == "states" {
                self.schema("The variable name 'states' is reserved", &at, member.key.span);
            } else if !is_identifier(name) && !is_placeholder(name) {
                self.schema(format!("Variable name '{name}' is not a valid identifier"), &at, member.key.span);
            }
        }
    }
}

/// Holds something a template fills in.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.contains("${") || text.contains("#{") || text.contains("{{")
}

/// Unicode identifiers, near enough: the standard's start and continue classes are those of letters, marks and digits.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || other == '_' || !other.is_ascii())
}

/// RFC 3339 with an upper-case `T` and an upper-case `Z` or an offset.
pub(crate) fn is_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some()
}

fn parse_timestamp(text: &str) -> Option<()> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = bytes.get(range)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let is = |at: usize, wanted: u8| (bytes.get(at) == Some(&wanted)).then_some(());
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    is(4, b'-')?;
    is(7, b'-')?;
    is(10, b'T')?;
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    is(13, b':')?;
    is(16, b':')?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day == 0 || day > days || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    if bytes.get(at) == Some(&b'.') {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        at += 1 + digits;
    }
    match bytes.get(at)? {
        b'Z' => (bytes.len() == at + 1).then_some(()),
        b'+' | b'-' => {
            let (hours, minutes) = (number(at + 1..at + 3)?, number(at + 4..at + 6)?);
            is(at + 3, b':')?;
            (bytes.len() == at + 6 && hours <= 23 && minutes <= 59).then_some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn timestamps_follow_rfc_3339_with_upper_case_marks() {
        for good in ["2016-03-14T01:59:00Z", "2016-02-29T01:59:00.123456Z", "2016-03-14T01:59:00+05:30"] {
            assert!(is_timestamp(good), "{good}");
        }
        for bad in
            ["2016-12-05T25:29:29Z", "2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2015-02-29T00:00:00Z", "é", ""]
        {
            assert!(!is_timestamp(bad), "{bad}");
        }
    }
}
