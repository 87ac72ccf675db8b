//! Executions: what was run, with what, and how it ended.

use rusqlite::{OptionalExtension, Row, params};

use crate::{Db, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE executions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    workflow   TEXT NOT NULL,
    path       TEXT,
    definition TEXT NOT NULL,
    input      TEXT NOT NULL,
    -- How it was asked to run, as JSON; the runtime's business.
    settings   TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED')),
    -- The process that runs it, while it is running.
    owner      TEXT NOT NULL,
    -- Milliseconds since 1970, in the execution's own time.
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    -- Of the service-shaped history.
    events     INTEGER NOT NULL DEFAULT 0,
    output     TEXT,
    error      TEXT,
    cause      TEXT
) STRICT;
CREATE INDEX executions_of_path ON executions (path, id);
CREATE INDEX executions_unfinished ON executions (id) WHERE status = 'RUNNING';
";

/// Found by the execution whose task started them.
pub(crate) const CREATE_BY_CALLER: &str = "
CREATE INDEX executions_by_caller ON executions (settings ->> '$.caller.execution', id)
    WHERE settings ->> '$.caller.execution' IS NOT NULL;
";

/// In which form its journal is written: what the number means is the runtime's business.
pub(crate) const CREATE_FORMAT: &str = "
ALTER TABLE executions ADD COLUMN journal_format INTEGER NOT NULL DEFAULT 0;
";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecutionId(pub i64);

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// As the service spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut => "TIMED_OUT",
            Status::Aborted => "ABORTED",
        }
    }

    fn parse(text: &str) -> Option<Status> {
        use Status::*;
        [Running, Succeeded, Failed, TimedOut, Aborted].into_iter().find(|status| status.as_str() == text)
    }
}

#[derive(Debug, Clone)]
pub struct NewExecution {
    pub name: String,
    pub workflow: String,
    pub path: Option<String>,
    pub definition: String,
    pub input: String,
    pub settings: String,
    pub owner: String,
    pub started_at: i64,
    pub journal_format: u32,
}

/// A row without the two long texts, `definition` and `input`.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    pub id: ExecutionId,
    pub name: String,
    pub workflow: String,
    pub path: Option<String>,
    pub settings: String,
    pub status: Status,
    pub owner: String,
    pub started_at: i64,
    pub ended_at: Option<i64>,
    pub events: u32,
    pub error: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    pub status: Status,
    pub ended_at: i64,
    pub output: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
}

/// Which executions to list, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub path: Option<String>,
    pub before: Option<ExecutionId>,
    pub limit: u32,
}

const COLUMNS: &str = "id, name, workflow, path, settings, status, owner, started_at, ended_at, events, error";

