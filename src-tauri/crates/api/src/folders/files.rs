//! What can be done to files besides opening and saving them. Nothing here writes over a file that is there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use runtime::mocks::workflow_name;
use wire::*;

use crate::documents::Documents;
use crate::failure::{reading, writing};
use crate::workspace::{canonical, text};

/// What may follow a workflow's name in the names of files that go with it.
const COMPANIONS: &[&str] = &[".input.json", ".mocks.json", ".stepwright.json", ".notes.json"];

pub(crate) fn create(request: &CreateFile) -> Result<FilePath, Failure> {
    let folder = canonical(&request.folder)?;
    let path = folder.join(plain(&request.name)?);
    let written = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| {
        file.write_all(request.text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| taken_or(&path, &error))?;
    Ok(FilePath { path: text(path) })
}

/// Renames the file, then those that go with it; an open document keeps its text and follows. What it was and is.
pub(crate) fn rename(request: &RenameFile, documents: &Documents) -> Result<(PathBuf, PathBuf), Failure> {
    let from = place(&request.path)?;
    let to = from.with_file_name(plain(&request.name)?);
    if from == to {
        return Ok((from, to));
    }
    move_new(&from, &to)?;
    documents.renamed(&from, &to);
    let (before, after) = (workflow_name(&from), workflow_name(&to));
    if before != after {
        for ending in COMPANIONS {
            let companion = from.with_file_name(format!("{before}{ending}"));
            if companion.is_file() {
                // One that cannot follow stays where it is: the rename itself is done.
                let _ = move_new(&companion, &from.with_file_name(format!("{after}{ending}")));
            }
        }
    }
    Ok((from, to))
}

/// A rename that differs in case alone meets its own file on some systems.
fn move_new(from: &Path, to: &Path) -> Result<(), Failure> {
    let same = to.canonicalize().is_ok_and(|real| real == from);
    if to.exists() && !same {
        return Err(taken(to));
    }
    fs::rename(from, to).map_err(|error| writing(to, &error))
}

pub(crate) fn duplicate(request: &FilePath) -> Result<FilePath, Failure> {
    let from = canonical(&request.path)?;
    let content = fs::read(&from).map_err(|error| reading(&from, &error))?;
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // `a.asl.json` is `a` and `.asl.json`.
    let (stem, ending) = name.split_at(name.find('.').filter(|at| *at > 0).unwrap_or(name.len()));
    for number in 1..1_000 {
        let copy = if number == 1 { "copy".to_owned() } else { format!("copy {number}") };
        let to = from.with_file_name(format!("{stem} {copy}{ending}"));
        match OpenOptions::new().write(true).create_new(true).open(&to) {
            Ok(mut file) => {
                file.write_all(&content).and_then(|()| file.sync_all()).map_err(|error| writing(&to, &error))?;
                return Ok(FilePath { path: text(to) });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(writing(&to, &error)),
        }
    }
    Err(taken(&from))
}

pub(crate) fn delete(request: &DeleteFile) -> Result<Nothing, Failure> {
    let path = place(&request.path)?;
    if !path.is_file() {
        return Err(Failure::new(Code::FileUnreadable, format!("{} is not a file", path.display())));
    }
    if request.forever {
        fs::remove_file(&path).map_err(|error| writing(&path, &error))?;
    } else {
        trash::delete(&path).map_err(|error| {
            Failure::new(Code::Unsupported, format!("{} could not go to the trash: {error}", path.display()))
        })?;
    }
    Ok(Nothing {})
}

/// Where a file stands, itself perhaps a link: what is renamed or deleted is the link and not what it leads to.
fn place(path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(path);
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if path.is_absolute() => Ok(canonical(&text(folder))?.join(name)),
        _ => Err(Failure::new(Code::BadRequest, format!("{} names no file", path.display()))),
    }
}

/// The file manager is started and left alone.
pub(crate) fn reveal(request: &FilePath) -> Result<Nothing, Failure> {
    let path = canonical(&request.path)?;
    let mut command = file_manager(&path);
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = started.map_err(|error| {
        Failure::new(Code::Unsupported, format!("no file manager could be started for {}: {error}", path.display()))
    })?;
    // Somebody has to take note of its end.
    std::thread::spawn(move || drop(child.wait()));
    Ok(Nothing {})
}

fn file_manager(path: &Path) -> Command {
    if cfg!(target_os = "macos") {
        let mut command = Command::new("open");
        command.arg("-R").arg(path);
        command
    } else if cfg!(windows) {
        let mut command = Command::new("explorer");
        command.arg(format!("/select,{}", path.display()));
        command
    } else {
        let mut command = Command::new("xdg-open");
        command.arg(if path.is_dir() { path } else { path.parent().unwrap_or(path) });
        command
    }
}

/// A name and no path.
fn plain(name: &str) -> Result<PathBuf, Failure> {
    let name = name.trim();
    let is_plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', '\0']);
    match is_plain {
        true => Ok(PathBuf::from(name)),
        false => Err(Failure::new(Code::InvalidInput, format!("{name:?} is not a file name"))),
    }
}

fn taken_or(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => writing(path, error),
    }
}

fn taken(path: &Path) -> Failure {
    Failure::new(Code::FileNotWritable, format!("{} is there already", path.display()))
}
