//! How the work of a state can go wrong.

use query::Text;

use crate::event::Failure;

/// Why a state cannot go on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// `States.Runtime`: ends the execution; no Retrier and no Catcher sees it. The service puts the state's name and
    /// event in front of the cause.
    Runtime(String),
    /// `States.QueryEvaluationError`: a JSONata expression, or a value where it stands, does not do.
    Evaluation { cause: String, location: Option<String> },
    /// `States.IntrinsicFailure`: the arguments of an intrinsic function do not do. The service puts the state's name and
    /// event in front of the cause.
    Intrinsic(String),
    /// An error that Retriers and Catchers may handle.
    Failure(Failure),
}

impl Fault {
    /// The service's words, without the state they are about.
    pub(crate) fn words(self) -> String {
        match self {
            Fault::Runtime(cause) | Fault::Evaluation { cause, .. } | Fault::Intrinsic(cause) => cause,
            Fault::Failure(failure) => failure.cause.or(failure.error).map(|text| text.to_string()).unwrap_or_default(),
        }
    }

    pub(crate) fn runtime(cause: impl Into<String>) -> Fault {
        Fault::Runtime(cause.into())
    }

    pub(crate) fn evaluation(location: &str, cause: impl Into<String>) -> Fault {
        Fault::Evaluation { cause: cause.into(), location: Some(location.to_owned()) }
    }
}

pub(crate) const RUNTIME: &str = "States.Runtime";
pub(crate) const QUERY_EVALUATION: &str = "States.QueryEvaluationError";
pub(crate) const TIMEOUT: &str = "States.Timeout";
pub(crate) const DATA_LIMIT: &str = "States.DataLimitExceeded";

/// The cause as the service words it for something that went wrong inside a state.
pub(crate) fn in_state(name: &str, entered: u32, cause: &str) -> Text {
    Text::from(format!(
        "An error occurred while executing the state '{name}' (entered at the event id #{entered}). {cause}"
    ))
}
pub(crate) const NO_CHOICE: &str = "States.NoChoiceMatched";
pub(crate) const INTRINSIC: &str = "States.IntrinsicFailure";
