//! `stepwright import`: the workflows of a project, each with what its placeholders stand for.

use std::path::PathBuf;

use clap::Args;
use iac::import::Workflow;
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A project's folder or one file: definitions, SAM, CloudFormation, cdk.out, Terraform, serverless.yml.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The folder to write each workflow to, with its placeholders beside it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Overwrite files that differ.
    #[arg(long)]
    force: bool,
    /// Machine output.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let path = &arguments.path;
    let project = api::scan_project(path)
        .map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", path.display())))?;
    let found = &project.workflows;
    let mut outputs: Vec<(PathBuf, String)> = Vec::new();
    for (name, file, workflow) in found {
        if workflow.text.is_empty() {
            continue;
        }
        let ending = match asl::Document::parse(&workflow.text).0.format() {
            asl::Format::Json => "json",
            asl::Format::Yaml => "yaml",
        };
        outputs.push((PathBuf::from(format!("{name}.asl.{ending}")), workflow.text.clone()));
        let about = serde_json::to_string_pretty(&about_workflow(file, workflow)).unwrap_or_default();
        outputs.push((PathBuf::from(format!("{name}.import.json")), about + "\n"));
    }
    let differing: Vec<&PathBuf> = outputs
        .iter()
        .filter(|(file, text)| std::fs::read_to_string(arguments.out.join(file)).is_ok_and(|before| before != *text))
        .map(|(file, _)| file)
        .collect();
    if let Some(first) = differing.first().filter(|_| !arguments.force) {
        output::error_line(format_args!(
            "nothing was written, because {} differs; --force overwrites",
            arguments.out.join(first).display()
        ));
        return Ok(Answer::No);
    }
    let files: Vec<(PathBuf, &str)> =
        outputs.iter().map(|(file, text)| (arguments.out.join(file), text.as_str())).collect();
    api::atomic::write_all(&files).map_err(Trouble::new)?;
    if arguments.json {
        let workflows: Vec<Value> = found
            .iter()
            .map(|(name, file, workflow)| {
                let mut about = about_workflow(file, workflow);
                about["name"] = json!(name);
                about
            })
            .collect();
        output::line(json!({ "workflows": workflows, "unreadable": project.unreadable }));
    } else {
        for (name, file, workflow) in found {
            output::line(format_args!("{name}: {} in {file} ({} placeholders)", workflow.id, workflow.bindings.len()));
            for note in &workflow.notes {
                output::line(format_args!("  {}", note.text));
            }
        }
        for what in &project.unreadable {
            output::line(format_args!("cannot be read: {what}"));
        }
    }
    if found.is_empty() {
        output::error_line(format_args!("there is no workflow in {}", path.display()));
        return Ok(Answer::No);
    }
    Ok(Answer::Yes)
}

fn about_workflow(file: &str, workflow: &Workflow) -> Value {
    json!({
        "source": file,
        "id": workflow.id,
        "origin": workflow.origin,
        "form": workflow.form,
        "file": workflow.file,
        "placeholders": workflow.bindings,
        "settings": workflow.settings,
        "functions": workflow.functions,
        "notes": workflow.notes,
    })
}
