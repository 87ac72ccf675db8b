//! The history in the service's shape: a projection of the journal, with text made only when somebody asks.
//!
//! Fields that the service does not send are absent, never null. Ids count from 1 per execution, and the first state
//! follows event 0, not event 1.

use crate::compiled::{Compiled, StateType};
use crate::event::{Event, EventKind, Failure, IterationChange};
use crate::integration::Integration;
use crate::json::{self, Fields};

/// One event as GetExecutionHistory shows it.
#[derive(Debug, Clone, Copy)]
pub struct HistoryEvent<'a> {
    event: &'a Event,
    machine: &'a Compiled,
    id: u32,
    previous: u32,
}

impl Event {
    /// The event in the service's shape; `None` for events that are our own.
    pub fn history<'a>(&'a self, machine: &'a Compiled) -> Option<HistoryEvent<'a>> {
        let numbers = self.history?;
        Some(HistoryEvent { event: self, machine, id: numbers.id, previous: numbers.previous })
    }
}

impl HistoryEvent<'_> {
    pub fn id(&self) -> u32 {
        self.id
    }

    pub fn previous_id(&self) -> u32 {
        self.previous
    }

    /// `PassStateEntered`, `TaskScheduled` and so on.
    pub fn type_name(&self) -> &'static str {
        match &self.event.kind {
            EventKind::ExecutionStarted { .. } => "ExecutionStarted",
            EventKind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventKind::ExecutionFailed { .. } => "ExecutionFailed",
            EventKind::ExecutionTimedOut { .. } => "ExecutionTimedOut",
            EventKind::ExecutionAborted { .. } => "ExecutionAborted",
            EventKind::ExecutionRedriven { .. } => "ExecutionRedriven",
            EventKind::StateEntered { state, .. } => self.machine.state(*state).kind_of().entered(),
            EventKind::StateExited { state, .. } => self.machine.state(*state).kind_of().exited(),
            EventKind::StateAborted { state } => self.machine.state(*state).kind_of().aborted(),
            EventKind::FanOutStarted { state, .. } => self.fan_out(*state, "MapStateStarted", "ParallelStateStarted"),
            EventKind::FanOutSucceeded { state } => self.fan_out(*state, "MapStateSucceeded", "ParallelStateSucceeded"),
            EventKind::FanOutFailed { state, .. } => self.fan_out(*state, "MapStateFailed", "ParallelStateFailed"),
            EventKind::Iteration { change, .. } => match change {
                IterationChange::Started => "MapIterationStarted",
                IterationChange::Succeeded => "MapIterationSucceeded",
                IterationChange::Failed => "MapIterationFailed",
                IterationChange::Aborted => "MapIterationAborted",
            },
            EventKind::MapRunStarted { .. } => "MapRunStarted",
            EventKind::MapRunSucceeded { .. } => "MapRunSucceeded",
            EventKind::MapRunFailed { .. } => "MapRunFailed",
            EventKind::MapRunAborted { .. } => "MapRunAborted",
            EventKind::MapRunRedriven { .. } => "MapRunRedriven",
            EventKind::TaskScheduled(scheduled) => self.flavour(scheduled.state).scheduled,
            EventKind::TaskStarted { state, .. } => self.flavour(*state).started,
            EventKind::TaskSubmitted { .. } => "TaskSubmitted",
            EventKind::TaskSucceeded { state, .. } => self.flavour(*state).succeeded,
            EventKind::TaskFailed { state, .. } => self.flavour(*state).failed,
            EventKind::TaskTimedOut { state, .. } => self.flavour(*state).timed_out,
            EventKind::EvaluationFailed { .. } => "EvaluationFailed",
            EventKind::Received(_) => "Received",
            EventKind::WaitStarted { .. } => "WaitStarted",
            EventKind::TimerFired { .. } => "TimerFired",
            EventKind::RetryScheduled(_) => "RetryScheduled",
            EventKind::ErrorRaised { .. } => "ErrorRaised",
            EventKind::LimitPassed { .. } => "LimitPassed",
            EventKind::DatasetRequested { .. } => "DatasetRequested",
        }
    }

    /// The event as one JSON object, timestamps in seconds since 1970 as the API sends them.
    pub fn write_json(&self, out: &mut String) {
        let millis = self.event.at.millis();
        out.push_str(r#"{"timestamp":"#);
        query::write_integer(out, millis.div_euclid(1_000));
        let fraction = millis.rem_euclid(1_000);
        out.push_str(if fraction < 10 {
            ".00"
        } else if fraction < 100 {
            ".0"
        } else {
            "."
        });
        query::write_integer(out, fraction);
        out.push_str(r#","type":""#);
        out.push_str(self.type_name());
        out.push_str(r#"","id":"#);
        query::write_integer(out, i64::from(self.id));
        out.push_str(r#","previousEventId":"#);
        query::write_integer(out, i64::from(self.previous));
        if let Some(name) = self.details_name() {
            out.push_str(",\"");
            out.push_str(name);
            out.push_str("\":");
            self.write_details(out, true);
        }
        out.push('}');
    }

    pub fn to_json(&self) -> String {
        let mut text = String::with_capacity(256);
        self.write_json(&mut text);
        text
    }

    /// The member that holds the details, such as `stateEnteredEventDetails`; some types have none.
    pub fn details_name(&self) -> Option<&'static str> {
        Some(match &self.event.kind {
            EventKind::ExecutionStarted { .. } => "executionStartedEventDetails",
            EventKind::ExecutionSucceeded { .. } => "executionSucceededEventDetails",
            EventKind::ExecutionFailed { .. } => "executionFailedEventDetails",
            EventKind::ExecutionTimedOut { .. } => "executionTimedOutEventDetails",
            EventKind::ExecutionAborted { .. } => "executionAbortedEventDetails",
            EventKind::ExecutionRedriven { .. } => "executionRedrivenEventDetails",
            EventKind::StateEntered { .. } => "stateEnteredEventDetails",
            EventKind::StateExited { .. } => "stateExitedEventDetails",
            EventKind::FanOutStarted { state, .. } => self.fan_out_details(*state)?,
            EventKind::Iteration { change, .. } => match change {
                IterationChange::Started => "mapIterationStartedEventDetails",
                IterationChange::Succeeded => "mapIterationSucceededEventDetails",
                IterationChange::Failed => "mapIterationFailedEventDetails",
                IterationChange::Aborted => "mapIterationAbortedEventDetails",
            },
            EventKind::MapRunStarted { .. } => "mapRunStartedEventDetails",
            EventKind::MapRunFailed { .. } => "mapRunFailedEventDetails",
            EventKind::MapRunRedriven { .. } => "mapRunRedrivenEventDetails",
            EventKind::TaskScheduled(scheduled) => self.flavour(scheduled.state).scheduled_details,
            EventKind::TaskStarted { state, .. } => self.flavour(*state).started_details?,
            EventKind::TaskSubmitted { .. } => "taskSubmittedEventDetails",
            EventKind::TaskSucceeded { state, .. } => self.flavour(*state).succeeded_details,
            EventKind::TaskFailed { state, .. } => self.flavour(*state).failed_details,
            EventKind::TaskTimedOut { state, .. } => self.flavour(*state).timed_out_details,
            EventKind::EvaluationFailed { .. } => "evaluationFailedEventDetails",
            _ => return None,
        })
    }

    /// The details alone. Without `data`, inputs and outputs and what describes them are left out, as in a log with
    /// `includeExecutionData: false`.
    pub fn write_details(&self, out: &mut String, data: bool) {
        let mut fields = Fields::open(out);
        match &self.event.kind {
            EventKind::ExecutionStarted { input, settings } => {
                if data {
                    fields.payload("input", "inputDetails", &input.text());
                }
                fields.text("roleArn", &settings.role_arn);
            }
            EventKind::ExecutionSucceeded { output } if data => {
                fields.payload("output", "outputDetails", &output.text());
            }
            EventKind::ExecutionFailed { failure }
            | EventKind::ExecutionTimedOut { failure }
            | EventKind::ExecutionAborted { failure }
            | EventKind::MapRunFailed { failure, .. } => write_failure(&mut fields, failure),
            EventKind::ExecutionRedriven { redrive_count } => fields.number("redriveCount", u64::from(*redrive_count)),
            EventKind::StateEntered { state, input } => {
                if data {
                    fields.payload("input", "inputDetails", &input.text());
                }
                fields.text("name", &self.machine.state(*state).name);
            }
            EventKind::StateExited { state, output, detail } => {
                if let Some(detail) = detail.as_deref().filter(|detail| data && !detail.assigned.is_empty()) {
                    let variables = fields.raw("assignedVariables");
                    let mut assigned = Fields::open(variables);
                    for (name, value) in &detail.assigned {
                        assigned.text(name, &value.text());
                    }
                    assigned.close();
                    fields.raw("assignedVariablesDetails").push_str(r#"{"truncated":false}"#);
                }
                fields.text("name", &self.machine.state(*state).name);
                if data {
                    fields.payload("output", "outputDetails", &output.text());
                }
            }
            EventKind::FanOutStarted { length, .. } => fields.number("length", u64::from(*length)),
            EventKind::Iteration { state, index, .. } => {
                fields.number("index", u64::from(*index));
                fields.text("name", &self.machine.state(*state).name);
            }
            EventKind::MapRunStarted { map_run_arn, .. } => fields.text("mapRunArn", map_run_arn),
            EventKind::MapRunRedriven { map_run_arn, redrive_count, .. } => {
                fields.text("mapRunArn", map_run_arn);
                fields.number("redriveCount", u64::from(*redrive_count));
            }
            EventKind::TaskScheduled(scheduled) => self.write_scheduled(&mut fields, scheduled, data),
            EventKind::TaskStarted { state, worker } => match self.integration(*state) {
                Integration::Activity => {
                    if let Some(worker) = worker {
                        fields.text("workerName", worker);
                    }
                }
                integration => write_resource(&mut fields, integration),
            },
            EventKind::TaskSubmitted { state, output } | EventKind::TaskSucceeded { state, output } => {
                if data {
                    fields.payload("output", "outputDetails", &output.text());
                }
                write_resource(&mut fields, self.integration(*state));
            }
            EventKind::TaskFailed { state, failure } | EventKind::TaskTimedOut { state, failure } => {
                write_failure(&mut fields, failure);
                write_resource(&mut fields, self.integration(*state));
            }
            EventKind::EvaluationFailed { state, failure, location } => {
                write_failure(&mut fields, failure);
                if let Some(location) = location {
                    fields.text("location", location);
                }
                fields.text("state", &self.machine.state(*state).name);
            }
            _ => {}
        }
        fields.close();
    }

    fn write_scheduled(&self, fields: &mut Fields<'_>, scheduled: &crate::event::Scheduled, data: bool) {
        let state = self.machine.state(scheduled.state);
        let seconds = |fields: &mut Fields<'_>| {
            if let Some(heartbeat) = scheduled.heartbeat_seconds {
                fields.number("heartbeatInSeconds", heartbeat);
            }
            if let Some(timeout) = scheduled.timeout_seconds {
                fields.number("timeoutInSeconds", timeout);
            }
        };
        match self.integration(scheduled.state) {
            integration @ Integration::Service { .. } => {
                if data {
                    fields.text("parameters", &scheduled.parameters.text());
                }
                fields.text("region", &scheduled.region);
                write_resource(fields, integration);
                seconds(fields);
            }
            _ => {
                if data {
                    fields.payload("input", "inputDetails", &scheduled.parameters.text());
                }
                fields.text("resource", state.resource().unwrap_or(""));
                seconds(fields);
            }
        }
        if let Some(role) = &scheduled.role_arn {
            let mut credentials = Fields::open(fields.raw("taskCredentials"));
            credentials.text("roleArn", role);
            credentials.close();
        }
    }

    fn integration(&self, state: crate::compiled::StateRef) -> &Integration {
        self.machine.state(state).integration()
    }

    fn flavour(&self, state: crate::compiled::StateRef) -> &'static Flavour {
        match self.integration(state) {
            Integration::Lambda => &LAMBDA,
            Integration::Activity => &ACTIVITY,
            Integration::Service { .. } => &TASK,
        }
    }

    fn fan_out(&self, state: crate::compiled::StateRef, map: &'static str, parallel: &'static str) -> &'static str {
        if self.machine.state(state).kind_of() == StateType::Map { map } else { parallel }
    }

    fn fan_out_details(&self, state: crate::compiled::StateRef) -> Option<&'static str> {
        (self.machine.state(state).kind_of() == StateType::Map).then_some("mapStateStartedEventDetails")
    }
}

