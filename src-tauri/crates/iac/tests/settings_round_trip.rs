//! Settings survive the way out to a target and back in, and what a target cannot express is said.

use std::collections::BTreeMap;

use asl::Document;
use iac::import;
use iac::{Options, Settings, Target};

const DEFINITION: &str = r#"{"StartAt":"Save","States":{"Save":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:putItem",
    "Parameters":{"TableName":"Orders","Item":{}},"End":true}}}"#;

fn settings(json: &str) -> Settings {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The settings as they come back, and the notes of the export.
fn there_and_back(target: Target, settings: &Settings) -> (Settings, Vec<String>) {
    let (document, _) = Document::parse(DEFINITION);
    let rendered = iac::export("orders", &document, target, settings, &Options::default()).expect("it is exported");
    let files: BTreeMap<&str, &str> =
        rendered.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let main = match target {
        Target::Terraform => "main.tf",
        Target::Serverless => "serverless.yml",
        _ => "template.yaml",
    };
    let read = |path: &str| files.get(path).map(|text| (*text).to_owned());
    let beside: Vec<&str> = files.keys().copied().filter(|path| path.ends_with(".tf")).collect();
    let mut found =
        import::import_beside(&import::Place { path: main, text: files[main], files: &read, beside: &beside })
            .unwrap_or_else(|error| panic!("{error}\n{}", files[main]));
    assert_eq!(found.len(), 1, "{}", files[main]);
    let workflow = found.swap_remove(0);
    assert!(workflow.notes.is_empty(), "{:?}\n{}", workflow.notes, files[main]);
    let notes = rendered.notes.iter().filter(|note| note.warning).map(|note| note.text.clone()).collect();
    (workflow.settings, notes)
}

/// Names as the target spells them do not matter.
fn comparable(mut settings: Settings) -> Settings {
    settings.placeholders.clear();
    for trigger in &mut settings.triggers {
        let name = match trigger {
            iac::settings::Trigger::Schedule { name, input, .. } => {
                *input = input.take().map(|text| compact(&text));
                name
            }
            iac::settings::Trigger::EventPattern { name, pattern, .. } => {
                *pattern = compact(pattern);
                name
            }
            iac::settings::Trigger::Api { name, .. } => name,
        };
        name.clear();
    }
    settings.triggers.sort_by_key(|trigger| serde_json::to_string(trigger).unwrap_or_default());
    settings
}

fn compact(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string())
}

#[test]
fn settings_come_back_from_every_target_that_can_be_read() {
    let all = [
        r#"{"type": "EXPRESS"}"#,
        r#"{"machineName": "orders-eu", "tracing": true}"#,
        r#"{"tags": {"team": "shop", "cost centre": "4 2"}}"#,
        r#"{"logging": {"level": "ALL", "includeExecutionData": true, "retentionDays": 90}}"#,
        r#"{"logging": {"level": "FATAL", "includeExecutionData": false, "retentionDays": 30}}"#,
        r#"{"alias": {"name": "live"}}"#,
        r#"{"role": {}}"#,
        r#"{"encryption": {"reuseSeconds": 120}}"#,
        r#"{"triggers": [{"type": "schedule", "name": "Nightly", "expression": "cron(0 3 * * ? *)", "timezone": "Europe/Berlin", "input": "{\"a\": \"b's\"}"}]}"#,
        r#"{"triggers": [{"type": "eventPattern", "name": "Paid", "pattern": "{\"source\": [\"shop\"]}"}]}"#,
        r#"{"triggers": [{"type": "api", "name": "Start", "path": "/orders/{id}", "method": "POST"}]}"#,
        r#"{"type": "EXPRESS", "triggers": [{"type": "api", "name": "Start", "path": "/orders/{id}", "method": "POST"}]}"#,
        r#"{"type": "EXPRESS", "alias": {"name": "live"}, "triggers": [{"type": "api", "name": "Start", "path": "/", "method": "GET"},
            {"type": "schedule", "name": "Nightly", "expression": "rate(1 day)"}]}"#,
        r#"{"alias": {"name": "live", "deployment": {"type": "CANARY", "percentage": 10, "interval": 5, "alarms": ["Errors"]}},
            "triggers": [{"type": "schedule", "name": "Nightly", "expression": "rate(1 day)"}]}"#,
    ];
    for json in all {
        let wanted = settings(json);
        for target in [Target::Sam, Target::Cloudformation, Target::Terraform, Target::Serverless] {
            let (back, notes) = there_and_back(target, &wanted);
            let mut expected = wanted.clone();
            // What the target has no words for, and says so.
            let cannot: &[&str] = match target {
                Target::Sam => &["encryption"],
                Target::Terraform => &["deployment"],
                _ => &[],
            };
            for what in cannot {
                match *what {
                    "encryption" if wanted.encryption.is_some() => {
                        expected.encryption = None;
                        assert!(notes.iter().any(|note| note.contains("key of your own")), "{notes:?}");
                    }
                    "deployment" => {
                        if let Some(alias) = expected.alias.as_mut().filter(|alias| alias.deployment.is_some()) {
                            alias.deployment = None;
                            assert!(notes.iter().any(|note| note.contains("gradual deployment")), "{notes:?}");
                        }
                    }
                    _ => {}
                }
            }
            assert_eq!(comparable(back), comparable(expected), "{} {json}", target.id());
        }
    }
}

