//! The schema: fields of machines and states, walked in document order.

use std::collections::HashSet;

use super::value::is_placeholder;
use super::{Findings, MachineType};
use crate::diagnostic::code;
use crate::model::{Model, Role, ScopeId, StateId, StateView};
use crate::program::QueryLanguage;
use crate::resource::{Pattern, Resource, is_recognized};
use crate::schema::{self, Operand, Shape, StateType};
use crate::syntax::{Node, NodeKind, Text, join_pointer};

const MAX_NAME: usize = 80;
const MAX_LABEL: usize = 40;

impl Findings {
    /// The top level, a branch or a processor, and all that is in it.
    pub(super) fn machine(&mut self, model: &Model<'_>, id: ScopeId) {
        let scope = model.scope(id);
        if !self.object(scope.node, &scope.pointer) {
            return;
        }
        self.required(scope.node, &["States", "StartAt"], &scope.pointer);
        for member in scope.node.members() {
            let pointer = join_pointer(&scope.pointer, &member.key.value);
            match (&*member.key.value, scope.role) {
                ("Comment" | "StartAt", _) => {
                    self.text(&member.value, &pointer);
                }
                ("States", _) => {
                    if self.object(&member.value, &pointer) && member.value.members().is_empty() {
                        self.schema("Value cannot be empty", &pointer, member.value.span);
                    }
                }
                ("Version", Role::Top) => {
                    if self.text(&member.value, &pointer)
                        && member.value.as_str().is_some_and(|version| version != "1.0")
                    {
                        let message = "The field 'Version' should have one of these values: [1.0]";
                        self.schema(message, &pointer, member.value.span);
                    }
                }
                ("QueryLanguage", _) => self.query_language(&member.value, &pointer),
                ("TimeoutSeconds", Role::Top) => self.integer(&member.value, 1, schema::MAX_SECONDS, &pointer),
                ("ProcessorConfig", Role::Processor) => self.processor_config(&member.value, &pointer),
                (name, _) if is_placeholder(name) => {}
                (name, _) => self.schema(format!("Field '{name}' is not supported"), &pointer, member.key.span),
            }
        }
        for state in &scope.states {
            self.state(model, *state);
        }
    }

    fn state(&mut self, model: &Model<'_>, id: StateId) {
        let state = model.state(id);
        if state.name.value.chars().count() > MAX_NAME {
            let message = format!("State name exceeds the maximum length of {MAX_NAME} characters");
            self.add("INVALID_STATE_NAME", message, &state.pointer, state.name.span);
        }
        if !self.object(state.node, &state.pointer) {
            return;
        }
        let Some(type_member) = state.node.member("Type") else {
            self.schema("These fields are required: [Type]", &state.pointer, state.name.span);
            return self.inner_scopes(model, state);
        };
        let Some(state_type) = state.state_type else {
            if !is_placeholder(type_member.value.as_str().unwrap_or_default()) {
                let names = StateType::ALL.map(StateType::as_str).join(", ");
                let message = format!("The field 'Type' should have one of these values: [{names}]");
                self.schema(message, &join_pointer(&state.pointer, "Type"), type_member.value.span);
            }
            return self.inner_scopes(model, state);
        };
        if let Some(language) = state.node.get("QueryLanguage") {
            let pointer = join_pointer(&state.pointer, "QueryLanguage");
            self.query_language(language, &pointer);
            if model.query_language == QueryLanguage::Jsonata && language.as_str() == Some("JSONPath") {
                let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
                self.schema(message, &pointer, language.span);
            }
        }
        self.required_fields(state, state_type);
        for member in state.node.members() {
            self.state_field(state, state_type, &member.key, &member.value);
        }
        self.exclusive_fields(state);
        self.inner_scopes(model, state);
    }

    fn inner_scopes(&mut self, model: &Model<'_>, state: &StateView<'_>) {
        for scope in &state.scopes {
            self.machine(model, *scope);
        }
    }

