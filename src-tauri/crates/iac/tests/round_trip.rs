//! What is exported and read back, with every value filled in, is the document: for every workflow, for every target whose
//! template can be read back. And every hole has a value, and every value is used.

mod support;

use asl::Document;
use iac::import;
use iac::placeholders::Value;
use iac::{Options, Settings, Target};

use support::offline::{self, check};

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
        for target in [Target::CdkTs, Target::CdkPy, Target::Pulumi] {
            offline::check_program(&name, &text, target, &Settings::default());
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
