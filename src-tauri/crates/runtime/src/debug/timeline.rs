//! Any moment of an execution, running or over, folded from its journal. Every so many lines a snapshot is kept, so that
//! going to a moment takes a few steps of the interpreter wherever it lies.

use std::cell::RefCell;
use std::sync::Arc;

use machine::{ChildId, Compiled, Event, EventKind, Execution, Step, Timestamp};
use store::{ExecutionId, Store};

use crate::codec::Decoder;
use crate::debug::Overview;
use crate::debugger::{Breakpoint, Stops};
use crate::definition::Definition;
use crate::import::fold;
use crate::prepare::read_events_from;
use crate::progress::Progress;
use crate::renew::renew;
use crate::replay::ReplayError;
use crate::runtime::{RunError, RunOptions};

const LINES_BETWEEN_SNAPSHOTS: usize = 200;

/// The journal of one execution, with snapshots.
pub struct Timeline {
    definition: Definition,
    events: Vec<Event>,
    decoder: Decoder,
    /// Of each number of the execution's own history, the place of its event.
    numbers: Vec<usize>,
    /// Made as far as somebody has looked: reading a journal is quicker than going through it.
    snapshots: RefCell<Vec<Snapshot>>,
    overview: Overview,
    /// Up to the end.
    progress: Progress,
    /// Whether the interpreter writes this journal; one that was imported may be somebody else's.
    repeats: bool,
}

#[derive(Clone)]
struct Snapshot {
    /// How many events are contained; whole micro steps only.
    events: usize,
    execution: Execution,
    progress: Progress,
}

/// An execution as it was.
pub struct Moment {
    pub execution: Execution,
    /// Up to and with the event asked for.
    pub progress: Progress,
    pub event: Event,
    pub now: Timestamp,
    /// The last line of the micro step that the event belongs to.
    pub(crate) line: u32,
}

impl Timeline {
    pub fn open(store: &Store, id: ExecutionId) -> Result<Timeline, RunError> {
        let (row, (text, _)) = store.read(|db| Ok((db.execution(id)?, db.execution_texts(id)?)))?;
        let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        let definition = Definition::parse(&text, options.express)?;
        let mut timeline = Timeline {
            progress: Progress::new(&definition.program, &definition.machine),
            definition,
            events: Vec::new(),
            decoder: Decoder::default(),
            numbers: Vec::new(),
            snapshots: RefCell::default(),
            overview: Overview::default(),
            // What an earlier version has written may be something that nobody can repeat today.
            repeats: options.imported.as_ref().is_none_or(|imported| imported.repeats) && renew(store, id)?,
        };
        timeline.catch_up(store, id)?;
        Ok(timeline)
    }

    /// Reads what was written since.
    pub fn catch_up(&mut self, store: &Store, id: ExecutionId) -> Result<(), RunError> {
        let known = self.events.len();
        read_events_from(store, id, &mut self.decoder, &mut self.events)?;
        for (at, event) in self.events.iter().enumerate().skip(known) {
            if event.execution == ChildId(0) && event.history.is_some() {
                self.numbers.push(at);
            }
            self.overview.take(event, &self.definition.machine);
            self.progress.take(event);
        }
        if self.repeats && !self.events.is_empty() && self.snapshots.get_mut().is_empty() {
            let beginning = self.beginning()?;
            self.snapshots.get_mut().push(beginning);
        }
        Ok(())
    }

    /// What every state has done by now.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Makes snapshots up to a line, but goes through no more than so many lines. Whether the line is reached.
    pub fn prepare(&self, line: usize, most: usize) -> Result<bool, RunError> {
        let mut snapshots = self.snapshots.borrow_mut();
        let Some(mut at) = snapshots.last().cloned() else { return Ok(true) };
        let begun = at.events;
        loop {
            // A snapshot is as large as what runs at once: beside ten thousand items they lie further apart.
            let distance = LINES_BETWEEN_SNAPSHOTS.max(at.progress.running() / 4);
            // The last step may not be written in full yet; it is taken when somebody asks for it.
            if at.events + distance >= line.min(self.events.len()) {
                return Ok(true);
            }
            if at.events - begun > most {
                return Ok(false);
            }
            let next = at.events + distance;
            self.advance(&mut at, next)?;
            snapshots.push(at.clone());
        }
    }

    /// How many events the execution's own history has.
    pub fn len(&self) -> u32 {
        u32::try_from(self.numbers.len()).unwrap_or(u32::MAX)
    }

    /// Standard or Express.
    pub fn kind(&self) -> machine::Kind {
        match self.events.first().map(|event| &event.kind) {
            Some(EventKind::ExecutionStarted { settings, .. }) => settings.kind,
            _ => machine::Kind::Standard,
        }
    }

    pub fn overview(&self) -> &Overview {
        &self.overview
    }

    /// The whole journal; line 1 comes first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub fn machine(&self) -> &Arc<Compiled> {
        &self.definition.machine
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Right after event `number` of the history. Nothing if there is no such event.
    pub fn moment(&self, number: u32) -> Result<Option<Moment>, RunError> {
        let Some(place) = (number as usize).checked_sub(1).and_then(|at| self.numbers.get(at)).copied() else {
            return Ok(None);
        };
        self.moment_at(place)
    }

