//! A CloudFormation-shaped tree: written as YAML with short tags, or as JSON with long functions.

use asl::{Node, NodeKind};

use super::json;

#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<Entry>),
    /// An intrinsic function by its short name: `Ref`, `GetAtt`, `Sub`, `Select`, `Split`, `Join`.
    Call(&'static str, Box<Tree>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub value: Tree,
    /// Written above the key where the language has comments.
    pub comment: Option<String>,
}

impl Tree {
    pub fn text(text: impl Into<String>) -> Self {
        Tree::Text(text.into())
    }

    pub fn number(number: impl Into<u64>) -> Self {
        Tree::Number(number.into().to_string())
    }

    pub fn reference(id: impl Into<String>) -> Self {
        Tree::Call("Ref", Box::new(Tree::Text(id.into())))
    }

    pub fn attribute(id: &str, attribute: &str) -> Self {
        Tree::Call("GetAtt", Box::new(Tree::Text(format!("{id}.{attribute}"))))
    }

    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Tree)>) -> Self {
        Tree::Map(entries.into_iter().map(|(key, value)| Entry { key: key.into(), value, comment: None }).collect())
    }

    pub fn list(items: impl IntoIterator<Item = Tree>) -> Self {
        Tree::List(items.into_iter().collect())
    }

    /// One item stands alone, several in a list, as policies are written.
    pub fn one_or_list(mut items: Vec<Tree>) -> Self {
        if items.len() == 1 { items.swap_remove(0) } else { Tree::List(items) }
    }

    /// Adds an entry to a map; anything else stays as it is.
    pub fn put(&mut self, key: impl Into<String>, value: Tree) {
        if let Tree::Map(entries) = self {
            entries.push(Entry { key: key.into(), value, comment: None });
        }
    }

    pub fn put_with_comment(&mut self, key: impl Into<String>, value: Tree, comment: impl Into<String>) {
        if let Tree::Map(entries) = self {
            entries.push(Entry { key: key.into(), value, comment: Some(comment.into()) });
        }
    }

    /// The tree of a JSON value. A bare hole becomes a string: callers that cannot allow that look for holes first.
    pub fn of_node(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Null | NodeKind::Missing => Tree::Null,
            NodeKind::Bool(value) => Tree::Bool(*value),
            NodeKind::Number(raw) => Tree::Number(raw.to_string()),
            NodeKind::String(text) | NodeKind::Substitution(text) => Tree::Text(text.to_string()),
            NodeKind::Array(elements) => Tree::List(elements.iter().map(Tree::of_node).collect()),
            NodeKind::Object(members) => {
                Tree::map(members.iter().map(|member| (member.key.value.to_string(), Tree::of_node(&member.value))))
            }
        }
    }

    /// JSON text with long functions.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text, 0);
        text.push('\n');
        text
    }

    fn write_json(&self, text: &mut String, depth: usize) {
        match self {
            Tree::Null => text.push_str("null"),
            Tree::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Tree::Number(raw) => text.push_str(raw),
            Tree::Text(value) => text.push_str(&json::string(value)),
            Tree::List(items) if items.is_empty() => text.push_str("[]"),
            Tree::Map(entries) if entries.is_empty() => text.push_str("{}"),
            Tree::List(items) => {
                text.push('[');
                for (at, item) in items.iter().enumerate() {
                    json::line(text, at > 0, depth + 1);
                    item.write_json(text, depth + 1);
                }
                json::line(text, false, depth);
                text.push(']');
            }
            Tree::Map(entries) => {
                text.push('{');
                for (at, entry) in entries.iter().enumerate() {
                    json::line(text, at > 0, depth + 1);
                    text.push_str(&json::string(&entry.key));
                    text.push_str(": ");
                    entry.value.write_json(text, depth + 1);
                }
                json::line(text, false, depth);
                text.push('}');
            }
            Tree::Call(function, argument) => {
                let (name, argument) = long_form(function, argument);
                text.push_str("{ ");
                text.push_str(&json::string(&name));
                text.push_str(": ");
                argument.write_json(text, depth);
                text.push_str(" }");
            }
        }
    }
}

/// `!Ref X` and `!GetAtt X.Arn` as the functions JSON has.
fn long_form(function: &str, argument: &Tree) -> (String, Tree) {
    match (function, argument) {
        ("Ref", argument) => ("Ref".to_owned(), argument.clone()),
        ("GetAtt", Tree::Text(path)) => {
            let (id, attribute) = path.split_once('.').unwrap_or((path, ""));
            ("Fn::GetAtt".to_owned(), Tree::list([Tree::text(id), Tree::text(attribute)]))
        }
        (function, argument) => (format!("Fn::{function}"), argument.clone()),
    }
}
