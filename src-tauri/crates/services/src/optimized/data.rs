//! Tables and queries.

use super::{Action, Integration, Sync, optional, required};

const TABLE: super::Known = required("TableName", "Name or ARN of the table.");

pub(super) static DYNAMODB: Integration = Integration {
    service: "dynamodb",
    title: "Amazon DynamoDB",
    model: Some("dynamodb"),
    error_prefix: "DynamoDB",
    errors: &[
        "DynamoDB.AmazonDynamoDBException",
        "DynamoDB.SdkClientException",
        "DynamoDB.ResourceNotFoundException",
        "DynamoDB.ProvisionedThroughputExceededException",
        "DynamoDB.ThrottlingException",
        "DynamoDB.RequestLimitExceeded",
    ],
    actions: &[
        Action {
            name: "getItem",
            summary: "Reads one item by its key.",
            operation: Some("GetItem"),
            fields: &[
                TABLE,
                required("Key", "The item's key, each attribute with its type: { \"id\": { \"S\": \"a\" } }."),
                optional("ConsistentRead", "Sees every write that ended before."),
                optional("ProjectionExpression", "The attributes to read."),
                optional("ExpressionAttributeNames", "What `#names` in the expressions stand for."),
            ],
            arguments: r#"{ "TableName": "my-table", "Key": { "id": { "S.$": "$.id" } } }"#,
            result: r#"{ "Item": { "id": { "S": "a-1" }, "count": { "N": "3" } },
                "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
            notes: &["Without such an item the result has no Item."],
            ..Action::BLANK
        },
        Action {
            name: "putItem",
            summary: "Writes one item, whole.",
            operation: Some("PutItem"),
            fields: &[
                TABLE,
                required("Item", "The item, each attribute with its type."),
                optional("ConditionExpression", "Writes only if this holds."),
                optional("ExpressionAttributeNames", "What `#names` in the expressions stand for."),
                optional("ExpressionAttributeValues", "What `:values` in the expressions stand for."),
                optional("ReturnValues", "ALL_OLD answers with the item that was there before."),
            ],
            arguments: r#"{ "TableName": "my-table", "Item": { "id": { "S.$": "$.id" }, "status": { "S": "new" } }, "ConditionExpression": "attribute_not_exists(id)" }"#,
            result: DYNAMODB_WRITTEN,
            errors: &["DynamoDB.ConditionalCheckFailedException"],
            ..Action::BLANK
        },
        Action {
            name: "updateItem",
            summary: "Changes attributes of one item, or makes it.",
            operation: Some("UpdateItem"),
            fields: &[
                TABLE,
                required("Key", "The item's key, each attribute with its type."),
                optional("UpdateExpression", "What changes: SET, REMOVE, ADD, DELETE."),
                optional("ConditionExpression", "Changes only if this holds."),
                optional("ExpressionAttributeNames", "What `#names` in the expressions stand for."),
                optional("ExpressionAttributeValues", "What `:values` in the expressions stand for."),
                optional("ReturnValues", "Which attributes the result shows."),
            ],
            arguments: r##"{ "TableName": "my-table", "Key": { "id": { "S.$": "$.id" } }, "UpdateExpression": "SET #status = :status",
                "ExpressionAttributeNames": { "#status": "status" }, "ExpressionAttributeValues": { ":status": { "S": "done" } }, "ReturnValues": "ALL_NEW" }"##,
            result: r#"{ "Attributes": { "id": { "S": "a-1" }, "status": { "S": "done" } },
                "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
            errors: &["DynamoDB.ConditionalCheckFailedException"],
            ..Action::BLANK
        },
        Action {
            name: "deleteItem",
            summary: "Removes one item by its key.",
            operation: Some("DeleteItem"),
            fields: &[
                TABLE,
                required("Key", "The item's key, each attribute with its type."),
                optional("ConditionExpression", "Removes only if this holds."),
                optional("ExpressionAttributeValues", "What `:values` in the expressions stand for."),
                optional("ReturnValues", "ALL_OLD answers with the item that was there."),
            ],
            arguments: r#"{ "TableName": "my-table", "Key": { "id": { "S.$": "$.id" } } }"#,
            result: DYNAMODB_WRITTEN,
            errors: &["DynamoDB.ConditionalCheckFailedException"],
            ..Action::BLANK
        },
    ],
};

