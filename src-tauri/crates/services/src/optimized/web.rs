//! APIs over HTTP.

use super::{Action, Integration, optional, required};

pub(super) static HTTP: Integration = Integration {
    service: "http",
    title: "HTTPS API",
    model: None,
    error_prefix: "States.Http",
    errors: &[
        "States.Http.StatusCode.400",
        "States.Http.StatusCode.401",
        "States.Http.StatusCode.403",
        "States.Http.StatusCode.404",
        "States.Http.StatusCode.429",
        "States.Http.StatusCode.500",
        "States.Http.StatusCode.502",
        "States.Http.StatusCode.503",
        "States.Http.Socket",
    ],
    actions: &[Action {
        name: "invoke",
        summary: "Calls an HTTPS API.",
        fields: &[
            required("ApiEndpoint", "The URL, beginning with https://.").of("string"),
            required("Method", "The HTTP method.").of("GET|POST|PUT|DELETE|PATCH|OPTIONS|HEAD"),
            required("InvocationConfig", "ConnectionArn names the EventBridge connection that holds the credentials.")
                .of("(!ConnectionArn)"),
            optional("Headers", "Text by name.").of("{string"),
            optional("QueryParameters", "Values by name; a list repeats the parameter.").of("{json"),
            optional("RequestBody", "JSON, or text.").of("json"),
            optional("Transform", "Sends the body as a form: RequestBodyEncoding URL_ENCODED.")
                .of("(RequestBodyEncoding NONE|URL_ENCODED,RequestEncodingOptions object)"),
        ],
        arguments: r#"{ "ApiEndpoint": "https://api.example.com/v1/orders", "Method": "POST",
            "InvocationConfig": { "ConnectionArn": "arn:aws:events:eu-central-1:123456789012:connection/my-connection/0a1b2c3d-4e5f-4607-8192-a3b4c5d6e7f8" },
            "Headers": { "Content-Type": "application/json" }, "RequestBody.$": "$" }"#,
        result: r#"{ "Headers": { "content-type": ["application/json"], "date": ["Fri, 20 Nov 2026 00:00:00 GMT"] },
            "ResponseBody": { "id": 42 }, "StatusCode": 200, "StatusText": "OK" }"#,
        notes: &[
            "The connection adds the credentials; they never appear in the workflow.",
            "Any other status than 2xx fails the task: States.Http.StatusCode and the status.",
            "The call ends with States.Http.Socket after 60 seconds.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static API_GATEWAY: Integration = Integration {
    service: "apigateway",
    title: "Amazon API Gateway",
    model: None,
    error_prefix: "ApiGateway",
    errors: &[
        "ApiGateway.400",
        "ApiGateway.403",
        "ApiGateway.404",
        "ApiGateway.429",
        "ApiGateway.500",
        "ApiGateway.502",
        "ApiGateway.503",
        "ApiGateway.504",
    ],
    actions: &[Action {
        name: "invoke",
        summary: "Calls a REST or HTTP API of API Gateway.",
        callback: true,
        fields: &[
            required("ApiEndpoint", "Host of the API: ID.execute-api.REGION.amazonaws.com.").of("string"),
            required("Method", "The HTTP method.").of("GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS"),
            optional("Stage", "The API's stage.").of("string"),
            optional("Path", "The path after the stage.").of("string"),
            optional("Headers", "Lists of text by name.").of("{json"),
            optional("QueryParameters", "Lists of text by name.").of("{json"),
            optional("RequestBody", "JSON, or text.").of("json"),
            optional("AllowNullValues", "Keeps members that are null.").of("boolean"),
            optional("AuthType", "How the call is authorised; NO_AUTH when absent.")
                .of("NO_AUTH|IAM_ROLE|RESOURCE_POLICY"),
        ],
        arguments: r#"{ "ApiEndpoint": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "Method": "GET", "Stage": "prod", "Path": "orders",
            "QueryParameters": { "status": ["open"] }, "AuthType": "IAM_ROLE" }"#,
        callback_arguments: Some(
            r#"{ "ApiEndpoint": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "Method": "POST", "Stage": "prod", "Path": "orders",
            "Headers": { "TaskToken.$": "States.Array($$.Task.Token)" }, "RequestBody.$": "$", "AuthType": "IAM_ROLE" }"#,
        ),
        result: r#"{ "Headers": { "Content-Type": ["application/json"], "Date": ["Fri, 20 Nov 2026 00:00:00 GMT"] },
            "ResponseBody": { "id": 42 }, "StatusCode": 200, "StatusText": "OK" }"#,
        notes: &[
            "An error status fails the task: ApiGateway and the status, such as ApiGateway.403.",
            "Some headers cannot be set, among them Authorization, Connection, Host, X-Forwarded-For and those beginning with X-Amz.",
        ],
        ..Action::BLANK
    }],
};
