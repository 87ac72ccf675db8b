//! `stepwright format`: definitions in one settled layout, comments kept.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Definitions, changed in place; `-` reads standard input and writes standard output.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing; answer no if something would change.
    #[arg(long)]
    check: bool,
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let mut report = Vec::new();
    let mut unsettled = false;
    for file in &arguments.files {
        let name = file.display().to_string();
        let (document, _) = super::read_document(file)?;
        let text = asl::format(&document).map_err(|refusal| Trouble::new(format_args!("{name}: {refusal}")))?;
        let changed = text != document.text();
        unsettled |= changed;
        if file.as_os_str() == "-" && !arguments.check {
            output::text(&text);
            continue;
        }
        if changed && !arguments.check {
            super::write_file(file, &text)?;
        }
        if arguments.json {
            report.push(json!({ "file": name, "changed": changed }));
        } else if changed {
            output::line(if arguments.check { format!("{name}: not formatted") } else { name });
        }
    }
    if arguments.json {
        output::line(Value::Array(report));
    }
    Ok(if arguments.check && unsettled { Answer::No } else { Answer::Yes })
}
