//! What the files of workflows held when they were seen last: one that moved while nobody looked is known again by it.

use rusqlite::{OptionalExtension, params};

use crate::{Db, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE known_files (
    path    TEXT PRIMARY KEY,
    -- What was in it, as a number.
    content INTEGER NOT NULL,
    -- Milliseconds since 1970.
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// More are forgotten.
const KEPT: u32 = 5_000;

impl Db<'_> {
    /// Paths and contents.
    pub fn known_files(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT path, content FROM known_files")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn known_file(&self, path: &str) -> Result<Option<i64>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT content FROM known_files WHERE path = ?1")?;
        Ok(select.query_row([path], |row| row.get(0)).optional()?)
    }

    pub fn note_known_file(&self, path: &str, content: i64, seen_at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO known_files VALUES (?1, ?2, ?3)")?
            .execute(params![path, content, seen_at])?;
        self.connection
            .prepare_cached("DELETE FROM known_files WHERE path IN (SELECT path FROM known_files ORDER BY seen_at DESC LIMIT -1 OFFSET ?1)")?
            .execute([KEPT])?;
        Ok(())
    }

    /// The file has another path now.
    pub fn move_known_file(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE OR REPLACE known_files SET path = ?2 WHERE path = ?1")?
            .execute(params![from, to])?;
        Ok(())
    }
}
