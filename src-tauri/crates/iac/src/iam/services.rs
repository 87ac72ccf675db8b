//! Optimised integrations, one function for each service.
//!
//! The figures were recorded with CDK 2.276 and compared with the service's own policy pages; `tests/iam.rs` holds the
//! comparison and says where and why we differ.

use asl::Node;

use super::sdk::named_resource;
use super::{Argument, Call, Integration, Statement, sdk};
use crate::expr::Expr;
use crate::placeholders::{Kind, Placeholder};

pub(super) fn statements(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.sdk {
        sdk::statements(call, found);
        return;
    }
    match call.integration.service.as_str() {
        "lambda" => lambda(call, found),
        "sqs" => found.push(queue(call, &["sqs:SendMessage"]).because("the task sends a message")),
        "sns" => found.push(sns(call)),
        "dynamodb" => dynamodb(call, found),
        "events" => events(call, found),
        "states" => states(call, found),
        "batch" => batch(call, found),
        "glue" => glue(call, found),
        "databrew" => databrew(call, found),
        "athena" => athena(call, found),
        "codebuild" => codebuild(call, found),
        "ecs" => ecs(call, found),
        "sagemaker" => sagemaker(call, found),
        "elasticmapreduce" => emr(call, found),
        "emr-containers" => emr_containers(call, found),
        "emr-serverless" => emr_serverless(call, found),
        "mediaconvert" => mediaconvert(call, found),
        "bedrock" => bedrock(call, found),
        "http" => http(call, found),
        "apigateway" => api_gateway(call, found),
        "eks" => eks(call, found),
        _ => sdk::statements(call, found),
    }
}

/// A `Resource` that is no service integration: a function, an activity, or a hole that stands for any of them.
pub(super) fn direct(
    resource: &str,
    arguments: Option<&Node>,
    jsonata: bool,
    placeholders: &[Placeholder],
    found: &mut Vec<Statement>,
) {
    let value = Expr::template(resource);
    let given = match &value {
        Expr::Placeholder(name) => placeholders.iter().find(|placeholder| placeholder.name == *name),
        _ => None,
    };
    let text = given.and_then(Placeholder::default_value).unwrap_or(resource);
    if text.contains(":activity:") || resource.to_ascii_lowercase().contains("activity") {
        return; // Workers ask for the task; the machine calls nothing.
    }
    if let Some(integration) = Integration::parse(text) {
        statements(&Call { arguments, jsonata, placeholders, integration }, found);
        return;
    }
    let guess = arguments.and_then(|arguments| {
        let has = |field: &str| arguments.has(field) || arguments.has(&format!("{field}.$"));
        let (service, action) = if has("TableName") {
            (
                "dynamodb",
                if has("Item") {
                    "putItem"
                } else if has("UpdateExpression") {
                    "updateItem"
                } else {
                    "getItem"
                },
            )
        } else if has("TopicArn") {
            ("sns", "publish")
        } else if has("QueueUrl") {
            ("sqs", "sendMessage")
        } else if has("FunctionName") {
            ("lambda", "invoke")
        } else if has("StateMachineArn") {
            ("states", "startExecution")
        } else {
            return None;
        };
        Some(Integration { service: service.into(), action: action.into(), ..Integration::default() })
    });
    if let (Some(integration), false) = (guess, text.starts_with("arn:")) {
        let (service, action) = (integration.service.clone(), integration.action.clone());
        let before = found.len();
        statements(&Call { arguments, jsonata, placeholders, integration }, found);
        for statement in &mut found[before..] {
            statement.review.push(format!("{resource} is taken to be {service}:{action}, as its arguments look"));
        }
        return;
    }
    let written = Some(text).filter(|text| text.starts_with("arn:"));
    let mut statement = invoked(value, written).because("the task calls the function");
    if !text.starts_with("arn:") && given.is_none_or(|placeholder| placeholder.kind != Kind::Arn) {
        statement = statement.review(format!("{resource} is taken to be the ARN of a function"));
    }
    found.push(statement);
}

/// The value of an argument, or `otherwise` with a word about why.
pub(super) fn known_or(call: &Call<'_>, argument: &str, otherwise: &str) -> (Expr, Option<String>) {
    match call.argument(argument) {
        Argument::Known(value) => (value, None),
        Argument::Dynamic(path) => {
            (Expr::text(otherwise), Some(format!("{argument} is only known at run time ({path}): any is allowed")))
        }
        Argument::Absent => (Expr::text(otherwise), None),
    }
}

