//! Every way in which a definition stands within a template, in JSON and in YAML: it is found, it is the definition that was written,
//! and an edit of one state changes the lines of that state alone.

use asl::Document;
use asl::edit::{self, Edit};
use iac::emit::{Tree, json};
use iac::import::{self, Form};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A definition within a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedding {
    /// An object of `AWS::Serverless::StateMachine`, of `AWS::StepFunctions::StateMachine`, of serverless.yml.
    SamObject,
    CfnObject,
    Serverless,
    /// `DefinitionString` as it is, in a block or with escaped line ends.
    Literal,
    Sub,
    /// `Fn::Sub` with a map of values.
    SubList,
    /// `Fn::Join` of pieces, cut where the references are.
    Join,
    /// `Fn::Join` of lines.
    JoinLines,
    Folded,
    Heredoc,
    IndentedHeredoc,
    HclString,
}

use Embedding::*;

/// With the file's name and the form the importer reports.
const EMBEDDINGS: &[(Embedding, &str, Form)] = &[
    (SamObject, "template.yaml", Form::Object),
    (SamObject, "template.json", Form::Object),
    (CfnObject, "stack.yaml", Form::Object),
    (CfnObject, "stack.json", Form::Object),
    (Literal, "stack.yaml", Form::Text),
    (Literal, "stack.json", Form::Text),
    (Sub, "stack.yaml", Form::Text),
    (Sub, "stack.json", Form::Text),
    (SubList, "stack.yaml", Form::Text),
    (SubList, "stack.json", Form::Text),
    (Join, "stack.yaml", Form::Join),
    (Join, "stack.json", Form::Join),
    (JoinLines, "stack.yaml", Form::Join),
    (JoinLines, "stack.json", Form::Join),
    (Folded, "stack.yaml", Form::Text),
    (Serverless, "serverless.yml", Form::Object),
    (Serverless, "serverless.json", Form::Object),
    (Heredoc, "main.tf", Form::Heredoc),
    (IndentedHeredoc, "main.tf", Form::Heredoc),
    (HclString, "main.tf", Form::Text),
];

