//! One look through a folder: which files hold workflows, and what is wrong with them.
//!
//! What git ignores and what no sources lie in is left out. Links to files are looked at, links to folders are not followed:
//! they may lead round in a circle. The number of files and folders is bounded, and so is the size of each. What cannot be
//! read is said, with the reason.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use asl::check::MachineType;
use asl::{Diagnostic, Model};
use iac::import::{self, Form, Place};
use iac::settings;
use ignore::WalkBuilder;
use wire::{FolderFile, FolderFileKind, FolderWorkflow, LeftOut};

use super::known::{Known, content_of};
use crate::analysis::parse;
use crate::failure::in_words;
use crate::shipping::{self, SKIPPED};
use crate::workspace::text;

const MOST_FILES: usize = 20_000;
const MOST_FOLDERS: usize = 4_000;
const DEEPEST: usize = 20;
const MOST_LEFT_OUT: usize = 100;

/// What a file was when it was looked at; nothing if there was none.
type Stamp = Option<(SystemTime, u64)>;

/// What is known of files that were looked at before.
#[derive(Default)]
pub(super) struct Cache {
    known: HashMap<PathBuf, Entry>,
    /// Definitions that are gone, by what was in them: one of them may turn up elsewhere.
    gone: HashMap<u64, Vec<PathBuf>>,
    /// Files that were seen before, in this folder or elsewhere: what they hold is kept up to date, and none of them is new.
    remembered: Known,
}

struct Entry {
    stamp: Stamp,
    /// Other files that were read for it.
    others: Vec<(PathBuf, Stamp)>,
    file: Option<FolderFile>,
    /// What is in it, as a number.
    content: Option<u64>,
}

pub(super) struct Progress<'f> {
    pub(super) looked_at: u32,
    pub(super) candidates: u32,
    pub(super) files: &'f [FolderFile],
}

pub(super) struct Found {
    pub(super) files: Vec<FolderFile>,
    /// The folders whose changes matter.
    pub(super) folders: BTreeSet<PathBuf>,
    pub(super) looked_at: u32,
    pub(super) candidates: u32,
    pub(super) incomplete: bool,
    pub(super) left_out: Vec<LeftOut>,
    /// Definitions that have another path now: gone from one place, and in another with the same content.
    pub(super) moved: Vec<(PathBuf, PathBuf)>,
    /// Files that are remembered and hold something else now.
    pub(super) changed: Vec<(PathBuf, u64)>,
}

/// Whether a change at this path can change what was found.
pub(super) fn matters(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return false };
    // A name without an ending may have been a folder.
    name == ".gitignore"
        || (!name.starts_with('.') && (!name.contains('.') || import::looks_readable(&name) || path.is_dir()))
}

