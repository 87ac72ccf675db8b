//! What the person decides about a deployment that the definition does not say.
//!
//! [`Settings`] is a file format: it is what `stepwright export --settings FILE` reads, and what stands under the key `settings`
//! of `<name>.stepwright.json` beside the definition. Every field may be absent. A field that is not known is refused by name, so
//! that a misspelt one does not silently deploy something else.
//!
//! ```json
//! {
//!   "machineName": "orders", "type": "STANDARD",
//!   "role": { "arn": "arn:aws:iam::123456789012:role/orders" },
//!   "logging": { "level": "ERROR", "includeExecutionData": true, "retentionDays": 30 },
//!   "tracing": true, "tags": { "team": "shop" },
//!   "alias": { "name": "live", "deployment": { "type": "CANARY", "percentage": 10, "interval": 5, "alarms": ["errors"] } },
//!   "encryption": { "keyArn": "arn:aws:kms:…:key/…", "reuseSeconds": 300 },
//!   "triggers": [
//!     { "type": "schedule", "name": "Nightly", "expression": "rate(1 day)", "timezone": "Europe/Berlin", "input": "{}" },
//!     { "type": "eventPattern", "name": "Paid", "pattern": "{\"source\": [\"shop\"]}", "bus": "shop" },
//!     { "type": "api", "name": "Start", "path": "/orders", "method": "POST" }
//!   ],
//!   "placeholders": { "OrdersTableName": { "rename": "Table", "references": { "terraform": "aws_dynamodb_table.orders.name" } } }
//! }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where an export goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    Sam,
    Cloudformation,
    Terraform,
    CdkTs,
    CdkPy,
    Serverless,
    Pulumi,
    /// The policy of the role alone, as JSON.
    Iam,
}

impl Target {
    pub const ALL: [Target; 8] = [
        Target::Sam,
        Target::Cloudformation,
        Target::Terraform,
        Target::CdkTs,
        Target::CdkPy,
        Target::Serverless,
        Target::Pulumi,
        Target::Iam,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Target::Sam => "sam",
            Target::Cloudformation => "cloudformation",
            Target::Terraform => "terraform",
            Target::CdkTs => "cdk-ts",
            Target::CdkPy => "cdk-py",
            Target::Serverless => "serverless",
            Target::Pulumi => "pulumi",
            Target::Iam => "iam",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Target::ALL.into_iter().find(|target| target.id() == id)
    }

    /// The language that a reference to a resource is written in: SAM and Serverless have CloudFormation's.
    pub fn words(self) -> &'static str {
        match self {
            Target::Sam | Target::Cloudformation | Target::Serverless => "cloudformation",
            Target::Terraform => "terraform",
            Target::CdkTs => "cdk-ts",
            Target::CdkPy => "cdk-py",
            Target::Pulumi => "pulumi",
            // A plain policy refers to nothing.
            Target::Iam => "iam",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Target::Sam => "AWS SAM",
            Target::Cloudformation => "CloudFormation",
            Target::Terraform => "Terraform / OpenTofu",
            Target::CdkTs => "AWS CDK (TypeScript)",
            Target::CdkPy => "AWS CDK (Python)",
            Target::Serverless => "Serverless Framework v3 / osls",
            Target::Pulumi => "Pulumi (TypeScript)",
            Target::Iam => "IAM policy",
        }
    }
}

/// The deployment of one state machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// The name in AWS. Absent lets the tool make one, so that a replacement never collides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
    #[serde(rename = "type")]
    pub kind: MachineType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    pub tracing: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Publish a version with every deployment and point an alias at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// A role that exists already; absent makes one with the least privilege.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Decisions about placeholders, by the name the exporter proposes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub placeholders: BTreeMap<String, PlaceholderChoice>,
}

/// A role of one's own. Its ARN becomes a parameter of the template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Role {
    /// Becomes the parameter's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MachineType {
    #[default]
    Standard,
    Express,
}

impl MachineType {
    pub fn as_str(self) -> &'static str {
        match self {
            MachineType::Standard => "STANDARD",
            MachineType::Express => "EXPRESS",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Logging {
    pub level: LogLevel,
    pub include_execution_data: bool,
    /// Days; one of the values CloudWatch Logs knows.
    pub retention_days: u32,
}

impl Default for Logging {
    fn default() -> Self {
        Self { level: LogLevel::Error, include_execution_data: true, retention_days: 30 }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    All,
    #[default]
    Error,
    Fatal,
}

impl LogLevel {
    /// The level as templates write it; nothing for `OFF`. Where it is computed, errors are logged.
    pub(crate) fn written(level: Option<&str>) -> Option<LogLevel> {
        match level {
            Some("OFF") => None,
            Some("ALL") => Some(LogLevel::All),
            Some("FATAL") => Some(LogLevel::Fatal),
            _ => Some(LogLevel::Error),
        }
    }
}

impl LogLevel {
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::All => "ALL",
            LogLevel::Error => "ERROR",
            LogLevel::Fatal => "FATAL",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alias {
    pub name: String,
    /// Absent moves all traffic at once, without a deployment being watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deployment {
    #[serde(rename = "type")]
    pub kind: DeploymentType,
    /// Percent moved by each step, 1 to 99. Not for `ALL_AT_ONCE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentage: Option<u32>,
    /// Minutes between the steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u32>,
    /// Names of CloudWatch alarms that roll the deployment back.
    #[serde(default)]
    pub alarms: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeploymentType {
    Canary,
    Linear,
    AllAtOnce,
}

impl DeploymentType {
    pub fn as_str(self) -> &'static str {
        match self {
            DeploymentType::Canary => "CANARY",
            DeploymentType::Linear => "LINEAR",
            DeploymentType::AllAtOnce => "ALL_AT_ONCE",
        }
    }
}

/// A key of one's own. Its ARN becomes a parameter of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Encryption {
    /// Becomes the parameter's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_arn: Option<String>,
    /// Seconds a data key is used again, 60 to 900.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse_seconds: Option<u32>,
}

/// What starts an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum Trigger {
    /// `rate(…)`, `cron(…)` or `at(…)` of EventBridge Scheduler.
    #[serde(rename_all = "camelCase")]
    Schedule {
        name: String,
        expression: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timezone: Option<String>,
        /// JSON text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    EventPattern {
        name: String,
        /// JSON text.
        pattern: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bus: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    Api { name: String, path: String, method: String },
}

impl Trigger {
    pub fn name(&self) -> &str {
        match self {
            Trigger::Schedule { name, .. } | Trigger::EventPattern { name, .. } | Trigger::Api { name, .. } => name,
        }
    }
}

/// How to write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    /// JSON instead of YAML, where the target has both.
    pub json: bool,
    /// Write `${Partition}` into service integrations instead of `arn:aws`, for China and GovCloud.
    pub any_partition: bool,
    /// For the plain policy: what stands for the deployed region and account. Absent means `*`.
    pub region: Option<String>,
    pub account: Option<String>,
}

/// What the person wants for one placeholder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PlaceholderChoice {
    /// Leave the literal in the definition.
    pub keep_literal: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rename: Option<String>,
    /// The value in a target's own words instead of a parameter, by [`Target::words`]: `OrdersTable` or `ChargeFunction.Arn` for
    /// `cloudformation`, `aws_dynamodb_table.orders.name` for `terraform`, any expression for `cdk-ts`, `cdk-py` and `pulumi`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub references: BTreeMap<String, String>,
    /// The parameter's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
