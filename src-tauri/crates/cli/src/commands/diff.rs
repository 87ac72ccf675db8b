//! `stepwright diff`: what changed between two versions of a definition, in states and transitions.

use std::path::PathBuf;

use asl::Model;
use clap::Args;
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "OLD")]
    old: PathBuf,
    #[arg(value_name = "NEW")]
    new: PathBuf,
    #[arg(long)]
    json: bool,
}

/// Answers yes if nothing changed but layout.
pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let (old, _) = super::read_document(&arguments.old)?;
    let (new, _) = super::read_document(&arguments.new)?;
    let difference = graph::diff(&Model::new(old.root()), &Model::new(new.root()));
    if arguments.json {
        output::line(difference_json(&difference));
    } else {
        print(&difference);
    }
    Ok(if difference.is_empty() { Answer::Yes } else { Answer::No })
}

fn print(difference: &graph::Difference) {
    for state in &difference.removed {
        output::line(format_args!("- {state}"));
    }
    for state in &difference.added {
        output::line(format_args!("+ {state}"));
    }
    for renamed in &difference.renamed {
        output::line(format_args!("> {} is now {}", renamed.from, renamed.to));
    }
    for changed in &difference.changed {
        output::line(format_args!("~ {}: {}", changed.state, changed.fields.join(", ")));
    }
    for way in &difference.rerouted {
        let name = |target: &Option<String>| target.clone().unwrap_or_else(|| "nothing".to_owned());
        let from = if way.from.is_empty() { "/" } else { &way.from };
        output::line(format_args!("~ {from}: {} led to {}, leads to {}", way.way, name(&way.old), name(&way.new)));
    }
    for field in &difference.machine_fields {
        output::line(format_args!("~ /{field}"));
    }
}

fn difference_json(difference: &graph::Difference) -> Value {
    let renamed: Vec<Value> =
        difference.renamed.iter().map(|renamed| json!({ "from": renamed.from, "to": renamed.to })).collect();
    let changed: Vec<Value> =
        difference.changed.iter().map(|changed| json!({ "state": changed.state, "fields": changed.fields })).collect();
    let rerouted: Vec<Value> = difference
        .rerouted
        .iter()
        .map(|way| json!({ "from": way.from, "way": way.way, "old": way.old, "new": way.new }))
        .collect();
    json!({
        "same": difference.is_empty(),
        "added": difference.added,
        "removed": difference.removed,
        "renamed": renamed,
        "changed": changed,
        "rerouted": rerouted,
        "machineFields": difference.machine_fields,
    })
}
