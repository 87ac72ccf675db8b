//! New executions that begin where an earlier one was, with the same definition or an edited one, and executions made of histories
//! from elsewhere. What was recorded is not done again.

use std::path::Path;
use std::sync::Arc;

use machine::{Compiled, Event, EventKind, Settings, StateRef, Status as Outcome, Timestamp};
use store::{Ending, ExecutionId, NewExecution, Status, Store};

use crate::check::details;
use crate::codec::{Encoder, FORMAT};
use crate::debug::Timeline;
use crate::debugger::kept_breakpoints;
use crate::definition::Definition;
use crate::explain::explain;
use crate::import::{HistoryError, Imported, read_history};
use crate::mocks::{Answer, MockFile, TestCase};
use crate::prepare::{display, read_events};
use crate::recording::{Mapping, Recording, Target, own_number};
use crate::records::state_of;
use crate::rerun::{Stopped, rerun};
use crate::runtime::{ImportedFrom, Origin, Pinned, RunError, RunOptions, Runtime, fork_name};

/// From where, and with what.
#[derive(Debug, Clone)]
pub struct Fork {
    pub execution: ExecutionId,
    /// By its number in the history; where the execution failed, when absent.
    pub event: Option<u32>,
    /// The recorded definition, when absent.
    pub definition: Option<Edited>,
    /// Later calls are answered as recorded, where that was a success.
    pub recorded_answers: bool,
    /// What else answers later calls; as in the original, when absent.
    pub answers: Option<ForkAnswers>,
}

#[derive(Debug, Clone, Default)]
pub struct ForkAnswers {
    /// Of the mock file beside the workflow.
    pub test_case: Option<String>,
    /// In place of what was pinned.
    pub pins: Option<Vec<Pinned>>,
}

#[derive(Debug, Clone)]
pub struct Edited {
    pub text: Arc<str>,
    /// States with another name now: old, new.
    pub renamed: Vec<(String, String)>,
}

/// What a fork will be.
#[derive(Debug, Clone)]
pub struct ForkPlan {
    /// The last event that is shared.
    pub event: u32,
    /// The state that the event is about, in the recorded definition and in the one that goes on.
    pub state: Option<Arc<str>>,
    pub recorded_node: Option<Arc<str>>,
    pub node: Option<Arc<str>>,
    /// Calls that get their recorded answer.
    pub answered: u32,
    /// A state whose call has no recorded answer, and comes before the event.
    pub asks: Option<Arc<str>>,
    /// Whether the shared past is event for event what was recorded.
    pub is_alike: bool,
}

/// Why an execution cannot be forked there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForkRefused {
    #[error(
        "the edited definition has no state {0:?}, where the run stood; rename a state to it, or fork from an earlier event"
    )]
    NoSuchState(Arc<str>),
    #[error(
        "with the edited definition the run does not come to {state:?} again: it {how} after {after:?}; fork from an earlier event"
    )]
    NotReached { state: Arc<str>, how: &'static str, after: Arc<str> },
    #[error("the execution did not fail, so say from which event to go on")]
    NothingFailed,
}

/// A history to be made an execution of.
#[derive(Debug, Clone)]
pub struct Import {
    pub text: String,
    /// What the file is called.
    pub file: String,
    pub workflow: String,
    /// Of the definition, if it is given.
    pub path: Option<std::path::PathBuf>,
    pub definition: Option<Arc<str>>,
    pub express: bool,
}

/// The past that a fork shares, and its new form.
struct Made {
    plan: ForkPlan,
    definition: Arc<str>,
    lines: Lines,
    row: store::Execution,
    input: String,
    options: RunOptions,
}

enum Lines {
    /// So many of the original's.
    Copied(u32),
    Written(Vec<Event>),
}

impl Runtime {
    /// What a fork would be, without making it.
    pub fn plan_fork(&self, fork: &Fork) -> Result<ForkPlan, RunError> {
        make(self.store(), fork).map(|made| made.plan)
    }

