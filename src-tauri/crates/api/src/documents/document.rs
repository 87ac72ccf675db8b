//! One open document: its text, and what is known of its file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use runtime::mocks::workflow_name;
use store::Recovery;
use wire::{Analysis, Code, DocumentOpened, Failure};

use super::file::Style;
use super::sidecar::Sidecar;
use crate::analysis::analyse;

pub(crate) struct Document {
    id: u32,
    name: String,
    pub(crate) text: Arc<str>,
    /// Grows with every change, by whomever.
    pub(crate) version: u32,
    /// The analysis that was told last.
    pub(crate) told: Option<Arc<Analysis>>,
    /// A task waits to put the text into the recovery store.
    pub(crate) keeping: bool,
    /// Of a document that has no file yet; beside a file it lies on disk.
    pub(crate) sidecar: Sidecar,
    file: Option<File>,
    /// Its place in the recovery store while it has no file.
    untitled: String,
    /// When unsaved text from an earlier session was typed, in milliseconds since 1970.
    recovered_at: Option<i64>,
}

struct File {
    path: PathBuf,
    /// The text that was last read from it or written to it; nothing once it is gone.
    disk: Option<Arc<str>>,
    style: Style,
}

/// What became of a change on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disk {
    TakenOver,
    /// Unsaved changes stand against it; the person decides.
    Conflict,
    Removed,
}

/// A document as it was at one moment, to be analysed without holding the lock.
pub(crate) struct Opened {
    id: u32,
    path: Option<PathBuf>,
    name: String,
    text: Arc<str>,
    version: u32,
    unsaved: bool,
    recovered_at: Option<i64>,
    recovery: String,
}

/// What recovery knows documents without a file by: this, something that tells two of one name apart, and the name.
const UNTITLED: &str = "untitled:";

/// The name of a document without a file, from its place in the recovery store.
pub(crate) fn untitled_name(recovery: &str) -> Option<&str> {
    let rest = recovery.strip_prefix(UNTITLED)?;
    Some(rest.split_once(':').map_or(rest, |(_, name)| name))
}

impl Document {
    pub(crate) fn of_file(id: u32, path: PathBuf, disk: String, style: Style, kept: Option<Recovery>) -> Document {
        let disk: Arc<str> = disk.into();
        let mut document = Document {
            id,
            name: workflow_name(&path),
            text: Arc::clone(&disk),
            version: 1,
            told: None,
            keeping: false,
            sidecar: Sidecar::default(),
            file: Some(File { path, disk: Some(disk), style }),
            untitled: String::new(),
            recovered_at: None,
        };
        if let (Some(kept), Some(file)) = (kept, &mut document.file)
            && kept.text != *document.text
        {
            document.text = kept.text.into();
            document.recovered_at = Some(kept.changed_at);
            // If the file was changed since, saving must not overwrite that unasked.
            file.disk = kept.base.map(Into::into);
        }
        document
    }

    pub(crate) fn untitled(id: u32, name: String, text: String) -> Document {
        let mut unique = [0; 8];
        // Without chance the number of the document has to do; it is unique in this session.
        let unique = match getrandom::fill(&mut unique) {
            Ok(()) => u64::from_le_bytes(unique),
            Err(_) => u64::from(id),
        };
        let untitled = format!("{UNTITLED}{unique:016x}:{name}");
        Document {
            id,
            name,
            text: text.into(),
            version: 1,
            told: None,
            keeping: false,
            sidecar: Sidecar::default(),
            file: None,
            untitled,
            recovered_at: None,
        }
    }

