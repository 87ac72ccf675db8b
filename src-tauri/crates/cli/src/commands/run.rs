//! `stepwright run`: one execution, to its end.
//!
//! What is not said is looked for beside the definition: `NAME.input.json` is the input, and the first test case of
//! `NAME.mocks.json` or `MockConfigFile.json` answers the tasks. Each of them is named on standard error, so nothing is
//! answered behind anybody's back. A task that nothing answers ends the run with a message and exit code 1.
//!
//! With `--break-at` the execution is kept in a database, stands still at the state, and its scope is printed as JSON with
//! exit code 0; `--resume` goes on with it, and so does the window.

mod pausing;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::places;
use asl::Diagnostic;
use machine::{Event, EventKind, Outcome, Status, Timestamp};
use runtime::mocks::{MockFile, workflow_name};
use runtime::{
    ClockMode, Definition, Finished, PendingTask, Request, RunError, RunOptions, Tap, resume_here, run_here, wall,
};
use serde_json::{Value, json};
use store::{ExecutionId, Store};

use crate::output::{Answer, Trouble, error_line, line};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The definition, JSON or YAML.
    #[arg(value_name = "FILE", required_unless_present = "resume")]
    file: Option<PathBuf>,
    /// The input: JSON, @FILE, or - for standard input. NAME.input.json beside the definition if absent, else {}.
    #[arg(long, value_name = "JSON")]
    input: Option<String>,
    /// Scripted answers. NAME.mocks.json or MockConfigFile.json beside the definition if absent.
    #[arg(long, value_name = "FILE")]
    mocks: Option<PathBuf>,
    /// Which test case of the mocks answers. The first if absent.
    #[arg(long, value_name = "NAME")]
    test_case: Option<String>,
    /// Answer no task from mocks.
    #[arg(long, conflicts_with_all = ["mocks", "test_case"])]
    no_mocks: bool,
    /// Write the history to this file as GetExecutionHistory shows it; - for standard output.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// How time passes: real, virtual (waits take no time), or xN (N times faster).
    #[arg(long, value_name = "real|virtual|xN", value_parser = clock, default_value = "real")]
    clock: ClockMode,
    /// Run as an Express workflow.
    #[arg(long)]
    express: bool,
    /// Where UUIDs, jitter and random numbers come from; the same seed gives the same run.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// The folder whose folders stand for S3 buckets. `buckets` beside the definition if absent.
    #[arg(long, value_name = "DIR")]
    buckets: Option<PathBuf>,
    /// Only warn where the service's limits are passed.
    #[arg(long)]
    ignore_limits: bool,
    /// Keep the execution in this database; `default` is the one of the window.
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Stop before this state, by its name or JSON pointer, and print its input, stages, variables and context object as
    /// JSON. The execution is kept, in the window's database if --store names no other. May be given more than once.
    #[arg(long, value_name = "STATE")]
    break_at: Vec<String>,
    /// Stop there only if this holds: JSONata or a JSONPath, such as '$.total > 100'.
    #[arg(long, value_name = "EXPRESSION", requires = "break_at")]
    break_if: Option<String>,
    /// Go on with an execution of the store that was interrupted or stands still; the window's if --store names no other.
    /// It stops again only at --break-at.
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "input", "mocks", "test_case", "no_mocks", "seed"])]
    resume: Option<i64>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

