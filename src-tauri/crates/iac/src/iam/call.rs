//! What a task calls, and with which arguments.

use asl::{Node, NodeKind};

use crate::expr::Expr;
use crate::placeholders::{Kind, Placeholder};

/// A `Resource` taken apart: `arn:aws:states:::sqs:sendMessage.waitForTaskToken`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Integration {
    /// `sqs`; of an SDK integration the service behind `aws-sdk:`.
    pub service: String,
    /// `sendMessage`
    pub action: String,
    pub pattern: Pattern,
    pub sdk: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pattern {
    #[default]
    RequestResponse,
    Sync,
    Token,
}

impl Integration {
    /// `None` for a function, an activity, or anything else that is no service integration.
    pub fn parse(resource: &str) -> Option<Self> {
        // The partition may be a hole, and some authors fill in region and account although the service ignores them.
        let rest = resource.strip_prefix("arn:")?;
        let at = rest.find(":states:")?;
        let partition = &rest[..at];
        if partition.contains(':') && !partition.starts_with("${") {
            return None;
        }
        let (service, action) = split_tail(&rest[at + ":states:".len()..])?;
        if service == "activity" || service == "stateMachine" {
            return None;
        }
        let (sdk, service, action) = match service.as_str() {
            "aws-sdk" => {
                let (service, action) = action.split_once(':')?;
                (true, service.to_owned(), action.to_owned())
            }
            _ => (false, service, action),
        };
        let (action, pattern) = match action.split_once('.') {
            Some((action, "waitForTaskToken")) => (action.to_owned(), Pattern::Token),
            Some((action, suffix)) if suffix.starts_with("sync") => (action.to_owned(), Pattern::Sync),
            Some(_) => return None,
            None => (action, Pattern::RequestResponse),
        };
        Some(Self { service, action, pattern, sdk })
    }

    pub fn is_sync(&self) -> bool {
        self.pattern == Pattern::Sync
    }
}

/// Region, account, service and the rest of `region:account:service:action`, in which a hole may contain colons.
fn split_tail(tail: &str) -> Option<(String, String)> {
    let mut fields: Vec<String> = vec![String::new()];
    let mut depth = 0_u32;
    for c in tail.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ':' && depth == 0 && fields.len() < 4 {
            fields.push(String::new());
        } else if let Some(field) = fields.last_mut() {
            field.push(c);
        }
    }
    let [_, _, service, action]: [String; 4] = fields.try_into().ok()?;
    (!service.is_empty() && !action.is_empty()).then_some((service, action))
}

/// One argument of a call, as far as it is known before anything runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Argument {
    Known(Expr),
    /// Known only at run time: the path or expression.
    Dynamic(String),
    Absent,
}

/// A call of a service with its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Call<'c> {
    pub(crate) arguments: Option<&'c Node>,
    pub(crate) jsonata: bool,
    pub(crate) placeholders: &'c [Placeholder],
    pub(crate) integration: Integration,
}

impl<'c> Call<'c> {
    /// A field by its path, such as `Authentication/ConnectionArn`.
    pub(crate) fn argument(&self, path: &str) -> Argument {
        let Some(mut node) = self.arguments else { return Argument::Absent };
        if let Some(text) = node.as_str() {
            return Argument::Dynamic(text.to_owned());
        }
        let mut steps = path.split('/').peekable();
        while let Some(step) = steps.next() {
            if let Some(dynamic) = node.get(&format!("{step}.$")) {
                return Argument::Dynamic(dynamic.as_str().unwrap_or("…").to_owned());
            }
            let Some(next) = node.get(step) else { return Argument::Absent };
            node = next;
            if steps.peek().is_some()
                && let Some(text) = node.as_str()
            {
                return Argument::Dynamic(text.to_owned());
            }
        }
        self.value(node)
    }

    pub(crate) fn value(&self, node: &Node) -> Argument {
        match &node.kind {
            NodeKind::String(text) if self.jsonata && node.as_jsonata().is_some() => {
                Argument::Dynamic(text.to_string())
            }
            // Under JSONPath a string that looks like a path is still a string, and surely meant as a path.
            NodeKind::String(text) if !self.jsonata && (text.starts_with("$.") || &**text == "$") => {
                Argument::Dynamic(text.to_string())
            }
            NodeKind::String(text) => Argument::Known(Expr::template(text)),
            NodeKind::Substitution(text) => Argument::Known(Expr::template(text)),
            NodeKind::Number(raw) => Argument::Known(Expr::text(raw.to_string())),
            NodeKind::Missing | NodeKind::Null => Argument::Absent,
            _ => Argument::Dynamic("…".to_owned()),
        }
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.argument(field) != Argument::Absent
    }

    /// The elements of an array field; `None` if it is not written out as an array.
    pub(crate) fn elements(&self, field: &str) -> Option<&'c [Node]> {
        self.arguments?.get(field).filter(|node| node.is_array()).map(Node::elements)
    }

    /// The text of a value, that of a placeholder's if it has one.
    pub(crate) fn written<'e>(&'e self, value: &'e Expr) -> Option<&'e str> {
        match value {
            Expr::Text(text) => Some(text),
            Expr::Placeholder(name) => {
                self.placeholders.iter().find(|placeholder| placeholder.name == *name)?.default_value()
            }
            _ => None,
        }
    }

    /// Whether a value is an ARN rather than a name.
    pub(crate) fn is_arn(&self, value: &Expr) -> bool {
        match value {
            Expr::Text(text) => text.starts_with("arn:"),
            Expr::Placeholder(name) => {
                let placeholder = self.placeholders.iter().find(|placeholder| placeholder.name == *name);
                match placeholder.and_then(Placeholder::default_value) {
                    Some(value) => value.starts_with("arn:"),
                    None => placeholder.is_some_and(|placeholder| placeholder.kind == Kind::Arn),
                }
            }
            Expr::Concat(parts) => matches!(parts.first(), Some(Expr::Text(text)) if text.starts_with("arn:")),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources() {
        for (resource, expected) in [
            ("arn:aws:states:::lambda:invoke", Some(("lambda", "invoke", Pattern::RequestResponse, false))),
            ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Some(("sqs", "sendMessage", Pattern::Token, false))),
            ("arn:aws:states:::states:startExecution.sync:2", Some(("states", "startExecution", Pattern::Sync, false))),
            ("arn:aws-cn:states:::aws-sdk:s3:getObject", Some(("s3", "getObject", Pattern::RequestResponse, true))),
            (
                "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:athena:startQueryExecution.sync",
                Some(("athena", "startQueryExecution", Pattern::Sync, false)),
            ),
            (
                "arn:aws:states:us-east-1:776177632559:aws-sdk:s3:putObject",
                Some(("s3", "putObject", Pattern::RequestResponse, true)),
            ),
            ("arn:aws:states:us-east-1:1:activity:desk", None),
            ("arn:aws:lambda:us-east-1:1:function:states:x:y", None),
            ("${Function}", None),
            ("arn:aws:states:::lambda:", None),
        ] {
            let parsed = Integration::parse(resource);
            let parsed = parsed.as_ref().map(|found| (&*found.service, &*found.action, found.pattern, found.sdk));
            assert_eq!(parsed, expected, "{resource}");
        }
    }
}
