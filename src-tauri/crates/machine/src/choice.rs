//! Choice Rules: which transition a Choice takes.
//!
//! Under JSONPath a comparison of things that cannot be compared is false, never an error; only a `Variable` or a path
//! operand that finds nothing is one. Spec: <https://states-language.net/spec.html#choice-state>

use std::cmp::Ordering;

use asl::NodeKind;
use asl::program as asl_program;
use query::Value;

use crate::compiled::StateRef;
use crate::expression::{Assignments, Env, PathSource, Template};
use crate::fault::Fault;
use crate::time::Timestamp;

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: StateRef,
    pub(crate) assign: Option<Assignments>,
    pub(crate) output: Option<Template>,
}

#[derive(Debug)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Comparison),
    Jsonata(Template),
}

#[derive(Debug)]
pub(crate) struct Comparison {
    variable: PathSource,
    test: Test,
}

#[derive(Debug)]
enum Test {
    IsPresent(bool),
    Is(Kind, bool),
    Matches(String),
    Relation { sort: Sort, wanted: Relation, operand: Operand },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Numeric,
    String,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Boolean,
    Numeric,
    String,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

#[derive(Debug)]
enum Operand {
    Value(Value),
    Path(PathSource),
}

impl Condition {
    pub(crate) fn compile(condition: &asl_program::Condition) -> Result<Condition, String> {
        let list = |conditions: &[asl_program::Condition]| {
            conditions.iter().map(Condition::compile).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            asl_program::Condition::And(conditions) => Condition::And(list(conditions)?),
            asl_program::Condition::Or(conditions) => Condition::Or(list(conditions)?),
            asl_program::Condition::Not(condition) => Condition::Not(Box::new(Condition::compile(condition)?)),
            asl_program::Condition::Compare { variable, operator, operand } => Condition::Compare(Comparison {
                variable: PathSource::compile(&variable.value)?,
                test: Test::compile(&operator.value, operand)?,
            }),
            asl_program::Condition::Jsonata(node) => {
                Condition::Jsonata(Template::compile(node, asl_program::QueryLanguage::Jsonata, "Condition")?)
            }
        })
    }

