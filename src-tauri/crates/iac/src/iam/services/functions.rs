//! Code that runs: functions, containers, builds, clusters.

use super::super::sdk::named_resource;
use super::super::{Argument, Call, Statement, sdk};
use super::{known_or, managed_rule, pass_role};
use crate::expr::Expr;

pub(super) fn lambda(call: &Call<'_>, found: &mut Vec<Statement>) {
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
pub(super) fn invoked(arn: Expr, written: Option<&str>) -> Statement {
    let resources = if written.is_some_and(is_qualified) { vec![arn] } else { vec![arn.clone(), arn.then(":*")] };
    Statement::new(&["lambda:InvokeFunction"], resources)
}

/// Whether a name or an ARN is that of one version or alias of a function.
pub(in super::super) fn is_qualified(written: &str) -> bool {
    written.rsplit_once("function:").map_or(written, |(_, name)| name).contains(':')
}

pub(super) fn batch(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn ecs(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn eks(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn codebuild(call: &Call<'_>, found: &mut Vec<Statement>) {
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
