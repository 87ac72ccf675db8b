//! What a Task can call: the optimised integrations, the `aws-sdk` catalogue, and states, patterns and workflows to begin with.
//!
//! The palette searches it, the inspector shows its fields, a task that waits for a person gets a plausible result and the
//! errors its service is known to raise. Every question is total: an unknown Resource has an empty description, no error.
//!
//! What is deliberately absent: whether a Resource is legal in a definition (that is `asl`), and any call to a service.

pub mod blueprints;
pub mod catalogue;
mod describe;
mod errors;
mod example;
mod field;
mod iam;
mod mock;
pub mod optimized;
pub mod patterns;
mod resource;
mod search;
mod shapes;
mod template;

pub use describe::{Description, arguments_at, describe, result_at};
pub use errors::known_errors;
pub use example::{example_arguments, example_result};
pub use field::{Field, Kind};
pub use iam::{iam_actions, iam_prefix};
pub use mock::result_problem;
pub use resource::{Callee, Resource, parse_resource};
pub use search::{Hit, calls_of, sdk_services, search};
pub use template::{flow_states, template_state};

pub use asl::program::QueryLanguage as Language;
pub use asl::resource::Pattern;
