//! What the fields of a distributed Map come to, and how its items are put into batches.

use query::{Object, Value};

use crate::compiled::MapBody;
use crate::core::{Core, Turn};
use crate::expression::{Env, NumberField};
use crate::fault::Fault;
use crate::frame::{FanOut, Frame};
use crate::limits;
use crate::slab::SharedVec;
use crate::states::map;

/// What the fields of a distributed Map come to.
pub(super) struct Plan {
    pub(super) tolerated_count: Option<u64>,
    pub(super) tolerated_percentage: Option<f64>,
    pub(super) reader: Option<Reading>,
    pub(super) batching: Option<Batching>,
}

pub(super) struct Reading {
    pub(super) arguments: Value,
    pub(super) max_items: i64,
}

/// How items are put together.
#[derive(Debug, Clone)]
pub(crate) struct Batching {
    input: Option<Value>,
    max_items: u64,
    max_bytes: u64,
}

pub(super) fn plan(body: &MapBody, env: &mut Env<'_>) -> Result<Plan, Fault> {
    let tolerated_count = match &body.tolerated_count {
        Some(field) => {
            let count = field.integer(env)?;
            let refused = || field.refuse(env, "ToleratedFailureCount cannot be negative.");
            Some(u64::try_from(count).map_err(|_| refused())?)
        }
        None => None,
    };
    let tolerated_percentage = match &body.tolerated_percentage {
        Some(field) => {
            let percentage = field.float(env)?;
            if !(0.0..=100.0).contains(&percentage) {
                return Err(field.refuse(env, "ToleratedFailurePercentage must be between 0 and 100."));
            }
            Some(percentage)
        }
        None => None,
    };
    let reader = match &body.item_reader {
        Some(reader) => {
            let max_items = reader.max_items.as_ref().map(|field| field.integer(env)).transpose()?.unwrap_or(0);
            let arguments = match &reader.arguments {
                Some(arguments) => arguments.eval(env, "ItemReader/Parameters")?,
                None => Value::Object(Object::new()),
            };
            Some(Reading { arguments, max_items })
        }
        None => None,
    };
    let batching = match &body.batcher {
        Some(batcher) => {
            let mut number = |field: &Option<NumberField>| -> Result<u64, Fault> {
                let value = field.as_ref().map(|field| field.integer(env)).transpose()?;
                Ok(value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0).unwrap_or(u64::MAX))
            };
            let (max_items, max_bytes) = (number(&batcher.max_items)?, number(&batcher.max_bytes)?);
            let input = batcher.input.as_ref().map(|input| input.eval(env, "ItemBatcher/BatchInput")).transpose()?;
            Some(Batching { input, max_items, max_bytes: max_bytes.min(limits::PAYLOAD_BYTES as u64) })
        }
        None => None,
    };
    Ok(Plan { tolerated_count, tolerated_percentage, reader, batching })
}

pub(super) fn batches(
    core: &mut Core,
    body: &MapBody,
    frame: &mut Frame,
    turn: &Turn<'_>,
    fan_out: &FanOut,
    batching: &Batching,
) -> Result<SharedVec<(Value, u32)>, Fault> {
    let Some(map) = &fan_out.map else { return Ok(SharedVec::default()) };
    let mut batches = SharedVec::default();
    let mut open: Vec<Value> = Vec::new();
    let mut bytes = 0;
    let close = |open: &mut Vec<Value>, batches: &mut SharedVec<(Value, u32)>| {
        if open.is_empty() {
            return;
        }
        let count = map::count(open.len());
        let mut batch = Object::new();
        if let Some(input) = &batching.input {
            batch.insert("BatchInput", input.clone());
        }
        batch.insert("Items", Value::from(std::mem::take(open)));
        batches.push((Value::Object(batch), count));
    };
    for item in map.items.iter() {
        let value = match &body.item_selector {
            Some(selector) => crate::execution::with_env(core, frame, Some(item), None, turn.now, |env| {
                selector.eval(&mut env.with_input(&fan_out.input), "ItemSelector")
            })?,
            None => item.value.clone(),
        };
        let size = value.size() as u64 + 1;
        let full = open.len() as u64 >= batching.max_items || (!open.is_empty() && bytes + size > batching.max_bytes);
        if full {
            close(&mut open, &mut batches);
            bytes = 0;
        }
        bytes += size;
        open.push(value);
    }
    close(&mut open, &mut batches);
    Ok(batches)
}
