//! What a Task can call, and what a workflow can begin with, for front ends. The facts are those of the crate `services`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use services::blueprints::BLUEPRINTS;
use services::patterns::PATTERNS;
use services::{Field, Kind, Language, Pattern};
use wire::*;

use crate::failure::{reading, writing};
use crate::workspace::text;

/// The most hits in one answer.
const MAX_HITS: usize = 500;
/// The deepest path anybody asks for.
const MAX_PATH: usize = 32;
/// Longer names are refused by some file systems.
const MAX_NAME: usize = 80;

pub(crate) fn search(request: &SearchIntegrations) -> Integrations {
    let limit = usize::try_from(request.limit).unwrap_or(MAX_HITS).min(MAX_HITS);
    hits(services::search(&request.text, limit))
}

pub(crate) fn calls(request: &ListCalls) -> Integrations {
    hits(services::calls_of(&request.service))
}

pub(crate) fn sdk_services() -> SdkServices {
    let services = services::sdk_services().into_iter().map(|(name, title, calls)| SdkService {
        name: name.to_owned(),
        title: title.to_owned(),
        calls: u32::try_from(calls).unwrap_or(u32::MAX),
    });
    SdkServices { services: services.collect() }
}

fn hits(found: Vec<services::Hit>) -> Integrations {
    let integrations = found.into_iter().map(|hit| IntegrationHit {
        resource: hit.resource,
        service: hit.service.to_owned(),
        action: hit.action.to_owned(),
        optimized: hit.optimized,
        summary: hit.summary.map(str::to_owned),
    });
    Integrations { integrations: integrations.collect() }
}

pub(crate) fn describe(request: &DescribeIntegration) -> IntegrationDescribed {
    let language = language(request.language);
    let integration = services::describe(&request.resource).map(|description| Integration {
        service: description.service,
        action: description.action,
        summary: description.summary.map(str::to_owned),
        patterns: description.patterns.into_iter().map(|pattern| suffix(pattern).to_owned()).collect(),
        arguments: description.arguments.into_iter().map(field).collect(),
        result: description.result.into_iter().map(field).collect(),
        errors: description.errors,
        notes: description.notes.into_iter().map(str::to_owned).collect(),
        iam_actions: description.iam_actions,
        example_arguments: services::example_arguments(&request.resource, language),
        example_result: services::example_result(&request.resource),
        state: services::template_state(&request.resource, language),
        resource: description.resource,
    });
    IntegrationDescribed { integration }
}

pub(crate) fn fields(request: &GetIntegrationFields) -> IntegrationFields {
    let path: Vec<&str> = request.path.iter().take(MAX_PATH).map(String::as_str).collect();
    let fields = match request.side {
        IntegrationSide::Arguments => services::arguments_at(&request.resource, &path),
        IntegrationSide::Result => services::result_at(&request.resource, &path),
    };
    IntegrationFields { fields: fields.into_iter().map(field).collect() }
}

pub(crate) fn patterns(query_language: QueryLanguage) -> Patterns {
    let language = language(query_language);
    Patterns {
        flow_states: services::flow_states(language)
            .into_iter()
            .map(|state| FlowState {
                name: state.name.to_owned(),
                summary: state.summary.to_owned(),
                definition: state.definition,
            })
            .collect(),
        patterns: PATTERNS
            .iter()
            .map(|pattern| WorkflowPattern {
                id: pattern.id.to_owned(),
                title: pattern.title.to_owned(),
                summary: pattern.summary.to_owned(),
                definition: pattern.definition(language).to_owned(),
            })
            .collect(),
    }
}

pub(crate) fn blueprints() -> Blueprints {
    // They never change, and their pictures take a moment.
    static ALL: OnceLock<Vec<Blueprint>> = OnceLock::new();
    Blueprints { blueprints: ALL.get_or_init(|| BLUEPRINTS.iter().map(blueprint).collect()).clone() }
}