impl Db<'_> {
    pub fn execution(&self, id: ExecutionId) -> Result<Execution, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM executions WHERE id = ?1"))?
            .query_row([id.0], |row| Ok(execution(row)))
            .optional()?
            .unwrap_or_else(|| Err(StoreError::ExecutionNotFound(id.to_string())))
    }

    /// One page, and whether there are more.
    pub fn executions(&self, page: &Page) -> Result<(Vec<Execution>, bool), StoreError> {
        let before = page.before.map_or(i64::MAX, |id| id.0);
        let limit = i64::from(page.limit) + 1;
        let mut found = match &page.path {
            Some(path) => self.list("path = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2", params![before, limit, path])?,
            None => self.list("id < ?1 ORDER BY id DESC LIMIT ?2", params![before, limit])?,
        };
        let more = found.len() > page.limit as usize;
        found.truncate(page.limit as usize);
        Ok((found, more))
    }

    /// All that have not ended, whoever runs them.
    pub fn unfinished_executions(&self) -> Result<Vec<Execution>, StoreError> {
        self.list("status = 'RUNNING' ORDER BY id", [])
    }

    /// Those that tasks of this one started, the first one first; at most 1,000.
    pub fn executions_called_by(&self, id: ExecutionId) -> Result<Vec<Execution>, StoreError> {
        self.list("id > ?1 AND settings ->> '$.caller.execution' = ?1 ORDER BY id LIMIT 1000", params![id.0])
    }

    /// How many those are; at most 1,000.
    pub fn count_called_by(&self, id: ExecutionId) -> Result<u32, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM executions
                 WHERE id > ?1 AND settings ->> '$.caller.execution' = ?1 LIMIT 1000)",
            )?
            .query_row([id.0], |row| row.get(0))?)
    }

    /// Definition and input.
    pub fn execution_texts(&self, id: ExecutionId) -> Result<(String, String), StoreError> {
        self.connection
            .prepare_cached("SELECT definition, input FROM executions WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .ok_or_else(|| StoreError::ExecutionNotFound(id.to_string()))
    }

    /// How it ended, if it has.
    pub fn ending(&self, id: ExecutionId) -> Result<Option<Ending>, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT status, ended_at, output, error, cause FROM executions WHERE id = ?1")?
            .query_row([id.0], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .optional()?
            .ok_or_else(|| StoreError::ExecutionNotFound(id.to_string()))?;
        let (status, Some(ended_at), output, error, cause) = row else { return Ok(None) };
        Ok(Some(Ending { status: status_of(&status)?, ended_at, output, error, cause }))
    }

    /// Whether an execution of this name exists for the workflow.
    pub fn execution_name_is_taken(&self, workflow: &str, path: Option<&str>, name: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM executions WHERE path IS ?1 AND workflow = ?2 AND name = ?3)",
            )?
            .query_row(params![path, workflow, name], |row| row.get(0))?)
    }

    /// The execution of this name of the workflow.
    pub fn execution_named(
        &self,
        workflow: &str,
        path: Option<&str>,
        name: &str,
    ) -> Result<Option<Execution>, StoreError> {
        let found = self.list("path IS ?1 AND workflow = ?2 AND name = ?3 LIMIT 1", params![path, workflow, name])?;
        Ok(found.into_iter().next())
    }

    pub fn insert_execution(&self, new: &NewExecution) -> Result<ExecutionId, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO executions
                 (name, workflow, path, definition, input, settings, status, owner, started_at, journal_format)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'RUNNING', ?7, ?8, ?9)",
            )?
            .execute(params![
                new.name,
                new.workflow,
                new.path,
                new.definition,
                new.input,
                new.settings,
                new.owner,
                new.started_at,
                new.journal_format
            ])?;
        Ok(ExecutionId(self.connection.last_insert_rowid()))
    }

    pub fn journal_format(&self, id: ExecutionId) -> Result<u32, StoreError> {
        self.connection
            .prepare_cached("SELECT journal_format FROM executions WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::ExecutionNotFound(id.to_string()))
    }

    pub fn set_journal_format(&self, id: ExecutionId, format: u32) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE executions SET journal_format = ?2 WHERE id = ?1")?
            .execute(params![id.0, format])?;
        Ok(())
    }

    /// Another process takes an unfinished execution over. False if it has ended or somebody was faster.
    pub fn take_over_execution(&self, id: ExecutionId, from: &str, to: &str) -> Result<bool, StoreError> {
        let changed = self
            .connection
            .prepare_cached("UPDATE executions SET owner = ?3 WHERE id = ?1 AND owner = ?2 AND status = 'RUNNING'")?
            .execute(params![id.0, from, to])?;
        Ok(changed == 1)
    }

    /// The file of a workflow has another path now, and so have the answers beside it.
    pub fn move_executions(
        &self,
        (from, to): (&str, &str),
        workflow: &str,
        mocks: Option<(&str, &str)>,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE executions SET path = ?2, workflow = ?3 WHERE path = ?1")?
            .execute(params![from, to, workflow])?;
        if let Some((before, after)) = mocks {
            self.connection
                .prepare_cached(
                    "UPDATE executions SET settings = json_set(settings, '$.mocks', ?3)
                     WHERE path = ?1 AND settings ->> '$.mocks' = ?2",
                )?
                .execute(params![to, before, after])?;
        }
        Ok(())
    }

    pub fn set_execution_settings(&self, id: ExecutionId, settings: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE executions SET settings = ?2 WHERE id = ?1")?
            .execute(params![id.0, settings])?;
        Ok(())
    }

    pub fn set_event_count(&self, id: ExecutionId, events: u32) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE executions SET events = ?2 WHERE id = ?1")?
            .execute(params![id.0, events])?;
        Ok(())
    }

    pub fn end_execution(&self, id: ExecutionId, ending: &Ending) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE executions SET status = ?2, ended_at = ?3, output = ?4, error = ?5, cause = ?6 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                ending.status.as_str(),
                ending.ended_at,
                ending.output,
                ending.error,
                ending.cause
            ])?;
        Ok(())
    }

    /// Deletes the execution with everything that belongs to it.
    pub fn delete_execution(&self, id: ExecutionId) -> Result<(), StoreError> {
        self.delete_journal(id)?;
        self.delete_snapshots(id)?;
        self.delete_pause(id)?;
        match self.connection.prepare_cached("DELETE FROM executions WHERE id = ?1")?.execute([id.0])? {
            0 => Err(StoreError::ExecutionNotFound(id.to_string())),
            _ => Ok(()),
        }
    }

    fn list(&self, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Execution>, StoreError> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM executions WHERE {condition}"))?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(execution(row)?);
        }
        Ok(found)
    }
}

fn execution(row: &Row<'_>) -> Result<Execution, StoreError> {
    Ok(Execution {
        id: ExecutionId(row.get(0)?),
        name: row.get(1)?,
        workflow: row.get(2)?,
        path: row.get(3)?,
        settings: row.get(4)?,
        status: status_of(row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?,
        owner: row.get(6)?,
        started_at: row.get(7)?,
        ended_at: row.get(8)?,
        events: row.get(9)?,
        error: row.get(10)?,
    })
}

fn status_of(text: &str) -> Result<Status, StoreError> {
    Status::parse(text).ok_or_else(|| StoreError::Corrupt { what: format!("the status {text:?}") })
}
