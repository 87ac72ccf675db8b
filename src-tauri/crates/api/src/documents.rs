//! Open documents. The backend holds the text; front ends send changes against a version.
//!
//! Unsaved text is never lost: it is written to the store a moment after it was typed, and comes back when the file is
//! opened after a crash. A change by another program is taken over only where nothing is unsaved.

mod assist;
mod buffer;
mod document;
mod edits;
pub(crate) mod file;
mod layout;
mod sidecar;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use runtime::mocks::{MockFile, workflow_name};
use runtime::watch::Watcher;
use store::Recovery;
use wire::*;

use crate::analysis::{self, analyse, change};
use crate::backend::Inner;
use crate::failure::{of_mocks, of_store, reading};
use crate::host::Host;
use crate::inspecting;
use crate::shipping;
use crate::time::{iso, now};
use crate::workspace::{canonical, text};

pub(crate) use assist::completions;
use document::{Disk, Document, Opened};

/// Typed text is put into the recovery store this long after the first change that is not in it yet.
const RECOVERY_DELAY: Duration = Duration::from_millis(400);

pub(crate) struct Documents {
    open: Mutex<Open>,
    shell: Arc<dyn Shell>,
    watcher: OnceLock<Option<Watcher>>,
}

#[derive(Default)]
struct Open {
    last: u32,
    documents: BTreeMap<u32, Document>,
    /// Where the definitions of documents stand that are no file of their own, and the files of that.
    declared: BTreeMap<u32, (DeclaredAt, Vec<PathBuf>)>,
}

/// What documents need of the backend around them, without its type parameter.
trait Shell: Send + Sync {
    fn notify(&self, notice: Notice);
    fn store(&self) -> Option<store::Store>;
    /// The file at this path may have changed.
    fn looked_at(&self, path: &Path);
    /// The time has come to keep a document's unsaved text.
    fn keep(&self, document: u32);
}

struct Behind<H: Host>(Weak<Inner<H>>);

impl<H: Host> Shell for Behind<H> {
    fn notify(&self, notice: Notice) {
        if let Some(inner) = self.0.upgrade() {
            inner.host.notify(notice);
        }
    }

    fn store(&self) -> Option<store::Store> {
        self.0.upgrade()?.store().ok().cloned()
    }

    fn looked_at(&self, path: &Path) {
        if let Some(inner) = self.0.upgrade() {
            inner.documents.file_changed(path);
        }
    }

    fn keep(&self, document: u32) {
        if let Some(inner) = self.0.upgrade() {
            inner.documents.keep(document);
        }
    }
}

/// What is needed of a document to run it.
pub(crate) struct Runnable {
    pub(crate) text: Arc<str>,
    pub(crate) path: Option<PathBuf>,
    pub(crate) name: String,
}

impl Documents {
    pub(crate) fn new<H: Host>(inner: Weak<Inner<H>>) -> Documents {
        Documents { open: Mutex::default(), shell: Arc::new(Behind(inner)), watcher: OnceLock::new() }
    }

    pub(crate) async fn open(&self, request: &OpenDocument) -> Result<DocumentOpened, Failure> {
        let path = canonical(&request.path)?;
        let found = self.lock().find(&path).map(Document::opened);
        let opened = match found {
            Some(opened) => opened,
            None => {
                let Some((disk, style)) = file::read(&path)? else {
                    return Err(reading(&path, &std::io::ErrorKind::NotFound.into()));
                };
                let kept =
                    self.shell.store().and_then(|store| store.read(|db| db.recovery(&text(&path))).ok().flatten());
                let mut open = self.lock();
                // Another request may have opened it meanwhile.
                match open.find(&path).map(Document::opened) {
                    Some(opened) => opened,
                    None => open.add(|id| Document::of_file(id, path.clone(), disk, style, kept)).opened(),
                }
            }
        };
        self.watch(&path);
        if let Some(store) = self.shell.store() {
            let path = text(&path);
            // Only a convenience: opening goes on if it fails.
            store.write(move |db| db.note_recent_file(&path, now()), |_| ());
        }
        Ok(self.answer(opened).await)
    }

