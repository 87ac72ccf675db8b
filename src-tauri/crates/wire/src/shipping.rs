//! Out to infrastructure-as-code, and back in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ExportTarget {
    Sam,
    Cloudformation,
    Terraform,
    CdkTs,
    CdkPy,
    Serverless,
    Pulumi,
    /// The policy of the role alone.
    Iam,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequest {
    pub document: u32,
    pub target: ExportTarget,
    /// What the resources are named after; the document's name if absent.
    pub name: Option<String>,
    /// Where the files go, an absolute path; nothing while the person has not chosen yet.
    pub folder: Option<String>,
    pub settings: WorkflowSettings,
    /// JSON instead of YAML, where the target has both.
    pub json: bool,
    /// `${Partition}` instead of `aws` in service integrations.
    pub any_partition: bool,
    /// For the plain policy, instead of `*`.
    pub region: Option<String>,
    pub account: Option<String>,
}

/// What the definition does not say about its deployment. The same names as in `<name>.stepwright.json`, key `settings`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSettings {
    /// The name in AWS; nothing lets the tool make one.
    pub machine_name: Option<String>,
    #[serde(rename = "type")]
    pub kind: WorkflowType,
    pub logging: Option<LogSettings>,
    pub tracing: bool,
    pub tags: BTreeMap<String, String>,
    /// Publish a version with every deployment and point an alias at it.
    pub alias: Option<AliasSettings>,
    /// A role that exists already; nothing makes one with the least privilege.
    pub role: Option<RoleSettings>,
    pub encryption: Option<EncryptionSettings>,
    pub triggers: Vec<ExportTrigger>,
    /// Decisions by the name the exporter proposes; those not named here are as proposed.
    pub placeholders: BTreeMap<String, PlaceholderChoice>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PutSettings {
    pub document: u32,
    pub settings: WorkflowSettings,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "UPPERCASE")]
