use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Weak};

use runtime::Runtime;
use serde_json::Value;
use store::{Store, StoreError};
use wire::*;

use crate::documents::Documents;
use crate::executions::{Messenger, debugger};
use crate::folders::{self, Folders};
use crate::functions::{self, Functions};
use crate::host::Host;
use crate::{comparing, failure, inspecting, integrations, pictures, shipping, workspace};

/// What the host hands over at start.
pub struct Setup {
    /// The opened store. With an error the application still opens and edits files; commands that need the store say why
    /// they cannot do their work.
    pub store: Result<Store, StoreError>,
    /// The folder of the examples: `NAME/NAME.asl.json`.
    pub examples: Option<PathBuf>,
    /// Files, and perhaps a folder, named on the command line.
    pub open_at_start: Vec<PathBuf>,
    /// Where the browser's file dialog starts.
    pub home: PathBuf,
}

/// Everything a front end can ask. Cheap to clone.
pub struct Backend<H: Host> {
    pub(crate) inner: Arc<Inner<H>>,
}

pub(crate) struct Inner<H: Host> {
    pub(crate) host: H,
    pub(crate) store: Result<Store, Failure>,
    pub(crate) examples: Option<PathBuf>,
    pub(crate) open_at_start: Vec<PathBuf>,
    pub(crate) home: PathBuf,
    pub(crate) documents: Documents,
    /// The last graph of each open document, to see what was renamed.
    pub(crate) graphs: Mutex<HashMap<u32, Arc<WorkflowGraph>>>,
    pub(crate) folders: Folders,
    pub(crate) functions: Functions,
    /// There is one if there is a store. Dropped with the backend: running executions can then be resumed.
    pub(crate) runtime: Option<Runtime>,
}

impl<H: Host> Clone for Backend<H> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<H: Host> Backend<H> {
    pub fn new(host: H, setup: Setup) -> Backend<H> {
        let inner = Arc::new_cyclic(|weak: &Weak<Inner<H>>| Inner {
            host,
            runtime: setup
                .store
                .as_ref()
                .ok()
                .map(|store| Runtime::new(store.clone(), Arc::new(Messenger(weak.clone())))),
            store: setup.store.map_err(failure::of_store),
            examples: setup.examples,
            open_at_start: setup.open_at_start,
            home: setup.home,
            documents: Documents::new(weak.clone()),
            folders: Folders::new(weak.clone()),
            functions: Functions::default(),
            graphs: Mutex::default(),
        });
        Backend { inner }
    }

    pub fn host(&self) -> &H {
        &self.inner.host
    }
}

impl<H: Host> Inner<H> {
    pub(crate) fn store(&self) -> Result<&Store, Failure> {
        self.store.as_ref().map_err(Failure::clone)
    }
}

/// Runs a command for an adapter that carries JSON. A panic inside becomes a failure: the application lives on.
///
/// # Errors
/// What the command answers, `Code::BadRequest`, or `Code::Unexpected` after a panic.
pub async fn call<H: Host>(backend: &Backend<H>, name: &str, request: Value) -> Result<Value, Failure> {
    let (backend, name) = (backend.clone(), name.to_owned());
    let running = tokio::spawn(async move { dispatch(&backend, &name, request).await });
    running.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a command panicked");
        Err(Failure::new(Code::Unexpected, "the command failed unexpectedly; the application's log says more"))
    })
}

impl<H: Host> Commands for Backend<H> {
    async fn app_info(&self, _: Nothing) -> Result<AppInfo, Failure> {
        workspace::app_info(&self.inner)
    }

    async fn recent_files(&self, _: Nothing) -> Result<RecentFiles, Failure> {
        workspace::recent_files(self.inner.store()?)
    }

    async fn forget_recent_file(&self, request: ForgetRecentFile) -> Result<Nothing, Failure> {
        workspace::forget_recent_file(self.inner.store()?, request)
    }

    async fn list_examples(&self, _: Nothing) -> Result<Examples, Failure> {
        Ok(workspace::list_examples(self.inner.examples.as_deref()))
    }

    async fn list_folder(&self, request: ListFolder) -> Result<Folder, Failure> {
        workspace::list_folder(&request)
    }

