//! `bench [FOLDER]`: how fast the interpreter is, on the workloads of a folder or on small ones of its own.
//!
//! CPU time of the whole process, so that threads of the JSONata engine count. Two references are measured in the same
//! run, on the same machine: a bare loop that formats two events per state, and SQLite inserts of 100 rows a commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use machine::{Compiled, Event, Execution, Kind, Limits, Settings, Status, Step, Timestamp};
use query::Value;

/// Each measurement repeats its work for at least so long.
const LEAST: Duration = Duration::from_millis(700);

struct Workload {
    name: String,
    definition: Arc<str>,
    machine: Arc<Compiled>,
    input: Value,
    expect: Option<Value>,
    transitions: u64,
}

/// What one kind of work took.
struct Measure {
    runs: u32,
    cpu: Duration,
}

impl Measure {
    fn per_second(&self, each: u64) -> f64 {
        each as f64 * f64::from(self.runs) / self.cpu.as_secs_f64().max(1e-9)
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let (folder, once) = match arguments {
        // How this process asks itself for the memory of one workload.
        [flag, name, folder @ ..] if flag == "--memory-of" => (folder.first(), Some(name)),
        other => (other.first(), None),
    };
    let folder = folder.map(PathBuf::from).or_else(shared_workloads);
    let workloads = match &folder {
        Some(folder) => read_folder(folder)?,
        None => built_in()?,
    };
    if let Some(name) = once {
        return memory_of(&workloads, name);
    }
    let bare = bare_loop();
    let sqlite = sqlite_rows()?;
    say(&format!("reference: bare loop, two formatted events per state {:>12.0} states/s", bare));
    say(&format!("reference: SQLite, 100 rows a commit               {sqlite:>12.0} rows/s"));
    say("");
    say(&format!(
        "{:16} {:>8} {:>8} {:>11} {:>11} {:>11} {:>11} {:>7} {:>8} {:>7}",
        "workload", "states", "events", "bytes", "states/s", "with text", "durable", "/bare", "/sqlite", "MB"
    ));
    let mut wrong = Vec::new();
    for workload in &workloads {
        match measure(workload, folder.as_deref(), bare, sqlite) {
            Ok(line) => say(&line),
            Err(problem) => wrong.push(format!("{}: {problem}", workload.name)),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn measure(workload: &Workload, folder: Option<&Path>, bare: f64, sqlite: f64) -> Result<String, String> {
    let quota = workload.name == "i_quota";
    let limits = if quota { Limits::Enforce } else { Limits::Warn };
    let (execution, events) = play(workload, limits);
    let mut text = String::new();
    machine::write_history(&events, &workload.machine, &mut text);
    let shown = events.iter().filter(|event| event.history.is_some()).count();
    let outcome = execution.outcome().ok_or("it did not end")?;
    if quota {
        if outcome.status != Status::Failed || shown != 25_000 {
            return Err(format!("the quota of events is not enforced: {:?} after {shown} events", outcome.status));
        }
    } else if let Some(expected) = &workload.expect
        && outcome.output.as_ref() != Some(expected)
    {
        return Err(format!("wrong answer: {:?}", outcome.output.as_ref().map(|output| output.text())));
    }
    let entered =
        events.iter().filter(|event| matches!(event.kind, machine::EventKind::StateEntered { .. })).count() as u64;
    if !quota && workload.transitions != 0 && entered != workload.transitions {
        return Err(format!("{entered} states entered, not {}", workload.transitions));
    }
    let bytes = text.len();
    drop((execution, events, text));
    let plain = timed(|| {
        let (execution, events) = play(workload, limits);
        std::hint::black_box((execution.is_finished(), events.len()));
    });
    let mut text = String::new();
    let written = timed(|| {
        let (_, events) = play(workload, limits);
        text.clear();
        machine::write_history(&events, &workload.machine, &mut text);
        std::hint::black_box(text.len());
    });
    let rate = plain.per_second(entered);
    let durable = durable(workload, entered)?;
    let memory = asked_memory(workload, folder);
    Ok(format!(
        "{:16} {entered:>8} {shown:>8} {bytes:>11} {rate:>11.0} {:>11.0} {durable:>11.0} {:>7.3} {:>8.3} {memory:>7}",
        workload.name,
        written.per_second(entered),
        rate / bare,
        plain.per_second(shown as u64) / sqlite,
    ))
}

/// One execution to its end, with its whole journal. The clock jumps to the next timer.
fn play(workload: &Workload, limits: Limits) -> (Execution, Vec<Event>) {
    let mut settings = Settings::named("bench", "run", Kind::Standard);
    settings.limits = limits;
    let mut execution = Execution::start(Arc::clone(&workload.machine), settings, workload.input.clone());
    let mut events = Vec::new();
    let mut step = Step::default();
    let mut now = Timestamp(1_795_132_800_000);
    loop {
        while execution.step_into(now, &mut step) {
            events.append(&mut step.events);
        }
        match execution.next_wake() {
            Some(wake) => now = wake,
            None => return (execution, events),
        }
    }
}

/// The same through the runtime, every event in SQLite before the run counts as ended.
fn durable(workload: &Workload, entered: u64) -> Result<f64, String> {
    let folder = std::env::temp_dir().join(format!("stepwright-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let store = store::Store::open(&folder.join("durable.db")).map_err(|error| error.to_string())?;
    let request = runtime::Request {
        workflow: "bench".to_owned(),
        path: None,
        name: None,
        definition: Arc::clone(&workload.definition),
        input: workload.input.text().to_string(),
        options: runtime::RunOptions {
            clock: runtime::ClockMode::Virtual,
            ignore_limits: workload.name != "i_quota",
            ..runtime::RunOptions::default()
        },
        started_at: Timestamp(1_795_132_800_000),
    };
    let mut failure = None;
    let measure = timed(|| {
        failure = failure.take().or(runtime::run_here(&request, Some(&store), None).err());
    });
    drop(store);
    let _ = fs::remove_dir_all(&folder);
    match failure {
        Some(error) => Err(error.to_string()),
        None => Ok(measure.per_second(entered)),
    }
}

/// One run with its whole history, in a process of its own: how much memory that takes at most.
fn asked_memory(workload: &Workload, folder: Option<&Path>) -> String {
    let mut command = match std::env::current_exe() {
        Ok(this) => std::process::Command::new(this),
        Err(_) => return "?".to_owned(),
    };
    command.args(["bench", "--memory-of", &workload.name]).args(folder);
    let output = command.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    output.unwrap_or_else(|_| "?".to_owned())
}

fn memory_of(workloads: &[Workload], name: &str) -> Result<(), String> {
    let workload = workloads.iter().find(|workload| workload.name == name).ok_or("no such workload")?;
    let before = memory("VmRSS:");
    let limits = if name == "i_quota" { Limits::Enforce } else { Limits::Warn };
    let (execution, events) = play(workload, limits);
    let mut text = String::new();
    machine::write_history(&events, &workload.machine, &mut text);
    let peak = memory("VmHWM:");
    say(&format!("{:.1}", peak.saturating_sub(before) as f64 / 1024.0));
    drop((execution, events, text));
    Ok(())
}

fn timed(mut work: impl FnMut()) -> Measure {
    work();
    let (began, cpu) = (Instant::now(), cpu_time());
    let mut runs = 0;
    while began.elapsed() < LEAST {
        work();
        runs += 1;
    }
    let wall = began.elapsed();
    let cpu = cpu_time().zip(cpu).map_or(wall, |(after, before)| after.saturating_sub(before));
    Measure { runs, cpu }
}

/// Nanoseconds on a processor, all threads together; `None` where the system does not say.
fn cpu_time() -> Option<Duration> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    let mut nanos = 0;
    for thread in threads.flatten() {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        nanos += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanos))
}

/// A line of what the system says of the process, in KiB.
fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok()).unwrap_or(0)
}

/// What is the least a loop of states could cost: two formatted events each, no interpreter.
fn bare_loop() -> f64 {
    const STATES: u64 = 10_000;
    let measure = timed(|| {
        use std::fmt::Write;
        let mut history: Vec<String> = Vec::new();
        for i in 0..STATES {
            let (enter, exit) = (2 * i + 2, 2 * i + 3);
            let mut text = String::with_capacity(200);
            let _ = write!(
                text,
                r#"{{"timestamp":1795132800.000,"type":"PassStateEntered","id":{enter},"previousEventId":{},"stateEnteredEventDetails":{{"input":"{{\"i\":{i}}}","inputDetails":{{"truncated":false}},"name":"Inc"}}}}"#,
                enter - 1
            );
            history.push(text);
            let mut text = String::with_capacity(200);
            let _ = write!(
                text,
                r#"{{"timestamp":1795132800.000,"type":"PassStateExited","id":{exit},"previousEventId":{},"stateExitedEventDetails":{{"name":"Inc","output":"{{\"i\":{i}}}","outputDetails":{{"truncated":false}}}}}}"#,
                exit - 1
            );
            history.push(text);
        }
        std::hint::black_box(history.len());
    });
    measure.per_second(STATES)
}

fn sqlite_rows() -> Result<f64, String> {
    const ROWS: i64 = 20_000;
    let folder = std::env::temp_dir().join(format!("stepwright-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let outcome = insert_rows(&folder.join("bench.db"), ROWS);
    let _ = fs::remove_dir_all(&folder);
    outcome.map_err(|error| format!("SQLite: {error}"))
}

fn insert_rows(path: &Path, rows: i64) -> Result<f64, rusqlite::Error> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE event(run INTEGER, id INTEGER, text TEXT, PRIMARY KEY(run, id)) WITHOUT ROWID;",
    )?;
    let text = "x".repeat(180);
    let mut run: i64 = 0;
    let mut failure = None;
    let measure = timed(|| {
        run += 1;
        let mut insert = || -> Result<(), rusqlite::Error> {
            let mut id: i64 = 0;
            while id < rows {
                let transaction = connection.transaction()?;
                {
                    let mut statement = transaction.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3)")?;
                    for _ in 0..100 {
                        id += 1;
                        statement.execute(rusqlite::params![run, id, text])?;
                    }
                }
                transaction.commit()?;
            }
            Ok(())
        };
        failure = failure.take().or(insert().err());
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(measure.per_second(rows.unsigned_abs())),
    }
}

/// The folder beside the repository, where people who have it keep the workloads.
fn shared_workloads() -> Option<PathBuf> {
    let named = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    named.into_iter().chain(above).map(|folder| folder.join("bench/workloads")).find(|folder| folder.is_dir())
}

fn read_folder(folder: &Path) -> Result<Vec<Workload>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        workload(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    };
    let mut workloads = paths.iter().map(read).collect::<Result<Vec<_>, String>>()?;
    for items in [10_000, 100_000] {
        workloads.push(large_map(items)?);
    }
    Ok(workloads)
}

fn workload(text: &str) -> Result<Workload, String> {
    let value = Value::parse(text).map_err(|error| error.to_string())?;
    let field = |name: &str| value.get(name).cloned().unwrap_or_default();
    let (document, _) = asl::Document::parse(&field("definition").text());
    let checked = asl::check(&document);
    let program = checked.program.ok_or_else(|| format!("{:?}", checked.diagnostics))?;
    Ok(Workload {
        name: field("name").as_str().unwrap_or("").to_owned(),
        definition: field("definition").text().as_str().into(),
        machine: Arc::new(Compiled::new(&program).map_err(|error| error.to_string())?),
        input: field("input"),
        expect: value.get("expect").cloned(),
        transitions: field("transitions").as_i64().and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
    })
}

/// A Map over many items: the cost of an item must not grow with their number.
fn large_map(items: usize) -> Result<Workload, String> {
    let input: Vec<String> = (0..items).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    workload(&format!(
        r#"{{"name":"map_{items}","transitions":{},"input":{{"items":[{}]}},"definition":{{"StartAt":"M","States":{{"M":{{"Type":"Map",
        "ItemsPath":"$.items","ResultPath":null,"End":true,"ItemProcessor":{{"StartAt":"P1","States":{{"P1":{{"Type":"Pass","Next":"P2"}},
        "P2":{{"Type":"Pass","Parameters":{{"id.$":"$.id","next.$":"States.MathAdd($.id, 1)"}},"Next":"P3"}},
        "P3":{{"Type":"Pass","End":true}}}}}}}}}}}}}}"#,
        items * 3 + 1,
        input.join(","),
    ))
}

