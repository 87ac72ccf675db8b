//! Every place of a definition where an expression stands: paths, intrinsic calls, JSONata.
//!
//! The text is not read here, only found: the crate `query` knows the languages.

use crate::model::{Model, StateId, StateView};
use crate::program::QueryLanguage;
use crate::schema::{self, Shape};
use crate::syntax::{Node, NodeKind, join_pointer};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExpressionKind {
    /// A JSONPath: `InputPath`, `Variable`, an operand ending in `Path`.
    Path,
    /// A JSONPath without operators: `ResultPath`, `SecondsPath`.
    ReferencePath,
    /// `ErrorPath` and `CausePath`.
    PathOrIntrinsic,
    /// A field ending in `.$` of a payload template: a path or an intrinsic call.
    TemplateField,
    /// A `{% … %}` string.
    Jsonata,
}

/// What the state has at hand when the expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The state's input.
    Before,
    /// The result, or the error of a Catcher.
    After,
    /// One item of a Map.
    EachItem,
}

#[derive(Debug, Clone)]
pub struct Site<'t> {
    pub kind: ExpressionKind,
    pub moment: Moment,
    pub state: StateId,
    /// The string that holds the expression, or what stands there instead of a string.
    pub node: &'t Node,
    /// The name of the field right before the expression, such as `total.$` or `InputPath`.
    pub field: &'t str,
    /// The state's field (or the rule's, the Catcher's), such as `/States/X/Parameters`: what the service points at.
    pub pointer: String,
    /// The expression itself, such as `/States/X/Parameters/a/total.$`.
    pub exact: String,
}

/// All sites, state by state in document order.
pub fn sites<'t>(model: &Model<'t>) -> Vec<Site<'t>> {
    let mut found = Vec::new();
    for id in model.state_ids() {
        Walk { state: id, view: model.state(id), found: &mut found }.state();
    }
    found
}

/// The sites of one state, those of the states inside of it left out.
pub fn sites_of<'t>(model: &Model<'t>, state: StateId) -> Vec<Site<'t>> {
    let mut found = Vec::new();
    Walk { state, view: model.state(state), found: &mut found }.state();
    found
}

struct Walk<'a, 't> {
    state: StateId,
    view: &'a StateView<'t>,
    found: &'a mut Vec<Site<'t>>,
}

