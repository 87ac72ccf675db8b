//! The Program, from a definition without errors.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::{Model, ScopeId, StateId, StateView};
use crate::program::{
    Catcher, Choice, ChoiceRule, Condition, Dataset, ExecutionType, Fail, ItemBatcher, JitterStrategy, Map,
    NullablePath, NumberField, Parallel, Pass, ProcessorMode, ResultFlow, Retrier, State, StateIndex, StateKind,
    StateMachine, Task, TextField, Transition, Wait, WaitUntil,
};
use crate::schema::{self, StateType};
use crate::syntax::{Node, NodeKind, Text};

/// A definition can be legal and still not ready to run: a placeholder stands where a value is needed.
const SUBSTITUTION_NEEDED: &str = "SUBSTITUTION_NEEDED";

type Built<T> = Result<T, Box<Diagnostic>>;

pub(super) fn build(model: &Model<'_>) -> Built<StateMachine> {
    machine(model, ScopeId(0))
}

fn not_ready(node: &Node, pointer: &str) -> Box<Diagnostic> {
    let message = match &node.kind {
        NodeKind::Substitution(text) | NodeKind::String(text) => format!("a run needs a value for {text}"),
        _ => "a run needs a value here".to_owned(),
    };
    Box::new(Diagnostic::error(SUBSTITUTION_NEEDED, message, pointer, node.span))
}

fn machine(model: &Model<'_>, id: ScopeId) -> Built<StateMachine> {
    let scope = model.scope(id);
    let index = |state: StateId| position(model, id, state);
    let start_at = model.start(id).map(index).ok_or_else(|| not_ready(scope.node, &scope.pointer))?;
    let states = scope.states.iter().map(|state| self::state(model, *state)).collect::<Built<Vec<_>>>()?;
    let seconds = match scope.node.get("TimeoutSeconds") {
        Some(value) => Some(whole(value, &format!("{}/TimeoutSeconds", scope.pointer))?),
        None => None,
    };
    Ok(StateMachine {
        comment: comment(scope.node),
        query_language: model.query_language,
        timeout_seconds: seconds,
        start_at,
        states,
        span: scope.node.span,
    })
}

/// States of a scope follow each other in the model only outside of nested scopes, so the position is searched.
fn position(model: &Model<'_>, scope: ScopeId, state: StateId) -> StateIndex {
    let at = model.scope(scope).states.binary_search(&state).unwrap_or(0);
    StateIndex(at as u32)
}

fn state(model: &Model<'_>, id: StateId) -> Built<State> {
    let view = model.state(id);
    let node = view.node;
    let state_type = view.state_type.ok_or_else(|| not_ready(node, &view.pointer))?;
    let builder = StateBuilder { model, view };
    Ok(State {
        name: view.name.value.clone(),
        pointer: view.pointer.clone(),
        comment: comment(node),
        query_language: view.query_language,
        input_path: builder.path("InputPath"),
        output_path: builder.path("OutputPath"),
        assign: node.get("Assign").cloned(),
        output: node.get("Output").cloned(),
        kind: builder.kind(state_type)?,
        span: view.span(),
    })
}

struct StateBuilder<'a, 't> {
    model: &'a Model<'t>,
    view: &'a StateView<'t>,
}

impl StateBuilder<'_, '_> {
    fn kind(&self, state_type: StateType) -> Built<StateKind> {
        let node = self.view.node;
        Ok(match state_type {
            StateType::Task => StateKind::Task(Box::new(Task {
                resource: self.need_text("Resource")?,
                arguments: self.arguments(),
                result: self.result_flow(),
                credentials: node.get("Credentials").cloned(),
                timeout_seconds: self.number("TimeoutSeconds"),
                heartbeat_seconds: self.number("HeartbeatSeconds"),
                retriers: self.retriers()?,
                catchers: self.catchers()?,
                transition: self.transition()?,
            })),
            StateType::Pass => StateKind::Pass(Pass {
                result: node.get("Result").cloned(),
                parameters: node.get("Parameters").cloned(),
                result_path: self.path("ResultPath"),
                transition: self.transition()?,
            }),
            StateType::Choice => StateKind::Choice(self.choice()?),
            StateType::Wait => StateKind::Wait(Wait { until: self.wait_until()?, transition: self.transition()? }),
            StateType::Succeed => StateKind::Succeed,
            StateType::Fail => {
                StateKind::Fail(Fail { error: self.text_field("Error"), cause: self.text_field("Cause") })
            }
            StateType::Parallel => StateKind::Parallel(Parallel {
                branches: self.machines()?,
                arguments: self.arguments(),
                result: self.result_flow(),
                retriers: self.retriers()?,
                catchers: self.catchers()?,
                transition: self.transition()?,
            }),
            StateType::Map => StateKind::Map(Box::new(self.map()?)),
        })
    }

