//! Queries and jobs on data.

use super::super::sdk::named_resource;
use super::super::{Argument, Call, Statement, sdk};
use super::known_or;
use crate::expr::Expr;

pub(super) fn glue(call: &Call<'_>, found: &mut Vec<Statement>) {
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

pub(super) fn databrew(call: &Call<'_>, found: &mut Vec<Statement>) {
    let actions: &[&str] = if call.integration.is_sync() {
        &["databrew:StartJobRun", "databrew:StopJobRun", "databrew:ListJobRuns"]
    } else {
        &["databrew:StartJobRun"]
    };
    found.push(named_resource(call, "databrew", "Name", "job/", actions).because("the task starts a job run"));
}

pub(super) fn athena(call: &Call<'_>, found: &mut Vec<Statement>) {
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