    pub(crate) fn holds(&self, env: &mut Env<'_>, rule: usize) -> Result<bool, Fault> {
        match self {
            Condition::And(conditions) => {
                for condition in conditions {
                    if !condition.holds(env, rule)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Or(conditions) => {
                for condition in conditions {
                    if condition.holds(env, rule)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(condition) => Ok(!condition.holds(env, rule)?),
            Condition::Compare(comparison) => comparison.holds(env),
            Condition::Jsonata(template) => {
                let field = format!("Choices[{rule}]/Condition");
                let value = template.eval(env, &field)?;
                value.as_bool().ok_or_else(|| template.unexpected(&field, "boolean", &value))
            }
        }
    }
}

/// Whether one condition of a Choice holds, or the service's words for why that cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Below `Choices`: `0`, `0/And/1`, `2/Not`.
    pub place: String,
    pub holds: Result<bool, String>,
}

impl Condition {
    /// The truth of this condition and of all inside of it, whether or not they decide. `place` is where it stands.
    pub(crate) fn explain(
        &self,
        env: &mut Env<'_>,
        rule: usize,
        place: &str,
        found: &mut Vec<Truth>,
    ) -> Result<bool, String> {
        let at = found.len();
        found.push(Truth { place: place.to_owned(), holds: Ok(false) });
        let list = |conditions: &[Condition], name: &str, env: &mut Env<'_>, found: &mut Vec<Truth>| {
            let inner = |(index, condition): (usize, &Condition)| {
                condition.explain(env, rule, &format!("{place}/{name}/{index}"), found)
            };
            conditions.iter().enumerate().map(inner).collect::<Vec<_>>()
        };
        let holds = match self {
            // The first that decides does, as in a run; one that fails before it fails all.
            Condition::And(conditions) => decide(list(conditions, "And", env, found), false),
            Condition::Or(conditions) => decide(list(conditions, "Or", env, found), true),
            Condition::Not(condition) => {
                condition.explain(env, rule, &format!("{place}/Not"), found).map(|holds| !holds)
            }
            Condition::Compare(_) | Condition::Jsonata(_) => self.holds(env, rule).map_err(Fault::words),
        };
        found[at].holds.clone_from(&holds);
        holds
    }
}

fn decide(truths: Vec<Result<bool, String>>, deciding: bool) -> Result<bool, String> {
    for truth in truths {
        if truth? == deciding {
            return Ok(deciding);
        }
    }
    Ok(!deciding)
}

impl Test {
    fn compile(operator: &str, operand: &asl::Node) -> Result<Test, String> {
        let flag = || matches!(operand.kind, NodeKind::Bool(true));
        let kind = match operator {
            "IsPresent" => return Ok(Test::IsPresent(flag())),
            "StringMatches" => return Ok(Test::Matches(operand.as_str().unwrap_or("").to_owned())),
            "IsNull" => Some(Kind::Null),
            "IsBoolean" => Some(Kind::Boolean),
            "IsNumeric" => Some(Kind::Numeric),
            "IsString" => Some(Kind::String),
            "IsTimestamp" => Some(Kind::Timestamp),
            _ => None,
        };
        if let Some(kind) = kind {
            return Ok(Test::Is(kind, flag()));
        }
        let (name, is_path) = match operator.strip_suffix("Path") {
            Some(name) => (name, true),
            None => (operator, false),
        };
        let sorts = [
            ("Boolean", Sort::Boolean),
            ("Numeric", Sort::Numeric),
            ("String", Sort::String),
            ("Timestamp", Sort::Timestamp),
        ];
        let (relation, sort) = sorts
            .into_iter()
            .find_map(|(prefix, sort)| Some((name.strip_prefix(prefix)?, sort)))
            .ok_or_else(|| format!("unknown comparison operator {operator}"))?;
        let wanted = match relation {
            "Equals" => Relation::Equals,
            "LessThan" => Relation::LessThan,
            "GreaterThan" => Relation::GreaterThan,
            "LessThanEquals" => Relation::LessThanEquals,
            "GreaterThanEquals" => Relation::GreaterThanEquals,
            _ => return Err(format!("unknown comparison operator {operator}")),
        };
        let operand = match operand.as_str() {
            Some(path) if is_path => Operand::Path(PathSource::compile(path)?),
            _ => Operand::Value(crate::expression::literal(operand)),
        };
        Ok(Test::Relation { sort, wanted, operand })
    }
}

impl Comparison {
    fn holds(&self, env: &mut Env<'_>) -> Result<bool, Fault> {
        let found = self.variable.find(env);
        if let Test::IsPresent(wanted) = self.test {
            return Ok(found.is_ok() == wanted);
        }
        let value = found.map_err(|_| nothing_at(&self.variable))?;
        Ok(match &self.test {
            Test::IsPresent(_) => unreachable!("answered above"),
            Test::Is(kind, wanted) => kind.is(&value) == *wanted,
            Test::Matches(pattern) => value.as_str().is_some_and(|text| matches(pattern, text)),
            Test::Relation { sort, wanted, operand } => {
                let operand = match operand {
                    Operand::Value(value) => value.clone(),
                    Operand::Path(path) => path.find(env).map_err(|_| nothing_at(path))?,
                };
                sort.compare(&value, &operand).is_some_and(|order| wanted.allows(order))
            }
        })
    }
}

/// The service's words for a path that finds nothing here.
fn nothing_at(path: &PathSource) -> Fault {
    let problem = "The choice state's condition path references an invalid value.";
    Fault::Runtime(format!("Invalid path '{}': {problem}", path.source()))
}

impl Kind {
    fn is(self, value: &Value) -> bool {
        match self {
            Kind::Null => value.is_null(),
            Kind::Boolean => value.as_bool().is_some(),
            Kind::Numeric => value.as_number().is_some(),
            Kind::String => value.as_str().is_some(),
            Kind::Timestamp => value.as_str().is_some_and(|text| Timestamp::parse(text).is_some()),
        }
    }
}

impl Sort {
    /// The order of two values of this sort; `None` when either is of another.
    fn compare(self, a: &Value, b: &Value) -> Option<Ordering> {
        match self {
            Sort::Boolean => Some(a.as_bool()?.cmp(&b.as_bool()?)),
            Sort::Numeric => a.as_number()?.partial_cmp(b.as_number()?),
            Sort::String => Some(a.as_str()?.encode_utf16().cmp(b.as_str()?.encode_utf16())),
            Sort::Timestamp => Some(Timestamp::parse(a.as_str()?)?.cmp(&Timestamp::parse(b.as_str()?)?)),
        }
    }
}

impl Relation {
    fn allows(self, order: Ordering) -> bool {
        match self {
            Relation::Equals => order.is_eq(),
            Relation::LessThan => order.is_lt(),
            Relation::GreaterThan => order.is_gt(),
            Relation::LessThanEquals => order.is_le(),
            Relation::GreaterThanEquals => order.is_ge(),
        }
    }
}

/// `StringMatches`: `*` stands for any characters, `\*` for a star, `\\` for a backslash. Linear in text and pattern.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern = pieces(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(None) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Some(wanted)) if *wanted == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(Option::is_none)
}

/// Characters to match; `None` for a star.
fn pieces(pattern: &str) -> Vec<Option<char>> {
    let mut pieces = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(next) = chars.next() {
        match next {
            '*' => pieces.push(None),
            '\\' => pieces.push(Some(chars.next().unwrap_or('\\'))),
            other => pieces.push(Some(other)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let cases = [
            ("log-*.txt", "log-1.txt", true),
            ("log-*.txt", "log-1.csv", false),
            ("*", "", true),
            ("a*b*c", "a--b--b--c", true),
            (r"\*", "*", true),
            (r"\*", "x", false),
            (r"a\\*", r"a\b", true),
            ("", "x", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "a*".repeat(200);
        assert!(!matches(&(pattern + "b"), &"a".repeat(5_000)));
    }
}
