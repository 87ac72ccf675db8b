//! The graph as text that other tools draw: Mermaid and Graphviz.

use std::fmt::Write as _;

use crate::workflow::{Edge, EdgeReason, Node, NodeKind, View};

/// A Mermaid flowchart.
pub fn mermaid(view: &View) -> String {
    let mut out = String::from("flowchart TD\n");
    let scopes: Vec<&str> = view.scopes.iter().map(|scope| &*scope.id).collect();
    write_mermaid_scope(view, scopes.first().copied().unwrap_or(""), 1, &mut out);
    for edge in drawn_edges(view) {
        let (from, to) = (number(view, &edge.from), number(view, &edge.to));
        let arrow = if matches!(edge.reason, EdgeReason::Catch { .. }) { "-.->" } else { "-->" };
        if edge.label.is_empty() {
            line(&mut out, 1, &format!("n{from} {arrow} n{to}"));
        } else {
            line(&mut out, 1, &format!("n{from} {arrow}|\"{}\"| n{to}", escape_mermaid(&edge.label)));
        }
    }
    out
}

fn write_mermaid_scope(view: &View, scope: &str, depth: usize, out: &mut String) {
    for node in view.nodes.iter().filter(|node| node.scope == scope) {
        let at = number(view, &node.id);
        let inner: Vec<&str> = view
            .scopes
            .iter()
            .filter(|scope| scope.parent.as_deref() == Some(&node.id))
            .map(|scope| &*scope.id)
            .collect();
        let name = escape_mermaid(&node.name);
        if inner.is_empty() {
            line(out, depth, &format!("n{at}{}", mermaid_shape(node, &name)));
            continue;
        }
        line(out, depth, &format!("subgraph n{at} [\"{name}\"]"));
        for (branch, scope) in inner.iter().enumerate() {
            if inner.len() > 1 {
                line(out, depth + 1, &format!("subgraph n{at}b{branch} [\"Branch {}\"]", branch + 1));
                write_mermaid_scope(view, scope, depth + 2, out);
                line(out, depth + 1, "end");
            } else {
                write_mermaid_scope(view, scope, depth + 1, out);
            }
        }
        line(out, depth, "end");
    }
}

fn mermaid_shape(node: &Node, name: &str) -> String {
    use asl::schema::StateType;
    match node.kind {
        NodeKind::Start | NodeKind::End => format!("((\"{name}\"))"),
        NodeKind::State(Some(StateType::Choice)) => format!("{{\"{name}\"}}"),
        NodeKind::State(Some(StateType::Succeed | StateType::Fail)) => format!("([\"{name}\"])"),
        NodeKind::State(Some(StateType::Wait)) => format!("{{{{\"{name}\"}}}}"),
        NodeKind::State(_) => format!("[\"{name}\"]"),
    }
}

fn escape_mermaid(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

/// A Graphviz digraph with a cluster for each scope.
pub fn dot(view: &View) -> String {
    let mut out = String::from("digraph workflow {\n");
    line(&mut out, 1, "rankdir=TB; compound=true; node [shape=box, style=rounded, fontname=\"sans-serif\"];");
    write_dot_scope(view, view.scopes.first().map_or("", |scope| &scope.id), 1, &mut out);
    for edge in &view.edges {
        let (from, to) = (number(view, &edge.from), number(view, &edge.to));
        let style = match edge.reason {
            EdgeReason::Catch { .. } => ", style=dashed",
            EdgeReason::Branch(_) | EdgeReason::Processor => ", style=dotted",
            _ => "",
        };
        line(&mut out, 1, &format!("n{from} -> n{to} [label={}{style}];", quote(&edge.label)));
    }
    out.push_str("}\n");
    out
}

fn write_dot_scope(view: &View, scope: &str, depth: usize, out: &mut String) {
    use asl::schema::StateType;
    for node in view.nodes.iter().filter(|node| node.scope == scope) {
        let at = number(view, &node.id);
        let shape = match node.kind {
            NodeKind::Start | NodeKind::End => "circle",
            NodeKind::State(Some(StateType::Choice)) => "diamond",
            NodeKind::State(Some(StateType::Succeed | StateType::Fail)) => "oval",
            _ => "box",
        };
        line(out, depth, &format!("n{at} [label={}, shape={shape}];", quote(&node.name)));
        for inner in view.scopes.iter().filter(|scope| scope.parent.as_deref() == Some(&node.id)) {
            let cluster = view.scopes.iter().position(|other| other.id == inner.id).unwrap_or_default();
            line(out, depth, &format!("subgraph cluster_{cluster} {{"));
            line(out, depth + 1, &format!("label={};", quote(&node.name)));
            write_dot_scope(view, &inner.id, depth + 1, out);
            line(out, depth, "}");
        }
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

/// Mermaid draws containment by itself.
fn drawn_edges(view: &View) -> impl Iterator<Item = &Edge> {
    view.edges.iter().filter(|edge| !matches!(edge.reason, EdgeReason::Branch(_) | EdgeReason::Processor))
}

fn number(view: &View, id: &str) -> usize {
    view.nodes.iter().position(|node| node.id == id).unwrap_or_default()
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{}{text}", "  ".repeat(depth)).expect("writing to a String never fails");
}
