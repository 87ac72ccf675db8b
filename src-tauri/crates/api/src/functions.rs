//! Lambda handlers on this machine: they answer the tasks that call them, like a person would.
//!
//! Nothing runs unless the person said so for a workflow, in this session of the application. A handler is a process of its
//! own with the function's environment and none of the person's: no credentials, and a time limit. What it cannot answer
//! (another runtime, no interpreter) stays with the person.
//!
//! What is deliberately absent: installing dependencies, fetching layers that are not in the project, and any runtime but Node.js
//! and Python.

mod layers;
mod process;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use machine::{Failure, Integration, Pattern};
use query::{Text, Value};
use runtime::{PendingTask, TaskAnswer};
use store::ExecutionId;
use wire::{ImportedFunction, LocalFunctionsOn, PutLocalFunctions};

use crate::backend::Inner;
use crate::host::Host;
use process::Outcome;

#[derive(Default)]
pub(crate) struct Functions {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By document: chosen for the executions that begin from now on.
    chosen: HashMap<u32, Arc<Vec<ImportedFunction>>>,
    /// By document: why functions cannot be run.
    problems: HashMap<u32, BTreeMap<String, String>>,
    /// By execution.
    of: BTreeMap<ExecutionId, Arc<Vec<ImportedFunction>>>,
    /// Invocations under way, by execution and effect, each with the word to end it.
    running: HashMap<(ExecutionId, u64), Arc<AtomicBool>>,
}

impl Functions {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn choose(&self, request: PutLocalFunctions) {
        let mut problems = BTreeMap::new();
        let mut runnable = Vec::new();
        for function in request.functions {
            match process::problem(&function) {
                Some(why) => drop(problems.insert(function.id, why)),
                None => runnable.push(function),
            }
        }
        let mut state = self.lock();
        state.problems.insert(request.document, problems);
        if runnable.is_empty() {
            state.chosen.remove(&request.document);
        } else {
            state.chosen.insert(request.document, Arc::new(runnable));
        }
    }

    pub(crate) fn chosen(&self, document: u32) -> LocalFunctionsOn {
        let state = self.lock();
        let chosen = state.chosen.get(&document).cloned().unwrap_or_default();
        LocalFunctionsOn {
            functions: chosen.iter().map(|function| function.id.clone()).collect(),
            problems: state.problems.get(&document).cloned().unwrap_or_default(),
        }
    }

    /// An execution began from a document.
    pub(crate) fn begin(&self, document: u32, execution: ExecutionId) {
        let mut state = self.lock();
        if let Some(functions) = state.chosen.get(&document).cloned() {
            state.of.insert(execution, functions);
        }
    }
}

/// Starts what waits and has code here, and ends what is not waited for any more.
pub(crate) fn look<H: Host>(inner: &Arc<Inner<H>>) {
    let Some(runtime) = &inner.runtime else { return };
    let mut state = inner.functions.lock();
    if state.of.is_empty() {
        return;
    }
    let pending = runtime.pending();
    let waits = |execution: ExecutionId, effect: u64| {
        pending.iter().any(|(id, tasks)| *id == execution && tasks.iter().any(|task| task.effect.0 == effect))
    };
    state.running.retain(|(execution, effect), end| {
        let wanted = waits(*execution, *effect);
        if !wanted {
            end.store(true, Ordering::Relaxed);
        }
        wanted
    });
    state.of.retain(|execution, _| runtime.is_running(*execution));
    for (execution, tasks) in &pending {
        let Some(functions) = state.of.get(execution).cloned() else { continue };
        for task in tasks {
            let key = (*execution, task.effect.0);
            if state.running.contains_key(&key) {
                continue;
            }
            let Some(call) = Call::of(task, &functions) else { continue };
            let end = Arc::new(AtomicBool::new(false));
            state.running.insert(key, Arc::clone(&end));
            let (inner, execution, effect) = (Arc::downgrade(inner), *execution, task.effect);
            let thread = std::thread::Builder::new().name("lambda handler".into());
            let spawned = thread.spawn(move || {
                if let Some(answer) = call.answer(&end) {
                    give(&inner, execution, effect, answer);
                }
            });
            if let Err(error) = spawned {
                tracing::warn!(%error, "a handler cannot be started");
            }
        }
    }
}

