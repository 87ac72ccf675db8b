//! Open documents: text, diagnostics and the graph drawn from them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenDocument {
    pub path: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NewDocument {
    /// Shown on the tab until the document is saved.
    pub name: String,
    pub text: String,
    /// Where the definition stands, if that is inside of another file: `read_disk_version` reads it there, and a change there is
    /// told with `DeclarationChanged`.
    #[serde(default)]
    #[ts(optional)]
    pub declared: Option<DeclaredAt>,
}

/// A workflow that a project's file declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeclaredAt {
    /// The file that declares it, an absolute path.
    pub path: String,
    /// Its logical id, label or key there.
    pub id: String,
    /// The file that its definition stands within, if it is another one.
    pub within: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DocumentRef {
    pub document: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DocumentOpened {
    pub document: u32,
    /// Nothing for a document that has no file yet.
    pub path: Option<String>,
    pub name: String,
    pub text: String,
    pub version: u32,
    /// Whether the text differs from the file, for instance because it was recovered after a crash.
    pub unsaved: bool,
    /// When the unsaved text was typed, if it comes from an earlier session that ended without saving it.
    pub recovered_at: Option<String>,
    /// Whether the file may not be written to.
    pub read_only: bool,
    /// What `recover_document` knows it by.
    pub recovery: String,
    pub analysis: Analysis,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecoveryRef {
    pub recovery: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Recoverables {
    pub documents: Vec<Recoverable>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Recoverable {
    pub recovery: String,
    pub name: String,
    /// Nothing for a document that was never saved.
    pub path: Option<String>,
    pub changed_at: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeDocument {
    pub document: u32,
    /// The version the offsets refer to. An older one than the current fails with `StaleVersion`.
    pub base_version: u32,
    /// In document order, not overlapping, all relative to `base_version`.
    pub changes: Vec<TextChange>,
    /// The version whose analysis is at hand, so that only what differs from it has to be told.
    #[serde(default)]
    #[ts(optional)]
    pub known: Option<u32>,
}

/// Replaces `from..to` by `insert`. UTF-16 code units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextChange {
    pub from: u32,
    pub to: u32,
    pub insert: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveDocument {
    pub document: u32,
    /// Another file than the document's own: save as.
    pub path: Option<String>,
    /// Write even if the file was changed by somebody else.
    pub overwrite: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DocumentSaved {
    pub path: String,
    pub name: String,
    pub version: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DiskVersion {
    /// Nothing when the file is gone.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    pub document: u32,
    /// The version of the text that was analysed.
    pub version: u32,
    pub diagnostics: Vec<Diagnostic>,
    /// Nothing when so little could be read that there is no graph; front ends keep the last good one, greyed.
    pub graph: Option<WorkflowGraph>,
    /// Whether the text is well-formed JSON or YAML. A graph from text that is not well formed may lack states.
    pub well_formed: bool,
    /// Whether the definition can run: no diagnostic is an error.
    pub runnable: bool,
    /// `JSONPath` or `JSONata`, the language of states that name none.
    pub query_language: String,
    pub comment: Option<String>,
}

/// The analysis of a changed text, as what differs from that of `since`. Each list consists of the runs in their order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisChange {
    pub document: u32,
    /// The version of the text that was analysed.
    pub version: u32,
    /// The version of the analysis that runs are taken from; nothing where all is told.
    pub since: Option<u32>,
    pub diagnostics: Vec<Run>,
    pub new_diagnostics: Vec<Diagnostic>,
    /// As in `Analysis`, and so the rest.
    pub graph: Option<GraphChange>,
    pub well_formed: bool,
    pub runnable: bool,
    pub query_language: String,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GraphChange {
    pub nodes: Vec<Run>,
    pub new_nodes: Vec<GraphNode>,
    pub edges: Vec<Run>,
    pub new_edges: Vec<GraphEdge>,
}

/// Neighbours in a list that were neighbours before, or are new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Run {
    /// The place of the first of them in the list before; nothing for the next ones of the new.
    pub from: Option<u32>,
    pub count: u32,
    /// What is added to their offsets, lines and columns.
    pub offset: i32,
    pub lines: i32,
    pub columns: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Diagnostic {
    /// The service's code (`SCHEMA_VALIDATION_FAILED`) or a rule's id.
    pub code: String,
    pub severity: Severity,
    pub message: String,
    /// JSON pointer, such as `/States/Charge/Next`; nothing for trouble with the text itself.
    pub pointer: Option<String>,
    pub range: TextRange,
    /// The path of the state it concerns, if any.
    pub state: Option<String>,
    /// A change that would remove the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fix: Option<QuickFix>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuickFix {
    pub title: String,
    /// Relative to the text that was analysed.
    pub changes: Vec<TextChange>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditDocument {
    pub document: u32,
    /// The version the edit was thought up for. An older one than the current fails with `StaleVersion`.
    pub base_version: u32,
    pub edit: DocumentEdit,
}

/// What people do to a workflow. Ids are those of the graph's nodes; the scope at the top level is the empty text.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DocumentEdit {
    /// Adds a state that nothing leads to yet. `definition` is JSON text; absent, it is the least of its type.
    Add {
        scope: String,
        name: String,
        kind: GraphNodeKind,
        definition: Option<String>,
    },
    /// Adds a state on a transition. `from` is a state, or a scope for its `StartAt`.
    Insert {
        from: String,
        slot: EdgeReason,
        name: String,
        kind: GraphNodeKind,
        definition: Option<String>,
    },
    /// Removes states. With `reconnect`, what led to them leads to where they led.
    Delete {
        states: Vec<String>,
        reconnect: bool,
    },
    Rename {
        state: String,
        name: String,
    },
    /// Keeps the fields the new type has too.
    ChangeType {
        state: String,
        kind: GraphNodeKind,
    },
    /// Sets a field by its JSON pointer, at any depth. `value` is JSON text.
    SetField {
        pointer: String,
        value: String,
    },
    ClearField {
        pointer: String,
    },
    /// Sets and clears several fields of the object at `pointer` as one step.
    SetFields {
        pointer: String,
        fields: Vec<FieldValue>,
    },
    /// Another name for a field, at its place; with `value`, another value too.
    RenameField {
        pointer: String,
        name: String,
        value: Option<String>,
    },
    /// Moves a field of an object, or an element of an array, to the place `index` among its siblings.
    MoveField {
        pointer: String,
        index: u32,
    },
    /// Makes a state what `definition` (JSON text) says, changing only what differs.
    SetDefinition {
        state: String,
        definition: String,
    },
    /// Makes a transition lead to another state, or (`to` absent) end its scope. The Rule or Catcher after the last makes a
    /// new one. Without a `slot` it is the way on of the state: its Next, of a Choice a new Rule.
    Connect {
        from: String,
        slot: Option<EdgeReason>,
        to: Option<String>,
    },
    /// Makes a transition start at another state. A Choice Rule keeps its condition where that is a Choice, a Catcher its errors.
    TakeOver {
        from: String,
        slot: EdgeReason,
        onto: String,
    },
    /// Moves a state into another scope.
    Move {
        state: String,
        scope: String,
    },
    /// Puts states of one scope into a new Parallel or Map that takes their place, or gives each a Catcher. Several need one
    /// beginning and one place where they lead.
    Wrap {
        states: Vec<String>,
        wrapper: Wrapper,
        name: String,
    },
    /// Copies lead to one another where the states do, and elsewhere to where they do.
    Duplicate {
        states: Vec<String>,
    },
    /// Adds the states of a fragment: a state machine, a `States` object, or one named state. Names are made unique.
    Paste {
        scope: String,
        fragment: String,
        /// Puts them on a transition: it leads to the first of them, and what leads out of them, or ends, to where it led.
        #[serde(default)]
        #[ts(optional)]
        on: Option<TransitionPlace>,
    },
    /// Turns a state into a call of another state machine, which the answer holds.
    Extract {
        state: String,
        resource: String,
    },
    ConvertToJson,
    ConvertToYaml,
    /// From JSONPath to JSONata, where that is sound. The empty text stands for the whole machine.
    ConvertToJsonata {
        state: String,
    },
    /// The same for states with the fields of JSONPath that came into a workflow of JSONata, with what lies in them.
    ConvertPasted {
        states: Vec<String>,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldValue {
    pub name: String,
    /// JSON text; nothing clears the field.
    pub value: Option<String>,
}

/// A transition by its source: a state, or a scope for its `StartAt`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TransitionPlace {
    pub from: String,
    pub slot: EdgeReason,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyStates {
    pub document: u32,
    /// An older version than the current fails with `StaleVersion`.
    pub base_version: u32,
    pub states: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StatesCopied {
    /// `{"A": {…}, "B": {…}}`, for `DocumentEdit::Paste` in any document.
    pub fragment: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Wrapper {
    /// All in one branch.
    Parallel,
    /// A Parallel with a branch for each.
    Branches,
    Map,
    Catch,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FormatDocument {
    pub document: u32,
    /// An older version than the current fails with `StaleVersion`.
    pub base_version: u32,
}

/// An edit worked out. The document is as it was: the editor applies `changes` to its buffer, so that undo has one home, and
/// sends them with `change_document` like anything that was typed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditPlanned {
    pub base_version: u32,
    /// For the undo menu, such as `Rename “A” to “B”`.
    pub label: String,
    pub changes: Vec<TextChange>,
    /// The ids of what should be selected afterwards, the foremost first.
    pub select: Vec<String>,
    /// The definition of a new document that the edit makes besides.
    pub extracted: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// Offsets in UTF-16 code units, and the start as line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextRange {
    pub from: u32,
    pub to: u32,
    pub line: u32,
    pub column: u32,
}

/// What the canvas draws. Layout is the front end's.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WorkflowGraph {
    /// In document order; a container comes before what it contains.
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// The state's path, its JSON pointer (`/States/Charge`); for a branch or processor that of its machine
    /// (`/States/Fan out/Branches/0`); start and end markers add `#start` and `#end` to the machine's pointer.
    pub id: String,
    pub kind: GraphNodeKind,
    /// The state's name; empty for markers.
    pub name: String,
    /// The scope it lies in: the id of a `Branch` or `Processor` node, or nothing at the top level. A `Branch` or
    /// `Processor` lies in its Parallel or Map.
    pub parent: Option<String>,
    /// What it does, in a few words: `lambda:invoke`, `3 rules, default`, `wait 30 s`.
    pub summary: String,
    /// The Resource of a Task.
    pub resource: Option<String>,
    pub comment: Option<String>,
    /// `JSONPath` or `JSONata`; empty for markers and scopes.
    pub query_language: String,
    /// The whole definition of the state, and its name alone.
    pub range: TextRange,
    pub name_range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GraphNodeKind {
    Task,
    Pass,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
    /// A state whose Type is missing or unknown.
    Unknown,
    /// One branch of a Parallel.
    Branch,
    /// The item processor of a Map.
    Processor,
    Start,
    End,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GraphEdge {
    /// Unique and stable while its source state keeps its name: the source's id and the reason, such as `/States/A#rule2`,
    /// `/States/A#end`; the edge from a start marker is `#start#start`.
    pub id: String,
    pub from: String,
    pub to: String,
    pub reason: EdgeReason,
    /// Short text beside the edge: a rule's condition, a Catcher's errors; empty for a plain Next.
    pub label: String,
    /// The whole text, for the tooltip.
    pub detail: String,
    /// Whether it closes a loop: walking from the start, it leads to a state on the way here.
    pub back: bool,
    /// Where the transition stands in the text.
    pub range: TextRange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum EdgeReason {
    /// From the start marker to the state named by StartAt.
    Start,
    Next,
    Default,
    /// Choice rule, from 0.
    Rule {
        index: u32,
    },
    /// Catcher, from 0.
    Catch {
        index: u32,
    },
    /// To the end marker: `End: true`, Succeed.
    End,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Mocks {
    /// The file found beside the document, if any.
    pub path: Option<String>,
    pub test_cases: Vec<String>,
    /// Why the file could not be read, with its place.
    pub problem: Option<String>,
    /// The input file found beside the document (`NAME.input.json`), as text.
    pub sample_input: Option<String>,
    /// An input made from the paths that the workflow reads, as text; nothing when it reads none.
    pub suggested_input: Option<String>,
}