fn blueprint(blueprint: &services::blueprints::Blueprint) -> Blueprint {
    let (document, _) = asl::Document::parse(blueprint.definition);
    let model = asl::Model::new(document.root());
    let mut services = Vec::new();
    for id in model.state_ids() {
        let service = model.state(id).resource().and_then(service_of).map(str::to_owned);
        services.extend(service.filter(|service| !services.contains(service)));
    }
    Blueprint {
        id: blueprint.id.to_owned(),
        title: blueprint.title.to_owned(),
        summary: blueprint.summary.to_owned(),
        definition: blueprint.definition.to_owned(),
        input: blueprint.input.to_owned(),
        states: u32::try_from(model.state_ids().count()).unwrap_or(u32::MAX),
        services,
        picture: graph::svg(&graph::WorkflowGraph::from_model(&model).view(), graph::Theme::Light),
    }
}

/// `sqs` of `arn:aws:states:::sqs:sendMessage`, `rds` of `arn:aws:states:::aws-sdk:rds:createDBSnapshot`.
fn service_of(resource: &str) -> Option<&str> {
    let rest = resource.strip_prefix("arn:aws:states:::")?;
    rest.strip_prefix("aws-sdk:").unwrap_or(rest).split(':').next()
}

pub(crate) fn create(request: &CreateFromBlueprint) -> Result<CreatedFromBlueprint, Failure> {
    let refuse = |why: String| Err(Failure::new(Code::BadRequest, why));
    let Some(blueprint) = BLUEPRINTS.iter().find(|blueprint| blueprint.id == request.blueprint) else {
        return refuse(format!("there is no blueprint {:?}", request.blueprint));
    };
    let name = request.name.trim();
    if name.is_empty() || name.len() > MAX_NAME || name.starts_with('.') || name.contains(['/', '\\', ':', '\0']) {
        return refuse(format!("{:?} cannot be the name of a file", request.name));
    }
    let folder = Path::new(&request.folder);
    if !folder.is_absolute() {
        return refuse(format!("{:?} is not an absolute path", request.folder));
    }
    fs::read_dir(folder).map_err(|error| reading(folder, &error))?;

    // A mock file with one machine is for whatever workflow it lies beside, so the new name needs no change in it.
    let definition = folder.join(format!("{name}.asl.json"));
    let mut files = vec![
        (definition.clone(), blueprint.definition),
        (folder.join(format!("{name}.input.json")), blueprint.input),
        (folder.join(format!("{name}.mocks.json")), blueprint.mocks),
    ];
    files.extend(blueprint.files.iter().map(|(path, text)| (folder.join(path), *text)));
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Failure::new(Code::FileNotWritable, format!("{} exists", path.display())));
    }
    for (path, text) in files {
        write_new(&path, text).map_err(|error| writing(&path, &error))?;
    }
    Ok(CreatedFromBlueprint { path: text(definition) })
}

/// Never over a file that is there, even if it appeared a moment ago.
fn write_new(path: &PathBuf, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

fn language(language: QueryLanguage) -> Language {
    match language {
        QueryLanguage::JsonPath => Language::JsonPath,
        QueryLanguage::Jsonata => Language::Jsonata,
    }
}

fn suffix(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::RequestResponse => "",
        Pattern::Sync(2) => ".sync:2",
        Pattern::Sync(_) => ".sync",
        Pattern::WaitForTaskToken => ".waitForTaskToken",
    }
}

fn field(field: Field) -> IntegrationField {
    IntegrationField {
        name: field.name,
        required: field.required,
        kind: kind(field.kind),
        help: field.help.map(str::to_owned),
    }
}

fn kind(kind: Kind) -> FieldKind {
    let of = |of: Box<Kind>| Box::new(self::kind(*of));
    let all = |fields: Vec<Field>| fields.into_iter().map(field).collect();
    match kind {
        Kind::String => FieldKind::String,
        Kind::Choice(values) => FieldKind::Choice { values: values.into_iter().map(str::to_owned).collect() },
        Kind::Boolean => FieldKind::Boolean,
        Kind::Integer => FieldKind::Integer,
        Kind::Number => FieldKind::Number,
        Kind::Timestamp => FieldKind::Timestamp,
        Kind::Blob => FieldKind::Blob,
        Kind::Json => FieldKind::Json,
        Kind::List(items) => FieldKind::List { of: of(items) },
        Kind::Map(values) => FieldKind::Map { of: of(values) },
        Kind::Object(fields) => FieldKind::Object { fields: all(fields) },
        Kind::OneOf(fields) => FieldKind::OneOf { fields: all(fields) },
    }
}
