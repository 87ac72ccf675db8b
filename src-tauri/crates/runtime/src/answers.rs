//! Who answers a task: what is pinned to it, the script, what was recorded, or else a person.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use machine::{EffectId, Fact, Failure, Integration, Invocation, Pattern, ScopePart, State, StateRef, Timestamp};
use query::{Text, Value};

use crate::mocks::{Answer, TestCase};
use crate::suggestions;

/// A task that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingTask {
    pub effect: EffectId,
    /// JSON pointer of the state.
    pub node: Arc<str>,
    pub state: Arc<str>,
    /// The items around it, outermost first.
    pub iterations: Vec<u32>,
    pub resource: Arc<str>,
    pub arguments: Value,
    pub kind: PendingKind,
    pub since: Timestamp,
    pub timeout_at: Option<Timestamp>,
    /// By when a sign of life must come, and how often.
    pub heartbeat_at: Option<Timestamp>,
    pub heartbeat_seconds: Option<u64>,
    pub task_token: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingKind {
    Task,
    Callback,
    Activity,
}

/// What a person says.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskAnswer {
    Succeed(Value),
    Fail(Failure),
}

/// A call whose answer the journal does not hold.
#[derive(Debug, Clone)]
pub(crate) struct OpenCall {
    pub(crate) invocation: Arc<Invocation>,
    /// Of the state's calls, from 0.
    pub(crate) number: u32,
    pub(crate) since: Timestamp,
    pub(crate) submitted: bool,
}

#[derive(Default)]
pub(crate) struct Answers {
    /// What states answer in every run: it comes before everything else.
    pinned: HashMap<StateRef, Answer>,
    script: Option<TestCase>,
    /// What another execution's calls came to: it answers what the script does not.
    recorded: Option<TestCase>,
    /// How often each state has called so far.
    invocations: HashMap<Arc<str>, u32>,
    pending: BTreeMap<EffectId, PendingTask>,
    changed: bool,
}

impl Answers {
    pub(crate) fn new(script: Option<TestCase>, pinned: HashMap<StateRef, Answer>) -> Answers {
        Answers { script, pinned, ..Answers::default() }
    }

    /// The output that is pinned to a state which makes no call of its own.
    pub(crate) fn pinned_output(&self, state: StateRef) -> Option<&Value> {
        match self.pinned.get(&state)? {
            Answer::Return(value) => Some(value),
            Answer::Throw { .. } => None,
        }
    }

    pub(crate) fn fall_back_on(&mut self, recorded: TestCase) {
        self.recorded = Some(recorded);
    }

    /// A task calls. The script's facts, or those that say the call is under way while a person is asked.
    pub(crate) fn invoke(&mut self, invocation: &Invocation, node: &Arc<str>, now: Timestamp) -> Vec<Fact> {
        let number = self.count(invocation);
        self.facts_for(invocation, number, node, now)
    }

    /// A call that was under way when the execution's earlier life ended. What the script answers is given again; for
    /// anything else a person is asked, since the call may have had its effect.
    pub(crate) fn resume(&mut self, open: &OpenCall, node: &Arc<str>) -> Vec<Fact> {
        let mut facts = self.facts_for(&open.invocation, open.number, node, open.since);
        if open.submitted {
            facts.retain(|fact| !matches!(fact, Fact::TaskSubmitted { .. }));
        }
        facts
    }

    /// Whether the script answers the next call of a state.
    pub(crate) fn has_script_for(&self, invocation: &Invocation) -> bool {
        self.is_scripted(invocation, self.invocations.get(&invocation.state_name).copied().unwrap_or(0))
    }

    pub(crate) fn is_scripted(&self, invocation: &Invocation, number: u32) -> bool {
        self.scripted(invocation, number).is_some()
    }

    fn scripted(&self, invocation: &Invocation, number: u32) -> Option<&Answer> {
        if let Some(pinned) = self.pinned.get(&invocation.state) {
            return Some(pinned);
        }
        let scripts = [&self.script, &self.recorded].into_iter().flatten();
        scripts.filter_map(|script| script.answer(&invocation.state_name, number)).next()
    }

    fn facts_for(&mut self, invocation: &Invocation, number: u32, node: &Arc<str>, now: Timestamp) -> Vec<Fact> {
        let integration = Integration::parse(&invocation.resource);
        let effect = invocation.effect;
        match self.scripted(invocation, number) {
            Some(answer) => scripted_facts(effect, &integration, answer),
            None => {
                self.ask(invocation, node, now);
                if integration.pattern() == Pattern::WaitForTaskToken {
                    vec![submitted(effect, &integration)]
                } else {
                    Vec::new()
                }
            }
        }
    }

    /// Counts a call that was answered in an earlier life of the execution.
    pub(crate) fn count(&mut self, invocation: &Invocation) -> u32 {
        let count = self.invocations.entry(Arc::clone(&invocation.state_name)).or_default();
        *count += 1;
        *count - 1
    }

