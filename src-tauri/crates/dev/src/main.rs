//! `cargo dev`: what a developer runs, and what the pipeline runs unchanged.
//!
//! This binary uses the standard library only, so that the first `cargo dev` on a new machine answers in a second. Tools that
//! need the engine live in their own packages and are started from here.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod engine;
mod generate;
mod prepare;
mod run;
mod shell;
mod test;
mod verify_iac;

use std::process::ExitCode;

const HELP: &str = "\
cargo dev <task>

  run [FILE]                        the application on FILE, or on an example; without a display, the same UI on loopback
  test [PART…]                      every test, or some parts of them: format lint rust ui browser window
  generate [--check]                the files made from the Rust sources
  conformance CASES --out RESULTS   the engine's answers to recorded cases
  bench [ARGUMENTS…]                measurements of the engine; --ui measures the page and the window
  verify-iac [--full] [FILE…]       exports proved with the tools people deploy with; --full also CDK in Python
  import-check FOLDER               the workflows of a folder read, exported and edited in place, without touching it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match task {
        "run" => run::run(rest),
        "test" => test::test(rest),
        "generate" => generate::generate(rest.iter().any(|argument| argument == "--check")),
        "conformance" => engine::conformance(rest),
        "bench" => engine::bench(rest),
        "verify-iac" => verify_iac::verify(rest),
        "import-check" => verify_iac::import_check(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        unknown => {
            eprintln!("cargo dev: there is no task {unknown:?}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("cargo dev {task}: {message}");
            ExitCode::FAILURE
        }
    }
}
