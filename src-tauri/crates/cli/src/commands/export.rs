//! `stepwright export`: a definition as infrastructure-as-code, written without overwriting anybody's work unasked.

use std::path::{Path, PathBuf};

use asl::check::MachineType;
use clap::Args;
use iac::settings::{MachineType as Deployed, PlaceholderChoice, Role};
use iac::{Options, Rendered, Settings, Target};
use serde_json::{Value, json};

use crate::output::{self, Answer, Trouble};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The definition, JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// sam, cloudformation, terraform, cdk-ts, cdk-py, serverless, pulumi, or iam for the policy alone.
    #[arg(long, value_parser = target, value_name = "TARGET")]
    target: Target,
    /// The folder to write to; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the resources are named after; the file's name without its ending if absent.
    #[arg(long)]
    name: Option<String>,
    /// Type, logging, tracing, tags, alias, role, encryption, triggers and placeholders, as JSON.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Run with this role instead of making one.
    #[arg(long, value_name = "ARN")]
    role: Option<String>,
    /// Tag the state machine.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    tag: Vec<(String, String)>,
    /// Deploy as an Express machine.
    #[arg(long)]
    express: bool,
    /// Write JSON where the target has both YAML and JSON.
    #[arg(long)]
    json_template: bool,
    /// Write ${Partition} instead of aws into service integrations.
    #[arg(long)]
    any_partition: bool,
    /// Leave this placeholder's literal in the definition.
    #[arg(long, value_name = "PLACEHOLDER")]
    literal: Vec<String>,
    /// Give a placeholder another name.
    #[arg(long, value_name = "PLACEHOLDER=NAME", value_parser = pair)]
    rename: Vec<(String, String)>,
    /// Give a placeholder's parameter another default.
    #[arg(long, value_name = "PLACEHOLDER=VALUE", value_parser = pair)]
    value: Vec<(String, String)>,
    /// Point a placeholder at a resource of your own, in the target's words.
    #[arg(long, value_name = "PLACEHOLDER=EXPRESSION", value_parser = pair)]
    reference: Vec<(String, String)>,
    /// For --target iam: the region instead of *.
    #[arg(long)]
    region: Option<String>,
    /// For --target iam: the account instead of *.
    #[arg(long)]
    account: Option<String>,
    /// Overwrite files that differ.
    #[arg(long)]
    force: bool,
    /// Machine output.
    #[arg(long)]
    json: bool,
}