/// `iam:PassRole` for a role that is handed to a service.
pub(super) fn pass_role(call: &Call<'_>, argument: &str, to: Option<&str>, found: &mut Vec<Statement>) {
    let mut statement = match call.argument(argument) {
        Argument::Absent => return,
        Argument::Known(role) if call.is_arn(&role) => Statement::new(&["iam:PassRole"], vec![role]),
        Argument::Known(role) => {
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/"), role])])
        }
        Argument::Dynamic(path) => {
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/*")])]).review(
                format!("{argument} is only known at run time ({path}): every role of the account may be passed"),
            )
        }
    };
    if let Some(service) = to {
        statement = statement.when("StringEquals", "iam:PassedToService", vec![Expr::text(service)]);
    }
    found.push(statement.because(format!("{argument} is handed to the service")));
}

/// `.sync` of services that report through EventBridge: the rule Step Functions manages.
fn managed_rule(rule: &str) -> Statement {
    Statement::new(
        &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        vec![Expr::arn("events", true, true, [Expr::text(format!("rule/{rule}"))])],
    )
    .because(".sync is told of the end by a rule that Step Functions manages")
}

fn lambda(call: &Call<'_>, found: &mut Vec<Statement>) {
    let mut statement = match call.argument("FunctionName") {
        Argument::Known(name) => {
            let written = call.written(&name).map(str::to_owned);
            let arn = if call.is_arn(&name) {
                name
            } else if written.as_ref().is_some_and(|written| written.contains(":function:")) {
                // `account:function:name`
                Expr::concat([
                    Expr::text("arn:"),
                    Expr::Partition,
                    Expr::text(":lambda:"),
                    Expr::Region,
                    Expr::text(":"),
                    name,
                ])
            } else {
                Expr::arn("lambda", true, true, [Expr::text("function:"), name])
            };
            invoked(arn, written.as_deref())
        }
        Argument::Dynamic(path) => Statement::new(
            &["lambda:InvokeFunction"],
            vec![Expr::arn("lambda", true, true, [Expr::text("function:*")])],
        )
        .review(format!(
            "FunctionName is only known at run time ({path}): every function of this account and region is allowed"
        )),
        Argument::Absent => Statement::new(
            &["lambda:InvokeFunction"],
            vec![Expr::arn("lambda", true, true, [Expr::text("function:*")])],
        )
        .review("FunctionName is not given: every function of this account and region is allowed"),
    };
    statement = statement.because("the task invokes a function");
    found.push(statement);
}

/// A function may be invoked, and its versions and aliases: or only the one that is named.
fn invoked(arn: Expr, written: Option<&str>) -> Statement {
    let resources = if written.is_some_and(is_qualified) { vec![arn] } else { vec![arn.clone(), arn.then(":*")] };
    Statement::new(&["lambda:InvokeFunction"], resources)
}

/// Whether a name or an ARN is that of one version or alias of a function.
pub(super) fn is_qualified(written: &str) -> bool {
    written.rsplit_once("function:").map_or(written, |(_, name)| name).contains(':')
}

/// The queue of `QueueUrl`: `https://sqs.<region>.<suffix>/<account>/<name>`.
pub(super) fn queue(call: &Call<'_>, actions: &[&str]) -> Statement {
    match call.argument("QueueUrl") {
        Argument::Known(url) => {
            let known = match &url {
                Expr::Placeholder(name) => call
                    .placeholders
                    .iter()
                    .find(|placeholder| placeholder.name == *name)
                    .and_then(Placeholder::default_value),
                Expr::Text(text) => Some(text.as_str()),
                _ => None,
            };
            if call.is_arn(&url) {
                return Statement::new(actions, vec![url]);
            }
            // Old hosts name the region elsewhere, or not at all.
            let host = known
                .and_then(|url| url.strip_prefix("https://"))
                .and_then(|url| url.split('/').next())
                .unwrap_or("sqs.");
            let region = if host.starts_with("sqs.") {
                url.clone().piece('.', 1)
            } else if host == "queue.amazonaws.com" {
                Expr::text("us-east-1")
            } else {
                url.clone().piece('.', 0).piece('/', 2)
            };
            let arn = Expr::concat([
                Expr::text("arn:"),
                Expr::Partition,
                Expr::text(":sqs:"),
                region,
                Expr::text(":"),
                url.clone().piece('/', 3),
                Expr::text(":"),
                url.piece('/', 4),
            ]);
            Statement::new(actions, vec![arn])
        }
        Argument::Dynamic(path) => Statement::new(actions, vec![Expr::arn("sqs", true, true, [Expr::text("*")])])
            .review(format!(
                "QueueUrl is only known at run time ({path}): every queue of this account and region is allowed"
            )),
        Argument::Absent => Statement::new(actions, vec![Expr::arn("sqs", true, true, [Expr::text("*")])])
            .review("QueueUrl is not given: every queue of this account and region is allowed"),
    }
}

fn sns(call: &Call<'_>) -> Statement {
    let why = "the task publishes a message";
    for field in ["TopicArn", "TargetArn"] {
        match call.argument(field) {
            Argument::Known(arn) => return Statement::new(&["sns:Publish"], vec![arn]).because(why),
            Argument::Dynamic(path) => {
                return Statement::new(&["sns:Publish"], vec![Expr::arn("sns", true, true, [Expr::text("*")])])
                    .because(why)
                    .review(format!(
                        "{field} is only known at run time ({path}): every topic of this account and region is allowed"
                    ));
            }
            Argument::Absent => {}
        }
    }
    Statement::anywhere(&["sns:Publish"]).because("the task sends a text message; telephone numbers are no resources")
}

fn dynamodb(call: &Call<'_>, found: &mut Vec<Statement>) {
    let action = match call.integration.action.as_str() {
        "getItem" => "dynamodb:GetItem",
        "putItem" => "dynamodb:PutItem",
        "updateItem" => "dynamodb:UpdateItem",
        "deleteItem" => "dynamodb:DeleteItem",
        _ => return sdk::statements(call, found),
    };
    let why = format!("the task calls {}", call.integration.action);
    found.push(named_resource(call, "dynamodb", "TableName", "table/", &[action]).because(why));
}

fn events(call: &Call<'_>, found: &mut Vec<Statement>) {
    let action = "events:PutEvents";
    let why = "the task sends events";
    let Some(entries) = call.elements("Entries") else {
        found.push(
            Statement::new(&[action], vec![Expr::arn("events", true, true, [Expr::text("event-bus/*")])])
                .because(why)
                .review(
                    "the entries are only known at run time: every event bus of this account and region is allowed",
                ),
        );
        return;
    };
    for entry in entries {
        let entry = Call { arguments: Some(entry), ..call.clone() };
        let statement = match entry.argument("EventBusName") {
            Argument::Absent => {
                Statement::new(&[action], vec![Expr::arn("events", true, true, [Expr::text("event-bus/default")])])
            }
            _ => named_resource(&entry, "events", "EventBusName", "event-bus/", &[action]),
        };
        found.push(statement.because(why));
    }
}

fn states(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "startExecution" {
        return sdk::statements(call, found);
    }
    let child = call.argument("StateMachineArn");
    let dynamic = match &child {
        Argument::Dynamic(path) => Some(format!(
            "StateMachineArn is only known at run time ({path}): every state machine of this account and region is allowed"
        )),
        Argument::Absent => {
            Some("StateMachineArn is not given: every state machine of this account and region is allowed".to_owned())
        }
        Argument::Known(_) => None,
    };
    let (machine, execution) = match child {
        Argument::Known(arn) => {
            let name = arn.clone().piece(':', 6);
            (arn, Expr::arn("states", true, true, [Expr::text("execution:"), name, Expr::text(":*")]))
        }
        _ => (
            Expr::arn("states", true, true, [Expr::text("stateMachine:*")]),
            Expr::arn("states", true, true, [Expr::text("execution:*")]),
        ),
    };
    let mut start = Statement::new(&["states:StartExecution"], vec![machine]).because("the task starts an execution");
    start.review.extend(dynamic);
    found.push(start);
    if call.integration.is_sync() {
        found.push(
            Statement::new(&["states:DescribeExecution", "states:StopExecution"], vec![execution])
                .because(".sync follows the execution, and stops it when this one is stopped"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"));
    }
}

fn batch(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "submitJob" {
        return sdk::statements(call, found);
    }
    let why = "the task submits a job";
    let mut statement = named_resource(call, "batch", "JobQueue", "job-queue/", &["batch:SubmitJob"]);
    let definition = named_resource(call, "batch", "JobDefinition", "job-definition/", &["batch:SubmitJob"]);
    match call.argument("JobDefinition") {
        // With and without a revision: the job is submitted under the one, and evaluated under the other.
        Argument::Known(value) if !matches!(&value, Expr::Text(text) if text.rsplit('/').next().is_some_and(|last| last.contains(':'))) =>
        {
            let all: Vec<Expr> = definition.resources.iter().map(|arn| arn.clone().then(":*")).collect();
            statement.resources.extend(definition.resources);
            statement.resources.extend(all);
        }
        _ => statement.resources.extend(definition.resources),
    }
    statement.review.extend(definition.review);
    found.push(statement.because(why));
    if call.integration.is_sync() {
        found.push(
            Statement::anywhere(&["batch:DescribeJobs", "batch:TerminateJob"])
                .because(".sync follows the job, and ends it when the execution is stopped; jobs have no ARN before they are submitted"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForBatchJobsRule"));
    }
    if call.has("Tags") {
        found.push(
            Statement::new(&["batch:TagResource"], vec![Expr::arn("batch", true, true, [Expr::text("job/*")])])
                .because("the job is tagged"),
        );
    }
}

fn glue(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "startJobRun" {
        return sdk::statements(call, found);
    }
    let actions: &[&str] = if call.integration.is_sync() {
        &["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]
    } else {
        &["glue:StartJobRun"]
    };
    found.push(named_resource(call, "glue", "JobName", "job/", actions).because("the task starts a job run"));
}

fn databrew(call: &Call<'_>, found: &mut Vec<Statement>) {
    let actions: &[&str] = if call.integration.is_sync() {
        &["databrew:StartJobRun", "databrew:StopJobRun", "databrew:ListJobRuns"]
    } else {
        &["databrew:StartJobRun"]
    };
    found.push(named_resource(call, "databrew", "Name", "job/", actions).because("the task starts a job run"));
}

fn athena(call: &Call<'_>, found: &mut Vec<Statement>) {
    let (group, group_review) = known_or(call, "WorkGroup", if call.has("WorkGroup") { "*" } else { "primary" });
    let workgroup = |name: Expr| Expr::arn("athena", true, true, [Expr::text("workgroup/"), name]);
    match call.integration.action.as_str() {
        "startQueryExecution" => {}
        "getQueryResults" => {
            let any = "a query's results are asked for by id: its work group is not known, so every one is allowed";
            found.push(
                Statement::new(&["athena:GetQueryResults"], vec![workgroup(Expr::text("*"))])
                    .because("the task reads results")
                    .review(any),
            );
            found.push(
                Statement::new(&["s3:GetObject"], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
                    .because("results are read from where the query wrote them")
                    .review("the bucket of the results is not known from this task: every object may be read"),
            );
            return;
        }
        action @ ("getQueryExecution" | "stopQueryExecution") => {
            let iam =
                if action == "getQueryExecution" { "athena:GetQueryExecution" } else { "athena:StopQueryExecution" };
            found.push(
                Statement::new(&[iam], vec![workgroup(Expr::text("*"))])
                    .because(format!("the task calls {action}"))
                    .review("a query is named by id: its work group is not known, so every one is allowed"),
            );
            return;
        }
        _ => return sdk::statements(call, found),
    }
    let context = |field: &str| format!("QueryExecutionContext/{field}");
    let (catalog, catalog_review) =
        known_or(call, &context("Catalog"), if call.has(&context("Catalog")) { "*" } else { "AwsDataCatalog" });
    let mut actions = vec!["athena:GetDataCatalog", "athena:StartQueryExecution"];
    if call.integration.is_sync() {
        actions.extend(["athena:GetQueryExecution", "athena:StopQueryExecution"]);
    }
    let catalog = Expr::arn("athena", true, true, [Expr::text("datacatalog/"), catalog]);
    let mut start = Statement::new(&actions, vec![catalog, workgroup(group)]).because("the task starts a query");
    start.review.extend(group_review);
    start.review.extend(catalog_review);
    found.push(start);
    found.push(
        Statement::new(
            &["s3:CreateBucket", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject"],
            vec![Expr::text("*")],
        )
        .because("a query reads the data of its tables, which live in buckets")
        .review("the buckets of the tables are not known from the definition: every object may be read"),
    );
    let write =
        ["s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject"];
    match call.argument("ResultConfiguration/OutputLocation") {
        Argument::Known(location) => {
            let path = match location {
                Expr::Text(text) => Expr::text(text.trim_start_matches("s3://").trim_end_matches('/')),
                Expr::Concat(parts) => {
                    let mut parts = parts;
                    if let Some(Expr::Text(first)) = parts.first_mut() {
                        *first = first.trim_start_matches("s3://").to_owned();
                    }
                    if let Some(Expr::Text(last)) = parts.last_mut() {
                        *last = last.trim_end_matches('/').to_owned();
                    }
                    Expr::concat(parts)
                }
                // Only the bucket can be cut out of an address that is not known yet.
                other => other.piece('/', 2),
            };
            let bucket = Expr::arn("s3", false, false, [path.clone().piece('/', 0)]);
            let objects = Expr::arn("s3", false, false, [path, Expr::text("/*")]);
            found.push(Statement::new(&write, vec![bucket, objects]).because("the query writes its results"));
        }
        other => {
            let mut statement = Statement::anywhere(&write).because("the query writes its results");
            statement.review.push(match other {
                Argument::Dynamic(path) => {
                    format!("the place of the results is only known at run time ({path}): any bucket is allowed")
                }
                _ => "the place of the results is a setting of the work group: any bucket is allowed".to_owned(),
            });
            found.push(statement);
        }
    }
    found.push(
        Statement::anywhere(&["lakeformation:GetDataAccess"]).because("tables may be governed by Lake Formation"),
    );
    let (database, database_review) =
        known_or(call, &context("Database"), if call.has(&context("Database")) { "*" } else { "default" });
    let glue = |before: &str, after: &str| {
        Expr::arn("glue", true, true, [Expr::text(before.to_owned()), database.clone(), Expr::text(after.to_owned())])
    };
    let mut tables = Statement::new(
        &[
            "glue:BatchCreatePartition",
            "glue:BatchDeletePartition",
            "glue:BatchDeleteTable",
            "glue:BatchGetPartition",
            "glue:CreateDatabase",
            "glue:CreatePartition",
            "glue:CreateTable",
            "glue:DeleteDatabase",
            "glue:DeletePartition",
            "glue:DeleteTable",
            "glue:GetDatabase",
            "glue:GetDatabases",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
            "glue:UpdateDatabase",
            "glue:UpdatePartition",
            "glue:UpdateTable",
        ],
        vec![
            Expr::arn("glue", true, true, [Expr::text("catalog")]),
            glue("database/", ""),
            glue("table/", "/*"),
            glue("userDefinedFunction/", "/*"),
        ],
    )
    .because("a query works on the tables of its database in the data catalogue");
    tables.review.extend(database_review);
    found.push(tables);
}

fn codebuild(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    let (actions, rule): (&[&str], Option<&str>) = match (call.integration.action.as_str(), sync) {
        ("startBuild", true) => (
            &["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds", "codebuild:BatchGetReports"],
            Some("StepFunctionsGetEventForCodeBuildStartBuildRule"),
        ),
        ("startBuild", false) => (&["codebuild:StartBuild"], None),
        ("startBuildBatch", true) => (
            &["codebuild:StartBuildBatch", "codebuild:StopBuildBatch", "codebuild:BatchGetBuildBatches"],
            Some("StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ),
        ("startBuildBatch", false) => (&["codebuild:StartBuildBatch"], None),
        _ => return sdk::statements(call, found),
    };
    found
        .push(named_resource(call, "codebuild", "ProjectName", "project/", actions).because("the task starts a build"));
    found.extend(rule.map(managed_rule));
}

fn ecs(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "runTask" {
        return sdk::statements(call, found);
    }
    let family = |arn_or_name: Expr, is_arn: bool| {
        if is_arn {
            // Any revision of the family: the next deployment makes a new one.
            Expr::arn("ecs", true, true, [arn_or_name.piece(':', 5), Expr::text(":*")])
        } else {
            Expr::arn("ecs", true, true, [Expr::text("task-definition/"), arn_or_name.piece(':', 0), Expr::text(":*")])
        }
    };
    let mut run = match call.argument("TaskDefinition") {
        Argument::Known(value) => {
            let arn = call.is_arn(&value);
            Statement::new(&["ecs:RunTask"], vec![family(value, arn)])
        }
        Argument::Dynamic(path) => {
            Statement::new(&["ecs:RunTask"], vec![Expr::arn("ecs", true, true, [Expr::text("task-definition/*")])])
                .review(format!(
                    "TaskDefinition is only known at run time ({path}): every one of this account and region is allowed"
                ))
        }
        Argument::Absent => {
            Statement::new(&["ecs:RunTask"], vec![Expr::arn("ecs", true, true, [Expr::text("task-definition/*")])])
                .review("TaskDefinition is not given: every one of this account and region is allowed")
        }
    };
    run = run.because("the task runs a container");
    found.push(run);
    if call.integration.is_sync() {
        found.push(
            Statement::anywhere(&["ecs:StopTask", "ecs:DescribeTasks"])
                .because(".sync follows the container, and stops it when the execution is stopped; tasks have no ARN before they run"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForECSTaskRule"));
    }
    let roles = ["Overrides/TaskRoleArn", "Overrides/ExecutionRoleArn"];
    for role in roles {
        pass_role(call, role, Some("ecs-tasks.amazonaws.com"), found);
    }
    if !roles.iter().all(|role| call.has(role)) {
        found.push(
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/*")])])
                .when("StringEquals", "iam:PassedToService", vec![Expr::text("ecs-tasks.amazonaws.com")])
                .because("the container runs with the task role and the execution role of its task definition")
                .review("task role and execution role stand in the task definition, not here: name them instead of every role"),
        );
    }
    if call.has("Tags") || call.has("PropagateTags") {
        found.push(
            Statement::new(&["ecs:TagResource"], vec![Expr::arn("ecs", true, true, [Expr::text("task/*")])])
                .because("the container is tagged"),
        );
    }
}

fn sagemaker(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    // action; the argument with the name; the ARN's type; describe, stop; the managed rule.
    let (name, kind, follow, rule): (&str, &str, &[&str], Option<&str>) = match call.integration.action.as_str() {
        "createTrainingJob" => (
            "TrainingJobName",
            "training-job/",
            &["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            Some("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ),
        "createTransformJob" => (
            "TransformJobName",
            "transform-job/",
            &["sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
            Some("StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ),
        "createProcessingJob" => (
            "ProcessingJobName",
            "processing-job/",
            &["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
            Some("StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
        ),
        "createHyperParameterTuningJob" => (
            "HyperParameterTuningJobName",
            "hyper-parameter-tuning-job/",
            &["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
            Some("StepFunctionsGetEventsForSageMakerTuningJobsRule"),
        ),
        "createLabelingJob" => (
            "LabelingJobName",
            "labeling-job/",
            &["sagemaker:DescribeLabelingJob", "sagemaker:StopLabelingJob"],
            Some("StepFunctionsGetEventsForSageMakerLabelingJobsRule"),
        ),
        "createModel" => ("ModelName", "model/", &[], None),
        "createEndpoint" => ("EndpointName", "endpoint/", &[], None),
        "createEndpointConfig" => ("EndpointConfigName", "endpoint-config/", &[], None),
        "updateEndpoint" => ("EndpointName", "endpoint/", &[], None),
        _ => return sdk::statements(call, found),
    };
    let create = sdk::actions("sagemaker", &call.integration.action);
    let mut actions: Vec<&str> = create.iter().map(String::as_str).collect();
    if sync {
        actions.extend(follow);
    }
    let why = format!("the task calls {}", call.integration.action);
    let mut statement = named_resource(call, "sagemaker", name, kind, &actions);
    if sync {
        statement.resources =
            statement.resources.into_iter().map(|arn| if arn_is_open(&arn) { arn } else { arn.then("*") }).collect();
    }
    let resources = statement.resources.clone();
    let review = if call.has(name) { statement.review.clone() } else { Vec::new() };
    found.push(Statement { review: review.clone(), ..statement }.because(why));
    if !follow.is_empty() {
        found.push(
            Statement::anywhere(&["sagemaker:ListTags"])
                .because("the service looks for the job it has started by its tags"),
        );
        found.push(
            Statement { review, ..Statement::new(&["sagemaker:AddTags"], resources) }
                .because("the service marks the job it starts"),
        );
    }
    for role in ["RoleArn", "ExecutionRoleArn", "TrainingJobDefinition/RoleArn"] {
        pass_role(call, role, Some("sagemaker.amazonaws.com"), found);
    }
    if sync {
        found.extend(rule.map(managed_rule));
    }
}

fn arn_is_open(arn: &Expr) -> bool {
    match arn {
        Expr::Text(text) => text.ends_with('*'),
        Expr::Concat(parts) => matches!(parts.last(), Some(Expr::Text(text)) if text.ends_with('*')),
        _ => false,
    }
}

fn emr(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    let cluster = |actions: &[&str]| match call.argument("ClusterId") {
        Argument::Known(id) => {
            Statement::new(actions, vec![Expr::arn("elasticmapreduce", true, true, [Expr::text("cluster/"), id])])
        }
        Argument::Dynamic(path) => {
            Statement::new(actions, vec![Expr::arn("elasticmapreduce", true, true, [Expr::text("cluster/*")])]).review(
                format!(
                    "ClusterId is only known at run time ({path}): every cluster of this account and region is allowed"
                ),
            )
        }
        Argument::Absent => {
            Statement::new(actions, vec![Expr::arn("elasticmapreduce", true, true, [Expr::text("cluster/*")])])
        }
    };
    match call.integration.action.as_str() {
        "createCluster" => {
            let mut actions = vec!["elasticmapreduce:RunJobFlow"];
            if sync {
                actions.extend(["elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows"]);
            }
            if sync || call.has("Tags") {
                actions.push("elasticmapreduce:AddTags");
            }
            found.push(
                Statement::anywhere(&actions)
                    .because("the task creates a cluster; clusters have no ARN before they exist"),
            );
            for role in ["ServiceRole", "JobFlowRole", "AutoScalingRole"] {
                pass_role(call, role, None, found);
            }
            found.push(
                Statement::new(
                    &["iam:CreateServiceLinkedRole"],
                    vec![Expr::arn(
                        "iam",
                        false,
                        true,
                        [Expr::text(
                            "role/aws-service-role/elasticmapreduce.amazonaws.com*/AWSServiceRoleForEMRCleanup*",
                        )],
                    )],
                )
                .when(
                    "StringEquals",
                    "iam:AWSServiceName",
                    vec![Expr::text("elasticmapreduce.amazonaws.com"), Expr::text("elasticmapreduce.amazonaws.com.cn")],
                )
                .because("EMR may need the role that cleans up after its clusters"),
            );
            if sync {
                found.push(managed_rule("StepFunctionsGetEventForEMRRunJobFlowRule"));
            }
        }
        "addStep" => {
            let actions: &[&str] = if sync {
                &["elasticmapreduce:AddJobFlowSteps", "elasticmapreduce:DescribeStep", "elasticmapreduce:CancelSteps"]
            } else {
                &["elasticmapreduce:AddJobFlowSteps"]
            };
            found.push(cluster(actions).because("the task adds a step to a cluster"));
            if sync {
                found.push(managed_rule("StepFunctionsGetEventForEMRAddJobFlowStepsRule"));
            }
        }
        "terminateCluster" => {
            let actions: &[&str] = if sync {
                &["elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows"]
            } else {
                &["elasticmapreduce:TerminateJobFlows"]
            };
            found.push(cluster(actions).because("the task terminates a cluster"));
            if sync {
                found.push(managed_rule("StepFunctionsGetEventForEMRTerminateJobFlowsRule"));
            }
        }
        "cancelStep" => found.push(cluster(&["elasticmapreduce:CancelSteps"]).because("the task cancels a step")),
        "setClusterTerminationProtection" => {
            found.push(
                cluster(&["elasticmapreduce:SetTerminationProtection"])
                    .because("the task changes a cluster's protection"),
            );
        }
        "modifyInstanceFleetByName" => found.push(
            cluster(&["elasticmapreduce:ModifyInstanceFleet", "elasticmapreduce:ListInstanceFleets"])
                .because("the task changes an instance fleet, found by its name"),
        ),
        "modifyInstanceGroupByName" => found.push(
            cluster(&["elasticmapreduce:ModifyInstanceGroups", "elasticmapreduce:ListInstanceGroups"])
                .because("the task changes an instance group, found by its name"),
        ),
        _ => sdk::statements(call, found),
    }
}

