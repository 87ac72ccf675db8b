//! Workflows made to break an exporter: names, texts and ARNs of every kind, in all seven targets. What a deployment would have
//! is the document, and what is written can be read by each target's language.

mod support;

use std::collections::BTreeSet;

use asl::Document;
use iac::{Options, Rendered, Settings, Target};
use proptest::prelude::*;
use serde_json::{Value, json};

use support::offline;

/// Texts that mean something to a language on the way.
fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "${",
        "%{",
        "${A}",
        "${AWS::Region}",
        "${StateMachineArn}",
        "${ not }",
        "%{ if true }x%{ endif }",
        "{%{'a': 1}%}",
        "{% $x & '${y}' %}",
        "`${x}`",
        "'''",
        "\"\"\"",
        "EOT",
        "\nEOT\n",
        "EOF",
        "<<-EOF",
        "*/",
        "//",
        "#",
        "a/b~c",
        "a\"b",
        "a'b",
        "a\\",
        "\n",
        "\r\n",
        "\u{0}",
        "\u{2028}",
        "\u{feff}",
        "日本",
        "😀",
        "class",
        "import",
        "None",
        "self",
        "true",
        "resource",
        "each.key",
        "Resources",
        "StateMachine",
        "!Ref X",
        "{{resolve:ssm:x}}",
        "__proto__",
        "constructor",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => "[a-z${%}`'\"\\\\ \\n]{0,9}"]
}

/// Names that collide with each other, with what an export makes, or with words of its languages.
fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "order",
        "Order",
        "ORDER",
        "or-der",
        "or_der",
        "class",
        "import",
        "def",
        "lambda",
        "None",
        "self",
        "this",
        "super",
        "props",
        "scope",
        "stack",
        "app",
        "role",
        "Role",
        "table",
        "logs",
        "StateMachine",
        "StateMachineRole",
        "LogGroup",
        "Alias",
        "Version",
        "live",
        "count",
        "for_each",
        "provider",
        "var",
        "local",
        "config",
        "pulumi",
        "aws",
        "iam",
        "region",
        "account",
        "partition",
        "default",
        "new",
        "await",
        "async",
        "1st",
        "7",
        "x",
        "arguments",
        "eval",
        "match",
        "type",
        "id",
    ]);
    known.prop_map(str::to_owned)
}

fn arn(service: &'static str, what: &'static str) -> impl Strategy<Value = String> {
    let places = prop::sample::select(vec![
        ("aws", "eu-central-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-iso", "us-iso-east-1"),
        ("aws-eusc", "eusc-de-east-1"),
    ]);
    (places, name()).prop_map(move |((partition, region), name)| {
        format!("arn:{partition}:{service}:{region}:123456789012:{what}{name}")
    })
}

fn task() -> impl Strategy<Value = Value> {
    prop_oneof![
        (arn("lambda", "function:"), hostile()).prop_map(|(arn, text)| {
            json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": { "FunctionName": arn, "Payload": { text: "{% $states.input %}" } } })
        }),
        arn("lambda", "function:").prop_map(|arn| json!({ "Type": "Task", "Resource": arn })),
        (name(), hostile()).prop_map(|(table, text)| {
            json!({ "Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
                "Arguments": { "TableName": table, "Item": { "id": { "S": text } } } })
        }),
        (arn("sns", ""), hostile()).prop_map(|(topic, text)| {
            json!({ "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Arguments": { "TopicArn": topic, "Message": text } })
        }),
        name().prop_map(|hole| json!({ "Type": "Task", "Resource": format!("${{{}}}", hole.replace('-', "_")) })),
        (arn("states", "stateMachine:"), hostile()).prop_map(|(machine, text)| {
            json!({ "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Arguments": { "StateMachineArn": machine, "Input": text }, "Assign": { "v": "{%{'a': 1}%}" } })
        }),
    ]
}

