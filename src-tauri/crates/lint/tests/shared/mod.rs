//! Finds the shared test data, which is not part of the repository.

use std::path::PathBuf;

/// `STEPWRIGHT_SHARED`, or a folder `shared` beside one of the folders above this crate.
pub(crate) fn shared() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("STEPWRIGHT_SHARED") {
        return Some(PathBuf::from(path));
    }
    let found = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("../shared"))
        .find(|folder| folder.join("conformance").is_dir());
    if found.is_none() {
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: no shared data");
        }
    }
    found
}

#[allow(dead_code, reason = "not every test walks folders")]
/// The files of a folder and of those in it, in order.
pub(crate) fn files_below(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is readable") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
