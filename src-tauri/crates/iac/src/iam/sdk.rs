//! SDK integrations: `aws-sdk:service:action` and the IAM action behind it.

use asl::Node;

use super::datasets::{bucket_of, object};
use super::services::{is_qualified, known_or, pass_role};
use super::{Argument, Call, Statement};
use crate::expr::Expr;

/// What an action works on, where an argument names it: service, the argument, and the ARN's resource part around it.
const RESOURCES: &[(&str, &str, &str)] = &[
    ("dynamodb", "TableName", "table/"),
    ("sns", "TopicArn", ""),
    ("sfn", "StateMachineArn", "stateMachine:"),
    ("sfn", "ExecutionArn", "execution:"),
    ("lambda", "FunctionName", "function:"),
    ("secretsmanager", "SecretId", "secret:"),
    ("ssm", "Name", "parameter/"),
    ("glue", "JobName", "job/"),
    ("glue", "CrawlerName", "crawler/"),
    ("codebuild", "ProjectName", "project/"),
    ("kinesis", "StreamName", "stream/"),
    ("firehose", "DeliveryStreamName", "deliverystream/"),
    ("cloudformation", "StackName", "stack/"),
    ("codepipeline", "PipelineName", ""),
    ("kms", "KeyId", "key/"),
    ("cloudwatchlogs", "LogGroupName", "log-group:"),
    ("rds", "DbInstanceIdentifier", "db:"),
    ("rds", "DbClusterIdentifier", "cluster:"),
    ("rds", "DbSnapshotIdentifier", "snapshot:"),
    ("ec2", "InstanceId", "instance/"),
    ("eventbridge", "EventBusName", "event-bus/"),
    ("sagemaker", "EndpointName", "endpoint/"),
];

/// The IAM prefix of a service as the SDK names it.
pub(super) fn prefix(service: &str) -> &str {
    services::iam_prefix(service).unwrap_or(service)
}

/// What allows a call: an action of its name, where the catalogue knows no better.
pub(super) fn actions(service: &str, action: &str) -> Vec<String> {
    let known = services::iam_actions(&format!("arn:aws:states:::aws-sdk:{service}:{action}"));
    if !known.is_empty() {
        return known;
    }
    let mut letters = action.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    vec![format!("{}:{}{}", prefix(service), first.map(String::from).unwrap_or_default(), letters.as_str())]
}

pub(super) fn statements(call: &Call<'_>, found: &mut Vec<Statement>) {
    let (service, action) = (call.integration.service.as_str(), call.integration.action.as_str());
    let actions = actions(service, action);
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let why = format!("the task calls {service}:{action}");
    match (service, action) {
        ("s3", "copyObject") => {
            copy_object(call, &why, found);
            return;
        }
        ("s3", "listBuckets" | "createBucket") => {
            found.push(Statement::anywhere(&actions).because(why));
            return;
        }
        ("s3", _) => {
            let (bucket, review) = bucket_of(call);
            let on_bucket = actions.iter().any(|action| action.starts_with("s3:List") || action.contains("Bucket"));
            let on_objects = !on_bucket || action == "getObjectAttributes";
            let resource = if !on_objects { bucket } else { object(call, &bucket) };
            let mut statement = Statement::new(&actions, vec![resource]).because(why);
            statement.review.extend(review);
            found.push(statement);
            return;
        }
        ("sqs", _) if call.has("QueueUrl") => {
            let mut statement = super::services::queue(call, &actions);
            statement = statement.because(why);
            found.push(statement);
            return;
        }
        ("scheduler", "createSchedule" | "updateSchedule" | "deleteSchedule" | "getSchedule") => {
            let (group, group_review) =
                known_or(call, "GroupName", if call.has("GroupName") { "*" } else { "default" });
            let (name, review) = known_or(call, "Name", "*");
            let resource = Expr::arn("scheduler", true, true, [Expr::text("schedule/"), group, Expr::text("/"), name]);
            let mut statement = Statement::new(&actions, vec![resource]).because(why);
            if call.has("GroupName") {
                statement.review.extend(group_review);
            }
            statement.review.extend(review);
            found.push(statement);
            if action != "deleteSchedule" && action != "getSchedule" {
                pass_role(call, "Target/RoleArn", Some("scheduler.amazonaws.com"), found);
            }
            return;
        }
        ("glue", _) if of_catalog(action) => {
            found.push(data_catalog(call, action, &actions).because(why));
            return;
        }
        ("dynamodb", "listTables") => {
            found.push(Statement::anywhere(&actions).because(why));
            return;
        }
        ("dynamodb", "batchWriteItem" | "batchGetItem") => {
            found.push(batch_tables(call, &actions).because(why));
            return;
        }
        ("dynamodb", "transactWriteItems" | "transactGetItems") => {
            transact(call, &why, found);
            return;
        }
        _ => {}
    }
    let named = RESOURCES.iter().find(|(at, argument, _)| *at == service && call.has(argument));
    match named {
        Some((_, argument, before)) => {
            let mut statement = named_resource(call, prefix(service), argument, before, &actions);
            let qualified = matches!(call.argument(argument), Argument::Known(name) if call.written(&name).is_some_and(is_qualified));
            if service == "lambda" && !qualified {
                let versions: Vec<Expr> = statement.resources.iter().map(|arn| arn.clone().then(":*")).collect();
                statement.resources.extend(versions);
            }
            if service == "dynamodb" && matches!(action, "query" | "scan") && call.has("IndexName") {
                let (index, _) = known_or(call, "IndexName", "*");
                let index = |arn: &Expr| Expr::concat([arn.clone(), Expr::text("/index/"), index.clone()]);
                let indexes: Vec<Expr> = statement.resources.iter().map(index).collect();
                statement.resources.extend(indexes);
            }
            if service == "secretsmanager" {
                // The service appends six random characters to a secret's name.
                statement.resources = statement
                    .resources
                    .into_iter()
                    .map(|arn| {
                        if call.is_arn(&arn) && arn.placeholders().len() == 1 && matches!(arn, Expr::Placeholder(_)) {
                            arn
                        } else {
                            arn.then("-??????")
                        }
                    })
                    .collect();
            }
            found.push(statement.because(why));
        }
        None if is_listing(action) => found.push(Statement::anywhere(&actions).because(why)),
        None => found.push(
            Statement::anywhere(&actions)
                .because(why)
                .review("this is allowed on every resource: name the ones this workflow works on"),
        ),
    }
    roles(call, found);
}

