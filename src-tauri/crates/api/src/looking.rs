//! Looking at a whole run, running or over.

mod complete;
mod overview;

pub(crate) use overview::interventions;

use machine::Timestamp;
use query::Value;
use runtime::RunError;
use runtime::debug::{Needle, Timeline};
use wire::*;

use crate::backend::Inner;
use crate::executions::{id_of, node_status};
use crate::failure::{of_run, of_store};
use crate::host::Host;

/// Text of values is cut after so many characters.
const EXCERPT: usize = 200;
const CHANGED: usize = 2_000;

impl<H: Host> Inner<H> {
    pub(crate) async fn run_overview(&self, request: GetOverview) -> Result<RunOverview, Failure> {
        let (nested, caller) = (self.nested_in(&request.execution)?, self.caller_in(&request.execution)?);
        let seen = self.over(&request.execution, |timeline| Ok(overview::since(timeline, request.since)))?;
        Ok(RunOverview { nested, caller, ..seen })
    }

    pub(crate) async fn get_stay(&self, request: GetStay) -> Result<StayDetail, Failure> {
        let found = self.over(&request.execution, |timeline| Ok(stay_of(timeline, request.entered)))?;
        found.ok_or_else(|| Failure::new(Code::BadRequest, format!("no state was entered at {}", request.entered)))
    }

    pub(crate) async fn filter_events(&self, request: FilterEvents) -> Result<FilteredEvents, Failure> {
        let (ids, next) = self.over(&request.execution, |timeline| Ok(timeline.filter(&request.text, request.from)))?;
        Ok(FilteredEvents { ids, next })
    }

    pub(crate) async fn search_values(&self, request: SearchValues) -> Result<ValueHits, Failure> {
        let needle = match &request.what {
            SearchFor::Text { text } => Needle::Text(text.clone()),
            SearchFor::Value { value } => Needle::Value(
                Value::parse(value)
                    .map_err(|error| Failure::new(Code::InvalidInput, format!("that is not JSON: {error}")))?,
            ),
        };
        self.over(&request.execution, |timeline| {
            let (found, next) = timeline.search(&needle, request.from);
            let hits = found.into_iter().map(|hit| {
                let (node, state) = state_at(timeline, hit.line);
                ValueHit {
                    line: hit.line,
                    event: timeline.overview().number_at(hit.line),
                    lane: hit.lane,
                    node,
                    state,
                    place: hit.place,
                    path: hit.path,
                    excerpt: cut(&hit.value, EXCERPT),
                    key: hit.key,
                }
            });
            Ok(ValueHits { hits: hits.collect(), next, lines: timeline.overview().line })
        })
    }

    pub(crate) async fn trace_path(&self, request: TracePath) -> Result<PathTrace, Failure> {
        let traced = self.over(&request.execution, |timeline| {
            Ok(timeline.trace(&request.path).map(|(changes, more)| {
                let changes = changes.into_iter().map(|change| {
                    let (node, state) = state_at(timeline, change.line);
                    PathChange {
                        line: change.line,
                        event: timeline.overview().number_at(change.line),
                        lane: change.lane,
                        node,
                        state,
                        place: change.place,
                        at: change.at.iso(),
                        old: change.old.as_ref().map(|value| cut(value, CHANGED)),
                        new: change.new.as_ref().map(|value| cut(value, CHANGED)),
                    }
                });
                PathTrace { changes: changes.collect(), more }
            }))
        })?;
        traced.map_err(|problem| Failure::new(Code::InvalidInput, problem))
    }

    /// Looks at the journal of an execution on this thread, which the server makes room for.
    pub(crate) fn over<T>(
        &self,
        execution: &str,
        look: impl FnOnce(&Timeline) -> Result<T, RunError>,
    ) -> Result<T, Failure> {
        let (id, runtime) = (id_of(execution)?, self.runtime()?);
        tokio::task::block_in_place(|| runtime.look_back(id, look)).map_err(of_run)
    }

    pub(crate) async fn nested_executions(&self, request: ExecutionRef) -> Result<NestedRuns, Failure> {
        Ok(NestedRuns { nested: self.nested_in(&request.execution)? })
    }

