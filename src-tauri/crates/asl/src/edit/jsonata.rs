//! From JSONPath to JSONata, for what means the same in both.
//!
//! Paths that name one value, intrinsic calls with an exact counterpart, and comparisons with their types checked are
//! converted. What could give other data (operators in paths, `States.Array`, timestamps, nested ResultPaths) is refused.
//! Data that would have failed under JSONPath fails under JSONata too, with `States.QueryEvaluationError`.

use super::flow::string_node;
use super::steps::Steps;
use super::text::Value;
use super::{Draft, Refusal, Work};
use crate::model::StateId;
use crate::program::QueryLanguage;
use crate::schema::{self, StateType};
use crate::syntax::{Member, Node, NodeKind, Span, Text, quote_json};

type Converted<T> = Result<T, Refusal>;

impl Work<'_, '_> {
    pub(super) fn convert_to_jsonata(&self, pointer: &str) -> Result<Draft, Refusal> {
        if pointer.is_empty() {
            return self.machine_to_jsonata();
        }
        let id = self.state(pointer)?;
        let state = self.model.state(id);
        if state.query_language == QueryLanguage::Jsonata {
            return Err(Refusal::new("the state already uses JSONata"));
        }
        let Some(state_type) = state.state_type else { return Err(Refusal::new("the state has no known Type")) };
        let plan = Plan::of(state.node, state_type)?;
        let mut steps = Steps::new(self.document);
        plan.write(&mut steps, id)?;
        let label = format!("Convert “{}” to JSONata", state.name.value);
        Ok(Draft::new(label, steps.finish(), Some(pointer.to_owned())))
    }

