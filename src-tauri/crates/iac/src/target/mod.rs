//! One file for each target.

mod cdk_py;
mod cdk_ts;
mod cfn;
mod cloudformation;
mod iam_json;
mod pulumi;
mod sam;
mod serverless;
mod terraform;

use crate::plan::{Note, Plan, RenderedFile};
use crate::settings::{MachineType, Target, Trigger};

/// What a target makes of a plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Output {
    pub(crate) files: Vec<RenderedFile>,
    pub(crate) notes: Vec<Note>,
}

impl Output {
    fn file(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.push(RenderedFile { path: path.into(), text: text.into() });
    }

    fn cannot(&mut self, what: &str) {
        self.notes.push(Note::warning(format!("not part of the export: {what}"), None));
    }
}

pub(crate) fn render(plan: &Plan, target: Target) -> Output {
    match target {
        Target::Sam => sam::render(plan),
        Target::Cloudformation => cloudformation::render(plan),
        Target::Terraform => terraform::render(plan),
        Target::CdkTs => cdk_ts::render(plan),
        Target::CdkPy => cdk_py::render(plan),
        Target::Serverless => serverless::render(plan),
        Target::Pulumi => pulumi::render(plan),
        Target::Iam => iam_json::render(plan),
    }
}

/// The definition as every text-substituting tool reads it.
fn definition_file(plan: &Plan) -> (String, String) {
    let mut text = plan.definition.text().to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    (format!("statemachine/{}.asl.json", plan.slug), text)
}

/// What an API sends to Step Functions, around the ARN: the body of the request becomes the input. The escaping is one for
/// JavaScript, and JSON knows no escaped single quote.
const API_REQUEST: (&str, &str) =
    (r#"{"input": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'", "'")", "stateMachineArn": ""#, "\"}");

/// The output of a finished Express execution as the answer itself; what failed has a status and says why. It is what an API makes
/// of the description that `StartSyncExecution` gives, in which the output is text within JSON.
const API_OUTPUT: [&str; 10] = [
    r#"#if($input.path('$.status').toString().equals("SUCCEEDED"))"#,
    "$input.path('$.output')",
    "#else",
    r#"#if($input.path('$.status').toString().equals("TIMED_OUT"))"#,
    "#set($context.responseOverride.status = 504)",
    "#else",
    "#set($context.responseOverride.status = 500)",
    "#end",
    r#"{"error": "$util.escapeJavaScript($input.path('$.error')).replaceAll("\\'", "'")", "cause": "$util.escapeJavaScript($input.path('$.cause')).replaceAll("\\'", "'")"}"#,
    "#end",
];

/// One answer of an API: its status, the statuses of Step Functions it stands for, the lines of its template.
struct ApiAnswer {
    status: &'static str,
    /// The one without a pattern stands for all others.
    pattern: Option<&'static str>,
    template: &'static [&'static str],
}

/// The answers of an API: what a call gives, and errors as errors.
fn api_answers(action: &str) -> [ApiAnswer; 3] {
    let answer = |status, pattern| ApiAnswer { status, pattern: Some(pattern), template: &[] };
    let template: &[&str] = if action == "StartSyncExecution" { &API_OUTPUT } else { &[] };
    [ApiAnswer { status: "200", pattern: None, template }, answer("400", r"4\d{2}"), answer("500", r"5\d{2}")]
}

/// What a trigger calls. Whoever asks an API for an Express machine waits for its answer, which a short execution can give; other
/// triggers have nobody who waits.
fn start_action(plan: &Plan, trigger: &Trigger) -> &'static str {
    match (trigger, plan.settings.kind) {
        (Trigger::Api { .. }, MachineType::Express) => "StartSyncExecution",
        _ => "StartExecution",
    }
}

/// JSON text as a tree, for patterns and inputs that a person gave.
fn json_tree(text: &str) -> crate::emit::Tree {
    crate::emit::Tree::of_node(asl::Document::parse_as(text, asl::Format::Json).0.root())
}
