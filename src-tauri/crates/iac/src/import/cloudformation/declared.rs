//! What a template declares around a machine: settings and triggers.

use super::super::value::{Reader, intrinsic};
use super::Machine;
use crate::plan::Note;
use crate::settings::{
    Alias, Deployment, DeploymentType, Encryption, LogLevel, Logging, MachineType, Role, Settings, Trigger,
};
use crate::template::Item;

pub(super) fn settings(template: &Item, machine: &Machine<'_>, notes: &mut Vec<Note>) -> Settings {
    let properties = machine.properties;
    let text = |path: &[&str]| properties.at(path).and_then(Item::as_str).map(str::to_owned);
    let mut settings = Settings {
        machine_name: text(&[if machine.sam { "Name" } else { "StateMachineName" }]),
        tracing: properties
            .at(&[if machine.sam { "Tracing" } else { "TracingConfiguration" }, "Enabled"])
            .is_some_and(Item::is_true),
        ..Settings::default()
    };
    if text(&[if machine.sam { "Type" } else { "StateMachineType" }]).as_deref() == Some("EXPRESS") {
        settings.kind = MachineType::Express;
    }
    if let Some(logging) = properties.get(if machine.sam { "Logging" } else { "LoggingConfiguration" }) {
        settings.logging = LogLevel::written(logging.get("Level").and_then(Item::as_str)).map(|level| Logging {
            level,
            include_execution_data: logging.get("IncludeExecutionData").is_some_and(Item::is_true),
            retention_days: retention(template, logging).unwrap_or(Logging::default().retention_days),
        });
    }
    if let Some(tags) = properties.get("Tags") {
        for (key, value) in tags.entries() {
            if let (Some(key), Some(value)) = (key.as_str(), value.as_str()) {
                settings.tags.insert(key.to_owned(), value.to_owned());
            }
        }
        for tag in tags.items() {
            if let (Some(key), Some(value)) =
                (tag.get("Key").and_then(Item::as_str), tag.get("Value").and_then(Item::as_str))
            {
                settings.tags.insert(key.to_owned(), value.to_owned());
            }
        }
    }
    let role = properties.get(if machine.sam { "Role" } else { "RoleArn" });
    if let Some(role) = role {
        // A role that comes from outside of the template is the person's own.
        let parameter = intrinsic(role).is_some_and(|(function, argument)| {
            let id = argument.as_str().unwrap_or_default();
            function == "Ref" && template.at(&["Parameters", id]).is_some()
        });
        match role.as_str().filter(|arn| arn.starts_with("arn:")) {
            Some(arn) => settings.role = Some(Role { arn: Some(arn.to_owned()) }),
            None if parameter => settings.role = Some(Role { arn: None }),
            None => {}
        }
    }
    if let Some(encryption) = properties.get("EncryptionConfiguration")
        && encryption.get("Type").and_then(Item::as_str) != Some("AWS_OWNED_KEY")
    {
        settings.encryption = Some(Encryption {
            key_arn: encryption
                .get("KmsKeyId")
                .and_then(Item::as_str)
                .filter(|key| key.starts_with("arn:"))
                .map(str::to_owned),
            reuse_seconds: encryption
                .get("KmsDataKeyReusePeriodSeconds")
                .and_then(Item::as_str)
                .and_then(|seconds| seconds.parse().ok()),
        });
    }
    let published = text(&["AutoPublishAlias"]).map(|alias| (alias, properties.get("DeploymentPreference")));
    settings.alias = published
        .or_else(|| alias_of(template, machine.id))
        .map(|(name, preference)| Alias { name, deployment: preference.and_then(deployment) });
    for (name, event) in properties.get("Events").map(Item::entries).unwrap_or_default() {
        let name = name.scalar().unwrap_or_default();
        match sam_event(name, event) {
            Some(trigger) => {
                // SAM's own event of an API never waits.
                if settings.kind == MachineType::Express && matches!(trigger, Trigger::Api { .. }) {
                    notes.push(Note::warning(DOES_NOT_WAIT, None));
                }
                settings.triggers.push(trigger);
            }
            None => notes.push(Note::warning(format!("the event {name} could not be read"), None)),
        }
    }
    let published = text(&["AutoPublishAlias"]).map(|alias| format!("{}Alias{alias}", machine.id));
    let others = other_triggers(template, machine.id, published.as_deref());
    if settings.kind == MachineType::Express && others.iter().any(|(_, waits)| !waits) {
        notes.push(Note::warning(DOES_NOT_WAIT, None));
    }
    settings.triggers.extend(others.into_iter().map(|(trigger, _)| trigger));
    settings
}

