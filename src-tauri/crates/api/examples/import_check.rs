//! Foreign projects read and written back, without touching them: `cargo dev import-check FOLDER`.
//!
//! Every workflow that is found has to come back equal from an export to the tool it came from, and an edit of one of its states has
//! to change the lines of that state alone, or to be refused with a reason. What does not is named, and the program fails.
#![allow(clippy::print_stdout, reason = "it is a report")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use asl::Document;
use asl::edit::{self, Edit};
use iac::expr::substitute;
use iac::import::{self, Form, Origin, Place, Workflow};
use iac::placeholders::Value;
use iac::{Options, Target};

/// More lines than this are not one field of one state.
const MOST_LINES: usize = 3;
/// States of each workflow that are edited.
const EDITED: usize = 3;

#[derive(Default)]
struct Tally {
    found: usize,
    edited: usize,
    refused: BTreeMap<String, usize>,
    returned: usize,
    not_exported: Vec<String>,
    empty: Vec<String>,
    wrong: Vec<String>,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        println!("import-check FOLDER");
        return ExitCode::from(2);
    };
    let project = match api::scan_project(Path::new(&folder)) {
        Ok(project) => project,
        Err(error) => {
            println!("{folder}: {error}");
            return ExitCode::from(2);
        }
    };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (_, file, workflow) in &project.workflows {
        let around = Around::of(&project.root, file);
        let tally = tallies.entry(format!("{:?} {:?}", workflow.origin, workflow.form)).or_default();
        look(&around, workflow, target_of(workflow.origin), tally);
    }
    let mut wrong = 0;
    for (kind, tally) in &tallies {
        println!(
            "{kind}: {} found, {} without text, {} come back equal, {} edited in place, {} refused",
            tally.found,
            tally.empty.len(),
            tally.returned,
            tally.edited,
            tally.refused.values().sum::<usize>()
        );
        for (what, list) in
            [("WRONG", &tally.wrong), ("not exported", &tally.not_exported), ("without text", &tally.empty)]
        {
            for one in list {
                println!("  {what}: {one}");
            }
        }
        for (reason, count) in &tally.refused {
            println!("  refused {count} times: {reason}");
        }
        wrong += tally.wrong.len();
    }
    for what in &project.unreadable {
        println!("unreadable: {what}");
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A file with its project, and one of its files as it would be after a change.
struct Around<'p> {
    root: &'p Path,
    file: &'p str,
    beside: Vec<String>,
    changed: Option<(String, String)>,
}

impl<'p> Around<'p> {
    fn of(root: &'p Path, file: &'p str) -> Around<'p> {
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        let names = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let names = names.map(|entry| folder.join(entry.file_name()).to_string_lossy().into_owned());
        let beside = names.filter(|name| file.ends_with(".tf") && name.ends_with(".tf")).collect();
        Around { root, file, beside, changed: None }
    }

    fn with(&self, file: &str, text: String) -> Around<'p> {
        Around { beside: self.beside.clone(), changed: Some((file.to_owned(), text)), ..*self }
    }

    fn text(&self, file: &str) -> Option<String> {
        let changed = self.changed.as_ref().filter(|(name, _)| name == file).map(|(_, text)| text.clone());
        changed.or_else(|| std::fs::read_to_string(self.root.join(file)).ok())
    }

    fn at<T>(&self, run: impl FnOnce(&Place<'_>) -> T) -> T {
        let beside: Vec<&str> = self.beside.iter().map(String::as_str).collect();
        let text = self.text(self.file).unwrap_or_default();
        run(&Place { path: self.file, text: &text, files: &|file| self.text(file), beside: &beside })
    }
}

/// The tool a workflow came from, which has to take it back.
fn target_of(origin: Origin) -> Option<Target> {
    match origin {
        Origin::Definition => None,
        Origin::Sam => Some(Target::Sam),
        Origin::Cloudformation | Origin::Cdk => Some(Target::Cloudformation),
        Origin::Terraform => Some(Target::Terraform),
        Origin::Serverless => Some(Target::Serverless),
    }
}

