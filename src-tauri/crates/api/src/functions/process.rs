//! One invocation: a child process with the function's environment, a time limit, and its answer as JSON.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use wire::ImportedFunction;

use super::layers;

const NODE: &str = include_str!("node.js");
const PYTHON: &str = include_str!("python.py");
/// For a function that says nothing: longer than most are given, and short enough to notice one that hangs.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Lambda's own limit, in seconds.
const MAX_TIMEOUT: u32 = 900;
/// As much of what a handler printed is shown when it fails.
const MAX_LOG: usize = 4 * 1024;
/// For what a process printed to arrive after its end; a child of its own may hold the pipe open.
const LOG_GRACE: Duration = Duration::from_millis(200);
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

/// Why a function cannot be run here; nothing if there is code in a language that can.
pub(super) fn problem(function: &ImportedFunction) -> Option<String> {
    let Some(code) = function.code.as_deref() else {
        return Some("the template does not say where its code is".into());
    };
    if code.ends_with(".zip") {
        return Some(format!("its code is packed: {code}"));
    }
    let Some(language) = language(function) else {
        let runtime = function.runtime.as_deref().unwrap_or("a runtime that is not said");
        return Some(format!("it runs on {runtime}; Node.js and Python run here"));
    };
    let Some((module, _)) = function.handler.as_deref().and_then(module_of) else {
        return Some("the template does not say its handler".into());
    };
    if !Path::new(code).exists() {
        return Some(format!("there is no {code}"));
    }
    let root = root_of(Path::new(code));
    let exists = |endings: &[&str]| {
        endings.iter().map(|ending| format!("{module}{ending}")).find(|file| root.join(file).exists())
    };
    match language {
        Language::Node if exists(&["", ".js", ".mjs", ".cjs"]).is_none() => {
            Some(match exists(&[".ts", ".mts", ".cts", ".tsx"]) {
                Some(source) => format!(
                    "{source} is TypeScript and there is no {module}.js beside it: build it first, or let its code lead to the built folder"
                ),
                None => format!("there is no {module}.js in {}", root.display()),
            })
        }
        Language::Python if exists(&[".py", "/__init__.py"]).is_none() => {
            Some(format!("there is no {module}.py in {}", root.display()))
        }
        _ => None,
    }
}

/// A single file is its function's whole code.
fn root_of(code: &Path) -> &Path {
    if code.is_file() { code.parent().unwrap_or(code) } else { code }
}

/// `src/app` and `run` of `src/app.run`.
fn module_of(handler: &str) -> Option<(String, &str)> {
    let (folder, name) = handler.rsplit_once('/').map_or(("", handler), |(folder, name)| (folder, name));
    let (module, function) = name.split_once('.')?;
    // Python's modules may be given with dots.
    let (module, function) = match function.rsplit_once('.') {
        Some((rest, function)) => (format!("{module}/{}", rest.replace('.', "/")), function),
        None => (module.to_owned(), function),
    };
    Some((if folder.is_empty() { module } else { format!("{folder}/{module}") }, function))
}

/// What to do about a module that a handler does not find.
fn advice(root: &Path, language: &Language) -> Option<String> {
    let (manifest, installed, command) = match language {
        Language::Node => ("package.json", Some("node_modules"), "npm install"),
        Language::Python => ("requirements.txt", None, "pip install --requirement requirements.txt --target ."),
    };
    let home = root.ancestors().take(4).find(|folder| folder.join(manifest).is_file())?;
    let missing = installed.is_none_or(|installed| !home.join(installed).exists());
    missing.then(|| format!("its dependencies are not installed: run {command} in {}", home.display()))
}

