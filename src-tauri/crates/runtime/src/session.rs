//! One execution under way: an explicit loop over a closed set of inputs.
//!
//! Each micro step's events are written down before its effects are performed. Effects that reach outside (files, a
//! person's inbox) wait for the commit; answers of the script are given at once, since giving them again harms nobody.

mod messages;
mod told;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use machine::{
    DatasetRequest, Effect, Event, EventKind, Execution, Fact, Failure, Invocation, ResultFile, Stand, StateType,
    Status, Step, Timestamp,
};
use store::{Ending, StoreError};

use crate::answers::{Answers, OpenCall};
use crate::clock::{Clock, ClockMode};
use crate::datasets::Buckets;
use crate::debugger::{Advance, Debugger, Standing};
use crate::journal::Journal;
use crate::nested::{Called, Nesting, Time, is_nested};
use crate::progress::Progress;

pub use messages::Refused;
pub(crate) use messages::{Done, Message};
pub(crate) use told::Shared;
pub use told::{Notice, Observer};

/// The clock on the wall is looked at once in so many micro steps.
const STEPS_BETWEEN_LOOKS: u32 = 32;

pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) execution: Execution,
    pub(crate) clock: Clock,
    pub(crate) pace: Duration,
    pub(crate) answers: Answers,
    pub(crate) buckets: Buckets,
    pub(crate) journal: Journal,
    pub(crate) progress: Progress,
    pub(crate) inbox: Receiver<Message>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) facts: VecDeque<Fact>,
    /// Effects on files, performed once the events before them are committed.
    pub(crate) files: VecDeque<FileEffect>,
    pub(crate) acknowledge: Vec<Done>,
    pub(crate) last_notice: Option<Instant>,
    pub(crate) policy: Unanswered,
    pub(crate) tap: Option<Tap>,
    pub(crate) debugger: Debugger,
    pub(crate) nesting: Nesting,
    /// Calls of an earlier life that may have started other executions.
    pub(crate) calls: Vec<OpenCall>,
    /// The pause that is in the store.
    pub(crate) kept_pause: Option<Standing>,
    /// The time from which it goes on, where a wait is skipped while it stands still.
    pub(crate) skipped: Option<Timestamp>,
}

/// Sees every event as it happens.
pub type Tap = Box<dyn FnMut(&Event) + Send>;

#[derive(Debug, Clone)]
pub(crate) enum FileEffect {
    Read(Arc<DatasetRequest>),
    Write(Arc<DatasetRequest>, Vec<ResultFile>),
}

/// What to do when nothing but a person could move the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unanswered {
    Wait,
    /// End the loop: there is no person.
    Leave,
}

/// Why the loop ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Finished,
    /// The application ends, or nobody is there to answer.
    Left,
    /// The journal could not be written; nothing more was done.
    Unwritten(StoreError),
}

/// What a pause of the loop came to.
enum Woken {
    Again,
    Left,
}

impl Session {
    pub(crate) fn run(&mut self) -> Ended {
        match self.run_to_end() {
            Ok(ended) => ended,
            Err(error) => Ended::Unwritten(error),
        }
    }

    fn run_to_end(&mut self) -> Result<Ended, StoreError> {
        let mut step = Step::default();
        let mut until_look = 0;
        self.take_up_nested();
        self.leave_pinned();
        loop {
            if self.debugger.stands_still()
                && let Woken::Left = self.hold()?
            {
                self.journal.commit()?;
                return Ok(Ended::Left);
            }
            if let Some(fact) = self.facts.pop_front() {
                self.execution.deliver(fact);
            }
            if self.execution.step_into(self.clock.now(), &mut step) {
                let visible = self.take(&mut step)?;
                // The hold tells of what stands still, and hears what people say to it.
                if self.debugger.stands_still() {
                    continue;
                }
                if let Woken::Left = self.look_into_inbox() {
                    self.journal.commit()?;
                    return Ok(Ended::Left);
                }
                if until_look == 0 {
                    until_look = STEPS_BETWEEN_LOOKS;
                    self.publish_if_due()?;
                }
                until_look -= 1;
                if visible && !self.pace.is_zero() && !self.debugger.is_stepping() {
                    self.publish()?;
                    if let Woken::Left = self.pause(self.pace, true) {
                        self.journal.commit()?;
                        return Ok(Ended::Left);
                    }
                }
            } else if self.facts.is_empty() {
                self.publish()?;
                if self.perform_file_effect() {
                    continue;
                }
                if self.execution.is_finished() {
                    return self.end().map(|()| Ended::Finished);
                }
                let asked = self.answers.pending().next().is_some() && !self.nesting.is_waiting();
                let passes = self.clock.mode() != ClockMode::Virtual;
                self.debugger.look_at_rest(&self.execution, self.progress.history(), asked, passes);
                if self.debugger.stands_still() {
                    continue;
                }
                if let Woken::Left = self.rest() {
                    self.journal.commit()?;
                    return Ok(Ended::Left);
                }
            }
        }
    }

