//! What a debugger sees of an execution between two micro steps: every thread, where it stands and what it holds.

use query::Value;

use crate::compiled::StateRef;
use crate::effect::EffectId;
use crate::event::{ChildId, Event, Failure, Scope, Stage};
use crate::execution::Execution;
use crate::frame::{Frame, FrameId, Phase, Role};
use crate::retrier;
use crate::time::Timestamp;
use crate::vars::Vars;

/// One flow of control: the top level, a branch, an item.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadView {
    pub thread: u32,
    pub parent: Option<u32>,
    pub execution: ChildId,
    pub scope: Scope,
    pub state: StateRef,
    pub stand: Stand,
    /// The raw input of the state.
    pub input: Value,
    /// What the state's work came to, once it is known.
    pub result: Option<Value>,
    pub failure: Option<Failure>,
    pub variables: Vars,
    /// The stages of data flow so far.
    pub flow: Vec<(Stage, Value)>,
    /// The nearest Map's item.
    pub item: Option<(u32, Value)>,
    /// The effect that would move the thread, and when its time is up.
    pub effect: Option<EffectId>,
    pub wake_at: Option<Timestamp>,
    /// Timers of the thread that run.
    pub timers: Vec<TimerView>,
    /// A debugger holds it while others go on.
    pub held: bool,
    /// What a person decided about the state that it has not come to yet.
    pub decided: Vec<(Stage, Value)>,
    /// A person has answered its call, or chosen its way out.
    pub answered: bool,
}

/// A timer that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerView {
    pub effect: EffectId,
    pub kind: TimerKind,
    pub wake_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// The end of a Wait.
    Wait,
    /// The next attempt.
    Retry,
    Timeout,
    /// The next sign of life is due.
    Heartbeat,
}

/// Where a thread stands with its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// The next step enters it.
    Entering,
    /// The next step does its work.
    Entered,
    /// A task or a dataset is under way.
    Calling,
    /// A Wait, or the time before a retry.
    Waiting,
    /// Branches or items are under way.
    FannedOut,
    /// The next step leaves it.
    Leaving,
    /// The next step looks for a Retrier and a Catcher.
    Failing,
    /// The thread has come to its end.
    Ended,
}

impl Execution {
    /// Every thread that lives, outer ones before those inside of them.
    pub fn look(&self) -> Vec<ThreadView> {
        let mut views: Vec<ThreadView> = self.frames.iter().map(|(id, frame)| view(id, frame)).collect();
        views.sort_by_key(|view| (view.scope.steps().len(), view.thread));
        views
    }

    pub fn look_at(&self, thread: u32) -> Option<ThreadView> {
        self.frames.get(thread).map(|frame| view(thread, frame))
    }

    /// Whether a state that fails right now fails with one of `names`, read as in `ErrorEquals`. No names are every error.
    pub fn raises(&self, event: &Event, names: &[String]) -> bool {
        let Some((_, failure)) = event.kind.raised() else { return false };
        if names.is_empty() {
            return true;
        }
        let frame = self.thread_of(event.execution, &event.scope).and_then(|thread| self.frames.get(thread));
        match frame.map(|frame| &frame.phase) {
            Some(Phase::Failing(failing)) => retrier::names(names, &failing.failure, failing.heartbeat),
            _ => retrier::names(names, failure, false),
        }
    }

    /// The thread that an event of `execution` and `scope` belongs to, if it lives.
    pub fn thread_of(&self, execution: ChildId, scope: &Scope) -> Option<u32> {
        self.frames.iter().find(|(_, frame)| frame.execution == execution && frame.scope == *scope).map(|(id, _)| id)
    }
}

fn view(id: FrameId, frame: &Frame) -> ThreadView {
    let mut view = ThreadView {
        thread: id,
        parent: match frame.role {
            Role::Root => None,
            Role::Branch { parent, .. } | Role::Iteration { parent, .. } | Role::Child { parent, .. } => Some(parent),
        },
        execution: frame.execution,
        scope: frame.scope.clone(),
        state: frame.state,
        stand: Stand::Entered,
        input: frame.input.clone(),
        result: None,
        failure: None,
        variables: frame.vars.clone(),
        flow: frame.flow.clone(),
        item: frame.item.as_ref().map(|item| (item.index, item.value.clone())),
        effect: None,
        wake_at: None,
        timers: Vec::new(),
        held: frame.held,
        decided: frame.by_hand.as_ref().map(|by_hand| by_hand.stages.clone()).unwrap_or_default(),
        answered: frame.by_hand.as_ref().is_some_and(|by_hand| by_hand.answer.is_some() || by_hand.choice.is_some()),
    };
    match &frame.phase {
        Phase::Starting | Phase::Entering => view.stand = Stand::Entering,
        Phase::Running => {}
        Phase::Waiting { timer } | Phase::Backoff { timer } => {
            view.stand = Stand::Waiting;
            view.effect = Some(timer.effect);
            view.wake_at = Some(timer.wake_at);
            let kind = if matches!(frame.phase, Phase::Waiting { .. }) { TimerKind::Wait } else { TimerKind::Retry };
            view.timers.push(TimerView { effect: timer.effect, kind, wake_at: timer.wake_at });
        }
        Phase::Task(task) => {
            view.stand = Stand::Calling;
            view.effect = Some(task.effect);
            for (kind, timer) in [(TimerKind::Timeout, task.timeout), (TimerKind::Heartbeat, task.heartbeat)] {
                let timer = timer.map(|timer| TimerView { effect: timer.effect, kind, wake_at: timer.wake_at });
                view.timers.extend(timer);
            }
            view.wake_at = view.timers.iter().map(|timer| timer.wake_at).min();
        }
        Phase::Dataset { effect, .. } => {
            view.stand = Stand::Calling;
            view.effect = Some(*effect);
        }
        Phase::FanOut(_) => view.stand = Stand::FannedOut,
        Phase::Settled(result) => {
            view.stand = Stand::Leaving;
            view.result = Some(result.clone());
        }
        Phase::Failing(failing) => {
            view.stand = Stand::Failing;
            view.failure = Some(failing.failure.clone());
        }
        Phase::Finished(result) => {
            view.stand = Stand::Ended;
            view.result = Some(result.clone());
        }
        Phase::Frozen { .. } => view.stand = Stand::Ended,
    }
    view
}