pub(super) fn run(function: &ImportedFunction, event: &str, end: &AtomicBool) -> Outcome {
    let (Some(language), Some(code), Some(handler)) = (language(function), &function.code, &function.handler) else {
        return Outcome::Unanswered("there is no code for it");
    };
    let code = Path::new(code);
    let root = root_of(code);
    let name = function.name.as_deref().unwrap_or(&function.id);
    let limit = match function.timeout_seconds {
        Some(seconds) => Duration::from_secs(seconds.clamp(1, MAX_TIMEOUT).into()),
        None => TIME_LIMIT,
    };
    let memory = function.memory_mb.unwrap_or(128).to_string();
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
    command.arg(root).arg(handler).arg(limit.as_millis().to_string());
    command.current_dir(root).env_clear();
    command.envs(INHERITED.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
    command.envs(&function.environment);
    command.envs([
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("_HANDLER", handler),
        ("STEPWRIGHT_REQUEST_ID", "00000000-0000-0000-0000-000000000001"),
        ("STEPWRIGHT_FUNCTION_ARN", &format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")),
    ]);
    command.env("LAMBDA_TASK_ROOT", root);
    command.envs(layers::environment(function));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(child) = command.spawn() else { return Outcome::Unanswered("its interpreter cannot be started") };
    match wait(child, event.to_owned(), end, limit) {
        Outcome::Failed { error, payload } if error == "Runtime.ImportModuleError" => {
            let advice = layers::advice(function).or_else(|| advice(root, &language));
            let payload = advice.map_or_else(|| payload.clone(), |advice| advised(&payload, &advice));
            Outcome::Failed { error, payload }
        }
        outcome => outcome,
    }
}

/// An account of a failure with a sentence more.
fn advised(payload: &str, advice: &str) -> String {
    let Ok(mut account) = serde_json::from_str::<Json>(payload) else { return payload.to_owned() };
    let message = account.get("errorMessage").and_then(Json::as_str).unwrap_or_default();
    account["errorMessage"] = format!("{message}\n{advice}").into();
    account.to_string()
}

/// The end of what a process prints, while it prints.
struct Log {
    end: Arc<Mutex<Vec<u8>>>,
    reader: std::thread::JoinHandle<()>,
}

impl Log {
    fn of(source: Option<ChildStderr>) -> Self {
        let end = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&end);
        let reader = std::thread::spawn(move || {
            let Some(mut source) = source else { return };
            let mut buffer = [0_u8; 4096];
            while let Ok(read @ 1..) = source.read(&mut buffer) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&buffer[..read]);
                let over = kept.len().saturating_sub(MAX_LOG);
                kept.drain(..over);
            }
        });
        Self { end, reader }
    }

    fn text(&self) -> String {
        let begin = Instant::now();
        while !self.reader.is_finished() && begin.elapsed() < LOG_GRACE {
            std::thread::sleep(LOOK_EVERY);
        }
        let kept = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).trim().to_owned()
    }
}

fn wait(mut child: Child, event: String, end: &AtomicBool, limit: Duration) -> Outcome {
    let begin = Instant::now();
    let input = child.stdin.take();
    let output = child.stdout.take();
    let log = Log::of(child.stderr.take());
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
        let payload = with_log(json!({ "errorMessage": message }), &log).to_string();
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
        Ok(mut answer) if answer.get("error").is_some() => failed(&with_log(answer["error"].take(), &log)),
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
            let account = json!({
                "errorType": "Runtime.ExitError",
                "errorMessage": format!("Error: Runtime exited with error: {how}"),
            });
            failed(&with_log(account, &log))
        }
    }
}

/// An account of a failure with what the handler printed, which the service would have put into its log.
fn with_log(mut account: Json, log: &Log) -> Json {
    let text = log.text();
    if !text.is_empty()
        && let Some(account) = account.as_object_mut()
    {
        account.insert("log".into(), text.into());
    }
    account
}

fn failed(payload: &Json) -> Outcome {
    let error = payload.get("errorType").and_then(Json::as_str).unwrap_or("Error").to_owned();
    Outcome::Failed { error, payload: payload.to_string() }
}