    fn required(&mut self, node: &Node, names: &[&str], pointer: &str) {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !node.has(name)).collect();
        if !missing.is_empty() {
            let message = format!("These fields are required: [{}]", missing.join(", "));
            self.schema(message, pointer, first_line(node));
        }
    }

    fn required_fields(&mut self, state: &StateView<'_>, state_type: StateType) {
        let (node, pointer) = (state.node, &*state.pointer);
        match state_type {
            StateType::Task => self.required(node, &["Resource"], pointer),
            StateType::Choice => self.required(node, &["Choices"], pointer),
            StateType::Parallel => self.required(node, &["Branches"], pointer),
            StateType::Map if !node.has("Iterator") => self.required(node, &["ItemProcessor"], pointer),
            StateType::Wait => {
                let known = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
                self.one_of(state, &known, true);
            }
            _ => {}
        }
        if state_type.has_transition() {
            let ends = node.get("End").is_some_and(|end| end.as_bool() != Some(false));
            if !ends && !node.has("Next") {
                self.schema("These fields are required: [Next or End]", pointer, state.name.span);
            }
        }
    }

    /// At most one of several fields; `required` asks for one.
    fn one_of(&mut self, state: &StateView<'_>, names: &[&str], required: bool) {
        let present: Vec<&str> = names.iter().copied().filter(|name| state.node.has(name)).collect();
        let names = || names.join(", ");
        if present.len() > 1 {
            let message = format!("Only one of these fields can be used: [{}]", present.join(", "));
            let span = state.node.member(present[1]).map_or(state.name.span, |member| member.key.span);
            self.schema(message, &state.pointer, span);
        } else if present.is_empty() && required {
            self.schema(format!("One of these fields is required: [{}]", names()), &state.pointer, state.name.span);
        }
    }

    fn exclusive_fields(&mut self, state: &StateView<'_>) {
        if state.node.get("End").and_then(Node::as_bool) == Some(true) && state.node.has("Next") {
            self.one_of(state, &["Next", "End"], false);
        }
        for pair in [
            ["TimeoutSeconds", "TimeoutSecondsPath"],
            ["HeartbeatSeconds", "HeartbeatSecondsPath"],
            ["MaxConcurrency", "MaxConcurrencyPath"],
            ["ToleratedFailureCount", "ToleratedFailureCountPath"],
            ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
            ["Error", "ErrorPath"],
            ["Cause", "CausePath"],
            ["Iterator", "ItemProcessor"],
        ] {
            self.one_of(state, &pair, false);
        }
        if state.state_type == Some(StateType::Map) {
            self.one_of(state, &["Parameters", "ItemSelector"], false);
        }
        let seconds = |name| state.node.get(name).and_then(Node::as_i64);
        if let (Some(timeout), Some(heartbeat)) = (seconds("TimeoutSeconds"), seconds("HeartbeatSeconds"))
            && heartbeat >= timeout
        {
            let pointer = join_pointer(&state.pointer, "HeartbeatSeconds");
            let span = state.node.get("HeartbeatSeconds").map_or(state.name.span, |value| value.span);
            self.schema("HeartbeatSeconds must be smaller than TimeoutSeconds", &pointer, span);
        }
    }

    fn state_field(&mut self, state: &StateView<'_>, state_type: StateType, key: &Text, value: &Node) {
        let pointer = join_pointer(&state.pointer, &key.value);
        let language = state.query_language;
        let Some(field) = schema::field(state_type, language, &key.value) else {
            return self.unknown_field(state, state_type, key, &pointer);
        };
        match field.shape {
            Shape::Retriers => self.retriers(value, &pointer),
            Shape::Catchers => self.catchers(value, language, &pointer),
            Shape::ChoiceRules => self.choice_rules(value, language, &pointer),
            Shape::Branches => {
                if self.array(value, &pointer) && value.elements().is_empty() {
                    self.schema("Value cannot be empty", &pointer, value.span);
                }
            }
            Shape::ItemReader => self.dataset(value, language, "ReaderConfig", &pointer),
            Shape::ResultWriter => self.dataset(value, language, "WriterConfig", &pointer),
            Shape::ItemBatcher => self.item_batcher(value, language, &pointer),
            shape => self.simple_field(shape, value, language, &pointer),
        }
        let is_template = matches!(field.shape, Shape::PayloadTemplate | Shape::Assign) || field.name == "ItemSelector";
        if is_template && language == QueryLanguage::JsonPath {
            self.template_names(value, &pointer);
        }
        match field.name {
            "Resource" => self.resource(value, &pointer),
            "Credentials" => self.credentials(value, language, &pointer),
            "Label" => self.label(value, &pointer),
            _ => {}
        }
    }

    /// `x` and `x.$` of one object would both become `x`.
    fn template_names(&mut self, template: &Node, pointer: &str) {
        let names: HashSet<&str> = template.members().iter().map(|member| &*member.key.value).collect();
        for member in template.members() {
            let name = &*member.key.value;
            if let Some(plain) = name.strip_suffix(".$")
                && names.contains(plain)
            {
                self.schema(format!("Duplicate field '{plain}' in the payload template"), pointer, member.key.span);
            }
            self.template_names(&member.value, pointer);
        }
        for element in template.elements() {
            self.template_names(element, pointer);
        }
    }

    fn unknown_field(&mut self, state: &StateView<'_>, state_type: StateType, key: &Text, pointer: &str) {
        let name = &*key.value;
        if is_placeholder(name) {
            return;
        }
        let (own, other) = match state.query_language {
            QueryLanguage::JsonPath => ("JSONPath", QueryLanguage::Jsonata),
            QueryLanguage::Jsonata => ("JSONata", QueryLanguage::JsonPath),
        };
        if schema::field(state_type, other, name).is_some() {
            let other = if own == "JSONPath" { "JSONata" } else { "JSONPath" };
            let message = format!(
                "The QueryLanguage is set to '{own}', but field '{name}' is only supported for the '{other}' QueryLanguage"
            );
            self.schema(message, pointer, key.span);
        } else {
            self.schema(format!("Field '{name}' is not supported"), pointer, key.span);
        }
    }

    fn query_language(&mut self, value: &Node, pointer: &str) {
        if self.text(value, pointer)
            && let Some(name) = value.as_str()
            && !matches!(name, "JSONPath" | "JSONata")
            && !is_placeholder(name)
        {
            let message = "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]";
            self.schema(message, pointer, value.span);
        }
    }

    fn resource(&mut self, value: &Node, pointer: &str) {
        let Some(arn) = value.as_str() else { return };
        let resource = Resource::parse(arn);
        if self.machine_type == MachineType::Express {
            let refusal = match (resource, resource.pattern()) {
                (Resource::Activity(_), _) => Some("Express state machine does not support Activity ARN"),
                (_, Pattern::Sync(_)) => Some("Express state machine does not support '.sync' service integration"),
                (_, Pattern::WaitForTaskToken) => {
                    // The service's own text ends with a blank.
                    Some("Express state machine does not support '.waitForTaskToken' service integration ")
                }
                _ => None,
            };
            if let Some(message) = refusal {
                return self.schema(message, pointer, value.span);
            }
        }
        if !is_recognized(resource) {
            let message = format!(
                "The resource provided {arn} is not recognized. The value is not a valid resource ARN, \
                 or the resource is not available in this region."
            );
            self.schema(message, pointer, value.span);
        }
    }

    fn credentials(&mut self, value: &Node, language: QueryLanguage, pointer: &str) {
        if language == QueryLanguage::Jsonata && value.as_jsonata().is_some() {
            return;
        }
        if self.object(value, pointer) && !value.has("RoleArn") && !value.has("RoleArn.$") {
            self.schema("The field 'RoleArn' is required but was missing", pointer, value.span);
        }
    }

    fn label(&mut self, value: &Node, pointer: &str) {
        let Some(label) = value.as_str() else { return };
        if label.chars().count() > MAX_LABEL {
            let message = format!("Label cannot exceed {MAX_LABEL} characters");
            self.add("INVALID_LABEL_NAME", message, pointer, value.span);
        } else if label.is_empty() {
            self.add("INVALID_LABEL_NAME", "Label cannot be empty", pointer, value.span);
        } else if !is_placeholder(label) && label.chars().any(is_forbidden_in_names) {
            self.add("INVALID_LABEL_NAME", "Label contains forbidden characters", pointer, value.span);
        }
    }

    fn processor_config(&mut self, value: &Node, pointer: &str) {
        if !self.object(value, pointer) {
            return;
        }
        for member in value.members() {
            let at = join_pointer(pointer, &member.key.value);
            let known: &[&str] = match &*member.key.value {
                "Mode" => &["INLINE", "DISTRIBUTED"],
                "ExecutionType" => &["STANDARD", "EXPRESS"],
                name => {
                    self.schema(format!("Field '{name}' is not supported"), &at, member.key.span);
                    continue;
                }
            };
            if self.text(&member.value, &at)
                && let Some(text) = member.value.as_str()
                && !known.contains(&text)
                && !is_placeholder(text)
            {
                let message =
                    format!("The field '{}' should have one of these values: [{}]", member.key.value, known.join(", "));
                self.schema(message, &at, member.value.span);
            }
        }
        let distributed = value.get("Mode").and_then(Node::as_str) == Some("DISTRIBUTED");
        if distributed && !value.has("ExecutionType") {
            self.required(value, &["ExecutionType"], pointer);
        }
    }

    fn dataset(&mut self, value: &Node, language: QueryLanguage, config: &str, pointer: &str) {
        if !self.object(value, pointer) {
            return;
        }
        for member in value.members() {
            let at = join_pointer(pointer, &member.key.value);
            match (&*member.key.value, language) {
                ("Resource", _) => {
                    self.text(&member.value, &at);
                }
                ("Parameters", QueryLanguage::JsonPath) | ("Arguments", QueryLanguage::Jsonata) | ("Comment", _) => {}
                (name, _) if name == config => {
                    if member.value.as_jsonata().is_none() {
                        self.object(&member.value, &at);
                    }
                }
                ("Parameters", QueryLanguage::Jsonata) => {
                    self.wrong_language("JSONata", "Parameters", "JSONPath", &at, &member.key);
                }
                ("Arguments", QueryLanguage::JsonPath) => {
                    self.wrong_language("JSONPath", "Arguments", "JSONata", &at, &member.key);
                }
                (name, _) => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
            }
        }
        if config == "ReaderConfig" {
            self.required(value, &["Resource"], pointer);
        }
    }

    fn wrong_language(&mut self, own: &str, name: &str, other: &str, pointer: &str, key: &Text) {
        let message = format!(
            "The QueryLanguage is set to '{own}', but field '{name}' is only supported for the '{other}' QueryLanguage"
        );
        self.schema(message, pointer, key.span);
    }

    fn item_batcher(&mut self, value: &Node, language: QueryLanguage, pointer: &str) {
        if !self.object(value, pointer) {
            return;
        }
        let limits = ["MaxItemsPerBatch", "MaxInputBytesPerBatch"];
        for member in value.members() {
            let at = join_pointer(pointer, &member.key.value);
            match &*member.key.value {
                "BatchInput" => {}
                name if limits.contains(&name) => {
                    let max = if name == "MaxInputBytesPerBatch" { 262_144 } else { i64::MAX };
                    let shape = match language {
                        QueryLanguage::JsonPath => Shape::Integer { min: 1, max },
                        QueryLanguage::Jsonata => Shape::IntegerOrExpression { min: 1, max },
                    };
                    self.simple_field(shape, &member.value, language, &at);
                }
                name if name.strip_suffix("Path").is_some_and(|base| limits.contains(&base)) => {
                    self.text(&member.value, &at);
                }
                name => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
            }
        }
        for name in limits {
            let path = format!("{name}Path");
            if let (true, Some(member)) = (value.has(name), value.member(&path)) {
                let message = format!("Only one of these fields can be used: [{name}, {path}]");
                self.schema(message, pointer, member.key.span);
            }
        }
    }

    fn retriers(&mut self, value: &Node, pointer: &str) {
        if !self.array(value, pointer) {
            return;
        }
        let count = value.elements().len();
        for (at, retrier) in value.elements().iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if !self.object(retrier, &pointer) {
                continue;
            }
            self.required(retrier, &["ErrorEquals"], &pointer);
            for member in retrier.members() {
                let at = join_pointer(&pointer, &member.key.value);
                match &*member.key.value {
                    "ErrorEquals" | "Comment" => {}
                    "IntervalSeconds" => self.integer(&member.value, 1, schema::MAX_SECONDS, &at),
                    "MaxAttempts" => self.integer(&member.value, 0, 99_999_999, &at),
                    "BackoffRate" => self.number(&member.value, 1.0, &at),
                    "MaxDelaySeconds" => self.integer(&member.value, 1, 31_622_400, &at),
                    "JitterStrategy" => {
                        if self.text(&member.value, &at)
                            && member.value.as_str().is_some_and(|text| !matches!(text, "FULL" | "NONE"))
                        {
                            let message = "The field 'JitterStrategy' should have one of these values: [NONE, FULL]";
                            self.schema(message, &at, member.value.span);
                        }
                    }
                    name => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
                }
            }
            let number = |name| retrier.get(name).and_then(Node::as_i64);
            if let (Some(most), Some(interval)) = (number("MaxDelaySeconds"), number("IntervalSeconds"))
                && most <= interval
            {
                let span = retrier.get("MaxDelaySeconds").map_or(retrier.span, |value| value.span);
                let at = join_pointer(&pointer, "MaxDelaySeconds");
                self.schema("MaxDelaySeconds must be greater than IntervalSeconds", &at, span);
            }
            self.error_equals(retrier, at + 1 == count, &pointer);
        }
    }

    fn catchers(&mut self, value: &Node, language: QueryLanguage, pointer: &str) {
        if !self.array(value, pointer) {
            return;
        }
        let count = value.elements().len();
        for (at, catcher) in value.elements().iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if !self.object(catcher, &pointer) {
                continue;
            }
            self.required(catcher, &["ErrorEquals", "Next"], &pointer);
            for member in catcher.members() {
                let at = join_pointer(&pointer, &member.key.value);
                match (&*member.key.value, language) {
                    ("ErrorEquals" | "Comment", _) => {}
                    ("Next", _) => {
                        self.text(&member.value, &at);
                    }
                    ("ResultPath", QueryLanguage::JsonPath) => {
                        self.simple_field(Shape::NullableReferencePath, &member.value, language, &at);
                    }
                    ("Assign", _) => self.assign(&member.value, &at),
                    ("Output", QueryLanguage::Jsonata) => {}
                    ("Output", _) => self.wrong_language("JSONPath", "Output", "JSONata", &at, &member.key),
                    ("ResultPath", _) => self.wrong_language("JSONata", "ResultPath", "JSONPath", &at, &member.key),
                    (name, _) => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
                }
            }
            self.error_equals(catcher, at + 1 == count, &pointer);
        }
    }

    /// `States.ALL` stands alone, in the last Retrier or Catcher.
    fn error_equals(&mut self, holder: &Node, is_last: bool, pointer: &str) {
        let Some(names) = holder.get("ErrorEquals") else { return };
        let pointer = join_pointer(pointer, "ErrorEquals");
        if !self.array(names, &pointer) {
            return;
        }
        if names.elements().is_empty() {
            self.schema("Value cannot be empty", &pointer, names.span);
        }
        for (at, name) in names.elements().iter().enumerate() {
            let at = format!("{pointer}/{at}");
            self.text(name, &at);
            if name.as_str() != Some("States.ALL") {
                continue;
            }
            if names.elements().len() > 1 {
                self.schema("States.ALL must appear alone in ErrorEquals", &pointer, name.span);
            } else if !is_last {
                self.schema("States.ALL must appear in the last element of the array", &pointer, name.span);
            }
        }
    }

    fn choice_rules(&mut self, value: &Node, language: QueryLanguage, pointer: &str) {
        if !self.array(value, pointer) {
            return;
        }
        if value.elements().is_empty() {
            self.schema("Value cannot be empty", pointer, value.span);
        }
        for (at, rule) in value.elements().iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if !self.object(rule, &pointer) {
                continue;
            }
            match language {
                QueryLanguage::JsonPath => {
                    self.required(rule, &["Next"], &pointer);
                    self.condition(rule, true, &pointer);
                }
                QueryLanguage::Jsonata => self.jsonata_rule(rule, &pointer),
            }
        }
    }

    fn jsonata_rule(&mut self, rule: &Node, pointer: &str) {
        self.required(rule, &["Next", "Condition"], pointer);
        for member in rule.members() {
            let at = join_pointer(pointer, &member.key.value);
            match &*member.key.value {
                "Next" | "Comment" => {
                    self.text(&member.value, &at);
                }
                "Condition" => match &member.value.kind {
                    NodeKind::Bool(_) | NodeKind::Substitution(_) | NodeKind::Missing => {}
                    NodeKind::String(text) if member.value.as_jsonata().is_some() || is_placeholder(text) => {}
                    _ => self.schema("Condition must be a boolean or a JSONata expression", &at, member.value.span),
                },
                "Assign" => self.assign(&member.value, &at),
                "Output" => {}
                name if is_jsonpath_rule_field(name) => {
                    self.wrong_language("JSONata", name, "JSONPath", &at, &member.key);
                }
                name => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
            }
        }
    }

    /// A JSONPath rule or a condition inside of one. Only the rule itself has `Next` and `Assign`.
    fn condition(&mut self, rule: &Node, outermost: bool, pointer: &str) {
        let mut operators = Vec::new();
        for member in rule.members() {
            let at = join_pointer(pointer, &member.key.value);
            let (name, value) = (&*member.key.value, &member.value);
            match name {
                "Comment" => {
                    self.text(value, &at);
                }
                "Next" if outermost => {
                    self.text(value, &at);
                }
                "Assign" if outermost => self.assign(value, &at),
                "Variable" => {
                    self.text(value, &at);
                }
                "And" | "Or" => {
                    operators.push(name);
                    if self.array(value, &at) {
                        if value.elements().is_empty() {
                            self.schema("Value cannot be empty", &at, value.span);
                        }
                        for (index, inner) in value.elements().iter().enumerate() {
                            let at = format!("{at}/{index}");
                            if self.object(inner, &at) {
                                self.condition(inner, false, &at);
                            }
                        }
                    }
                }
                "Not" => {
                    operators.push(name);
                    if self.object(value, &at) {
                        self.condition(value, false, &at);
                    }
                }
                "Condition" | "Output" => self.wrong_language("JSONPath", name, "JSONata", &at, &member.key),
                _ => match schema::comparison(name) {
                    Some(operand) => {
                        operators.push(name);
                        self.operand(operand, value, &at);
                    }
                    None => self.schema(format!("Field '{name}' is not supported"), &at, member.key.span),
                },
            }
        }
        self.operators(rule, &operators, pointer);
    }

    fn operators(&mut self, rule: &Node, operators: &[&str], pointer: &str) {
        match operators {
            [] if rule.has("Condition") => {}
            [] => self.schema("A Choice Rule must have one comparison operator", pointer, first_line(rule)),
            ["And" | "Or" | "Not"] => {}
            [_] => self.required(rule, &["Variable"], pointer),
            several => {
                let message = format!("Only one of these fields can be used: [{}]", several.join(", "));
                self.schema(message, pointer, first_line(rule));
            }
        }
    }

    fn operand(&mut self, operand: Operand, value: &Node, pointer: &str) {
        match operand {
            Operand::Text | Operand::Path => {
                self.text(value, pointer);
            }
            Operand::Boolean => self.boolean(value, pointer),
            Operand::Number => self.number(value, f64::NEG_INFINITY, pointer),
            Operand::Timestamp => self.simple_field(Shape::Timestamp, value, QueryLanguage::JsonPath, pointer),
        }
    }
}

fn is_jsonpath_rule_field(name: &str) -> bool {
    matches!(name, "And" | "Or" | "Not" | "Variable") || schema::comparison(name).is_some()
}

/// Blank, brackets, wildcards, quotes, controls and other marks that names of machines and labels cannot have.
fn is_forbidden_in_names(character: char) -> bool {
    character.is_whitespace()
        || "?*<>{}[]:;,\\|^~$#%&`\"/".contains(character)
        || character <= '\u{1f}'
        || ('\u{7f}'..='\u{9f}').contains(&character)
        || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// The bracket that opens an object: a finding about a whole object marks its beginning.
fn first_line(node: &Node) -> crate::syntax::Span {
    crate::syntax::Span { start: node.span.start, end: node.span.end.min(node.span.start + 1) }
}

/// A state name used twice anywhere in the machine.
pub(super) fn duplicate_names(model: &Model<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for state in &model.states {
        if !seen.insert(&*state.name.value) {
            let message = format!("Duplicate State name: {}", state.name.value);
            findings.add(code::DUPLICATE_STATE_NAME, message, &state.pointer, state.name.span);
        }
    }
}
