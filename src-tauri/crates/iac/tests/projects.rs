//! What projects say around a definition, and definitions that move to files of their own.

use iac::import::{self, Form, Place, Workflow};

const DEFINITION: &str = r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": "${ChargeArn}", "Next": "Notify"},
  "Notify": {"Type": "Task", "Resource": "${NotifyArn}", "End": true}}}
"#;

fn read(path: &str, text: &str) -> Workflow {
    let mut found = import::import(path, text, &|_| None).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(found.len(), 1, "one workflow in {path}");
    found.swap_remove(0)
}

/// A module in several files, as people write them.
const MODULE: &[(&str, &str)] = &[
    (
        "infra/machine.tf",
        r#"resource "aws_sfn_state_machine" "orders" {
  name       = "${var.prefix}-orders"
  role_arn   = var.role_arn
  definition = local.definition
  type       = "STANDARD"

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.orders.arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }
  tracing_configuration { enabled = true }
  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = "arn:aws:kms:eu-central-1:1:key/k"
    kms_data_key_reuse_period_seconds = 120
  }
  tags = { team = "shop", "cost centre" : "42" }
}
"#,
    ),
    (
        "infra/locals.tf",
        r#"locals {
  folder = "flows"
  values = {
    ChargeArn : aws_lambda_function.charge.arn,
    NotifyArn = module.notify.lambda_function_arn
  }
  definition = templatefile("${path.module}/${local.folder}/${var.file}", local.values)
}
variable "file" { default = "orders.asl.json" }
"#,
    ),
    (
        "infra/lambda.tf",
        r#"data "archive_file" "charge" {
  type        = "zip"
  source_dir  = "${path.module}/../src/charge"
  output_path = "${path.module}/charge.zip"
}
resource "aws_lambda_function" "charge" {
  function_name = "charge"
  filename      = data.archive_file.charge.output_path
  handler       = "app.handler"
  runtime       = "python3.12"
  environment {
    variables = { STAGE = "test", TABLE = aws_dynamodb_table.orders.name }
  }
}
module "notify" {
  source      = "terraform-aws-modules/lambda/aws"
  handler     = "index.handler"
  runtime     = "nodejs20.x"
  source_path = "./src/notify"
}
"#,
    ),
    (
        "infra/around.tf",
        r#"resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/vendedlogs/states/orders"
  retention_in_days = 14
}
resource "aws_sfn_alias" "live" {
  name = "live"
  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.orders.state_machine_version_arn
    weight                    = 100
  }
}
resource "aws_scheduler_schedule" "nightly" {
  schedule_expression          = "rate(1 day)"
  schedule_expression_timezone = "Europe/Berlin"
  flexible_time_window { mode = "OFF" }
  target {
    arn      = aws_sfn_alias.live.arn
    role_arn = aws_iam_role.start.arn
    input    = jsonencode({ all = true })
  }
}
resource "aws_cloudwatch_event_rule" "paid" {
  event_pattern = <<-EOF
    {"source": ["shop"]}
  EOF
}
resource "aws_cloudwatch_event_target" "paid" {
  rule = aws_cloudwatch_event_rule.paid.name
  arn  = aws_sfn_state_machine.orders.arn
}
resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "orders"
}
resource "aws_api_gateway_resource" "one" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_resource.orders.id
  path_part   = "{id}"
}
resource "aws_api_gateway_method" "start" {
  resource_id = aws_api_gateway_resource.one.id
  http_method = "POST"
}
resource "aws_api_gateway_integration" "start" {
  resource_id       = aws_api_gateway_resource.one.id
  http_method       = aws_api_gateway_method.start.http_method
  uri               = "arn:aws:apigateway:eu-central-1:states:action/StartExecution"
  request_templates = { "application/json" = "{\"stateMachineArn\": \"${aws_sfn_state_machine.orders.arn}\"}" }
}
"#,
    ),
    ("infra/flows/orders.asl.json", DEFINITION),
];