    /// Writes down a step's events and begins its effects. Whether a person would have seen something.
    fn take(&mut self, step: &mut Step) -> Result<bool, StoreError> {
        let mut visible = false;
        for event in &step.events {
            visible |= event.history.is_some();
            self.progress.take(event);
            if let Some(tap) = &mut self.tap {
                tap(event);
            }
        }
        if self.debugger.stands_still() {
            self.debugger.changed(&self.execution, &step.events, self.progress.history());
        } else if !self.debugger.is_idle() {
            self.debugger.look(&step.events, &self.execution, self.progress.history());
            for thread in self.debugger.take_holds() {
                self.facts.push_front(Fact::Hold { thread });
            }
        }
        let machine = Arc::clone(self.execution.machine());
        for event in &step.events {
            if let EventKind::StateEntered { state, .. } = event.kind
                && let Some(output) = self.answers.pinned_output(state).filter(|_| has_inside(machine.state(state)))
                && let Some(thread) = self.execution.thread_of(event.execution, &event.scope)
            {
                self.facts.push_back(Fact::Leave { thread, output: output.clone(), next: None });
            }
        }
        self.journal.record(&mut step.events)?;
        for effect in step.effects.drain(..) {
            match effect {
                Effect::InvokeTask(invocation) => {
                    let node = &machine.state(invocation.state).pointer;
                    let facts = match self.start_nested(&invocation, node)? {
                        Some(facts) => facts,
                        None => self.answers.invoke(&invocation, node, self.clock.now()),
                    };
                    self.facts.extend(facts);
                }
                // The machine keeps its timers; the loop asks for the next one when it rests.
                Effect::StartTimer { .. } => {}
                Effect::Cancel { effect } => {
                    self.answers.cancel(effect);
                    self.nesting.cancel(effect);
                }
                Effect::ReadDataset(request) => self.files.push_back(FileEffect::Read(request)),
                Effect::WriteDataset { request, files } => self.files.push_back(FileEffect::Write(request, files)),
            }
        }
        Ok(visible)
    }

    /// What an earlier life had entered and is pinned is left as it would have been then.
    fn leave_pinned(&mut self) {
        let machine = Arc::clone(self.execution.machine());
        for view in self.execution.look().into_iter().filter(|view| view.stand == Stand::Entered) {
            if let Some(output) =
                self.answers.pinned_output(view.state).filter(|_| has_inside(machine.state(view.state)))
            {
                let (thread, output) = (view.thread, output.clone());
                self.facts.push_back(Fact::Leave { thread, output, next: None });
            }
        }
    }

    /// Starts another execution, if that is what the task does, the script does not answer, and the workflow is here.
    fn start_nested(&mut self, call: &Invocation, node: &Arc<str>) -> Result<Option<Vec<Fact>>, StoreError> {
        if !is_nested(call) || self.answers.has_script_for(call) {
            return Ok(None);
        }
        // What was started must find the call that started it, whatever happens.
        self.journal.commit()?;
        let time = Time {
            now: self.clock.now(),
            line: self.execution.events_so_far(),
            mode: self.clock.mode(),
            pace_ms: u32::try_from(self.pace.as_millis()).unwrap_or(u32::MAX),
            paused: self.debugger.goes_into(),
        };
        let Some(Called { facts, ask }) = self.nesting.invoke(call, self.execution.settings(), time) else {
            return Ok(None);
        };
        self.answers.count(call);
        if ask {
            self.answers.ask(call, node, time.now);
        }
        Ok(Some(facts))
    }

    /// Finds the executions again that an earlier life had started.
    fn take_up_nested(&mut self) {
        for call in std::mem::take(&mut self.calls) {
            let node = Arc::clone(&self.execution.machine().state(call.invocation.state).pointer);
            match self.nesting.resume(&call.invocation, self.execution.settings(), call.submitted) {
                Some(Called { facts, ask }) => {
                    self.facts.extend(facts);
                    if ask {
                        self.answers.ask(&call.invocation, &node, call.since);
                    }
                }
                None => self.facts.extend(self.answers.resume(&call, &node)),
            }
        }
    }

    /// Stands still until somebody says how to go on. No time passes for the execution.
    fn hold(&mut self) -> Result<Woken, StoreError> {
        let at = self.clock.now();
        // What is under way comes after the pause, as it would have without one.
        let mut under_way = std::mem::take(&mut self.facts);
        if !self.publish()? {
            self.tell();
        }
        let woken = loop {
            if !self.debugger.stands_still() {
                break Woken::Again;
            }
            if !self.facts.is_empty() {
                if self.take_facts(at, &mut under_way)? {
                    break Woken::Again;
                }
                self.tell();
            }
            // There is nobody to say how to go on; it can be resumed.
            if self.policy == Unanswered::Leave {
                break Woken::Left;
            }
            if let Woken::Left = self.wait_for_message() {
                break Woken::Left;
            }
        };
        // A stop comes first.
        self.facts.append(&mut under_way);
        // A clock that follows the wall has gone on; from here it lags behind.
        let mode = if self.clock.mode() == ClockMode::Real { ClockMode::Scaled(1.0) } else { self.clock.mode() };
        self.clock = Clock::new(mode, self.skipped.take().map_or(at, |skipped| skipped.max(at)));
        if let Woken::Again = woken {
            // It goes on, whether or not anything moves soon.
            self.tell();
        }
        Ok(woken)
    }