impl Embedding {
    /// What stands for the function in the definition.
    fn hole(self) -> &'static str {
        match self {
            SubList => "${fn}",
            Literal => "${FnArn}",
            Heredoc | IndentedHeredoc | HclString => "${aws_lambda_function.fn.arn}",
            _ => "${Fn.Arn}",
        }
    }

    fn template(self, path: &str, machine: &Value) -> String {
        let text = written(machine);
        let in_json = path.ends_with(".json");
        match self {
            Heredoc => format!(
                "resource \"aws_sfn_state_machine\" \"m\" {{\n  name       = \"m\"\n  definition = <<EOF\n{text}\nEOF\n}}\n"
            ),
            IndentedHeredoc => format!(
                "resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = <<-EOF\n{}\n  EOF\n  name       = \"m\"\n}}\n",
                indented(&text, 4)
            ),
            HclString => format!(
                "resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = {}\n  name       = \"m\"\n}}\n",
                json::string(&text)
            ),
            Serverless => {
                let machine = Tree::map([
                    ("name", Tree::text("m")),
                    ("definition", tree(machine)),
                    ("type", Tree::text("STANDARD")),
                ]);
                let service = Tree::map([
                    ("service", Tree::text("s")),
                    ("stepFunctions", Tree::map([("stateMachines", Tree::map([("m", machine)]))])),
                ]);
                if in_json { service.to_json() } else { service.to_yaml() }
            }
            _ => self.cloudformation(machine, &text, in_json),
        }
    }

    fn cloudformation(self, machine: &Value, text: &str, in_json: bool) -> String {
        let (kind, property) = match self {
            SamObject => ("AWS::Serverless::StateMachine", "Definition"),
            CfnObject => ("AWS::StepFunctions::StateMachine", "Definition"),
            _ => ("AWS::StepFunctions::StateMachine", "DefinitionString"),
        };
        // A text in the style that people write: a block in YAML, one line in JSON.
        let block = |indent: usize, mark: &str| format!("{mark}\n{}", indented(text, indent));
        let quoted = |text: &str| json::string(text);
        let arn = if in_json { "{ \"Fn::GetAtt\": [\"Fn\", \"Arn\"] }" } else { "!GetAtt Fn.Arn" };
        let value = match (self, in_json) {
            (SamObject | CfnObject, _) => String::new(),
            (Literal, false) => block(8, "|"),
            (Literal, true) => quoted(text),
            (Sub, false) => block(8, "!Sub |"),
            (Sub, true) => format!("{{ \"Fn::Sub\": {} }}", quoted(text)),
            (SubList, false) => format!("!Sub\n        - |\n{}\n        - fn: {arn}", indented(text, 10)),
            (SubList, true) => format!("{{ \"Fn::Sub\": [{}, {{ \"fn\": {arn} }}] }}", quoted(text)),
            (Folded, _) => block(8, "!Sub >-"),
            (JoinLines, _) => {
                let lines: Vec<String> = text
                    .lines()
                    .map(|line| match (line.contains("${"), in_json) {
                        (false, _) => quoted(line),
                        (true, false) => format!("!Sub {}", quoted(line)),
                        (true, true) => format!("{{ \"Fn::Sub\": {} }}", quoted(line)),
                    })
                    .collect();
                joined("\\n", &lines, in_json)
            }
            (Join, _) => {
                let mut pieces = Vec::new();
                for (at, piece) in text.split("${Fn.Arn}").enumerate() {
                    if at > 0 {
                        pieces.push(arn.to_owned());
                    }
                    pieces.push(quoted(piece));
                }
                joined("", &pieces, in_json)
            }
            _ => unreachable!("not CloudFormation's"),
        };
        let property = if value.is_empty() {
            let tree = Tree::map([(property, tree(machine))]);
            if in_json { inner(&tree.to_json()) } else { indented(tree.to_yaml().trim_end(), 6) }
        } else if in_json {
            format!("        \"{property}\": {value}")
        } else {
            format!("      {property}: {value}")
        };
        if in_json {
            format!(
                "{{\n  \"Resources\": {{\n    \"m\": {{\n      \"Type\": \"{kind}\",\n      \"Properties\": {{\n{property},\n        \
                 \"RoleArn\": \"r\"\n      }}\n    }}\n  }}\n}}\n"
            )
        } else {
            format!(
                "Resources:\n  m:\n    Type: {kind} # a comment\n    Properties:\n{property}\n      # the end\n      RoleArn: r\n"
            )
        }
    }
}

fn joined(between: &str, pieces: &[String], in_json: bool) -> String {
    if in_json {
        format!(
            "{{\n          \"Fn::Join\": [\n            \"{between}\",\n            [\n              {}\n            ]\n          ]\n        }}",
            pieces.join(",\n              ")
        )
    } else {
        format!("!Join\n        - \"{between}\"\n        - - {}", pieces.join("\n          - "))
    }
}

/// The members of an object, at the depth of a property.
fn inner(object: &str) -> String {
    let inside: Vec<&str> = object.trim_end().lines().collect();
    indented(&inside[1..inside.len() - 1].join("\n"), 6)
}

