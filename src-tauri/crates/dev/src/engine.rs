//! Tasks that need the engine itself: started as packages of their own, optimised.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, npm, target};

pub(crate) fn conformance(arguments: &[String]) -> Outcome {
    engine("conformance", arguments)
}

pub(crate) fn bench(arguments: &[String]) -> Outcome {
    if arguments.iter().any(|argument| argument == "--ui") {
        prepare::journeys()?;
        prepare::built_ui()?;
        go(cargo(&["build", "--quiet", "--release", "--package", "stepwright"]))?;
        let mut bench = npm(&["run", "bench"]);
        bench.env("STEPWRIGHT_BIN", target().join("release/stepwright"));
        return go(bench);
    }
    engine("bench", arguments)
}

fn engine(task: &str, arguments: &[String]) -> Outcome {
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "engine", "--", task]);
    command.args(arguments);
    go(command)
}
