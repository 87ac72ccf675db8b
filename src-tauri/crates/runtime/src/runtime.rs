//! Executions side by side: started, resumed, answered, stopped, each on a thread of its own.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use machine::{EffectId, Event, Execution, Failure, Kind, Limits, Outcome, Settings, Timestamp};
use query::Value;
use serde::{Deserialize, Serialize};
use store::{Ending, ExecutionId, NewExecution, Status, Store, StoreError};
use tokio::sync::oneshot;

use crate::answers::{Answers, PendingTask, TaskAnswer};
use crate::clock::{Clock, ClockMode};
use crate::codec::Decoder;
use crate::datasets::Buckets;
use crate::definition::{Definition, DefinitionError};
use crate::journal::Journal;
use crate::mocks::{MockError, MockFile};
use crate::progress::{Moved, Progress};
use crate::replay::{ReplayError, replay};
use crate::session::{Done, Ended, Message, Notice, Observer, Refused, Session, Shared, Tap, Unanswered};

/// What is run, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The workflow's name.
    pub workflow: String,
    /// The definition's file.
    pub path: Option<PathBuf>,
    /// Made up when absent.
    pub name: Option<String>,
    pub definition: Arc<str>,
    /// JSON text.
    pub input: String,
    pub options: RunOptions,
    pub started_at: Timestamp,
}

/// How an execution is run; kept with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct RunOptions {
    pub clock: ClockMode,
    /// Milliseconds of real time between two steps that can be seen.
    pub pace_ms: u32,
    pub seed: u32,
    pub express: bool,
    /// Only warn where the service's limits are passed.
    pub ignore_limits: bool,
    pub mocks: Option<PathBuf>,
    pub test_case: Option<String>,
    /// The folder whose folders stand for buckets; `buckets` beside the definition when absent.
    pub buckets: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    #[error("the input is not JSON: {0}")]
    Input(String),
    #[error(transparent)]
    Mocks(#[from] MockError),
    #[error("an execution named {0:?} exists already")]
    NameTaken(String),
    #[error("{0:?} cannot be the name of an execution: 1 to 80 letters, digits, - and _ and the like")]
    Name(String),
    #[error("the execution has ended")]
    Finished,
    #[error("the execution runs in another window")]
    Elsewhere,
    #[error("the execution is running")]
    Running,
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no thread for the execution: {0}")]
    Thread(std::io::Error),
}

/// All executions of this process. Dropping it lets them go: they can be resumed.
pub struct Runtime {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    observer: Arc<dyn Observer>,
    running: Mutex<HashMap<ExecutionId, Running>>,
}

struct Running {
    messages: Sender<Message>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    pub fn new(store: Store, observer: Arc<dyn Observer>) -> Runtime {
        Runtime { inner: Arc::new(Inner { store, observer, running: Mutex::default() }) }
    }

    /// Starts an execution. Once this returns it is in the store.
    pub fn start(&self, request: &Request) -> Result<ExecutionId, RunError> {
        let definition = Definition::parse(&request.definition, request.options.express)?;
        let prepared = prepare(request, &definition, |name| {
            let path = request.path.as_deref().map(display);
            Ok(self.inner.store.read(|db| db.execution_name_is_taken(&request.workflow, path.as_deref(), name))?)
        })?;
        let id = insert(&self.inner.store, request, &prepared)?;
        let journal = Journal::stored(self.inner.store.clone(), id, 0);
        self.spawn(id, prepared, journal)?;
        Ok(id)
    }

    /// Takes up an execution that an earlier process left unfinished. Calls that were under way are not repeated: the
    /// script answers them, or a person does.
    pub fn resume(&self, id: ExecutionId) -> Result<(), RunError> {
        if self.lock().contains_key(&id) {
            return Err(RunError::Running);
        }
        let (prepared, _, journal) = take_up(&self.inner.store, id)?;
        self.spawn(id, prepared, journal)
    }

