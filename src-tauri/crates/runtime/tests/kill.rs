//! Durability: a real process is killed at random points, again and again, and loses nothing that it had acknowledged.
//!
//! The killed process is this test binary itself, started to run the test `the_process_that_is_killed`.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::Timestamp;
use query::Value;
use runtime::{ClockMode, HistoryRow, Notice, Observer, Record, Request, RunOptions, Runtime, TaskAnswer, run_here};
use store::{ExecutionId, Store};

const KILLS: u32 = 200;
const FOLDER: &str = "STEPWRIGHT_TEST_KILL_FOLDER";

/// Counts to 300, with a scripted call, a call that a person answers, a wait and two branches on the way.
const COUNT: &str = r#"{"StartAt": "Add", "States": {
    "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Call"},
    "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": null, "Next": "Ask"},
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": null, "Next": "Wait"},
    "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Both"},
    "Both": {"Type": "Parallel", "ResultPath": null, "Next": "Enough?", "Branches": [
        {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}},
        {"StartAt": "Right", "States": {"Right": {"Type": "Wait", "Seconds": 1, "End": true}}}]},
    "Enough?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 300, "Next": "Add"}], "Default": "Done"},
    "Done": {"Type": "Succeed"}}}"#;

fn request(folder: &Path, case: &str) -> Request {
    let mocks = folder.join("mocks.json");
    let text = r#"{"StateMachines": {"count": {"TestCases": {
        "Some": {"Call": "Yes"}, "All": {"Call": "Yes", "Ask": "Yes"}}}},
        "MockedResponses": {"Yes": {"0-100000": {"Return": {"ok": true}}}}}"#;
    std::fs::write(&mocks, text).expect("written");
    Request {
        workflow: "count".into(),
        path: None,
        name: Some("once".into()),
        definition: COUNT.into(),
        input: r#"{"n": 0}"#.into(),
        options: RunOptions {
            clock: ClockMode::Virtual,
            seed: 42,
            mocks: Some(mocks),
            test_case: Some(case.into()),
            ..RunOptions::default()
        },
        started_at: Timestamp(1_795_132_800_000),
    }
}

struct Acknowledge;

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Written at once, so that the parent reads whatever was said before the kill.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

impl Observer for Acknowledge {
    fn moved(&self, notice: &Notice) {
        say(&format!("moved {}\n", notice.history));
    }
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}

/// Runs only when the test below starts it.
#[test]
fn the_process_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let store = Store::open(&folder.join("db")).expect("the store opens");
    let runtime = Runtime::new(store.clone(), Arc::new(Acknowledge));
    let unfinished = store.read(|db| db.unfinished_executions()).expect("read");
    let id = match unfinished.first() {
        Some(execution) => execution.id,
        None => runtime.start(&request(folder, "Some")).expect("started"),
    };
    if !unfinished.is_empty() {
        runtime.resume(id).expect("resumed");
    }
    say("\nready\n");
    let waiting = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    while runtime.is_running(id) {
        for task in runtime.pending().into_iter().flat_map(|(_, tasks)| tasks) {
            let answer = TaskAnswer::Succeed(Value::parse(r#"{"ok": true}"#).expect("JSON"));
            if waiting.block_on(runtime.answer(id, task.effect, answer)).is_ok() {
                say(&format!("answered {}\n", task.effect.0));
            }
        }
        std::thread::yield_now();
    }
    say("ended\n");
}

fn history(store: &Store, id: ExecutionId) -> Vec<HistoryRow> {
    let record = Record::open(store, id).expect("the execution");
    let mut rows = Vec::new();
    loop {
        let (page, total) = record.history(rows.len() as u32 + 1, 1_000).expect("readable");
        rows.extend(page);
        if rows.len() as u32 >= total {
            return rows;
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_in_two_hundred_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kills = 0;
    let mut acknowledged = 0;
    let mut answers = 0;
    let begun = Instant::now();
    let mut finished_runs = 0;
    let mut kills_under_way = 0;
    let mut ended = false;
    while kills < KILLS || !ended {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "the_process_that_is_killed", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut said = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        if kills < KILLS {
            // Every second kill may come while the process starts, the others find the execution running.
            while kills % 2 == 1 && !said.contains("ready\n") && out.read_line(&mut said).expect("read") > 0 {}
            std::thread::sleep(Duration::from_micros(RandomState::new().build_hasher().finish() % 60_000));
            child.kill().expect("killed");
            kills += 1;
        }
        out.read_to_string(&mut said).expect("read");
        child.wait().expect("over");
        // The last line may be cut off.
        let lines: Vec<&str> = said.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).collect();
        for line in &lines {
            if let Some(number) = line.strip_prefix("moved ") {
                acknowledged = acknowledged.max(number.parse::<usize>().expect("a number"));
            }
            answers += usize::from(line.starts_with("answered "));
        }
        ended = lines.contains(&"ended");
        kills_under_way += u32::from(lines.contains(&"ready") && !ended);

        let store = Store::open(&folder.path().join("db")).expect("the store opens after a kill");
        let (executions, _) =
            store.read(|db| db.executions(&store::Page { limit: 10, ..Default::default() })).expect("read");
        let Some(execution) = executions.first() else {
            assert_eq!(acknowledged, 0, "an execution that was told of is there");
            continue;
        };
        let rows = history(&store, execution.id);
        assert!(rows.len() >= acknowledged, "kill {kills}: {} of {acknowledged} events are there", rows.len());
        let answered =
            rows.iter().filter(|row| row.event_type == "TaskSucceeded" && row.state.as_deref() == Some("Ask")).count();
        assert!(answered >= answers, "kill {kills}: {answered} of {answers} answers are there");
        ended |= store.read(|db| db.ending(execution.id)).expect("read").is_some();

        if ended {
            // What was pieced together over many lives is what one life would have done.
            let reference = run_here(&request(folder.path(), "All"), None, None).expect("run");
            let mut expected = String::new();
            let machine = Arc::clone(&reference.machine);
            machine::write_history(&reference.into_events().expect("kept"), &machine, &mut expected);
            let pieces: Vec<&str> = rows.iter().map(|row| row.json.as_str()).collect();
            assert_eq!(format!("[{}]", pieces.join(",")), expected);
            finished_runs += 1;
            store
                .write_now({
                    let id = execution.id;
                    move |db| db.delete_execution(id)
                })
                .expect("deleted");
            (acknowledged, answers) = (0, 0);
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "{kills} kills took too long");
    }
    assert!(finished_runs > 0, "at least the last execution came to its end");
    assert!(kills_under_way > KILLS / 4, "only {kills_under_way} of {KILLS} kills hit a running execution");
    println!(
        "{KILLS} kills, {kills_under_way} of them while the execution ran, {finished_runs} runs, {:?}",
        begun.elapsed()
    );
}
