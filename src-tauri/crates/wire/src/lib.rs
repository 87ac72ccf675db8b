//! The contract between the backend and every front end: one command table, its request and response types, the
//! notices the backend sends on its own, and the error codes a front end may branch on.
//!
//! Nothing here derives from the domain types: `api` converts, so a change inside the machine cannot change the window
//! unnoticed. The TypeScript bindings in `ui/src/backend/bindings.ts` are generated from these types
//! (`cargo dev generate`, checked in CI).
//!
//! Conventions: JSON payloads of workflows travel as JSON *text* (`String`), so numbers and key order survive.
//! Times are RFC 3339 text in UTC with milliseconds. Offsets into a document count UTF-16 code units, like the editor's.

#[macro_use]
mod table;
mod bindings;

pub mod assistance;
pub mod comparing;
pub mod debugging;
pub mod documents;
pub mod executions;
pub mod failure;
pub mod folders;
pub mod forks;
pub mod inspecting;
pub mod integrations;
pub mod looking;
pub mod notices;
pub mod sessions;
pub mod shipping;
pub mod sidecar;
pub mod workspace;

pub use assistance::*;
pub use comparing::*;
pub use debugging::*;
pub use documents::*;
pub use executions::*;
pub use failure::{Code, Failure};
pub use folders::*;
pub use forks::*;
pub use inspecting::*;
pub use integrations::*;
pub use looking::*;
pub use notices::*;
pub use sessions::*;
pub use shipping::*;
pub use sidecar::*;
pub use workspace::*;

/// The request or response of a command that has nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
pub struct Nothing {}

