//! What the store tells of past and running executions.

use std::collections::HashMap;

use machine::{
    Answer, ChildId, Event, EventKind, Fact, Failure, HistoryEvent, Scope, ScopePart, Stage, StateRef, Timestamp, Via,
};
use query::Value;
use store::{Db, ExecutionId, Store, StoreError};

use crate::codec::Decoder;
use crate::definition::Definition;
use crate::progress::{NodeStatus, is_change};
use crate::replay::ReplayError;
use crate::runtime::{RunError, RunOptions};

/// One event as the service's GetExecutionHistory shows it, with its place in the graph.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    pub id: u32,
    pub previous: u32,
    pub at: Timestamp,
    pub event_type: &'static str,
    /// JSON pointer of the state.
    pub node: Option<String>,
    pub state: Option<String>,
    /// The items around the state, outermost first.
    pub iterations: Vec<u32>,
    /// JSON text.
    pub json: String,
    /// What a person did with the debugger right after it, in words.
    pub changes: Vec<String>,
}

/// One stay in a state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateRun {
    /// The number of its StateEntered in the history of its execution.
    pub entered_event: u32,
    pub status: NodeStatus,
    pub iterations: Vec<u32>,
    pub entered_at: Timestamp,
    pub exited_at: Option<Timestamp>,
    pub attempts: u32,
    /// The input, then every stage of data flow that took place.
    pub stages: Vec<(&'static str, Value)>,
    pub assigned: Vec<(String, Value)>,
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// An execution in the store, with its definition made ready.
pub struct Record<'s> {
    store: &'s Store,
    id: ExecutionId,
    definition: Definition,
}

impl Record<'_> {
    pub fn open(store: &Store, id: ExecutionId) -> Result<Record<'_>, RunError> {
        let (row, (text, _)) = store.read(|db| Ok((db.execution(id)?, db.execution_texts(id)?)))?;
        let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        Ok(Record { store, id, definition: Definition::parse(&text, options.express)? })
    }

    /// A page of the execution's own history from number `from` on, and how long the history is.
    pub fn history(&self, from: u32, limit: u32) -> Result<(Vec<HistoryRow>, u32), RunError> {
        let (from, limit) = (from.max(1), limit as usize);
        let mut rows = Vec::new();
        let mut total = 0;
        let reader = Reader { store: self.store, id: self.id };
        let end = self.store.read(|db| db.journal_end(self.id))?;
        if end == 0 {
            return Ok((rows, 0));
        }
        reader.backwards(end, |event| {
            total = own_number(event).unwrap_or_default();
            total == 0
        })?;
        if from > total || limit == 0 {
            return Ok((rows, total));
        }
        let first = reader.line_of(from, end)?;
        reader.forwards(first, |event| {
            if let (EventKind::Received(fact), Some(row)) = (&event.kind, rows.last_mut()) {
                let row: &mut HistoryRow = row;
                row.changes.extend(words_of_change(fact));
                return true;
            }
            // Changes follow the last row too.
            if rows.len() >= limit && event.history.is_some() {
                return false;
            }
            if let Some(history) = event.history(&self.definition.machine).filter(|_| own_number(event) >= Some(from)) {
                rows.push(self.row(event, &history));
            }
            true
        })?;
        Ok((rows, total))
    }

    /// The stays in one state, the latest first, and how many there were.
    pub fn state_runs(&self, node: &str, limit: u32) -> Result<(Vec<StateRun>, u32), RunError> {
        let Some(state) = self.definition.machine.state_at(node) else { return Ok((Vec::new(), 0)) };
        let mut runs = Runs { state, open: HashMap::new(), all: Vec::new() };
        Reader { store: self.store, id: self.id }.forwards(1, |event| {
            runs.take(event);
            true
        })?;
        let total = u32::try_from(runs.all.len()).unwrap_or(u32::MAX);
        runs.all.reverse();
        runs.all.truncate(limit as usize);
        Ok((runs.all, total))
    }

    fn row(&self, event: &Event, history: &HistoryEvent<'_>) -> HistoryRow {
        let state = state_of(&event.kind).map(|state| self.definition.machine.state(state));
        let mut json = String::new();
        history.write_json(&mut json);
        HistoryRow {
            id: history.id(),
            previous: history.previous_id(),
            at: event.at,
            event_type: history.type_name(),
            node: state.map(|state| state.pointer.to_string()),
            state: state.map(|state| state.name.to_string()),
            iterations: iterations(&event.scope),
            json,
            changes: Vec::new(),
        }
    }
}

