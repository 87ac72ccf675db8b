//! What is answered to whom.

use std::path::PathBuf;
use std::sync::Arc;

use api::Backend;
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use wire::{Code, Failure};

use crate::guard::{Guard, Refusal};
use crate::{Browser, assets};

/// The largest request: a document in one piece, with room for its escapes.
const MAX_REQUEST: usize = 128 * 1024 * 1024;

struct Shared {
    backend: Backend<Browser>,
    guard: Guard,
    ui: Option<PathBuf>,
    policy: HeaderValue,
}

pub(crate) fn router(backend: Backend<Browser>, guard: Guard, ui: Option<PathBuf>) -> Router {
    let port = guard.port();
    // Older browsers do not count a WebSocket on the page's own address as 'self'.
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; worker-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).expect("the policy is plain ASCII");
    let shared = Arc::new(Shared { backend, guard, ui, policy });
    Router::new()
        .route("/call/{command}", post(call))
        .route("/notices", any(notices))
        .fallback(page)
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), protect))
        .with_state(shared)
}

/// Checks every request before anything else happens, and says on every answer what a page may do.
async fn protect(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (headers, uri) = (request.headers(), request.uri());
    let mut response = match shared.guard.check(headers, uri) {
        // The token leaves the address bar at once.
        Ok(()) if uri.path() == "/" && shared.guard.is_token_of(uri) => {
            let cookie = shared.guard.cookie();
            (StatusCode::SEE_OTHER, [(header::LOCATION, "/".to_owned()), (header::SET_COOKIE, cookie)]).into_response()
        }
        Ok(()) => next.run(request).await,
        Err(refusal) => refuse(refusal),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, shared.policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

fn refuse(refusal: Refusal) -> Response {
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], refusal.message()).into_response()
}

async fn call(
    State(shared): State<Arc<Shared>>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = match parse(&headers, &body) {
        Ok(request) => api::call(&shared.backend, &command, request).await,
        Err(failure) => Err(failure),
    };
    match answer {
        Ok(ok) => axum::Json(json!({ "ok": ok })).into_response(),
        Err(failure) => axum::Json(json!({ "failure": failure })).into_response(),
    }
}

fn parse(headers: &HeaderMap, body: &[u8]) -> Result<serde_json::Value, Failure> {
    // A form of another site cannot send this type without asking first.
    let json = headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !json {
        return Err(Failure::new(Code::BadRequest, "the request is not application/json"));
    }
    serde_json::from_slice(body)
        .map_err(|error| Failure::new(Code::BadRequest, format!("the request is not JSON: {error}")))
}

async fn notices(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| tell(socket, shared))
}

async fn tell(mut socket: WebSocket, shared: Arc<Shared>) {
    let mut notices = shared.backend.host().subscribe();
    loop {
        tokio::select! {
            notice = notices.recv() => {
                let text = match notice {
                    Ok(notice) => serde_json::to_string(&notice),
                    // Too slow: cut off, so that it comes back and asks anew.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                };
                let Ok(text) = text else { continue };
                if socket.send(Message::Text(text.into())).await.is_err() {
                    break;
                }
            }
            message = socket.recv() => match message {
                // Pings are answered below this level; nothing else is expected.
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn page(State(shared): State<Arc<Shared>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match &shared.ui {
        Some(folder) => assets::serve(folder, uri.path()).await,
        None => (StatusCode::NOT_FOUND, "no user interface is served here; start with --ui").into_response(),
    }
}
