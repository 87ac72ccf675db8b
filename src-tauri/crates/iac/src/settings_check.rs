//! What the services refuse of settings, found before anything is deployed.

use std::collections::HashSet;

use crate::settings::{Alias, DeploymentType, Settings, Trigger};

/// What CloudWatch Logs knows, in days.
pub const RETENTION_DAYS: &[u32] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];

impl Settings {
    /// # Errors
    /// The first thing that cannot be deployed, in words for the person.
    pub fn check(&self) -> Result<(), String> {
        if let Some(name) = &self.machine_name {
            let legal = |c: char| !c.is_whitespace() && !c.is_control() && !"<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
            if name.is_empty() || name.chars().count() > 80 || !name.chars().all(legal) {
                return Err(format!("the machine name {name:?} has to be 1 to 80 letters, digits, - and _"));
            }
        }
        if let Some(logging) = &self.logging
            && !RETENTION_DAYS.contains(&logging.retention_days)
        {
            let known: Vec<String> = RETENTION_DAYS.iter().map(u32::to_string).collect();
            return Err(format!("logs can be kept for {} days, not {}", known.join(", "), logging.retention_days));
        }
        self.check_tags()?;
        if let Some(alias) = &self.alias {
            check_alias(alias)?;
        }
        for (what, arn) in [
            ("role", self.role.as_ref().and_then(|role| role.arn.as_deref())),
            ("key", self.encryption.as_ref().and_then(|encryption| encryption.key_arn.as_deref())),
        ] {
            if let Some(arn) = arn
                && !arn.is_empty()
                && !arn.starts_with("arn:")
            {
                return Err(format!("{arn:?} is no ARN of a {what}"));
            }
        }
        if let Some(seconds) = self.encryption.as_ref().and_then(|encryption| encryption.reuse_seconds)
            && !(60..=900).contains(&seconds)
        {
            return Err(format!("a data key is used again for 60 to 900 seconds, not {seconds}"));
        }
        let mut names = HashSet::new();
        for trigger in &self.triggers {
            if !names.insert(crate::names::pascal(trigger.name())) {
                return Err(format!("two triggers are called {}", trigger.name()));
            }
            check_trigger(trigger)?;
        }
        Ok(())
    }

    fn check_tags(&self) -> Result<(), String> {
        if self.tags.len() > 50 {
            return Err(format!("a state machine has at most 50 tags, not {}", self.tags.len()));
        }
        for (key, value) in &self.tags {
            if key.is_empty() || key.chars().count() > 128 || key.to_ascii_lowercase().starts_with("aws:") {
                return Err(format!(
                    "the tag {key:?} needs a name of 1 to 128 characters that does not begin with aws:"
                ));
            }
            if value.chars().count() > 256 {
                return Err(format!("the tag {key} has more than 256 characters"));
            }
        }
        Ok(())
    }
}

fn check_alias(alias: &Alias) -> Result<(), String> {
    let name = &alias.name;
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 80 || !name.chars().all(legal) || name.chars().all(|c| c.is_ascii_digit()) {
        return Err(format!("the alias {name:?} has to be 1 to 80 letters, digits, -, _ and . and no number"));
    }
    let Some(deployment) = &alias.deployment else { return Ok(()) };
    if deployment.percentage.is_some_and(|percentage| !(1..=99).contains(&percentage)) {
        return Err("a gradual deployment moves 1 to 99 percent at a time".to_owned());
    }
    if deployment.interval.is_some_and(|interval| !(1..=2100).contains(&interval)) {
        return Err("the steps of a gradual deployment are 1 to 2100 minutes apart".to_owned());
    }
    if deployment.kind != DeploymentType::AllAtOnce && deployment.alarms.iter().any(|alarm| alarm.trim().is_empty()) {
        return Err("an alarm of the deployment has no name".to_owned());
    }
    Ok(())
}

