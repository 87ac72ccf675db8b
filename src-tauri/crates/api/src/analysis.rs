//! Text to what a front end shows of it: diagnostics and the graph.

pub(crate) mod change;
pub(crate) mod graph;
mod offsets;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl::check::MachineType;
use asl::program::QueryLanguage;
use asl::{Document, Format, Model};
use wire::*;

pub(crate) use offsets::Offsets;

/// Texts beyond this many bytes are analysed on a thread of their own, so that other commands do not wait.
const LONG: usize = 256 * 1024;
/// Beyond this many a text is not a definition that somebody mends finding by finding.
const MAX_DIAGNOSTICS: usize = 1_000;

pub(crate) async fn analyse(document: u32, version: u32, file_name: PathBuf, text: Arc<str>) -> Analysis {
    if text.len() <= LONG {
        return analyse_now(document, version, &file_name, &text);
    }
    let running = tokio::task::spawn_blocking(move || analyse_now(document, version, &file_name, &text));
    match running.await {
        Ok(analysis) => analysis,
        Err(error) => resume_unwind(error.into_panic()),
    }
}

fn analyse_now(document: u32, version: u32, file_name: &Path, text: &str) -> Analysis {
    let (parsed, syntax) = parse(file_name, text);
    let model = Model::new(parsed.root());
    let offsets = Offsets::new(text);
    // What a half-typed text lacks is not worth saying before it can be read.
    let found = match parsed.is_broken() {
        true => syntax,
        false => lint::validate(&parsed, &syntax, MachineType::Standard),
    };
    let runnable = !parsed.is_broken() && !found.iter().any(asl::Diagnostic::is_error);
    let diagnostics: Vec<Diagnostic> =
        found.iter().take(MAX_DIAGNOSTICS).map(|found| diagnostic(found, &parsed, &model, &offsets)).collect();
    Analysis {
        document,
        version,
        graph: graph::draw(&model, &parsed, &offsets),
        diagnostics,
        well_formed: !parsed.is_broken(),
        runnable,
        query_language: language_name(model.query_language).to_owned(),
        comment: comment_of(&parsed),
    }
}

/// The graph of a definition that is no longer, or never was, an open document.
pub(crate) fn graph_of(text: &str) -> Option<WorkflowGraph> {
    let (parsed, _) = Document::parse(text);
    graph::draw(&Model::new(parsed.root()), &parsed, &Offsets::new(text))
}

/// The definition's own comment.
pub(crate) fn comment(file_name: &Path, text: &str) -> Option<String> {
    comment_of(&parse(file_name, text).0)
}

fn comment_of(document: &Document) -> Option<String> {
    document.root().get("Comment")?.as_str().map(str::to_owned)
}

/// The file's ending says what it is; without one, the text does.
pub(crate) fn parse(file_name: &Path, text: &str) -> (Document, Vec<asl::Diagnostic>) {
    let ending = file_name.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("json") => Document::parse_as(text, Format::Json),
        Some("yaml" | "yml") => Document::parse_as(text, Format::Yaml),
        _ => Document::parse(text),
    }
}

fn language_name(language: QueryLanguage) -> &'static str {
    match language {
        QueryLanguage::JsonPath => "JSONPath",
        QueryLanguage::Jsonata => "JSONata",
    }
}

fn diagnostic(found: &asl::Diagnostic, document: &Document, model: &Model<'_>, offsets: &Offsets<'_>) -> Diagnostic {
    Diagnostic {
        code: found.code.to_string(),
        severity: match found.severity {
            asl::Severity::Error => Severity::Error,
            asl::Severity::Warning => Severity::Warning,
            asl::Severity::Info => Severity::Info,
        },
        message: found.message.clone(),
        pointer: found.pointer.clone(),
        range: offsets.range(found.span, document.lines()),
        state: model.state_at(found.span.start).map(|state| model.state(state).pointer.clone()),
        fix: found.fix.as_ref().map(|fix| QuickFix { title: fix.title.clone(), changes: offsets.changes(&fix.edits) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis(text: &str) -> Analysis {
        analyse_now(1, 1, Path::new("a.asl.json"), text)
    }

    #[test]
    fn a_sound_definition_can_run() {
        let analysis = analysis(r#"{"Comment": "ö", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
        assert!(
            analysis.diagnostics.iter().all(|found| found.severity != Severity::Error),
            "{:?}",
            analysis.diagnostics
        );
        assert!(analysis.runnable && analysis.well_formed);
        assert_eq!(analysis.comment.as_deref(), Some("ö"));
    }

    #[test]
    fn diagnostics_count_like_the_editor() {
        let analysis =
            analysis("{\"Comment\": \"🚀\", \"StartAt\": \"Gone\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}}");
        let mut errors = analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let found = errors.next_back().expect("Gone is not a state");
        assert_eq!((found.range.line, found.range.column), (1, found.range.from + 1), "{found:?}");
        assert!(!analysis.runnable);
    }

    #[test]
    fn half_typed_text_has_a_graph_and_only_its_own_errors() {
        let analysis = analysis(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Su"#);
        assert!(!analysis.well_formed && !analysis.runnable);
        assert!(analysis.diagnostics.iter().all(|found| found.pointer.is_none()), "{:?}", analysis.diagnostics);
        let graph = analysis.graph.expect("a graph");
        assert!(graph.nodes.iter().any(|node| node.id == "/States/A"));
    }

    #[test]
    fn text_without_states_has_no_graph() {
        assert!(analysis("").graph.is_none());
        assert!(analysis("[1, 2]").graph.is_none());
        let empty = analysis(r#"{"StartAt": "", "States": {}}"#).graph.expect("a place for states");
        assert_eq!(empty.nodes.len(), 2, "{empty:?}");
    }
}
