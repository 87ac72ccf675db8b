//! The commands over HTTP and a WebSocket, for a browser on this machine.
//!
//! * `POST /call/<command>` with the request as JSON answers `{"ok": …}` or `{"failure": {"code", "message"}}`.
//! * `GET /notices` is a WebSocket that carries one [`wire::Notice`] in each message.
//! * Everything else is the built user interface.
//!
//! Only loopback is listened on. Whoever asks must know the token: the address that is printed carries it, the first page
//! load turns it into a cookie that scripts and other sites cannot use. `Host` and `Origin` are checked against rebinding
//! and against other pages in the same browser.
//!
//! What is deliberately absent: TLS, users, and any way to listen on another address.

mod assets;
mod guard;
mod routes;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use api::{Backend, Host, Setup};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use wire::Notice;

use guard::Guard;

/// A front end that falls further behind is cut off; it comes back and asks for what it missed.
const NOTICES: usize = 1024;

pub struct Options {
    /// 0 takes a free one.
    pub port: u16,
    /// The folder of the built user interface; without it only commands are served.
    pub ui: Option<PathBuf>,
    /// A token for tests; otherwise one is made up.
    pub token: Option<String>,
}

/// A server that has its port but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    token: String,
    backend: Backend<Browser>,
    ui: Option<PathBuf>,
}

/// The host of commands that come from a browser: it has no dialogs, and tells every open page.
pub struct Browser {
    notices: broadcast::Sender<Notice>,
}

impl Browser {
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }
}

impl Host for Browser {
    fn notify(&self, notice: Notice) {
        // Without a page nobody listens.
        let _ = self.notices.send(notice);
    }
}

impl Server {
    /// # Errors
    /// When the port is taken.
    pub async fn bind(setup: Setup, options: Options) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let token = match options.token {
            Some(token) => token,
            None => guard::make_token()?,
        };
        let backend = Backend::new(Browser { notices: broadcast::channel(NOTICES).0 }, setup);
        Ok(Server { listener, address, token, backend, ui: options.ui })
    }

    /// What to open in the browser.
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn backend(&self) -> &Backend<Browser> {
        &self.backend
    }

    /// Serves until `stop` completes.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let guard = Guard::new(self.address.port(), self.token);
        let router = routes::router(self.backend, guard, self.ui);
        // Open WebSockets would keep a graceful shutdown waiting for ever, so they are simply dropped.
        tokio::select! {
            served = axum::serve(self.listener, router) => served,
            () = stop => Ok(()),
        }
    }
}
