//! What states answer instead of doing their work, kept by the workflow's file like breakpoints. They follow renames.

use std::path::Path;

use runtime::Pinned;
use wire::*;

use crate::backend::Inner;
use crate::documents::Runnable;
use crate::failure::of_store;
use crate::host::Host;

/// More are a mistake of the front end.
const MAX_PINS: usize = 2_000;

impl<H: Host> Inner<H> {
    pub(crate) fn get_pins(&self, document: u32) -> Result<Pins, Failure> {
        let workflow = self.documents.runnable(document)?;
        Ok(Pins { pins: self.pins(workflow.path.as_deref(), &workflow.name)? })
    }

    pub(crate) fn set_pins(&self, request: &SetPins) -> Result<Nothing, Failure> {
        if request.pins.len() > MAX_PINS {
            return Err(Failure::new(Code::BadRequest, format!("{} pins are too many", request.pins.len())));
        }
        for pin in &request.pins {
            if let Err(error) = query::Value::parse(&pin.value) {
                let state = super::name_of(&pin.node);
                return Err(Failure::new(
                    Code::InvalidInput,
                    format!("what is pinned to {state:?} is not JSON: {error}"),
                ));
            }
        }
        let workflow = self.documents.runnable(request.document)?;
        self.keep_pins(&workflow, &request.pins)?;
        Ok(Nothing {})
    }

    /// Those that a run begins with.
    pub(crate) fn pins_in_force(&self, path: Option<&Path>, workflow: &str) -> Result<Vec<Pinned>, Failure> {
        let enabled = self.pins(path, workflow)?.into_iter().filter(|pin| pin.enabled);
        Ok(enabled.map(|pin| Pinned { node: pin.node, value: pin.value }).collect())
    }

    pub(crate) fn follow_pins(&self, document: u32, moved: &[MovedState]) -> Result<(), Failure> {
        let workflow = self.documents.runnable(document)?;
        let mut pins = self.pins(workflow.path.as_deref(), &workflow.name)?;
        let mut changed = false;
        for pin in &mut pins {
            if let Some(to) = moved.iter().find(|moved| moved.from == pin.node) {
                pin.node.clone_from(&to.to);
                changed = true;
            }
        }
        if changed { self.keep_pins(&workflow, &pins) } else { Ok(()) }
    }

    /// A document was saved under another name: its pins stay with it.
    pub(crate) fn pins_saved_as(&self, before: &Runnable, now: &Runnable) -> Result<(), Failure> {
        let pins = self.pins(before.path.as_deref(), &before.name)?;
        if pins.is_empty() { Ok(()) } else { self.keep_pins(now, &pins) }
    }

    pub(crate) fn move_pins(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        let (from, to) = (key(Some(from), ""), key(Some(to), ""));
        self.store()?.write_now(move |db| db.move_setting(&from, &to)).map_err(of_store)
    }

    fn pins(&self, path: Option<&Path>, workflow: &str) -> Result<Vec<Pin>, Failure> {
        let key = key(path, workflow);
        let kept = self.store()?.read(|db| db.setting(&key)).map_err(of_store)?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    fn keep_pins(&self, workflow: &Runnable, pins: &[Pin]) -> Result<(), Failure> {
        let key = key(workflow.path.as_deref(), &workflow.name);
        let text =
            serde_json::to_string(pins).map_err(|error| Failure::new(Code::Unexpected, format!("pins: {error}")))?;
        self.store()?.write_now(move |db| db.put_setting(&key, &text)).map_err(of_store)
    }
}

fn key(path: Option<&Path>, workflow: &str) -> String {
    match path {
        Some(path) => format!("pins:{}", path.display()),
        None => format!("pins:untitled:{workflow}"),
    }
}
