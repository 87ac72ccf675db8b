//! What can be changed where a thread stands, and changes as facts.

use machine::{
    Execution, Fact, Failure as ErrorOutput, Stage, Stand, State, StateRef, StateType, ThreadView, TimerKind,
    TimerView, Timestamp, Via,
};
use query::{Text, Value};
use runtime::{Refused, RunError, TaskAnswer as Answered, answer_by_hand, known_errors, suggested_result};
use wire::*;

use crate::failure::of_run;

/// Stages that a person may put a value into, in the order of data flow.
const CHANGEABLE: [Stage; 7] = [
    Stage::Arguments,
    Stage::Parameters,
    Stage::Result,
    Stage::ResultSelector,
    Stage::ResultPath,
    Stage::OutputPath,
    Stage::Output,
];

/// What a person wants, as a fact about a thread.
pub(super) fn fact_of(execution: &Execution, thread: u32, change: Change) -> Result<Fact, Failure> {
    let view = || execution.look_at(thread).ok_or_else(refused);
    Ok(match change {
        Change::Input { value } => Fact::SetInput { thread, input: json(&value)? },
        Change::Variable { name, value } => {
            Fact::SetVariable { thread, name: Text::from(name.as_str()), value: json(&value)? }
        }
        Change::Leave { output, next } => {
            let next = next.map(|next| state_at(execution, &next)).transpose()?;
            Fact::Leave { thread, output: json(&output)?, next }
        }
        Change::Fail { error, cause } => Fact::Fail { thread, failure: failure(error.as_deref(), cause.as_deref()) },
        Change::Stage { stage, value } => {
            let stage = Stage::from_name(&stage).filter(|stage| CHANGEABLE.contains(stage));
            let stage = stage.ok_or_else(refused)?;
            Fact::SetStage { thread, stage, value: json(&value)? }
        }
        Change::Answer { answer } => {
            let answer = match answer {
                TaskAnswer::Succeed { result } => Answered::Succeed(json(&result)?),
                TaskAnswer::Fail { error, cause } => Answered::Fail(failure(error.as_deref(), cause.as_deref())),
            };
            answer_by_hand(execution.machine().state(view()?.state), thread, answer)
        }
        Change::Choose { edge } => {
            let state = execution.machine().state(view()?.state);
            let way = state.choices().into_iter().find(|via| edge_of(state, *via) == edge);
            Fact::Choose { thread, via: way.ok_or_else(refused)? }
        }
        Change::Timer { kind, at } => {
            let timer = view()?.timers.into_iter().find(|timer| timer.kind == kind_in(kind));
            let effect = timer.ok_or_else(|| of_run(Refused::NothingToSkip.into()))?.effect;
            match at {
                None => Fact::TimerFired { effect },
                Some(at) => {
                    let wake_at = Timestamp::parse(&at).ok_or_else(|| {
                        Failure::new(Code::InvalidInput, format!("{at:?} is no time such as 2026-01-31T09:30:00Z"))
                    })?;
                    Fact::ShiftTimer { effect, wake_at }
                }
            }
        }
    })
}

/// Found out by trying on copies, so that nothing is offered that would be refused.
pub(super) fn can(execution: &Execution, view: &ThreadView, now: Timestamp) -> DebugCan {
    let thread = view.thread;
    let takes = |fact: Fact| {
        let mut copy = execution.clone();
        copy.deliver(fact);
        let is_taken = |event: &machine::Event| matches!(event.kind, machine::EventKind::Received(_));
        copy.step(now).is_some_and(|step| step.events.iter().any(is_taken))
    };
    let state = execution.machine().state(view.state);
    let inside = !matches!(view.stand, Stand::Entering | Stand::Ended);
    let stages = CHANGEABLE
        .into_iter()
        .filter(|stage| inside && takes(Fact::SetStage { thread, stage: *stage, value: Value::Null }));
    let answerable =
        state.kind_of() == StateType::Task && takes(answer_by_hand(state, thread, Answered::Succeed(Value::Null)));
    let choosable = |via: &Via| takes(Fact::Choose { thread, via: *via });
    DebugCan {
        input: takes(Fact::SetInput { thread, input: Value::Null }),
        stages: stages.map(|stage| stage_out(view, stage)).collect(),
        answer: answerable.then(|| answer_out(state, view)),
        leave: takes(Fact::Leave { thread, output: Value::Null, next: None })
            || (inside && state.kind_of() == StateType::Choice),
        fail: takes(Fact::Fail { thread, failure: ErrorOutput::default() }),
        choose: state.choices().into_iter().filter(choosable).map(|via| edge_of(state, via)).collect(),
        timers: view.timers.iter().map(timer_out).collect(),
    }
}

fn stage_out(view: &ThreadView, stage: Stage) -> DebugStage {
    let find = |stages: &[(Stage, Value)]| {
        stages.iter().find(|(known, _)| *known == stage).map(|(_, value)| value.text().to_string())
    };
    let decided = find(&view.decided);
    let known = || {
        let result = view.result.as_ref().filter(|_| stage == Stage::Result).map(|value| value.text().to_string());
        result.or_else(|| find(&view.flow))
    };
    DebugStage { name: stage.name().to_owned(), decided: decided.is_some(), value: decided.or_else(known) }
}

fn answer_out(state: &State, view: &ThreadView) -> DebugAnswer {
    let resource = state.resource().unwrap_or_default();
    let arguments = view.flow.iter().rev().find(|(stage, _)| matches!(stage, Stage::Arguments | Stage::Parameters));
    let arguments = arguments.map_or(&view.input, |(_, value)| value).text();
    DebugAnswer {
        suggested_result: suggested_result(resource, &arguments),
        known_errors: known_errors(resource),
        given: view.answered,
    }
}

fn timer_out(timer: &TimerView) -> DebugTimer {
    let kind = match timer.kind {
        TimerKind::Wait => DebugTimerKind::Wait,
        TimerKind::Retry => DebugTimerKind::Retry,
        TimerKind::Timeout => DebugTimerKind::Timeout,
        TimerKind::Heartbeat => DebugTimerKind::Heartbeat,
    };
    DebugTimer { kind, at: timer.wake_at.iso() }
}

fn kind_in(kind: DebugTimerKind) -> TimerKind {
    match kind {
        DebugTimerKind::Wait => TimerKind::Wait,
        DebugTimerKind::Retry => TimerKind::Retry,
        DebugTimerKind::Timeout => TimerKind::Timeout,
        DebugTimerKind::Heartbeat => TimerKind::Heartbeat,
    }
}

/// The id of the edge that a way of a Choice is drawn as.
fn edge_of(state: &State, via: Via) -> String {
    match via {
        Via::Rule(rule) => format!("{}#rule{rule}", state.pointer),
        _ => format!("{}#default", state.pointer),
    }
}

fn state_at(execution: &Execution, node: &str) -> Result<StateRef, Failure> {
    execution.machine().state_at(node).ok_or_else(|| of_run(RunError::Refused(Refused::NoSuchState)))
}

fn failure(error: Option<&str>, cause: Option<&str>) -> ErrorOutput {
    ErrorOutput { error: error.map(Text::from), cause: cause.map(Text::from) }
}

fn json(text: &str) -> Result<Value, Failure> {
    Value::parse(text).map_err(|error| Failure::new(Code::InvalidInput, format!("that is not JSON: {error}")))
}

fn refused() -> Failure {
    of_run(Refused::NothingChanged.into())
}