fn sam_event(name: &str, event: &Item) -> Option<Trigger> {
    let properties = event.get("Properties")?;
    let text = |field: &str| properties.get(field).and_then(Item::as_str).map(str::to_owned);
    let name = name.to_owned();
    match event.get("Type")?.as_str()? {
        "Schedule" => {
            Some(Trigger::Schedule { name, expression: text("Schedule")?, timezone: None, input: text("Input") })
        }
        "ScheduleV2" => Some(Trigger::Schedule {
            name,
            expression: text("ScheduleExpression")?,
            timezone: text("ScheduleExpressionTimezone"),
            input: text("Input"),
        }),
        "EventBridgeRule" | "CloudWatchEvent" => Some(Trigger::EventPattern {
            name,
            pattern: json_of(properties.get("Pattern")?)?,
            bus: text("EventBusName"),
        }),
        "Api" => Some(Trigger::Api { name, path: text("Path")?, method: text("Method")?.to_ascii_uppercase() }),
        _ => None,
    }
}

/// An Express machine behind an API whose caller does not wait: an export makes it wait.
pub(in super::super) const DOES_NOT_WAIT: &str =
    "its API starts executions without waiting for them; an export of an Express workflow waits (StartSyncExecution)";

/// Rules, schedules and APIs of the template whose target is the machine or its alias; `published` is the one that SAM makes. Beside
/// each stands whether its caller waits for the answer, where it could.
fn other_triggers(template: &Item, machine: &str, published: Option<&str>) -> Vec<(Trigger, bool)> {
    let alias = alias_resource(template, machine).map(|(id, _)| id).or(published);
    let targets = |arn: Option<&Item>| {
        arn.and_then(referred).is_some_and(|id| id == machine || alias.is_some_and(|alias| alias == id))
    };
    let mut triggers = Vec::new();
    for (name, resource) in template.get("Resources").map(Item::entries).unwrap_or_default() {
        let (Some(name), Some(properties)) = (name.as_str(), resource.get("Properties")) else { continue };
        let text = |field: &str| properties.get(field).and_then(Item::as_str).map(str::to_owned);
        match resource.get("Type").and_then(Item::as_str) {
            Some("AWS::Scheduler::Schedule") if targets(properties.at(&["Target", "Arn"])) => {
                if let Some(expression) = text("ScheduleExpression") {
                    let trigger = Trigger::Schedule {
                        name: name.to_owned(),
                        expression,
                        timezone: text("ScheduleExpressionTimezone"),
                        input: properties.at(&["Target", "Input"]).and_then(Item::as_str).map(str::to_owned),
                    };
                    triggers.push((trigger, true));
                }
            }
            Some("AWS::Events::Rule") => {
                let items = properties.get("Targets").map(Item::items).unwrap_or_default();
                let Some(target) = items.iter().find(|target| targets(target.get("Arn"))) else { continue };
                let input = target.get("Input").and_then(Item::as_str).map(str::to_owned);
                if let Some(pattern) = properties.get("EventPattern").and_then(json_of) {
                    let trigger = Trigger::EventPattern { name: name.to_owned(), pattern, bus: text("EventBusName") };
                    triggers.push((trigger, true));
                } else if let Some(expression) = text("ScheduleExpression") {
                    let trigger = Trigger::Schedule { name: name.to_owned(), expression, timezone: None, input };
                    triggers.push((trigger, true));
                }
            }
            Some("AWS::ApiGateway::Method") => {
                let written = |path: &[&str]| {
                    let mut reader = Reader { text: "", bindings: Vec::new() };
                    properties.at(path).map(|item| crate::emit::json::node(&reader.node(item))).unwrap_or_default()
                };
                let request = written(&["Integration", "RequestTemplates"]);
                let starts =
                    [Some(machine), alias].into_iter().flatten().any(|id| request.contains(&format!("${{{id}}}")));
                let uri = written(&["Integration", "Uri"]);
                let waits = uri.contains(":states:action/StartSyncExecution");
                if let Some(method) = text("HttpMethod")
                    && starts
                    && uri.contains(":states:action/Start")
                {
                    let path = properties.get("ResourceId").map(|resource| api_path(template, resource, 0));
                    let trigger = Trigger::Api {
                        name: name.strip_suffix("Method").filter(|name| !name.is_empty()).unwrap_or(name).to_owned(),
                        path: path.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned()),
                        method,
                    };
                    triggers.push((trigger, waits));
                }
            }
            _ => {}
        }
    }
    triggers
}

