//! `cargo dev generate`: files that are made from the Rust sources and committed.

use std::fs;

use crate::shell::{Outcome, cargo, output, ui};

pub(crate) fn generate(check: bool) -> Outcome {
    let path = ui().join("src/backend/bindings.ts");
    let wanted = output(cargo(&["run", "--quiet", "--package", "wire", "--bin", "bindings"]))?;
    let present = fs::read_to_string(&path).unwrap_or_default();
    if present == wanted {
        println!("ui/src/backend/bindings.ts is up to date");
        return Ok(());
    }
    if check {
        return Err("ui/src/backend/bindings.ts differs from the crate wire; run `cargo dev generate`".into());
    }
    fs::write(&path, wanted).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("wrote ui/src/backend/bindings.ts");
    Ok(())
}
