//! SAM, CloudFormation and what CDK synthesises.

pub(super) mod declared;
mod join;
mod saving;

pub(super) use saving::{patch, place};

use super::value::{Reader, intrinsic};
use super::{Binding, Files, Form, Function, Layer, Origin, Workflow, holes, link_functions, relative};
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
    let (form, definition) = if let Some(uri) = definition_file(path, machine, files) {
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
        let (object, condition) = chosen(object);
        note_choice(condition, &mut notes);
        match intrinsic(&object) {
            None => (Form::Object, crate::emit::json::node(&reader.node(&object))),
            Some((function, _)) => {
                notes.push(Note::warning(format!("the definition of {} is computed by {function}", machine.id), None));
                (Form::Object, String::new())
            }
        }
    } else if let Some(string) = properties.get("DefinitionString") {
        let (string, condition) = chosen(string);
        let string = &string;
        note_choice(condition, &mut notes);
        match intrinsic(string) {
            None => (
                Form::Text,
                written_lines(text, string).unwrap_or_else(|| string.scalar().unwrap_or_default().to_owned()),
            ),
            Some((function, argument)) => {
                let definition = reader.intrinsic(string, &function, &argument);
                let definition = substituted_text(text, &function, &argument)
                    .and_then(|item| written_lines(text, &item))
                    .unwrap_or(definition);
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
                match function.as_str() {
                    "ToJsonString" => (form, crate::emit::json::node(&reader.node(&argument))),
                    "Sub" | "Join" => (form, definition),
                    _ => (form, String::new()),
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
    let mut settings = declared::settings(template, machine, &mut notes);
    let default_of = |id: &str| template.at(&["Parameters", id, "Default"]).and_then(Item::as_str);
    for (name, value) in properties.get("DefinitionSubstitutions").map(Item::entries).unwrap_or_default() {
        let known = match intrinsic(value) {
            Some((function, argument)) if function == "Ref" => argument.scalar().and_then(default_of),
            _ => value.as_str(),
        };
        super::keep_value(&mut settings, name.scalar().unwrap_or_default(), known);
    }
    // Within `Fn::Sub` a parameter's name is the placeholder.
    for binding in &bindings {
        super::keep_value(&mut settings, &binding.hole, default_of(&binding.hole));
    }
    Workflow {
        id: machine.id.to_owned(),
        origin: match machine.sam {
            true => Origin::Sam,
            false if is_synthesised(template, machine) => Origin::Cdk,
            false => Origin::Cloudformation,
        },
        form,
        text: definition,
        file,
        home: None,
        bindings,
        settings,
        functions: Vec::new(),
        notes,
    }
}

/// Of two definitions the one where the condition holds, and that condition.
fn chosen(item: &Item) -> (Item, Option<String>) {
    match intrinsic(item) {
        Some((function, choice)) if function == "If" && choice.items().len() == 3 => {
            let parts = choice.items();
            (chosen(&parts[1]).0, parts[0].scalar().map(str::to_owned))
        }
        _ => (item.clone(), None),
    }
}

fn note_choice(condition: Option<String>, notes: &mut Vec<Note>) {
    if let Some(condition) = condition {
        notes.push(Note::warning(
            format!("the definition is one of two: this is the one where {condition} holds"),
            None,
        ));
    }
}

/// The text that `Fn::Sub` fills in, without its tag.
fn substituted_text(text: &str, function: &str, argument: &Item) -> Option<Item> {
    match (function, &argument.kind) {
        ("Sub", ItemKind::Scalar(_)) => Some(Item { span: saving::untagged(text, argument), ..argument.clone() }),
        ("Sub", ItemKind::List(parts)) => parts.first().cloned(),
        _ => None,
    }
}

/// The lines of a folded block as they stand in the file, where folding them changes nothing but white space: they are easier to
/// read, and can be saved back.
fn written_lines(text: &str, item: &Item) -> Option<String> {
    let lines = super::patch::folded_lines(text, item)?;
    let parsed = |text: &str| asl::Document::parse_as(text, asl::Format::Json);
    let ((written, problems), (folded, _)) = (parsed(&lines), parsed(item.scalar()?));
    let sound = problems.iter().all(|problem| !problem.is_error());
    (sound && written.root().same_value(folded.root())).then_some(lines)
}

/// The file of the definition, if it has one; `Err` names what it is instead of a file.
fn definition_file(path: &str, machine: &Machine<'_>, files: &Files<'_>) -> Option<Result<String, String>> {
    let local = |path: &str| if path.starts_with("s3://") { Err(path.to_owned()) } else { Ok(path.to_owned()) };
    if machine.sam
        && let Some(uri) = machine.properties.get("DefinitionUri")
    {
        return Some(match (uri.as_str(), uri.scalar()) {
            (Some(uri), _) => local(uri),
            // `!Sub` of a text without any hole is that text.
            (None, Some(computed)) if holes(computed).is_empty() => local(computed),
            (None, Some(computed)) => Err(format!("its path is computed ({computed})")),
            (None, None) => Err("an object in S3".to_owned()),
        });
    }
    let transform = machine.properties.get("Definition").and_then(intrinsic);
    let include = transform.filter(|(function, _)| function == "Transform").map(|(_, include)| include);
    if let Some(include) = include.filter(|one| one.get("Name").and_then(Item::as_str) == Some("AWS::Include")) {
        let location = include.at(&["Parameters", "Location"]).and_then(Item::as_str);
        return Some(location.map_or_else(|| Err("an object in S3".to_owned()), local));
    }
    machine.properties.get("DefinitionS3Location").map(|location| {
        // `aws cloudformation package` takes a path and uploads the file.
        if let Some(path) = location.as_str() {
            return local(path);
        }
        // `cdk.out` keeps the asset beside the template, named by its hash.
        let key = location.get("Key").and_then(Item::as_str).unwrap_or_default();
        let asset = machine
            .resource
            .at(&["Metadata", "aws:asset:path"])
            .and_then(Item::as_str)
            .map(str::to_owned)
            .or_else(|| (key.len() > 60).then(|| format!("asset.{key}")));
        // Others upload the file themselves, mostly under its own path.
        let own = || files(&relative(path, key)).is_some().then(|| key.to_owned());
        asset.or_else(own).ok_or_else(|| format!("the object {key} in S3"))
    })
}

/// The folder or file that the CDK or `aws cloudformation package` uploads for a resource.
fn packed<'i>(resource: &'i Item, property: &str) -> Option<&'i str> {
    let asset = resource.at(&["Metadata", "aws:asset:path"]).and_then(Item::as_str);
    asset.or_else(|| resource.at(&["Properties", property]).and_then(Item::as_str))
}

/// The layers that a function names, with the code of those that the template declares.
fn layers(path: &str, template: &Item, named: &Item) -> Vec<Layer> {
    let layer = |item: &Item| {
        let id = match intrinsic(item) {
            Some((function, argument)) if matches!(function.as_str(), "Ref" | "GetAtt") => argument
                .scalar()
                .or_else(|| argument.items().first()?.as_str())
                .map(|id| id.split('.').next().unwrap_or(id).to_owned()),
            _ => None,
        };
        let Some(id) = id else {
            let name = item.scalar().unwrap_or("computed when it is deployed").to_owned();
            return Layer { name, code: None };
        };
        let code = template.at(&["Resources", &id]).and_then(|resource| match resource.get("Type")?.as_str()? {
            "AWS::Serverless::LayerVersion" => packed(resource, "ContentUri"),
            "AWS::Lambda::LayerVersion" => packed(resource, "Content"),
            _ => None,
        });
        let code = code.filter(|code| !code.starts_with("s3://")).map(|code| relative(path, code));
        Layer { name: id, code }
    };
    named.items().iter().map(layer).collect()
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
            let code = if sam { text("CodeUri") } else { packed(resource, "Code").map(str::to_owned) };
            // The layers of all functions come before a function's own.
            let holders = [globals.filter(|_| sam), Some(properties)];
            let layers = holders.into_iter().flatten().filter_map(|holder| holder.get("Layers"));
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
                timeout_seconds: text("Timeout").and_then(|seconds| seconds.parse().ok()),
                memory_mb: text("MemorySize").and_then(|size| size.parse().ok()),
                environment,
                layers: layers.flat_map(|named| self::layers(path, template, named)).collect(),
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