/// `/orders/{id}`, from a resource up to the root of its API.
fn api_path(template: &Item, resource: &Item, depth: u32) -> String {
    let found = referred(resource)
        .filter(|_| depth < 20)
        .and_then(|id| template.at(&["Resources", &id]))
        .filter(|found| found.get("Type").and_then(Item::as_str) == Some("AWS::ApiGateway::Resource"));
    let Some(properties) = found.and_then(|found| found.get("Properties")) else { return String::new() };
    let above = properties.get("ParentId").map(|parent| api_path(template, parent, depth + 1)).unwrap_or_default();
    format!("{above}/{}", properties.get("PathPart").and_then(Item::as_str).unwrap_or_default())
}

/// The resource that a `Ref` or `GetAtt` names.
fn referred(item: &Item) -> Option<String> {
    let (function, argument) = intrinsic(item)?;
    let id = match function.as_str() {
        "Ref" => argument.as_str(),
        "GetAtt" => argument
            .as_str()
            .and_then(|path| path.split('.').next())
            .or_else(|| argument.items().first().and_then(Item::as_str)),
        _ => None,
    };
    id.map(str::to_owned)
}

/// The alias that leads to a version of the machine.
fn alias_resource<'i>(template: &'i Item, machine: &str) -> Option<(&'i str, &'i Item)> {
    let resources = template.get("Resources").map(Item::entries).unwrap_or_default();
    let of_kind = |resource: &'i Item, kind: &str| {
        resource.get("Properties").filter(|_| resource.get("Type").and_then(Item::as_str) == Some(kind))
    };
    resources.iter().find_map(|(id, resource)| {
        let properties = of_kind(resource, "AWS::StepFunctions::StateMachineAlias")?;
        let routes = properties.get("RoutingConfiguration").map(Item::items).unwrap_or_default();
        let version = properties
            .at(&["DeploymentPreference", "StateMachineVersionArn"])
            .or_else(|| routes.first().and_then(|route| route.get("StateMachineVersionArn")))?;
        let version = referred(version)?;
        let version = of_kind(template.at(&["Resources", &version])?, "AWS::StepFunctions::StateMachineVersion")?;
        (referred(version.get("StateMachineArn")?)? == machine).then_some((id.as_str()?, properties))
    })
}

fn deployment(preference: &Item) -> Option<Deployment> {
    let text = |field: &str| preference.get(field).and_then(Item::as_str);
    let number = |field: &str| text(field).and_then(|text| text.parse().ok());
    Some(Deployment {
        kind: match text("Type")? {
            "CANARY" => DeploymentType::Canary,
            "LINEAR" => DeploymentType::Linear,
            "ALL_AT_ONCE" => DeploymentType::AllAtOnce,
            _ => return None,
        },
        percentage: number("Percentage"),
        interval: number("Interval"),
        alarms: preference
            .get("Alarms")
            .map(Item::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|alarm| alarm.as_str().map(str::to_owned))
            .collect(),
    })
}

/// The alias that resources of the template give a machine.
pub(in super::super) fn alias(template: &Item, machine: &str) -> Option<Alias> {
    alias_of(template, machine).map(|(name, preference)| Alias { name, deployment: preference.and_then(deployment) })
}

fn alias_of<'i>(template: &'i Item, machine: &str) -> Option<(String, Option<&'i Item>)> {
    let (_, properties) = alias_resource(template, machine)?;
    Some((properties.get("Name")?.as_str()?.to_owned(), properties.get("DeploymentPreference")))
}

/// How long the log group keeps what the machine writes, if the template says so.
fn retention(template: &Item, logging: &Item) -> Option<u32> {
    let group = logging.get("Destinations")?.items().first()?.at(&["CloudWatchLogsLogGroup", "LogGroupArn"])?;
    group_retention(template, group)
}

/// How long the log group of that ARN keeps what is written.
pub(in super::super) fn group_retention(template: &Item, group: &Item) -> Option<u32> {
    let group = template.at(&["Resources", &referred(group)?, "Properties", "RetentionInDays"])?;
    group.as_str()?.parse().ok()
}

/// A pattern as JSON on one line; `None` if a deployment has to fill it in.
fn json_of(item: &Item) -> Option<String> {
    let mut reader = Reader { text: "", bindings: Vec::new() };
    let node = reader.node(item);
    if !reader.bindings.is_empty() {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(&crate::emit::json::node(&node)).ok()?;
    Some(value.to_string())
}
