//! Lines to events.

use std::collections::HashMap;
use std::sync::Arc;

use machine::{
    Answer, ChildId, Dataset, EffectId, Event, EventId, EventKind, ExitDetail, Fact, Failure, HistoryRef,
    IterationChange, Kind, Limits, RetryScheduled, Scheduled, Scope, ScopePart, Settings, Stage, StateRef, Timestamp,
    Via,
};
use query::{Text, Value};

use super::{Place, SHORT};

/// Reads them back, in order or from the middle.
#[derive(Default)]
pub(crate) struct Decoder {
    known: HashMap<Place, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CodecError(String);

type Read<T> = Result<T, CodecError>;

fn error<T>(message: impl Into<String>) -> Read<T> {
    Err(CodecError(message.into()))
}

impl Decoder {
    /// Reads the line with this number. `fetch` gives the text of an earlier line that it refers to.
    pub(crate) fn read(
        &mut self,
        number: u64,
        line: &str,
        fetch: &mut dyn FnMut(u64) -> Option<String>,
    ) -> Read<Event> {
        let mut eye = Eye { decoder: self, fetch, number, line, at: 0 };
        let cause =
            number.checked_sub(eye.number()?).ok_or_else(|| CodecError("a cause before the first event".into()))?;
        let at = Timestamp(eye.signed()?);
        let execution = ChildId(eye.small()?);
        let history = match eye.optional_number()? {
            Some(id) => Some(HistoryRef { id: small(id)?, previous: eye.small()? }),
            None => None,
        };
        let scope = eye.scope()?;
        let kind = eye.kind()?;
        if eye.at != line.len() {
            return error("more than an event");
        }
        Ok(Event { id: EventId(number), at, cause: EventId(cause), execution, history, scope, kind })
    }
}

struct Eye<'a> {
    decoder: &'a mut Decoder,
    fetch: &'a mut dyn FnMut(u64) -> Option<String>,
    number: u64,
    line: &'a str,
    at: usize,
}

impl<'a> Eye<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn word(&mut self) -> Read<&'a str> {
        let rest = self.rest();
        let Some(end) = rest.find(' ') else { return error("cut short") };
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn number(&mut self) -> Read<u64> {
        let word = self.word()?;
        word.parse().map_err(|_| CodecError(format!("{word:?} is not a number")))
    }

    fn signed(&mut self) -> Read<i64> {
        let word = self.word()?;
        word.parse().map_err(|_| CodecError(format!("{word:?} is not a number")))
    }

    fn small(&mut self) -> Read<u32> {
        small(self.number()?)
    }

    fn state(&mut self) -> Read<StateRef> {
        self.small().map(StateRef)
    }

    fn is_absent(&mut self) -> bool {
        let absent = self.rest().starts_with("- ");
        if absent {
            self.at += 2;
        }
        absent
    }

    fn optional_number(&mut self) -> Read<Option<u64>> {
        if self.is_absent() { Ok(None) } else { self.number().map(Some) }
    }

    fn optional_state(&mut self) -> Read<Option<StateRef>> {
        let number = self.optional_number()?;
        number.map(|number| small(number).map(StateRef)).transpose()
    }

