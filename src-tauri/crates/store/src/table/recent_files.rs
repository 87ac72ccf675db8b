//! Files opened before.

use rusqlite::params;

use crate::{Db, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE recent_files (
    path      TEXT PRIMARY KEY,
    opened_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// More are forgotten.
const KEPT: u32 = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentFile {
    pub path: String,
    /// Milliseconds since 1970.
    pub opened_at: i64,
}

impl Db<'_> {
    /// The latest first.
    pub fn recent_files(&self) -> Result<Vec<RecentFile>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT path, opened_at FROM recent_files ORDER BY opened_at DESC, path")?;
        let rows = select.query_map([], |row| Ok(RecentFile { path: row.get(0)?, opened_at: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn note_recent_file(&self, path: &str, opened_at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO recent_files VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE SET opened_at = excluded.opened_at")?
            .execute(params![path, opened_at])?;
        self.connection
            .prepare_cached("DELETE FROM recent_files WHERE path NOT IN (SELECT path FROM recent_files ORDER BY opened_at DESC LIMIT ?1)")?
            .execute([KEPT])?;
        Ok(())
    }

    /// The file has another path now.
    pub fn move_recent_file(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE OR IGNORE recent_files SET path = ?2 WHERE path = ?1")?
            .execute(params![from, to])?;
        self.forget_recent_file(from)
    }

    pub fn forget_recent_file(&self, path: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM recent_files WHERE path = ?1")?.execute([path])?;
        Ok(())
    }
}
