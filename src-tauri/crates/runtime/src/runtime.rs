//! Executions side by side: started, resumed, answered, stopped, each on a thread of its own.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use machine::{EffectId, Failure, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Ending, ExecutionId, Status, Store, StoreError};
use tokio::sync::oneshot;

use crate::answers::{PendingTask, TaskAnswer};
use crate::clock::ClockMode;
use crate::debug::{Snapshot, Timeline};
use crate::debugger::{Advance, Breakpoint, LogLine, Pause, PausedThread, kept_breakpoints};
use crate::definition::{Definition, DefinitionError};
use crate::fork::ForkRefused;
use crate::import::HistoryError;
use crate::journal::Journal;
use crate::mocks::MockError;
use crate::nested::{self, Caller, Host, Nesting};
use crate::prepare::{Prepared, display, insert, prepare, take_up};
use crate::progress::Moved;
use crate::replay::ReplayError;
use crate::session::{Done, Ended, Message, Observer, Refused, Shared};

/// What breakpoints said is kept for so many executions.
const MAX_LOGS: usize = 100;

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
    /// Stands still before the first state, or where it is taken up.
    pub paused: bool,
    pub breakpoints: Vec<Breakpoint>,
    /// Let go by the debugger: breakpoints mean nothing.
    pub detached: bool,
    /// The folder whose folders stand for buckets; `buckets` beside the definition when absent.
    pub buckets: Option<PathBuf>,
    pub forked_from: Option<Origin>,
    /// The call that started it, if a task of another execution did.
    pub caller: Option<Caller>,
    /// A history from elsewhere, which was not run here.
    pub imported: Option<ImportedFrom>,
    /// The state to begin with, by its JSON pointer, instead of the first.
    pub start_at: Option<String>,
    /// Variables that exist before it: a JSON object.
    pub variables: Option<String>,
    /// Members in place of those of the context object: a JSON object.
    pub context: Option<String>,
    /// What states answer instead of doing their work.
    pub pins: Vec<Pinned>,
    /// The execution whose recorded successes answer what the script does not.
    pub recorded_answers: Option<i64>,
}

/// Where a fork began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub execution: i64,
    /// The last event they share, by its number in the history.
    pub event: u32,
    /// Whether it goes on with another version of the definition.
    #[serde(default)]
    pub edited: bool,
}

/// The result of a Task, or the output of a Map or a Parallel, that is not worked out anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// JSON pointer of the state.
    pub node: String,
    /// JSON text.
    pub value: String,
}

