//! What a debugger does to a run: skip, force, begin elsewhere. All of it is in the journal and can be repeated.

use std::sync::Arc;

use machine::{
    Answer, Compiled, Event, EventKind, Execution, Fact, Failure, Kind, Settings, Stage, Status, TimerKind, Timestamp,
    Via,
};
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
        Run::with(MACHINE, settings)
    }

    fn of(definition: &str) -> Run {
        Run::with(definition, |_, _| {})
    }

    fn with(definition: &str, settings: impl FnOnce(&Compiled, &mut Settings)) -> Run {
        let (document, _) = asl::Document::parse(definition);
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
fn a_run_begins_inside_a_branch() {
    let run = Run::new(|machine, settings| settings.start_at = machine.state_named("I"));
    assert_eq!(run.end().1, r#"{"i":1}"#);
}

fn json(text: &str) -> Value {
    Value::parse(text).expect("test JSON")
}

#[test]
fn a_stage_is_replaced_once_and_before_it_is_used() {
    let mut run = Run::new(|_, _| {});
    let thread = run.until("T").expect("the task has been entered");
    let arguments = json(r#"{"FunctionName": "other"}"#);
    run.execution.deliver(Fact::SetStage { thread, stage: Stage::Parameters, value: arguments.clone() });
    run.execution.deliver(Fact::SetStage { thread, stage: Stage::Result, value: json(r#"{"n": 9}"#) });
    run.execution.deliver(Fact::SetStage { thread, stage: Stage::Arguments, value: Value::Null });
    run.until("");
    let scheduled = run.journal.iter().find_map(|event| match &event.kind {
        EventKind::TaskScheduled(scheduled) => Some(scheduled.parameters.clone()),
        _ => None,
    });
    assert_eq!(scheduled, Some(arguments));
    let received = run.journal.iter().filter(|event| matches!(event.kind, EventKind::Received(_))).count();
    assert_eq!(received, 2, "a JSONPath state has no Arguments, so that left no trace");
    let effect = run.execution.look_at(thread).and_then(|view| view.effect).expect("it calls");
    run.execution.deliver(Fact::TaskSucceeded { effect, output: Value::Null });
    run.until("I");
    let thread = run.thread("I").expect("after the task");
    assert_eq!(run.execution.look_at(thread).expect("it lives").input, json(r#"{"n": 9}"#));
    run.execution.deliver(Fact::SetStage { thread, stage: Stage::Output, value: json(r#"{"never": 1}"#) });
    let (status, output, _) = run.end();
    assert_eq!((status, output.as_str()), (Status::Succeeded, "\"default\""), "the branches' results are an array");
}

#[test]
fn a_task_is_answered_before_and_while_it_calls() {
    for (when, expected) in [("T", true), ("", false)] {
        let mut run = Run::new(|_, _| {});
        run.until(when);
        let thread = run.thread("T").expect("it is in the task");
        let submitted = Some(json(r#"{"ok": true}"#));
        let answer = Answer::Succeed(json(r#"{"n": 3}"#));
        run.execution.deliver(Fact::Answer { thread, submitted, answer });
        let step = run.execution.step(Timestamp(0)).expect("it is written down");
        let cancels = step.effects.iter().any(|effect| matches!(effect, machine::Effect::Cancel { .. }));
        assert_eq!(cancels, !expected, "what was asked for is no longer wanted");
        run.journal.extend(step.events);
        let mut invoked = false;
        while let Some(step) = run.execution.step(Timestamp(0)) {
            invoked |= step.effects.iter().any(|effect| matches!(effect, machine::Effect::InvokeTask(_)));
            run.journal.extend(step.events);
        }
        assert!(!invoked, "nobody else is asked");
        let (status, _, types) = run.end();
        assert_eq!(status, Status::Succeeded);
        let order = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"];
        assert!(types.windows(5).any(|some| some == order), "{types:?}");
    }
}

#[test]
fn an_answer_may_be_an_error() {
    let mut run = Run::new(|_, _| {});
    let thread = run.until("T").expect("it is in the task");
    let answer = Answer::Fail(Failure::new("Forced", "by hand"));
    run.execution.deliver(Fact::Answer { thread, submitted: None, answer });
    let (status, _, types) = run.end();
    assert_eq!(status, Status::Succeeded, "the Parallel's Catcher takes it");
    assert!(types.contains(&"TaskFailed"), "{types:?}");
}

#[test]
fn a_choice_goes_where_it_is_told_and_evaluates_that_way() {
    let mut run = Run::new(|machine, settings| settings.start_at = machine.state_named("C"));
    let thread = run.until("C").expect("the choice has been entered");
    run.execution.deliver(Fact::Choose { thread, via: Via::Rule(7) });
    run.execution.deliver(Fact::Choose { thread, via: Via::Rule(0) });
    assert_eq!(run.end().1, "\"rule\"");
}

const WAITS: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}},
    {"StartAt": "H", "States": {"H": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "HeartbeatSeconds": 10, "TimeoutSeconds": 100,
        "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "L"}], "End": true},
        "L": {"Type": "Pass", "Result": "lost", "End": true}}}]}}}"#;

#[test]
fn timers_go_off_and_are_moved() {
    let mut run = Run::of(WAITS);
    run.until("");
    let (wait, task) = (run.thread("W").expect("waits"), run.thread("H").expect("calls"));
    let timer = |run: &Run, thread, kind| {
        let view = run.execution.look_at(thread).expect("it lives");
        view.timers.into_iter().find(|timer| timer.kind == kind).expect("a timer")
    };
    let moved = timer(&run, wait, TimerKind::Wait);
    run.execution.deliver(Fact::ShiftTimer { effect: moved.effect, wake_at: Timestamp(5_000) });
    let beat = timer(&run, task, TimerKind::Heartbeat);
    run.execution.deliver(Fact::TimerFired { effect: beat.effect });
    run.until("");
    assert!(run.thread("H").is_none(), "the lost heartbeat was caught");
    assert_eq!(run.execution.next_wake(), Some(Timestamp(5_000)));
    while let Some(step) = run.execution.step(Timestamp(5_000)) {
        run.journal.extend(step.events);
    }
    let (status, output, _) = run.end();
    assert_eq!((status, output.as_str()), (Status::Succeeded, r#"[{"n": 1},"lost"]"#));
}

#[test]
fn a_held_thread_stands_still_while_the_others_go_on() {
    let mut run = Run::of(WAITS);
    let thread = run.until("W").expect("entered");
    run.execution.deliver(Fact::Hold { thread });
    run.execution.deliver(Fact::Hold { thread });
    run.until("");
    assert_eq!(run.execution.look_at(thread).expect("it lives").stand, machine::Stand::Entered);
    let task = run.thread("H").expect("the other branch has gone on to its call");
    assert_eq!(run.execution.next_wake(), Some(Timestamp(10_000)), "only the other's heartbeat");
    run.execution.deliver(Fact::Leave { thread: task, output: Value::Null, next: None });
    run.until("");
    run.execution.deliver(Fact::Release { thread });
    run.until("");
    assert_eq!(run.execution.next_wake(), Some(Timestamp(60_000)));
    while let Some(step) = run.execution.step(Timestamp(60_000)) {
        run.journal.extend(step.events);
    }
    let received = run.journal.iter().filter(|event| matches!(event.kind, EventKind::Received(_))).count();
    assert_eq!(received, 3, "held once, left, released");
    assert_eq!(run.end().0, Status::Succeeded);
}
