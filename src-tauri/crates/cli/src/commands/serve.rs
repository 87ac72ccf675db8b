//! `stepwright serve`: the commands, and with `--ui` the window, in a browser on this machine.

use std::path::PathBuf;

use api::{Setup, places};
use serde_json::json;
use server::{Options, Server};
use store::Store;

use crate::output::{Answer, Trouble, line};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Workflows, or a folder of them, to open at start
    files: Vec<PathBuf>,
    /// The port on 127.0.0.1; a free one is taken by default
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve the window as well
    #[arg(long)]
    ui: bool,
    /// Keep executions and settings in this database
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Print the address as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<Answer, Trouble> {
    let mut files = Vec::new();
    for file in arguments.files {
        files.push(file.canonicalize().map_err(|error| Trouble::new(format!("{}: {error}", file.display())))?);
    }
    let ui =
        match arguments.ui {
            true => Some(places::ui().ok_or_else(|| {
                Trouble::new("the window is not built: run `npm run build` in ui, or set STEPWRIGHT_UI")
            })?),
            false => None,
        };
    let database = arguments.store.unwrap_or_else(places::database);
    let setup = Setup {
        store: Store::open(&database),
        examples: places::examples(),
        open_at_start: files,
        home: places::home(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Trouble::new)?;
    runtime.block_on(async {
        let options = Options { port: arguments.port, ui, token: None };
        let port = options.port;
        let server =
            Server::bind(setup, options).await.map_err(|error| Trouble::new(format!("port {port}: {error}")))?;
        match arguments.json {
            true => line(json!({ "url": server.url(), "port": server.address().port() })),
            false => line(server.url()),
        }
        server.run(stopped()).await.map_err(Trouble::new)
    })?;
    Ok(Answer::Yes)
}

/// Completes when the person or the system ends the program.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without signals the program is ended from outside.
    let _ = tokio::signal::ctrl_c().await;
}
