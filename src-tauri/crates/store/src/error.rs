use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database was written by a newer version of Stepwright (its schema is {found}, this build knows {known})"
    )]
    SchemaTooNew { found: u32, known: u32 },
    #[error("there is no execution {0}")]
    ExecutionNotFound(String),
    #[error("the file is a database of another application")]
    Foreign,
    #[error("the database holds {what}, which this build does not understand")]
    Corrupt { what: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the database is closed")]
    Closed,
    #[error("the write was undone: {0}")]
    Undone(String),
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
}
