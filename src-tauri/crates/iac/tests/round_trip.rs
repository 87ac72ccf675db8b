//! What is exported and read back, with every value filled in, is the document: for every workflow, for every target whose
//! template can be read back. And every hole has a value, and every value is used.

mod support;

use std::collections::BTreeMap;

use asl::Document;
use iac::expr::substitute;
use iac::import::{self, Workflow};
use iac::placeholders::Value;
use iac::template::{self, Item};
use iac::{Options, Rendered, Settings, Target};

const PSEUDO: &[(&str, &str)] =
    &[("AWS::Partition", "aws"), ("AWS::Region", "eu-central-1"), ("AWS::AccountId", "123456789012")];

fn value_of(rendered: &Rendered, name: &str) -> Option<String> {
    let placeholder = rendered.placeholders.iter().find(|placeholder| placeholder.name == name)?;
    Some(match &placeholder.value {
        Value::Parameter { default: Some(default) } => default.clone(),
        Value::Parameter { default: None } => format!("dummy-{name}"),
        Value::Expr(_) => PSEUDO.iter().find(|(pseudo, _)| *pseudo == placeholder.proposed)?.1.to_owned(),
        Value::Reference(reference) => reference.clone(),
    })
}

/// The document, its own holes filled with the same values.
fn expected(text: &str, rendered: &Rendered) -> Document {
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
            expression.strip_prefix("!Ref ").or_else(|| expression.strip_prefix("{ \"Ref\": \"")?.strip_suffix("\" }"))
        }
        Target::Terraform => expression.strip_prefix("var."),
        _ => None,
    }
}