/// Events of one journal, from any line.
struct Reader<'s> {
    store: &'s Store,
    id: ExecutionId,
}

impl Reader<'_> {
    /// So many lines are fetched at once.
    const PAGE: u32 = 2_000;

    /// From line `line` on, until `take` says enough.
    fn forwards(&self, mut line: u32, mut take: impl FnMut(&Event) -> bool) -> Result<(), RunError> {
        let mut decoder = Decoder::default();
        loop {
            let lines = self.store.read(|db| db.journal(self.id, line, Self::PAGE))?;
            for found in &lines {
                if !take(&self.decode(&mut decoder, found.number, &found.text)?) {
                    return Ok(());
                }
            }
            match lines.last() {
                Some(last) if lines.len() == Self::PAGE as usize => line = last.number + 1,
                _ => return Ok(()),
            }
        }
    }

    /// From line `line` back, until `take` says enough.
    fn backwards(&self, line: u32, mut take: impl FnMut(&Event) -> bool) -> Result<(), RunError> {
        for line in (1..=line).rev() {
            if let Some(event) = self.event(line)?
                && !take(&event)
            {
                break;
            }
        }
        Ok(())
    }

    /// The line that holds number `wanted` of the execution's own history, or one before it: numbers grow with lines, so
    /// halving finds it.
    fn line_of(&self, wanted: u32, end: u32) -> Result<u32, RunError> {
        // Each number takes a line of its own at least.
        let (mut low, mut high) = (wanted.min(end), end);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let mut number = 0;
            self.backwards(middle, |event| {
                number = own_number(event).unwrap_or_default();
                number == 0
            })?;
            if number <= wanted {
                low = middle;
            } else {
                high = middle - 1;
            }
            if number == wanted {
                break;
            }
        }
        // `low` may stand on lines behind the one that is wanted.
        let mut line = low;
        self.backwards(low, |event| {
            line = u32::try_from(event.id.0).unwrap_or(u32::MAX);
            own_number(event).is_none_or(|number| number > wanted)
        })?;
        Ok(line)
    }

    fn event(&self, line: u32) -> Result<Option<Event>, RunError> {
        let found = self.store.read(|db| db.journal(self.id, line, 1))?;
        match found.first() {
            Some(found) if found.number == line => self.decode(&mut Decoder::default(), line, &found.text).map(Some),
            _ => Ok(None),
        }
    }

    fn decode(&self, decoder: &mut Decoder, number: u32, text: &str) -> Result<Event, RunError> {
        let mut fetch = |line: u64| {
            let line = u32::try_from(line).ok()?;
            let read = |db: &Db<'_>| -> Result<_, StoreError> { db.journal(self.id, line, 1) };
            self.store.read(read).ok()?.into_iter().next().filter(|found| found.number == line).map(|found| found.text)
        };
        let event = decoder.read(u64::from(number), text, &mut fetch);
        event.map_err(|error| ReplayError::Unreadable { line: number, reason: error.to_string() }.into())
    }
}

/// The number in the history of the execution itself, not of a child of a distributed Map.
fn own_number(event: &Event) -> Option<u32> {
    event.history.filter(|_| event.execution == ChildId(0)).map(|history| history.id)
}

/// Collects the stays in one state.
struct Runs {
    state: StateRef,
    /// By execution and scope; the position in `all`.
    open: HashMap<(ChildId, Vec<(StateRef, ScopePart)>), usize>,
    all: Vec<StateRun>,
}