    /// A new execution that shares an earlier one's past up to an event of its history, and is held there.
    pub fn fork(&self, fork: &Fork) -> Result<(ExecutionId, ForkPlan), RunError> {
        let store = self.store();
        let Made { plan, definition, lines, row, input, mut options } = make(store, fork)?;
        options.paused = true;
        // Whoever forks looks at it, and at today's breakpoints.
        options.detached = false;
        options.breakpoints = kept_breakpoints(store, row.path.as_deref(), &row.workflow)?;
        if let Some(answers) = &fork.answers {
            options.mocks = row.path.as_deref().and_then(|path| MockFile::beside(Path::new(path)));
            if let (Some(case), Some(mocks)) = (&answers.test_case, &options.mocks) {
                MockFile::read(mocks)?.test_case(&row.workflow, case)?;
            }
            options.test_case.clone_from(&answers.test_case);
            if let Some(pins) = &answers.pins {
                options.pins.clone_from(pins);
            }
        }
        // Nobody waits for a fork of what a task started.
        options.caller = None;
        options.imported = None;
        options.recorded_answers = fork.recorded_answers.then_some(fork.execution.0);
        options.forked_from = Some(Origin {
            execution: fork.execution.0,
            event: plan.event,
            edited: matches!(lines, Lines::Written(_)) && fork.definition.is_some(),
        });
        let name = fork_name(&row.name, |name| {
            Ok(store.read(|db| db.execution_name_is_taken(&row.workflow, row.path.as_deref(), name))?)
        })?;
        let new = NewExecution {
            name,
            workflow: row.workflow,
            path: row.path,
            definition: definition.to_string(),
            input,
            settings: serde_json::to_string(&options).expect("options are plain data"),
            owner: store.instance().to_owned(),
            started_at: row.started_at,
            journal_format: FORMAT,
        };
        let lines: Vec<String> = match lines {
            Lines::Copied(count) => {
                let lines = store.read(|db| db.journal(fork.execution, 1, count))?;
                lines.into_iter().map(|line| line.text).collect()
            }
            Lines::Written(events) => written(&events),
        };
        let events = plan.event;
        // One transaction: a fork without its past would be another execution.
        let id = store.write_now(move |db| {
            let id = db.insert_execution(&new)?;
            db.append_journal(id, 1, lines.iter().map(String::as_str))?;
            db.set_event_count(id, events)?;
            Ok(id)
        })?;
        self.resume(id)?;
        Ok((id, plan))
    }

    /// Makes an execution of a history from elsewhere. It is over, or was not when it was recorded; it is not run.
    pub fn import(&self, import: &Import) -> Result<(ExecutionId, ImportedFrom), RunError> {
        let store = self.store();
        let path = import.path.as_deref().map(display);
        let name = import_name(&import.file, |name| {
            Ok(store.read(|db| db.execution_name_is_taken(&import.workflow, path.as_deref(), name))?)
        })?;
        let (imported, repeats) = read_import(import, &name)?;
        let source = ImportedFrom { file: import.file.clone(), inferred: imported.is_inferred, repeats };
        let options = RunOptions {
            express: import.express,
            imported: Some(source.clone()),
            paused: true,
            ..RunOptions::default()
        };
        let started_at = imported.events.first().map_or(Timestamp(0), |event| event.at);
        let new = NewExecution {
            name,
            workflow: import.workflow.clone(),
            path,
            definition: imported.definition_text.to_string(),
            input: imported.input.to_string(),
            settings: serde_json::to_string(&options).expect("options are plain data"),
            // Nobody runs it.
            owner: String::new(),
            started_at: started_at.0,
            journal_format: FORMAT,
        };
        let ending = imported.events.iter().rev().find_map(ending_of);
        let count = imported.events.iter().filter_map(own_number).max().unwrap_or_default();
        let lines = written(&imported.events);
        let id = store.write_now(move |db| {
            let id = db.insert_execution(&new)?;
            db.append_journal(id, 1, lines.iter().map(String::as_str))?;
            db.set_event_count(id, count)?;
            if let Some(ending) = &ending {
                db.end_execution(id, ending)?;
            }
            Ok(id)
        })?;
        self.list_changed();
        Ok((id, source))
    }
}

/// Reads a history, and runs it with what was recorded: where that comes to the same, event for event, the interpreter's own journal
/// is kept, since it knows more about each state.
fn read_import(import: &Import, name: &str) -> Result<(Imported, bool), HistoryError> {
    let kind = if import.express { machine::Kind::Express } else { machine::Kind::Standard };
    let settings = Settings::named(&import.workflow, name, kind);
    let mut imported = read_history(&import.text, import.definition.as_deref(), import.express, &settings)?;
    let machine = Arc::clone(&imported.definition.machine);
    // A definition that was made of the history says nothing that the history does not.
    let repeated = if imported.is_inferred { None } else { repeat(&imported.events, &machine) };
    let repeats = repeated.is_some();
    if let Some(events) = repeated {
        imported.events = events;
    }
    Ok((imported, repeats))
}