fn built_in() -> Result<Vec<Workload>, String> {
    let loops = [
        r#"{"name":"loop_jsonpath","input":{"i":0},"expect":{"i":5000},"transitions":10001,"definition":{"StartAt":"Inc","States":{
            "Inc":{"Type":"Pass","Parameters":{"i.$":"States.MathAdd($.i, 1)"},"Next":"Check"},
            "Check":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericLessThan":5000,"Next":"Inc"}],"Default":"Done"},
            "Done":{"Type":"Succeed"}}}}"#,
        r#"{"name":"loop_jsonata","input":{"i":0},"expect":{"i":1000},"transitions":2001,"definition":{"QueryLanguage":"JSONata","StartAt":"Inc","States":{
            "Inc":{"Type":"Pass","Output":{"i":"{% $states.input.i + 1 %}"},"Next":"Check"},
            "Check":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.i < 1000 %}","Next":"Inc"}],"Default":"Done"},
            "Done":{"Type":"Succeed"}}}}"#,
    ];
    let mut workloads = loops.into_iter().map(workload).collect::<Result<Vec<_>, String>>()?;
    for items in [1_000, 100_000] {
        workloads.push(large_map(items)?);
    }
    Ok(workloads)
}

#[expect(clippy::print_stdout, reason = "a command-line tool")]
fn say(line: &str) {
    println!("{line}");
}
