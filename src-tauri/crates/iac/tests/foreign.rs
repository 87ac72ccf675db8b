//! Ways in which people's projects hold their definitions, each as small as it can be: found, read, and saved back in place or
//! refused with a reason that says what to do.

use std::collections::BTreeMap;

use asl::Document;
use iac::import::{self, Place, Saved, Workflow};

const STATES: &str = r#"{ "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "${Fn}", "End": true } } }"#;

struct Project(BTreeMap<&'static str, String>);

impl Project {
    fn new(files: &[(&'static str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect())
    }

    /// Does something with a file and the project around it.
    fn at<T>(&self, path: &str, run: impl FnOnce(&Place<'_>) -> T) -> T {
        let beside: Vec<&str> = self.0.keys().copied().filter(|path| path.ends_with(".tf")).collect();
        run(&Place { path, text: &self.0[path], files: &|path| self.0.get(path).cloned(), beside: &beside })
    }

    fn read(&self, path: &str) -> Vec<Workflow> {
        self.at(path, import::import_beside).unwrap_or_else(|error| panic!("{error}"))
    }

    fn one(&self, path: &str, id: &str) -> Workflow {
        let found = self.read(path);
        found.into_iter().find(|workflow| workflow.id == id).unwrap_or_else(|| panic!("no {id} in {path}"))
    }

    /// The one note of a workflow that has no text.
    fn why_empty(&self, path: &str, id: &str) -> String {
        let workflow = self.one(path, id);
        assert_eq!(workflow.text, "", "{id}");
        workflow.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// Replaces one text of the definition and saves it; the changed lines of the file, before and after.
fn edited<'t>(
    path: &'static str,
    text: &'t str,
    workflow: &Workflow,
    from: &str,
    to: &str,
) -> (Vec<&'t str>, Vec<String>) {
    let (_, gone, new) = saved(&Project::new(&[(path, text)]), path, workflow, (from, to));
    (text.lines().filter(|line| gone.iter().any(|one| one == line)).take(gone.len()).collect(), new)
}

/// Like [`edited`], in a project; the file that changed comes first.
fn saved(
    project: &Project,
    path: &str,
    workflow: &Workflow,
    (from, to): (&str, &str),
) -> (String, Vec<String>, Vec<String>) {
    let definition = workflow.text.replacen(from, to, 1);
    assert_ne!(definition, workflow.text, "{from} is in {}", workflow.text);
    let save = |project: &Project, definition: &str| {
        let Saved { file, text, .. } = project
            .at(path, |place| import::patch_beside(place, &workflow.id, definition))
            .unwrap_or_else(|refusal| panic!("{refusal}\n{}", project.0[path]));
        let file = file.unwrap_or_else(|| path.to_owned());
        let mut after = project.0.clone();
        *after.get_mut(file.as_str()).expect("no other file is made") = text;
        (file, Project(after))
    };
    let (file, after) = save(project, &definition);
    assert_eq!(save(&after, &workflow.text).1.0, project.0, "taken back");
    let again = after.one(path, &workflow.id).text;
    let value = |text: &str| Document::parse(text).0;
    assert!(value(&again).root().same_value(value(&definition).root()), "{again}\nis not\n{definition}");
    let lines = |project: &Project| -> Vec<String> { project.0[file.as_str()].lines().map(str::to_owned).collect() };
    let (old, new) = (lines(project), lines(&after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, new) = (old[head..old.len() - tail].to_vec(), new[head..new.len() - tail].to_vec());
    (file, gone, new)
}

#[test]
fn serverless_in_several_files() {
    let machines = "first:\n  name: First\n  definition:\n    StartAt: A\n    States:\n      A:\n        Type: Task\n        \
                    Resource: !GetAtt OneLambdaFunction.Arn\n        End: true\nsecond:\n  definition: ${file(flows/second.asl.json)}\n";
    let project = Project::new(&[
        (
            "app/serverless.yml",
            "service: s\nprovider: ${file(../base.yml):provider}\nfunctions: ${file(lambda/serverless.yml)}\n\
             stepFunctions:\n  stateMachines: ${file(step-functions/machines.yml)}\n",
        ),
        ("base.yml", "provider:\n  runtime: nodejs22.x\n  memorySize: 256\n"),
        ("app/lambda/serverless.yml", "one: { handler: handlers/one.run, timeout: 7 }\n"),
        ("app/step-functions/machines.yml", machines),
        ("app/flows/second.asl.json", STATES),
    ]);
    let first = project.one("app/serverless.yml", "first");
    assert_eq!(first.home.as_deref(), Some("app/step-functions/machines.yml"));
    assert_eq!(first.settings.machine_name.as_deref(), Some("First"));
    let function = &first.functions[0];
    assert_eq!((function.id.as_str(), function.runtime.as_deref()), ("one", Some("nodejs22.x")));
    assert_eq!((function.timeout_seconds, function.memory_mb), (Some(7), Some(256)));
    // What includes the file is not where the definition is saved.
    let change = ("\"End\": true", "\"End\": true, \"Comment\": \"c\"");
    let (file, gone, new) = saved(&project, "app/serverless.yml", &first, change);
    assert_eq!((file.as_str(), gone.len()), ("app/step-functions/machines.yml", 0));
    assert_eq!(new, ["        Comment: c"]);
    let second = project.one("app/serverless.yml", "second");
    assert_eq!((second.file.as_deref(), second.text.as_str()), (Some("app/flows/second.asl.json"), STATES));
}

#[test]
fn serverless_with_machines_of_their_own_files() {
    let one = "definition:\n  StartAt: A\n  States:\n    A: {Type: Pass, Next: B}\n    B:\n      Type: Succeed\n";
    let project = Project::new(&[
        (
            "serverless.yml",
            "stepFunctions:\n  stateMachines:\n    one: ${file(./machines/one.yml)}\n    part: ${file(all.yml):machines.part}\n    \
             other:\n      definition: ${file(all.yml):flows.x}\n    gone: ${file(./machines/gone.yml)}\n    \
             js: ${file(./machines/dynamic.js)}\n    circle: ${file(circle.yml)}\n    \
             named:\n      name: a-${opt:stage, 'dev'}\n      definition: { StartAt: A, States: { A: { Type: Succeed } } }\n",
        ),
        ("machines/one.yml", one),
        (
            "all.yml",
            "machines:\n  part:\n    definition:\n      StartAt: A\n      States:\n        A:\n          Type: Succeed\nflows:\n  x:\n    StartAt: A\n    States: { A: { Type: Succeed } }\n",
        ),
        ("circle.yml", "${file(circle.yml)}"),
    ]);
    let path = "serverless.yml";
    let fail = ("\"Succeed\"", "\"Fail\"");
    let (file, gone, new) = saved(&project, path, &project.one(path, "one"), fail);
    assert_eq!(file, "machines/one.yml");
    assert_eq!((gone, new), (vec!["      Type: Succeed".to_owned()], vec!["      Type: Fail".to_owned()]));
    let part = project.one(path, "part");
    assert_eq!(part.home.as_deref(), Some("all.yml"));
    assert_eq!(saved(&project, path, &part, fail).0, "all.yml");
    // Under another name than the machine's.
    let (file, _, new) = saved(&project, path, &project.one(path, "other"), fail);
    assert_eq!((file.as_str(), new), ("all.yml", vec!["    States: { A: { Type: Fail } }".to_owned()]));
    assert_eq!(project.why_empty(path, "gone"), "gone cannot be read: there is no file machines/gone.yml");
    assert_eq!(project.why_empty(path, "js"), "js cannot be read: machines/dynamic.js is a program, which is not run");
    assert!(project.why_empty(path, "circle").contains("in a circle"));
    // A name that the deployment makes is none of the export's.
    let named = project.one(path, "named");
    assert_eq!(named.settings.machine_name, None);
    assert!(named.notes[0].text.contains("a-${opt:stage, 'dev'}"), "{:?}", named.notes);
}

#[test]
fn serverless_without_the_plugin() {
    let text = "service: s\nresources:\n  Resources:\n    Delayed:\n      Type: AWS::StepFunctions::StateMachine\n      Properties:\n        \
                RoleArn: !GetAtt Role.Arn\n        DefinitionString: |\n          {\n            \"StartAt\": \"A\",\n            \
                \"States\": { \"A\": { \"Type\": \"Wait\", \"Seconds\": 5, \"End\": true } }\n          }\n    Queue:\n      Type: AWS::SQS::Queue\n";
    let delayed = Project::new(&[("serverless.yml", text)]).one("serverless.yml", "Delayed");
    assert_eq!(delayed.origin, import::Origin::Serverless);
    let (gone, new) = edited("serverless.yml", text, &delayed, "5", "60");
    assert_eq!((gone.len(), new.len()), (1, 1));
}

#[test]
fn a_file_that_includes_nothing_is_named() {
    let project = Project::new(&[("serverless.yml", "stepFunctions:\n  stateMachines: ${file(nowhere.yml)}\n")]);
    let read = |path: &str| project.0.get(path).cloned();
    let error = import::import("serverless.yml", &project.0["serverless.yml"], &read).unwrap_err().to_string();
    assert_eq!(error, "serverless.yml: stepFunctions.stateMachines: there is no file nowhere.yml");
    // So is one that cannot be read, if it has workflows.
    let broken = "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n   Properties: {}\n";
    let error = import::import("template.yaml", broken, &|_| None).unwrap_err().to_string();
    assert!(error.starts_with("template.yaml: line 4"), "{error}");
    assert_eq!(import::import("template.yaml", "a: b: AWS::Lambda::Function", &|_| None), Ok(Vec::new()));
}

#[test]
fn cloudformation_with_files() {
    let project = Project::new(&[
        (
            "infra/stack.yaml",
            "Resources:\n  Packaged:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n      \
             DefinitionS3Location: ../flows/a.asl.json\n      DefinitionSubstitutions: { Fn: !GetAtt Charge.Arn }\n  \
             ByKey:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n      \
             DefinitionS3Location: { Bucket: !Ref Code, Key: own/b.asl.json }\n  \
             Gone:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n      \
             DefinitionS3Location: { Bucket: !Ref Code, Key: elsewhere.json }\n  \
             Shared:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n      \
             DefinitionString: !ImportValue shared-definition\n",
        ),
        ("flows/a.asl.json", STATES),
        ("infra/own/b.asl.json", STATES),
    ]);
    let path = "infra/stack.yaml";
    let packaged = project.one(path, "Packaged");
    assert_eq!((packaged.file.as_deref(), packaged.text.as_str()), (Some("flows/a.asl.json"), STATES));
    assert_eq!(packaged.bindings[0].expression, "!GetAtt Charge.Arn");
    assert_eq!(project.one(path, "ByKey").file.as_deref(), Some("infra/own/b.asl.json"));
    assert!(project.why_empty(path, "Gone").contains("elsewhere.json in S3"));
    assert!(project.why_empty(path, "Shared").contains("ImportValue"));
}

#[test]
fn sam_with_files() {
    let project = Project::new(&[
        (
            "a/b/template.yaml",
            "Resources:\n  Up: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: ../../flows/up.asl.json } }\n  \
             Sub: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: !Sub ./own.asl.json } }\n  \
             Computed: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: !Sub '${Stage}.json' } }\n  \
             Included:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        Fn::Transform: \
             { Name: AWS::Include, Parameters: { Location: own.asl.json } }\n",
        ),
        ("flows/up.asl.json", STATES),
        ("a/b/own.asl.json", STATES),
    ]);
    let path = "a/b/template.yaml";
    assert_eq!(project.one(path, "Up").file.as_deref(), Some("flows/up.asl.json"));
    assert_eq!(project.one(path, "Up").text, STATES);
    assert_eq!(project.one(path, "Sub").text, STATES);
    assert_eq!(project.one(path, "Included").text, STATES);
    assert!(project.why_empty(path, "Computed").contains("its path is computed (${Stage}.json)"));
}

#[test]
fn joined_lines_change_line_by_line() {
    let json = r#"{
  "Resources": {
    "Flow": {
      "Type": "AWS::StepFunctions::StateMachine",
      "Properties": {
        "DefinitionString": {
          "Fn::Join": [
            "\n",
            [
              "{",
              "  \"StartAt\": \"A\",",
              "  \"States\": {",
              "    \"A\": {",
              "      \"Type\": \"Pass\",",
              "      \"End\": true",
              "    }",
              "  }",
              "}"
            ]
          ]
        },
        "RoleArn": "r"
      }
    }
  }
}
"#;
    let yaml = "Resources:\n  Flow:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      RoleArn: r\n      \
                DefinitionString: !Join\n        - \"\\n\"\n        - - '{ \"StartAt\": \"A\",'\n          - '\"States\": {'\n          \
                - !Sub '\"F\": {\"Type\": \"Task\", \"Resource\": \"${Fn.Arn}\", \"Next\": \"A\"},'\n          \
                - '\"A\": {' # the end\n          - '\"Type\": \"Pass\",'\n          - '\"End\": true'\n          - '}'\n          - '}}'\n";
    for (path, text) in [("stack.json", json), ("stack.yaml", yaml)] {
        let flow = import::import(path, text, &|_| None).unwrap().remove(0);
        // A line more, a line changed, a line less.
        let (gone, new) =
            edited(path, text, &flow, "\"Type\": \"Pass\",", "\"Type\": \"Pass\",\n      \"Comment\": \"it's\",");
        assert_eq!((gone.len(), new.len()), (0, 1), "{new:?}");
        let (gone, new) = edited(path, text, &flow, "\"Pass\"", "\"Succeed\"");
        assert_eq!((gone.len(), new.len()), (1, 1), "{new:?}");
    }
    let flow = import::import("stack.yaml", yaml, &|_| None).unwrap().remove(0);
    let (gone, new) = edited("stack.yaml", yaml, &flow, "\"Next\": \"A\"}", "\"Next\": \"A\", \"Comment\": \"c\"}");
    assert_eq!(gone.len(), 1);
    assert!(new[0].contains("- !Sub '") && new[0].contains("${Fn.Arn}") && new[0].contains("\"Comment\""), "{new:?}");
    // A reference in a line that is none could not be filled in.
    let moved = flow.text.replace("\"Type\": \"Pass\",", "\"Type\": \"Pass\", \"Comment\": \"${Fn.Arn}\",");
    assert!(import::patch("stack.yaml", yaml, "Flow", &moved).is_err());
}

#[test]
fn a_folded_block_keeps_its_lines() {
    let text = "Resources:\n  Flow:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      \
                DefinitionString: !Sub >-\n        {\n          \"StartAt\": \"A\",\n          \"States\": {\n            \
                \"A\": { \"Type\": \"Task\",\n                   \"Resource\": \"${Fn.Arn}\", \"End\": true }\n          }\n        }\n      RoleArn: r\n";
    let flow = import::import("stack.yaml", text, &|_| None).unwrap().remove(0);
    assert!(flow.text.starts_with("{\n  \"StartAt\": \"A\",\n"), "{}", flow.text);
    let (gone, new) = edited("stack.yaml", text, &flow, "\"End\": true", "\"End\": true, \"Comment\": \"c\"");
    assert_eq!((gone.len(), new.len()), (1, 1));
    // Where folding changes the definition, it is read as it is meant and not saved.
    let broken = text.replace("\"Type\": \"Task\",", "\"Type\": \"Task\", \"Comment\": \"two\n\n        lines\",");
    let flow = import::import("stack.yaml", &broken, &|_| None).unwrap().remove(0);
    assert!(import::patch("stack.yaml", &broken, "Flow", &flow.text.replace("true", "false")).is_err());
}

#[test]
fn terraform_says_what_it_cannot_follow() {
    let machine = |id: &str, definition: &str| {
        format!(
            "resource \"aws_sfn_state_machine\" \"{id}\" {{\n  name       = \"{id}\"\n  role_arn   = var.role\n  definition = {definition}\n}}\n"
        )
    };
    let text = [
        machine("given", "var.definition"),
        machine("each", "templatefile(\"${path.module}/flows/${each.key}.json\", {})"),
        machine("gone", "file(\"${path.module}/flows/gone.json\")"),
        machine("named", "data.template_file.flow.rendered"),
        "data \"template_file\" \"flow\" {\n  template = file(var.flow)\n  vars     = { Fn = aws_lambda_function.f.arn }\n}\n\
         variable \"flow\" {\n  default = \"flows/named.json.tpl\"\n}\n"
            .to_owned(),
    ]
    .concat();
    let project = Project::new(&[("main.tf", &text), ("flows/named.json.tpl", STATES)]);
    assert_eq!(
        project.why_empty("main.tf", "given"),
        "the definition of given is given to the module as var.definition, by whoever uses it"
    );
    assert_eq!(
        project.why_empty("main.tf", "each"),
        "the file of the definition of each is only known when it is planned: \"${path.module}/flows/${each.key}.json\""
    );
    assert_eq!(project.why_empty("main.tf", "gone"), "there is no file flows/gone.json");
    let named = project.one("main.tf", "named");
    assert_eq!((named.file.as_deref(), named.text.as_str()), (Some("flows/named.json.tpl"), STATES));
    assert_eq!(named.bindings[0].expression, "aws_lambda_function.f.arn");
}

#[test]
fn terraform_modules_that_are_given_a_definition() {
    let text = "module \"step_functions\" {\n  source     = \"./modules/step-functions\"\n  definition = \
                templatefile(\"${path.module}/flow.asl.json\", { Fn = module.lambda.arn })\n}\nmodule \"ingest\" {\n  \
                source         = \"../shared/workflow\"\n  sfn_definition = <<-JSON\n    {\n      \"StartAt\": \"A\",\n      \
                \"States\": { \"A\": { \"Type\": \"Task\", \"Resource\": \"${module.f.arn}\", \"End\": true } }\n    }\n  JSON\n}\n\
                module \"queue\" {\n  source          = \"./queue\"\n  task_definition = \"x\"\n}\n";
    let project = Project::new(&[("main.tf", text), ("flow.asl.json", STATES)]);
    let found = project.read("main.tf");
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["step_functions", "ingest"]);
    assert_eq!(found[0].text, STATES);
    let (gone, new) = edited("main.tf", text, &found[1], "\"End\": true", "\"End\": true, \"Comment\": \"c\"");
    assert_eq!((gone.len(), new.len()), (1, 1));
    assert!(new[0].contains("\"${module.f.arn}\""), "{new:?}");
}

#[test]
fn terraform_with_a_quoted_string() {
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = \"{\\\"StartAt\\\": \\\"A\\\", \\\"States\\\": {\\\"A\\\": \
                {\\\"Type\\\": \\\"Task\\\", \\\"Resource\\\": \\\"${local.fn}\\\", \\\"End\\\": true}}}\"\n}\n";
    let found = Project::new(&[("main.tf", text)]).one("main.tf", "m");
    assert_eq!(found.bindings[0].expression, "local.fn");
    let (_, new) = edited("main.tf", text, &found, "\"End\": true", "\"End\": true, \"Comment\": \"a \\\"b\\\"\"");
    assert!(new[0].contains("${local.fn}"), "{new:?}");
}

/// One entry of `locals` holds the definition, the machine stands in another file.
#[test]
fn a_local_of_another_file_is_saved_there() {
    let machine =
        "resource \"aws_sfn_state_machine\" \"flow\" {\n  role_arn   = var.role\n  definition = DEFINITION\n}\n";
    let states = "{\n      \"StartAt\": \"A\",\n      \"States\": {\n        \"A\": {\n          \"Type\": \"Task\",\n          \"Resource\": \"${aws_lambda_function.f[0].arn}\",\n          \"Next\": \"B\"\n        },\n        \"B\": { \"Type\": \"Succeed\" }\n      }\n    }";
    for (definition, local) in [
        ("local.flow", format!("<<-EOT\n    {states}\n    EOT")),
        ("chomp(local.flow)", format!("<<EOT\n{states}\nEOT")),
        ("local.outer", "local.flow # below\n  other = 1".to_owned()),
        ("local.flow", r#""{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Next\":\"B\"},\"B\":{\"Type\":\"Succeed\"}}}""#.to_owned()),
    ] {
        let mut locals = format!("locals {{\n  # ours\n  flow   = {local}\n  region = \"x\"\n}}\n");
        if definition == "local.outer" {
            locals = format!("locals {{\n  flow = <<EOT\n{states}\nEOT\n  outer = {local}\n}}\n");
        }
        let machine = machine.replace("DEFINITION", definition);
        let project = Project::new(&[
            ("infra/main.tf", &machine),
            ("infra/locals.tf", &locals),
            ("infra/broken.tf", "locals { flow = "),
        ]);
        assert!(project.at("infra/locals.tf", import::import_beside).unwrap().is_empty(), "it belongs to the machine's file");
        let flow = project.one("infra/main.tf", "flow");
        assert_eq!(flow.home.as_deref(), Some("infra/locals.tf"), "{local}");
        let to = ("Succeed", "Fail");
        let (file, gone, new) = saved(&project, "infra/main.tf", &flow, to);
        assert_eq!((file.as_str(), gone.len(), new.len()), ("infra/locals.tf", 1, 1), "{local}");
        assert_eq!(gone[0].replacen(to.0, to.1, 1), new[0], "only that state's line");
        // Without the rest of its module nothing is guessed.
        assert!(import::patch("infra/main.tf", &machine, "flow", &flow.text).is_err());
    }
}

/// HCL within `jsonencode` in another file is read, not saved back; it moves to a file, and keeps its references.
#[test]
fn an_encoded_local_of_another_file_moves_to_a_file() {
    let main = "resource \"aws_sfn_state_machine\" \"flow\" {\n  definition = jsonencode(local.flow)\n}\n";
    let locals = "locals {\n  flow = {\n    StartAt = \"A\"\n    States = { A = { Type = \"Task\", Resource = aws_lambda_function.f.arn, End = true } }\n  }\n}\n";
    let project = Project::new(&[("main.tf", main), ("locals.tf", locals)]);
    let flow = project.one("main.tf", "flow");
    assert_eq!(flow.home.as_deref(), Some("locals.tf"));
    let refused = project.at("main.tf", |place| import::patch_beside(place, "flow", &flow.text)).unwrap_err();
    assert!(refused.to_string().contains("jsonencode"), "{refused}");
    let extracted = project.at("main.tf", |place| import::extract(place, "flow", &flow.text, &|_| false)).unwrap();
    assert!(extracted.template.contains("= aws_lambda_function.f.arn"), "{}", extracted.template);
    let after = Project::new(&[("main.tf", &extracted.template), ("locals.tf", locals)]);
    assert_eq!(after.one("main.tf", "flow").file.as_deref(), Some("statemachine/flow.asl.json.tftpl"));
}

/// Two machines of one text change together, which is said.
#[test]
fn machines_that_share_a_local() {
    let main = "resource \"aws_sfn_state_machine\" \"a\" {\n  definition = local.flow\n}\nresource \"aws_sfn_state_machine\" \"b\" {\n  definition = local.flow\n}\n";
    let locals =
        "locals {\n  flow = <<EOT\n{ \"StartAt\": \"A\", \"States\": { \"A\": { \"Type\": \"Succeed\" } } }\nEOT\n}\n";
    let project = Project::new(&[("main.tf", main), ("locals.tf", locals)]);
    let notes: Vec<String> = project.read("main.tf").iter().map(|one| one.notes[0].text.clone()).collect();
    assert_eq!(
        notes,
        [
            "the definition is that of b too: a change is one of both",
            "the definition is that of a too: a change is one of both"
        ]
    );
}

/// Layers of functions, in every language that declares them: which of them are here, and in which order.
#[test]
fn functions_keep_their_layers() {
    let sam = "Globals:\n  Function:\n    Layers: [!Ref Base]\nResources:\n  Base:\n    Type: AWS::Serverless::LayerVersion\n    Properties: { ContentUri: layers/base }\n  \
               Own:\n    Type: AWS::Lambda::LayerVersion\n    Properties: { Content: ../own }\n  Fn:\n    Type: AWS::Serverless::Function\n    \
               Properties:\n      CodeUri: src\n      Layers:\n        - !Ref Own\n        - arn:aws:lambda:eu-central-1:1:layer:tools:3\n        - !Sub 'arn:${AWS::Region}'\n  \
               Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionSubstitutions: { Fn: !GetAtt Fn.Arn }\n      DefinitionUri: flow.asl.json\n";
    let terraform = "resource \"aws_sfn_state_machine\" \"flow\" {\n  definition = templatefile(\"${path.module}/flow.asl.json\", { Fn = aws_lambda_function.f.arn })\n}\n\
                     resource \"aws_lambda_function\" \"f\" {\n  filename = \"src\"\n  layers   = [aws_lambda_layer_version.base.arn, module.own.lambda_layer_arn, var.tools]\n}\n\
                     resource \"aws_lambda_layer_version\" \"base\" {\n  filename = data.archive_file.base.output_path\n}\n\
                     data \"archive_file\" \"base\" {\n  source_dir = \"${path.module}/layers/base\"\n}\nmodule \"own\" {\n  create_layer = true\n  source_path  = \"../own\"\n}\n";
    let serverless = "service: s\nprovider: { name: aws, layers: [arn:aws:lambda:eu-central-1:1:layer:tools:3] }\nlayers:\n  base-layer: { path: layers/base }\nfunctions:\n  \
                      f: { handler: a.b, layers: [!Ref BaseDashlayerLambdaLayer, !Ref Elsewhere] }\n  g: { handler: a.c }\nstepFunctions:\n  stateMachines:\n    flow:\n      definition:\n        \
                      StartAt: A\n        States:\n          A: { Type: Task, Resource: !GetAtt [f, Arn], Next: B }\n          B: { Type: Task, Resource: !GetAtt [g, Arn], End: true }\n";
    let synthesised = r#"{ "Resources": {
        "L1": { "Type": "AWS::Lambda::LayerVersion", "Properties": { "Content": { "S3Bucket": "b", "S3Key": "k.zip" } },
            "Metadata": { "aws:asset:path": "asset.abc" } },
        "F1": { "Type": "AWS::Lambda::Function", "Properties": { "Layers": [{ "Ref": "L1" }] }, "Metadata": { "aws:asset:path": "asset.f" } },
        "Flow": { "Type": "AWS::StepFunctions::StateMachine", "Properties": { "Definition": { "StartAt": "A",
            "States": { "A": { "Type": "Task", "Resource": { "Fn::GetAtt": ["F1", "Arn"] }, "End": true } } } } } } }"#;
    let project = Project::new(&[
        ("app/template.yaml", sam),
        ("app/main.tf", terraform),
        ("app/serverless.yml", serverless),
        ("cdk.out/App.template.json", synthesised),
        ("app/flow.asl.json", STATES),
    ]);
    let layers = |path: &str, id: &str, function: usize| -> Vec<(String, Option<String>)> {
        let function = project.one(path, id).functions.swap_remove(function);
        function.layers.into_iter().map(|layer| (layer.name, layer.code)).collect()
    };
    let here = |name: &str, code: &str| (name.to_owned(), Some(code.to_owned()));
    let elsewhere = |name: &str| (name.to_owned(), None);
    assert_eq!(
        layers("app/template.yaml", "Flow", 0),
        [
            here("Base", "app/layers/base"),
            here("Own", "own"),
            elsewhere("arn:aws:lambda:eu-central-1:1:layer:tools:3"),
            elsewhere("arn:${AWS::Region}"),
        ]
    );
    assert_eq!(
        layers("app/main.tf", "flow", 0),
        [here("base", "app/layers/base"), here("own", "own"), elsewhere("var.tools")]
    );
    assert_eq!(
        layers("app/serverless.yml", "flow", 0),
        [here("base-layer", "app/layers/base"), elsewhere("Elsewhere")]
    );
    assert_eq!(layers("app/serverless.yml", "flow", 1), [elsewhere("arn:aws:lambda:eu-central-1:1:layer:tools:3")]);
    assert_eq!(layers("cdk.out/App.template.json", "Flow", 0), [here("L1", "cdk.out/asset.abc")]);
}

/// A byte order mark, CRLF and tabs are the author's: read, kept, and no column too much.
#[test]
fn files_of_other_editors() {
    let yaml = "Resources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Task\n            Resource: !GetAtt F.Arn\n            Next: B\n          B: {Type: Succeed}\n";
    let json = "{\n\t\"Resources\": {\n\t\t\"Flow\": {\n\t\t\t\"Type\": \"AWS::StepFunctions::StateMachine\",\n\t\t\t\"Properties\": {\n\t\t\t\t\"Definition\": {\n\t\t\t\t\t\"StartAt\": \"A\",\n\t\t\t\t\t\"States\": {\n\t\t\t\t\t\t\"A\": {\n\t\t\t\t\t\t\t\"Type\": \"Task\",\n\t\t\t\t\t\t\t\"Resource\": { \"Fn::GetAtt\": [\"F\", \"Arn\"] },\n\t\t\t\t\t\t\t\"Next\": \"B\"\n\t\t\t\t\t\t},\n\t\t\t\t\t\t\"B\": { \"Type\": \"Succeed\" }\n\t\t\t\t\t}\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n}\n";
    let hcl = "resource \"aws_sfn_state_machine\" \"Flow\" {\n  definition = <<EOT\n{ \"StartAt\": \"A\",\n  \"States\": { \"A\": { \"Type\": \"Task\", \"Resource\": \"${aws_lambda_function.F.arn}\", \"Next\": \"B\" },\n  \"B\": { \"Type\": \"Succeed\" } } }\nEOT\n}\n";
    for (path, text) in [("template.yaml", yaml), ("template.json", json), ("main.tf", hcl)] {
        for text in
            [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("\u{feff}{}", text.replace('\n', "\r\n"))]
        {
            let project = Project::new(&[(path, &text)]);
            let flow = project.one(path, "Flow");
            let (_, gone, new) = saved(&project, path, &flow, ("Succeed", "Fail"));
            assert_eq!((gone.len(), gone[0].replace("Succeed", "Fail")), (1, new[0].clone()), "{path}");
            // A reference that is written anew is written in the language of the file.
            let moved = flow.text.replacen("\"Succeed\"", "\"Pass\", \"Comment\": \"to ${F.Arn}\", \"Next\": \"A\"", 1);
            let Saved { text, .. } = project.at(path, |place| import::patch_beside(place, "Flow", &moved)).unwrap();
            assert!(path != "template.json" || text.contains("\"Fn::Sub\": \"to ${F.Arn}\""), "{text}");
            assert_eq!(text.contains("!Sub"), path == "template.yaml", "{text}");
        }
    }
}

/// A definition that depends on a condition is that of the condition's first answer, says so, and is saved there.
#[test]
fn definitions_that_depend_on_a_condition() {
    let template = "Resources:\n  Text:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !If\n        - Big\n        - !Sub '{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Resource\":\"${F}\",\"End\":true}}}'\n        - '{}'\n  \
                    Object:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n        Fn::If:\n          - Big\n          - StartAt: A\n            States:\n              A: {Type: Task, Resource: !Ref F, End: true}\n          - StartAt: B\n            States: {B: {Type: Succeed}}\n  \
                    Macro:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition: !Transform { Name: Ours, Parameters: {} }\n  \
                    Include:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition: !Transform { Name: AWS::Include, Parameters: { Location: flow.asl.json } }\n";
    let main = "resource \"aws_sfn_state_machine\" \"flow\" {\n  definition = var.big ? local.flows[\"big\"] : local.flows.small\n}\nlocals {\n  flows = {\n    big = <<EOT\n{ \"StartAt\": \"A\", \"States\": {\n  \"A\": { \"Type\": \"Task\", \"Resource\": \"${var.f}\", \"End\": true } } }\nEOT\n    small = \"{}\"\n  }\n}\n";
    let project = Project::new(&[("t.yaml", template), ("main.tf", main), ("flow.asl.json", STATES)]);
    for (path, id, condition) in
        [("t.yaml", "Text", "Big"), ("t.yaml", "Object", "Big"), ("main.tf", "flow", "var.big")]
    {
        let flow = project.one(path, id);
        assert!(
            flow.notes[0].text.contains("one of two") && flow.notes[0].text.contains(condition),
            "{:?}",
            flow.notes
        );
        let (_, gone, new) = saved(&project, path, &flow, ("\"A\"", "\"A\", \"Comment\": \"c\""));
        assert!(gone.len() <= 1 && new.len() <= 2, "{gone:?} {new:?}");
        let refused = project.at(path, |place| import::extract(place, id, &flow.text, &|_| false)).unwrap_err();
        assert!(refused.to_string().contains("one of two"), "{refused}");
    }
    assert!(project.why_empty("t.yaml", "Macro").contains("computed by Transform"));
    assert_eq!(project.one("t.yaml", "Include").file.as_deref(), Some("flow.asl.json"));
}

/// What Terraform would evaluate is neither written nor moved as if it were text.
#[test]
fn template_directives_stay_where_they_are() {
    let main = "resource \"aws_sfn_state_machine\" \"flow\" {\n  definition = jsonencode({\n    Comment = \"%{if var.big}big%{endif}\"\n    StartAt = \"A\"\n    States = merge({ A = { Type = \"Pass\", Next = \"B\" } }, { B = { Type = \"Succeed\" } })\n  })\n}\n\
                resource \"aws_sfn_state_machine\" \"plain\" {\n  definition = <<EOT\n{ \"StartAt\": \"A\", \"States\": { \"A\": { \"Type\": \"Succeed\" } } }\nEOT\n}\n";
    let project = Project::new(&[("main.tf", main)]);
    let flow = project.one("main.tf", "flow");
    assert!(flow.notes[0].text.contains("directives"), "{:?}", flow.notes);
    assert!(flow.text.contains("\"B\""), "what is merged as it stands is read: {}", flow.text);
    let refused = project.at("main.tf", |place| import::extract(place, "flow", &flow.text, &|_| false)).unwrap_err();
    assert!(refused.to_string().contains("directives"), "{refused}");
    let plain = project
        .one("main.tf", "plain")
        .text
        .replace("\"Succeed\"", "\"Pass\", \"Result\": \"{%{'a': 1}%}\", \"End\": true");
    let refused = project.at("main.tf", |place| import::patch_beside(place, "plain", &plain)).unwrap_err();
    assert!(refused.to_string().contains("%%{"), "{refused}");
}

/// A YAML definition may name resources as a template does; exported, they are placeholders.
#[test]
fn references_in_a_definition_of_yaml() {
    let (document, _) = Document::parse(
        "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: !GetAtt [charge, Arn]\n    Next: B\n  B:\n    Type: Task\n    Resource: !Sub 'arn:${AWS::Partition}:states:::sns:publish'\n    Parameters: { TopicArn: !Ref Topic, Message: m }\n    End: true\n",
    );
    for target in iac::Target::ALL.into_iter().filter(|target| *target != iac::Target::Iam) {
        let rendered =
            iac::export("orders", &document, target, &iac::Settings::default(), &iac::Options::default()).unwrap();
        let proposed: Vec<&str> = rendered.placeholders.iter().map(|one| one.proposed.as_str()).collect();
        assert_eq!(proposed, ["charge.Arn", "AWS::Partition", "Topic"], "{}", target.id());
        let text: String = rendered.files.iter().map(|file| file.text.as_str()).collect();
        assert!(!text.contains("!GetAtt [charge") && !text.contains("\"GetAtt\""), "{text}");
    }
}

/// A module is given its definition by a local value; what is no definition of a machine is none of ours.
#[test]
fn a_module_that_is_given_a_local() {
    let main = "module \"flow\" {\n  source = \"./modules/sfn\"\n  definition = local.flow\n}\nmodule \"other\" {\n  source = \"./modules/api\"\n  definition = local.api\n}\n";
    let locals = "locals {\n  api = \"openapi: 3.0.1\"\n  flow = <<EOT\n{ \"StartAt\": \"A\", \"States\": { \"A\": { \"Type\": \"Succeed\" } } }\nEOT\n}\n";
    let project = Project::new(&[("main.tf", main), ("locals.tf", locals)]);
    let found = project.read("main.tf");
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["flow"]);
    let (file, _, new) = saved(&project, "main.tf", &found[0], ("Succeed", "Fail"));
    assert_eq!((file.as_str(), new.len()), ("locals.tf", 1));
}