    /// While it stands still, what people say is written down, and nothing more happens. A stop ends the pause.
    fn take_facts(&mut self, at: Timestamp, under_way: &mut VecDeque<Fact>) -> Result<bool, StoreError> {
        let mut step = Step::default();
        while let Some(fact) = self.facts.pop_front() {
            if matches!(fact, Fact::Stop { .. }) {
                self.facts.push_front(fact);
                self.debugger.advance(Advance::Continue);
                return Ok(true);
            }
            let mut rest = std::mem::take(&mut self.facts);
            self.execution.deliver(fact);
            if self.execution.step_into(at, &mut step) {
                self.take(&mut step)?;
            }
            under_way.append(&mut self.facts);
            self.facts.append(&mut rest);
            self.publish()?;
        }
        if self.execution.is_finished() {
            self.debugger.advance(Advance::Continue);
        }
        Ok(self.execution.is_finished())
    }

    /// Reads or writes for a distributed Map. Everything before it is committed.
    fn perform_file_effect(&mut self) -> bool {
        let Some(effect) = self.files.pop_front() else { return false };
        self.facts.push_back(match effect {
            FileEffect::Read(request) => match self.buckets.read(&request) {
                Ok(dataset) => Fact::DatasetRead { effect: request.effect, dataset },
                Err(failure) => Fact::DatasetFailed { effect: request.effect, failure },
            },
            FileEffect::Write(request, files) => match self.buckets.write(&request, &files) {
                Ok(()) => Fact::DatasetWritten { effect: request.effect },
                Err(failure) => Fact::DatasetFailed { effect: request.effect, failure },
            },
        });
        true
    }

    /// Nothing can move: waits for a message or for the next timer.
    fn rest(&mut self) -> Woken {
        if let Some(fact) = self.nesting.due(self.clock.now()) {
            self.facts.push_back(fact);
            return Woken::Again;
        }
        let asked = self.answers.pending().next().is_some();
        match self.next_wake() {
            Some(wake_at) if self.is_given_up_before(wake_at) => {
                self.clock.jump(self.nesting.until().unwrap_or(wake_at));
                self.facts.push_back(Fact::Stop { failure: Failure::default() });
                Woken::Again
            }
            // Somebody may still answer before the time is up, so time does not jump past them.
            Some(wake_at) if !asked && !self.nesting.is_waiting() && self.clock.mode() == ClockMode::Virtual => {
                self.clock.jump(wake_at);
                Woken::Again
            }
            _ if asked && self.policy == Unanswered::Leave => Woken::Left,
            Some(wake_at) => match self.clock.sleep_until(wake_at) {
                Some(sleep) => self.pause(sleep, false),
                None => self.wait_for_message(),
            },
            None => self.wait_for_message(),
        }
    }

    fn next_wake(&self) -> Option<Timestamp> {
        [self.execution.next_wake(), self.nesting.next_wake()].into_iter().flatten().min()
    }

    /// Whether the task that started this execution times out before. With a virtual clock nobody else would say so.
    fn is_given_up_before(&self, wake_at: Timestamp) -> bool {
        self.clock.mode() == ClockMode::Virtual
            && !self.nesting.is_waiting()
            && self.answers.pending().next().is_none()
            && self.nesting.until().is_some_and(|until| until < wake_at)
    }

    fn end(&mut self) -> Result<(), StoreError> {
        self.answers.clear();
        self.nesting.cancel_all();
        self.debugger.advance(Advance::Continue);
        self.journal.end(self.progress.history(), ending(&self.execution))?;
        self.publish()?;
        let notice = self.notice();
        self.observer.moved(&notice);
        Ok(())
    }
}

/// Whether other states run inside of it: what is pinned to it stands for all of them.
fn has_inside(state: &machine::State) -> bool {
    matches!(state.kind_of(), StateType::Map | StateType::Parallel)
}

pub(crate) fn ending(execution: &Execution) -> Ending {
    let status = match execution.status() {
        Status::Running => store::Status::Running,
        Status::Succeeded => store::Status::Succeeded,
        Status::Failed => store::Status::Failed,
        Status::TimedOut => store::Status::TimedOut,
        Status::Aborted => store::Status::Aborted,
    };
    let outcome = execution.outcome();
    Ending {
        status,
        ended_at: outcome.map_or(0, |outcome| outcome.at.0),
        output: outcome.and_then(|outcome| outcome.output.as_ref()).map(|output| output.text().to_string()),
        error: outcome.and_then(|outcome| outcome.failure.error.as_ref()).map(|error| error.to_string()),
        cause: outcome.and_then(|outcome| outcome.failure.cause.as_ref()).map(|cause| cause.to_string()),
    }
}
