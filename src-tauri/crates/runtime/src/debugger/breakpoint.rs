//! Where a run stops, or says something and goes on.

use std::collections::HashMap;

use machine::{Compiled, Event, EventKind, Execution, Integration, Pattern, StateRef, Via};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::debug::{Focus, evaluate, holds, message};
use crate::debugger::PauseReason;
use crate::records::state_of;

/// Where executions of a workflow stop.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Breakpoint {
    /// JSON pointer of the state, or, for a transition, the edge's id: `/States/A#rule2`. Empty is every state.
    pub place: String,
    pub on: StopOn,
    /// With [`StopOn::Error`]: the names of the errors, as in `ErrorEquals`. None are every error.
    pub errors: Vec<String>,
    /// JSONata or JSONPath over the paused scope: `$states.input`, `$states.result` on the way out, variables, `$.path`.
    pub condition: Option<String>,
    /// Which hits count; 0 and 1 with [`HitRule::From`] are every hit.
    pub hits: u32,
    pub hit_rule: HitRule,
    /// A text with `{expressions}` to log instead of stopping.
    pub log: Option<String>,
    /// In a branch or an item: the others go on while it stands still.
    pub others_go_on: bool,
    pub enabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum StopOn {
    #[default]
    Enter,
    Exit,
    /// The transition is taken.
    Transition,
    /// The state fails, and no Retrier and no Catcher has looked at it yet.
    Error,
    Retry,
    /// A task hands out its token, or an activity waits for a worker.
    Token,
    /// An item of the Map begins.
    Item,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum HitRule {
    /// From this hit on.
    #[default]
    From,
    /// At this hit only.
    At,
    /// At every so many hits.
    Every,
}

/// A breakpoint said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The last number of the history.
    pub event: u32,
    pub at: machine::Timestamp,
    pub node: Option<String>,
    pub iterations: Vec<u32>,
    pub text: String,
    /// An expression in the text could not be evaluated.
    pub failed: bool,
}

/// What a look at an event came to.
pub(super) enum Hit {
    Stop(PauseReason),
    Say(Result<String, String>),
}

/// A breakpoint of one execution.
pub(super) struct Set {
    pub(super) breakpoint: Breakpoint,
    state: Option<StateRef>,
    via: Option<Via>,
    pub(super) hit: u32,
}

/// The kept breakpoints of a workflow: by its file, or by its name while it has none.
pub fn kept_breakpoints(store: &Store, path: Option<&str>, workflow: &str) -> Result<Vec<Breakpoint>, StoreError> {
    let key = key(path, workflow);
    let kept = store.read(|db| db.setting(&key))?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
}

pub fn keep_breakpoints(
    store: &Store,
    path: Option<&str>,
    workflow: &str,
    breakpoints: &[Breakpoint],
) -> Result<(), StoreError> {
    let key = key(path, workflow);
    let text = serde_json::to_string(breakpoints).expect("breakpoints are plain data");
    store.write_now(move |db| db.put_setting(&key, &text))
}

/// The workflow's file has another path now.
pub fn move_breakpoints(store: &Store, from: &str, to: &str) -> Result<(), StoreError> {
    let (from, to) = (key(Some(from), ""), key(Some(to), ""));
    store.write_now(move |db| db.move_setting(&from, &to))
}

fn key(path: Option<&str>, workflow: &str) -> String {
    match path {
        Some(path) => format!("breakpoints:{path}"),
        None => format!("breakpoints:untitled:{workflow}"),
    }
}

/// Breakpoints made ready for a machine; those that stood before keep their counts.
pub(super) fn arm(breakpoints: Vec<Breakpoint>, machine: &Compiled, old: &[Set]) -> Vec<Set> {
    let mut counts: HashMap<(&str, StopOn), u32> = HashMap::new();
    for set in old {
        counts.insert((&set.breakpoint.place, set.breakpoint.on), set.hit);
    }
    let hits = |breakpoint: &Breakpoint| counts.get(&(&*breakpoint.place, breakpoint.on)).copied().unwrap_or(0);
    let arm = |breakpoint: Breakpoint| {
        let (pointer, via) = match breakpoint.on {
            StopOn::Transition => {
                breakpoint.place.rsplit_once('#').map_or((&*breakpoint.place, None), |(from, way)| (from, way_of(way)))
            }
            _ => (&*breakpoint.place, None),
        };
        Set { state: machine.state_at(pointer), via, hit: hits(&breakpoint), breakpoint }
    };
    breakpoints.into_iter().map(arm).collect()
}

