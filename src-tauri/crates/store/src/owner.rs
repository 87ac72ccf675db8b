//! Who runs what. Every process that opens the database holds a lock on a file of its own; the operating system gives
//! the lock up when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};

use crate::StoreError;

pub(crate) struct Owner {
    name: String,
    folder: PathBuf,
    lock: Option<File>,
}

impl Owner {
    pub(crate) fn claim(database: &Path) -> Result<Owner, StoreError> {
        let mut folder = database.as_os_str().to_owned();
        folder.push(".owners");
        let folder = PathBuf::from(folder);
        let fail = |source| StoreError::Io { path: folder.clone(), source };
        std::fs::create_dir_all(&folder).map_err(fail)?;
        sweep(&folder);
        loop {
            // Random, because process ids come round again while an execution of the old process is unfinished.
            let name = format!("{}-{:016x}", std::process::id(), RandomState::new().build_hasher().finish());
            let path = folder.join(&name);
            let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(fail)?;
            match file.try_lock() {
                // Another process that sweeps may have come between; then the name is void.
                Ok(()) if path.exists() => return Ok(Owner { name, folder, lock: Some(file) }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(fail(source)),
            }
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn is_alive(&self, name: &str) -> bool {
        name == self.name || (!name.is_empty() && !name.contains(['/', '\\']) && is_locked(&self.folder.join(name)))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.lock.take());
        // A file that stays behind is swept by the next process.
        let _ = std::fs::remove_file(self.folder.join(&self.name));
    }
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Removes the files of processes that are gone.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if !is_locked(&entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_lives_as_long_as_its_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("db");
        let first = Owner::claim(&database).expect("claimed");
        let second = Owner::claim(&database).expect("claimed");
        assert_ne!(first.name(), second.name());
        assert!(second.is_alive(first.name()));
        let gone = first.name().to_owned();
        drop(first);
        assert!(!second.is_alive(&gone));
        assert!(!second.is_alive("../db"), "only names of owners are looked at");
    }
}