    pub fn is_running(&self, id: ExecutionId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Tasks that wait for a person, by execution.
    pub fn pending(&self) -> Vec<(ExecutionId, Vec<PendingTask>)> {
        let running: Vec<(ExecutionId, Arc<Shared>)> =
            self.lock().iter().map(|(id, running)| (*id, Arc::clone(&running.shared))).collect();
        let mut pending: Vec<_> = running
            .into_iter()
            .map(|(id, shared)| (id, shared.pending()))
            .filter(|(_, tasks)| !tasks.is_empty())
            .collect();
        pending.sort_by_key(|(id, _)| *id);
        pending
    }

    pub fn pending_count(&self, id: ExecutionId) -> usize {
        self.lock().get(&id).map_or(0, |running| running.shared.pending_count())
    }

    /// Answers a task. Once this returns the answer is in the journal.
    pub async fn answer(&self, id: ExecutionId, task: EffectId, answer: TaskAnswer) -> Result<(), RunError> {
        self.ask(id, |done| Message::Answer { task, answer, done }).await
    }

    pub async fn stop(&self, id: ExecutionId, failure: Failure) -> Result<(), RunError> {
        self.ask(id, |done| Message::Stop { failure, done }).await
    }

    pub async fn set_clock(&self, id: ExecutionId, clock: ClockMode, pace: Duration) -> Result<(), RunError> {
        self.ask(id, |done| Message::SetClock { clock, pace, done }).await
    }

    /// Lets the time of the next timer come at once.
    pub async fn skip_wait(&self, id: ExecutionId) -> Result<(), RunError> {
        self.ask(id, |done| Message::SkipWait { done }).await
    }

    /// What every state of a running execution has done, and the last number of its history. Nothing if it does not run.
    pub async fn progress(&self, id: ExecutionId) -> Option<(Moved, u32)> {
        let messages = self.lock().get(&id)?.messages.clone();
        let (reply, answer) = oneshot::channel();
        messages.send(Message::Progress { reply }).ok()?;
        answer.await.ok()
    }

    async fn ask(&self, id: ExecutionId, message: impl FnOnce(Done) -> Message) -> Result<(), RunError> {
        let messages = self.lock().get(&id).map(|running| running.messages.clone());
        let Some(messages) = messages else {
            // Unknown, or over.
            self.inner.store.read(|db| db.execution(id))?;
            return Err(RunError::Finished);
        };
        let (done, answer) = oneshot::channel();
        messages.send(message(done)).map_err(|_| RunError::Finished)?;
        Ok(answer.await.map_err(|_| RunError::Finished)??)
    }

    fn spawn(&self, id: ExecutionId, prepared: Prepared, journal: Journal) -> Result<(), RunError> {
        let (messages, inbox) = channel();
        let shared = Arc::new(Shared::default());
        let mut session =
            prepared.session(id.to_string(), journal, Arc::clone(&self.inner.observer), Arc::clone(&shared), inbox);
        let inner = Arc::clone(&self.inner);
        // Held until the execution is listed, so that it cannot end before.
        let mut running = self.lock();
        let thread = std::thread::Builder::new().name(format!("execution-{id}")).spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| session.run()));
            inner.ended(id, ended.ok());
        });
        let thread = thread.map_err(RunError::Thread)?;
        running.insert(id, Running { messages, shared, thread: Some(thread) });
        drop(running);
        self.inner.observer.list_changed();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, Running>> {
        self.inner.lock()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let running: Vec<Running> = self.lock().drain().map(|(_, running)| running).collect();
        for running in &running {
            let _ = running.messages.send(Message::Leave);
        }
        for mut running in running {
            if let Some(thread) = running.thread.take()
                && thread.thread().id() != std::thread::current().id()
            {
                // A panic in it was caught and noted.
                let _ = thread.join();
            }
        }
    }
}

