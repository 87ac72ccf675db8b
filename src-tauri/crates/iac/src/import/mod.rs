//! Workflows in the projects people have: found, read with their placeholders and settings, and saved back in place.
//!
//! An importer never runs anybody's code. What it cannot read soundly it names in a note; what cannot be saved back soundly is
//! refused with a reason.

mod cloudformation;
mod extract;
mod patch;
mod serverless;
mod terraform;
mod value;

use serde::Serialize;

pub use extract::{Extracted, extract};
pub(crate) use value::reference_text;

use crate::plan::Note;
use crate::settings::Settings;
use crate::template::{self, Item};

/// Reads another file of the project, by its path relative to the same root as the file being imported.
pub type Files<'f> = dyn Fn(&str) -> Option<String> + 'f;

/// A file, with what else of its project may be read. All paths are relative to the same root.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    pub path: &'p str,
    pub text: &'p str,
    pub files: &'p Files<'p>,
    /// The files of the same folder: a module of Terraform is all of them.
    pub beside: &'p [&'p str],
}

impl<'p> Place<'p> {
    /// A file without a project.
    pub fn alone(path: &'p str, text: &'p str) -> Self {
        Place { path, text, files: &|_| None, beside: &[] }
    }
}

/// A file with an edited definition in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The file that changes, if it is not the one that declares the workflow.
    pub file: Option<String>,
    pub text: String,
    /// The definition as that text is read: the file may write it in a way of its own.
    pub definition: String,
}

/// A file that an importer changed: another one than the declaring file, if it has a name here.
struct Changed {
    file: Option<String>,
    text: String,
}

/// One workflow of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// The logical id, the resource's label or the key; for a definition in its own file the file's name.
    pub id: String,
    pub origin: Origin,
    pub form: Form,
    /// The definition with `${holes}`: JSON, or as it stands in its own file.
    pub text: String,
    /// The file that is the definition, if it is another one.
    pub file: Option<String>,
    /// The file that the definition stands within, if it is another one: a part that `serverless.yml` includes, the file with the
    /// `locals` of a Terraform module. Saving changes that one.
    pub home: Option<String>,
    /// What stands for each hole.
    pub bindings: Vec<Binding>,
    pub settings: Settings,
    /// Code of functions the template declares.
    pub functions: Vec<Function>,
    pub notes: Vec<Note>,
}

/// What declares a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Nothing but its own file.
    Definition,
    Sam,
    Cloudformation,
    /// CloudFormation that the CDK made.
    Cdk,
    Terraform,
    Serverless,
}

/// How a definition is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// The file is the definition.
    File,
    /// In another file that the template names.
    Separate,
    /// An object in the template.
    Object,
    /// A string, plain or through `Fn::Sub`.
    Text,
    /// `Fn::Join` of pieces.
    Join,
    Heredoc,
    /// `jsonencode({ … })`
    JsonEncode,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The name between `${` and `}`.
    pub hole: String,
    /// What the template says: `!GetAtt Charge.Arn`, `aws_lambda_function.charge.arn`.
    pub expression: String,
}

/// A function's code, so that a run can execute it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Function {
    pub id: String,
    pub name: Option<String>,
    /// Relative to the root of the project.
    pub code: Option<String>,
    pub handler: Option<String>,
    pub runtime: Option<String>,
    pub timeout_seconds: Option<u32>,
    pub memory_mb: Option<u32>,
    /// Only values that are written out.
    pub environment: Vec<(String, String)>,
    /// In the order of the template: what a later one has stands over what earlier ones have.
    pub layers: Vec<Layer>,
    /// The holes of workflows that stand for it.
    pub holes: Vec<String>,
}

/// Code that a function shares with others: what stands under `/opt` when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Its logical id, label or key, else its ARN or what the template says instead.
    pub name: String,
    /// Relative to the root of the project; nothing if the project does not have its code.
    pub code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Unreadable(String),
}