fn indented(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

fn written(machine: &Value) -> String {
    serde_json::to_string_pretty(machine).expect("JSON")
}

/// References as an object of a template writes them.
fn tree(value: &Value) -> Tree {
    match value {
        Value::String(text) if text == "${Fn.Arn}" => Tree::attribute("Fn", "Arn"),
        Value::Array(items) => Tree::list(items.iter().map(tree)),
        Value::Object(entries) => Tree::map(entries.iter().map(|(key, value)| (key.clone(), tree(value)))),
        other => Tree::of_node(Document::parse(&other.to_string()).0.root()),
    }
}

/// States in a row, with something behind them. `hole` is what the first one calls.
fn machine(states: &[Value], hole: &str) -> Value {
    let last = states.len();
    let mut all = Map::new();
    for (at, extra) in states.iter().enumerate() {
        let mut state = if at == 0 { json!({ "Type": "Task", "Resource": hole }) } else { json!({ "Type": "Pass" }) };
        let fields = state.as_object_mut().expect("an object");
        fields.extend(extra.as_object().expect("an object").clone());
        match at + 1 {
            next if next == last => fields.insert("End".to_owned(), json!(true)),
            next => fields.insert("Next".to_owned(), json!(format!("S{next}"))),
        };
        all.insert(format!("S{at}"), state);
    }
    json!({ "StartAt": "S0", "States": all, "TimeoutSeconds": 99 })
}

/// Where a state's lines begin in a file, or what stands behind all states.
fn line_of(lines: &[&str], name: &str) -> Option<usize> {
    lines.iter().position(|line| {
        let line = line.trim();
        line == format!("{name}:")
            || line.contains(&format!("\"{name}\": "))
            || line.contains(&format!("\\\"{name}\\\": "))
            || line.starts_with(&format!("{name}: "))
    })
}

/// What Terraform would take for the beginning of an expression, as its authors write it.
fn escaped(embedding: Embedding, value: &Value) -> Value {
    let hcl = matches!(embedding, Heredoc | IndentedHeredoc | HclString);
    let text = if hcl { value.to_string().replace("${", "$${") } else { value.to_string() };
    serde_json::from_str(&text).expect("still JSON")
}

/// Makes the state `at` another one and saves it.
fn check(
    embedding: Embedding,
    path: &str,
    form: Form,
    states: &[Value],
    at: usize,
    new: &Value,
) -> Result<(), TestCaseError> {
    let (states, new) = (&escaped(embedding, &json!(states)), escaped(embedding, new));
    let states = states.as_array().expect("a list");
    let before = machine(states, embedding.hole());
    let template = embedding.template(path, &before);
    let fail = |what: &dyn std::fmt::Display| TestCaseError::fail(format!("{embedding:?} {path}: {what}\n{template}"));
    let found = import::import(path, &template, &|_| None).map_err(|error| fail(&error))?;
    prop_assert_eq!(found.len(), 1, "{}", template);
    let workflow = &found[0];
    prop_assert_eq!(workflow.form, form, "{:?} {}", embedding, path);
    let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| fail(&format!("{error}: {text}")));
    prop_assert_eq!(&read(&workflow.text)?, &before, "{}", template);

    let mut changed: Vec<Value> = states.clone();
    changed[at] = new;
    let after = machine(&changed, embedding.hole());
    let name = format!("S{at}");
    let definition = after["States"][&name].to_string();
    let (document, _) = Document::parse(&workflow.text);
    let change = edit::apply(&document, &Edit::SetDefinition { state: format!("/States/{name}"), definition });
    let change = change.map_err(|refusal| fail(&refusal.reason))?;
    let edited = asl::document::apply_edits(document.text(), &change.edits);
    prop_assert_eq!(&read(&edited)?, &after);
    let saved = import::patch(path, &template, "m", &edited).map_err(|refusal| fail(&refusal))?;
    let again = import::import(path, &saved, &|_| None).map_err(|error| fail(&format!("{error}\n{saved}")))?;
    prop_assert_eq!(&read(&again[0].text)?, &after, "from\n{}\nto\n{}", template, saved);

    // Nothing above the state and nothing behind it has changed.
    let (old, new): (Vec<&str>, Vec<&str>) = (template.lines().collect(), saved.lines().collect());
    if embedding == Join {
        // A piece between two references holds parts of several states: that piece alone is another one.
        let other = old.iter().zip(&new).filter(|(old, new)| old != new).count();
        prop_assert!(old.len() == new.len() && other <= 1, "{}", saved);
        return Ok(());
    }
    let begin = line_of(&old, &name).ok_or_else(|| fail(&"the state has no line"))?;
    let next = format!("S{}", at + 1);
    let behind = line_of(&old, if at + 1 == states.len() { "TimeoutSeconds" } else { &next });
    let behind = behind.ok_or_else(|| fail(&"nothing stands behind the state"))?;
    // Where all of it is one line, that line is the state's.
    let behind = behind.max(begin + 1);
    let tail = old.len() - behind;
    prop_assert_eq!(&new[..begin], &old[..begin], "{}", saved);
    prop_assert_eq!(&new[new.len() - tail..], &old[behind..], "{}", saved);
    Ok(())
}

