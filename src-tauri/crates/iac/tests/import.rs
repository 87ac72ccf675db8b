//! Every form a definition is embedded in: read, edited in one state, saved back with every other byte untouched.

use iac::import::{self, Form, Refusal};

/// Reads the only workflow of a file.
fn read(path: &str, text: &str) -> import::Workflow {
    let mut found = import::import(path, text, &|file| match file {
        "statemachine/order.asl.json" => Some(DEFINITION.to_owned()),
        _ => None,
    })
    .unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

/// The definition with `change` made in it, saved back; gives the lines that differ.
fn edit(path: &str, text: &str, from: &str, to: &str) -> String {
    let workflow = read(path, text);
    let changed = workflow.text.replacen(from, to, 1);
    assert_ne!(changed, workflow.text, "{from} is in the definition:\n{}", workflow.text);
    let saved = import::patch(path, text, &workflow.id, &changed).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
    let again = read(path, &saved);
    let (wanted, _) = asl::Document::parse(&changed);
    let (got, _) = asl::Document::parse(&again.text);
    assert!(got.root().same_value(wanted.root()), "what is read again is what was saved:\n{saved}");
    assert_eq!(
        import::patch(path, text, &workflow.id, &workflow.text).as_deref(),
        Ok(text),
        "saving nothing changes nothing"
    );
    iac::difference(text, &saved)
        .lines()
        .filter(|line| line.starts_with(['-', '+']))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn holes(workflow: &import::Workflow) -> Vec<(&str, &str)> {
    workflow.bindings.iter().map(|binding| (binding.hole.as_str(), binding.expression.as_str())).collect()
}

const DEFINITION: &str = "{\n  \"StartAt\": \"Pay\",\n  \"States\": {\n    \"Pay\": { \"Type\": \"Task\", \"Resource\": \"${ChargeArn}\", \"End\": true }\n  }\n}\n";

const SAM_FILE: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs20.x
    Environment:
      Variables: { STAGE: dev }
Resources:
  Charge:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src/charge/, Handler: app.handler }
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: statemachine/order.asl.json
      DefinitionSubstitutions:
        ChargeArn: !GetAtt Charge.Arn
      Type: EXPRESS
      Tracing: { Enabled: true }
      Logging: { Level: ALL, IncludeExecutionData: true }
      AutoPublishAlias: live
      DeploymentPreference: { Type: LINEAR, Percentage: 20, Interval: 3 }
      Events:
        Nightly: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day), Input: '{\"a\":1}' } }
        Paid:
          Type: EventBridgeRule
          Properties: { Pattern: { source: [shop] }, EventBusName: orders }
        Http: { Type: Api, Properties: { Path: /orders, Method: post } }
";

#[test]
fn sam_with_a_file() {
    let workflow = read("template.yaml", SAM_FILE);
    assert_eq!((workflow.form, workflow.file.as_deref()), (Form::Separate, Some("statemachine/order.asl.json")));
    assert_eq!(workflow.text, DEFINITION);
    assert_eq!(holes(&workflow), [("ChargeArn", "!GetAtt Charge.Arn")]);
    let settings = serde_json::to_value(&workflow.settings).unwrap();
    assert_eq!(settings["type"], "EXPRESS");
    assert_eq!(settings["tracing"], true);
    assert_eq!(settings["logging"]["level"], "ALL");
    assert_eq!(settings["alias"]["deployment"]["percentage"], 20);
    let kinds: Vec<&str> = workflow.settings.triggers.iter().map(iac::settings::Trigger::name).collect();
    assert_eq!(kinds, ["Nightly", "Paid", "Http"]);
    let function = &workflow.functions[0];
    assert_eq!(function.holes, ["ChargeArn"]);
    assert_eq!(
        (function.code.as_deref(), function.handler.as_deref(), function.runtime.as_deref()),
        (Some("src/charge"), Some("app.handler"), Some("nodejs20.x"))
    );
    assert_eq!(function.environment, [("STAGE".to_owned(), "dev".to_owned())]);
    assert!(matches!(import::patch("template.yaml", SAM_FILE, "Order", DEFINITION), Err(Refusal::Unsound(_))));
    assert!(matches!(import::patch("template.yaml", SAM_FILE, "Gone", DEFINITION), Err(Refusal::Gone(_))));
}