    fn text(&mut self) -> Read<&'a str> {
        let rest = self.rest();
        let Some(colon) = rest.find(':').filter(|colon| *colon <= 20) else {
            return error("a text without its length");
        };
        let length: usize = rest[..colon].parse().map_err(|_| CodecError("a text without its length".into()))?;
        let Some(text) = rest.get(colon + 1..).and_then(|rest| rest.get(..length)) else {
            return error("a text is cut short");
        };
        self.at += colon + 1 + length;
        Ok(text)
    }

    fn optional_text(&mut self) -> Read<Option<Text>> {
        if self.is_absent() { Ok(None) } else { Ok(Some(Text::from(self.text()?))) }
    }

    fn value(&mut self) -> Read<Value> {
        if !self.rest().starts_with('@') {
            let text = self.text()?;
            let value = parse(text)?;
            if text.len() >= SHORT {
                let place = Place { line: self.number, at: self.at - text.len(), bytes: text.len() };
                self.decoder.known.insert(place, value.clone());
            }
            return Ok(value);
        }
        self.at += 1;
        let place = Place { line: self.number()?, at: self.number()? as usize, bytes: self.number()? as usize };
        if let Some(value) = self.decoder.known.get(&place) {
            return Ok(value.clone());
        }
        let line = (self.fetch)(place.line).ok_or_else(|| CodecError(format!("line {} is missing", place.line)))?;
        let text = place.at.checked_add(place.bytes).and_then(|end| line.get(place.at..end));
        let value = parse(text.ok_or_else(|| CodecError(format!("line {} is too short", place.line)))?)?;
        self.decoder.known.insert(place, value.clone());
        Ok(value)
    }

    fn count(&mut self) -> Read<usize> {
        let count = self.number()? as usize;
        // Each item takes at least two bytes.
        if count > self.rest().len() { error("a list is cut short") } else { Ok(count) }
    }

    fn flow(&mut self) -> Read<Vec<(Stage, Value)>> {
        let count = self.count()?;
        let mut flow = Vec::with_capacity(count);
        for _ in 0..count {
            flow.push((self.stage()?, self.value()?));
        }
        Ok(flow)
    }

    fn named(&mut self) -> Read<Vec<(Arc<str>, Value)>> {
        let count = self.count()?;
        let mut named = Vec::with_capacity(count);
        for _ in 0..count {
            named.push((Arc::from(self.text()?), self.value()?));
        }
        Ok(named)
    }

    fn failure(&mut self) -> Read<Failure> {
        Ok(Failure { error: self.optional_text()?, cause: self.optional_text()? })
    }

    fn scope(&mut self) -> Read<Scope> {
        let mut scope = Scope::default();
        loop {
            let word = self.word()?;
            let mut characters = word.chars();
            let part: fn(u32) -> ScopePart = match characters.next() {
                Some('.') => return Ok(scope),
                Some('b') => ScopePart::Branch,
                Some('i') => ScopePart::Iteration,
                Some('c') => ScopePart::Child,
                _ => return error(format!("{word:?} is not a scope")),
            };
            let state = characters.as_str().parse().map_err(|_| CodecError(format!("{word:?} is not a scope")))?;
            scope = scope.inside(StateRef(state), part(self.small()?));
        }
    }

    fn settings(&mut self) -> Read<Settings> {
        let mut text = || self.text().map(Arc::<str>::from);
        let (execution_arn, execution_name) = (text()?, text()?);
        let (state_machine_arn, state_machine_name, role_arn) = (text()?, text()?, text()?);
        let kind = match self.word()? {
            "s" => Kind::Standard,
            "e" => Kind::Express,
            "x" => Kind::SyncExpress,
            other => return error(format!("{other:?} is not a kind of execution")),
        };
        let seed = self.number()?;
        let limits = match self.word()? {
            "e" => Limits::Enforce,
            "w" => Limits::Warn,
            other => return error(format!("{other:?} is not a way to treat limits")),
        };
        let overlay = match self.rest().starts_with("+ ") {
            true => {
                self.at += 2;
                Some(self.value()?)
            }
            false => None,
        };
        let context = if self.is_absent() { None } else { Some(self.value()?) };
        let count = self.count()?;
        let missing = (0..count).map(|_| self.text().map(Arc::from)).collect::<Read<_>>()?;
        let start_at = self.optional_state()?;
        let variables = self.named()?;
        Ok(Settings {
            execution_arn,
            execution_name,
            state_machine_arn,
            state_machine_name,
            role_arn,
            kind,
            seed,
            limits,
            context,
            missing,
            start_at,
            variables,
            overlay,
        })
    }

    fn kind(&mut self) -> Read<EventKind> {
        Ok(match self.word()? {
            "begin" => EventKind::ExecutionStarted { input: self.value()?, settings: Arc::new(self.settings()?) },
            "succeeded" => EventKind::ExecutionSucceeded { output: self.value()? },
            "failed" => EventKind::ExecutionFailed { failure: self.failure()? },
            "timedout" => EventKind::ExecutionTimedOut { failure: self.failure()? },
            "aborted" => EventKind::ExecutionAborted { failure: self.failure()? },
            "redriven" => EventKind::ExecutionRedriven { redrive_count: self.small()? },
            "in" => EventKind::StateEntered { state: self.state()?, input: self.value()? },
            "out" => EventKind::StateExited { state: self.state()?, output: self.value()?, detail: self.exit()? },
            "fan" => EventKind::FanOutStarted { state: self.state()?, length: self.small()? },
            "fanok" => EventKind::FanOutSucceeded { state: self.state()? },
            "fanfail" => {
                let state = self.state()?;
                let flow = if self.is_absent() { None } else { Some(self.flow()?.into()) };
                EventKind::FanOutFailed { state, flow }
            }
            "cut" => EventKind::StateAborted { state: self.state()? },
            "item" => {
                let (state, index) = (self.state()?, self.small()?);
                let change = match self.word()? {
                    "s" => IterationChange::Started,
                    "o" => IterationChange::Succeeded,
                    "f" => IterationChange::Failed,
                    "a" => IterationChange::Aborted,
                    other => return error(format!("{other:?} is not what an item does")),
                };
                EventKind::Iteration { state, index, change }
            }
            "map" => EventKind::MapRunStarted { state: self.state()?, map_run_arn: self.text()?.into() },
            "mapok" => EventKind::MapRunSucceeded { state: self.state()? },
            "mapfail" => EventKind::MapRunFailed { state: self.state()?, failure: self.failure()? },
            "mapcut" => EventKind::MapRunAborted { state: self.state()? },
            "mapagain" => EventKind::MapRunRedriven {
                state: self.state()?,
                map_run_arn: self.text()?.into(),
                redrive_count: self.small()?,
            },
            "task" => EventKind::TaskScheduled(Arc::new(self.scheduled()?)),
            "taskstart" => EventKind::TaskStarted { state: self.state()?, worker: self.optional_text()? },
            "tasksubmit" => EventKind::TaskSubmitted { state: self.state()?, output: self.value()? },
            "taskok" => EventKind::TaskSucceeded { state: self.state()?, output: self.value()? },
            "taskfail" => EventKind::TaskFailed { state: self.state()?, failure: self.failure()? },
            "tasklate" => EventKind::TaskTimedOut { state: self.state()?, failure: self.failure()? },
            "evalfail" => EventKind::EvaluationFailed {
                state: self.state()?,
                failure: self.failure()?,
                location: self.optional_text()?,
            },
            "fact" => EventKind::Received(self.fact()?),
            "wait" => EventKind::WaitStarted { state: self.state()?, until: Timestamp(self.signed()?) },
            "fired" => EventKind::TimerFired { state: self.state()? },
            "retry" => EventKind::RetryScheduled(Arc::new(RetryScheduled {
                state: self.state()?,
                retrier: self.small()?,
                attempt: self.small()?,
                wake_at: Timestamp(self.signed()?),
                failure: self.failure()?,
            })),
            "raised" => EventKind::ErrorRaised { state: self.state()?, failure: self.failure()? },
            "limit" => {
                let state = self.optional_number()?.map(small).transpose()?.map(StateRef);
                EventKind::LimitPassed { state, failure: self.failure()? }
            }
            "dataset" => EventKind::DatasetRequested { state: self.state()?, write: self.number()? != 0 },
            other => return error(format!("{other:?} is not an event")),
        })
    }

    fn exit(&mut self) -> Read<Option<Arc<ExitDetail>>> {
        if self.is_absent() {
            return Ok(None);
        }
        let via = self.via()?;
        Ok(Some(Arc::new(ExitDetail { assigned: self.named()?, flow: self.flow()?, via })))
    }

    fn via(&mut self) -> Read<Via> {
        let word = self.word()?;
        let index = |tail: &str| tail.parse().map_err(|_| CodecError(format!("{word:?} is not a way out")));
        Ok(match word.split_at_checked(1) {
            Some(("n", _)) => Via::Next,
            Some(("d", _)) => Via::Default,
            Some(("r", tail)) => Via::Rule(index(tail)?),
            Some(("c", tail)) => Via::Catch(index(tail)?),
            _ => return error(format!("{word:?} is not a way out")),
        })
    }

    fn stage(&mut self) -> Read<Stage> {
        let at = self.number()? as usize;
        Stage::ALL.get(at).copied().ok_or_else(|| CodecError(format!("there is no stage {at}")))
    }

    fn optional_value(&mut self) -> Read<Option<Value>> {
        if self.is_absent() { Ok(None) } else { self.value().map(Some) }
    }

    fn scheduled(&mut self) -> Read<Scheduled> {
        Ok(Scheduled {
            state: self.state()?,
            parameters: self.value()?,
            region: self.text()?.into(),
            attempt: self.small()?,
            timeout_seconds: self.optional_number()?,
            heartbeat_seconds: self.optional_number()?,
            role_arn: self.optional_text()?,
            flow: self.flow()?,
        })
    }

    fn fact(&mut self) -> Read<Fact> {
        let word = self.word()?;
        match word {
            "stop" => return Ok(Fact::Stop { failure: self.failure()? }),
            "redrive" => return Ok(Fact::Redrive),
            "variable" => {
                return Ok(Fact::SetVariable {
                    thread: self.small()?,
                    name: Text::from(self.text()?),
                    value: self.value()?,
                });
            }
            "input" => return Ok(Fact::SetInput { thread: self.small()?, input: self.value()? }),
            "leave" => {
                return Ok(Fact::Leave { thread: self.small()?, output: self.value()?, next: self.optional_state()? });
            }
            "force" => return Ok(Fact::Fail { thread: self.small()?, failure: self.failure()? }),
            "stage" => {
                return Ok(Fact::SetStage { thread: self.small()?, stage: self.stage()?, value: self.value()? });
            }
            "answer" => {
                return Ok(Fact::Answer {
                    thread: self.small()?,
                    submitted: self.optional_value()?,
                    answer: match self.word()? {
                        "s" => Answer::Succeed(self.value()?),
                        "f" => Answer::Fail(self.failure()?),
                        other => return error(format!("{other:?} is not an answer")),
                    },
                });
            }
            "choose" => return Ok(Fact::Choose { thread: self.small()?, via: self.via()? }),
            "hold" => return Ok(Fact::Hold { thread: self.small()? }),
            "release" => return Ok(Fact::Release { thread: self.small()? }),
            _ => {}
        }
        let effect = EffectId(self.number()?);
        Ok(match word {
            "start" => Fact::TaskStarted { effect, worker: self.optional_text()? },
            "submit" => Fact::TaskSubmitted { effect, output: self.value()? },
            "succeed" => Fact::TaskSucceeded { effect, output: self.value()? },
            "fail" => Fact::TaskFailed { effect, failure: self.failure()? },
            "beat" => Fact::TaskHeartbeat { effect },
            "fire" => Fact::TimerFired { effect },
            "shift" => Fact::ShiftTimer { effect, wake_at: Timestamp(self.signed()?) },
            "read" => Fact::DatasetRead { effect, dataset: self.dataset()? },
            "written" => Fact::DatasetWritten { effect },
            "unread" => Fact::DatasetFailed { effect, failure: self.failure()? },
            other => return error(format!("{other:?} is not a fact")),
        })
    }

    fn dataset(&mut self) -> Read<Dataset> {
        Ok(match self.word()? {
            "o" => Dataset::Object { text: Text::from(self.text()?) },
            "l" => Dataset::Listing { entries: self.value()? },
            "m" => {
                let manifest = Text::from(self.text()?);
                let count = self.count()?;
                let objects = (0..count).map(|_| self.text().map(Text::from)).collect::<Read<_>>()?;
                Dataset::Manifest { manifest, objects }
            }
            other => return error(format!("{other:?} is not a dataset")),
        })
    }
}

fn parse(text: &str) -> Read<Value> {
    Value::parse(text).map_err(|error| CodecError(format!("a payload is not JSON: {error}")))
}

fn small(number: u64) -> Read<u32> {
    u32::try_from(number).map_err(|_| CodecError(format!("{number} is too large")))
}
