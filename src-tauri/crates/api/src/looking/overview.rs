//! The overview of a run in the shape of the wire.

use machine::{Kind, ScopePart, StateRef, Timestamp};
use runtime::debug::{SpanKind as Kinds, Timeline};
use wire::*;

use crate::executions::node_status;

/// What changed after line `since`; all of it for 0.
pub(super) fn since(timeline: &Timeline, since: u32) -> RunOverview {
    let (seen, machine) = (timeline.overview(), timeline.machine());
    let start = seen.ticks.first().map_or(Timestamp(0), |(_, at)| *at);
    let ms = |at: Timestamp| (at.0 - start.0) as f64;
    let pointer = |state: StateRef| machine.state(state).pointer.to_string();
    let states = machine.states().map(|(_, state)| OverviewState {
        node: state.pointer.to_string(),
        state: state.name.to_string(),
        state_type: state.kind_of().name().to_owned(),
    });
    let known = seen.marks.partition_point(|mark| mark.line <= since);
    let mut events = EventColumns { first: u32::try_from(known + 1).unwrap_or(u32::MAX), ..EventColumns::default() };
    for mark in &seen.marks[known..] {
        events.line.push(mark.line);
        events.at.push(ms(mark.at));
        events.kind.push(mark.kind);
        events.state.push(mark.state.map_or(-1, |state| i32::try_from(state.0).unwrap_or(-1)));
        events.lane.push(mark.lane);
    }
    let ticks = seen.ticks.partition_point(|(line, _)| *line <= since);
    let kind = timeline.kind();
    let (event_limit, elapsed_limit) = match kind {
        Kind::Standard => (Some(machine::HISTORY_EVENTS), machine::STANDARD_SECONDS),
        Kind::Express | Kind::SyncExpress => (None, machine::EXPRESS_SECONDS),
    };
    RunOverview {
        line: seen.line,
        started_at: start.iso(),
        express: kind != Kind::Standard,
        states: if since == 0 { states.collect() } else { Vec::new() },
        kinds: seen.kinds().iter().map(|kind| (*kind).to_owned()).collect(),
        events,
        lanes: lanes(timeline, since),
        stays: stays(timeline, since, ms),
        spans: spans(timeline, since, ms),
        tick_lines: seen.ticks[ticks..].iter().map(|(line, _)| *line).collect(),
        tick_times: seen.ticks[ticks..].iter().map(|(_, at)| ms(*at)).collect(),
        gauges: Gauges {
            events: timeline.len(),
            event_limit,
            payload: seen.largest.map_or(0, |largest| largest.bytes),
            payload_limit: u32::try_from(machine::PAYLOAD_BYTES).unwrap_or(u32::MAX),
            payload_event: seen.largest.map_or(0, |largest| seen.number_at(largest.line)),
            payload_node: seen.largest.and_then(|largest| largest.state).map(pointer),
            transitions: seen.transitions,
            elapsed_ms: seen.ticks.last().map_or(0.0, |(_, at)| ms(*at)),
            elapsed_limit_ms: elapsed_limit as f64 * 1_000.0,
        },
        interventions: interventions(timeline, since),
        nested: Vec::new(),
        caller: None,
    }
}

/// The changes after a line, from what to what. Where the journal is somebody else's nothing was changed.
pub(crate) fn interventions(timeline: &Timeline, since: u32) -> Vec<Intervention> {
    let told = timeline.interventions(since).unwrap_or_else(|error| {
        tracing::warn!(%error, "the journal does not tell what was changed");
        Vec::new()
    });
    let out = |change: runtime::debug::Intervention| {
        let state = change.state.map(|state| timeline.machine().state(state));
        Intervention {
            line: change.line,
            event: timeline.overview().number_at(change.line),
            lane: change.lane,
            node: state.map(|state| state.pointer.to_string()),
            state: state.map(|state| state.name.to_string()),
            words: change.words,
            before: change.before,
            after: change.after,
        }
    };
    told.into_iter().map(out).collect()
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn lanes(timeline: &Timeline, since: u32) -> LaneColumns {
    let mut columns = LaneColumns::default();
    for (at, lane) in timeline.overview().lanes.iter().enumerate().filter(|(_, lane)| lane.touched > since) {
        let signed = |number: u32| i32::try_from(number).unwrap_or(-1);
        let (part, index) = match lane.part {
            None => (LanePart::Execution, 0),
            Some(ScopePart::Branch(index)) => (LanePart::Branch, index),
            Some(ScopePart::Iteration(index)) => (LanePart::Item, index),
            Some(ScopePart::Child(index)) => (LanePart::Child, index),
        };
        columns.lane.push(number(at));
        columns.parent.push(lane.around.map_or(-1, |(parent, _)| signed(parent)));
        columns.owner.push(lane.around.map_or(-1, |(_, owner)| signed(owner)));
        columns.part.push(part);
        columns.index.push(index);
        columns.first.push(lane.first);
        columns.last.push(lane.last.unwrap_or_default());
        columns.status.push(node_status(lane.status));
        columns.error.push(lane.error.as_deref().map(str::to_owned));
    }
    columns
}

fn stays(timeline: &Timeline, since: u32, ms: impl Fn(Timestamp) -> f64) -> StayColumns {
    let mut columns = StayColumns::default();
    for (at, stay) in timeline.overview().stays.iter().enumerate().filter(|(_, stay)| stay.touched > since) {
        columns.stay.push(number(at));
        columns.lane.push(stay.lane);
        columns.state.push(stay.state.0);
        columns.entered.push(stay.entered);
        columns.exited.push(stay.exited.unwrap_or_default());
        columns.entered_at.push(ms(stay.entered_at));
        columns.exited_at.push(stay.exited_at.map(&ms));
        columns.status.push(node_status(stay.status));
        columns.attempts.push(stay.attempts);
        columns.bytes_in.push(stay.bytes_in);
        columns.bytes_out.push(stay.bytes_out);
        columns.items.push(stay.items);
        columns.error.push(stay.error.as_deref().map(str::to_owned));
    }
    columns
}

fn spans(timeline: &Timeline, since: u32, ms: impl Fn(Timestamp) -> f64) -> SpanColumns {
    let mut columns = SpanColumns::default();
    for (at, span) in timeline.overview().spans.iter().enumerate().filter(|(_, span)| span.touched > since) {
        columns.span.push(number(at));
        columns.stay.push(span.stay);
        columns.kind.push(match span.kind {
            Kinds::Call => SpanKind::Call,
            Kinds::Answer => SpanKind::Answer,
            Kinds::Backoff => SpanKind::Backoff,
            Kinds::Wait => SpanKind::Wait,
        });
        columns.from.push(span.from);
        columns.to.push(span.to.unwrap_or_default());
        columns.from_at.push(ms(span.from_at));
        columns.to_at.push(span.to_at.map(&ms));
        columns.attempt.push(span.attempt);
        columns.failed.push(span.failed);
    }
    columns
}
