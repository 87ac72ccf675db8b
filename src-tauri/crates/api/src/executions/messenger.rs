//! What running executions say, passed on to the host.

use std::sync::Weak;

use runtime::{Observer, Runtime};
use store::Store;
use wire::{ExecutionMoved, Failure, Notice, PendingTask};

use super::{convert, debugger};
use crate::backend::Inner;
use crate::failure::of_store;
use crate::functions;
use crate::host::Host;

pub(crate) struct Messenger<H: Host>(pub(crate) Weak<Inner<H>>);

impl<H: Host> Observer for Messenger<H> {
    fn moved(&self, notice: &runtime::Notice) {
        let Some(inner) = self.0.upgrade() else { return };
        let (nodes, edges) = convert::moved(notice.moved.clone());
        inner.host.notify(Notice::ExecutionMoved(ExecutionMoved {
            execution: notice.execution.clone(),
            status: convert::status(notice.status),
            events: notice.history,
            nodes,
            edges,
            now: notice.now.iso(),
            pause: notice.pause.clone().map(debugger::pause),
        }));
    }

    fn pending_changed(&self) {
        let Some(inner) = self.0.upgrade() else { return };
        let (Some(runtime), Ok(store)) = (&inner.runtime, inner.store()) else { return };
        functions::look(&inner);
        match pending_tasks(runtime, store) {
            Ok(tasks) => inner.host.notify(Notice::PendingTasksChanged { tasks }),
            Err(failure) => tracing::warn!(%failure, "pending tasks could not be told"),
        }
    }

    fn logged(&self, execution: &str, lines: &[runtime::LogLine]) {
        let Some(inner) = self.0.upgrade() else { return };
        let lines = lines.iter().cloned().map(debugger::log_line).collect();
        inner.host.notify(Notice::DebugLogged { execution: execution.to_owned(), lines });
    }

    fn list_changed(&self) {
        if let Some(inner) = self.0.upgrade() {
            inner.host.notify(Notice::ExecutionsChanged);
        }
    }
}

/// Over all executions, the oldest execution first.
pub(crate) fn pending_tasks(runtime: &Runtime, store: &Store) -> Result<Vec<PendingTask>, Failure> {
    let mut tasks = Vec::new();
    for (id, pending) in runtime.pending() {
        let execution = store.read(|db| db.execution(id)).map_err(of_store)?;
        tasks.extend(pending.iter().map(|task| convert::pending_task(task, &execution)));
    }
    Ok(tasks)
}
