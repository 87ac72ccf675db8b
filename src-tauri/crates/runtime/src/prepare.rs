//! An execution made ready to run: from a request, or from what an earlier process left.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use machine::{Event, Execution, Fact, Kind, Limits, Settings, StateRef, Timestamp};
use query::{Object, Value};
use store::{ExecutionId, NewExecution, Status, Store};

use crate::answers::{Answers, OpenCall};
use crate::clock::Clock;
use crate::codec::{Decoder, FORMAT};
use crate::datasets::Buckets;
use crate::debugger::{Advance, Debugger, Standing};
use crate::definition::Definition;
use crate::fork::recorded_answers;
use crate::journal::Journal;
use crate::mocks::{Answer, MockError, MockFile};
use crate::nested::{Nesting, is_nested};
use crate::progress::Progress;
use crate::renew::renew;
use crate::replay::{ReplayError, replay};
use crate::runtime::{Pinned, Request, RunError, RunOptions};
use crate::session::{FileEffect, Message, Observer, Session, Shared, Unanswered};

pub(crate) fn insert(store: &Store, request: &Request, prepared: &Prepared) -> Result<ExecutionId, RunError> {
    let new = NewExecution {
        name: prepared.execution.settings().execution_name.to_string(),
        workflow: request.workflow.clone(),
        path: request.path.as_deref().map(display),
        definition: request.definition.to_string(),
        input: request.input.clone(),
        settings: serde_json::to_string(&request.options).expect("options are plain data"),
        owner: store.instance().to_owned(),
        started_at: request.started_at.0,
        journal_format: FORMAT,
    };
    Ok(store.write_now(move |db| db.insert_execution(&new))?)
}

/// Makes an unfinished execution this process's own, and brings it back to where its journal ends.
pub(crate) fn take_up(
    store: &Store,
    id: ExecutionId,
) -> Result<(Prepared, (Definition, RunOptions), Journal), RunError> {
    let row = store.read(|db| db.execution(id))?;
    if row.status != Status::Running {
        return Err(RunError::Finished);
    }
    if store.is_alive(&row.owner) && row.owner != store.instance() {
        return Err(RunError::Elsewhere);
    }
    let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
    if options.imported.as_ref().is_some_and(|imported| !imported.repeats) {
        return Err(RunError::Imported);
    }
    let (text, input) = store.read(|db| db.execution_texts(id))?;
    let definition = Definition::parse(&text, options.express)?;
    let (owner, instance) = (row.owner.clone(), store.instance().to_owned());
    if !store.write_now(move |db| db.take_over_execution(id, &owner, &instance))? {
        return Err(RunError::Elsewhere);
    }
    let request = Request {
        workflow: row.workflow,
        path: row.path.map(PathBuf::from),
        name: Some(row.name),
        definition: text.into(),
        input,
        options,
        started_at: Timestamp(row.started_at),
    };
    let mut prepared = prepare(&request, &definition, |_| Ok(false))?;
    if let Some(other) = request.options.recorded_answers {
        match recorded_answers(store, ExecutionId(other)) {
            Ok(answers) => prepared.answers.fall_back_on(answers),
            // It was deleted meanwhile: then a person is asked.
            Err(error) => tracing::warn!(%error, "recorded answers are gone"),
        }
    }
    if !renew(store, id)? {
        return Err(ReplayError::Older.into());
    }
    let events = read_events(store, id)?;
    let mut lines = 0;
    let kept = store.read(|db| db.pause(id))?;
    let kept: Option<Standing> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
    // A run that was to stand still may have ended between two pauses, where it stands again.
    let standing = (kept.is_some() || request.options.paused).then_some(kept);
    if !events.is_empty() {
        let about = standing.iter().flatten().filter(|standing| standing.lines == events.len() as u64);
        let about = about.filter_map(|standing| standing.event?.checked_sub(1)).next();
        let last = about.and_then(|at| events.get(at as usize)).or(events.last()).cloned();
        let events = events.into_iter().map(Ok);
        let replayed = replay(&definition.machine, events, &mut prepared.answers, &mut prepared.progress)?;
        for call in &replayed.calls {
            if is_nested(&call.invocation) && !prepared.answers.is_scripted(&call.invocation, call.number) {
                prepared.calls.push(call.clone());
                continue;
            }
            let node = &definition.machine.state(call.invocation.state).pointer;
            prepared.facts.extend(prepared.answers.resume(call, node));
        }
        prepared.files.extend(replayed.files);
        prepared.execution = replayed.execution;
        prepared.clock = Clock::new(request.options.clock, replayed.at);
        lines = replayed.lines;
        if let Some(standing) = standing {
            let history = prepared.progress.history();
            prepared.debugger.stand(&prepared.execution, last, history, standing.as_ref());
        }
        prepared.kept_pause = prepared.debugger.standing(&prepared.execution);
        // Who looks at it asks for everything first.
        prepared.progress.take_moved();
    }
    let journal = Journal::stored(store.clone(), id, lines);
    Ok((prepared, (definition, request.options), journal))
}

