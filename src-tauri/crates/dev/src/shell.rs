//! Starting other programs from the root of the project.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a task answers: nothing, or the one line that says what went wrong.
pub(crate) type Outcome = Result<(), String>;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).expect("the crate lies in src-tauri/crates/dev")
}

pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(ui());
    command
}

pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// A command of the UI on a screen of its own, so that the result does not depend on the desktop it runs on.
pub(crate) fn on_a_screen(command: &[&str]) -> Command {
    let mut arguments = vec!["--auto-servernum", "--server-args=-screen 0 1440x900x24 -nolisten tcp"];
    arguments.extend(command);
    let mut screen = program("xvfb-run", &arguments);
    screen.current_dir(ui());
    screen
}

/// Runs it to its end with its output on the terminal.
pub(crate) fn go(mut command: Command) -> Outcome {
    let line = describe(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` could not be started: {error}")),
    }
}

/// Runs it and returns what it printed.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let line = describe(&command);
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| format!("`{line}` could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{line}` ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{line}` printed something that is not text"))
}

/// Whether it can be started and ends well; its output is dropped.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Announces a step and says how long it took.
pub(crate) fn step(title: &str, body: impl FnOnce() -> Outcome) -> Outcome {
    println!("\n▸ {title}");
    let begin = Instant::now();
    let outcome = body();
    let mark = if outcome.is_ok() { "✓" } else { "✗" };
    println!("{mark} {title} ({:.0} s)", begin.elapsed().as_secs_f64());
    outcome
}

fn describe(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
