//! The parameters of `CreateStateMachine` and `UpdateStateMachine` that are judged besides the definition.

/// An error of the API: its code and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    pub code: &'static str,
    pub message: String,
}

impl ApiError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// `loggingConfiguration`, as far as it is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoggingConfiguration {
    pub level: Option<String>,
    pub destinations: usize,
}

/// Recorded 2024-06-01: a level needs exactly one destination.
pub fn check_logging(configuration: &LoggingConfiguration) -> Result<(), ApiError> {
    let logs = configuration.level.as_deref().is_some_and(|level| level != "OFF");
    if (logs && configuration.destinations != 1) || configuration.destinations > 1 {
        let message = "Invalid Logging Configuration: Must specify exactly one Log Destination.";
        return Err(ApiError::new("InvalidLoggingConfiguration", message));
    }
    Ok(())
}

/// A description describes the version that is published along.
pub fn check_version_description(description: Option<&str>, publish: bool) -> Result<(), ApiError> {
    if description.is_some() && !publish {
        return Err(ApiError::new("ValidationException", "Version description can only be set when publish is true"));
    }
    Ok(())
}

/// The ARN to update names a machine, not one of its versions.
pub fn check_update_arn(arn: &str) -> Result<(), ApiError> {
    if arn.split(':').count() != 7 {
        return Err(does_not_exist(arn));
    }
    Ok(())
}

/// The longest definition, in bytes.
pub const MAX_DEFINITION: usize = 1_048_576;

/// Longer definitions are refused before they are read. The words are those of the service's parameter checks.
pub fn check_definition_length(definition: &str) -> Result<(), ApiError> {
    if definition.len() > MAX_DEFINITION {
        let message = format!(
            "1 validation error detected: Value at 'definition' failed to satisfy constraint: \
             Member must have length less than or equal to {MAX_DEFINITION}"
        );
        return Err(ApiError::new("ValidationException", message));
    }
    Ok(())
}

pub fn does_not_exist(arn: &str) -> ApiError {
    ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

/// A machine of that name is there, and its definition, type or configuration differs in any byte.
pub fn already_exists(arn: &str) -> ApiError {
    ApiError::new("StateMachineAlreadyExists", format!("State Machine Already Exists: '{arn}'"))
}

pub fn invalid_definition(verdict: &super::Verdict) -> Result<(), ApiError> {
    match verdict.invalid_definition() {
        Some(message) => Err(ApiError::new("InvalidDefinition", message)),
        None => Ok(()),
    }
}
