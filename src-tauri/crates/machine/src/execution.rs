//! One execution: a value that takes facts and is advanced a micro step at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use query::{Text, Value};

use crate::compiled::{Compiled, ScopeRef, StateRef};
use crate::context_object;
use crate::core::{Child, Core, Flow, MapRun, Turn};
use crate::effect::{Effect, EffectId};
use crate::event::{ChildId, Event, EventId, EventKind, Failure, Scope};
use crate::expression::Env;
use crate::fact::Fact;
use crate::fault;
use crate::frame::{Failing, Fate, Frame, FrameId, Item, Phase, Role, Timer};
use crate::limits;
use crate::settings::{Kind, Limits, Settings};
use crate::slab::Slab;
use crate::states;
use crate::time::Timestamp;
use crate::vars::Vars;

/// A running or finished execution. Cloning is cheap: a clone is a snapshot, and goes its own way from there.
#[derive(Debug, Clone)]
pub struct Execution {
    pub(crate) core: Core,
    pub(crate) frames: Slab<Frame>,
    /// Threads that can move, first come first served.
    pub(crate) ready: VecDeque<FrameId>,
    facts: VecDeque<Fact>,
    root: FrameId,
    last_now: Timestamp,
    /// A thread may be held by a debugger.
    pub(crate) holds: bool,
}

/// One micro step: what happened and what to do next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
}

impl Step {
    pub fn clear(&mut self) {
        self.events.clear();
        self.effects.clear();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// As the service's API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut => "TIMED_OUT",
            Status::Aborted => "ABORTED",
        }
    }
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub status: Status,
    /// Only of a success.
    pub output: Option<Value>,
    pub failure: Failure,
    pub at: Timestamp,
}

/// A task that waits for its answer, or a timer's owner: what a person sees of an execution at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub thread: u32,
    pub execution: ChildId,
    pub scope: Scope,
    pub state: StateRef,
    pub input: Value,
    pub variables: Vars,
    /// The effect that would move the thread.
    pub effect: Option<EffectId>,
    pub task_token: Option<Text>,
    pub wake_at: Option<Timestamp>,
}

impl Execution {
    /// An execution that has not taken its first step.
    pub fn start(machine: Arc<Compiled>, settings: Settings, input: Value) -> Execution {
        let state = settings.start_at.unwrap_or_else(|| machine.scope(ScopeRef(0)).start);
        let mut vars = Vars::default();
        for (name, value) in &settings.variables {
            vars.assign(name, value.clone());
        }
        let frame = Frame {
            role: Role::Root,
            execution: ChildId(0),
            scope: Scope::default(),
            state,
            input: input.clone(),
            vars,
            item: None,
            last: 0,
            before: 0,
            entered: 0,
            entered_at: Timestamp::default(),
            cause: EventId(0),
            retry_count: 0,
            retries: Vec::new(),
            phase: Phase::Starting,
            flow: Vec::new(),
            by_hand: None,
            held: false,
        };
        let mut frames = Slab::default();
        let root = frames.insert(frame);
        let core = Core::new(machine, Arc::new(settings), input, Timestamp::default());
        Execution {
            core,
            frames,
            ready: VecDeque::from([root]),
            facts: VecDeque::new(),
            root,
            last_now: Timestamp(i64::MIN),
            holds: false,
        }
    }

    /// Records one outcome from outside; a later [`Execution::step`] takes it in. Facts about an effect that is unknown
    /// or settled are ignored: a cancelled task may still answer.
    pub fn deliver(&mut self, fact: Fact) {
        self.facts.push_back(fact);
    }

    /// How many facts were delivered and not yet taken in.
    pub fn waiting_facts(&self) -> usize {
        self.facts.len()
    }

    /// Takes the next micro step, or `None` while nothing can move without a new fact or a later `now`.
    pub fn step(&mut self, now: Timestamp) -> Option<Step> {
        let mut step = Step::default();
        self.step_into(now, &mut step).then_some(step)
    }

    /// The same into storage that is used again. `false`: nothing moved, and `step` is empty.
    pub fn step_into(&mut self, now: Timestamp, step: &mut Step) -> bool {
        step.clear();
        // Time never runs backwards inside an execution, whatever a clock does outside.
        let now = now.max(self.last_now);
        let mut turn = Turn { now, step };
        loop {
            if let Some(fact) = self.facts.pop_front() {
                crate::answer::take(self, &mut turn, fact);
            } else if self.core.outcome.is_some() {
                return false;
            } else if let Some((timer, frame)) = self.due(now) {
                self.fire(&mut turn, timer, frame);
            } else if let Some(frame) = self.next_ready() {
                self.advance(&mut turn, frame);
            } else {
                return false;
            }
            if let Some(child) = self.core.full.take() {
                crate::ending::history_full(self, &mut turn, child);
            }
            if !turn.step.events.is_empty() || !turn.step.effects.is_empty() {
                self.last_now = now;
                return true;
            }
        }
    }