    /// States that came from elsewhere with the fields of JSONPath, and what lies in them: they are JSONata because the
    /// workflow is.
    pub(super) fn convert_pasted(&self, pointers: &[String]) -> Result<Draft, Refusal> {
        let meant = |pointer: &str| {
            pointers
                .iter()
                .any(|one| pointer.strip_prefix(&**one).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let mut plans = Vec::new();
        for id in self.model.state_ids() {
            let state = self.model.state(id);
            let Some(state_type) = state.state_type.filter(|_| meant(&state.pointer)) else { continue };
            if state.query_language != QueryLanguage::Jsonata
                || !speaks(state.node, state_type, QueryLanguage::JsonPath)
            {
                continue;
            }
            let named = |refusal: Refusal| Refusal::new(format!("“{}”: {}", state.name.value, refusal.reason));
            let mut plan = Plan::of(state.node, state_type).map_err(named)?;
            plan.set.retain(|(name, _)| name != "QueryLanguage");
            plans.push((id, plan));
        }
        if plans.is_empty() {
            return Err(Refusal::new("nothing of it is written in JSONPath"));
        }
        let mut steps = Steps::new(self.document);
        for (id, plan) in &plans {
            plan.write(&mut steps, *id)?;
        }
        let label = match &plans[..] {
            [(only, _)] => format!("Convert “{}” to JSONata", self.model.state(*only).name.value),
            several => format!("Convert {} states to JSONata", several.len()),
        };
        let mut draft = Draft::new(label, steps.finish(), None);
        draft.select = pointers.to_vec();
        Ok(draft)
    }

    /// Every state, or none: a machine whose language is JSONata has no JSONPath states.
    fn machine_to_jsonata(&self) -> Result<Draft, Refusal> {
        if self.model.query_language == QueryLanguage::Jsonata {
            return Err(Refusal::new("the workflow already uses JSONata"));
        }
        let mut plans = Vec::new();
        for id in self.model.state_ids() {
            let state = self.model.state(id);
            if state.query_language == QueryLanguage::Jsonata {
                continue;
            }
            let named = |reason: &str| Refusal::new(format!("“{}”: {reason}", state.name.value));
            let state_type = state.state_type.ok_or_else(|| named("the state has no known Type"))?;
            let mut plan = Plan::of(state.node, state_type).map_err(|refusal| named(&refusal.reason))?;
            plan.set.retain(|(name, _)| name != "QueryLanguage");
            plans.push((id, plan));
        }
        let mut steps = Steps::new(self.document);
        for (id, plan) in &plans {
            plan.write(&mut steps, *id)?;
        }
        for id in self.model.state_ids() {
            steps.step(|work, patch| {
                let node = work.model.state(id).node;
                if node.has("QueryLanguage") {
                    patch.remove_members(node, &["QueryLanguage"]);
                }
                Ok(())
            })?;
        }
        steps.step(|work, patch| {
            let root = work.document.root();
            let value = string_node("JSONata");
            match root.get("QueryLanguage") {
                Some(old) => patch.set_value(old, &Value::Tree(&value)),
                None => {
                    let index = usize::from(root.members().first().is_some_and(|first| &*first.key.value == "Comment"));
                    patch.insert_member(root, index, "QueryLanguage", &Value::Tree(&value));
                }
            }
            Ok(())
        })?;
        Ok(Draft::new("Convert the workflow to JSONata", steps.finish(), None))
    }
}

/// Whether a state has a field that only this language has.
pub(super) fn speaks(state: &Node, state_type: StateType, language: QueryLanguage) -> bool {
    let other = match language {
        QueryLanguage::JsonPath => QueryLanguage::Jsonata,
        QueryLanguage::Jsonata => QueryLanguage::JsonPath,
    };
    let own = |name: &str| {
        schema::field(state_type, language, name).is_some() && schema::field(state_type, other, name).is_none()
    };
    let rules =
        state.get("Choices").filter(|_| state_type == StateType::Choice).map(Node::elements).unwrap_or_default();
    let has_condition = |rule: &Node| rule.has("Condition");
    let compares = |rule: &Node| ["Variable", "And", "Or", "Not"].iter().any(|name| rule.has(name));
    state.members().iter().any(|member| own(&member.key.value))
        || rules.iter().any(|rule| match language {
            QueryLanguage::JsonPath => compares(rule),
            QueryLanguage::Jsonata => has_condition(rule),
        })
}

/// The fields to remove and to set.
#[derive(Debug, Default)]
struct Plan {
    removed: Vec<String>,
    set: Vec<(String, Node)>,
}

impl Plan {
    fn write(&self, steps: &mut Steps, id: StateId) -> Converted<()> {
        steps.step(|work, patch| {
            let removed: Vec<&str> = self.removed.iter().map(|name| &**name).collect();
            patch.remove_members(work.model.state(id).node, &removed);
            Ok(())
        })?;
        for (name, value) in &self.set {
            steps.step(|work, patch| {
                let node = work.model.state(id).node;
                if let Some(old) = node.get(name) {
                    patch.set_value(old, &Value::Tree(value));
                    return Ok(());
                }
                let end = node.members().iter().position(|member| matches!(&*member.key.value, "Next" | "End"));
                let index = if name == "QueryLanguage" { 1 } else { end.unwrap_or(node.members().len()) };
                patch.insert_member(node, index.min(node.members().len()), name, &Value::Tree(value));
                Ok(())
            })?;
        }
        Ok(())
    }

    fn of(state: &Node, state_type: StateType) -> Converted<Self> {
        let mut plan = Plan::default();
        plan.set("QueryLanguage", string_node("JSONata"));
        let input = match state.get("InputPath") {
            None => "$states.input".to_owned(),
            Some(path) => plan.take("InputPath", path, "$states.input")?,
        };
        plan.data_flow(state, state_type, &input)?;
        match state_type {
            StateType::Choice => plan.rules(state, &input)?,
            StateType::Map => plan.map(state, &input)?,
            _ => {}
        }
        for name in [
            "SecondsPath",
            "TimestampPath",
            "TimeoutSecondsPath",
            "HeartbeatSecondsPath",
            "MaxConcurrencyPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
            "ErrorPath",
            "CausePath",
        ] {
            if let Some(value) = state.get(name) {
                let text = value.as_str().unwrap_or_default();
                let expression = if text.starts_with('$') { path(text, &input)? } else { call(text, &input)? };
                plan.removed.push(name.to_owned());
                plan.set(name.trim_end_matches("Path"), marked(&expression));
            }
        }
        if let Some(credentials) = state.get("Credentials") {
            plan.set("Credentials", template(credentials, &input)?);
        }
        if let Some(assign) = state.get("Assign") {
            // What $ means in Assign depends on the type of the state; variables and the Context Object do not.
            plan.set("Assign", template(assign, "")?);
        }
        plan.catchers(state, &input)?;
        let unchanged = |(name, value): &(String, Node)| state.get(name).is_some_and(|old| old.same_value(value));
        plan.set.retain(|change| !unchanged(change));
        Ok(plan)
    }

    fn set(&mut self, name: &str, value: Node) {
        self.set.push((name.to_owned(), value));
    }

    /// A path field that goes; what it picked.
    fn take(&mut self, name: &str, value: &Node, input: &str) -> Converted<String> {
        self.removed.push(name.to_owned());
        match value.as_str() {
            Some(text) => path(text, input),
            None => Err(Refusal::new(format!("{name} is null: JSONata has no word for an empty input"))),
        }
    }

    fn data_flow(&mut self, state: &Node, state_type: StateType, input: &str) -> Converted<()> {
        let parameters = match state.get("Parameters") {
            Some(parameters) if state_type != StateType::Map => {
                self.removed.push("Parameters".to_owned());
                Some(template(parameters, input)?)
            }
            _ => None,
        };
        let works = state_type.has_error_handling();
        let mut result = None;
        match (state_type, parameters) {
            (StateType::Pass, Some(parameters)) => result = Some(parameters),
            (_, Some(parameters)) => self.set("Arguments", parameters),
            (StateType::Task | StateType::Parallel, None) if input != "$states.input" => {
                self.set("Arguments", marked(input));
            }
            _ => {}
        }
        if let Some(literal) = state.get("Result") {
            self.removed.push("Result".to_owned());
            result = Some(literal_value(literal)?);
        }
        if let Some(selector) = state.get("ResultSelector") {
            self.removed.push("ResultSelector".to_owned());
            result = Some(template(selector, "$states.result")?);
        }
        self.output(state, works, result, input)
    }

    /// ResultPath and OutputPath become Output.
    fn output(&mut self, state: &Node, works: bool, result: Option<Node>, input: &str) -> Converted<()> {
        let raw = if works { "$states.result" } else { input };
        let mut expression: Option<String> = None;
        let mut output = result;
        if let Some(result_path) = state.get("ResultPath") {
            self.removed.push("ResultPath".to_owned());
            match result_path.as_str() {
                None => {
                    output = None;
                    expression = Some("$states.input".to_owned());
                }
                Some("$") => {}
                Some(text) => {
                    let name = single_name(text)?;
                    let value = match &output {
                        Some(node) => as_expression(node)?,
                        None => raw.to_owned(),
                    };
                    output = None;
                    expression = Some(format!("$merge([$states.input, {{{}: {value}}}])", quote_json(&name)));
                }
            }
        }
        if let Some(output_path) = state.get("OutputPath") {
            self.removed.push("OutputPath".to_owned());
            let text = output_path.as_str().ok_or_else(|| Refusal::new("OutputPath is null"))?;
            if text != "$" {
                let base = match (&expression, &output) {
                    (Some(expression), None) if expression == "$states.input" => expression.clone(),
                    (None, None) => raw.to_owned(),
                    _ => return Err(Refusal::new("OutputPath picks from data that the state builds")),
                };
                expression = Some(path(text, &base)?);
            }
        }
        match (expression, output) {
            (Some(expression), _) if works || expression != "$states.input" => self.set("Output", marked(&expression)),
            (None, Some(output)) => self.set("Output", output),
            (None, None) if !works && input != "$states.input" => self.set("Output", marked(input)),
            _ => {}
        }
        Ok(())
    }

    fn map(&mut self, state: &Node, input: &str) -> Converted<()> {
        for name in ["ItemReader", "ItemBatcher", "ResultWriter"] {
            if state.has(name) {
                return Err(Refusal::new(format!("{name} is not converted")));
            }
        }
        if let Some(items) = state.get("ItemsPath") {
            let expression = self.take("ItemsPath", items, input)?;
            self.set("Items", marked(&expression));
        } else {
            self.set("Items", marked(input));
        }
        for name in ["ItemSelector", "Parameters"] {
            if let Some(selector) = state.get(name) {
                if name == "Parameters" {
                    self.removed.push(name.to_owned());
                }
                self.set("ItemSelector", template(selector, input)?);
            }
        }
        Ok(())
    }

    fn rules(&mut self, state: &Node, input: &str) -> Converted<()> {
        let Some(rules) = state.get("Choices") else { return Ok(()) };
        let mut converted = Vec::new();
        for rule in rules.elements() {
            let mut members = vec![member("Condition", marked(&condition(rule, input)?))];
            for kept in rule.members() {
                match &*kept.key.value {
                    "Next" | "Comment" => members.push(kept.clone()),
                    "Assign" => members.push(member("Assign", template(&kept.value, "")?)),
                    _ => {}
                }
            }
            converted.push(object(members));
        }
        self.set("Choices", Node::new(NodeKind::Array(converted), Span::default()));
        Ok(())
    }

    fn catchers(&mut self, state: &Node, input: &str) -> Converted<()> {
        let Some(catchers) = state.get("Catch") else { return Ok(()) };
        let mut converted = Vec::new();
        for catcher in catchers.elements() {
            let mut members = Vec::new();
            for field in catcher.members() {
                match (&*field.key.value, field.value.as_str()) {
                    ("ResultPath", Some("$")) => {}
                    ("ResultPath", Some(text)) => {
                        let name = quote_json(&single_name(text)?);
                        let merged = format!("$merge([$states.input, {{{name}: $states.errorOutput}}])");
                        members.push(member("Output", marked(&merged)));
                    }
                    ("ResultPath", None) => members.push(member("Output", marked("$states.input"))),
                    ("Assign", _) => members.push(member("Assign", template(&field.value, "$states.errorOutput")?)),
                    _ => members.push(field.clone()),
                }
            }
            converted.push(object(members));
        }
        let _ = input;
        self.set("Catch", Node::new(NodeKind::Array(converted), Span::default()));
        Ok(())
    }
}

fn object(members: Vec<Member>) -> Node {
    Node::new(NodeKind::Object(members), Span::default())
}

fn member(name: &str, value: Node) -> Member {
    Member { key: Text { value: name.into(), span: Span::default() }, value }
}

fn marked(expression: &str) -> Node {
    string_node(&format!("{{% {expression} %}}"))
}

/// A payload template. An empty `input` means that `$` cannot be converted here.
fn template(node: &Node, input: &str) -> Converted<Node> {
    let kind = match &node.kind {
        NodeKind::Object(members) => {
            let mut converted = Vec::with_capacity(members.len());
            for field in members {
                match field.key.value.strip_suffix(".$") {
                    Some(name) => {
                        let text =
                            field.value.as_str().ok_or_else(|| Refusal::new(format!("{name}.$ holds no text")))?;
                        let expression = if text.starts_with('$') { path(text, input)? } else { call(text, input)? };
                        converted.push(member(name, marked(&expression)));
                    }
                    None => converted.push(member(&field.key.value, template(&field.value, input)?)),
                }
            }
            NodeKind::Object(converted)
        }
        NodeKind::Array(elements) => {
            NodeKind::Array(elements.iter().map(|element| template(element, input)).collect::<Converted<_>>()?)
        }
        _ => return literal_value(node),
    };
    Ok(Node::new(kind, Span::default()))
}

/// A literal that would not become an expression.
fn literal_value(node: &Node) -> Converted<Node> {
    if node.as_jsonata().is_some() {
        return Err(Refusal::new("a literal text would become an expression"));
    }
    for inner in node.members().iter().map(|member| &member.value).chain(node.elements()) {
        literal_value(inner)?;
    }
    Ok(node.clone())
}

/// A converted template as one JSONata expression.
fn as_expression(node: &Node) -> Converted<String> {
    Ok(match &node.kind {
        NodeKind::String(text) => match node.as_jsonata() {
            Some(body) => body.trim().to_owned(),
            None => quote_json(text),
        },
        NodeKind::Number(text) => text.to_string(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Null => "null".to_owned(),
        NodeKind::Object(members) => {
            let fields = members
                .iter()
                .map(|member| Ok(format!("{}: {}", quote_json(&member.key.value), as_expression(&member.value)?)))
                .collect::<Converted<Vec<_>>>()?;
            format!("{{{}}}", fields.join(", "))
        }
        // An array of expressions would be flattened where one of them gives an array.
        NodeKind::Array(elements)
            if elements.iter().all(|element| element.as_jsonata().is_none() && !element.is_object()) =>
        {
            let items = elements.iter().map(as_expression).collect::<Converted<Vec<_>>>()?;
            format!("[{}]", items.join(", "))
        }
        _ => return Err(Refusal::new("an array of expressions cannot be merged into the input")),
    })
}

/// The one name of `$.name`.
fn single_name(text: &str) -> Converted<String> {
    let steps = steps(text)?;
    match steps.as_slice() {
        [Step::Name(name)] if text.starts_with("$.") || text.starts_with("$[") => Ok(name.clone()),
        _ => Err(Refusal::new(format!("ResultPath {text} reaches deeper than one field"))),
    }
}

enum Step {
    Name(String),
    Index(u32),
}

/// The steps after the root of a path that names one value.
fn steps(text: &str) -> Converted<Vec<Step>> {
    let refuse = || Refusal::new(format!("the path {text} has no exact counterpart in JSONata"));
    let root = text.find(['.', '[']).unwrap_or(text.len());
    let mut rest = &text[root..];
    let mut found = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                return Err(refuse());
            }
            found.push(Step::Name(name.to_owned()));
            rest = &after[end..];
        } else {
            let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let (inner, after) = inner.ok_or_else(refuse)?;
            let quoted = inner.strip_prefix(['\'', '"']).and_then(|inner| inner.strip_suffix(['\'', '"']));
            match quoted {
                Some(name) if !name.contains(['\'', '"', '\\', '`']) => found.push(Step::Name(name.to_owned())),
                _ => found.push(Step::Index(inner.parse().map_err(|_| refuse())?)),
            }
            rest = after;
        }
    }
    Ok(found)
}

