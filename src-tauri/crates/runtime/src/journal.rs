//! Writing down what happens, in groups, before anything outside happens because of it.

use std::sync::mpsc::{Receiver, Sender, channel};

use machine::Event;
use store::{Ending, ExecutionId, Store, StoreError};

use crate::codec::Encoder;
use crate::debugger::Standing;

/// So many lines are written in one piece.
const GROUP_LINES: usize = 512;
const GROUP_BYTES: usize = 256 * 1024;
/// The interpreter runs at most this many groups ahead of the disk.
const AHEAD: usize = 8;

/// Where the events of one execution go.
pub(crate) enum Journal {
    Stored(Box<Stored>),
    /// For a run that nobody wants to see again, such as one from the command line.
    Kept(Vec<Event>),
}

pub(crate) struct Stored {
    store: Store,
    id: ExecutionId,
    next: u32,
    encoder: Encoder,
    group: Group,
    written: Receiver<Result<(), StoreError>>,
    report: Sender<Result<(), StoreError>>,
    in_flight: usize,
}

/// Lines that wait to be written, in one piece of text.
#[derive(Default)]
struct Group {
    text: String,
    ends: Vec<usize>,
}

impl Group {
    fn lines(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }
}

impl Journal {
    /// The journal of an execution in the store, of which `lines` are written already.
    pub(crate) fn stored(store: Store, id: ExecutionId, lines: u32) -> Journal {
        let (report, written) = channel();
        Journal::Stored(Box::new(Stored {
            store,
            id,
            next: lines + 1,
            encoder: Encoder::default(),
            group: Group::default(),
            written,
            report,
            in_flight: 0,
        }))
    }

    pub(crate) fn record(&mut self, events: &mut Vec<Event>) -> Result<(), StoreError> {
        match self {
            Journal::Kept(kept) => {
                kept.append(events);
                Ok(())
            }
            Journal::Stored(stored) => {
                for event in events.drain(..) {
                    stored.encoder.write(&event, &mut stored.group.text);
                    stored.group.ends.push(stored.group.text.len());
                }
                if stored.group.ends.len() >= GROUP_LINES || stored.group.text.len() >= GROUP_BYTES {
                    stored.write()?;
                }
                Ok(())
            }
        }
    }

    /// Returns once everything recorded so far is in the database.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            Journal::Kept(_) => Ok(()),
            Journal::Stored(stored) => stored.commit(),
        }
    }

    /// Commits the rest together with how the execution ended.
    pub(crate) fn end(&mut self, history: u32, ending: Ending) -> Result<(), StoreError> {
        let Journal::Stored(stored) = self else { return Ok(()) };
        stored.commit()?;
        let id = stored.id;
        stored.store.write_now(move |db| {
            db.set_event_count(id, history)?;
            db.delete_pause(id)?;
            db.end_execution(id, &ending)
        })
    }

    /// Notes how many history events there are, for lists. Not waited for.
    pub(crate) fn note_history(&self, history: u32) {
        if let Journal::Stored(stored) = self {
            let id = stored.id;
            stored.store.write(move |db| db.set_event_count(id, history), |_| ());
        }
    }

    /// Notes where the execution stands still, or that it goes on. Not waited for: what is written later comes later.
    pub(crate) fn note_pause(&self, standing: Option<&Standing>) {
        let Journal::Stored(stored) = self else { return };
        let id = stored.id;
        match standing {
            Some(standing) => {
                let body = serde_json::to_string(standing).expect("a pause is plain data");
                stored.store.write(move |db| db.put_pause(id, &body), |_| ());
            }
            None => stored.store.write(move |db| db.delete_pause(id), |_| ()),
        }
    }

    pub(crate) fn into_kept(self) -> Vec<Event> {
        match self {
            Journal::Kept(events) => events,
            Journal::Stored(_) => Vec::new(),
        }
    }
}

impl Stored {
    /// Hands the group to the writer, and waits if the writer is far behind.
    fn write(&mut self) -> Result<(), StoreError> {
        if self.group.ends.is_empty() {
            return Ok(());
        }
        while self.in_flight >= AHEAD {
            self.wait_for_one()?;
        }
        let group = std::mem::take(&mut self.group);
        let (id, first, report) = (self.id, self.next, self.report.clone());
        self.next += u32::try_from(group.ends.len()).expect("a group is small");
        self.in_flight += 1;
        let done = move |result| {
            // The execution may have ended by a failed write before this one.
            let _ = report.send(result);
        };
        self.store.write(move |db| db.append_journal(id, first, group.lines()), done);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.write()?;
        while self.in_flight > 0 {
            self.wait_for_one()?;
        }
        Ok(())
    }

    fn wait_for_one(&mut self) -> Result<(), StoreError> {
        self.in_flight -= 1;
        self.written.recv().unwrap_or(Err(StoreError::Closed))
    }
}