#[test]
fn every_target_says_everything_or_that_it_cannot() {
    // Words that each setting leaves in the files of a target.
    let cases: [(&str, &[&str]); 9] = [
        (r#"{"machineName": "orders-eu"}"#, &["orders-eu"]),
        (r#"{"tags": {"team": "shop"}}"#, &["team", "shop"]),
        (
            r#"{"logging": {"level": "FATAL", "includeExecutionData": true, "retentionDays": 90}}"#,
            &["FATAL", "90", "/aws/vendedlogs/states/"],
        ),
        (r#"{"alias": {"name": "stable"}}"#, &["stable"]),
        (r#"{"role": {"arn": "arn:aws:iam::1:role/mine"}}"#, &["arn:aws:iam::1:role/mine"]),
        (
            r#"{"encryption": {"keyArn": "arn:aws:kms:r:1:key/k", "reuseSeconds": 77}}"#,
            &["arn:aws:kms:r:1:key/k", "77"],
        ),
        (
            r#"{"triggers": [{"type": "schedule", "name": "N", "expression": "rate(7 days)", "timezone": "Asia/Tokyo"}]}"#,
            &["rate(7 days)", "Asia/Tokyo"],
        ),
        (
            r#"{"triggers": [{"type": "eventPattern", "name": "E", "pattern": "{\"source\": [\"warehouse\"]}", "bus": "mybus"}]}"#,
            &["warehouse", "mybus"],
        ),
        (r#"{"triggers": [{"type": "api", "name": "A", "path": "/deep/path", "method": "PUT"}]}"#, &["deep", "path"]),
    ];
    let (document, _) = Document::parse(DEFINITION);
    for target in Target::ALL.into_iter().filter(|target| *target != Target::Iam) {
        for (json, words) in &cases {
            let rendered = iac::export("orders", &document, target, &settings(json), &Options::default()).unwrap();
            let text: String = rendered.files.iter().map(|file| file.text.as_str()).collect();
            let missing: Vec<_> = words.iter().filter(|word| !text.contains(**word)).collect();
            let said =
                rendered.notes.iter().any(|note| note.warning && note.text.starts_with("not part of the export"));
            assert!(missing.is_empty() || said, "{} {json}: {missing:?}\n{text}", target.id());
        }
    }
}

/// The value of a placeholder is still its value after the way out and in again, as many times as one likes.
#[test]
fn placeholders_keep_their_values() {
    let (mut document, _) = Document::parse(DEFINITION);
    for target in [Target::Sam, Target::Cloudformation, Target::Terraform, Target::Serverless] {
        let mut settings = Settings::default();
        for _ in 0..3 {
            let rendered = iac::export("orders", &document, target, &settings, &Options::default()).unwrap();
            let value = rendered.placeholders[0].default_value();
            assert_eq!(value, Some("Orders"), "{}", target.id());
            let files: BTreeMap<&str, &str> =
                rendered.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
            let main =
                *files.keys().find(|path| matches!(**path, "main.tf" | "serverless.yml" | "template.yaml")).unwrap();
            let read = |path: &str| files.get(path).map(|text| (*text).to_owned());
            let beside: Vec<&str> = files.keys().copied().filter(|path| path.ends_with(".tf")).collect();
            let workflow =
                import::import_beside(&import::Place { path: main, text: files[main], files: &read, beside: &beside })
                    .unwrap()
                    .remove(0);
            assert_eq!(workflow.settings.placeholders.len(), 1, "{}: {:?}", target.id(), workflow.bindings);
            document = Document::parse(&workflow.text).0;
            settings = workflow.settings;
        }
        document = Document::parse(DEFINITION).0;
    }
}

/// Who calls an API of an Express machine waits for its answer; its schedule has nobody who does.
#[test]
fn an_api_waits_for_an_express_machine() {
    let (document, _) = Document::parse(DEFINITION);
    let triggers = r#""triggers": [{"type": "api", "name": "Start", "path": "/orders", "method": "POST"},
        {"type": "schedule", "name": "Nightly", "expression": "rate(1 day)"}]"#;
    for target in Target::ALL.into_iter().filter(|target| *target != Target::Iam) {
        for alias in ["", r#""alias": {"name": "live"}, "#] {
            let files = |kind: &str| {
                let settings = settings(&format!(r#"{{"type": "{kind}", {alias}{triggers}}}"#));
                let rendered = iac::export("orders", &document, target, &settings, &Options::default()).unwrap();
                rendered.files.into_iter().map(|file| file.text).collect::<String>()
            };
            let (standard, express) = (files("STANDARD"), files("EXPRESS"));
            assert!(!standard.contains("StartSyncExecution"), "{}: {standard}", target.id());
            // What is called, and what the API's role may do.
            assert!(express.contains("states:StartSyncExecution"), "{}: {express}", target.id());
            let called = [
                "states:action/StartSyncExecution",
                "action: 'StartSyncExecution'",
                "action=\"StartSyncExecution\"",
                "action: StartSyncExecution",
            ];
            assert!(called.iter().any(|call| express.contains(call)), "{}: {express}", target.id());
            // Whoever waits gets the output and not the description of an execution, and an error as an error.
            let answers = |text: &str| text.matches("$context.responseOverride.status = 50").count();
            assert_eq!((answers(&standard), answers(&express)), (0, 2), "{}: {express}", target.id());
            // The API's own role may not do more. SAM and the plugin make the schedule's.
            let others = express.matches("states:StartExecution").count();
            let made_elsewhere = matches!(target, Target::Sam | Target::Serverless);
            assert_eq!(others, usize::from(!made_elsewhere), "{}: {express}", target.id());
        }
    }
}

/// An API that starts an Express machine and does not wait for it comes in, and it is said that an export would wait.
#[test]
fn an_api_that_does_not_wait_is_named() {
    let sam = r#"Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition: { StartAt: A, States: { A: { Type: Succeed } } }
      Events:
        Start: { Type: Api, Properties: { Path: /orders, Method: post } }
"#;
    let serverless = r#"service: orders
stepFunctions:
  stateMachines:
    orders:
      type: EXPRESS
      events:
        - http: { path: orders, method: post }
        - http: { path: stop, method: post, action: StopExecution }
      definition: { StartAt: A, States: { A: { Type: Succeed } } }
"#;
    for (path, text) in [("template.yaml", sam), ("serverless.yml", serverless)] {
        let found = import::import(path, text, &|_| None).unwrap();
        assert_eq!(found[0].settings.triggers.len(), 1, "{:?}", found[0].settings);
        assert!(found[0].notes.iter().any(|note| note.text.contains("without waiting")), "{:?}", found[0].notes);
        let waiting = text.replace("method: post }", "method: post, action: StartSyncExecution }");
        let found = import::import(path, &waiting, &|_| None).unwrap();
        let named = found[0].notes.iter().any(|note| note.text.contains("without waiting"));
        assert_eq!(named, path == "template.yaml", "{:?}", found[0].notes);
    }
}

#[test]
fn a_role_of_ones_own_is_not_made() {
    let (document, _) = Document::parse(DEFINITION);
    let own = settings(r#"{"role": {"arn": "arn:aws:iam::1:role/mine"}}"#);
    for target in Target::ALL {
        let rendered = iac::export("orders", &document, target, &own, &Options::default()).unwrap();
        let text: String = rendered.files.iter().map(|file| file.text.as_str()).collect();
        assert_eq!(text.contains("PutItem\""), target == Target::Iam, "{}: {text}", target.id());
        assert!(!rendered.statements.is_empty(), "what it needs is still shown");
    }
}
