//! A context object that comes with a TestState request.

use query::Value;

use crate::compiled::{State, StateType};
use crate::integration::Pattern;

/// A member of the context object, and the types of what it holds.
type ContextField = (&'static str, &'static [(&'static str, &'static str)]);

const CONTEXT_FIELDS: [ContextField; 5] = [
    (
        "Execution",
        &[
            ("Id", "string"),
            ("Input", "any"),
            ("Name", "string"),
            ("RoleArn", "string"),
            ("StartTime", "string"),
            ("RedriveCount", "number"),
            ("RedriveTime", "string"),
        ],
    ),
    ("State", &[("EnteredTime", "string"), ("Name", "string"), ("RetryCount", "number")]),
    ("StateMachine", &[("Id", "string"), ("Name", "string")]),
    ("Task", &[("Token", "string")]),
    ("Map", &[("Item", "any")]),
];

/// What a context object may hold, and what is wrong with one.
pub(super) fn check_context(context: &Value, state: &State) -> Result<(), String> {
    let Some(members) = context.as_object() else { return Err("Context object must be a JSON object".to_owned()) };
    for (name, value) in members.iter() {
        let Some((_, known)) = CONTEXT_FIELDS.iter().find(|(field, _)| *field == &**name) else {
            return Err(format!("Field '{name}' is not allowed"));
        };
        let Some(object) = value.as_object() else { return Err(format!("{name} must be an object")) };
        for (field, value) in object.iter() {
            let Some((_, wanted)) = known.iter().find(|(known, _)| *known == &**field) else {
                return Err(format!("Field '{field}' is not allowed"));
            };
            if *wanted != "any" && *wanted != value.type_name() {
                return Err(format!("{name}.{field} must be a {wanted}"));
            }
        }
    }
    let waits = matches!(state.integration().pattern(), Pattern::Sync | Pattern::Sync2 | Pattern::WaitForTaskToken);
    if members.contains_key("Task") && !(state.kind_of() == StateType::Task && waits) {
        return Err("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern".to_owned());
    }
    Ok(())
}
