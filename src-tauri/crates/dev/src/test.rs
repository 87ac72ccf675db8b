//! `cargo dev test`: every check there is, in the order in which they fail fastest.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, npm, on_a_screen, step, target};

type Part = fn() -> Outcome;

const PARTS: &[(&str, Part)] =
    &[("format", format), ("lint", lint), ("rust", rust), ("ui", ui), ("browser", browser), ("window", window)];

pub(crate) fn test(chosen: &[String]) -> Outcome {
    if let Some(unknown) = chosen.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        let known: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        return Err(format!("there is no part {unknown:?}; there are {}", known.join(", ")));
    }
    match prepare::shared_data() {
        Some(folder) => println!("recorded data: {}", folder.display()),
        None => println!(
            "recorded data: none beside the project (set STEPWRIGHT_SHARED); the tests that need it say so and pass"
        ),
    }
    for (name, part) in PARTS {
        if chosen.is_empty() || chosen.iter().any(|wanted| wanted == name) {
            part()?;
        }
    }
    println!("\n✓ all passed");
    Ok(())
}

fn format() -> Outcome {
    step("formatting", || go(cargo(&["fmt", "--all", "--check"])))
}

fn lint() -> Outcome {
    prepare::window()?;
    prepare::built_ui()?;
    step("clippy", || {
        let features = ["--features", "stepwright-desktop/custom-protocol"];
        let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--quiet"]);
        clippy.args(features).args(["--", "--deny", "warnings"]);
        go(clippy)
    })?;
    step("generated files", || crate::generate::generate(true))?;
    step("types and lint of the UI", || go(npm(&["run", "lint"])))
}

fn rust() -> Outcome {
    prepare::python()?;
    step("Rust tests", || go(cargo(&["test", "--quiet", "--no-fail-fast"])))
}

fn ui() -> Outcome {
    prepare::npm_packages()?;
    step("UI unit tests", || go(npm(&["test"])))
}

fn browser() -> Outcome {
    prepare::journeys()?;
    prepare::built_ui()?;
    step("build the server", || go(cargo(&["build", "--quiet", "--package", "stepwright"])))?;
    step("journeys in the browser", || {
        let mut journeys = npm(&["run", "e2e"]);
        journeys.env("STEPWRIGHT_BIN", target().join("debug/stepwright"));
        go(journeys)
    })
}

fn window() -> Outcome {
    prepare::window()?;
    prepare::journeys()?;
    prepare::built_ui()?;
    let driver = prepare::tauri_driver()?;
    step("build the window", || {
        go(cargo(&["build", "--quiet", "--package", "stepwright-desktop", "--features", "custom-protocol"]))
    })?;
    step("journeys in the window", || {
        let mut journeys = on_a_screen(&["npm", "run", "e2e:window"]);
        journeys.env("STEPWRIGHT_WINDOW", target().join("debug/stepwright-desktop")).env("TAURI_DRIVER", driver);
        go(journeys)
    })
}