const SAM_OBJECT: &str = "\
Resources:
  # The charge.
  Charge: { Type: AWS::Serverless::Function, Properties: { Handler: a.b } }
  Order:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionSubstitutions: { Table: !Ref Orders }
      Definition:
        StartAt: Pay   # first
        States:
          Pay:
            Type: Task
            Resource: !GetAtt Charge.Arn
            TimeoutSeconds: 30
            Retry:
              - ErrorEquals: [States.ALL]
                MaxAttempts: 2
            Next: Note
          Note: # the second
            Type: Task
            Resource: !Sub 'arn:${AWS::Partition}:states:::dynamodb:putItem'
            Parameters:
              TableName: ${Table}
              Item: { id: { S.$: $.id } }
            End: true
      Role: !GetAtt Role.Arn
";

#[test]
fn sam_with_an_object() {
    let workflow = read("template.yml", SAM_OBJECT);
    assert_eq!(workflow.form, Form::Object);
    assert_eq!(
        holes(&workflow),
        [("Table", "!Ref Orders"), ("Charge.Arn", "!GetAtt Charge.Arn"), ("AWS::Partition", "!Ref AWS::Partition")]
    );
    assert!(workflow.text.contains("\"Resource\": \"${Charge.Arn}\""), "{}", workflow.text);
    assert_eq!(workflow.functions.len(), 1);
    let path = "template.yml";
    assert_eq!(
        edit(path, SAM_OBJECT, "\"TimeoutSeconds\": 30", "\"TimeoutSeconds\": 45"),
        "-            TimeoutSeconds: 30\n+            TimeoutSeconds: 45\n"
    );
    assert_eq!(
        edit(path, SAM_OBJECT, "\"MaxAttempts\": 2", "\"MaxAttempts\": 5, \"BackoffRate\": 1.5"),
        "-                MaxAttempts: 2\n+                MaxAttempts: 5\n+                BackoffRate: 1.5\n"
    );
    assert_eq!(edit(path, SAM_OBJECT, "\"TimeoutSeconds\": 30,", ""), "-            TimeoutSeconds: 30\n");
    assert_eq!(
        edit(
            path,
            SAM_OBJECT,
            "\"Next\": \"Note\"",
            "\"Next\": \"Note\", \"Catch\": [{\"ErrorEquals\": [\"yes\"], \"Next\": \"Note\"}]"
        ),
        "+            Catch:\n+              - ErrorEquals:\n+                  - 'yes'\n+                Next: Note\n"
    );
    // A reference stays a reference, also in a new state.
    assert_eq!(
        edit(
            path,
            SAM_OBJECT,
            "\"States\": {",
            "\"States\": { \"New\": {\"Type\":\"Task\",\"Resource\":\"${Charge.Arn}\",\"Comment\":\"for ${Table}\",\"Next\":\"Pay\"},"
        ),
        "+          New:\n+            Type: Task\n+            Resource: !GetAtt Charge.Arn\n+            Comment: 'for ${Table}'\n+            Next: Pay\n"
    );
}

#[test]
fn cloudformation_with_a_string_in_a_block() {
    for (tag, hole) in [("|", "${Fn}"), ("!Sub |-", "${Charge.Arn}"), ("!Sub |", "${AWS::Region}")] {
        let text = format!(
            "Resources:\n  Order:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: x\n      DefinitionString: {tag}\n        {{\n          \"StartAt\": \"Pay\",\n          \"States\": {{\n            \"Pay\": {{ \"Type\": \"Task\", \"Resource\": \"{hole}\",\n              \"End\": true }}\n          }}\n        }}\n      # done\n      Tags: []\n"
        );
        let workflow = read("stack.yaml", &text);
        assert_eq!(workflow.form, Form::Text);
        assert_eq!(workflow.bindings.len(), 1);
        assert_eq!(
            edit("stack.yaml", &text, "\"End\": true", "\"TimeoutSeconds\": 9, \"End\": true"),
            "-              \"End\": true }\n+              \"TimeoutSeconds\": 9, \"End\": true }\n"
        );
    }
}

