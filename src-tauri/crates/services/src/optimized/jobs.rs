//! Jobs: extraction, builds, clusters, models, video.

use super::{Action, Integration, Sync, optional, required};

pub(super) static GLUE: Integration = Integration {
    service: "glue",
    title: "AWS Glue",
    model: Some("glue"),
    error_prefix: "Glue",
    errors: &["Glue.AWSGlueException", "Glue.SdkClientException"],
    actions: &[Action {
        name: "startJobRun",
        summary: "Runs a job.",
        operation: Some("StartJobRun"),
        sync: Sync::Yes,
        fields: &[
            required("JobName", "The job."),
            optional("Arguments", "Text by name; the names begin with two hyphens."),
            optional("NumberOfWorkers", "How many workers it gets."),
            optional("WorkerType", "Their size, such as G.1X."),
            optional("Timeout", "Minutes until the run is ended."),
        ],
        arguments: r#"{ "JobName": "my-job", "Arguments": { "--input.$": "$.input" } }"#,
        result: r#"{ "JobRunId": "jr_0f9d1c2b3a4e5f60718293a4b5c6d7e8" }"#,
        sync_result: Some(
            r#"{ "Id": "jr_0f9d1c2b3a4e5f60718293a4b5c6d7e8", "JobName": "my-job", "JobRunState": "SUCCEEDED", "Attempt": 0,
            "StartedOn": 1795132800000, "CompletedOn": 1795132980000, "ExecutionTime": 172, "WorkerType": "G.1X", "NumberOfWorkers": 2 }"#,
        ),
        errors: &["Glue.ConcurrentRunsExceededException", "Glue.EntityNotFoundException"],
        notes: &[
            "A run that ends STOPPED, FAILED, TIMEOUT or ERROR fails the task with States.TaskFailed when the state waits for it.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static DATABREW: Integration = Integration {
    service: "databrew",
    title: "AWS Glue DataBrew",
    model: Some("databrew"),
    error_prefix: "DataBrew",
    errors: &["DataBrew.AWSGlueDataBrewException", "DataBrew.SdkClientException"],
    actions: &[Action {
        name: "startJobRun",
        summary: "Runs a data preparation job.",
        operation: Some("StartJobRun"),
        sync: Sync::Yes,
        fields: &[required("Name", "The job.")],
        arguments: r#"{ "Name": "my-job" }"#,
        result: r#"{ "RunId": "db_0f9d1c2b3a4e5f60718293a4b5c6d7e8" }"#,
        sync_result: Some(
            r#"{ "JobName": "my-job", "RunId": "db_0f9d1c2b3a4e5f60718293a4b5c6d7e8", "State": "SUCCEEDED", "ExecutionTime": 64 }"#,
        ),
        ..Action::BLANK
    }],
};

pub(super) static BEDROCK: Integration = Integration {
    service: "bedrock",
    title: "Amazon Bedrock",
    model: Some("bedrock"),
    error_prefix: "Bedrock",
    errors: &[
        "Bedrock.ThrottlingException",
        "Bedrock.ValidationException",
        "Bedrock.AccessDeniedException",
        "Bedrock.SdkClientException",
    ],
    actions: &[
        Action {
            name: "invokeModel",
            summary: "Asks a foundation model.",
            callback: true,
            fields: &[
                required("ModelId", "Id or ARN of the model or inference profile.").of("string"),
                optional("Body", "The request in the model's own form. Body or Input is given.").of("json"),
                optional("Input", "S3Uri of a request that is too large for the state.").of("(!S3Uri)"),
                optional("Output", "S3Uri where the answer goes instead of into the result.").of("(!S3Uri)"),
                optional("ContentType", "`application/json` when absent.").of("string"),
                optional("Accept", "`application/json` when absent.").of("string"),
                optional("GuardrailIdentifier", "A guardrail to apply.").of("string"),
                optional("GuardrailVersion", "Its version.").of("string"),
                optional("Trace", "Shows what the guardrail did.").of("ENABLED|DISABLED"),
            ],
            arguments: BEDROCK_CALL,
            callback_arguments: Some(
                r#"{ "ModelId": "anthropic.claude-3-haiku-20240307-v1:0", "Body": { "anthropic_version": "bedrock-2023-05-31", "max_tokens": 400,
                "messages": [{ "role": "user", "content": [{ "type": "text", "text.$": "$$.Task.Token" }] }] } }"#,
            ),
            result: r#"{ "Body": { "id": "msg_01", "type": "message", "role": "assistant", "content": [{ "type": "text", "text": "A short summary." }],
                "stop_reason": "end_turn", "usage": { "input_tokens": 412, "output_tokens": 38 } }, "ContentType": "application/json" }"#,
            errors: &[
                "Bedrock.ModelTimeoutException",
                "Bedrock.ModelNotReadyException",
                "Bedrock.ModelErrorException",
                "Bedrock.ServiceQuotaExceededException",
                "Bedrock.ResourceNotFoundException",
                "Bedrock.InternalServerException",
            ],
            notes: &[
                "The answer stands under Body, already parsed.",
                "Input and Output go through S3 when the text is larger than 256 KiB.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "createModelCustomizationJob",
            summary: "Trains a model on your data.",
            operation: Some("CreateModelCustomizationJob"),
            sync: Sync::Yes,
            fields: &[
                required("BaseModelIdentifier", "The model to start from."),
                required("CustomModelName", "What the new model is called."),
                required("JobName", "Unique name of the job."),
                required("RoleArn", "The role that reads and writes S3."),
                required("TrainingDataConfig", "S3Uri of the examples."),
                required("OutputDataConfig", "S3Uri for metrics."),
                optional("HyperParameters", "Text by name, as the base model knows them."),
            ],
            arguments: r#"{ "BaseModelIdentifier": "amazon.titan-text-lite-v1", "CustomModelName": "my-model", "JobName": "my-model-1",
                "RoleArn": "arn:aws:iam::123456789012:role/bedrock-training", "HyperParameters": { "epochCount": "1" },
                "TrainingDataConfig": { "S3Uri": "s3://my-bucket/training.jsonl" }, "OutputDataConfig": { "S3Uri": "s3://my-bucket/metrics/" } }"#,
            result: r#"{ "JobArn": "arn:aws:bedrock:eu-central-1:123456789012:model-customization-job/my-model-1" }"#,
            sync_result: Some(
                r#"{ "JobArn": "arn:aws:bedrock:eu-central-1:123456789012:model-customization-job/my-model-1", "JobName": "my-model-1", "Status": "Completed",
                "OutputModelName": "my-model", "OutputModelArn": "arn:aws:bedrock:eu-central-1:123456789012:custom-model/my-model" }"#,
            ),
            ..Action::BLANK
        },
    ],
};

