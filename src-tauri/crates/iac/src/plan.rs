//! What is deployed, before any target's wording.

use asl::{Document, Format, Node};
use serde::Serialize;

use crate::expr::Expr;
use crate::iam::{self, Statement};
use crate::names::{Names, kebab, pascal};
use crate::placeholders::{self, Placeholder, Value};
use crate::settings::{Options, Settings, Target, Trigger};
use crate::target;

/// Something a person should know about an export or an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub warning: bool,
    pub text: String,
    /// JSON pointer of the place in the definition, if it is about one.
    pub pointer: Option<String>,
}

impl Note {
    pub fn warning(text: impl Into<String>, pointer: Option<&str>) -> Self {
        Self { warning: true, text: text.into(), pointer: pointer.map(str::to_owned) }
    }

    pub fn info(text: impl Into<String>) -> Self {
        Self { warning: false, text: text.into(), pointer: None }
    }
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenderedFile {
    /// Relative to the folder of the export, with `/`.
    pub path: String,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct Rendered {
    pub files: Vec<RenderedFile>,
    pub notes: Vec<Note>,
    pub placeholders: Vec<Placeholder>,
    pub statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    #[error("the definition is not well formed: {0}")]
    NotWellFormed(String),
    #[error("the definition has no States")]
    NoStates,
    #[error("{0}")]
    Settings(String),
}

/// The stack: the machine, its role, and what surrounds it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `order-approval`: files and folders.
    pub slug: String,
    /// `OrderApproval`: the beginning of every name in the template.
    pub id: String,
    pub comment: Option<String>,
    /// With placeholders; JSON text unless values are bare holes.
    pub definition: Document,
    pub placeholders: Vec<Placeholder>,
    pub statements: Vec<Statement>,
    pub settings: Settings,
    pub options: Options,
    pub notes: Vec<Note>,
    /// Names of template resources: apart from each other and from the placeholders.
    pub ids: Ids,
}

/// Logical ids of what a template declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    pub machine: String,
    pub role: String,
    pub logs: String,
    pub itself: String,
    pub version: String,
    pub alias: String,
    /// The parameter with the ARN of the key, if the settings have one.
    pub key: String,
    /// The parameter with the ARN of the role, if it is one of the person's own.
    pub own_role: String,
    pub triggers: Vec<String>,
}

impl Plan {
    pub fn has_bare_holes(&self) -> bool {
        placeholders::has_bare_holes(self.definition.root())
    }

    pub fn placeholder(&self, name: &str) -> Option<&Placeholder> {
        self.placeholders.iter().find(|placeholder| placeholder.name == name)
    }

    /// The placeholders whoever deploys gives a value for.
    pub fn parameters(&self) -> impl Iterator<Item = &Placeholder> {
        self.placeholders.iter().filter(|placeholder| matches!(placeholder.value, Value::Parameter { .. }))
    }

    /// Whether the template makes the machine's role.
    pub fn makes_role(&self) -> bool {
        self.settings.role.is_none()
    }

    /// What the role that the template makes may do, without what names the machine itself.
    pub fn role_statements(&self) -> Vec<Statement> {
        if !self.makes_role() {
            return Vec::new();
        }
        self.statements.iter().filter(|statement| !statement.on_itself).cloned().collect()
    }

    /// Statements on the machine itself, to be attached once it exists.
    pub fn self_statements(&self) -> Vec<Statement> {
        if !self.makes_role() {
            return Vec::new();
        }
        self.statements.iter().filter(|statement| statement.on_itself).cloned().collect()
    }
}

/// Plans the deployment of `document`. `name` is the workflow's, usually its file's without the ending.
///
/// # Errors
/// When the document is not well formed, or the settings contradict each other.
pub fn plan(
    name: &str,
    document: &Document,
    target: Target,
    settings: &Settings,
    options: &Options,
) -> Result<Plan, ExportError> {
    if document.root().get("States").is_none_or(|states| !states.is_object()) {
        return Err(ExportError::NoStates);
    }
    let (_, diagnostics) = Document::parse_as(document.text(), document.format());
    if let Some(error) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        let at = document.lines().position(document.text(), error.span.start);
        return Err(ExportError::NotWellFormed(format!("line {} column {}: {}", at.line, at.column, error.message)));
    }
    settings.check().map_err(ExportError::Settings)?;
    let mut notes = Vec::new();
    let mut extraction = placeholders::extract(document, target, settings, options);
    let (definition, _) = Document::parse_as(&extraction.text, Format::Json);
    let mut names = Names::default();
    for placeholder in &extraction.placeholders {
        names.take(&placeholder.name);
    }
    let key = names.take("StateMachineKeyArn");
    let own_role = names.take("StateMachineRoleArn");
    let derived = iam::derive(&definition, &extraction.placeholders, settings, &key);
    let mut parameter = |name: &str, default: Option<&String>, description: &str| {
        extraction.placeholders.push(Placeholder {
            name: name.to_owned(),
            proposed: name.to_owned(),
            kind: placeholders::Kind::Arn,
            value: Value::Parameter { default: default.filter(|text| !text.is_empty()).cloned() },
            uses: Vec::new(),
            description: description.to_owned(),
        });
    };
    if let Some(encryption) = &settings.encryption {
        parameter(&key, encryption.key_arn.as_ref(), "ARN of the key that encrypts definition, input and output.");
    }
    if let Some(role) = &settings.role {
        parameter(&own_role, role.arn.as_ref(), "ARN of the role that executions run with.");
        notes.push(Note::info(
            "the role is one of your own: it needs the permissions listed here, and states.amazonaws.com has to be allowed to assume it",
        ));
    }
    notes.extend(derived.notes);
    for placeholder in &extraction.placeholders {
        if placeholder.value == (Value::Parameter { default: None }) {
            notes.push(Note::info(format!("{} has no value yet: whoever deploys gives it", placeholder.name)));
        }
    }
    let id = pascal(name);
    let id = id.strip_suffix("StateMachine").filter(|rest| !rest.is_empty()).unwrap_or(&id).to_owned();
    let id = shortened(&id);
    let ids = Ids {
        machine: names.take(&format!("{id}StateMachine")),
        role: names.take(&format!("{id}StateMachineRole")),
        logs: names.take(&format!("{id}LogGroup")),
        itself: names.take(&format!("{id}DistributedMapPolicy")),
        version: names.take(&format!("{id}Version")),
        alias: names.take(&format!("{id}Alias")),
        key,
        own_role,
        triggers: trigger_names(&id, settings, &mut names),
    };
    Ok(Plan {
        slug: kebab(name),
        id,
        comment: definition.root().get("Comment").and_then(Node::as_str).map(str::to_owned),
        definition,
        placeholders: extraction.placeholders,
        statements: derived.statements,
        settings: settings.clone(),
        options: options.clone(),
        notes,
        ids,
    })
}

