//! A Distributed Map: child executions of the machine itself, what they read and where results go.

use asl::Node;

use super::{Argument, Call, Integration, Statement};
use crate::expr::Expr;
use crate::placeholders::Placeholder;

pub(super) fn distributed_map(node: &Node, jsonata: bool, placeholders: &[Placeholder], found: &mut Vec<Statement>) {
    let processor = node.get("ItemProcessor").or_else(|| node.get("Iterator"));
    let mode = processor
        .and_then(|processor| processor.get("ProcessorConfig"))
        .and_then(|config| config.get("Mode"))
        .and_then(Node::as_str);
    if mode != Some("DISTRIBUTED") {
        return;
    }
    let executions = |suffix: &str| {
        Expr::arn("states", true, true, [Expr::text("execution:"), Expr::SelfName, Expr::text(suffix.to_owned())])
    };
    found.push(
        Statement::new(&["states:StartExecution"], vec![Expr::SelfArn])
            .because("a Distributed Map starts child executions of this state machine"),
    );
    found.push(
        Statement::new(&["states:DescribeExecution", "states:StopExecution"], vec![executions(":*")])
            .because("a Distributed Map follows and stops its child executions"),
    );
    found.push(
        Statement::new(&["states:RedriveExecution"], vec![executions("/*:*")])
            .because("a redrive of the Map Run restarts its failed child executions"),
    );
    for (field, reads) in [("ItemReader", true), ("ResultWriter", false)] {
        let Some(dataset) = node.get(field) else { continue };
        let Some(integration) = dataset.get("Resource").and_then(Node::as_str).and_then(Integration::parse) else {
            continue;
        };
        let arguments = dataset.get("Arguments").or_else(|| dataset.get("Parameters"));
        let call = Call { arguments, jsonata, placeholders, integration };
        if reads {
            reader(&call, dataset, found);
        } else {
            writer(&call, found);
        }
    }
}

fn reader(call: &Call<'_>, dataset: &Node, found: &mut Vec<Statement>) {
    let (bucket, review) = bucket(call);
    let mut add = |mut statement: Statement, why: &str| {
        statement.review.extend(review.clone());
        found.push(statement.because(why));
    };
    if call.integration.action == "listObjectsV2" {
        let statement = Statement::new(&["s3:ListBucket"], vec![bucket.clone()]);
        let statement = match call.argument("Prefix") {
            // A listing of one prefix is all that is asked for.
            Argument::Known(prefix) => statement.when("StringLike", "s3:prefix", vec![prefix.then("*")]),
            _ => statement,
        };
        add(statement, "ItemReader lists the objects of the bucket");
        let loads = dataset.get("ReaderConfig").and_then(|config| config.get("Transformation")).and_then(Node::as_str);
        if loads == Some("LOAD_AND_FLATTEN") {
            add(Statement::new(&["s3:GetObject"], vec![bucket.then("/*")]), "ItemReader loads the objects it lists");
        }
        return;
    }
    let object = object(call, &bucket);
    add(Statement::new(&["s3:GetObject"], vec![object]), "ItemReader reads its items from an object");
    let kind = dataset.get("ReaderConfig").and_then(|config| config.get("InputType")).and_then(Node::as_str);
    if kind == Some("MANIFEST") {
        let statement = Statement::new(&["s3:GetObject"], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
            .review("the manifest names further objects, in buckets that are only known at run time");
        found.push(statement.because("ItemReader reads the objects a manifest names"));
    }
}

fn writer(call: &Call<'_>, found: &mut Vec<Statement>) {
    let (bucket, review) = bucket(call);
    let objects = match call.argument("Prefix") {
        Argument::Known(Expr::Text(prefix)) => bucket.then(format!("/{}/*", prefix.trim_end_matches('/'))),
        Argument::Known(prefix) => Expr::concat([bucket, Expr::text("/"), prefix, Expr::text("/*")]),
        _ => bucket.then("/*"),
    };
    let mut statement = Statement::new(
        &["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
        vec![objects],
    )
    .because("ResultWriter writes the results of the Map Run");
    statement.review.extend(review);
    found.push(statement);
}

/// The bucket's ARN; every bucket, with a word about it, if it is only known at run time.
fn bucket(call: &Call<'_>) -> (Expr, Option<String>) {
    match call.argument("Bucket") {
        Argument::Known(bucket) if call.is_arn(&bucket) => (bucket, None),
        Argument::Known(bucket) => (Expr::arn("s3", false, false, [bucket]), None),
        Argument::Dynamic(path) => (
            Expr::arn("s3", false, false, [Expr::text("*")]),
            Some(format!("the bucket is only known at run time ({path}): every bucket is allowed")),
        ),
        Argument::Absent => (
            Expr::arn("s3", false, false, [Expr::text("*")]),
            Some("no bucket is named: every bucket is allowed".to_owned()),
        ),
    }
}

pub(super) fn object(call: &Call<'_>, bucket: &Expr) -> Expr {
    if bucket.as_text() == Some("*")
        || matches!(bucket, Expr::Concat(parts) if matches!(parts.last(), Some(Expr::Text(last)) if last.ends_with(":::*")))
    {
        return bucket.clone();
    }
    match call.argument("Key") {
        Argument::Known(key) => Expr::concat([bucket.clone(), Expr::text("/"), key]),
        _ => bucket.clone().then("/*"),
    }
}

pub(super) fn bucket_of(call: &Call<'_>) -> (Expr, Option<String>) {
    bucket(call)
}
