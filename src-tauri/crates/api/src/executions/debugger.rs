//! Debug sessions: pausing, stepping, letting go; breakpoints, which are kept by the workflow's file and go where their
//! states go.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use runtime::mocks::{MockFile, workflow_name};
use runtime::{Advance as Go, HitRule as Rule, PauseReason as Reason, StopOn as On};
use runtime::{RunOptions, Standing, keep_breakpoints, kept_breakpoints, move_breakpoints};
use wire::*;

use super::id_of;
use crate::backend::Inner;
use crate::debugging::follow;
use crate::documents::Runnable;
use crate::failure::{of_run, of_store};
use crate::host::Host;

/// So many are listed at most.
const MAX_SESSIONS: usize = 200;
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
        self.runtime()?.advance(id_of(&request.execution)?, go, request.thread).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn detach_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.runtime()?.detach(id_of(&request.execution)?).await.map_err(of_run)?;
        self.host.notify(Notice::ExecutionsChanged);
        Ok(Nothing {})
    }

    pub(crate) async fn list_sessions(&self) -> Result<Sessions, Failure> {
        let store = self.store()?;
        let rows = store.read(|db| db.unfinished_executions()).map_err(of_store)?;
        let mut sessions = Vec::with_capacity(rows.len());
        for row in rows.into_iter().rev().take(MAX_SESSIONS) {
            let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
            let kept = store.read(|db| db.pause(row.id)).map_err(of_store)?;
            let standing: Option<Standing> = kept.and_then(|kept| serde_json::from_str(&kept).ok());
            let summary = self.summary(row)?;
            if !matches!(summary.status, ExecutionStatus::Running | ExecutionStatus::Interrupted) {
                continue;
            }
            sessions.push(DebugSession {
                summary,
                pause: standing.map(|standing| pause(standing.pause)),
                detached: options.detached,
                caller: options.caller.map(|caller| caller.execution.to_string()),
            });
        }
        Ok(Sessions { sessions })
    }

    pub(crate) fn debug_log(&self, request: &ExecutionRef) -> Result<DebugLog, Failure> {
        let lines = self.runtime()?.log(id_of(&request.execution)?);
        Ok(DebugLog { lines: lines.into_iter().map(log_line).collect() })
    }

    pub(crate) async fn get_paused(&self, request: ExecutionRef) -> Result<Paused, Failure> {
        let (found, threads) = self.runtime()?.look(id_of(&request.execution)?).await.map_err(of_run)?;
        Ok(Paused { pause: found.map(pause), threads: threads.into_iter().map(thread).collect() })
    }

    /// Of the workflow in a document. A definition without a file has those of its name.
    pub(crate) fn breakpoints(&self, document: &Runnable) -> Result<Vec<runtime::Breakpoint>, Failure> {
        let path = document.path.as_ref().map(crate::workspace::text);
        kept_breakpoints(self.store()?, path.as_deref(), &document.name).map_err(of_store)
    }

    fn keep(&self, document: &Runnable, breakpoints: &[runtime::Breakpoint]) -> Result<(), Failure> {
        let path = document.path.as_ref().map(crate::workspace::text);
        keep_breakpoints(self.store()?, path.as_deref(), &document.name, breakpoints).map_err(of_store)
    }

    /// A document was saved under another name: its breakpoints stay with it.
    pub(crate) fn breakpoints_saved_as(&self, before: &Runnable, document: u32) -> Result<(), Failure> {
        let now = self.documents.runnable(document)?;
        if now.path == before.path && now.name == before.name {
            return Ok(());
        }
        self.pins_saved_as(before, &now)?;
        let breakpoints = self.breakpoints(before)?;
        if breakpoints.is_empty() { Ok(()) } else { self.keep(&now, &breakpoints) }
    }

    /// The file of a workflow was renamed or moved, here or by another program: its breakpoints, its pins and its executions go
    /// with it.
    pub(crate) fn workflow_moved(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        let (store, workflow) = (self.store()?, workflow_name(to));
        let (before, after) = (crate::workspace::text(from), crate::workspace::text(to));
        move_breakpoints(store, &before, &after).map_err(of_store)?;
        self.move_pins(from, to)?;
        // The answers beside the file have gone with it, or not.
        let old = from.with_file_name(format!("{}.mocks.json", workflow_name(from)));
        let new = MockFile::beside(to).filter(|_| !old.is_file());
        let mocks = new.map(|new| (crate::workspace::text(old), crate::workspace::text(new)));
        let moving = move |db: &store::Db<'_>| {
            let mocks = mocks.as_ref().map(|(old, new)| (old.as_str(), new.as_str()));
            db.move_executions((&before, &after), &workflow, mocks)?;
            db.move_recent_file(&before, &after)?;
            db.move_known_file(&before, &after)
        };
        store.write_now(moving).map_err(of_store)?;
        self.host.notify(Notice::ExecutionsChanged);
        Ok(())
    }

    /// A document has another graph: breakpoints of states that were renamed or moved go with them.
    pub(crate) fn follow_states(&self, document: u32, graph: Option<&WorkflowGraph>) {
        let Some(graph) = graph else { return };
        let before = {
            let mut known = self.graphs.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(document, Arc::new(graph.clone()))
        };
        let Some(before) = before else { return };
        let moved = follow::moved(&before, graph);
        if moved.is_empty() {
            return;
        }
        if let Err(failure) = self.follow_pins(document, &moved) {
            tracing::warn!(%failure, "pins could not follow their states");
        }
        let followed = self.follow_breakpoints(document, &moved);
        match followed {
            Ok(breakpoints) => self.host.notify(Notice::StatesMoved { document, moved, breakpoints }),
            Err(failure) => tracing::warn!(%failure, "breakpoints could not follow their states"),
        }
    }

    fn follow_breakpoints(&self, document: u32, moved: &[MovedState]) -> Result<Vec<Breakpoint>, Failure> {
        let workflow = self.documents.runnable(document)?;
        let kept: Vec<Breakpoint> = self.breakpoints(&workflow)?.into_iter().map(breakpoint_out).collect();
        let Some(followed) = follow::follow(&kept, moved) else { return Ok(kept) };
        let inside: Vec<runtime::Breakpoint> = followed.iter().cloned().map(breakpoint_in).collect();
        self.keep(&workflow, &inside)?;
        Ok(followed)
    }

    /// A document is closed. What was renamed and never saved is not renamed on disk, where the breakpoints go back to.
    pub(crate) fn forget_graph(&self, document: u32) {
        let on_disk = self.documents.read_disk_version(document).ok().and_then(|disk| disk.text);
        if let Some(text) = on_disk {
            self.follow_states(document, crate::analysis::graph_of(&text).as_ref());
        }
        self.graphs.lock().unwrap_or_else(PoisonError::into_inner).remove(&document);
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
        self.keep(&document, &breakpoints)?;
        let store = self.store()?;
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

/// Whether a condition or a log can be read at all.
pub(crate) fn check_expression(request: &CheckExpression) -> ExpressionChecked {
    let check = if request.log { runtime::debug::check_message } else { runtime::debug::check };
    let problem = if request.text.trim().is_empty() { None } else { check(&request.text) };
    ExpressionChecked { problem }
}

fn breakpoint_in(breakpoint: Breakpoint) -> runtime::Breakpoint {
    let on = match breakpoint.on {
        StopOn::Enter => On::Enter,
        StopOn::Exit => On::Exit,
        StopOn::Transition => On::Transition,
        StopOn::Error => On::Error,
        StopOn::Retry => On::Retry,
        StopOn::Token => On::Token,
        StopOn::Item => On::Item,
    };
    let hit_rule = match breakpoint.hit_rule {
        HitRule::From => Rule::From,
        HitRule::At => Rule::At,
        HitRule::Every => Rule::Every,
    };
    let Breakpoint { place, errors, condition, hits, log, others_go_on, enabled, .. } = breakpoint;
    runtime::Breakpoint { place, on, errors, condition, hits, hit_rule, log, others_go_on, enabled }
}

pub(crate) fn breakpoint_out(breakpoint: runtime::Breakpoint) -> Breakpoint {
    let on = match breakpoint.on {
        On::Enter => StopOn::Enter,
        On::Exit => StopOn::Exit,
        On::Transition => StopOn::Transition,
        On::Error => StopOn::Error,
        On::Retry => StopOn::Retry,
        On::Token => StopOn::Token,
        On::Item => StopOn::Item,
    };
    let hit_rule = match breakpoint.hit_rule {
        Rule::From => HitRule::From,
        Rule::At => HitRule::At,
        Rule::Every => HitRule::Every,
    };
    let runtime::Breakpoint { place, errors, condition, hits, log, others_go_on, enabled, .. } = breakpoint;
    Breakpoint { place, on, errors, condition, hits, hit_rule, log, others_go_on, enabled }
}

pub(crate) fn pause(pause: runtime::Pause) -> Pause {
    let reason = match pause.reason {
        Reason::Start => PauseReason::Start,
        Reason::Asked => PauseReason::Asked,
        Reason::Step => PauseReason::Step,
        Reason::Waits => PauseReason::Waits,
        Reason::Breakpoint(index) => PauseReason::Breakpoint { index, problem: None },
        Reason::Condition(index, problem) => PauseReason::Breakpoint { index, problem: Some(problem) },
    };
    let node = pause.node.map(|node| node.to_string());
    let caller = pause.caller.map(|caller| caller.to_string());
    Pause { reason, events: pause.history, node, iterations: pause.iterations, held: pause.held, caller }
}

pub(crate) fn log_line(line: runtime::LogLine) -> LogLine {
    let runtime::LogLine { event, at, node, iterations, text, failed } = line;
    LogLine { event, at: at.iso(), node, iterations, text, failed }
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