    async fn pick_file(&self, _: Nothing) -> Result<Picked, Failure> {
        let path = self.inner.host.pick_file().await?;
        Ok(Picked { path: path.map(|path| path.display().to_string()) })
    }

    async fn pick_save_path(&self, request: PickSavePath) -> Result<Picked, Failure> {
        let path = self.inner.host.pick_save_path(&request.suggested_name).await?;
        Ok(Picked { path: path.map(|path| path.display().to_string()) })
    }

    async fn write_picture(&self, request: WritePicture) -> Result<Nothing, Failure> {
        pictures::write(&request)
    }

    async fn get_setting(&self, request: GetSetting) -> Result<Setting, Failure> {
        workspace::get_setting(self.inner.store()?, &request)
    }

    async fn put_setting(&self, request: PutSetting) -> Result<Nothing, Failure> {
        workspace::put_setting(self.inner.store()?, request)
    }

    async fn open_folder(&self, request: FolderRef) -> Result<FolderTree, Failure> {
        let tree = self.inner.folders.open(&request, self.inner.store().ok())?;
        if let Ok(store) = self.inner.store() {
            folders::note_recent(store, &tree.path)?;
        }
        Ok(tree)
    }

    async fn get_folder(&self, request: FolderRef) -> Result<FolderTree, Failure> {
        self.inner.folders.get(&request)
    }

    async fn stop_folder_scan(&self, request: FolderRef) -> Result<Nothing, Failure> {
        self.inner.folders.stop(&request)
    }

    async fn close_folder(&self, request: FolderRef) -> Result<Nothing, Failure> {
        Ok(self.inner.folders.close(&request))
    }

    async fn recent_folders(&self, _: Nothing) -> Result<RecentFolders, Failure> {
        folders::recent(self.inner.store()?)
    }

    async fn forget_recent_folder(&self, request: FolderRef) -> Result<Nothing, Failure> {
        folders::forget_recent(self.inner.store()?, &request)
    }

    async fn pick_folder(&self, _: Nothing) -> Result<Picked, Failure> {
        let path = self.inner.host.pick_folder().await?;
        Ok(Picked { path: path.map(|path| path.display().to_string()) })
    }

    async fn create_file(&self, request: CreateFile) -> Result<FilePath, Failure> {
        folders::files::create(&request)
    }

    async fn rename_file(&self, request: RenameFile) -> Result<FilePath, Failure> {
        let (from, to) = folders::files::rename(&request, &self.inner.documents)?;
        if let Err(failure) = self.inner.workflow_moved(&from, &to) {
            // The file has its new name all the same.
            tracing::warn!(%failure, "what is kept of a workflow could not follow its file");
        }
        Ok(FilePath { path: crate::workspace::text(to) })
    }

    async fn duplicate_file(&self, request: FilePath) -> Result<FilePath, Failure> {
        folders::files::duplicate(&request)
    }

    async fn delete_file(&self, request: DeleteFile) -> Result<Nothing, Failure> {
        folders::files::delete(&request)
    }

    async fn reveal_file(&self, request: FilePath) -> Result<Nothing, Failure> {
        folders::files::reveal(&request)
    }

    async fn list_recoverable(&self, _: Nothing) -> Result<Recoverables, Failure> {
        self.inner.documents.recoverable(self.inner.store()?)
    }

    async fn recover_document(&self, request: RecoveryRef) -> Result<DocumentOpened, Failure> {
        self.inner.documents.recover(&request).await
    }

    async fn discard_recovery(&self, request: RecoveryRef) -> Result<Nothing, Failure> {
        self.inner.documents.discard(self.inner.store()?, &request)
    }

    async fn open_document(&self, request: OpenDocument) -> Result<DocumentOpened, Failure> {
        let opened = self.inner.documents.open(&request).await?;
        self.inner.saw(opened.path.as_deref());
        self.inner.follow_states(opened.document, graph_of(&opened.analysis));
        Ok(opened)
    }

    async fn new_document(&self, request: NewDocument) -> Result<DocumentOpened, Failure> {
        let opened = self.inner.documents.create(request).await?;
        self.inner.follow_states(opened.document, graph_of(&opened.analysis));
        Ok(opened)
    }

