//! SAM, CloudFormation and what CDK synthesises.

pub(super) mod declared;

use std::ops::Range;

use super::patch::{self, Dialect};
use super::value::{Reader, intrinsic};
use super::{Binding, Files, Form, Function, Refusal, Workflow, holes, link_functions, relative};
use crate::plan::Note;
use crate::template::{Item, ItemKind};

/// Where a resource keeps its definition.
struct Machine<'i> {
    id: &'i str,
    sam: bool,
    properties: &'i Item,
    resource: &'i Item,
}

fn machines(template: &Item) -> impl Iterator<Item = Machine<'_>> {
    template.get("Resources").map(Item::entries).unwrap_or_default().iter().filter_map(|(id, resource)| {
        let kind = resource.get("Type")?.as_str()?;
        let sam = match kind {
            "AWS::Serverless::StateMachine" => true,
            "AWS::StepFunctions::StateMachine" => false,
            _ => return None,
        };
        Some(Machine { id: id.as_str()?, sam, properties: resource.get("Properties")?, resource })
    })
}

pub(super) fn workflows(path: &str, text: &str, template: &Item, files: &Files<'_>) -> Vec<Workflow> {
    let mut found: Vec<Workflow> =
        machines(template).map(|machine| workflow(path, text, template, &machine, files)).collect();
    let functions = functions(path, template);
    link_functions(&mut found, &functions, &|expression, function| refers_to(expression, &function.id));
    found
}

fn workflow(path: &str, text: &str, template: &Item, machine: &Machine<'_>, files: &Files<'_>) -> Workflow {
    let mut reader = Reader { text, bindings: Vec::new() };
    let mut notes = Vec::new();
    let properties = machine.properties;
    for (name, value) in properties.get("DefinitionSubstitutions").map(Item::entries).unwrap_or_default() {
        reader.bind(name.scalar().unwrap_or_default(), reader.source(value));
    }
    let mut file = None;
    let (form, definition) = if let Some(uri) = definition_file(machine) {
        match uri {
            Ok(uri) => {
                let at = relative(path, &uri);
                let content = files(&at);
                if content.is_none() {
                    notes.push(Note::warning(format!("there is no file {at}"), None));
                }
                file = Some(at);
                (Form::Separate, content.unwrap_or_default())
            }
            Err(what) => {
                notes.push(Note::warning(
                    format!("the definition of {} is not part of the project: {what}", machine.id),
                    None,
                ));
                (Form::Separate, String::new())
            }
        }
    } else if let Some(object) = properties.get("Definition") {
        (Form::Object, crate::emit::json::node(&reader.node(object)))
    } else if let Some(string) = properties.get("DefinitionString") {
        match intrinsic(string) {
            None => (Form::Text, string.scalar().unwrap_or_default().to_owned()),
            Some((function, argument)) => {
                let definition = reader.intrinsic(string, &function, &argument);
                let form = match function.as_str() {
                    "Sub" => Form::Text,
                    "Join" => Form::Join,
                    // An object through a macro.
                    "ToJsonString" => Form::Object,
                    _ => {
                        notes.push(Note::warning(
                            format!("the definition of {} is computed by {function}", machine.id),
                            None,
                        ));
                        Form::Text
                    }
                };
                if function == "ToJsonString" {
                    (form, crate::emit::json::node(&reader.node(&argument)))
                } else {
                    (form, definition)
                }
            }
        }
    } else {
        notes.push(Note::warning(format!("{} has no definition", machine.id), None));
        (Form::Text, String::new())
    };
    let mut bindings = reader.bindings;
    for hole in holes(&definition) {
        if bindings.iter().all(|binding| binding.hole != hole) {
            bindings.push(Binding { hole, expression: String::new() });
        }
    }
    let settings = declared::settings(template, machine, &mut notes);
    Workflow {
        id: machine.id.to_owned(),
        form,
        text: definition,
        file,
        bindings,
        settings,
        functions: Vec::new(),
        notes,
    }
}

/// The file of the definition, if it has one; `Err` names what it is instead of a file.
fn definition_file(machine: &Machine<'_>) -> Option<Result<String, String>> {
    if machine.sam
        && let Some(uri) = machine.properties.get("DefinitionUri")
    {
        return Some(match uri.as_str() {
            Some(uri) if !uri.starts_with("s3://") => Ok(uri.to_owned()),
            Some(uri) => Err(uri.to_owned()),
            None => Err("an object in S3".to_owned()),
        });
    }
    machine.properties.get("DefinitionS3Location").map(|location| {
        // `cdk.out` keeps the asset beside the template, named by its hash.
        let key = location.get("Key").and_then(Item::as_str).unwrap_or_default();
        let asset = machine
            .resource
            .at(&["Metadata", "aws:asset:path"])
            .and_then(Item::as_str)
            .map(str::to_owned)
            .or_else(|| (key.len() > 60).then(|| format!("asset.{key}")));
        asset.ok_or_else(|| format!("the object {key} in S3"))
    })
}