fn write_failure(fields: &mut Fields<'_>, failure: &Failure) {
    if let Some(cause) = &failure.cause {
        fields.text("cause", cause);
    }
    if let Some(error) = &failure.error {
        fields.text("error", error);
    }
}

fn write_resource(fields: &mut Fields<'_>, integration: &Integration) {
    if let Integration::Service { service, action, .. } = integration {
        fields.text("resource", action);
        fields.text("resourceType", service);
    }
}

/// How the events of one sort of task are called.
struct Flavour {
    scheduled: &'static str,
    started: &'static str,
    succeeded: &'static str,
    failed: &'static str,
    timed_out: &'static str,
    scheduled_details: &'static str,
    started_details: Option<&'static str>,
    succeeded_details: &'static str,
    failed_details: &'static str,
    timed_out_details: &'static str,
}

static TASK: Flavour = Flavour {
    scheduled: "TaskScheduled",
    started: "TaskStarted",
    succeeded: "TaskSucceeded",
    failed: "TaskFailed",
    timed_out: "TaskTimedOut",
    scheduled_details: "taskScheduledEventDetails",
    started_details: Some("taskStartedEventDetails"),
    succeeded_details: "taskSucceededEventDetails",
    failed_details: "taskFailedEventDetails",
    timed_out_details: "taskTimedOutEventDetails",
};

