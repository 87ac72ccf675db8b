//! The thread that writes, in groups.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};

use crate::{Db, StoreError};

/// Writers that run ahead of the disk wait once this many are queued.
const QUEUE: usize = 1024;
/// A group ends here at the latest, so that the first in it do not wait for ever.
const GROUP: usize = 256;

pub(crate) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// One write: it runs inside the group's transaction and is told the outcome after the commit.
trait Job: Send {
    fn run(&mut self, db: &Db<'_>);
    fn has_failed(&self) -> bool;
    fn finish(self: Box<Self>, group: Result<(), String>);
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Writer, StoreError> {
        let (jobs, receiver) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || write_all(connection, &receiver))
            .map_err(|source| StoreError::Io { path: "store-writer".into(), source })?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(crate) fn queue<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Db<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let job: Box<dyn Job> = Box::new(Write { write: Some(write), done, result: None });
        let refused = match &self.jobs {
            Some(jobs) => jobs.send(job).err().map(|error| error.0),
            None => Some(job),
        };
        if let Some(job) = refused {
            job.finish(Err("the database is closed".into()));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The last clone of the store may be dropped by a callback on the writer's own thread.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

struct Write<T, W, D> {
    write: Option<W>,
    done: D,
    result: Option<Result<T, StoreError>>,
}

impl<T, W, D> Job for Write<T, W, D>
where
    T: Send,
    W: FnOnce(&Db<'_>) -> Result<T, StoreError> + Send,
    D: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, db: &Db<'_>) {
        if let Some(write) = self.write.take() {
            let result = catch_unwind(AssertUnwindSafe(|| write(db)));
            self.result = Some(result.unwrap_or_else(|_| Err(StoreError::Undone("the write panicked".into()))));
        }
    }

    fn has_failed(&self) -> bool {
        matches!(self.result, Some(Err(_)))
    }

    fn finish(self: Box<Self>, group: Result<(), String>) {
        let result = match (group, self.result) {
            (_, Some(Err(error))) => Err(error),
            (Err(reason), _) => Err(StoreError::Undone(reason)),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed),
        };
        let done = self.done;
        // A callback that panics must not stop the writer.
        let _ = catch_unwind(AssertUnwindSafe(|| done(result)));
    }
}

fn write_all(mut connection: Connection, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        let outcome = write_group(&mut connection, &mut group, jobs);
        let outcome = outcome.map_err(|error| error.to_string());
        for job in group {
            job.finish(outcome.clone());
        }
    }
    // The last to leave folds the log into the file; a failure costs nothing but space.
    let _ = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
}

fn write_group(
    connection: &mut Connection,
    group: &mut Vec<Box<dyn Job>>,
    jobs: &Receiver<Box<dyn Job>>,
) -> Result<(), StoreError> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for at in 0..GROUP {
        if at == group.len() {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        // A write that fails is undone alone.
        let savepoint = transaction.savepoint()?;
        group[at].run(&Db { connection: &savepoint });
        if !group[at].has_failed() {
            savepoint.commit()?;
        }
    }
    transaction.commit()?;
    Ok(())
}