fn emr_containers(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    let cluster = |field: &str, after: &str| {
        let (id, review) = known_or(call, field, "*");
        (
            Expr::arn(
                "emr-containers",
                true,
                true,
                [Expr::text("/virtualclusters/"), id, Expr::text(after.to_owned())],
            ),
            review,
        )
    };
    match call.integration.action.as_str() {
        "startJobRun" => {
            let (virtual_cluster, review) = cluster("VirtualClusterId", "");
            let mut start = Statement::new(&["emr-containers:StartJobRun"], vec![virtual_cluster]);
            start.review.extend(review);
            match call.argument("ExecutionRoleArn") {
                Argument::Known(role) => {
                    start = start.when("StringEquals", "emr-containers:ExecutionRoleArn", vec![role]);
                }
                Argument::Dynamic(path) => {
                    start.review.push(format!("ExecutionRoleArn is only known at run time ({path})"));
                }
                Argument::Absent => {}
            }
            found.push(start.because("the task starts a job run"));
            if sync {
                let (runs, _) = cluster("VirtualClusterId", "/jobruns/*");
                found.push(
                    Statement::new(&["emr-containers:DescribeJobRun", "emr-containers:CancelJobRun"], vec![runs])
                        .because(".sync follows the job run, and cancels it when the execution is stopped"),
                );
            }
        }
        "createVirtualCluster" => {
            found.push(
                Statement::anywhere(&["emr-containers:CreateVirtualCluster"])
                    .because("the task creates a virtual cluster"),
            );
            found.push(
                Statement::new(
                    &["iam:CreateServiceLinkedRole"],
                    vec![Expr::arn(
                        "iam",
                        false,
                        true,
                        [Expr::text(
                            "role/aws-service-role/emr-containers.amazonaws.com/AWSServiceRoleForAmazonEMRContainers",
                        )],
                    )],
                )
                .when("StringLike", "iam:AWSServiceName", vec![Expr::text("emr-containers.amazonaws.com")])
                .because("EMR on EKS may need its service-linked role"),
            );
        }
        "deleteVirtualCluster" => {
            let (virtual_cluster, review) = cluster("Id", "");
            let actions: &[&str] = if sync {
                &["emr-containers:DeleteVirtualCluster", "emr-containers:DescribeVirtualCluster"]
            } else {
                &["emr-containers:DeleteVirtualCluster"]
            };
            let mut statement =
                Statement::new(actions, vec![virtual_cluster]).because("the task deletes a virtual cluster");
            statement.review.extend(review);
            found.push(statement);
        }
        _ => sdk::statements(call, found),
    }
}