fn workflow() -> impl Strategy<Value = (String, String)> {
    let states = prop::collection::vec((hostile(), hostile(), task()), 1..5);
    (prop_oneof![3 => name(), 1 => hostile()], states).prop_map(|(machine, states)| {
        let mut made = serde_json::Map::new();
        let first = states.first().map(|(name, ..)| name.clone());
        for (name, comment, mut state) in states {
            state["Comment"] = json!(comment);
            state["End"] = json!(true);
            made.insert(name, state);
        }
        let definition = json!({ "QueryLanguage": "JSONata", "StartAt": first, "States": made });
        (machine, definition.to_string())
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    (name(), name(), hostile(), any::<bool>()).prop_map(|(first, second, text, express)| {
        // Two of one name are refused.
        let second = format!("second {second}");
        let kind = if express { "EXPRESS" } else { "STANDARD" };
        let triggers = json!([
            { "type": "schedule", "name": first, "expression": "rate(1 day)", "input": json!({ "text": text }).to_string() },
            { "type": "eventPattern", "name": second, "pattern": json!({ "source": [text] }).to_string() },
            { "type": "api", "name": format!("{first}-{second}"), "path": "/orders/{id}", "method": "POST" },
        ]);
        let settings = json!({
            "type": kind, "tracing": true, "alias": { "name": "live" }, "triggers": triggers,
            "logging": { "level": "ALL", "includeExecutionData": true, "retentionDays": 7 },
            "tags": { "team": text },
        });
        serde_json::from_value(settings).expect("these are settings")
    })
}

/// What is declared twice in an export, or cannot be read in its language.
fn broken(target: Target, rendered: &Rendered) -> Option<String> {
    for file in &rendered.files {
        let trouble = match file.path.rsplit('.').next() {
            Some("ts") => program(&file.text, "const "),
            Some("py") => program(&file.text, "\0"),
            Some("tf") => module(&file.text),
            Some("yaml" | "yml") => keys(&file.text),
            _ => None,
        };
        if let Some(trouble) = trouble {
            return Some(format!("{} {}: {trouble}\n{}", target.id(), file.path, file.text));
        }
    }
    None
}

/// Strings end where they began, brackets close, nothing is declared twice.
fn program(text: &str, declares: &str) -> Option<String> {
    let mut open: Vec<char> = Vec::new();
    let mut names = BTreeSet::new();
    let python = declares == "\0";
    for line in text.lines() {
        if let Some(name) = line
            .trim_start()
            .trim_start_matches("export ")
            .strip_prefix(declares)
            .and_then(|rest| rest.trim_start_matches("{ ").split([' ', ':']).next())
            && !names.insert((line.len() - line.trim_start().len(), name.to_owned()))
        {
            return Some(format!("{name} is declared twice"));
        }
        let mut quote: Option<char> = None;
        let line = match line.split_once("/**").and_then(|(before, rest)| Some((before, rest.split_once("*/")?))) {
            Some((before, (_, after))) if !python => &format!("{before}{after}"),
            _ => line,
        };
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match (quote, c) {
                (Some(_), '\\') => drop(characters.next()),
                (Some(end), c) if c == end => quote = None,
                (Some(_), _) => {}
                (None, '#') if python => break,
                (None, '/') if !python && characters.peek() == Some(&'/') => break,
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '(' | '[' | '{') => open.push(c),
                (None, ')' | ']' | '}') => {
                    let wanted = match c {
                        ')' => '(',
                        ']' => '[',
                        _ => '{',
                    };
                    if open.pop() != Some(wanted) {
                        return Some(format!("{c} closes nothing: {line}"));
                    }
                }
                _ => {}
            }
        }
        if let Some(quote) = quote {
            return Some(format!("{quote} is left open: {line}"));
        }
    }
    (!open.is_empty()).then(|| format!("{open:?} are left open"))
}

fn module(text: &str) -> Option<String> {
    let body: hcl_edit::structure::Body = match text.parse() {
        Ok(body) => body,
        Err(error) => return Some(format!("{error}")),
    };
    let mut seen = BTreeSet::new();
    body.blocks().find_map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        let name = format!("{} {}", block.ident.as_str(), labels.join(" "));
        (!labels.is_empty() && !seen.insert(name.clone())).then(|| format!("{name} is declared twice"))
    })
}

/// Logical ids and parameters are letters and digits, each once and none for two things.
fn keys(text: &str) -> Option<String> {
    let template = match iac::template::parse(text) {
        Ok(template) => template,
        Err(error) => return Some(error.to_string()),
    };
    let mut seen = BTreeSet::new();
    ["Parameters", "Resources"].into_iter().find_map(|part| {
        let entries = template.get(part).map(iac::template::Item::entries).unwrap_or_default();
        entries.iter().find_map(|(key, _)| {
            let key = key.scalar().unwrap_or_default();
            let legal = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric()) && key.len() <= 255;
            (!legal || !seen.insert(key.to_owned())).then(|| format!("the logical id {key:?}"))
        })
    })
}

/// Texts with several marks in a row are only read back by Terraform itself.
fn only_terraform_reads(text: &str) -> bool {
    text.contains("$$") || text.contains("%%{")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_workflows_come_back_equal_from_every_target((machine, text) in workflow(), settings in settings()) {
        let (document, _) = Document::parse(&text);
        for target in Target::ALL {
            let rendered = match iac::export(&machine, &document, target, &settings, &Options::default()) {
                Ok(rendered) => rendered,
                Err(error) => return Err(TestCaseError::fail(format!("{}: {error}\n{text}", target.id()))),
            };
            prop_assert_eq!(broken(target, &rendered), None, "{}", text);
            match target {
                Target::Sam | Target::Cloudformation | Target::Terraform => {
                    for json in [false, true] {
                        if !(target == Target::Terraform && only_terraform_reads(&text)) {
                            let options = Options { json, ..Options::default() };
                            prop_assert!(offline::check_with(&machine, &text, target, &settings, &options));
                        }
                    }
                }
                Target::CdkTs | Target::CdkPy | Target::Pulumi => {
                    prop_assert!(offline::check_program(&machine, &text, target, &settings).is_some());
                }
                // Values without a default are given on the command line there.
                Target::Serverless if rendered.placeholders.iter().all(|one| one.default_value().is_some()) => {
                    prop_assert!(offline::check_with(&machine, &text, target, &settings, &Options::default()));
                }
                _ => {}
            }
        }
    }
}

/// One long text, and a definition of a megabyte: nothing is cut, and nothing takes long.
#[test]
fn large_definitions() {
    let long = "${x}%{`'\"\\\u{2028}é".repeat(8_000);
    let one = json!({ "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": long, "End": true } } }).to_string();
    let many: serde_json::Map<String, Value> = (0..2_700)
        .map(|at| {
            let state = json!({ "Type": "Task", "Resource": format!("arn:aws:lambda:eu-central-1:1:function:f{}", at % 40),
                "Comment": "x".repeat(280), "End": true });
            (format!("State {at}"), state)
        })
        .collect();
    let many = json!({ "StartAt": "State 0", "States": many }).to_string();
    assert!(many.len() > 1_000_000, "{}", many.len());
    for text in [one, many] {
        for target in [Target::Sam, Target::Cloudformation, Target::Terraform] {
            let begin = std::time::Instant::now();
            assert!(offline::check("large", &text, target, &Options::default()), "{}", target.id());
            assert!(begin.elapsed().as_secs() < 60, "{}: {:?}", target.id(), begin.elapsed());
        }
    }
}
