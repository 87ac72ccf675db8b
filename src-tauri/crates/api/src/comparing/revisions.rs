//! The revisions of a file, asked of the program `git`. Nothing of a repository's own settings is run.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wire::{Code, Failure, Revision, Revisions};

const MOST: &str = "200";
const PATIENCE: Duration = Duration::from_secs(10);
/// As much as a file may hold.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

const NO_REPOSITORY: Revisions = Revisions { repository: false, revisions: Vec::new() };

pub(crate) async fn list(path: Option<PathBuf>) -> Result<Revisions, Failure> {
    let Some(path) = path else { return Ok(NO_REPOSITORY) };
    let (Some(folder), Some(name)) = (path.parent().map(Path::to_owned), path.file_name().map(ToOwned::to_owned))
    else {
        return Ok(NO_REPOSITORY);
    };
    let format = "--format=%x1e%H%x1f%aI%x1f%an%x1f%s";
    let arguments =
        ["log", "--follow", "--name-only", "--no-show-signature", "--no-color", "-z", "-n", MOST, format, "--"];
    let mut command = git(&folder);
    command.args(arguments).arg(format!("./{}", name.to_string_lossy()));
    // Without git, or outside of a repository, there is nothing to compare with: no error.
    let Some(output) = run(command).await else { return Ok(NO_REPOSITORY) };
    let revisions = String::from_utf8_lossy(&output).split('\u{1e}').filter_map(revision).collect();
    Ok(Revisions { repository: true, revisions })
}

fn revision(record: &str) -> Option<Revision> {
    let mut fields = record.splitn(4, '\u{1f}');
    let (id, at, author, rest) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let (subject, names) = rest.split_once('\0').unwrap_or((rest, ""));
    let path = names.split('\0').map(|name| name.trim_start_matches('\n')).find(|name| !name.is_empty())?;
    Some(Revision {
        id: id.to_owned(),
        at: at.to_owned(),
        author: author.to_owned(),
        subject: subject.to_owned(),
        path: path.to_owned(),
    })
}

/// The text of a file at a revision. `then` is its path from the root of the repository.
pub(crate) async fn text_at(file: &Path, id: &str, then: &str) -> Result<String, Failure> {
    let is_hash = (7..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (true, Some(folder)) = (is_hash, file.parent()) else {
        return Err(Failure::new(Code::BadRequest, format!("{id:?} is not a revision")));
    };
    let mut command = git(folder);
    command.args(["cat-file", "blob"]).arg(format!("{id}:{then}"));
    let output = run(command)
        .await
        .ok_or_else(|| Failure::new(Code::FileNotFound, format!("{then} cannot be read at revision {}", &id[..7])))?;
    String::from_utf8(output).map_err(|_| Failure::new(Code::FileUnreadable, format!("{then} was not UTF-8 text")))
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"])
        .args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.quotePath=false"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// What a program writes; nothing if it fails, takes too long or writes too much.
async fn run(command: Command) -> Option<Vec<u8>> {
    tokio::task::spawn_blocking(move || run_now(command)).await.ok().flatten()
}

fn run_now(mut command: Command) -> Option<Vec<u8>> {
    let mut child = command.spawn().ok()?;
    let stdout = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut output = Vec::new();
        stdout.take(MAX_BYTES + 1).read_to_end(&mut output).ok().map(|_| output)
    });
    let end = Instant::now() + PATIENCE;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            // A program that writes too much loses its reader, and ends.
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let output = reader.join().ok().flatten()?;
    (status?.success() && output.len() as u64 <= MAX_BYTES).then_some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read() {
        let record = "abc\u{1f}2026-01-02T03:04:05+00:00\u{1f}Ada\u{1f}fix: ends — well\0\na/order.asl.json\0";
        let found = revision(record).expect("a revision");
        assert_eq!((&*found.id, &*found.subject, &*found.path), ("abc", "fix: ends — well", "a/order.asl.json"));
        assert!(revision("").is_none());
    }

    fn in_repository(folder: &Path, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        command.args(["-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    #[tokio::test]
    async fn revisions_follow_a_renamed_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("flows");
        std::fs::create_dir(&inner).expect("made");
        let file = inner.join("new name.asl.json");
        if !in_repository(folder.path(), &["init", "-q"]) {
            eprintln!("there is no git here; nothing to ask");
            return;
        }
        assert!(!list(Some(file.clone())).await.expect("no error").revisions.iter().any(|_| true));
        std::fs::write(inner.join("old.asl.json"), "{\"first\": \"ä\"}\n\n\n\n\n\n").expect("written");
        assert!(in_repository(folder.path(), &["add", "."]));
        assert!(in_repository(folder.path(), &["commit", "-q", "-m", "one\n\nbody"]));
        assert!(in_repository(folder.path(), &["mv", "flows/old.asl.json", "flows/new name.asl.json"]));
        assert!(in_repository(folder.path(), &["commit", "-q", "-m", "two"]));
        let found = list(Some(file.clone())).await.expect("no error");
        assert!(found.repository);
        let subjects: Vec<_> = found.revisions.iter().map(|revision| (&*revision.subject, &*revision.path)).collect();
        assert_eq!(subjects, [("two", "flows/new name.asl.json"), ("one", "flows/old.asl.json")]);
        let first = found.revisions.last().expect("there are two");
        let text = text_at(&file, &first.id, &first.path).await.expect("it was there");
        assert_eq!(text, "{\"first\": \"ä\"}\n\n\n\n\n\n");
        assert_eq!(text_at(&file, &first.id, "nowhere").await.expect_err("not there").code, Code::FileNotFound);
        assert_eq!(text_at(&file, "--help", "x").await.expect_err("no hash").code, Code::BadRequest);
    }

    #[tokio::test]
    async fn outside_of_a_repository_there_are_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = list(Some(folder.path().join("a.json"))).await.expect("no error");
        assert!(!found.repository && found.revisions.is_empty());
        assert!(!list(None).await.expect("no error").repository);
    }
}
