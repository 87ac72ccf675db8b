//! Journals that an earlier version has written, in the form of today.
//!
//! Format 0 has no line for an error that the service's history does not tell of (`EventKind::ErrorRaised`), and the numbers
//! of events count lines. What is written down of the outside, the facts and their times, makes the same execution again: where
//! all that it does today was written then, but for those lines, the journal of today takes the old one's place, and what
//! refers to lines goes along. Where not, the old journal stays, and is read as a history from elsewhere is.

use std::sync::Arc;

use machine::{Compiled, Event, EventId, EventKind, Execution, Step};
use store::{ExecutionId, Status, Store};

use crate::codec::{Decoder, FORMAT};
use crate::debugger::Standing;
use crate::definition::Definition;
use crate::fork::written;
use crate::prepare::read_events_from;
use crate::runtime::{RunError, RunOptions};

/// Puts the journal into the form of today, if it can be. Whether it is in it now.
pub(crate) fn renew(store: &Store, id: ExecutionId) -> Result<bool, RunError> {
    if store.read(|db| db.journal_format(id))? >= FORMAT {
        return Ok(true);
    }
    let row = store.read(|db| db.execution(id))?;
    if row.status == Status::Running && store.is_alive(&row.owner) && row.owner != store.instance() {
        // Somebody else is writing it, in a form of their own.
        return Ok(false);
    }
    let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
    let mut old = Vec::new();
    read_events_from(store, id, &mut Decoder::default(), &mut old)?;
    if old.is_empty() || options.imported.is_some_and(|imported| !imported.repeats) {
        // Nobody has run it.
        store.write_now(move |db| db.set_journal_format(id, FORMAT))?;
        return Ok(true);
    }
    let (text, _) = store.read(|db| db.execution_texts(id))?;
    let Some((new, places)) = renewed(&Definition::parse(&text, options.express)?.machine, &old) else {
        tracing::warn!(%id, "a journal of an earlier version does not come out the same today");
        return Ok(false);
    };
    let place = move |line: u64| {
        let place = usize::try_from(line).ok().and_then(|line| places.get(line.checked_sub(1)?));
        place.map_or(line, |place| place.0)
    };
    let standing = store.read(|db| db.pause(id))?.and_then(|body| serde_json::from_str::<Standing>(&body).ok());
    let standing = standing.map(|mut standing| {
        // The end of a journal is behind an error that was raised last.
        let at_end = standing.lines == old.len() as u64;
        standing.lines = if at_end { new.len() as u64 } else { place(standing.lines) };
        standing.event = standing.event.map(&place);
        serde_json::to_string(&standing).expect("a pause is plain data")
    });
    let mut called = Vec::new();
    for row in store.read(|db| db.executions_called_by(id))? {
        let mut options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        if let Some(caller) = &mut options.caller {
            caller.line = place(caller.line);
            called.push((row.id, serde_json::to_string(&options).expect("options are plain data")));
        }
    }
    let lines = written(&new);
    // One transaction: half of it would be another execution.
    store.write_now(move |db| {
        db.replace_journal(id, lines.iter().map(String::as_str))?;
        if let Some(body) = &standing {
            db.put_pause(id, body)?;
        }
        for (id, settings) in &called {
            db.set_execution_settings(*id, settings)?;
        }
        db.set_journal_format(id, FORMAT)
    })?;
    Ok(true)
}

/// The journal of today, and in it the place of each old line. Nothing if anything else were different.
pub(crate) fn renewed(machine: &Arc<Compiled>, old: &[Event]) -> Option<(Vec<Event>, Vec<EventId>)> {
    let EventKind::ExecutionStarted { input, settings } = &old.first()?.kind else { return None };
    let mut execution = Execution::start(Arc::clone(machine), (**settings).clone(), input.clone());
    let (mut new, mut places) = (Vec::<Event>::with_capacity(old.len()), Vec::with_capacity(old.len()));
    let mut delivered = None;
    let mut step = Step::default();
    while let Some(next) = old.get(places.len()) {
        if let EventKind::Received(fact) = &next.kind
            && delivered.replace(places.len()) != Some(places.len())
        {
            execution.deliver(fact.clone());
        }
        execution.step_into(next.at, &mut step);
        if step.events.is_empty() {
            return None;
        }
        for event in step.events.drain(..) {
            let is_added = |event: &Event| matches!(event.kind, EventKind::ErrorRaised { .. });
            let was = old.get(places.len());
            if !is_added(&event) || was.is_some_and(is_added) {
                let was = was?;
                let cause = (was.cause.0 as usize).checked_sub(1).and_then(|at| places.get(at)).copied();
                let follows = cause.unwrap_or_default() == event.cause
                    || (event.cause.0 as usize).checked_sub(1).and_then(|at| new.get(at)).is_some_and(is_added);
                let same = Event { id: event.id, cause: event.cause, ..was.clone() } == event;
                if !same || !follows {
                    return None;
                }
                places.push(event.id);
            }
            new.push(event);
        }
    }
    Some((new, places))
}

/// As an earlier version wrote it: without the lines that are new, and numbered without them.
#[cfg(test)]
pub(crate) fn older(events: &[Event]) -> (Vec<Event>, Vec<EventId>) {
    let (mut old, mut places) = (Vec::<Event>::new(), Vec::<EventId>::new());
    for event in events {
        let place = |id: EventId| (id.0 as usize).checked_sub(1).map_or(EventId(0), |at| places[at]);
        let cause = place(event.cause);
        if matches!(event.kind, EventKind::ErrorRaised { .. }) {
            places.push(cause);
            continue;
        }
        let id = EventId(old.len() as u64 + 1);
        old.push(Event { id, cause, ..event.clone() });
        places.push(id);
    }
    (old, places)
}

#[cfg(test)]
mod tests;