    pub(crate) async fn create(&self, request: NewDocument) -> Result<DocumentOpened, Failure> {
        let (opened, id) = {
            let mut open = self.lock();
            let document = open.add(|id| Document::untitled(id, request.name, request.text));
            let found = (document.opened(), document.id());
            if let Some(declared) = request.declared {
                let files = [Some(&declared.path), declared.within.as_ref()].into_iter().flatten().map(PathBuf::from);
                let files: Vec<PathBuf> = files.filter(|file| file.is_absolute()).collect();
                open.declared.insert(found.1, (declared, files));
            }
            found
        };
        let files = self.lock().declared.get(&id).map(|(_, files)| files.clone()).unwrap_or_default();
        files.iter().for_each(|file| self.watch(file));
        self.keep(id);
        Ok(self.answer(opened).await)
    }

    /// Unsaved text of documents that are not open here.
    pub(crate) fn recoverable(&self, store: &store::Store) -> Result<Recoverables, Failure> {
        // What was given up a moment ago must not be offered.
        store.write_now(|_| Ok(())).map_err(of_store)?;
        let kept = store.read(|db| db.recoverable_documents()).map_err(of_store)?;
        let open: BTreeSet<String> = self.lock().documents.values().map(Document::recovery_key).collect();
        let recoverable = |(recovery, changed_at): (String, i64)| {
            let untitled = document::untitled_name(&recovery).map(str::to_owned);
            Recoverable {
                path: untitled.is_none().then(|| recovery.clone()),
                name: untitled.unwrap_or_else(|| workflow_name(Path::new(&recovery))),
                changed_at: iso(changed_at),
                recovery,
            }
        };
        let closed = kept.into_iter().filter(|(recovery, _)| !open.contains(recovery));
        Ok(Recoverables { documents: closed.map(recoverable).collect() })
    }

    pub(crate) async fn recover(&self, request: &RecoveryRef) -> Result<DocumentOpened, Failure> {
        let found =
            self.lock().documents.values().find(|one| one.recovery_key() == request.recovery).map(Document::opened);
        if let Some(opened) = found {
            return Ok(self.answer(opened).await);
        }
        let gone = || Failure::new(Code::FileNotFound, "there is no unsaved text of this document any more");
        let store = self.shell.store().ok_or_else(gone)?;
        let kept = store.read(|db| db.recovery(&request.recovery)).map_err(of_store)?.ok_or_else(gone)?;
        if document::untitled_name(&request.recovery).is_none() {
            let path = PathBuf::from(&request.recovery);
            if path.is_file() {
                return self.open(&OpenDocument { path: request.recovery.clone() }).await;
            }
            // The file is gone: its text lives on without it.
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let opened = self.create(NewDocument { name, text: kept.text, declared: None }).await?;
            self.discard(&store, request)?;
            return Ok(DocumentOpened { unsaved: true, ..opened });
        }
        let opened = self.lock().add(|id| Document::recovered(id, kept)).opened();
        Ok(self.answer(opened).await)
    }

    pub(crate) fn discard(&self, store: &store::Store, request: &RecoveryRef) -> Result<Nothing, Failure> {
        let key = request.recovery.clone();
        store.write_now(move |db| db.delete_recovery(&key)).map_err(of_store)?;
        Ok(Nothing {})
    }

    /// The file of an open document has another name now.
    pub(crate) fn renamed(&self, from: &Path, to: &Path) {
        let notice = {
            let mut open = self.lock();
            let Some((id, document)) = open.documents.iter_mut().find(|(_, document)| document.path() == Some(from))
            else {
                return;
            };
            let before = document.recovery_key();
            document.renamed(to.to_owned());
            let id = *id;
            let notice = DocumentRenamed {
                document: id,
                path: text(to),
                name: document.name().to_owned(),
                recovery: document.recovery_key(),
            };
            if let Some(store) = self.shell.store() {
                store.write(move |db| db.delete_recovery(&before), |_| ());
            }
            notice
        };
        self.unwatch(from);
        self.watch(to);
        self.keep(notice.document);
        if let Some(store) = self.shell.store() {
            let (from, to) = (text(from), text(to));
            store.write(move |db| db.forget_recent_file(&from).and_then(|()| db.note_recent_file(&to, now())), |_| ());
        }
        self.shell.notify(Notice::DocumentRenamed(notice));
    }