impl<'t> Walk<'_, 't> {
    fn state(&mut self) {
        let node = self.view.node;
        for member in node.members() {
            let name = &*member.key.value;
            let pointer = join_pointer(&self.view.pointer, name);
            self.field(name, &member.value, &pointer);
        }
    }

    fn jsonata(&self) -> bool {
        self.view.query_language == QueryLanguage::Jsonata
    }

    fn field(&mut self, name: &'t str, value: &'t Node, pointer: &str) {
        let moment = match name {
            "ResultSelector" | "OutputPath" | "Output" | "Assign" => Moment::After,
            "ItemSelector" | "ItemBatcher" => Moment::EachItem,
            "Parameters" if self.view.state_type == Some(schema::StateType::Map) => Moment::EachItem,
            _ => Moment::Before,
        };
        match name {
            "Choices" => return self.rules(value, pointer),
            "Catch" => return self.catchers(value, pointer),
            "Branches" | "ItemProcessor" | "Iterator" | "Retry" | "Comment" | "Next" | "Default" | "Type"
            | "StartAt" => return,
            "ItemReader" | "ResultWriter" | "ItemBatcher" => return self.distributed(value, moment, pointer),
            "Result" if !self.jsonata() => return,
            _ => {}
        }
        if self.jsonata() {
            return self.jsonata_value(name, value, moment, pointer, pointer);
        }
        let shape = self
            .view
            .state_type
            .and_then(|state_type| schema::field(state_type, QueryLanguage::JsonPath, name))
            .map(|field| field.shape);
        let kind = match (shape, name) {
            (Some(Shape::NullablePath | Shape::Path), _) => ExpressionKind::Path,
            (Some(Shape::NullableReferencePath | Shape::ReferencePath), _) => ExpressionKind::ReferencePath,
            (Some(Shape::PathOrIntrinsic), _) => ExpressionKind::PathOrIntrinsic,
            (Some(Shape::PayloadTemplate | Shape::Assign), _) | (_, "ItemSelector" | "Credentials") => {
                return self.template(value, moment, pointer, pointer);
            }
            _ => return,
        };
        if !value.is_null() {
            self.add(kind, moment, name, value, pointer, pointer);
        }
    }

    fn add(
        &mut self,
        kind: ExpressionKind,
        moment: Moment,
        field: &'t str,
        node: &'t Node,
        pointer: &str,
        exact: &str,
    ) {
        if matches!(node.kind, NodeKind::Missing | NodeKind::Substitution(_)) {
            return;
        }
        self.found.push(Site {
            kind,
            moment,
            state: self.state,
            node,
            field,
            pointer: pointer.to_owned(),
            exact: exact.to_owned(),
        });
    }

    /// A payload template: the fields whose names end in `.$`, at any depth.
    fn template(&mut self, value: &'t Node, moment: Moment, pointer: &str, exact: &str) {
        for member in value.members() {
            let name = &*member.key.value;
            let exact = join_pointer(exact, name);
            if name.ends_with(".$") {
                self.add(ExpressionKind::TemplateField, moment, name, &member.value, pointer, &exact);
            } else {
                self.template(&member.value, moment, pointer, &exact);
            }
        }
        for (at, element) in value.elements().iter().enumerate() {
            self.template(element, moment, pointer, &format!("{exact}/{at}"));
        }
    }

    /// Any value whose strings may be `{% … %}`.
    fn jsonata_value(&mut self, field: &'t str, value: &'t Node, moment: Moment, pointer: &str, exact: &str) {
        match &value.kind {
            NodeKind::String(_) if value.as_jsonata().is_some() => {
                self.add(ExpressionKind::Jsonata, moment, field, value, pointer, exact);
            }
            NodeKind::Object(members) => {
                for member in members {
                    let exact = join_pointer(exact, &member.key.value);
                    self.jsonata_value(&member.key.value, &member.value, moment, pointer, &exact);
                }
            }
            NodeKind::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.jsonata_value(field, element, moment, pointer, &format!("{exact}/{at}"));
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, field: &'t str, value: &'t Node, moment: Moment, pointer: &str) {
        if self.jsonata() {
            self.jsonata_value(field, value, moment, pointer, pointer);
        } else {
            self.template(value, moment, pointer, pointer);
        }
    }

    fn rules(&mut self, rules: &'t Node, pointer: &str) {
        for (at, rule) in rules.elements().iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            for member in rule.members() {
                let pointer = join_pointer(&pointer, &member.key.value);
                match &*member.key.value {
                    name @ "Assign" => self.value(name, &member.value, Moment::Before, &pointer),
                    name @ ("Condition" | "Output") if self.jsonata() => {
                        self.value(name, &member.value, Moment::Before, &pointer);
                    }
                    _ => {}
                }
            }
            if !self.jsonata() {
                self.condition(rule, &pointer);
            }
        }
    }

    fn condition(&mut self, rule: &'t Node, pointer: &str) {
        for member in rule.members() {
            let name = &*member.key.value;
            let pointer = join_pointer(pointer, name);
            match name {
                "And" | "Or" => {
                    for (at, inner) in member.value.elements().iter().enumerate() {
                        self.condition(inner, &format!("{pointer}/{at}"));
                    }
                }
                "Not" => self.condition(&member.value, &pointer),
                "Variable" => {
                    self.add(ExpressionKind::Path, Moment::Before, name, &member.value, &pointer, &pointer);
                }
                _ if schema::comparison(name) == Some(schema::Operand::Path) => {
                    self.add(ExpressionKind::Path, Moment::Before, name, &member.value, &pointer, &pointer);
                }
                _ => {}
            }
        }
    }

    fn catchers(&mut self, catchers: &'t Node, pointer: &str) {
        for (at, catcher) in catchers.elements().iter().enumerate() {
            for member in catcher.members() {
                let pointer = join_pointer(&format!("{pointer}/{at}"), &member.key.value);
                match &*member.key.value {
                    name @ "ResultPath" if !self.jsonata() && !member.value.is_null() => {
                        let kind = ExpressionKind::ReferencePath;
                        self.add(kind, Moment::After, name, &member.value, &pointer, &pointer);
                    }
                    name @ "Assign" => self.value(name, &member.value, Moment::After, &pointer),
                    name @ "Output" if self.jsonata() => self.value(name, &member.value, Moment::After, &pointer),
                    _ => {}
                }
            }
        }
    }

    /// ItemReader, ResultWriter and ItemBatcher: fields ending in `Path`, and templates.
    fn distributed(&mut self, value: &'t Node, moment: Moment, pointer: &str) {
        for member in value.members() {
            let name = &*member.key.value;
            let pointer = join_pointer(pointer, name);
            match name {
                "Parameters" | "Arguments" | "BatchInput" => self.value(name, &member.value, moment, &pointer),
                "ReaderConfig" | "WriterConfig" if self.jsonata() => {
                    self.jsonata_value(name, &member.value, moment, &pointer, &pointer);
                }
                "ReaderConfig" => {
                    for member in member.value.members().iter().filter(|member| &*member.key.value == "MaxItemsPath") {
                        let pointer = join_pointer(&pointer, "MaxItemsPath");
                        let kind = ExpressionKind::ReferencePath;
                        self.add(kind, moment, &member.key.value, &member.value, &pointer, &pointer);
                    }
                }
                _ if self.jsonata() => self.jsonata_value(name, &member.value, moment, &pointer, &pointer),
                _ if name.ends_with("Path") => {
                    self.add(ExpressionKind::ReferencePath, moment, name, &member.value, &pointer, &pointer);
                }
                _ => {}
            }
        }
    }
}
