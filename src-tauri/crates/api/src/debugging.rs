//! Looking around at a pause, changing what is there, going back, forking.

mod change;
mod convert;
pub(crate) mod follow;

use machine::{Execution, Stand, ThreadView};
use query::Value;
use runtime::debug::{Focus, Overview, Snapshot, evaluate_or_point};
use runtime::{Moved, RunError};
use wire::*;

use crate::backend::Inner;
use crate::executions::{id_of, moved_out};
use crate::failure::{of_run, of_store};
use crate::host::Host;

use convert::{words_of, words_of_waiting};

/// The most threads in one answer.
const MAX_THREADS: usize = 1_000;
/// The most expressions in one request.
const MAX_EXPRESSIONS: usize = 100;

/// An execution at a moment, now or past.
pub(crate) struct Seen {
    pub(crate) execution: Execution,
    focus: Option<machine::Event>,
    event: u32,
    total: u32,
    now: machine::Timestamp,
    moved: Option<Moved>,
    /// It stands still now.
    changeable: bool,
    /// The thread that is held while others go on.
    held: Option<u32>,
    /// It stands still where nothing moves without a person.
    waits: bool,
}

impl<H: Host> Inner<H> {
    pub(crate) async fn run_to(&self, request: RunTo) -> Result<Nothing, Failure> {
        self.runtime()?.run_to(id_of(&request.execution)?, request.node).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn debug_look(&self, request: DebugLook) -> Result<DebugScope, Failure> {
        let seen = self.see(&request.execution, request.event).await?;
        let thread = self.thread_asked(&request.execution, &seen, request.thread, request.lane);
        let mut scope = scope_of(&seen, thread);
        self.tell_origins(&request.execution, &seen, request.event, &mut scope);
        Ok(scope)
    }

    pub(crate) async fn debug_evaluate(&self, request: DebugEvaluate) -> Result<DebugEvaluated, Failure> {
        let seen = self.see(&request.execution, request.event).await?;
        let expressions: Vec<String> = request.expressions.into_iter().take(MAX_EXPRESSIONS).collect();
        let thread = self.thread_asked(&request.execution, &seen, request.thread, request.lane);
        // JSONata may take its time, which is bounded.
        let running = tokio::task::spawn_blocking(move || {
            let focus = focus_of(&seen, thread);
            let results = expressions.iter().map(|text| match evaluate_or_point(&seen.execution, &focus, text) {
                Ok(value) => DebugResult { value: value.map(|value| value.text().to_string()), error: None, at: None },
                Err(trouble) => DebugResult { value: None, error: Some(trouble.message), at: trouble.at },
            });
            results.collect()
        });
        match running.await {
            Ok(results) => Ok(DebugEvaluated { results }),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    pub(crate) async fn debug_back(&self, request: DebugBack) -> Result<DebugBackTo, Failure> {
        let id = id_of(&request.execution)?;
        let row = self.store()?.read(|db| db.execution(id)).map_err(of_store)?;
        let options: runtime::RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        let breakpoints = options.breakpoints;
        let found = tokio::task::block_in_place(|| {
            self.runtime()?
                .look_back(id, |timeline| {
                    if request.to_breakpoint {
                        timeline.stop_before(request.from, &breakpoints)
                    } else {
                        Ok(timeline.entered_before(request.from))
                    }
                })
                .map_err(of_run)
        })?;
        Ok(DebugBackTo { event: found })
    }

    pub(crate) async fn debug_change(&self, request: DebugChange) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        let runtime = self.runtime()?;
        let look = runtime.snapshot(id).await.ok_or_else(|| of_run(RunError::Finished))?;
        let fact = change::fact_of(&look.execution, request.thread, request.change)?;
        runtime.intervene(id, fact).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    /// The thread asked for, by itself or by its lane in the overview.
    pub(crate) fn thread_asked(
        &self,
        execution: &str,
        seen: &Seen,
        thread: Option<u32>,
        lane: Option<u32>,
    ) -> Option<u32> {
        let Some(lane) = lane.filter(|_| thread.is_none()) else { return thread };
        self.over(execution, |timeline| {
            let lane = timeline.overview().lanes.get(lane as usize);
            Ok(lane.and_then(|lane| seen.execution.thread_of(lane.execution, &lane.scope)))
        })
        .ok()
        .flatten()
    }

    /// Where the variables of a scope got their values, and the lane that it is about. The journal knows; a running execution
    /// may be ahead of it by a moment, and then less is told.
    fn tell_origins(&self, execution: &str, seen: &Seen, event: Option<u32>, scope: &mut DebugScope) {
        let Some(view) = scope.thread.and_then(|thread| seen.execution.look_at(thread)) else { return };
        let told = self.over(execution, |timeline| {
            let overview: &Overview = timeline.overview();
            let mark = event.and_then(|number| overview.marks.get((number as usize).checked_sub(1)?));
            let line = mark.map_or(overview.line, |mark| mark.line);
            let Some(lane) = overview.lane_then(view.execution, &view.scope, line) else { return Ok(()) };
            scope.lane = Some(lane);
            for variable in &mut scope.variables {
                let Some((assigned, before)) = overview.assignment(lane, &variable.name, line) else { continue };
                let state = assigned.state.map(|state| timeline.machine().state(state));
                variable.assigned = Some(DebugAssigned {
                    event: overview.number_at(assigned.line),
                    node: state.map(|state| state.pointer.to_string()),
                    state: state.map(|state| state.name.to_string()),
                    lane: assigned.lane,
                    before: before.map(|before| before.value.text().to_string()),
                });
            }
            Ok(())
        });
        if let Err(failure) = told {
            tracing::debug!(%failure, "the journal does not tell where variables come from");
        }
    }

    pub(crate) async fn see(&self, execution: &str, event: Option<u32>) -> Result<Seen, Failure> {
        let id = id_of(execution)?;
        let runtime = self.runtime()?;
        if event.is_none()
            && let Some(look) = runtime.snapshot(id).await
        {
            let (focus, total) = (look.event, look.history);
            let changeable = look.pause.is_some();
            let waits = look.pause.as_ref().is_some_and(|pause| pause.reason == runtime::PauseReason::Waits);
            let held = look.pause.and_then(|pause| pause.held);
            let Snapshot { execution, now, .. } = look;
            return Ok(Seen { execution, focus, event: total, total, now, moved: None, changeable, held, waits });
        }
        tokio::task::block_in_place(|| {
            let moment = runtime.look_back(id, |timeline| {
                let number = event.unwrap_or(timeline.len());
                Ok((timeline.moment(number)?.ok_or(RunError::NoSuchEvent(number))?, number, timeline.len()))
            });
            let (moment, event, total) = moment.map_err(of_run)?;
            let moved = Some(moment.progress.all());
            let (execution, focus, now) = (moment.execution, Some(moment.event), moment.now);
            Ok(Seen { execution, focus, event, total, now, moved, changeable: false, held: None, waits: false })
        })
    }
}

pub(crate) fn focus_of(seen: &Seen, thread: Option<u32>) -> Focus {
    let own = seen.focus.as_ref().and_then(|event| seen.execution.thread_of(event.execution, &event.scope));
    match (thread.filter(|thread| own != Some(*thread)), &seen.focus) {
        (None, Some(event)) => Focus::of_event(&seen.execution, event, seen.now),
        (thread, _) => {
            let first = || seen.execution.look().first().map(|view| view.thread);
            let focus = thread
                .or(seen.held)
                .or_else(first)
                .and_then(|thread| Focus::of_thread(&seen.execution, thread, seen.now));
            focus.unwrap_or_else(|| Focus {
                thread: None,
                input: seen.execution.input().clone(),
                result: None,
                error_output: None,
                now: seen.now,
            })
        }
    }
}

fn scope_of(seen: &Seen, thread: Option<u32>) -> DebugScope {
    let execution = &seen.execution;
    let machine = execution.machine();
    let views = execution.look();
    let focus = focus_of(seen, thread);
    let view = focus.thread.and_then(|thread| views.iter().find(|view| view.thread == thread));
    let state = view.map(|view| machine.state(view.state));
    let mut stages = vec![stage("Input", &view.map_or_else(|| focus.input.clone(), |view| view.input.clone()))];
    if let Some(view) = view {
        stages.extend(view.flow.iter().map(|(name, value)| stage(name.name(), value)));
        let result = view.result.as_ref().or(focus.result.as_ref()).filter(|_| view.stand != Stand::Entering);
        if let Some(result) = result
            && !view.flow.iter().any(|(stage, _)| *stage == machine::Stage::Result)
        {
            stages.push(stage("Result", result));
        }
    }
    if let Some(error) = &focus.error_output {
        stages.push(stage("ErrorOutput", error));
    }
    let context = focus.thread.and_then(|thread| execution.context_object(thread));
    let (nodes, edges) = seen.moved.clone().map(moved_out).unwrap_or_default();
    DebugScope {
        event: seen.event,
        total: seen.total,
        now: seen.now.iso(),
        words: match view.filter(|_| seen.waits) {
            Some(view) => words_of_waiting(view.stand, &machine.state(view.state).name),
            None => seen.focus.as_ref().map(|event| words_of(machine, event)).unwrap_or_default(),
        },
        more: views.len() > MAX_THREADS,
        threads: views.iter().take(MAX_THREADS).map(|view| thread_out(machine, view)).collect(),
        thread: focus.thread,
        lane: None,
        node: state.map(|state| state.pointer.to_string()),
        state: state.map(|state| state.name.to_string()),
        stages,
        variables: view
            .map(|view| {
                let all = view.variables.all().into_iter();
                all.map(|(name, value)| DebugVariable {
                    name: name.to_string(),
                    value: value.text().to_string(),
                    assigned: None,
                })
                .collect()
            })
            .unwrap_or_default(),
        context: context.map_or_else(|| "{}".to_owned(), |context| context.text().to_string()),
        can: view.filter(|_| seen.changeable).map(|view| change::can(execution, view, seen.now)).unwrap_or_default(),
        nodes,
        edges,
    }
}

fn stage(name: &str, value: &Value) -> DataStage {
    let value = value.text().to_string();
    DataStage { name: name.to_owned(), bytes: u32::try_from(value.len()).unwrap_or(u32::MAX), value }
}

fn thread_out(machine: &machine::Compiled, view: &ThreadView) -> DebugThread {
    let state = machine.state(view.state);
    let steps = view.scope.steps();
    DebugThread {
        thread: view.thread,
        parent: view.parent,
        depth: u32::try_from(steps.len()).unwrap_or(u32::MAX),
        name: match steps.last().map(|step| step.part) {
            None => "execution".to_owned(),
            Some(machine::ScopePart::Branch(index)) => format!("branch {}", index + 1),
            Some(machine::ScopePart::Iteration(index)) => format!("item {index}"),
            Some(machine::ScopePart::Child(index)) => format!("child {index}"),
        },
        node: state.pointer.to_string(),
        state: state.name.to_string(),
        stand: convert::stand(view.stand).to_owned(),
        until: view.wake_at.map(machine::Timestamp::iso),
        held: view.held,
    }
}
