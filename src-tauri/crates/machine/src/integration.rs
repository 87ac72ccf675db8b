//! What a Task's `Resource` names, read from the ARN alone.

use std::sync::Arc;

/// A Task's resource, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integration {
    /// A Lambda function named by its own ARN: the payload is the state's input, the result the function's answer.
    Lambda,
    /// `arn:…:states:…:activity:NAME`.
    Activity,
    /// `arn:…:states:::<service>:<action>[.pattern]`, optimised or `aws-sdk`.
    Service {
        /// As the history shows it: `lambda`, `states`, `aws-sdk:dynamodb`.
        service: Arc<str>,
        /// As the history shows it, pattern included: `invoke`, `startExecution.sync:2`.
        action: Arc<str>,
        pattern: Pattern,
    },
}

/// How a service integration waits for its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    RequestResponse,
    /// `.sync`: until the job ends.
    Sync,
    /// `.sync:2`: the same, with the result parsed as JSON.
    Sync2,
    /// `.waitForTaskToken`: until somebody answers with the token.
    WaitForTaskToken,
}

impl Integration {
    pub fn parse(resource: &str) -> Integration {
        let mut parts = resource.splitn(6, ':');
        let (service, region, tail) =
            (parts.nth(2).unwrap_or(""), parts.next().unwrap_or(""), parts.nth(1).unwrap_or(""));
        if service == "lambda" {
            return Integration::Lambda;
        }
        if service == "states" && tail.starts_with("activity:") {
            return Integration::Activity;
        }
        if service == "states" && region.is_empty() {
            return Integration::service(tail);
        }
        Integration::Service { service: Arc::from(service), action: Arc::from(tail), pattern: Pattern::RequestResponse }
    }

    fn service(tail: &str) -> Integration {
        let (service, action) = match tail.strip_prefix("aws-sdk:").and_then(|rest| rest.split_once(':')) {
            Some((name, action)) => (tail.get(.."aws-sdk:".len() + name.len()).unwrap_or(tail), action),
            None => tail.split_once(':').unwrap_or((tail, "")),
        };
        let pattern = match action.split_once('.').map(|(_, pattern)| pattern) {
            Some("sync") => Pattern::Sync,
            Some("sync:2") => Pattern::Sync2,
            Some("waitForTaskToken") => Pattern::WaitForTaskToken,
            _ => Pattern::RequestResponse,
        };
        Integration::Service { service: Arc::from(service), action: Arc::from(action), pattern }
    }

    pub fn pattern(&self) -> Pattern {
        match self {
            Integration::Service { pattern, .. } => *pattern,
            _ => Pattern::RequestResponse,
        }
    }

    /// The service and the bare action: `("states", "startExecution")`.
    pub fn call(&self) -> Option<(&str, &str)> {
        match self {
            Integration::Service { service, action, .. } => Some((service, action.split('.').next().unwrap_or(action))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource: &str, service: &str, action: &str, pattern: Pattern) {
        let expected = Integration::Service { service: Arc::from(service), action: Arc::from(action), pattern };
        assert_eq!(Integration::parse(resource), expected, "{resource}");
    }

    #[test]
    fn services() {
        check("arn:aws:states:::lambda:invoke", "lambda", "invoke", Pattern::RequestResponse);
        check(
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "sqs",
            "sendMessage.waitForTaskToken",
            Pattern::WaitForTaskToken,
        );
        check("arn:aws-cn:states:::states:startExecution.sync:2", "states", "startExecution.sync:2", Pattern::Sync2);
        check(
            "arn:aws:states:::aws-sdk:sfn:getActivityTask",
            "aws-sdk:sfn",
            "getActivityTask",
            Pattern::RequestResponse,
        );
    }

    #[test]
    fn functions_and_activities() {
        assert_eq!(Integration::parse("arn:aws:lambda:us-east-1:111111111111:function:f"), Integration::Lambda);
        assert_eq!(Integration::parse("arn:aws:states:us-east-1:111111111111:activity:a"), Integration::Activity);
        assert_eq!(
            Integration::parse(""),
            Integration::Service { service: "".into(), action: "".into(), pattern: Pattern::RequestResponse }
        );
    }
}