fn emr_serverless(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    let application = |after: &str| {
        let (id, review) = known_or(call, "ApplicationId", "*");
        (
            Expr::arn("emr-serverless", true, true, [Expr::text("/applications/"), id, Expr::text(after.to_owned())]),
            review,
        )
    };
    let action = call.integration.action.as_str();
    if action == "createApplication" {
        found.push(
            Statement::anywhere(&["emr-serverless:CreateApplication"]).because("the task creates an application"),
        );
    } else {
        let (on, review) = application(if action == "cancelJobRun" { "/jobruns/*" } else { "" });
        let actions = sdk::actions("emrserverless", action);
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        let mut statement = Statement::new(&actions, vec![on]).because(format!("the task calls {action}"));
        statement.review.extend(review);
        found.push(statement);
    }
    pass_role(call, "ExecutionRoleArn", Some("emr-serverless.amazonaws.com"), found);
    if sync {
        let job = matches!(action, "startJobRun" | "cancelJobRun");
        let (on, _) = application(if job { "/jobruns/*" } else { "" });
        let follow: &[&str] = if job {
            &["emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"]
        } else {
            &["emr-serverless:GetApplication", "emr-serverless:StopApplication"]
        };
        found.push(Statement::new(follow, vec![on]).because(".sync follows what it started"));
        found.push(managed_rule(if job {
            "StepFunctionsGetEventsForEMRServerlessJobRule"
        } else {
            "StepFunctionsGetEventsForEMRServerlessApplicationRule"
        }));
    }
}