static LAMBDA: Flavour = Flavour {
    scheduled: "LambdaFunctionScheduled",
    started: "LambdaFunctionStarted",
    succeeded: "LambdaFunctionSucceeded",
    failed: "LambdaFunctionFailed",
    timed_out: "LambdaFunctionTimedOut",
    scheduled_details: "lambdaFunctionScheduledEventDetails",
    started_details: None,
    succeeded_details: "lambdaFunctionSucceededEventDetails",
    failed_details: "lambdaFunctionFailedEventDetails",
    timed_out_details: "lambdaFunctionTimedOutEventDetails",
};

static ACTIVITY: Flavour = Flavour {
    scheduled: "ActivityScheduled",
    started: "ActivityStarted",
    succeeded: "ActivitySucceeded",
    failed: "ActivityFailed",
    timed_out: "ActivityTimedOut",
    scheduled_details: "activityScheduledEventDetails",
    started_details: Some("activityStartedEventDetails"),
    succeeded_details: "activitySucceededEventDetails",
    failed_details: "activityFailedEventDetails",
    timed_out_details: "activityTimedOutEventDetails",
};

/// The whole history of one execution as a JSON array.
pub fn write_history<'a>(events: impl IntoIterator<Item = &'a Event>, machine: &Compiled, out: &mut String) {
    let mut list = json::List::open(out);
    for event in events {
        if let Some(event) = event.history(machine) {
            event.write_json(list.item());
        }
    }
    list.close();
}
