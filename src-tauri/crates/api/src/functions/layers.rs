//! Layers of functions: where an interpreter finds what stands under `/opt` in Lambda.
//!
//! A layer's folder stands for `/opt`. SAM builds some layers from bare sources, which it puts into the folder of their language
//! first; such a folder stands for that one.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wire::ImportedFunction;

/// The folders of a function's layers, the last one first: what it has stands over what the others have.
fn folders(function: &ImportedFunction) -> impl Iterator<Item = &Path> {
    function.layers.iter().rev().filter_map(|layer| layer.code.as_deref()).map(Path::new).filter(|code| code.is_dir())
}

/// Where an interpreter looks for modules and programs, and the loader for libraries. Of the person's own environment only the
/// `PATH` is left.
pub(super) fn environment(function: &ImportedFunction) -> Vec<(&'static str, OsString)> {
    let runtime = function.runtime.as_deref().unwrap_or_default();
    let version = runtime.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let (mut modules, mut programs, mut libraries) = (Vec::new(), Vec::new(), Vec::new());
    let python = runtime.starts_with("python");
    for folder in folders(function) {
        let of_language = folder.join(if python { "python" } else { "nodejs" });
        // Without a folder for the language it is bare sources.
        let home = if of_language.is_dir() { of_language.clone() } else { folder.to_owned() };
        if python {
            modules.extend([home.join(format!("lib/python{version}/site-packages")), home]);
        } else {
            let major = version.split('.').next().unwrap_or(version);
            modules.extend([of_language.join(format!("node{major}/node_modules")), home.join("node_modules")]);
        }
        programs.push(folder.join("bin"));
        libraries.push(folder.join("lib"));
    }
    modules.retain(|folder| folder.is_dir());
    programs.retain(|folder| folder.is_dir());
    libraries.retain(|folder| folder.is_dir());
    if let (false, Some(path)) = (programs.is_empty(), std::env::var_os("PATH")) {
        programs.extend(std::env::split_paths(&path));
    }
    let found: [(&'static str, Vec<PathBuf>); 3] = [
        (if python { "PYTHONPATH" } else { "NODE_PATH" }, modules),
        ("PATH", programs),
        ("LD_LIBRARY_PATH", libraries),
    ];
    let found = found.into_iter().filter(|(_, folders)| !folders.is_empty());
    // A folder whose name has a separator in it cannot be named there.
    found.filter_map(|(name, folders)| Some((name, std::env::join_paths(folders).ok()?))).collect()
}

/// What to do where a module was not found and a layer is not here.
pub(super) fn advice(function: &ImportedFunction) -> Option<String> {
    let missing =
        function.layers.iter().find(|layer| !layer.code.as_ref().is_some_and(|code| Path::new(code).is_dir()))?;
    Some(match &missing.code {
        Some(code) if code.ends_with(".zip") => format!("its layer {} is packed: {code}", missing.name),
        Some(code) => format!("its layer {} is not built: there is no folder {code}", missing.name),
        None => format!("its layer {} is not in the project", missing.name),
    })
}
