//! The errors a call is known to raise, in the dialect of its integration.
//!
//! Recorded (see the conformance cases): the optimised integrations name errors as the SDK for Java 1 did
//! (`DynamoDB.AmazonDynamoDBException`), `aws-sdk` ones as version 2 does (`DynamoDb.DynamoDbException`).

use crate::catalogue::{Operation, Service, catalogue};
use crate::resource::{Callee, parse_resource};

/// Whole names, the likely ones first: those of the action, those of the service, those of every task.
pub fn known_errors(resource: &str) -> Vec<String> {
    let parsed = parse_resource(resource);
    let mut errors = Errors::default();
    match parsed.callee {
        Callee::Optimized(integration, action) => {
            errors.add(action.errors);
            errors.add(integration.errors);
            let service = integration.model.and_then(|name| catalogue().service(name));
            if let (Some(service), Some(operation)) = (service, action.operation) {
                errors.of_model(integration.error_prefix, service, operation);
            }
        }
        Callee::Sdk(service, operation) => errors.of_sdk(service, operation),
        Callee::Function => {
            if let Some((integration, _)) = crate::optimized::find("lambda", "invoke") {
                errors.add(integration.errors);
            }
        }
        Callee::Activity | Callee::UnknownCall | Callee::Unknown => {}
    }
    errors.add(&["States.TaskFailed", "States.Timeout"]);
    if parsed.waits_for_token() || matches!(parsed.callee, Callee::Activity) {
        errors.add(&["States.HeartbeatTimeout"]);
    }
    errors.names
}

#[derive(Default)]
struct Errors {
    names: Vec<String>,
}

impl Errors {
    fn add(&mut self, names: &[&str]) {
        for name in names {
            self.push((*name).to_owned());
        }
    }

    fn push(&mut self, name: String) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn of_model(&mut self, prefix: &str, service: &Service, operation: &str) {
        if let Some(signature) = service.model().signature(operation) {
            for error in signature.errors() {
                self.push(format!("{prefix}.{error}"));
            }
        }
    }

    fn of_sdk(&mut self, service: &Service, operation: &Operation) {
        let prefix = service.error_prefix;
        self.of_model(prefix, service, operation.name);
        // The model of S3 lists few of the errors it raises; this one was recorded on `getObject`.
        if service.name == "s3" && operation.name.contains("Object") {
            self.push("S3.NoSuchBucketException".to_owned());
        }
        // Errors without a class of their own, and calls that never reached the service.
        self.push(format!("{prefix}.{prefix}Exception"));
        self.push(format!("{prefix}.SdkClientException"));
    }
}