    pub(crate) fn close(&self, document: u32) -> Result<Nothing, Failure> {
        let (closed, declared) = {
            let mut open = self.lock();
            let closed = open.documents.remove(&document).ok_or_else(|| not_open(document))?;
            (closed, open.declared.remove(&document))
        };
        self.forget(&closed);
        let files = declared.map(|(_, files)| files).unwrap_or_default();
        files.iter().map(PathBuf::as_path).chain(closed.path()).for_each(|file| self.unwatch(file));
        Ok(Nothing {})
    }

    /// The analysis of the changed text, as it is told and whole.
    pub(crate) async fn change(&self, request: &ChangeDocument) -> Result<(AnalysisChange, Arc<Analysis>), Failure> {
        let (text, version, path, first) = {
            let mut open = self.lock();
            let document = open.get_mut(request.document)?;
            document.check_version(request.base_version)?;
            document.set_text(buffer::apply(&document.text, &request.changes)?);
            let first = !std::mem::replace(&mut document.keeping, true);
            (Arc::clone(&document.text), document.version, document.file_name(), first)
        };
        if first {
            self.keep_soon(request.document);
        }
        let analysis = Arc::new(analyse(request.document, version, path, text).await);
        let before = self.told(&analysis).filter(|before| Some(before.version) == request.known);
        Ok((change::between(before.as_deref(), &analysis), analysis))
    }

    /// Keeps what a front end is told, so that the next change says only what is new. Answers what it was told before.
    fn told(&self, analysis: &Arc<Analysis>) -> Option<Arc<Analysis>> {
        let mut open = self.lock();
        let document = open.documents.get_mut(&analysis.document)?;
        document.told.replace(Arc::clone(analysis))
    }

    /// What opening a document answers with.
    async fn answer(&self, opened: Opened) -> DocumentOpened {
        let opened = opened.with_analysis().await;
        self.told(&Arc::new(opened.analysis.clone()));
        opened
    }

    /// Unsaved text goes into the recovery store in a moment, so that fast typing is kept once.
    fn keep_soon(&self, document: u32) {
        let shell = Arc::clone(&self.shell);
        tokio::spawn(async move {
            tokio::time::sleep(RECOVERY_DELAY).await;
            shell.keep(document);
        });
    }

    /// The text of a version, with the name of its file.
    fn text_of(&self, document: u32, version: u32) -> Result<(Arc<str>, PathBuf), Failure> {
        let mut open = self.lock();
        let document = open.get_mut(document)?;
        document.check_version(version)?;
        Ok((Arc::clone(&document.text), document.file_name()))
    }

    /// The text as it is now, its version, the name of its file.
    pub(crate) fn text_now(&self, document: u32) -> Result<(Arc<str>, u32, PathBuf), Failure> {
        let mut open = self.lock();
        let document = open.get_mut(document)?;
        Ok((Arc::clone(&document.text), document.version, document.file_name()))
    }

    pub(crate) fn complete(&self, request: &CompleteText) -> Result<Completions, Failure> {
        let (text, file_name) = self.text_of(request.document, request.version)?;
        Ok(assist::complete(&file_name, &text, request.offset, request.input.as_deref()))
    }

    pub(crate) fn complete_value(&self, request: &CompleteValue) -> Result<Completions, Failure> {
        let (text, file_name) = self.text_of(request.document, request.version)?;
        Ok(inspecting::complete_value(&file_name, &text, request))
    }

    pub(crate) fn state_definition(&self, request: &StateOf) -> Result<StateDefinition, Failure> {
        let (text, file_name) = self.text_of(request.document, request.version)?;
        Ok(inspecting::definition(&file_name, &text, &request.state))
    }