/// Names of triggers. What a target makes of them stands beside what it makes of the workflow's name, and beside names of its own.
fn trigger_names(id: &str, settings: &Settings, names: &mut Names) -> Vec<String> {
    for taken in ["", "Assume", "Itself"].map(|ending| format!("{id}{ending}")) {
        names.reserve(&taken);
    }
    for taken in [
        "StateMachine",
        "StateMachineLogs",
        "StateMachineArn",
        "StateMachineRole",
        "StateMachineKey",
        "DistributedMapPolicy",
        "Alias",
        "Version",
    ] {
        names.reserve(taken);
    }
    let endings =
        ["", "Role", "Policy", "Assume", "Api", "Method", "Integration", "Deployment", "Stage", "Response", "Mapping"];
    let name = |trigger: &Trigger| {
        let mut endings: Vec<String> = endings.map(str::to_owned).to_vec();
        if let Trigger::Api { path, .. } = trigger {
            endings.extend((1..=path.split('/').count()).map(|at| format!("Path{at}")));
            endings
                .extend(["", "Response", "Mapping"].iter().flat_map(|one| [format!("{one}400"), format!("{one}500")]));
        }
        names.take_with(&pascal(trigger.name()), "Trigger", &endings)
    };
    settings.triggers.iter().map(name).collect()
}

/// Long names make longer ones, and services have limits: as many words as fit.
fn shortened(id: &str) -> String {
    let mut short = String::new();
    for word in crate::names::words(id) {
        if !short.is_empty() && short.len() + word.len() > 40 {
            break;
        }
        short.extend(word.chars().take(40));
    }
    short
}

/// Exports `document` to one target.
///
/// # Errors
/// See [`plan`].
pub fn export(
    name: &str,
    document: &Document,
    target: Target,
    settings: &Settings,
    options: &Options,
) -> Result<Rendered, ExportError> {
    let plan = plan(name, document, target, settings, options)?;
    let mut rendered = target::render(&plan, target);
    let mut notes = plan.notes.clone();
    notes.append(&mut rendered.notes);
    Ok(Rendered { files: rendered.files, notes, placeholders: plan.placeholders, statements: plan.statements })
}

impl Rendered {
    /// An expression as a person reads it: defaults filled in, `*` for region and account, names in braces for the rest.
    pub fn readable(&self, expr: &Expr, options: &Options) -> String {
        expr.fill(&|hole| match hole {
            Expr::Placeholder(name) => {
                match self.placeholders.iter().find(|placeholder| placeholder.name == *name).map(|found| &found.value) {
                    Some(Value::Parameter { default: Some(default) }) => default.clone(),
                    Some(Value::Expr(expr)) => self.readable(expr, options),
                    _ => format!("${{{name}}}"),
                }
            }
            Expr::Partition => "aws".to_owned(),
            Expr::Region => options.region.clone().unwrap_or_else(|| "*".to_owned()),
            Expr::Account => options.account.clone().unwrap_or_else(|| "*".to_owned()),
            Expr::SelfArn => "(this state machine)".to_owned(),
            Expr::SelfName => "(this state machine)".to_owned(),
            _ => String::new(),
        })
    }
}

/// Fills an expression with what is known without an account: defaults, and `*` for region and account.
pub(crate) fn fill_for_reading(plan: &Plan, expr: &Expr) -> String {
    expr.fill(&|hole| match hole {
        Expr::Placeholder(name) => match plan.placeholder(name).map(|placeholder| &placeholder.value) {
            Some(Value::Parameter { default: Some(default) }) => default.clone(),
            Some(Value::Expr(expr)) => fill_for_reading(plan, expr),
            _ => format!("${{{name}}}"),
        },
        Expr::Partition => "aws".to_owned(),
        Expr::Region => plan.options.region.clone().unwrap_or_else(|| "*".to_owned()),
        Expr::Account => plan.options.account.clone().unwrap_or_else(|| "*".to_owned()),
        Expr::SelfName => plan.settings.machine_name.clone().unwrap_or_else(|| plan.slug.clone()),
        Expr::SelfArn => {
            fill_for_reading(plan, &Expr::arn("states", true, true, [Expr::text("stateMachine:"), Expr::SelfName]))
        }
        _ => String::new(),
    })
}