fn functions(path: &str, template: &Item) -> Vec<Function> {
    let globals = template.at(&["Globals", "Function"]);
    let resources = template.get("Resources").map(Item::entries).unwrap_or_default();
    resources
        .iter()
        .filter_map(|(id, resource)| {
            let sam = match resource.get("Type")?.as_str()? {
                "AWS::Serverless::Function" => true,
                "AWS::Lambda::Function" => false,
                _ => return None,
            };
            let properties = resource.get("Properties")?;
            let field = |name: &str| {
                properties.get(name).or_else(|| globals.filter(|_| sam).and_then(|globals| globals.get(name)))
            };
            let text = |name: &str| field(name).and_then(Item::as_str).map(str::to_owned);
            let code = if sam {
                text("CodeUri")
            } else {
                resource.at(&["Metadata", "aws:asset:path"]).and_then(Item::as_str).map(str::to_owned)
            };
            let mut environment = Vec::new();
            for holder in [globals.filter(|_| sam), Some(properties)].into_iter().flatten() {
                for (name, value) in holder.at(&["Environment", "Variables"]).map(Item::entries).unwrap_or_default() {
                    if let (Some(name), Some(value)) = (name.scalar(), value.as_str()) {
                        environment.retain(|(known, _): &(String, String)| known != name);
                        environment.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
            Some(Function {
                id: id.as_str()?.to_owned(),
                name: text("FunctionName"),
                code: code.filter(|code| !code.starts_with("s3://")).map(|code| relative(path, &code)),
                handler: text("Handler"),
                runtime: text("Runtime"),
                environment,
                holes: Vec::new(),
            })
        })
        .collect()
}

/// Whether an expression names a resource: `!GetAtt Charge.Arn`, `{ "Ref": "Charge" }`.
fn refers_to(expression: &str, id: &str) -> bool {
    expression.match_indices(id).any(|(at, _)| {
        let boundary = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        boundary(expression[..at].chars().next_back()) && boundary(expression[at + id.len()..].chars().next())
    })
}

pub(super) fn patch(text: &str, template: &Item, id: &str, definition: &str) -> Result<String, Refusal> {
    let machine = machines(template).find(|machine| machine.id == id).ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    if is_synthesised(template, &machine) {
        return Err(Refusal::Unsupported(SYNTHESISED.to_owned()));
    }
    if definition_file(&machine).is_some() {
        return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
    }
    let substituted: Vec<String> = machine
        .properties
        .get("DefinitionSubstitutions")
        .map(Item::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(name, _)| name.scalar().map(str::to_owned))
        .collect();
    if let Some(object) = machine.properties.get("Definition") {
        let document = super::parse_definition(definition)?;
        let mut reader = Reader { text, bindings: Vec::new() };
        reader.node(object);
        let native = reader.bindings.into_iter().filter(|binding| !substituted.contains(&binding.hole)).collect();
        return patch::object(text, object, document.root(), Dialect::CloudFormation { native });
    }
    let Some(string) = machine.properties.get("DefinitionString") else { return Err(Refusal::Gone(id.to_owned())) };
    super::parse_definition(definition)?;
    match intrinsic(string) {
        None => patch::scalar(text, string, definition),
        Some((function, argument)) => match (function.as_str(), &argument.kind) {
            ("Sub", ItemKind::Scalar(_)) => {
                let span = tagged_scalar(text, &argument);
                patch::scalar(text, &Item { span, ..argument }, definition)
            }
            ("Sub", ItemKind::List(parts)) => match parts.first() {
                Some(first) if first.as_str().is_some() => patch::scalar(text, first, definition),
                _ => Err(Refusal::Unsound("the definition is not a plain string within Fn::Sub".to_owned())),
            },
            ("Join", ItemKind::List(parts)) => {
                let between = parts.first().and_then(Item::as_str).unwrap_or_default();
                let pieces = parts.get(1).map(Item::items).unwrap_or_default();
                join(text, between, pieces, definition)
            }
            (function, _) => Err(Refusal::Unsound(format!("the definition is computed by {function}"))),
        },
    }
}

/// Where a definition stands in a template.
pub(super) struct Place<'i> {
    pub(super) sam: bool,
    /// Its key, and its value without the blank lines behind.
    pub(super) definition: (Range<usize>, Range<usize>),
    pub(super) substitutions: Option<&'i Item>,
    /// Intrinsic functions within the definition.
    pub(super) native: Vec<Binding>,
}

pub(super) fn place<'i>(text: &str, template: &'i Item, id: &str) -> Result<Place<'i>, Refusal> {
    let gone = || Refusal::Gone(id.to_owned());
    let machine = machines(template).find(|machine| machine.id == id).ok_or_else(gone)?;
    if is_synthesised(template, &machine) {
        return Err(Refusal::Unsupported(SYNTHESISED.to_owned()));
    }
    let (key, value) = machine
        .properties
        .entries()
        .iter()
        .find(|(key, _)| matches!(key.as_str(), Some("Definition" | "DefinitionString")))
        .ok_or_else(gone)?;
    let substitutions = machine.properties.get("DefinitionSubstitutions");
    let substituted =
        |hole: &str| substitutions.is_some_and(|map| map.entries().iter().any(|(name, _)| name.scalar() == Some(hole)));
    let workflow = workflow("", text, template, &machine, &|_| None);
    let native: Vec<Binding> = workflow
        .bindings
        .into_iter()
        .filter(|binding| !substituted(&binding.hole) && !binding.expression.is_empty())
        .collect();
    // A reference can be written anew from its name; anything else would have to be copied from where it stands.
    let plain = |hole: &str| hole.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':'));
    if let Some(binding) = native.iter().find(|binding| {
        !plain(&binding.hole) || (binding.hole.starts_with("Value") && !binding.expression.contains(&binding.hole))
    }) {
        return Err(Refusal::Unsupported(format!(
            "the definition uses {}, which has no name; give it one in DefinitionSubstitutions first",
            binding.expression
        )));
    }
    let end = value.span.start + text.get(value.span.clone()).unwrap_or("").trim_end().len();
    Ok(Place { sam: machine.sam, definition: (key.span.clone(), value.span.start..end), substitutions, native })
}

