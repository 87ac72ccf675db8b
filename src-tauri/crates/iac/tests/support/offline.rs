//! Exports resolved without any tool: what a deployment would have, against the document.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::collections::BTreeMap;

use asl::Document;
use iac::expr::substitute;
use iac::import::{self, Workflow};
use iac::placeholders::Value;
use iac::template::{self, Item};
use iac::{Options, Rendered, Settings, Target};

const PSEUDO: &[(&str, &str)] =
    &[("AWS::Partition", "aws"), ("AWS::Region", "eu-central-1"), ("AWS::AccountId", "123456789012")];

pub(crate) fn value_of(rendered: &Rendered, name: &str) -> Option<String> {
    let placeholder = rendered.placeholders.iter().find(|placeholder| placeholder.name == name)?;
    Some(match &placeholder.value {
        Value::Parameter { default: Some(default) } => default.clone(),
        Value::Parameter { default: None } => format!("dummy-{name}"),
        Value::Expr(_) => PSEUDO.iter().find(|(pseudo, _)| *pseudo == placeholder.proposed)?.1.to_owned(),
        Value::Reference(reference) => reference.clone(),
    })
}

/// The document, its own holes filled with the same values.
pub(crate) fn expected(text: &str, rendered: &Rendered) -> Document {
    let filled = substitute(text, &|hole| {
        let placeholder = rendered.placeholders.iter().find(|placeholder| placeholder.proposed == hole)?;
        value_of(rendered, &placeholder.name)
    });
    Document::parse(&filled).0
}

/// The parameter an expression of a template leads to.
fn parameter(target: Target, expression: &str) -> Option<&str> {
    match target {
        Target::Sam | Target::Cloudformation => {
            // YAML quotes some names.
            expression
                .strip_prefix("!Ref ")
                .map(|name| name.trim_matches('\''))
                .or_else(|| expression.strip_prefix("{ \"Ref\": \"")?.strip_suffix("\" }"))
        }
        Target::Terraform => expression.strip_prefix("var."),
        _ => None,
    }
}

/// Whether the workflow could be exported; those that cannot are not JSON.
pub(crate) fn check(name: &str, text: &str, target: Target, options: &Options) -> bool {
    check_with(name, text, target, &Settings::default(), options)
}

/// Like [`check`], deployed with settings.
pub(crate) fn check_with(name: &str, text: &str, target: Target, settings: &Settings, options: &Options) -> bool {
    let (document, _) = Document::parse(text);
    let Ok(rendered) = iac::export(name, &document, target, settings, options) else { return false };
    let files: BTreeMap<&str, &str> =
        rendered.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let main = match target {
        Target::Terraform => "main.tf",
        Target::Serverless => "serverless.yml",
        _ if options.json => "template.json",
        _ => "template.yaml",
    };
    let found = import::import(main, files[main], &|path| files.get(path).map(|text| (*text).to_owned()))
        .unwrap_or_else(|error| panic!("{name} {}: {error}\n{}", target.id(), files[main]));
    let [workflow] = &found[..] else { panic!("{name} {}: {} workflows", target.id(), found.len()) };
    assert!(workflow.notes.is_empty(), "{name}: {:?}", workflow.notes);
    let filled = fill(name, target, workflow, &rendered, files[main]);
    let wanted = expected(text, &rendered);
    let (deployed, problems) = Document::parse(&filled);
    assert!(problems.iter().all(|problem| !problem.is_error()), "{name} {}: {problems:?}\n{filled}", target.id());
    let same = deployed.root().same_value(wanted.root());
    assert!(same, "{name} {}:\n{}", target.id(), iac::difference(&pretty(&wanted), &pretty(&deployed)));
    true
}

fn pretty(document: &Document) -> String {
    iac::emit::json::node(document.root())
}

fn fill(name: &str, target: Target, workflow: &Workflow, rendered: &Rendered, main: &str) -> String {
    let mut used = Vec::new();
    let text = match target {
        // Text that only looked like a hole was written so that Terraform leaves it alone.
        Target::Terraform => {
            let text = workflow.text.replace("${\"$\"}", "\u{2}").replace("$${", "\u{1}").replace("%%{", "%{");
            fill_text(name, target, workflow, rendered, &text, &mut used).replace('\u{1}', "${").replace('\u{2}', "$")
        }
        Target::Serverless => fill_serverless(&workflow.text, main),
        _ => fill_text(name, target, workflow, rendered, &workflow.text, &mut used),
    };
    if target != Target::Serverless {
        let mut given: Vec<&str> = rendered
            .placeholders
            .iter()
            .filter(|placeholder| !placeholder.uses.is_empty())
            .map(|placeholder| placeholder.name.as_str())
            .collect();
        given.sort_unstable();
        used.sort();
        used.dedup();
        assert_eq!(used, given, "{name} {}: every hole has a value and every value is used", target.id());
    }
    text
}

fn fill_text(
    name: &str,
    target: Target,
    workflow: &Workflow,
    rendered: &Rendered,
    text: &str,
    used: &mut Vec<String>,
) -> String {
    let used = std::cell::RefCell::new(used);
    substitute(text, &|hole| {
        let binding = workflow.bindings.iter().find(|binding| binding.hole == hole)?;
        let placeholder = rendered.placeholders.iter().find(|placeholder| placeholder.name == hole)?;
        // The expression leads to the parameter of that name, or to what every deployment knows.
        if let (Value::Parameter { .. }, Some(parameter)) = (&placeholder.value, parameter(target, &binding.expression))
        {
            let spelled = if target == Target::Terraform { iac::names::snake(hole) } else { hole.to_owned() };
            assert_eq!(parameter, spelled, "{name} {}", target.id());
        } else {
            assert!(
                matches!(placeholder.value, Value::Expr(_)),
                "{name} {}: {} is {}",
                target.id(),
                hole,
                binding.expression
            );
        }
        used.borrow_mut().push(hole.to_owned());
        value_of(rendered, hole)
    })
}