/// Why an edit cannot be saved back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no workflow {0} in the file any more")]
    Gone(String),
    #[error("the new definition cannot be read: {0}")]
    NotWellFormed(String),
    #[error("{0}")]
    Unsound(String),
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Unsupported(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Definition,
    Template,
    Serverless,
    Terraform,
}

/// Whether a file's name is one of those that may hold workflows; others need not be read.
pub fn looks_readable(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    [".tf", ".json", ".yaml", ".yml", ".template", ".asl", ".tpl", ".tftpl"].iter().any(|ending| name.ends_with(ending))
}

/// What a file is; nothing if it holds no workflows.
fn kind(path: &str, text: &str) -> Result<Option<(Kind, Option<Item>)>, ImportError> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if name.ends_with(".tf") {
        return Ok(Some((Kind::Terraform, None)));
    }
    if !looks_readable(&name) {
        return Ok(None);
    }
    let looks = |word: &str| text.contains(word);
    // A broken file that has no workflow anyway is not worth a word.
    let read = |has_workflow: bool| match template::parse(text) {
        Ok(item) => Ok(Some(item)),
        Err(error) if has_workflow => Err(ImportError::Unreadable(format!("{path}: {error}"))),
        Err(_) => Ok(None),
    };
    if name.starts_with("serverless.") {
        return Ok(read(looks("stepFunctions") || looks("AWS::StepFunctions::StateMachine"))?
            .map(|item| (Kind::Serverless, Some(item))));
    }
    if name.contains(".asl") {
        return Ok(Some((Kind::Definition, None)));
    }
    let machine = looks("AWS::StepFunctions::StateMachine") || looks("AWS::Serverless::StateMachine");
    if machine || looks("AWS::Serverless::") || looks("AWS::Lambda::Function") {
        let item = read(machine)?.filter(|item| item.get("Resources").is_some());
        return Ok(item.map(|item| (Kind::Template, Some(item))));
    }
    Ok((looks("StartAt") && looks("States")).then_some((Kind::Definition, None)))
}

/// The workflows of one file. An empty answer means that it is no file of this kind.
///
/// # Errors
/// When the file is of this kind but cannot be read.
pub fn import(path: &str, text: &str, files: &Files<'_>) -> Result<Vec<Workflow>, ImportError> {
    import_beside(&Place { path, text, files, beside: &[] })
}

/// Like [`import`], with the files of the same folder.
///
/// # Errors
/// See [`import`].
pub fn import_beside(place: &Place<'_>) -> Result<Vec<Workflow>, ImportError> {
    let &Place { path, text, files, .. } = place;
    let Some((kind, item)) = kind(path, text)? else { return Ok(Vec::new()) };
    match (kind, item) {
        (Kind::Definition, _) => Ok(definition(path, text).into_iter().collect()),
        (Kind::Template, Some(item)) => Ok(cloudformation::workflows(path, text, &item, files)),
        (Kind::Serverless, Some(item)) => serverless::workflows(path, text, &item, files),
        (Kind::Terraform, _) => terraform::workflows(place),
        _ => Ok(Vec::new()),
    }
}

/// Saves an edited definition back into the file it came from. Everything that did not change keeps its bytes.
///
/// # Errors
/// When the workflow is gone, the definition cannot be read, or its form cannot be changed without guessing.
pub fn patch(path: &str, text: &str, id: &str, definition: &str) -> Result<String, Refusal> {
    patch_beside(&Place::alone(path, text), id, definition).map(|saved| saved.text)
}

/// Like [`patch`], where the definition may stand in another file of the project.
///
/// # Errors
/// See [`patch`].
pub fn patch_beside(place: &Place<'_>, id: &str, definition: &str) -> Result<Saved, Refusal> {
    let &Place { path, text, .. } = place;
    let found = kind(path, text).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let here = |text| Changed { file: None, text };
    let changed = match found {
        Some((Kind::Definition, _)) if self::definition(path, text).is_some() => {
            return Ok(Saved { file: None, text: definition.to_owned(), definition: definition.to_owned() });
        }
        Some((Kind::Template, Some(item))) => here(cloudformation::patch(text, &item, id, definition)?),
        Some((Kind::Serverless, Some(item))) => serverless::patch(place, &item, id, definition)?,
        Some((Kind::Terraform, _)) => terraform::patch(place, id, definition)?,
        _ => return Err(Refusal::Gone(id.to_owned())),
    };
    let again = read_back(place, &changed, id, definition)
        .ok_or_else(|| Refusal::Unsound("saved there, the definition would be read as another one".to_owned()))?;
    Ok(Saved { file: changed.file, text: changed.text, definition: again })
}