impl Runs {
    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StateEntered { state, input } if *state == self.state => {
                self.open.insert(key(event), self.all.len());
                self.all.push(StateRun {
                    entered_event: event.history.map_or(0, |history| history.id),
                    status: NodeStatus::Running,
                    iterations: iterations(&event.scope),
                    entered_at: event.at,
                    exited_at: None,
                    attempts: 1,
                    stages: vec![("Input", input.clone())],
                    assigned: Vec::new(),
                    error: None,
                    cause: None,
                });
            }
            kind if state_of(kind) == Some(self.state) => self.change(event),
            EventKind::ExecutionFailed { failure } | EventKind::ExecutionTimedOut { failure } => {
                self.close(event, NodeStatus::Failed, Some(failure));
            }
            EventKind::ExecutionAborted { .. } => self.close(event, NodeStatus::Aborted, None),
            EventKind::Iteration { change: machine::IterationChange::Failed, .. } => {
                self.close(event, NodeStatus::Failed, None);
            }
            EventKind::FanOutFailed { state, .. } => self.close_inside(event, *state),
            EventKind::RetryScheduled(retry) => self.close_inside(event, retry.state),
            _ => {}
        }
    }

    fn change(&mut self, event: &Event) {
        let Some(run) = self.open.get(&key(event)).and_then(|at| self.all.get_mut(*at)) else { return };
        match &event.kind {
            EventKind::TaskScheduled(scheduled) => {
                run.status = NodeStatus::Running;
                run.add(&scheduled.flow);
                // What the call got, where it is not what the stage before gave it.
                if run.stages.last().is_none_or(|(_, value)| *value != scheduled.parameters) {
                    run.set("Arguments", scheduled.parameters.clone());
                }
            }
            EventKind::TaskSucceeded { output, .. } => run.set("Result", output.clone()),
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::EvaluationFailed { failure, .. }
            | EventKind::MapRunFailed { failure, .. }
            | EventKind::ErrorRaised { failure, .. } => run.fail(failure),
            EventKind::TaskSubmitted { .. } | EventKind::WaitStarted { .. } => run.status = NodeStatus::Waiting,
            EventKind::FanOutFailed { flow, .. } => run.add(flow.as_deref().unwrap_or_default()),
            EventKind::RetryScheduled(retry) => {
                run.status = NodeStatus::Retrying;
                run.attempts += 1;
                run.fail(&retry.failure);
            }
            EventKind::StateExited { output, detail, .. } => {
                let caught = detail.as_deref().is_some_and(|detail| matches!(detail.via, Via::Catch(_)));
                run.status = if caught { NodeStatus::Caught } else { NodeStatus::Succeeded };
                if !caught {
                    run.error = None;
                    run.cause = None;
                }
                run.exited_at = Some(event.at);
                if let Some(detail) = detail {
                    run.add(&detail.flow);
                    run.assigned =
                        detail.assigned.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
                }
                run.set("Output", output.clone());
                self.open.remove(&key(event));
            }
            EventKind::StateAborted { .. } => self.close(event, NodeStatus::Aborted, None),
            _ => {}
        }
    }

    /// The thread of the event ended.
    fn close(&mut self, event: &Event, status: NodeStatus, failure: Option<&Failure>) {
        let whole = event.execution == ChildId(0) && event.scope.is_top();
        let keys: Vec<_> = match whole && !matches!(event.kind, EventKind::StateAborted { .. }) {
            true => self.open.keys().cloned().collect(),
            false => vec![key(event)],
        };
        for key in keys {
            let Some(run) = self.open.remove(&key).and_then(|at| self.all.get_mut(at)) else { continue };
            run.status = status;
            run.exited_at = Some(event.at);
            if let Some(failure) = failure
                && run.error.is_none()
            {
                run.fail(failure);
            }
        }
    }

    fn close_inside(&mut self, event: &Event, around: StateRef) {
        let inside: Vec<_> =
            self.open.keys().filter(|key| key.1.iter().any(|step| step.0 == around)).cloned().collect();
        for key in inside {
            let Some(run) = self.open.remove(&key).and_then(|at| self.all.get_mut(at)) else { continue };
            run.status = if run.error.is_some() { NodeStatus::Failed } else { NodeStatus::Aborted };
            run.exited_at = Some(event.at);
        }
    }
}

impl StateRun {
    fn add(&mut self, flow: &[(Stage, Value)]) {
        for (stage, value) in flow {
            self.set(stage.name(), value.clone());
        }
    }

