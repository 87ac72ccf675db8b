//! The recorded cases, answered by the engine and judged by the script that comes with them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One case asks for a machine that existed before, and does not say so.
const KNOWN_MISSES: usize = 1;

#[test]
fn the_judge_accepts_the_answers() {
    let Some(shared) = shared() else { return skip("no shared data") };
    let cases = shared.join("conformance/cases");
    let results = std::env::temp_dir().join(format!("stepwright-conformance-{}", std::process::id()));
    let answered =
        Command::new(env!("CARGO_BIN_EXE_engine")).arg("conformance").arg(&cases).arg("--out").arg(&results).status();
    assert!(answered.is_ok_and(|status| status.success()), "the engine answers every case");
    let judged = Command::new("python3").arg(shared.join("conformance/judge.py")).arg(&cases).arg(&results).output();
    let _ = std::fs::remove_dir_all(&results);
    let Ok(judged) = judged else { return skip("no python3") };
    let text = String::from_utf8_lossy(&judged.stdout);
    let last = text.lines().last().unwrap_or_default();
    let failed =
        last.split(", ").nth(1).and_then(|part| part.split(' ').next()).and_then(|count| count.parse::<usize>().ok());
    assert!(failed.is_some_and(|failed| failed <= KNOWN_MISSES), "{text}");
}

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("STEPWRIGHT_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared"));
    named.into_iter().chain(above).find(|folder| folder.join("conformance").is_dir())
}

#[expect(clippy::print_stdout, reason = "a test that does not run says so")]
fn skip(reason: &str) {
    println!("skipped: {reason}");
}
