//! Text that was typed and not saved, kept for the case that the application ends unexpectedly.

use rusqlite::{OptionalExtension, params};

use crate::{Db, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE recovery (
    -- The file's path, or `untitled:` and a name for a document without a file.
    document   TEXT PRIMARY KEY,
    text       TEXT NOT NULL,
    -- The text on disk that the changes were made to; nothing for a document without a file.
    base       TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
";

/// What belongs beside a document without a file.
pub(crate) const CREATE_BESIDE: &str = "
CREATE TABLE recovery_beside (
    document TEXT PRIMARY KEY,
    -- What its sidecar would hold.
    sidecar  TEXT NOT NULL
) STRICT;
";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    pub document: String,
    pub text: String,
    pub base: Option<String>,
    /// Notes and settings of a document without a file; those of a file lie beside it already.
    pub sidecar: Option<String>,
    /// Milliseconds since 1970.
    pub changed_at: i64,
}

impl Db<'_> {
    pub fn recovery(&self, document: &str) -> Result<Option<Recovery>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT document, text, base, changed_at, sidecar FROM recovery LEFT JOIN recovery_beside USING (document) \
                 WHERE document = ?1",
            )?
            .query_row([document], |row| {
                Ok(Recovery {
                    document: row.get(0)?,
                    text: row.get(1)?,
                    base: row.get(2)?,
                    changed_at: row.get(3)?,
                    sidecar: row.get(4)?,
                })
            })
            .optional()?)
    }

    /// The documents with something to recover and when it was typed, the latest first.
    pub fn recoverable_documents(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT document, changed_at FROM recovery ORDER BY changed_at DESC")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn put_recovery(&self, recovery: &Recovery) -> Result<(), StoreError> {
        self.connection.prepare_cached("INSERT OR REPLACE INTO recovery VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            recovery.document,
            recovery.text,
            recovery.base,
            recovery.changed_at
        ])?;
        match &recovery.sidecar {
            Some(sidecar) => self
                .connection
                .prepare_cached("INSERT OR REPLACE INTO recovery_beside VALUES (?1, ?2)")?
                .execute([&recovery.document, sidecar])?,
            None => self.delete_beside(&recovery.document)?,
        };
        Ok(())
    }

    pub fn delete_recovery(&self, document: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM recovery WHERE document = ?1")?.execute([document])?;
        self.delete_beside(document)?;
        Ok(())
    }

    fn delete_beside(&self, document: &str) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached("DELETE FROM recovery_beside WHERE document = ?1")?.execute([document])?)
    }
}