impl Set {
    pub(super) fn look(&mut self, event: &Event, execution: &Execution, number: u32) -> Option<Hit> {
        if !self.may(event, execution.machine()) {
            return None;
        }
        match self.holds(event, execution) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(problem) => return Some(Hit::Stop(PauseReason::Condition(number, problem))),
        }
        self.hit = self.hit.saturating_add(1);
        let wanted = self.breakpoint.hits.max(1);
        let counts = match self.breakpoint.hit_rule {
            HitRule::From => self.hit >= wanted,
            HitRule::At => self.hit == wanted,
            HitRule::Every => self.hit.is_multiple_of(wanted),
        };
        if !counts {
            return None;
        }
        Some(match &self.breakpoint.log {
            Some(log) => Hit::Say(message(execution, &Focus::of_event(execution, event, event.at), log)),
            None => Hit::Stop(PauseReason::Breakpoint(number)),
        })
    }

    /// Whether it is about this event, its condition and its count aside.
    pub(super) fn may(&self, event: &Event, machine: &Compiled) -> bool {
        self.breakpoint.enabled && self.is_here(event) && self.is_hit(event, machine)
    }

    fn is_here(&self, event: &Event) -> bool {
        let state = state_of(&event.kind);
        match self.state {
            Some(own) => state == Some(own),
            None => self.breakpoint.place.is_empty() && state.is_some(),
        }
    }

    fn is_hit(&self, event: &Event, machine: &Compiled) -> bool {
        match (self.breakpoint.on, &event.kind) {
            (StopOn::Enter, EventKind::StateEntered { .. })
            | (StopOn::Exit, EventKind::StateExited { .. })
            | (StopOn::Retry, EventKind::RetryScheduled(_)) => true,
            (StopOn::Error, kind) => kind.raised().is_some(),
            (StopOn::Token, EventKind::TaskSubmitted { state, .. }) => {
                machine.state(*state).integration().pattern() == Pattern::WaitForTaskToken
            }
            (StopOn::Token, EventKind::TaskScheduled(scheduled)) => {
                *machine.state(scheduled.state).integration() == Integration::Activity
            }
            (StopOn::Item, EventKind::Iteration { change, .. }) => *change == machine::IterationChange::Started,
            (StopOn::Item, EventKind::ExecutionStarted { .. }) => event.execution != machine::ChildId(0),
            (StopOn::Transition, EventKind::StateExited { detail, .. }) => {
                let via = detail.as_deref().map_or(Via::Next, |detail| detail.via);
                self.via.is_none_or(|wanted| via == wanted)
            }
            _ => false,
        }
    }

    pub(super) fn holds(&self, event: &Event, execution: &Execution) -> Result<bool, String> {
        if self.breakpoint.on == StopOn::Error && !execution.raises(event, &self.breakpoint.errors) {
            return Ok(false);
        }
        let condition = self.breakpoint.condition.as_deref().map(str::trim).filter(|condition| !condition.is_empty());
        let Some(condition) = condition else { return Ok(true) };
        let focus = Focus::of_event(execution, event, event.at);
        evaluate(execution, &focus, condition).map(|value| holds(&value))
    }
}

/// Breakpoints applied to the past: counts do not count there, and nothing is logged again.
pub(crate) struct Stops(Vec<Set>);

impl Stops {
    pub(crate) fn new(breakpoints: &[Breakpoint], machine: &Compiled) -> Stops {
        let stopping = breakpoints.iter().filter(|breakpoint| breakpoint.log.is_none()).cloned().collect();
        Stops(arm(stopping, machine, &[]))
    }

    /// Whether one may stop at an event, its condition aside.
    pub(crate) fn may(&self, event: &Event, machine: &Compiled) -> bool {
        self.0.iter().any(|set| set.may(event, machine))
    }

    pub(crate) fn at(&self, event: &Event, execution: &Execution) -> bool {
        self.0
            .iter()
            .filter(|set| set.may(event, execution.machine()))
            .any(|set| set.holds(event, execution).unwrap_or(true))
    }
}

fn way_of(text: &str) -> Option<Via> {
    let index = |digits: &str| digits.parse::<u32>().ok();
    match text {
        "next" | "end" => Some(Via::Next),
        "default" => Some(Via::Default),
        _ => {
            let rule = text.strip_prefix("rule").and_then(index).map(Via::Rule);
            rule.or_else(|| text.strip_prefix("catch").and_then(index).map(Via::Catch))
        }
    }
}
