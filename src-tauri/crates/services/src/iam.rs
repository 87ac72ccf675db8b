//! What the role of a workflow must be allowed to call a Resource itself. Resources, conditions and what waiting for a job needs
//! besides are the business of the exporters.

use crate::catalogue::catalogue;
use crate::resource::{Callee, parse_resource};

/// Actions whose permission has another name than the operation.
const RENAMED: &[(&str, &str, &[&str])] = &[
    ("apigateway", "GetRestApis", &["apigateway:GET"]),
    ("apigatewaymanagementapi", "DeleteConnection", &["execute-api:ManageConnections"]),
    ("apigatewaymanagementapi", "GetConnection", &["execute-api:ManageConnections"]),
    ("apigatewaymanagementapi", "PostToConnection", &["execute-api:ManageConnections"]),
    ("lambda", "Invoke", &["lambda:InvokeFunction"]),
    ("lambda", "InvokeAsync", &["lambda:InvokeFunction"]),
    ("lambda", "InvokeWithResponseStream", &["lambda:InvokeFunction"]),
    ("s3", "ListObjects", &["s3:ListBucket"]),
    ("s3", "ListObjectsV2", &["s3:ListBucket"]),
    ("s3", "ListObjectVersions", &["s3:ListBucketVersions"]),
    ("s3", "ListBuckets", &["s3:ListAllMyBuckets"]),
    ("s3", "HeadObject", &["s3:GetObject"]),
    ("s3", "HeadBucket", &["s3:ListBucket"]),
    ("s3", "GetObjectAttributes", &["s3:GetObject", "s3:GetObjectAttributes"]),
    ("s3", "SelectObjectContent", &["s3:GetObject"]),
    ("s3", "PutBucketLifecycleConfiguration", &["s3:PutLifecycleConfiguration"]),
    ("s3", "GetBucketLifecycleConfiguration", &["s3:GetLifecycleConfiguration"]),
    ("s3", "GetBucketEncryption", &["s3:GetEncryptionConfiguration"]),
    ("s3", "PutBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    ("s3", "GetBucketNotificationConfiguration", &["s3:GetBucketNotification"]),
    ("s3", "PutBucketNotificationConfiguration", &["s3:PutBucketNotification"]),
    ("s3", "CopyObject", &["s3:GetObject", "s3:PutObject"]),
    ("s3", "DeleteObjects", &["s3:DeleteObject"]),
    ("s3", "CreateMultipartUpload", &["s3:PutObject"]),
    ("s3", "UploadPart", &["s3:PutObject"]),
    ("s3", "UploadPartCopy", &["s3:GetObject", "s3:PutObject"]),
    ("s3", "CompleteMultipartUpload", &["s3:PutObject"]),
    ("s3", "ListMultipartUploads", &["s3:ListBucketMultipartUploads"]),
    ("s3", "ListParts", &["s3:ListMultipartUploadParts"]),
    (
        "dynamodb",
        "TransactWriteItems",
        &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
    ),
    ("dynamodb", "TransactGetItems", &["dynamodb:GetItem"]),
    (
        "dynamodb",
        "ExecuteStatement",
        &["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
    ),
    (
        "dynamodb",
        "BatchExecuteStatement",
        &["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
    ),
    (
        "dynamodb",
        "ExecuteTransaction",
        &["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"],
    ),
    ("bedrockruntime", "Converse", &["bedrock:InvokeModel"]),
    ("sqs", "SendMessageBatch", &["sqs:SendMessage"]),
    ("sqs", "DeleteMessageBatch", &["sqs:DeleteMessage"]),
    ("sqs", "ChangeMessageVisibilityBatch", &["sqs:ChangeMessageVisibility"]),
    ("sns", "PublishBatch", &["sns:Publish"]),
];

/// What IAM calls a service of the SDK; nothing for one that the catalogue does not know.
pub fn iam_prefix(service: &str) -> Option<&'static str> {
    catalogue().service(service).map(|service| service.iam_prefix)
}

pub fn iam_actions(resource: &str) -> Vec<String> {
    let parsed = parse_resource(resource);
    match parsed.callee {
        Callee::Sdk(service, operation) => of_operation(service.name, operation.name),
        Callee::Optimized(integration, action) => match (integration.service, integration.model, action.operation) {
            (_, Some(service), Some(operation)) => of_operation(service, operation),
            ("bedrock", ..) => vec!["bedrock:InvokeModel".to_owned()],
            ("http", ..) => {
                vec!["states:InvokeHTTPEndpoint".to_owned(), "events:RetrieveConnectionCredentials".to_owned()]
            }
            ("apigateway", ..) => vec!["execute-api:Invoke".to_owned()],
            // `runJob` and `call` speak to the cluster, which has permissions of its own.
            ("eks", ..) => Vec::new(),
            ("elasticmapreduce", ..) => vec![format!("elasticmapreduce:{}", emr_operation(action.name))],
            _ => Vec::new(),
        },
        Callee::Function => vec!["lambda:InvokeFunction".to_owned()],
        Callee::Activity | Callee::UnknownCall | Callee::Unknown => Vec::new(),
    }
}

fn of_operation(service: &str, operation: &str) -> Vec<String> {
    if let Some((.., names)) = RENAMED.iter().find(|(of, renamed, _)| *of == service && *renamed == operation) {
        return names.iter().map(|name| (*name).to_owned()).collect();
    }
    let prefix = iam_prefix(service).unwrap_or(service);
    vec![format!("{prefix}:{operation}")]
}

fn emr_operation(action: &str) -> &'static str {
    match action {
        "addStep" => "AddJobFlowSteps",
        "cancelStep" => "CancelSteps",
        "terminateCluster" => "TerminateJobFlows",
        "setClusterTerminationProtection" => "SetTerminationProtection",
        "modifyInstanceFleetByName" => "ModifyInstanceFleet",
        _ => "ModifyInstanceGroups",
    }
}