fn clock(text: &str) -> Result<ClockMode, String> {
    match text {
        "real" => Ok(ClockMode::Real),
        "virtual" => Ok(ClockMode::Virtual),
        _ => {
            let factor = text.strip_prefix('x').and_then(|factor| factor.parse::<f64>().ok());
            let factor = factor.filter(|factor| factor.is_finite() && *factor > 0.0);
            factor.map(ClockMode::Scaled).ok_or_else(|| "it is real, virtual or xN, such as x60".to_owned())
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let kept = arguments.resume.is_some() || !arguments.break_at.is_empty();
    let store = arguments.store.as_deref().or(kept.then_some(Path::new("default"))).map(open_store).transpose()?;
    if let (Some(id), Some(store)) = (arguments.resume, &store) {
        let id = ExecutionId(id);
        let (definition, _) = store.read(|db| db.execution_texts(id)).map_err(Trouble::new)?;
        let breakpoints = pausing::breakpoints(&definition, &arguments.break_at, arguments.break_if.as_deref())?;
        return tell(resume_here(store, id, breakpoints, None), arguments, None);
    }
    let Some(file) = &arguments.file else { return Err(Trouble::new("the definition is missing")) };
    let file =
        file.canonicalize().map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", file.display())))?;
    let (document, syntax) = super::read_document(&file)?;
    let text: Arc<str> = document.text().into();
    let options = options(arguments, &file)?;
    let machine_type =
        if arguments.express { asl::check::MachineType::Express } else { asl::check::MachineType::Standard };
    let errors: Vec<Diagnostic> =
        lint::validate(&document, &syntax, machine_type).into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() {
        return Ok(invalid(&file, &document, &errors, arguments.json));
    }
    let breakpoints = pausing::breakpoints(&text, &arguments.break_at, arguments.break_if.as_deref())?;
    let options = RunOptions { breakpoints, ..options };
    let request = Request {
        workflow: workflow_name(&file),
        input: input(arguments, &file)?,
        path: Some(file),
        name: None,
        definition: text,
        options,
        started_at: wall(),
    };
    let quiet = arguments.json || to_standard_output(arguments) || !arguments.break_at.is_empty();
    let tap = if quiet { None } else { timeline(&request) };
    let finished = run_here(&request, store.as_ref(), tap);
    tell(finished, arguments, request.options.mocks.as_deref())
}

fn open_store(path: &Path) -> Result<Store, Trouble> {
    let path = if path.as_os_str() == "default" { places::database() } else { path.to_owned() };
    Store::open(&path).map_err(|error| Trouble::new(format_args!("{}: {error}", path.display())))
}

fn options(arguments: &Arguments, file: &Path) -> Result<RunOptions, Trouble> {
    let (mocks, test_case) = mocks(arguments, file)?;
    let absolute = |path: &PathBuf| std::path::absolute(path).map_err(Trouble::new);
    Ok(RunOptions {
        clock: arguments.clock,
        pace_ms: 0,
        seed: arguments.seed.unwrap_or_else(made_up_seed),
        express: arguments.express,
        ignore_limits: arguments.ignore_limits,
        mocks,
        test_case,
        buckets: arguments.buckets.as_ref().map(absolute).transpose()?,
        ..RunOptions::default()
    })
}

/// The mock file, and the test case that answers.
fn mocks(arguments: &Arguments, file: &Path) -> Result<(Option<PathBuf>, Option<String>), Trouble> {
    if arguments.no_mocks {
        return Ok((None, None));
    }
    let given = arguments.mocks.as_ref().map(std::path::absolute).transpose().map_err(Trouble::new)?;
    let Some(path) = given.or_else(|| MockFile::beside(file)) else {
        return match &arguments.test_case {
            None => Ok((None, None)),
            Some(case) => {
                Err(Trouble::new(format_args!("there is no mock file for the test case {case:?}: give --mocks FILE")))
            }
        };
    };
    let found = MockFile::read(&path).map_err(Trouble::new)?;
    let workflow = workflow_name(file);
    if let Some(case) = &arguments.test_case {
        found.test_case(&workflow, case).map_err(Trouble::new)?;
        return Ok((Some(path), Some(case.clone())));
    }
    let cases = found.test_cases(&workflow);
    let Some((first, others)) = cases.split_first() else { return Ok((None, None)) };
    let others: Vec<String> = others.iter().map(|case| format!("{case:?}")).collect();
    let others =
        if others.is_empty() { String::new() } else { format!("; --test-case also has {}", others.join(", ")) };
    error_line(format_args!("tasks are answered by the test case {first:?} of {}{others}", path.display()));
    Ok((Some(path), Some(first.clone())))
}

fn input(arguments: &Arguments, file: &Path) -> Result<String, Trouble> {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", path.display())))
    };
    let text = match arguments.input.as_deref() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin()
                .lock()
                .read_to_string(&mut text)
                .map_err(|error| Trouble::new(format_args!("standard input: {error}")))?;
            text
        }
        Some(given) => match given.strip_prefix('@') {
            Some(path) => read(Path::new(path))?,
            None => given.to_owned(),
        },
        None => {
            let beside = file.with_file_name(format!("{}.input.json", workflow_name(file)));
            if beside.is_file() {
                error_line(format_args!("the input is {}", beside.display()));
                read(&beside)?
            } else {
                "{}".to_owned()
            }
        }
    };
    // The end of a file's last line is not part of its JSON.
    let text = text.trim().to_owned();
    query::Value::parse(&text).map_err(|error| Trouble::new(format_args!("the input is not JSON: {error}")))?;
    Ok(text)
}