    pub(crate) fn state_variables(&self, request: &StateOf) -> Result<StateVariables, Failure> {
        let (text, file_name) = self.text_of(request.document, request.version)?;
        Ok(inspecting::variables(&file_name, &text, &request.state))
    }

    pub(crate) async fn preview_state(&self, request: PreviewState) -> Result<StatePreview, Failure> {
        let (text, file_name) = self.text_of(request.document, request.version)?;
        inspecting::preview(file_name, text, request).await
    }

    pub(crate) fn help(&self, place: &TextPlace) -> Result<TextHelp, Failure> {
        let (text, file_name) = self.text_of(place.document, place.version)?;
        Ok(assist::help(&file_name, &text, place.offset))
    }

    pub(crate) fn names(&self, place: &TextPlace) -> Result<StateNames, Failure> {
        let (text, file_name) = self.text_of(place.document, place.version)?;
        Ok(assist::names(&file_name, &text, place.offset))
    }

    pub(crate) fn outline(&self, document: u32) -> Result<Outline, Failure> {
        let (text, file_name) = {
            let mut open = self.lock();
            let document = open.get_mut(document)?;
            (Arc::clone(&document.text), document.file_name())
        };
        Ok(assist::outline(&file_name, &text))
    }

    pub(crate) fn plan_edit(&self, request: EditDocument) -> Result<EditPlanned, Failure> {
        let (text, file_name) = self.text_of(request.document, request.base_version)?;
        edits::plan(&file_name, &text, request.base_version, request.edit)
    }

    pub(crate) fn copy_states(&self, request: &CopyStates) -> Result<StatesCopied, Failure> {
        let (text, file_name) = self.text_of(request.document, request.base_version)?;
        edits::copy(&file_name, &text, &request.states)
    }

    pub(crate) fn format(&self, request: FormatDocument) -> Result<EditPlanned, Failure> {
        let (text, file_name) = self.text_of(request.document, request.base_version)?;
        layout::plan(&file_name, &text, request.base_version)
    }

    pub(crate) async fn analyse(&self, document: u32) -> Result<Analysis, Failure> {
        let (text, version, path) = {
            let mut open = self.lock();
            let document = open.get_mut(document)?;
            (Arc::clone(&document.text), document.version, document.file_name())
        };
        Ok(analyse(document, version, path, text).await)
    }

    pub(crate) fn save(&self, request: &SaveDocument) -> Result<DocumentSaved, Failure> {
        let target = request.path.as_deref().map(target).transpose()?;
        let mut open = self.lock();
        let document = open.get_mut(request.document)?;
        let Some(path) = target.or_else(|| document.path().map(Path::to_owned)) else {
            return Err(Failure::new(Code::BadRequest, format!("the document {:?} has no file yet", document.name())));
        };
        let own = document.path() == Some(path.as_path());
        let taken = !own
            && open.documents.iter().any(|(id, other)| *id != request.document && other.path() == Some(path.as_path()));
        if taken {
            return Err(Failure::new(Code::FileNotWritable, format!("{} is open in another tab", path.display())));
        }
        let document = open.get_mut(request.document)?;
        if own && !request.overwrite {
            let on_disk = file::read(&path)?.map(|(text, _)| text);
            if on_disk.as_deref() != document.disk_text() {
                return Err(Failure::new(
                    Code::FileChanged,
                    format!("{} was changed by another program", path.display()),
                ));
            }
        }
        if !own {
            // Notes and settings go along, and first: a document that counts as saved has lost nothing.
            let beside = match document.path() {
                Some(old) => sidecar::Sidecar::read(&sidecar::path_of(old)).unwrap_or_default(),
                None => document.sidecar.clone(),
            };
            if !beside.is_empty() {
                beside.write(&sidecar::path_of(&path))?;
            }
        }
        let style = document.style();
        file::write(&path, &document.text, style)?;
        let before = document.recovery_key();
        let moved_from = document.path().filter(|_| !own).map(Path::to_owned);
        // A new file is known by its real path from now on.
        let path = path.canonicalize().unwrap_or(path);
        document.saved(path.clone(), style);
        let saved = DocumentSaved { path: text(&path), name: document.name().to_owned(), version: document.version };
        drop(open);
        if let Some(old) = moved_from {
            self.unwatch(&old);
        }
        self.watch(&path);
        if let Some(store) = self.shell.store() {
            let noted = text(&path);
            store
                .write(move |db| db.delete_recovery(&before).and_then(|()| db.note_recent_file(&noted, now())), |_| ());
        }
        Ok(saved)
    }

