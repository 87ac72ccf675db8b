//! Points of an execution's journal from which it can be taken up without reading from the start.

use rusqlite::{OptionalExtension, params};

use crate::{Db, ExecutionId, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE snapshots (
    execution INTEGER NOT NULL,
    -- The number of the last journal line that the snapshot contains.
    number    INTEGER NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (execution, number)
) STRICT, WITHOUT ROWID;
";

impl Db<'_> {
    /// The last snapshot that contains nothing after line `number`.
    pub fn snapshot_before(&self, id: ExecutionId, number: u32) -> Result<Option<(u32, Vec<u8>)>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT number, body FROM snapshots WHERE execution = ?1 AND number <= ?2 ORDER BY number DESC LIMIT 1",
            )?
            .query_row(params![id.0, number], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    pub fn put_snapshot(&self, id: ExecutionId, number: u32, body: &[u8]) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO snapshots (execution, number, body) VALUES (?1, ?2, ?3)")?
            .execute(params![id.0, number, body])?;
        Ok(())
    }

    pub(crate) fn delete_snapshots(&self, id: ExecutionId) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM snapshots WHERE execution = ?1")?.execute([id.0])?;
        Ok(())
    }
}