fn mediaconvert(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "createJob" {
        return sdk::statements(call, found);
    }
    let role = match call.argument("Role") {
        Argument::Absent => None,
        Argument::Known(role) => Some(Statement::new(&["iam:PassRole"], vec![role])),
        Argument::Dynamic(path) => Some(
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/*")])])
                .review(format!("Role is only known at run time ({path}): every role of the account may be passed")),
        ),
    };
    if let Some(role) = role {
        found.push(
            role.when("StringLike", "iam:PassedToService", vec![Expr::text("mediaconvert.amazonaws.com")])
                .because("Role is handed to the service"),
        );
    }
    found.push(
        Statement::anywhere(&["mediaconvert:CreateJob"])
            .because("the task creates a job; jobs have no ARN before they exist"),
    );
    if call.integration.is_sync() {
        found.push(
            Statement::anywhere(&["mediaconvert:GetJob", "mediaconvert:CancelJob"]).because(".sync follows the job"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForMediaConvertJobRule"));
    }
}

fn bedrock(call: &Call<'_>, found: &mut Vec<Statement>) {
    match call.integration.action.as_str() {
        "invokeModel" => {
            let statement = match call.argument("ModelId") {
                Argument::Known(model) if call.is_arn(&model) => Statement::new(&["bedrock:InvokeModel"], vec![model]),
                Argument::Known(model) => {
                    let profile = model.as_text().is_some_and(|id| {
                        ["us.", "eu.", "apac.", "global.", "us-gov."].iter().any(|region| id.starts_with(region))
                    });
                    if profile {
                        // An inference profile forwards to the model in several regions.
                        let base =
                            model.as_text().and_then(|id| id.split_once('.')).map_or("*", |(_, rest)| rest).to_owned();
                        let of_profile = Expr::arn("bedrock", true, true, [Expr::text("inference-profile/"), model]);
                        let of_model = Expr::concat([
                            Expr::text("arn:"),
                            Expr::Partition,
                            Expr::text(format!(":bedrock:*::foundation-model/{base}")),
                        ]);
                        Statement::new(&["bedrock:InvokeModel"], vec![of_profile, of_model])
                    } else {
                        let arn = Expr::arn("bedrock", true, false, [Expr::text("foundation-model/"), model]);
                        Statement::new(&["bedrock:InvokeModel"], vec![arn])
                    }
                }
                Argument::Dynamic(path) => Statement::new(
                    &["bedrock:InvokeModel"],
                    vec![Expr::arn("bedrock", true, false, [Expr::text("foundation-model/*")])],
                )
                .review(format!("ModelId is only known at run time ({path}): every foundation model is allowed")),
                Argument::Absent => Statement::new(
                    &["bedrock:InvokeModel"],
                    vec![Expr::arn("bedrock", true, false, [Expr::text("foundation-model/*")])],
                )
                .review("ModelId is not given: every foundation model is allowed"),
            };
            found.push(statement.because("the task invokes a model"));
            for (field, action) in [("Input/S3Uri", "s3:GetObject"), ("Output/S3Uri", "s3:PutObject")] {
                match call.argument(field) {
                    Argument::Known(uri) => {
                        let path = match uri {
                            Expr::Text(text) => Expr::text(text.trim_start_matches("s3://")),
                            other => other.piece('/', 2).then("/*"),
                        };
                        found.push(
                            Statement::new(&[action], vec![Expr::arn("s3", false, false, [path])])
                                .because(format!("{field} names an object")),
                        );
                    }
                    Argument::Dynamic(path) => found.push(
                        Statement::new(&[action], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
                            .because(format!("{field} names an object"))
                            .review(format!("{field} is only known at run time ({path}): every object is allowed")),
                    ),
                    Argument::Absent => {}
                }
            }
        }
        "createModelCustomizationJob" => {
            let (base, review) = known_or(call, "BaseModelIdentifier", "*");
            let base = if call.is_arn(&base) {
                base
            } else {
                Expr::arn("bedrock", true, false, [Expr::text("foundation-model/"), base])
            };
            let job = Expr::arn("bedrock", true, true, [Expr::text("model-customization-job/*")]);
            let (name, name_review) = known_or(call, "CustomModelName", "*");
            let _ = name;
            let custom = Expr::arn("bedrock", true, true, [Expr::text("custom-model/*")]);
            let mut create = Statement::new(&["bedrock:CreateModelCustomizationJob"], vec![base, job.clone(), custom])
                .because("the task creates a customisation job");
            create.review.extend(review);
            create.review.extend(name_review);
            found.push(create);
            pass_role(call, "RoleArn", Some("bedrock.amazonaws.com"), found);
            if call.integration.is_sync() {
                found.push(
                    Statement::new(
                        &["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"],
                        vec![job],
                    )
                    .because(".sync follows the job, and stops it when the execution is stopped"),
                );
            }
        }
        _ => sdk::statements(call, found),
    }
}

fn http(call: &Call<'_>, found: &mut Vec<Statement>) {
    let connection = match call.argument("Authentication/ConnectionArn") {
        Argument::Absent => call.argument("InvocationConfig/ConnectionArn"),
        given => given,
    };
    let mut retrieve = match connection {
        Argument::Known(arn) => Statement::new(&["events:RetrieveConnectionCredentials"], vec![arn]),
        Argument::Dynamic(path) => Statement::new(
            &["events:RetrieveConnectionCredentials"],
            vec![Expr::arn("events", true, true, [Expr::text("connection/*")])],
        )
        .review(format!("ConnectionArn is only known at run time ({path}): every connection is allowed")),
        Argument::Absent => Statement::new(
            &["events:RetrieveConnectionCredentials"],
            vec![Expr::arn("events", true, true, [Expr::text("connection/*")])],
        )
        .review("ConnectionArn is not given: every connection is allowed"),
    };
    retrieve = retrieve.because("an HTTP task takes its credentials from a connection");
    found.push(retrieve);
    found.push(
        Statement::new(
            &["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            vec![Expr::arn("secretsmanager", true, true, [Expr::text("secret:events!connection/*")])],
        )
        .because("a connection keeps its credentials in a secret"),
    );
    let mut invoke = Statement::anywhere(&["states:InvokeHTTPEndpoint"]).because("the task calls an HTTP endpoint");
    if let Argument::Known(method) = call.argument("Method") {
        invoke = invoke.when("StringEquals", "states:HTTPMethod", vec![method]);
    }
    match call.argument("ApiEndpoint") {
        Argument::Known(endpoint) => invoke = invoke.when("StringLike", "states:HTTPEndpoint", vec![endpoint]),
        Argument::Dynamic(path) => {
            invoke = match literal_origin(&path) {
                Some(origin) => {
                    invoke.when("StringLike", "states:HTTPEndpoint", vec![Expr::text(format!("{origin}*"))])
                }
                None => {
                    invoke.review(format!("ApiEndpoint is only known at run time ({path}): every endpoint is allowed"))
                }
            };
        }
        Argument::Absent => {}
    }
    found.push(invoke);
}

/// The fixed beginning of an address that an expression completes: `{% 'https://host/' & $id %}`.
fn literal_origin(expression: &str) -> Option<String> {
    let at = expression.find("https://")?;
    let rest = &expression[at..];
    let end = rest.find(['\'', '"', '{', '$', ' ', '`'])?;
    let origin = &rest[..end];
    (origin["https://".len()..].contains('/')).then(|| origin.to_owned())
}

fn api_gateway(call: &Call<'_>, found: &mut Vec<Statement>) {
    match call.argument("AuthType") {
        // An open API asks nobody for permission.
        Argument::Absent => return,
        Argument::Known(auth) if auth.as_text() == Some("NO_AUTH") => return,
        _ => {}
    }
    let mut review = Vec::new();
    let mut part = |field: &str, otherwise: &str| {
        let (value, word) = known_or(call, field, otherwise);
        review.extend(word);
        value
    };
    let api = match part("ApiEndpoint", "*") {
        Expr::Text(text) => Expr::text(text.split('.').next().unwrap_or("*").to_owned()),
        other => other.piece('.', 0),
    };
    let stage = part("Stage", "*");
    let method = part("Method", "*");
    let path = match part("Path", "*") {
        Expr::Text(text) => Expr::text(text.trim_start_matches('/').to_owned()),
        other => other,
    };
    let slash = || Expr::text("/");
    let resource = Expr::arn("execute-api", true, true, [api, slash(), stage, slash(), method, slash(), path]);
    let mut statement = Statement::new(&["execute-api:Invoke"], vec![resource])
        .because("the task calls an API that checks IAM permissions");
    statement.review = review;
    found.push(statement);
}

fn eks(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    let (cluster_field, kind): (&str, &str) = match call.integration.action.as_str() {
        // Kubernetes decides who may do what inside a cluster.
        "call" | "runJob" => return,
        "createCluster" | "deleteCluster" => ("Name", "cluster/"),
        "createNodegroup" | "deleteNodegroup" | "createFargateProfile" | "deleteFargateProfile" => {
            ("ClusterName", "cluster/")
        }
        _ => return sdk::statements(call, found),
    };
    let action = call.integration.action.as_str();
    let own = sdk::actions("eks", action);
    let noun = action.trim_start_matches("create").trim_start_matches("delete");
    let mut actions: Vec<String> = own;
    if sync {
        actions.push(format!("eks:Describe{noun}"));
        if action.starts_with("create") {
            actions.push(format!("eks:Delete{noun}"));
        }
    }
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let mut statement = named_resource(call, "eks", cluster_field, kind, &actions);
    if noun != "Cluster" {
        let (name, _) = known_or(call, cluster_field, "*");
        let inner = if noun == "Nodegroup" { "nodegroup/" } else { "fargateprofile/" };
        statement.resources.push(Expr::arn("eks", true, true, [Expr::text(inner), name, Expr::text("/*")]));
    }
    found.push(statement.because(format!("the task calls {action}")));
    for (role, service) in [
        ("RoleArn", "eks.amazonaws.com"),
        ("NodeRole", "eks.amazonaws.com"),
        ("PodExecutionRoleArn", "eks.amazonaws.com"),
    ] {
        pass_role(call, role, Some(service), found);
    }
}