/// A path as a JSONata expression. `input` is what `$` stands for.
fn path(text: &str, input: &str) -> Converted<String> {
    let (root, rest) = if let Some(rest) = text.strip_prefix("$$") {
        ("$states.context".to_owned(), rest)
    } else {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        match &text[..end] {
            "$" if input.is_empty() => {
                return Err(Refusal::new(format!("what {text} means in Assign depends on the state")));
            }
            "$" => (input.to_owned(), &text[end..]),
            variable if variable.starts_with('$') => (variable.to_owned(), &text[end..]),
            _ => return Err(Refusal::new(format!("{text} is not a path"))),
        }
    };
    let mut expression = root;
    for step in steps(&format!("${rest}"))? {
        match step {
            Step::Index(index) => expression.push_str(&format!("[{index}]")),
            Step::Name(name) if is_plain_name(&name) => expression.push_str(&format!(".{name}")),
            Step::Name(name) => expression.push_str(&format!(".`{name}`")),
        }
    }
    Ok(expression)
}

fn is_plain_name(name: &str) -> bool {
    let reserved = matches!(name, "and" | "or" | "in" | "true" | "false" | "null" | "function");
    !reserved
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// An intrinsic call that has an exact counterpart.
fn call(text: &str, input: &str) -> Converted<String> {
    let refuse = || Refusal::new(format!("{text} has no exact counterpart in JSONata"));
    let text = text.trim();
    let (name, rest) = text.split_once('(').ok_or_else(refuse)?;
    let arguments = rest.strip_suffix(')').ok_or_else(refuse)?;
    let arguments = split_arguments(arguments).ok_or_else(refuse)?;
    let converted = arguments.iter().map(|argument| self::argument(argument, input)).collect::<Converted<Vec<_>>>()?;
    let converted: Vec<&str> = converted.iter().map(String::as_str).collect();
    Ok(match (name, converted.as_slice()) {
        ("States.UUID", []) => "$uuid()".to_owned(),
        ("States.StringToJson", [text]) => format!("$parse({text})"),
        ("States.Base64Encode", [text]) => format!("$base64encode({text})"),
        ("States.Base64Decode", [text]) => format!("$base64decode({text})"),
        ("States.Hash", [data, algorithm]) => format!("$hash({data}, {algorithm})"),
        ("States.MathAdd", [a, b]) => format!("({a} + {b})"),
        ("States.ArrayLength", [array]) => format!("$count({array})"),
        ("States.ArrayPartition", [array, size]) => format!("$partition({array}, {size})"),
        ("States.ArrayGetItem", [array, index]) if index.parse::<u32>().is_ok() => format!("{array}[{index}]"),
        ("States.JsonMerge", [a, b, "false"]) => format!("$merge([{a}, {b}])"),
        _ => return Err(refuse()),
    })
}

fn argument(text: &str, input: &str) -> Converted<String> {
    let text = text.trim();
    if text.starts_with('$') {
        return path(text, input);
    }
    if text.starts_with("States.") {
        return call(text, input);
    }
    let literal = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    match literal {
        Some(literal) if !literal.contains('\\') => Ok(quote_json(literal)),
        None if matches!(text, "true" | "false" | "null") || text.parse::<i64>().is_ok() => Ok(text.to_owned()),
        _ => Err(Refusal::new(format!("the argument {text} is not converted"))),
    }
}

/// Commas outside of quotes and brackets.
fn split_arguments(text: &str) -> Option<Vec<&str>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let (mut depth, mut quoted, mut start, mut found) = (0i32, false, 0, Vec::new());
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    (!quoted && depth == 0).then_some(found)
}

