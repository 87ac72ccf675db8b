//! The engine judged and measured: answers to recorded cases, and benchmarks. Started by `cargo dev conformance` and
//! `cargo dev bench`.

mod bench;
mod case;
mod conformance;
mod tested;
mod world;

use std::process::ExitCode;

const USAGE: &str = "usage: engine conformance CASES --out RESULTS [--only TEXT] | engine bench [WORKLOADS]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((task, rest)) if task == "conformance" => conformance::run(rest),
        Some((task, rest)) if task == "bench" => bench::run(rest),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            #[expect(clippy::print_stderr, reason = "a command-line tool")]
            {
                eprintln!("{message}");
            }
            ExitCode::from(2)
        }
    }
}