pub(super) fn scan(root: &Path, cache: &mut Cache, stop: &AtomicBool, progress: &mut dyn FnMut(Progress<'_>)) -> Found {
    let Walked { files: candidates, folders, mut incomplete, left_out } = walk(root, stop);
    let mut files = Vec::new();
    let mut kept = HashMap::with_capacity(candidates.len());
    let mut looked_at = 0;
    let mut come = Vec::new();
    let count = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
    for relative in candidates {
        if stop.load(Ordering::Relaxed) {
            incomplete = true;
            break;
        }
        let path = root.join(&relative);
        let entry = match cache.known.remove(&path) {
            Some(entry) if entry.is_current(&path) => entry,
            Some(_) => Entry::look(root, &relative, &path),
            None => {
                come.push(path.clone());
                Entry::look(root, &relative, &path)
            }
        };
        files.extend(entry.file.clone());
        kept.insert(path, entry);
        looked_at += 1;
        progress(Progress { looked_at, candidates: count, files: &files });
    }
    // What was not looked at is not gone.
    let left = std::mem::replace(&mut cache.known, kept);
    let moved = if incomplete { Vec::new() } else { cache.moved(left, come) };
    let changed = cache.changed();
    Found { files, folders, looked_at, candidates: count, incomplete, left_out, moved, changed }
}

#[derive(Default)]
struct Walked {
    /// Those that may hold workflows, relative to the root and by path.
    files: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
    incomplete: bool,
    left_out: Vec<LeftOut>,
}

fn walk(root: &Path, stop: &AtomicBool) -> Walked {
    let mut walk = WalkBuilder::new(root);
    walk.require_git(false).git_global(false).follow_links(false).max_depth(Some(DEEPEST));
    walk.filter_entry(|entry| entry.depth() == 0 || !SKIPPED.contains(&entry.file_name().to_string_lossy().as_ref()));
    let mut walked = Walked::default();
    for entry in walk.build() {
        if stop.load(Ordering::Relaxed) || walked.files.len() >= MOST_FILES {
            walked.incomplete = true;
            break;
        }
        match entry {
            Ok(entry) => walked.take(root, &entry),
            Err(error) => walked.refused(root, &error),
        }
    }
    walked.files.sort();
    walked.left_out.sort_by(|a, b| a.relative.cmp(&b.relative));
    walked
}

impl Walked {
    fn take(&mut self, root: &Path, entry: &ignore::DirEntry) {
        let Some(kind) = entry.file_type() else { return };
        let Ok(relative) = entry.path().strip_prefix(root) else { return };
        let readable = import::looks_readable(&entry.file_name().to_string_lossy());
        if relative.to_str().is_none() {
            // Front ends speak of files in text, and could not name it. What lies below it is said with it.
            let below = relative.parent().is_some_and(|around| around.to_str().is_none());
            if !below && (kind.is_dir() || readable) {
                self.leave_out(relative, "its name is not text in UTF-8: give it another to see it here".to_owned());
            }
        } else if kind.is_dir() {
            if self.folders.len() < MOST_FOLDERS {
                self.folders.insert(entry.path().to_owned());
            }
        } else if kind.is_file() && readable {
            self.files.push(relative.to_owned());
        } else if kind.is_symlink() {
            self.link(relative, entry.path(), readable);
        }
    }

    fn link(&mut self, relative: &Path, path: &Path, readable: bool) {
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                self.leave_out(relative, "links to folders are not followed: open the folder itself".to_owned());
            }
            Ok(about) if about.is_file() && readable => self.files.push(relative.to_owned()),
            Ok(_) => {}
            // Said where the file would be.
            Err(_) if named(relative) => self.files.push(relative.to_owned()),
            Err(_) => {}
        }
    }

    fn refused(&mut self, root: &Path, error: &ignore::Error) {
        let (Some(path), Some(why)) = (place(error), error.io_error()) else { return };
        let relative = path.strip_prefix(root).unwrap_or(path);
        self.leave_out(relative, in_words(why, "read"));
    }

    fn leave_out(&mut self, relative: &Path, why: String) {
        if self.left_out.len() < MOST_LEFT_OUT {
            self.left_out.push(LeftOut { relative: relative.to_string_lossy().replace('\\', "/"), why });
        }
    }
}

/// What an error of the walk is about.
fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
        _ => None,
    }
}

/// By its name a definition, whatever it holds just now.
fn named(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.contains(".asl.") || name.ends_with(".asl")
}

