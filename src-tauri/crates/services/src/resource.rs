//! What a Resource names, as far as this catalogue knows it.

use asl::resource::{Pattern, Resource as Written};

use crate::catalogue::{Operation, Service, catalogue};
use crate::optimized::{self, Action, Integration};

/// A Resource taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'t> {
    /// `aws`, `aws-cn`, `aws-us-gov`, or a placeholder.
    pub partition: &'t str,
    pub callee: Callee,
    /// `lambda`, `s3`; of a Lambda function or an activity the name.
    pub service: &'t str,
    /// Nothing for a Lambda function or an activity.
    pub action: &'t str,
    pub pattern: Pattern,
}

#[derive(Debug, Clone, Copy)]
pub enum Callee {
    Optimized(&'static Integration, &'static Action),
    Sdk(&'static Service, &'static Operation),
    /// A function named by its own ARN.
    Function,
    Activity,
    /// A call this catalogue does not have.
    UnknownCall,
    /// A placeholder, or no Resource at all.
    Unknown,
}

/// Takes a Resource apart. The grammar is that of [`asl::resource::Resource`]; what it names is looked up here.
pub fn parse_resource(arn: &str) -> Resource<'_> {
    let partition = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    match Written::parse(arn) {
        Written::Integration { service, action, sdk, pattern } => {
            Resource { partition, callee: callee(service, action, sdk), service, action, pattern }
        }
        Written::Function(arn) => Resource::named(partition, arn, Callee::Function),
        Written::Activity(arn) => Resource::named(partition, arn, Callee::Activity),
        written @ (Written::Template(_) | Written::Unknown(_)) => {
            Resource { partition, callee: Callee::Unknown, service: "", action: "", pattern: written.pattern() }
        }
    }
}

fn callee(service: &str, action: &str, sdk: bool) -> Callee {
    let known = if sdk {
        catalogue().service(service).and_then(|service| Some(Callee::Sdk(service, service.operation(action)?)))
    } else {
        optimized::find(service, action).map(|(integration, action)| Callee::Optimized(integration, action))
    };
    known.unwrap_or(Callee::UnknownCall)
}

impl<'t> Resource<'t> {
    fn named(partition: &'t str, arn: &'t str, callee: Callee) -> Self {
        let name = arn.splitn(7, ':').nth(6).unwrap_or_default();
        Self { partition, callee, service: name, action: "", pattern: Pattern::RequestResponse }
    }

    pub(crate) fn waits_for_job(&self) -> bool {
        matches!(self.pattern, Pattern::Sync(_))
    }

    pub(crate) fn waits_for_token(&self) -> bool {
        self.pattern == Pattern::WaitForTaskToken
    }
}