    fn field(&self, name: &str) -> Option<&Node> {
        self.view.node.get(name)
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.view.pointer)
    }

    fn missing(&self, name: &str) -> Box<Diagnostic> {
        not_ready(self.field(name).unwrap_or(self.view.node), &self.pointer(name))
    }

    fn need_text(&self, name: &str) -> Built<Text> {
        self.field(name).and_then(Node::as_text).ok_or_else(|| self.missing(name))
    }

    fn path(&self, name: &str) -> Option<NullablePath> {
        self.field(name).and_then(nullable_path)
    }

    fn arguments(&self) -> Option<Node> {
        self.field("Parameters").or_else(|| self.field("Arguments")).cloned()
    }

    fn result_flow(&self) -> ResultFlow {
        ResultFlow { result_selector: self.field("ResultSelector").cloned(), result_path: self.path("ResultPath") }
    }

    fn number(&self, name: &str) -> Option<NumberField> {
        number_field(self.view.node, name)
    }

    fn text_field(&self, name: &str) -> Option<TextField> {
        let value = self.field(name).and_then(Node::as_text).map(TextField::Value);
        value.or_else(|| self.field(&format!("{name}Path")).and_then(Node::as_text).map(TextField::Path))
    }

    fn to_index(&self, to: Option<StateId>) -> Option<StateIndex> {
        to.map(|state| position(self.model, self.view.scope, state))
    }

    /// Where a field naming a state leads.
    fn target(&self, holder: &Node, field: &str, pointer: &str) -> Built<StateIndex> {
        let name = holder.get(field).and_then(Node::as_str);
        let to = name.and_then(|name| self.model.find_in(self.view.scope, name));
        self.to_index(to).ok_or_else(|| not_ready(holder.get(field).unwrap_or(holder), pointer))
    }

    fn transition(&self) -> Built<Transition> {
        if self.field("End").and_then(Node::as_bool) == Some(true) {
            return Ok(Transition::End);
        }
        self.target(self.view.node, "Next", &self.pointer("Next")).map(Transition::Next)
    }

    fn wait_until(&self) -> Built<WaitUntil> {
        if let Some(seconds) = self.field("Seconds") {
            return Ok(WaitUntil::Seconds(seconds.clone()));
        }
        if let Some(timestamp) = self.field("Timestamp") {
            return Ok(WaitUntil::Timestamp(timestamp.clone()));
        }
        if let Some(path) = self.field("SecondsPath").and_then(Node::as_text) {
            return Ok(WaitUntil::SecondsPath(path));
        }
        self.need_text("TimestampPath").map(WaitUntil::TimestampPath)
    }

    fn choice(&self) -> Built<Choice> {
        let mut rules = Vec::new();
        for (at, rule) in self.field("Choices").map(Node::elements).unwrap_or_default().iter().enumerate() {
            let pointer = format!("{}/Choices/{at}", self.view.pointer);
            rules.push(ChoiceRule {
                condition: condition(rule, &pointer)?,
                next: self.target(rule, "Next", &format!("{pointer}/Next"))?,
                assign: rule.get("Assign").cloned(),
                output: rule.get("Output").cloned(),
                comment: comment(rule),
                span: rule.span,
            });
        }
        let default = match self.field("Default") {
            Some(_) => Some(self.target(self.view.node, "Default", &self.pointer("Default"))?),
            None => None,
        };
        Ok(Choice { rules, default })
    }

    fn machines(&self) -> Built<Vec<Arc<StateMachine>>> {
        self.view.scopes.iter().map(|scope| machine(self.model, *scope).map(Arc::new)).collect()
    }

    fn map(&self) -> Built<Map> {
        let processor = self.machines()?.into_iter().next().ok_or_else(|| self.missing("ItemProcessor"))?;
        let processor_node = self.field("ItemProcessor").or_else(|| self.field("Iterator"));
        let config = processor_node.and_then(|node| node.get("ProcessorConfig"));
        Ok(Map {
            processor,
            mode: mode(config),
            items_path: self.field("ItemsPath").and_then(Node::as_text),
            items: self.field("Items").cloned(),
            item_selector: self.field("ItemSelector").or_else(|| self.field("Parameters")).cloned(),
            item_reader: self.field("ItemReader").map(|node| dataset(node, "ReaderConfig")),
            item_batcher: self.field("ItemBatcher").map(item_batcher),
            result_writer: self.field("ResultWriter").map(|node| dataset(node, "WriterConfig")),
            max_concurrency: self.number("MaxConcurrency"),
            tolerated_failure_count: self.number("ToleratedFailureCount"),
            tolerated_failure_percentage: self.number("ToleratedFailurePercentage"),
            label: self.field("Label").and_then(Node::as_str).map(str::to_owned),
            result: self.result_flow(),
            retriers: self.retriers()?,
            catchers: self.catchers()?,
            transition: self.transition()?,
        })
    }

    fn retriers(&self) -> Built<Vec<Retrier>> {
        let retriers = self.field("Retry").map(Node::elements).unwrap_or_default();
        let pointer = |at: usize, name: &str| format!("{}/Retry/{at}/{name}", self.view.pointer);
        let mut built = Vec::with_capacity(retriers.len());
        for (at, retrier) in retriers.iter().enumerate() {
            let number = |name: &str| match retrier.get(name) {
                Some(value) => whole(value, &pointer(at, name)).map(Some),
                None => Ok(None),
            };
            let backoff_rate = match retrier.get("BackoffRate") {
                Some(rate) => rate.as_f64().ok_or_else(|| not_ready(rate, &pointer(at, "BackoffRate")))?,
                None => 2.0,
            };
            built.push(Retrier {
                error_equals: error_equals(retrier),
                interval_seconds: number("IntervalSeconds")?.unwrap_or(1),
                max_attempts: number("MaxAttempts")?.unwrap_or(3),
                backoff_rate,
                max_delay_seconds: number("MaxDelaySeconds")?,
                jitter: match retrier.get("JitterStrategy").and_then(Node::as_str) {
                    Some("FULL") => JitterStrategy::Full,
                    _ => JitterStrategy::None,
                },
                span: retrier.span,
            });
        }
        Ok(built)
    }

    fn catchers(&self) -> Built<Vec<Catcher>> {
        let catchers = self.field("Catch").map(Node::elements).unwrap_or_default();
        let mut built = Vec::with_capacity(catchers.len());
        for (at, catcher) in catchers.iter().enumerate() {
            let pointer = format!("{}/Catch/{at}/Next", self.view.pointer);
            built.push(Catcher {
                error_equals: error_equals(catcher),
                next: self.target(catcher, "Next", &pointer)?,
                result_path: catcher.get("ResultPath").and_then(nullable_path),
                assign: catcher.get("Assign").cloned(),
                output: catcher.get("Output").cloned(),
                comment: comment(catcher),
                span: catcher.span,
            });
        }
        Ok(built)
    }
}

