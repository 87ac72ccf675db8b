//! Choice Rules in a few words, for the labels of edges.

use asl::{Node, NodeKind};

const LONGEST: usize = 60;

/// `$.status = "ready" and $.count ≥ 3`; for JSONata, the expression.
pub fn condition_text(rule: &Node) -> String {
    if let Some(condition) = rule.get("Condition") {
        return match &condition.kind {
            NodeKind::Bool(value) => value.to_string(),
            NodeKind::String(text) => condition.as_jsonata().unwrap_or(text).trim().to_owned(),
            _ => String::new(),
        };
    }
    let variable = rule.get("Variable").and_then(Node::as_str).unwrap_or("");
    for member in rule.members() {
        let value = &member.value;
        match &*member.key.value {
            "And" => return join(value, " and "),
            "Or" => return join(value, " or "),
            "Not" => return format!("not ({})", condition_text(value)),
            "Variable" | "Next" | "Comment" | "Assign" => {}
            operator => return comparison(variable, operator, value),
        }
    }
    variable.to_owned()
}

fn join(conditions: &Node, word: &str) -> String {
    let texts: Vec<String> = conditions
        .elements()
        .iter()
        .map(|inner| {
            let text = condition_text(inner);
            let nested = inner.has("And") || inner.has("Or");
            if nested { format!("({text})") } else { text }
        })
        .collect();
    texts.join(word)
}

fn comparison(variable: &str, operator: &str, operand: &Node) -> String {
    let shown = match &operand.kind {
        NodeKind::String(text) if operator.ends_with("Path") => text.to_string(),
        NodeKind::String(text) => format!("\"{text}\""),
        NodeKind::Number(text) | NodeKind::Substitution(text) => text.to_string(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Null => "null".to_owned(),
        _ => "…".to_owned(),
    };
    if let Some(kind) = operator.strip_prefix("Is") {
        let verb = if operand.as_bool() == Some(false) { "is not" } else { "is" };
        return format!("{variable} {verb} {}", kind.to_lowercase());
    }
    let name = operator.strip_suffix("Path").unwrap_or(operator);
    let sign = if name.ends_with("GreaterThanEquals") {
        "≥"
    } else if name.ends_with("LessThanEquals") {
        "≤"
    } else if name.ends_with("GreaterThan") {
        ">"
    } else if name.ends_with("LessThan") {
        "<"
    } else if name.ends_with("Matches") {
        "matches"
    } else {
        "="
    };
    format!("{variable} {sign} {shown}")
}

/// One line of at most [`LONGEST`] characters.
pub(crate) fn shorten(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(4 * LONGEST));
    let mut blank = false;
    for (count, character) in text.chars().enumerate() {
        if count > 8 * LONGEST {
            break;
        }
        if character.is_whitespace() {
            blank = !line.is_empty();
            continue;
        }
        if blank {
            line.push(' ');
            blank = false;
        }
        line.push(character);
    }
    if line.chars().count() > LONGEST {
        line = line.chars().take(LONGEST - 1).collect();
        line.push('…');
    }
    line
}