    /// Right after the event at a place of the journal.
    pub(super) fn moment_at(&self, place: usize) -> Result<Option<Moment>, RunError> {
        if !self.repeats {
            return Ok(self.recorded(place));
        }
        self.prepare(place + 1, usize::MAX)?;
        let snapshots = self.snapshots.borrow();
        let after = snapshots.partition_point(|snapshot| snapshot.events <= place);
        let Some(mut at) = after.checked_sub(1).and_then(|before| snapshots.get(before)).cloned() else {
            return Ok(None);
        };
        drop(snapshots);
        let mut progress = at.progress.clone();
        for event in &self.events[at.events..=place] {
            progress.take(event);
        }
        self.advance(&mut at, place + 1)?;
        let event = self.events[place].clone();
        let line = u32::try_from(at.events).unwrap_or(u32::MAX);
        Ok(Some(Moment { execution: at.execution, progress, now: event.at, event, line }))
    }

    /// The same of a history that was recorded elsewhere: folded from what it shows.
    fn recorded(&self, place: usize) -> Option<Moment> {
        let events = &self.events[..=place];
        let execution = fold(&self.definition.machine, events)?;
        let mut progress = Progress::new(&self.definition.program, &self.definition.machine);
        for event in events {
            progress.take(event);
        }
        let event = self.events[place].clone();
        let line = u32::try_from(place + 1).unwrap_or(u32::MAX);
        Some(Moment { execution, progress, now: event.at, event, line })
    }

    /// Everything up to an event, with the rest of its micro step. Nothing if there is no such event.
    pub(crate) fn until(&self, number: u32) -> Result<Option<&[Event]>, RunError> {
        let moment = self.moment(number)?;
        Ok(moment.and_then(|moment| self.events.get(..moment.line as usize)))
    }

    pub(crate) fn repeats(&self) -> bool {
        self.repeats
    }

    /// The last event before `number` at which a state was entered, in any scope.
    pub fn entered_before(&self, number: u32) -> Option<u32> {
        let place = (number as usize).checked_sub(1)?;
        let numbers = self.numbers.get(..place)?;
        let entered = |at: &usize| matches!(self.events[*at].kind, EventKind::StateEntered { .. });
        let found = numbers.iter().rposition(entered)?;
        u32::try_from(found + 1).ok()
    }

    /// The last event before `number` at which one of the breakpoints would have stopped. Counts do not count here.
    pub fn stop_before(&self, number: u32, breakpoints: &[Breakpoint]) -> Result<Option<u32>, RunError> {
        let stops = Stops::new(breakpoints, &self.definition.machine);
        let before = (number as usize).checked_sub(1).and_then(|at| self.numbers.get(at));
        let end = before.copied().unwrap_or(self.events.len());
        for (place, event) in self.events[..end].iter().enumerate().rev() {
            if !stops.may(event, &self.definition.machine) {
                continue;
            }
            let Some(moment) = self.moment_at(place)? else { continue };
            if stops.at(event, &moment.execution) {
                // What the history does not show is seen at the event before it.
                let shown = self.numbers.partition_point(|known| *known <= place);
                return Ok(u32::try_from(shown).ok().filter(|shown| *shown > 0));
            }
        }
        Ok(None)
    }

    /// Events before `number`, the latest first, with their numbers.
    pub fn backwards(&self, number: u32) -> impl Iterator<Item = (u32, &Event)> {
        let end = (number as usize).saturating_sub(1).min(self.numbers.len());
        (1u32..)
            .zip(&self.numbers[..end])
            .map(|(number, at)| (number, &self.events[*at]))
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
    }

    fn beginning(&self) -> Result<Snapshot, RunError> {
        let EventKind::ExecutionStarted { input, settings } = &self.events[0].kind else {
            return Err(ReplayError::NoStart.into());
        };
        let machine = std::sync::Arc::clone(&self.definition.machine);
        let execution = Execution::start(machine, (**settings).clone(), input.clone());
        Ok(Snapshot {
            events: 0,
            execution,
            progress: Progress::new(&self.definition.program, &self.definition.machine),
        })
    }

    /// Whole micro steps until at least `until` events are contained.
    fn advance(&self, at: &mut Snapshot, until: usize) -> Result<(), RunError> {
        let mut step = Step::default();
        while at.events < until {
            let event = &self.events[at.events];
            if let EventKind::Received(fact) = &event.kind {
                at.execution.deliver(fact.clone());
            }
            at.execution.step_into(event.at, &mut step);
            let line = u32::try_from(at.events + 1).unwrap_or(u32::MAX);
            let written = self.events.get(at.events..at.events + step.events.len());
            if step.events.is_empty() || written != Some(step.events.as_slice()) {
                return Err(ReplayError::Diverged { line }.into());
            }
            for event in &step.events {
                at.progress.take(event);
            }
            at.events += step.events.len();
        }
        Ok(())
    }
}
