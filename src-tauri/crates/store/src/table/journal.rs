//! The journal: what happened in each execution, a line at a time. What a line says is the caller's business.
//!
//! The key holds the execution in its upper and the line's number in its lower 32 bits, so that a line costs one integer
//! and appending goes to the end of a B-tree page. The view `journal_lines` shows both apart.

use rusqlite::params;

use crate::{Db, ExecutionId, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE journal (
    key  INTEGER PRIMARY KEY,
    line TEXT NOT NULL
) STRICT;
CREATE VIEW journal_lines AS SELECT key >> 32 AS execution, key & 0xffffffff AS number, line FROM journal;
";

/// A line with its number, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: u32,
    pub text: String,
}

fn key(execution: ExecutionId, number: u32) -> i64 {
    execution.0 << 32 | i64::from(number)
}

impl Db<'_> {
    /// Appends lines, the first with the number `first`. A number that is there already is an error: nothing that was
    /// acknowledged is ever overwritten.
    pub fn append_journal<'t>(
        &self,
        id: ExecutionId,
        first: u32,
        lines: impl IntoIterator<Item = &'t str>,
    ) -> Result<(), StoreError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO journal (key, line) VALUES (?1, ?2)")?;
        for (number, line) in (first..).zip(lines) {
            insert.execute(params![key(id, number), line])?;
        }
        Ok(())
    }

    /// At most `limit` lines from number `from` on, in order.
    pub fn journal(&self, id: ExecutionId, from: u32, limit: u32) -> Result<Vec<Line>, StoreError> {
        let mut lines = Vec::new();
        self.each_journal_line(id, from, limit, |number, text| lines.push(Line { number, text: text.to_owned() }))?;
        Ok(lines)
    }

    /// The same without a copy of each line.
    pub fn each_journal_line(
        &self,
        id: ExecutionId,
        from: u32,
        limit: u32,
        mut take: impl FnMut(u32, &str),
    ) -> Result<(), StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT key & 0xffffffff, line FROM journal WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT ?3",
        )?;
        let mut rows = select.query(params![key(id, from), key(id, u32::MAX), limit])?;
        while let Some(row) = rows.next()? {
            take(row.get(0)?, row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
        }
        Ok(())
    }

    /// The number of the last line; 0 when there is none.
    pub fn journal_end(&self, id: ExecutionId) -> Result<u32, StoreError> {
        let last: Option<i64> = self
            .connection
            .prepare_cached("SELECT max(key) FROM journal WHERE key BETWEEN ?1 AND ?2")?
            .query_row(params![key(id, 0), key(id, u32::MAX)], |row| row.get(0))?;
        Ok(last.map_or(0, |last| u32::try_from(last & 0xffff_ffff).expect("masked to 32 bits")))
    }

    /// Other lines in place of all that there are.
    pub fn replace_journal<'t>(
        &self,
        id: ExecutionId,
        lines: impl IntoIterator<Item = &'t str>,
    ) -> Result<(), StoreError> {
        self.delete_journal(id)?;
        self.append_journal(id, 1, lines)
    }

    pub(crate) fn delete_journal(&self, id: ExecutionId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM journal WHERE key BETWEEN ?1 AND ?2")?
            .execute(params![key(id, 0), key(id, u32::MAX)])?;
        Ok(())
    }
}
