//! Text to what a front end shows of it: diagnostics and the graph.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wire::*;

/// Texts beyond this many bytes are analysed on a thread of their own, so that other commands do not wait.
const LONG: usize = 256 * 1024;

pub(crate) async fn analyse(document: u32, version: u32, file_name: PathBuf, text: Arc<str>) -> Analysis {
    if text.len() <= LONG {
        return analyse_now(document, version, &file_name, &text);
    }
    let running = tokio::task::spawn_blocking(move || analyse_now(document, version, &file_name, &text));
    match running.await {
        Ok(analysis) => analysis,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn analyse_now(document: u32, version: u32, _file_name: &Path, text: &str) -> Analysis {
    let parsed = serde_json::from_str::<serde_json::Value>(text);
    Analysis {
        document,
        version,
        diagnostics: Vec::new(),
        graph: None,
        well_formed: parsed.is_ok(),
        runnable: false,
        query_language: "JSONPath".into(),
        comment: parsed.ok().and_then(|value| value["Comment"].as_str().map(str::to_owned)),
    }
}

/// The definition's own comment.
pub(crate) fn comment(file_name: &Path, text: &str) -> Option<String> {
    analyse_now(0, 0, file_name, text).comment
}
