//! What people and other executions say to one that runs, and what comes of it.

use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use machine::{EffectId, Event, Fact, Failure, Outcome};
use tokio::sync::oneshot;

use super::{Session, Unanswered, Woken};
use crate::answers::TaskAnswer;
use crate::clock::ClockMode;
use crate::debug::Snapshot;
use crate::debugger::{self, Advance, Breakpoint, Pause, PausedThread};
use crate::progress::Moved;

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

impl Session {
    pub(super) fn wait_for_message(&mut self) -> Woken {
        match self.inbox.recv() {
            Ok(message) => self.handle(message),
            Err(_) => Woken::Left,
        }
    }

    /// Sleeps, but listens. With `whole`, messages do not cut the pause short, unless they change the pace.
    pub(super) fn pause(&mut self, pause: Duration, whole: bool) -> Woken {
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

    pub(super) fn look_into_inbox(&mut self) -> Woken {
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

    pub(super) fn handle(&mut self, message: Message) -> Woken {
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
                    if self.debugger.stands_still() {
                        self.skipped = Some(wake_at);
                        reply(done, Ok(()));
                        return Woken::Again;
                    }
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
    pub(super) fn release(&mut self, thread: Option<u32>) {
        for view in self.execution.look() {
            if view.held && thread.is_none_or(|thread| thread == view.thread) {
                self.facts.push_front(Fact::Release { thread: view.thread });
            }
        }
    }

    /// Whether a fact means something now: tried on a copy, so that nothing is dropped silently.
    pub(super) fn would_take(&self, fact: &Fact) -> bool {
        let mut copy = self.execution.clone();
        copy.deliver(fact.clone());
        let received = |event: &Event| matches!(&event.kind, machine::EventKind::Received(taken) if taken == fact);
        copy.step(self.clock.now()).is_some_and(|step| step.events.iter().any(received))
    }
}

pub(super) fn reply(done: Done, result: Result<(), Refused>) {
    // Whoever asked may have gone.
    let _ = done.send(result);
}