/// The definition in a file that was changed, if it still is that definition. References without a name are numbered anew.
fn read_back(place: &Place<'_>, changed: &Changed, id: &str, definition: &str) -> Option<String> {
    let with_change = |path: &str| match &changed.file {
        Some(file) if file == path => Some(changed.text.clone()),
        _ => (place.files)(path),
    };
    let text = if changed.file.is_none() { &changed.text } else { place.text };
    let found = import_beside(&Place { text, files: &with_change, ..*place }).unwrap_or_default();
    let again = found.into_iter().find(|workflow| workflow.id == id)?;
    let unnamed = |hole: &str| hole.strip_prefix("Value").is_some_and(|rest| rest.parse::<u32>().is_ok());
    let value = |text: &str| {
        asl::Document::parse(&crate::expr::substitute(text, &|hole| unnamed(hole).then(|| "${Value}".to_owned()))).0
    };
    value(&again.text).root().same_value(value(definition).root()).then_some(again.text)
}

fn definition(path: &str, text: &str) -> Option<Workflow> {
    let (document, _) = asl::Document::parse(text);
    document.root().get("States")?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let id = name.split(".asl").next().unwrap_or(name).trim_end_matches(".json").trim_end_matches(".yaml");
    Some(Workflow {
        id: id.to_owned(),
        origin: Origin::Definition,
        form: Form::File,
        text: text.to_owned(),
        file: None,
        home: None,
        bindings: holes_of(&document).into_iter().map(|hole| Binding { hole, expression: String::new() }).collect(),
        settings: Settings::default(),
        functions: Vec::new(),
        notes: Vec::new(),
    })
}

/// The holes of a text, each once, in order.
fn holes(text: &str) -> Vec<String> {
    let mut holes: Vec<String> = Vec::new();
    for part in crate::expr::split_template(text) {
        if let crate::expr::Part::Hole { name, .. } = part
            && !holes.iter().any(|hole| hole == name)
        {
            holes.push(name.to_owned());
        }
    }
    holes
}

/// The holes of a definition; what stands in a comment is none.
fn holes_of(document: &asl::Document) -> Vec<String> {
    let mut text = document.text().to_owned();
    for span in document.comments() {
        text.replace_range(span.range(), &" ".repeat(span.range().len()));
    }
    holes(&text)
}

/// A path as it stands in `from`, relative to the root.
fn relative(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The definition with its syntax errors, for a refusal.
fn parse_definition(text: &str) -> Result<asl::Document, Refusal> {
    let (document, diagnostics) = asl::Document::parse(text);
    match diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        Some(error) => Err(Refusal::NotWellFormed(error.message.clone())),
        None => Ok(document),
    }
}

/// What an export needs to know of a placeholder's value to give it the same one: a text that is written out, or a parameter's
/// default.
fn keep_value(settings: &mut Settings, hole: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        settings.placeholders.entry(hole.to_owned()).or_default().value = Some(value.to_owned());
    }
}

/// Marks which holes of the workflows stand for which function.
fn link_functions(workflows: &mut [Workflow], functions: &[Function], names: &dyn Fn(&str, &Function) -> bool) {
    for workflow in workflows {
        workflow.functions = functions
            .iter()
            .map(|function| {
                let holes = workflow
                    .bindings
                    .iter()
                    .filter(|binding| names(&binding.expression, function))
                    .map(|binding| binding.hole.clone())
                    .collect();
                Function { holes, ..function.clone() }
            })
            .filter(|function| !function.holes.is_empty())
            .collect();
    }
}
