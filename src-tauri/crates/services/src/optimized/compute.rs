//! Functions, containers, and other workflows.

use super::{Action, Integration, Sync, optional, required};

pub(super) static LAMBDA: Integration = Integration {
    service: "lambda",
    title: "AWS Lambda",
    model: Some("lambda"),
    error_prefix: "Lambda",
    errors: &[
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
        "Lambda.ClientExecutionTimeoutException",
        "Lambda.Unknown",
        "Lambda.ResourceNotFoundException",
        "Lambda.ResourceNotReadyException",
    ],
    actions: &[Action {
        name: "invoke",
        summary: "Calls a function and gives its answer.",
        operation: Some("Invoke"),
        callback: true,
        fields: &[
            required(
                "FunctionName",
                "Name, ARN or partial ARN of the function; a version or alias may follow after a colon.",
            ),
            optional("Payload", "What the function receives as its event.").of("json"),
            optional("InvocationType", "RequestResponse waits for the answer; Event only hands the payload over."),
            optional("Qualifier", "A version or an alias."),
            optional("ClientContext", "Up to 3,583 bytes of base64 for the context object."),
            optional("LogType", "Tail adds the last 4 KB of the log to the result."),
        ],
        arguments: r#"{ "FunctionName": "my-function", "Payload.$": "$" }"#,
        callback_arguments: Some(
            r#"{ "FunctionName": "my-function", "Payload": { "input.$": "$", "taskToken.$": "$$.Task.Token" } }"#,
        ),
        result: r#"{ "ExecutedVersion": "$LATEST", "Payload": { "status": "done" }, "StatusCode": 200,
            "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
        notes: &[
            "The function's answer stands under Payload, already parsed.",
            "An error thrown by the function fails the task with the error's type as its name.",
            "Lambda.TooManyRequestsException and the Lambda.Service errors pass with time: retry them.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static STATES: Integration = Integration {
    service: "states",
    title: "AWS Step Functions",
    model: Some("sfn"),
    error_prefix: "StepFunctions",
    errors: &["StepFunctions.AWSStepFunctionsException", "StepFunctions.SdkClientException"],
    actions: &[Action {
        name: "startExecution",
        summary: "Starts another workflow.",
        operation: Some("StartExecution"),
        sync: Sync::TextOrJson,
        callback: true,
        fields: &[
            required("StateMachineArn", "The workflow to start; a version or alias may follow after a colon."),
            optional("Input", "Its input.").of("json"),
            optional("Name", "A name unique to the workflow; made up when absent."),
            optional("TraceHeader", "Joins the child to this execution's X-Ray trace."),
        ],
        arguments: r#"{
            "StateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:child",
            "Input": { "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id", "item.$": "$" } }"#,
        callback_arguments: Some(
            r#"{
            "StateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:child",
            "Input": { "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id", "taskToken.$": "$$.Task.Token" } }"#,
        ),
        result: r#"{ "ExecutionArn": "arn:aws:states:eu-central-1:123456789012:execution:child:2f1c9a4e-run", "StartDate": 1795132800.0,
            "SdkHttpMetadata": { "HttpStatusCode": 200 }, "SdkResponseMetadata": { "RequestId": "3b2e8c6a-7f0d-4a8e-9d55-1c2f6a7b8e90" } }"#,
        sync_result: Some(
            r#"{ "ExecutionArn": "arn:aws:states:eu-central-1:123456789012:execution:child:2f1c9a4e-run", "Input": { "item": 1 },
            "InputDetails": { "Included": true }, "Name": "2f1c9a4e-run", "Output": { "status": "done" }, "OutputDetails": { "Included": true },
            "StartDate": 1795132800000, "StateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:child",
            "Status": "SUCCEEDED", "StopDate": 1795132805000 }"#,
        ),
        errors: &[
            "StepFunctions.ExecutionAlreadyExistsException",
            "StepFunctions.ExecutionLimitExceededException",
            "StepFunctions.StateMachineDoesNotExistException",
            "StepFunctions.InvalidExecutionInputException",
        ],
        notes: &[
            ".sync gives the child's output as JSON text, .sync:2 as JSON.",
            "A failed child fails the task with States.TaskFailed; the child's error and cause stand in the cause.",
            "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID in the input links the two executions in the console.",
        ],
    }],
};