/// Where an imported history came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFrom {
    pub file: String,
    /// The definition was made up from the events.
    pub inferred: bool,
    /// The interpreter writes the same history, so that everything can be looked into.
    pub repeats: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    #[error("the input is not JSON: {0}")]
    Input(String),
    #[error("{what} must be a JSON object: {problem}")]
    NotAnObject { what: &'static str, problem: String },
    #[error("there is no state at {0}")]
    NoSuchState(String),
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
    #[error(transparent)]
    Fork(#[from] ForkRefused),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error("a history from elsewhere cannot go on; fork it instead")]
    Imported,
    #[error("the history has no event {0}")]
    NoSuchEvent(u32),
    #[error("no thread for the execution: {0}")]
    Thread(std::io::Error),
}

/// All executions of this process. Dropping it lets them go: they can be resumed.
pub struct Runtime {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    store: Store,
    observer: Arc<dyn Observer>,
    running: Mutex<HashMap<ExecutionId, Running>>,
    /// The executions that were last looked back at, the latest first.
    past: Mutex<Vec<(ExecutionId, Timeline)>>,
    /// Of the executions that ran last, for what their breakpoints said.
    logs: Mutex<VecDeque<(ExecutionId, Arc<Shared>)>>,
    /// The application ends: nothing more is started.
    closed: AtomicBool,
}

struct Running {
    messages: Sender<Message>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    pub fn new(store: Store, observer: Arc<dyn Observer>) -> Runtime {
        Runtime {
            inner: Arc::new(Inner {
                store,
                observer,
                running: Mutex::default(),
                past: Mutex::default(),
                logs: Mutex::default(),
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// Starts an execution. Once this returns it is in the store.
    pub fn start(&self, request: &Request) -> Result<ExecutionId, RunError> {
        self.inner.start(request)
    }

    /// Takes up an execution that an earlier process left unfinished. Calls that were under way are not repeated: the
    /// script answers them, or a person does.
    pub fn resume(&self, id: ExecutionId) -> Result<(), RunError> {
        self.inner.resume(id)
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

    /// A sign of life for a task that wants one.
    pub async fn beat(&self, id: ExecutionId, task: EffectId) -> Result<(), RunError> {
        self.ask(id, |done| Message::Beat { task, done }).await
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

    /// Stops a running execution at its next change. One that was let go stops at breakpoints again.
    pub async fn pause(&self, id: ExecutionId) -> Result<(), RunError> {
        self.ask(id, |done| Message::Pause { done }).await?;
        let row = self.inner.store.read(|db| db.execution(id))?;
        let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        if options.detached {
            let breakpoints = kept_breakpoints(&self.inner.store, row.path.as_deref(), &row.workflow)?;
            self.set_breakpoints(id, breakpoints)?;
        }
        self.change_options(id, move |options| {
            options.paused = true;
            options.detached = false;
        })
    }

    /// Lets a paused execution go on, or take a step from where a thread stands: that of the pause, when none is given.
    pub async fn advance(&self, id: ExecutionId, advance: Advance, thread: Option<u32>) -> Result<(), RunError> {
        self.ask(id, |done| Message::Advance { advance, thread, done }).await?;
        if advance == Advance::Continue {
            self.note_paused(id, false)?;
        }
        Ok(())
    }

    /// Lets an execution run, whether or not it stands still: it stops at no breakpoint any more.
    pub async fn detach(&self, id: ExecutionId) -> Result<(), RunError> {
        self.ask(id, |done| Message::Detach { done }).await?;
        self.change_options(id, move |options| {
            options.paused = false;
            options.detached = true;
        })
    }

    /// What breakpoints of an execution said since this process took it up, running or over.
    pub fn log(&self, id: ExecutionId) -> Vec<LogLine> {
        let logs = self.inner.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.iter().rev().find(|(known, _)| *known == id).map(|(_, shared)| shared.log()).unwrap_or_default()
    }

    /// Lets a paused execution go on to the next time a state is entered.
    pub async fn run_to(&self, id: ExecutionId, node: String) -> Result<(), RunError> {
        self.ask(id, |done| Message::RunTo { node, done }).await
    }

    /// Changes a paused execution. Once this returns the change is in the journal.
    pub async fn intervene(&self, id: ExecutionId, fact: machine::Fact) -> Result<(), RunError> {
        self.ask(id, |done| Message::Intervene { fact, done }).await
    }

    /// A running execution as it is now. Nothing if it does not run.
    pub async fn snapshot(&self, id: ExecutionId) -> Option<Snapshot> {
        let messages = self.lock().get(&id)?.messages.clone();
        let (reply, answer) = oneshot::channel();
        messages.send(Message::Snapshot { reply }).ok()?;
        answer.await.ok()
    }

    /// Looks at the past of an execution, running or over. What it takes to do so is kept until another one is looked at.
    pub fn look_back<T>(
        &self,
        id: ExecutionId,
        look: impl FnOnce(&Timeline) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let mut past = self.inner.past();
        let known = past.iter().position(|(known, _)| *known == id).map(|at| past.remove(at).1);
        let timeline = match known {
            Some(mut timeline) => {
                timeline.catch_up(&self.inner.store, id)?;
                timeline
            }
            None => {
                let timeline = Timeline::open(&self.inner.store, id)?;
                self.inner.prepare_past(id);
                timeline
            }
        };
        past.insert(0, (id, timeline));
        past.truncate(KEPT_PASTS);
        let timeline = &past[0].1;
        look(timeline)
    }

    /// Replaces the breakpoints of a running execution.
    pub fn set_breakpoints(&self, id: ExecutionId, breakpoints: Vec<Breakpoint>) -> Result<(), RunError> {
        let running = self.lock().get(&id).map(|running| running.messages.clone());
        if let Some(messages) = running {
            // One that ends just now needs none.
            let _ = messages.send(Message::SetBreakpoints(breakpoints.clone()));
        }
        self.change_options(id, move |options| options.breakpoints = breakpoints)
    }

    /// Where a paused execution stands, and what can be seen there. Nothing if it does not stand still.
    pub async fn look(&self, id: ExecutionId) -> Result<(Option<Pause>, Vec<PausedThread>), RunError> {
        let messages = self.lock().get(&id).map(|running| running.messages.clone());
        let Some(messages) = messages else {
            self.inner.store.read(|db| db.execution(id))?;
            return Ok((None, Vec::new()));
        };
        let (reply, answer) = oneshot::channel();
        messages.send(Message::Look { reply }).map_err(|_| RunError::Finished)?;
        answer.await.map_err(|_| RunError::Finished)
    }

    /// Executions of this process that have not ended.
    pub fn running(&self) -> Vec<ExecutionId> {
        self.lock().keys().copied().collect()
    }

    /// Whether it is paused outlives the process.
    fn note_paused(&self, id: ExecutionId, paused: bool) -> Result<(), RunError> {
        self.change_options(id, move |options| options.paused = paused)
    }

    fn change_options(
        &self,
        id: ExecutionId,
        change: impl FnOnce(&mut RunOptions) + Send + 'static,
    ) -> Result<(), RunError> {
        Ok(self.inner.store.write_now(move |db| {
            let mut options: RunOptions = serde_json::from_str(&db.execution(id)?.settings).unwrap_or_default();
            change(&mut options);
            db.set_execution_settings(id, &serde_json::to_string(&options).expect("options are plain data"))
        })?)
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

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn list_changed(&self) {
        self.inner.observer.list_changed();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExecutionId, Running>> {
        self.inner.lock()
    }
}

/// So many executions that were looked back at stay ready: two that are compared, and the one on show.
const KEPT_PASTS: usize = 3;
/// Somebody who looks meanwhile waits for no more than so many lines.
const LINES_AT_A_TIME: usize = 1_000;

impl Drop for Runtime {
    fn drop(&mut self) {
        let mut listed = self.lock();
        self.inner.closed.store(true, Ordering::Relaxed);
        let running: Vec<Running> = listed.drain().map(|(_, running)| running).collect();
        drop(listed);
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
    pub(crate) fn start(self: &Arc<Inner>, request: &Request) -> Result<ExecutionId, RunError> {
        let definition = Definition::parse(&request.definition, request.options.express)?;
        let prepared = prepare(request, &definition, |name| {
            let path = request.path.as_deref().map(display);
            Ok(self.store.read(|db| db.execution_name_is_taken(&request.workflow, path.as_deref(), name))?)
        })?;
        let id = insert(&self.store, request, &prepared)?;
        let journal = Journal::stored(self.store.clone(), id, 0);
        self.spawn(id, prepared, request.path.clone(), request.options.clone(), journal)?;
        Ok(id)
    }

    fn past(&self) -> MutexGuard<'_, Vec<(ExecutionId, Timeline)>> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes through an execution in the background, so that any moment of it is at hand when somebody asks for one.
    fn prepare_past(self: &Arc<Inner>, id: ExecutionId) {
        let inner = Arc::downgrade(self);
        let work = move || {
            while let Some(inner) = inner.upgrade().filter(|inner| !inner.closed.load(Ordering::Relaxed)) {
                let past = inner.past();
                let Some((_, timeline)) = past.iter().find(|(known, _)| *known == id) else { break };
                // Trouble is told to whoever asks for a moment.
                if timeline.prepare(usize::MAX, LINES_AT_A_TIME).unwrap_or(true) {
                    break;
                }
                drop(past);
                std::thread::yield_now();
            }
        };
        if let Err(error) = std::thread::Builder::new().name("past".into()).spawn(work) {
            tracing::debug!(%error, %id, "no thread to look at the past ahead of time");
        }
    }

    pub(crate) fn resume(self: &Arc<Inner>, id: ExecutionId) -> Result<(), RunError> {
        if self.lock().contains_key(&id) {
            return Err(RunError::Running);
        }
        let path = self.store.read(|db| db.execution(id))?.path.map(PathBuf::from);
        let (prepared, (_, options), journal) = take_up(&self.store, id)?;
        self.spawn(id, prepared, path, options, journal)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Whoever started an execution does not want it any more.
    pub(crate) fn stop_nested(&self, id: ExecutionId) {
        if let Some(running) = self.lock().get(&id) {
            let (done, _) = oneshot::channel();
            // It may have ended.
            let _ = running.messages.send(Message::Stop { failure: Failure::default(), done });
        }
    }

    fn spawn(
        self: &Arc<Inner>,
        id: ExecutionId,
        prepared: Prepared,
        path: Option<PathBuf>,
        options: RunOptions,
        journal: Journal,
    ) -> Result<(), RunError> {
        let (messages, inbox) = channel();
        let shared = Arc::new(Shared::default());
        self.remember_log(id, &shared);
        let caller = options.caller;
        let nesting = Nesting::new(Host::Beside(Arc::downgrade(self)), Some(id), path, options);
        let observer = Arc::clone(&self.observer);
        let mut session = prepared.session(id.to_string(), nesting, journal, observer, Arc::clone(&shared), inbox);
        let inner = Arc::clone(self);
        // Held until the execution is listed, so that it cannot end before.
        let mut running = self.lock();
        if self.closed.load(Ordering::Relaxed) {
            // It is in the store, and goes on another day.
            return Ok(());
        }
        let thread = std::thread::Builder::new().name(format!("execution-{id}")).spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| session.run()));
            inner.ended(id, ended.ok());
            if let Some(caller) = caller {
                inner.tell_caller(id, caller);
            }
        });
        let thread = thread.map_err(RunError::Thread)?;
        running.insert(id, Running { messages, shared, thread: Some(thread) });
        drop(running);
        self.observer.list_changed();
        Ok(())
    }

    fn remember_log(&self, id: ExecutionId, shared: &Arc<Shared>) {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.retain(|(known, _)| *known != id);
        logs.push_back((id, Arc::clone(shared)));
        if logs.len() > MAX_LOGS {
            logs.pop_front();
        }
    }

    /// Tells the execution that started this one what it came to, if both still run in this process.
    fn tell_caller(&self, id: ExecutionId, caller: Caller) {
        let Some(outcome) = nested::outcome(&self.store, id) else { return };
        if let Some(running) = self.lock().get(&ExecutionId(caller.execution)) {
            // It may have ended.
            let _ = running.messages.send(Message::NestedEnded { effect: EffectId(caller.effect), outcome });
        }
    }

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
                if let Err(error) = self.store.write_now(move |db| db.end_execution(id, &ending)) {
                    tracing::error!(%error, %id, "and that could not be written down");
                }
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

/// `NAME-fork`, with a number if it is taken, within the length of a name.
pub(crate) fn fork_name(base: &str, is_taken: impl Fn(&str) -> Result<bool, RunError>) -> Result<String, RunError> {
    let base: String = base.split("-fork").next().unwrap_or(base).chars().take(68).collect();
    for number in 1..10_000 {
        let name = if number == 1 { format!("{base}-fork") } else { format!("{base}-fork-{number}") };
        if !is_taken(&name)? {
            return Ok(name);
        }
    }
    Err(RunError::NameTaken(base))
}
