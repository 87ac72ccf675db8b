//! What Stepwright keeps: executions with their journal, recent files, settings, and text that was not saved yet.
//! SQLite in WAL mode, `synchronous = NORMAL`: a commit survives the end of the process, kill -9 included.
//!
//! One thread writes, in groups: everything that is queued when it wakes goes into one transaction, and nobody is told
//! "written" before that transaction has committed. Reads use another connection and never wait for the writer.
//!
//! What is deliberately absent: a clock (callers pass time in), knowledge of what a journal line means, and any repair
//! of a database that is newer than this build. Such a database is refused untouched.

mod error;
mod owner;
mod schema;
mod table;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

pub use error::StoreError;
pub use table::executions::{Ending, Execution, ExecutionId, NewExecution, Page, Status};
pub use table::journal::Line;
pub use table::recent_files::RecentFile;
pub use table::recovery::Recovery;

use owner::Owner;
use writer::Writer;

/// An open database. Cheap to clone; the last clone closes it after everything queued is written.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    // Dropped in this order: the writer finishes its queue before this process gives up what it owns.
    writer: Writer,
    reader: Mutex<Connection>,
    owner: Owner,
}

/// A connection with one handle for each table: those in `_mut` are for use inside [`Store::write`].
pub struct Db<'a> {
    pub(crate) connection: &'a Connection,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or creates the database, and migrates it.
    ///
    /// # Errors
    /// `SchemaTooNew` if a newer build wrote it and forbade older ones; the file is then left as it is.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
        }
        let mut connection = Connection::open(path)?;
        schema::prepare(&mut connection)?;
        let reader =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        schema::tune(&reader)?;
        let owner = Owner::claim(path)?;
        Ok(Store {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer: Writer::start(connection)?,
                reader: Mutex::new(reader),
                owner,
            }),
        })
    }

    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Reads. Sees everything whose write was reported done.
    pub fn read<T>(&self, read: impl FnOnce(&Db<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        read(&Db { connection: &self.reader() })
    }

    /// Queues a write and returns at once, or as soon as the queue has room. `done` runs on the writer's thread after
    /// the commit, or with the error after which nothing of this write is in the database. Writes are done in the order
    /// in which they were queued.
    pub fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Db<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.inner.writer.queue(write, done);
    }

    /// Writes, and waits for the commit.
    pub fn write_now<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Db<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.write(write, move |result| {
            // The caller waits below, so the receiver is there.
            let _ = sender.send(result);
        });
        receiver.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// The name under which this process owns the executions that it runs.
    pub fn instance(&self) -> &str {
        self.inner.owner.name()
    }

    /// Whether the process that owned an execution still lives. What a dead one left unfinished was interrupted.
    pub fn is_alive(&self, instance: &str) -> bool {
        self.inner.owner.is_alive(instance)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves nothing half done.
        self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
