//! The recorded table: what CDK 2.276 grants for each integration, and where and why we differ.

mod support;

use asl::Document;
use iac::settings::{Options, Settings, Target};

/// `P`, `R` and `A` stand for partition, region and account, as in the table.
fn policy(definition: &str, settings: &Settings) -> Vec<String> {
    let (document, _) = Document::parse(definition);
    let options = Options { region: Some("R".into()), account: Some("A".into()), ..Options::default() };
    let plan = iac::plan("self", &document, Target::Sam, settings, &options).expect("the definition can be planned");
    let fill = |hole: &iac::Expr| match hole {
        iac::Expr::Partition => "P".to_owned(),
        iac::Expr::Region => "R".to_owned(),
        iac::Expr::Account => "A".to_owned(),
        iac::Expr::SelfArn => "<self>".to_owned(),
        iac::Expr::SelfName => "<name>".to_owned(),
        iac::Expr::Placeholder(name) => {
            plan.placeholder(name).and_then(|found| found.default_value()).unwrap_or(name).to_owned()
        }
        _ => String::new(),
    };
    let mut lines: Vec<String> = plan
        .statements
        .iter()
        .map(|statement| {
            let resources: Vec<String> = statement.resources.iter().map(|expr| expr.fill(&fill)).collect();
            let conditions: Vec<String> = statement
                .conditions
                .iter()
                .map(|condition| {
                    let values: Vec<String> = condition.values.iter().map(|expr| expr.fill(&fill)).collect();
                    format!(" if {} {} {}", condition.operator, condition.key, values.join(","))
                })
                .collect();
            assert!(!statement.reasons.is_empty(), "every statement has a reason");
            format!("{} -> {}{}", statement.actions.join(","), resources.join(" ; "), conditions.concat())
        })
        .collect();
    lines.sort();
    lines
}

fn check(resource: &str, parameters: &str, expected: &[&str]) {
    let definition = format!(
        r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task","Resource":"arn:aws:states:::{resource}","Parameters":{parameters},"End":true}}}}}}"#
    );
    let mut expected: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
    expected.sort();
    assert_eq!(policy(&definition, &Settings::default()), expected, "{resource} {parameters}");
}

const RULE: &str = "events:PutTargets,events:PutRule,events:DescribeRule -> arn:P:events:R:A:rule/";

fn rule(name: &str) -> String {
    format!("{RULE}{name}")
}

