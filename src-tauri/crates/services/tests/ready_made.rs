//! Patterns and blueprints are valid as they stand, in every language they come in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expect_test::expect;
use machine::{Compiled, Dataset, Effect, Execution, Fact, Failure, Settings, Timestamp};
use services::blueprints::{BLUEPRINTS, Blueprint};
use services::{Callee, Language, parse_resource, patterns::PATTERNS};

/// Neither an error nor anything a reviewer would say; every call is known.
fn check(what: &str, text: &str) -> serde_json::Value {
    let (document, diagnostics) = asl::Document::parse(text);
    let found = lint::validate(&document, &diagnostics, asl::check::MachineType::Standard);
    // Patterns are parts of a machine, and a loan has no end that is known: the timeout of the whole is for others to choose.
    // Two of the examples go round until the world says stop: a snapshot that is there, a book that is back.
    let accepted = |code: &str| {
        code == "machine-without-timeout"
            || code == "unbounded-loop" && matches!(what, "nightly-backup" | "library-loan")
    };
    let found: Vec<_> = found
        .iter()
        .filter(|found| !accepted(&found.code))
        .map(|found| format!("{} {}: {}", found.code, found.pointer.as_deref().unwrap_or_default(), found.message))
        .collect();
    assert!(found.is_empty(), "{what}: {found:#?}");
    assert!(asl::check(&document).program.is_some(), "{what}");
    let value = serde_json::from_str(text).expect("it was parsed");
    resources(what, &value);
    value
}

/// Every Resource is one we know, and its arguments are ones it takes.
fn resources(what: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(resource) = fields.get("Resource").and_then(serde_json::Value::as_str) {
                let reads_s3 = resource.starts_with("arn:aws:states:::s3:");
                let parsed = parse_resource(resource);
                assert!(
                    reads_s3 || !matches!(parsed.callee, Callee::Unknown | Callee::UnknownCall),
                    "{what}: {resource}"
                );
                let known = services::arguments_at(resource, &[]);
                let given =
                    fields.get("Parameters").or_else(|| fields.get("Arguments")).and_then(serde_json::Value::as_object);
                for key in given.into_iter().flatten().map(|(key, _)| key.trim_end_matches(".$")) {
                    assert!(
                        known.is_empty() || known.iter().any(|field| field.name == key),
                        "{what}: {resource} takes no {key}"
                    );
                }
            }
            fields.values().for_each(|field| resources(what, field));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| resources(what, item)),
        _ => {}
    }
}

#[test]
fn patterns_are_valid_and_have_the_same_states_in_both_languages() {
    let mut ids = BTreeSet::new();
    for pattern in PATTERNS {
        assert!(ids.insert(pattern.id), "{} is there twice", pattern.id);
        for language in [Language::JsonPath, Language::Jsonata] {
            let definition = check(pattern.id, pattern.definition(language));
            assert_eq!(definition["QueryLanguage"] == "JSONata", language == Language::Jsonata, "{}", pattern.id);
            assert!(definition["States"].as_object().is_some_and(|states| !states.is_empty()));
        }
    }
    assert_eq!(ids.len(), 8);
}

#[test]
fn blueprints_are_valid_and_say_what_they_do() {
    let mut ids = BTreeSet::new();
    for blueprint in BLUEPRINTS {
        assert!(ids.insert(blueprint.id), "{} is there twice", blueprint.id);
        let definition = check(blueprint.id, blueprint.definition);
        assert_eq!(definition["Comment"], blueprint.summary, "{}", blueprint.id);
        serde_json::from_str::<serde_json::Value>(blueprint.input).expect("the input is JSON");
    }
    assert!(ids.len() >= 10);
}

