//! The context object: who is running, which state, which item.
//!
//! Members are there only where the service has them: `RetryCount` for states that can be retried, `RedriveCount` not
//! for synchronous Express executions, `Task` while a token exists, `Map` inside a Map's iterations.

use query::{Object, ObjectBuilder, Text, Value};

use crate::compiled::StateType;
use crate::core::Core;
use crate::frame::{Frame, Item};
use crate::settings::Kind;

/// `$$` as one state sees it.
pub(crate) fn build(core: &Core, frame: &Frame, item: Option<&Item>, token: Option<&Text>) -> Value {
    if let Some(context) = &core.settings.context {
        return context.clone();
    }
    let (execution, machine) = match core.child(frame.execution) {
        Some(child) => child.identity.get_or_init(|| {
            let name = &child.name;
            identity(core, &child.arn, name, &child.input, &child.started_at.iso(), core.kind(frame.execution))
        }),
        None => core.identity.get_or_init(|| {
            let (arn, name) = (&core.settings.execution_arn, &core.settings.execution_name);
            identity(core, arn, name, &core.input, &core.started_at.iso(), core.settings.kind)
        }),
    };
    let mut context = ObjectBuilder::with_capacity(5);
    context.push("Execution", execution.clone());
    context.push("StateMachine", machine.clone());
    context.push("State", Value::Object(state(core, frame)));
    if let Some(token) = token {
        context.push("Task", Value::Object(object([("Token", Value::string(token))])));
    }
    if let Some(item) = item {
        let map = object([("Item", Value::Object(item_object(item)))]);
        context.push("Map", Value::Object(map));
    }
    let context = Value::Object(context.build());
    match &core.settings.overlay {
        Some(overlay) => laid_over(&context, overlay, 0),
        None => context,
    }
}

/// Members of `overlay` in place of those of `under`; objects member by member.
fn laid_over(under: &Value, overlay: &Value, depth: u32) -> Value {
    let (Value::Object(below), Value::Object(above)) = (under, overlay) else { return overlay.clone() };
    if depth > 32 {
        return overlay.clone();
    }
    let mut members = below.clone();
    for (name, value) in above.iter() {
        let value = match below.get(name) {
            Some(known) => laid_over(known, value, depth + 1),
            None => value.clone(),
        };
        members.insert(&**name, value);
    }
    Value::Object(members)
}

fn identity(core: &Core, arn: &str, name: &str, input: &Value, start_time: &str, kind: Kind) -> (Value, Value) {
    let settings = &core.settings;
    let mut execution = ObjectBuilder::with_capacity(6);
    execution.push("Id", Value::string(arn));
    execution.push("Input", input.clone());
    execution.push("Name", Value::string(name));
    let role = if settings.role_arn.is_empty() { Value::Null } else { Value::string(&settings.role_arn) };
    execution.push("RoleArn", role);
    execution.push("StartTime", Value::string(start_time));
    if kind != Kind::SyncExpress {
        execution.push("RedriveCount", Value::from(i64::from(core.redrive_count)));
    }
    let machine = object([
        ("Id", Value::string(&settings.state_machine_arn)),
        ("Name", Value::string(&settings.state_machine_name)),
    ]);
    (Value::Object(execution.build()), Value::Object(machine))
}

fn state(core: &Core, frame: &Frame) -> Object {
    let state = core.state(frame);
    let mut object = ObjectBuilder::with_capacity(3);
    object.push("Name", Value::string(core.shown_state.as_ref().unwrap_or(&state.name)));
    object.push("EnteredTime", Value::string(&frame.entered_at.iso()));
    if matches!(state.kind_of(), StateType::Task | StateType::Parallel | StateType::Map) {
        object.push("RetryCount", Value::from(i64::from(frame.retry_count)));
    }
    object.build()
}

fn item_object(item: &Item) -> Object {
    let mut object = ObjectBuilder::with_capacity(4);
    object.push("Index", Value::from(i64::from(item.index)));
    if let Some(key) = &item.key {
        object.push("Key", Value::string(key));
    }
    object.push("Value", item.value.clone());
    if let Some(source) = &item.source {
        object.push("Source", Value::string(source));
    }
    object.build()
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Object {
    members.into_iter().collect()
}