fn target(id: &str) -> Result<Target, String> {
    Target::from_id(id).ok_or_else(|| {
        let known: Vec<&str> = Target::ALL.iter().map(|target| target.id()).collect();
        format!("there are {}", known.join(", "))
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it takes NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What writing one file comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Created,
    Unchanged,
    Overwritten,
    /// It differs, and nobody said it may be overwritten.
    Kept,
}

impl Fate {
    fn as_str(self) -> &'static str {
        match self {
            Fate::Created => "created",
            Fate::Unchanged => "unchanged",
            Fate::Overwritten => "overwritten",
            Fate::Kept => "differs",
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, Trouble> {
    let (document, problems) = super::read_document(&arguments.file)?;
    let settings = settings(arguments)?;
    let judged_as = if settings.kind == Deployed::Express { MachineType::Express } else { MachineType::Standard };
    let errors: Vec<_> =
        lint::validate(&document, &problems, judged_as).into_iter().filter(asl::Diagnostic::is_error).collect();
    if let Some(error) = errors.first() {
        if arguments.json {
            let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            output::line(json!({ "exported": false, "errors": messages }));
        }
        let at = document.lines().position(document.text(), error.span.start);
        output::error_line(format_args!(
            "{}:{}:{}: {}; an invalid definition is not exported",
            arguments.file.display(),
            at.line,
            at.column,
            error.message
        ));
        return Ok(Answer::No);
    }
    let name = arguments.name.clone().unwrap_or_else(|| workflow_name(&arguments.file));
    let options = Options {
        json: arguments.json_template,
        any_partition: arguments.any_partition,
        region: arguments.region.clone(),
        account: arguments.account.clone(),
    };
    let rendered = iac::export(&name, &document, arguments.target, &settings, &options).map_err(Trouble::new)?;
    write(arguments, &rendered)
}

/// `orders.asl.json` is the workflow `orders`.
pub(crate) fn workflow_name(file: &Path) -> String {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or("workflow");
    let name = [".asl.json", ".asl.yaml", ".asl.yml", ".json", ".yaml", ".yml", ".asl"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    if name == "-" || name.is_empty() { "workflow".to_owned() } else { name.to_owned() }
}

fn settings(arguments: &Arguments) -> Result<Settings, Trouble> {
    let mut settings = match &arguments.settings {
        None => Settings::default(),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Trouble::new(format_args!("cannot read {}: {error}", file.display())))?;
            serde_json::from_str(&text).map_err(|error| Trouble::new(format_args!("{}: {error}", file.display())))?
        }
    };
    if arguments.express {
        settings.kind = Deployed::Express;
    }
    choose(&mut settings, arguments);
    Ok(settings)
}

/// The file's choices, and those of the command line over them.
fn choose(settings: &mut Settings, arguments: &Arguments) {
    let mut choose = |name: &str, change: &dyn Fn(&mut PlaceholderChoice)| {
        change(settings.placeholders.entry(name.to_owned()).or_default());
    };
    for name in &arguments.literal {
        choose(name, &|choice| choice.keep_literal = true);
    }
    for (name, new) in &arguments.rename {
        choose(name, &|choice| choice.rename = Some(new.clone()));
    }
    for (name, value) in &arguments.value {
        choose(name, &|choice| choice.value = Some(value.clone()));
    }
    let words = arguments.target.words();
    for (name, expression) in &arguments.reference {
        choose(name, &|choice| {
            choice.references.insert(words.to_owned(), expression.clone());
        });
    }
    if let Some(arn) = &arguments.role {
        settings.role = Some(Role { arn: Some(arn.clone()) });
    }
    for (key, value) in &arguments.tag {
        settings.tags.insert(key.clone(), value.clone());
    }
}

fn write(arguments: &Arguments, rendered: &Rendered) -> Result<Answer, Trouble> {
    let mut fates = Vec::new();
    for file in &rendered.files {
        let path = arguments.out.join(&file.path);
        let before = match std::fs::read(&path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Trouble::new(format_args!("cannot read {}: {error}", path.display()))),
        };
        let fate = match &before {
            None => Fate::Created,
            Some(before) if *before == file.text => Fate::Unchanged,
            Some(_) if arguments.force => Fate::Overwritten,
            Some(_) => Fate::Kept,
        };
        let difference = before.map(|before| iac::difference(&before, &file.text)).unwrap_or_default();
        fates.push((file, path, fate, difference));
    }
    // All or nothing: half an export deploys something nobody has seen.
    let refused = fates.iter().any(|(_, _, fate, _)| *fate == Fate::Kept);
    if !refused {
        let new = fates.iter().filter(|(_, _, fate, _)| *fate != Fate::Unchanged);
        let new: Vec<(PathBuf, &str)> = new.map(|(file, path, _, _)| (path.clone(), file.text.as_str())).collect();
        api::atomic::write_all(&new).map_err(Trouble::new)?;
    }
    if arguments.json {
        let files: Vec<Value> = fates
            .iter()
            .map(|(file, _, fate, difference)| json!({ "path": file.path, "fate": fate.as_str(), "difference": difference }))
            .collect();
        output::line(json!({
            "exported": !refused,
            "target": arguments.target.id(),
            "files": files,
            "notes": rendered.notes,
            "placeholders": rendered.placeholders.iter().map(placeholder).collect::<Vec<_>>(),
            "statements": rendered.statements.iter().map(statement).collect::<Vec<_>>(),
        }));
    } else {
        for (_, path, fate, difference) in &fates {
            output::line(format_args!("{} {}", fate.as_str(), path.display()));
            if *fate == Fate::Kept {
                output::line(difference.trim_end());
            }
        }
        for note in &rendered.notes {
            output::line(format_args!("{}: {}", if note.warning { "warning" } else { "note" }, note.text));
        }
    }
    if refused {
        output::error_line("nothing was written, because files there differ; --force overwrites them");
        return Ok(Answer::No);
    }
    Ok(Answer::Yes)
}

fn placeholder(placeholder: &iac::placeholders::Placeholder) -> Value {
    let reference = match &placeholder.value {
        iac::placeholders::Value::Reference(reference) => Some(reference.as_str()),
        _ => None,
    };
    json!({
        "name": placeholder.name,
        "proposed": placeholder.proposed,
        "default": placeholder.default_value(),
        "reference": reference,
        "kind": format!("{:?}", placeholder.kind).to_lowercase(),
        "uses": placeholder.uses,
    })
}

fn statement(statement: &iac::iam::Statement) -> Value {
    let reasons: Vec<Value> =
        statement.reasons.iter().map(|reason| json!({ "state": reason.state, "why": reason.why })).collect();
    json!({ "sid": statement.sid, "actions": statement.actions, "reasons": reasons, "review": statement.review })
}