#[test]
fn a_module_of_terraform_is_all_its_files() {
    let beside: Vec<&str> = MODULE.iter().map(|(path, _)| *path).filter(|path| path.ends_with(".tf")).collect();
    let read = |path: &str| MODULE.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    let found =
        import::import_beside(&Place { path: MODULE[0].0, text: MODULE[0].1, files: &read, beside: &beside }).unwrap();
    let [workflow] = &found[..] else { panic!("{found:?}") };
    assert_eq!((workflow.form, workflow.file.as_deref()), (Form::Separate, Some("infra/flows/orders.asl.json")));
    assert_eq!((workflow.text.as_str(), &workflow.notes[..]), (DEFINITION, &[][..]));
    let code: Vec<_> = workflow
        .functions
        .iter()
        .map(|one| (one.id.as_str(), one.code.as_deref(), one.handler.as_deref(), one.holes.len()))
        .collect();
    assert_eq!(
        code,
        [
            ("charge", Some("src/charge"), Some("app.handler"), 1),
            ("notify", Some("infra/src/notify"), Some("index.handler"), 1)
        ]
    );
    assert_eq!(workflow.functions[0].environment, [("STAGE".to_owned(), "test".to_owned())], "what is written out");
    let settings = serde_json::to_value(&workflow.settings).unwrap();
    assert_eq!(
        settings,
        serde_json::json!({
            "type": "STANDARD", "tracing": true, "role": {}, "alias": { "name": "live" },
            "logging": { "level": "ALL", "includeExecutionData": true, "retentionDays": 14 },
            "encryption": { "keyArn": "arn:aws:kms:eu-central-1:1:key/k", "reuseSeconds": 120 },
            "tags": { "team": "shop", "cost centre": "42" },
            "triggers": [
                { "type": "schedule", "name": "nightly", "expression": "rate(1 day)", "timezone": "Europe/Berlin", "input": "{\"all\":true}" },
                { "type": "eventPattern", "name": "paid", "pattern": "{\"source\": [\"shop\"]}" },
                { "type": "api", "name": "start", "path": "/orders/{id}", "method": "POST" },
            ],
        })
    );
}

#[test]
fn what_cannot_be_changed_in_place_moves_to_a_file() {
    let main = r#"resource "aws_sfn_state_machine" "night_watch" {
  name = "x"
  definition = jsonencode({
    StartAt = "A"
    States = { A = { Type = "Task", Resource = aws_lambda_function.f.arn, Comment = "{%%{ not }%}", End = true } }
  })
  type = "STANDARD"
}
"#;
    let workflow = read("main.tf", main);
    let edited = workflow.text.replace("\"StartAt\": \"A\"", "\"Comment\": \"new\",\n  \"StartAt\": \"A\"");
    assert_ne!(edited, workflow.text);
    let extracted = import::extract(&Place::alone("main.tf", main), "night_watch", &edited, &|_| false).unwrap();
    assert_eq!(extracted.file, "statemachine/night-watch.asl.json.tftpl");
    assert!(extracted.template.starts_with("resource \"aws_sfn_state_machine\" \"night_watch\" {\n  name = \"x\"\n  definition = templatefile(\"${path.module}/statemachine/night-watch.asl.json.tftpl\", {\n"), "{}", extracted.template);
    assert!(extracted.template.ends_with("  })\n  type = \"STANDARD\"\n}\n"), "{}", extracted.template);
    let found = import::import("main.tf", &extracted.template, &|path| {
        (path == extracted.file).then(|| extracted.definition.clone())
    })
    .unwrap();
    let [again] = &found[..] else { panic!("{found:?}") };
    assert_eq!(again.form, Form::Separate);
    let expressions: Vec<&str> = again.bindings.iter().map(|binding| binding.expression.as_str()).collect();
    assert_eq!(expressions, ["aws_lambda_function.f.arn"], "the reference kept its meaning");
    assert!(extracted.definition.contains("{%%{ not }%}"), "what Terraform would read as a directive is escaped");
    assert!(again.notes.is_empty(), "{:?}", again.notes);

    for (path, template) in [
        (
            "template.yaml",
            "Resources:\n  Flow: # kept\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Name: x\n      Definition:\n        StartAt: A\n        States:\n          A: {Type: Task, Resource: !GetAtt Charge.Arn, End: true}\n\n  Charge:\n    Type: AWS::Serverless::Function\n",
        ),
        (
            "template.json",
            "{\n  \"Resources\": {\n    \"Flow\": {\n      \"Type\": \"AWS::StepFunctions::StateMachine\",\n      \"Properties\": {\n        \"DefinitionString\": { \"Fn::Join\": [\"\", [\"{\\\"StartAt\\\": \\\"A\\\", \\\"States\\\": {\\\"A\\\": {\\\"Type\\\": \\\"Task\\\", \\\"Resource\\\": \\\"\", { \"Fn::GetAtt\": [\"Charge\", \"Arn\"] }, \"\\\", \\\"End\\\": true}}}\"]] },\n        \"RoleArn\": \"r\"\n      }\n    }\n  }\n}\n",
        ),
        (
            "more.yaml",
            "Resources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionSubstitutions:\n        Other: !Ref Other\n      Definition:\n        StartAt: A\n        Comment: ${Other}\n        States:\n          A: {Type: Task, Resource: !GetAtt Charge.Arn, End: true}\n      Type: EXPRESS\n",
        ),
    ] {
        let workflow = read(path, template);
        let extracted =
            import::extract(&Place::alone(path, template), "Flow", &workflow.text, &|file| !file.contains('2'))
                .unwrap();
        assert_eq!(extracted.file, "statemachine/flow-2.asl.json", "a file that is there is not overwritten");
        assert!(extracted.definition.contains("${ChargeArn}"), "{}", extracted.definition);
        let property = if path == "template.json" { "DefinitionS3Location" } else { "DefinitionUri" };
        assert!(extracted.template.contains(property), "{}", extracted.template);
        let item =
            iac::template::parse(&extracted.template).unwrap_or_else(|error| panic!("{error}\n{}", extracted.template));
        let properties = item.at(&["Resources", "Flow", "Properties"]).expect("the rest is as it was");
        assert!(properties.get("Definition").is_none() && properties.get("DefinitionString").is_none());
        let substituted = properties.at(&["DefinitionSubstitutions", "ChargeArn"]).and_then(iac::template::Item::call);
        assert!(substituted.is_some_and(|(function, _)| function == "GetAtt"), "{}", extracted.template);
        let lost: Vec<&str> = template
            .lines()
            .filter(|line| {
                !extracted.template.lines().any(|kept| kept.trim_end_matches(',') == line.trim_end_matches(','))
            })
            .collect();
        assert!(lost.len() <= 6, "only the definition moved: {lost:?}\n{}", extracted.template);
    }
}