/// A number nobody could guess, which is all a seed that was not given has to be.
fn made_up_seed() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() as u32
}

fn invalid(file: &Path, document: &asl::Document, errors: &[Diagnostic], json: bool) -> Answer {
    if json {
        let errors: Vec<Value> = errors
            .iter()
            .map(|error| {
                let at = document.lines().position(document.text(), error.span.start);
                json!({ "code": error.code, "message": error.message, "pointer": error.pointer, "line": at.line, "column": at.column })
            })
            .collect();
        line(json!({ "status": "INVALID", "diagnostics": errors }));
        return Answer::No;
    }
    for error in errors {
        let at = document.lines().position(document.text(), error.span.start);
        error_line(format_args!("{}:{}:{}: {}", file.display(), at.line, at.column, error.message));
    }
    Answer::No
}

/// Prints each state as it is entered, and what went wrong.
fn timeline(request: &Request) -> Option<Tap> {
    let machine = Definition::parse(&request.definition, request.options.express).ok()?.machine;
    Some(Box::new(move |event: &Event| {
        let name = |state| machine.state(state).name.to_string();
        let depth = "  ".repeat(event.scope.steps().len());
        let said = match &event.kind {
            EventKind::StateEntered { state, .. } => name(*state),
            EventKind::RetryScheduled(retry) => {
                format!("{} is tried again at {} after {}", name(retry.state), retry.wake_at, retry.failure.error())
            }
            EventKind::TaskFailed { state, failure } | EventKind::TaskTimedOut { state, failure } => {
                format!("{} failed: {}", name(*state), failure.error())
            }
            _ => return,
        };
        line(format_args!("{}  {depth}{said}", event.at));
    }))
}

fn tell(finished: Result<Finished, RunError>, arguments: &Arguments, mocks: Option<&Path>) -> Result<Answer, Trouble> {
    let finished = match finished {
        Ok(finished) => finished,
        // The same as an invalid definition: the answer is no.
        Err(error @ RunError::Definition(_)) => {
            error_line(error);
            return Ok(Answer::No);
        }
        Err(error) => return Err(Trouble::new(error)),
    };
    let paused = finished
        .pause
        .as_ref()
        .map(|(pause, seen)| pausing::scope(finished.id, arguments.store.as_deref(), pause, seen));
    let finished = Report::of(finished)?;
    if let Some(path) = &arguments.history {
        write_history(path, &finished)?;
    }
    if let Some(scope) = paused {
        line(scope);
        return Ok(Answer::Yes);
    }
    match (&finished.outcome, arguments.json) {
        (_, true) => line(summary(&finished)),
        (Some(outcome), false) if !to_standard_output(arguments) => tell_outcome(outcome, &finished.events),
        _ => {}
    }
    match &finished.outcome {
        Some(outcome) if outcome.status == Status::Succeeded => Ok(Answer::Yes),
        Some(_) => Ok(Answer::No),
        None => {
            for task in &finished.pending {
                error_line(how_to_answer(task, &finished, mocks));
            }
            Ok(Answer::No)
        }
    }
}

/// An execution with its whole journal.
struct Report {
    id: Option<ExecutionId>,
    outcome: Option<Outcome>,
    machine: Arc<machine::Compiled>,
    options: RunOptions,
    pending: Vec<PendingTask>,
    events: Vec<Event>,
}

impl Report {
    fn of(finished: Finished) -> Result<Report, Trouble> {
        Ok(Report {
            id: finished.id,
            outcome: finished.outcome.clone(),
            machine: Arc::clone(&finished.machine),
            options: finished.options.clone(),
            pending: finished.pending.clone(),
            events: finished.into_events().map_err(Trouble::new)?,
        })
    }
}