fn stamp(path: &Path) -> Stamp {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// More that are gone are not kept in mind.
const MOST_GONE: usize = 1_000;

impl Cache {
    /// Those of the files seen before that are gone may have moved to where nobody has looked yet.
    pub(super) fn remembering(remembered: Known) -> Cache {
        let mut gone: HashMap<u64, Vec<PathBuf>> = HashMap::new();
        for (path, content) in remembered.iter().filter(|(path, _)| !path.exists()) {
            gone.entry(*content).or_default().push(path.clone());
        }
        Cache { known: HashMap::new(), gone, remembered }
    }

    /// Which of the files that have come were somewhere else before.
    fn moved(&mut self, left: HashMap<PathBuf, Entry>, come: Vec<PathBuf>) -> Vec<(PathBuf, PathBuf)> {
        let mut alike: HashMap<u64, u32> = HashMap::new();
        for content in self.known.values().filter_map(|entry| entry.content) {
            *alike.entry(content).or_default() += 1;
        }
        if self.gone.len() > MOST_GONE {
            self.gone.clear();
        }
        for (path, entry) in left {
            if let Some(content) = entry.content {
                self.gone.entry(content).or_default().push(path);
            }
        }
        let mut moved = Vec::new();
        for path in come {
            if self.remembered.contains_key(&path) {
                continue;
            }
            let content = self.known.get(&path).and_then(|entry| entry.content);
            // Of several copies nobody can say which one it is.
            let Some(content) = content.filter(|content| alike.get(content) == Some(&1)) else { continue };
            let mut gone = self.gone.remove(&content).unwrap_or_default();
            gone.retain(|from| !from.exists() && *from != path);
            // Nor which of several it was.
            if let [from] = &gone[..] {
                self.remembered.remove(from);
                self.remembered.insert(path.clone(), content);
                moved.push((from.clone(), path));
            }
        }
        moved
    }

    fn changed(&mut self) -> Vec<(PathBuf, u64)> {
        let mut changed = Vec::new();
        for (path, content) in &mut self.remembered {
            let now = self.known.get(path).and_then(|entry| entry.content);
            if let Some(now) = now.filter(|now| now != content) {
                *content = now;
                changed.push((path.clone(), now));
            }
        }
        changed
    }
}

impl Entry {
    fn is_current(&self, path: &Path) -> bool {
        self.stamp.is_some()
            && self.stamp == stamp(path)
            && self.others.iter().all(|(path, known)| *known == stamp(path))
    }

    fn look(root: &Path, relative: &Path, path: &Path) -> Entry {
        let stamp_before = stamp(path);
        let others = std::cell::RefCell::new(Vec::new());
        let name = relative.to_string_lossy().replace('\\', "/");
        let read = |file: &str| -> Option<String> {
            let inside =
                Path::new(file).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
            let path = root.join(file);
            let known = inside.then(|| stamp(&path)).flatten();
            others.borrow_mut().push((path.clone(), known));
            known.filter(|(_, size)| *size <= iac::template::MAX_BYTES as u64)?;
            fs::read_to_string(path).ok()
        };
        let beside = shipping::module_of(root, &name);
        if let Some(folder) = path.parent().filter(|_| !beside.is_empty()) {
            // Files that come into a module say something about it.
            others.borrow_mut().push((folder.to_owned(), stamp(folder)));
        }
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        // A mistake of ours in one file must not hide the others.
        let content = std::cell::Cell::new(None);
        let look = AssertUnwindSafe(|| file(&name, path, (stamp_before, &content), &read, &beside));
        let file = catch_unwind(look).unwrap_or_else(|_| {
            tracing::error!(path = %path.display(), "looking at a file failed");
            None
        });
        let is_definition = file.as_ref().is_some_and(|file| matches!(file.kind, FolderFileKind::Workflow));
        let content = content.get().filter(|_| is_definition);
        Entry { stamp: stamp_before, others: others.into_inner(), file, content }
    }
}

fn file(
    name: &str,
    path: &Path,
    (stamp, seen): (Stamp, &std::cell::Cell<Option<u64>>),
    others: &import::Files<'_>,
    beside: &[&str],
) -> Option<FolderFile> {
    let lower = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let named = named(Path::new(&lower));
    let trouble = |why: String| {
        named.then(|| FolderFile {
            path: text(path),
            relative: name.to_owned(),
            kind: FolderFileKind::Workflow,
            workflows: Vec::new(),
            trouble: Some(why),
        })
    };
    let Some((_, size)) = stamp else {
        return trouble(fs::metadata(path).err().map_or_else(String::new, |error| of_link(path, &error)));
    };
    if size > iac::template::MAX_BYTES as u64 {
        return trouble(too_large(size));
    }
    let content = match fs::read_to_string(path) {
        Ok(content) => content,
        Err(error) => return trouble(in_words(&error, "read")),
    };
    seen.set(Some(content_of(&content)));
    if named {
        let workflow = workflow(lower, path, &content, MachineType::Standard);
        return Some(FolderFile {
            path: text(path),
            relative: name.to_owned(),
            kind: FolderFileKind::Workflow,
            workflows: vec![workflow],
            trouble: None,
        });
    }
    let (workflows, trouble) = match import::import_beside(&Place { path: name, text: &content, files: others, beside })
    {
        Ok(workflows) => (workflows, None),
        // Of what cannot be read only that is worth a line which plainly declares workflows.
        Err(error) => (Vec::new(), content.contains("aws_sfn_state_machine").then(|| error.to_string())),
    };
    if workflows.is_empty() && trouble.is_none() {
        return None;
    }
    let is_definition = workflows.iter().all(|workflow| workflow.form == Form::File) && trouble.is_none();
    let workflows: Vec<FolderWorkflow> = workflows
        .into_iter()
        .map(|found| {
            let kind = match found.settings.kind {
                settings::MachineType::Express => MachineType::Express,
                settings::MachineType::Standard => MachineType::Standard,
            };
            workflow(found.id, Path::new(""), &found.text, kind)
        })
        .collect();
    // Any text that speaks of states is read as a definition; one without a single state is something else.
    if is_definition && workflows.iter().all(|workflow| workflow.states == 0) {
        return None;
    }
    Some(FolderFile {
        path: text(path),
        relative: name.to_owned(),
        kind: if is_definition { FolderFileKind::Workflow } else { FolderFileKind::Project },
        workflows,
        trouble,
    })
}

/// Why there is nothing at a path that is there.
fn of_link(path: &Path, error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound && path.is_symlink() {
        return "the link leads to nothing".to_owned();
    }
    in_words(error, "read")
}

fn too_large(size: u64) -> String {
    const MEGABYTE: u64 = 1 << 20;
    format!(
        "with {} MB it is too large: files of up to {} MB are looked at",
        size.div_ceil(MEGABYTE),
        iac::template::MAX_BYTES as u64 / MEGABYTE
    )
}

fn workflow(id: String, path: &Path, content: &str, kind: MachineType) -> FolderWorkflow {
    let (parsed, syntax) = parse(path, content);
    let states = Model::new(parsed.root()).state_ids().count();
    let found = if parsed.is_broken() { syntax } else { lint::validate(&parsed, &syntax, kind) };
    let count = |wanted: fn(&Diagnostic) -> bool| {
        u32::try_from(found.iter().filter(|one| wanted(one)).count()).unwrap_or(u32::MAX)
    };
    FolderWorkflow {
        id,
        states: u32::try_from(states).unwrap_or(u32::MAX),
        errors: count(|one| one.severity == asl::Severity::Error),
        warnings: count(|one| one.severity == asl::Severity::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_is_stopped_keeps_what_it_found() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..20 {
            let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
            fs::write(folder.path().join(format!("{number:02}.asl.json")), text).expect("written");
        }
        let stop = AtomicBool::new(false);
        let mut cache = Cache::default();
        let found = scan(folder.path(), &mut cache, &stop, &mut |progress| {
            if progress.looked_at == 5 {
                stop.store(true, Ordering::Relaxed);
            }
        });
        assert_eq!((found.files.len(), found.looked_at, found.candidates), (5, 5, 20));
        assert!(found.incomplete && found.moved.is_empty());
        // And goes on where it ended.
        stop.store(false, Ordering::Relaxed);
        let found = scan(folder.path(), &mut cache, &stop, &mut |_| ());
        assert_eq!((found.files.len(), found.incomplete), (20, false));
    }

    #[test]
    fn a_search_that_is_stopped_before_it_begins_finds_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.asl.json"), "{}").expect("written");
        let found = scan(folder.path(), &mut Cache::default(), &AtomicBool::new(true), &mut |_| ());
        assert!(found.incomplete && found.files.is_empty());
    }
}
