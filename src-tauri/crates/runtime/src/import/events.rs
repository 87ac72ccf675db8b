//! The events of a history in the form of a journal, by a definition that fits it.

use std::collections::HashMap;
use std::sync::Arc;

use machine::{
    ChildId, Compiled, Event, EventId, EventKind, ExitDetail, Failure, HistoryRef, Integration, IterationChange,
    RetryScheduled, Scheduled, Scope, ScopePart, Settings, StateRef, StateType, Via,
};
use query::{Text, Value};

use super::HistoryError;
use super::parse::Recorded;
use super::trace::{Part, Path, Traced};

/// The number of the branch of a Parallel that begins with a state.
pub(super) fn branch_of(machine: &Compiled, parallel: &str, first: &str) -> Option<u32> {
    let around = &machine.state(machine.state_named(parallel)?).pointer;
    let own = &machine.state(machine.state_named(first)?).pointer;
    let rest = own.strip_prefix(&**around)?.strip_prefix("/Branches/")?;
    rest.split('/').next()?.parse().ok()
}

/// # Errors
/// Where the definition does not have what the history shows.
pub(super) fn events_of(
    traced: &[Traced<'_>],
    machine: &Arc<Compiled>,
    settings: &Settings,
) -> Result<Vec<Event>, HistoryError> {
    let mut settings = settings.clone();
    if let Some(role) = traced.first().and_then(|first| first.event.text("roleArn")) {
        settings.role_arn = role.into();
    }
    if let Some(region) =
        traced.iter().find_map(|traced| traced.event.text("region")).filter(|region| !region.contains(':'))
    {
        settings.execution_arn = in_region(&settings.execution_arn, &region);
        settings.state_machine_arn = in_region(&settings.state_machine_arn, &region);
    }
    let mut writer = Writer {
        machine,
        settings: Arc::new(settings),
        events: Vec::with_capacity(traced.len()),
        journal: Vec::with_capacity(traced.len()),
        stays: HashMap::new(),
        successors: successors(traced),
    };
    for event in traced {
        writer.write(event)?;
    }
    Ok(writer.events)
}

fn in_region(arn: &str, region: &str) -> Arc<str> {
    let part = |(at, part): (usize, &str)| if at == 3 { region.to_owned() } else { part.to_owned() };
    arn.split(':').enumerate().map(part).collect::<Vec<_>>().join(":").into()
}

/// Of each exit the state that was entered next.
fn successors<'t>(traced: &'t [Traced<'_>]) -> HashMap<u32, &'t str> {
    let entered = traced.iter().filter(|traced| traced.event.name.ends_with("StateEntered"));
    entered.filter_map(|traced| Some((traced.event.previous, traced.state.as_deref()?))).collect()
}

/// What has happened to a state since it was entered.
#[derive(Default)]
struct Stay {
    attempts: u32,
    failure: Option<Failure>,
}

struct Writer<'t> {
    machine: &'t Arc<Compiled>,
    settings: Arc<Settings>,
    events: Vec<Event>,
    /// Of each number of the history its place in the journal.
    journal: Vec<EventId>,
    stays: HashMap<Path, Stay>,
    successors: HashMap<u32, &'t str>,
}

impl Writer<'_> {
    fn write(&mut self, traced: &Traced<'_>) -> Result<(), HistoryError> {
        let event = traced.event;
        let scope = self.scope(event, &traced.path)?;
        let state = match &traced.state {
            Some(name) => Some(self.state(event, name)?),
            None => None,
        };
        let again = matches!(event.name.as_str(), "MapStateStarted" | "ParallelStateStarted")
            || event.name.ends_with("Scheduled");
        if again && let Some(state) = state {
            self.note_retry(traced, state, &scope);
        }
        let kind = self.kind(traced, state)?;
        let cause = (event.previous as usize).checked_sub(1).and_then(|at| self.journal.get(at)).copied();
        let id = EventId(self.events.len() as u64 + 1);
        self.journal.push(id);
        self.events.push(Event {
            id,
            at: event.at,
            cause: cause.unwrap_or_default(),
            execution: ChildId(0),
            history: Some(HistoryRef { id: event.id, previous: event.previous }),
            scope,
            kind,
        });
        Ok(())
    }

    fn scope(&self, event: &Recorded, path: &Path) -> Result<Scope, HistoryError> {
        let mut scope = Scope::default();
        for (name, part) in path.iter() {
            let part = match part {
                Part::Branch(index) => ScopePart::Branch(*index),
                Part::Item(index) => ScopePart::Iteration(*index),
            };
            scope = scope.inside(self.state(event, name)?, part);
        }
        Ok(scope)
    }

    fn state(&self, event: &Recorded, name: &str) -> Result<StateRef, HistoryError> {
        self.machine.state_named(name).ok_or_else(|| HistoryError::Unfit {
            event: event.id,
            problem: format!("is about the state {name:?}, which it does not have"),
        })
    }

    /// The history shows the next attempt only; that there was one before is worth a line.
    fn note_retry(&mut self, traced: &Traced<'_>, state: StateRef, scope: &Scope) {
        let stay = self.stays.entry(Arc::clone(&traced.path)).or_default();
        stay.attempts += 1;
        if stay.attempts == 1 {
            return;
        }
        let attempt = stay.attempts - 1;
        let failure = stay.failure.take().unwrap_or_default();
        let at = traced.event.at;
        let retry = RetryScheduled { state, retrier: 0, attempt, wake_at: at, failure };
        self.events.push(Event {
            id: EventId(self.events.len() as u64 + 1),
            at,
            cause: self.journal.last().copied().unwrap_or_default(),
            execution: ChildId(0),
            history: None,
            scope: scope.clone(),
            kind: EventKind::RetryScheduled(Arc::new(retry)),
        });
    }

    fn kind(&mut self, traced: &Traced<'_>, state: Option<StateRef>) -> Result<EventKind, HistoryError> {
        let event = traced.event;
        let failure = failure_of(event);
        let name = event.name.as_str();
        let known = match name {
            "ExecutionStarted" => Some(EventKind::ExecutionStarted {
                input: event.payload("input").unwrap_or_default(),
                settings: Arc::clone(&self.settings),
            }),
            "ExecutionSucceeded" => {
                Some(EventKind::ExecutionSucceeded { output: event.payload("output").unwrap_or_default() })
            }
            "ExecutionFailed" => Some(EventKind::ExecutionFailed { failure: failure.clone() }),
            "ExecutionTimedOut" => Some(EventKind::ExecutionTimedOut { failure: failure.clone() }),
            "ExecutionAborted" => Some(EventKind::ExecutionAborted { failure: failure.clone() }),
            "ExecutionRedriven" => {
                Some(EventKind::ExecutionRedriven { redrive_count: event.number("redriveCount").unwrap_or(1) })
            }
            _ => None,
        };
        if let Some(kind) = known {
            return Ok(kind);
        }
        let Some(state) = state else {
            return Err(HistoryError::event(event.id, format!("is {name}, and no such state is under way")));
        };
        if let Some(kind) = name.strip_suffix("StateEntered") {
            self.check_kind(event, state, kind)?;
            self.stays.insert(Arc::clone(&traced.path), Stay::default());
            return Ok(EventKind::StateEntered { state, input: event.payload("input").unwrap_or_default() });
        }
        if name.ends_with("StateExited") {
            let detail = self.exit(traced, state);
            return Ok(EventKind::StateExited { state, output: event.payload("output").unwrap_or_default(), detail });
        }
        if name.ends_with("StateAborted") {
            return Ok(EventKind::StateAborted { state });
        }
        if name.ends_with("Failed") || name.ends_with("TimedOut") {
            let around = if name.starts_with("MapIteration") { outer(&traced.path) } else { Arc::clone(&traced.path) };
            let inner = self.stays.get(&traced.path).and_then(|stay| stay.failure.clone());
            let stay = self.stays.entry(around).or_default();
            let told = if failure == Failure::default() { inner.unwrap_or_default() } else { failure.clone() };
            stay.failure = Some(told);
        }
        let index = event.number("index").unwrap_or(0);
        let iteration = |change| EventKind::Iteration { state, index, change };
        let arn = || Arc::<str>::from(event.text("mapRunArn").unwrap_or_default());
        Ok(match name {
            "MapStateStarted" => EventKind::FanOutStarted { state, length: event.number("length").unwrap_or(0) },
            "ParallelStateStarted" => EventKind::FanOutStarted { state, length: 0 },
            "MapStateSucceeded" | "ParallelStateSucceeded" => EventKind::FanOutSucceeded { state },
            "MapStateFailed" | "ParallelStateFailed" => EventKind::FanOutFailed { state, flow: None },
            "MapIterationStarted" => iteration(IterationChange::Started),
            "MapIterationSucceeded" => iteration(IterationChange::Succeeded),
            "MapIterationFailed" => iteration(IterationChange::Failed),
            "MapIterationAborted" => iteration(IterationChange::Aborted),
            "MapRunStarted" => EventKind::MapRunStarted { state, map_run_arn: arn() },
            "MapRunSucceeded" => EventKind::MapRunSucceeded { state },
            "MapRunFailed" => EventKind::MapRunFailed { state, failure },
            "MapRunAborted" => EventKind::MapRunAborted { state },
            "MapRunRedriven" => EventKind::MapRunRedriven {
                state,
                map_run_arn: arn(),
                redrive_count: event.number("redriveCount").unwrap_or(1),
            },
            "EvaluationFailed" => {
                EventKind::EvaluationFailed { state, failure, location: event.text("location").map(Text::from) }
            }
            "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" => self.scheduled(traced, state)?,
            "TaskStarted" | "LambdaFunctionStarted" | "ActivityStarted" => {
                EventKind::TaskStarted { state, worker: event.text("workerName").map(Text::from) }
            }
            "TaskSubmitted" => EventKind::TaskSubmitted { state, output: event.payload("output").unwrap_or_default() },
            "TaskSucceeded" | "LambdaFunctionSucceeded" | "ActivitySucceeded" => {
                EventKind::TaskSucceeded { state, output: event.payload("output").unwrap_or_default() }
            }
            "TaskTimedOut" | "LambdaFunctionTimedOut" | "ActivityTimedOut" => {
                EventKind::TaskTimedOut { state, failure }
            }
            // `TaskStartFailed`, `LambdaFunctionScheduleFailed` and their kind are failures of the call.
            _ if name.ends_with("Failed") => EventKind::TaskFailed { state, failure },
            _ => return Err(HistoryError::event(event.id, format!("has the type {name:?}, which is unknown here"))),
        })
    }

    fn scheduled(&self, traced: &Traced<'_>, state: StateRef) -> Result<EventKind, HistoryError> {
        let event = traced.event;
        let here = self.machine.state(state);
        let fits = match here.integration() {
            Integration::Lambda => event.name.starts_with("Lambda"),
            Integration::Activity => event.name.starts_with("Activity"),
            Integration::Service { service, action, .. } => {
                let same = |field: &str, own: &str| event.text(field).is_none_or(|told| told == own);
                event.name.starts_with("Task") && same("resourceType", service) && same("resource", action)
            }
        };
        if !fits {
            let called = [event.text("resourceType"), event.text("resource")].into_iter().flatten();
            let called = called.collect::<Vec<_>>().join(":");
            let own = here.resource().unwrap_or("");
            let problem = format!("calls {called} for the state {:?}, which calls {own} there", here.name);
            return Err(HistoryError::Unfit { event: event.id, problem });
        }
        let attempt = self.stays.get(&traced.path).map_or(0, |stay| stay.attempts.saturating_sub(1));
        let role_arn = event.field("taskCredentials").and_then(|given| given.get("roleArn")?.as_str().map(Text::from));
        Ok(EventKind::TaskScheduled(Arc::new(Scheduled {
            state,
            parameters: event.payload("parameters").or_else(|| event.payload("input")).unwrap_or_default(),
            region: event.text("region").unwrap_or_else(|| self.settings.region().to_owned()).into(),
            attempt,
            timeout_seconds: event.seconds("timeoutInSeconds"),
            heartbeat_seconds: event.seconds("heartbeatInSeconds"),
            role_arn,
            flow: Vec::new(),
        })))
    }

    fn exit(&self, traced: &Traced<'_>, state: StateRef) -> Option<Arc<ExitDetail>> {
        let variables = traced.event.field("assignedVariables").and_then(Value::as_object);
        let assigned = variables.map(|variables| {
            let value = |value: &Value| value.as_str().map_or_else(|| value.clone(), machine::output_of);
            variables.iter().map(|(name, told)| (Arc::<str>::from(&**name), value(told))).collect()
        });
        let next = self.successors.get(&traced.event.id).and_then(|next| self.machine.state_named(next));
        let failed = self.stays.get(&traced.path).is_some_and(|stay| stay.failure.is_some());
        let here = self.machine.state(state);
        let leads = |via: &Via| next.is_some() && here.target(*via) == next;
        let via = match here.kind_of() {
            StateType::Choice => (0..1_000).map(Via::Rule).chain([Via::Default]).find(leads),
            _ if failed => (0..1_000).map(Via::Catch).find(leads),
            _ => None,
        };
        let detail =
            ExitDetail { assigned: assigned.unwrap_or_default(), flow: Vec::new(), via: via.unwrap_or_default() };
        (detail != ExitDetail::default()).then(|| Arc::new(detail))
    }

    fn check_kind(&self, event: &Recorded, state: StateRef, kind: &str) -> Result<(), HistoryError> {
        let here = self.machine.state(state);
        if here.kind_of().name() == kind {
            return Ok(());
        }
        let problem = format!("enters the {kind} state {:?}, which is a {} there", here.name, here.kind_of().name());
        Err(HistoryError::Unfit { event: event.id, problem })
    }
}

fn outer(path: &Path) -> Path {
    Arc::from(&path[..path.len().saturating_sub(1)])
}

fn failure_of(event: &Recorded) -> Failure {
    Failure { error: event.text("error").map(Text::from), cause: event.text("cause").map(Text::from) }
}
