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
    expected.assert_eq(&hits.join(" "));
}

#[test]
fn words_of_service_and_action_in_any_order() {
    check(
        "lambda",
        expect![
            "lambda:invoke aws-sdk:lambda:invoke aws-sdk:lambda:createAlias aws-sdk:lambda:deleteAlias aws-sdk:lambda:getAlias"
        ],
    );
    check(
        "s3 get object",
        expect![
            "aws-sdk:s3:getObject aws-sdk:s3:getObjectAcl aws-sdk:s3:getObjectAnnotation aws-sdk:s3:getObjectAttributes aws-sdk:s3:getObjectLegalHold"
        ],
    );
    check(
        "getObject",
        expect![
            "aws-sdk:s3:getObject aws-sdk:mediastoredata:getObject aws-sdk:s3:getObjectAcl aws-sdk:s3:getObjectAnnotation aws-sdk:s3:getObjectAttributes"
        ],
    );
    check(
        "put dynamo",
        expect![
            "dynamodb:putItem aws-sdk:dynamodb:putItem aws-sdk:dynamodb:putResourcePolicy aws-sdk:dynamodb:startBulkPutItems"
        ],
    );
    check(
        "detect labels",
        expect![
            "aws-sdk:rekognition:detectLabels aws-sdk:rekognition:detectCustomLabels aws-sdk:rekognition:detectModerationLabels aws-sdk:frauddetector:getLabels"
        ],
    );
    check(
        "send message",
        expect![
            "sqs:sendMessage aws-sdk:sqs:sendMessage aws-sdk:sqs:sendMessageBatch aws-sdk:connectparticipant:sendMessage aws-sdk:qconnect:sendMessage"
        ],
    );
    check(
        "start execution",
        expect![
            "states:startExecution athena:startQueryExecution aws-sdk:sfn:startExecution aws-sdk:sfn:startSyncExecution aws-sdk:ssm:startExecutionPreview"
        ],
    );
    check("arn:aws:states:::aws-sdk:sfn:sendTaskSuccess", expect!["aws-sdk:sfn:sendTaskSuccess"]);
    check(
        "http",
        expect![
            "http:invoke aws-sdk:rds:disableHttpEndpoint aws-sdk:rds:enableHttpEndpoint aws-sdk:lightsail:setupInstanceHttps aws-sdk:servicediscovery:createHttpNamespace"
        ],
    );
    check(
        "step functions describe",
        expect![
            "aws-sdk:sfn:describeMapRun aws-sdk:sfn:describeActivity aws-sdk:sfn:describeExecution aws-sdk:sfn:describeStateMachine aws-sdk:sfn:describeStateMachineAlias"
        ],
    );
}

#[test]
fn letters_in_order_when_nothing_better_is_there() {
    check(
        "s3getobject",
        expect![
            "aws-sdk:s3:getObject aws-sdk:s3:getObjectAcl aws-sdk:s3:getObjectAnnotation aws-sdk:s3:getObjectAttributes aws-sdk:s3:getObjectLegalHold"
        ],
    );
    check(
        "ddbput",
        expect![
            "dynamodb:putItem aws-sdk:dynamodb:putItem aws-sdk:dynamodb:putResourcePolicy aws-sdk:dynamodb:startBulkPutItems aws-sdk:dynamodb:updateContributorInsights"
        ],
    );
    check(
        "athenastart",
        expect![
            "athena:startQueryExecution aws-sdk:athena:startSession aws-sdk:athena:startQueryExecution aws-sdk:athena:startCalculationExecution aws-sdk:athena:listPreparedStatements"
        ],
    );
    check("xyzzyq", expect![[r#""#]]);
}

#[test]
fn without_text_the_optimised_integrations() {
    check("", expect!["lambda:invoke sns:publish dynamodb:getItem dynamodb:putItem dynamodb:updateItem"]);
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
