//! Every change that a person makes with the debugger is told of afterwards: where, and from what to what.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::{Answer, Fact, Failure, Stage, Stand, ThreadView, TimerKind, Timestamp, Via};
use query::Value;
use runtime::debug::Timeline;
use runtime::{Advance, ClockMode, Notice, Observer, Request, RunOptions, Runtime};
use store::{ExecutionId, Store};

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

struct Desk {
    runtime: Runtime,
    store: Store,
    id: ExecutionId,
}

impl Desk {
    fn debug(folder: &Path, definition: &str) -> Desk {
        let store = Store::open(&folder.join("db")).expect("the store opens");
        let runtime = Runtime::new(store.clone(), Arc::new(Nobody));
        let request = Request {
            workflow: "m".into(),
            path: None,
            name: None,
            definition: definition.into(),
            input: r#"{"n": 1}"#.into(),
            options: RunOptions { clock: ClockMode::Virtual, paused: true, ..RunOptions::default() },
            started_at: Timestamp(1_795_132_800_000),
        };
        let id = runtime.start(&request).expect("started");
        let desk = Desk { runtime, store, id };
        desk.stands(|_| true);
        desk
    }

    /// Waits until it stands still with a thread as wanted.
    fn stands(&self, wanted: impl Fn(&ThreadView) -> bool) -> ThreadView {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let seen = wait(self.runtime.snapshot(self.id)).expect("it runs");
            let view = seen.execution.look().into_iter().find(|view| wanted(view));
            if let (Some(_), Some(view)) = (&seen.pause, view) {
                return view;
            }
            assert!(Instant::now() < deadline, "it does not stand still");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn go(&self, advance: Advance) {
        self.stands(|_| true);
        wait(self.runtime.advance(self.id, advance, None)).expect("it stands still");
    }

    fn change(&self, fact: impl FnOnce(ThreadView) -> Fact) {
        let fact = fact(self.stands(|_| true));
        wait(self.runtime.intervene(self.id, fact)).expect("it can be changed");
    }

    /// `state: words | before -> after`
    fn told(&self) -> Vec<String> {
        let timeline = Timeline::open(&self.store, self.id).expect("read");
        let all = timeline.interventions(0).expect("told");
        let last = all.last().expect("something was changed").clone();
        assert_eq!(timeline.interventions(last.line - 1).expect("told"), [last], "from a line on");
        all.into_iter()
            .map(|change| {
                let state = change.state.map_or("?", |state| &*timeline.machine().state(state).name);
                let text = |text: Option<String>| text.unwrap_or_else(|| "-".into());
                format!("{state}: {} | {} -> {}", change.words, text(change.before), text(change.after))
            })
            .collect()
    }
}

fn value(text: &str) -> Value {
    Value::parse(text).expect("test JSON")
}

#[test]
fn data_and_ways() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::debug(
        folder.path(),
        r#"{"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "B"},
            "B": {"Type": "Pass", "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 9, "Next": "D"}], "Default": "E"},
            "D": {"Type": "Pass", "Next": "E"}, "E": {"Type": "Fail", "Error": "Never"}}}"#,
    );
    desk.change(|view| Fact::SetInput { thread: view.thread, input: value(r#"{"n": 2}"#) });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    desk.change(|view| Fact::SetVariable { thread: view.thread, name: "v".into(), value: value("5") });
    desk.change(|view| Fact::SetVariable { thread: view.thread, name: "w".into(), value: value("6") });
    desk.change(|view| Fact::SetStage { thread: view.thread, stage: Stage::Output, value: value("{}") });
    desk.change(|view| Fact::SetStage { thread: view.thread, stage: Stage::Output, value: value("[]") });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    desk.change(|view| Fact::Choose { thread: view.thread, via: Via::Rule(0) });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    desk.change(|view| Fact::Leave { thread: view.thread, output: value("7"), next: None });
    desk.go(Advance::Over);
    desk.change(|view| Fact::Fail { thread: view.thread, failure: Failure::new("Mine", "by hand") });
    let told = desk.told();
    assert_eq!(
        told,
        [
            r#"A: input changed to {"n": 2} | {"n": 1} -> {"n": 2}"#,
            "B: $v changed to 5 | 1 -> 5",
            "B: $w changed to 6 | - -> 6",
            "B: Output changed to {} | - -> {}",
            "B: Output changed to [] | {} -> []",
            "C: rule 1 was chosen by hand | - -> -",
            "D: skipped with the output 7 | - -> 7",
            "E: made to fail with Mine | - -> Mine",
        ]
    );
}

#[test]
fn answers_and_timers() {
    let folder = tempfile::tempdir().expect("a folder");
    let task = |next: &str| {
        format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "HeartbeatSeconds": 30,
                "Parameters": {{"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}, "TimeoutSeconds": 90,
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "{next}"}}], "Next": "{next}"}}"#
        )
    };
    let definition = format!(
        r#"{{"StartAt": "A", "States": {{"A": {}, "B": {}, "C": {}, "W": {{"Type": "Wait", "Seconds": 60, "End": true}}}}}}"#,
        task("B"),
        task("C"),
        task("W")
    );
    let desk = Desk::debug(folder.path(), &definition);
    let timer = |view: &ThreadView, kind: TimerKind| {
        view.timers.iter().find(|timer| timer.kind == kind).expect("it runs").effect
    };
    let calls = |name: &str| {
        // A step comes to where only an answer leads on.
        desk.go(Advance::Over);
        desk.stands(|view| view.stand == Stand::Calling && view.input.text().len() < 10_000);
        let seen = wait(desk.runtime.snapshot(desk.id)).expect("it runs");
        let state = seen.execution.look()[0].state;
        assert_eq!(&*seen.execution.machine().state(state).name, name);
    };
    calls("A");
    desk.change(|view| Fact::ShiftTimer {
        effect: timer(&view, TimerKind::Timeout),
        wake_at: Timestamp(1_795_132_800_000 + 80_000),
    });
    desk.change(|view| Fact::TimerFired { effect: timer(&view, TimerKind::Heartbeat) });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    calls("B");
    let answer = Answer::Succeed(value("{}"));
    desk.change(|view| Fact::Answer { thread: view.thread, submitted: None, answer });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    calls("C");
    desk.change(|view| Fact::Answer {
        thread: view.thread,
        submitted: None,
        answer: Answer::Fail(Failure::named("Mine")),
    });
    desk.go(Advance::Over);
    desk.go(Advance::Over);
    let told = desk.told();
    let expected = [
        "A: the timeout moved | 2026-11-20T00:01:30.000Z -> 2026-11-20T00:01:20.000Z",
        "A: the heartbeat was lost | 2026-11-20T00:00:30.000Z -> -",
        "B: answered by hand with {} | - -> {}",
        "C: answered by hand with the error Mine | - -> Mine",
    ];
    assert_eq!(told, expected);
}