impl Inner {
    /// On the execution's own thread, as the last thing it does.
    fn ended(&self, id: ExecutionId, ended: Option<Ended>) {
        match ended {
            Some(Ended::Finished | Ended::Left) => {}
            Some(Ended::Unwritten(error)) => {
                tracing::error!(%error, %id, "an execution stopped: its journal cannot be written");
            }
            None => {
                tracing::error!(%id, "an execution panicked");
                let ending = Ending {
                    status: Status::Aborted,
                    ended_at: crate::clock::wall().0,
                    output: None,
                    error: Some("Stepwright.Unexpected".into()),
                    cause: Some("the interpreter failed; the application's log says more".into()),
                };
                self.store.write(move |db| db.end_execution(id, &ending), |_| ());
            }
        }
        let was_listed = self.lock().remove(&id).is_some();
        if was_listed {
            self.observer.list_changed();
            self.observer.pending_changed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The outcome of a run on the caller's own thread.
#[derive(Debug)]
pub struct Finished {
    /// In the store, if it was given one.
    pub id: Option<ExecutionId>,
    pub outcome: Option<Outcome>,
    pub machine: Arc<machine::Compiled>,
    pub options: RunOptions,
    /// What it waits for, if it did not end.
    pub pending: Vec<PendingTask>,
    store: Option<Store>,
    kept: Vec<Event>,
}

impl Finished {
    /// The whole journal.
    pub fn into_events(self) -> Result<Vec<Event>, RunError> {
        match (&self.store, self.id) {
            (Some(store), Some(id)) => read_events(store, id),
            _ => Ok(self.kept),
        }
    }
}

/// Runs an execution on the caller's thread until it ends, or until only a person could let it go on. `tap` sees every
/// event as it happens.
pub fn run_here(request: &Request, store: Option<&Store>, tap: Option<Tap>) -> Result<Finished, RunError> {
    let definition = Definition::parse(&request.definition, request.options.express)?;
    let prepared = prepare(request, &definition, |_| Ok(false))?;
    let (id, journal) = match store {
        None => (None, Journal::Kept(Vec::new())),
        Some(store) => {
            let id = insert(store, request, &prepared)?;
            (Some(id), Journal::stored(store.clone(), id, 0))
        }
    };
    finish_here(prepared, definition, request.options.clone(), store.zip(id), journal, tap)
}

/// The same for an execution that an earlier process left unfinished.
pub fn resume_here(store: &Store, id: ExecutionId, tap: Option<Tap>) -> Result<Finished, RunError> {
    let (prepared, (definition, options), journal) = take_up(store, id)?;
    finish_here(prepared, definition, options, Some((store, id)), journal, tap)
}

fn finish_here(
    prepared: Prepared,
    definition: Definition,
    options: RunOptions,
    stored: Option<(&Store, ExecutionId)>,
    journal: Journal,
    tap: Option<Tap>,
) -> Result<Finished, RunError> {
    let (_messages, inbox) = channel();
    let name = stored.map_or_else(String::new, |(_, id)| id.to_string());
    let mut session = prepared.session(name, journal, Arc::new(Nobody), Arc::default(), inbox);
    session.policy = Unanswered::Leave;
    session.tap = tap;
    match session.run() {
        Ended::Finished | Ended::Left => {}
        Ended::Unwritten(error) => return Err(error.into()),
    }
    let outcome = session.execution.outcome().cloned();
    let pending = session.answers.pending().cloned().collect();
    Ok(Finished {
        id: stored.map(|(_, id)| id),
        outcome,
        machine: definition.machine,
        options,
        pending,
        store: stored.map(|(store, _)| store.clone()),
        kept: session.journal.into_kept(),
    })
}

fn insert(store: &Store, request: &Request, prepared: &Prepared) -> Result<ExecutionId, RunError> {
    let new = NewExecution {
        name: prepared.execution.settings().execution_name.to_string(),
        workflow: request.workflow.clone(),
        path: request.path.as_deref().map(display),
        definition: request.definition.to_string(),
        input: request.input.clone(),
        settings: serde_json::to_string(&request.options).expect("options are plain data"),
        owner: store.instance().to_owned(),
        started_at: request.started_at.0,
    };
    Ok(store.write_now(move |db| db.insert_execution(&new))?)
}

/// Makes an unfinished execution this process's own, and brings it back to where its journal ends.
fn take_up(store: &Store, id: ExecutionId) -> Result<(Prepared, (Definition, RunOptions), Journal), RunError> {
    let row = store.read(|db| db.execution(id))?;
    if row.status != Status::Running {
        return Err(RunError::Finished);
    }
    if store.is_alive(&row.owner) && row.owner != store.instance() {
        return Err(RunError::Elsewhere);
    }
    let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
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
    let events = read_events(store, id)?;
    let mut lines = 0;
    if !events.is_empty() {
        let events = events.into_iter().map(Ok);
        let replayed = replay(&definition.machine, events, &mut prepared.answers, &mut prepared.progress)?;
        for call in &replayed.calls {
            let node = &definition.machine.state(call.invocation.state).pointer;
            prepared.facts.extend(prepared.answers.resume(call, node));
        }
        prepared.files.extend(replayed.files);
        prepared.execution = replayed.execution;
        prepared.clock = Clock::new(request.options.clock, replayed.at);
        lines = replayed.lines;
        // Who looks at it asks for everything first.
        prepared.progress.take_moved();
    }
    let journal = Journal::stored(store.clone(), id, lines);
    Ok((prepared, (definition, request.options), journal))
}

/// Every event of an execution's journal.
pub(crate) fn read_events(store: &Store, id: ExecutionId) -> Result<Vec<Event>, RunError> {
    let mut events = Vec::new();
    let mut decoder = Decoder::default();
    let mut problem = None;
    store.read(|db| {
        // References lead back to lines that were read before.
        db.each_journal_line(id, 1, u32::MAX, |line, text| {
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
        None => Ok(events),
    }
}

struct Prepared {
    execution: Execution,
    clock: Clock,
    pace: Duration,
    answers: Answers,
    buckets: Buckets,
    progress: Progress,
    facts: VecDeque<machine::Fact>,
    files: VecDeque<crate::session::FileEffect>,
}

impl Prepared {
    fn session(
        self,
        id: String,
        journal: Journal,
        observer: Arc<dyn Observer>,
        shared: Arc<Shared>,
        inbox: std::sync::mpsc::Receiver<Message>,
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
        }
    }
}

fn prepare(
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
    let buckets = match (&options.buckets, &request.path) {
        (Some(buckets), _) => Buckets::at(buckets),
        (None, Some(path)) => Buckets::beside(path),
        (None, None) => Buckets::default(),
    };
    Ok(Prepared {
        execution: Execution::start(Arc::clone(&definition.machine), settings, input),
        clock: Clock::new(options.clock, request.started_at),
        pace: Duration::from_millis(u64::from(options.pace_ms)),
        answers: Answers::new(script),
        buckets,
        progress: Progress::new(&definition.program, &definition.machine),
        facts: VecDeque::new(),
        files: VecDeque::new(),
    })
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

fn display(path: &Path) -> String {
    path.display().to_string()
}

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}