const BEDROCK_CALL: &str = r#"{ "ModelId": "anthropic.claude-3-haiku-20240307-v1:0", "Body": { "anthropic_version": "bedrock-2023-05-31", "max_tokens": 400,
    "messages": [{ "role": "user", "content": [{ "type": "text", "text.$": "$.prompt" }] }] } }"#;

pub(super) static BEDROCK_AGENTCORE: Integration = Integration {
    service: "bedrockagentcore",
    title: "Amazon Bedrock AgentCore",
    model: Some("bedrockagentcore"),
    error_prefix: "BedrockAgentCore",
    errors: &[
        "BedrockAgentCore.ThrottlingException",
        "BedrockAgentCore.ResourceNotFoundException",
        "BedrockAgentCore.SdkClientException",
    ],
    actions: &[Action {
        name: "invokeHarness",
        summary: "Lets an agent work on a request, with tools and memory.",
        operation: Some("InvokeHarness"),
        fields: &[
            required("HarnessArn", "The agent's harness."),
            required("RuntimeSessionId", "Names the conversation; at least 33 characters."),
            required("Messages", "The conversation so far: Role and Content."),
            optional("SystemPrompt", "What the agent is told first."),
            optional("MaxIterations", "How many rounds it may take."),
            optional("TimeoutSeconds", "Seconds it may take."),
        ],
        arguments: r#"{ "HarnessArn": "arn:aws:bedrock-agentcore:eu-central-1:123456789012:harness/my-harness", "RuntimeSessionId.$": "$$.Execution.Name",
            "Messages": [{ "Role": "user", "Content": [{ "Text.$": "$.prompt" }] }], "TimeoutSeconds": 600 }"#,
        result: r#"{ "Output": { "Message": { "Role": "assistant", "Content": [{ "Text": "A short answer." }] } }, "StopReason": "end_turn",
            "Usage": { "InputTokens": 812, "OutputTokens": 64, "TotalTokens": 876 } }"#,
        notes: &[
            "The result has the agent's last message alone, as text, with the tokens of all rounds.",
            "The task ends after 15 minutes at most; the agent may go on until its own limit.",
        ],
        ..Action::BLANK
    }],
};

