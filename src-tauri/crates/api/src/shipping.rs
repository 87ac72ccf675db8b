//! Infrastructure as code: previews and writes of exports, workflows found in projects, saving back in place.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use asl::check::MachineType;
use iac::import::{self, Form, Origin, Place, Refusal, Workflow};
use iac::{Options, Rendered, Settings, Target};
use wire::*;

use crate::atomic;
use crate::documents::Runnable;
use crate::failure::{reading, writing};
use crate::workspace::{canonical, text};

pub(crate) fn preview(document: &Runnable, request: &ExportRequest) -> Result<ExportPreview, Failure> {
    let (plan_options, rendered) = render(document, request)?;
    let folder = request.folder.as_deref().map(absolute).transpose()?;
    let mut files = Vec::new();
    for file in &rendered.files {
        let before = match &folder {
            Some(folder) => read(&folder.join(&file.path))?,
            None => None,
        };
        let (on_disk, difference) = match before {
            None => (OnDisk::Absent, String::new()),
            Some(before) if before == file.text => (OnDisk::Same, String::new()),
            Some(before) => (OnDisk::Differs, iac::difference(&before, &file.text)),
        };
        files.push(ExportFile { path: file.path.clone(), text: file.text.clone(), on_disk, difference });
    }
    Ok(ExportPreview {
        files,
        notes: rendered.notes.iter().map(note).collect(),
        placeholders: rendered.placeholders.iter().map(placeholder).collect(),
        statements: rendered.statements.iter().map(|one| statement(one, &rendered, &plan_options)).collect(),
    })
}

pub(crate) fn write(document: &Runnable, request: &WriteExport) -> Result<ExportWritten, Failure> {
    let (_, rendered) = render(document, &request.export)?;
    let Some(folder) = &request.export.folder else {
        return Err(Failure::new(Code::BadRequest, "an export needs a folder"));
    };
    let folder = absolute(folder)?;
    let mut written = ExportWritten { written: Vec::new(), unchanged: Vec::new() };
    // Everything is looked at before anything is written.
    for file in &rendered.files {
        match read(&folder.join(&file.path))? {
            Some(before) if before == file.text => written.unchanged.push(file.path.clone()),
            Some(_) if !request.overwrite.contains(&file.path) => {
                return Err(Failure::new(Code::FileChanged, format!("{} differs from the export", file.path)));
            }
            _ => written.written.push(file.path.clone()),
        }
    }
    let new = rendered.files.iter().filter(|file| written.written.contains(&file.path));
    let new: Vec<(PathBuf, &str)> = new.map(|file| (folder.join(&file.path), file.text.as_str())).collect();
    atomic::write_all(&new).map_err(|half| Failure::new(Code::FileNotWritable, half.to_string()))?;
    Ok(written)
}

fn absolute(folder: &str) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(folder);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(Failure::new(Code::BadRequest, format!("{folder:?} is not an absolute path")))
    }
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(reading(path, &error)),
    }
}

fn render(document: &Runnable, request: &ExportRequest) -> Result<(Options, Rendered), Failure> {
    let (parsed, problems) = asl::Document::parse(&document.text);
    let express = request.settings.kind == WorkflowType::Express;
    let kind = if express { MachineType::Express } else { MachineType::Standard };
    if let Some(error) = lint::validate(&parsed, &problems, kind).iter().find(|diagnostic| diagnostic.is_error()) {
        return Err(Failure::new(Code::InvalidDefinition, error.message.clone()));
    }
    let options = Options {
        json: request.json,
        any_partition: request.any_partition,
        region: request.region.clone().filter(|region| !region.is_empty()),
        account: request.account.clone().filter(|account| !account.is_empty()),
    };
    let name = request.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&document.name);
    let settings = settings_in(&request.settings)?;
    let rendered = iac::export(name, &parsed, target(request.target), &settings, &options)
        .map_err(|error| Failure::new(Code::InvalidInput, error.to_string()))?;
    Ok((options, rendered))
}

fn target(target: ExportTarget) -> Target {
    match target {
        ExportTarget::Sam => Target::Sam,
        ExportTarget::Cloudformation => Target::Cloudformation,
        ExportTarget::Terraform => Target::Terraform,
        ExportTarget::CdkTs => Target::CdkTs,
        ExportTarget::CdkPy => Target::CdkPy,
        ExportTarget::Serverless => Target::Serverless,
        ExportTarget::Pulumi => Target::Pulumi,
        ExportTarget::Iam => Target::Iam,
    }
}

