//! The built user interface, from a folder.

use std::path::{Component, Path, PathBuf};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(crate) async fn serve(folder: &Path, path: &str) -> Response {
    let Some(relative) = relative(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let file = folder.join(relative);
    match tokio::fs::read(&file).await {
        Ok(bytes) => {
            // Names of built parts hold a hash of their content; the page itself is asked for every time.
            let hashed = path.starts_with("/assets/");
            let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
            ([(header::CONTENT_TYPE, content_type(&file)), (header::CACHE_CONTROL, cache)], bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Nothing for a path that leads out of the folder.
fn relative(path: &str) -> Option<PathBuf> {
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    if path.contains(['%', '\\', '\0']) {
        // Built parts have plain names.
        return None;
    }
    let path = PathBuf::from(path);
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        for (path, file) in [("/", "index.html"), ("/assets/a-1.js", "assets/a-1.js")] {
            assert_eq!(relative(path).as_deref(), Some(Path::new(file)));
        }
        for path in ["/../secret", "/assets/../../secret", "/%2e%2e/secret", "/a\\..\\b"] {
            assert_eq!(relative(path), None, "{path}");
        }
    }
}