pub(super) static SAGEMAKER: Integration = Integration {
    service: "sagemaker",
    title: "Amazon SageMaker",
    model: Some("sagemaker"),
    error_prefix: "SageMaker",
    errors: &[
        "SageMaker.AmazonSageMakerException",
        "SageMaker.SdkClientException",
        "SageMaker.ResourceLimitExceededException",
    ],
    actions: &[
        Action {
            name: "createTrainingJob",
            summary: "Trains a model.",
            operation: Some("CreateTrainingJob"),
            sync: Sync::Yes,
            fields: &[
                required("TrainingJobName", "Unique name of the job."),
                required("RoleArn", "The role that reads data and writes the model."),
                optional("AlgorithmSpecification", "The training image and how data reaches it."),
                optional("InputDataConfig", "The channels of data."),
                required("OutputDataConfig", "Where the model goes."),
                optional("ResourceConfig", "How many instances of which type, and their disk."),
                optional("StoppingCondition", "Seconds until it is ended."),
            ],
            arguments: r#"{ "TrainingJobName.$": "$.jobName", "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
                "AlgorithmSpecification": { "TrainingImage": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/my-training:latest", "TrainingInputMode": "File" },
                "InputDataConfig": [{ "ChannelName": "train", "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://my-bucket/train/" } } }],
                "OutputDataConfig": { "S3OutputPath": "s3://my-bucket/models/" }, "ResourceConfig": { "InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20 },
                "StoppingCondition": { "MaxRuntimeInSeconds": 3600 } }"#,
            result: r#"{ "TrainingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:training-job/my-training" }"#,
            sync_result: Some(
                r#"{ "TrainingJobName": "my-training", "TrainingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:training-job/my-training",
                "TrainingJobStatus": "Completed", "SecondaryStatus": "Completed", "ModelArtifacts": { "S3ModelArtifacts": "s3://my-bucket/models/my-training/output/model.tar.gz" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createTransformJob",
            summary: "Asks a model about a batch of data.",
            operation: Some("CreateTransformJob"),
            sync: Sync::Yes,
            fields: &[
                required("TransformJobName", "Unique name of the job."),
                required("ModelName", "The model."),
                required("TransformInput", "Where the data is."),
                required("TransformOutput", "Where the answers go."),
                required("TransformResources", "How many instances of which type."),
            ],
            arguments: r#"{ "TransformJobName.$": "$.jobName", "ModelName": "my-model",
                "TransformInput": { "ContentType": "text/csv", "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://my-bucket/input/" } } },
                "TransformOutput": { "S3OutputPath": "s3://my-bucket/output/" }, "TransformResources": { "InstanceCount": 1, "InstanceType": "ml.m5.large" } }"#,
            result: r#"{ "TransformJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:transform-job/my-transform" }"#,
            sync_result: Some(
                r#"{ "TransformJobName": "my-transform", "TransformJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:transform-job/my-transform", "TransformJobStatus": "Completed", "ModelName": "my-model" }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createProcessingJob",
            summary: "Prepares or evaluates data in a container.",
            operation: Some("CreateProcessingJob"),
            sync: Sync::Yes,
            fields: &[
                required("ProcessingJobName", "Unique name of the job."),
                required("AppSpecification", "The image and its command."),
                required("ProcessingResources", "How many instances of which type."),
                required("RoleArn", "The role that reads and writes."),
                optional("ProcessingInputs", "Data to copy in."),
                optional("ProcessingOutputConfig", "Data to copy out."),
            ],
            arguments: r#"{ "ProcessingJobName.$": "$.jobName", "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
                "AppSpecification": { "ImageUri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/my-processing:latest" },
                "ProcessingResources": { "ClusterConfig": { "InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20 } } }"#,
            result: r#"{ "ProcessingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:processing-job/my-processing" }"#,
            sync_result: Some(
                r#"{ "ProcessingJobName": "my-processing", "ProcessingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:processing-job/my-processing", "ProcessingJobStatus": "Completed", "ExitMessage": "" }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createHyperParameterTuningJob",
            summary: "Searches the best hyperparameters with many training jobs.",
            operation: Some("CreateHyperParameterTuningJob"),
            sync: Sync::Yes,
            fields: &[
                required("HyperParameterTuningJobName", "Unique name of the job."),
                required("HyperParameterTuningJobConfig", "Strategy, objective, ranges and limits."),
                optional("TrainingJobDefinition", "The training job to vary."),
            ],
            arguments: r#"{ "HyperParameterTuningJobName.$": "$.jobName", "HyperParameterTuningJobConfig": { "Strategy": "Bayesian",
                "ResourceLimits": { "MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2 } } }"#,
            result: r#"{ "HyperParameterTuningJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:hyper-parameter-tuning-job/my-tuning" }"#,
            sync_result: Some(
                r#"{ "HyperParameterTuningJobName": "my-tuning", "HyperParameterTuningJobStatus": "Completed",
                "BestTrainingJob": { "TrainingJobName": "my-tuning-007", "TunedHyperParameters": { "eta": "0.2" } } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createLabelingJob",
            summary: "Has people label data.",
            operation: Some("CreateLabelingJob"),
            sync: Sync::Yes,
            fields: &[
                required("LabelingJobName", "Unique name of the job."),
                required("LabelAttributeName", "Where the labels stand in the output."),
                required("InputConfig", "The manifest of the data."),
                required("OutputConfig", "Where the labels go."),
                required("RoleArn", "The role that reads and writes."),
                required("HumanTaskConfig", "Who labels, with which form."),
            ],
            arguments: r#"{ "LabelingJobName.$": "$.jobName", "LabelAttributeName": "label", "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
                "InputConfig": { "DataSource": { "S3DataSource": { "ManifestS3Uri": "s3://my-bucket/input.manifest" } } }, "OutputConfig": { "S3OutputPath": "s3://my-bucket/labels/" },
                "HumanTaskConfig": { "WorkteamArn": "arn:aws:sagemaker:eu-central-1:123456789012:workteam/private-crowd/my-team", "UiConfig": { "UiTemplateS3Uri": "s3://my-bucket/form.liquid" },
                "TaskTitle": "Label images", "TaskDescription": "Name what the image shows", "NumberOfHumanWorkersPerDataObject": 1, "TaskTimeLimitInSeconds": 600 } }"#,
            result: r#"{ "LabelingJobArn": "arn:aws:sagemaker:eu-central-1:123456789012:labeling-job/my-labels" }"#,
            sync_result: Some(
                r#"{ "LabelingJobName": "my-labels", "LabelingJobStatus": "Completed", "LabelCounters": { "TotalLabeled": 120, "HumanLabeled": 120, "Unlabeled": 0 } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createModel",
            summary: "Registers a trained model.",
            operation: Some("CreateModel"),
            fields: &[
                required("ModelName", "Unique name."),
                optional("ExecutionRoleArn", "The role the model's containers work with."),
                optional("PrimaryContainer", "Image and model data."),
            ],
            arguments: r#"{ "ModelName": "my-model", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/sagemaker",
                "PrimaryContainer": { "Image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/my-inference:latest", "ModelDataUrl.$": "$.ModelArtifacts.S3ModelArtifacts" } }"#,
            result: r#"{ "ModelArn": "arn:aws:sagemaker:eu-central-1:123456789012:model/my-model" }"#,
            ..Action::BLANK
        },
        Action {
            name: "createEndpointConfig",
            summary: "Says which models an endpoint serves on which instances.",
            operation: Some("CreateEndpointConfig"),
            fields: &[
                required("EndpointConfigName", "Unique name."),
                required("ProductionVariants", "Models and their share of the traffic."),
            ],
            arguments: r#"{ "EndpointConfigName": "my-config", "ProductionVariants": [{ "VariantName": "all", "ModelName": "my-model",
                "InitialInstanceCount": 1, "InstanceType": "ml.m5.large" }] }"#,
            result: r#"{ "EndpointConfigArn": "arn:aws:sagemaker:eu-central-1:123456789012:endpoint-config/my-config" }"#,
            ..Action::BLANK
        },
        Action {
            name: "createEndpoint",
            summary: "Puts a model behind an endpoint.",
            operation: Some("CreateEndpoint"),
            fields: &[required("EndpointName", "Unique name."), required("EndpointConfigName", "What it serves.")],
            arguments: r#"{ "EndpointName": "my-endpoint", "EndpointConfigName": "my-config" }"#,
            result: r#"{ "EndpointArn": "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/my-endpoint" }"#,
            ..Action::BLANK
        },
        Action {
            name: "updateEndpoint",
            summary: "Gives an endpoint another configuration.",
            operation: Some("UpdateEndpoint"),
            fields: &[
                required("EndpointName", "The endpoint."),
                required("EndpointConfigName", "What it serves from now on."),
            ],
            arguments: r#"{ "EndpointName": "my-endpoint", "EndpointConfigName": "my-config-2" }"#,
            result: r#"{ "EndpointArn": "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/my-endpoint" }"#,
            ..Action::BLANK
        },
    ],
};

