//! Watching single files for changes by other programs.
//!
//! Editors replace files in many ways: in place, by renaming a new one over it, by removing and creating. So the folder
//! is watched, not the file, and a change is reported once the file has been quiet for a moment. What changed, and
//! whether it was we who changed it, is for the caller to find out by reading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// A file counts as changed after this long without another event.
const QUIET: Duration = Duration::from_millis(60);
/// A file that is written to all the time is reported this often.
const AT_THE_LATEST: Duration = Duration::from_millis(500);

pub struct Watcher {
    notify: Mutex<RecommendedWatcher>,
    files: Arc<Mutex<Files>>,
}

#[derive(Default)]
struct Files {
    watched: BTreeSet<PathBuf>,
    /// How many of the watched files lie in each watched folder.
    folders: BTreeMap<PathBuf, usize>,
}

impl Watcher {
    /// `changed` runs on a thread of its own for every watched file that was changed, replaced, created or removed.
    ///
    /// # Errors
    /// When the system refuses: no inotify instances are left, for instance.
    pub fn start(changed: impl Fn(&Path) + Send + 'static) -> Result<Watcher, notify::Error> {
        let files = Arc::new(Mutex::new(Files::default()));
        let (sender, events) = channel();
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !event.kind.is_access()
            {
                // The thread below ends with the watcher; then nobody needs the event.
                let _ = sender.send(event.paths);
            }
        })?;
        let watched = Arc::clone(&files);
        std::thread::Builder::new()
            .name("file-watch".into())
            .spawn(move || report(&events, &watched, &changed))
            .map_err(notify::Error::io)?;
        Ok(Watcher { notify: Mutex::new(notify), files })
    }

    /// Watches a file; its folder must exist. The path must be absolute and without symbolic links.
    ///
    /// # Errors
    /// When the folder cannot be watched.
    pub fn watch(&self, file: &Path) -> Result<(), notify::Error> {
        let mut files = lock(&self.files);
        let Some(folder) = file.parent() else { return Ok(()) };
        if files.watched.contains(file) {
            return Ok(());
        }
        if !files.folders.contains_key(folder) {
            lock(&self.notify).watch(folder, RecursiveMode::NonRecursive)?;
        }
        *files.folders.entry(folder.to_owned()).or_default() += 1;
        files.watched.insert(file.to_owned());
        Ok(())
    }

    pub fn unwatch(&self, file: &Path) {
        let mut files = lock(&self.files);
        let Some(folder) = file.parent() else { return };
        if !files.watched.remove(file) {
            return;
        }
        let Some(count) = files.folders.get_mut(folder) else { return };
        *count -= 1;
        if *count == 0 {
            files.folders.remove(folder);
            // The folder may be gone, and with it the watch.
            let _ = lock(&self.notify).unwatch(folder);
        }
    }
}

/// Watches folders one by one, so that those nobody wants to know about (`node_modules`) cost nothing.
pub struct FolderWatcher {
    notify: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl FolderWatcher {
    /// `changed` is told what was changed, created, renamed or removed in the folders, event by event.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(changed: impl Fn(&[PathBuf]) + Send + 'static) -> Result<FolderWatcher, notify::Error> {
        let notify = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !event.kind.is_access()
            {
                changed(&event.paths);
            }
        })?;
        Ok(FolderWatcher { notify, watched: BTreeSet::new() })
    }

    /// Watches these folders and no others. Answers how many of them cannot be watched.
    pub fn follow(&mut self, folders: &BTreeSet<PathBuf>) -> usize {
        let gone: Vec<PathBuf> = self.watched.difference(folders).cloned().collect();
        for folder in gone {
            self.watched.remove(&folder);
            // A folder that is gone took its watch with it.
            let _ = self.notify.unwatch(&folder);
        }
        let mut refused = 0;
        for folder in folders {
            if self.watched.contains(folder) {
                continue;
            }
            match self.notify.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.watched.insert(folder.clone())),
                Err(_) => refused += 1,
            }
        }
        refused
    }
}

fn report(events: &Receiver<Vec<PathBuf>>, files: &Mutex<Files>, changed: &dyn Fn(&Path)) {
    let mut waiting: BTreeMap<PathBuf, (Instant, Instant)> = BTreeMap::new();
    loop {
        let due = waiting.values().map(|(first, last)| (*last + QUIET).min(*first + AT_THE_LATEST)).min();
        let event = match due {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        let now = Instant::now();
        match event {
            Ok(paths) => {
                let files = lock(files);
                for path in paths.into_iter().filter(|path| files.watched.contains(path)) {
                    waiting.entry(path).or_insert((now, now)).1 = now;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        waiting.retain(|path, (first, last)| {
            let due = *last + QUIET <= now || *first + AT_THE_LATEST <= now;
            if due {
                changed(path);
            }
            !due
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_each_way_of_changing_a_file_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().canonicalize().expect("a real path");
        let file = folder.join("a.asl.json");
        std::fs::write(&file, "{}").expect("written");
        let (sender, changes) = channel();
        let watcher =
            Watcher::start(move |path| sender.send(path.to_owned()).expect("the test listens")).expect("started");
        watcher.watch(&file).expect("watched");
        let next = || changes.recv_timeout(Duration::from_secs(5)).ok();

        std::fs::write(folder.join("other.json"), "{}").expect("written");
        std::fs::write(&file, "{ }").expect("written");
        std::fs::write(&file, "{  }").expect("written");
        assert_eq!(next().as_deref(), Some(file.as_path()), "written twice in one breath");

        std::fs::write(folder.join("new"), "[]").expect("written");
        std::fs::rename(folder.join("new"), &file).expect("renamed");
        assert_eq!(next().as_deref(), Some(file.as_path()), "replaced");

        std::fs::remove_file(&file).expect("removed");
        assert_eq!(next().as_deref(), Some(file.as_path()), "removed");

        watcher.unwatch(&file);
        std::fs::write(&file, "{}").expect("written");
        assert_eq!(changes.recv_timeout(QUIET * 4).ok(), None, "nobody watches any more");
    }
    #[test]
    fn a_folder_reports_its_own_files_and_no_longer_once_it_is_left_out() {
        let root = tempfile::tempdir().expect("a folder");
        let root = root.path().canonicalize().expect("a real path");
        let inner = root.join("inner");
        std::fs::create_dir(&inner).expect("created");
        let (sender, changes) = channel();
        let mut watcher = FolderWatcher::start(move |paths| {
            let _ = sender.send(paths.to_vec());
        })
        .expect("started");
        assert_eq!(watcher.follow(&BTreeSet::from([root.clone(), inner.clone()])), 0);
        std::fs::write(inner.join("a.json"), "{}").expect("written");
        let first = changes.recv_timeout(Duration::from_secs(5)).expect("a change");
        assert_eq!(first, vec![inner.join("a.json")]);
        assert_eq!(watcher.follow(&BTreeSet::from([root.clone()])), 0);
        while changes.recv_timeout(QUIET).is_ok() {}
        std::fs::write(inner.join("a.json"), "[]").expect("written");
        assert_eq!(changes.recv_timeout(QUIET * 4).ok(), None, "nobody watches any more");
        assert_eq!(watcher.follow(&BTreeSet::from([root.join("gone")])), 1);
    }
}
