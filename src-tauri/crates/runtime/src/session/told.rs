//! What others hear of an execution while it runs. Whoever hears of an event finds it in the store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use machine::{Status, Timestamp};
use store::StoreError;

use super::Session;
use super::messages::reply;
use crate::answers::PendingTask;
use crate::debugger::{LogLine, Pause};
use crate::progress::Moved;

/// Front ends hear of an execution this often at most.
const NOTICE_EVERY: Duration = Duration::from_millis(16);

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

impl Session {
    /// Tells of where the execution is, whether or not anything moved.
    pub(super) fn tell(&mut self) {
        self.keep_pause();
        let notice = self.notice();
        self.observer.moved(&notice);
    }

    /// Where it stands still outlives the process.
    pub(super) fn keep_pause(&mut self) {
        let standing = self.debugger.standing(&self.execution);
        if standing != self.kept_pause {
            self.journal.note_pause(standing.as_ref());
            self.kept_pause = standing;
        }
    }

    /// Passes on what breakpoints said.
    pub(super) fn tell_logged(&mut self) {
        let lines = self.debugger.take_logged();
        if !lines.is_empty() {
            self.shared.add_to_log(&lines);
            self.observer.logged(&self.id, &lines);
        }
    }

    pub(super) fn publish_if_due(&mut self) -> Result<bool, StoreError> {
        match self.last_notice {
            Some(last) if last.elapsed() < NOTICE_EVERY => Ok(false),
            _ => self.publish(),
        }
    }

    /// Commits, then tells: whoever hears of an event finds it in the store. Whether there was anything to tell of.
    pub(super) fn publish(&mut self) -> Result<bool, StoreError> {
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

    pub(super) fn notice(&mut self) -> Notice {
        Notice {
            execution: self.id.clone(),
            status: self.execution.status(),
            history: self.progress.history(),
            moved: self.progress.take_moved(),
            now: self.clock.now(),
            pause: self.debugger.pause().cloned(),
        }
    }
}