const SYNTHESISED: &str = "the template is made by the CDK, and the next synthesis overwrites it: change the construct, or save the \
                           definition as a file of its own and use it with DefinitionBody.fromFile";

/// Whether a template was made by the CDK.
fn is_synthesised(template: &Item, machine: &Machine<'_>) -> bool {
    machine.resource.at(&["Metadata", "aws:cdk:path"]).is_some()
        || template
            .get("Resources")
            .map(Item::entries)
            .unwrap_or_default()
            .iter()
            .any(|(_, resource)| resource.get("Type").and_then(Item::as_str) == Some("AWS::CDK::Metadata"))
}

/// The span of a scalar without its tag.
fn tagged_scalar(text: &str, item: &Item) -> Range<usize> {
    let source = text.get(item.span.clone()).unwrap_or("");
    if !source.starts_with('!') {
        return item.span.clone();
    }
    let tag = source.find(char::is_whitespace).unwrap_or(0);
    let blank = source[tag..].len() - source[tag..].trim_start().len();
    item.span.start + tag + blank..item.span.end
}

/// Only the literal pieces of a join may change; the references between them stay where they are.
fn join(text: &str, between: &str, pieces: &[Item], definition: &str) -> Result<String, Refusal> {
    if !between.is_empty() {
        return Err(Refusal::Unsound("the pieces of the definition are joined by a text of their own".to_owned()));
    }
    let mut reader = Reader { text, bindings: Vec::new() };
    let mut rest = definition;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let moved = || Refusal::Unsound("the references within Fn::Join were moved, added or removed".to_owned());
    for (at, piece) in pieces.iter().enumerate() {
        if let Some((function, argument)) = intrinsic(piece) {
            let hole = reader.intrinsic(piece, &function, &argument);
            rest = rest.strip_prefix(hole.as_str()).ok_or_else(moved)?;
            continue;
        }
        // The literal reaches to the next reference.
        let next = pieces[at + 1..].first().and_then(|next| intrinsic(next).map(|found| (next, found)));
        let end = match (next, pieces.get(at + 1)) {
            (Some((item, (function, argument))), _) => {
                let hole = reader.intrinsic(item, &function, &argument);
                rest.find(hole.as_str()).ok_or_else(moved)?
            }
            (None, None) => rest.len(),
            // Two literals in a row: the first keeps its text.
            (None, Some(_)) => {
                let same = piece.as_str().unwrap_or_default();
                if !rest.starts_with(same) {
                    return Err(Refusal::Unsound("the definition is cut into several literals in a row".to_owned()));
                }
                same.len()
            }
        };
        let (literal, after) = rest.split_at(end);
        if piece.as_str() != Some(literal) {
            edits.push((piece.span.clone(), patch::rewrite_scalar(text, piece, literal)?));
        }
        rest = after;
    }
    if !rest.is_empty() {
        return Err(moved());
    }
    Ok(patch::apply(text, edits))
}
