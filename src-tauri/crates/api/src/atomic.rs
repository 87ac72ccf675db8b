//! Files written so that nobody ever reads half of one, and nothing is lost when the machine stops meanwhile.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces the file as a whole: readers see the old or the new bytes, never a part. Permissions are kept; a link stays a link,
/// and what it leads to is replaced.
///
/// # Errors
/// When the file is read-only, or the folder cannot be written to. The file is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::beside(path, bytes)?.put()
}

/// Some files of a group are written and others are not.
#[derive(Debug)]
pub struct HalfWritten {
    pub written: Vec<PathBuf>,
    /// The file that failed, and why.
    pub failed: PathBuf,
    pub error: io::Error,
    /// The failed one and those behind it.
    pub missing: Vec<PathBuf>,
}

impl fmt::Display for HalfWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        write!(f, "cannot write {}: {}; ", self.failed.display(), self.error)?;
        if self.written.is_empty() {
            return f.write_str("nothing was written");
        }
        write!(f, "written: {}; not written: {}", names(&self.written), names(&self.missing))
    }
}

/// Writes files that belong together, folders included. All are prepared beside their places before the first one is put there, so
/// that a full disk or a folder without permission is met while nothing has changed.
///
/// # Errors
/// Says which files were written and which were not.
pub fn write_all(files: &[(PathBuf, &str)]) -> Result<(), HalfWritten> {
    let half = |done: usize, at: usize, error: io::Error| HalfWritten {
        written: files[..done].iter().map(|(path, _)| path.clone()).collect(),
        failed: files[at].0.clone(),
        error,
        missing: files[done..].iter().map(|(path, _)| path.clone()).collect(),
    };
    let mut staged = Vec::with_capacity(files.len());
    for (at, (path, text)) in files.iter().enumerate() {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        staged.push(folder.and_then(|()| Staged::beside(path, text.as_bytes())).map_err(|error| half(0, at, error))?);
    }
    for (at, staged) in staged.into_iter().enumerate() {
        staged.put().map_err(|error| half(at, at, error))?;
    }
    Ok(())
}

/// Bytes on the disk beside the file whose place they will take; gone again if they do not take it.
struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    put: bool,
}

impl Staged {
    fn beside(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        let permissions = match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if metadata.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
            Ok(metadata) => Some(metadata.permissions()),
            Err(_) => None,
        };
        let temporary = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let staged = Self { temporary, target, put: false };
        let mut file = fs::File::create(&staged.temporary)?;
        file.write_all(bytes)?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        Ok(staged)
    }

    fn put(mut self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)?;
        self.put = true;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.put {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_cannot_be_prepared_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").unwrap();
        // A file where a folder would have to be.
        fs::write(at("b"), "in the way").unwrap();
        let half = write_all(&[(at("a"), "new"), (at("b/c"), "new")]).unwrap_err();
        assert_eq!((half.failed, half.written.len(), half.missing.len()), (at("b/c"), 0, 2));
        assert_eq!(fs::read_to_string(at("a")).unwrap(), "old");
        assert_eq!(names(folder.path()), ["a", "b"], "nothing is left beside the files");
    }

    #[test]
    fn a_failure_half_way_names_both_halves() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let twice = [(at("a"), "1"), (at("b"), "2"), (at("b"), "3"), (at("c"), "4")];
        // The same place twice: its second preparation is the first one's, and gone when its turn comes.
        let half = write_all(&twice).unwrap_err();
        assert_eq!(half.written, [at("a"), at("b")]);
        assert_eq!(half.missing, [at("b"), at("c")]);
        let said = half.to_string();
        assert!(
            said.contains(&format!("written: {}, {}; not written: ", at("a").display(), at("b").display())),
            "{said}"
        );
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[test]
    fn folders_and_read_only_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        assert_eq!(write(folder.path(), b"x").unwrap_err().kind(), io::ErrorKind::IsADirectory);
        fs::write(&file, "old").unwrap();
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        assert_eq!(write(&file, b"new").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
