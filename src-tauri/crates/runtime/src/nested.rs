//! Executions that a task starts on this machine: `states:startExecution` in all its patterns.
//!
//! The other workflow is looked for near the definition of the one that runs. Its execution is one of its own, with its
//! own row and journal, and knows which call started it: that is how a resumed execution finds what it had started. What
//! it came to is held back until the clock of the caller has got to its end.
//!
//! What is deliberately absent: what the caller is answered (that is `machine::NestedExecution`).

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use machine::{
    EffectId, Fact, Failure, Integration, Invocation, NestedExecution, Outcome, Pattern, Settings, Timestamp,
};
use query::{Text, Value};
use serde::{Deserialize, Serialize};
use store::{Execution, ExecutionId, Status, Store};

use crate::clock::ClockMode;
use crate::debugger::kept_breakpoints;
use crate::definition::Definition;
use crate::here;
use crate::mocks::{MockFile, workflow_name};
use crate::prepare::display;
use crate::runtime::{Inner, Request, RunError, RunOptions};

/// Executions start one another so deep at most.
const MAX_DEPTH: u32 = 16;
/// So many run side by side at most: each has a thread.
const MAX_RUNNING: usize = 500;
/// Larger files are not definitions: the service takes one mebibyte.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// So many made-up names are tried.
const MAX_NAMES: u32 = 100;

/// The call that started an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The caller's number in the store; 0 if it is in none.
    pub execution: i64,
    pub effect: u64,
    /// The last line of the caller's journal then, which is about the call; 0 if that is not known.
    #[serde(default)]
    pub line: u64,
    /// 1 for what is started by an execution that a person started.
    pub depth: u32,
    /// When the caller no longer waits, and stops it.
    pub until: Option<i64>,
}

/// Where the executions run that a task starts.
#[derive(Clone)]
pub(crate) enum Host {
    /// Each on a thread of its own, and what they come to arrives as a message.
    Beside(Weak<Inner>),
    /// On the caller's thread, from start to end, in the store if there is one. Without, the names given so far.
    Here(Option<Store>, Arc<Mutex<HashSet<(PathBuf, String)>>>),
}

/// The executions that one execution has started.
pub(crate) struct Nesting {
    host: Host,
    /// 0 without a store.
    id: i64,
    path: Option<PathBuf>,
    options: RunOptions,
    open: BTreeMap<EffectId, Open>,
    /// What comes to be known at a later time of the caller's clock.
    held: BTreeMap<(Timestamp, EffectId), Fact>,
}

struct Open {
    /// Without a row in a store nothing is left to stop.
    id: ExecutionId,
    nested: NestedExecution,
    pattern: Pattern,
}

/// What starting came to.
enum Begun {
    /// It runs, and tells when it ends.
    Running(ExecutionId),
    Ended(Outcome),
    /// It stands still, and only a person could go on with it.
    Left,
}

/// The time of a caller, and how it passes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    pub(crate) now: Timestamp,
    /// How many lines the caller's journal has.
    pub(crate) line: u64,
    pub(crate) mode: ClockMode,
    pub(crate) pace_ms: u32,
    /// A step leads into what is started: it stands still before its first state.
    pub(crate) paused: bool,
}

/// The facts about a call that starts an execution, and whether a person is asked for its answer all the same.
pub(crate) struct Called {
    pub(crate) facts: Vec<Fact>,
    pub(crate) ask: bool,
}

pub(crate) fn is_nested(invocation: &Invocation) -> bool {
    Integration::parse(&invocation.resource).call() == Some(("states", "startExecution"))
}

impl Nesting {
    pub(crate) fn new(host: Host, id: Option<ExecutionId>, path: Option<PathBuf>, options: RunOptions) -> Nesting {
        let id = id.map_or(0, |id| id.0);
        Nesting { host, id, path, options, open: BTreeMap::new(), held: BTreeMap::new() }
    }

