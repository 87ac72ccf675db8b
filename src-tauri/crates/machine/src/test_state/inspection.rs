//! What is seen of a state under test, and what of it the service shows.

use std::sync::Arc;

use query::{Object, Text, Value};

use crate::compiled::{Body, State, StateType};
use crate::event::{Event, EventKind, Failure, Stage, Via};
use crate::execution::{Execution, with_env};
use crate::frame::Phase;
use crate::time::Timestamp;

/// How the test of a state ended.
pub(super) enum End {
    Left { output: Value, via: Via },
    Retried { retrier: u32, seconds: i64 },
    Failed,
    Nothing,
}

impl End {
    pub(super) fn of(event: &Event) -> Option<End> {
        match &event.kind {
            EventKind::StateExited { output, detail, .. } => {
                let via = detail.as_ref().map_or(Via::Next, |detail| detail.via);
                Some(End::Left { output: output.clone(), via })
            }
            EventKind::RetryScheduled(retry) => {
                let millis = retry.wake_at.millis() - event.at.millis();
                Some(End::Retried { retrier: retry.retrier, seconds: millis / 1_000 })
            }
            EventKind::ExecutionFailed { .. } => Some(End::Failed),
            _ => None,
        }
    }
}

/// What was seen on the way.
#[derive(Default)]
pub(super) struct Inspected {
    pub(super) entered: u32,
    pub(super) stages: Vec<(Stage, Value)>,
    pub(super) result: Option<Value>,
    pub(super) failure: Option<Failure>,
    /// Which field could not be evaluated.
    pub(super) location: Option<Text>,
    pub(super) assigned: Vec<(Arc<str>, Value)>,
    /// When a Wait ends.
    pub(super) until: Option<Timestamp>,
    /// How many items of a Map are looked at; all if absent.
    pub(super) most_items: Option<usize>,
    /// Whether a task was called.
    pub(super) called: bool,
    concurrency: Option<u32>,
    tolerated_count: Option<u64>,
    tolerated_percentage: Option<f64>,
}

impl Inspected {
    pub(super) fn take(&mut self, event: &Event, state: &State) {
        match &event.kind {
            EventKind::StateEntered { .. } => self.entered = event.history.map_or(0, |history| history.id),
            EventKind::WaitStarted { until, .. } => self.until = Some(*until),
            EventKind::TaskScheduled(scheduled) => {
                self.called = true;
                self.stages = scheduled.flow.clone();
                if state.kind_of() == StateType::Task {
                    let stage = if state.is_jsonata() { Stage::Arguments } else { Stage::Parameters };
                    self.fill(stage, &scheduled.parameters);
                }
            }
            EventKind::TaskSucceeded { output, .. } => self.result = Some(output.clone()),
            EventKind::StateExited { detail: Some(detail), .. } => {
                for (stage, value) in &detail.flow {
                    self.fill(*stage, value);
                }
                self.assigned.clone_from(&detail.assigned);
            }
            EventKind::EvaluationFailed { failure, location, .. } => {
                self.failure = Some(failure.clone());
                self.location.clone_from(location);
            }
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::ExecutionFailed { failure } => self.failure = Some(failure.clone()),
            EventKind::RetryScheduled(retry) => self.failure = Some(retry.failure.clone()),
            _ => {}
        }
    }

