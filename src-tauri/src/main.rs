//! The desktop adapter: a window around the same page that the server gives to a browser.
//!
//! It knows no command by name: the page asks through one `call`, the backend tells through one `notice`. What it adds is
//! what only a desktop has: the window, the system's file dialogs, files named on the command line or dropped on the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod host;
mod window;

fn main() {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let application = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![host::call])
        .setup(|app| window::open(app))
        .build(tauri::generate_context!());
    match application {
        Ok(application) => application.run(|app, event| window::on_event(app, &event)),
        Err(error) => {
            tracing::error!(%error, "the application could not start");
            std::process::exit(1);
        }
    }
}
