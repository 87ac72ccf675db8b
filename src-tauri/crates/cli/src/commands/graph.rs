//! `stepwright graph`: a picture of a definition.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write the picture; standard output if absent. The name's ending tells the format.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The colours of an SVG or a PNG.
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
    /// The graph as data: nodes, edges with their reasons, scopes.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Svg,
    Png,
    Mermaid,
    Dot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let (document, _) = super::read_document(&arguments.file)?;
    let view = graph::WorkflowGraph::new(&document).view();
    if view.nodes.len() <= 2 {
        return Err(Trouble::new(format_args!("{} holds no states", arguments.file.display())));
    }
    let theme = match arguments.theme {
        Theme::Light => graph::Theme::Light,
        Theme::Dark => graph::Theme::Dark,
    };
    let bytes = if arguments.json {
        format!("{}\n", graph_json(&view)).into_bytes()
    } else {
        match arguments.format.unwrap_or_else(|| format_of(arguments.out.as_deref())) {
            Format::Svg => graph::svg(&view, theme).into_bytes(),
            Format::Mermaid => graph::mermaid(&view).into_bytes(),
            Format::Dot => graph::dot(&view).into_bytes(),
            Format::Png => super::png::render(&graph::svg(&view, theme))?,
        }
    };
    match &arguments.out {
        Some(out) => super::write_file(out, &bytes)?,
        None => output::bytes(&bytes),
    }
    Ok(Answer::Yes)
}

fn format_of(out: Option<&std::path::Path>) -> Format {
    match out.and_then(|out| out.extension()).and_then(|extension| extension.to_str()) {
        Some("png") => Format::Png,
        Some("mmd" | "mermaid" | "md") => Format::Mermaid,
        Some("dot" | "gv") => Format::Dot,
        _ => Format::Svg,
    }
}

fn graph_json(view: &graph::View) -> Value {
    use graph::{EdgeReason, NodeKind};
    let nodes: Vec<Value> = view
        .nodes
        .iter()
        .map(|node| {
            let kind = match node.kind {
                NodeKind::Start => "Start",
                NodeKind::End => "End",
                NodeKind::State(state_type) => state_type.map_or("Unknown", asl::schema::StateType::as_str),
            };
            json!({ "id": node.id, "kind": kind, "name": node.name, "scope": node.scope, "summary": node.summary })
        })
        .collect();
    let edges: Vec<Value> = view
        .edges
        .iter()
        .map(|edge| {
            let (reason, index) = match &edge.reason {
                EdgeReason::Start => ("Start", None),
                EdgeReason::Next => ("Next", None),
                EdgeReason::Default => ("Default", None),
                EdgeReason::Rule { index, .. } => ("Rule", Some(*index)),
                EdgeReason::Catch { index, .. } => ("Catch", Some(*index)),
                EdgeReason::Branch(index) => ("Branch", Some(*index)),
                EdgeReason::Processor => ("Processor", None),
                EdgeReason::End => ("End", None),
            };
            let mut object = json!({ "from": edge.from, "to": edge.to, "reason": reason, "label": edge.label });
            if let Some(index) = index {
                object["index"] = json!(index);
            }
            object
        })
        .collect();
    let scopes: Vec<Value> =
        view.scopes.iter().map(|scope| json!({ "id": scope.id, "parent": scope.parent })).collect();
    json!({ "scopes": scopes, "nodes": nodes, "edges": edges })
}
