//! The person's settings, JSON text by key.

use rusqlite::{OptionalExtension, params};

use crate::{Db, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

impl Db<'_> {
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
        Ok(select.query_row([key], |row| row.get(0)).optional()?)
    }

    pub fn put_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO settings VALUES (?1, ?2)")?
            .execute(params![key, value])?;
        Ok(())
    }

    /// Gives a value another key, unless there is one with that key.
    pub fn move_setting(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE OR IGNORE settings SET key = ?2 WHERE key = ?1")?
            .execute(params![from, to])?;
        Ok(())
    }
}
