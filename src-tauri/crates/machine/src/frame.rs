//! A thread of control: the top level, one branch, one iteration or one child execution, and where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use query::{Text, Value};

use crate::compiled::StateRef;
use crate::data_flow::Stages;
use crate::effect::EffectId;
use crate::event::{ChildId, EventId, Failure, Scope, Stage, Via};
use crate::fact::Answer;
use crate::map_run::Batching;
use crate::slab::SharedVec;
use crate::time::Timestamp;
use crate::vars::Vars;

/// The number of a frame while it lives. Debuggers call it a thread.
pub(crate) type FrameId = u32;

#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) role: Role,
    pub(crate) execution: ChildId,
    pub(crate) scope: Scope,
    pub(crate) state: StateRef,
    /// The input of the current state, before InputPath.
    pub(crate) input: Value,
    pub(crate) vars: Vars,
    /// The item of the nearest Map around the current state.
    pub(crate) item: Option<Arc<Item>>,
    /// The last event of this thread in the service's history: the next one's `previousEventId`.
    pub(crate) last: u32,
    /// The same before the current state was entered.
    pub(crate) before: u32,
    pub(crate) entered: u32,
    pub(crate) entered_at: Timestamp,
    /// The last event of this thread in the journal.
    pub(crate) cause: EventId,
    /// Retries of the current state so far, by all Retriers together: the context object's `RetryCount`.
    pub(crate) retry_count: u32,
    /// Retries by each Retrier; empty before the first.
    pub(crate) retries: Vec<u32>,
    pub(crate) phase: Phase,
    /// The stages of data flow that the current state has gone through.
    pub(crate) flow: Vec<(Stage, Value)>,
    /// What a person decided about the current state.
    pub(crate) by_hand: Option<Box<ByHand>>,
    /// A debugger holds the thread while others go on.
    pub(crate) held: bool,
}

/// What a debugger decided about a state that has not come to it yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByHand {
    pub(crate) stages: Vec<(Stage, Value)>,
    pub(crate) answer: Option<Given>,
    pub(crate) choice: Option<Via>,
}

/// The answer to a call.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) submitted: Option<Value>,
    pub(crate) answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Root,
    Branch {
        parent: FrameId,
        index: u32,
    },
    Iteration {
        parent: FrameId,
        index: u32,
    },
    /// A child execution of a distributed Map, working on one item or one batch.
    Child {
        parent: FrameId,
        index: u32,
    },
}

/// Where a thread stands. Each phase carries what only it needs.
#[derive(Debug, Clone)]
pub(crate) enum Phase {
    /// An iteration or child execution that has not announced itself.
    Starting,
    /// The next step enters the state.
    Entering,
    /// The next step does the state's work.
    Running,
    /// A Wait until a timer goes off.
    Waiting { timer: Timer },
    /// A task on its way.
    Task(Box<TaskPhase>),
    /// A task or fan-out ended well; the next step leaves the state.
    Settled(Value),
    /// Between a failure and its retry.
    Backoff { timer: Timer },
    /// Branches or iterations are under way, or all done.
    FanOut(Box<FanOut>),
    /// A distributed Map waits for its ItemReader or ResultWriter.
    Dataset { effect: EffectId, fan_out: Box<FanOut> },
    /// The state failed; the next step looks for a Retrier and a Catcher.
    Failing(Box<Failing>),
    /// The thread reached the end of its scope.
    Finished(Value),
    /// Nothing moves any more, unless the execution is redriven.
    Frozen { entered: bool, fan_out: Option<Box<FanOut>> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timer {
    pub(crate) wake_at: Timestamp,
    pub(crate) effect: EffectId,
}

#[derive(Debug, Clone)]
pub(crate) struct TaskPhase {
    pub(crate) effect: EffectId,
    pub(crate) progress: TaskProgress,
    pub(crate) arguments: Value,
    pub(crate) token: Option<Text>,
    pub(crate) role_arn: Option<Text>,
    pub(crate) timeout_seconds: Option<u64>,
    pub(crate) heartbeat_seconds: Option<u64>,
    pub(crate) timeout: Option<Timer>,
    pub(crate) heartbeat: Option<Timer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskProgress {
    Scheduled,
    Started,
    Submitted,
}

#[derive(Debug, Clone)]
pub(crate) struct Failing {
    pub(crate) failure: Failure,
    /// The failure is a missed heartbeat: `States.HeartbeatTimeout` names it too.
    pub(crate) heartbeat: bool,
    pub(crate) fate: Fate,
    /// What is left of the branches and iterations, kept for a redrive.
    pub(crate) fan_out: Option<Box<FanOut>>,
}

/// Who may still handle a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The state's Retriers and Catchers, then whatever is around it.
    Open,
    /// Only what is around the state: the failure came up while a Catcher was at work.
    Outside,
    /// Nobody: the execution ends.
    Fatal,
}

/// The children of a Parallel or a Map.
#[derive(Debug, Clone)]
pub(crate) struct FanOut {
    pub(crate) total: u32,
    /// The first child that has not begun.
    pub(crate) next: u32,
    /// Earlier children that have to run once more, after a redrive; the last one first.
    pub(crate) again: Vec<u32>,
    pub(crate) done: u32,
    pub(crate) results: SharedVec<Value>,
    /// Children that live, by index.
    pub(crate) running: BTreeMap<u32, FrameId>,
    /// What a branch is given; for a Map the input that `ItemSelector` reads.
    pub(crate) input: Value,
    pub(crate) map: Option<Box<MapFan>>,
}

/// What a Map adds to its fan-out.
#[derive(Debug, Clone)]
pub(crate) struct MapFan {
    pub(crate) items: SharedVec<Item>,
    pub(crate) concurrency: u32,
    /// What `MaxConcurrency` says; 0 for no limit.
    pub(crate) wanted_concurrency: u32,
    /// Only for distributed Maps.
    pub(crate) run: Option<RunFan>,
}

/// What a distributed Map adds to that.
#[derive(Debug, Clone)]
pub(crate) struct RunFan {
    /// The number of the Map Run.
    pub(crate) number: u32,
    /// The event `MapRunStarted`, which the state's exit follows.
    pub(crate) started: u32,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
    pub(crate) failed_items: u32,
    /// Children that failed, by index.
    pub(crate) failed: Vec<u32>,
    pub(crate) batching: Option<Batching>,
    /// Inputs of the child executions and how many items each holds; empty without an ItemBatcher.
    pub(crate) batches: SharedVec<(Value, u32)>,
    /// How many items there are; before they have been read, how many may be.
    pub(crate) items: u32,
    /// The ResultWriter has written: what the state's result is.
    pub(crate) written: Option<Value>,
}

/// One item of a Map, as the context object shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) index: u32,
    pub(crate) value: Value,
    /// Of an object: the member's name.
    pub(crate) key: Option<Arc<str>>,
    /// Where the item was read from, for an ItemReader.
    pub(crate) source: Option<Text>,
}

impl Frame {
    /// Whether the current state has been entered.
    pub(crate) fn is_inside(&self) -> bool {
        match &self.phase {
            Phase::Starting | Phase::Entering | Phase::Finished(_) => false,
            Phase::Frozen { entered, .. } => *entered,
            _ => true,
        }
    }

