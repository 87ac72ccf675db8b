fn main() {
    // Naming the command makes it a permission, so that a window without the capability cannot call it.
    let manifest = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).expect("tauri.conf.json is valid");
}