#[test]
fn messages_functions_and_tables() {
    check(
        "lambda:invoke",
        r#"{"FunctionName":"arn:aws:lambda:R:A:function:charge"}"#,
        &["lambda:InvokeFunction -> arn:aws:lambda:R:A:function:charge ; arn:aws:lambda:R:A:function:charge:*"],
    );
    check("sns:publish", r#"{"TopicArn":"arn:aws:sns:R:A:ops"}"#, &["sns:Publish -> arn:aws:sns:R:A:ops"]);
    check("sns:publish", r#"{"PhoneNumber":"+49","Message":"m"}"#, &["sns:Publish -> *"]);
    check(
        "sqs:sendMessage.waitForTaskToken",
        r#"{"QueueUrl":"https://sqs.R.amazonaws.com/A/q"}"#,
        &["sqs:SendMessage -> arn:P:sqs:R:A:q"],
    );
    check(
        "sqs:sendMessage",
        r#"{"QueueUrl":"https://R.queue.amazonaws.com/A/q"}"#,
        &["sqs:SendMessage -> arn:P:sqs:R:A:q"],
    );
    check("dynamodb:putItem", r#"{"TableName":"orders"}"#, &["dynamodb:PutItem -> arn:P:dynamodb:R:A:table/orders"]);
    check("dynamodb:getItem", r#"{"TableName":"orders"}"#, &["dynamodb:GetItem -> arn:P:dynamodb:R:A:table/orders"]);
    check(
        "events:putEvents",
        r#"{"Entries":[{"EventBusName":"bus"}]}"#,
        &["events:PutEvents -> arn:P:events:R:A:event-bus/bus"],
    );
    check("events:putEvents", r#"{"Entries":[{}]}"#, &["events:PutEvents -> arn:P:events:R:A:event-bus/default"]);
}

#[test]
fn nested_executions() {
    let child = r#"{"StateMachineArn":"arn:P:states:R:A:stateMachine:child"}"#;
    check("states:startExecution", child, &["states:StartExecution -> arn:P:states:R:A:stateMachine:child"]);
    // CDK's `execution:child*` also names executions of `childish`; the colon keeps to the child.
    check(
        "states:startExecution.sync:2",
        child,
        &[
            "states:StartExecution -> arn:P:states:R:A:stateMachine:child",
            "states:DescribeExecution,states:StopExecution -> arn:P:states:R:A:execution:child:*",
            &rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"),
        ],
    );
}

#[test]
fn activities_need_nothing() {
    let definition =
        r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:R:A:activity:desk","End":true}}}"#;
    assert_eq!(policy(definition, &Settings::default()), [] as [String; 0]);
}

#[test]
fn jobs() {
    let batch = r#"{"JobName":"n","JobDefinition":"arn:aws:batch:R:A:job-definition/d:3","JobQueue":"arn:aws:batch:R:A:job-queue/q"}"#;
    // The job definition is known, so it is named; the rule and the rest belong to `.sync` alone, as the service's page says.
    check(
        "batch:submitJob.sync",
        batch,
        &[
            "batch:SubmitJob -> arn:aws:batch:R:A:job-queue/q ; arn:aws:batch:R:A:job-definition/d:3 ; arn:aws:batch:R:A:job-definition/d:3:*",
            "batch:DescribeJobs,batch:TerminateJob -> *",
            &rule("StepFunctionsGetEventsForBatchJobsRule"),
        ],
    );
    check(
        "batch:submitJob",
        r#"{"JobDefinition.$":"$.d","JobQueue":"q"}"#,
        &["batch:SubmitJob -> arn:P:batch:R:A:job-queue/q ; arn:P:batch:R:A:job-definition/*"],
    );
    check(
        "glue:startJobRun.sync",
        r#"{"JobName":"j"}"#,
        &["glue:StartJobRun,glue:GetJobRun,glue:GetJobRuns,glue:BatchStopJobRun -> arn:P:glue:R:A:job/j"],
    );
    check("glue:startJobRun", r#"{"JobName":"j"}"#, &["glue:StartJobRun -> arn:P:glue:R:A:job/j"]);
    check(
        "databrew:startJobRun.sync",
        r#"{"Name":"j"}"#,
        &["databrew:StartJobRun,databrew:StopJobRun,databrew:ListJobRuns -> arn:P:databrew:R:A:job/j"],
    );
    check(
        "codebuild:startBuild.sync",
        r#"{"ProjectName":"p"}"#,
        &[
            "codebuild:StartBuild,codebuild:StopBuild,codebuild:BatchGetBuilds,codebuild:BatchGetReports -> arn:P:codebuild:R:A:project/p",
            &rule("StepFunctionsGetEventForCodeBuildStartBuildRule"),
        ],
    );
    check(
        "codebuild:startBuildBatch.sync",
        r#"{"ProjectName":"p"}"#,
        &[
            "codebuild:StartBuildBatch,codebuild:StopBuildBatch,codebuild:BatchGetBuildBatches -> arn:P:codebuild:R:A:project/p",
            &rule("StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ],
    );
    // The roles stand in the task definition, which CDK knows and a definition does not: any role, but for ECS tasks only.
    check(
        "ecs:runTask.sync",
        r#"{"Cluster":"c","TaskDefinition":"family:7","LaunchType":"FARGATE"}"#,
        &[
            "ecs:RunTask -> arn:P:ecs:R:A:task-definition/family:*",
            "ecs:StopTask,ecs:DescribeTasks -> *",
            "iam:PassRole -> arn:P:iam::A:role/* if StringEquals iam:PassedToService ecs-tasks.amazonaws.com",
            &rule("StepFunctionsGetEventsForECSTaskRule"),
        ],
    );
    check(
        "mediaconvert:createJob.sync",
        r#"{"Role":"arn:aws:iam::A:role/mc"}"#,
        &[
            "iam:PassRole -> arn:aws:iam::A:role/mc if StringLike iam:PassedToService mediaconvert.amazonaws.com",
            "mediaconvert:CreateJob,mediaconvert:GetJob,mediaconvert:CancelJob -> *",
            &rule("StepFunctionsGetEventsForMediaConvertJobRule"),
        ],
    );
}

#[test]
fn queries() {
    // Also what stops a query of a stopped execution; the bucket of the results is listed for its uploads.
    check(
        "athena:startQueryExecution.sync",
        r#"{"QueryString":"q","WorkGroup":"wg","QueryExecutionContext":{"Database":"db"},"ResultConfiguration":{"OutputLocation":"s3://b/k/"}}"#,
        &[
            "athena:GetDataCatalog,athena:StartQueryExecution,athena:GetQueryExecution,athena:StopQueryExecution -> arn:P:athena:R:A:datacatalog/AwsDataCatalog ; arn:P:athena:R:A:workgroup/wg",
            "s3:CreateBucket,s3:ListBucket,s3:GetBucketLocation,s3:GetObject -> *",
            "s3:AbortMultipartUpload,s3:ListBucketMultipartUploads,s3:ListMultipartUploadParts,s3:PutObject -> arn:P:s3:::b ; arn:P:s3:::b/*",
            "lakeformation:GetDataAccess -> *",
            "glue:BatchCreatePartition,glue:BatchDeletePartition,glue:BatchDeleteTable,glue:BatchGetPartition,glue:CreateDatabase,glue:CreatePartition,glue:CreateTable,glue:DeleteDatabase,glue:DeletePartition,glue:DeleteTable,glue:GetDatabase,glue:GetDatabases,glue:GetPartition,glue:GetPartitions,glue:GetTable,glue:GetTables,glue:UpdateDatabase,glue:UpdatePartition,glue:UpdateTable -> arn:P:glue:R:A:catalog ; arn:P:glue:R:A:database/db ; arn:P:glue:R:A:table/db/* ; arn:P:glue:R:A:userDefinedFunction/db/*",
        ],
    );
    // The query's work group is not known from its id, but its service and account are.
    check(
        "athena:getQueryResults",
        r#"{"QueryExecutionId.$":"$.id"}"#,
        &["athena:GetQueryResults -> arn:P:athena:R:A:workgroup/*", "s3:GetObject -> arn:P:s3:::*"],
    );
}

#[test]
fn models() {
    check(
        "sagemaker:createTrainingJob.sync",
        r#"{"TrainingJobName":"j","RoleArn":"arn:aws:iam::A:role/r"}"#,
        &[
            "sagemaker:CreateTrainingJob,sagemaker:DescribeTrainingJob,sagemaker:StopTrainingJob,sagemaker:AddTags -> arn:P:sagemaker:R:A:training-job/j*",
            "sagemaker:ListTags -> *",
            "iam:PassRole -> arn:aws:iam::A:role/r if StringEquals iam:PassedToService sagemaker.amazonaws.com",
            &rule("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ],
    );
    // A transform job takes its role from its model: there is none to pass. CDK's construct makes one of its own.
    check(
        "sagemaker:createTransformJob.sync",
        r#"{"TransformJobName.$":"$.name"}"#,
        &[
            "sagemaker:CreateTransformJob,sagemaker:DescribeTransformJob,sagemaker:StopTransformJob,sagemaker:AddTags -> arn:P:sagemaker:R:A:transform-job/*",
            "sagemaker:ListTags -> *",
            &rule("StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ],
    );
    // Not in the record with its statements: AWS's own page names these.
    check(
        "bedrock:createModelCustomizationJob.sync",
        r#"{"BaseModelIdentifier":"m","CustomModelName":"c","RoleArn":"arn:P:iam::A:role/r"}"#,
        &[
            "bedrock:CreateModelCustomizationJob -> arn:P:bedrock:R::foundation-model/m ; arn:P:bedrock:R:A:model-customization-job/* ; arn:P:bedrock:R:A:custom-model/*",
            "bedrock:GetModelCustomizationJob,bedrock:StopModelCustomizationJob -> arn:P:bedrock:R:A:model-customization-job/*",
            "iam:PassRole -> arn:P:iam::A:role/r if StringEquals iam:PassedToService bedrock.amazonaws.com",
        ],
    );
    check(
        "bedrock:invokeModel",
        r#"{"ModelId":"anthropic.claude-v2"}"#,
        &["bedrock:InvokeModel -> arn:P:bedrock:R::foundation-model/anthropic.claude-v2"],
    );
}

#[test]
fn clusters() {
    check(
        "elasticmapreduce:createCluster.sync",
        r#"{"ServiceRole":"sr","JobFlowRole":"cr","AutoScalingRole":"ar"}"#,
        &[
            "elasticmapreduce:RunJobFlow,elasticmapreduce:DescribeCluster,elasticmapreduce:TerminateJobFlows,elasticmapreduce:AddTags -> *",
            "iam:PassRole -> arn:P:iam::A:role/sr ; arn:P:iam::A:role/cr ; arn:P:iam::A:role/ar",
            "iam:CreateServiceLinkedRole -> arn:P:iam::A:role/aws-service-role/elasticmapreduce.amazonaws.com*/AWSServiceRoleForEMRCleanup* if StringEquals iam:AWSServiceName elasticmapreduce.amazonaws.com,elasticmapreduce.amazonaws.com.cn",
            &rule("StepFunctionsGetEventForEMRRunJobFlowRule"),
        ],
    );
    check(
        "elasticmapreduce:addStep.sync",
        r#"{"ClusterId.$":"$.c"}"#,
        &[
            "elasticmapreduce:AddJobFlowSteps,elasticmapreduce:DescribeStep,elasticmapreduce:CancelSteps -> arn:P:elasticmapreduce:R:A:cluster/*",
            &rule("StepFunctionsGetEventForEMRAddJobFlowStepsRule"),
        ],
    );
    check(
        "elasticmapreduce:terminateCluster.sync",
        r#"{"ClusterId":"j-1"}"#,
        &[
            "elasticmapreduce:DescribeCluster,elasticmapreduce:TerminateJobFlows -> arn:P:elasticmapreduce:R:A:cluster/j-1",
            &rule("StepFunctionsGetEventForEMRTerminateJobFlowsRule"),
        ],
    );
    check(
        "emr-containers:startJobRun.sync",
        r#"{"VirtualClusterId":"vc","ExecutionRoleArn":"arn:P:iam::A:role/er"}"#,
        &[
            "emr-containers:StartJobRun -> arn:P:emr-containers:R:A:/virtualclusters/vc if StringEquals emr-containers:ExecutionRoleArn arn:P:iam::A:role/er",
            "emr-containers:DescribeJobRun,emr-containers:CancelJobRun -> arn:P:emr-containers:R:A:/virtualclusters/vc/jobruns/*",
        ],
    );
}

#[test]
fn calls_over_http() {
    // Also to one method, which the definition names.
    check(
        "http:invoke",
        r#"{"ApiEndpoint":"https://api.example.com/x","Method":"GET","Authentication":{"ConnectionArn":"arn:aws:events:R:A:connection/c/1"}}"#,
        &[
            "events:RetrieveConnectionCredentials -> arn:aws:events:R:A:connection/c/1",
            "secretsmanager:GetSecretValue,secretsmanager:DescribeSecret -> arn:P:secretsmanager:R:A:secret:events!connection/*",
            "states:InvokeHTTPEndpoint -> * if StringEquals states:HTTPMethod GET if StringLike states:HTTPEndpoint https://api.example.com/x",
        ],
    );
    check(
        "apigateway:invoke",
        r#"{"ApiEndpoint":"api.execute-api.R.amazonaws.com","Stage":"prod","Method":"GET","Path":"/x","AuthType":"IAM_ROLE"}"#,
        &["execute-api:Invoke -> arn:P:execute-api:R:A:api/prod/GET/x"],
    );
    check("apigateway:invoke", r#"{"ApiEndpoint":"api","Method":"GET"}"#, &[]);
}

#[test]
fn calls_through_the_sdk() {
    check("aws-sdk:s3:getObject", r#"{"Bucket":"b","Key.$":"$.k"}"#, &["s3:GetObject -> arn:P:s3:::b/*"]);
    check("aws-sdk:s3:getObject", r#"{"Bucket":"b","Key":"k.json"}"#, &["s3:GetObject -> arn:P:s3:::b/k.json"]);
    check("aws-sdk:s3:listObjectsV2", r#"{"Bucket":"b"}"#, &["s3:ListBucket -> arn:P:s3:::b"]);
    check("aws-sdk:s3:headObject", r#"{"Bucket":"b","Key":"k"}"#, &["s3:GetObject -> arn:P:s3:::b/k"]);
    check(
        "aws-sdk:s3:copyObject",
        r#"{"Bucket":"b","Key":"k","CopySource":"/from/key"}"#,
        &["s3:GetObject -> arn:P:s3:::from/key", "s3:PutObject -> arn:P:s3:::b/k"],
    );
    check(
        "aws-sdk:sfn:startSyncExecution",
        r#"{"StateMachineArn":"arn:aws:states:R:A:stateMachine:x"}"#,
        &["states:StartSyncExecution -> arn:aws:states:R:A:stateMachine:x"],
    );
    check("aws-sdk:cloudwatchlogs:createLogGroup", "{}", &["logs:CreateLogGroup -> *"]);
    check("aws-sdk:efs:describeFileSystems", "{}", &["elasticfilesystem:DescribeFileSystems -> *"]);
    check("aws-sdk:mediapackagevod:listAssets", "{}", &["mediapackage-vod:ListAssets -> *"]);
    check(
        "aws-sdk:scheduler:createSchedule",
        r#"{"Name":"n","Target":{"RoleArn":"arn:P:iam::A:role/sr"}}"#,
        &[
            "scheduler:CreateSchedule -> arn:P:scheduler:R:A:schedule/default/n",
            "iam:PassRole -> arn:P:iam::A:role/sr if StringEquals iam:PassedToService scheduler.amazonaws.com",
        ],
    );
    check(
        "aws-sdk:lambda:invoke",
        r#"{"FunctionName":"f"}"#,
        &["lambda:InvokeFunction -> arn:P:lambda:R:A:function:f ; arn:P:lambda:R:A:function:f:*"],
    );
    // IAM knows many services by another name than the SDK, and some calls too.
    for (resource, action) in [
        ("computeoptimizer:getEnrollmentStatus", "compute-optimizer:GetEnrollmentStatus"),
        ("pinpoint:sendMessages", "mobiletargeting:SendMessages"),
        ("resourcegroups:listGroups", "resource-groups:ListGroups"),
        ("ssmincidents:startIncident", "ssm-incidents:StartIncident"),
        ("applicationautoscaling:registerScalableTarget", "application-autoscaling:RegisterScalableTarget"),
        ("databasemigration:startReplicationTask", "dms:StartReplicationTask"),
        ("resourcegroupstaggingapi:getResources", "tag:GetResources"),
        ("cognitoidentityprovider:adminCreateUser", "cognito-idp:AdminCreateUser"),
        ("costexplorer:getCostAndUsage", "ce:GetCostAndUsage"),
        ("opensearchserverless:batchGetCollection", "aoss:BatchGetCollection"),
        ("location:searchPlaceIndexForText", "geo:SearchPlaceIndexForText"),
        ("iotdataplane:publish", "iot:Publish"),
        ("qconnect:createContent", "wisdom:CreateContent"),
        ("amp:describeWorkspace", "aps:DescribeWorkspace"),
        ("apigatewaymanagementapi:postToConnection", "execute-api:ManageConnections"),
        ("transcribe:startTranscriptionJob", "transcribe:StartTranscriptionJob"),
        ("newservice:doIt", "newservice:DoIt"),
    ] {
        check(&format!("aws-sdk:{resource}"), "{}", &[&format!("{action} -> *")]);
    }
    // Glue's catalog is asked for the catalog, the database and the table.
    check(
        "aws-sdk:glue:createTable",
        r#"{"DatabaseName":"db","TableInput":{"Name":"t"}}"#,
        &["glue:CreateTable -> arn:P:glue:R:A:catalog ; arn:P:glue:R:A:database/db ; arn:P:glue:R:A:table/db/t"],
    );
    check(
        "aws-sdk:glue:batchCreatePartition",
        r#"{"DatabaseName":"db","TableName.$":"$.t"}"#,
        &[
            "glue:BatchCreatePartition -> arn:P:glue:R:A:catalog ; arn:P:glue:R:A:database/db ; arn:P:glue:R:A:table/db/*",
        ],
    );
    check(
        "aws-sdk:glue:getDatabase",
        r#"{"Name":"db"}"#,
        &["glue:GetDatabase -> arn:P:glue:R:A:catalog ; arn:P:glue:R:A:database/db"],
    );
    // CDK asks its user for the crawler; it is named in the call.
    check("aws-sdk:glue:startCrawler", r#"{"CrawlerName":"c"}"#, &["glue:StartCrawler -> arn:P:glue:R:A:crawler/c"]);
}

#[test]
fn a_distributed_map_works_on_itself() {
    let map = |reader: &str| {
        format!(
            r#"{{"StartAt":"M","States":{{"M":{{"Type":"Map","ItemProcessor":{{"ProcessorConfig":{{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"}},
            "StartAt":"P","States":{{"P":{{"Type":"Pass","End":true}}}}}},{reader},"End":true}}}}}}"#
        )
    };
    let itself = [
        "states:StartExecution -> <self>",
        "states:DescribeExecution,states:StopExecution -> arn:P:states:R:A:execution:<name>:*",
        "states:RedriveExecution -> arn:P:states:R:A:execution:<name>/*:*",
    ];
    let check = |reader: &str, more: &[&str]| {
        let mut expected: Vec<String> = itself.iter().chain(more).map(|line| (*line).to_owned()).collect();
        expected.sort();
        assert_eq!(policy(&map(reader), &Settings::default()), expected, "{reader}");
    };
    check(
        r#""ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"in-bucket","Key.$":"$.key"}}"#,
        &["s3:GetObject -> arn:P:s3:::in-bucket/*"],
    );
    check(
        r#""ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"in-bucket"}}"#,
        &["s3:ListBucket -> arn:P:s3:::in-bucket"],
    );
    check(
        r#""ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out","Prefix":"results"}}"#,
        &["s3:PutObject,s3:GetObject,s3:ListMultipartUploadParts,s3:AbortMultipartUpload -> arn:P:s3:::out/results/*"],
    );
}

#[test]
fn credentials_of_another_role() {
    let definition = r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem",
        "Credentials":{"RoleArn":"arn:aws:iam::2:role/other"},"Parameters":{"TableName":"t"},"End":true}}}"#;
    assert_eq!(policy(definition, &Settings::default()), ["sts:AssumeRole -> arn:aws:iam::2:role/other"]);
}

/// One version or alias is all that may be invoked where it is named; an account may stand before a function's name.
#[test]
fn functions_that_are_named_closely() {
    let invoke = |name: &str, expected: &[&str]| {
        let resources = format!("lambda:InvokeFunction -> {}", expected.join(" ; "));
        for resource in ["lambda:invoke", "aws-sdk:lambda:invoke"] {
            check(resource, &format!(r#"{{"FunctionName":"{name}"}}"#), &[&resources]);
        }
    };
    invoke("f", &["arn:P:lambda:R:A:function:f", "arn:P:lambda:R:A:function:f:*"]);
    invoke("f:live", &["arn:P:lambda:R:A:function:f:live"]);
    invoke("arn:aws:lambda:R:A:function:f", &["arn:aws:lambda:R:A:function:f", "arn:aws:lambda:R:A:function:f:*"]);
    invoke("arn:aws:lambda:R:A:function:f:7", &["arn:aws:lambda:R:A:function:f:7"]);
    check(
        "lambda:invoke",
        r#"{"FunctionName":"2:function:f"}"#,
        &["lambda:InvokeFunction -> arn:P:lambda:R:2:function:f ; arn:P:lambda:R:2:function:f:*"],
    );
    let direct =
        r#"{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:R:A:function:f:live","End":true}}}"#;
    assert_eq!(policy(direct, &Settings::default()), ["lambda:InvokeFunction -> arn:aws:lambda:R:A:function:f:live"]);
}

/// What is nested asks for itself, and what is only known at run time is wide and says so.
#[test]
fn nested_states_and_dynamic_names() {
    let definition = r#"{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
        {"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Credentials":{"RoleArn":"{% $role %}"},
            "Arguments":{"QueueUrl":"https://sqs.R.amazonaws.com/2/q","MessageBody":"x"},"End":true}}},
        {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
            "StartAt":"Q","States":{"Q":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:dynamodb:query",
                "Arguments":{"TableName":"t","IndexName":"i"},"Next":"N"},
              "N":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
                "Arguments":{"StateMachineArn":"arn:aws:states:R:A:stateMachine:child:live"},"End":true}}},
          "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"out","Prefix":"p/"}}}}}]}}}"#;
    let mut expected = vec![
        "dynamodb:Query -> arn:P:dynamodb:R:A:table/t ; arn:P:dynamodb:R:A:table/t/index/i".to_owned(),
        "s3:PutObject,s3:GetObject,s3:ListMultipartUploadParts,s3:AbortMultipartUpload -> arn:P:s3:::out/p/*"
            .to_owned(),
        "states:DescribeExecution,states:StopExecution -> arn:P:states:R:A:execution:<name>:*".to_owned(),
        "states:DescribeExecution,states:StopExecution -> arn:P:states:R:A:execution:child:*".to_owned(),
        "states:RedriveExecution -> arn:P:states:R:A:execution:<name>/*:*".to_owned(),
        "states:StartExecution -> <self>".to_owned(),
        "states:StartExecution -> arn:aws:states:R:A:stateMachine:child:live".to_owned(),
        "sts:AssumeRole -> arn:P:iam::*:role/*".to_owned(),
        rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"),
    ];
    expected.sort();
    assert_eq!(policy(definition, &Settings::default()), expected);
}

#[test]
fn settings_ask_for_more() {
    let settings: Settings =
        serde_json::from_str(r#"{"logging":{},"tracing":true,"encryption":{"keyArn":"arn:aws:kms:R:A:key/k"}}"#)
            .unwrap();
    let lines = policy(r#"{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}"#, &settings);
    assert_eq!(
        lines,
        [
            "kms:Decrypt,kms:GenerateDataKey -> StateMachineKeyArn",
            "logs:CreateLogDelivery,logs:GetLogDelivery,logs:UpdateLogDelivery,logs:DeleteLogDelivery,logs:ListLogDeliveries,logs:PutResourcePolicy,logs:DescribeResourcePolicies,logs:DescribeLogGroups -> *",
            "xray:PutTraceSegments,xray:PutTelemetryRecords,xray:GetSamplingRules,xray:GetSamplingTargets -> *",
        ]
        .map(|line| line.replace("StateMachineKeyArn", "arn:aws:kms:R:A:key/k"))
    );
}

#[test]
fn what_cannot_be_known_is_said() {
    for (resource, parameters, resource_arn) in [
        ("lambda:invoke", r#"{"FunctionName.$":"$.fn"}"#, "arn:P:lambda:R:A:function:*"),
        ("sns:publish", r#"{"TopicArn.$":"$.t"}"#, "arn:P:sns:R:A:*"),
        ("sqs:sendMessage", r#"{"QueueUrl.$":"$.t"}"#, "arn:P:sqs:R:A:*"),
        ("dynamodb:getItem", r#"{"TableName.$":"$.t"}"#, "arn:P:dynamodb:R:A:table/*"),
        ("aws-sdk:ec2:terminateInstances", r#"{"InstanceIds.$":"$.t"}"#, "*"),
    ] {
        let definition = format!(
            r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task","Resource":"arn:aws:states:::{resource}","Parameters":{parameters},"End":true}}}}}}"#
        );
        let lines = policy(&definition, &Settings::default());
        assert!(lines[0].ends_with(&format!("-> {resource_arn}")), "{lines:?}");
        let (document, _) = Document::parse(&definition);
        let plan = iac::plan("x", &document, Target::Sam, &Settings::default(), &Options::default()).unwrap();
        assert!(plan.notes.iter().any(|note| note.warning), "{resource}: a wide statement comes with a warning");
        assert!(!plan.statements[0].review.is_empty());
    }
}

/// The record itself, where it is: a row that is added there needs its test here.
#[test]
#[allow(clippy::print_stdout, reason = "a skipped test says so")]
fn every_integration_of_the_recorded_table_has_its_test() {
    let Some(shared) = support::shared() else {
        println!("skipped: no shared data");
        return;
    };
    let record = std::fs::read_to_string(shared.join("semantics/iac.md")).expect("the record is there");
    let section =
        record.split("## 4. ").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("it has its section");
    let tests = include_str!("iam.rs");
    let mut rows = 0;
    for row in section.lines().filter_map(|line| line.strip_prefix("| ")) {
        let case = row.split(" | ").next().unwrap_or_default().trim();
        let resource = match case {
            "case" => continue,
            // Cases that are no resource of their own, by what their test is called.
            "activity" => "fn activities_need_nothing",
            "glue crawler (sdk)" => "aws-sdk:glue:startCrawler",
            "aws-sdk efs" => "aws-sdk:efs:",
            "aws-sdk mediapackagevod" => "aws-sdk:mediapackagevod:",
            "distributed map + S3 reader/writer" | "distributed map S3 objects list" => {
                "fn a_distributed_map_works_on_itself"
            }
            "tracing + logging + KMS" => "fn settings_ask_for_more",
            case if case.starts_with("---") => continue,
            case => case.split(" (").next().unwrap_or(case),
        };
        let resource = match resource.strip_prefix("aws-sdk ") {
            Some(call) => format!("aws-sdk:{call}"),
            None => resource
                .replace("emr:", "elasticmapreduce:")
                .replace("scheduler:createSchedule", "aws-sdk:scheduler:createSchedule"),
        };
        assert!(tests.contains(&resource), "{case} has no test");
        rows += 1;
    }
    assert!(rows >= 35, "the table was read: {rows} rows");
}