#[test]
fn cloudformation_with_fn_sub_and_variables() {
    let text = "Resources:\n  Order:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub\n        - |-\n          {\"StartAt\": \"Pay\", \"States\": {\n            \"Pay\": {\"Type\": \"Task\", \"Resource\": \"${fn}\", \"End\": true}}}\n        - fn: !GetAtt Charge.Arn\n";
    let workflow = read("t.yaml", text);
    assert_eq!(holes(&workflow), [("fn", "!GetAtt Charge.Arn")]);
    assert_eq!(
        edit("t.yaml", text, "\"End\": true", "\"Next\": \"Pay\""),
        "-            \"Pay\": {\"Type\": \"Task\", \"Resource\": \"${fn}\", \"End\": true}}}\n+            \"Pay\": {\"Type\": \"Task\", \"Resource\": \"${fn}\", \"Next\": \"Pay\"}}}\n"
    );
}

#[test]
fn cloudformation_with_fn_join() {
    let yaml = "Resources:\n  Order:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Join\n        - ''\n        - - '{\"StartAt\":\"Pay\",\"States\":{\"Pay\":{\"Type\":\"Task\",\"Resource\":\"'\n          - !GetAtt Charge.Arn\n          - '\",\"End\":true}}}'\n";
    let workflow = read("t.yaml", yaml);
    assert_eq!((workflow.form, holes(&workflow)), (Form::Join, vec![("Charge.Arn", "!GetAtt Charge.Arn")]));
    assert_eq!(
        edit("t.yaml", yaml, "\"End\":true", "\"Next\":\"Pay\""),
        "-          - '\",\"End\":true}}}'\n+          - '\",\"Next\":\"Pay\"}}}'\n"
    );
    let moved = workflow.text.replace("${Charge.Arn}", "arn:x");
    assert!(
        matches!(import::patch("t.yaml", yaml, "Order", &moved), Err(Refusal::Unsound(_))),
        "a reference may not vanish"
    );

    // As CDK writes it.
    let json = r#"{
 "Resources": {
  "Order1A2B": {
   "Type": "AWS::StepFunctions::StateMachine",
   "Properties": {
    "DefinitionString": {
     "Fn::Join": [
      "",
      [
       "{\"StartAt\":\"Pay\",\"States\":{\"Pay\":{\"Type\":\"Task\",\"TimeoutSeconds\":5,\"Resource\":\"arn:",
       {
        "Ref": "AWS::Partition"
       },
       ":states:::lambda:invoke\",\"End\":true}}}"
      ]
     ]
    }
   }
  }
 }
}
"#;
    let workflow = read("cdk.out/Stack.template.json", json);
    assert_eq!(workflow.bindings[0].hole, "AWS::Partition");
    let changed = edit("cdk.out/Stack.template.json", json, "\"TimeoutSeconds\":5", "\"TimeoutSeconds\":6");
    assert_eq!(changed.lines().count(), 2, "{changed}");
}

#[test]
fn cloudformation_as_json() {
    let text = r#"{
  "Resources": {
    "Order": {
      "Type": "AWS::StepFunctions::StateMachine",
      "Properties": {
        "Definition": {
          "StartAt": "Pay",
          "States": {
            "Pay": {
              "Type": "Task",
              "Resource": { "Fn::GetAtt": ["Charge", "Arn"] },
              "TimeoutSeconds": 30,
              "End": true
            }
          }
        },
        "RoleArn": "x"
      }
    }
  }
}
"#;
    assert_eq!(
        edit("t.template", text, "\"TimeoutSeconds\": 30", "\"TimeoutSeconds\": 31"),
        "-              \"TimeoutSeconds\": 30,\n+              \"TimeoutSeconds\": 31,\n"
    );
    assert_eq!(
        edit("t.template", text, "\"End\": true", "\"End\": true, \"Comment\": \"x\\\"y\""),
        "-              \"End\": true\n+              \"End\": true,\n+              \"Comment\": \"x\\\"y\"\n"
    );
    assert_eq!(edit("t.template", text, "\"TimeoutSeconds\": 30,", ""), "-              \"TimeoutSeconds\": 30,\n");
}