    pub fn is_finished(&self) -> bool {
        self.core.outcome.is_some()
    }

    pub fn status(&self) -> Status {
        self.core.outcome.as_ref().map_or(Status::Running, |outcome| outcome.status)
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.core.outcome.as_ref()
    }

    pub fn machine(&self) -> &Arc<Compiled> {
        &self.core.machine
    }

    pub fn settings(&self) -> &Arc<Settings> {
        &self.core.settings
    }

    pub fn input(&self) -> &Value {
        &self.core.input
    }

    pub fn started_at(&self) -> Timestamp {
        self.core.started_at
    }

    pub fn redrive_count(&self) -> u32 {
        self.core.redrive_count
    }

    /// How many events the execution has written.
    pub fn events_so_far(&self) -> u64 {
        self.core.events_so_far()
    }

    /// Child executions of distributed Maps, in the order they started; the first is [`ChildId`] 1.
    pub fn children(&self) -> impl Iterator<Item = (ChildId, &Child)> {
        (1u32..).map(ChildId).zip(self.core.children.iter())
    }

    pub fn map_runs(&self) -> &[MapRun] {
        &self.core.map_runs
    }

    /// When the next timer goes off: where a virtual clock may jump to once nothing else can move.
    pub fn next_wake(&self) -> Option<Timestamp> {
        if self.is_finished() {
            return None;
        }
        self.core.timers.iter().find(|(_, frame)| !self.is_held(**frame)).map(|((at, _), _)| *at)
    }

    /// Every thread that has entered a state and not left it, outermost first.
    pub fn threads(&self) -> impl Iterator<Item = Waiting> {
        self.frames.iter().filter(|(_, frame)| frame.is_inside()).map(|(id, frame)| waiting(id, frame))
    }

    /// The context object as a thread sees it now.
    pub fn context_object(&self, thread: u32) -> Option<Value> {
        let frame = self.frames.get(thread)?;
        let token = match &frame.phase {
            Phase::Task(task) => task.token.as_ref(),
            _ => None,
        };
        Some(context_object::build(&self.core, frame, frame.item.as_deref(), token))
    }

    fn due(&self, now: Timestamp) -> Option<(Timer, Option<FrameId>)> {
        let timers = self.core.timers.iter();
        let due = timers.take_while(|((wake_at, _), _)| *wake_at <= now);
        let mut due = due.filter(|(_, frame)| !self.is_held(**frame));
        due.next().map(|(&(wake_at, effect), &frame)| (Timer { wake_at, effect }, frame))
    }

    fn next_ready(&mut self) -> Option<FrameId> {
        if !self.holds {
            return self.ready.pop_front();
        }
        let at = self.ready.iter().position(|id| !self.is_held(Some(*id)))?;
        self.ready.remove(at)
    }

    fn is_held(&self, frame: Option<FrameId>) -> bool {
        self.holds && frame.and_then(|id| self.frames.get(id)).is_some_and(|frame| frame.held)
    }

    /// A timer went off.
    pub(crate) fn fire(&mut self, turn: &mut Turn<'_>, timer: Timer, frame: Option<FrameId>) {
        self.core.timers.remove(&(timer.wake_at, timer.effect));
        let Some(id) = frame else {
            crate::ending::timed_out(self, turn);
            return;
        };
        let Some(frame) = self.frames.get_mut(id) else { return };
        match &frame.phase {
            Phase::Waiting { .. } => {
                let flow = states::wait::leave(&mut self.core, frame, turn);
                self.follow(turn, id, flow);
            }
            Phase::Backoff { .. } => {
                frame.phase = Phase::Running;
                let state = frame.state;
                self.core.note(turn, frame, EventKind::TimerFired { state });
                self.ready.push_back(id);
            }
            Phase::Task(_) => {
                states::task::timed_out(&mut self.core, frame, turn, timer);
                self.ready.push_back(id);
            }
            _ => {}
        }
    }

    /// One micro step of one thread.
    fn advance(&mut self, turn: &mut Turn<'_>, id: FrameId) {
        let Some(frame) = self.frames.get_mut(id) else { return };
        let flow = match &mut frame.phase {
            Phase::Starting => {
                crate::fan_out::begin(self, turn, id);
                return;
            }
            Phase::Entering => enter(&mut self.core, frame, turn),
            Phase::Running => {
                let machine = Arc::clone(&self.core.machine);
                states::run(&mut self.core, machine.state(frame.state), frame, id, turn)
            }
            Phase::Task(_) => states::task::start(&mut self.core, frame, id, turn),
            Phase::Settled(_) => states::settle(&mut self.core, frame, turn),
            Phase::FanOut(_) => states::gather(&mut self.core, frame, id, turn),
            Phase::Failing(_) => {
                crate::failing::handle(self, turn, id);
                return;
            }
            Phase::Finished(_) => {
                crate::fan_out::finish(self, turn, id);
                return;
            }
            Phase::Waiting { .. } | Phase::Backoff { .. } | Phase::Dataset { .. } | Phase::Frozen { .. } => Flow::Waits,
        };
        self.follow(turn, id, flow);
    }

