//! Tasks that need the engine itself: started as packages of their own, optimised.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, npm, on_a_screen, target};

pub(crate) fn conformance(arguments: &[String]) -> Outcome {
    engine("conformance", arguments)
}

pub(crate) fn bench(arguments: &[String]) -> Outcome {
    if arguments.iter().any(|argument| argument == "--ui") {
        return bench_ui();
    }
    engine("bench", arguments)
}

/// The canvas and the debugger in Chromium, then in the real window where there is a driver for it.
fn bench_ui() -> Outcome {
    prepare::window()?;
    prepare::journeys()?;
    prepare::built_ui()?;
    let driver = prepare::tauri_driver()?;
    go(cargo(&["build", "--quiet", "--release", "--package", "stepwright"]))?;
    let window = ["build", "--quiet", "--release", "--package", "stepwright-desktop", "--features", "custom-protocol"];
    go(cargo(&window))?;
    let mut browser = npm(&["run", "bench"]);
    browser.env("STEPWRIGHT_BIN", target().join("release/stepwright"));
    go(browser)?;
    let mut window = on_a_screen(&["npm", "run", "bench:window"]);
    window.env("STEPWRIGHT_WINDOW", target().join("release/stepwright-desktop")).env("TAURI_DRIVER", driver);
    go(window)
}

fn engine(task: &str, arguments: &[String]) -> Outcome {
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "engine", "--", task]);
    command.args(arguments);
    go(command)
}
