//! An execution run from its beginning with what an earlier one was told: the same definition, or an edited one. Nothing is
//! called: every answer is a recorded one.
//!
//! While the run does what was recorded, event for event, it is told everything at the same point and time, so that the same
//! definition writes the same journal. From the first difference on, calls get the answers of the call with the same number of
//! the same state, in the order and not before the time of the recording.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use machine::{Compiled, EffectId, Event, Execution, Fact, Settings, Stand, StateRef, Status, Step, Timestamp};
use query::Value;

use crate::recording::{Calls, Mapping, Recording, Shape, Target, Told, Whom, call_of, is_answer, own_number, told_to};

/// More events than this are an endless loop.
const MOST_EVENTS: usize = 200_000;

#[derive(Debug, Clone)]
pub(crate) struct Rerun {
    pub(crate) events: Vec<Event>,
    pub(crate) stopped: Stopped,
    /// How many calls were answered with what was recorded.
    pub(crate) answered: u32,
    /// Whether the events were those recorded, their data aside.
    pub(crate) is_alike: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// At the event that was asked for.
    Reached,
    /// There is no recorded answer for a call, by the state's name.
    Asks(Arc<str>),
    Ended(Status),
    /// Nothing moves, or it does not end.
    Stuck,
}

/// Runs until the target, or as far as what was recorded carries.
pub(crate) fn rerun(
    machine: &Arc<Compiled>,
    settings: Settings,
    input: Value,
    recording: &Recording,
    target: Option<&Target>,
) -> Rerun {
    let start = recording.beats.first().map_or(Timestamp(0), |beat| beat.at);
    let mut run = Run {
        recording,
        mapping: Mapping::same(machine),
        execution: Execution::start(Arc::clone(machine), settings, input),
        events: Vec::new(),
        made: 0,
        is_alike: true,
        now: start,
        calls: HashMap::new(),
        numbers: Calls::default(),
        used: vec![false; recording.told.len()],
        first: 0,
        of_call: HashMap::new(),
        open: BTreeSet::new(),
        others: Vec::new(),
        answered: 0,
    };
    for (at, told) in recording.told.iter().enumerate() {
        match &told.whom {
            call @ Whom::Call { .. } => run.of_call.entry(call.clone()).or_default().push(at),
            Whom::Thread { .. } | Whom::Execution => run.others.push(at),
        }
    }
    let stopped = run.go(target);
    let Run { events, is_alike, answered, .. } = run;
    Rerun { events, stopped, answered, is_alike }
}

struct Run<'r> {
    recording: &'r Recording,
    mapping: Mapping,
    execution: Execution,
    events: Vec<Event>,
    /// Beats so far.
    made: usize,
    is_alike: bool,
    now: Timestamp,
    calls: HashMap<Whom, EffectId>,
    numbers: Calls,
    /// What has been told, or is of no use.
    used: Vec<bool>,
    /// Everything before is used.
    first: usize,
    /// What each call was told.
    of_call: HashMap<Whom, Vec<usize>>,
    /// What calls that have been made are still to be told.
    open: BTreeSet<usize>,
    /// What was told to others than calls.
    others: Vec<usize>,
    answered: u32,
}