fn comment(node: &Node) -> Option<String> {
    node.get("Comment").and_then(Node::as_str).map(str::to_owned)
}

fn whole(node: &Node, pointer: &str) -> Built<u64> {
    node.as_i64().and_then(|number| u64::try_from(number).ok()).ok_or_else(|| not_ready(node, pointer))
}

fn nullable_path(node: &Node) -> Option<NullablePath> {
    if node.is_null() { Some(NullablePath::Null) } else { node.as_text().map(NullablePath::Path) }
}

fn number_field(node: &Node, name: &str) -> Option<NumberField> {
    let value = node.get(name).cloned().map(NumberField::Value);
    value.or_else(|| node.get(&format!("{name}Path")).and_then(Node::as_text).map(NumberField::Path))
}

fn error_equals(holder: &Node) -> Vec<String> {
    let names = holder.get("ErrorEquals").map(Node::elements).unwrap_or_default();
    names.iter().filter_map(Node::as_str).map(str::to_owned).collect()
}

fn mode(config: Option<&Node>) -> ProcessorMode {
    let text = |name| config.and_then(|config| config.get(name)).and_then(Node::as_str);
    if text("Mode") != Some("DISTRIBUTED") {
        return ProcessorMode::Inline;
    }
    let execution_type = match text("ExecutionType") {
        Some("EXPRESS") => ExecutionType::Express,
        _ => ExecutionType::Standard,
    };
    ProcessorMode::Distributed { execution_type }
}

fn dataset(node: &Node, config: &str) -> Dataset {
    Dataset {
        resource: node.get("Resource").and_then(Node::as_text),
        config: node.get(config).cloned(),
        arguments: node.get("Parameters").or_else(|| node.get("Arguments")).cloned(),
        span: node.span,
    }
}

fn item_batcher(node: &Node) -> ItemBatcher {
    ItemBatcher {
        batch_input: node.get("BatchInput").cloned(),
        max_items_per_batch: number_field(node, "MaxItemsPerBatch"),
        max_input_bytes_per_batch: number_field(node, "MaxInputBytesPerBatch"),
        span: node.span,
    }
}

fn condition(rule: &Node, pointer: &str) -> Built<Condition> {
    if let Some(expression) = rule.get("Condition") {
        return Ok(Condition::Jsonata(expression.clone()));
    }
    for member in rule.members() {
        let inner = |nodes: &[Node]| nodes.iter().map(|node| condition(node, pointer)).collect::<Built<Vec<_>>>();
        match &*member.key.value {
            "And" => return Ok(Condition::And(inner(member.value.elements())?)),
            "Or" => return Ok(Condition::Or(inner(member.value.elements())?)),
            "Not" => return Ok(Condition::Not(Box::new(condition(&member.value, pointer)?))),
            operator if schema::comparison(operator).is_some() => {
                let variable = rule.get("Variable").and_then(Node::as_text).ok_or_else(|| not_ready(rule, pointer))?;
                return Ok(Condition::Compare {
                    variable,
                    operator: member.key.clone(),
                    operand: member.value.clone(),
                });
            }
            _ => {}
        }
    }
    Err(not_ready(rule, pointer))
}
