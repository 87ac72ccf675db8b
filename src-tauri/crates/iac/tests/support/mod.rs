//! Workflows to test with: the examples, and the recorded real ones where they are.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

pub(crate) mod offline;

use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("the crate lies in src-tauri/crates/iac")
        .to_path_buf()
}

/// Recorded data beside the project.
pub(crate) fn shared() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("STEPWRIGHT_SHARED") {
        return Some(PathBuf::from(folder));
    }
    root().ancestors().map(|folder| folder.join("shared")).find(|folder| folder.join("conformance").is_dir())
}

/// Name and text of every workflow there is to try.
#[allow(dead_code, reason = "not every test tries all workflows")]
pub(crate) fn workflows() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root().join("examples")).expect("the examples are there") {
        files.extend(definitions(&folder.expect("a folder can be listed").path()));
    }
    match shared() {
        Some(shared) => files.extend(definitions(&shared.join("workflows/real"))),
        None => println!("skipped: no shared data"),
    }
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("workflow").replace(".asl.json", "");
            (name, std::fs::read_to_string(&path).expect("a workflow is text"))
        })
        .collect()
}

#[allow(dead_code, reason = "not every test tries all workflows")]
fn definitions(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.to_string_lossy().ends_with(".asl.json"))
                .collect()
        })
        .unwrap_or_default()
}