    async fn close_document(&self, request: DocumentRef) -> Result<Nothing, Failure> {
        self.inner.forget_graph(request.document);
        self.inner.documents.close(request.document)
    }

    async fn change_document(&self, request: ChangeDocument) -> Result<AnalysisChange, Failure> {
        let (change, analysis) = self.inner.documents.change(&request).await?;
        self.inner.follow_states(request.document, graph_of(&analysis));
        Ok(change)
    }

    async fn plan_edit(&self, request: EditDocument) -> Result<EditPlanned, Failure> {
        self.inner.documents.plan_edit(request)
    }

    async fn copy_states(&self, request: CopyStates) -> Result<StatesCopied, Failure> {
        self.inner.documents.copy_states(&request)
    }

    async fn format_document(&self, request: FormatDocument) -> Result<EditPlanned, Failure> {
        self.inner.documents.format(request)
    }

    async fn complete_text(&self, request: CompleteText) -> Result<Completions, Failure> {
        self.inner.documents.complete(&request)
    }

    async fn complete_value(&self, request: CompleteValue) -> Result<Completions, Failure> {
        self.inner.documents.complete_value(&request)
    }

    async fn list_state_fields(&self, _: Nothing) -> Result<StateLanguage, Failure> {
        Ok(inspecting::language())
    }

    async fn get_state_definition(&self, request: StateOf) -> Result<StateDefinition, Failure> {
        self.inner.documents.state_definition(&request)
    }

    async fn get_state_variables(&self, request: StateOf) -> Result<StateVariables, Failure> {
        self.inner.documents.state_variables(&request)
    }

    async fn preview_state(&self, request: PreviewState) -> Result<StatePreview, Failure> {
        self.inner.documents.preview_state(request).await
    }

    async fn explain_text(&self, request: TextPlace) -> Result<TextHelp, Failure> {
        self.inner.documents.help(&request)
    }

    async fn find_state_names(&self, request: TextPlace) -> Result<StateNames, Failure> {
        self.inner.documents.names(&request)
    }

    async fn outline_document(&self, request: DocumentRef) -> Result<Outline, Failure> {
        self.inner.documents.outline(request.document)
    }

    async fn analyse_document(&self, request: DocumentRef) -> Result<Analysis, Failure> {
        self.inner.documents.analyse(request.document).await
    }

    async fn save_document(&self, request: SaveDocument) -> Result<DocumentSaved, Failure> {
        let before = self.inner.documents.runnable(request.document)?;
        let saved = self.inner.documents.save(&request)?;
        if self.inner.store.is_ok() {
            self.inner.breakpoints_saved_as(&before, request.document)?;
        }
        self.inner.saw(Some(&saved.path));
        Ok(saved)
    }

    async fn read_disk_version(&self, request: DocumentRef) -> Result<DiskVersion, Failure> {
        self.inner.documents.read_disk_version(request.document)
    }

    async fn reload_document(&self, request: DocumentRef) -> Result<DocumentOpened, Failure> {
        let opened = self.inner.documents.reload(request.document).await?;
        self.inner.saw(opened.path.as_deref());
        self.inner.follow_states(opened.document, graph_of(&opened.analysis));
        Ok(opened)
    }

    async fn list_mocks(&self, request: DocumentRef) -> Result<Mocks, Failure> {
        self.inner.documents.mocks(request.document)
    }

    async fn list_revisions(&self, request: DocumentRef) -> Result<Revisions, Failure> {
        comparing::list(self.inner.documents.runnable(request.document)?.path).await
    }

    async fn compare_document(&self, request: CompareDocument) -> Result<VersionsCompared, Failure> {
        self.inner.documents.compare(request).await
    }

    async fn get_notes(&self, request: DocumentRef) -> Result<Notes, Failure> {
        self.inner.documents.notes(request.document)
    }

    async fn put_notes(&self, request: PutNotes) -> Result<Nothing, Failure> {
        self.inner.documents.put_notes(&request)
    }

    async fn get_settings(&self, request: DocumentRef) -> Result<WorkflowSettings, Failure> {
        self.inner.documents.settings(request.document)
    }

    async fn put_settings(&self, request: PutSettings) -> Result<Nothing, Failure> {
        self.inner.documents.put_settings(&request)
    }

