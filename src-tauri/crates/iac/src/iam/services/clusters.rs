//! EMR in its three forms.

use super::super::{Argument, Call, Statement, sdk};
use super::{known_or, managed_rule, pass_role};
use crate::expr::Expr;

pub(super) fn emr(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn emr_containers(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn emr_serverless(call: &Call<'_>, found: &mut Vec<Statement>) {
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