    /// A task calls. Nothing if the other workflow cannot be found, or cannot be run: then a person is asked.
    pub(crate) fn invoke(&mut self, call: &Invocation, parent: &Settings, time: Time) -> Option<Called> {
        let path = self.find(call)?;
        let text = read(&path)?;
        if let Err(error) = Definition::parse(&text, false) {
            tracing::warn!(%error, path = %path.display(), "a workflow that a task starts cannot be run");
            return None;
        }
        let fail = |error: &str, cause: String| {
            let failure = Failure::new(error, cause);
            Some(Called { facts: vec![Fact::TaskFailed { effect: call.effect, failure }], ask: false })
        };
        let depth = self.options.caller.as_ref().map_or(0, |caller| caller.depth) + 1;
        if depth > MAX_DEPTH {
            return fail(
                "Stepwright.NestingTooDeep",
                format!("executions start one another more than {MAX_DEPTH} levels deep"),
            );
        }
        if let Host::Beside(runtime) = &self.host
            && runtime.upgrade().is_some_and(|runtime| runtime.count() >= MAX_RUNNING)
        {
            return fail("StepFunctions.ExecutionLimitExceeded", format!("{MAX_RUNNING} executions are running"));
        }
        let Some(input) = input(&call.arguments) else {
            return fail("StepFunctions.InvalidExecutionInputException", "Invalid Execution Input".into());
        };
        let workflow = workflow_name(&path);
        if let Some(existing) = self.own(call, &workflow, &path, parent) {
            return self.attach(call, &existing, false);
        }
        let given = argument(&call.arguments, "Name");
        let Some(name) = self.free_name(given, call, &workflow, &path, parent) else {
            let arn = Settings::named(&workflow, given.unwrap_or(""), machine::Kind::Standard).execution_arn;
            return fail("StepFunctions.ExecutionAlreadyExistsException", format!("Execution Already Exists: '{arn}'"));
        };
        let (execution, effect) = (self.id, call.effect.0);
        let request = self.request(call, Caller { execution, effect, line: time.line, depth, until: None }, time);
        let mut request = request.of(workflow, path, name, text, input)?;
        if let Host::Beside(_) = self.host
            && let Some(store) = self.store()
        {
            let path = request.path.as_deref().map(display);
            request.options.breakpoints =
                kept_breakpoints(&store, path.as_deref(), &request.workflow).unwrap_or_default();
        }
        let nested = describe(&request.workflow, request.name.as_deref()?, &request.input, request.started_at)?;
        match self.start(&request) {
            Ok(begun) => Some(self.called(call, nested, begun, false)),
            Err(RunError::Name(name)) => fail("StepFunctions.InvalidNameException", format!("Invalid Name: '{name}'")),
            Err(error) => {
                tracing::warn!(%error, "an execution that a task starts could not be started");
                None
            }
        }
    }

    /// A call that was under way when the caller's earlier life ended. Nothing if it had started nothing so far.
    pub(crate) fn resume(&mut self, call: &Invocation, parent: &Settings, submitted: bool) -> Option<Called> {
        let path = self.find(call)?;
        let existing = self.own(call, &workflow_name(&path), &path, parent)?;
        self.attach(call, &existing, submitted)
    }

    /// What an execution came to that a call started. Calls that do not wait for it are not concerned.
    pub(crate) fn ended(&mut self, effect: EffectId, outcome: &Outcome) {
        let Some(open) = self.open.remove(&effect) else { return };
        self.hold(effect, &open.nested, open.pattern, outcome);
    }

    /// The answer is no longer wanted, so what was started for it is stopped.
    pub(crate) fn cancel(&mut self, effect: EffectId) {
        self.held.retain(|(_, held), _| *held != effect);
        if let Some(open) = self.open.remove(&effect)
            && let Host::Beside(runtime) = &self.host
            && let Some(runtime) = runtime.upgrade()
        {
            runtime.stop_nested(open.id);
        }
    }

    pub(crate) fn cancel_all(&mut self) {
        let open: Vec<EffectId> = self.open.keys().copied().collect();
        open.into_iter().for_each(|effect| self.cancel(effect));
        self.held.clear();
    }