    async fn start_execution(&self, request: StartExecution) -> Result<ExecutionStarted, Failure> {
        let started = self.inner.start_execution(request).await?;
        functions::look(&self.inner);
        Ok(started)
    }

    async fn stop_execution(&self, request: StopExecution) -> Result<Nothing, Failure> {
        self.inner.stop_execution(request).await
    }

    async fn resume_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.inner.resume_execution(request).await
    }

    async fn delete_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.inner.delete_execution(request).await
    }

    async fn set_clock(&self, request: SetClock) -> Result<Nothing, Failure> {
        self.inner.set_clock(request).await
    }

    async fn skip_wait(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.inner.skip_wait(request).await
    }

    async fn pause_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.inner.pause_execution(request).await
    }

    async fn advance_execution(&self, request: AdvanceExecution) -> Result<Nothing, Failure> {
        self.inner.advance_execution(request).await
    }

    async fn get_paused(&self, request: ExecutionRef) -> Result<Paused, Failure> {
        self.inner.get_paused(request).await
    }

    async fn detach_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.inner.detach_execution(request).await
    }

    async fn list_sessions(&self, _: Nothing) -> Result<Sessions, Failure> {
        self.inner.list_sessions().await
    }

    async fn get_debug_log(&self, request: ExecutionRef) -> Result<DebugLog, Failure> {
        self.inner.debug_log(&request)
    }

    async fn check_expression(&self, request: CheckExpression) -> Result<ExpressionChecked, Failure> {
        Ok(debugger::check_expression(&request))
    }

    async fn get_breakpoints(&self, request: DocumentRef) -> Result<Breakpoints, Failure> {
        let document = self.inner.documents.runnable(request.document)?;
        let breakpoints = self.inner.breakpoints(&document)?;
        Ok(Breakpoints { breakpoints: breakpoints.into_iter().map(debugger::breakpoint_out).collect() })
    }

    async fn set_breakpoints(&self, request: SetBreakpoints) -> Result<Nothing, Failure> {
        self.inner.set_breakpoints(request)
    }

    async fn run_overview(&self, request: GetOverview) -> Result<RunOverview, Failure> {
        self.inner.run_overview(request).await
    }

    async fn nested_executions(&self, request: ExecutionRef) -> Result<NestedRuns, Failure> {
        self.inner.nested_executions(request).await
    }

    async fn get_stay(&self, request: GetStay) -> Result<StayDetail, Failure> {
        self.inner.get_stay(request).await
    }

    async fn filter_events(&self, request: FilterEvents) -> Result<FilteredEvents, Failure> {
        self.inner.filter_events(request).await
    }

    async fn search_values(&self, request: SearchValues) -> Result<ValueHits, Failure> {
        self.inner.search_values(request).await
    }

    async fn trace_path(&self, request: TracePath) -> Result<PathTrace, Failure> {
        self.inner.trace_path(request).await
    }

    async fn complete_expression(&self, request: CompleteExpression) -> Result<ExpressionCompletions, Failure> {
        self.inner.complete_expression(request).await
    }

    async fn list_executions(&self, request: ListExecutions) -> Result<Executions, Failure> {
        self.inner.list_executions(request).await
    }

    async fn get_execution(&self, request: ExecutionRef) -> Result<ExecutionDetail, Failure> {
        self.inner.get_execution(request).await
    }

    async fn get_history(&self, request: GetHistory) -> Result<History, Failure> {
        self.inner.get_history(request).await
    }

    async fn get_progress(&self, request: ExecutionRef) -> Result<Progress, Failure> {
        self.inner.get_progress(request).await
    }

    async fn get_state_runs(&self, request: GetStateRuns) -> Result<StateRuns, Failure> {
        self.inner.get_state_runs(request).await
    }

    async fn pending_tasks(&self, _: Nothing) -> Result<PendingTasks, Failure> {
        self.inner.pending_tasks().await
    }

    async fn send_heartbeat(&self, request: TaskRef) -> Result<Nothing, Failure> {
        self.inner.send_heartbeat(request).await
    }

    async fn answer_task(&self, request: AnswerTask) -> Result<Nothing, Failure> {
        self.inner.answer_task(request).await
    }

    async fn run_to(&self, request: RunTo) -> Result<Nothing, Failure> {
        self.inner.run_to(request).await
    }

    async fn debug_look(&self, request: DebugLook) -> Result<DebugScope, Failure> {
        self.inner.debug_look(request).await
    }

    async fn debug_evaluate(&self, request: DebugEvaluate) -> Result<DebugEvaluated, Failure> {
        self.inner.debug_evaluate(request).await
    }

    async fn debug_back(&self, request: DebugBack) -> Result<DebugBackTo, Failure> {
        self.inner.debug_back(request).await
    }

    async fn debug_change(&self, request: DebugChange) -> Result<Nothing, Failure> {
        self.inner.debug_change(request).await
    }

    async fn debug_fork(&self, request: DebugFork) -> Result<ForkStarted, Failure> {
        self.inner.debug_fork(&request)
    }

    async fn plan_fork(&self, request: DebugFork) -> Result<ForkPlanned, Failure> {
        self.inner.plan_fork(&request)
    }

    async fn explain_failure(&self, request: ExecutionRef) -> Result<FailureExplained, Failure> {
        self.inner.explain_failure(&request)
    }

    async fn import_history(&self, request: ImportHistory) -> Result<HistoryImported, Failure> {
        self.inner.import_history(request)
    }

    async fn compare_executions(&self, request: CompareExecutions) -> Result<ExecutionsCompared, Failure> {
        self.inner.compare_executions(&request)
    }

    async fn get_pins(&self, request: DocumentRef) -> Result<Pins, Failure> {
        self.inner.get_pins(request.document)
    }

    async fn set_pins(&self, request: SetPins) -> Result<Nothing, Failure> {
        self.inner.set_pins(&request)
    }

    async fn export_history(&self, request: ExportHistory) -> Result<HistoryExported, Failure> {
        self.inner.export_history(&request)
    }

    async fn search_integrations(&self, request: SearchIntegrations) -> Result<Integrations, Failure> {
        Ok(integrations::search(&request))
    }

    async fn list_sdk_services(&self, _: Nothing) -> Result<SdkServices, Failure> {
        Ok(integrations::sdk_services())
    }

    async fn list_calls(&self, request: ListCalls) -> Result<Integrations, Failure> {
        Ok(integrations::calls(&request))
    }

    async fn describe_integration(&self, request: DescribeIntegration) -> Result<IntegrationDescribed, Failure> {
        Ok(integrations::describe(&request))
    }

    async fn integration_fields(&self, request: GetIntegrationFields) -> Result<IntegrationFields, Failure> {
        Ok(integrations::fields(&request))
    }

    async fn list_patterns(&self, request: ListPalette) -> Result<Patterns, Failure> {
        Ok(integrations::patterns(request.language))
    }

    async fn list_blueprints(&self, _: Nothing) -> Result<Blueprints, Failure> {
        Ok(integrations::blueprints())
    }

    async fn create_from_blueprint(&self, request: CreateFromBlueprint) -> Result<CreatedFromBlueprint, Failure> {
        integrations::create(&request)
    }

    async fn export_preview(&self, request: ExportRequest) -> Result<ExportPreview, Failure> {
        shipping::preview(&self.inner.documents.runnable(request.document)?, &request)
    }

    async fn export_write(&self, request: WriteExport) -> Result<ExportWritten, Failure> {
        shipping::write(&self.inner.documents.runnable(request.export.document)?, &request)
    }

    async fn import_scan(&self, request: ScanImport) -> Result<ImportScanned, Failure> {
        shipping::import_scan(&request)
    }

    async fn import_save(&self, request: SaveImported) -> Result<ImportSaved, Failure> {
        shipping::import_save(&request)
    }

    async fn import_extract(&self, request: SaveImported) -> Result<ImportExtracted, Failure> {
        shipping::import_extract(&request)
    }

    async fn put_local_functions(&self, request: PutLocalFunctions) -> Result<LocalFunctionsOn, Failure> {
        let document = request.document;
        self.inner.functions.choose(request);
        Ok(self.inner.functions.chosen(document))
    }
}

/// The graph of a text that is well formed: another one may lack states.
fn graph_of(analysis: &Analysis) -> Option<&WorkflowGraph> {
    analysis.graph.as_ref().filter(|_| analysis.well_formed)
}