#[test]
fn one_state_of_every_form() {
    let states = [json!({ "Comment": "first" }), json!({ "Result": { "a": [1, "two"] } }), json!({})];
    let changes = [
        json!({ "Comment": "another" }),
        json!({}),
        json!({ "Comment": "it's \"quoted\": #1", "Result": { "a": [1, "two", { "b": null }] } }),
        json!({ "Result": "no: object" }),
    ];
    for (embedding, path, form) in EMBEDDINGS {
        for at in 0..states.len() {
            for new in &changes {
                check(*embedding, path, *form, &states, at, new).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}

/// The definition in a file of its own is saved there, and the template says so.
#[test]
fn a_definition_in_its_own_file_is_not_saved_into_the_template() {
    for (path, text) in [
        (
            "t.yaml",
            "Resources:\n  m:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: m.asl.json\n",
        ),
        (
            "t.json",
            r#"{"Resources": {"m": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "m.asl.json"}}}}"#,
        ),
    ] {
        let definition = written(&machine(&[json!({})], "${FnArn}"));
        let found = import::import(path, text, &|file| (file == "m.asl.json").then(|| definition.clone())).unwrap();
        assert_eq!((found[0].form, found[0].text.as_str()), (Form::Separate, definition.as_str()));
        assert!(import::patch(path, text, "m", &definition).unwrap_err().to_string().contains("a file of its own"));
    }
}

/// What would not be read back as it was meant is not written.
#[test]
fn what_would_break_the_file_is_refused() {
    let machine = machine(&[json!({ "Comment": "c" })], "${aws_lambda_function.fn.arn}");
    let template = Heredoc.template("main.tf", &machine);
    for broken in ["${", "${ unfinished", "%{ if }", "%{"] {
        let text = written(&machine).replace("\"c\"", &format!("\"{broken}\""));
        let saved = import::patch("main.tf", &template, "m", &text);
        assert!(saved.is_err(), "{}", saved.unwrap());
    }
}

fn word() -> impl Strategy<Value = String> {
    let known = vec![
        "plain",
        "",
        "yes",
        "1",
        "null",
        "a: b",
        "# c",
        "- d",
        "é😀",
        "it's",
        "\"q\"",
        "back\\slash",
        "{% $x %}",
        " padded ",
        "tab\there",
        "${",
        "@`!&*",
    ];
    prop::sample::select(known).prop_map(str::to_owned)
}

fn state() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        word().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        (0..99_u32).prop_map(|n| json!(n)),
        Just(Value::Null)
    ];
    let value = leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec(("[a-c]", inner), 0..3)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    (prop::option::of(word()), prop::option::of(value)).prop_map(|(comment, result)| {
        let mut state = Map::new();
        state.extend(comment.map(|comment| ("Comment".to_owned(), json!(comment))));
        state.extend(result.map(|result| ("Result".to_owned(), result)));
        Value::Object(state)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_one_state_changes_its_lines_alone(
        which in 0..EMBEDDINGS.len(),
        states in prop::collection::vec(state(), 1..5),
        at in any::<prop::sample::Index>(),
        new in state(),
    ) {
        let (embedding, path, form) = EMBEDDINGS[which];
        check(embedding, path, form, &states, at.index(states.len()), &new)?;
    }
}