    pub(crate) fn read_disk_version(&self, document: u32) -> Result<DiskVersion, Failure> {
        let (path, declared) = {
            let mut open = self.lock();
            let path = open.get_mut(document)?.path().map(Path::to_owned);
            (path, open.declared.get(&document).map(|(declared, _)| declared.clone()))
        };
        if let (None, Some(declared)) = (&path, declared) {
            return Ok(DiskVersion { text: shipping::declared_text(&declared)? });
        }
        let text = path.map(|path| file::read(&path)).transpose()?.flatten().map(|(text, _)| text);
        Ok(DiskVersion { text })
    }

    pub(crate) async fn reload(&self, document: u32) -> Result<DocumentOpened, Failure> {
        let opened = {
            let mut open = self.lock();
            let document = open.get_mut(document)?;
            let Some(path) = document.path().map(Path::to_owned) else {
                return Err(Failure::new(
                    Code::BadRequest,
                    format!("the document {:?} has no file yet", document.name()),
                ));
            };
            let Some((text, style)) = file::read(&path)? else {
                return Err(reading(&path, &std::io::ErrorKind::NotFound.into()));
            };
            document.reloaded(text, style);
            self.forget(document);
            document.opened()
        };
        Ok(self.answer(opened).await)
    }

    pub(crate) fn mocks(&self, document: u32) -> Result<Mocks, Failure> {
        let (path, name, definition) = {
            let mut open = self.lock();
            let document = open.get_mut(document)?;
            (document.path().map(Path::to_owned), document.name().to_owned(), Arc::clone(&document.text))
        };
        let suggested_input = lint::editor::suggested_input(&analysis::parse(Path::new(&name), &definition).0);
        let nothing = Mocks { path: None, test_cases: Vec::new(), problem: None, sample_input: None, suggested_input };
        let Some(path) = path else { return Ok(nothing) };
        let workflow = workflow_name(&path);
        let sample_input = path.parent().map(|folder| folder.join(format!("{workflow}.input.json")));
        let sample_input = sample_input.and_then(|path| file::read(&path).ok().flatten()).map(|(text, _)| text);
        let Some(mocks) = MockFile::beside(&path) else { return Ok(Mocks { sample_input, ..nothing }) };
        let (test_cases, problem) = match MockFile::read(&mocks) {
            Ok(file) => (file.test_cases(&workflow), None),
            Err(error) => (Vec::new(), Some(of_mocks(error).message)),
        };
        Ok(Mocks { path: Some(text(&mocks)), test_cases, problem, sample_input, ..nothing })
    }

    pub(crate) fn runnable(&self, document: u32) -> Result<Runnable, Failure> {
        let mut open = self.lock();
        let document = open.get_mut(document)?;
        Ok(Runnable {
            text: Arc::clone(&document.text),
            path: document.path().map(Path::to_owned),
            name: document.name().to_owned(),
        })
    }

