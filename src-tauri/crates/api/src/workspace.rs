//! The application, its files and its settings.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use runtime::mocks::workflow_name;
use store::Store;
use wire::*;

use crate::backend::Inner;
use crate::failure::{of_store, reading};
use crate::host::Host;
use crate::time::iso;

/// The browser's file dialog shows no more than this of a folder.
const MAX_ENTRIES: usize = 2_000;
/// Longer settings are a mistake of the front end.
const MAX_SETTING_BYTES: usize = 4 * 1024 * 1024;

pub(crate) fn app_info<H: Host>(inner: &Inner<H>) -> Result<AppInfo, Failure> {
    let interrupted = match &inner.store {
        Ok(store) => interrupted_executions(store)?,
        Err(_) => 0,
    };
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        native_dialogs: inner.host.native_dialogs(),
        open_at_start: inner.open_at_start.iter().filter(|path| !path.is_dir()).map(text).collect(),
        folder_at_start: inner.open_at_start.iter().find(|path| path.is_dir()).map(text),
        home: text(&inner.home),
        interrupted_executions: interrupted,
    })
}

fn interrupted_executions(store: &Store) -> Result<u32, Failure> {
    let unfinished = store.read(|db| db.unfinished_executions()).map_err(of_store)?;
    let count = unfinished.iter().filter(|execution| !store.is_alive(&execution.owner)).count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(crate) fn recent_files(store: &Store) -> Result<RecentFiles, Failure> {
    // Opening a file does not wait until it is noted; whoever asks for the list does.
    store.write_now(|_| Ok(())).map_err(of_store)?;
    let files = store.read(|db| db.recent_files()).map_err(of_store)?;
    let file = |file: store::RecentFile| {
        let path = Path::new(&file.path);
        RecentFile {
            name: workflow_name(path),
            opened_at: iso(file.opened_at),
            exists: path.is_file(),
            path: file.path,
        }
    };
    Ok(RecentFiles { files: files.into_iter().map(file).collect() })
}

pub(crate) fn forget_recent_file(store: &Store, request: ForgetRecentFile) -> Result<Nothing, Failure> {
    store.write_now(move |db| db.forget_recent_file(&request.path)).map_err(of_store)?;
    Ok(Nothing {})
}

pub(crate) fn get_setting(store: &Store, request: &GetSetting) -> Result<Setting, Failure> {
    let value = store.read(|db| db.setting(&request.key)).map_err(of_store)?;
    Ok(Setting { value })
}

pub(crate) fn put_setting(store: &Store, request: PutSetting) -> Result<Nothing, Failure> {
    if request.value.len() > MAX_SETTING_BYTES || serde_json::from_str::<serde::de::IgnoredAny>(&request.value).is_err()
    {
        return Err(Failure::new(Code::BadRequest, format!("the setting {:?} is not JSON, or too long", request.key)));
    }
    store.write_now(move |db| db.put_setting(&request.key, &request.value)).map_err(of_store)?;
    Ok(Nothing {})
}

/// Every `NAME/NAME.asl.json` (or YAML) below the folder, by name.
pub(crate) fn list_examples(folder: Option<&Path>) -> Examples {
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut examples: Vec<Example> = entries.filter_map(|entry| example(&entry.path())).collect();
    examples.sort_by(|a, b| a.name.cmp(&b.name));
    Examples { examples }
}

fn example(folder: &Path) -> Option<Example> {
    let name = folder.file_name()?.to_str()?.to_owned();
    let path = ["asl.json", "asl.yaml"]
        .iter()
        .map(|ending| folder.join(format!("{name}.{ending}")))
        .find(|path| path.is_file())?;
    let text = fs::read_to_string(&path).ok()?;
    let summary = crate::analysis::comment(&path, &text).unwrap_or_default();
    Some(Example { name, summary, path: self::text(&path) })
}

pub(crate) fn list_folder(request: &ListFolder) -> Result<Folder, Failure> {
    let asked = Path::new(&request.path);
    if !asked.is_absolute() {
        return Err(Failure::new(Code::BadRequest, format!("{:?} is not an absolute path", request.path)));
    }
    let path = asked.canonicalize().map_err(|error| reading(asked, &error))?;
    let mut entries: Vec<FolderEntry> = fs::read_dir(&path)
        .map_err(|error| reading(&path, &error))?
        .flatten()
        .filter_map(|entry| folder_entry(&entry.path()))
        .collect();
    entries.sort_by_cached_key(|entry| (Reverse(entry.is_folder), entry.name.to_lowercase(), entry.name.clone()));
    let truncated = entries.len() > MAX_ENTRIES;
    entries.truncate(MAX_ENTRIES);
    Ok(Folder { parent: path.parent().map(text), path: text(&path), entries, truncated })
}

/// Nothing for hidden entries, for files that cannot hold a workflow, and for names that are not text.
fn folder_entry(path: &Path) -> Option<FolderEntry> {
    let name = path.file_name()?.to_str().filter(|name| !name.starts_with('.'))?.to_owned();
    let is_folder = path.is_dir();
    let may_hold_a_workflow = || {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        matches!(extension.as_deref(), Some("json" | "yaml" | "yml" | "asl" | "template" | "tf"))
    };
    (is_folder || may_hold_a_workflow()).then(|| FolderEntry { name, path: text(path), is_folder })
}

pub(crate) fn text(path: impl AsRef<Path>) -> String {
    path.as_ref().display().to_string()
}

/// Absolute and without symbolic links: what a document is known by.
pub(crate) fn canonical(path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(path);
    path.canonicalize().map_err(|error| reading(path, &error))
}
