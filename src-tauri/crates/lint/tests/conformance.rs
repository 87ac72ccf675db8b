//! The verdicts recorded on the service: the same code, words and place.

mod shared;

use asl::check::MachineType;
use lint::service::{self, request};
use serde_json::{Value, json};

#[test]
fn recorded_verdicts() {
    let Some(shared) = shared::shared() else { return };
    let (mut judged, mut wrong) = (0, Vec::new());
    for path in shared::files_below(&shared.join("conformance/cases")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let case: Value = serde_json::from_str(&text).expect("the case is JSON");
        if case["kind"] != "validation" {
            continue;
        }
        judged += 1;
        let answer = answer(&case);
        if let Some(difference) = difference(&case["expected"], &answer) {
            wrong.push(format!("{}: {difference}", case["id"].as_str().unwrap_or_default()));
        }
    }
    assert_eq!(judged, 27, "the recording holds 27 verdicts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What we answer, in the shape of the recording.
fn answer(case: &Value) -> Value {
    let machine_type = if case["type"] == "EXPRESS" { MachineType::Express } else { MachineType::Standard };
    let definition = match case["definition_raw"].as_str() {
        Some(raw) => raw.to_owned(),
        None => case["definition"].to_string(),
    };
    let verdict = service::validate_definition(&definition, machine_type, false);
    if case["api"] == "validate_state_machine_definition" {
        let diagnostics: Vec<Value> = verdict
            .diagnostics
            .iter()
            .map(|diagnostic| {
                json!({
                    "severity": diagnostic.severity_name(),
                    "code": diagnostic.code,
                    "message": diagnostic.message,
                    "location": diagnostic.location,
                })
            })
            .collect();
        return json!({ "result": verdict.result(), "diagnostics": diagnostics, "truncated": verdict.truncated });
    }
    match judge_request(case, &verdict) {
        Ok(()) => json!({}),
        Err(error) => json!({ "error": { "Code": error.code, "Message": error.message } }),
    }
}

fn judge_request(case: &Value, verdict: &service::Verdict) -> Result<(), request::ApiError> {
    let sent = &case["request"];
    request::check_version_description(sent["versionDescription"].as_str(), sent["publish"] == true)?;
    if let Some(arn) = sent["stateMachineArn"].as_str() {
        request::check_update_arn(arn)?;
    }
    let logging = request::LoggingConfiguration {
        level: sent["loggingConfiguration"]["level"].as_str().map(str::to_owned),
        destinations: sent["loggingConfiguration"]["destinations"].as_array().map_or(0, Vec::len),
    };
    request::check_logging(&logging)?;
    request::invalid_definition(verdict)?;
    // The second of two calls with one name: the case names the response it was recorded as.
    if case["snapshot_key"].as_str().is_some_and(|key| key.starts_with("already_exists")) {
        let name = sent["name"].as_str().unwrap_or_default();
        return Err(request::already_exists(&format!("arn:aws:states:us-east-1:111111111111:stateMachine:{name}")));
    }
    Ok(())
}

fn difference(expected: &Value, answer: &Value) -> Option<String> {
    let (wanted, got) = if expected["error"].is_object() {
        (&expected["error"], &answer["error"])
    } else {
        (&expected["response"], answer)
    };
    wanted.as_object()?.iter().filter(|(field, _)| *field != "ResponseMetadata").find_map(|(field, wanted)| {
        let got = &got[field];
        let same = match (wanted.as_str(), got.as_str()) {
            (Some(wanted), Some(got)) => settle(wanted) == settle(got),
            _ => wanted == got,
        };
        (!same).then(|| format!("{field}: expected {wanted}, got {got}"))
    })
}

/// The recording hides partitions, regions and random parts of names.
fn settle(text: &str) -> String {
    let text =
        text.replace("arn:<partition>:states:<region>", "arn:aws:states:us-east-1").replace("<partition>", "aws");
    match text.split_once(":stateMachine:") {
        Some((before, rest)) => {
            let tail = rest.find([':', '\'']).map_or("", |at| &rest[at..]);
            format!("{before}:stateMachine:NAME{tail}")
        }
        None => text,
    }
}