/// Calls of Glue that work on its Data Catalog.
fn of_catalog(action: &str) -> bool {
    let kinds =
        ["Database", "Databases", "Table", "Tables", "TableVersion", "TableVersions", "Partition", "Partitions"];
    kinds.iter().any(|kind| action.ends_with(kind))
}

/// The catalog, a database and its tables, as far as they are named: permission is asked of all of them.
fn data_catalog(call: &Call<'_>, action: &str, actions: &[&str]) -> Statement {
    let of_databases = action.contains("Database");
    let mut review = Vec::new();
    let mut named = |arguments: [&str; 2]| {
        let argument = arguments.into_iter().find(|argument| !matches!(call.argument(argument), Argument::Absent));
        let (name, why) = known_or(call, argument.unwrap_or(arguments[0]), "*");
        review.extend(why);
        name
    };
    let database = named(if of_databases { ["Name", "DatabaseInput/Name"] } else { ["DatabaseName", "DatabaseName"] });
    let arn = |parts: Vec<Expr>| Expr::arn("glue", true, true, parts);
    let mut resources = vec![arn(vec![Expr::text("catalog")]), arn(vec![Expr::text("database/"), database.clone()])];
    if !of_databases {
        // `getTable` and its like call a table `Name`, calls for partitions `TableName`.
        let of_table = if call.has("TableName") { ["TableName", "TableName"] } else { ["Name", "TableInput/Name"] };
        resources.push(arn(vec![Expr::text("table/"), database, Expr::text("/"), named(of_table)]));
    }
    let mut statement = Statement::new(actions, resources);
    statement.review.extend(review);
    statement
}

/// Actions that read across the account and know no resource.
fn is_listing(action: &str) -> bool {
    ["list", "describe", "detect", "search"].iter().any(|verb| action.starts_with(verb))
        || matches!(
            action,
            "putMetricData"
                | "translateText"
                | "synthesizeSpeech"
                | "getCallerIdentity"
                | "recognizeCelebrities"
                | "analyzeExpense"
                | "analyzeDocument"
                | "compareFaces"
        )
}

pub(super) fn named_resource(
    call: &Call<'_>,
    prefix: &str,
    argument: &str,
    before: &str,
    actions: &[&str],
) -> Statement {
    let arn = |rest: Expr| Expr::arn(prefix, true, true, [Expr::text(before.to_owned()), rest]);
    match call.argument(argument) {
        Argument::Known(value) if call.is_arn(&value) => Statement::new(actions, vec![value]),
        Argument::Known(value) => {
            // A parameter's name begins with a slash that its ARN does not double.
            let value = match (&value, before) {
                (Expr::Text(text), "parameter/") => Expr::text(text.trim_start_matches('/')),
                _ => value,
            };
            let suffix = if prefix == "cloudformation" { "/*" } else { "" };
            Statement::new(actions, vec![arn(value).then(suffix)])
        }
        Argument::Dynamic(path) => Statement::new(actions, vec![arn(Expr::text("*"))]).review(format!(
            "{argument} is only known at run time ({path}): every one in this account and region is allowed"
        )),
        Argument::Absent => Statement::new(actions, vec![arn(Expr::text("*"))])
            .review(format!("{argument} is not named: every one in this account and region is allowed")),
    }
}

