//! Two executions side by side: how long they were the same, their events aligned, and the states whose data differ.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use machine::{Event, EventKind, ScopePart};
use store::{ExecutionId, Store};

use crate::check::plain_details;
use crate::definition::Definition;
use crate::prepare::read_events;
use crate::progress::{Moved, Progress, is_change};
use crate::recording::own_number;
use crate::records::state_of;
use crate::runtime::{RunError, RunOptions};

/// Middles whose product is larger are aligned roughly.
const MOST_CELLS: usize = 4_000_000;
/// So far ahead a rough alignment looks for the next event that both have.
const AHEAD: usize = 400;

#[derive(Debug)]
pub struct Comparison {
    /// So many events at the beginning are the same.
    pub shared: u32,
    pub pairs: Vec<Pair>,
    /// The names of states whose data differ.
    pub other_data: Vec<String>,
    pub a: Moved,
    pub b: Moved,
    /// Whether a person changed something, in either.
    pub by_hand: (bool, bool),
}

/// One line of both histories: an event that both have, or one of them alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub a: Option<u32>,
    pub b: Option<u32>,
    pub event_type: &'static str,
    pub state: Option<String>,
    pub iterations: Vec<u32>,
    /// Both have it, with other data.
    pub differs: bool,
}

/// An event as it is compared.
struct Row {
    number: u32,
    event_type: &'static str,
    state: Option<String>,
    iterations: Vec<u32>,
    /// What it is, and what it says besides.
    key: u64,
    data: u64,
}

struct Side {
    rows: Vec<Row>,
    /// By the state's name: everything that its events say.
    data: BTreeMap<String, u64>,
    moved: Moved,
    by_hand: bool,
}

