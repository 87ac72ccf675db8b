//! The service's limits on one execution. Spec: the service's quotas for executions, state by state.

use query::Value;

/// Bytes of a state's input, output or result.
pub const PAYLOAD_BYTES: usize = 262_144;
/// Events of a Standard execution; the last of them says that there are too many.
pub const HISTORY_EVENTS: u32 = 25_000;
/// Where an execution ends that no limit of the service ends: Express has none on events, and limits may be off.
pub(crate) const MOST_EVENTS: u64 = 10_000_000;
pub const EXPRESS_SECONDS: u64 = 300;
pub const STANDARD_SECONDS: u64 = 365 * 86_400;
/// Iterations of an inline Map that run at once.
pub(crate) const INLINE_CONCURRENCY: u32 = 40;
/// Child executions of a distributed Map that run at once.
pub(crate) const DISTRIBUTED_CONCURRENCY: u32 = 10_000;
/// The longest Wait: 2^31 seconds, less one.
pub(crate) const WAIT_SECONDS: i64 = 2_147_483_647;

/// Whether the JSON text of `value` is longer than a payload may be, or nested more deeply than it could be read back
/// from a journal. Small values are recognised without making their text.
pub(crate) fn is_too_large(value: &Value) -> bool {
    if value.depth() as usize > query::MAX_DEPTH {
        return true;
    }
    let mut budget = 2_000;
    !is_small(value, &mut budget) && value.size() > PAYLOAD_BYTES
}

/// Whether an upper bound of the text fits the budget.
fn is_small(value: &Value, budget: &mut usize) -> bool {
    let cost = match value {
        Value::Null | Value::Bool(_) => 6,
        Value::Number(_) => 32,
        Value::String(text) => text.notation().len() + 1,
        Value::Array(items) => {
            if items.len() * 2 > *budget || value.depth() > 8 {
                return false;
            }
            return charge(budget, 3) && items.iter().all(|item| is_small(item, budget));
        }
        Value::Object(members) => {
            if members.len() * 4 > *budget || value.depth() > 8 {
                return false;
            }
            return charge(budget, 3)
                && members.iter().all(|(key, value)| charge(budget, key.len() * 6 + 4) && is_small(value, budget));
        }
    };
    charge(budget, cost)
}

fn charge(budget: &mut usize, cost: usize) -> bool {
    match budget.checked_sub(cost) {
        Some(rest) => {
            *budget = rest;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_back_is_too_large() {
        let nested = |depth: usize| (1..depth).fold(Value::from(Vec::new()), |inner, _| Value::from(vec![inner]));
        assert!(!is_too_large(&nested(query::MAX_DEPTH)));
        assert!(is_too_large(&nested(query::MAX_DEPTH + 1)));
        assert!(Value::parse(&nested(query::MAX_DEPTH).text()).is_ok());
    }
}