#[test]
fn a_synthesised_asset_is_followed() {
    let text = r#"{"Resources":{"Order":{"Type":"AWS::StepFunctions::StateMachine","Properties":{
        "DefinitionS3Location":{"Bucket":"b","Key":"0123456789012345678901234567890123456789012345678901234567890123.json"},
        "DefinitionSubstitutions":{"ChargeArn":{"Fn::GetAtt":["Charge","Arn"]}}}}}}"#;
    let files = |path: &str| {
        (path == "cdk.out/asset.0123456789012345678901234567890123456789012345678901234567890123.json")
            .then(|| DEFINITION.to_owned())
    };
    let found = import::import("cdk.out/App.template.json", text, &files).unwrap();
    assert_eq!((found[0].form, found[0].text.as_str()), (Form::Separate, DEFINITION));
    assert!(found[0].notes.is_empty(), "{:?}", found[0].notes);
}

const TERRAFORM: &str = r#"
# The machine.
resource "aws_sfn_state_machine" "order" {
  name       = "order" # kept
  type       = "EXPRESS"
  role_arn   = aws_iam_role.order.arn
  definition = <<-EOF
    {
      "StartAt": "Pay",
      "States": {
        "Pay": { "Type": "Task", "Resource": "${aws_lambda_function.charge.arn}", "TimeoutSeconds": ${var.timeouts["pay"]},
          "End": true }
      }
    }
  EOF
  tracing_configuration { enabled = true }
}

resource "aws_lambda_function" "charge" {
  filename = "${path.module}/build/charge.zip"
  handler  = "app.handler"
  runtime  = "python3.12"
  environment {
    variables = { STAGE = "dev" }
  }
}
"#;

#[test]
fn terraform_with_a_here_document() {
    let workflow = read("infra/main.tf", TERRAFORM);
    assert_eq!(workflow.form, Form::Heredoc);
    assert_eq!(
        holes(&workflow),
        [
            ("aws_lambda_function.charge.arn", "aws_lambda_function.charge.arn"),
            ("VarTimeoutsPay", "var.timeouts[\"pay\"]")
        ]
    );
    assert_eq!(workflow.settings.machine_name.as_deref(), Some("order"));
    assert!(workflow.settings.tracing);
    assert_eq!(workflow.functions[0].code.as_deref(), Some("infra/build/charge.zip"));
    assert_eq!(
        edit("infra/main.tf", TERRAFORM, "\"End\": true", "\"Next\": \"Pay\""),
        "-          \"End\": true }\n+          \"Next\": \"Pay\" }\n"
    );
    let crlf = TERRAFORM.replace('\n', "\r\n");
    let changed = edit("infra/main.tf", &crlf, "\"End\": true", "\"Next\": \"Pay\"");
    assert_eq!(changed.lines().count(), 2, "{changed}");
}

#[test]
fn terraform_with_files() {
    for definition in [
        "templatefile(\"${path.module}/statemachine/order.asl.json\", { ChargeArn = aws_lambda_function.charge.arn })",
        "data.template_file.order.rendered",
        "local.order",
        "file(\"statemachine/order.asl.json\")",
    ] {
        let text = format!(
            "locals {{\n  order = templatefile(\"${{path.module}}/statemachine/order.asl.json\", {{ ChargeArn = aws_lambda_function.charge.arn }})\n}}\ndata \"template_file\" \"order\" {{\n  template = file(\"${{path.module}}/statemachine/order.asl.json\")\n  vars = {{\n    ChargeArn = aws_lambda_function.charge.arn\n  }}\n}}\nresource \"aws_sfn_state_machine\" \"order\" {{\n  definition = {definition}\n}}\n"
        );
        let workflow = read("main.tf", &text);
        assert_eq!((workflow.form, workflow.text.as_str()), (Form::Separate, DEFINITION), "{definition}");
        let expression = if definition.starts_with("file") { "" } else { "aws_lambda_function.charge.arn" };
        assert_eq!(holes(&workflow), [("ChargeArn", expression)], "{definition}");
    }
}

