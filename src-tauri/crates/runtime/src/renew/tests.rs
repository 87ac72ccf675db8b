//! Journals as an earlier version wrote them, made of today's.

use machine::{EventKind, Timestamp};
use serde_json::{Value, json};
use store::{ExecutionId, Store};

use super::*;
use crate::clock::ClockMode;
use crate::debug::Timeline;
use crate::debugger::{Breakpoint, StopOn};
use crate::here::{resume_here, run_here};
use crate::prepare::read_events;
use crate::runtime::Request;

fn request(states: &Value, breakpoints: Vec<Breakpoint>) -> Request {
    Request {
        workflow: "m".into(),
        path: None,
        name: Some("one".into()),
        definition: json!({ "StartAt": "A", "States": states }).to_string().into(),
        input: r#"{"n": 1, "items": [1, 2, 3]}"#.into(),
        options: RunOptions { clock: ClockMode::Virtual, seed: 3, breakpoints, ..RunOptions::default() },
        started_at: Timestamp(1_795_132_800_000),
    }
}

/// An inner failure beside others that go on, a retry with jitter and a Catcher, and an expression that fails in the end.
fn states() -> Value {
    let one = json!({ "StartAt": "In", "States": {
        "In": { "Type": "Choice", "Choices": [{ "Variable": "$", "NumericEquals": 2, "Next": "Bad" }], "Default": "Good" },
        "Good": { "Type": "Wait", "Seconds": 1, "End": true },
        "Bad": { "Type": "Fail", "Error": "E", "Cause": "c" } } });
    json!({
        "A": { "Type": "Map", "ItemsPath": "$.items", "ItemProcessor": one, "Next": "B",
            "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "JitterStrategy": "FULL" }],
            "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "B" }] },
        "B": { "Type": "Wait", "Seconds": 1, "Next": "C" },
        "C": { "Type": "Pass", "Parameters": { "x.$": "States.MathAdd('a', 1)" }, "End": true },
    })
}

/// Puts an older form in the place of a journal and of what refers to its lines.
fn make_old(store: &Store, id: ExecutionId) {
    let now = read_events(store, id).expect("readable");
    let (old, places) = older(&now);
    assert!(old.len() < now.len(), "there is something to leave out");
    let lines = written(&old);
    let place = move |line: u64| places[line as usize - 1].0;
    let standing = store.read(|db| db.pause(id)).expect("read").map(|body| {
        let mut standing: Standing = serde_json::from_str(&body).expect("a pause");
        standing.lines = place(standing.lines);
        standing.event = standing.event.map(&place);
        serde_json::to_string(&standing).expect("text")
    });
    let write = move |db: &store::Db<'_>| {
        db.replace_journal(id, lines.iter().map(String::as_str))?;
        if let Some(body) = &standing {
            db.put_pause(id, body)?;
        }
        db.set_journal_format(id, 0)
    };
    store.write_now(write).expect("written");
}

#[test]
fn an_older_journal_is_renewed_when_it_is_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("db")).expect("the store opens");
    let id = run_here(&request(&states(), Vec::new()), Some(&store), None).expect("it runs").id.expect("stored");
    let now = read_events(&store, id).expect("readable");
    make_old(&store, id);
    let timeline = Timeline::open(&store, id).expect("it can be looked at");
    assert_eq!(timeline.events(), now, "line by line");
    for number in 1..=timeline.len() {
        timeline.moment(number).expect("every moment is there");
    }
    assert_eq!(store.read(|db| db.journal_format(id)).expect("read"), FORMAT);
}

#[test]
fn an_older_run_that_stands_still_goes_on_from_there() {
    let stop = Breakpoint { place: "/States/C".into(), on: StopOn::Enter, enabled: true, ..Breakpoint::default() };
    let run = |old: bool| {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("db")).expect("the store opens");
        let first = run_here(&request(&states(), vec![stop.clone()]), Some(&store), None).expect("it runs");
        let id = first.id.expect("stored");
        if old {
            make_old(&store, id);
        }
        let second = resume_here(&store, id, Vec::new(), None).expect("it goes on");
        assert!(second.outcome.is_some(), "to its end");
        read_events(&store, id).expect("readable")
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn what_would_run_differently_today_stays_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("db")).expect("the store opens");
    let id = run_here(&request(&states(), Vec::new()), Some(&store), None).expect("it runs").id.expect("stored");
    let (mut old, _) = older(&read_events(&store, id).expect("readable"));
    for event in &mut old {
        if let EventKind::RetryScheduled(retry) = &mut event.kind {
            std::sync::Arc::make_mut(retry).wake_at.0 += 1;
        }
    }
    let lines = written(&old);
    let write = move |db: &store::Db<'_>| {
        db.replace_journal(id, lines.iter().map(String::as_str))?;
        db.set_journal_format(id, 0)
    };
    store.write_now(write).expect("written");
    assert!(!renew(&store, id).expect("looked at"));
    let timeline = Timeline::open(&store, id).expect("it can be looked at all the same");
    assert_eq!(timeline.events(), old);
    assert!(!timeline.repeats());
    for number in 1..=timeline.len() {
        timeline.moment(number).expect("every moment is there");
    }
}