const BUILD: &str = r#"{ "Build": { "Id": "my-project:0f9d1c2b-3a4e-4f60-8182-93a4b5c6d7e8", "BuildNumber": 7, "BuildStatus": "IN_PROGRESS", "CurrentPhase": "QUEUED",
    "ProjectName": "my-project", "Arn": "arn:aws:codebuild:eu-central-1:123456789012:build/my-project:0f9d1c2b-3a4e-4f60-8182-93a4b5c6d7e8" } }"#;
const BUILT: &str = r#"{ "Build": { "Id": "my-project:0f9d1c2b-3a4e-4f60-8182-93a4b5c6d7e8", "BuildNumber": 7, "BuildStatus": "SUCCEEDED", "CurrentPhase": "COMPLETED",
    "BuildComplete": true, "ProjectName": "my-project", "Arn": "arn:aws:codebuild:eu-central-1:123456789012:build/my-project:0f9d1c2b-3a4e-4f60-8182-93a4b5c6d7e8" } }"#;
const BATCH_OF_BUILDS: &str = r#"{ "BuildBatch": { "Id": "my-project:1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9", "BuildBatchStatus": "IN_PROGRESS", "ProjectName": "my-project" } }"#;
const BATCH_BUILT: &str = r#"{ "BuildBatch": { "Id": "my-project:1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9", "BuildBatchStatus": "SUCCEEDED", "ProjectName": "my-project", "Complete": true } }"#;
const PROJECT: super::Known = required("ProjectName", "The project.");