fn how_to_answer(task: &PendingTask, finished: &Report, mocks: Option<&Path>) -> String {
    let calls = finished.events.iter().filter(|event| match &event.kind {
        EventKind::TaskScheduled(scheduled) => finished.machine.state(scheduled.state).name == task.state,
        _ => false,
    });
    let number = calls.count().saturating_sub(1);
    let what = match task.kind {
        runtime::PendingKind::Task => "for the answer to its call",
        runtime::PendingKind::Callback => "for its task token to come back",
        runtime::PendingKind::Activity => "for a worker",
    };
    let how = match (mocks, &finished.options.test_case) {
        (Some(mocks), Some(case)) => {
            format!("the test case {case:?} of {} has no response {number} for it", mocks.display())
        }
        _ => "give --mocks FILE and --test-case NAME".to_owned(),
    };
    format!(
        "the state {:?} waits {what} ({}): {how}; or run it with `stepwright serve --ui` and answer by hand",
        task.state, task.resource
    )
}

/// Whether standard output is the history's alone.
fn to_standard_output(arguments: &Arguments) -> bool {
    arguments.history.as_ref().is_some_and(|path| path.as_os_str() == "-")
}

fn write_history(path: &Path, finished: &Report) -> Result<(), Trouble> {
    let mut text = String::from("{\"events\":");
    let own = finished.events.iter().filter(|event| event.execution.0 == 0);
    machine::write_history(own, &finished.machine, &mut text);
    text.push_str("}\n");
    if path.as_os_str() == "-" {
        line(text.trim_end());
        return Ok(());
    }
    fs::write(path, text).map_err(|error| Trouble::new(format_args!("cannot write {}: {error}", path.display())))
}

fn tell_outcome(outcome: &Outcome, events: &[Event]) {
    let started = events.first().map_or(outcome.at, |event| event.at);
    line(format_args!("{}  {} after {}", outcome.at, outcome.status.name(), span(started, outcome.at)));
    if let Some(error) = &outcome.failure.error {
        line(format_args!("error: {error}"));
    }
    if let Some(cause) = &outcome.failure.cause {
        line(format_args!("cause: {cause}"));
    }
    if let Some(output) = &outcome.output {
        line(output.text());
    }
}

fn span(from: Timestamp, to: Timestamp) -> String {
    let millis = (to.0 - from.0).max(0);
    let (days, hours, minutes) = (millis / 86_400_000, millis / 3_600_000 % 24, millis / 60_000 % 60);
    let seconds = millis % 60_000;
    let mut text = String::new();
    for (amount, unit) in [(days, "d"), (hours, "h"), (minutes, "min")] {
        if amount > 0 {
            text.push_str(&format!("{amount} {unit} "));
        }
    }
    text.push_str(&format!("{}.{:03} s", seconds / 1_000, seconds % 1_000));
    text
}

fn summary(finished: &Report) -> Value {
    let outcome = finished.outcome.as_ref();
    let own = finished.events.iter().filter(|event| event.execution.0 == 0);
    let history = own.filter_map(|event| event.history).map(|history| history.id).max().unwrap_or_default();
    // Output and arguments stay the text they are: their numbers must not change.
    json!({
        "execution": finished.id.map(|id| id.0),
        "status": outcome.map_or("RUNNING", |outcome| outcome.status.name()),
        "output": outcome.and_then(|outcome| outcome.output.as_ref()).map(|output| output.text().to_string()),
        "error": outcome.and_then(|outcome| outcome.failure.error.as_ref()).map(ToString::to_string),
        "cause": outcome.and_then(|outcome| outcome.failure.cause.as_ref()).map(ToString::to_string),
        "startDate": finished.events.first().map(|event| event.at.iso()),
        "stopDate": outcome.map(|outcome| outcome.at.iso()),
        "events": history,
        "seed": finished.options.seed,
        "testCase": finished.options.test_case,
        "waitsFor": finished.pending.iter().map(|task| json!({
            "state": &*task.state,
            "resource": &*task.resource,
            "arguments": task.arguments.text().to_string(),
            "iterations": task.iterations,
        })).collect::<Vec<_>>(),
    })
}
