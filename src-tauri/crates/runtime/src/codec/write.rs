//! Events to lines.

use std::sync::Arc;

use machine::{
    Answer, Dataset, EffectId, Event, EventKind, ExitDetail, Fact, Failure, IterationChange, Kind, Limits, Scheduled,
    Scope, ScopePart, Settings, Stage, StateRef, Via,
};
use query::Value;

use super::{Place, SHORT};

/// So many recent payloads are looked at for a match.
const RECENT: usize = 12;

/// Writes the events of one execution, in order.
#[derive(Default)]
pub(crate) struct Encoder {
    recent: Vec<(Value, Place)>,
    oldest: usize,
}

impl Encoder {
    /// Appends the line of `event` to `out`, without an end of line.
    pub(crate) fn write(&mut self, event: &Event, out: &mut String) {
        let line = out.len();
        let mut pen = Pen { encoder: self, line: event.id.0, start: line, out };
        pen.number(event.id.0 - event.cause.0.min(event.id.0));
        pen.signed(event.at.0);
        pen.number(u64::from(event.execution.0));
        match event.history {
            Some(history) => {
                pen.number(u64::from(history.id));
                pen.number(u64::from(history.previous));
            }
            None => pen.word("-"),
        }
        pen.scope(&event.scope);
        pen.kind(&event.kind);
    }

    fn find(&self, value: &Value) -> Option<Place> {
        self.recent.iter().find(|(recent, _)| Value::same(recent, value)).map(|(_, place)| *place)
    }

    fn remember(&mut self, value: &Value, place: Place) {
        let entry = (value.clone(), place);
        if self.recent.len() < RECENT {
            self.recent.push(entry);
        } else {
            self.recent[self.oldest] = entry;
            self.oldest = (self.oldest + 1) % RECENT;
        }
    }
}

struct Pen<'a> {
    encoder: &'a mut Encoder,
    line: u64,
    start: usize,
    out: &'a mut String,
}