/// One shape on the wire, in files and in the exporter: the wire's has the same names.
pub(crate) fn settings_in(given: &WorkflowSettings) -> Result<Settings, Failure> {
    let invalid = |error: serde_json::Error| Failure::new(Code::InvalidInput, error.to_string());
    let mut settings: Settings = serde_json::to_value(given).and_then(serde_json::from_value).map_err(invalid)?;
    // An empty field of a form says nothing.
    settings.machine_name = settings.machine_name.filter(|name| !name.trim().is_empty());
    Ok(settings)
}

pub(crate) fn settings_out(settings: &Settings) -> WorkflowSettings {
    serde_json::to_value(settings).and_then(serde_json::from_value).unwrap_or_default()
}

fn note(note: &iac::Note) -> ShippingNote {
    ShippingNote { warning: note.warning, text: note.text.clone(), pointer: note.pointer.clone() }
}

fn placeholder(placeholder: &iac::placeholders::Placeholder) -> ExportPlaceholder {
    ExportPlaceholder {
        name: placeholder.name.clone(),
        proposed: placeholder.proposed.clone(),
        description: placeholder.description.clone(),
        value: placeholder.default_value().map(str::to_owned),
        reference: match &placeholder.value {
            iac::placeholders::Value::Reference(reference) => Some(reference.clone()),
            _ => None,
        },
        uses: placeholder.uses.clone(),
    }
}

fn statement(statement: &iac::iam::Statement, rendered: &Rendered, options: &Options) -> ExportStatement {
    let readable = |expr: &iac::Expr| rendered.readable(expr, options);
    ExportStatement {
        sid: statement.sid.clone(),
        actions: statement.actions.clone(),
        resources: statement.resources.iter().map(readable).collect(),
        conditions: statement
            .conditions
            .iter()
            .map(|condition| {
                let values: Vec<String> = condition.values.iter().map(readable).collect();
                format!("{} {} = {}", condition.operator, condition.key, values.join(", "))
            })
            .collect(),
        reasons: statement
            .reasons
            .iter()
            .map(|reason| ExportReason {
                state: reason.state.clone(),
                pointer: reason.pointer.clone(),
                why: reason.why.clone(),
            })
            .collect(),
        review: statement.review.clone(),
    }
}

/// Folders that hold no sources.
pub(crate) const SKIPPED: &[&str] =
    &["node_modules", ".git", ".terraform", ".aws-sam", ".serverless", "target", "dist", ".venv", "venv"];
const MOST_FILES: usize = 50_000;
const DEEPEST: u32 = 20;
const MOST_IN_MODULE: usize = 200;

/// What a folder or a file has of workflows.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// A name of its own, the file it is declared in, the workflow.
    pub workflows: Vec<(String, String, Workflow)>,
    pub unreadable: Vec<String>,
}

/// Looks for workflows. Links are not followed, and nothing outside of the project is read.
///
/// # Errors
/// When there is nothing at `path`.
pub fn scan(path: &Path) -> io::Result<Project> {
    let (root, files) = if fs::metadata(path)?.is_dir() {
        let mut files = Vec::new();
        walk(path, Path::new(""), 0, &mut files);
        files.sort();
        (path.to_owned(), files)
    } else {
        let root = root_of(path);
        let name = path.strip_prefix(&root).map(Path::to_owned).unwrap_or_default();
        (root, vec![name])
    };
    let read = |file: &str| read_inside(&root, file);
    let mut found: Vec<(String, Workflow)> = Vec::new();
    let mut unreadable = Vec::new();
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        unreadable.extend(program(&root, &name, &read));
        if !import::looks_readable(&name) {
            continue;
        }
        let Some(text) = read(&name) else { continue };
        let beside = module_of(&root, &name);
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        match import::import_beside(&Place { path: &name, text: &text, files: &read, beside: &beside }) {
            Ok(workflows) => found.extend(workflows.into_iter().map(|workflow| (name.clone(), workflow))),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    // A definition that a template names is that template's workflow.
    let named: Vec<String> = found.iter().filter_map(|(_, workflow)| workflow.file.clone()).collect();
    found.retain(|(file, workflow)| workflow.form != Form::File || !named.contains(file));
    let mut names = iac::names::Names::default();
    let workflows = found
        .into_iter()
        .map(|(file, workflow)| (names.take(&iac::names::kebab(&workflow.id)), file, workflow))
        .collect();
    Ok(Project { root, workflows, unreadable })
}

/// The folder of a file's project, which its paths do not leave: where its repository begins, else its own.
fn root_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    let repository = folder.ancestors().take(DEEPEST as usize).find(|folder| folder.join(".git").exists());
    repository.unwrap_or(folder).to_owned()
}