/// Whether the workflow could be exported; those that cannot are not JSON.
fn check(name: &str, text: &str, target: Target, options: &Options) -> bool {
    let (document, _) = Document::parse(text);
    let Ok(rendered) = iac::export(name, &document, target, &Settings::default(), options) else { return false };
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

#[test]
fn every_workflow_comes_back_equal_from_every_target() {
    let workflows = support::workflows();
    assert!(workflows.len() >= 5);
    let (mut tried, mut exported) = (0, 0);
    for (name, text) in &workflows {
        for target in [Target::Sam, Target::Cloudformation, Target::Terraform] {
            for json in [false, true] {
                exported += usize::from(check(name, text, target, &Options { json, ..Options::default() }));
                tried += 1;
            }
            check(name, text, target, &Options { any_partition: true, ..Options::default() });
        }
    }
    println!("{exported} of {tried} exports of {} workflows", workflows.len());
    assert!(exported * 100 >= tried * 95, "nearly all of them can be exported: {exported} of {tried}");
}

#[test]
fn serverless_comes_back_equal() {
    for (name, text) in support::workflows() {
        // Values without a default are given on the command line, and numbers cannot be.
        let (document, _) = Document::parse(&text);
        let Ok(rendered) = iac::export(&name, &document, Target::Serverless, &Settings::default(), &Options::default())
        else {
            continue;
        };
        let open = rendered
            .placeholders
            .iter()
            .any(|placeholder| matches!(placeholder.value, Value::Parameter { default: None }));
        if !open {
            check(&name, &text, Target::Serverless, &Options::default());
        }
    }
}

/// Programs are not read back: the substitutions they make are, and the defaults of what they substitute.
#[test]
fn programs_substitute_every_hole_and_nothing_else() {
    for (name, text) in support::workflows() {
        let (document, _) = Document::parse(&text);
        for (target, begin, between) in [
            (Target::CdkTs, "definitionSubstitutions: {", ": "),
            (Target::CdkPy, "definition_substitutions={", ": "),
            (Target::Pulumi, ".output({", ": "),
        ] {
            let Ok(rendered) = iac::export(&name, &document, target, &Settings::default(), &Options::default()) else {
                continue;
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
                .map(|(_, rest)| rest.lines().skip(1).map_while(|line| line.trim().strip_suffix(',')))
                .into_iter()
                .flatten()
                .filter_map(|line| line.split_once(between))
                .map(|(key, value)| (key.trim_matches('"').to_owned(), value))
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
            let filled = substitute(file(".asl.json"), &|hole| {
                used.contains_key(hole).then(|| value_of(&rendered, hole)).flatten()
            });
            let (deployed, wanted) = (Document::parse(&filled).0, expected(&text, &rendered));
            assert!(deployed.root().same_value(wanted.root()), "{name} {}", target.id());
        }
    }
}

#[test]
fn what_is_missing_is_noticed() {
    let text = r#"{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"arn:aws:sns:r:1:t"},"End":true}}}"#;
    let (document, _) = Document::parse(text);
    let rendered = iac::export("a", &document, Target::Sam, &Settings::default(), &Options::default()).unwrap();
    let broken = rendered.files[0].text.replace("        TTopicArn: !Ref TTopicArn\n", "");
    assert_ne!(broken, rendered.files[0].text);
    let definition = rendered.files[1].text.clone();
    let found = import::import("template.yaml", &broken, &|_| Some(definition.clone())).unwrap();
    assert_eq!(found[0].bindings[0].expression, "", "a hole without a value has no expression");
}

/// A workflow with a hundred tasks of ten services.
fn hundred_states() -> String {
    let states: Vec<String> = (0..100)
        .map(|at| {
            let (resource, parameters) = match at % 5 {
                0 => ("lambda:invoke", format!(r#"{{"FunctionName":"function-{at}","Payload.$":"$"}}"#)),
                1 => ("dynamodb:putItem", format!(r#"{{"TableName":"table-{at}","Item":{{"id":{{"S.$":"$.id"}}}}}}"#)),
                2 => (
                    "sqs:sendMessage",
                    format!(
                        r#"{{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/1/queue-{at}","MessageBody":{{}}}}"#
                    ),
                ),
                3 => (
                    "states:startExecution.sync:2",
                    format!(r#"{{"StateMachineArn":"arn:aws:states:eu-central-1:1:stateMachine:m{at}"}}"#),
                ),
                _ => ("aws-sdk:s3:getObject", format!(r#"{{"Bucket":"bucket-{at}","Key.$":"$.key"}}"#)),
            };
            let next = if at == 99 { r#""End":true"#.to_owned() } else { format!(r#""Next":"S{}""#, at + 1) };
            format!(
                r#""S{at}":{{"Type":"Task","Resource":"arn:aws:states:::{resource}","Parameters":{parameters},{next}}}"#
            )
        })
        .collect();
    format!(r#"{{"StartAt":"S0","States":{{{}}}}}"#, states.join(","))
}

#[test]
fn a_hundred_states_are_exported_quickly() {
    let text = hundred_states();
    let (document, _) = Document::parse(&text);
    for target in Target::ALL {
        // The best of a few: a busy machine says nothing about the exporter.
        let once = || {
            let begin = std::time::Instant::now();
            let rendered = iac::export("hundred", &document, target, &Settings::default(), &Options::default());
            (begin.elapsed(), rendered.expect("it is exported"))
        };
        let (took, rendered) = (0..5).map(|_| once()).min_by_key(|(took, _)| *took).expect("it was tried");
        println!(
            "{:>16}: {:.1} ms, {} bytes",
            target.id(),
            took.as_secs_f64() * 1e3,
            rendered.files.iter().map(|file| file.text.len()).sum::<usize>()
        );
        // A debug build on a busy machine gets ten times the release build's budget.
        let budget = if cfg!(debug_assertions) { 500 } else { 50 };
        assert!(took.as_millis() < budget, "{}: {took:?}", target.id());
    }
}

/// Pieces that mean something to one of the languages a definition passes through.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    prop_oneof![
        prop::sample::select(vec![
            "${A}",
            "${AWS::Region}",
            "${x_y}",
            "${ not }",
            "${",
            "%{",
            "%{if}",
            "{%{'a':1}%}",
            "%%{",
            "'",
            "\"",
            "\\",
            "\n",
            ": ",
            " #",
            "- ",
            "!Ref a",
            "yes",
            "1e3",
            "null",
            "é",
            "😀",
            "\u{85}",
            "\u{2028}",
            "\t",
            " ",
            "`",
            "{{x}}",
            "a",
            "*/",
            "<<EOF",
            "|",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ]
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn hostile_texts_come_back_equal(key in proptest::collection::vec(piece(), 0..4), value in proptest::collection::vec(piece(), 0..6)) {
        let (key, value) = (key.concat(), value.concat());
        let quoted = |text: &str| serde_json::to_string(text).expect("a string is JSON");
        let text = format!(
            "{{\"StartAt\":\"P\",\"States\":{{\"P\":{{\"Type\":\"Pass\",\"Result\":{{{}:[{}]}},\"End\":true}}}}}}",
            quoted(&key),
            quoted(&value)
        );
        // Several marks in a row are only read back by Terraform itself.
        let dollars = text.contains("$$") || text.contains("%%{");
        for (target, json) in [(Target::Sam, false), (Target::Cloudformation, false), (Target::Cloudformation, true), (Target::Terraform, false)] {
            if !(dollars && target == Target::Terraform) {
                proptest::prop_assert!(check("hostile", &text, target, &Options { json, ..Options::default() }), "{}", text);
            }
        }
    }
}
