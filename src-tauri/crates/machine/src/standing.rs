//! An execution put where a history says it was, for looking at it. The service's history does not tell what the interpreter keeps
//! besides (open effects, timers, the order in which threads are served), so such an execution is not for running on.

use std::sync::Arc;

use query::Value;

use crate::StateRef;
use crate::compiled::Compiled;
use crate::core::Core;
use crate::effect::EffectId;
use crate::event::{ChildId, EventId, Failure, Scope, ScopePart, Stage};
use crate::execution::Execution;
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, Item, Phase, Role, TaskPhase, TaskProgress, Timer};
use crate::look::Stand;
use crate::settings::Settings;
use crate::slab::Slab;
use crate::time::Timestamp;
use crate::vars::Vars;

/// One thread as a history shows it. Threads come outermost first, each with the place of the one around it in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub parent: Option<usize>,
    pub scope: Scope,
    pub state: StateRef,
    pub stand: Stand,
    pub input: Value,
    pub entered_at: Timestamp,
    /// Assigned in this thread's own scope.
    pub variables: Vec<(Arc<str>, Value)>,
    pub flow: Vec<(Stage, Value)>,
    pub result: Option<Value>,
    pub failure: Option<Failure>,
    pub retry_count: u32,
    /// The nearest Map's item.
    pub item: Option<(u32, Value)>,
}

impl Execution {
    /// An execution as `threads` say, at a moment of its past. It can be looked at; it cannot go on.
    pub fn standing(
        machine: Arc<Compiled>,
        settings: Settings,
        input: Value,
        started_at: Timestamp,
        threads: &[Standing],
    ) -> Execution {
        let mut execution = Execution::start(Arc::clone(&machine), settings, input.clone());
        let settings = Arc::clone(execution.settings());
        execution.core = Core::new(machine, settings, input, started_at);
        execution.ready.clear();
        if threads.is_empty() {
            return execution;
        }
        let mut frames: Slab<Frame> = Slab::default();
        let mut ids: Vec<FrameId> = Vec::with_capacity(threads.len());
        for thread in threads {
            let parent = thread.parent.and_then(|at| ids.get(at).copied());
            let around = parent.and_then(|parent| frames.get(parent));
            let mut vars = around.map(|frame| frame.vars.inside()).unwrap_or_default();
            for (name, value) in &thread.variables {
                vars.assign(name, value.clone());
            }
            let outer = around.and_then(|frame| frame.item.clone());
            let item = thread
                .item
                .as_ref()
                .map(|(index, value)| Arc::new(Item { index: *index, value: value.clone(), key: None, source: None }));
            ids.push(frames.insert(frame_of(thread, parent, vars, item.or(outer))));
        }
        execution.frames = frames;
        execution
    }
}

fn frame_of(thread: &Standing, parent: Option<FrameId>, vars: Vars, item: Option<Arc<Item>>) -> Frame {
    let role = match (parent, thread.scope.steps().last().map(|step| step.part)) {
        (Some(parent), Some(ScopePart::Branch(index))) => Role::Branch { parent, index },
        (Some(parent), Some(ScopePart::Iteration(index))) => Role::Iteration { parent, index },
        (Some(parent), Some(ScopePart::Child(index))) => Role::Child { parent, index },
        _ => Role::Root,
    };
    Frame {
        role,
        execution: ChildId(0),
        scope: thread.scope.clone(),
        state: thread.state,
        input: thread.input.clone(),
        vars,
        item,
        last: 0,
        before: 0,
        entered: 0,
        entered_at: thread.entered_at,
        cause: EventId(0),
        retry_count: thread.retry_count,
        retries: Vec::new(),
        phase: phase_of(thread),
        flow: thread.flow.clone(),
        by_hand: None,
        held: false,
    }
}

fn phase_of(thread: &Standing) -> Phase {
    let result = || thread.result.clone().unwrap_or_default();
    match thread.stand {
        Stand::Entering => Phase::Entering,
        Stand::Entered => Phase::Running,
        Stand::Calling => Phase::Task(Box::new(TaskPhase {
            effect: EffectId(0),
            progress: TaskProgress::Started,
            arguments: Value::Null,
            token: None,
            role_arn: None,
            timeout_seconds: None,
            heartbeat_seconds: None,
            timeout: None,
            heartbeat: None,
        })),
        Stand::Waiting => Phase::Waiting { timer: Timer { wake_at: thread.entered_at, effect: EffectId(0) } },
        Stand::FannedOut => Phase::FanOut(Box::new(FanOut::of_branches(0, thread.input.clone()))),
        Stand::Leaving => Phase::Settled(result()),
        Stand::Failing => Phase::Failing(Box::new(Failing {
            failure: thread.failure.clone().unwrap_or_default(),
            heartbeat: false,
            fate: Fate::Open,
            fan_out: None,
        })),
        Stand::Ended => Phase::Finished(result()),
    }
}