    /// Another program may have changed the file at `path`. Our own writes are recognised by their text.
    fn file_changed(&self, path: &Path) {
        let declared: Vec<u32> = {
            let open = self.lock();
            let within = open.declared.iter().filter(|(_, (_, files))| files.iter().any(|file| file == path));
            within.map(|(document, _)| *document).collect()
        };
        for document in declared {
            self.shell.notify(Notice::DeclarationChanged { document });
        }
        let notice = {
            let mut open = self.lock();
            let Some((id, document)) = open.documents.iter_mut().find(|(_, document)| document.path() == Some(path))
            else {
                return;
            };
            // A file that cannot be read just now (locked, half written) is looked at again at its next change.
            let Ok(found) = file::read(path) else { return };
            let Some(change) = document.disk_changed(found) else { return };
            DocumentChangedOnDisk {
                document: *id,
                reloaded: change == Disk::TakenOver,
                removed: change == Disk::Removed,
            }
        };
        self.shell.notify(Notice::DocumentChangedOnDisk(notice));
    }

    /// Puts unsaved text where a crash cannot reach it.
    fn keep(&self, document: u32) {
        let (recovery, unsaved) = {
            let mut open = self.lock();
            let Some(document) = open.documents.get_mut(&document) else { return };
            document.keeping = false;
            let recovery = Recovery {
                document: document.recovery_key(),
                text: document.text.to_string(),
                base: document.disk_text().map(str::to_owned),
                sidecar: document.sidecar.to_keep(),
                changed_at: now(),
            };
            (recovery, document.is_unsaved())
        };
        let Some(store) = self.shell.store() else { return };
        let write = move |db: &store::Db<'_>| match unsaved {
            true => db.put_recovery(&recovery),
            false => db.delete_recovery(&recovery.document),
        };
        store.write(write, |result| {
            if let Err(error) = result {
                tracing::warn!(message = of_store(error).message, "unsaved text could not be kept");
            }
        });
    }

    fn forget(&self, document: &Document) {
        if let Some(store) = self.shell.store() {
            let key = document.recovery_key();
            // Waited for: what was given up must not come back when the file is opened again at once.
            if let Err(error) = store.write_now(move |db| db.delete_recovery(&key)) {
                tracing::warn!(%error, "unsaved text that was given up is still kept");
            }
        }
    }

    fn watch(&self, path: &Path) {
        let watcher = self.watcher.get_or_init(|| {
            let shell = Arc::clone(&self.shell);
            Watcher::start(move |path| shell.looked_at(path))
                .inspect_err(|error| tracing::warn!(%error, "changes by other programs will not be noticed"))
                .ok()
        });
        if let Some(Err(error)) = watcher.as_ref().map(|watcher| watcher.watch(path)) {
            tracing::warn!(%error, path = %path.display(), "changes by other programs will not be noticed");
        }
    }

    /// Stops watching a file, unless another document needs it.
    fn unwatch(&self, path: &Path) {
        let open = self.lock();
        let needed =
            open.find(path).is_some() || open.declared.values().any(|(_, files)| files.iter().any(|file| file == path));
        if let (false, Some(Some(watcher))) = (needed, self.watcher.get()) {
            watcher.unwatch(path);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Documents are changed by whole assignments; a panic in between leaves them usable.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn find(&self, path: &Path) -> Option<&Document> {
        self.documents.values().find(|document| document.path() == Some(path))
    }

    fn add(&mut self, document: impl FnOnce(u32) -> Document) -> &Document {
        self.last += 1;
        let id = self.last;
        let document = document(id);
        self.documents.entry(id).or_insert(document)
    }

    fn get_mut(&mut self, document: u32) -> Result<&mut Document, Failure> {
        self.documents.get_mut(&document).ok_or_else(|| not_open(document))
    }
}

fn not_open(document: u32) -> Failure {
    Failure::new(Code::DocumentNotOpen, format!("there is no open document {document}"))
}

/// Where "save as" writes: through symbolic links, to a file that need not exist yet.
fn target(path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(path);
    if !path.is_absolute() {
        return Err(Failure::new(Code::BadRequest, format!("{} is not an absolute path", path.display())));
    }
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), _, _) => Ok(real),
        (Err(_), Some(folder), Some(name)) => {
            let folder = folder.canonicalize().map_err(|error| crate::failure::writing(path, &error))?;
            Ok(folder.join(name))
        }
        _ => Err(Failure::new(Code::BadRequest, format!("{} names no file", path.display()))),
    }
}
