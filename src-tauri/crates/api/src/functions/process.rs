//! One invocation: a child process with the function's environment, a time limit, and its answer as JSON.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use wire::ImportedFunction;

const NODE: &str = include_str!("node.js");
const PYTHON: &str = include_str!("python.py");
/// Longer than most functions are given, and short enough to notice one that hangs.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Lambda's limit for an answer.
const MAX_ANSWER: u64 = 6 * 1024 * 1024;
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// What a process needs to find its interpreter and a place for files; nothing that belongs to the person.
const INHERITED: &[&str] = &["PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"];

pub(super) enum Outcome {
    /// JSON text.
    Result(String),
    /// The error's name and Lambda's account of it, JSON text.
    Failed { error: String, payload: String },
    /// A person has to answer; why.
    Unanswered(&'static str),
}

enum Language {
    Node,
    Python,
}

fn language(function: &ImportedFunction) -> Option<Language> {
    let runtime = function.runtime.as_deref()?;
    match runtime {
        _ if runtime.starts_with("nodejs") => Some(Language::Node),
        _ if runtime.starts_with("python") => Some(Language::Python),
        _ => None,
    }
}

/// Whether there is code here in a language that can be run.
pub(super) fn can_run(function: &ImportedFunction) -> bool {
    let code = function.code.as_deref().is_some_and(|code| Path::new(code).exists() && !code.ends_with(".zip"));
    code && function.handler.as_deref().is_some_and(|handler| handler.contains('.')) && language(function).is_some()
}

pub(super) fn run(function: &ImportedFunction, event: &str, end: &AtomicBool) -> Outcome {
    let (Some(language), Some(code), Some(handler)) = (language(function), &function.code, &function.handler) else {
        return Outcome::Unanswered("there is no code for it");
    };
    let code = Path::new(code);
    // A single file is its function's whole code.
    let root = if code.is_file() { code.parent().unwrap_or(code) } else { code };
    let name = function.name.as_deref().unwrap_or(&function.id);
    let limit = TIME_LIMIT.as_millis().to_string();
    let mut command = match language {
        Language::Node => {
            let mut command = Command::new("node");
            command.args(["-e", NODE, "--"]);
            command
        }
        Language::Python => {
            let mut command = Command::new("python3");
            command.args(["-c", PYTHON]);
            command
        }
    };
    command.arg(root).arg(handler).arg(&limit);
    command.current_dir(root).env_clear();
    command.envs(INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
    command.envs(&function.environment);
    command.envs([
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("_HANDLER", handler),
        ("STEPWRIGHT_REQUEST_ID", "00000000-0000-0000-0000-000000000001"),
        ("STEPWRIGHT_FUNCTION_ARN", &format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")),
    ]);
    command.env("LAMBDA_TASK_ROOT", root);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(child) = command.spawn() else { return Outcome::Unanswered("its interpreter cannot be started") };
    wait(child, event.to_owned(), end, TIME_LIMIT)
}

fn wait(mut child: Child, event: String, end: &AtomicBool, limit: Duration) -> Outcome {
    let begin = Instant::now();
    let input = child.stdin.take();
    let output = child.stdout.take();
    // On threads of their own, so that neither side waits for the other with a full pipe.
    let write = std::thread::spawn(move || {
        if let Some(mut input) = input {
            // A handler need not read its event.
            let _ = input.write_all(event.as_bytes());
        }
    });
    let read = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = output.map(|output| output.take(MAX_ANSWER + 1).read_to_string(&mut text));
        text
    });
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if end.load(Ordering::Relaxed) || begin.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            Ok(None) => std::thread::sleep(LOOK_EVERY),
            Err(_) => break None,
        }
    };
    if end.load(Ordering::Relaxed) {
        return Outcome::Unanswered("nobody waits for it any more");
    }
    let Some(status) = status else {
        let message = format!("Task timed out after {:.2} seconds", limit.as_secs_f64());
        let payload = json!({ "errorMessage": message }).to_string();
        let cause = format!(
            "The cause could not be determined because Lambda did not return an error type. Returned payload: {payload}"
        );
        return Outcome::Failed { error: "Lambda.Unknown".into(), payload: cause };
    };
    let _ = write.join();
    let text = read.join().unwrap_or_default();
    if text.len() as u64 > MAX_ANSWER {
        return failed(&json!({
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": format!("Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes)."),
        }));
    }
    match serde_json::from_str::<Json>(&text) {
        Ok(answer) if answer.get("error").is_some() => failed(&answer["error"]),
        // The result keeps its bytes: numbers of any size, the order of keys.
        Ok(answer) if answer.get("result").is_some() => {
            let result = text.split_once(':').map_or("", |(_, rest)| rest.trim_end().strip_suffix('}').unwrap_or(rest));
            Outcome::Result(result.trim().to_owned())
        }
        _ => {
            let how = match status.code() {
                Some(code) => format!("exit status {code}"),
                None => "signal: killed".to_owned(),
            };
            failed(&json!({
                "errorType": "Runtime.ExitError",
                "errorMessage": format!("Error: Runtime exited with error: {how}"),
            }))
        }
    }
}

fn failed(payload: &Json) -> Outcome {
    let error = payload.get("errorType").and_then(Json::as_str).unwrap_or("Error").to_owned();
    Outcome::Failed { error, payload: payload.to_string() }
}
