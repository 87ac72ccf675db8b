//! One execution under way: an explicit loop over a closed set of inputs.
//!
//! Each micro step's events are written down before its effects are performed. Effects that reach outside (files, a
//! person's inbox) wait for the commit; answers of the script are given at once, since giving them again harms nobody.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use machine::{
    DatasetRequest, Effect, EffectId, Event, EventKind, Execution, Fact, Failure, Invocation, Outcome, ResultFile,
    Stand, StateType, Status, Step, Timestamp,
};
use store::{Ending, StoreError};
use tokio::sync::oneshot;

use crate::answers::{Answers, OpenCall, PendingTask, TaskAnswer};
use crate::clock::{Clock, ClockMode};
use crate::datasets::Buckets;
use crate::debug::Snapshot;
use crate::debugger::{self, Advance, Breakpoint, Debugger, LogLine, Pause, PausedThread, Standing};
use crate::journal::Journal;
use crate::nested::{Called, Nesting, Time, is_nested};
use crate::progress::{Moved, Progress};

/// Front ends hear of an execution this often at most.
const NOTICE_EVERY: Duration = Duration::from_millis(16);
/// The clock on the wall is looked at once in so many micro steps.
const STEPS_BETWEEN_LOOKS: u32 = 32;

/// What reaches a running execution from outside.
pub(crate) enum Message {
    Answer {
        task: EffectId,
        answer: TaskAnswer,
        done: Done,
    },
    /// Whoever works on a task is alive.
    Beat {
        task: EffectId,
        done: Done,
    },
    Stop {
        failure: Failure,
        done: Done,
    },
    /// What an execution came to that a task of this one started.
    NestedEnded {
        effect: EffectId,
        outcome: Outcome,
    },
    SetClock {
        clock: ClockMode,
        pace: Duration,
        done: Done,
    },
    /// Time goes on to the next timer at once.
    SkipWait {
        done: Done,
    },
    Progress {
        reply: oneshot::Sender<(Moved, u32)>,
    },
    /// Stop at the next change.
    Pause {
        done: Done,
    },
    Advance {
        advance: Advance,
        /// Steps are taken from where this thread stands.
        thread: Option<u32>,
        done: Done,
    },
    SetBreakpoints(Vec<Breakpoint>),
    /// Let it run, and stop nowhere.
    Detach {
        done: Done,
    },
    /// On to the next time a state is entered, by its JSON pointer.
    RunTo {
        node: String,
        done: Done,
    },
    /// A person changes something while it stands still.
    Intervene {
        fact: Fact,
        done: Done,
    },
    Snapshot {
        reply: oneshot::Sender<Snapshot>,
    },
    /// What there is to see while it stands still.
    Look {
        reply: oneshot::Sender<(Option<Pause>, Vec<PausedThread>)>,
    },
    /// The application ends; the execution goes on another day.
    Leave,
}

pub(crate) type Done = oneshot::Sender<Result<(), Refused>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the task does not wait for an answer")]
    TaskNotPending,
    #[error("the execution has ended")]
    Finished,
    #[error("nothing waits for time to pass")]
    NothingToSkip,
    #[error("the execution is not paused")]
    NotPaused,
    #[error("that cannot be done to the state as it stands")]
    NothingChanged,
    #[error("there is no such state")]
    NoSuchState,
}

/// Told about an execution, on the execution's own thread.
pub trait Observer: Send + Sync + 'static {
    /// Bundled: some sixty times a second at most. Everything it tells of is in the store.
    fn moved(&self, moved: &Notice);
    /// Tasks began to wait for a person, or no longer do.
    fn pending_changed(&self);
    /// An execution was started, resumed or ended.
    fn list_changed(&self);
    /// Breakpoints said something instead of stopping.
    fn logged(&self, execution: &str, lines: &[LogLine]) {
        let _ = (execution, lines);
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub execution: String,
    pub status: Status,
    /// The last number of the history.
    pub history: u32,
    pub moved: Moved,
    pub now: Timestamp,
    /// Why it stands still, if it does.
    pub pause: Option<Pause>,
}

/// What the outside may look at without asking the loop.
#[derive(Default)]
pub(crate) struct Shared {
    pending: Mutex<Vec<PendingTask>>,
    log: Mutex<Vec<LogLine>>,
}

/// So many lines of an execution's breakpoints are kept.
const KEPT_LINES: usize = 10_000;

