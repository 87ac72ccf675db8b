//! Open folders: what workflows are in them, kept up to date while files come and go.
//!
//! Each folder has a thread of its own that looks through it at first and after every change; files that did not change are
//! not read again. Front ends are told that there is more to ask for, at most some times a second.

pub(crate) mod files;
mod known;
mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use runtime::watch::FolderWatcher;
use store::Store;
use wire::*;

use crate::backend::Inner;
use crate::failure::{of_store, reading};
use crate::host::Host;
use crate::workspace::{canonical, text};

/// A folder is looked through again this long after the last change in it.
const QUIET: Duration = Duration::from_millis(200);
/// How often a front end hears of progress.
const PROGRESS: Duration = Duration::from_millis(150);
const RECENT_KEY: &str = "recentFolders";
const MOST_RECENT: usize = 12;

/// Tells the front ends that there is more to know about a folder.
type Tell = Arc<dyn Fn(&Path) + Send + Sync>;
/// Definitions were somewhere else before.
type Moved = Arc<dyn Fn(&[(PathBuf, PathBuf)]) + Send + Sync>;
/// Files that were seen before hold something else now.
type Seen = Arc<dyn Fn(&[(PathBuf, u64)]) + Send + Sync>;

pub(crate) struct Folders {
    open: Mutex<BTreeMap<PathBuf, Arc<Folder>>>,
    tell: Tell,
    moved: Moved,
    seen: Seen,
}

struct Folder {
    root: PathBuf,
    known: Mutex<Known>,
    /// Ends the search that is going on.
    stop: AtomicBool,
    /// Wakes the folder's thread, which ends when there is none.
    wake: Mutex<Option<Sender<()>>>,
}

#[derive(Default)]
struct Known {
    files: Vec<FolderFile>,
    scanning: bool,
    looked_at: u32,
    candidates: u32,
    incomplete: bool,
    left_out: Vec<LeftOut>,
}

impl Folders {
    pub(crate) fn new<H: Host>(inner: Weak<Inner<H>>) -> Folders {
        let known = inner.clone();
        let moved: Moved = Arc::new(move |moved: &[(PathBuf, PathBuf)]| {
            if let Some(inner) = known.upgrade() {
                inner.have_moved(moved);
            }
        });
        let known = inner.clone();
        let seen: Seen = Arc::new(move |files: &[(PathBuf, u64)]| {
            let Some(inner) = known.upgrade() else { return };
            if let Ok(store) = inner.store() {
                files.iter().for_each(|(path, content)| known::note(store, path, *content));
            }
        });
        let tell: Tell = Arc::new(move |path: &Path| {
            if let Some(inner) = inner.upgrade() {
                inner.host.notify(Notice::FolderChanged { path: text(path) });
            }
        });
        Folders { open: Mutex::default(), tell, moved, seen }
    }

    /// Without a store no file is known from before.
    pub(crate) fn open(&self, request: &FolderRef, store: Option<&Store>) -> Result<FolderTree, Failure> {
        let root = canonical(&request.path)?;
        if !root.is_dir() {
            return Err(Failure::new(Code::FileUnreadable, format!("{} is not a folder", root.display())));
        }
        std::fs::read_dir(&root).map_err(|error| reading(&root, &error))?;
        let mut open = lock(&self.open);
        if let Some(folder) = open.get(&root) {
            return Ok(folder.tree());
        }
        let (wake, woken) = channel();
        let folder = Arc::new(Folder {
            root: root.clone(),
            known: Mutex::new(Known { scanning: true, ..Known::default() }),
            stop: AtomicBool::new(false),
            wake: Mutex::new(Some(wake.clone())),
        });
        let before = store.map(known::known).transpose()?.unwrap_or_default();
        let (looking, tell) = (Arc::clone(&folder), Arc::clone(&self.tell));
        let (moved, seen) = (Arc::clone(&self.moved), Arc::clone(&self.seen));
        std::thread::Builder::new()
            .name("folder".into())
            .spawn(move || follow(&looking, (&wake, &woken), before, &tell, (&moved, &seen)))
            .map_err(|error| Failure::new(Code::Unexpected, error.to_string()))?;
        let tree = folder.tree();
        open.insert(root, folder);
        Ok(tree)
    }

    /// Whether a file lies in an open folder.
    pub(crate) fn contain(&self, path: &Path) -> bool {
        lock(&self.open).keys().any(|root| path.starts_with(root))
    }

    pub(crate) fn get(&self, request: &FolderRef) -> Result<FolderTree, Failure> {
        self.find(request).map(|folder| folder.tree())
    }

    pub(crate) fn stop(&self, request: &FolderRef) -> Result<Nothing, Failure> {
        self.find(request)?.stop.store(true, Ordering::Relaxed);
        Ok(Nothing {})
    }

    pub(crate) fn close(&self, request: &FolderRef) -> Nothing {
        let closed = lock(&self.open).remove(Path::new(&request.path));
        if let Some(folder) = closed {
            folder.end();
        }
        Nothing {}
    }

