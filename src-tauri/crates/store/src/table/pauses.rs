//! Where executions stand still, so that a debug session outlives the application. What a body means is the runtime's.

use rusqlite::{OptionalExtension, params};

use crate::{Db, ExecutionId, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE pauses (
    execution INTEGER PRIMARY KEY,
    body      TEXT NOT NULL
) STRICT;
";

impl Db<'_> {
    pub fn pause(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT body FROM pauses WHERE execution = ?1")?;
        Ok(select.query_row([id.0], |row| row.get(0)).optional()?)
    }

    pub fn put_pause(&self, id: ExecutionId, body: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO pauses (execution, body) VALUES (?1, ?2)")?
            .execute(params![id.0, body])?;
        Ok(())
    }

    pub fn delete_pause(&self, id: ExecutionId) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM pauses WHERE execution = ?1")?.execute([id.0])?;
        Ok(())
    }
}
