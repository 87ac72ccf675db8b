//! Child executions: how they begin, end well, fail and are cut short.

use std::sync::{Arc, OnceLock};

use query::{Chance, Value};

use crate::core::{Child, Counts, Turn};
use crate::event::{ChildId, EventKind, Failure};
use crate::execution::{Execution, Outcome, Status};
use crate::fan_out;
use crate::frame::{FanOut, Frame, FrameId, Phase, Role, RunFan};
use crate::settings::Kind;
use crate::states::map;

const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// Gives a new thread its own execution.
pub(crate) fn open_child(execution: &mut Execution, turn: &Turn<'_>, id: FrameId, fan_out: &FanOut, index: u32) {
    let Some(run) = fan_out.run() else { return };
    let core = &mut execution.core;
    let name: Arc<str> = core.chance.uuid().into();
    let record = &mut core.map_runs[run.number as usize];
    let items = run.batches.get(index as usize).map_or(1, |(_, items)| *items);
    record.executions.begin(1);
    record.items.begin(items);
    // arn:…:mapRun:MACHINE/LABEL:ID -> arn:…:execution:MACHINE/LABEL:NAME
    let prefix = record.arn.rsplit_once(':').map_or("", |(prefix, _)| prefix);
    let kind = if core.machine.child_kind(record.state) == Kind::Standard { ":execution:" } else { ":express:" };
    let arn = format!("{}:{name}", prefix.replacen(":mapRun:", kind, 1));
    core.children.push(Child {
        arn: arn.into(),
        name,
        input: Value::Null,
        map_run: run.number,
        index,
        started_at: turn.now,
        stopped_at: None,
        outcome: None,
        history: 0,
        identity: OnceLock::new(),
    });
    let number = ChildId(map::count(core.children.len()));
    if let Some(frame) = execution.frames.get_mut(id) {
        frame.execution = number;
    }
}

/// A child execution's first step.
pub(crate) fn begin_child(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get(id) else { return };
    let Role::Child { parent, index } = frame.role else { return };
    let batch = match execution.frames.get(parent).map(|frame| &frame.phase) {
        Some(Phase::FanOut(fan_out)) => fan_out.run().and_then(|run| run.batches.get(index as usize).cloned()),
        _ => None,
    };
    let input = match batch {
        Some((batch, _)) => Ok(batch),
        None => fan_out::select_item(execution, turn, parent, id),
    };
    let input = match input {
        Ok(input) => input,
        Err(fault) => return fan_out::selector_failed(execution, turn, parent, id, fault),
    };
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let core = &mut execution.core;
    if let Some(child) = core.child_mut(frame.execution) {
        child.input = input.clone();
        child.started_at = turn.now;
    }
    frame.input = input.clone();
    let settings = Arc::clone(&core.settings);
    core.event_after(turn, frame, 0, EventKind::ExecutionStarted { input, settings });
    frame.phase = Phase::Entering;
    execution.ready.push_back(id);
}

pub(crate) fn child_succeeded(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, output: Value) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    execution.core.event(turn, frame, EventKind::ExecutionSucceeded { output: output.clone() });
    let Role::Child { parent, index } = frame.role else { return };
    let child = frame.execution;
    let outcome =
        Outcome { status: Status::Succeeded, output: Some(output.clone()), failure: Failure::default(), at: turn.now };
    settle_child(execution, child, parent, index, outcome);
    let last = execution.frames.get(parent).map_or(0, |frame| frame.last);
    execution.frames.remove(id);
    fan_out::record(execution, turn, parent, index, output, last);
}

/// A child execution failed; the Map goes on as long as enough of them may.
pub(crate) fn child_failed(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, failure: Failure) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let Role::Child { parent, index } = frame.role else { return };
    let child = frame.execution;
    execution.core.event(turn, frame, EventKind::ExecutionFailed { failure: failure.clone() });
    let outcome = Outcome { status: Status::Failed, output: None, failure, at: turn.now };
    settle_child(execution, child, parent, index, outcome);
    let Some(parent_frame) = execution.frames.get_mut(parent) else { return };
    let Phase::FanOut(fan_out) = &mut parent_frame.phase else { return };
    let exceeded = fan_out.run_mut().is_some_and(|run| {
        run.failed_items += run.batches.get(index as usize).map_or(1, |(_, items)| *items);
        let at = run.failed.partition_point(|failed| *failed < index);
        run.failed.insert(at, index);
        run.is_exceeded()
    });
    let last = parent_frame.last;
    if !exceeded {
        if let Some(fan_out) = fan_out::take_fan_out(execution, parent) {
            // What runs inside a failed child is of no further use.
            let frame = execution.frames.remove(id);
            if let Some(Frame { phase: Phase::Frozen { fan_out: inner, .. }, .. }) = frame {
                fan_out::forget(execution, inner);
            }
            if let Some(frame) = execution.frames.get_mut(parent) {
                frame.phase = Phase::FanOut(fan_out);
            }
        }
        fan_out::record(execution, turn, parent, index, Value::Null, last);
        return;
    }
    let Some(fan_out) = fan_out::take_fan_out(execution, parent) else { return };
    abort_children(execution, turn, &fan_out);
    let Some(frame) = execution.frames.get_mut(parent) else { return };
    let failure = Failure::new(THRESHOLD, "The specified tolerated failure threshold was exceeded");
    let flow = super::run_failed(&mut execution.core, frame, turn, failure, Some(fan_out));
    execution.follow(turn, parent, flow);
}