/// A file of a project, by its path relative to the root.
pub(crate) fn read_inside(root: &Path, file: &str) -> Option<String> {
    let inside = Path::new(file).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let path = root.join(file);
    let small = |about: fs::Metadata| about.is_file() && about.len() <= iac::template::MAX_BYTES as u64;
    (inside && fs::metadata(&path).is_ok_and(small)).then(|| fs::read_to_string(path).ok()).flatten()
}

/// What a project declares in a language that is not run here, and the way to have it read all the same.
fn program(root: &Path, file: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let folder = root.join(file);
    let beside = |other: &str| folder.with_file_name(other).exists();
    match name {
        "cdk.json" if !beside("cdk.out") => {
            Some(format!("{file}: a CDK application is not run; run `cdk synth`, and its cdk.out is read"))
        }
        "serverless.ts" | "serverless.js" | "serverless.mjs" | "serverless.cjs"
            if read(file).is_some_and(|text| text.contains("stepFunctions")) =>
        {
            Some(format!("{file}: a program is not run; `serverless print > serverless.yml` writes what it says"))
        }
        "Pulumi.yaml" => Some(format!("{file}: Pulumi programs are not read; import the definition's own file")),
        _ => None,
    }
}

/// A module of Terraform is all files of a folder; other files have none beside them.
pub(crate) fn module_of(root: &Path, file: &str) -> Vec<String> {
    if !file.ends_with(".tf") {
        return Vec::new();
    }
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Vec::new() };
    let names = entries.flatten().map(|entry| folder.join(entry.file_name()).to_string_lossy().replace('\\', "/"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".tf")).take(MOST_IN_MODULE).collect();
    names.sort();
    names
}

fn walk(root: &Path, inside: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(root.join(inside)) else { return };
    for entry in entries.flatten() {
        if files.len() >= MOST_FILES || depth > DEEPEST {
            return;
        }
        let name = entry.file_name();
        let path = inside.join(&name);
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !SKIPPED.contains(&name.to_string_lossy().as_ref()) => {
                walk(root, &path, depth + 1, files);
            }
            Ok(kind) if kind.is_file() => files.push(path),
            _ => {}
        }
    }
}

pub(crate) fn import_scan(request: &ScanImport) -> Result<ImportScanned, Failure> {
    let path = canonical(&request.path)?;
    let project = scan(&path).map_err(|error| reading(&path, &error))?;
    let root = &project.root;
    let workflows = project
        .workflows
        .iter()
        .map(|(name, file, workflow)| {
            // What opens as its own file is saved there.
            let embedded = workflow.form != Form::File && workflow.file.is_none();
            let declared = if embedded { Declared::read(root, file) } else { None };
            let refused = declared.as_ref().and_then(|declared| {
                declared.at(|place| import::patch_beside(place, &workflow.id, &workflow.text)).err()
            });
            let extractable = refused.is_some()
                && declared.is_some_and(|declared| {
                    declared.at(|place| import::extract(place, &workflow.id, &workflow.text, &|_| false)).is_ok()
                });
            ImportedWorkflow {
                name: name.clone(),
                path: text(root.join(file)),
                id: workflow.id.clone(),
                origin: origin(workflow.origin),
                form: form(workflow.form).to_owned(),
                text: workflow.text.clone(),
                file: workflow.file.as_ref().map(|file| text(root.join(file))),
                within: workflow.home.as_ref().map(|file| text(root.join(file))),
                placeholders: workflow
                    .bindings
                    .iter()
                    .map(|binding| ImportedPlaceholder {
                        hole: binding.hole.clone(),
                        expression: binding.expression.clone(),
                    })
                    .collect(),
                settings: settings_out(&workflow.settings),
                functions: workflow.functions.iter().map(|function| imported_function(root, function)).collect(),
                notes: workflow.notes.iter().map(note).collect(),
                not_editable: refused.map(|refusal| refusal.to_string()),
                extractable,
            }
        })
        .collect();
    Ok(ImportScanned { workflows, unreadable: project.unreadable })
}

fn origin(origin: Origin) -> ImportOrigin {
    match origin {
        Origin::Definition => ImportOrigin::Definition,
        Origin::Sam => ImportOrigin::Sam,
        Origin::Cloudformation => ImportOrigin::Cloudformation,
        Origin::Cdk => ImportOrigin::Cdk,
        Origin::Terraform => ImportOrigin::Terraform,
        Origin::Serverless => ImportOrigin::Serverless,
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::File => "file",
        Form::Separate => "separate",
        Form::Object => "object",
        Form::Text => "text",
        Form::Join => "join",
        Form::Heredoc => "heredoc",
        Form::JsonEncode => "jsonEncode",
    }
}

