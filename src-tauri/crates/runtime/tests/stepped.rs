//! A debug session changes nothing of what a run does by itself: random machines, stepped through at random.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::Timestamp;
use proptest::prelude::*;
use runtime::debug::{Focus, evaluate};
use runtime::{
    Advance, Breakpoint, ClockMode, HitRule, Notice, Observer, Record, Request, RunOptions, Runtime, StopOn,
};
use serde_json::{Map, Value, json};
use store::{ExecutionId, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

struct Desk {
    runtime: Runtime,
    store: Store,
}

impl Desk {
    fn at(folder: &Path) -> Desk {
        let store = Store::open(&folder.join("db")).expect("the store opens");
        Desk { runtime: Runtime::new(store.clone(), Arc::new(Nobody)), store }
    }

    /// Until it stands still or ends; whether it stands still.
    fn rests(&self, id: ExecutionId) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.runtime.is_running(id) {
            if let Ok((Some(pause), _)) = wait(self.runtime.look(id))
                && (pause.held.is_none() || self.is_quiet(id))
            {
                return true;
            }
            assert!(Instant::now() < deadline, "it neither stops nor ends");
            self.let_nested_go_on(id);
            std::thread::sleep(Duration::from_micros(200));
        }
        false
    }

    /// What its tasks started and a step went into goes on.
    fn let_nested_go_on(&self, id: ExecutionId) {
        for nested in self.runtime.running().into_iter().filter(|nested| *nested != id) {
            if let Ok((Some(_), _)) = wait(self.runtime.look(nested)) {
                // It may have ended meanwhile.
                let _ = wait(self.runtime.advance(nested, Advance::Continue, None));
            }
        }
    }

    /// A held thread is all that is left to move.
    fn is_quiet(&self, id: ExecutionId) -> bool {
        wait(self.runtime.snapshot(id)).is_some_and(|mut seen| seen.execution.step(Timestamp(i64::MAX / 2)).is_none())
    }

    /// Everything that happened. A journal that was taken up again writes a payload once more instead of pointing at it, so
    /// its text may differ where its meaning does not.
    fn events(&self, id: ExecutionId) -> Vec<String> {
        let record = Record::open(&self.store, id).expect("there");
        let (rows, _) = record.history(1, 100_000).expect("readable");
        let nodes: BTreeSet<&String> = rows.iter().filter_map(|row| row.node.as_ref()).collect();
        let events = rows.iter().map(|row| format!("{row:?}"));
        let stays = nodes.iter().map(|node| format!("{:?}", record.state_runs(node, 1_000).expect("readable")));
        events.chain(stays).collect()
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// Numbers that decide; nought once they are used up.
struct Dice(std::vec::IntoIter<u8>);

impl Dice {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0.next().unwrap_or_default() % sides
    }
}

/// A machine under construction, with the answers to its tasks.
struct Builder {
    dice: Dice,
    states: u32,
    chance: bool,
    cases: Map<String, Value>,
    answers: Map<String, Value>,
    places: Vec<(String, &'static str)>,
}

/// Scopes within scopes.
const DEPTH: u8 = 2;
const CHILD: &str = "arn:aws:states:us-east-1:111111111111:stateMachine:child";
/// What tasks start.
const CHILD_DEFINITION: &str = r#"{"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "Rest"},
    "Rest": {"Type": "Wait", "Seconds": 2, "Next": "Out"}, "Out": {"Type": "Pass", "End": true}}}"#;
const TOKEN: &str = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

impl Builder {
    /// The states of a scope, each leading to one of the next two.
    fn scope(&mut self, pointer: &str, depth: u8) -> Value {
        let names: Vec<String> = (0..=self.dice.roll(3))
            .map(|_| {
                self.states += 1;
                format!("S{}", self.states)
            })
            .collect();
        let mut states = Map::new();
        for (at, name) in names.iter().enumerate() {
            let pointer = format!("{pointer}/States/{name}");
            let state = self.state(name, &pointer, &names[at + 1..], depth);
            states.insert(name.clone(), state);
        }
        json!({ "StartAt": names[0], "States": states })
    }