fn give<H: Host>(inner: &Weak<Inner<H>>, execution: ExecutionId, effect: machine::EffectId, answer: TaskAnswer) {
    let Some(inner) = inner.upgrade() else { return };
    let Some(runtime) = &inner.runtime else { return };
    let waiting = tokio::runtime::Builder::new_current_thread().build();
    // Somebody else may have been quicker: then the task no longer waits, and nobody minds.
    let given = waiting.map(|waiting| waiting.block_on(runtime.answer(execution, effect, answer)));
    if let Ok(Err(error)) = given {
        tracing::debug!(%error, "a handler's answer is not wanted any more");
    }
}

/// One invocation of a function.
struct Call {
    function: ImportedFunction,
    event: String,
    /// Behind `lambda:invoke` the result stands in `Payload`.
    optimised: bool,
}

impl Call {
    fn of(task: &PendingTask, functions: &[ImportedFunction]) -> Option<Call> {
        let integration = Integration::parse(&task.resource);
        let optimised = matches!(integration.call(), Some(("lambda", "invoke")));
        if integration.pattern() != Pattern::RequestResponse {
            return None;
        }
        let (target, event) = if optimised {
            let target = task.arguments.get("FunctionName")?.as_str()?.to_owned();
            (target, task.arguments.get("Payload").map_or_else(|| "{}".to_owned(), Value::compact))
        } else if task.resource.contains(":states:") {
            return None;
        } else {
            (task.resource.to_string(), task.arguments.compact())
        };
        let function = functions.iter().find(|function| names(function, &target))?.clone();
        Some(Call { function, event, optimised })
    }

    /// What the handler says; nothing if nobody waits any more or there is no interpreter.
    fn answer(&self, end: &AtomicBool) -> Option<TaskAnswer> {
        let answer = match process::run(&self.function, &self.event, end) {
            Outcome::Result(payload) if self.optimised => {
                let output = format!(
                    r#"{{"ExecutedVersion":"$LATEST","Payload":{payload},"SdkHttpMetadata":{{"HttpStatusCode":200}},"StatusCode":200}}"#
                );
                Value::parse(&output).map(TaskAnswer::Succeed)
            }
            Outcome::Result(payload) => Value::parse(&payload).map(TaskAnswer::Succeed),
            Outcome::Failed { error, payload } => Ok(TaskAnswer::Fail(Failure {
                error: Some(Text::from(error.as_str())),
                cause: Some(Text::from(payload.as_str())),
            })),
            Outcome::Unanswered(why) => {
                tracing::warn!(function = self.function.id, why, "the handler gives no answer");
                return None;
            }
        };
        Some(answer.unwrap_or_else(|error| {
            TaskAnswer::Fail(Failure::new("Runtime.MarshalError", format!("the answer is not JSON: {error}")))
        }))
    }
}

/// Whether a resource or a function's name in a definition stands for a function: by its placeholder, name or ARN.
fn names(function: &ImportedFunction, target: &str) -> bool {
    if function.holes.iter().any(|hole| target.contains(&format!("${{{hole}}}"))) {
        return true;
    }
    let name = match target.split_once(":function:") {
        Some((_, rest)) => rest,
        None => target,
    };
    let name = name.split(':').next().unwrap_or(name);
    !name.is_empty() && (function.name.as_deref() == Some(name) || function.id == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function() -> ImportedFunction {
        ImportedFunction {
            id: "ChargeFunction".into(),
            name: Some("charge".into()),
            code: None,
            handler: None,
            runtime: None,
            timeout_seconds: None,
            memory_mb: None,
            environment: BTreeMap::new(),
            layers: Vec::new(),
            holes: vec!["ChargeArn".into()],
        }
    }

    #[test]
    fn a_function_is_found_by_placeholder_name_and_arn() {
        for target in [
            "${ChargeArn}",
            "${ChargeArn}:$LATEST",
            "charge",
            "charge:live",
            "ChargeFunction",
            "arn:aws:lambda:eu-central-1:123456789012:function:charge",
            "arn:aws:lambda:eu-central-1:123456789012:function:charge:7",
        ] {
            assert!(names(&function(), target), "{target}");
        }
        for target in
            ["", "${Other}", "charges", "arn:aws:lambda:r:1:function:other", "arn:aws:states:r:1:activity:charge"]
        {
            assert!(!names(&function(), target), "{target}");
        }
    }
}