pub(super) static CODEBUILD: Integration = Integration {
    service: "codebuild",
    title: "AWS CodeBuild",
    model: Some("codebuild"),
    error_prefix: "CodeBuild",
    errors: &["CodeBuild.AWSCodeBuildException", "CodeBuild.SdkClientException"],
    actions: &[
        Action {
            name: "startBuild",
            summary: "Runs a build.",
            operation: Some("StartBuild"),
            sync: Sync::Yes,
            fields: &[
                PROJECT,
                optional("SourceVersion", "Commit, branch, tag or pull request."),
                optional("EnvironmentVariablesOverride", "Variables that differ from the project's."),
                optional("BuildspecOverride", "Another build specification."),
            ],
            arguments: r#"{ "ProjectName": "my-project", "EnvironmentVariablesOverride": [{ "Name": "VERSION", "Type": "PLAINTEXT", "Value.$": "$.version" }] }"#,
            result: BUILD,
            sync_result: Some(BUILT),
            notes: &[
                "A build that fails, faults, times out or is stopped fails the task with States.TaskFailed when the state waits for it.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "stopBuild",
            summary: "Stops a build.",
            operation: Some("StopBuild"),
            fields: &[required("Id", "The build.")],
            arguments: r#"{ "Id.$": "$.Build.Id" }"#,
            result: BUILD,
            notes: &["A build that was just stopped cannot be deleted at once."],
            ..Action::BLANK
        },
        Action {
            name: "batchDeleteBuilds",
            summary: "Deletes builds.",
            operation: Some("BatchDeleteBuilds"),
            fields: &[required("Ids", "The builds.")],
            arguments: r#"{ "Ids.$": "$.buildIds" }"#,
            result: r#"{ "BuildsDeleted": ["arn:aws:codebuild:eu-central-1:123456789012:build/my-project:0f9d1c2b-3a4e-4f60-8182-93a4b5c6d7e8"], "BuildsNotDeleted": [] }"#,
            ..Action::BLANK
        },
        Action {
            name: "batchGetReports",
            summary: "Reads test reports.",
            operation: Some("BatchGetReports"),
            fields: &[required("ReportArns", "The reports.")],
            arguments: r#"{ "ReportArns.$": "$.Build.ReportArns" }"#,
            result: r#"{ "Reports": [{ "Arn": "arn:aws:codebuild:eu-central-1:123456789012:report/my-tests:0f9d1c2b", "Status": "SUCCEEDED", "Type": "TEST", "TestSummary": { "Total": 42, "StatusCounts": { "SUCCEEDED": 42 } } }], "ReportsNotFound": [] }"#,
            ..Action::BLANK
        },
        Action {
            name: "startBuildBatch",
            summary: "Runs a batch of builds.",
            operation: Some("StartBuildBatch"),
            sync: Sync::Yes,
            fields: &[PROJECT],
            arguments: r#"{ "ProjectName": "my-project" }"#,
            result: BATCH_OF_BUILDS,
            sync_result: Some(BATCH_BUILT),
            ..Action::BLANK
        },
        Action {
            name: "stopBuildBatch",
            summary: "Stops a batch of builds.",
            operation: Some("StopBuildBatch"),
            fields: &[required("Id", "The batch.")],
            arguments: r#"{ "Id.$": "$.BuildBatch.Id" }"#,
            result: BATCH_OF_BUILDS,
            ..Action::BLANK
        },
        Action {
            name: "retryBuildBatch",
            summary: "Runs a batch of builds again.",
            operation: Some("RetryBuildBatch"),
            sync: Sync::Yes,
            fields: &[required("Id", "The batch."), optional("RetryType", "All builds, or the failed ones.")],
            arguments: r#"{ "Id.$": "$.BuildBatch.Id", "RetryType": "RETRY_FAILED_BUILDS" }"#,
            result: BATCH_OF_BUILDS,
            sync_result: Some(BATCH_BUILT),
            ..Action::BLANK
        },
        Action {
            name: "deleteBuildBatch",
            summary: "Deletes a batch of builds.",
            operation: Some("DeleteBuildBatch"),
            fields: &[required("Id", "The batch.")],
            arguments: r#"{ "Id.$": "$.BuildBatch.Id" }"#,
            result: r#"{ "StatusCode": "BATCH_DELETED", "BuildsDeleted": [], "BuildsNotDeleted": [] }"#,
            ..Action::BLANK
        },
    ],
};

const CLUSTER: super::Known = required("ClusterId", "The cluster.").of("string");

pub(super) static EMR: Integration = Integration {
    service: "elasticmapreduce",
    title: "Amazon EMR",
    model: Some("emr"),
    error_prefix: "ElasticMapReduce",
    errors: &["ElasticMapReduce.AmazonElasticMapReduceException", "ElasticMapReduce.SdkClientException"],
    actions: &[
        Action {
            name: "createCluster",
            summary: "Starts a cluster.",
            operation: Some("RunJobFlow"),
            sync: Sync::Yes,
            fields: &[
                required("Name", "The cluster's name."),
                required("Instances", "Instance groups or fleets, and whether the cluster stays."),
                optional("ReleaseLabel", "The EMR release, such as emr-7.2.0."),
                optional("Applications", "What is installed."),
                optional("ServiceRole", "The role of EMR."),
                optional("JobFlowRole", "The instance profile of the nodes."),
                optional("LogUri", "Where logs go in S3."),
            ],
            arguments: r#"{ "Name": "my-cluster", "ReleaseLabel": "emr-7.2.0", "Applications": [{ "Name": "Spark" }], "ServiceRole": "EMR_DefaultRole",
                "JobFlowRole": "EMR_EC2_DefaultRole", "VisibleToAllUsers": true, "LogUri": "s3://my-bucket/emr/",
                "Instances": { "KeepJobFlowAliveWhenNoSteps": true, "InstanceFleets": [{ "InstanceFleetType": "MASTER", "Name": "main", "TargetOnDemandCapacity": 1,
                "InstanceTypeConfigs": [{ "InstanceType": "m5.xlarge" }] }] } }"#,
            result: r#"{ "ClusterId": "j-0A1B2C3D4E5F6", "ClusterArn": "arn:aws:elasticmapreduce:eu-central-1:123456789012:cluster/j-0A1B2C3D4E5F6" }"#,
            sync_result: Some(
                r#"{ "ClusterId": "j-0A1B2C3D4E5F6", "Cluster": { "Id": "j-0A1B2C3D4E5F6", "Name": "my-cluster", "Status": { "State": "WAITING" } } }"#,
            ),
            notes: &[
                "Waiting ends when the cluster is WAITING.",
                "The cluster's id is called ClusterId here, not JobFlowId.",
            ],
            ..Action::BLANK
        },
        Action {
            name: "addStep",
            summary: "Runs one step on a cluster.",
            sync: Sync::Yes,
            fields: &[
                CLUSTER,
                required("Step", "Name, ActionOnFailure, HadoopJarStep.")
                    .of("(!Name,ActionOnFailure TERMINATE_CLUSTER|CANCEL_AND_WAIT|CONTINUE,!HadoopJarStep json)"),
                optional("ExecutionRoleArn", "The role the step runs with.").of("string"),
            ],
            arguments: r#"{ "ClusterId.$": "$.ClusterId", "Step": { "Name": "my-step", "ActionOnFailure": "CONTINUE",
                "HadoopJarStep": { "Jar": "command-runner.jar", "Args": ["spark-submit", "s3://my-bucket/job.py"] } } }"#,
            result: r#"{ "StepId": "s-0A1B2C3D4E5F6" }"#,
            sync_result: Some(
                r#"{ "Step": { "Id": "s-0A1B2C3D4E5F6", "Name": "my-step", "ActionOnFailure": "CONTINUE", "Status": { "State": "COMPLETED" } } }"#,
            ),
            notes: &["One step at a time: the field is Step, not Steps."],
            ..Action::BLANK
        },
        Action {
            name: "cancelStep",
            summary: "Cancels a step that waits.",
            fields: &[CLUSTER, required("StepId", "The step.").of("string")],
            arguments: r#"{ "ClusterId.$": "$.ClusterId", "StepId.$": "$.StepId" }"#,
            result: r#"{ "CancelStepsInfo": { "StepId": "s-0A1B2C3D4E5F6", "Status": "SUBMITTED" } }"#,
            ..Action::BLANK
        },
        Action {
            name: "terminateCluster",
            summary: "Ends a cluster.",
            sync: Sync::Yes,
            fields: &[CLUSTER],
            arguments: r#"{ "ClusterId.$": "$.ClusterId" }"#,
            sync_result: Some(
                r#"{ "Cluster": { "Id": "j-0A1B2C3D4E5F6", "Name": "my-cluster", "Status": { "State": "TERMINATED" } } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "setClusterTerminationProtection",
            summary: "Guards a cluster against being ended.",
            fields: &[CLUSTER, required("TerminationProtected", "Whether it is guarded.").of("boolean")],
            arguments: r#"{ "ClusterId.$": "$.ClusterId", "TerminationProtected": true }"#,
            ..Action::BLANK
        },
        Action {
            name: "modifyInstanceFleetByName",
            summary: "Resizes an instance fleet.",
            fields: &[
                CLUSTER,
                required("InstanceFleetName", "The fleet.").of("string"),
                required("InstanceFleet", "TargetOnDemandCapacity and TargetSpotCapacity.")
                    .of("(TargetOnDemandCapacity integer,TargetSpotCapacity integer)"),
            ],
            arguments: r#"{ "ClusterId.$": "$.ClusterId", "InstanceFleetName": "core", "InstanceFleet": { "TargetOnDemandCapacity": 4, "TargetSpotCapacity": 0 } }"#,
            ..Action::BLANK
        },
        Action {
            name: "modifyInstanceGroupByName",
            summary: "Resizes an instance group.",
            fields: &[
                CLUSTER,
                required("InstanceGroupName", "The group.").of("string"),
                required("InstanceGroup", "InstanceCount, ShrinkPolicy.")
                    .of("(InstanceCount integer,ShrinkPolicy json)"),
            ],
            arguments: r#"{ "ClusterId.$": "$.ClusterId", "InstanceGroupName": "core", "InstanceGroup": { "InstanceCount": 4 } }"#,
            ..Action::BLANK
        },
    ],
};

