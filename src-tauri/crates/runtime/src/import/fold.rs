//! An execution at a moment of a history that the interpreter cannot repeat: what stood where, folded from the events.

use std::collections::BTreeMap;
use std::sync::Arc;

use machine::{
    Compiled, Event, EventKind, Execution, Failure, IterationChange, Scope, ScopePart, Stage, Stand, Standing,
    StateRef, Timestamp, Via,
};
use query::Value;

type Key = Vec<(StateRef, ScopePart)>;

/// The execution right after the last of `events`.
pub(crate) fn fold(machine: &Arc<Compiled>, events: &[Event]) -> Option<Execution> {
    let EventKind::ExecutionStarted { input, settings } = &events.first()?.kind else { return None };
    let mut threads: BTreeMap<Key, Standing> = BTreeMap::new();
    for event in events {
        take(&mut threads, event);
    }
    let mut list: Vec<(Key, Standing)> = threads.into_iter().collect();
    list.sort_by_key(|(key, _)| key.len());
    let keys: Vec<Key> = list.iter().map(|(key, _)| key.clone()).collect();
    for (key, standing) in &mut list {
        let around = &key[..key.len().saturating_sub(1)];
        standing.parent = if key.is_empty() { None } else { keys.iter().position(|known| known == around) };
    }
    let standing: Vec<Standing> = list.into_iter().map(|(_, standing)| standing).collect();
    let started = events.first().map_or(Timestamp(0), |event| event.at);
    Some(Execution::standing(Arc::clone(machine), (**settings).clone(), input.clone(), started, &standing))
}

fn take(threads: &mut BTreeMap<Key, Standing>, event: &Event) {
    let key = key_of(&event.scope);
    match &event.kind {
        EventKind::StateEntered { state, input } => {
            let item = event.scope.steps().last().and_then(|step| match step.part {
                ScopePart::Iteration(index) | ScopePart::Child(index) => Some(index),
                ScopePart::Branch(_) => None,
            });
            let before = threads.remove(&key);
            let item = match (before.as_ref().and_then(|before| before.item.clone()), item) {
                (Some(item), _) => Some(item),
                // Without an ItemSelector the first state of an item is given the item.
                (None, Some(index)) => Some((index, input.clone())),
                (None, None) => None,
            };
            let variables = before.map(|before| before.variables).unwrap_or_default();
            let standing = Standing {
                parent: None,
                scope: event.scope.clone(),
                state: *state,
                stand: Stand::Entered,
                input: input.clone(),
                entered_at: event.at,
                variables,
                flow: Vec::new(),
                result: None,
                failure: None,
                retry_count: 0,
                item,
            };
            threads.insert(key, standing);
        }
        EventKind::StateExited { output, detail, .. } => {
            forget_inside(threads, &key);
            let Some(thread) = threads.get_mut(&key) else { return };
            let detail = detail.as_deref();
            for (name, value) in detail.map_or(&[][..], |detail| &detail.assigned) {
                match thread.variables.iter_mut().find(|(known, _)| known == name) {
                    Some(known) => known.1 = value.clone(),
                    None => thread.variables.push((Arc::clone(name), value.clone())),
                }
            }
            if detail.is_none_or(|detail| !matches!(detail.via, Via::Catch(_))) {
                thread.failure = None;
            }
            thread.flow.push((Stage::Output, output.clone()));
            thread.result = Some(output.clone());
            thread.stand = Stand::Ended;
        }
        EventKind::Iteration { change, .. } if *change != IterationChange::Started => {
            forget_inside(threads, &key);
            threads.remove(&key);
        }
        EventKind::FanOutStarted { .. } => {
            forget_inside(threads, &key);
            put(threads, &key, Stand::FannedOut, None, None);
        }
        EventKind::FanOutSucceeded { .. } => put(threads, &key, Stand::Leaving, None, None),
        EventKind::FanOutFailed { .. } => put(threads, &key, Stand::Failing, None, None),
        EventKind::TaskScheduled(scheduled) => {
            if let Some(thread) = threads.get_mut(&key) {
                thread.flow = vec![(Stage::Arguments, scheduled.parameters.clone())];
                thread.retry_count = scheduled.attempt;
            }
            put(threads, &key, Stand::Calling, None, None);
        }
        EventKind::TaskSucceeded { output, .. } => {
            if let Some(thread) = threads.get_mut(&key) {
                thread.flow.push((Stage::Result, output.clone()));
            }
            put(threads, &key, Stand::Leaving, Some(output), None);
        }
        EventKind::TaskFailed { failure, .. }
        | EventKind::TaskTimedOut { failure, .. }
        | EventKind::EvaluationFailed { failure, .. }
        | EventKind::MapRunFailed { failure, .. }
        | EventKind::ErrorRaised { failure, .. } => put(threads, &key, Stand::Failing, None, Some(failure)),
        EventKind::RetryScheduled(retry) => put(threads, &key, Stand::Waiting, None, Some(&retry.failure)),
        EventKind::StateAborted { .. } => put(threads, &key, Stand::Ended, None, None),
        EventKind::ExecutionFailed { failure } | EventKind::ExecutionTimedOut { failure } => {
            put(threads, &Vec::new(), Stand::Failing, None, Some(failure));
        }
        _ => {}
    }
}

fn put(
    threads: &mut BTreeMap<Key, Standing>,
    key: &Key,
    stand: Stand,
    result: Option<&Value>,
    failure: Option<&Failure>,
) {
    let Some(thread) = threads.get_mut(key) else { return };
    thread.stand = stand;
    thread.result = result.cloned();
    if failure.is_some() {
        thread.failure = failure.cloned();
    }
}

fn forget_inside(threads: &mut BTreeMap<Key, Standing>, around: &Key) {
    threads.retain(|key, _| key.len() <= around.len() || !key.starts_with(around));
}

fn key_of(scope: &Scope) -> Key {
    scope.steps().into_iter().map(|step| (step.state, step.part)).collect()
}