fn look(around: &Around<'_>, workflow: &Workflow, target: Option<Target>, tally: &mut Tally) {
    tally.found += 1;
    let file = around.file;
    let label = format!("{file} {}", workflow.id);
    if workflow.text.trim().is_empty() {
        let why = workflow.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join("; ");
        if why.is_empty() {
            tally.wrong.push(format!("{label}: no text, and no word why"));
        } else {
            tally.empty.push(format!("{label}: {why}"));
        }
        return;
    }
    let (document, problems) = Document::parse(&workflow.text);
    if let Some(problem) = problems.iter().find(|problem| problem.is_error()) {
        tally.empty.push(format!("{label}: {}", problem.message));
        return;
    }
    if let Some(target) = target {
        match come_back(workflow, &document, target) {
            Ok(true) => tally.returned += 1,
            Ok(false) => tally.wrong.push(format!("{label}: comes back different from {}", target.id())),
            Err(why) => tally.not_exported.push(format!("{label}: {why}")),
        }
    }
    if workflow.form == Form::File || workflow.file.is_some() {
        return;
    }
    let states = document.root().get("States").map(asl::Node::members).unwrap_or_default();
    let step = states.len().div_ceil(EDITED).max(1);
    for state in states.iter().step_by(step) {
        match edit_one(around, workflow, &document, &state.key.value) {
            Ok(()) => tally.edited += 1,
            Err(Trouble::Refused(why)) => {
                // What cannot be changed in place can move to a file, or the reason says what to do instead.
                match around.at(|place| import::extract(place, &workflow.id, &workflow.text, &|_| false)) {
                    Ok(extracted) if same_after(around, workflow, &extracted) => {
                        *tally.refused.entry(format!("{why}; it moves to a file of its own")).or_default() += 1;
                    }
                    Ok(_) => tally.wrong.push(format!("{label}: moved to a file, it is another definition")),
                    Err(other) => *tally.refused.entry(format!("{why}; {other}")).or_default() += 1,
                }
            }
            Err(Trouble::Wrong(why)) => tally.wrong.push(format!("{label}: {}: {why}", state.key.value)),
        }
    }
}

/// Exported to the tool it came from and read again, with every value filled in.
fn come_back(workflow: &Workflow, document: &Document, target: Target) -> Result<bool, String> {
    let rendered = iac::export(&workflow.id, document, target, &workflow.settings, &Options::default())
        .map_err(|error| error.to_string())?;
    let main = rendered
        .files
        .iter()
        .find(|file| matches!(file.path.as_str(), "main.tf" | "serverless.yml" | "template.yaml" | "template.json"));
    let main = main.ok_or("no template")?;
    let read = |path: &str| rendered.files.iter().find(|file| file.path == path).map(|file| file.text.clone());
    let found = import::import(&main.path, &main.text, &read).map_err(|error| error.to_string())?;
    let again = found.first().ok_or("nothing is found in the export")?;
    let known = |hole: &str, wanted: fn(&iac::placeholders::Placeholder) -> &str| {
        let placeholder = rendered.placeholders.iter().find(|placeholder| wanted(placeholder) == hole)?;
        Some(match &placeholder.value {
            Value::Parameter { default: Some(default) } => default.clone(),
            _ => format!("value of {}", placeholder.name),
        })
    };
    let before = substitute(&workflow.text, &|hole| known(hole, |placeholder| &placeholder.proposed));
    let after = if target == Target::Terraform {
        let text = again.text.replace("${\"$\"}", "\u{2}").replace("$${", "\u{1}").replace("%%{", "%{");
        substitute(&text, &|hole| known(hole, |placeholder| &placeholder.name))
            .replace('\u{1}', "${")
            .replace('\u{2}', "$")
    } else {
        substitute(&again.text, &|hole| known(hole, |placeholder| &placeholder.name))
    };
    if target == Target::Serverless {
        // The references of the service itself; their values are proved by its own tests.
        return Ok(shape(&Document::parse(&before).0) == shape(&Document::parse(&after).0));
    }
    Ok(Document::parse(&before).0.root().same_value(Document::parse(&after).0.root()))
}

