//! The optimised integrations: our tables agree with the language's, with the service's models and with themselves.

use std::collections::BTreeSet;

use asl::resource::{Resource, is_recognized, optimized_integrations};
use serde_json::Value;
use services::catalogue::catalogue;
use services::optimized::{INTEGRATIONS, Sync};
use services::{
    Kind, Language, Pattern, arguments_at, describe, example_arguments, example_result, iam_actions, known_errors,
    template_state,
};

const LANGUAGES: [Language; 2] = [Language::JsonPath, Language::Jsonata];

/// Every Resource of an optimised integration, with every pattern.
fn all() -> Vec<String> {
    let mut resources = Vec::new();
    for integration in INTEGRATIONS {
        for action in integration.actions {
            let plain = format!("arn:aws:states:::{}:{}", integration.service, action.name);
            for (suffix, there) in [
                ("", true),
                (".sync", action.sync != Sync::No),
                (".sync:2", action.sync == Sync::TextOrJson),
                (".waitForTaskToken", action.callback),
            ] {
                if there {
                    resources.push(format!("{plain}{suffix}"));
                }
            }
        }
    }
    resources
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_language_knows_the_same_actions() {
    let ours: BTreeSet<(&str, &str)> = INTEGRATIONS
        .iter()
        .flat_map(|integration| integration.actions.iter().map(|action| (integration.service, action.name)))
        .collect();
    let theirs: BTreeSet<(&str, &str)> = optimized_integrations()
        .flat_map(|(service, actions)| actions.iter().map(move |action| (service, *action)))
        .collect();
    assert_eq!(ours, theirs);
    for resource in all() {
        assert!(is_recognized(Resource::parse(&resource)), "{resource}");
    }
}

#[test]
fn fields_that_come_from_a_model_are_in_it() {
    for integration in INTEGRATIONS {
        if let Some(model) = integration.model {
            assert!(catalogue().service(model).is_some(), "{model}");
        }
        for action in integration.actions {
            let resource = format!("arn:aws:states:::{}:{}", integration.service, action.name);
            if let (Some(model), Some(operation)) = (integration.model, action.operation) {
                let service = catalogue().service(model).expect("checked above");
                assert!(service.operation(operation).is_some(), "{model} has {operation}");
            }
            for known in action.fields.iter().filter(|known| known.kind.is_empty()) {
                let sdk = format!(
                    "arn:aws:states:::aws-sdk:{}:{}",
                    integration.model.unwrap_or_default(),
                    action.operation.unwrap_or_default()
                );
                assert!(
                    arguments_at(&sdk, &[]).iter().any(|field| field.name == known.name),
                    "{resource}: {} is in the model of {sdk}",
                    known.name
                );
            }
        }
    }
}

#[test]
fn example_arguments_use_fields_there_are_and_all_that_are_required() {
    for resource in all() {
        let description = describe(&resource).expect("every action has a description");
        let arguments = json(&example_arguments(&resource, Language::JsonPath));
        let given: Vec<&str> =
            arguments.as_object().expect("an object").keys().map(|key| key.trim_end_matches(".$")).collect();
        for name in &given {
            assert!(description.arguments.iter().any(|field| field.name == *name), "{resource} takes {name}");
        }
        for field in description.arguments.iter().filter(|field| field.required) {
            assert!(
                given.contains(&field.name.as_str()) || field.name == "ClientToken",
                "{resource} wants {}",
                field.name
            );
        }
        for field in &description.arguments {
            if let (Kind::Choice(values), Some(value)) =
                (&field.kind, arguments.get(&field.name).and_then(Value::as_str))
            {
                assert!(values.contains(&value), "{resource}: {} may be {value}", field.name);
            }
        }
    }
}

#[test]
fn the_token_is_in_the_arguments_of_a_callback_and_nowhere_else() {
    for resource in all() {
        for language in LANGUAGES {
            let arguments = example_arguments(&resource, language);
            let token = arguments.contains(if language == Language::Jsonata {
                "$states.context.Task.Token"
            } else {
                "$$.Task.Token"
            });
            assert_eq!(token, resource.ends_with(".waitForTaskToken"), "{resource}: {arguments}");
            assert!(!arguments.contains("${"), "an example has no substitution of its own: {resource}");
        }
    }
}

#[test]
fn a_state_from_the_palette_is_valid_in_both_languages() {
    let sdk = catalogue().services.iter().flat_map(|service| {
        let call = service.operations.iter().find(|operation| !operation.refused);
        call.map(|operation| format!("arn:aws:states:::aws-sdk:{}:{}", service.name, operation.action))
    });
    let others = [
        "arn:aws:lambda:eu-central-1:123456789012:function:charge",
        "arn:aws:states:eu-central-1:123456789012:activity:pack",
    ];
    for resource in all().into_iter().chain(sdk).chain(others.map(str::to_owned)) {
        for language in LANGUAGES {
            let mut state = json(&template_state(&resource, language));
            state["End"] = Value::Bool(true);
            check_states(language, &serde_json::json!({ "Call": state }), "Call", &resource);
        }
    }
}

#[test]
fn a_flow_state_of_the_palette_is_valid_in_both_languages() {
    for language in LANGUAGES {
        for flow in services::flow_states(language) {
            let mut state = json(&flow.definition);
            match state["Type"].as_str() {
                Some("Succeed" | "Fail") => {}
                Some("Choice") => {
                    state["Choices"][0]["Next"] = Value::from("Next");
                    state["Default"] = Value::from("Next");
                }
                _ => state["Next"] = Value::from("Next"),
            }
            let mut states = serde_json::json!({ "Flow": state });
            if state["Type"] != "Succeed" && state["Type"] != "Fail" {
                states["Next"] = serde_json::json!({ "Type": "Succeed" });
            }
            check_states(language, &states, "Flow", flow.name);
        }
    }
}

fn check_states(language: Language, states: &Value, start: &str, what: &str) {
    let language = if language == Language::Jsonata { "JSONata" } else { "JSONPath" };
    let machine = serde_json::json!({ "QueryLanguage": language, "StartAt": start, "States": states });
    let (document, syntax) = asl::Document::parse(&machine.to_string());
    let found = lint::validate(&document, &syntax, asl::check::MachineType::Standard);
    let found: Vec<_> =
        found.iter().filter(|found| found.code != "machine-without-timeout").map(|found| &found.message).collect();
    assert!(found.is_empty(), "{what} in {language}: {found:#?}\n{machine:#}");
}

#[test]
fn results_have_the_shapes_that_were_recorded() {
    let keys = |resource: &str| -> Vec<String> {
        json(&example_result(resource)).as_object().expect("an object").keys().cloned().collect()
    };
    // Recorded: services/*.json of the conformance cases.
    assert_eq!(
        keys("arn:aws:states:::lambda:invoke"),
        ["ExecutedVersion", "Payload", "StatusCode", "SdkHttpMetadata", "SdkResponseMetadata"]
    );
    assert_eq!(
        keys("arn:aws:states:::sqs:sendMessage"),
        ["MD5OfMessageBody", "MessageId", "SdkHttpMetadata", "SdkResponseMetadata"]
    );
    assert_eq!(keys("arn:aws:states:::events:putEvents"), ["Entries", "FailedEntryCount"]);
    assert_eq!(keys("arn:aws:states:::apigateway:invoke"), ["Headers", "ResponseBody", "StatusCode", "StatusText"]);
    let output = |pattern: &str| {
        json(&example_result(&format!("arn:aws:states:::states:startExecution{pattern}")))["Output"].clone()
    };
    assert!(output(".sync").is_string(), ".sync gives the output as text");
    assert!(output(".sync:2").is_object(), ".sync:2 gives the output as JSON");
    for resource in all() {
        assert!(json(&example_result(&resource)).is_object(), "{resource}");
        assert!(
            !describe(&resource).expect("known").result.is_empty() || example_result(&resource) == "{}",
            "{resource}"
        );
    }
}

#[test]
fn errors_are_in_the_dialect_of_the_integration() {
    let has = |resource: &str, error: &str| known_errors(resource).iter().any(|known| known == error);
    // Recorded in the conformance cases.
    for (resource, error) in [
        ("arn:aws:states:::dynamodb:putItem", "DynamoDB.AmazonDynamoDBException"),
        ("arn:aws:states:::dynamodb:putItem", "DynamoDB.ConditionalCheckFailedException"),
        ("arn:aws:states:::aws-sdk:dynamodb:putItem", "DynamoDb.ResourceNotFoundException"),
        ("arn:aws:states:::aws-sdk:dynamodb:putItem", "DynamoDb.DynamoDbException"),
        ("arn:aws:states:::aws-sdk:secretsmanager:createSecret", "SecretsManager.SecretsManagerException"),
        ("arn:aws:states:::aws-sdk:s3:getObject", "S3.NoSuchKeyException"),
        ("arn:aws:states:::aws-sdk:s3:getObject", "S3.NoSuchBucketException"),
        ("arn:aws:states:::aws-sdk:sfn:sendTaskSuccess", "Sfn.InvalidTokenException"),
        ("arn:aws:states:::states:startExecution", "StepFunctions.StateMachineDoesNotExistException"),
        ("arn:aws:states:::sqs:sendMessage", "SQS.SdkClientException"),
        ("arn:aws:states:::sns:publish", "SNS.NotFoundException"),
        ("arn:aws:states:::sns:publish", "SNS.InvalidParameterException"),
        ("arn:aws:states:::lambda:invoke", "Lambda.ResourceNotFoundException"),
        ("arn:aws:states:::events:putEvents", "EventBridge.FailedEntry"),
        ("arn:aws:states:::aws-sdk:rds:createDBInstance", "Rds.DbInstanceAlreadyExistsException"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "States.HeartbeatTimeout"),
        ("${FunctionArn}", "States.TaskFailed"),
    ] {
        assert!(has(resource, error), "{resource} raises {error}; known are {:?}", known_errors(resource));
    }
    assert!(!has("arn:aws:states:::dynamodb:putItem", "DynamoDb.DynamoDbException"), "that is the other dialect");
}

#[test]
fn patterns_and_permissions() {
    let patterns = |resource: &str| describe(resource).expect("known").patterns;
    assert_eq!(
        patterns("arn:aws:states:::states:startExecution"),
        [Pattern::RequestResponse, Pattern::Sync(1), Pattern::Sync(2), Pattern::WaitForTaskToken]
    );
    assert_eq!(patterns("arn:aws:states:::http:invoke"), [Pattern::RequestResponse]);
    assert_eq!(
        patterns("arn:aws:states:::aws-sdk:s3:getObject"),
        [Pattern::RequestResponse, Pattern::WaitForTaskToken]
    );
    for (resource, actions) in [
        ("arn:aws:states:::lambda:invoke", &["lambda:InvokeFunction"][..]),
        ("arn:aws:states:::aws-sdk:s3:listObjectsV2", &["s3:ListBucket"]),
        ("arn:aws:states:::aws-sdk:sfn:startSyncExecution", &["states:StartSyncExecution"]),
        ("arn:aws:states:::aws-sdk:cloudwatchlogs:createLogGroup", &["logs:CreateLogGroup"]),
        ("arn:aws:states:::aws-sdk:efs:describeFileSystems", &["elasticfilesystem:DescribeFileSystems"]),
        ("arn:aws:states:::aws-sdk:mediapackagevod:listAssets", &["mediapackage-vod:ListAssets"]),
        ("arn:aws:states:::aws-sdk:cloudwatch:putMetricData", &["cloudwatch:PutMetricData"]),
        ("arn:aws:states:::aws-sdk:sesv2:sendEmail", &["ses:SendEmail"]),
        ("arn:aws:states:::elasticmapreduce:addStep.sync", &["elasticmapreduce:AddJobFlowSteps"]),
    ] {
        assert_eq!(iam_actions(resource), actions, "{resource}");
    }
}

#[test]
fn fields_below_a_field_that_no_model_has() {
    let names = |resource: &str, path: &[&str]| -> Vec<String> {
        arguments_at(resource, path).into_iter().map(|field| field.name).collect()
    };
    assert_eq!(names("arn:aws:states:::http:invoke", &["InvocationConfig"]), ["ConnectionArn"]);
    assert_eq!(
        names("arn:aws:states:::elasticmapreduce:addStep", &["Step"]),
        ["Name", "ActionOnFailure", "HadoopJarStep"]
    );
    assert!(
        names("arn:aws:states:::ecs:runTask", &["Overrides", "ContainerOverrides"]).contains(&"Environment".to_owned())
    );
    assert!(names("arn:aws:states:::http:invoke", &["Headers", "Nothing"]).is_empty());
}