impl Shared {
    pub(crate) fn pending(&self) -> Vec<PendingTask> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn pending_count(&self) -> usize {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(crate) fn log(&self) -> Vec<LogLine> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add_to_log(&self, lines: &[LogLine]) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(lines);
        let too_many = log.len().saturating_sub(KEPT_LINES);
        log.drain(..too_many);
    }

    fn set_pending(&self, pending: Vec<PendingTask>) {
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = pending;
    }
}

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
                self.debugger.look_at_rest(&self.execution, self.progress.history(), asked);
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
        self.clock = Clock::new(mode, at);
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

    /// Tells of where the execution is, whether or not anything moved.
    fn tell(&mut self) {
        self.keep_pause();
        let notice = self.notice();
        self.observer.moved(&notice);
    }

    /// Where it stands still outlives the process.
    fn keep_pause(&mut self) {
        let standing = self.debugger.standing(&self.execution);
        if standing != self.kept_pause {
            self.journal.note_pause(standing.as_ref());
            self.kept_pause = standing;
        }
    }

    /// Passes on what breakpoints said.
    fn tell_logged(&mut self) {
        let lines = self.debugger.take_logged();
        if !lines.is_empty() {
            self.shared.add_to_log(&lines);
            self.observer.logged(&self.id, &lines);
        }
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

    fn wait_for_message(&mut self) -> Woken {
        match self.inbox.recv() {
            Ok(message) => self.handle(message),
            Err(_) => Woken::Left,
        }
    }

    /// Sleeps, but listens. With `whole`, messages do not cut the pause short, unless they change the pace.
    fn pause(&mut self, pause: Duration, whole: bool) -> Woken {
        let until = Instant::now() + pause;
        let pace = self.pace;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.inbox.recv_timeout(left) {
                Ok(message) => match self.handle(message) {
                    Woken::Left => return Woken::Left,
                    Woken::Again if !whole || self.pace != pace => return Woken::Again,
                    Woken::Again => {}
                },
                Err(RecvTimeoutError::Timeout) => return Woken::Again,
                Err(RecvTimeoutError::Disconnected) => return Woken::Left,
            }
        }
    }

    fn look_into_inbox(&mut self) -> Woken {
        loop {
            match self.inbox.try_recv() {
                Ok(message) => {
                    if let Woken::Left = self.handle(message) {
                        return Woken::Left;
                    }
                }
                Err(TryRecvError::Empty) => return Woken::Again,
                Err(TryRecvError::Disconnected) => {
                    return if self.policy == Unanswered::Wait { Woken::Left } else { Woken::Again };
                }
            }
        }
    }

    fn handle(&mut self, message: Message) -> Woken {
        match message {
            Message::Answer { task, answer, done } => match self.answers.answer(task, answer) {
                Some(facts) => {
                    self.facts.extend(facts);
                    self.acknowledge.push(done);
                }
                None => reply(done, Err(Refused::TaskNotPending)),
            },
            Message::Beat { task, done } => match self.answers.beat(task, self.clock.now()) {
                Some(fact) => {
                    self.facts.push_back(fact);
                    self.acknowledge.push(done);
                }
                None => reply(done, Err(Refused::TaskNotPending)),
            },
            Message::Stop { failure, done } => {
                self.facts.clear();
                self.facts.push_back(Fact::Stop { failure });
                self.acknowledge.push(done);
            }
            Message::SetClock { clock, pace, done } => {
                self.clock.set(clock);
                self.pace = pace;
                reply(done, Ok(()));
            }
            Message::SkipWait { done } => match self.next_wake() {
                Some(wake_at) if self.facts.is_empty() => {
                    // A real clock cannot jump, so it becomes one that can and goes on at the same speed.
                    if self.clock.mode() == ClockMode::Real {
                        self.clock.set(ClockMode::Scaled(1.0));
                    }
                    self.clock.jump(wake_at);
                    self.acknowledge.push(done);
                }
                _ => reply(done, Err(Refused::NothingToSkip)),
            },
            Message::NestedEnded { effect, outcome } => self.nesting.ended(effect, &outcome),
            Message::Progress { reply } => {
                // Whoever asked may have gone.
                let _ = reply.send((self.progress.all(), self.progress.history()));
            }
            Message::Pause { done } => {
                self.debugger.ask_to_pause();
                reply(done, Ok(()));
            }
            Message::Advance { advance, thread, done } => {
                let paused = self.debugger.pause().cloned();
                if let Some(pause) = &paused {
                    if let Some(thread) = thread {
                        self.debugger.step_from(&self.execution, thread);
                    }
                    self.debugger.advance(advance);
                    self.release(match advance {
                        Advance::Continue => None,
                        _ => thread.or(pause.held),
                    });
                }
                reply(done, if paused.is_some() { Ok(()) } else { Err(Refused::NotPaused) });
            }
            Message::Detach { done } => {
                self.debugger.detach();
                self.release(None);
                reply(done, Ok(()));
            }
            Message::SetBreakpoints(breakpoints) => {
                self.debugger.set_breakpoints(breakpoints, self.execution.machine());
            }
            Message::RunTo { node, done } => match self.execution.machine().state_at(&node) {
                Some(state) if self.debugger.pause().is_some() => {
                    self.debugger.run_to(state);
                    self.release(None);
                    reply(done, Ok(()));
                }
                Some(_) => reply(done, Err(Refused::NotPaused)),
                None => reply(done, Err(Refused::NoSuchState)),
            },
            Message::Intervene { fact, done } => {
                if self.debugger.pause().is_none() {
                    reply(done, Err(Refused::NotPaused));
                } else if self.would_take(&fact) {
                    self.facts.push_back(fact);
                    self.acknowledge.push(done);
                } else {
                    reply(done, Err(Refused::NothingChanged));
                }
            }
            Message::Snapshot { reply } => {
                // Whoever asked may have gone.
                let _ = reply.send(self.snapshot());
            }
            Message::Look { reply } => {
                let paused = self.debugger.pause().cloned();
                let threads = if paused.is_some() { debugger::threads(&self.execution) } else { Vec::new() };
                // Whoever asked may have gone.
                let _ = reply.send((paused, threads));
            }
            Message::Leave => return Woken::Left,
        }
        Woken::Again
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            execution: self.execution.clone(),
            pause: self.debugger.pause().cloned(),
            event: self.debugger.event().filter(|_| self.debugger.pause().is_some()).cloned(),
            history: self.progress.history(),
            now: self.clock.now(),
        }
    }

    /// Lets a thread go on that was held while others went on; all of them, when none is given.
    fn release(&mut self, thread: Option<u32>) {
        for view in self.execution.look() {
            if view.held && thread.is_none_or(|thread| thread == view.thread) {
                self.facts.push_front(Fact::Release { thread: view.thread });
            }
        }
    }

    /// Whether a fact means something now: tried on a copy, so that nothing is dropped silently.
    fn would_take(&self, fact: &Fact) -> bool {
        let mut copy = self.execution.clone();
        copy.deliver(fact.clone());
        let received = |event: &Event| matches!(&event.kind, machine::EventKind::Received(taken) if taken == fact);
        copy.step(self.clock.now()).is_some_and(|step| step.events.iter().any(received))
    }

    fn publish_if_due(&mut self) -> Result<bool, StoreError> {
        match self.last_notice {
            Some(last) if last.elapsed() < NOTICE_EVERY => Ok(false),
            _ => self.publish(),
        }
    }

    /// Commits, then tells: whoever hears of an event finds it in the store. Whether there was anything to tell of.
    fn publish(&mut self) -> Result<bool, StoreError> {
        self.journal.commit()?;
        self.keep_pause();
        self.tell_logged();
        let pending_changed = self.answers.take_changed();
        if pending_changed {
            let pending: Vec<PendingTask> = self.answers.pending().cloned().collect();
            let machine = Arc::clone(self.execution.machine());
            for state in pending.iter().filter_map(|task| machine.state_at(&task.node)) {
                self.progress.set_waiting(state, true);
            }
            self.shared.set_pending(pending);
        }
        if self.facts.is_empty() {
            for done in self.acknowledge.drain(..) {
                reply(done, Ok(()));
            }
        }
        let moved = self.progress.has_moved();
        if moved {
            self.journal.note_history(self.progress.history());
            let notice = self.notice();
            self.observer.moved(&notice);
        }
        if pending_changed {
            self.observer.pending_changed();
        }
        self.last_notice = Some(Instant::now());
        Ok(moved)
    }

    fn notice(&mut self) -> Notice {
        Notice {
            execution: self.id.clone(),
            status: self.execution.status(),
            history: self.progress.history(),
            moved: self.progress.take_moved(),
            now: self.clock.now(),
            pause: self.debugger.pause().cloned(),
        }
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

fn reply(done: Done, result: Result<(), Refused>) {
    // Whoever asked may have gone.
    let _ = done.send(result);
}
