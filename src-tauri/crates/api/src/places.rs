//! Where things are on this machine, for every host alike.

use std::env;
use std::path::{Path, PathBuf};

/// The database. `STEPWRIGHT_DATA` names another folder than the system's usual one.
pub fn database() -> PathBuf {
    data_folder().join("stepwright.db")
}

fn data_folder() -> PathBuf {
    if let Some(folder) = env::var_os("STEPWRIGHT_DATA").filter(|folder| !folder.is_empty()) {
        return folder.into();
    }
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(home().join("Library/Application Support"))
    } else {
        absolute("XDG_DATA_HOME")
    };
    base.unwrap_or_else(|| home().join(".local/share")).join("stepwright")
}

/// The person's home folder, or the folder we are in.
pub fn home() -> PathBuf {
    env::home_dir()
        .filter(|home| home.is_absolute())
        .or_else(|| env::current_dir().ok())
        .unwrap_or_else(|| PathBuf::from("/"))
}

/// The built user interface: `STEPWRIGHT_UI`, or `ui` beside the program, or `ui/dist` of the tree it was built in.
pub fn ui() -> Option<PathBuf> {
    let named = env::var_os("STEPWRIGHT_UI").map(PathBuf::from);
    named.or_else(|| {
        near_the_program(&["ui/dist", "ui"], |folder| {
            folder.join("index.html").is_file() && !folder.join("package.json").is_file()
        })
    })
}

/// The examples: `STEPWRIGHT_EXAMPLES`, or `examples` beside the program or in the tree it was built in.
pub fn examples() -> Option<PathBuf> {
    let named = env::var_os("STEPWRIGHT_EXAMPLES").map(PathBuf::from);
    named.or_else(|| {
        near_the_program(&["examples"], |folder| !crate::workspace::list_examples(Some(folder)).examples.is_empty())
    })
}

/// The first that fits, in the program's folder or in one of those around it.
fn near_the_program(names: &[&str], fits: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let folders = program.parent()?.ancestors().take(5);
    folders.flat_map(|folder| names.iter().map(|name| folder.join(name))).find(|folder| fits(folder))
}
