//! Task: schedules a call, starts it, and waits for its answer, its timeout or a missed heartbeat.

use std::sync::Arc;
use std::time::Duration;

use query::{Text, Value};

use crate::compiled::{Body, State, TaskBody};
use crate::core::{Core, Flow, Turn};
use crate::data_flow::{self, Stages};
use crate::effect::{Effect, Invocation};
use crate::event::{EventKind, Failure, Scheduled, Stage};
use crate::execution::with_env;
use crate::expression::{Env, NumberField};
use crate::fact::Answer;
use crate::fault::{self, Fault};
use crate::frame::{Failing, Fate, Frame, FrameId, Phase, TaskPhase, TaskProgress, Timer};
use crate::integration::{Integration, Pattern};

/// What a call is made of, evaluated.
struct Call {
    arguments: Value,
    role_arn: Option<Text>,
    timeout_seconds: Option<u64>,
    heartbeat_seconds: Option<u64>,
}

/// The first try, or a retry: arguments are evaluated again, because the context object has changed.
pub(crate) fn schedule(
    core: &mut Core,
    state: &State,
    body: &TaskBody,
    frame: &mut Frame,
    id: FrameId,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    let is_activity = body.integration == Integration::Activity;
    if is_activity && core.settings.missing.contains(&body.resource) {
        return Err(Fault::Runtime(format!("The activity {} does not exist.", body.resource)));
    }
    let token = (is_activity || body.integration.pattern() == Pattern::WaitForTaskToken).then(|| core.new_token());
    frame.flow.clear();
    let mut stages = frame.take_stages();
    let item = frame.item.clone();
    let call =
        with_env(core, frame, item.as_deref(), token.as_ref(), turn.now, |env| evaluate(state, body, env, &mut stages));
    frame.put_stages(stages);
    let Call { arguments, role_arn, timeout_seconds, heartbeat_seconds } = call?;
    check_for_service(&body.integration, &arguments)?;
    let arguments = for_service(&body.integration, arguments);
    let scheduled = Scheduled {
        state: frame.state,
        parameters: arguments.clone(),
        region: Arc::clone(&core.region),
        attempt: frame.retry_count,
        timeout_seconds,
        heartbeat_seconds,
        role_arn: role_arn.clone(),
        flow: frame.flow.clone(),
    };
    core.event(turn, frame, EventKind::TaskScheduled(Arc::new(scheduled)));
    let effect = core.new_effect();
    frame.phase = Phase::Task(Box::new(TaskPhase {
        effect,
        progress: TaskProgress::Scheduled,
        arguments,
        token,
        role_arn,
        timeout_seconds,
        heartbeat_seconds,
        timeout: None,
        heartbeat: None,
    }));
    if is_activity && !is_answered(frame) {
        // It starts when a worker takes it; until then only its timeout can move it.
        invoke(core, frame, id, turn);
        return Ok(Flow::Waits);
    }
    Ok(Flow::Goes)
}

/// The call is made.
pub(crate) fn start(core: &mut Core, frame: &mut Frame, id: FrameId, turn: &mut Turn<'_>) -> Flow {
    let Phase::Task(task) = &mut frame.phase else { return Flow::Waits };
    if task.progress != TaskProgress::Scheduled {
        return answered(core, frame, turn);
    }
    task.progress = TaskProgress::Started;
    let state = frame.state;
    core.event(turn, frame, EventKind::TaskStarted { state, worker: None });
    if is_answered(frame) {
        return Flow::Goes;
    }
    invoke(core, frame, id, turn);
    Flow::Waits
}

fn is_answered(frame: &Frame) -> bool {
    frame.by_hand.as_ref().is_some_and(|by_hand| by_hand.answer.is_some())
}

/// A person has answered in place of whoever is called.
fn answered(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>) -> Flow {
    let Some(mut given) = frame.by_hand.as_mut().and_then(|by_hand| by_hand.answer.take()) else { return Flow::Waits };
    let state = frame.state;
    let Phase::Task(task) = &mut frame.phase else { return Flow::Waits };
    if let Some(output) = given.submitted.take()
        && task.progress != TaskProgress::Submitted
    {
        task.progress = TaskProgress::Submitted;
        core.event(turn, frame, EventKind::TaskSubmitted { state, output });
        frame.by_hand.get_or_insert_default().answer = Some(given);
        return Flow::Goes;
    }
    match given.answer {
        Answer::Succeed(output) => crate::answer::succeed(core, frame, turn, &output),
        Answer::Fail(failure) => crate::answer::fail(core, frame, turn, failure),
    }
    Flow::Goes
}

