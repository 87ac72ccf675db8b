//! Migrations. The version is SQLite's `user_version`; the table `compatibility` says which builds may still open the
//! file, so an older build can tell "newer, but harmless" from "newer, hands off".

use std::time::Duration;

use rusqlite::Connection;

use crate::StoreError;
use crate::table::{executions, journal, known_files, pauses, recent_files, recovery, settings, snapshots};

/// One step of the schema. Never edited once released; a change is a new step at the end.
struct Migration {
    statements: &'static [&'static str],
    /// Whether a build that does not know this step may still open the database: it only adds what an older build
    /// neither reads nor has to keep up to date.
    older_builds_may_open: bool,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        statements: &[
            executions::CREATE,
            journal::CREATE,
            snapshots::CREATE,
            recent_files::CREATE,
            settings::CREATE,
            recovery::CREATE,
        ],
        older_builds_may_open: false,
    },
    // An older build takes up a paused execution as one that runs.
    Migration { statements: &[pauses::CREATE], older_builds_may_open: true },
    // An older build recovers text without its notes.
    Migration { statements: &[recovery::CREATE_BESIDE], older_builds_may_open: true },
    Migration { statements: &[executions::CREATE_BY_CALLER], older_builds_may_open: true },
    // An older build lets what it should know go out of date, and then a file that moves is not known again.
    Migration { statements: &[known_files::CREATE], older_builds_may_open: true },
    // What an older build writes has the format 0, as it should.
    Migration { statements: &[executions::CREATE_FORMAT], older_builds_may_open: true },
];

/// "STPW", so that `file` and we know the database as ours.
const APPLICATION: i32 = 0x5354_5057;

pub(crate) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    prepare_with(connection, MIGRATIONS)
}

/// Settings of a connection, of the reader as well.
pub(crate) fn tune(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(())
}

fn prepare_with(connection: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    let known = version_of(migrations);
    check(connection, known)?;
    // Only now is the file written to.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    tune(connection)?;
    migrate(connection, migrations, known)
}

/// Refuses what this build must not touch.
fn check(connection: &Connection, known: u32) -> Result<(), StoreError> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(StoreError::Foreign);
    }
    let found = version(connection)?;
    if found > known {
        let needed: u32 = connection.query_row("SELECT needed FROM compatibility", [], |row| row.get(0))?;
        if needed > known {
            return Err(StoreError::SchemaTooNew { found, known });
        }
    }
    Ok(())
}

fn migrate(connection: &mut Connection, migrations: &[Migration], known: u32) -> Result<(), StoreError> {
    // Two processes may start at once: the version is read again under the write lock.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found < known {
        if found == 0 {
            transaction.execute_batch(
                "CREATE TABLE compatibility (needed INTEGER NOT NULL) STRICT; INSERT INTO compatibility VALUES (0)",
            )?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
        }
        for (at, migration) in migrations.iter().enumerate().skip(found as usize) {
            for statement in migration.statements {
                transaction.execute_batch(statement)?;
            }
            if !migration.older_builds_may_open {
                transaction.execute("UPDATE compatibility SET needed = ?1", [at as u32 + 1])?;
            }
        }
        transaction.pragma_update(None, "user_version", known)?;
    }
    transaction.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn version_of(migrations: &[Migration]) -> u32 {
    u32::try_from(migrations.len()).expect("a handful of migrations")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &std::path::Path) -> Connection {
        Connection::open(path).expect("SQLite opens")
    }

    const NOTES: Migration = Migration { statements: &["CREATE TABLE notes (text TEXT)"], older_builds_may_open: true };
    const SPLIT: Migration =
        Migration { statements: &["CREATE TABLE split (text TEXT)"], older_builds_may_open: false };
    const FIRST: Migration =
        Migration { statements: &["CREATE TABLE first (text TEXT)"], older_builds_may_open: false };

    #[test]
    fn migrates_forward_and_only_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db");
        prepare_with(&mut open(&path), &[FIRST]).expect("created");
        prepare_with(&mut open(&path), &[FIRST, NOTES, SPLIT]).expect("migrated");
        prepare_with(&mut open(&path), &[FIRST, NOTES, SPLIT]).expect("opened again");
        assert_eq!(version(&open(&path)).expect("a version"), 3);
    }

    #[test]
    fn a_newer_database_opens_where_its_migrations_allow_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db");
        prepare_with(&mut open(&path), &[FIRST, NOTES]).expect("created");
        prepare_with(&mut open(&path), &[FIRST]).expect("an older build opens it");
        assert_eq!(version(&open(&path)).expect("a version"), 2, "and does not turn the version back");
    }

    #[test]
    fn a_database_that_is_too_new_is_refused_untouched() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db");
        prepare_with(&mut open(&path), &[FIRST, NOTES, SPLIT]).expect("created");
        let before = std::fs::read(&path).expect("readable");
        let refused = prepare_with(&mut open(&path), &[FIRST]);
        assert!(matches!(refused, Err(StoreError::SchemaTooNew { found: 3, known: 1 })), "{refused:?}");
        assert_eq!(std::fs::read(&path).expect("readable"), before);
    }

    #[test]
    fn the_database_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db");
        open(&path).execute_batch("CREATE TABLE theirs (x)").expect("created");
        assert!(matches!(prepare(&mut open(&path)), Err(StoreError::Foreign)));
    }

    #[test]
    fn a_file_that_is_no_database_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db");
        std::fs::write(&path, "not a database, but long enough to be taken for one ".repeat(40)).expect("written");
        assert!(matches!(prepare(&mut open(&path)), Err(StoreError::Sqlite(_))));
    }
}