pub fn compare(store: &Store, a: ExecutionId, b: ExecutionId) -> Result<Comparison, RunError> {
    // Reading a long journal is most of the work, and either is read by itself.
    let (a, b) = std::thread::scope(|scope| {
        let other = scope.spawn(|| side(store, b));
        let one = side(store, a);
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (a, b) = (a?, b?);
    let same = |(a, b): &(&Row, &Row)| a.key == b.key && a.data == b.data;
    let shared = a.rows.iter().zip(&b.rows).take_while(same).count();
    let pairs = align(&a.rows, &b.rows);
    let differs = |(name, data): (&String, &u64)| {
        let other = b.data.get(name).is_some_and(|other| other != data);
        other.then(|| name.clone())
    };
    let other_data = a.data.iter().filter_map(differs).collect();
    Ok(Comparison {
        shared: u32::try_from(shared).unwrap_or(u32::MAX),
        pairs,
        other_data,
        by_hand: (a.by_hand, b.by_hand),
        a: a.moved,
        b: b.moved,
    })
}

fn side(store: &Store, id: ExecutionId) -> Result<Side, RunError> {
    let (row, (text, _)) = store.read(|db| Ok((db.execution(id)?, db.execution_texts(id)?)))?;
    let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
    let definition = Definition::parse(&text, options.express)?;
    let mut progress = Progress::new(&definition.program, &definition.machine);
    let mut side = Side { rows: Vec::new(), data: BTreeMap::new(), moved: Moved::default(), by_hand: false };
    for event in read_events(store, id)? {
        progress.take(&event);
        side.by_hand |= matches!(&event.kind, EventKind::Received(fact) if is_change(fact));
        let Some(row) = row_of(&event, &definition) else { continue };
        if let Some(state) = &row.state {
            let known = side.data.entry(state.clone()).or_default();
            *known = hash(&(*known, row.key, row.data));
        }
        if own_number(&event).is_some() {
            side.rows.push(row);
        }
    }
    side.moved = progress.all();
    Ok(side)
}

fn row_of(event: &Event, definition: &Definition) -> Option<Row> {
    let machine = &definition.machine;
    let history = event.history(machine)?;
    let state = state_of(&event.kind).map(|state| machine.state(state).name.to_string());
    let place: Vec<(String, ScopePart)> =
        event.scope.steps().iter().map(|step| (machine.state(step.state).name.to_string(), step.part)).collect();
    let iterations = place.iter().filter_map(|(_, part)| match part {
        ScopePart::Iteration(index) | ScopePart::Child(index) => Some(*index),
        ScopePart::Branch(_) => None,
    });
    Some(Row {
        number: history.id(),
        event_type: history.type_name(),
        iterations: iterations.collect(),
        key: hash(&(history.type_name(), &state, &place)),
        data: hash(&plain_details(event, machine).compact()),
        state,
    })
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn align(a: &[Row], b: &[Row]) -> Vec<Pair> {
    let front = a.iter().zip(b).take_while(|(a, b)| a.key == b.key).count();
    let (rest_a, rest_b) = (&a[front..], &b[front..]);
    let back = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a.key == b.key).count();
    let (middle_a, middle_b) = (&rest_a[..rest_a.len() - back], &rest_b[..rest_b.len() - back]);
    let mut pairs: Vec<Pair> = a[..front].iter().zip(b).map(|(a, b)| pair(Some(a), Some(b))).collect();
    let matches = match middle_a.len().saturating_mul(middle_b.len()) <= MOST_CELLS {
        true => longest(middle_a, middle_b),
        false => rough(middle_a, middle_b),
    };
    let (mut at_a, mut at_b) = (0, 0);
    for (next_a, next_b) in matches.into_iter().chain([(middle_a.len(), middle_b.len())]) {
        pairs.extend(middle_a[at_a..next_a].iter().map(|a| pair(Some(a), None)));
        pairs.extend(middle_b[at_b..next_b].iter().map(|b| pair(None, Some(b))));
        if let (Some(a), Some(b)) = (middle_a.get(next_a), middle_b.get(next_b)) {
            pairs.push(pair(Some(a), Some(b)));
        }
        (at_a, at_b) = (next_a + 1, next_b + 1);
    }
    let ends = rest_a[rest_a.len() - back..].iter().zip(&rest_b[rest_b.len() - back..]);
    pairs.extend(ends.map(|(a, b)| pair(Some(a), Some(b))));
    pairs
}

fn pair(a: Option<&Row>, b: Option<&Row>) -> Pair {
    let row = b.or(a);
    Pair {
        a: a.map(|row| row.number),
        b: b.map(|row| row.number),
        event_type: row.map_or("", |row| row.event_type),
        state: row.and_then(|row| row.state.clone()),
        iterations: row.map(|row| row.iterations.clone()).unwrap_or_default(),
        differs: a.zip(b).is_some_and(|(a, b)| a.data != b.data),
    }
}

/// The longest common subsequence, as positions.
fn longest(a: &[Row], b: &[Row]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut lengths = vec![0u16; (a.len() + 1) * width];
    for at_a in (0..a.len()).rev() {
        for at_b in (0..b.len()).rev() {
            lengths[at_a * width + at_b] = if a[at_a].key == b[at_b].key {
                lengths[(at_a + 1) * width + at_b + 1].saturating_add(1)
            } else {
                lengths[(at_a + 1) * width + at_b].max(lengths[at_a * width + at_b + 1])
            };
        }
    }
    let (mut at_a, mut at_b) = (0, 0);
    let mut matches = Vec::new();
    while at_a < a.len() && at_b < b.len() {
        if a[at_a].key == b[at_b].key {
            matches.push((at_a, at_b));
            at_a += 1;
            at_b += 1;
        } else if lengths[(at_a + 1) * width + at_b] >= lengths[at_a * width + at_b + 1] {
            at_a += 1;
        } else {
            at_b += 1;
        }
    }
    matches
}

/// Each event with the next of its kind, where that is not far.
fn rough(a: &[Row], b: &[Row]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u64, VecDeque<usize>> = HashMap::new();
    for (at, row) in b.iter().enumerate() {
        places.entry(row.key).or_default().push_back(at);
    }
    let mut from = 0;
    let mut matches = Vec::new();
    for (at, row) in a.iter().enumerate() {
        let Some(places) = places.get_mut(&row.key) else { continue };
        while places.front().is_some_and(|place| *place < from) {
            places.pop_front();
        }
        if let Some(place) = places.front().copied().filter(|place| *place < from + AHEAD) {
            matches.push((at, place));
            from = place + 1;
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let row = |(number, c): (u32, char)| Row {
            number,
            event_type: "",
            state: None,
            iterations: Vec::new(),
            key: hash(&c.to_ascii_lowercase()),
            data: hash(&c),
        };
        (1..).zip(text.chars()).map(row).collect()
    }

    fn check(a: &str, b: &str, expected: &str) {
        let shown: Vec<String> = align(&rows(a), &rows(b))
            .iter()
            .map(|pair| {
                let side = |number: Option<u32>| number.map_or_else(|| "-".into(), |number| number.to_string());
                format!("{}:{}{}", side(pair.a), side(pair.b), if pair.differs { "!" } else { "" })
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{a} {b}");
    }

    #[test]
    fn events_are_aligned() {
        check("abc", "abc", "1:1 2:2 3:3");
        check("abc", "aBc", "1:1 2:2! 3:3");
        check("abd", "abcd", "1:1 2:2 -:3 3:4");
        check("axyd", "azd", "1:1 2:- 3:- -:2 4:3");
        check("", "ab", "-:1 -:2");
        check("abcab", "cab", "1:- 2:- 3:1 4:2 5:3");
    }
}
