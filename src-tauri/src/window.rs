//! The window and the life of the application.

use std::path::PathBuf;

use api::{Backend, Host, Setup, places};
use store::Store;
use tauri::{App, AppHandle, DragDropEvent, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use wire::Notice;

use crate::host::Desktop;

const MAIN: &str = "main";

/// Opens the window and the store.
pub(crate) fn open(app: &mut App) -> Result<(), Box<dyn std::error::Error>> {
    // First the window: its processes start while the store is opened. The page is heard only after this has ended.
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Stepwright")
        .inner_size(1440.0, 900.0)
        .min_inner_size(880.0, 560.0)
        .build()?;
    let backend = Backend::new(
        Desktop::new(app.handle().clone()),
        Setup {
            store: Store::open(&places::database()),
            examples: examples(app.handle()),
            open_at_start: files_named_at_start(),
            home: places::home(),
        },
    );
    app.manage(backend);
    Ok(())
}

pub(crate) fn on_event(app: &AppHandle, event: &RunEvent) {
    match event {
        RunEvent::WindowEvent { event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }), .. } => {
            open_files(app, paths);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let paths: Vec<PathBuf> = urls.iter().filter_map(|url| url.to_file_path().ok()).collect();
            open_files(app, &paths);
        }
        _ => {}
    }
}

fn open_files(app: &AppHandle, paths: &[PathBuf]) {
    let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| path.is_dir());
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let backend = app.state::<Backend<Desktop>>();
    if let Some(folder) = folders.first() {
        backend.host().notify(Notice::OpenFolder { path: text(folder) });
    }
    if !files.is_empty() {
        backend.host().notify(Notice::OpenFiles { paths: files.into_iter().map(text).collect() });
    }
}

/// A build from the sources finds the examples of its tree; an installed application carries them as a resource.
fn examples(app: &AppHandle) -> Option<PathBuf> {
    let bundled = app.path().resource_dir().ok().map(|folder| folder.join("workflows"));
    places::examples().or(bundled.filter(|folder| folder.is_dir()))
}

fn files_named_at_start() -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    std::env::args_os()
        .skip(1)
        .filter(|argument| !argument.to_string_lossy().starts_with('-'))
        .map(|path| here.join(path))
        .collect()
}