pub enum WorkflowType {
    #[default]
    Standard,
    Express,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogSettings {
    pub level: LogLevel,
    pub include_execution_data: bool,
    pub retention_days: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    All,
    Error,
    Fatal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AliasSettings {
    pub name: String,
    /// Nothing moves all traffic at once, without the deployment being watched.
    pub deployment: Option<DeploymentSettings>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeploymentSettings {
    #[serde(rename = "type")]
    pub kind: DeploymentType,
    pub percentage: Option<u32>,
    /// Minutes.
    pub interval: Option<u32>,
    /// Names of alarms that roll the deployment back.
    pub alarms: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeploymentType {
    Canary,
    Linear,
    AllAtOnce,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoleSettings {
    /// The default of the template's parameter.
    pub arn: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionSettings {
    /// The default of the template's parameter.
    pub key_arn: Option<String>,
    /// Seconds a data key is used again, 60 to 900.
    pub reuse_seconds: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ExportTrigger {
    Schedule {
        name: String,
        expression: String,
        timezone: Option<String>,
        /// JSON text.
        input: Option<String>,
    },
    EventPattern {
        name: String,
        /// JSON text.
        pattern: String,
        bus: Option<String>,
    },
    Api {
        name: String,
        path: String,
        method: String,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct PlaceholderChoice {
    /// Leave the literal in the definition.
    pub keep_literal: bool,
    pub rename: Option<String>,
    /// An own resource in a target's words, by `cloudformation` (also SAM and Serverless), `terraform`, `cdk-ts`, `cdk-py`, `pulumi`.
    pub references: BTreeMap<String, String>,
    /// The parameter's default.
    pub value: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportPreview {
    pub files: Vec<ExportFile>,
    pub notes: Vec<ShippingNote>,
    pub placeholders: Vec<ExportPlaceholder>,
    pub statements: Vec<ExportStatement>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    pub text: String,
    pub on_disk: OnDisk,
    /// What would change in the file there, as unified lines; empty unless it differs.
    pub difference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OnDisk {
    /// There is none, or no folder is chosen yet.
    Absent,
    Same,
    Differs,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ShippingNote {
    pub warning: bool,
    pub text: String,
    /// JSON pointer of the place in the definition.
    pub pointer: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportPlaceholder {
    pub name: String,
    pub proposed: String,
    pub description: String,
    /// The parameter's default; nothing if whoever deploys has to give it.
    pub value: Option<String>,
    pub reference: Option<String>,
    /// JSON pointers of the places that use it.
    pub uses: Vec<String>,
}

/// One statement of the role's policy, readable.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportStatement {
    pub sid: String,
    pub actions: Vec<String>,
    /// With `*` for region and account.
    pub resources: Vec<String>,
    /// `StringEquals iam:PassedToService = …`
    pub conditions: Vec<String>,
    pub reasons: Vec<ExportReason>,
    /// What could not be known and should be looked at.
    pub review: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportReason {
    /// The state; nothing for what the settings ask for.
    pub state: Option<String>,
    /// The state's JSON pointer in the definition.
    pub pointer: Option<String>,
    pub why: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WriteExport {
    pub export: ExportRequest,
    /// Files that differ and that the person has seen and agreed to overwrite: those names alone.
    pub overwrite: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportWritten {
    /// Relative to the folder.
    pub written: Vec<String>,
    pub unchanged: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScanImport {
    /// A project's folder, or one file.
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportScanned {
    pub workflows: Vec<ImportedWorkflow>,
    /// Files that should hold workflows but cannot be read, with why.
    pub unreadable: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportedWorkflow {
    /// Unique within the answer.
    pub name: String,
    /// The file it is declared in, an absolute path.
    pub path: String,
    /// Its logical id, label or key there.
    pub id: String,
    pub origin: ImportOrigin,
    /// `file`, `separate`, `object`, `text`, `join`, `heredoc` or `jsonEncode`.
    pub form: String,
    /// The definition with `${holes}`.
    pub text: String,
    /// The file of the definition, if it has its own: open that one.
    pub file: Option<String>,
    /// The file that the definition stands within, if that is another one than `path`: saving changes it.
    pub within: Option<String>,
    pub placeholders: Vec<ImportedPlaceholder>,
    /// What the template says about its deployment.
    pub settings: WorkflowSettings,
    /// Code of the functions that placeholders stand for.
    pub functions: Vec<ImportedFunction>,
    pub notes: Vec<ShippingNote>,
    /// Whether an edit can be saved back in place; if not, why.
    pub not_editable: Option<String>,
    /// Whether `import_extract` can move it to a file of its own, where it can be edited.
    pub extractable: bool,
}

/// What declares a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ImportOrigin {
    /// Nothing but its own file.
    Definition,
    Sam,
    Cloudformation,
    /// CloudFormation that the CDK made.
    Cdk,
    Terraform,
    Serverless,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportSaved {
    /// The definition as what was written is read.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportExtracted {
    /// The definition's own file.
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportedPlaceholder {
    pub hole: String,
    /// What the template says it is; empty if it says nothing.
    pub expression: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportedFunction {
    pub id: String,
    pub name: Option<String>,
    /// An absolute path.
    pub code: Option<String>,
    pub handler: Option<String>,
    pub runtime: Option<String>,
    /// What is remembered from before these were read has none.
    #[serde(default)]
    pub timeout_seconds: Option<u32>,
    #[serde(default)]
    pub memory_mb: Option<u32>,
    pub environment: BTreeMap<String, String>,
    /// In the order of the template: what a later one has stands over what earlier ones have.
    #[serde(default)]
    #[ts(as = "Option<Vec<ImportedLayer>>", optional)]
    pub layers: Vec<ImportedLayer>,
    /// The placeholders that stand for it.
    pub holes: Vec<String>,
}

/// Code that a function shares with others: what stands under `/opt` when it runs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportedLayer {
    /// Its logical id, label or key, else its ARN or what the template says instead.
    pub name: String,
    /// An absolute path; nothing if the project does not have its code.
    pub code: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PutLocalFunctions {
    pub document: u32,
    /// What may run; empty lets nothing run any more.
    pub functions: Vec<ImportedFunction>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LocalFunctionsOn {
    /// Ids of those whose code is here in a language that can be run.
    pub functions: Vec<String>,
    /// Why each of the others cannot be run.
    pub problems: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveImported {
    pub path: String,
    pub id: String,
    /// The definition as it was imported. If the file has another one now, saving fails with `FileChanged`.
    pub base: String,
    pub text: String,
}