pub(super) static EMR_CONTAINERS: Integration = Integration {
    service: "emr-containers",
    title: "Amazon EMR on EKS",
    model: Some("emrcontainers"),
    error_prefix: "EMRContainers",
    errors: &["EMRContainers.AmazonEMRContainersException", "EMRContainers.SdkClientException"],
    actions: &[
        Action {
            name: "startJobRun",
            summary: "Runs a job on a virtual cluster.",
            operation: Some("StartJobRun"),
            sync: Sync::Yes,
            fields: &[
                required("VirtualClusterId", "The virtual cluster."),
                optional("Name", "The run's name."),
                optional("ExecutionRoleArn", "The role the job runs with."),
                optional("ReleaseLabel", "The EMR release."),
                optional("JobDriver", "What to run."),
            ],
            arguments: r#"{ "VirtualClusterId": "0a1b2c3d4e5f60718293a4b5c", "Name": "my-job", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/emr-job",
                "ReleaseLabel": "emr-7.2.0-latest", "JobDriver": { "SparkSubmitJobDriver": { "EntryPoint": "s3://my-bucket/job.py" } } }"#,
            result: r#"{ "Id": "0000000357ab1cd2e3f", "Name": "my-job", "VirtualClusterId": "0a1b2c3d4e5f60718293a4b5c", "Arn": "arn:aws:emr-containers:eu-central-1:123456789012:/virtualclusters/0a1b2c3d4e5f60718293a4b5c/jobruns/0000000357ab1cd2e3f" }"#,
            sync_result: Some(
                r#"{ "JobRun": { "Id": "0000000357ab1cd2e3f", "Name": "my-job", "State": "COMPLETED", "StateDetails": "JobRun completed successfully. It ran for 2 minutes 4 seconds" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createVirtualCluster",
            summary: "Registers a namespace of an EKS cluster with EMR.",
            operation: Some("CreateVirtualCluster"),
            fields: &[required("Name", "Unique name."), required("ContainerProvider", "EKS cluster and namespace.")],
            arguments: r#"{ "Name": "my-virtual-cluster", "ContainerProvider": { "Id": "my-cluster", "Type": "EKS", "Info": { "EksInfo": { "Namespace": "emr" } } } }"#,
            result: r#"{ "Id": "0a1b2c3d4e5f60718293a4b5c", "Name": "my-virtual-cluster", "Arn": "arn:aws:emr-containers:eu-central-1:123456789012:/virtualclusters/0a1b2c3d4e5f60718293a4b5c" }"#,
            ..Action::BLANK
        },
        Action {
            name: "deleteVirtualCluster",
            summary: "Ends a virtual cluster.",
            operation: Some("DeleteVirtualCluster"),
            sync: Sync::Yes,
            fields: &[required("Id", "The virtual cluster.")],
            arguments: r#"{ "Id.$": "$.Id" }"#,
            result: r#"{ "Id": "0a1b2c3d4e5f60718293a4b5c" }"#,
            sync_result: Some(
                r#"{ "VirtualCluster": { "Id": "0a1b2c3d4e5f60718293a4b5c", "Name": "my-virtual-cluster", "State": "TERMINATED" } }"#,
            ),
            ..Action::BLANK
        },
    ],
};