    /// A retry goes through the stages again: the last values count.
    fn set(&mut self, name: &'static str, value: Value) {
        match self.stages.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => self.stages.push((name, value)),
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.error = failure.error.as_deref().map(str::to_owned);
        self.cause = failure.cause.as_deref().map(str::to_owned);
    }
}

fn key(event: &Event) -> (ChildId, Vec<(StateRef, ScopePart)>) {
    (event.execution, event.scope.steps().into_iter().map(|step| (step.state, step.part)).collect())
}

fn iterations(scope: &Scope) -> Vec<u32> {
    let item = |part| match part {
        ScopePart::Iteration(index) | ScopePart::Child(index) => Some(index),
        ScopePart::Branch(_) => None,
    };
    scope.steps().into_iter().filter_map(|step| item(step.part)).collect()
}

/// The state an event is about.
pub fn state_of(kind: &EventKind) -> Option<StateRef> {
    match kind {
        EventKind::StateEntered { state, .. }
        | EventKind::StateExited { state, .. }
        | EventKind::FanOutStarted { state, .. }
        | EventKind::FanOutSucceeded { state }
        | EventKind::FanOutFailed { state, .. }
        | EventKind::StateAborted { state }
        | EventKind::Iteration { state, .. }
        | EventKind::MapRunStarted { state, .. }
        | EventKind::MapRunSucceeded { state }
        | EventKind::MapRunFailed { state, .. }
        | EventKind::MapRunAborted { state }
        | EventKind::MapRunRedriven { state, .. }
        | EventKind::TaskStarted { state, .. }
        | EventKind::TaskSubmitted { state, .. }
        | EventKind::TaskSucceeded { state, .. }
        | EventKind::TaskFailed { state, .. }
        | EventKind::TaskTimedOut { state, .. }
        | EventKind::EvaluationFailed { state, .. }
        | EventKind::ErrorRaised { state, .. }
        | EventKind::WaitStarted { state, .. }
        | EventKind::TimerFired { state }
        | EventKind::DatasetRequested { state, .. } => Some(*state),
        EventKind::TaskScheduled(scheduled) => Some(scheduled.state),
        EventKind::RetryScheduled(retry) => Some(retry.state),
        EventKind::LimitPassed { state, .. } => *state,
        EventKind::ExecutionStarted { .. }
        | EventKind::ExecutionSucceeded { .. }
        | EventKind::ExecutionFailed { .. }
        | EventKind::ExecutionTimedOut { .. }
        | EventKind::ExecutionAborted { .. }
        | EventKind::ExecutionRedriven { .. }
        | EventKind::Received(_) => None,
    }
}

/// What a person did with the debugger, in words.
pub fn words_of_change(fact: &Fact) -> Option<String> {
    if !is_change(fact) {
        return None;
    }
    Some(match fact {
        Fact::SetInput { input, .. } => format!("input changed to {}", short(input)),
        Fact::SetVariable { name, value, .. } => format!("${name} changed to {}", short(value)),
        Fact::SetStage { stage, value, .. } => format!("{} changed to {}", stage.name(), short(value)),
        Fact::Leave { output, .. } => format!("skipped with the output {}", short(output)),
        Fact::Fail { failure, .. } => format!("made to fail with {}", failure.error.as_deref().unwrap_or("no error")),
        Fact::Answer { answer: Answer::Succeed(value), .. } => format!("answered by hand with {}", short(value)),
        Fact::Answer { answer: Answer::Fail(failure), .. } => {
            format!("answered by hand with the error {}", failure.error.as_deref().unwrap_or("without a name"))
        }
        Fact::Choose { via: Via::Default, .. } => "the default way was chosen by hand".to_owned(),
        Fact::Choose { via: Via::Rule(rule), .. } => format!("rule {} was chosen by hand", rule + 1),
        Fact::ShiftTimer { wake_at, .. } => format!("a timer moved to {wake_at}"),
        Fact::TimerFired { .. } => "a timer went off by hand".to_owned(),
        _ => return None,
    })
}

fn short(value: &Value) -> String {
    const LONGEST: usize = 120;
    let text = value.text();
    match text.char_indices().nth(LONGEST) {
        None => text.to_string(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
