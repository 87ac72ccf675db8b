//! Finds the data that tests share with other projects.

use std::path::PathBuf;

/// The folder named by `STEPWRIGHT_SHARED`, or `shared` beside the repository; says so when there is none.
pub(crate) fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared"))
        .find(|folder| folder.join("conformance").is_dir());
    let found = named.or(beside).filter(|folder| folder.join("conformance").is_dir());
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: no shared data");
        }
    }
    found
}
