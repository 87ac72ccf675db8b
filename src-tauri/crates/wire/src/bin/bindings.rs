//! Prints the TypeScript declarations; `cargo dev generate` puts them in their place.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().lock().write_all(wire::bindings().as_bytes())
}
