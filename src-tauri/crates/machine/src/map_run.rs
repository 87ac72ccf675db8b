//! Map Runs: the child executions of a distributed Map, what they read and write, and how many may fail.

use std::sync::Arc;

use asl::program::ExecutionType;
use query::{Array, Chance, Text, Value};

use crate::compiled::Body;
use crate::compiled::{Compiled, DatasetBody, MapBody, State, StateRef};
use crate::core::{Core, Counts, Flow, MapRun, Turn};
use crate::dataset::ReaderConfig;
use crate::effect::{DatasetRequest, Effect};
use crate::event::{EventKind, Failure, Stage};
use crate::execution::Status;
use crate::fact::Dataset;
use crate::fault::Fault;
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, MapFan, Phase, RunFan};
use crate::limits;
use crate::settings::Kind;
use crate::slab::SharedVec;
use crate::states::{self, map};

mod children;
mod plan;
mod result_writer;

pub(crate) use children::{
    abort_children, begin_child, can_redrive, child_failed, child_succeeded, open_child, redrive,
};
pub(crate) use plan::Batching;
use plan::{batches, plan};
use result_writer::write_results;

const READER_FAILED: &str = "States.ItemReaderFailed";
const WRITER_FAILED: &str = "States.ResultWriterFailed";

impl Compiled {
    pub(crate) fn child_kind(&self, state: StateRef) -> Kind {
        match &self.state(state).body {
            Body::Map(map) if map.execution_type() == Some(ExecutionType::Express) => Kind::Express,
            _ => Kind::Standard,
        }
    }
}

/// `MapStateStarted` is written: starts the Map Run, and reads its items if they are not in the input.
#[expect(clippy::too_many_arguments, reason = "a state's run, handed on")]
pub(crate) fn open(
    core: &mut Core,
    state: &State,
    body: &MapBody,
    frame: &mut Frame,
    id: FrameId,
    turn: &mut Turn<'_>,
    input: Value,
    items: &Array,
    concurrency: u32,
) -> Result<Flow, Fault> {
    let plan = states::evaluate(core, frame, turn, |env, stages| {
        let plan = plan(body, &mut env.with_input(&input))?;
        if let Some(reading) = &plan.reader {
            stages.noted.push((Stage::ItemReader, reading.arguments.clone()));
        }
        Ok(plan)
    })?;
    let number = map::count(core.map_runs.len());
    let arn = run_arn(core, body);
    core.map_runs.push(MapRun {
        arn: Arc::clone(&arn),
        state: frame.state,
        status: Status::Running,
        max_concurrency: concurrency,
        tolerated_failure_count: plan.tolerated_count.unwrap_or(0),
        tolerated_failure_percentage: plan.tolerated_percentage.unwrap_or(0.0),
        started_at: turn.now,
        stopped_at: None,
        items: Counts::default(),
        executions: Counts::default(),
        redrive_count: 0,
    });
    let this = frame.state;
    let started = core.event(turn, frame, EventKind::MapRunStarted { state: this, map_run_arn: arn });
    let run = RunFan {
        number,
        started,
        tolerated_count: plan.tolerated_count,
        tolerated_percentage: plan.tolerated_percentage,
        failed_items: 0,
        failed: Vec::new(),
        batches: SharedVec::default(),
        items: 0,
        written: None,
        batching: plan.batching,
    };
    let most = limits::DISTRIBUTED_CONCURRENCY;
    let wanted_concurrency = concurrency;
    let concurrency = if concurrency == 0 { most } else { concurrency.min(most) };
    let map = MapFan { items: map::numbered(items), concurrency, wanted_concurrency, run: Some(run) };
    let fan_out = Box::new(FanOut::of_items(map::count(items.len()), input, map));
    let Some(reading) = plan.reader else {
        return Ok(filled(core, state, body, frame, turn, fan_out));
    };
    let Some(reader) = &body.item_reader else { return Ok(Flow::Waits) };
    if reading.max_items < 0 {
        return Ok(run_failed(
            core,
            frame,
            turn,
            Failure::new(READER_FAILED, "field MaxItems must be positive"),
            Some(fan_out),
        ));
    }
    let effect = core.new_effect();
    core.note(turn, frame, EventKind::DatasetRequested { state: this, write: false });
    let request = request(reader, state, frame, effect, reading.arguments);
    turn.step.effects.push(Effect::ReadDataset(Arc::new(request)));
    core.effects.insert(effect, id);
    let mut fan_out = fan_out;
    if let Some(run) = fan_out.run_mut() {
        run.items = u32::try_from(reading.max_items).unwrap_or(u32::MAX);
    }
    frame.phase = Phase::Dataset { effect, fan_out };
    Ok(Flow::Waits)
}

/// The bytes an ItemReader asked for have come.
pub(crate) fn read(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, dataset: &Dataset) -> Flow {
    let machine = Arc::clone(&core.machine);
    let state = machine.state(frame.state);
    let Body::Map(body) = &state.body else { return Flow::Waits };
    let Some(reader) = &body.item_reader else { return Flow::Waits };
    let Phase::Dataset { mut fan_out, .. } = std::mem::replace(&mut frame.phase, Phase::Running) else {
        return Flow::Waits;
    };
    let mut config = ReaderConfig::read(&reader.config);
    config.max_items = fan_out.run().map_or(0, |run| u64::from(run.items));
    match config.items(dataset) {
        Ok(items) => {
            fan_out.refill(map::count(items.len()), map::numbered(&items));
            filled(core, state, body, frame, turn, fan_out)
        }
        Err(cause) => run_failed(core, frame, turn, Failure::new(READER_FAILED, cause), Some(fan_out)),
    }
}

