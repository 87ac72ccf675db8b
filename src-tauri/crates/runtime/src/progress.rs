//! What every state has done so far, kept up to date an event at a time. No event costs more because of those before it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use asl::Program;
use asl::program::{StateKind, StateMachine, Transition};
use machine::{
    ChildId, Compiled, Event, EventKind, Fact, Failure, IterationChange, Scope, ScopePart, StateRef, StateType,
    Timestamp, Via,
};

#[derive(Debug, Clone, PartialEq)]
pub struct NodeProgress {
    /// JSON pointer of the state.
    pub node: Arc<str>,
    pub status: NodeStatus,
    pub entered: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub retries: u32,
    /// Running now.
    pub active: u32,
    /// Milliseconds the last finished run took.
    pub duration_ms: Option<i64>,
    /// Of the last run, if it failed or its error was caught.
    pub error: Option<String>,
    /// Of the last run of a Map.
    pub items: Option<Items>,
    /// How often a person changed something here with the debugger.
    pub changes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Items {
    pub total: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeStatus {
    Running,
    Waiting,
    Retrying,
    Succeeded,
    Caught,
    Failed,
    Aborted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeProgress {
    /// The source's JSON pointer and the reason: `/States/A#rule2`, `#start#start`.
    pub edge: Arc<str>,
    pub taken: u32,
}

/// What moved since it was last asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moved {
    pub nodes: Vec<NodeProgress>,
    pub edges: Vec<EdgeProgress>,
}

#[derive(Clone)]
pub struct Progress {
    states: Vec<Node>,
    edges: HashMap<EdgeKey, Edge>,
    threads: HashMap<ThreadKey, Thread>,
    /// The last number in the history of the execution itself.
    history: u32,
    changed_nodes: Vec<StateRef>,
    changed_edges: Vec<EdgeKey>,
}

#[derive(Clone)]
struct Node {
    progress: NodeProgress,
    kind: StateType,
    ends: bool,
    /// The scopes that begin when it fans out.
    inner: Vec<Arc<str>>,
    changed: bool,
}

#[derive(Clone)]
struct Edge {
    id: Arc<str>,
    taken: u32,
    changed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum EdgeKey {
    /// From the start marker of a scope.
    Start(Arc<str>),
    Out(StateRef, Way),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Next,
    End,
    Default,
    Rule(u32),
    Catch(u32),
}

/// One flow of control: an execution, a branch, an item. The number stands for its scope; 0 is the top level.
type ThreadKey = (ChildId, u64);

#[derive(Clone)]
struct Thread {
    state: StateRef,
    entered_at: Timestamp,
    error: Option<String>,
    scope: Scope,
}

/// Whether a person changed what happens, rather than when it is looked at.
pub(crate) fn is_change(fact: &Fact) -> bool {
    fact.is_intervention() && !matches!(fact, Fact::Hold { .. } | Fact::Release { .. })
}

impl Progress {
    pub fn new(program: &Program, compiled: &Compiled) -> Progress {
        let mut outline = HashMap::new();
        outline_of(&program.machine, &mut outline);
        let node = |state: &machine::State| {
            let known = outline.get(&*state.pointer).cloned().unwrap_or_default();
            let progress = NodeProgress {
                node: Arc::clone(&state.pointer),
                status: NodeStatus::Running,
                entered: 0,
                succeeded: 0,
                failed: 0,
                retries: 0,
                active: 0,
                duration_ms: None,
                error: None,
                items: None,
                changes: 0,
            };
            Node { progress, kind: state.kind_of(), ends: known.ends, inner: known.inner, changed: false }
        };
        Progress {
            states: compiled.states().map(|(_, state)| node(state)).collect(),
            edges: HashMap::new(),
            threads: HashMap::new(),
            history: 0,
            changed_nodes: Vec::new(),
            changed_edges: Vec::new(),
        }
    }

    /// The last number in the history of the execution itself.
    pub fn history(&self) -> u32 {
        self.history
    }

    /// Everything so far: the states that were entered, the edges that were taken.
    pub fn all(&self) -> Moved {
        let nodes =
            self.states.iter().filter(|node| node.progress.entered > 0).map(|node| node.progress.clone()).collect();
        let mut edges: Vec<EdgeProgress> =
            self.edges.values().map(|edge| EdgeProgress { edge: Arc::clone(&edge.id), taken: edge.taken }).collect();
        edges.sort_by(|a, b| a.edge.cmp(&b.edge));
        Moved { nodes, edges }
    }

    /// How many flows of control are in a state.
    pub fn running(&self) -> usize {
        self.threads.len()
    }

    pub fn has_moved(&self) -> bool {
        !self.changed_nodes.is_empty() || !self.changed_edges.is_empty()
    }

    /// What changed since the last call.
    pub fn take_moved(&mut self) -> Moved {
        let mut moved = Moved::default();
        for state in std::mem::take(&mut self.changed_nodes) {
            let node = &mut self.states[state.0 as usize];
            node.changed = false;
            moved.nodes.push(node.progress.clone());
        }
        for key in std::mem::take(&mut self.changed_edges) {
            if let Some(edge) = self.edges.get_mut(&key) {
                edge.changed = false;
                moved.edges.push(EdgeProgress { edge: Arc::clone(&edge.id), taken: edge.taken });
            }
        }
        moved
    }

    /// A task waits for a person, or no longer.
    pub fn set_waiting(&mut self, state: StateRef, waiting: bool) {
        let node = self.node(state);
        if node.active > 0 {
            node.status = if waiting { NodeStatus::Waiting } else { NodeStatus::Running };
        }
    }

    pub fn take(&mut self, event: &Event) {
        if let (ChildId(0), Some(history)) = (event.execution, event.history) {
            self.history = history.id;
        }
        match &event.kind {
            EventKind::ExecutionStarted { settings, .. } => match innermost(&event.scope) {
                // Begun somewhere in the middle.
                None if settings.start_at.is_some() => {}
                None => self.take_edge(EdgeKey::Start(Arc::from(""))),
                Some((map, _)) => self.enter_scopes(map, Some(1)),
            },
            EventKind::StateEntered { state, .. } => self.entered(event, *state),
            EventKind::StateExited { state, detail, .. } => {
                let via = detail.as_deref().map_or(Via::Next, |detail| detail.via);
                self.exited(event, *state, via);
            }
            EventKind::StateAborted { state } => self.closed(event, *state, NodeStatus::Aborted),
            EventKind::FanOutStarted { state, length } => self.fanned_out(*state, *length),
            EventKind::FanOutFailed { state, .. } => self.close_inside(*state),
            EventKind::Iteration { state, change, index } => self.iteration(event, *state, *index, *change),
            EventKind::TaskScheduled(scheduled) => self.node(scheduled.state).status = NodeStatus::Running,
            EventKind::TaskSubmitted { state, .. } | EventKind::WaitStarted { state, .. } => {
                self.node(*state).status = NodeStatus::Waiting;
            }
            EventKind::TaskFailed { failure, .. }
            | EventKind::TaskTimedOut { failure, .. }
            | EventKind::EvaluationFailed { failure, .. }
            | EventKind::MapRunFailed { failure, .. }
            | EventKind::ErrorRaised { failure, .. } => self.note_error(event, failure),
            EventKind::RetryScheduled(retry) => {
                self.close_inside(retry.state);
                let node = self.node(retry.state);
                node.retries += 1;
                node.status = NodeStatus::Retrying;
                node.error = retry.failure.error.as_deref().map(str::to_owned);
            }
            EventKind::TimerFired { state } => self.node(*state).status = NodeStatus::Running,
            EventKind::ExecutionFailed { failure } | EventKind::ExecutionTimedOut { failure } => {
                self.note_error(event, failure);
                self.close_execution(event, NodeStatus::Failed);
            }
            EventKind::ExecutionAborted { .. } => self.close_execution(event, NodeStatus::Aborted),
            EventKind::ExecutionSucceeded { .. } => self.child_ended(event, true),
            EventKind::Received(fact) if is_change(fact) => {
                let thread = self.threads.get(&thread_key(event.execution, &event.scope));
                if let Some(state) = thread.map(|thread| thread.state) {
                    self.node(state).changes += 1;
                }
            }
            _ => {}
        }
    }

    fn entered(&mut self, event: &Event, state: StateRef) {
        let thread = Thread { state, entered_at: event.at, error: None, scope: event.scope.clone() };
        self.threads.insert(thread_key(event.execution, &event.scope), thread);
        let node = self.node(state);
        node.entered += 1;
        node.active += 1;
        node.status = NodeStatus::Running;
        node.error = None;
        node.items = None;
    }

    fn exited(&mut self, event: &Event, state: StateRef, via: Via) {
        let thread = self.threads.remove(&thread_key(event.execution, &event.scope));
        let caught = matches!(via, Via::Catch(_));
        let node = self.node(state);
        node.active = node.active.saturating_sub(1);
        if caught {
            node.failed += 1;
            node.status = NodeStatus::Caught;
            node.error = thread.as_ref().and_then(|thread| thread.error.clone()).or(node.error.take());
        } else {
            node.succeeded += 1;
            node.status = NodeStatus::Succeeded;
            node.error = None;
        }
        node.duration_ms = thread.map(|thread| event.at.0 - thread.entered_at.0);
        let way = match via {
            Via::Next if self.states[state.0 as usize].ends => Way::End,
            Via::Next => Way::Next,
            Via::Default => Way::Default,
            Via::Rule(index) => Way::Rule(index),
            Via::Catch(index) => Way::Catch(index),
        };
        self.take_edge(EdgeKey::Out(state, way));
    }

    /// A thread ended inside a state.
    fn closed(&mut self, event: &Event, state: StateRef, status: NodeStatus) {
        match self.threads.remove(&thread_key(event.execution, &event.scope)) {
            Some(thread) => self.close(&thread, event.at, status),
            None => self.node(state).status = status,
        }
    }

    fn close(&mut self, thread: &Thread, at: Timestamp, status: NodeStatus) {
        let node = self.node(thread.state);
        node.active = node.active.saturating_sub(1);
        node.duration_ms = Some(at.0 - thread.entered_at.0);
        node.status = status;
        if status == NodeStatus::Failed {
            node.failed += 1;
            node.error = thread.error.clone().or(node.error.take());
        }
    }

    /// The branches and items inside a state are over, whether or not each of them said so.
    fn close_inside(&mut self, state: StateRef) {
        if !matches!(self.states[state.0 as usize].kind, StateType::Parallel | StateType::Map) {
            return;
        }
        let inside: Vec<ThreadKey> = self
            .threads
            .iter()
            .filter(|(_, thread)| thread.scope.steps().iter().any(|step| step.state == state))
            .map(|(key, _)| *key)
            .collect();
        for key in inside {
            if let Some(thread) = self.threads.remove(&key) {
                let failed = thread.error.is_some() || self.states[thread.state.0 as usize].kind == StateType::Fail;
                let at = thread.entered_at;
                self.close(&thread, at, if failed { NodeStatus::Failed } else { NodeStatus::Aborted });
            }
        }
    }

    /// A whole execution ended other than well: the execution itself, or a child of a distributed Map.
    fn close_execution(&mut self, event: &Event, status: NodeStatus) {
        let own = thread_key(event.execution, &event.scope);
        if let Some(thread) = self.threads.remove(&own) {
            self.close(&thread, event.at, status);
        }
        if event.execution.0 == 0 {
            let rest: Vec<Thread> = self.threads.drain().map(|(_, thread)| thread).collect();
            for thread in rest {
                self.close(
                    &thread,
                    event.at,
                    if thread.error.is_some() { NodeStatus::Failed } else { NodeStatus::Aborted },
                );
            }
        }
        self.child_ended(event, false);
    }

    fn child_ended(&mut self, event: &Event, well: bool) {
        let (Some((map, ScopePart::Child(_))), true) = (innermost(&event.scope), event.execution.0 != 0) else {
            return;
        };
        let items = self.node(map).items.get_or_insert_default();
        items.running = items.running.saturating_sub(1);
        if well { items.succeeded += 1 } else { items.failed += 1 }
    }

    fn fanned_out(&mut self, state: StateRef, length: u32) {
        if self.states[state.0 as usize].kind == StateType::Map {
            self.node(state).items = Some(Items { total: length, ..Items::default() });
        } else {
            self.enter_scopes(state, None);
        }
    }

    fn iteration(&mut self, event: &Event, map: StateRef, index: u32, change: IterationChange) {
        let items = self.node(map).items.get_or_insert_default();
        if change == IterationChange::Started {
            items.running += 1;
        } else {
            items.running = items.running.saturating_sub(1);
        }
        match change {
            IterationChange::Started => self.enter_scopes(map, None),
            IterationChange::Succeeded => items.succeeded += 1,
            IterationChange::Failed | IterationChange::Aborted => {
                items.failed += 1;
                self.close_iteration(event, map, index, change);
            }
        }
    }

    fn close_iteration(&mut self, event: &Event, map: StateRef, index: u32, change: IterationChange) {
        let status = if change == IterationChange::Failed { NodeStatus::Failed } else { NodeStatus::Aborted };
        // The event stands in the item's scope or in the one around it.
        let own = thread_key(event.execution, &event.scope);
        let is_item = |scope: &Scope| innermost(scope) == Some((map, ScopePart::Iteration(index)));
        let key = match is_item(&event.scope) {
            true => Some(own),
            false => self
                .threads
                .iter()
                .find(|(key, thread)| key.0 == event.execution && is_item(&thread.scope))
                .map(|(key, _)| *key),
        };
        if let Some(thread) = key.and_then(|key| self.threads.remove(&key)) {
            self.close(&thread, event.at, status);
        }
    }

    fn note_error(&mut self, event: &Event, failure: &Failure) {
        let Some(error) = failure.error.as_deref() else { return };
        if let Some(thread) = self.threads.get_mut(&thread_key(event.execution, &event.scope)) {
            thread.error = Some(error.to_owned());
            let state = thread.state;
            self.node(state).error = Some(error.to_owned());
        }
    }

    /// The start edges of the scopes in a state. With `children` items that begin without an event of their own.
    fn enter_scopes(&mut self, state: StateRef, children: Option<u32>) {
        if let Some(count) = children {
            let items = self.node(state).items.get_or_insert_default();
            items.running += count;
            items.total = items.total.max(items.running + items.succeeded + items.failed);
        }
        for scope in self.states[state.0 as usize].inner.clone() {
            self.take_edge(EdgeKey::Start(scope));
        }
    }

    fn take_edge(&mut self, key: EdgeKey) {
        if !self.edges.contains_key(&key) {
            let id = self.edge_id(&key);
            self.edges.insert(key.clone(), Edge { id, taken: 0, changed: false });
        }
        let Some(edge) = self.edges.get_mut(&key) else { return };
        edge.taken += 1;
        if !edge.changed {
            edge.changed = true;
            self.changed_edges.push(key);
        }
    }

    fn edge_id(&self, key: &EdgeKey) -> Arc<str> {
        let from = |state: StateRef| &self.states[state.0 as usize].progress.node;
        match key {
            EdgeKey::Start(scope) => format!("{scope}#start#start"),
            EdgeKey::Out(state, Way::Next) => format!("{}#next", from(*state)),
            EdgeKey::Out(state, Way::End) => format!("{}#end", from(*state)),
            EdgeKey::Out(state, Way::Default) => format!("{}#default", from(*state)),
            EdgeKey::Out(state, Way::Rule(index)) => format!("{}#rule{index}", from(*state)),
            EdgeKey::Out(state, Way::Catch(index)) => format!("{}#catch{index}", from(*state)),
        }
        .into()
    }

    /// The progress of a state, marked as changed.
    fn node(&mut self, state: StateRef) -> &mut NodeProgress {
        let node = &mut self.states[state.0 as usize];
        if !node.changed {
            node.changed = true;
            self.changed_nodes.push(state);
        }
        &mut node.progress
    }
}

fn thread_key(execution: ChildId, scope: &Scope) -> ThreadKey {
    if scope.is_top() {
        return (execution, 0);
    }
    // One hasher for all, so that equal scopes give equal numbers.
    let mut hasher = DefaultHasher::new();
    for step in scope.steps() {
        (step.state, step.part).hash(&mut hasher);
    }
    (execution, hasher.finish())
}

fn innermost(scope: &Scope) -> Option<(StateRef, ScopePart)> {
    scope.steps().last().map(|step| (step.state, step.part))
}

/// What the compiled machine does not tell about a state.
#[derive(Clone, Default)]
struct Outline {
    ends: bool,
    inner: Vec<Arc<str>>,
}

fn outline_of(machine: &StateMachine, outline: &mut HashMap<String, Outline>) {
    for state in &machine.states {
        let (transition, inner): (Option<Transition>, Vec<(String, &Arc<StateMachine>)>) = match &state.kind {
            StateKind::Task(task) => (Some(task.transition), Vec::new()),
            StateKind::Pass(pass) => (Some(pass.transition), Vec::new()),
            StateKind::Wait(wait) => (Some(wait.transition), Vec::new()),
            StateKind::Choice(_) => (None, Vec::new()),
            StateKind::Succeed | StateKind::Fail(_) => (Some(Transition::End), Vec::new()),
            StateKind::Parallel(parallel) => {
                let branches = parallel.branches.iter().enumerate();
                (
                    Some(parallel.transition),
                    branches.map(|(at, branch)| (format!("{}/Branches/{at}", state.pointer), branch)).collect(),
                )
            }
            StateKind::Map(map) => {
                (Some(map.transition), vec![(processor_pointer(&state.pointer, &map.processor), &map.processor)])
            }
        };
        let ends = transition == Some(Transition::End);
        let mut scopes = Vec::new();
        for (pointer, machine) in inner {
            let pointer: Arc<str> = pointer.into();
            outline_of(machine, outline);
            scopes.push(pointer);
        }
        outline.insert(state.pointer.clone(), Outline { ends, inner: scopes });
    }
}

/// `ItemProcessor`, or its old name `Iterator`: the states inside tell.
fn processor_pointer(map: &str, processor: &StateMachine) -> String {
    let first = processor.states.first().and_then(|state| state.pointer.strip_prefix(map));
    let old = first.is_some_and(|rest| rest.starts_with("/Iterator/"));
    format!("{map}/{}", if old { "Iterator" } else { "ItemProcessor" })
}
