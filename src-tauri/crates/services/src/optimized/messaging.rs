//! Queues, topics, events.

use super::{Action, Integration, optional, required};

pub(super) static SQS: Integration = Integration {
    service: "sqs",
    title: "Amazon SQS",
    model: Some("sqs"),
    error_prefix: "SQS",
    errors: &["SQS.AmazonSQSException", "SQS.SdkClientException", "SQS.QueueDoesNotExistException"],
    actions: &[Action {
        name: "sendMessage",
        summary: "Puts a message into a queue.",
        operation: Some("SendMessage"),
        callback: true,
        fields: &[
            required("QueueUrl", "The URL of the queue."),
            required("MessageBody", "Text, or an object, which is sent as JSON text.").of("json"),
            optional("MessageAttributes", "Named attributes, each with DataType and its value."),
            optional("DelaySeconds", "Seconds until it can be received, at most 900."),
            optional("MessageGroupId", "Keeps the order within a group; required for FIFO queues."),
            optional("MessageDeduplicationId", "FIFO queues drop a second message with the same id for five minutes."),
        ],
        arguments: r#"{ "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/my-queue", "MessageBody.$": "$" }"#,
        callback_arguments: Some(
            r#"{ "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/my-queue",
            "MessageBody": { "input.$": "$", "taskToken.$": "$$.Task.Token" } }"#,
        ),
        result: r#"{ "MD5OfMessageBody": "98f6bcd4621d373cade4e832627b4f6", "MessageId": "5fea7756-0ea4-451a-a703-a558b933e274",
            "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
        notes: &[
            "With .waitForTaskToken the message carries the token; whoever reads it sends the token back with SendTaskSuccess or SendTaskFailure.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static SNS: Integration = Integration {
    service: "sns",
    title: "Amazon SNS",
    model: Some("sns"),
    error_prefix: "SNS",
    errors: &[
        "SNS.AmazonSNSException",
        "SNS.SdkClientException",
        "SNS.NotFoundException",
        "SNS.InvalidParameterException",
    ],
    actions: &[Action {
        name: "publish",
        summary: "Publishes a message to a topic, a phone or a device.",
        operation: Some("Publish"),
        callback: true,
        fields: &[
            optional("TopicArn", "The topic. One of TopicArn, TargetArn and PhoneNumber is given."),
            required("Message", "Text, or an object, which is sent as JSON text.").of("json"),
            optional("Subject", "The subject line of e-mails, at most 100 characters."),
            optional("PhoneNumber", "For a text message, in E.164 form: +4915112345678."),
            optional("TargetArn", "A device endpoint."),
            optional(
                "MessageAttributes",
                "Named attributes, each with DataType and its value; subscriptions filter by them.",
            ),
            optional("MessageStructure", "`json` sends each protocol its own text."),
            optional("MessageGroupId", "Keeps the order within a group; required for FIFO topics."),
        ],
        arguments: r#"{ "TopicArn": "arn:aws:sns:eu-central-1:123456789012:my-topic", "Subject": "Something happened", "Message.$": "$" }"#,
        callback_arguments: Some(
            r#"{ "TopicArn": "arn:aws:sns:eu-central-1:123456789012:my-topic", "Message": { "input.$": "$", "taskToken.$": "$$.Task.Token" } }"#,
        ),
        result: r#"{ "MessageId": "5d0a6c1e-0b8f-4c39-9f1e-6f0f8a1d2c3b",
            "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
        ..Action::BLANK
    }],
};

pub(super) static EVENTS: Integration = Integration {
    service: "events",
    title: "Amazon EventBridge",
    model: Some("eventbridge"),
    error_prefix: "EventBridge",
    errors: &["EventBridge.FailedEntry", "EventBridge.AmazonEventBridgeException", "EventBridge.SdkClientException"],
    actions: &[Action {
        name: "putEvents",
        summary: "Sends events to a bus.",
        operation: Some("PutEvents"),
        callback: true,
        fields: &[
            required("Entries", "Up to ten events: Source, DetailType, Detail, EventBusName."),
            optional("EndpointId", "A global endpoint."),
        ],
        arguments: r#"{ "Entries": [{ "EventBusName": "default", "Source": "my.workflow", "DetailType": "SomethingHappened", "Detail": { "input.$": "$" } }] }"#,
        callback_arguments: Some(
            r#"{ "Entries": [{ "EventBusName": "default", "Source": "my.workflow", "DetailType": "DecisionWanted",
            "Detail": { "input.$": "$", "taskToken.$": "$$.Task.Token" } }] }"#,
        ),
        result: r#"{ "Entries": [{ "EventId": "8f1c2d3e-4a5b-4c6d-9e8f-7a6b5c4d3e2f" }], "FailedEntryCount": 0 }"#,
        notes: &[
            "Detail may be an object; it is sent as JSON text.",
            "If one entry is refused the task fails with EventBridge.FailedEntry.",
            "The ARNs of the execution and its state machine are added to each entry's Resources.",
        ],
        ..Action::BLANK
    }],
};
