//! Looking at a paused execution: an expression in the scope of one of its threads.

use asl::program::QueryLanguage;
use query::{Seeded, Text, Value, jsonata};

use crate::context_object;
use crate::execution::Execution;
use crate::failing;
use crate::frame::Phase;
use crate::time::Timestamp;

impl Execution {
    /// The value of an expression as the current state of a thread would see it: a JSONata expression without its marks, or
    /// a JSONPath or intrinsic call. Nothing of the execution changes, its chance included. The error is for people.
    pub fn evaluate(&self, thread: u32, language: QueryLanguage, text: &str, now: Timestamp) -> Result<Value, String> {
        let frame = self.frames.get(thread).ok_or("there is no such thread")?;
        let token: Option<Text> = match &frame.phase {
            Phase::Task(task) => task.token.clone(),
            _ => None,
        };
        let (result, error_output) = match &frame.phase {
            Phase::Settled(result) => (Some(result.clone()), None),
            Phase::Failing(failing) => (None, Some(failing::error_output(&failing.failure))),
            _ => (None, None),
        };
        let context = || context_object::build(&self.core, frame, frame.item.as_deref(), token.as_ref());
        let variables = |name: &str| frame.vars.get(name).cloned();
        let mut chance: Seeded = self.core.chance.clone();
        if language == QueryLanguage::Jsonata {
            let expression = jsonata::Expression::compile(text).map_err(|error| error.to_string())?;
            let bindings = jsonata::Bindings {
                input: &frame.input,
                result: result.as_ref(),
                error_output: error_output.as_ref(),
                context: &context,
                variables: &variables,
                now: now.millis(),
                limits: jsonata::Limits::default(),
            };
            return expression.eval(&bindings, &mut chance).map_err(|problem| format!("The expression {problem}"));
        }
        let template = query::template::Template::expression(text.trim(), "expression", asl::Span::default())
            .map_err(|error| error.detail)?;
        let scope =
            query::Scope { input: result.as_ref().unwrap_or(&frame.input), context: &context, variables: &variables };
        template.eval(&scope, &mut chance).map_err(|error| error.to_string())
    }
}
