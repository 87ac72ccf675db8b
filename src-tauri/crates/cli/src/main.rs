//! `stepwright`: the command line. One file for each command; this one only tells them apart.
//!
//! Exit codes, which scripts depend on: 0 is yes, 1 is no (a failed execution, an invalid definition), 2 is wrong use or
//! input that cannot be read, with one clear line on standard error.

mod commands;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::{Answer, Trouble};

#[derive(Parser)]
#[command(
    name = "stepwright",
    version,
    about = "Design, debug and ship AWS Step Functions workflows on your own machine."
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what changed between two versions. Answers no if something did.
    Diff(commands::diff::Arguments),
    /// Write a definition as infrastructure-as-code. Answers no if files there differ.
    Export(Box<commands::export::Arguments>),
    /// Lay definitions out anew, comments kept.
    Format(commands::format::Arguments),
    /// Draw a definition.
    Graph(commands::graph::Arguments),
    /// Rename a state and all that refers to it.
    Rename(commands::rename::Arguments),
    /// Hold a recorded history against a definition. Answers no if the definition takes another way.
    Replay(commands::replay::Arguments),
    /// Run a workflow to its end. Answers no if it does not succeed.
    Run(Box<commands::run::Arguments>),
    /// Find the workflows of a project. Answers no if there is none.
    Import(commands::import::Arguments),
    /// Serve the commands, and the window in a browser, on this machine only.
    Serve(commands::serve::Arguments),
    /// Say what is wrong with definitions. Answers no if there are errors.
    Validate(commands::validate::Arguments),
}

fn main() -> ExitCode {
    let answer = match CommandLine::try_parse() {
        Ok(line) => run(line.command),
        Err(error) if !error.use_stderr() => {
            // Help and version are answers, not errors.
            let _ = error.print();
            Ok(Answer::Yes)
        }
        Err(error) => Err(Trouble::usage(&error)),
    };
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(trouble) => {
            output::error_line(trouble);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<Answer, Trouble> {
    match command {
        Command::Diff(arguments) => commands::diff::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Format(arguments) => commands::format::run(&arguments),
        Command::Graph(arguments) => commands::graph::run(&arguments),
        Command::Rename(arguments) => commands::rename::run(&arguments),
        Command::Replay(arguments) => commands::replay::run(&arguments),
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Import(arguments) => commands::import::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Validate(arguments) => commands::validate::run(&arguments),
    }
}
