//! `stepwright import`: the workflows of a project, each with what its placeholders stand for.

use std::path::{Path, PathBuf};

use clap::Args;
use iac::import::{self, Workflow};
use serde_json::{Value, json};

use super::export::write_file;
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

/// Folders that hold no sources.
const SKIPPED: &[&str] =
    &["node_modules", ".git", ".terraform", ".aws-sam", ".serverless", "target", "dist", ".venv", "venv"];
const MOST_FILES: usize = 50_000;

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let path = &arguments.path;
    let about = std::fs::metadata(path)
        .map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", path.display())))?;
    let (root, files) = if about.is_dir() {
        let mut files = Vec::new();
        walk(path, Path::new(""), 0, &mut files);
        files.sort();
        (path.clone(), files)
    } else {
        let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        (root, vec![name])
    };
    let read = |file: &str| -> Option<String> {
        // A template may point outside of the project; it is not followed there.
        let inside = !Path::new(file)
            .components()
            .any(|part| matches!(part, std::path::Component::ParentDir | std::path::Component::RootDir));
        inside.then(|| std::fs::read_to_string(root.join(file)).ok()).flatten()
    };
    let mut found: Vec<(String, Workflow)> = Vec::new();
    let mut unreadable: Vec<String> = Vec::new();
    for file in &files {
        let name = file.to_string_lossy().replace('\\', "/");
        let Some(text) = read(&name) else { continue };
        match import::import(&name, &text, &read) {
            Ok(workflows) => found.extend(workflows.into_iter().map(|workflow| (name.clone(), workflow))),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    // A definition that a template names is that template's workflow.
    let named: Vec<String> = found.iter().filter_map(|(_, workflow)| workflow.file.clone()).collect();
    found.retain(|(file, workflow)| workflow.form != import::Form::File || !named.contains(file));
    let names = names(&found);
    let mut outputs: Vec<(PathBuf, String)> = Vec::new();
    for ((file, workflow), name) in found.iter().zip(&names) {
        if workflow.text.is_empty() {
            continue;
        }
        outputs.push((PathBuf::from(format!("{name}.asl.json")), workflow.text.clone()));
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
    for (file, text) in &outputs {
        write_file(&arguments.out.join(file), text)?;
    }
    if arguments.json {
        let workflows: Vec<Value> = found
            .iter()
            .zip(&names)
            .map(|((file, workflow), name)| {
                let mut about = about_workflow(file, workflow);
                about["name"] = json!(name);
                about
            })
            .collect();
        output::line(json!({ "workflows": workflows, "unreadable": unreadable }));
    } else {
        for ((file, workflow), name) in found.iter().zip(&names) {
            output::line(format_args!("{name}: {} in {file} ({} placeholders)", workflow.id, workflow.bindings.len()));
            for note in &workflow.notes {
                output::line(format_args!("  {}", note.text));
            }
        }
        for what in &unreadable {
            output::line(format_args!("cannot be read: {what}"));
        }
    }
    if found.is_empty() {
        output::error_line(format_args!("there is no workflow in {}", path.display()));
        return Ok(Answer::No);
    }
    Ok(Answer::Yes)
}

fn walk(root: &Path, inside: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root.join(inside)) else { return };
    for entry in entries.flatten() {
        if files.len() >= MOST_FILES || depth > 20 {
            return;
        }
        let name = entry.file_name();
        let path = inside.join(&name);
        // Links are not followed: they may lead in circles.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !SKIPPED.contains(&name.to_string_lossy().as_ref()) => {
                walk(root, &path, depth + 1, files);
            }
            Ok(kind) if kind.is_file() => files.push(path),
            _ => {}
        }
    }
}

/// A name for each workflow, apart from the others whatever the file system makes of case.
fn names(found: &[(String, Workflow)]) -> Vec<String> {
    let mut taken = iac::names::Names::default();
    found.iter().map(|(_, workflow)| taken.take(&iac::names::kebab(&workflow.id))).collect()
}

fn about_workflow(file: &str, workflow: &Workflow) -> Value {
    json!({
        "source": file,
        "id": workflow.id,
        "form": workflow.form,
        "file": workflow.file,
        "placeholders": workflow.bindings,
        "settings": workflow.settings,
        "functions": workflow.functions,
        "notes": workflow.notes,
    })
}