    fn state(&mut self, name: &str, pointer: &str, later: &[String], depth: u8) -> Value {
        let kinds = if depth == 0 { 9 } else { 11 };
        let kind = self.dice.roll(kinds);
        let mut state = match kind {
            0 if self.chance => {
                json!({ "Type": "Pass", "Parameters": { "id.$": "States.UUID()" }, "ResultPath": "$.id" })
            }
            0 | 1 => json!({ "Type": "Pass", "Assign": { "v": 1 }, "ResultPath": null, "Result": name }),
            2 => self.task(name, later, depth),
            3 => json!({ "Type": "Task", "Resource": TOKEN, "ResultPath": null, "HeartbeatSeconds": 30,
                "Parameters": { "QueueUrl": "q", "MessageBody": { "token.$": "$$.Task.Token" } } }),
            4 => json!({ "Type": "Wait", "Seconds": 1 + self.dice.roll(9) }),
            5 if later.len() > 1 => {
                let over = self.dice.roll(4);
                json!({ "Type": "Choice", "Default": later[1],
                    "Choices": [{ "Variable": "$.n", "NumericGreaterThan": over, "Next": later[0] }] })
            }
            5 => json!({ "Type": "Pass", "ResultPath": null }),
            6 => self.jsonata(name, later),
            7 => {
                json!({ "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "ResultPath": null,
                "Parameters": { "StateMachineArn": CHILD, "Input": { "n.$": "$.n" } } })
            }
            // What is missing is an error that nothing may catch.
            8 if self.dice.roll(12) == 0 => json!({ "Type": "Pass", "InputPath": "$.nothing" }),
            8 => json!({ "Type": "Pass", "Parameters": { "n.$": "$.n", "items.$": "$.items" } }),
            9 => {
                let count = 2 + self.dice.roll(2);
                let branches: Vec<Value> =
                    (0..count).map(|at| self.scope(&format!("{pointer}/Branches/{at}"), depth - 1)).collect();
                json!({ "Type": "Parallel", "ResultPath": null, "Branches": branches })
            }
            _ => {
                json!({ "Type": "Map", "ItemsPath": "$.items", "ResultPath": null, "MaxConcurrency": self.dice.roll(3),
                "ItemSelector": { "n.$": "$$.Map.Item.Value", "items": [1, 2] },
                "ItemProcessor": self.scope(&format!("{pointer}/ItemProcessor"), depth - 1) })
            }
        };
        if kind == 3 {
            self.answer(name, json!({ "0-99": { "Return": { "by": name } } }));
        }
        let word = state["Type"].as_str().unwrap_or_default();
        self.places.push((pointer.to_owned(), if word == "Map" { "map" } else { "state" }));
        if word != "Choice" {
            match later.first() {
                Some(next) => state["Next"] = json!(next),
                None => state["End"] = json!(true),
            }
        }
        state
    }

