use std::sync::Arc;

use machine::{
    Answer, ChildId, Dataset, EffectId, Event, EventId, EventKind, ExitDetail, Fact, Failure, HistoryRef,
    IterationChange, Kind, RetryScheduled, Scheduled, Scope, ScopePart, Settings, Stage, StateRef, Timestamp, Via,
};
use query::Value;

use super::*;

fn event(id: u64, kind: EventKind) -> Event {
    let scope = Scope::default().inside(StateRef(1), ScopePart::Branch(0)).inside(StateRef(2), ScopePart::Iteration(7));
    let history = (!id.is_multiple_of(2)).then_some(HistoryRef { id: 5, previous: 4 });
    Event {
        id: EventId(id),
        at: Timestamp(1_795_132_800_000 - id as i64),
        cause: EventId(id - 1),
        execution: ChildId(3),
        history,
        scope,
        kind,
    }
}

fn every_kind() -> Vec<EventKind> {
    let long = Value::parse(r#"{ "order": {"id": 1.0, "lines": ["a b", "ä:🚀", "\n"]}, "note": "@1.2.3 - 5:x" }"#)
        .expect("JSON");
    let failure = Failure::new("E f", "because: 3:x");
    let state = StateRef(9);
    let effect = EffectId(4);
    let mut settings = Settings::named("orders", "first run", Kind::Express);
    settings.variables = vec![("v".into(), long.clone())];
    settings.context = Some(Value::Null);
    settings.overlay = Some(long.clone());
    settings.missing = vec!["arn:a".into()];
    let detail = ExitDetail {
        assigned: vec![("x".into(), Value::Bool(true))],
        flow: vec![(Stage::ResultSelector, long.clone())],
        via: Via::Catch(2),
    };
    let facts = [
        Fact::TaskStarted { effect, worker: Some("w".into()) },
        Fact::TaskSubmitted { effect, output: long.clone() },
        Fact::TaskSucceeded { effect, output: Value::Null },
        Fact::TaskFailed { effect, failure: Failure::default() },
        Fact::TaskHeartbeat { effect },
        Fact::TimerFired { effect },
        Fact::DatasetRead { effect, dataset: Dataset::Object { text: "a,b\n1,2".into() } },
        Fact::DatasetRead { effect, dataset: Dataset::Listing { entries: long.clone() } },
        Fact::DatasetRead {
            effect,
            dataset: Dataset::Manifest { manifest: "{}".into(), objects: vec!["x".into(), "".into()] },
        },
        Fact::DatasetWritten { effect },
        Fact::DatasetFailed { effect, failure: failure.clone() },
        Fact::Stop { failure: failure.clone() },
        Fact::Redrive,
        Fact::SetVariable { thread: 1, name: "n".into(), value: long.clone() },
        Fact::SetInput { thread: 1, input: long.clone() },
        Fact::Leave { thread: 1, output: long.clone(), next: Some(state) },
        Fact::Fail { thread: 1, failure: failure.clone() },
        Fact::SetStage { thread: 1, stage: Stage::Output, value: long.clone() },
        Fact::Answer { thread: 1, submitted: None, answer: Answer::Succeed(long.clone()) },
        Fact::Answer { thread: 1, submitted: Some(Value::Null), answer: Answer::Fail(failure.clone()) },
        Fact::Choose { thread: 1, via: Via::Rule(3) },
        Fact::Choose { thread: 1, via: Via::Default },
        Fact::ShiftTimer { effect, wake_at: Timestamp(-5) },
        Fact::Hold { thread: 7 },
        Fact::Release { thread: 7 },
    ];
    let changes =
        [IterationChange::Started, IterationChange::Succeeded, IterationChange::Failed, IterationChange::Aborted];
    let mut kinds = vec![
        EventKind::ExecutionStarted { input: long.clone(), settings: Arc::new(settings) },
        EventKind::ExecutionSucceeded { output: long.clone() },
        EventKind::ExecutionFailed { failure: failure.clone() },
        EventKind::ExecutionTimedOut { failure: Failure::named("States.Timeout") },
        EventKind::ExecutionAborted { failure: Failure::default() },
        EventKind::ExecutionRedriven { redrive_count: 2 },
        EventKind::StateEntered { state, input: long.clone() },
        EventKind::StateExited { state, output: Value::parse("1.0").expect("JSON"), detail: None },
        EventKind::StateExited { state, output: long.clone(), detail: Some(Arc::new(detail)) },
        EventKind::FanOutStarted { state, length: 3 },
        EventKind::FanOutSucceeded { state },
        EventKind::FanOutFailed { state, flow: None },
        EventKind::FanOutFailed { state, flow: Some(vec![(Stage::Items, long.clone())].into()) },
        EventKind::StateAborted { state },
        EventKind::MapRunStarted { state, map_run_arn: "arn:x".into() },
        EventKind::MapRunSucceeded { state },
        EventKind::MapRunFailed { state, failure: failure.clone() },
        EventKind::MapRunAborted { state },
        EventKind::MapRunRedriven { state, map_run_arn: "arn:x".into(), redrive_count: 1 },
        EventKind::TaskScheduled(Arc::new(Scheduled {
            state,
            parameters: long.clone(),
            region: "us-east-1".into(),
            attempt: 1,
            timeout_seconds: Some(3),
            heartbeat_seconds: None,
            role_arn: Some("arn:r".into()),
            flow: vec![(Stage::Arguments, long.clone())],
        })),
        EventKind::TaskStarted { state, worker: None },
        EventKind::TaskSubmitted { state, output: long.clone() },
        EventKind::TaskSucceeded { state, output: long },
        EventKind::TaskFailed { state, failure: failure.clone() },
        EventKind::TaskTimedOut { state, failure: failure.clone() },
        EventKind::EvaluationFailed { state, failure: failure.clone(), location: Some("Output".into()) },
        EventKind::WaitStarted { state, until: Timestamp(-5) },
        EventKind::TimerFired { state },
        EventKind::RetryScheduled(Arc::new(RetryScheduled {
            state,
            retrier: 0,
            attempt: 2,
            wake_at: Timestamp(9),
            failure: failure.clone(),
        })),
        EventKind::ErrorRaised { state, failure: failure.clone() },
        EventKind::LimitPassed { state: None, failure },
        EventKind::DatasetRequested { state, write: true },
    ];
    kinds.extend(changes.map(|change| EventKind::Iteration { state, index: 1, change }));
    kinds.extend(facts.map(EventKind::Received));
    kinds
}

fn lines(events: &[Event]) -> Vec<String> {
    let mut encoder = Encoder::default();
    let line = |event| {
        let mut line = String::new();
        encoder.write(event, &mut line);
        line
    };
    events.iter().map(line).collect()
}

#[test]
fn every_event_comes_back_from_any_line() {
    let events: Vec<Event> = (1..).zip(every_kind()).map(|(id, kind)| event(id, kind)).collect();
    let lines = lines(&events);
    let mut fetch = |number: u64| lines.get(number as usize - 1).cloned();
    let mut in_order = Decoder::default();
    for (event, line) in events.iter().zip(&lines) {
        assert_eq!(in_order.read(event.id.0, line, &mut fetch).as_ref(), Ok(event), "{line}");
        assert_eq!(
            Decoder::default().read(event.id.0, line, &mut fetch).as_ref(),
            Ok(event),
            "from the middle: {line}"
        );
    }
    let texts = |event: &Event| match &event.kind {
        EventKind::StateExited { output, .. } => Some(output.text()),
        _ => None,
    };
    let (event, line) = (&events[7], &lines[7]);
    assert_eq!(
        in_order.read(event.id.0, line, &mut fetch).ok().as_ref().and_then(texts).as_deref(),
        Some("1.0"),
        "numbers keep their kind"
    );
}

#[test]
fn a_payload_that_is_passed_on_is_written_once() {
    let input = Value::parse(&format!("[{:?}]", "x".repeat(10_000))).expect("JSON");
    let events: Vec<Event> =
        (1..=100).map(|id| event(id, EventKind::StateEntered { state: StateRef(0), input: input.clone() })).collect();
    let bytes: usize = lines(&events).iter().map(String::len).sum();
    assert!(bytes < 20_000, "{bytes}");
}

#[test]
fn no_line_makes_the_reader_panic() {
    let events: Vec<Event> = (1..).zip(every_kind()).map(|(id, kind)| event(id, kind)).collect();
    for (event, line) in events.iter().zip(lines(&events)) {
        for cut in 0..line.len() {
            let Some(part) = line.get(..cut) else { continue };
            assert!(Decoder::default().read(event.id.0, part, &mut |_| None).is_err(), "{part}");
        }
        for at in line.char_indices().map(|(at, _)| at) {
            let mut changed = line.clone();
            changed.insert(at, '9');
            let _ = Decoder::default().read(event.id.0, &changed, &mut |_| None);
        }
    }
}