/// The interpreter's journal of a recorded history, if its history is the recorded one.
pub(crate) fn repeat(events: &[Event], machine: &Arc<Compiled>) -> Option<Vec<Event>> {
    let EventKind::ExecutionStarted { input, settings } = &events.first()?.kind else { return None };
    let mapping = Mapping::same(machine);
    let recording = Recording::of_history(events, machine, &mapping);
    let target = Target::last_of(events, machine, &mapping).ok()??;
    let run = rerun(machine, (**settings).clone(), input.clone(), &recording, Some(&target));
    if run.stopped != Stopped::Reached || !run.is_alike {
        return None;
    }
    let told = |event: &Event| {
        let own = event.history(machine)?;
        Some((own.id(), own.previous_id(), own.type_name(), details(event, machine)))
    };
    let same = events.iter().filter_map(told).eq(run.events.iter().filter_map(told));
    same.then_some(run.events)
}

fn make(store: &Store, fork: &Fork) -> Result<Made, RunError> {
    let row = store.read(|db| db.execution(fork.execution))?;
    let (text, input) = store.read(|db| db.execution_texts(fork.execution))?;
    let mut options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
    let timeline = Timeline::open(store, fork.execution)?;
    let old = Arc::clone(timeline.machine());
    let event = match fork.event {
        Some(event) => event,
        None => explain(timeline.events(), &old).and_then(|why| why.event).ok_or(ForkRefused::NothingFailed)?,
    };
    let past = timeline.until(event)?.ok_or(RunError::NoSuchEvent(event))?;
    let edited = fork.definition.as_ref().filter(|edited| *edited.text != *text);
    let last = past.iter().rev().find(|past| own_number(past) == Some(event));
    let state = last.and_then(|event| state_of(&event.kind));
    let is_over = past.iter().any(|event| ending_of(event).is_some());
    if is_over {
        return Err(RunError::Finished);
    }
    if edited.is_none() && timeline.repeats() {
        let recording = Recording::of_journal(past, &old, &Mapping::same(&old))?;
        let node = state.map(|state| Arc::clone(&old.state(state).pointer));
        let plan = ForkPlan {
            event,
            state: state.map(|state| Arc::clone(&old.state(state).name)),
            recorded_node: node.clone(),
            node,
            answered: recording.answers(),
            asks: None,
            is_alike: true,
        };
        let lines = Lines::Copied(u32::try_from(past.len()).unwrap_or(u32::MAX));
        return Ok(Made { plan, definition: text.into(), lines, row, input, options });
    }
    let (text, renamed): (Arc<str>, &[(String, String)]) = match edited {
        Some(edited) => (Arc::clone(&edited.text), &edited.renamed),
        None => (text.into(), &[]),
    };
    let definition = Definition::parse(&text, options.express)?;
    let machine = &definition.machine;
    let mapping = Mapping::between(&old, machine, renamed);
    // What was pinned goes where its state has gone.
    options.pins.retain_mut(|pin| {
        let Some(state) = old.state_at(&pin.node).and_then(|state| mapping.state(state)) else { return false };
        pin.node = machine.state(state).pointer.to_string();
        true
    });
    // Up to the event itself: the rest of its micro step is what comes of it.
    let end = past.iter().rposition(|past| own_number(past) == Some(event)).map_or(past.len(), |at| at + 1);
    let target = Target::last_of(&past[..end], &old, &mapping).map_err(ForkRefused::NoSuchState)?;
    let recording = match timeline.repeats() {
        true => Recording::of_journal(past, &old, &mapping)?,
        false => Recording::of_history(past, &old, &mapping),
    };
    let EventKind::ExecutionStarted { input: value, settings } = &past[0].kind else {
        return Err(crate::replay::ReplayError::NoStart.into());
    };
    let mut settings = (**settings).clone();
    if let Some(start) = settings.start_at {
        let gone = || ForkRefused::NoSuchState(Arc::clone(&old.state(start).name));
        settings.start_at = Some(mapping.state(start).ok_or_else(gone)?);
    }
    let run = rerun(machine, settings, value.clone(), &recording, target.as_ref());
    let name_of = |state: StateRef, of: &Compiled| Arc::clone(&of.state(state).name);
    let asks = match &run.stopped {
        Stopped::Reached => None,
        Stopped::Asks(state) => Some(Arc::clone(state)),
        Stopped::Ended(_) | Stopped::Stuck => {
            let after = run.events.iter().rev().find_map(|event| state_of(&event.kind));
            let how = match run.stopped {
                Stopped::Ended(Outcome::Succeeded) => "succeeds",
                Stopped::Ended(_) => "fails",
                _ => "does not go on",
            };
            let state = state.map_or_else(|| "".into(), |state| name_of(state, &old));
            let after = after.map_or_else(|| "".into(), |state| name_of(state, machine));
            return Err(ForkRefused::NotReached { state, how, after }.into());
        }
    };
    let reached = run.events.iter().filter_map(own_number).max().unwrap_or_default();
    let plan = ForkPlan {
        event: reached,
        state: state.map(|state| name_of(state, &old)),
        recorded_node: state.map(|state| Arc::clone(&old.state(state).pointer)),
        node: state.and_then(|state| mapping.state(state)).map(|state| Arc::clone(&machine.state(state).pointer)),
        answered: run.answered,
        asks,
        is_alike: run.is_alike,
    };
    Ok(Made { plan, definition: text, lines: Lines::Written(run.events), row, input, options })
}