    /// A state in the other language: data through expressions, a Choice, a Map with variables, or a failure that is caught.
    fn jsonata(&mut self, name: &str, later: &[String]) -> Value {
        match self.dice.roll(4) {
            0 => json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Assign": { "w": "{% $states.input.n + 1 %}" },
                "Output": "{% $merge([$states.input, {'at': $states.context.State.Name}]) %}" }),
            1 if later.len() > 1 => {
                json!({ "Type": "Choice", "QueryLanguage": "JSONata", "Default": later[1],
                    "Choices": [{ "Condition": "{% $states.input.n > 1 %}", "Next": later[0] }] })
            }
            2 => json!({ "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.items %}",
                "MaxConcurrency": self.dice.roll(3), "Output": "{% $merge([$states.input, {'got': $states.result}]) %}",
                "ItemProcessor": { "StartAt": format!("{name}i"), "States": { format!("{name}i"): { "Type": "Pass", "QueryLanguage": "JSONata",
                    "Assign": { "own": "{% $states.context.Map.Item.Index %}" },
                    "Output": "{% $states.input * 2 %}", "End": true } } } }),
            3 if !later.is_empty() => {
                self.answer(name, json!({ "0-999": { "Throw": { "Error": "Busy", "Cause": name } } }));
                json!({ "Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": { "FunctionName": "f", "Payload": "{% $states.input.n %}" },
                    "Output": "{% $states.input %}",
                    "Catch": [{ "ErrorEquals": ["Busy"], "Next": later[0], "Output": "{% $states.input %}",
                        "Assign": { "v": "{% $states.errorOutput.Error %}" } }] })
            }
            _ => json!({ "Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $states.input.n %}",
                "Output": "{% $states.input %}" }),
        }
    }

    /// Fails a few times, then answers, or is caught. Answers are told apart by their number over all items, so where the
    /// order between items is open they must be alike.
    fn task(&mut self, name: &str, later: &[String], depth: u8) -> Value {
        let failures = match self.dice.roll(4) {
            some if self.chance || depth == DEPTH => some,
            3 => 99,
            _ => 0,
        };
        let mut responses = Map::new();
        for at in 0..failures {
            responses.insert(at.to_string(), json!({ "Throw": { "Error": "Busy", "Cause": name } }));
        }
        responses.insert(format!("{failures}-999"), json!({ "Return": { "by": name } }));
        self.answer(name, Value::Object(responses));
        let jitter = if self.chance { "FULL" } else { "NONE" };
        let mut task = json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.r",
            "Retry": [{ "ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2, "JitterStrategy": jitter }] });
        if let Some(next) = later.last() {
            task["Catch"] = json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": next }]);
        }
        task
    }

    fn answer(&mut self, name: &str, responses: Value) {
        self.cases.insert(name.to_owned(), json!(name));
        self.answers.insert(name.to_owned(), responses);
    }
}

struct Made {
    definition: String,
    mocks: String,
    places: Vec<(String, &'static str)>,
}

fn machine(dice: Vec<u8>, chance: bool) -> Made {
    let mut builder = Builder {
        dice: Dice(dice.into_iter()),
        states: 0,
        chance,
        cases: Map::new(),
        answers: Map::new(),
        places: Vec::new(),
    };
    let definition = builder.scope("", DEPTH).to_string();
    let mocks = json!({ "StateMachines": { "made": { "TestCases": { "All": builder.cases } } },
        "MockedResponses": builder.answers });
    Made { definition, mocks: mocks.to_string(), places: builder.places }
}

fn breakpoints(dice: &mut Dice, places: &[(String, &str)], others_go_on: bool) -> Vec<Breakpoint> {
    let count = 1 + dice.roll(6);
    let breakpoint = |_| {
        let (place, kind) = &places[usize::from(dice.roll(u8::try_from(places.len()).expect("a small machine")))];
        let on = match dice.roll(7) {
            0 => StopOn::Exit,
            1 => StopOn::Transition,
            2 => StopOn::Error,
            3 => StopOn::Retry,
            4 => StopOn::Token,
            5 if *kind == "map" => StopOn::Item,
            _ => StopOn::Enter,
        };
        let place = if on == StopOn::Transition { format!("{place}#next") } else { place.clone() };
        let condition = match dice.roll(5) {
            0 => Some("$random() >= 0"),
            1 => Some("$.n > 1"),
            2 => Some("$boom("),
            _ => None,
        };
        let log = match dice.roll(4) {
            0 if !others_go_on => Some("{$.n} and {$random()} and {$boom(}".to_owned()),
            _ => None,
        };
        let hit_rule = [HitRule::From, HitRule::At, HitRule::Every][usize::from(dice.roll(3))];
        let hits = u32::from(dice.roll(3));
        let condition = condition.filter(|_| !others_go_on).map(str::to_owned);
        let errors = if dice.roll(4) == 0 { vec!["States.Runtime".into(), "Busy".into()] } else { Vec::new() };
        Breakpoint { place, on, errors, condition, hits, hit_rule, log, others_go_on, enabled: dice.roll(8) > 0 }
    };
    (0..count).map(breakpoint).collect()
}

fn request(made: &Made, mocks: &Path, options: RunOptions) -> Request {
    let options = RunOptions {
        clock: ClockMode::Virtual,
        seed: 7,
        mocks: Some(mocks.to_owned()),
        test_case: Some("All".into()),
        ..options
    };
    Request {
        workflow: "made".into(),
        path: mocks.parent().map(|folder| folder.join("made.asl.json")),
        name: Some("one".into()),
        definition: made.definition.as_str().into(),
        input: r#"{"n": 2, "items": [1, 2, 3]}"#.into(),
        options,
        started_at: Timestamp(1_795_132_800_000),
    }
}

fn free_run(made: &Made, folder: &Path, mocks: &Path) -> (Desk, ExecutionId) {
    let desk = Desk::at(folder);
    let id = desk.runtime.start(&request(made, mocks, RunOptions::default())).expect("started");
    assert!(!desk.rests(id), "nothing stops it");
    (desk, id)
}

/// Looks around as a person does: expressions with chance in them, moments of the past.
fn look_around(desk: &Desk, id: ExecutionId, dice: &mut Dice) {
    let seen = wait(desk.runtime.snapshot(id)).expect("it runs");
    if let Some(event) = &seen.event {
        let focus = Focus::of_event(&seen.execution, event, seen.now);
        let _ = evaluate(&seen.execution, &focus, "$random()");
    }
    let back = seen.history.saturating_sub(u32::from(dice.roll(9)));
    let _ = desk.runtime.look_back(id, |timeline| timeline.moment(back.max(1)));
    // Back to the breakpoint before, and to the state before that.
    let anywhere = [Breakpoint { on: StopOn::Error, enabled: true, ..Breakpoint::default() }];
    let _ = desk.runtime.look_back(id, |timeline| {
        let before = timeline.stop_before(seen.history, &anywhere)?;
        Ok(before.and_then(|event| timeline.entered_before(event)))
    });
}

const STEPS: [Advance; 6] =
    [Advance::Into, Advance::Over, Advance::Into, Advance::Out, Advance::Over, Advance::Continue];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_of_a_stepped_run_is_that_of_a_free_one(
        shape in proptest::collection::vec(any::<u8>(), 0..60),
        session in proptest::collection::vec(any::<u8>(), 20..200),
    ) {
        let made = machine(shape, true);
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let mocks = folders[0].path().join("MockConfigFile.json");
        std::fs::write(&mocks, &made.mocks).expect("written");
        std::fs::write(folders[0].path().join("child.asl.json"), CHILD_DEFINITION).expect("written");
        let (free, own) = free_run(&made, folders[0].path(), &mocks);
        let wanted = free.events(own);

        let mut dice = Dice(session.into_iter());
        let set = breakpoints(&mut dice, &made.places, false);
        let options = RunOptions { paused: dice.roll(2) == 0, breakpoints: set, ..RunOptions::default() };
        let mut desk = Desk::at(folders[1].path());
        let id = desk.runtime.start(&request(&made, &mocks, options)).expect("started");
        let mut stops = 0;
        while desk.rests(id) {
            stops += 1;
            prop_assert!(stops < 3_000, "it does not end");
            match dice.roll(12) {
                // The application ends and comes back.
                1 => {
                    drop(desk);
                    desk = Desk::at(folders[1].path());
                    desk.runtime.resume(id).expect("it is taken up");
                    continue;
                }
                2 => look_around(&desk, id, &mut dice),
                3 => desk.runtime.set_breakpoints(id, breakpoints(&mut dice, &made.places, false)).expect("set"),
                4 => wait(desk.runtime.set_clock(id, ClockMode::Virtual, Duration::ZERO)).expect("it runs"),
                _ => {}
            }
            let step = STEPS[usize::from(dice.roll(6))];
            let threads = wait(desk.runtime.snapshot(id)).map(|seen| seen.execution.look()).unwrap_or_default();
            let thread = threads.get(usize::from(dice.roll(4))).map(|view| view.thread);
            wait(desk.runtime.advance(id, step, thread)).expect("it stands still");
            if dice.roll(6) == 1 {
                // It may have ended meanwhile.
                let _ = wait(desk.runtime.pause(id));
            }
        }
        prop_assert_eq!(desk.events(id), wanted, "after {} stops of {}", stops, made.definition);
    }

    /// Where others go on while one stands still, the order between them changes, and nothing else.
    #[test]
    fn a_held_branch_does_what_it_would_have_done(
        shape in proptest::collection::vec(any::<u8>(), 10..60),
        session in proptest::collection::vec(any::<u8>(), 20..100),
    ) {
        let made = machine(shape, false);
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let mocks = folders[0].path().join("MockConfigFile.json");
        std::fs::write(&mocks, &made.mocks).expect("written");
        std::fs::write(folders[0].path().join("child.asl.json"), CHILD_DEFINITION).expect("written");
        let (free, own) = free_run(&made, folders[0].path(), &mocks);

        let mut dice = Dice(session.into_iter());
        let set = breakpoints(&mut dice, &made.places, true);
        let desk = Desk::at(folders[1].path());
        let options = RunOptions { breakpoints: set, ..RunOptions::default() };
        let id = desk.runtime.start(&request(&made, &mocks, options)).expect("started");
        let mut stops = 0;
        while desk.rests(id) {
            stops += 1;
            prop_assert!(stops < 3_000, "it does not end");
            let step = if stops > 200 { Advance::Continue } else { STEPS[usize::from(dice.roll(6))] };
            wait(desk.runtime.advance(id, step, None)).expect("it stands still");
        }
        let ending = |desk: &Desk, id| desk.store.read(|db| db.ending(id)).expect("read").expect("ended");
        let (held, alone) = (ending(&desk, id), ending(&free, own));
        prop_assert_eq!((held.status, held.output, held.error), (alone.status, alone.output, alone.error));
        if alone.status == store::Status::Succeeded {
            prop_assert_eq!(by_place(&desk, id), by_place(&free, own), "of {}", made.definition);
        }
    }
}

/// The types of events, in order, by state and item.
fn by_place(desk: &Desk, id: ExecutionId) -> Vec<(String, Vec<&'static str>)> {
    let (rows, _) = Record::open(&desk.store, id).expect("there").history(1, 10_000).expect("readable");
    let mut places: Vec<(String, Vec<&'static str>)> = Vec::new();
    for row in rows {
        let place = format!("{:?} {:?}", row.node, row.iterations);
        match places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, types)) => types.push(row.event_type),
            None => places.push((place, vec![row.event_type])),
        }
    }
    places.sort();
    places
}
