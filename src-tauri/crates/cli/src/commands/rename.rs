//! `stepwright rename`: a state and everything that refers to it.

use std::path::PathBuf;

use asl::Model;
use asl::document::apply_edits;
use asl::edit::{Edit, apply};
use clap::Args;
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The state's name, or its JSON pointer where several could be meant.
    #[arg(value_name = "OLD")]
    old: String,
    #[arg(value_name = "NEW")]
    new: String,
    /// Change the file; else the changed text goes to standard output.
    #[arg(long)]
    write: bool,
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let (document, _) = super::read_document(&arguments.file)?;
    let model = Model::new(document.root());
    let found = model.find_pointer(&arguments.old).or_else(|| model.find(&arguments.old));
    let Some(id) = found else {
        let message = format_args!("{} has no state “{}”", arguments.file.display(), arguments.old);
        return Err(Trouble::new(message));
    };
    let edit = Edit::Rename { state: model.state(id).pointer.clone(), name: arguments.new.clone() };
    let change = match apply(&document, &edit) {
        Ok(change) => change,
        Err(refusal) => {
            if arguments.json {
                output::line(json!({ "renamed": false, "reason": refusal.reason }));
            } else {
                output::error_line(refusal);
            }
            return Ok(Answer::No);
        }
    };
    let text = apply_edits(document.text(), &change.edits);
    if arguments.write {
        super::write_file(&arguments.file, &text)?;
    }
    if arguments.json {
        let edits: Vec<Value> = change
            .edits
            .iter()
            .map(|edit| {
                let at = document.lines().position(document.text(), edit.span.start);
                json!({ "line": at.line, "column": at.column, "offset": edit.span.start, "length": edit.span.len(), "insert": edit.insert })
            })
            .collect();
        output::line(json!({ "renamed": true, "written": arguments.write, "edits": edits }));
    } else if arguments.write {
        output::line(format_args!("{}: {} places", arguments.file.display(), change.edits.len()));
    } else {
        output::text(&text);
    }
    Ok(Answer::Yes)
}
