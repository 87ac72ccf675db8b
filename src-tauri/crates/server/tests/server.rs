//! The server over its socket: who is answered, and with what.

use std::net::SocketAddr;
use std::path::Path;

use api::Setup;
use server::{Options, Server};
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "0123456789abcdef";

/// A running server and its folder, both gone with the test's runtime.
async fn serve(folder: &Path) -> SocketAddr {
    let ui = folder.join("ui");
    std::fs::create_dir_all(&ui).expect("created");
    std::fs::write(ui.join("index.html"), "<!doctype html>the window").expect("written");
    std::fs::write(folder.join("secret"), "secret").expect("written");
    let store = Store::open(&folder.join("stepwright.db"));
    let setup = Setup { store, examples: None, open_at_start: Vec::new(), home: folder.to_owned() };
    let options = Options { port: 0, ui: Some(ui), token: Some(TOKEN.into()) };
    let server = Server::bind(setup, options).await.expect("a free port");
    let address = server.address();
    tokio::spawn(server.run(std::future::pending()));
    address
}

/// Sends one request as it stands and reads the whole answer. `HOST` stands for the server's own address.
async fn ask(address: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let head = head.replace("HOST", &address.to_string()).replace('\n', "\r\n");
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test]
async fn only_those_who_know_the_token_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    let call = "POST /call/app_info HTTP/1.1\nHost: HOST\nContent-Type: application/json";
    assert_eq!(status(&ask(address, call, "{}").await), "403", "no token");
    assert_eq!(
        status(&ask(address, &format!("{call}\nAuthorization: Bearer 0123456789abcdee"), "{}").await),
        "403",
        "a wrong token"
    );
    let answer = ask(address, &format!("{call}\nAuthorization: Bearer {TOKEN}"), "{}").await;
    assert!(status(&answer) == "200" && answer.contains("{\"ok\":{\"version\""), "{answer}");
    assert_eq!(status(&ask(address, "GET / HTTP/1.1\nHost: HOST", "").await), "403", "the page, too");
}

#[tokio::test]
async fn the_first_page_load_turns_the_token_into_a_cookie() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    let answer = ask(address, &format!("GET /?token={TOKEN} HTTP/1.1\nHost: HOST"), "").await;
    assert_eq!(status(&answer), "303");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair");
    let page = ask(address, &format!("GET / HTTP/1.1\nHost: HOST\nCookie: theme=dark; {cookie}"), "").await;
    assert!(page.contains("the window") && page.contains("content-security-policy: default-src 'none'"), "{page}");
}

#[tokio::test]
async fn other_hosts_and_origins_are_refused_even_with_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    let port = address.port();
    let call = |host: &str, origin: &str| {
        let origin = if origin.is_empty() { String::new() } else { format!("\nOrigin: {origin}") };
        format!(
            "POST /call/app_info HTTP/1.1\nHost: {host}{origin}\nContent-Type: application/json\nAuthorization: Bearer {TOKEN}"
        )
    };
    for (host, origin, expected) in [
        ("HOST", "http://HOST", "200"),
        (&*format!("localhost:{port}"), &*format!("http://localhost:{port}"), "200"),
        ("HOST", "https://evil.example", "403"),
        ("HOST", "null", "403"),
        ("HOST", "http://127.0.0.1:1", "403"),
        ("evil.example", "", "403"),
        (&*format!("evil.example:{port}"), "", "403"),
        (&*format!("127.0.0.1.evil.example:{port}"), "", "403"),
    ] {
        assert_eq!(status(&ask(address, &call(host, origin), "{}").await), expected, "{host} {origin}");
    }
}

#[tokio::test]
async fn failures_are_answers_and_other_types_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    let call = |command: &str, kind: &str| {
        format!("POST /call/{command} HTTP/1.1\nHost: HOST\nContent-Type: {kind}\nAuthorization: Bearer {TOKEN}")
    };
    let unknown = ask(address, &call("nonsense", "application/json"), "{}").await;
    assert!(unknown.contains(r#"{"failure":{"code":"badRequest""#), "{unknown}");
    let form = ask(address, &call("app_info", "text/plain"), "{}").await;
    assert!(form.contains("badRequest"), "{form}");
    let broken = ask(address, &call("app_info", "application/json"), "{").await;
    assert!(broken.contains("badRequest"), "{broken}");
}

#[tokio::test]
async fn files_outside_the_folder_stay_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    for path in ["/../secret", "/%2e%2e/secret", "/assets/../../secret", "//secret"] {
        let answer = ask(address, &format!("GET {path} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {TOKEN}"), "").await;
        assert_eq!(status(&answer), "404", "{path}");
    }
}

#[tokio::test]
async fn a_websocket_needs_the_token_and_the_origin() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = serve(folder.path()).await;
    let upgrade = |more: &str| {
        format!(
            "GET /notices{more}\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        )
    };
    let open = |head: String| async move {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let head = head.replace("HOST", &address.to_string()).replace('\n', "\r\n");
        stream.write_all(format!("{head}\r\nConnection: Upgrade\r\n\r\n").as_bytes()).await.expect("sent");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("answered");
        String::from_utf8_lossy(&first).into_owned()
    };
    assert_eq!(status(&open(upgrade(" HTTP/1.1\nHost: HOST\nOrigin: http://HOST")).await), "403");
    let with_token = format!("?token={TOKEN} HTTP/1.1\nHost: HOST\nOrigin: http://HOST");
    assert_eq!(status(&open(upgrade(&with_token)).await), "101");
    let foreign = format!("?token={TOKEN} HTTP/1.1\nHost: HOST\nOrigin: http://evil.example");
    assert_eq!(status(&open(upgrade(&foreign)).await), "403");
}
