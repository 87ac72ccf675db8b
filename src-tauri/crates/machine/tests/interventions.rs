//! What a debugger does to a run: skip, force, begin elsewhere. All of it is in the journal and can be repeated.

use std::sync::Arc;

use machine::{Compiled, Event, EventKind, Execution, Fact, Failure, Kind, Settings, Status, Timestamp};
use query::Value;

const MACHINE: &str = r#"{"StartAt": "P", "States": {
    "P": {"Type": "Parallel", "Branches": [
        {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Next": "I"},
            "I": {"Type": "Pass", "Parameters": {"i.$": "$.n"}, "End": true}}}],
        "Catch": [{"ErrorEquals": ["Forced"], "ResultPath": "$.e", "Next": "C"}], "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$.never", "IsPresent": true, "Next": "R"}], "Default": "D"},
    "R": {"Type": "Pass", "Result": "rule", "End": true}, "D": {"Type": "Pass", "Result": "default", "End": true}}}"#;

struct Run {
    machine: Arc<Compiled>,
    execution: Execution,
    journal: Vec<Event>,
}

impl Run {
    fn new(settings: impl FnOnce(&Compiled, &mut Settings)) -> Run {
        let (document, _) = asl::Document::parse(MACHINE);
        let program = asl::check(&document).program.expect("a valid definition");
        let machine = Arc::new(Compiled::new(&program).expect("valid expressions"));
        let mut given = Settings::named("m", "x", Kind::Standard);
        settings(&machine, &mut given);
        let input = Value::parse(r#"{"n": 1}"#).expect("test JSON");
        let execution = Execution::start(Arc::clone(&machine), given, input);
        Run { machine, execution, journal: Vec::new() }
    }

    /// As far as it goes, or until a state of that name has been entered: then the thread inside it.
    fn until(&mut self, name: &str) -> Option<u32> {
        while let Some(step) = self.execution.step(Timestamp(0)) {
            let entered = step.events.iter().any(|event| match event.kind {
                EventKind::StateEntered { state, .. } => &*self.machine.state(state).name == name,
                _ => false,
            });
            self.journal.extend(step.events);
            if entered {
                return self.thread(name);
            }
        }
        self.thread(name)
    }

    fn thread(&self, name: &str) -> Option<u32> {
        let here = |waiting: &machine::Waiting| &*self.machine.state(waiting.state).name == name;
        self.execution.threads().find(here).map(|waiting| waiting.thread)
    }

    fn end(mut self) -> (Status, String, Vec<&'static str>) {
        self.until("");
        let mut again = {
            let EventKind::ExecutionStarted { input, settings } = &self.journal[0].kind else { panic!("a start") };
            Execution::start(Arc::clone(&self.machine), (**settings).clone(), input.clone())
        };
        let mut at = 0;
        while at < self.journal.len() {
            if let EventKind::Received(fact) = &self.journal[at].kind {
                again.deliver(fact.clone());
            }
            let step = again.step(self.journal[at].at).expect("what moved once moves again");
            assert_eq!(step.events[..], self.journal[at..at + step.events.len()]);
            at += step.events.len();
        }
        let types = self.journal.iter().filter_map(|event| Some(event.history(&self.machine)?.type_name()));
        let output = self.execution.outcome().and_then(|outcome| outcome.output.clone());
        (self.execution.status(), output.map(|output| output.to_string()).unwrap_or_default(), types.collect())
    }
}

#[test]
fn a_task_is_skipped_with_an_output() {
    let mut run = Run::new(|_, _| {});
    run.until("");
    let thread = run.thread("T").expect("the task waits");
    let output = Value::parse(r#"{"n": 5}"#).expect("test JSON");
    run.execution.deliver(Fact::Leave { thread, output, next: None });
    run.until("I");
    let (status, output, types) = run.end();
    assert_eq!((status, output.as_str()), (Status::Succeeded, "\"default\""));
    assert!(types.windows(2).any(|pair| pair == ["TaskStarted", "TaskStateExited"]), "{types:?}");
}

#[test]
fn a_choice_is_forced() {
    let mut run = Run::new(|machine, settings| settings.start_at = machine.state_named("C"));
    let thread = run.until("C").expect("the choice has been entered");
    let next = run.machine.state_named("R");
    run.execution.deliver(Fact::Leave { thread, output: Value::Null, next });
    assert_eq!(run.end().1, "\"rule\"");
}

#[test]
fn a_choice_does_not_lead_where_no_rule_leads() {
    let mut run = Run::new(|machine, settings| settings.start_at = machine.state_named("C"));
    let thread = run.until("C").expect("the choice has been entered");
    let next = run.machine.state_named("P");
    run.execution.deliver(Fact::Leave { thread, output: Value::Null, next });
    assert_eq!(run.end().1, "\"default\"", "the fact left no trace");
}

#[test]
fn an_error_is_forced_upon_what_is_around() {
    let mut run = Run::new(|_, _| {});
    run.until("");
    let thread = run.thread("P").expect("the Parallel is under way");
    run.execution.deliver(Fact::Fail { thread, failure: Failure::new("Forced", "by hand") });
    let (status, _, types) = run.end();
    assert_eq!(status, Status::Succeeded, "a Catcher takes it");
    assert!(
        types.windows(3).any(|some| some == ["TaskStateAborted", "ParallelStateFailed", "ParallelStateExited"]),
        "{types:?}"
    );
}

#[test]
fn expressions_see_what_the_state_sees() {
    let mut run = Run::new(|_, settings| settings.variables = vec![("v".into(), Value::from(7))]);
    run.until("");
    let thread = run.thread("T").expect("the task waits");
    let evaluate = |language, text: &str| {
        let value = run.execution.evaluate(thread, language, text, Timestamp(0));
        value.map_or_else(|error| error, |value| value.to_string())
    };
    use asl::program::QueryLanguage::{JsonPath, Jsonata};
    assert_eq!(evaluate(Jsonata, "$states.input.n + $v"), "8");
    assert_eq!(evaluate(Jsonata, "$states.context.State.Name"), "\"T\"");
    assert_eq!(evaluate(JsonPath, "States.MathAdd($.n, $v)"), "8");
    assert_eq!(evaluate(JsonPath, "$$.State.RetryCount"), "0");
    assert!(evaluate(JsonPath, "$.missing").contains("could not be found"));
    assert!(evaluate(Jsonata, "$nothing").contains("returned nothing"));
    assert!(!evaluate(Jsonata, "1 +").is_empty());
}

#[test]
fn a_run_begins_inside_a_branch() {
    let run = Run::new(|machine, settings| settings.start_at = machine.state_named("I"));
    assert_eq!(run.end().1, r#"{"i":1}"#);
}
