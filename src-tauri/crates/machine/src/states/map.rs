//! Map: the same processor for every item, as iterations of this execution or as executions of their own.

use std::sync::Arc;

use asl::program::ProcessorMode;
use query::{Array, Value};

use crate::compiled::{MapBody, State};
use crate::core::{Core, Flow, Turn};
use crate::data_flow;
use crate::event::{EventKind, Stage};
use crate::expression::Env;
use crate::fault::Fault;
use crate::frame::{FanOut, Frame, FrameId, Item, MapFan};
use crate::limits;
use crate::map_run;

pub(crate) fn run(
    core: &mut Core,
    state: &State,
    body: &MapBody,
    frame: &mut Frame,
    id: FrameId,
    turn: &mut Turn<'_>,
) -> Result<Flow, Fault> {
    frame.flow.clear();
    let (input, items, concurrency) = super::evaluate(core, frame, turn, |env, stages| {
        let input = data_flow::effective_input(state, env, stages)?;
        let mut env = env.with_input(&input);
        let concurrency = concurrency(body, &mut env)?;
        let items = match &body.item_reader {
            Some(_) => Array::default(),
            None => items(state, body, &input, &mut env)?,
        };
        if body.items_path.is_some() || body.items.is_some() {
            let stage = if body.items.is_some() { Stage::Items } else { Stage::ItemsPath };
            stages.noted.push((stage, Value::Array(items.clone())));
        }
        Ok((input, items, concurrency))
    })?;
    // What the items are made of is shown in compact form, also where nothing has touched it.
    let input = input.to_compact();
    let this = frame.state;
    let length = count(items.len());
    core.event(turn, frame, EventKind::FanOutStarted { state: this, length });
    if body.mode != ProcessorMode::Inline {
        return map_run::open(core, state, body, frame, id, turn, input, &items, concurrency);
    }
    let wanted_concurrency = concurrency;
    let most = limits::INLINE_CONCURRENCY;
    let concurrency = if concurrency == 0 { most } else { concurrency.min(most) };
    let map = MapFan { items: numbered(&items), concurrency, wanted_concurrency, run: None };
    Ok(Flow::Forks(Box::new(FanOut::of_items(length, input, map))))
}

/// All iterations or child executions have ended.
pub(crate) fn gather(
    core: &mut Core,
    state: &State,
    body: &MapBody,
    frame: &mut Frame,
    id: FrameId,
    fan_out: Box<FanOut>,
    turn: &mut Turn<'_>,
) -> Flow {
    if fan_out.run().is_some() {
        return map_run::gather(core, state, body, frame, id, fan_out, turn);
    }
    let result: Value = fan_out.results.iter().cloned().collect();
    let this = frame.state;
    core.event_after(turn, frame, frame.last, EventKind::FanOutSucceeded { state: this });
    super::leave_with(core, state, &body.result, &result, frame, turn)
}

pub(crate) fn numbered<'a>(items: impl IntoIterator<Item = &'a Value>) -> crate::slab::SharedVec<Item> {
    let item = |(index, value): (u32, &Value)| Item { index, value: value.to_compact(), key: None, source: None };
    (0u32..).zip(items).map(item).collect()
}

pub(crate) fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn concurrency(body: &MapBody, env: &mut Env<'_>) -> Result<u32, Fault> {
    let Some(field) = &body.max_concurrency else { return Ok(0) };
    let wanted = field.integer(env)?;
    if wanted < 0 {
        return Err(
            field.refuse(env, &format!("Expected non-negative integer for MaxConcurrency, got '{wanted}' instead."))
        );
    }
    Ok(u32::try_from(wanted).unwrap_or(u32::MAX))
}

fn items(state: &State, body: &MapBody, input: &Value, env: &mut Env<'_>) -> Result<Array, Fault> {
    if let Some(template) = &body.items {
        let value = template.eval(env, "Items")?;
        return match value {
            Value::Array(items) => Ok(items),
            other => Err(template.unexpected("Items", "array", &other)),
        };
    }
    let (value, source) = match &body.items_path {
        Some(path) => {
            (path.find(env).map_err(|error| Fault::Runtime(error.invalid_path()))?, Arc::clone(path.source()))
        }
        None => (input.clone(), Arc::from("$")),
    };
    match value {
        Value::Array(items) => Ok(items),
        other if state.is_jsonata() => Err(Fault::Evaluation {
            cause: format!("Map state input must be an array but was: {other}"),
            location: None,
        }),
        // The service shows a path into the context object without its second `$`.
        _ => Err(Fault::Runtime(format!("Reference path \"{}\" must point to array.", source.replacen("$$", "$", 1)))),
    }
}
