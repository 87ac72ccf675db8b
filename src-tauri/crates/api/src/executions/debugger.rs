//! Pausing, stepping and looking. Breakpoints are kept with the person's settings, by the workflow's file.

use runtime::{Advance as Go, PauseReason as Reason, StopOn as On};
use wire::*;

use super::id_of;
use crate::backend::Inner;
use crate::documents::Runnable;
use crate::failure::{of_run, of_store};
use crate::host::Host;

/// More are a mistake of the front end.
const MAX_BREAKPOINTS: usize = 10_000;

impl<H: Host> Inner<H> {
    pub(crate) async fn pause_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.runtime()?.pause(id_of(&request.execution)?).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn advance_execution(&self, request: AdvanceExecution) -> Result<Nothing, Failure> {
        let go = match request.advance {
            Advance::Continue => Go::Continue,
            Advance::Into => Go::Into,
            Advance::Over => Go::Over,
            Advance::Out => Go::Out,
        };
        self.runtime()?.advance(id_of(&request.execution)?, go).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn get_paused(&self, request: ExecutionRef) -> Result<Paused, Failure> {
        let (found, threads) = self.runtime()?.look(id_of(&request.execution)?).await.map_err(of_run)?;
        Ok(Paused { pause: found.map(pause), threads: threads.into_iter().map(thread).collect() })
    }

    /// Of the workflow in a document. A definition without a file has those of its name.
    pub(crate) fn breakpoints(&self, document: &Runnable) -> Result<Vec<runtime::Breakpoint>, Failure> {
        let key = key(document);
        let kept = self.store()?.read(|db| db.setting(&key)).map_err(of_store)?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    pub(crate) fn set_breakpoints(&self, request: SetBreakpoints) -> Result<Nothing, Failure> {
        if request.breakpoints.len() > MAX_BREAKPOINTS {
            return Err(Failure::new(
                Code::BadRequest,
                format!("{} breakpoints are too many", request.breakpoints.len()),
            ));
        }
        let document = self.documents.runnable(request.document)?;
        let breakpoints: Vec<runtime::Breakpoint> = request.breakpoints.into_iter().map(breakpoint_in).collect();
        let key = key(&document);
        let text = serde_json::to_string(&breakpoints)
            .map_err(|error| Failure::new(Code::Unexpected, format!("breakpoints: {error}")))?;
        let store = self.store()?;
        store.write_now(move |db| db.put_setting(&key, &text)).map_err(of_store)?;
        let runtime = self.runtime()?;
        let path = document.path.as_ref().map(crate::workspace::text);
        for id in runtime.running() {
            let row = store.read(|db| db.execution(id)).map_err(of_store)?;
            if row.path == path && row.workflow == document.name {
                runtime.set_breakpoints(id, breakpoints.clone()).map_err(of_run)?;
            }
        }
        Ok(Nothing {})
    }
}

fn key(document: &Runnable) -> String {
    match &document.path {
        Some(path) => format!("breakpoints:{}", path.display()),
        None => format!("breakpoints:untitled:{}", document.name),
    }
}

fn breakpoint_in(breakpoint: Breakpoint) -> runtime::Breakpoint {
    let on = match breakpoint.on {
        StopOn::Enter => On::Enter,
        StopOn::Exit => On::Exit,
        StopOn::Transition => On::Transition,
        StopOn::Error => On::Error,
        StopOn::Retry => On::Retry,
        StopOn::Item => On::Item,
    };
    let Breakpoint { place, condition, hits, enabled, .. } = breakpoint;
    runtime::Breakpoint { place, on, condition, hits, enabled }
}

pub(crate) fn breakpoint_out(breakpoint: runtime::Breakpoint) -> Breakpoint {
    let on = match breakpoint.on {
        On::Enter => StopOn::Enter,
        On::Exit => StopOn::Exit,
        On::Transition => StopOn::Transition,
        On::Error => StopOn::Error,
        On::Retry => StopOn::Retry,
        On::Item => StopOn::Item,
    };
    let runtime::Breakpoint { place, condition, hits, enabled, .. } = breakpoint;
    Breakpoint { place, on, condition, hits, enabled }
}

pub(crate) fn pause(pause: runtime::Pause) -> Pause {
    let reason = match pause.reason {
        Reason::Start => PauseReason::Start,
        Reason::Asked => PauseReason::Asked,
        Reason::Step => PauseReason::Step,
        Reason::Breakpoint(index) => PauseReason::Breakpoint { index, problem: None },
        Reason::Condition(index, problem) => PauseReason::Breakpoint { index, problem: Some(problem) },
    };
    let node = pause.node.map(|node| node.to_string());
    Pause { reason, events: pause.history, node, iterations: pause.iterations }
}

fn thread(thread: runtime::PausedThread) -> PausedThread {
    let variable = |(name, value): (std::sync::Arc<str>, query::Value)| AssignedVariable {
        name: name.to_string(),
        value: value.text().to_string(),
    };
    PausedThread {
        node: thread.node.to_string(),
        state: thread.state.to_string(),
        iterations: thread.iterations,
        input: thread.input.text().to_string(),
        variables: thread.variables.into_iter().map(variable).collect(),
        context: thread.context.map(|context| context.text().to_string()),
    }
}