/// The answers of an execution's calls that were successes, by state and number: a script for another.
pub(crate) fn recorded_answers(store: &Store, id: ExecutionId) -> Result<TestCase, RunError> {
    let row = store.read(|db| db.execution(id))?;
    let (text, _) = store.read(|db| db.execution_texts(id))?;
    let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
    let machine = Definition::parse(&text, options.express)?.machine;
    let mut calls = std::collections::HashMap::<StateRef, u32>::new();
    let mut open = std::collections::HashMap::new();
    let mut answers = Vec::new();
    for event in read_events(store, id)? {
        let place = place(&event);
        match &event.kind {
            EventKind::TaskScheduled(scheduled) => {
                let count = calls.entry(scheduled.state).or_default();
                open.insert((scheduled.state, place), *count);
                *count += 1;
            }
            EventKind::TaskSucceeded { state, output } => {
                if let Some(number) = open.get(&(*state, place)) {
                    let name = machine.state(*state).name.to_string();
                    answers.push((name, *number, Answer::Return(output.clone())));
                }
            }
            _ => {}
        }
    }
    Ok(TestCase::of_answers(answers))
}

fn place(event: &Event) -> Vec<(StateRef, machine::ScopePart)> {
    event.scope.steps().into_iter().map(|step| (step.state, step.part)).collect()
}

pub(crate) fn written(events: &[Event]) -> Vec<String> {
    let mut encoder = Encoder::default();
    let line = |event: &Event| {
        let mut line = String::new();
        encoder.write(event, &mut line);
        line
    };
    events.iter().map(line).collect()
}

fn ending_of(event: &Event) -> Option<Ending> {
    own_number(event)?;
    let (status, output, failure) = match &event.kind {
        EventKind::ExecutionSucceeded { output } => (Status::Succeeded, Some(output), None),
        EventKind::ExecutionFailed { failure } => (Status::Failed, None, Some(failure)),
        EventKind::ExecutionTimedOut { failure } => (Status::TimedOut, None, Some(failure)),
        EventKind::ExecutionAborted { failure } => (Status::Aborted, None, Some(failure)),
        _ => return None,
    };
    let text = |text: Option<&query::Text>| text.map(ToString::to_string);
    Some(Ending {
        status,
        ended_at: event.at.0,
        output: output.map(|output| output.text().to_string()),
        error: text(failure.and_then(|failure| failure.error.as_ref())),
        cause: text(failure.and_then(|failure| failure.cause.as_ref())),
    })
}

/// The file's name as far as it can be one of an execution, with a number if it is taken.
fn import_name(file: &str, is_taken: impl Fn(&str) -> Result<bool, RunError>) -> Result<String, RunError> {
    let stem = std::path::Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or("history");
    let stem = stem.trim_end_matches(".json").trim_end_matches(".history");
    let base: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(60).collect();
    let base = if base.is_empty() { "history".to_owned() } else { base };
    for number in 1..10_000 {
        let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if !is_taken(&name)? {
            return Ok(name);
        }
    }
    Err(RunError::NameTaken(base))
}