fn check_trigger(trigger: &Trigger) -> Result<(), String> {
    let name = trigger.name();
    if name.trim().is_empty() {
        return Err("a trigger needs a name".to_owned());
    }
    let json = match trigger {
        Trigger::Schedule { expression, input, .. } => {
            let known = ["rate(", "cron(", "at("].iter().any(|begin| expression.starts_with(begin));
            if !known || !expression.ends_with(')') {
                return Err(format!("the schedule {name} is {expression:?} and not rate(…), cron(…) or at(…)"));
            }
            input.as_deref()
        }
        Trigger::EventPattern { pattern, .. } => Some(pattern.as_str()),
        Trigger::Api { path, method, .. } => {
            if !path.starts_with('/') {
                return Err(format!("the path {path:?} of the trigger {name} does not begin with a slash"));
            }
            if !METHODS.contains(&method.to_ascii_uppercase().as_str()) {
                return Err(format!("the trigger {name} has no HTTP method {method:?}"));
            }
            None
        }
    };
    match json.map(serde_json::from_str::<serde_json::Value>) {
        Some(Err(error)) => Err(format!("the trigger {name} has JSON that cannot be read: {error}")),
        Some(Ok(value)) if matches!(trigger, Trigger::EventPattern { .. }) && !value.is_object() => {
            Err(format!("the pattern of the trigger {name} is no JSON object"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_services_refuse_is_said_before_they_do() {
        for (settings, says) in [
            (r#"{"machineName": "a b"}"#, "machine name"),
            (r#"{"logging": {"retentionDays": 31}}"#, "not 31"),
            (r#"{"tags": {"aws:x": "y"}}"#, "tag"),
            (r#"{"alias": {"name": "12"}}"#, "alias"),
            (r#"{"alias": {"name": "live", "deployment": {"type": "LINEAR", "percentage": 100}}}"#, "1 to 99"),
            (r#"{"alias": {"name": "live", "deployment": {"type": "CANARY", "interval": 0}}}"#, "minutes"),
            (r#"{"role": {"arn": "orders"}}"#, "no ARN of a role"),
            (r#"{"encryption": {"keyArn": "arn:aws:kms:r:1:key/a", "reuseSeconds": 1}}"#, "60 to 900"),
            (r#"{"triggers": [{"type": "schedule", "name": "N", "expression": "daily"}]}"#, "rate("),
            (r#"{"triggers": [{"type": "schedule", "name": "N", "expression": "rate(1 day)", "input": "{"}]}"#, "JSON"),
            (r#"{"triggers": [{"type": "eventPattern", "name": "E", "pattern": "[]"}]}"#, "no JSON object"),
            (r#"{"triggers": [{"type": "api", "name": "A", "path": "x", "method": "POST"}]}"#, "slash"),
            (r#"{"triggers": [{"type": "api", "name": "A", "path": "/x", "method": "SEND"}]}"#, "SEND"),
            (
                r#"{"triggers": [{"type": "api", "name": "a b", "path": "/x", "method": "GET"}, {"type": "api", "name": "aB", "path": "/y", "method": "GET"}]}"#,
                "two triggers",
            ),
        ] {
            let settings: Settings = serde_json::from_str(settings).expect("the settings are well formed");
            let error = settings.check().expect_err("it is refused");
            assert!(error.contains(says), "{error}");
        }
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn the_file_format_is_what_the_documentation_says() {
        let documentation = include_str!("settings.rs");
        let json: String = documentation
            .lines()
            .filter_map(|line| line.strip_prefix("//! "))
            .skip_while(|line| *line != "```json")
            .skip(1)
            .take_while(|line| *line != "```")
            .collect();
        let settings: Settings = serde_json::from_str(&json).expect("the documented file can be read");
        assert_eq!(settings.triggers.len(), 3);
        assert_eq!(settings.check(), Ok(()));
        let written = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&written).unwrap(), settings);
        assert!(serde_json::from_str::<Settings>(r#"{"tracin": true}"#).is_err(), "a misspelt field is refused");
    }
}
