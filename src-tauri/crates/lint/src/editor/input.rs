//! An input to begin with: the shape that a workflow reads, as far as its text tells.
//!
//! The states are followed from the start for as long as what they are given still is the execution's input or a part of it.
//! Values are those that a comparison asks for, so that the first rule of a Choice holds; the rest is left empty.

use std::collections::{HashMap, HashSet, VecDeque};

use asl::expressions::{ExpressionKind, Moment, Site, sites_of};
use asl::model::{Reason, ScopeId, StateId, StateView};
use asl::schema::StateType;
use asl::syntax::quote_json;
use asl::{Document, Model, Node};

/// Longer paths, and more values than these, are no help to anybody.
const DEEPEST: usize = 24;
const MOST_VALUES: usize = 500;

/// JSON text; nothing if the workflow reads nothing of its input.
#[must_use]
pub fn suggested_input(document: &Document) -> Option<String> {
    let model = Model::new(document.root());
    let mut work = Reading { document, model: &model, input: Shape::Open, values: 0, variables: HashMap::new() };
    work.follow();
    match &work.input {
        Shape::Open | Shape::Value(_) => None,
        shape => {
            let mut text = String::new();
            shape.write(&mut text, 0);
            Some(text)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item,
}

#[derive(Debug)]
enum Shape {
    Open,
    /// JSON text.
    Value(String),
    Object(Vec<(String, Shape)>),
    Array(Box<Shape>),
}

impl Shape {
    fn put(&mut self, steps: &[Step], value: Option<&str>, left: &mut usize) {
        let Some((step, rest)) = steps.split_first() else {
            if let (Shape::Open, Some(value)) = (&*self, value) {
                *self = Shape::Value(value.to_owned());
            }
            return;
        };
        if matches!(self, Shape::Open | Shape::Value(_)) {
            *self = match step {
                Step::Field(_) => Shape::Object(Vec::new()),
                Step::Item => Shape::Array(Box::new(Shape::Open)),
            };
        }
        match (self, step) {
            (Shape::Array(item), Step::Item) => item.put(rest, value, left),
            // JSONata reads the fields of items as if they were the array's own.
            (Shape::Array(item), Step::Field(_)) => item.put(steps, value, left),
            (Shape::Object(fields), Step::Field(name)) => {
                let at = fields.iter().position(|(known, _)| known == name).or_else(|| {
                    *left = left.checked_sub(1)?;
                    fields.push((name.clone(), Shape::Open));
                    Some(fields.len() - 1)
                });
                if let Some(at) = at {
                    fields[at].1.put(rest, value, left);
                }
            }
            _ => {}
        }
    }

    fn write(&self, text: &mut String, depth: usize) {
        let line = |text: &mut String, depth: usize| {
            text.push('\n');
            text.extend(std::iter::repeat_n("  ", depth));
        };
        match self {
            Shape::Open => text.push_str("\"\""),
            Shape::Value(value) => text.push_str(value),
            Shape::Object(fields) => {
                text.push('{');
                for (at, (name, shape)) in fields.iter().enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    line(text, depth + 1);
                    text.push_str(&quote_json(name));
                    text.push_str(": ");
                    shape.write(text, depth + 1);
                }
                line(text, depth);
                text.push('}');
            }
            Shape::Array(item) => {
                text.push('[');
                line(text, depth + 1);
                item.write(text, depth + 1);
                line(text, depth);
                text.push(']');
            }
        }
    }
}

/// Where a value stands in the execution's input, apart from fields that results were put into.
#[derive(Debug, Clone, Default)]
struct View {
    at: Vec<Step>,
    hidden: Vec<String>,
}

impl View {
    fn part(&self, steps: &[Step]) -> Option<View> {
        if let Some(Step::Field(first)) = steps.first()
            && self.hidden.contains(first)
        {
            return None;
        }
        let hidden = if steps.is_empty() { self.hidden.clone() } else { Vec::new() };
        Some(View { at: [&self.at, steps].concat(), hidden })
    }

    fn without(&self, steps: &[Step]) -> Option<View> {
        let Some(Step::Field(first)) = steps.first() else { return None };
        let mut view = self.clone();
        view.hidden.push(first.clone());
        Some(view)
    }
}

/// One path that an expression reads.
struct Read {
    root: Root,
    steps: Vec<Step>,
    /// What it is compared with, as JSON.
    value: Option<String>,
    /// Nothing of the expression stands before or after it.
    whole: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Root {
    /// `$`, or `$states.input`.
    Input,
    /// `$$.Execution.Input`, or the same of `$states.context`.
    Execution,
    /// `$$.Map.Item.Value`, or the same of `$states.context`.
    Item,
    Variable(String),
}

struct Reading<'d, 'm> {
    document: &'d Document,
    model: &'m Model<'d>,
    input: Shape,
    values: usize,
    /// What was assigned from the input, by name.
    variables: HashMap<String, View>,
}

impl<'d> Reading<'d, '_> {
    fn follow(&mut self) {
        let mut next: VecDeque<(ScopeId, Option<View>)> = VecDeque::from([(ScopeId(0), Some(View::default()))]);
        let mut seen: HashSet<StateId> = HashSet::new();
        while let Some((scope, given)) = next.pop_front() {
            let mut states = VecDeque::from_iter(self.model.start(scope).map(|start| (start, given)));
            while let Some((id, given)) = states.pop_front() {
                if !seen.insert(id) {
                    continue;
                }
                let state = self.model.state(id);
                let flow = if state.is_jsonata() { self.jsonata(id, given) } else { self.json_path(id, given) };
                for transition in &state.transitions {
                    let Some(to) = transition.to else { continue };
                    let onward = match transition.reason {
                        Reason::Catch(_) => flow.caught(state, transition.node),
                        _ => flow.output.clone(),
                    };
                    states.push_back((to, onward));
                }
                next.extend(state.scopes.iter().map(|scope| (*scope, flow.inside.clone())));
            }
        }
    }

    fn put(&mut self, view: &View, steps: &[Step], value: Option<&str>) {
        let Some(View { at, .. }) = view.part(steps) else { return };
        if at.len() <= DEEPEST {
            let mut left = MOST_VALUES - self.values;
            self.input.put(&at, value, &mut left);
            self.values = MOST_VALUES - left;
        }
    }

    /// Notes what an expression reads. With `input`, the plain root is a part of the execution's input.
    fn read(&mut self, site: &Site<'_>, input: Option<&View>, item: Option<&View>) -> Vec<Read> {
        let Some(text) = site.node.as_str() else { return Vec::new() };
        let reads = match site.kind {
            ExpressionKind::Jsonata => reads(site.node.as_jsonata().unwrap_or_default(), true),
            _ => reads(text, false),
        };
        for read in &reads {
            let view = match &read.root {
                Root::Input => input.cloned(),
                Root::Execution => Some(View::default()),
                Root::Item => item.cloned(),
                Root::Variable(name) => self.variables.get(name).cloned(),
            };
            let Some(view) = view else { continue };
            let value = read.value.clone().or_else(|| self.expected(site));
            self.put(&view, &read.steps, value.as_deref());
        }
        reads
    }

    /// The value that a field of the language wants there, or that a rule compares with.
    fn expected(&self, site: &Site<'_>) -> Option<String> {
        match site.field {
            "Variable" => {
                let rule = self.document.at(site.exact.rsplit_once('/')?.0)?;
                rule.members().iter().find_map(|member| wanted(&member.key.value, &member.value))
            }
            "SecondsPath" | "Seconds" => Some("1".to_owned()),
            "TimestampPath" | "Timestamp" => Some("\"2030-01-01T00:00:00Z\"".to_owned()),
            "Items" | "ItemsPath" => Some("[]".to_owned()),
            _ => None,
        }
    }

    /// `Assign` of parts of the input.
    fn assigned(&mut self, site: &Site<'_>, reads: &[Read], input: Option<&View>) {
        let parent = site.exact.rsplit_once('/').map(|(parent, _)| parent);
        let [Read { root: Root::Input, steps, whole: true, .. }] = reads else { return };
        if parent.is_some_and(|parent| parent.ends_with("/Assign"))
            && let Some(view) = input.and_then(|input| input.part(steps))
        {
            self.variables.entry(site.field.trim_end_matches(".$").to_owned()).or_insert(view);
        }
    }

    fn json_path(&mut self, id: StateId, given: Option<View>) -> Flow {
        let state = self.model.state(id);
        let node = state.node;
        let narrowed = |view: Option<&View>, field: &str| match node.get(field) {
            None => view.cloned(),
            Some(path) => match reads(path.as_str().unwrap_or_default(), false).as_slice() {
                [Read { root: Root::Input, steps, whole: true, .. }] => view?.part(steps),
                [Read { root: Root::Execution, steps, whole: true, .. }] => View::default().part(steps),
                _ => None,
            },
        };
        let input = narrowed(given.as_ref(), "InputPath");
        let item = self.items(state, narrowed(input.as_ref(), "ItemsPath"), "ItemsPath");
        for site in sites_of(self.model, id) {
            let plain = match (site.field, site.moment) {
                ("InputPath", _) => given.as_ref(),
                ("ResultPath" | "OutputPath", _) | (_, Moment::After) => None,
                _ => input.as_ref(),
            };
            let plain = if site.moment == Moment::After && is_assign(&site) && keeps_input(state) {
                input.as_ref()
            } else {
                plain
            };
            let reads = self.read(&site, plain, item.as_ref());
            self.assigned(&site, &reads, plain);
        }
        let replaced = ["Parameters", "ItemSelector"].iter().any(|field| node.has(field));
        let inside = match state.state_type {
            Some(StateType::Map) => item.filter(|_| !replaced),
            _ => input.clone().filter(|_| !replaced),
        };
        let plain_pass = state.state_type == Some(StateType::Pass) && !replaced && !node.has("Result");
        let combined = match (keeps_input(state), node.get("ResultPath")) {
            (true, _) => input.clone(),
            (_, None) => input.clone().filter(|_| plain_pass),
            (_, Some(path)) => after_result(given.as_ref(), path, plain_pass.then_some(input.as_ref()).flatten()),
        };
        let output = narrowed(combined.as_ref(), "OutputPath");
        Flow { given, output, inside }
    }

    fn jsonata(&mut self, id: StateId, given: Option<View>) -> Flow {
        let state = self.model.state(id);
        let node = state.node;
        let part = |field: &str| match node.get(field) {
            None => None,
            Some(value) => match reads(value.as_jsonata().unwrap_or_default(), true).as_slice() {
                [Read { root: Root::Input, steps, whole: true, .. }] => given.as_ref()?.part(steps),
                [Read { root: Root::Execution, steps, whole: true, .. }] => View::default().part(steps),
                _ => None,
            },
        };
        let items = if node.has("Items") { part("Items") } else { given.clone() };
        let item = self.items(state, items, "Items");
        for site in sites_of(self.model, id) {
            let reads = self.read(&site, given.as_ref(), item.as_ref());
            self.assigned(&site, &reads, given.as_ref());
        }
        let plain = keeps_input(state) || state.state_type == Some(StateType::Pass);
        let output = if node.has("Output") { part("Output") } else { given.clone().filter(|_| plain) };
        let inside = match state.state_type {
            Some(StateType::Map) => item.filter(|_| !node.has("ItemSelector")),
            _ if node.has("Arguments") => part("Arguments"),
            _ => given.clone(),
        };
        Flow { given, output, inside }
    }

    /// An item of what a Map goes through, which is noted to be an array.
    fn items(&mut self, state: &StateView<'d>, items: Option<View>, field: &str) -> Option<View> {
        if state.state_type != Some(StateType::Map) || state.node.has("ItemReader") {
            return None;
        }
        let view = items.filter(|view| state.node.has(field) || !view.at.is_empty())?;
        self.put(&view, &[Step::Item], None);
        view.part(&[Step::Item])
    }
}

/// What becomes of the input in one state.
struct Flow {
    given: Option<View>,
    output: Option<View>,
    /// What branches are given, and items.
    inside: Option<View>,
}

impl Flow {
    fn caught(&self, state: &StateView<'_>, catcher: &Node) -> Option<View> {
        if state.is_jsonata() {
            let output = catcher.get("Output")?.as_jsonata()?;
            let [Read { root: Root::Input, steps, whole: true, .. }] = &*reads(output, true) else { return None };
            return self.given.as_ref()?.part(steps);
        }
        after_result(self.given.as_ref(), catcher.get("ResultPath")?, None)
    }
}

/// The input once something was put into it; `result` where the whole was replaced.
fn after_result(given: Option<&View>, path: &Node, result: Option<&View>) -> Option<View> {
    if path.is_null() {
        return given.cloned();
    }
    match reads(path.as_str()?, false).as_slice() {
        [Read { root: Root::Input, steps, .. }] if steps.is_empty() => result.cloned(),
        [Read { root: Root::Input, steps, .. }] => given?.without(steps),
        _ => None,
    }
}

fn keeps_input(state: &StateView<'_>) -> bool {
    matches!(state.state_type, Some(StateType::Choice | StateType::Wait | StateType::Succeed))
}

fn is_assign(site: &Site<'_>) -> bool {
    site.pointer.ends_with("/Assign")
}

/// A value for which a comparison holds.
fn wanted(operator: &str, operand: &Node) -> Option<String> {
    if operator.ends_with("Path") || operator == "Variable" {
        return None;
    }
    let number = |by: f64| operand.as_f64().map(|number| (number + by).to_string());
    let text = |text: &str| Some(quote_json(text));
    match operator {
        "IsString" | "IsNumeric" | "IsBoolean" | "IsTimestamp" | "IsNull" => {
            if operand.as_bool() != Some(true) {
                return None;
            }
            let value = match operator {
                "IsNumeric" => "0",
                "IsBoolean" => "true",
                "IsTimestamp" => "\"2030-01-01T00:00:00Z\"",
                "IsNull" => "null",
                _ => return None,
            };
            Some(value.to_owned())
        }
        "StringMatches" => text(&operand.as_str()?.replace('*', "")),
        "BooleanEquals" => operand.as_bool().map(|value| value.to_string()),
        _ if operator.starts_with("Numeric") => match () {
            () if operator.ends_with("GreaterThan") => number(1.0),
            () if operator.ends_with("LessThan") => number(-1.0),
            () => number(0.0),
        },
        _ if operator.starts_with("String") || operator.starts_with("Timestamp") => text(operand.as_str()?),
        _ => None,
    }
}

/// The paths that an expression reads. What stands in quotes is text.
fn reads(text: &str, jsonata: bool) -> Vec<Read> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\'', '"', '`']) {
        let (before, here) = rest.split_at(at);
        if !here.starts_with('$') {
            rest = after_quoted(here);
            continue;
        }
        let mut scan = Scan { rest: here };
        let root = scan.root(jsonata);
        let steps = scan.steps(jsonata);
        rest = scan.rest;
        let Some(root) = root else { continue };
        let alone = found.is_empty()
            && before.trim().is_empty()
            && text.len() - here.len() == text.len() - text.trim_start().len();
        let whole = alone && rest.trim().is_empty();
        let value = if jsonata { compared(rest) } else { None };
        found.push(Read { root, steps, value, whole });
    }
    found
}