    /// A document without a file, from what was kept of it.
    pub(crate) fn recovered(id: u32, kept: Recovery) -> Document {
        let name = untitled_name(&kept.document).unwrap_or_default().to_owned();
        let sidecar = Sidecar::kept(kept.sidecar.as_deref());
        let document = Document::untitled(id, name, kept.text);
        Document { untitled: kept.document, recovered_at: Some(kept.changed_at), sidecar, ..document }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// What tells JSON from YAML.
    pub(crate) fn file_name(&self) -> PathBuf {
        self.path().map_or_else(|| PathBuf::from(&self.name), Path::to_owned)
    }

    pub(crate) fn style(&self) -> Style {
        self.file.as_ref().map(|file| file.style).unwrap_or_default()
    }

    pub(crate) fn disk_text(&self) -> Option<&str> {
        self.file.as_ref()?.disk.as_deref()
    }

    pub(crate) fn is_unsaved(&self) -> bool {
        self.disk_text() != Some(&*self.text)
    }

    /// Its place in the recovery store.
    pub(crate) fn recovery_key(&self) -> String {
        match self.path() {
            Some(path) => path.display().to_string(),
            None => self.untitled.clone(),
        }
    }

    pub(crate) fn check_version(&self, base: u32) -> Result<(), Failure> {
        if base == self.version {
            return Ok(());
        }
        let message = format!("the change is against version {base}, the document is at {}", self.version);
        Err(Failure::new(Code::StaleVersion, message))
    }

    pub(crate) fn set_text(&mut self, text: impl Into<Arc<str>>) {
        self.text = text.into();
        self.version += 1;
    }

    pub(crate) fn saved(&mut self, path: PathBuf, style: Style) {
        self.name = workflow_name(&path);
        self.file = Some(File { path, disk: Some(Arc::clone(&self.text)), style });
        self.recovered_at = None;
    }

    pub(crate) fn renamed(&mut self, path: PathBuf) {
        self.name = workflow_name(&path);
        if let Some(file) = &mut self.file {
            file.path = path;
        }
    }

    pub(crate) fn reloaded(&mut self, text: String, style: Style) {
        let Some(file) = &mut self.file else { return };
        let text: Arc<str> = text.into();
        file.disk = Some(Arc::clone(&text));
        file.style = style;
        self.recovered_at = None;
        if text != self.text {
            self.set_text(text);
        }
    }

    /// Takes note of what the file holds now. Nothing if that is what was known already.
    pub(crate) fn disk_changed(&mut self, found: Option<(String, Style)>) -> Option<Disk> {
        let unsaved = self.is_unsaved();
        let file = self.file.as_mut()?;
        let Some((text, style)) = found else {
            return file.disk.take().map(|_| Disk::Removed);
        };
        if file.disk.as_deref() == Some(text.as_str()) {
            return None;
        }
        if *text == *self.text {
            // Somebody wrote what is here already.
            file.disk = Some(Arc::clone(&self.text));
            file.style = style;
            return None;
        }
        if unsaved {
            // `disk` stays: it is what saving compares with.
            return Some(Disk::Conflict);
        }
        self.reloaded(text, style);
        Some(Disk::TakenOver)
    }

    pub(crate) fn opened(&self) -> Opened {
        Opened {
            id: self.id,
            path: self.path().map(Path::to_owned),
            name: self.name.clone(),
            text: Arc::clone(&self.text),
            version: self.version,
            unsaved: (self.file.is_some() || self.recovered_at.is_some()) && self.is_unsaved(),
            recovered_at: self.recovered_at,
            recovery: self.recovery_key(),
        }
    }
}

impl Opened {
    pub(crate) async fn with_analysis(self) -> DocumentOpened {
        let file_name = self.path.clone().unwrap_or_else(|| PathBuf::from(&self.name));
        let read_only = self
            .path
            .as_ref()
            .and_then(|path| std::fs::metadata(path).ok())
            .is_some_and(|about| about.permissions().readonly());
        DocumentOpened {
            document: self.id,
            recovered_at: self.recovered_at.map(crate::time::iso),
            read_only,
            recovery: self.recovery,
            path: self.path.map(|path| path.display().to_string()),
            name: self.name,
            analysis: analyse(self.id, self.version, file_name, Arc::clone(&self.text)).await,
            text: self.text.to_string(),
            version: self.version,
            unsaved: self.unsaved,
        }
    }
}