    /// The executions that tasks of this one started.
    fn nested_in(&self, execution: &str) -> Result<Vec<NestedRun>, Failure> {
        let (id, store) = (id_of(execution)?, self.store()?);
        let rows = store.read(|db| db.executions_called_by(id)).map_err(of_store)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let lines = rows.iter().map(|row| caller_of(row).map_or(0, |caller| caller.line)).collect::<Vec<_>>();
        let calls = self.over(execution, |timeline| {
            Ok(lines.into_iter().map(|line| call_at(timeline, line)).collect::<Vec<_>>())
        })?;
        rows.into_iter().zip(calls).map(|(row, call)| self.nested_run(row, call)).collect()
    }

    /// The execution whose task started this one.
    fn caller_in(&self, execution: &str) -> Result<Option<NestedRun>, Failure> {
        let (id, store) = (id_of(execution)?, self.store()?);
        let row = store.read(|db| db.execution(id)).map_err(of_store)?;
        let Some(caller) = caller_of(&row).filter(|caller| caller.execution > 0) else { return Ok(None) };
        // It may have been deleted.
        let Ok(around) = store.read(|db| db.execution(store::ExecutionId(caller.execution))) else { return Ok(None) };
        let call = self.over(&caller.execution.to_string(), |timeline| Ok(call_at(timeline, caller.line)));
        self.nested_run(around, call.ok().flatten()).map(Some)
    }

    fn nested_run(&self, row: store::Execution, call: Option<NestedCall>) -> Result<NestedRun, Failure> {
        let nested = self.store()?.read(|db| db.count_called_by(row.id)).map_err(of_store)?;
        let summary = self.summary(row)?;
        Ok(NestedRun {
            execution: summary.execution,
            name: summary.name,
            workflow: summary.workflow,
            status: summary.status,
            call,
            nested,
        })
    }
}

fn caller_of(row: &store::Execution) -> Option<runtime::Caller> {
    serde_json::from_str::<runtime::RunOptions>(&row.settings).unwrap_or_default().caller
}

/// The task that made a call, by the line of the journal that the call ends at.
fn call_at(timeline: &Timeline, line: u64) -> Option<NestedCall> {
    let line = u32::try_from(line).ok().filter(|line| *line > 0)?;
    let (node, state) = state_at(timeline, line);
    Some(NestedCall { line, lane: timeline.overview().lane_of_line(line)?, node: node?, state: state? })
}

fn stay_of(timeline: &Timeline, entered: u32) -> Option<StayDetail> {
    let data = timeline.stay(entered)?;
    let overview = timeline.overview();
    let known = overview.stays.get(data.stay as usize)?;
    let state = timeline.machine().state(known.state);
    let attempt = |attempt: runtime::debug::Attempt| AttemptDetail {
        event: overview.number_at(attempt.line),
        at: attempt.at.iso(),
        took: attempt.ended_at.map(|ended| (ended.0 - attempt.at.0) as f64),
        stages: attempt.stages.iter().map(|(name, value)| stage(name, value)).collect(),
        error: attempt.failure.as_ref().and_then(|failure| failure.error.as_deref().map(str::to_owned)),
        cause: attempt.failure.as_ref().and_then(|failure| failure.cause.as_deref().map(str::to_owned)),
        retry_at: attempt.retry_at.map(Timestamp::iso),
    };
    Some(StayDetail {
        node: state.pointer.to_string(),
        state: state.name.to_string(),
        lane: known.lane,
        status: node_status(known.status),
        entered_at: known.entered_at.iso(),
        exited_at: known.exited_at.map(Timestamp::iso),
        entered_event: overview.number_at(known.entered),
        exited_event: known.exited.map(|line| overview.number_at(line)),
        input: stage("Input", &data.input),
        attempts: data.attempts.into_iter().map(attempt).collect(),
        output: data.output.iter().map(|(name, value)| stage(name, value)).collect(),
        assigned: data
            .assigned
            .into_iter()
            .map(|(name, value)| AssignedVariable { name, value: value.text().to_string() })
            .collect(),
    })
}

fn stage(name: &str, value: &Value) -> DataStage {
    let value = value.text().to_string();
    DataStage { name: name.to_owned(), bytes: u32::try_from(value.len()).unwrap_or(u32::MAX), value }
}

/// The node and the name of the state that a line is about.
fn state_at(timeline: &Timeline, line: u32) -> (Option<String>, Option<String>) {
    let event = (line as usize).checked_sub(1).and_then(|at| timeline.events().get(at));
    let state = event.and_then(|event| runtime::state_of(&event.kind)).map(|state| timeline.machine().state(state));
    (state.map(|state| state.pointer.to_string()), state.map(|state| state.name.to_string()))
}

fn cut(value: &Value, characters: usize) -> String {
    let text = value.text();
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
