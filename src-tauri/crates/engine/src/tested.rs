//! Cases of TestState: one state at a time.

use std::sync::Arc;

use asl::check::MachineType;
use machine::{Fact, Failure, FieldValidation, Inspection, Invocation, Mock, Rejection, TestState, TestWorld};
use query::{Object, Text, Value};

use crate::case::Case;
use crate::world::World;

/// The response, or the rejection.
pub(crate) fn answer(case: &Case) -> Value {
    match respond(case) {
        Ok(response) => response,
        // The client refuses this one before it asks the service.
        Err(Rejection { code: "ParamValidationError", message }) => {
            error(&[("exception_typename", "ParamValidationError"), ("exception_value", &message)])
        }
        Err(Rejection { code, message }) => error(&[("Code", code), ("Message", &message)]),
    }
}

fn respond(case: &Case) -> Result<Value, Rejection> {
    let request = request(case);
    request.check()?;
    let definition = request.definition();
    let verdict = lint::service::validate_definition(&definition, MachineType::Standard, false);
    if let Some(message) = verdict.invalid_definition() {
        return Err(Rejection { code: "InvalidDefinition", message });
    }
    let (document, _) = asl::Document::parse(&definition);
    let Some(program) = asl::check(&document).program else {
        return Err(Rejection { code: "InvalidDefinition", message: "Invalid State Machine Definition".to_owned() });
    };
    let mut world = World::of(case);
    let mut call = |call: &Invocation| -> Vec<Fact> { world.answer(call) };
    let schema = |resource: &str, result: &Value, validation: FieldValidation| {
        let result = serde_json::from_str(&result.text()).unwrap_or_default();
        match validation {
            FieldValidation::None => None,
            FieldValidation::Present => services::result_problem(resource, &result, false),
            FieldValidation::Strict => services::result_problem(resource, &result, true),
        }
    };
    request.run(&program, case.now(), &mut TestWorld { call: &mut call, schema: &schema })
}

fn request(case: &Case) -> TestState {
    let empty = Value::default();
    let request = case.value.get("request").unwrap_or(&empty);
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let configuration = request.get("stateConfiguration").unwrap_or(&empty);
    let count =
        |name: &str| configuration.get(name).and_then(Value::as_i64).and_then(|count| u32::try_from(count).ok());
    let mock = request.get("mock").map(|mock| {
        let failure = |output: &Value| Failure {
            error: text(output, "error").map(Text::from),
            cause: text(output, "cause").map(Text::from),
        };
        Mock {
            result: text(mock, "result"),
            error_output: mock.get("errorOutput").map(failure),
            validation: FieldValidation::from_name(text(mock, "fieldValidationMode").as_deref().unwrap_or("STRICT")),
        }
    });
    let variables = case.value.get("variables").and_then(Value::as_object);
    TestState {
        definition: case.definition(),
        state_name: text(request, "stateName"),
        role_arn: text(request, "roleArn"),
        input: case.value.get("input").map(|input| input.text().to_string()),
        context: case.value.get("context").cloned(),
        variables: variables
            .into_iter()
            .flat_map(Object::iter)
            .map(|(name, value)| (Arc::clone(name), value.clone()))
            .collect(),
        inspection: Inspection::from_name(text(request, "inspectionLevel").as_deref().unwrap_or("INFO")),
        reveal_secrets: request.get("revealSecrets").and_then(Value::as_bool).unwrap_or(false),
        mock,
        retrier_retry_count: count("retrierRetryCount"),
        map_iteration_failure_count: count("mapIterationFailureCount"),
        map_item_reader_data: text(configuration, "mapItemReaderData"),
        error_caused_by_state: text(configuration, "errorCausedByState"),
    }
}

fn error(members: &[(&str, &str)]) -> Value {
    let error = members.iter().map(|(name, value)| (*name, Value::string(value))).collect::<Object>();
    Value::Object(Object::from_iter([("error", Value::Object(error))]))
}
