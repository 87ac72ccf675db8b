//! Who may ask.

use std::io;

use axum::http::{HeaderMap, Uri, header};

pub(crate) struct Guard {
    port: u16,
    token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request names another host: somebody's DNS points here.
    Host,
    /// Another site's page asks.
    Origin,
    Token,
}

impl Refusal {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Refusal::Host => "this server answers to its loopback address only",
            Refusal::Origin => "pages of other sites may not ask",
            Refusal::Token => "the token is missing or wrong: open the address that `stepwright serve` printed",
        }
    }
}

/// 192 random bits, safe in an address and in a cookie.
pub(crate) fn make_token() -> io::Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Guard {
    pub(crate) fn new(port: u16, token: String) -> Guard {
        Guard { port, token }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Everything but the token.
    pub(crate) fn check_source(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("not text"));
        if !text(header::HOST).is_some_and(|host| self.is_own_authority(host)) {
            return Err(Refusal::Host);
        }
        // Browsers name the origin of every POST and of every WebSocket; programs without pages do not.
        match text(header::ORIGIN) {
            Some(origin) if !origin.strip_prefix("http://").is_some_and(|host| self.is_own_authority(host)) => {
                Err(Refusal::Origin)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
        self.check_source(headers)?;
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let known =
            self.has_cookie(headers) || self.is_token_of(uri) || bearer.is_some_and(|token| self.is_token(token));
        if known { Ok(()) } else { Err(Refusal::Token) }
    }

    pub(crate) fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(key, value)| key == name && self.is_token(value))
    }

    /// Whether the address carries the right token.
    pub(crate) fn is_token_of(&self, uri: &Uri) -> bool {
        let pairs = uri.query().unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split_once('=')).any(|(key, value)| key == "token" && self.is_token(value))
    }

    pub(crate) fn cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie_name(), self.token)
    }

    /// Cookies do not tell ports apart, so the name does: two servers may run at once.
    fn cookie_name(&self) -> String {
        format!("stepwright-{}", self.port)
    }

    fn is_own_authority(&self, authority: &str) -> bool {
        let host = authority.strip_suffix(&format!(":{}", self.port));
        // A browser leaves the default port out.
        let host = host.or((self.port == 80).then_some(authority));
        matches!(host, Some("127.0.0.1" | "localhost"))
    }

    /// Takes equally long wherever the first difference is.
    fn is_token(&self, given: &str) -> bool {
        let (given, own) = (given.as_bytes(), self.token.as_bytes());
        given.len() == own.len() && given.iter().zip(own).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }
}
