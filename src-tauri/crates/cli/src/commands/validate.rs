//! `stepwright validate`: what is wrong with definitions, for people, programs and code scanners.

use std::path::PathBuf;

use asl::check::MachineType;
use asl::{Diagnostic, Document, Severity};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Definitions, JSON or YAML.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short for --format json.
    #[arg(long)]
    json: bool,
    /// Answer no if there are findings of this kind, besides errors.
    #[arg(long, value_name = "warnings")]
    deny: Option<Deny>,
    /// Judge as an Express machine.
    #[arg(long)]
    express: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

struct Judged {
    name: String,
    document: Document,
    diagnostics: Vec<Diagnostic>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let machine_type = if arguments.express { MachineType::Express } else { MachineType::Standard };
    let mut judged = Vec::with_capacity(arguments.files.len());
    for file in &arguments.files {
        let document = super::read_document(file)?;
        let diagnostics = lint::validate(&document.0, &document.1, machine_type);
        judged.push(Judged { name: file.display().to_string(), document: document.0, diagnostics });
    }
    match if arguments.json { Format::Json } else { arguments.format } {
        Format::Text => print_text(&judged),
        Format::Json => output::line(Value::Array(judged.iter().map(file_json).collect())),
        Format::Sarif => output::line(sarif(&judged)),
    }
    let worst = judged.iter().flat_map(|file| &file.diagnostics).map(|diagnostic| diagnostic.severity).max();
    let least = if arguments.deny.is_some() { Severity::Warning } else { Severity::Error };
    Ok(if worst >= Some(least) { Answer::No } else { Answer::Yes })
}

fn print_text(judged: &[Judged]) {
    let mut errors = 0;
    let mut warnings = 0;
    for file in judged {
        for diagnostic in &file.diagnostics {
            match diagnostic.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
                Severity::Info => {}
            }
            let at = file.document.lines().position(file.document.text(), diagnostic.span.start);
            let place = match &diagnostic.pointer {
                Some(pointer) => format!(" at {pointer}"),
                None => String::new(),
            };
            output::line(format_args!(
                "{}:{}:{}: {}[{}]: {}{place}",
                file.name,
                at.line,
                at.column,
                diagnostic.severity.as_str(),
                diagnostic.code,
                diagnostic.message,
            ));
        }
    }
    if errors + warnings > 0 {
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        output::line(format_args!("{}, {}", plural(errors, "error"), plural(warnings, "warning")));
    }
}

fn file_json(file: &Judged) -> Value {
    let diagnostics: Vec<Value> = file.diagnostics.iter().map(|diagnostic| diagnostic_json(file, diagnostic)).collect();
    json!({
        "file": file.name,
        "valid": !file.diagnostics.iter().any(Diagnostic::is_error),
        "diagnostics": diagnostics,
    })
}

fn diagnostic_json(file: &Judged, diagnostic: &Diagnostic) -> Value {
    let mut object = json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "range": range_json(&file.document, diagnostic.span),
    });
    if let Some(pointer) = &diagnostic.pointer {
        object["pointer"] = json!(pointer);
    }
    if let Some(fix) = &diagnostic.fix {
        let edits: Vec<Value> = fix
            .edits
            .iter()
            .map(|edit| json!({ "range": range_json(&file.document, edit.span), "insert": edit.insert }))
            .collect();
        object["fix"] = json!({ "title": fix.title, "edits": edits });
    }
    object
}

fn range_json(document: &Document, span: asl::Span) -> Value {
    let place = |offset| {
        let at = document.lines().position(document.text(), offset);
        json!({ "line": at.line, "column": at.column, "offset": offset })
    };
    json!({ "start": place(span.start), "end": place(span.end) })
}

/// SARIF 2.1.0, as code scanners read it. Its columns are UTF-16 units, like ours.
fn sarif(judged: &[Judged]) -> Value {
    let mut rules: Vec<String> =
        judged.iter().flat_map(|file| file.diagnostics.iter().map(|diagnostic| diagnostic.code.to_string())).collect();
    rules.sort();
    rules.dedup();
    let results: Vec<Value> = judged
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(|diagnostic| sarif_result(file, diagnostic, &rules)))
        .collect();
    let rules: Vec<Value> = rules.iter().map(|id| sarif_rule(id)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "stepwright", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}

fn sarif_rule(id: &str) -> Value {
    match lint::rule(id) {
        Some(rule) => json!({
            "id": id,
            "shortDescription": { "text": rule.summary },
            "help": { "text": rule.help },
        }),
        None => json!({ "id": id, "shortDescription": { "text": "The service refuses such a definition." } }),
    }
}

fn sarif_result(file: &Judged, diagnostic: &Diagnostic, rules: &[String]) -> Value {
    let text = file.document.text();
    let (start, end) = (
        file.document.lines().position(text, diagnostic.span.start),
        file.document.lines().position(text, diagnostic.span.end),
    );
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": file.name.replace('\\', "/") },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if let Some(pointer) = &diagnostic.pointer {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rules.binary_search_by(|rule| rule.as_str().cmp(&diagnostic.code)).unwrap_or_default(),
        "level": level,
        "message": { "text": diagnostic.message },
        "locations": [location],
    })
}