impl Pen<'_> {
    fn word(&mut self, word: &str) {
        self.out.push_str(word);
        self.out.push(' ');
    }

    fn number(&mut self, mut number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.out.push_str(std::str::from_utf8(&digits[at..]).expect("digits are ASCII"));
        self.out.push(' ');
    }

    fn signed(&mut self, number: i64) {
        if number < 0 {
            self.out.push('-');
        }
        self.number(number.unsigned_abs());
    }

    fn state(&mut self, state: StateRef) {
        self.number(u64::from(state.0));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.out.pop();
        self.out.push(':');
        self.out.push_str(text);
    }

    fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.word("-"),
        }
    }

    fn optional_number(&mut self, number: Option<u64>) {
        match number {
            Some(number) => self.number(number),
            None => self.word("-"),
        }
    }

    fn value(&mut self, value: &Value) {
        if matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)) {
            let text = value.text();
            return self.text(&text);
        }
        let bytes = value.size();
        if bytes < SHORT {
            let text = value.text();
            return self.text(&text);
        }
        if let Some(place) = self.encoder.find(value) {
            self.out.push('@');
            self.number(place.line);
            self.number(place.at as u64);
            self.number(place.bytes as u64);
            return;
        }
        let text = value.text();
        self.text(&text);
        let place = Place { line: self.line, at: self.out.len() - self.start - bytes, bytes };
        self.encoder.remember(value, place);
    }

    fn flow(&mut self, flow: &[(Stage, Value)]) {
        self.number(flow.len() as u64);
        for (stage, value) in flow {
            self.stage(*stage);
            self.value(value);
        }
    }

    fn stage(&mut self, stage: Stage) {
        let at = Stage::ALL.iter().position(|known| *known == stage).expect("ALL holds every stage");
        self.number(at as u64);
    }

    fn failure(&mut self, failure: &Failure) {
        self.optional_text(failure.error.as_deref());
        self.optional_text(failure.cause.as_deref());
    }

    fn named(&mut self, values: &[(Arc<str>, Value)]) {
        self.number(values.len() as u64);
        for (name, value) in values {
            self.text(name);
            self.value(value);
        }
    }

    fn scope(&mut self, scope: &Scope) {
        if !scope.is_top() {
            for step in scope.steps() {
                let (part, index) = match step.part {
                    ScopePart::Branch(index) => ('b', index),
                    ScopePart::Iteration(index) => ('i', index),
                    ScopePart::Child(index) => ('c', index),
                };
                self.out.push(part);
                self.state(step.state);
                self.number(u64::from(index));
            }
        }
        self.word(".");
    }

    fn settings(&mut self, settings: &Settings) {
        for text in [
            &settings.execution_arn,
            &settings.execution_name,
            &settings.state_machine_arn,
            &settings.state_machine_name,
            &settings.role_arn,
        ] {
            self.text(text);
        }
        self.word(match settings.kind {
            Kind::Standard => "s",
            Kind::Express => "e",
            Kind::SyncExpress => "x",
        });
        self.number(settings.seed);
        self.word(match settings.limits {
            Limits::Enforce => "e",
            Limits::Warn => "w",
        });
        if let Some(overlay) = &settings.overlay {
            self.word("+");
            self.value(overlay);
        }
        match &settings.context {
            Some(context) => self.value(context),
            None => self.word("-"),
        }
        self.number(settings.missing.len() as u64);
        for activity in &settings.missing {
            self.text(activity);
        }
        self.optional_number(settings.start_at.map(|state| u64::from(state.0)));
        self.named(&settings.variables);
    }

    fn kind(&mut self, kind: &EventKind) {
        let word = word_of(kind);
        self.word(word);
        match kind {
            EventKind::ExecutionStarted { input, settings } => {
                self.value(input);
                self.settings(settings);
            }
            EventKind::ExecutionSucceeded { output } => self.value(output),
            EventKind::ExecutionFailed { failure }
            | EventKind::ExecutionTimedOut { failure }
            | EventKind::ExecutionAborted { failure } => {
                self.failure(failure);
            }
            EventKind::ExecutionRedriven { redrive_count } => self.number(u64::from(*redrive_count)),
            EventKind::StateEntered { state, input } => {
                self.state(*state);
                self.value(input);
            }
            EventKind::StateExited { state, output, detail } => {
                self.state(*state);
                self.value(output);
                match detail {
                    Some(detail) => self.exit(detail),
                    None => self.word("-"),
                }
            }
            EventKind::FanOutStarted { state, length } => {
                self.state(*state);
                self.number(u64::from(*length));
            }
            EventKind::FanOutFailed { state, flow } => {
                self.state(*state);
                match flow {
                    Some(flow) => self.flow(flow),
                    None => self.word("-"),
                }
            }
            EventKind::FanOutSucceeded { state }
            | EventKind::StateAborted { state }
            | EventKind::MapRunSucceeded { state }
            | EventKind::MapRunAborted { state }
            | EventKind::TimerFired { state } => self.state(*state),
            EventKind::Iteration { state, index, change } => {
                self.state(*state);
                self.number(u64::from(*index));
                self.word(match change {
                    IterationChange::Started => "s",
                    IterationChange::Succeeded => "o",
                    IterationChange::Failed => "f",
                    IterationChange::Aborted => "a",
                });
            }
            EventKind::MapRunStarted { state, map_run_arn } => {
                self.state(*state);
                self.text(map_run_arn);
            }
            EventKind::MapRunFailed { state, failure }
            | EventKind::TaskFailed { state, failure }
            | EventKind::ErrorRaised { state, failure }
            | EventKind::TaskTimedOut { state, failure } => {
                self.state(*state);
                self.failure(failure);
            }
            EventKind::MapRunRedriven { state, map_run_arn, redrive_count } => {
                self.state(*state);
                self.text(map_run_arn);
                self.number(u64::from(*redrive_count));
            }
            EventKind::TaskScheduled(scheduled) => self.scheduled(scheduled),
            EventKind::TaskStarted { state, worker } => {
                self.state(*state);
                self.optional_text(worker.as_deref());
            }
            EventKind::TaskSubmitted { state, output } | EventKind::TaskSucceeded { state, output } => {
                self.state(*state);
                self.value(output);
            }
            EventKind::EvaluationFailed { state, failure, location } => {
                self.state(*state);
                self.failure(failure);
                self.optional_text(location.as_deref());
            }
            EventKind::Received(fact) => self.fact(fact),
            EventKind::WaitStarted { state, until } => {
                self.state(*state);
                self.signed(until.0);
            }
            EventKind::RetryScheduled(retry) => {
                self.state(retry.state);
                self.number(u64::from(retry.retrier));
                self.number(u64::from(retry.attempt));
                self.signed(retry.wake_at.0);
                self.failure(&retry.failure);
            }
            EventKind::LimitPassed { state, failure } => {
                self.optional_number(state.map(|state| u64::from(state.0)));
                self.failure(failure);
            }
            EventKind::DatasetRequested { state, write } => {
                self.state(*state);
                self.number(u64::from(*write));
            }
        }
    }

    fn exit(&mut self, detail: &ExitDetail) {
        self.via(detail.via);
        self.named(&detail.assigned);
        self.flow(&detail.flow);
    }

    fn via(&mut self, via: Via) {
        match via {
            Via::Next => self.word("n"),
            Via::Default => self.word("d"),
            Via::Rule(index) => {
                self.out.push('r');
                self.number(u64::from(index));
            }
            Via::Catch(index) => {
                self.out.push('c');
                self.number(u64::from(index));
            }
        }
    }

    fn scheduled(&mut self, scheduled: &Scheduled) {
        self.state(scheduled.state);
        self.value(&scheduled.parameters);
        self.text(&scheduled.region);
        self.number(u64::from(scheduled.attempt));
        self.optional_number(scheduled.timeout_seconds);
        self.optional_number(scheduled.heartbeat_seconds);
        self.optional_text(scheduled.role_arn.as_deref());
        self.flow(&scheduled.flow);
    }

    fn fact(&mut self, fact: &Fact) {
        match fact {
            Fact::TaskStarted { effect, worker } => {
                self.effect("start", *effect);
                self.optional_text(worker.as_deref());
            }
            Fact::TaskSubmitted { effect, output } => {
                self.effect("submit", *effect);
                self.value(output);
            }
            Fact::TaskSucceeded { effect, output } => {
                self.effect("succeed", *effect);
                self.value(output);
            }
            Fact::TaskFailed { effect, failure } => {
                self.effect("fail", *effect);
                self.failure(failure);
            }
            Fact::TaskHeartbeat { effect } => self.effect("beat", *effect),
            Fact::TimerFired { effect } => self.effect("fire", *effect),
            Fact::DatasetRead { effect, dataset } => {
                self.effect("read", *effect);
                match dataset {
                    Dataset::Object { text } => {
                        self.word("o");
                        self.text(text);
                    }
                    Dataset::Listing { entries } => {
                        self.word("l");
                        self.value(entries);
                    }
                    Dataset::Manifest { manifest, objects } => {
                        self.word("m");
                        self.text(manifest);
                        self.number(objects.len() as u64);
                        for object in objects {
                            self.text(object);
                        }
                    }
                }
            }
            Fact::DatasetWritten { effect } => self.effect("written", *effect),
            Fact::DatasetFailed { effect, failure } => {
                self.effect("unread", *effect);
                self.failure(failure);
            }
            Fact::Stop { failure } => {
                self.word("stop");
                self.failure(failure);
            }
            Fact::Redrive => self.word("redrive"),
            Fact::SetVariable { thread, name, value } => {
                self.word("variable");
                self.number(u64::from(*thread));
                self.text(name);
                self.value(value);
            }
            Fact::SetInput { thread, input } => {
                self.word("input");
                self.number(u64::from(*thread));
                self.value(input);
            }
            Fact::Leave { thread, output, next } => {
                self.word("leave");
                self.number(u64::from(*thread));
                self.value(output);
                self.optional_number(next.map(|state| u64::from(state.0)));
            }
            Fact::Fail { thread, failure } => {
                self.word("force");
                self.number(u64::from(*thread));
                self.failure(failure);
            }
            Fact::SetStage { thread, stage, value } => {
                self.word("stage");
                self.number(u64::from(*thread));
                self.stage(*stage);
                self.value(value);
            }
            Fact::Answer { thread, submitted, answer } => {
                self.word("answer");
                self.number(u64::from(*thread));
                match submitted {
                    None => self.word("-"),
                    Some(output) => self.value(output),
                }
                match answer {
                    Answer::Succeed(output) => {
                        self.word("s");
                        self.value(output);
                    }
                    Answer::Fail(failure) => {
                        self.word("f");
                        self.failure(failure);
                    }
                }
            }
            Fact::Choose { thread, via } => {
                self.word("choose");
                self.number(u64::from(*thread));
                self.via(*via);
            }
            Fact::ShiftTimer { effect, wake_at } => {
                self.effect("shift", *effect);
                self.signed(wake_at.0);
            }
            Fact::Hold { thread } => {
                self.word("hold");
                self.number(u64::from(*thread));
            }
            Fact::Release { thread } => {
                self.word("release");
                self.number(u64::from(*thread));
            }
        }
    }

    fn effect(&mut self, word: &str, effect: EffectId) {
        self.word(word);
        self.number(effect.0);
    }
}