/// Serverless fills `${self:…}` by text, and CloudFormation what is left.
fn fill_serverless(definition: &str, service: &str) -> String {
    let service = template::parse(service).expect("the service is YAML");
    let text = substitute(definition, &|hole| {
        let path: Vec<&str> = hole.strip_prefix("self:")?.split('.').collect();
        let value = service.at(&path)?.as_str()?.to_owned();
        Some(match value.strip_prefix("${param:").and_then(|rest| rest.strip_suffix('}')) {
            Some(parameter) => format!("dummy:{parameter}"),
            None => value,
        })
    });
    let item = template::parse(&text).expect("the definition is JSON");
    let mut written = String::new();
    write(&resolve(&item), &mut written);
    written
}

fn resolve(item: &Item) -> serde_json::Value {
    use serde_json::Value as Json;
    match item.call() {
        Some(("Ref", argument)) => {
            let name = argument.as_str().unwrap_or_default();
            Json::String(PSEUDO.iter().find(|(pseudo, _)| *pseudo == name).map_or(name, |(_, value)| *value).to_owned())
        }
        Some(("Join", argument)) => {
            let pieces = argument.items().get(1).map(Item::items).unwrap_or_default();
            Json::String(pieces.iter().map(|piece| resolve(piece).as_str().unwrap_or_default().to_owned()).collect())
        }
        _ => match &item.kind {
            template::ItemKind::Scalar(text) if item.style == template::Style::Plain => {
                serde_json::from_str(text).unwrap_or(Json::Null)
            }
            // Serverless takes the backslash off what it must not read as a variable.
            template::ItemKind::Scalar(text) => Json::String(text.replace("\\${", "${")),
            template::ItemKind::List(items) => Json::Array(items.iter().map(resolve).collect()),
            template::ItemKind::Map(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| (key.scalar().unwrap_or_default().to_owned(), resolve(value)))
                    .collect(),
            ),
        },
    }
}

fn write(value: &serde_json::Value, text: &mut String) {
    text.push_str(&value.to_string());
}

/// The program an export makes, after a look at the substitutions it makes, the defaults of what they substitute, and the definition
/// that comes of it.
pub(crate) fn check_program(name: &str, text: &str, target: Target, settings: &Settings) -> Option<Rendered> {
    let (document, _) = Document::parse(text);
    let (begin, between) = match target {
        Target::CdkTs => ("definitionSubstitutions: {", ": "),
        Target::CdkPy => ("definition_substitutions={", ": "),
        _ => (".output({", ": "),
    };
    let Ok(rendered) = iac::export(name, &document, target, settings, &Options::default()) else {
        return None;
    };
    let file = |ending: &str| {
        let found = rendered.files.iter().find(|file| file.path.ends_with(ending));
        found.unwrap_or_else(|| panic!("{name} {}: {ending}", target.id())).text.as_str()
    };
    let program = match target {
        Target::CdkTs => file("-stack.ts"),
        Target::CdkPy => file("_stack.py"),
        _ => file("index.ts"),
    };
    let made: BTreeMap<String, &str> = program
        .split_once(begin)
        .map(|(_, rest)| {
            rest.lines()
                .skip(1)
                .take_while(|line| !line.trim().starts_with('}'))
                .map_while(|line| line.trim().strip_suffix(','))
        })
        .into_iter()
        .flatten()
        .filter_map(|line| line.split_once(between))
        .map(|(key, value)| (key.trim_matches(['"', '\'']).to_owned(), value))
        .collect();
    let used: BTreeMap<&str, _> = rendered
        .placeholders
        .iter()
        .filter(|placeholder| !placeholder.uses.is_empty())
        .map(|placeholder| (placeholder.name.as_str(), placeholder))
        .collect();
    assert_eq!(
        made.keys().map(String::as_str).collect::<Vec<_>>(),
        used.keys().copied().collect::<Vec<_>>(),
        "{name} {}\n{program}",
        target.id()
    );
    for (hole, placeholder) in &used {
        if let Value::Parameter { default: Some(default) } = &placeholder.value {
            let variable = made[*hole];
            let declared = match target {
                Target::CdkTs => format!("const {variable} = props.{variable} ?? '{default}';"),
                Target::CdkPy => format!("{variable}: str = \"{default}\","),
                _ => format!("const {variable} = config.get('{variable}') ?? '{default}';"),
            };
            // Quotes and backslashes are written in each language's own way; their tests are elsewhere.
            let plain = !default.contains(['\'', '"', '\\']);
            assert!(!plain || program.contains(&declared), "{name} {}: {declared}\n{program}", target.id());
        }
    }
    let filled =
        substitute(file(".asl.json"), &|hole| used.contains_key(hole).then(|| value_of(&rendered, hole)).flatten());
    let (deployed, wanted) = (Document::parse(&filled).0, expected(text, &rendered));
    assert!(deployed.root().same_value(wanted.root()), "{name} {}", target.id());
    Some(rendered)
}