/// Runs every test case of every blueprint to its end, with its own mocks.
#[test]
fn blueprints_run_with_their_mocks() {
    let mut ends = String::new();
    for blueprint in BLUEPRINTS {
        let mocks: serde_json::Value = serde_json::from_str(blueprint.mocks).expect("the mocks are JSON");
        let cases = mocks["StateMachines"][blueprint.id]["TestCases"]
            .as_object()
            .expect("test cases under the blueprint's name");
        assert!(!cases.is_empty());
        for (name, case) in cases {
            ends += &format!("{} / {name}: {}\n", blueprint.id, run(blueprint, case, &mocks["MockedResponses"]));
        }
    }
    expect![[r#"
        order-approval / Approved: Succeeded {"orderId":"A-1042","customer":{"name":"Nia Osei","email":"nia@example.com"},"items":[{"sku":"lamp-brass","quantity":2,"price":89.5},{"sku":"bulb-e27","quantity":4,"price":6.25}],"processed":{"total":204,"reservation":"R-7731"},"approval":{"decision":"approved","by":"j.marsh"},"notification":{"MessageId":"5d0a6c1e-0b8f-4c39-9f1e-6f0f8a1d2c3b"}}
        order-approval / Rejected: Succeeded {"orderId":"A-1042","customer":{"name":"Nia Osei","email":"nia@example.com"},"items":[{"sku":"lamp-brass","quantity":2,"price":89.5},{"sku":"bulb-e27","quantity":4,"price":6.25}],"processed":{"total":204,"reservation":"R-7731"},"approval":{"decision":"rejected","by":"j.marsh","reason":"The credit limit is used up."},"notification":{"MessageId":"5d0a6c1e-0b8f-4c39-9f1e-6f0f8a1d2c3b"}}
        order-approval / Out of stock: Failed OutOfStock
        order-approval / Lambda throttled twice: Succeeded {"orderId":"A-1042","customer":{"name":"Nia Osei","email":"nia@example.com"},"items":[{"sku":"lamp-brass","quantity":2,"price":89.5},{"sku":"bulb-e27","quantity":4,"price":6.25}],"processed":{"total":204,"reservation":"R-7732"},"approval":{"decision":"approved","by":"j.marsh"},"notification":{"MessageId":"5d0a6c1e-0b8f-4c39-9f1e-6f0f8a1d2c3b"}}
        order-approval / Answer the approval by hand: nobody answers Request Approval
        order-saga / Ordered: Succeeded {"orderId":"A-2217","charge":"ch_8831","total":179,"parcel":"00340434161094042557"}
        order-saga / Out of stock: Failed OutOfStock
        order-saga / Card declined: Failed States.Http.StatusCode.402
        order-saga / No carrier: Failed NoCarrier
        nightly-etl / A day with orders: Succeeded {"day":"2026-11-19","job":{"run":"jr_0f9d1c2b3a4e5f60718293a4b5c6d7e8","seconds":214},"query":{"id":"b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d"},"sums":{"orders":"1204","total":"88213.40"}}
        nightly-etl / A day without orders: Succeeded {"day":"2026-11-19","job":{"run":"jr_0f9d1c2b3a4e5f60718293a4b5c6d7e8","seconds":214},"query":{"id":"b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d"},"sums":{"orders":"0","total":"0"}}
        nightly-etl / The Glue job fails: Failed States.TaskFailed
        csv-import / Every row written: Succeeded {"bucket":"price-lists","key":"products.csv","batches":[{"written":2},{"written":2},{"written":2}]}
        csv-import / The function throws: Failed TooManyFailures
        image-check / Harbour: Succeeded {"bucket":"uploads","key":"2026/11/harbour.jpg","seen":{"labels":["Boat","Harbor","Water"],"offence":{"found":[],"count":0}}}
        image-check / Offence: Succeeded {"bucket":"uploads","key":"2026/11/harbour.jpg","seen":{"labels":["Boat","Harbor","Water"],"offence":{"found":["Weapons"],"count":1}}}
        image-check / Not an image: Failed NotAnImage
        weekly-report / A good week: Succeeded {"week":"2026-W47","words":"A good week: 508 orders from two countries. Germany leads again. The Netherlands are catching up.","total":37331.5}
        weekly-report / The model is busy: Succeeded {"week":"2026-W47","words":"Sales of week 2026-W47: 37331.5","total":37331.5}
        weekly-report / No sales: Succeeded {"week":"2026-W47","sales":[]}
        meeting-notes / Done at the third look: Succeeded {"recording":"s3://meeting-recordings/2026-11-20-planning.mp3","email":"nia@example.com","job":{"name":"planning"},"looks":{"count":3},"look":{"status":"COMPLETED"},"read":{"transcript":{"jobName":"planning","results":{"transcripts":[{"transcript":"We ship on Friday. Ada writes the notes."}]}}},"notes":{"text":"1. The release is on Friday.\n2. Ada writes the notes."},"mail":{"message":"0107018f3c2a-5d0a6c1e"}}
        meeting-notes / Recording is broken: Failed NotTranscribed
        nightly-backup / Complete after twenty minutes: Succeeded {"id":"orders-production-2026-11-20","status":"available","percent":100}
        nightly-backup / Snapshot fails: Failed BackupFailed
        contact-form / Stored and mailed: Succeeded {"status":202,"message":"Thank you, we will be in touch."}
        contact-form / Form is invalid: Succeeded {"status":400,"message":"The address “tomas@” is not complete."}
        contact-form / Spam: Succeeded {"status":202,"message":"Thank you, we will be in touch."}
        contact-form / Mail server refuses: Succeeded {"status":202,"message":"Thank you, we will be in touch."}
        contact-form / Table is gone: Succeeded {"status":503,"message":"Please try again in a minute."}
        library-loan / Returned at the first reminder: Succeeded {"book":"The Left Hand of Darkness","reader":{"name":"Ines Duarte","email":"ines@example.com","trusted":false},"reply":{"answer":"returned"}}
        library-loan / Extended once by the librarian: Succeeded {"book":"The Left Hand of Darkness","reader":{"name":"Ines Duarte","email":"ines@example.com","trusted":false},"reply":{"answer":"returned"},"decision":{"extend":true}}
        library-loan / Not extended: Succeeded {"book":"The Left Hand of Darkness","reader":{"name":"Ines Duarte","email":"ines@example.com","trusted":false},"reply":{"answer":"returned"},"decision":{"extend":false}}
        library-loan / Book already lent: Failed AlreadyLent
        library-loan / Answer the reader by hand: nobody answers Remind Reader
        game-level / Everything saved: Succeeded {"score":{"stored":true},"items":["silver key","rope","lantern"],"leaderboard":{"rank":3}}
        game-level / Leaderboard down, old score better: Succeeded {"score":{"stored":false},"items":["silver key","rope","lantern"],"leaderboard":{"rank":null}}
        game-level / Inventory is gone: Failed DynamoDB.ResourceNotFoundException
    "#]].assert_eq(&ends);
}

/// Its status and output or error, or the task that nobody answers.
fn run(blueprint: &Blueprint, case: &serde_json::Value, responses: &serde_json::Value) -> String {
    let program = asl::check(&asl::Document::parse(blueprint.definition).0).program.expect("checked above");
    let machine = Arc::new(Compiled::new(&program).expect("it compiles"));
    let input = query::Value::parse(blueprint.input).expect("JSON");
    let settings = Settings::named(blueprint.id, "run", machine::Kind::Standard);
    let mut execution = Execution::start(machine, settings, input);
    let mut now = Timestamp::from_millis(1_795_132_800_000);
    let mut invocations: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..10_000 {
        let Some(step) = execution.step(now) else {
            match execution.next_wake() {
                Some(wake) if !execution.is_finished() => now = wake,
                _ => break,
            }
            continue;
        };
        for effect in step.effects {
            let fact = match effect {
                Effect::InvokeTask(task) => {
                    let number = invocations.entry(task.state_name.to_string()).or_default();
                    let mock = case[&*task.state_name].as_str().unwrap_or_default();
                    let Some(answer) = answer(&responses[mock], *number) else {
                        return format!("nobody answers {}", task.state_name);
                    };
                    *number += 1;
                    match answer.get("Throw") {
                        Some(thrown) => Fact::TaskFailed {
                            effect: task.effect,
                            failure: Failure {
                                error: thrown["Error"].as_str().map(query::Text::from),
                                cause: thrown["Cause"].as_str().map(query::Text::from),
                            },
                        },
                        None => Fact::TaskSucceeded {
                            effect: task.effect,
                            output: query::Value::parse(&answer["Return"].to_string()).expect("JSON"),
                        },
                    }
                }
                Effect::ReadDataset(request) => {
                    let (_, text) = blueprint.files.first().expect("what it reads lies beside it");
                    Fact::DatasetRead {
                        effect: request.effect,
                        dataset: Dataset::Object { text: query::Text::from(*text) },
                    }
                }
                Effect::WriteDataset { request, .. } => Fact::DatasetWritten { effect: request.effect },
                Effect::StartTimer { .. } | Effect::Cancel { .. } => continue,
            };
            execution.deliver(fact);
        }
    }
    let Some(outcome) = execution.outcome() else { return format!("{:?}", execution.status()) };
    match (&outcome.output, &outcome.failure.error) {
        (Some(output), _) => format!("{:?} {}", outcome.status, output.compact()),
        (None, error) => format!("{:?} {}", outcome.status, error.as_deref().unwrap_or_default()),
    }
}

fn answer(mock: &serde_json::Value, number: u32) -> Option<&serde_json::Value> {
    mock.as_object()?.iter().find_map(|(range, answer)| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let covers = (first.parse().ok()?..=last.parse().ok()?).contains(&number);
        covers.then_some(answer)
    })
}