fn word_of(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::ExecutionStarted { .. } => "begin",
        EventKind::ExecutionSucceeded { .. } => "succeeded",
        EventKind::ExecutionFailed { .. } => "failed",
        EventKind::ExecutionTimedOut { .. } => "timedout",
        EventKind::ExecutionAborted { .. } => "aborted",
        EventKind::ExecutionRedriven { .. } => "redriven",
        EventKind::StateEntered { .. } => "in",
        EventKind::StateExited { .. } => "out",
        EventKind::FanOutStarted { .. } => "fan",
        EventKind::FanOutSucceeded { .. } => "fanok",
        EventKind::FanOutFailed { .. } => "fanfail",
        EventKind::StateAborted { .. } => "cut",
        EventKind::Iteration { .. } => "item",
        EventKind::MapRunStarted { .. } => "map",
        EventKind::MapRunSucceeded { .. } => "mapok",
        EventKind::MapRunFailed { .. } => "mapfail",
        EventKind::MapRunAborted { .. } => "mapcut",
        EventKind::MapRunRedriven { .. } => "mapagain",
        EventKind::TaskScheduled(_) => "task",
        EventKind::TaskStarted { .. } => "taskstart",
        EventKind::TaskSubmitted { .. } => "tasksubmit",
        EventKind::TaskSucceeded { .. } => "taskok",
        EventKind::TaskFailed { .. } => "taskfail",
        EventKind::TaskTimedOut { .. } => "tasklate",
        EventKind::EvaluationFailed { .. } => "evalfail",
        EventKind::Received(_) => "fact",
        EventKind::WaitStarted { .. } => "wait",
        EventKind::TimerFired { .. } => "fired",
        EventKind::RetryScheduled(_) => "retry",
        EventKind::ErrorRaised { .. } => "raised",
        EventKind::LimitPassed { .. } => "limit",
        EventKind::DatasetRequested { .. } => "dataset",
    }
}