    pub(crate) fn follow(&mut self, turn: &mut Turn<'_>, id: FrameId, flow: Flow) {
        match flow {
            Flow::Waits => {}
            Flow::Goes => self.ready.push_back(id),
            Flow::Forks(fan_out) => crate::fan_out::fork(self, turn, id, fan_out),
        }
    }

    pub(crate) fn root(&self) -> FrameId {
        self.root
    }
}

/// Enters a state: its input is known, nothing of it has been evaluated.
fn enter(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>) -> Flow {
    frame.before = frame.last;
    frame.entered_at = turn.now;
    frame.retry_count = 0;
    frame.retries.clear();
    frame.flow.clear();
    frame.by_hand = None;
    let (state, input) = (frame.state, frame.input.clone());
    frame.entered = core.event(turn, frame, EventKind::StateEntered { state, input });
    frame.phase = Phase::Running;
    Flow::Goes
}

/// The environment of a frame's expressions, handed to `work`.
pub(crate) fn with_env<T>(
    core: &mut Core,
    frame: &Frame,
    item: Option<&Item>,
    token: Option<&Text>,
    now: Timestamp,
    work: impl FnOnce(&mut Env<'_>) -> T,
) -> T {
    let mut chance = core.chance.clone();
    let context = || context_object::build(core, frame, item, token);
    let variables = |name: &str| frame.vars.get(name).cloned();
    let scope = query::Scope { input: &frame.input, context: &context, variables: &variables };
    let result = work(&mut Env { scope, chance: &mut chance, now, result: None, error_output: None });
    core.chance = chance;
    result
}

/// The first step of all.
pub(crate) fn begin_execution(execution: &mut Execution, turn: &mut Turn<'_>) {
    let core = &mut execution.core;
    core.started_at = turn.now;
    let root = execution.root;
    let frame = execution.frames.get_mut(root).expect("the root lives as long as the execution");
    let (input, settings) = (core.input.clone(), Arc::clone(&core.settings));
    let too_large = limits::is_too_large(&input);
    core.event_after(turn, frame, 0, EventKind::ExecutionStarted { input, settings });
    frame.phase = Phase::Entering;
    start_deadline(core, turn);
    if too_large && core.settings.limits == Limits::Enforce {
        let cause = "The execution input is larger than the maximum number of bytes service limit.";
        // No state has begun: none may handle it.
        let failure = Failure::new(fault::DATA_LIMIT, cause);
        let failing = Failing { failure, heartbeat: false, fate: Fate::Fatal, fan_out: None };
        frame.phase = Phase::Failing(Box::new(failing));
    }
    execution.ready.push_back(root);
}

/// The timer of the whole execution: its definition's `TimeoutSeconds`, or the limit of its kind.
pub(crate) fn start_deadline(core: &mut Core, turn: &mut Turn<'_>) {
    let limit = match core.settings.kind {
        Kind::Standard => limits::STANDARD_SECONDS,
        Kind::Express | Kind::SyncExpress => limits::EXPRESS_SECONDS,
    };
    let limit = (core.settings.limits == Limits::Enforce).then_some(limit);
    let own = core.machine.scope(ScopeRef(0)).timeout_seconds;
    let seconds = match (own, limit) {
        (Some(own), Some(limit)) => Some(own.min(limit)),
        // A year is no timer that anybody waits for: only a definition's own limit and the one of Express are.
        (None, Some(limit)) if limit == limits::EXPRESS_SECONDS => Some(limit),
        (own, _) => own,
    };
    if let Some(seconds) = seconds {
        core.start_timer(turn, None, turn.now.after(std::time::Duration::from_secs(seconds)));
    }
}

fn waiting(id: FrameId, frame: &Frame) -> Waiting {
    let (effect, task_token, wake_at) = match &frame.phase {
        Phase::Waiting { timer } | Phase::Backoff { timer } => (Some(timer.effect), None, Some(timer.wake_at)),
        Phase::Task(task) => {
            let timers = [task.timeout, task.heartbeat].into_iter().flatten().map(|timer| timer.wake_at);
            (Some(task.effect), task.token.clone(), timers.min())
        }
        Phase::Dataset { effect, .. } => (Some(*effect), None, None),
        _ => (None, None, None),
    };
    Waiting {
        thread: id,
        execution: frame.execution,
        scope: frame.scope.clone(),
        state: frame.state,
        input: frame.input.clone(),
        variables: frame.vars.clone(),
        effect,
        task_token,
        wake_at,
    }
}