/// A Choice Rule as one condition. Types are checked, since JSONata fails where JSONPath says no.
fn condition(rule: &Node, input: &str) -> Converted<String> {
    let variable =
        || -> Converted<String> { path(rule.get("Variable").and_then(Node::as_str).unwrap_or_default(), input) };
    for field in rule.members() {
        let inner = |word: &str| -> Converted<String> {
            let parts = field.value.elements().iter().map(|inner| Ok(format!("({})", condition(inner, input)?)));
            Ok(parts.collect::<Converted<Vec<_>>>()?.join(word))
        };
        let name = &*field.key.value;
        match name {
            "And" => return inner(" and "),
            "Or" => return inner(" or "),
            "Not" => return Ok(format!("$not({})", condition(&field.value, input)?)),
            "Variable" | "Next" | "Comment" | "Assign" => {}
            _ => return comparison(name, &variable()?, &field.value, input),
        }
    }
    Err(Refusal::new("a rule has no condition"))
}

fn comparison(operator: &str, variable: &str, operand: &Node, input: &str) -> Converted<String> {
    let refuse = || Refusal::new(format!("{operator} has no exact counterpart in JSONata"));
    if let Some(kind) = operator.strip_prefix("Is") {
        let test = match kind {
            "Present" => format!("$exists({variable})"),
            "Null" => format!("{variable} = null"),
            "String" | "Boolean" => format!("$type({variable}) = \"{}\"", kind.to_lowercase()),
            "Numeric" => format!("$type({variable}) = \"number\""),
            _ => return Err(refuse()),
        };
        return Ok(if operand.as_bool() == Some(false) { format!("$not({test})") } else { test });
    }
    let (base, value) = match operator.strip_suffix("Path") {
        Some(base) => (base, path(operand.as_str().unwrap_or_default(), input)?),
        None => (operator, as_expression(operand)?),
    };
    let split = [("String", "string"), ("Numeric", "number"), ("Boolean", "boolean")];
    let (sign, kind) =
        split.iter().find_map(|(prefix, kind)| Some((base.strip_prefix(prefix)?, *kind))).ok_or_else(refuse)?;
    let sign = match sign {
        "Equals" => "=",
        "LessThan" => "<",
        "GreaterThan" => ">",
        "LessThanEquals" => "<=",
        "GreaterThanEquals" => ">=",
        _ => return Err(refuse()),
    };
    let mut checks = format!("$type({variable}) = \"{kind}\"");
    if operator.ends_with("Path") {
        checks.push_str(&format!(" and $type({value}) = \"{kind}\""));
    }
    Ok(format!("{checks} and {variable} {sign} {value}"))
}
