//! What a few letters find.

use std::time::Instant;

use expect_test::{Expect, expect};
use services::search;

#[expect(clippy::needless_pass_by_value, reason = "the macro makes a new value for each call")]
fn check(text: &str, expected: Expect) {
    let hits: Vec<String> = search(text, 5)
        .into_iter()
        .map(|hit| hit.resource.trim_start_matches("arn:aws:states:::").to_owned())
        .collect();
    expected.assert_eq(&hits.join("\n"));
}

#[test]
fn words_of_service_and_action_in_any_order() {
    check(
        "lambda",
        expect![[r#"
        lambda:invoke
        aws-sdk:lambda:invoke
        aws-sdk:lambda:createAlias
        aws-sdk:lambda:deleteAlias
        aws-sdk:lambda:getAlias"#]],
    );
    check(
        "s3 get object",
        expect![[r#"
        aws-sdk:s3:getObject
        aws-sdk:s3:getObjectAcl
        aws-sdk:s3:getObjectAnnotation
        aws-sdk:s3:getObjectAttributes
        aws-sdk:s3:getObjectLegalHold"#]],
    );
    check(
        "getObject",
        expect![[r#"
        aws-sdk:s3:getObject
        aws-sdk:mediastoredata:getObject
        aws-sdk:s3:getObjectAcl
        aws-sdk:s3:getObjectAnnotation
        aws-sdk:s3:getObjectAttributes"#]],
    );
    check(
        "put dynamo",
        expect![[r#"
        dynamodb:putItem
        aws-sdk:dynamodb:putItem
        aws-sdk:dynamodb:putResourcePolicy
        aws-sdk:dynamodb:startBulkPutItems"#]],
    );
    check(
        "detect labels",
        expect![[r#"
        aws-sdk:rekognition:detectLabels
        aws-sdk:rekognition:detectCustomLabels
        aws-sdk:rekognition:detectModerationLabels
        aws-sdk:frauddetector:getLabels"#]],
    );
    check(
        "send message",
        expect![[r#"
        sqs:sendMessage
        aws-sdk:sqs:sendMessage
        aws-sdk:sqs:sendMessageBatch
        aws-sdk:connectparticipant:sendMessage
        aws-sdk:qconnect:sendMessage"#]],
    );
    check(
        "start execution",
        expect![[r#"
        states:startExecution
        athena:startQueryExecution
        aws-sdk:sfn:startExecution
        aws-sdk:sfn:startSyncExecution
        aws-sdk:ssm:startExecutionPreview"#]],
    );
    check("arn:aws:states:::aws-sdk:sfn:sendTaskSuccess", expect!["aws-sdk:sfn:sendTaskSuccess"]);
    check(
        "http",
        expect![[r#"
        http:invoke
        apigateway:invoke
        aws-sdk:rds:disableHttpEndpoint
        aws-sdk:rds:enableHttpEndpoint
        aws-sdk:lightsail:setupInstanceHttps"#]],
    );
    check(
        "step functions describe",
        expect![[r#"
        aws-sdk:sfn:describeMapRun
        aws-sdk:sfn:describeActivity
        aws-sdk:sfn:describeExecution
        aws-sdk:sfn:describeStateMachine
        aws-sdk:sfn:describeStateMachineAlias"#]],
    );
}

#[test]
fn resources_that_are_an_arn_of_their_own() {
    check(
        "activity",
        expect![[r#"
        arn:aws:states:eu-central-1:123456789012:activity:my-activity
        aws-sdk:sfn:createActivity
        aws-sdk:sfn:deleteActivity
        aws-sdk:sfn:getActivityTask
        aws-sdk:rds:startActivityStream"#]],
    );
    check(
        "lambda function",
        expect![[r#"
        arn:aws:lambda:eu-central-1:123456789012:function:my-function
        lambda:invoke
        aws-sdk:lambda:getFunction
        aws-sdk:lambda:createFunction
        aws-sdk:lambda:deleteFunction"#]],
    );
}

#[test]
fn words_of_what_it_does() {
    check(
        "queue",
        expect![[r#"
        sqs:sendMessage
        batch:submitJob
        aws-sdk:sqs:createQueue
        aws-sdk:sqs:deleteQueue
        aws-sdk:sqs:getQueueUrl"#]],
    );
    check(
        "workflow",
        expect![[r#"
        states:startExecution
        aws-sdk:swf:listDomains
        aws-sdk:swf:tagResource
        aws-sdk:swf:deprecateDomain
        aws-sdk:swf:describeDomain"#]],
    );
    check(
        "container",
        expect![[r#"
        ecs:runTask
        sagemaker:createProcessingJob
        aws-sdk:ecs:runTask
        aws-sdk:ecr:listImages
        aws-sdk:ecr:putImage"#]],
    );
}

#[test]
fn letters_in_order_when_nothing_better_is_there() {
    check(
        "s3getobject",
        expect![[r#"
        aws-sdk:s3:getObject
        aws-sdk:s3:getObjectAcl
        aws-sdk:s3:getObjectAnnotation
        aws-sdk:s3:getObjectAttributes
        aws-sdk:s3:getObjectLegalHold"#]],
    );
    check(
        "ddbput",
        expect![[r#"
        dynamodb:putItem
        aws-sdk:dynamodb:putItem
        aws-sdk:dynamodb:putResourcePolicy
        aws-sdk:dynamodb:startBulkPutItems
        aws-sdk:dynamodb:updateContributorInsights"#]],
    );
    check(
        "athenastart",
        expect![[r#"
        athena:startQueryExecution
        aws-sdk:athena:startSession
        aws-sdk:athena:startQueryExecution
        aws-sdk:athena:startCalculationExecution
        aws-sdk:athena:listPreparedStatements"#]],
    );
    check("xyzzyq", expect![[r#""#]]);
}

#[test]
fn without_text_the_optimised_integrations() {
    check(
        "",
        expect![[r#"
        lambda:invoke
        sns:publish
        dynamodb:getItem
        dynamodb:putItem
        dynamodb:updateItem"#]],
    );
    assert!(search("", 1000).iter().all(|hit| hit.optimized));
    assert!(search("lambda", 0).is_empty());
}

/// Prints, and does not judge: machines differ. `cargo test --release -p services --test search -- --nocapture`
#[test]
fn prints_how_long_it_takes() {
    search("warm", 1);
    let texts = [
        "l",
        "s3",
        "get",
        "describe instances",
        "ddbput",
        "rekog detect",
        "xyzzyq",
        &"a".repeat(10_000),
        &"a b c d ".repeat(1000),
    ];
    for text in texts {
        let start = Instant::now();
        let hits = search(text, 50);
        println!("{:?} for {:?}: {} hits", start.elapsed(), text.chars().take(20).collect::<String>(), hits.len());
    }
}
