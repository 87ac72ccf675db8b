//! Which branch or item each event of a history belongs to. The service numbers events and says which one came before; the rest is
//! told by the names in between.

use std::collections::HashMap;
use std::sync::Arc;

use super::HistoryError;
use super::parse::Recorded;

/// The branches and items around a state by the names of their Parallel or Map, outermost first.
pub(super) type Path = Arc<[(Arc<str>, Part)]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Part {
    Branch(u32),
    Item(u32),
}

#[derive(Clone)]
pub(super) struct Traced<'e> {
    pub(super) event: &'e Recorded,
    pub(super) path: Path,
    /// The state it is about.
    pub(super) state: Option<Arc<str>>,
}

/// What stands at a path.
struct Thread {
    state: Arc<str>,
    /// As in the event's type: `Task`, `Map`.
    kind: String,
    open: bool,
    /// Its branches or items are under way.
    fanned: bool,
    branches: u32,
    /// In the order in which they were entered.
    since: u32,
}

struct Tracer<'e> {
    events: &'e [Recorded],
    paths: Vec<Path>,
    threads: HashMap<Path, Thread>,
    /// The item that was cut short last: what follows is about it.
    aborted_item: Option<Path>,
}

/// More levels than this are no workflow.
const MOST_LEVELS: usize = 64;

/// `branch_of` knows the number of a branch of a Parallel by its first state, if somebody has the definition.
pub(super) fn trace<'e>(
    events: &'e [Recorded],
    branch_of: impl Fn(&str, &str) -> Option<u32>,
) -> Result<Vec<Traced<'e>>, HistoryError> {
    let mut tracer =
        Tracer { events, paths: Vec::with_capacity(events.len()), threads: HashMap::new(), aborted_item: None };
    let mut traced = Vec::with_capacity(events.len());
    for event in events {
        let (path, state) = tracer.place(event, &branch_of)?;
        if path.len() > MOST_LEVELS {
            return Err(HistoryError::event(event.id, "is inside of more branches and items than a workflow can have"));
        }
        tracer.paths.push(Arc::clone(&path));
        traced.push(Traced { event, path, state });
    }
    Ok(traced)
}