#[test]
fn what_the_cdk_made_is_not_changed() {
    let template = r#"{"Resources": {"Flow": {"Type": "AWS::StepFunctions::StateMachine", "Metadata": {"aws:cdk:path": "App/Flow/Resource"},
        "Properties": {"DefinitionString": "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}}", "RoleArn": "r"}}}}"#;
    let workflow = read("cdk.out/App.template.json", template);
    let refused = import::patch("cdk.out/App.template.json", template, "Flow", &workflow.text).unwrap_err();
    assert!(refused.to_string().contains("fromFile"), "{refused}");
}

#[test]
fn cloudformation_says_how_it_is_deployed() {
    let template = r#"Parameters:
  RunAs: {Type: String}
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !Ref RunAs
      Definition: {StartAt: A, States: {A: {Type: Succeed}}}
      LoggingConfiguration:
        Level: FATAL
        Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]
      EncryptionConfiguration: {Type: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: !Ref Key, KmsDataKeyReusePeriodSeconds: 90}
  Logs: {Type: "AWS::Logs::LogGroup", Properties: {RetentionInDays: 7}}
  Version:
    Type: AWS::StepFunctions::StateMachineVersion
    Properties: {StateMachineArn: !Ref Flow}
  Live:
    Type: AWS::StepFunctions::StateMachineAlias
    Properties:
      Name: live
      DeploymentPreference: {StateMachineVersionArn: !Ref Version, Type: LINEAR, Percentage: 20, Interval: 3, Alarms: [Errors]}
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !Ref Live, RoleArn: r}}
  Sub: {Type: "AWS::ApiGateway::Resource", Properties: {ParentId: !GetAtt Api.RootResourceId, PathPart: orders}}
  StartMethod:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: PUT
      ResourceId: !Ref Sub
      Integration:
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution
        RequestTemplates: {application/json: !Sub '{"stateMachineArn": "${Live}"}'}
"#;
    let settings = serde_json::to_value(read("template.yaml", template).settings).unwrap();
    assert_eq!(
        settings,
        serde_json::json!({
            "type": "STANDARD", "tracing": false, "role": {}, "encryption": { "reuseSeconds": 90 },
            "logging": { "level": "FATAL", "includeExecutionData": false, "retentionDays": 7 },
            "alias": { "name": "live", "deployment": { "type": "LINEAR", "percentage": 20, "interval": 3, "alarms": ["Errors"] } },
            "triggers": [
                { "type": "schedule", "name": "Nightly", "expression": "rate(1 day)" },
                { "type": "api", "name": "Start", "path": "/orders", "method": "PUT" },
            ],
        })
    );
}