    fn find(&self, request: &FolderRef) -> Result<Arc<Folder>, Failure> {
        lock(&self.open)
            .get(Path::new(&request.path))
            .cloned()
            .ok_or_else(|| Failure::new(Code::FileNotFound, format!("the folder {} is not open", request.path)))
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in lock(&self.open).values() {
            folder.end();
        }
    }
}

impl Folder {
    fn tree(&self) -> FolderTree {
        let known = lock(&self.known);
        FolderTree {
            path: text(&self.root),
            name: self.root.file_name().map_or_else(|| text(&self.root), |name| name.to_string_lossy().into_owned()),
            files: known.files.clone(),
            scanning: known.scanning,
            looked_at: known.looked_at,
            candidates: known.candidates,
            incomplete: known.incomplete,
            left_out: known.left_out.clone(),
        }
    }

    fn end(&self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(wake) = lock(&self.wake).take() {
            let _ = wake.send(());
        }
    }

    fn has_ended(&self) -> bool {
        lock(&self.wake).is_none()
    }
}

/// Looks through the folder now and after every change, until it is closed.
fn follow(
    folder: &Folder,
    (wake, woken): (&Sender<()>, &Receiver<()>),
    before: known::Known,
    tell: &Tell,
    (moved, seen): (&Moved, &Seen),
) {
    let changed = wake.clone();
    let mut watcher = FolderWatcher::start(move |paths| {
        if paths.iter().any(|path| scan::matters(path)) {
            // Nobody listens once the folder is closed.
            let _ = changed.send(());
        }
    })
    .inspect_err(|error| tracing::warn!(%error, "changes in an open folder will not be noticed"))
    .ok();
    let mut cache = scan::Cache::remembering(before);
    while !folder.has_ended() {
        let folders = look(folder, &mut cache, tell, (moved, seen));
        let refused = watcher.as_mut().map_or(0, |watcher| watcher.follow(&folders));
        if refused > 0 {
            tracing::warn!(refused, root = %folder.root.display(), "changes in some folders will not be noticed");
        }
        // Waits for a change and then for quiet. The folder keeps one sender, so the wait is cut into pieces.
        let mut changed = false;
        while !folder.has_ended() {
            match woken.recv_timeout(if changed { QUIET } else { Duration::from_secs(1) }) {
                Ok(()) => changed = true,
                Err(RecvTimeoutError::Timeout) if changed => break,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

/// One look through the folder. Answers the folders to watch.
fn look(
    folder: &Folder,
    cache: &mut scan::Cache,
    tell: &Tell,
    (moved, seen): (&Moved, &Seen),
) -> std::collections::BTreeSet<PathBuf> {
    folder.stop.store(folder.has_ended(), Ordering::Relaxed);
    lock(&folder.known).scanning = true;
    let first = lock(&folder.known).files.is_empty();
    let mut told = Instant::now();
    let found = scan::scan(&folder.root, cache, &folder.stop, &mut |progress| {
        if told.elapsed() < PROGRESS {
            return;
        }
        told = Instant::now();
        let mut known = lock(&folder.known);
        known.looked_at = progress.looked_at;
        known.candidates = progress.candidates;
        if first {
            known.files = progress.files.to_vec();
        }
        drop(known);
        tell(&folder.root);
    });
    if !found.moved.is_empty() {
        moved(&found.moved);
    }
    seen(&found.changed);
    let mut known = lock(&folder.known);
    known.scanning = false;
    known.looked_at = found.looked_at;
    known.candidates = found.candidates;
    known.incomplete = found.incomplete;
    known.left_out = found.left_out;
    known.files = found.files;
    drop(known);
    if !folder.has_ended() {
        tell(&folder.root);
    }
    found.folders
}

pub(crate) fn recent(store: &Store) -> Result<RecentFolders, Failure> {
    let folders = read_recent(store)?.into_iter().map(|path| {
        let at = Path::new(&path);
        RecentFolder {
            name: at.file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned()),
            exists: at.is_dir(),
            path,
        }
    });
    Ok(RecentFolders { folders: folders.collect() })
}

pub(crate) fn note_recent(store: &Store, path: &str) -> Result<(), Failure> {
    let mut folders = read_recent(store)?;
    folders.retain(|known| known != path);
    folders.insert(0, path.to_owned());
    folders.truncate(MOST_RECENT);
    write_recent(store, &folders)
}

pub(crate) fn forget_recent(store: &Store, request: &FolderRef) -> Result<Nothing, Failure> {
    let mut folders = read_recent(store)?;
    folders.retain(|known| *known != request.path);
    write_recent(store, &folders)?;
    Ok(Nothing {})
}

fn read_recent(store: &Store) -> Result<Vec<String>, Failure> {
    let value = store.read(|db| db.setting(RECENT_KEY)).map_err(of_store)?;
    // What cannot be read is no list of ours.
    Ok(value.and_then(|value| serde_json::from_str(&value).ok()).unwrap_or_default())
}

fn write_recent(store: &Store, folders: &[String]) -> Result<(), Failure> {
    let value = serde_json::json!(folders).to_string();
    store.write_now(move |db| db.put_setting(RECENT_KEY, &value)).map_err(of_store)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