pub(super) static ECS: Integration = Integration {
    service: "ecs",
    title: "Amazon ECS and Fargate",
    model: Some("ecs"),
    error_prefix: "ECS",
    errors: &["AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.SdkClientException"],
    actions: &[Action {
        name: "runTask",
        summary: "Runs a container task.",
        operation: Some("RunTask"),
        sync: Sync::Yes,
        callback: true,
        fields: &[
            required("TaskDefinition", "Family, family:revision or ARN."),
            optional("Cluster", "Name or ARN; the default cluster when absent."),
            optional("LaunchType", "Where the containers run."),
            optional("NetworkConfiguration", "Subnets and security groups; Fargate requires it."),
            optional("Overrides", "Commands, environment and sizes that differ from the task definition."),
        ],
        arguments: r#"{
            "Cluster": "my-cluster", "TaskDefinition": "my-task", "LaunchType": "FARGATE",
            "NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": ["subnet-0a1b2c3d4e5f60718"], "AssignPublicIp": "ENABLED" } },
            "Overrides": { "ContainerOverrides": [{ "Name": "main", "Environment": [{ "Name": "ORDER_ID", "Value.$": "$.orderId" }] }] } }"#,
        callback_arguments: Some(
            r#"{
            "Cluster": "my-cluster", "TaskDefinition": "my-task", "LaunchType": "FARGATE",
            "NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": ["subnet-0a1b2c3d4e5f60718"], "AssignPublicIp": "ENABLED" } },
            "Overrides": { "ContainerOverrides": [{ "Name": "main", "Environment": [{ "Name": "TASK_TOKEN", "Value.$": "$$.Task.Token" }] }] } }"#,
        ),
        result: r#"{ "Failures": [], "Tasks": [{ "TaskArn": "arn:aws:ecs:eu-central-1:123456789012:task/my-cluster/0f9d1c2b3a4e5f60", "LastStatus": "PROVISIONING",
            "DesiredStatus": "RUNNING", "ClusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/my-cluster" }] }"#,
        sync_result: Some(
            r#"{ "TaskArn": "arn:aws:ecs:eu-central-1:123456789012:task/my-cluster/0f9d1c2b3a4e5f60", "LastStatus": "STOPPED", "DesiredStatus": "STOPPED",
            "ClusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/my-cluster", "LaunchType": "FARGATE", "StopCode": "EssentialContainerExited",
            "StoppedReason": "Essential container in task exited", "Containers": [{ "Name": "main", "ExitCode": 0, "LastStatus": "STOPPED" }] }"#,
        ),
        notes: &[
            "A task that cannot be placed fails with AmazonECS.Unknown when the state waits for it.",
            "A container that exits with another code than 0 fails the task with States.TaskFailed; the cause describes the container task.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static BATCH: Integration = Integration {
    service: "batch",
    title: "AWS Batch",
    model: Some("batch"),
    error_prefix: "Batch",
    errors: &["Batch.AWSBatchException", "Batch.SdkClientException"],
    actions: &[Action {
        name: "submitJob",
        summary: "Submits a job to a queue.",
        operation: Some("SubmitJob"),
        sync: Sync::Yes,
        fields: &[
            required("JobName", "Up to 128 letters, digits, hyphens and underscores."),
            required("JobDefinition", "Name, name:revision or ARN."),
            required("JobQueue", "Name or ARN."),
            optional("Parameters", "Fills in the placeholders of the job definition."),
            optional("ContainerOverrides", "Command, environment and sizes that differ from the job definition."),
            optional("ArrayProperties", "Runs it as an array job of this size."),
            optional("RetryStrategy", "Attempts that Batch makes on its own."),
        ],
        arguments: r#"{ "JobName": "my-job", "JobDefinition": "my-job-definition", "JobQueue": "my-queue",
            "ContainerOverrides": { "Environment": [{ "Name": "ORDER_ID", "Value.$": "$.orderId" }] } }"#,
        result: r#"{ "JobArn": "arn:aws:batch:eu-central-1:123456789012:job/4d5e6f70-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "JobId": "4d5e6f70-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "JobName": "my-job" }"#,
        sync_result: Some(
            r#"{ "JobId": "4d5e6f70-1a2b-4c3d-8e9f-0a1b2c3d4e5f", "JobName": "my-job", "JobQueue": "arn:aws:batch:eu-central-1:123456789012:job-queue/my-queue",
            "Status": "SUCCEEDED", "CreatedAt": 1795132800000, "StartedAt": 1795132830000, "StoppedAt": 1795132890000,
            "Container": { "ExitCode": 0, "LogStreamName": "my-job-definition/default/0f9d1c2b" }, "Attempts": [{ "Container": { "ExitCode": 0 } }] }"#,
        ),
        notes: &["A job that ends FAILED fails the task with States.TaskFailed; the cause describes the job."],
        ..Action::BLANK
    }],
};