fn invoke(core: &mut Core, frame: &mut Frame, id: FrameId, turn: &mut Turn<'_>) {
    let Phase::Task(task) = &mut frame.phase else { return };
    let machine = Arc::clone(&core.machine);
    let state = machine.state(frame.state);
    let execution_arn = match core.child(frame.execution) {
        Some(child) => Arc::clone(&child.arn),
        None => Arc::clone(&core.settings.execution_arn),
    };
    let Body::Task(body) = &state.body else { return };
    turn.step.effects.push(Effect::InvokeTask(Arc::new(Invocation {
        effect: task.effect,
        state: frame.state,
        state_name: Arc::clone(&state.name),
        scope: frame.scope.clone(),
        execution: frame.execution,
        execution_arn,
        resource: Arc::clone(&body.resource),
        arguments: task.arguments.clone(),
        attempt: frame.retry_count,
        task_token: task.token.clone(),
        timeout_seconds: task.timeout_seconds,
        heartbeat_seconds: task.heartbeat_seconds,
        role_arn: task.role_arn.clone(),
    })));
    core.effects.insert(task.effect, id);
    let after = |seconds: u64| turn.now.after(Duration::from_secs(seconds));
    let timeout = task.timeout_seconds.map(after);
    // The worker of an activity owes signs of life once it has taken the task.
    let owed = task.heartbeat_seconds.filter(|_| body.integration != Integration::Activity);
    let heartbeat = owed.map(after);
    task.timeout = timeout.map(|at| core.start_timer(turn, Some(id), at));
    task.heartbeat = heartbeat.map(|at| core.start_timer(turn, Some(id), at));
}

/// A sign of life: the heartbeat timer begins again.
pub(crate) fn heartbeat(core: &mut Core, frame: &mut Frame, id: FrameId, turn: &mut Turn<'_>) {
    let Phase::Task(task) = &mut frame.phase else { return };
    let Some(seconds) = task.heartbeat_seconds else { return };
    core.stop_timer(turn, task.heartbeat.take());
    task.heartbeat = Some(core.start_timer(turn, Some(id), turn.now.after(Duration::from_secs(seconds))));
}

/// One of the task's timers went off. The caller wakes the thread.
pub(crate) fn timed_out(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, timer: Timer) {
    let Phase::Task(task) = &frame.phase else { return };
    let heartbeat = task.heartbeat == Some(timer);
    close(core, frame, turn, true);
    let failure = Failure::named(fault::TIMEOUT);
    let state = frame.state;
    core.event(turn, frame, EventKind::TaskTimedOut { state, failure: failure.clone() });
    frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat, fate: Fate::Open, fan_out: None }));
}

/// Forgets the call and its timers. With `cancel`, the shell is told that its answer is no longer wanted.
pub(crate) fn close(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, cancel: bool) {
    let Phase::Task(task) = &mut frame.phase else { return };
    let (timeout, heartbeat) = (task.timeout.take(), task.heartbeat.take());
    let was_open = core.effects.remove(&task.effect).is_some();
    if was_open && cancel {
        turn.step.effects.push(Effect::Cancel { effect: task.effect });
    }
    core.stop_timer(turn, timeout);
    core.stop_timer(turn, heartbeat);
}

fn evaluate(state: &State, body: &TaskBody, env: &mut Env<'_>, stages: &mut Stages) -> Result<Call, Fault> {
    let input = data_flow::effective_input(state, env, stages)?;
    let stage = if state.is_jsonata() { Stage::Arguments } else { Stage::Parameters };
    let role_arn = match &body.credentials {
        Some(credentials) => {
            let value = credentials.eval(&mut env.with_input(&input), "Credentials")?;
            value.get("RoleArn").and_then(Value::as_str).map(Text::from)
        }
        None => None,
    };
    let arguments = data_flow::arguments(body.arguments.as_ref(), stage, &input, env, stages)?;
    let mut seconds = |field: &Option<NumberField>| -> Result<Option<u64>, Fault> {
        field.as_ref().map(|field| field.seconds(&mut env.with_input(&input))).transpose()
    };
    Ok(Call {
        arguments,
        role_arn,
        timeout_seconds: seconds(&body.timeout)?,
        heartbeat_seconds: seconds(&body.heartbeat)?,
    })
}

/// What the service refuses before it calls anything.
fn check_for_service(integration: &Integration, arguments: &Value) -> Result<(), Fault> {
    if integration.call() != Some(("apigateway", "invoke")) {
        return Ok(());
    }
    let lists = |headers: &Value| {
        headers.as_object().is_some_and(|headers| headers.values().all(|value| value.as_array().is_some()))
    };
    if arguments.get("Headers").is_none_or(lists) {
        return Ok(());
    }
    let problem = "[The value of the field 'Headers' has an invalid format]";
    Err(Fault::Runtime(format!("The Parameters '{arguments}' could not be used to start the Task: {problem}")))
}

/// What the service adds to the arguments of some integrations.
fn for_service(integration: &Integration, arguments: Value) -> Value {
    match (integration.call(), arguments) {
        (Some(("ecs", "runTask")), Value::Object(mut members)) if !members.contains_key("StartedBy") => {
            members.insert("StartedBy", Value::string("AWS Step Functions"));
            Value::Object(members)
        }
        (_, arguments) => arguments,
    }
}