    pub(crate) fn ask(&mut self, invocation: &Invocation, node: &Arc<str>, now: Timestamp) {
        let kind = match Integration::parse(&invocation.resource) {
            Integration::Activity => PendingKind::Activity,
            integration if integration.pattern() == Pattern::WaitForTaskToken => PendingKind::Callback,
            _ => PendingKind::Task,
        };
        let iterations = invocation.scope.steps().into_iter().filter_map(|step| match step.part {
            ScopePart::Iteration(index) | ScopePart::Child(index) => Some(index),
            ScopePart::Branch(_) => None,
        });
        let task = PendingTask {
            effect: invocation.effect,
            node: Arc::clone(node),
            state: Arc::clone(&invocation.state_name),
            iterations: iterations.collect(),
            resource: Arc::clone(&invocation.resource),
            arguments: invocation.arguments.clone(),
            kind,
            since: now,
            timeout_at: invocation.timeout_seconds.map(|seconds| after(now, seconds)),
            heartbeat_at: invocation.heartbeat_seconds.map(|seconds| after(now, seconds)),
            heartbeat_seconds: invocation.heartbeat_seconds,
            task_token: invocation.task_token.clone(),
        };
        self.pending.insert(invocation.effect, task);
        self.changed = true;
    }

    /// A sign of life from whoever works on a task. Nothing if the task does not wait, or for no such sign.
    pub(crate) fn beat(&mut self, effect: EffectId, now: Timestamp) -> Option<Fact> {
        let task = self.pending.get_mut(&effect)?;
        task.heartbeat_at = Some(after(now, task.heartbeat_seconds?));
        self.changed = true;
        Some(Fact::TaskHeartbeat { effect })
    }

    /// A person answers. Nothing if the task does not wait, or no longer.
    pub(crate) fn answer(&mut self, effect: EffectId, answer: TaskAnswer) -> Option<Vec<Fact>> {
        let task = self.pending.remove(&effect)?;
        self.changed = true;
        let mut facts = Vec::new();
        if task.kind == PendingKind::Activity {
            facts.push(Fact::TaskStarted { effect, worker: None });
        }
        let integration = Integration::parse(&task.resource);
        if matches!(integration.pattern(), Pattern::Sync | Pattern::Sync2) && !is_refusal(&answer) {
            facts.push(submitted(effect, &integration));
        }
        facts.push(match answer {
            TaskAnswer::Succeed(output) => Fact::TaskSucceeded { effect, output },
            TaskAnswer::Fail(failure) => Fact::TaskFailed { effect, failure },
        });
        Some(facts)
    }

    /// The execution does not want the answer any more. True if somebody was asked for it.
    pub(crate) fn cancel(&mut self, effect: EffectId) -> bool {
        let asked = self.pending.remove(&effect).is_some();
        self.changed |= asked;
        asked
    }

    pub(crate) fn pending(&self) -> impl Iterator<Item = &PendingTask> {
        self.pending.values()
    }

    pub(crate) fn clear(&mut self) {
        self.changed |= !self.pending.is_empty();
        self.pending.clear();
    }

    /// Whether the pending tasks changed since the last call.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}

fn after(now: Timestamp, seconds: u64) -> Timestamp {
    let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
    Timestamp(now.0.saturating_add(millis))
}

/// The script answers for the whole task: the request goes through, and the job or the token's owner gives the answer.
fn scripted_facts(effect: EffectId, integration: &Integration, answer: &Answer) -> Vec<Fact> {
    let answer = match answer {
        Answer::Return(value) => TaskAnswer::Succeed(value.clone()),
        Answer::Throw { error, cause } => TaskAnswer::Fail(Failure {
            error: error.as_deref().map(Text::from),
            cause: cause.as_deref().map(Text::from),
        }),
    };
    let mut facts = Vec::with_capacity(2);
    match integration {
        Integration::Activity => facts.push(Fact::TaskStarted { effect, worker: None }),
        _ if integration.pattern() != Pattern::RequestResponse && !is_refusal(&answer) => {
            facts.push(submitted(effect, integration));
        }
        _ => {}
    }
    facts.push(match answer {
        TaskAnswer::Succeed(output) => Fact::TaskSucceeded { effect, output },
        TaskAnswer::Fail(failure) => Fact::TaskFailed { effect, failure },
    });
    facts
}

/// Whether an error says that the request itself was turned down, so that nothing was submitted: `SQS.…Exception`, as
/// against `States.TaskFailed` or a worker's own.
fn is_refusal(answer: &TaskAnswer) -> bool {
    match answer {
        TaskAnswer::Succeed(_) => false,
        TaskAnswer::Fail(failure) => failure.error().contains('.') && !failure.error().starts_with("States."),
    }
}

/// A debugger's answer to the call of a thread's state.
pub fn answer_by_hand(state: &State, thread: u32, answer: TaskAnswer) -> Fact {
    let integration = state.integration();
    let later = integration.pattern() != Pattern::RequestResponse && *integration != Integration::Activity;
    let submitted = (later && !is_refusal(&answer))
        .then(|| Value::parse(suggestions::submitted(integration)).expect("the answers to requests are JSON"));
    let answer = match answer {
        TaskAnswer::Succeed(output) => machine::Answer::Succeed(output),
        TaskAnswer::Fail(failure) => machine::Answer::Fail(failure),
    };
    Fact::Answer { thread, submitted, answer }
}

fn submitted(effect: EffectId, integration: &Integration) -> Fact {
    let output = Value::parse(suggestions::submitted(integration)).expect("the answers to requests are JSON");
    Fact::TaskSubmitted { effect, output }
}