commands! {
    // The workspace.

    /// What this backend is and can do, and what it was asked to open at start.
    app_info(Nothing) -> AppInfo;
    /// Files opened before, the latest first; files that are gone are marked.
    recent_files(Nothing) -> RecentFiles;
    forget_recent_file(ForgetRecentFile) -> Nothing;
    /// The workflows that come with the application.
    list_examples(Nothing) -> Examples;
    /// One level of a folder on this machine, for the browser's own file dialog.
    list_folder(ListFolder) -> Folder;
    /// Asks the person for a file to open with the system's dialog. Only where `AppInfo::native_dialogs`.
    pick_file(Nothing) -> Picked;
    /// Asks the person where to save. Only where `AppInfo::native_dialogs`.
    pick_save_path(PickSavePath) -> Picked;
    /// Writes a picture of a graph, as a whole or not at all.
    write_picture(WritePicture) -> Nothing;
    /// A setting of the person, JSON text, or nothing when it was never set.
    get_setting(GetSetting) -> Setting;
    put_setting(PutSetting) -> Nothing;

    // Folders of workflows, and their files.

    /// Opens a folder: what is known of it, and from now on `FolderChanged` notices about it.
    open_folder(FolderRef) -> FolderTree;
    /// What is known now of an open folder. Fails with `FileNotFound` where it is not open.
    get_folder(FolderRef) -> FolderTree;
    /// Ends the search that is going on; what was found stays.
    stop_folder_scan(FolderRef) -> Nothing;
    close_folder(FolderRef) -> Nothing;
    recent_folders(Nothing) -> RecentFolders;
    forget_recent_folder(FolderRef) -> Nothing;
    /// Asks the person for a folder. Only where `AppInfo::native_dialogs`.
    pick_folder(Nothing) -> Picked;
    /// Never over a file that is there.
    create_file(CreateFile) -> FilePath;
    /// Renames a file and the files that go with it (`NAME.input.json` and the like); an open document goes along.
    rename_file(RenameFile) -> FilePath;
    /// Copies a file beside itself under a free name.
    duplicate_file(FilePath) -> FilePath;
    /// Into the system's trash; fails with `Unsupported` where there is none.
    delete_file(DeleteFile) -> Nothing;
    /// Shows a file in the system's file manager.
    reveal_file(FilePath) -> Nothing;

    // Documents. The backend holds the text of every open document; front ends send changes.

    /// Opens a file, or returns the document it is open as.
    open_document(OpenDocument) -> DocumentOpened;
    /// A document without a file.
    new_document(NewDocument) -> DocumentOpened;
    close_document(DocumentRef) -> Nothing;
    /// Unsaved text of documents that are not open, the latest first.
    list_recoverable(Nothing) -> Recoverables;
    /// Opens a document with its unsaved text, or returns the one that is open.
    recover_document(RecoveryRef) -> DocumentOpened;
    /// Drops unsaved text that nobody wants.
    discard_recovery(RecoveryRef) -> Nothing;
    /// Applies what was typed, and analyses the new text.
    change_document(ChangeDocument) -> AnalysisChange;
    /// The analysis of the current text.
    analyse_document(DocumentRef) -> Analysis;
    /// Works out a named edit as text changes, or says why it cannot be done (`EditRefused`). Changes nothing itself.
    plan_edit(EditDocument) -> EditPlanned;
    /// States as text for the clipboard. Fails with `EditRefused` where the text has errors.
    copy_states(CopyStates) -> StatesCopied;
    /// Works out the document's settled layout as text changes; none if it has it already. Fails with `EditRefused` where the
    /// text has errors. Changes nothing itself.
    format_document(FormatDocument) -> EditPlanned;
    /// What could be typed at a place: fields, states, resources, functions, variables, fields of the data.
    complete_text(CompleteText) -> Completions;
    /// Help for what stands at a place.
    explain_text(TextPlace) -> TextHelp;
    /// Where the state named at a place is defined and referred to.
    find_state_names(TextPlace) -> StateNames;
    /// The states of a document and what can be folded.
    outline_document(DocumentRef) -> Outline;
    /// What could be typed in a value that a form shows; changes are about its text.
    complete_value(CompleteValue) -> Completions;
    /// The fields a state can have, and the operators of Choice Rules.
    list_state_fields(Nothing) -> StateLanguage;
    /// One state as JSON, for forms over YAML and over JSON with comments.
    get_state_definition(StateOf) -> StateDefinition;
    /// Which variables a state can read, and where they are assigned and read.
    get_state_variables(StateOf) -> StateVariables;
    /// Tries one state by itself. Fails with `InvalidDefinition` where it has errors, with `InvalidInput` where the input or the
    /// result cannot be taken.
    preview_state(PreviewState) -> StatePreview;
    /// Writes the text to its file, atomically. Fails with `FileChanged` if the file on disk is not the one that was read,
    /// unless `overwrite` is set.
    save_document(SaveDocument) -> DocumentSaved;
    /// The text of the file on disk now, for the choice between mine and theirs.
    read_disk_version(DocumentRef) -> DiskVersion;
    /// Drops the unsaved changes and takes the text on disk.
    reload_document(DocumentRef) -> DocumentOpened;
    /// Test cases of the mock file beside the document (MockConfigFile format).
    list_mocks(DocumentRef) -> Mocks;

    // What the definition cannot hold, in `NAME.stepwright.json` beside it.

    /// The revisions of the document's file, where it lies in a git repository.
    list_revisions(DocumentRef) -> Revisions;
    /// What changed from another version of the document to what the window holds. Fails with `FileNotFound` or
    /// `FileUnreadable` where the other version cannot be had.
    compare_document(CompareDocument) -> VersionsCompared;

    /// The notes on the canvas. Fails with `FileUnreadable` where the sidecar is no JSON object.
    get_notes(DocumentRef) -> Notes;
    put_notes(PutNotes) -> Nothing;
    /// How the workflow is deployed: what the settings form and the export begin with. Fails with `FileUnreadable` where the
    /// sidecar is no JSON object, and with `InvalidInput` where its settings are none, naming what is wrong.
    get_settings(DocumentRef) -> WorkflowSettings;
    /// Settings that a deployment would refuse are kept all the same: they may be half typed.
    put_settings(PutSettings) -> Nothing;

    // Executions.

    start_execution(StartExecution) -> ExecutionStarted;
    stop_execution(StopExecution) -> Nothing;
    /// Lets an execution go on that a closed or killed application left unfinished.
    resume_execution(ExecutionRef) -> Nothing;
    delete_execution(ExecutionRef) -> Nothing;
    /// Changes how fast a running execution's clock goes.
    set_clock(SetClock) -> Nothing;
    /// Lets the time of a running execution jump to its next timer: the end of a Wait, a retry, a timeout.
    skip_wait(ExecutionRef) -> Nothing;
    /// Stops a running execution at its next change. No time passes for it while it stands still.
    pause_execution(ExecutionRef) -> Nothing;
    /// Lets a paused execution go on, or take a step.
    advance_execution(AdvanceExecution) -> Nothing;
    /// Where a paused execution stands: states, inputs, variables, context object.
    get_paused(ExecutionRef) -> Paused;
    /// Lets an execution run, and stop at no breakpoint any more. Pausing it takes it up again.
    detach_execution(ExecutionRef) -> Nothing;
    /// Executions that have not ended, with where they stand still.
    list_sessions(Nothing) -> Sessions;
    /// What breakpoints of an execution said instead of stopping; the last 10,000 lines.
    get_debug_log(ExecutionRef) -> DebugLog;
    /// Whether a condition or the text of a log can be read.
    check_expression(CheckExpression) -> ExpressionChecked;
    /// Breakpoints of the workflow in a document. They are kept, and hold for executions that run already.
    get_breakpoints(DocumentRef) -> Breakpoints;
    set_breakpoints(SetBreakpoints) -> Nothing;
    /// Lets a paused execution go on to the next time a state is entered.
    run_to(RunTo) -> Nothing;
    /// What there is to see of a running execution, or of any execution right after an event of its history.
    debug_look(DebugLook) -> DebugScope;
    /// Evaluates JSONata, JSONPath or intrinsic functions in the scope of a thread, now or right after an event.
    debug_evaluate(DebugEvaluate) -> DebugEvaluated;
    /// Where a step back leads: the state entered before, or the breakpoint before.
    debug_back(DebugBack) -> DebugBackTo;
    /// Changes a paused execution. The change is in its journal.
    debug_change(DebugChange) -> Nothing;
    /// A new execution with the same past up to an event, held there, with the recorded definition or a document's. What was
    /// recorded is not done again.
    debug_fork(DebugFork) -> ForkStarted;
    /// What a fork would be, or why there cannot be one. Changes nothing.
    plan_fork(DebugFork) -> ForkPlanned;
    /// Why an execution did not succeed, in a sentence.
    explain_failure(ExecutionRef) -> FailureExplained;
    /// Makes an execution of a history in the shape of the service's GetExecutionHistory.
    import_history(ImportHistory) -> HistoryImported;
    /// The history in that shape. Fails with `FileChanged` where the file is there already, unless `overwrite` is set.
    export_history(ExportHistory) -> HistoryExported;
    compare_executions(CompareExecutions) -> ExecutionsCompared;
    /// What states of the workflow in a document answer instead of doing their work.
    get_pins(DocumentRef) -> Pins;
    set_pins(SetPins) -> Nothing;
    /// A whole run at a glance: lanes, stays in states, events, limits; or what changed since.
    run_overview(GetOverview) -> RunOverview;
    /// The executions that tasks of this one started: a level of the tree of executions.
    nested_executions(ExecutionRef) -> NestedRuns;
    /// One stay in a state with the data of every attempt.
    get_stay(GetStay) -> StayDetail;
    /// Which events of a history hold some words. Answers after a while with where to go on.
    filter_events(FilterEvents) -> FilteredEvents;
    /// Where in a run a value came up. Answers after a while with where to go on.
    search_values(SearchValues) -> ValueHits;
    /// When what a path leads to changed.
    trace_path(TracePath) -> PathTrace;
    /// What could be typed at a place of an expression in the scope of a thread.
    complete_expression(CompleteExpression) -> ExpressionCompletions;
    list_executions(ListExecutions) -> Executions;
    get_execution(ExecutionRef) -> ExecutionDetail;
    /// A page of history, in the order of ids.
    get_history(GetHistory) -> History;
    /// What every state has done so far, for the marks on the canvas.
    get_progress(ExecutionRef) -> Progress;
    /// Every run of one state with its data-flow stages.
    get_state_runs(GetStateRuns) -> StateRuns;
    /// Tasks that wait for a person, over all executions.
    pending_tasks(Nothing) -> PendingTasks;
    /// Gives a waiting task its result or its error.
    answer_task(AnswerTask) -> Nothing;
    /// Tells a task that whoever works on it is alive. Fails with `TaskNotPending` where it waits for no such sign.
    send_heartbeat(TaskRef) -> Nothing;

    // The palette.

    /// Calls that match a few words, the best first.
    search_integrations(SearchIntegrations) -> Integrations;
    /// The services of the SDK, to look through.
    list_sdk_services(Nothing) -> SdkServices;
    /// Every call of one of them, by name. Nothing for a service nobody knows.
    list_calls(ListCalls) -> Integrations;
    /// The fields, examples, errors and peculiarities of one call.
    describe_integration(DescribeIntegration) -> IntegrationDescribed;
    /// The fields at a path inside of the arguments or the result of a call, at any depth.
    integration_fields(GetIntegrationFields) -> IntegrationFields;
    /// Flow states and patterns to drop on the canvas.
    list_patterns(ListPalette) -> Patterns;
    /// Workflows to begin with.
    list_blueprints(Nothing) -> Blueprints;
    /// Writes the files of a blueprint: definition, input, mocks. Refuses with `FileNotWritable` where one of them exists.
    create_from_blueprint(CreateFromBlueprint) -> CreatedFromBlueprint;

    // Infrastructure as code.

    /// Everything an export would write, with its notes and the reasons of its policy. Fails with `InvalidDefinition` where the
    /// definition has errors.
    export_preview(ExportRequest) -> ExportPreview;
    /// Writes an export, all of it or nothing. Fails with `FileChanged` if a file there differs and is not named in `overwrite`.
    export_write(WriteExport) -> ExportWritten;
    /// The workflows of a project: definitions, SAM, CloudFormation, cdk.out, Terraform, serverless.yml.
    import_scan(ScanImport) -> ImportScanned;
    /// Saves an edited definition back into the template it came from; every other byte of the file stays.
    import_save(SaveImported) -> ImportSaved;
    /// Moves a definition that cannot be saved back to a file of its own beside the template, which then names it.
    import_extract(SaveImported) -> ImportExtracted;
    /// The person's word that these functions' code answers tasks of executions started from the document from now on, until
    /// the application ends. Nothing runs without it.
    put_local_functions(PutLocalFunctions) -> LocalFunctionsOn;
}