/// The states and what leads where.
fn shape(document: &Document) -> Vec<(String, usize)> {
    let states = document.root().get("States").map(asl::Node::members).unwrap_or_default();
    let mut shape: Vec<(String, usize)> =
        states.iter().map(|state| (state.key.value.to_string(), state.value.members().len())).collect();
    shape.sort();
    shape
}

enum Trouble {
    Refused(String),
    Wrong(String),
}

fn edit_one(around: &Around<'_>, workflow: &Workflow, document: &Document, state: &str) -> Result<(), Trouble> {
    let wrong = |why: &str| Trouble::Wrong(why.to_owned());
    let pointer = asl::syntax::join_pointer(&asl::syntax::join_pointer("/States", state), "Comment");
    let change = edit::apply(document, &Edit::SetField { pointer, value: "\"Looked at.\"".to_owned() })
        .map_err(|refusal| Trouble::Wrong(refusal.reason))?;
    let edited = asl::document::apply_edits(document.text(), &change.edits);
    let saved = around
        .at(|place| import::patch_beside(place, &workflow.id, &edited))
        .map_err(|refusal| Trouble::Refused(refusal.to_string()))?;
    let file = saved.file.unwrap_or_else(|| around.file.to_owned());
    let text = around.text(&file).unwrap_or_default();
    let (text, saved) = (text.as_str(), saved.text);
    let changed = around.with(&file, saved.clone());
    let read = changed.at(import::import_beside).map_err(|error| Trouble::Wrong(error.to_string()))?;
    let again = read.into_iter().find(|one| one.id == workflow.id).ok_or_else(|| wrong("gone after saving"))?.text;
    let (before, after) = (Document::parse(&edited).0, Document::parse(&again).0);
    if !before.root().same_value(after.root()) {
        return Err(Trouble::Wrong(format!("saved differently:\n{}", iac::difference(&edited, &again))));
    }
    let (gone, new) = changed_lines(text, &saved);
    if gone.len() > MOST_LINES || new.len() > MOST_LINES {
        return Err(Trouble::Wrong(format!(
            "changes {} lines to {}: {}",
            gone.len(),
            new.len(),
            iac::difference(text, &saved)
        )));
    }
    if !new.concat().contains("Looked at.") {
        return Err(wrong("changes other lines"));
    }
    let back = changed
        .at(|place| import::patch_beside(place, &workflow.id, &workflow.text))
        .map_err(|refusal| Trouble::Wrong(refusal.to_string()))?
        .text;
    if back != text {
        return Err(Trouble::Wrong(format!("the edit taken back leaves:\n{}", iac::difference(text, &back))));
    }
    Ok(())
}

/// Whether a definition that moved to a file is the one that was there, with the same expressions behind its placeholders.
fn same_after(around: &Around<'_>, before: &Workflow, extracted: &import::Extracted) -> bool {
    let folder = around.file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let own = format!("{folder}{}", extracted.file);
    let found = around.at(|place| {
        let read = |path: &str| if path == own { Some(extracted.definition.clone()) } else { (place.files)(path) };
        import::import_beside(&Place { text: &extracted.template, files: &read, ..*place }).unwrap_or_default()
    });
    let Some(after) = found.into_iter().find(|workflow| workflow.id == before.id) else { return false };
    let filled = |workflow: &Workflow| {
        let text = workflow.text.replace("$${", "\u{1}");
        let text = substitute(&text, &|hole| {
            let binding = workflow.bindings.iter().find(|binding| binding.hole == hole)?;
            let plain: String = binding.expression.chars().filter(|c| c.is_alphanumeric()).collect();
            Some(plain)
        });
        Document::parse(&text.replace('\u{1}', "${")).0
    };
    filled(before).root().same_value(filled(&after).root())
}

/// The lines between what stays the same above and below.
fn changed_lines<'t>(old: &'t str, new: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (old[head..old.len() - tail].to_vec(), new[head..new.len() - tail].to_vec())
}
