//! The runtime's types in the shape of the wire.

use machine::Timestamp;
use runtime::{HistoryRow, Moved, PendingKind as Kind, known_errors, suggested_result};
use wire::*;

pub(crate) fn clock_in(clock: ClockMode) -> runtime::ClockMode {
    match clock {
        ClockMode::Real => runtime::ClockMode::Real,
        ClockMode::Scaled { factor } => runtime::ClockMode::Scaled(factor),
        ClockMode::Virtual => runtime::ClockMode::Virtual,
    }
}

pub(crate) fn clock_out(clock: runtime::ClockMode) -> ClockMode {
    match clock {
        runtime::ClockMode::Real => ClockMode::Real,
        runtime::ClockMode::Scaled(factor) => ClockMode::Scaled { factor },
        runtime::ClockMode::Virtual => ClockMode::Virtual,
    }
}

pub(crate) fn history_event(row: HistoryRow) -> HistoryEvent {
    HistoryEvent {
        id: row.id,
        previous_event_id: row.previous,
        timestamp: row.at.iso(),
        event_type: row.event_type.to_owned(),
        node: row.node,
        state: row.state,
        iterations: row.iterations,
        json: row.json,
        changes: row.changes,
    }
}

pub(crate) fn status(status: machine::Status) -> ExecutionStatus {
    match status {
        machine::Status::Running => ExecutionStatus::Running,
        machine::Status::Succeeded => ExecutionStatus::Succeeded,
        machine::Status::Failed => ExecutionStatus::Failed,
        machine::Status::TimedOut => ExecutionStatus::TimedOut,
        machine::Status::Aborted => ExecutionStatus::Aborted,
    }
}

pub(crate) fn node_status(status: runtime::NodeStatus) -> NodeStatus {
    match status {
        runtime::NodeStatus::Running => NodeStatus::Running,
        runtime::NodeStatus::Waiting => NodeStatus::Waiting,
        runtime::NodeStatus::Retrying => NodeStatus::Retrying,
        runtime::NodeStatus::Succeeded => NodeStatus::Succeeded,
        runtime::NodeStatus::Caught => NodeStatus::Caught,
        runtime::NodeStatus::Failed => NodeStatus::Failed,
        runtime::NodeStatus::Aborted => NodeStatus::Aborted,
    }
}

pub(crate) fn moved(moved: Moved) -> (Vec<NodeProgress>, Vec<EdgeProgress>) {
    let node = |node: runtime::NodeProgress| NodeProgress {
        node: node.node.to_string(),
        status: node_status(node.status),
        entered: node.entered,
        succeeded: node.succeeded,
        failed: node.failed,
        retries: node.retries,
        active: node.active,
        duration_ms: node.duration_ms.map(|millis| millis as f64),
        error: node.error,
        items: node.items.map(|items| ItemProgress {
            total: items.total,
            running: items.running,
            succeeded: items.succeeded,
            failed: items.failed,
        }),
        changes: node.changes,
    };
    let edge = |edge: runtime::EdgeProgress| EdgeProgress { edge: edge.edge.to_string(), taken: edge.taken };
    (moved.nodes.into_iter().map(node).collect(), moved.edges.into_iter().map(edge).collect())
}

pub(crate) fn state_run(run: runtime::StateRun) -> StateRun {
    let stage = |(name, value): (&str, query::Value)| {
        let value = value.text().to_string();
        DataStage { name: name.to_owned(), bytes: u32::try_from(value.len()).unwrap_or(u32::MAX), value }
    };
    let variable = |(name, value): (String, query::Value)| AssignedVariable { name, value: value.text().to_string() };
    StateRun {
        entered_event: run.entered_event,
        status: node_status(run.status),
        iterations: run.iterations,
        entered_at: run.entered_at.iso(),
        exited_at: run.exited_at.map(Timestamp::iso),
        attempts: run.attempts,
        stages: run.stages.into_iter().map(stage).collect(),
        assigned: run.assigned.into_iter().map(variable).collect(),
        error: run.error,
        cause: run.cause,
    }
}

pub(crate) fn pending_task(task: &runtime::PendingTask, execution: &store::Execution) -> PendingTask {
    let arguments = task.arguments.text().to_string();
    PendingTask {
        task: task.effect.0.to_string(),
        execution: execution.id.to_string(),
        execution_name: execution.name.clone(),
        workflow: execution.workflow.clone(),
        node: task.node.to_string(),
        state: task.state.to_string(),
        iterations: task.iterations.clone(),
        resource: task.resource.to_string(),
        kind: match task.kind {
            Kind::Task => PendingKind::Task,
            Kind::Callback => PendingKind::Callback,
            Kind::Activity => PendingKind::Activity,
        },
        since: task.since.iso(),
        timeout_at: task.timeout_at.map(Timestamp::iso),
        heartbeat_at: task.heartbeat_at.map(Timestamp::iso),
        heartbeat_seconds: task.heartbeat_seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
        clock: clock_out(serde_json::from_str::<runtime::RunOptions>(&execution.settings).unwrap_or_default().clock),
        suggested_result: suggested_result(&task.resource, &arguments),
        known_errors: known_errors(&task.resource),
        arguments,
    }
}