    pub(crate) fn keep(&mut self, stage: Stage, value: &Value) {
        self.flow.push((stage, value.clone()));
    }

    /// The result of the state's work, or what a person put in its place.
    pub(crate) fn keep_result(&mut self, result: &Value) -> Value {
        let mut stages = self.take_stages();
        let result = stages.keep(Stage::Result, result.clone());
        self.put_stages(stages);
        result
    }

    /// The stages so far and those that a person wants otherwise, to be given back.
    pub(crate) fn take_stages(&mut self) -> Stages {
        Stages {
            noted: std::mem::take(&mut self.flow),
            by_hand: self.by_hand.as_mut().map(|by_hand| std::mem::take(&mut by_hand.stages)).unwrap_or_default(),
        }
    }

    pub(crate) fn put_stages(&mut self, stages: Stages) {
        self.flow = stages.noted;
        if let Some(by_hand) = &mut self.by_hand {
            by_hand.stages = stages.by_hand;
        }
    }
}

impl FanOut {
    pub(crate) fn of_branches(total: u32, input: Value) -> FanOut {
        FanOut {
            total,
            next: 0,
            again: Vec::new(),
            done: 0,
            results: nulls(total),
            running: BTreeMap::new(),
            input,
            map: None,
        }
    }

    pub(crate) fn of_items(total: u32, input: Value, map: MapFan) -> FanOut {
        let map = Some(Box::new(map));
        FanOut {
            total,
            next: 0,
            again: Vec::new(),
            done: 0,
            results: nulls(total),
            running: BTreeMap::new(),
            input,
            map,
        }
    }

    /// How many children may run at once.
    pub(crate) fn concurrency(&self) -> u32 {
        self.map.as_ref().map_or(u32::MAX, |map| map.concurrency)
    }

    /// The items have been read.
    pub(crate) fn refill(&mut self, total: u32, items: SharedVec<Item>) {
        self.total = total;
        self.results = nulls(total);
        if let Some(map) = &mut self.map {
            map.items = items;
        }
    }

    /// The child to begin now, if there is one left.
    pub(crate) fn take_next(&mut self) -> Option<u32> {
        if let Some(index) = self.again.pop() {
            return Some(index);
        }
        let index = (self.next < self.total).then_some(self.next)?;
        self.next += 1;
        Some(index)
    }

    pub(crate) fn has_room(&self) -> bool {
        let left = !self.again.is_empty() || self.next < self.total;
        left && (self.running.len() as u64) < u64::from(self.concurrency())
    }

    pub(crate) fn run(&self) -> Option<&RunFan> {
        self.map.as_ref()?.run.as_ref()
    }

    pub(crate) fn run_mut(&mut self) -> Option<&mut RunFan> {
        self.map.as_mut()?.run.as_mut()
    }
}

fn nulls(count: u32) -> SharedVec<Value> {
    (0..count).map(|_| Value::Null).collect()
}