    fn fill(&mut self, stage: Stage, value: &Value) {
        if stage == Stage::ErrorOutput {
            let text = |name: &str| value.get(name).and_then(Value::as_str).map(Text::from);
            self.failure = Some(Failure { error: text("Error"), cause: text("Cause") });
        }
        match self.stages.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, old)) => *old = value.clone(),
            None => self.stages.push((stage, value.clone())),
        }
    }

    /// A Map or Parallel is about to run its children.
    pub(super) fn fan_out(&mut self, execution: &mut Execution, state: &State, now: Timestamp) {
        let root = execution.root();
        let Some(frame) = execution.frames.get(root) else { return };
        self.stages.clone_from(&frame.flow);
        let (Phase::FanOut(fan_out) | Phase::Dataset { fan_out, .. }) = &frame.phase else { return };
        let (Body::Map(body), Some(map)) = (&state.body, &fan_out.map) else { return };
        self.concurrency = Some(map.wanted_concurrency);
        self.tolerated_count = map.run.as_ref().and_then(|run| run.tolerated_count);
        self.tolerated_percentage = map.run.as_ref().and_then(|run| run.tolerated_percentage);
        let Some(selector) = &body.item_selector else { return };
        let mut selected = Vec::new();
        for item in map.items.iter().take(self.most_items.unwrap_or(usize::MAX)) {
            let value = with_env(&mut execution.core, frame, Some(item), None, now, |env| {
                selector.eval(&mut env.with_input(&fan_out.input), "ItemSelector")
            });
            match value {
                Ok(value) => selected.push(value),
                Err(_) => return,
            }
        }
        self.stages.push((Stage::ItemSelector, Value::from(selected)));
    }

    fn stage(&self, stage: Stage) -> Option<&Value> {
        self.stages.iter().find(|(known, _)| *known == stage).map(|(_, value)| value)
    }

    /// `inspectionData`, with the service's choice of what to show for which state.
    pub(super) fn data(&self, state: &State, execution: &Execution) -> Object {
        let mut data = Object::new();
        let mut show = |name: &'static str, value: Option<&Value>| {
            if let Some(value) = value {
                data.insert(name, Value::string(&value.text()));
            }
        };
        let input = execution.input();
        show("input", Some(input));
        let kind = state.kind_of();
        if state.is_jsonata() {
            if kind == StateType::Task {
                show("afterArguments", self.stage(Stage::Arguments));
                show("result", self.result.as_ref());
            }
        } else {
            self.show_paths(kind, state, input, &mut show);
        }
        if let Some(selected) = self.stage(Stage::ItemSelector) {
            data.insert("afterItemSelector", Value::string(&selected.text()));
        }
        if let Some(concurrency) = self.concurrency {
            data.insert("maxConcurrency", Value::from(i64::from(concurrency)));
        }
        if let Some(count) = self.tolerated_count {
            data.insert("toleratedFailureCount", Value::from(i64::try_from(count).unwrap_or(i64::MAX)));
        }
        if let Some(percentage) = self.tolerated_percentage.and_then(Value::float) {
            data.insert("toleratedFailurePercentage", percentage);
        }
        data
    }

    fn show_paths(
        &self,
        kind: StateType,
        state: &State,
        input: &Value,
        show: &mut dyn FnMut(&'static str, Option<&Value>),
    ) {
        let after_input = self.stage(Stage::InputPath).unwrap_or(input);
        let parameters = self.stage(Stage::Parameters).unwrap_or(after_input);
        let literal = matches!(&state.body, Body::Pass(pass) if pass.result.is_some());
        if kind != StateType::Parallel && !literal {
            show("afterInputPath", Some(after_input));
        }
        let result = match kind {
            StateType::Task => {
                show("afterParameters", Some(parameters));
                self.result.as_ref()
            }
            StateType::Pass if literal => self.stage(Stage::Result),
            StateType::Pass => {
                show("afterParameters", Some(parameters));
                Some(parameters)
            }
            StateType::Map => {
                let items = self.concurrency.and(Some(after_input).filter(|input| input.as_array().is_some()));
                show("afterItemsPath", self.stage(Stage::ItemsPath).or(items));
                self.stage(Stage::Result)
            }
            StateType::Parallel => self.stage(Stage::Result),
            _ => None,
        };
        if (kind == StateType::Task || literal) && result.is_some() {
            show("result", result);
        }
        let Some(result) = result else { return };
        let selected = self.stage(Stage::ResultSelector).unwrap_or(result);
        show("afterResultSelector", Some(selected));
        show("afterResultPath", Some(self.stage(Stage::ResultPath).unwrap_or(selected)));
    }
}