fn imported_function(root: &Path, function: &import::Function) -> ImportedFunction {
    ImportedFunction {
        id: function.id.clone(),
        name: function.name.clone(),
        code: function.code.as_ref().map(|code| text(root.join(code))),
        handler: function.handler.clone(),
        runtime: function.runtime.clone(),
        timeout_seconds: function.timeout_seconds,
        memory_mb: function.memory_mb,
        environment: function.environment.iter().cloned().collect(),
        layers: function
            .layers
            .iter()
            .map(|layer| ImportedLayer {
                name: layer.name.clone(),
                code: layer.code.as_ref().map(|code| text(root.join(code))),
            })
            .collect(),
        holes: function.holes.clone(),
    }
}

/// A file that declares workflows, and its project.
struct Declared {
    root: PathBuf,
    name: String,
    text: String,
    beside: Vec<String>,
}

impl Declared {
    fn read(root: &Path, name: &str) -> Option<Declared> {
        let text = read_inside(root, name)?;
        Some(Declared { root: root.to_owned(), name: name.to_owned(), text, beside: module_of(root, name) })
    }

    /// A file by itself, as a front end names it.
    fn open(path: &str) -> Result<Declared, Failure> {
        let path = canonical(path)?;
        let bytes = fs::read(&path).map_err(|error| reading(&path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            Failure::new(Code::FileUnreadable, format!("{}: not UTF-8 text: {error}", path.display()))
        })?;
        let root = root_of(&path);
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        Ok(Declared { beside: module_of(&root, &name), root, name, text })
    }

    fn at<T>(&self, run: impl FnOnce(&Place<'_>) -> T) -> T {
        let beside: Vec<&str> = self.beside.iter().map(String::as_str).collect();
        run(&Place {
            path: &self.name,
            text: &self.text,
            files: &|file| read_inside(&self.root, file),
            beside: &beside,
        })
    }

    fn workflow(&self, id: &str) -> Result<Option<Workflow>, Failure> {
        let found =
            self.at(import::import_beside).map_err(|error| Failure::new(Code::FileUnreadable, error.to_string()))?;
        Ok(found.into_iter().find(|workflow| workflow.id == id))
    }
}

/// The definition as it stands in its project now; nothing if there is none any more.
pub(crate) fn declared_text(declared: &DeclaredAt) -> Result<Option<String>, Failure> {
    if !Path::new(&declared.path).exists() {
        return Ok(None);
    }
    Ok(Declared::open(&declared.path)?.workflow(&declared.id)?.map(|workflow| workflow.text))
}

/// The file that declares a workflow, if its definition is still the one that was read.
fn unchanged(request: &SaveImported) -> Result<Declared, Failure> {
    let declared = Declared::open(&request.path)?;
    let now = declared.workflow(&request.id)?;
    if now.is_none_or(|workflow| workflow.text != request.base) {
        let why = format!("the definition {} in {} is not the one that was read", request.id, request.path);
        return Err(Failure::new(Code::FileChanged, why));
    }
    Ok(declared)
}

pub(crate) fn import_save(request: &SaveImported) -> Result<ImportSaved, Failure> {
    let declared = unchanged(request)?;
    let saved = declared
        .at(|place| import::patch_beside(place, &request.id, &request.text))
        .map_err(|refusal| refused(&refusal))?;
    let path = declared.root.join(saved.file.as_ref().unwrap_or(&declared.name));
    atomic::write(&path, saved.text.as_bytes()).map_err(|error| writing(&path, &error))?;
    Ok(ImportSaved { text: saved.definition })
}

fn refused(refusal: &Refusal) -> Failure {
    let code = match refusal {
        Refusal::Gone(_) => Code::FileChanged,
        Refusal::NotWellFormed(_) => Code::InvalidDefinition,
        Refusal::Unsound(_) | Refusal::Unsupported(_) => Code::Unsupported,
        Refusal::Unreadable(_) => Code::FileUnreadable,
    };
    Failure::new(code, refusal.to_string())
}

/// Moves a definition to a file of its own, which the template then names. Nothing that is there is overwritten.
pub(crate) fn import_extract(request: &SaveImported) -> Result<ImportExtracted, Failure> {
    let declared = unchanged(request)?;
    let path = declared.root.join(&declared.name);
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let taken = |file: &str| folder.join(file).exists();
    let extracted = declared
        .at(|place| import::extract(place, &request.id, &request.text, &taken))
        .map_err(|refusal| refused(&refusal))?;
    let file = folder.join(&extracted.file);
    // The definition first: a template never names a file that is not there.
    let both = [(file.clone(), extracted.definition.as_str()), (path, extracted.template.as_str())];
    atomic::write_all(&both).map_err(|half| Failure::new(Code::FileNotWritable, half.to_string()))?;
    Ok(ImportExtracted { path: text(file) })
}
