//! One execution on the caller's own thread, for the command line and for measurements.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use machine::{Event, Outcome};
use store::{ExecutionId, Store};

use crate::answers::PendingTask;
use crate::debug::Snapshot;
use crate::debugger::{Breakpoint, Pause};
use crate::definition::Definition;
use crate::journal::Journal;
use crate::nested::{Host, Nesting};
use crate::prepare::{Prepared, insert, prepare, read_events, take_up};
use crate::runtime::{Request, RunError, RunOptions};
use crate::session::{Ended, Notice, Observer, Tap, Unanswered};

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
    /// Where it stands still, if it does, and what can be seen there.
    pub pause: Option<(Pause, Snapshot)>,
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
    run_with(request, Host::Here(store.cloned(), Arc::default()), store, tap)
}

/// The same for an execution that another one starts. `names` are those given so far, for want of a store.
pub(crate) fn run_nested(
    request: &Request,
    store: Option<&Store>,
    names: Arc<Mutex<HashSet<(PathBuf, String)>>>,
) -> Result<Finished, RunError> {
    run_with(request, Host::Here(store.cloned(), names), store, None)
}

fn run_with(request: &Request, host: Host, store: Option<&Store>, tap: Option<Tap>) -> Result<Finished, RunError> {
    let definition = Definition::parse(&request.definition, request.options.express)?;
    let prepared = prepare(request, &definition, |_| Ok(false))?;
    let (id, journal) = match store {
        None => (None, Journal::Kept(Vec::new())),
        Some(store) => {
            let id = insert(store, request, &prepared)?;
            (Some(id), Journal::stored(store.clone(), id, 0))
        }
    };
    let nesting = Nesting::new(host, id, request.path.clone(), request.options.clone());
    finish_here(prepared, nesting, definition, request.options.clone(), store.zip(id), journal, tap)
}

/// The same for an execution that an earlier process left unfinished, or that stands still. It stops at `breakpoints`,
/// and no longer at those it had.
pub fn resume_here(
    store: &Store,
    id: ExecutionId,
    breakpoints: Vec<Breakpoint>,
    tap: Option<Tap>,
) -> Result<Finished, RunError> {
    let row = store.read(|db| db.execution(id))?;
    let path = row.path.map(PathBuf::from);
    let (mut prepared, (definition, mut options), journal) = take_up(store, id)?;
    options.paused = false;
    options.breakpoints.clone_from(&breakpoints);
    let settings = serde_json::to_string(&options).expect("options are plain data");
    store.write_now(move |db| db.set_execution_settings(id, &settings))?;
    prepared.debugger.set_breakpoints(breakpoints, &definition.machine);
    prepared.go_on();
    let nesting = Nesting::new(Host::Here(Some(store.clone()), Arc::default()), Some(id), path, options.clone());
    finish_here(prepared, nesting, definition, options, Some((store, id)), journal, tap)
}

fn finish_here(
    prepared: Prepared,
    nesting: Nesting,
    definition: Definition,
    options: RunOptions,
    stored: Option<(&Store, ExecutionId)>,
    journal: Journal,
    tap: Option<Tap>,
) -> Result<Finished, RunError> {
    let (_messages, inbox) = channel();
    let name = stored.map_or_else(String::new, |(_, id)| id.to_string());
    let mut session = prepared.session(name, nesting, journal, Arc::new(Nobody), Arc::default(), inbox);
    session.policy = Unanswered::Leave;
    session.tap = tap;
    match session.run() {
        Ended::Finished | Ended::Left => {}
        Ended::Unwritten(error) => return Err(error.into()),
    }
    let outcome = session.execution.outcome().cloned();
    let pending = session.answers.pending().cloned().collect();
    let pause = session.debugger.pause().cloned().map(|pause| (pause, session.snapshot()));
    Ok(Finished {
        id: stored.map(|(_, id)| id),
        outcome,
        machine: definition.machine,
        options,
        pending,
        pause,
        store: stored.map(|(store, _)| store.clone()),
        kept: session.journal.into_kept(),
    })
}

struct Nobody;

impl Observer for Nobody {
    fn moved(&self, _: &Notice) {}
    fn pending_changed(&self) {}
    fn list_changed(&self) {}
}