fn copy_object(call: &Call<'_>, why: &str, found: &mut Vec<Statement>) {
    let (bucket, review) = bucket_of(call);
    let mut put = Statement::new(&["s3:PutObject"], vec![object(call, &bucket)]).because(format!("{why}: the copy"));
    put.review.extend(review);
    let get = match call.argument("CopySource") {
        Argument::Known(source) => match source {
            Expr::Text(text) => Statement::new(
                &["s3:GetObject"],
                vec![Expr::arn("s3", false, false, [Expr::text(text.trim_start_matches('/'))])],
            ),
            source => Statement::new(&["s3:GetObject"], vec![Expr::arn("s3", false, false, [source])]),
        },
        Argument::Dynamic(path) => {
            Statement::new(&["s3:GetObject"], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
                .review(format!("the source of the copy is only known at run time ({path}): every object may be read"))
        }
        Argument::Absent => Statement::new(&["s3:GetObject"], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
            .review("the source of the copy is not named: every object may be read"),
    };
    found.push(get.because(format!("{why}: its source")));
    found.push(put);
}

fn table_arn(call: &Call<'_>, name: Expr) -> Expr {
    if call.is_arn(&name) { name } else { Expr::arn("dynamodb", true, true, [Expr::text("table/"), name]) }
}

/// `RequestItems` has the tables as keys.
fn batch_tables(call: &Call<'_>, actions: &[&str]) -> Statement {
    let tables: Vec<Expr> = call
        .arguments
        .and_then(|arguments| arguments.get("RequestItems"))
        .map(Node::members)
        .unwrap_or_default()
        .iter()
        .map(|member| table_arn(call, Expr::template(member.key.value.trim_end_matches(".$"))))
        .collect();
    if tables.is_empty() {
        return Statement::new(actions, vec![Expr::arn("dynamodb", true, true, [Expr::text("table/*")])])
            .review("the tables are only known at run time: every table of this account and region is allowed");
    }
    Statement::new(actions, tables)
}

/// Every item of a transaction says what it does and where.
fn transact(call: &Call<'_>, why: &str, found: &mut Vec<Statement>) {
    let mut any = false;
    for item in call.elements("TransactItems").unwrap_or_default() {
        for member in item.members() {
            let action = match &*member.key.value {
                "Put" => "dynamodb:PutItem",
                "Update" => "dynamodb:UpdateItem",
                "Delete" => "dynamodb:DeleteItem",
                "ConditionCheck" => "dynamodb:ConditionCheckItem",
                "Get" => "dynamodb:GetItem",
                _ => continue,
            };
            let inner = Call { arguments: Some(&member.value), ..call.clone() };
            found.push(named_resource(&inner, "dynamodb", "TableName", "table/", &[action]).because(why));
            any = true;
        }
    }
    if !any {
        let all = actions("dynamodb", &call.integration.action);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        found.push(
            Statement::new(&all, vec![Expr::arn("dynamodb", true, true, [Expr::text("table/*")])])
                .because(why)
                .review("the items of the transaction are only known at run time: every table is allowed"),
        );
    }
}

/// Roles handed to a service with the call must be passable.
fn roles(call: &Call<'_>, found: &mut Vec<Statement>) {
    let verb = ["create", "start", "run", "put", "update", "register", "submit", "add"];
    if !verb.iter().any(|verb| call.integration.action.starts_with(verb)) {
        return;
    }
    let Some(arguments) = call.arguments else { return };
    for member in arguments.members() {
        let key = member.key.value.trim_end_matches(".$");
        if matches!(
            key,
            "RoleArn"
                | "Role"
                | "ServiceRole"
                | "ServiceRoleArn"
                | "ExecutionRoleArn"
                | "JobFlowRole"
                | "DataAccessRoleArn"
                | "IamRoleArn"
        ) {
            let service = match call.integration.service.as_str() {
                "emrserverless" => Some("emr-serverless.amazonaws.com"),
                "sagemaker" => Some("sagemaker.amazonaws.com"),
                "bedrock" | "bedrockagent" => Some("bedrock.amazonaws.com"),
                "glue" => Some("glue.amazonaws.com"),
                "lambda" => Some("lambda.amazonaws.com"),
                "fis" => Some("fis.amazonaws.com"),
                "transcribe" => Some("transcribe.amazonaws.com"),
                "cloudformation" => Some("cloudformation.amazonaws.com"),
                _ => None,
            };
            pass_role(call, key, service, found);
        }
    }
}