/// Every event of an execution's journal. One of an earlier version is put into the form of today first, if it can be.
pub(crate) fn read_events(store: &Store, id: ExecutionId) -> Result<Vec<Event>, RunError> {
    renew(store, id)?;
    let mut events = Vec::new();
    read_events_from(store, id, &mut Decoder::default(), &mut events)?;
    Ok(events)
}

/// Adds the events behind those that are known, which the decoder has read before.
pub(crate) fn read_events_from(
    store: &Store,
    id: ExecutionId,
    decoder: &mut Decoder,
    events: &mut Vec<Event>,
) -> Result<(), RunError> {
    let mut problem = None;
    let first = u32::try_from(events.len() + 1).unwrap_or(u32::MAX);
    store.read(|db| {
        // References lead back to lines that were read before.
        db.each_journal_line(id, first, u32::MAX, |line, text| {
            if problem.is_none() {
                match decoder.read(u64::from(line), text, &mut |_| None) {
                    Ok(event) => events.push(event),
                    Err(error) => problem = Some(ReplayError::Unreadable { line, reason: error.to_string() }),
                }
            }
        })
    })?;
    match problem {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

pub(crate) struct Prepared {
    pub(crate) execution: Execution,
    clock: Clock,
    pace: Duration,
    answers: Answers,
    buckets: Buckets,
    progress: Progress,
    facts: VecDeque<Fact>,
    files: VecDeque<FileEffect>,
    pub(crate) debugger: Debugger,
    /// Calls under way that may have started other executions.
    calls: Vec<OpenCall>,
    kept_pause: Option<Standing>,
}

impl Prepared {
    /// Goes on from where it stands still.
    pub(crate) fn go_on(&mut self) {
        self.debugger.advance(Advance::Continue);
        let held = self.execution.look().into_iter().filter(|view| view.held);
        self.facts.extend(held.map(|view| Fact::Release { thread: view.thread }));
    }

    pub(crate) fn session(
        self,
        id: String,
        nesting: Nesting,
        journal: Journal,
        observer: Arc<dyn Observer>,
        shared: Arc<Shared>,
        inbox: Receiver<Message>,
    ) -> Session {
        Session {
            id,
            execution: self.execution,
            clock: self.clock,
            pace: self.pace,
            answers: self.answers,
            buckets: self.buckets,
            journal,
            progress: self.progress,
            inbox,
            shared,
            observer,
            facts: self.facts,
            files: self.files,
            acknowledge: Vec::new(),
            last_notice: None,
            policy: Unanswered::Wait,
            tap: None,
            debugger: self.debugger,
            nesting,
            calls: self.calls,
            kept_pause: self.kept_pause,
            skipped: None,
        }
    }
}

pub(crate) fn prepare(
    request: &Request,
    definition: &Definition,
    is_taken: impl Fn(&str) -> Result<bool, RunError>,
) -> Result<Prepared, RunError> {
    let options = &request.options;
    let input = Value::parse(&request.input).map_err(|error| RunError::Input(error.to_string()))?;
    let script = match (&options.test_case, &options.mocks) {
        (None, _) => None,
        (Some(case), Some(mocks)) => Some(MockFile::read(mocks)?.test_case(&request.workflow, case)?),
        (Some(case), None) => {
            let (machine, wanted) = (request.workflow.clone(), case.clone());
            return Err(MockError::NoTestCase { machine, wanted, known: Vec::new() }.into());
        }
    };
    let name = match &request.name {
        Some(name) if !is_name(name) => return Err(RunError::Name(name.clone())),
        Some(name) if is_taken(name)? => return Err(RunError::NameTaken(name.clone())),
        Some(name) => name.clone(),
        None => made_up_name(request.started_at, options.seed, is_taken)?,
    };
    let kind = if options.express { Kind::Express } else { Kind::Standard };
    let mut settings = Settings::named(&request.workflow, &name, kind);
    settings.seed = u64::from(options.seed);
    settings.limits = if options.ignore_limits { Limits::Warn } else { Limits::Enforce };
    if let Some(pointer) = &options.start_at {
        let state = definition.machine.state_at(pointer);
        settings.start_at = Some(state.ok_or_else(|| RunError::NoSuchState(pointer.clone()))?);
    }
    if let Some(variables) = &options.variables {
        let variables = object("the variables", variables)?;
        settings.variables = variables.iter().map(|(name, value)| (Arc::from(&**name), value.clone())).collect();
    }
    if let Some(context) = &options.context {
        settings.overlay = Some(Value::Object(object("the context", context)?)).filter(|overlay| *overlay != empty());
    }
    let buckets = match (&options.buckets, &request.path) {
        (Some(buckets), _) => Buckets::at(buckets),
        (None, Some(path)) => Buckets::beside(path),
        (None, None) => Buckets::default(),
    };
    let breakpoints = if options.detached { Vec::new() } else { options.breakpoints.clone() };
    let caller = options.caller.as_ref().map(|caller| caller.execution);
    let mut debugger = Debugger::new(breakpoints, &definition.machine, caller);
    if options.paused {
        debugger.pause_at_start();
    }
    Ok(Prepared {
        debugger,
        execution: Execution::start(Arc::clone(&definition.machine), settings, input),
        clock: Clock::new(options.clock, request.started_at),
        pace: Duration::from_millis(u64::from(options.pace_ms)),
        answers: Answers::new(script, pinned(options, definition)),
        buckets,
        progress: Progress::new(&definition.program, &definition.machine),
        facts: VecDeque::new(),
        files: VecDeque::new(),
        calls: Vec::new(),
        kept_pause: None,
    })
}

fn object(what: &'static str, text: &str) -> Result<Object, RunError> {
    let not = |problem: String| RunError::NotAnObject { what, problem };
    match Value::parse(text).map_err(|error| not(error.to_string()))? {
        Value::Object(object) => Ok(object),
        other => Err(not(format!("it is {}", other.type_name()))),
    }
}

fn empty() -> Value {
    Value::Object(Object::new())
}

/// Pins as the machine knows states; those of states that are gone count no more.
fn pinned(options: &RunOptions, definition: &Definition) -> HashMap<StateRef, Answer> {
    let pin = |pin: &Pinned| {
        let state = definition.machine.state_at(&pin.node)?;
        Some((state, Answer::Return(Value::parse(&pin.value).ok()?)))
    };
    options.pins.iter().filter_map(pin).collect()
}

/// What the service allows.
fn is_name(name: &str) -> bool {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    (1..=80).contains(&name.chars().count()) && !name.chars().any(forbidden)
}

/// Readable, and in the order of time: `2026-11-20T10-15-30`, with a number if it is taken.
fn made_up_name(
    at: Timestamp,
    seed: u32,
    is_taken: impl Fn(&str) -> Result<bool, RunError>,
) -> Result<String, RunError> {
    let base = at.to_string().get(..19).unwrap_or("execution").replace(':', "-");
    if !is_taken(&base)? {
        return Ok(base);
    }
    for number in 2..1_000 {
        let name = format!("{base}-{number}");
        if !is_taken(&name)? {
            return Ok(name);
        }
    }
    Ok(format!("{base}-{seed:08x}"))
}

pub(crate) fn display(path: &Path) -> String {
    path.display().to_string()
}