const APPLICATION: super::Known = required("ApplicationId", "The application.");
const APPLICATION_STARTED: &str = r#"{ "Application": { "ApplicationId": "00f1a2b3c4d5e6f7", "Name": "my-application", "State": "STARTED", "Type": "Spark" } }"#;

pub(super) static EMR_SERVERLESS: Integration = Integration {
    service: "emr-serverless",
    title: "Amazon EMR Serverless",
    model: Some("emrserverless"),
    error_prefix: "EmrServerless",
    errors: &["EmrServerless.EmrServerlessException", "EmrServerless.SdkClientException"],
    actions: &[
        Action {
            name: "startJobRun",
            summary: "Runs a job in an application.",
            operation: Some("StartJobRun"),
            sync: Sync::Yes,
            fields: &[
                APPLICATION,
                required("ExecutionRoleArn", "The role the job runs with."),
                optional("JobDriver", "What to run."),
                optional("Name", "The run's name."),
                optional("ExecutionTimeoutMinutes", "Minutes until it is ended."),
            ],
            arguments: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/emr-job",
                "JobDriver": { "SparkSubmit": { "EntryPoint": "s3://my-bucket/job.py" } } }"#,
            result: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7", "Arn": "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00f1a2b3c4d5e6f7/jobruns/00f1a2b3c4d5e6f8", "JobRunId": "00f1a2b3c4d5e6f8" }"#,
            sync_result: Some(
                r#"{ "JobRun": { "ApplicationId": "00f1a2b3c4d5e6f7", "JobRunId": "00f1a2b3c4d5e6f8", "State": "SUCCESS", "TotalExecutionDurationSeconds": 94 } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "cancelJobRun",
            summary: "Cancels a run.",
            operation: Some("CancelJobRun"),
            sync: Sync::Yes,
            fields: &[APPLICATION, required("JobRunId", "The run.")],
            arguments: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7", "JobRunId.$": "$.JobRunId" }"#,
            result: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7", "JobRunId": "00f1a2b3c4d5e6f8" }"#,
            sync_result: Some(
                r#"{ "JobRun": { "ApplicationId": "00f1a2b3c4d5e6f7", "JobRunId": "00f1a2b3c4d5e6f8", "State": "CANCELLED" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "createApplication",
            summary: "Creates an application.",
            operation: Some("CreateApplication"),
            sync: Sync::Yes,
            fields: &[
                required("Type", "Spark or Hive."),
                required("ReleaseLabel", "The EMR release."),
                optional("Name", "The application's name."),
                optional("ClientToken", "Makes the call safe to repeat."),
            ],
            arguments: r#"{ "Name": "my-application", "Type": "Spark", "ReleaseLabel": "emr-7.2.0" }"#,
            result: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7", "Arn": "arn:aws:emr-serverless:eu-central-1:123456789012:/applications/00f1a2b3c4d5e6f7", "Name": "my-application" }"#,
            sync_result: Some(
                r#"{ "Application": { "ApplicationId": "00f1a2b3c4d5e6f7", "Name": "my-application", "State": "CREATED", "Type": "Spark" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "startApplication",
            summary: "Starts an application's workers.",
            operation: Some("StartApplication"),
            sync: Sync::Yes,
            fields: &[APPLICATION],
            arguments: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7" }"#,
            sync_result: Some(APPLICATION_STARTED),
            ..Action::BLANK
        },
        Action {
            name: "stopApplication",
            summary: "Stops an application's workers.",
            operation: Some("StopApplication"),
            sync: Sync::Yes,
            fields: &[APPLICATION],
            arguments: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7" }"#,
            sync_result: Some(
                r#"{ "Application": { "ApplicationId": "00f1a2b3c4d5e6f7", "Name": "my-application", "State": "STOPPED", "Type": "Spark" } }"#,
            ),
            ..Action::BLANK
        },
        Action {
            name: "deleteApplication",
            summary: "Deletes an application that is stopped.",
            operation: Some("DeleteApplication"),
            sync: Sync::Yes,
            fields: &[APPLICATION],
            arguments: r#"{ "ApplicationId": "00f1a2b3c4d5e6f7" }"#,
            sync_result: Some(
                r#"{ "Application": { "ApplicationId": "00f1a2b3c4d5e6f7", "Name": "my-application", "State": "TERMINATED", "Type": "Spark" } }"#,
            ),
            ..Action::BLANK
        },
    ],
};

pub(super) static MEDIACONVERT: Integration = Integration {
    service: "mediaconvert",
    title: "AWS Elemental MediaConvert",
    model: Some("mediaconvert"),
    error_prefix: "MediaConvert",
    errors: &["MediaConvert.AWSMediaConvertException", "MediaConvert.SdkClientException"],
    actions: &[Action {
        name: "createJob",
        summary: "Converts media files.",
        operation: Some("CreateJob"),
        sync: Sync::Yes,
        fields: &[
            required("Role", "The role that reads and writes S3."),
            required("Settings", "Inputs and output groups."),
            optional("JobTemplate", "A template for the settings."),
            optional("Queue", "The default queue when absent."),
            optional("UserMetadata", "Text by name, repeated in the job's events."),
        ],
        arguments: r#"{ "Role": "arn:aws:iam::123456789012:role/mediaconvert", "JobTemplate": "System-Ott_Hls_Ts_Avc_Aac",
            "Settings": { "Inputs": [{ "FileInput.$": "$.video", "TimecodeSource": "ZEROBASED" }] } }"#,
        result: r#"{ "Job": { "Id": "1795132800000-a1b2c3", "Status": "SUBMITTED", "Arn": "arn:aws:mediaconvert:eu-central-1:123456789012:jobs/1795132800000-a1b2c3" } }"#,
        sync_result: Some(
            r#"{ "Job": { "Id": "1795132800000-a1b2c3", "Status": "COMPLETE", "JobPercentComplete": 100, "Arn": "arn:aws:mediaconvert:eu-central-1:123456789012:jobs/1795132800000-a1b2c3" } }"#,
        ),
        ..Action::BLANK
    }],
};