impl Run<'_> {
    fn go(&mut self, target: Option<&Target>) -> Stopped {
        let mut step = Step::default();
        let mut seen = 0;
        loop {
            if self.is_alike
                && let Some(beat) = self.recording.beats.get(self.made)
            {
                self.now = self.now.max(beat.at);
            }
            if let Some(at) = self.due() {
                self.tell(at);
            }
            if self.execution.step_into(self.now, &mut step) {
                if self.take(&mut step, target, &mut seen) {
                    return Stopped::Reached;
                }
                if self.events.len() > MOST_EVENTS {
                    return Stopped::Stuck;
                }
            } else if self.execution.is_finished() {
                return Stopped::Ended(self.execution.status());
            } else if !self.wait() {
                let asks = self.execution.look().into_iter().find(|view| view.stand == Stand::Calling);
                return match asks {
                    Some(view) => Stopped::Asks(Arc::clone(&self.execution.machine().state(view.state).name)),
                    None => Stopped::Stuck,
                };
            }
        }
    }

    /// Takes a step's events and calls. Whether the target is among them.
    fn take(&mut self, step: &mut Step, target: Option<&Target>, seen: &mut u32) -> bool {
        let mut reached = false;
        for event in &step.events {
            let shape = Shape::of(event, &self.mapping);
            if let Some(target) = target
                && shape.as_ref() == Some(&target.shape)
            {
                *seen += 1;
                reached |= *seen == target.occurrence;
            }
            if self.recording.is_journal || own_number(event).is_some() {
                let expected = self.recording.beats.get(self.made).and_then(|beat| beat.shape.as_ref());
                self.is_alike &= expected.is_some() && expected == shape.as_ref();
                self.made += 1;
            }
        }
        for effect in &step.effects {
            if let Some((effect, state, scope)) = call_of(effect, &self.execution)
                && let Some(path) = self.mapping.path(&scope)
            {
                let call = self.numbers.next(state, path);
                self.open.extend(self.of_call.remove(&call).unwrap_or_default());
                self.calls.insert(call, effect);
            }
        }
        self.events.append(&mut step.events);
        reached
    }

    /// What is to be told before the next step.
    fn due(&mut self) -> Option<usize> {
        self.forget_used();
        let told = &self.recording.told;
        if self.is_alike {
            let next = told.get(self.first)?;
            return (next.beat == self.made && self.address(next).is_some()).then_some(self.first);
        }
        // What a person did to a state is done as soon as the state is there.
        let at = self.next_tellable()?;
        let is_change = matches!(told[at].whom, Whom::Thread { .. });
        (is_change || told[at].at <= self.now).then_some(at)
    }

    /// Nothing moves by itself: the next answer, or the next timer. Whether there is one.
    fn wait(&mut self) -> bool {
        self.forget_used();
        let next = self.next_tellable();
        let wake = self.execution.next_wake();
        let answer_at = next.map(|at| self.recording.told[at].at.max(self.now));
        match (next, answer_at, wake) {
            (Some(at), Some(answer_at), wake) if wake.is_none_or(|wake| answer_at <= wake) => {
                self.is_alike &= self.recording.told[at].beat == self.made;
                self.now = answer_at;
                self.tell(at);
                true
            }
            (_, _, Some(wake)) => {
                if !self.recording.is_journal && self.is_alike && self.made < self.recording.beats.len() {
                    // A delay that was rolled: what was recorded says when it was over.
                    if let Some(effect) = self.rolled(wake) {
                        self.execution.deliver(Fact::TimerFired { effect });
                        return true;
                    }
                }
                if self.made >= self.recording.beats.len() && !self.recording.is_journal {
                    // The history ends here, while it waits.
                    return false;
                }
                self.now = self.now.max(wake);
                true
            }
            _ => false,
        }
    }

    /// The timer of a retry whose delay was random.
    fn rolled(&self, wake: Timestamp) -> Option<EffectId> {
        let waits = |view: &machine::ThreadView| view.stand == Stand::Waiting && view.wake_at == Some(wake);
        self.execution.look().into_iter().find(waits)?.effect
    }

    fn forget_used(&mut self) {
        let passed = |told: &Told| self.is_alike && told.beat < self.made;
        while let Some(used) = self.used.get_mut(self.first)
            && (*used || passed(&self.recording.told[self.first]))
        {
            *used = true;
            self.first += 1;
        }
    }

    /// The first of what was recorded that somebody is there to hear.
    fn next_tellable(&mut self) -> Option<usize> {
        let told = &self.recording.told;
        // Calls that were answered, or were given up, hear nothing more.
        while let Some(at) = self.open.first().copied()
            && (self.used[at] || self.address(&told[at]).is_none())
        {
            self.open.remove(&at);
        }
        self.others.retain(|at| !self.used[*at]);
        let other = self.others.iter().copied().find(|at| self.address(&told[*at]).is_some());
        self.open.first().copied().into_iter().chain(other).min()
    }

    /// The effect or the thread that a fact is for, if it is there.
    fn address(&self, told: &Told) -> Option<(EffectId, u32)> {
        match &told.whom {
            Whom::Execution => Some((EffectId(0), 0)),
            call @ Whom::Call { .. } => {
                let effect = *self.calls.get(call)?;
                self.is_open(effect).then_some((effect, 0))
            }
            Whom::Thread { state, path } => {
                let (thread, effect) = self.thread_at(*state, path)?;
                // In a history only what a Map Run came to is told to a thread, once the run is under way.
                let is_early = || self.execution.look_at(thread).is_none_or(|view| !is_under_way(view.stand));
                if !self.recording.is_journal && is_early() {
                    return None;
                }
                Some((effect.unwrap_or(EffectId(0)), thread))
            }
        }
    }

    fn is_open(&self, effect: EffectId) -> bool {
        self.execution.threads().any(|thread| thread.effect == Some(effect))
    }

    fn thread_at(&self, state: StateRef, path: &crate::recording::Path) -> Option<(u32, Option<EffectId>)> {
        let views = self.execution.look();
        let here =
            |view: &&machine::ThreadView| view.state == state && self.mapping.path(&view.scope).as_ref() == Some(path);
        views.iter().find(here).map(|view| (view.thread, view.effect))
    }

    fn tell(&mut self, at: usize) {
        let told = &self.recording.told[at];
        self.used[at] = true;
        if let Some((effect, thread)) = self.address(told) {
            self.answered += u32::from(is_answer(&told.fact));
            self.execution.deliver(told_to(&told.fact, effect, thread));
        }
    }
}

fn is_under_way(stand: Stand) -> bool {
    matches!(stand, Stand::Calling | Stand::FannedOut)
}