#[test]
fn terraform_with_jsonencode() {
    let text = "module \"flow\" {\n  source = \"terraform-aws-modules/step-functions/aws\"\n  definition = jsonencode({\n    StartAt = \"Pay\"\n    States = {\n      \"Pay\" = { Type = \"Task\", Resource = aws_lambda_function.charge.arn, Comment = \"in ${var.stage}\", TimeoutSeconds = 5, End = true }\n    }\n  })\n}\n";
    let workflow = read("main.tf", text);
    assert_eq!(workflow.form, Form::JsonEncode);
    assert_eq!(
        holes(&workflow),
        [("aws_lambda_function.charge.arn", "aws_lambda_function.charge.arn"), ("var.stage", "var.stage")]
    );
    assert!(workflow.text.contains("\"TimeoutSeconds\": 5"), "{}", workflow.text);
    assert!(workflow.text.contains("\"in ${var.stage}\""), "{}", workflow.text);
    assert!(matches!(import::patch("main.tf", text, "flow", &workflow.text), Err(Refusal::Unsound(_))));
}

const SERVERLESS: &str = "\
service: orders
provider: { name: aws, runtime: nodejs20.x }
functions:
  charge:
    handler: src/charge.handler
stepFunctions:
  stateMachines:
    order:
      type: EXPRESS
      events:
        - http: POST orders
        - schedule: rate(1 day)
      definition:
        StartAt: Pay
        States:
          Pay:
            Type: Task   # calls
            Resource: !GetAtt [charge, Arn]
            Parameters:
              stage: ${self:provider.stage}
              Resource:
                Fn::GetAtt: [charge, Arn]
            End: true
";

#[test]
fn serverless_with_an_object() {
    let workflow = read("serverless.yml", SERVERLESS);
    assert_eq!(workflow.form, Form::Object);
    assert_eq!(
        holes(&workflow),
        [("charge.Arn", "!GetAtt [charge, Arn]"), ("self:provider.stage", "${self:provider.stage}")]
    );
    assert_eq!(workflow.functions[0].handler.as_deref(), Some("src/charge.handler"));
    assert_eq!(workflow.settings.triggers.len(), 2);
    assert_eq!(
        edit("serverless.yml", SERVERLESS, "\"End\": true", "\"End\": true, \"TimeoutSeconds\": 5"),
        "+            TimeoutSeconds: 5\n"
    );
    assert_eq!(
        edit("serverless.yml", SERVERLESS, "\"Type\": \"Task\"", "\"Type\": \"Pass\""),
        "-            Type: Task   # calls\n+            Type: Pass   # calls\n"
    );
}

#[test]
fn serverless_with_a_file() {
    let text = "service: s\nstepFunctions:\n  stateMachines:\n    order:\n      definition: ${file(statemachine/order.asl.json)}\n";
    let workflow = read("serverless.yml", text);
    assert_eq!((workflow.form, workflow.text.as_str()), (Form::Separate, DEFINITION));
}

#[test]
fn definitions_themselves() {
    let workflow = read("flows/order.asl.json", DEFINITION);
    assert_eq!((workflow.form, workflow.id.as_str()), (Form::File, "order"));
    assert_eq!(import::patch("flows/order.asl.json", DEFINITION, "order", "{}").unwrap(), "{}");
    let yaml =
        read("order.asl.yaml", "# ${No}\nStartAt: A\nStates: { A: { Type: Pass, Comment: '${Yes}', End: true } }\n");
    assert_eq!(holes(&yaml), [("Yes", "")], "a comment holds no placeholder");
    assert_eq!(import::import("package.json", "{\"name\": \"x\"}", &|_| None).unwrap(), []);
    assert_eq!(import::import("readme.md", DEFINITION, &|_| None).unwrap(), []);
}

#[test]
fn hostile_files_are_refused_not_followed() {
    for (path, text) in [
        ("main.tf", "resource \"aws_sfn_state_machine\" {"),
        ("main.tf", &"[".repeat(100_000)),
        ("template.yaml", "AWS::StepFunctions::StateMachine: {"),
        (
            "template.yaml",
            "Resources:\n  A: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Join ['', !Ref X]}}\n",
        ),
        (
            "template.yaml",
            "Resources:\n  A: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub [1, 2]}}\n",
        ),
        ("serverless.yml", "stepFunctions: {stateMachines: {a: 1, b: {definition: [1]}}}\n"),
        (
            "t.yaml",
            "Resources: {A: {Type: 'AWS::StepFunctions::StateMachine', Properties: {Definition: {'Fn::Transform': {}}}}}",
        ),
    ] {
        if let Ok(found) = import::import(path, text, &|_| None) {
            for workflow in found {
                let _ = import::patch(path, text, &workflow.id, DEFINITION);
            }
        }
    }
}