const DYNAMODB_WRITTEN: &str = r#"{ "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#;

pub(super) static ATHENA: Integration = Integration {
    service: "athena",
    title: "Amazon Athena",
    model: Some("athena"),
    error_prefix: "Athena",
    errors: &[
        "Athena.AmazonAthenaException",
        "Athena.SdkClientException",
        "Athena.InvalidRequestException",
        "Athena.TooManyRequestsException",
    ],
    actions: &[
        Action {
            name: "startQueryExecution",
            summary: "Runs a query.",
            operation: Some("StartQueryExecution"),
            sync: Sync::Yes,
            fields: &[
                required("QueryString", "The SQL text."),
                optional("WorkGroup", "`primary` when absent."),
                optional("QueryExecutionContext", "Database and catalogue the query begins in."),
                optional(
                    "ResultConfiguration",
                    "OutputLocation says where in S3 the rows go, unless the work group does.",
                ),
                optional("ExecutionParameters", "Values for the question marks of the query."),
            ],
            arguments: r#"{ "QueryString": "SELECT status, count(*) AS orders FROM orders GROUP BY status", "WorkGroup": "primary",
                "QueryExecutionContext": { "Database": "my_database" }, "ResultConfiguration": { "OutputLocation": "s3://my-bucket/athena/" } }"#,
            result: r#"{ "QueryExecutionId": "b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d" }"#,
            sync_result: Some(
                r#"{ "QueryExecution": { "QueryExecutionId": "b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "StatementType": "DML", "WorkGroup": "primary",
                "ResultConfiguration": { "OutputLocation": "s3://my-bucket/athena/b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d.csv" },
                "Status": { "State": "SUCCEEDED", "SubmissionDateTime": 1795132800000, "CompletionDateTime": 1795132803000 },
                "Statistics": { "DataScannedInBytes": 52428, "TotalExecutionTimeInMillis": 2710 } } }"#,
            ),
            notes: &[
                "A query that fails or is cancelled fails the task with States.TaskFailed when the state waits for it.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "getQueryResults",
            summary: "Reads the rows of a finished query.",
            operation: Some("GetQueryResults"),
            fields: &[
                required("QueryExecutionId", "The query."),
                optional("MaxResults", "At most 1,000 rows."),
                optional("NextToken", "Where the page before ended."),
            ],
            arguments: r#"{ "QueryExecutionId.$": "$.QueryExecution.QueryExecutionId", "MaxResults": 100 }"#,
            result: r#"{ "ResultSet": { "ResultSetMetadata": { "ColumnInfo": [{ "Name": "status", "Type": "varchar" }, { "Name": "orders", "Type": "bigint" }] },
                "Rows": [{ "Data": [{ "VarCharValue": "status" }, { "VarCharValue": "orders" }] }, { "Data": [{ "VarCharValue": "open" }, { "VarCharValue": "12" }] }] },
                "UpdateCount": 0 }"#,
            notes: &[
                "The first row holds the names of the columns.",
                "Rows count against the limit of 256 KiB for a result: page with MaxResults.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "getQueryExecution",
            summary: "Says how a query is doing.",
            operation: Some("GetQueryExecution"),
            fields: &[required("QueryExecutionId", "The query.")],
            arguments: r#"{ "QueryExecutionId.$": "$.QueryExecutionId" }"#,
            result: r#"{ "QueryExecution": { "QueryExecutionId": "b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "Status": { "State": "SUCCEEDED" } } }"#,
            ..Action::BLANK
        },
        Action {
            name: "stopQueryExecution",
            summary: "Cancels a query.",
            operation: Some("StopQueryExecution"),
            fields: &[required("QueryExecutionId", "The query.")],
            arguments: r#"{ "QueryExecutionId.$": "$.QueryExecutionId" }"#,
            ..Action::BLANK
        },
    ],
};