    /// While something that was started runs, time does not jump past its end.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn next_wake(&self) -> Option<Timestamp> {
        self.held.keys().next().map(|(at, _)| *at)
    }

    pub(crate) fn due(&mut self, now: Timestamp) -> Option<Fact> {
        let entry = self.held.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    /// When whoever started this execution stops it.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.options.caller.as_ref()?.until.map(Timestamp)
    }

    fn called(&mut self, call: &Invocation, nested: NestedExecution, begun: Begun, submitted: bool) -> Called {
        let (effect, output) = (call.effect, nested.started());
        let pattern = Integration::parse(&call.resource).pattern();
        if pattern == Pattern::RequestResponse {
            return Called { facts: vec![Fact::TaskSucceeded { effect, output }], ask: false };
        }
        let facts = if submitted { Vec::new() } else { vec![Fact::TaskSubmitted { effect, output }] };
        if pattern == Pattern::WaitForTaskToken {
            return Called { facts, ask: true };
        }
        let ask = matches!(begun, Begun::Left);
        match begun {
            Begun::Running(id) => {
                self.open.insert(effect, Open { id, nested, pattern });
            }
            Begun::Ended(outcome) => self.hold(effect, &nested, pattern, &outcome),
            Begun::Left => {}
        }
        Called { facts, ask }
    }

    fn hold(&mut self, effect: EffectId, nested: &NestedExecution, pattern: Pattern, outcome: &Outcome) {
        let fact = match nested.ended(outcome, pattern) {
            Ok(output) => Fact::TaskSucceeded { effect, output },
            Err(failure) => Fact::TaskFailed { effect, failure },
        };
        self.held.insert((outcome.at, effect), fact);
    }

    fn start(&self, request: &Request) -> Result<Begun, RunError> {
        match &self.host {
            Host::Beside(runtime) => {
                let runtime = runtime.upgrade().ok_or(RunError::Finished)?;
                Ok(Begun::Running(runtime.start(request)?))
            }
            Host::Here(store, names) => {
                let finished = here::run_nested(request, store.as_ref(), Arc::clone(names))?;
                Ok(finished.outcome.map_or(Begun::Left, Begun::Ended))
            }
        }
    }

    /// Waits for an execution that this call started before.
    fn attach(&mut self, call: &Invocation, existing: &Execution, submitted: bool) -> Option<Called> {
        let store = self.store()?;
        let (_, input) = store.read(|db| db.execution_texts(existing.id)).ok()?;
        let nested = describe(&existing.workflow, &existing.name, &input, Timestamp(existing.started_at))?;
        let begun = match outcome(&store, existing.id) {
            Some(outcome) => Begun::Ended(outcome),
            None => match &self.host {
                Host::Beside(runtime) => match runtime.upgrade()?.resume(existing.id) {
                    Ok(()) | Err(RunError::Running) => Begun::Running(existing.id),
                    // It has ended in this moment.
                    Err(RunError::Finished) => Begun::Ended(outcome(&store, existing.id)?),
                    Err(error) => {
                        tracing::warn!(%error, "an execution that a task started cannot be resumed");
                        return None;
                    }
                },
                Host::Here(..) => here::resume_here(&store, existing.id, Vec::new(), None)
                    .ok()?
                    .outcome
                    .map_or(Begun::Left, Begun::Ended),
            },
        };
        Some(self.called(call, nested, begun, submitted))
    }

    fn request(&self, call: &Invocation, caller: Caller, time: Time) -> Draft {
        let limit = call.timeout_seconds.and_then(|seconds| i64::try_from(seconds).ok());
        let waits = matches!(Integration::parse(&call.resource).pattern(), Pattern::Sync | Pattern::Sync2);
        let timeout = limit.map(|seconds| time.now.0.saturating_add(seconds.saturating_mul(1_000)));
        let until = [timeout, self.until().map(|until| until.0)].into_iter().flatten().min().filter(|_| waits);
        let options = RunOptions {
            clock: time.mode,
            pace_ms: time.pace_ms,
            seed: seed(self.options.seed, call.effect),
            express: false,
            paused: time.paused && matches!(self.host, Host::Beside(_)),
            breakpoints: Vec::new(),
            detached: self.options.detached,
            caller: Some(Caller { until, ..caller }),
            forked_from: None,
            recorded_answers: None,
            start_at: None,
            variables: None,
            context: None,
            pins: Vec::new(),
            ..self.options.clone()
        };
        Draft { options, started_at: time.now }
    }

    /// The execution that this very call has started before.
    fn own(&self, call: &Invocation, workflow: &str, path: &Path, parent: &Settings) -> Option<Execution> {
        let store = self.store()?;
        let (id, path) = (self.id, display(path));
        let is_own = |found: &Execution| {
            serde_json::from_str::<RunOptions>(&found.settings)
                .ok()
                .and_then(|options| options.caller)
                .is_some_and(|caller| caller.execution == id && caller.effect == call.effect.0)
        };
        for name in names(argument(&call.arguments, "Name"), call, parent) {
            let found = store.read(|db| db.execution_named(workflow, Some(&path), &name)).ok()??;
            if is_own(&found) {
                return Some(found);
            }
        }
        None
    }

    fn free_name(
        &self,
        given: Option<&str>,
        call: &Invocation,
        workflow: &str,
        path: &Path,
        parent: &Settings,
    ) -> Option<String> {
        let shown = display(path);
        let is_free = |name: &String| match &self.host {
            Host::Here(None, taken) => {
                let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                taken.insert((path.to_owned(), name.clone()))
            }
            _ => self.store().is_some_and(|store| {
                store.read(|db| db.execution_name_is_taken(workflow, Some(&shown), name)).is_ok_and(|taken| !taken)
            }),
        };
        names(given, call, parent).find(is_free)
    }

    fn store(&self) -> Option<Store> {
        match &self.host {
            Host::Beside(runtime) => runtime.upgrade().map(|runtime| runtime.store().clone()),
            Host::Here(store, _) => store.clone(),
        }
    }

    fn find(&self, call: &Invocation) -> Option<PathBuf> {
        find(self.path.as_deref()?, machine_name(argument(&call.arguments, "StateMachineArn")?)?)
    }
}

/// How a nested execution is run, before what is known.
struct Draft {
    options: RunOptions,
    started_at: Timestamp,
}

