//! Looking around in an execution that stands still, and back at what it was.

mod evaluate;
mod interventions;
mod overview;
mod search;
mod stay;
mod timeline;

pub use evaluate::{Evaluated, Focus, Trouble, check, check_message, evaluate, evaluate_or_point, holds, message};
pub use interventions::Intervention;
pub use overview::{Assigned, Lane, Largest, Mark, Overview, Span, SpanKind, Stay};
pub use search::{Change, Hit, Needle};
pub use stay::{Attempt, StayData};
pub use timeline::{Moment, Timeline};

use machine::{Event, Execution, Timestamp};

use crate::debugger::Pause;

/// A running execution as it is now.
#[derive(Debug)]
pub struct Snapshot {
    pub execution: Execution,
    pub pause: Option<Pause>,
    /// What the pause is about.
    pub event: Option<Event>,
    pub history: u32,
    pub now: Timestamp,
}