/// Ends the child executions that still run, each in its own history.
pub(crate) fn abort_children(execution: &mut Execution, turn: &mut Turn<'_>, fan_out: &FanOut) {
    for (&index, &id) in &fan_out.running {
        let Some(frame) = execution.frames.get(id) else { continue };
        let (child, Role::Child { parent, .. }) = (frame.execution, frame.role) else { continue };
        if execution.core.child(child).is_none_or(|child| child.outcome.is_some()) {
            continue;
        }
        fan_out::quiet_all(execution, turn, id);
        if let Some(frame) = execution.frames.get_mut(id) {
            execution.core.event_after(turn, frame, 0, EventKind::ExecutionAborted { failure: Failure::default() });
        }
        let outcome = Outcome { status: Status::Aborted, output: None, failure: Failure::default(), at: turn.now };
        settle_child(execution, child, parent, index, outcome);
    }
}

fn settle_child(execution: &mut Execution, child: ChildId, parent: FrameId, index: u32, outcome: Outcome) {
    let status = outcome.status;
    let core = &mut execution.core;
    let Some(record) = core.child_mut(child) else { return };
    record.stopped_at = Some(outcome.at);
    record.outcome = Some(outcome);
    let run = record.map_run as usize;
    let items = match execution.frames.get(parent).map(|frame| &frame.phase) {
        Some(Phase::FanOut(fan_out)) => {
            fan_out.run().and_then(|run| run.batches.get(index as usize)).map_or(1, |(_, items)| *items)
        }
        _ => 1,
    };
    if let Some(run) = core.map_runs.get_mut(run) {
        run.executions.end(status, 1);
        run.items.end(status, items);
    }
}

/// Whether a redrive can go on with the Map Run: its items are known, and its results are not written yet.
pub(crate) fn can_redrive(fan_out: &FanOut) -> bool {
    fan_out.total > 0 && fan_out.run().is_some_and(|run| run.written.is_none())
}

/// Goes on with a Map Run: every child that did not end well runs once more, as an execution of its own.
pub(crate) fn redrive(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, mut fan_out: Box<FanOut>) {
    let mut again: Vec<u32> = fan_out.running.keys().copied().collect();
    again.extend(fan_out.run().map_or(&[][..], |run| &run.failed));
    again.sort_unstable_by(|a, b| b.cmp(a));
    again.dedup();
    let remains = FanOut { running: std::mem::take(&mut fan_out.running), ..FanOut::of_branches(0, Value::Null) };
    fan_out::forget(execution, Some(Box::new(remains)));
    fan_out.done = fan_out.next - map::count(again.len());
    fan_out.again = again;
    let Some(run) = fan_out.run_mut() else { return };
    run.failed.clear();
    run.failed_items = 0;
    let number = run.number as usize;
    let core = &mut execution.core;
    let Some(record) = core.map_runs.get_mut(number) else { return };
    record.status = Status::Running;
    record.stopped_at = None;
    record.redrive_count += 1;
    record.executions.again();
    record.items.again();
    let (map_run_arn, redrive_count, state) = (Arc::clone(&record.arn), record.redrive_count, record.state);
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let redriven = EventKind::MapRunRedriven { state, map_run_arn, redrive_count };
    let started = core.event(turn, frame, redriven);
    if let Some(run) = fan_out.run_mut() {
        run.started = started;
    }
    fan_out::fork(execution, turn, id, fan_out);
}

impl RunFan {
    fn is_exceeded(&self) -> bool {
        let failed = u64::from(self.failed_items);
        let by_count = self.tolerated_count.is_some_and(|most| failed > most);
        let share = f64::from(self.failed_items) * 100.0 / f64::from(self.items.max(1));
        let by_share = self.tolerated_percentage.is_some_and(|most| share > most);
        let none_tolerated = self.tolerated_count.is_none() && self.tolerated_percentage.is_none();
        by_count || by_share || none_tolerated
    }
}

impl Counts {
    fn begin(&mut self, count: u32) {
        self.pending = self.pending.saturating_sub(count);
        self.running += count;
    }

    /// What did not end well is to be done again.
    fn again(&mut self) {
        self.pending += self.failed + self.timed_out + self.aborted + self.running;
        (self.failed, self.timed_out, self.aborted, self.running) = (0, 0, 0, 0);
    }

    fn end(&mut self, status: Status, count: u32) {
        self.running = self.running.saturating_sub(count);
        match status {
            Status::Succeeded => {
                self.succeeded += count;
                self.results_written += count;
            }
            Status::Failed => self.failed += count,
            Status::TimedOut => self.timed_out += count,
            Status::Aborted => self.aborted += count,
            Status::Running => self.running += count,
        }
    }
}

impl Child {
    pub fn status(&self) -> Status {
        self.outcome.as_ref().map_or(Status::Running, |outcome| outcome.status)
    }
}