impl Draft {
    fn of(mut self, workflow: String, path: PathBuf, name: String, text: String, input: String) -> Option<Request> {
        let case = self.options.test_case.take();
        self.options.mocks = MockFile::beside(&path);
        self.options.test_case = match (case, &self.options.mocks) {
            (Some(case), Some(mocks)) => {
                MockFile::read(mocks).ok()?.test_cases(&workflow).contains(&case).then_some(case)
            }
            _ => None,
        };
        Some(Request {
            workflow,
            path: Some(path),
            name: Some(name),
            definition: text.into(),
            input,
            options: self.options,
            started_at: self.started_at,
        })
    }
}

/// How an execution in the store ended, if it has.
pub(crate) fn outcome(store: &Store, id: ExecutionId) -> Option<Outcome> {
    let ending = store.read(|db| db.ending(id)).ok()??;
    let status = match ending.status {
        Status::Running => return None,
        Status::Succeeded => machine::Status::Succeeded,
        Status::Failed => machine::Status::Failed,
        Status::TimedOut => machine::Status::TimedOut,
        Status::Aborted => machine::Status::Aborted,
    };
    Some(Outcome {
        status,
        output: ending.output.as_deref().and_then(|output| Value::parse(output).ok()),
        failure: Failure { error: ending.error.map(Text::from), cause: ending.cause.map(Text::from) },
        at: Timestamp(ending.ended_at),
    })
}

fn describe(workflow: &str, name: &str, input: &str, started_at: Timestamp) -> Option<NestedExecution> {
    let settings = Settings::named(workflow, name, machine::Kind::Standard);
    Some(NestedExecution {
        arn: Text::from(&*settings.execution_arn),
        name: Text::from(name),
        state_machine_arn: Text::from(&*settings.state_machine_arn),
        input: Value::parse(input).ok()?,
        started_at,
    })
}

fn argument<'a>(arguments: &'a Value, name: &str) -> Option<&'a str> {
    arguments.as_object()?.get(name)?.as_str()
}

/// The input as JSON text: given as JSON, or as a text that is JSON. Nothing if it is neither.
fn input(arguments: &Value) -> Option<String> {
    match arguments.as_object().and_then(|arguments| arguments.get("Input")) {
        None => Some("{}".into()),
        Some(input) => match input.as_str() {
            Some(text) => Value::parse(text).is_ok().then(|| text.to_owned()),
            None => Some(input.text().to_string()),
        },
    }
}

/// The name a call gives, or else those made up for it: the same ones in every life of the caller.
fn names(given: Option<&str>, call: &Invocation, parent: &Settings) -> impl Iterator<Item = String> {
    let ending = format!("-{}", call.effect.0);
    let base: String = parent.execution_name.chars().take(70_usize.saturating_sub(ending.len())).collect();
    let made_up = (1..=MAX_NAMES).map(move |number| match number {
        1 => format!("{base}{ending}"),
        _ => format!("{base}{ending}-{number}"),
    });
    let limit = if given.is_some() { 0 } else { MAX_NAMES as usize };
    given.map(str::to_owned).into_iter().chain(made_up.take(limit))
}

/// FNV-1a of the caller's seed and the call.
fn seed(parent: u32, effect: EffectId) -> u32 {
    let bytes = parent.to_le_bytes().into_iter().chain(effect.0.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// `orders` of `arn:aws:states:us-east-1:111111111111:stateMachine:orders:live`.
fn machine_name(arn: &str) -> Option<&str> {
    let rest = arn.strip_prefix("arn:")?.split_once(":stateMachine:")?.1;
    let name = rest.split(':').next()?;
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!name.is_empty() && name.len() <= 80 && name.chars().all(harmless)).then_some(name)
}

/// The definition of a workflow near another: beside it, or in a folder of its own beside or above. First by its name as
/// it stands, then by any spelling of it, as long as only one file fits.
fn find(near: &Path, name: &str) -> Option<PathBuf> {
    let folder = near.parent()?;
    const ENDINGS: [&str; 5] = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml"];
    let beside = ENDINGS.iter().map(|ending| folder.join(format!("{name}{ending}")));
    let inside = [Some(folder), folder.parent()].into_iter().flatten().map(|around| around.join(name));
    let inside = inside.map(|folder| folder.join(format!("{name}.asl.json")));
    if let Some(found) = beside.chain(inside).find(|path| path.is_file()) {
        return Some(found);
    }
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let mut similar = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).filter(|path| {
        let file = path.file_name().map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
        ENDINGS.iter().any(|ending| file.ends_with(ending))
            && plain(&workflow_name(path)) == plain(name)
            && path.is_file()
    });
    let found = similar.next()?;
    similar.next().is_none().then_some(found)
}

fn read(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path).ok()?.len();
    if size > MAX_BYTES {
        return None;
    }
    std::fs::read_to_string(path).ok()
}