fn after_quoted(text: &str) -> &str {
    let mut letters = text.char_indices();
    let quote = letters.next().map(|(_, quote)| quote);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if Some(letter) == quote {
            return &text[at + letter.len_utf8()..];
        }
    }
    ""
}

/// The literal that follows a comparison.
fn compared(rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    let operators = [">=", "<=", "!=", "=", ">", "<"];
    let operator = operators.into_iter().find(|operator| rest.starts_with(operator))?;
    let operand = rest[operator.len()..].trim_start();
    if let Some(quote) = operand.chars().next().filter(|letter| matches!(letter, '\'' | '"')) {
        let inner = operand[1..].split_once(quote)?.0;
        return (operator == "=" && !inner.contains('\\')).then(|| quote_json(inner));
    }
    let word = operand.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))).next()?;
    if let "true" | "false" = word {
        return (operator == "=").then(|| word.to_owned());
    }
    let number: f64 = word.parse().ok().filter(|number: &f64| number.is_finite())?;
    let by = match operator {
        ">" => 1.0,
        "<" => -1.0,
        "!=" => return None,
        _ => 0.0,
    };
    Some((number + by).to_string())
}

struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    fn take(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else { return false };
        let ends = !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        if ends || !word.ends_with(char::is_alphanumeric) {
            self.rest = rest;
            return true;
        }
        false
    }

    /// In a path a name may have hyphens; in JSONata that is a subtraction.
    fn name(&mut self, hyphens: bool) -> Option<&'t str> {
        let length = self
            .rest
            .char_indices()
            .find(|(_, letter)| !(letter.is_alphanumeric() || *letter == '_' || hyphens && *letter == '-'))
            .map_or(self.rest.len(), |(at, _)| at);
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        (length > 0).then_some(name)
    }

    fn root(&mut self, jsonata: bool) -> Option<Root> {
        let context = if jsonata { "$states.context" } else { "$$" };
        if self.take(context) {
            return if self.take(".Execution.Input") {
                Some(Root::Execution)
            } else if self.take(".Map.Item.Value") {
                Some(Root::Item)
            } else {
                None
            };
        }
        if jsonata && self.take("$states.input") {
            return Some(Root::Input);
        }
        self.rest = &self.rest[1..];
        match self.name(false) {
            Some("states") if jsonata => None,
            Some(name) => Some(Root::Variable(name.to_owned())),
            None if jsonata => None,
            None => Some(Root::Input),
        }
    }

    /// The plain steps that follow.
    fn steps(&mut self, jsonata: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            let before = self.rest;
            if let Some(rest) = before.strip_prefix('.').filter(|rest| !rest.starts_with(['.', '*', '$'])) {
                self.rest = rest;
                let name = match rest.strip_prefix('`') {
                    Some(quoted) if jsonata => quoted.split_once('`').map(|(name, rest)| {
                        self.rest = rest;
                        name
                    }),
                    _ => self.name(!jsonata),
                };
                // A function of a path, such as `length()`, is no field.
                match name.filter(|_| !self.rest.starts_with('(')) {
                    Some(name) => steps.push(Step::Field(name.to_owned())),
                    None => {
                        self.rest = before;
                        return steps;
                    }
                }
                continue;
            }
            let Some((inner, rest)) = before.strip_prefix('[').and_then(|inner| inner.split_once(']')) else {
                return steps;
            };
            let inner = inner.trim();
            let quoted = |quote: char| inner.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
            if let Some(name) =
                quoted('\'').or_else(|| quoted('"')).filter(|name| !jsonata && !name.contains(['\'', '"', '\\']))
            {
                steps.push(Step::Field(name.to_owned()));
            } else if inner == "*" || inner.is_empty() || inner.parse::<i64>().is_ok() {
                steps.push(Step::Item);
            } else {
                return steps;
            }
            self.rest = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(definition: &str) -> String {
        let (document, _) = Document::parse(definition);
        let text = suggested_input(&document).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn inputs() {
        let table = [
            ("nothing is read", r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#, ""),
            (
                "rules say what they want",
                r#"{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[
                    {"And":[{"Variable":"$.order.kind","StringEquals":"gift"},{"Variable":"$.order.total","NumericGreaterThan":10}],"Next":"B"},
                    {"Not":{"Variable":"$.paid","BooleanEquals":true},"Next":"B"}]},
                    "B":{"Type":"Wait","SecondsPath":"$.delay","End":true}}}"#,
                r#"{ "order": { "kind": "gift", "total": 11 }, "paid": true, "delay": 1 }"#,
            ),
            (
                "what a result replaced is not asked for, what it was put beside is",
                r#"{"StartAt":"A","States":{
                    "A":{"Type":"Task","Resource":"r","Parameters":{"id.$":"$.id","n.$":"States.Format('{} $.no', $.name)"},"ResultPath":"$.found","Next":"B"},
                    "B":{"Type":"Task","Resource":"r","InputPath":"$.found.x","ResultPath":null,"Next":"C"},
                    "C":{"Type":"Task","Resource":"r","Parameters":{"m.$":"$.mail"},"Next":"D"},
                    "D":{"Type":"Task","Resource":"r","Parameters":{"m.$":"$.other","e.$":"$$.Execution.Input.late"},"End":true}}}"#,
                r#"{ "id": "", "name": "", "mail": "", "late": "" }"#,
            ),
            (
                "names with hyphens are names in a path, and differences in JSONata",
                r#"{"StartAt":"A","States":{
                    "A":{"Type":"Choice","Choices":[{"Variable":"$.detail-type","StringEquals":"OrderCreated","Next":"B"}]},
                    "B":{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input.total-1 %}","End":true}}}"#,
                r#"{ "detail-type": "OrderCreated", "total": "" }"#,
            ),
            (
                "items and branches",
                r#"{"StartAt":"M","States":{
                    "M":{"Type":"Map","ItemsPath":"$.lines","ItemSelector":{"sku.$":"$$.Map.Item.Value.sku","who.$":"$.customer['name']"},
                      "ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Parameters":{"x.$":"$.sku2"},"End":true}}},"ResultPath":null,"Next":"P"},
                    "P":{"Type":"Parallel","Branches":[{"StartAt":"X","States":{"X":{"Type":"Pass","InputPath":"$.customer.city","End":true}}}],"End":true}}}"#,
                r#"{ "lines": [ { "sku": "" } ], "customer": { "name": "", "city": "" } }"#,
            ),
            (
                "JSONata, variables and what a Catcher goes on with",
                r#"{"QueryLanguage":"JSONata","StartAt":"A","States":{
                    "A":{"Type":"Pass","Assign":{"order":"{% $states.input.order %}"},"Next":"B"},
                    "B":{"Type":"Choice","Choices":[{"Condition":"{% $order.total > 5 and $states.input.mode = 'fast' %}","Next":"C"}]},
                    "C":{"Type":"Task","Resource":"r","Arguments":{"x":"{% $states.input.list[0].id & '$states.input.no' %}"},
                      "Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.input %}","Next":"E"}],"Next":"D"},
                    "D":{"Type":"Pass","Output":"{% $states.input.gone %}","End":true},
                    "E":{"Type":"Pass","Output":"{% $states.input.reason %}","End":true}}}"#,
                r#"{ "order": { "total": 6 }, "mode": "fast", "list": [ { "id": "" } ], "reason": "" }"#,
            ),
        ];
        for (words, definition, expected) in table {
            assert_eq!(suggested(definition), expected, "{words}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        let deep = format!("$.{}", "a.".repeat(50_000));
        let wide: Vec<String> =
            (0..5_000).map(|at| format!(r#"{{"Variable":"$.f{at}","IsPresent":true,"Next":"A"}}"#)).collect();
        let texts = [
            deep.as_str(),
            "$.",
            "$[",
            "$['a",
            "$$",
            "$$.Execution.Input",
            "'",
            "{% $states.input.`a %}",
            "$.é[-1]['ü']",
        ];
        for text in texts {
            let definition = format!(
                r#"{{"StartAt":"A","States":{{"A":{{"Type":"Pass","InputPath":{},"End":true}}}}}}"#,
                quote_json(text)
            );
            suggested(&definition);
        }
        let definition =
            format!(r#"{{"StartAt":"A","States":{{"A":{{"Type":"Choice","Choices":[{}]}}}}}}"#, wide.join(","));
        assert_eq!(suggested(&definition).matches(':').count(), MOST_VALUES);
    }
}