/// The ItemReader or the ResultWriter could not do its work.
pub(crate) fn dataset_failed(core: &mut Core, frame: &mut Frame, turn: &mut Turn<'_>, failure: Failure) -> Flow {
    let Phase::Dataset { fan_out, .. } = std::mem::replace(&mut frame.phase, Phase::Running) else {
        return Flow::Waits;
    };
    let writing = fan_out.run().is_some_and(|run| run.written.is_some());
    let name = if writing { WRITER_FAILED } else { READER_FAILED };
    let failure = Failure { error: Some(failure.error.unwrap_or_else(|| Text::from(name))), cause: failure.cause };
    run_failed(core, frame, turn, failure, Some(fan_out))
}

/// The files of a ResultWriter are there.
pub(crate) fn written(frame: &mut Frame) -> Flow {
    match std::mem::replace(&mut frame.phase, Phase::Running) {
        Phase::Dataset { fan_out, .. } => {
            frame.phase = Phase::FanOut(fan_out);
            Flow::Goes
        }
        other => {
            frame.phase = other;
            Flow::Waits
        }
    }
}

/// Items are known: batches them, and begins.
fn filled(
    core: &mut Core,
    _state: &State,
    body: &MapBody,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
    mut fan_out: Box<FanOut>,
) -> Flow {
    let total = fan_out.total;
    let batching = fan_out.run().and_then(|run| run.batching.clone());
    if let Some(run) = fan_out.run_mut() {
        run.items = total;
    }
    if let Some(batching) = batching {
        match batches(core, body, frame, turn, &fan_out, &batching) {
            Ok(batches) => {
                fan_out.total = map::count(batches.len());
                fan_out.results = (0..fan_out.total).map(|_| Value::Null).collect();
                if let Some(run) = fan_out.run_mut() {
                    run.batches = batches;
                }
            }
            Err(fault) => return core.fail(turn, frame, fault),
        }
    }
    if let Some(run) = fan_out.run().map(|run| run.number as usize)
        && let Some(record) = core.map_runs.get_mut(run)
    {
        record.items.pending = total;
        record.executions.pending = fan_out.total;
    }
    Flow::Forks(fan_out)
}

/// Every child has ended, and few enough have failed.
pub(crate) fn gather(
    core: &mut Core,
    state: &State,
    body: &MapBody,
    frame: &mut Frame,
    id: FrameId,
    mut fan_out: Box<FanOut>,
    turn: &mut Turn<'_>,
) -> Flow {
    let this = frame.state;
    let Some(run) = fan_out.run().cloned() else { return Flow::Waits };
    let result = match (&body.result_writer, run.written) {
        (_, Some(written)) => written,
        (Some(writer), None) if writer.resource.is_some() => {
            return match write_results(core, state, writer, frame, id, &fan_out, turn) {
                Ok((effect, details)) => {
                    if let Some(run) = fan_out.run_mut() {
                        run.written = Some(details);
                    }
                    frame.phase = Phase::Dataset { effect, fan_out };
                    Flow::Waits
                }
                Err(fault) => core.fail(turn, frame, fault),
            };
        }
        _ => {
            let succeeded = |at: &u32| run.failed.binary_search(at).is_err();
            (0u32..)
                .zip(fan_out.results.iter())
                .filter(|(at, _)| succeeded(at))
                .map(|(_, value)| value.clone())
                .collect()
        }
    };
    if let Some(record) = core.map_runs.get_mut(run.number as usize) {
        record.status = Status::Succeeded;
        record.stopped_at = Some(turn.now);
    }
    let run_done = core.event(turn, frame, EventKind::MapRunSucceeded { state: this });
    core.event_after(turn, frame, run_done, EventKind::FanOutSucceeded { state: this });
    frame.last = run.started;
    states::leave_with(core, state, &body.result, &result, frame, turn)
}

fn run_failed(
    core: &mut Core,
    frame: &mut Frame,
    turn: &mut Turn<'_>,
    failure: Failure,
    fan_out: Option<Box<FanOut>>,
) -> Flow {
    let run = fan_out.as_ref().and_then(|fan_out| fan_out.run()).map(|run| run.number as usize);
    if let Some(record) = run.and_then(|run| core.map_runs.get_mut(run)) {
        record.status = Status::Failed;
        record.stopped_at = Some(turn.now);
    }
    let state = frame.state;
    core.event(turn, frame, EventKind::MapRunFailed { state, failure: failure.clone() });
    frame.phase = Phase::Failing(Box::new(Failing { failure, heartbeat: false, fate: Fate::Open, fan_out }));
    Flow::Goes
}

fn run_arn(core: &mut Core, body: &MapBody) -> Arc<str> {
    let label = body.label.clone().unwrap_or_else(|| core.chance.uuid().into());
    let arn = core.settings.state_machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
    format!("{arn}/{label}:{}", core.chance.uuid()).into()
}

fn request(
    dataset: &DatasetBody,
    state: &State,
    frame: &Frame,
    effect: crate::effect::EffectId,
    arguments: Value,
) -> DatasetRequest {
    DatasetRequest {
        effect,
        state: frame.state,
        state_name: Arc::clone(&state.name),
        resource: dataset.resource.clone().unwrap_or_else(|| "".into()),
        arguments,
        input_type: dataset.config.get("InputType").and_then(Value::as_str).map(Text::from),
    }
}