impl<'e> Tracer<'e> {
    fn place(
        &mut self,
        event: &'e Recorded,
        branch_of: &impl Fn(&str, &str) -> Option<u32>,
    ) -> Result<(Path, Option<Arc<str>>), HistoryError> {
        let name = event.name.as_str();
        if let Some(kind) = name.strip_suffix("StateEntered") {
            return self.entered(event, kind, branch_of).map(|(path, state)| (path, Some(state)));
        }
        if name.ends_with("StateExited") {
            let state = needed(event, "name")?;
            let path = self.named(event, &state, "leaves")?;
            if let Some(thread) = self.threads.get_mut(&path) {
                thread.open = false;
                thread.fanned = false;
            }
            return Ok((path, Some(state.into())));
        }
        if let Some(kind) = name.strip_suffix("StateAborted") {
            return Ok(self.aborted(event, kind));
        }
        if let Some(change) = name.strip_prefix("MapIteration") {
            return self.iteration(event, change).map(|(path, map)| (path, Some(map)));
        }
        for kind in ["Map", "Parallel"] {
            let Some(change) = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix("State")) else { continue };
            let path = self.fan_out(event, kind, change == "Started")?;
            let thread = self.threads.get_mut(&path);
            let state = thread.map(|thread| {
                thread.fanned = change == "Started";
                thread.branches = 0;
                Arc::clone(&thread.state)
            });
            return Ok((path, state));
        }
        if name.starts_with("MapRun") {
            let path = self.fan_out(event, "Map", true)?;
            let state = self.threads.get(&path).map(|thread| Arc::clone(&thread.state));
            return Ok((path, state));
        }
        if name == "EvaluationFailed" {
            let state = needed(event, "state")?;
            let latest = self.threads.iter().filter(|(_, thread)| thread.open && *thread.state == *state);
            let path = latest.max_by_key(|(_, thread)| thread.since).map(|(path, _)| Arc::clone(path));
            let path = path.ok_or_else(|| unknown(event, "is about", &state))?;
            return Ok((path, Some(state.into())));
        }
        if name.starts_with("Execution") {
            return Ok((Arc::from([]), None));
        }
        if ["Task", "LambdaFunction", "Activity"].iter().any(|prefix| name.starts_with(prefix)) {
            let path = self.task(event)?;
            let state = self.threads.get(&path).map(|thread| Arc::clone(&thread.state));
            return Ok((path, state));
        }
        Err(HistoryError::event(event.id, format!("has the type {name:?}, which is unknown here")))
    }

    fn entered(
        &mut self,
        event: &Recorded,
        kind: &str,
        branch_of: &impl Fn(&str, &str) -> Option<u32>,
    ) -> Result<(Path, Arc<str>), HistoryError> {
        let state: Arc<str> = needed(event, "name")?.into();
        let before = self.before(event);
        let mut path = self.path_before(event);
        if before.is_some_and(|before| before.name == "ParallelStateStarted")
            && let Some(parallel) = self.threads.get_mut(&path)
        {
            let next = parallel.branches;
            parallel.branches += 1;
            let branch = branch_of(&parallel.state, &state).unwrap_or(next);
            path = inside(&path, &parallel.state, Part::Branch(branch));
        }
        let thread = Thread {
            state: Arc::clone(&state),
            kind: kind.to_owned(),
            open: true,
            fanned: false,
            branches: 0,
            since: event.id,
        };
        self.threads.insert(Arc::clone(&path), thread);
        Ok((path, state))
    }

    fn iteration(&mut self, event: &Recorded, change: &str) -> Result<(Path, Arc<str>), HistoryError> {
        let map: Arc<str> = needed(event, "name")?.into();
        let index = event.number("index").ok_or_else(|| HistoryError::event(event.id, "has no index"))?;
        let around = self.named(event, &map, "is an item of")?;
        let path = inside(&around, &map, Part::Item(index));
        if change == "Started" {
            let begins = |known: &Path| known.starts_with(&path);
            self.threads.retain(|known, _| !begins(known));
        }
        self.aborted_item = matches!(change, "Failed" | "Aborted").then(|| Arc::clone(&path));
        Ok((path, map))
    }

    /// The Map or Parallel that an event without a name is about: the nearest around the event before.
    fn fan_out(&self, event: &Recorded, kind: &str, starts: bool) -> Result<Path, HistoryError> {
        let outwards = outwards(&self.path_before(event));
        let is = |path: &&Path, fanned: Option<bool>| {
            self.threads.get(*path).is_some_and(|thread| {
                thread.open && thread.kind == kind && fanned.is_none_or(|fanned| thread.fanned == fanned)
            })
        };
        // What ends was under way.
        let under_way = outwards.iter().find(|path| is(path, (!starts).then_some(true)));
        let found = under_way.or_else(|| outwards.iter().find(|path| is(path, None)));
        let latest = || {
            let open = self.threads.iter().filter(|(_, thread)| thread.open && thread.kind == kind);
            open.max_by_key(|(_, thread)| thread.since).map(|(path, _)| Arc::clone(path))
        };
        found.cloned().or_else(latest).ok_or_else(|| {
            HistoryError::event(event.id, format!("is {}, and no {kind} state has been entered", event.name))
        })
    }

    fn task(&self, event: &Recorded) -> Result<Path, HistoryError> {
        let is = |path: &&Path| self.threads.get(*path).is_some_and(|thread| thread.open && thread.kind == "Task");
        let around = outwards(&self.path_before(event));
        if let Some(path) = around.iter().find(is) {
            return Ok(Arc::clone(path));
        }
        // After a redrive the event before says nothing about the place.
        let open = self.threads.iter().filter(|(_, thread)| thread.open && thread.kind == "Task");
        let latest = open.max_by_key(|(_, thread)| thread.since).map(|(path, _)| Arc::clone(path));
        latest.ok_or_else(|| {
            HistoryError::event(event.id, format!("is {}, and no Task state has been entered", event.name))
        })
    }

    /// The history does not say which state was cut short: the one in the item named before, else one of those around.
    fn aborted(&mut self, event: &Recorded, kind: &str) -> (Path, Option<Arc<str>>) {
        let before = self.path_before(event);
        let within = self.aborted_item.clone();
        let is = |path: &Path, thread: &Thread| {
            thread.open && thread.kind == kind && within.as_ref().is_none_or(|within| path.starts_with(within))
        };
        let own = self.threads.get(&before).filter(|thread| is(&before, thread)).map(|_| Arc::clone(&before));
        let first = || {
            let open = self.threads.iter().filter(|(path, thread)| is(path, thread));
            open.min_by_key(|(_, thread)| thread.since).map(|(path, _)| Arc::clone(path))
        };
        let Some(path) = own.or_else(first) else { return (before, None) };
        let thread = self.threads.get_mut(&path);
        let state = thread.map(|thread| {
            thread.open = false;
            Arc::clone(&thread.state)
        });
        (path, state)
    }

    /// Where the state of that name stands: around the event before, else wherever it was entered last.
    fn named(&self, event: &Recorded, state: &str, what: &str) -> Result<Path, HistoryError> {
        let is = |thread: &Thread| thread.open && &*thread.state == state;
        let around = outwards(&self.path_before(event));
        if let Some(path) = around.into_iter().find(|path| self.threads.get(path).is_some_and(is)) {
            return Ok(path);
        }
        let open = self.threads.iter().filter(|(_, thread)| is(thread));
        let latest = open.max_by_key(|(_, thread)| thread.since).map(|(path, _)| Arc::clone(path));
        latest.ok_or_else(|| unknown(event, what, state))
    }

    fn before(&self, event: &Recorded) -> Option<&'e Recorded> {
        self.events.get((event.previous as usize).checked_sub(1)?)
    }

    fn path_before(&self, event: &Recorded) -> Path {
        let before = (event.previous as usize).checked_sub(1).and_then(|at| self.paths.get(at));
        before.cloned().unwrap_or_else(|| Arc::from([]))
    }
}

fn needed(event: &Recorded, field: &str) -> Result<String, HistoryError> {
    event.text(field).ok_or_else(|| HistoryError::event(event.id, format!("has no {field}")))
}

fn unknown(event: &Recorded, what: &str, state: &str) -> HistoryError {
    HistoryError::event(event.id, format!("{what} the state {state:?}, which has not been entered"))
}

fn inside(path: &Path, state: &Arc<str>, part: Part) -> Path {
    path.iter().cloned().chain([(Arc::clone(state), part)]).collect()
}

/// The path itself, and every one around it.
fn outwards(path: &Path) -> Vec<Path> {
    (0..=path.len()).rev().map(|length| Arc::from(&path[..length])).collect()
}
