//! Makes sure that what a task needs is installed, or says the one line that installs it.

use std::fs;
use std::path::PathBuf;

use crate::shell::{Outcome, cargo, go, npm, output, program, root, step, succeeds, target, ui};

/// What building the window needs on Linux.
const WINDOW_PACKAGES: &[(&str, Probe)] = &[("libwebkit2gtk-4.1-dev", Probe::Library("webkit2gtk-4.1"))];
/// What the journeys need on Linux.
const TEST_PACKAGES: &[(&str, Probe)] = &[
    ("chromium", Probe::Program("chromium")),
    ("xvfb", Probe::Program("Xvfb")),
    ("webkit2gtk-driver", Probe::Program("WebKitWebDriver")),
    ("dbus-x11", Probe::Program("dbus-launch")),
    ("xauth", Probe::Program("xauth")),
];
/// What runs a workflow's own functions in tests, and the tools that prove exports.
const PYTHON_PACKAGES: &[(&str, Probe)] =
    &[("python3", Probe::Program("python3")), ("python3-venv", Probe::PythonModule("ensurepip"))];
const TAURI_DRIVER: &str = "2.1.0";

enum Probe {
    Program(&'static str),
    Library(&'static str),
    PythonModule(&'static str),
}

impl Probe {
    fn is_there(&self) -> bool {
        match self {
            Self::Program(name) => on_path(name),
            Self::Library(name) => succeeds(program("pkg-config", &["--exists", name])),
            Self::PythonModule(name) => succeeds(program("python3", &["-c", &format!("import {name}")])),
        }
    }
}

/// The packages to build the window with.
pub(crate) fn window() -> Outcome {
    system_packages(WINDOW_PACKAGES)
}

/// The packages to run the journeys with, in the browser and in the window.
pub(crate) fn journeys() -> Outcome {
    system_packages(TEST_PACKAGES)
}

/// Python, with what makes an environment of its own.
pub(crate) fn python() -> Outcome {
    system_packages(PYTHON_PACKAGES)?;
    if succeeds(program("python3", &["-c", "import ensurepip"])) {
        return Ok(());
    }
    Err("python3 is missing; install Python 3.10 or later from https://python.org".into())
}

/// The npm packages of the UI, as its lock file says.
pub(crate) fn npm_packages() -> Outcome {
    if !succeeds(npm(&["--version"])) {
        return Err("npm is missing; install Node.js 20 or later from https://nodejs.org".into());
    }
    let lock =
        fs::read_to_string(ui().join("package-lock.json")).map_err(|error| format!("ui/package-lock.json: {error}"))?;
    let stamp = ui().join("node_modules/.stepwright-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("install npm packages", || {
        go(npm(&["ci", "--no-audit", "--no-fund"]))?;
        fs::write(&stamp, &lock).map_err(|error| format!("{}: {error}", stamp.display()))
    })
}

/// The built UI in `ui/dist`, made anew when a source is newer.
pub(crate) fn built_ui() -> Outcome {
    npm_packages()?;
    let built = fs::metadata(ui().join("dist/index.html")).and_then(|file| file.modified()).ok();
    let sources = ["src", "public", "index.html", "package-lock.json", "vite.config.ts", "tsconfig.json"];
    let newest = sources.iter().filter_map(|name| newest_change(&ui().join(name))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    step("build the UI", || go(npm(&["run", "build"])))
}

/// The WebDriver that starts the real window, built once into the target folder.
pub(crate) fn tauri_driver() -> Result<PathBuf, String> {
    let tools = target().join("tools");
    let driver = tools.join(if cfg!(windows) { "bin/tauri-driver.exe" } else { "bin/tauri-driver" });
    if !driver.exists() {
        step("install tauri-driver", || {
            let folder = tools.to_string_lossy();
            go(cargo(&["install", "tauri-driver", "--version", TAURI_DRIVER, "--locked", "--root", &folder]))
        })?;
    }
    Ok(driver)
}

fn system_packages(wanted: &[(&str, Probe)]) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing: Vec<&str> =
        wanted.iter().filter(|(_, probe)| !probe.is_there()).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    let line = format!("apt-get install -y --no-install-recommends {packages}");
    let is_root = output(program("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    if !on_path("apt-get") || !is_root {
        return Err(format!("these system packages are missing: {packages}\n  sudo apt-get update && sudo {line}"));
    }
    step(&format!("install system packages: {packages}"), || {
        go(program("apt-get", &["update", "-qq"]))?;
        let mut install = program("apt-get", &["install", "-y", "-qq", "--no-install-recommends"]);
        install.args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
        go(install)
    })
}

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn newest_change(path: &std::path::Path) -> Option<std::time::SystemTime> {
    let own = fs::metadata(path).and_then(|file| file.modified()).ok()?;
    let Ok(entries) = fs::read_dir(path) else { return Some(own) };
    entries.flatten().filter_map(|entry| newest_change(&entry.path())).max().max(Some(own))
}

/// Whether a window can be shown.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The data recorded on the real service, which lies beside the project and is not part of it.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("STEPWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    folder.join("conformance").is_dir().then_some(folder)
}
