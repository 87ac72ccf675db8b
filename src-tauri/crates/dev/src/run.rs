//! `cargo dev run`: the application, built from this tree.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, root};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let example = root().join("examples/order-approval/order-approval.asl.json");
    let example = example.to_string_lossy();
    let files: Vec<&str> =
        if arguments.is_empty() { vec![&example] } else { arguments.iter().map(String::as_str).collect() };
    prepare::built_ui()?;
    let mut command = if prepare::has_display() {
        prepare::window()?;
        cargo(&["run", "--package", "stepwright-desktop", "--features", "custom-protocol", "--"])
    } else {
        println!("there is no display: serving the same UI on loopback");
        cargo(&["run", "--package", "stepwright", "--", "serve", "--ui"])
    };
    command.args(files);
    go(command)
}
