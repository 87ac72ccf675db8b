//! Scripted answers to tasks: the MockConfigFile format.
//!
//! `StateMachines` → name → `TestCases` → case → state → name of a mock; `MockedResponses` → name → `"0"` or `"1-3"` →
//! `Return` (any JSON) or `Throw` (`Error`, `Cause`). The number counts the invocations of the state within one
//! execution, retries included, from 0. An invocation that no number covers has no answer; an execution then asks.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use query::{Object, Value};

/// A mock file, checked: every mock that a test case names is there.
#[derive(Debug, Clone, Default)]
pub struct MockFile {
    machines: BTreeMap<String, TestCases>,
}

/// In the order of the file.
type TestCases = Vec<(String, TestCase)>;

/// The answers of one test case, by the name of the state.
#[derive(Debug, Clone, Default)]
pub struct TestCase {
    states: BTreeMap<String, Arc<Mock>>,
}

#[derive(Debug, Default)]
struct Mock {
    responses: Vec<(RangeInclusive<u32>, Answer)>,
}

#[derive(Debug, Clone)]
pub enum Answer {
    Return(Value),
    Throw { error: Option<String>, cause: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MockError {
    #[error("{}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("the mock file is not JSON: {0}")]
    Json(String),
    #[error("{at}: {problem}")]
    Shape { at: String, problem: String },
    #[error("there is no test case {wanted:?} for {machine:?}; there are {}", list(known))]
    NoTestCase { machine: String, wanted: String, known: Vec<String> },
}

/// Larger files are not mock files.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

impl MockFile {
    /// The mock file beside a definition: `NAME.mocks.json`, else `MockConfigFile.json`.
    pub fn beside(definition: &Path) -> Option<PathBuf> {
        let folder = definition.parent()?;
        [format!("{}.mocks.json", workflow_name(definition)), "MockConfigFile.json".to_owned()]
            .into_iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    }

    pub fn read(path: &Path) -> Result<MockFile, MockError> {
        let unreadable = |reason: String| MockError::Unreadable { path: path.to_owned(), reason };
        let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
        if size > MAX_BYTES {
            return Err(unreadable(format!("{size} bytes are too many")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        MockFile::parse(&text)
    }

    pub fn parse(text: &str) -> Result<MockFile, MockError> {
        let root = Value::parse(text).map_err(|error| MockError::Json(error.to_string()))?;
        let root = object(&root, "the mock file")?;
        let mut mocks = BTreeMap::new();
        for (name, responses) in members(root, "MockedResponses")? {
            mocks.insert(name, Arc::new(Mock::parse(responses, &format!("MockedResponses/{name}"))?));
        }
        let mut machines = BTreeMap::new();
        for (machine, definition) in members(root, "StateMachines")? {
            let at = format!("StateMachines/{machine}");
            let mut cases = TestCases::new();
            for (case, states) in members(object(definition, &at)?, "TestCases")? {
                let at = format!("{at}/TestCases/{case}");
                cases.push((case.to_owned(), TestCase::parse(states, &mocks, &at)?));
            }
            machines.insert(machine.to_owned(), cases);
        }
        Ok(MockFile { machines })
    }

    /// The names of the test cases for a workflow, in the order of the file. A file with a single state machine is for
    /// whatever workflow it lies beside; otherwise the names must agree.
    pub fn test_cases(&self, workflow: &str) -> Vec<String> {
        self.cases(workflow).iter().map(|(name, _)| name.clone()).collect()
    }

    pub fn test_case(&self, workflow: &str, name: &str) -> Result<TestCase, MockError> {
        let cases = self.cases(workflow);
        cases.iter().find(|(case, _)| case == name).map(|(_, case)| case.clone()).ok_or_else(|| MockError::NoTestCase {
            machine: workflow.to_owned(),
            wanted: name.to_owned(),
            known: cases.iter().map(|(name, _)| name.clone()).collect(),
        })
    }

    fn cases(&self, workflow: &str) -> &[(String, TestCase)] {
        let only = || self.machines.values().next().filter(|_| self.machines.len() == 1);
        self.machines.get(workflow).or_else(only).map_or(&[], Vec::as_slice)
    }
}

impl TestCase {
    /// Answers by the state's name and the number of its call.
    pub(crate) fn of_answers(answers: impl IntoIterator<Item = (String, u32, Answer)>) -> TestCase {
        let mut mocks: BTreeMap<String, Mock> = BTreeMap::new();
        for (state, number, answer) in answers {
            mocks.entry(state).or_default().responses.push((number..=number, answer));
        }
        TestCase { states: mocks.into_iter().map(|(state, mock)| (state, Arc::new(mock))).collect() }
    }

    /// The answer to invocation number `invocation` (0 is the first) of a state.
    pub fn answer(&self, state: &str, invocation: u32) -> Option<&Answer> {
        let mock = self.states.get(state)?;
        mock.responses.iter().find(|(range, _)| range.contains(&invocation)).map(|(_, answer)| answer)
    }

    fn parse(states: &Value, mocks: &BTreeMap<&str, Arc<Mock>>, at: &str) -> Result<TestCase, MockError> {
        let mut case = TestCase::default();
        for (state, mock) in object(states, at)?.iter() {
            let at = || format!("{at}/{state}");
            let Some(name) = mock.as_str() else {
                return Err(MockError::Shape {
                    at: at(),
                    problem: "the name of a mocked response belongs here".into(),
                });
            };
            let Some(mock) = mocks.get(name) else {
                return Err(MockError::Shape { at: at(), problem: format!("there is no mocked response {name:?}") });
            };
            case.states.insert(state.to_string(), Arc::clone(mock));
        }
        Ok(case)
    }
}

impl Mock {
    fn parse(responses: &Value, at: &str) -> Result<Mock, MockError> {
        let mut mock = Mock::default();
        for (number, response) in object(responses, at)?.iter() {
            let at = format!("{at}/{number}");
            let range = range(number).ok_or_else(|| MockError::Shape {
                at: at.clone(),
                problem: "the number of an invocation such as \"0\", or a range such as \"1-3\", belongs here".into(),
            })?;
            if let Some((taken, _)) =
                mock.responses.iter().find(|(taken, _)| taken.start() <= range.end() && range.start() <= taken.end())
            {
                let problem = format!("overlaps with \"{}-{}\"", taken.start(), taken.end());
                return Err(MockError::Shape { at, problem });
            }
            mock.responses.push((range, Answer::parse(response, &at)?));
        }
        Ok(mock)
    }
}

impl Answer {
    fn parse(response: &Value, at: &str) -> Result<Answer, MockError> {
        let response = object(response, at)?;
        match (response.get("Return"), response.get("Throw")) {
            (Some(value), None) => Ok(Answer::Return(value.clone())),
            (None, Some(throw)) => {
                let throw = object(throw, &format!("{at}/Throw"))?;
                let text = |field: &str| {
                    throw.get(field).map(|value| value.as_str().map_or_else(|| value.compact(), str::to_owned))
                };
                Ok(Answer::Throw { error: text("Error"), cause: text("Cause") })
            }
            _ => Err(MockError::Shape { at: at.to_owned(), problem: "either `Return` or `Throw` belongs here".into() }),
        }
    }
}

/// The name of the workflow in a file: the file's name without its extensions.
pub fn workflow_name(definition: &Path) -> String {
    let name = definition.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let endings = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml", ".asl"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending)).filter(|stem| !stem.is_empty());
    stem.unwrap_or(&name).to_owned()
}

fn range(text: &str) -> Option<RangeInclusive<u32>> {
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    (first <= last).then_some(first..=last)
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Object, MockError> {
    value.as_object().ok_or_else(|| MockError::Shape { at: at.to_owned(), problem: "an object belongs here".into() })
}

/// The members of an object within an object; none when it is absent.
fn members<'a>(parent: &'a Object, field: &str) -> Result<impl Iterator<Item = (&'a str, &'a Value)>, MockError> {
    let object = parent.get(field).map(|value| object(value, field)).transpose()?;
    Ok(object.into_iter().flat_map(|object| object.iter().map(|(key, value)| (&**key, value))))
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".into();
    }
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "StateMachines": {"orders": {"TestCases": {
            "Happy": {"Charge": "Charged"},
            "Flaky": {"Charge": "SecondTry"}
        }}},
        "MockedResponses": {
            "Charged": {"0": {"Return": {"amount": 1.0}}},
            "SecondTry": {"0-1": {"Throw": {"Error": "Busy"}}, "2": {"Return": "done"}}
        }
    }"#;

    fn answers(case: &str, invocations: u32) -> Vec<String> {
        let case = MockFile::parse(FILE).expect("readable").test_case("orders", case).expect("there");
        (0..invocations)
            .map(|invocation| match case.answer("Charge", invocation) {
                Some(Answer::Return(value)) => value.compact(),
                Some(Answer::Throw { error, cause }) => format!("throws {error:?} {cause:?}"),
                None => "asks".into(),
            })
            .collect()
    }

    #[test]
    fn answers_by_invocation() {
        assert_eq!(
            answers("Happy", 2),
            [r#"{"amount":1.0}"#, "asks"],
            "numbers keep their kind; the second has no answer"
        );
        assert_eq!(answers("Flaky", 3), [r#"throws Some("Busy") None"#, r#"throws Some("Busy") None"#, r#""done""#]);
    }

    #[test]
    fn names_the_test_cases_it_has() {
        let file = MockFile::parse(FILE).expect("readable");
        assert_eq!(file.test_cases("orders"), ["Happy", "Flaky"]);
        assert_eq!(
            file.test_cases("renamed"),
            ["Happy", "Flaky"],
            "a file with one machine is for the workflow beside it"
        );
        let missing = file.test_case("orders", "Sad").expect_err("not there").to_string();
        assert_eq!(missing, r#"there is no test case "Sad" for "orders"; there are "Happy", "Flaky""#);
    }

    fn problem(text: &str) -> String {
        MockFile::parse(text).expect_err("has a problem").to_string()
    }

    #[test]
    fn says_where_a_file_is_wrong() {
        assert_eq!(problem("[]"), "the mock file: an object belongs here");
        assert_eq!(
            problem(r#"{"MockedResponses": {"M": {"1-": {"Return": 1}}}}"#),
            "MockedResponses/M/1-: the number of an invocation such as \"0\", or a range such as \"1-3\", belongs here"
        );
        assert_eq!(
            problem(r#"{"MockedResponses": {"M": {"0": {}}}}"#),
            "MockedResponses/M/0: either `Return` or `Throw` belongs here"
        );
        assert_eq!(
            problem(r#"{"MockedResponses": {"M": {"0-2": {"Return": 1}, "1": {"Return": 1}}}}"#),
            "MockedResponses/M/1: overlaps with \"0-2\""
        );
        assert_eq!(
            problem(r#"{"StateMachines": {"A": {"TestCases": {"T": {"S": "Gone"}}}}}"#),
            "StateMachines/A/TestCases/T/S: there is no mocked response \"Gone\""
        );
    }

    #[test]
    fn workflows_are_named_after_their_file() {
        for (file, name) in [
            ("/a/orders.asl.json", "orders"),
            ("b.yaml", "b"),
            ("x.v2.json", "x.v2"),
            ("plain", "plain"),
            (".json", ".json"),
        ] {
            assert_eq!(workflow_name(Path::new(file)), name);
        }
    }
}