pub(super) static EKS: Integration = Integration {
    service: "eks",
    title: "Amazon EKS",
    model: Some("eks"),
    error_prefix: "EKS",
    errors: &["EKS.AmazonEKSException", "EKS.SdkClientException"],
    actions: &[
        Action {
            name: "runJob",
            summary: "Runs a Kubernetes job.",
            sync: Sync::Yes,
            fields: &[
                required("ClusterName", "The cluster's name.").of("string"),
                required("CertificateAuthority", "Its certificate, base64.").of("string"),
                required("Endpoint", "The URL of its Kubernetes API.").of("string"),
                optional("Namespace", "`default` when absent.").of("string"),
                required("Job", "The Kubernetes job object.").of("json"),
                optional("LogOptions", "RetrieveLogs adds what the pods printed to the result.")
                    .of("(RetrieveLogs boolean,RawLogs boolean,LogParameters {json)"),
            ],
            arguments: EKS_JOB,
            result: r#"{ "ResponseBody": { "kind": "Job", "metadata": { "name": "my-job" } }, "StatusCode": 201, "StatusText": "Created" }"#,
            sync_result: Some(
                r#"{ "logs": { "pods": { "my-job-7xk2p": { "containers": { "main": { "log": "done\n" } } } } },
                "status": { "succeeded": 1, "conditions": [{ "type": "Complete", "status": "True" }] } }"#,
            ),
            errors: &["EKS.401", "EKS.404"],
            notes: &[
                "The role of the workflow needs access in the cluster: without it the call fails with EKS.401.",
                "Waiting asks the cluster about once a minute at first, later less often.",
                "Logs are collected as well as possible; they may be incomplete.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "call",
            summary: "Calls the Kubernetes API of a cluster.",
            fields: &[
                required("ClusterName", "The cluster's name.").of("string"),
                required("CertificateAuthority", "Its certificate, base64.").of("string"),
                required("Endpoint", "The URL of its Kubernetes API.").of("string"),
                required("Method", "The HTTP method.").of("GET|POST|PUT|PATCH|DELETE|HEAD"),
                required("Path", "The path of the call.").of("string"),
                optional("QueryParameters", "Lists of values by name.").of("json"),
                optional("RequestBody", "The object to send.").of("json"),
            ],
            arguments: r#"{ "ClusterName": "my-cluster", "CertificateAuthority": "LS0tLS1CRUdJTi…", "Endpoint": "https://0A1B2C3D.gr7.eu-central-1.eks.amazonaws.com",
                "Method": "GET", "Path": "/api/v1/namespaces/default/pods", "QueryParameters": { "labelSelector": ["job-name=my-job"] } }"#,
            result: r#"{ "ResponseBody": { "kind": "PodList", "items": [] }, "StatusCode": 200, "StatusText": "OK" }"#,
            errors: &["EKS.401", "EKS.404"],
            notes: &["An HTTP error gives EKS and the status as the error's name, such as EKS.404."],
            ..Action::BLANK
        },
        Action {
            name: "createCluster",
            summary: "Creates a cluster.",
            operation: Some("CreateCluster"),
            sync: Sync::Yes,
            fields: &[
                required("Name", "Unique in the account and region."),
                required("RoleArn", "The role the control plane works with."),
                required("ResourcesVpcConfig", "Subnets and security groups."),
            ],
            arguments: r#"{ "Name": "my-cluster", "RoleArn": "arn:aws:iam::123456789012:role/eks-cluster",
                "ResourcesVpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-18f7e6d5c4b3a2910"] } }"#,
            result: r#"{ "Cluster": { "Name": "my-cluster", "Status": "CREATING", "Arn": "arn:aws:eks:eu-central-1:123456789012:cluster/my-cluster" } }"#,
            sync_result: Some(EKS_CLUSTER),
            ..Action::BLANK
        },
        Action {
            name: "deleteCluster",
            summary: "Deletes a cluster.",
            operation: Some("DeleteCluster"),
            sync: Sync::Yes,
            fields: &[required("Name", "The cluster.")],
            arguments: r#"{ "Name": "my-cluster" }"#,
            result: r#"{ "Cluster": { "Name": "my-cluster", "Status": "DELETING", "Arn": "arn:aws:eks:eu-central-1:123456789012:cluster/my-cluster" } }"#,
            sync_result: Some(
                r#"{ "Cluster": { "Name": "my-cluster", "Status": "DELETING", "Arn": "arn:aws:eks:eu-central-1:123456789012:cluster/my-cluster" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createNodegroup",
            summary: "Adds a managed node group to a cluster.",
            operation: Some("CreateNodegroup"),
            sync: Sync::Yes,
            fields: &[
                required("ClusterName", "The cluster."),
                required("NodegroupName", "Unique in the cluster."),
                required("NodeRole", "The role of the nodes."),
                required("Subnets", "Where the nodes are placed."),
            ],
            arguments: r#"{ "ClusterName": "my-cluster", "NodegroupName": "my-nodes", "NodeRole": "arn:aws:iam::123456789012:role/eks-nodes",
                "Subnets": ["subnet-0a1b2c3d4e5f60718"] }"#,
            result: r#"{ "Nodegroup": { "NodegroupName": "my-nodes", "ClusterName": "my-cluster", "Status": "CREATING" } }"#,
            sync_result: Some(
                r#"{ "Nodegroup": { "NodegroupName": "my-nodes", "ClusterName": "my-cluster", "Status": "ACTIVE" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "deleteNodegroup",
            summary: "Removes a managed node group.",
            operation: Some("DeleteNodegroup"),
            sync: Sync::Yes,
            fields: &[required("ClusterName", "The cluster."), required("NodegroupName", "The node group.")],
            arguments: r#"{ "ClusterName": "my-cluster", "NodegroupName": "my-nodes" }"#,
            result: r#"{ "Nodegroup": { "NodegroupName": "my-nodes", "ClusterName": "my-cluster", "Status": "DELETING" } }"#,
            sync_result: Some(
                r#"{ "Nodegroup": { "NodegroupName": "my-nodes", "ClusterName": "my-cluster", "Status": "DELETING" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createFargateProfile",
            summary: "Lets pods of a cluster run on Fargate.",
            operation: Some("CreateFargateProfile"),
            sync: Sync::Yes,
            fields: &[
                required("ClusterName", "The cluster."),
                required("FargateProfileName", "Unique in the cluster."),
                required("PodExecutionRoleArn", "The role of the pods' host."),
                optional("Selectors", "Which pods: namespace and labels."),
            ],
            arguments: r#"{ "ClusterName": "my-cluster", "FargateProfileName": "my-profile", "PodExecutionRoleArn": "arn:aws:iam::123456789012:role/eks-pods",
                "Selectors": [{ "Namespace": "default" }] }"#,
            result: r#"{ "FargateProfile": { "FargateProfileName": "my-profile", "ClusterName": "my-cluster", "Status": "CREATING" } }"#,
            sync_result: Some(
                r#"{ "FargateProfile": { "FargateProfileName": "my-profile", "ClusterName": "my-cluster", "Status": "ACTIVE" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "deleteFargateProfile",
            summary: "Removes a Fargate profile.",
            operation: Some("DeleteFargateProfile"),
            sync: Sync::Yes,
            fields: &[required("ClusterName", "The cluster."), required("FargateProfileName", "The profile.")],
            arguments: r#"{ "ClusterName": "my-cluster", "FargateProfileName": "my-profile" }"#,
            result: r#"{ "FargateProfile": { "FargateProfileName": "my-profile", "ClusterName": "my-cluster", "Status": "DELETING" } }"#,
            sync_result: Some(
                r#"{ "FargateProfile": { "FargateProfileName": "my-profile", "ClusterName": "my-cluster", "Status": "DELETING" } }"#,
            ),
            ..Action::BLANK
        },
    ],
};

const EKS_JOB: &str = r#"{ "ClusterName": "my-cluster", "CertificateAuthority": "LS0tLS1CRUdJTi…", "Endpoint": "https://0A1B2C3D.gr7.eu-central-1.eks.amazonaws.com",
    "LogOptions": { "RetrieveLogs": true },
    "Job": { "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "my-job" }, "spec": { "backoffLimit": 0, "template": { "metadata": { "name": "my-job" },
        "spec": { "restartPolicy": "Never", "containers": [{ "name": "main", "image": "busybox", "command": ["echo", "done"] }] } } } } }"#;

const EKS_CLUSTER: &str = r#"{ "Cluster": { "Name": "my-cluster", "Status": "ACTIVE", "Arn": "arn:aws:eks:eu-central-1:123456789012:cluster/my-cluster",
    "Endpoint": "https://0A1B2C3D.gr7.eu-central-1.eks.amazonaws.com", "CertificateAuthority": { "Data": "LS0tLS1CRUdJTi…" } } }"#;
