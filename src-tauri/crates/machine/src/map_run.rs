//! Map Runs: the child executions of a distributed Map, what they read and write, and how many may fail.

use std::sync::{Arc, OnceLock};

use asl::program::ExecutionType;
use query::{Array, Chance, Object, Text, Value};

use crate::compiled::Body;
use crate::compiled::{Compiled, DatasetBody, MapBody, State, StateRef};
use crate::core::{Child, Core, Counts, Flow, MapRun, Turn};
use crate::dataset::ReaderConfig;
use crate::effect::{DatasetRequest, Effect, ResultFile};
use crate::event::{ChildId, EventKind, Failure, Stage};
use crate::execution::{Execution, Outcome, Status};
use crate::expression::Env;
use crate::fact::Dataset;
use crate::fan_out;
use crate::fault::Fault;
use crate::frame::{Failing, FanOut, Fate, Frame, FrameId, MapFan, Phase, Role, RunFan};
use crate::limits;
use crate::settings::Kind;
use crate::slab::SharedVec;
use crate::states::{self, map};

const READER_FAILED: &str = "States.ItemReaderFailed";
const WRITER_FAILED: &str = "States.ResultWriterFailed";
const THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// What the fields of a distributed Map come to.
struct Plan {
    tolerated_count: Option<u64>,
    tolerated_percentage: Option<f64>,
    reader: Option<Reading>,
    batching: Option<Batching>,
}

struct Reading {
    arguments: Value,
    max_items: i64,
}

/// How items are put together.
#[derive(Debug, Clone)]
pub(crate) struct Batching {
    input: Option<Value>,
    max_items: u64,
    max_bytes: u64,
}

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
            stages.push((Stage::ItemReader, reading.arguments.clone()));
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

fn batches(
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

/// Gives a new thread its own execution.
pub(crate) fn open_child(execution: &mut Execution, turn: &Turn<'_>, id: FrameId, fan_out: &FanOut, index: u32) {
    let Some(run) = fan_out.run() else { return };
    let core = &mut execution.core;
    let name: Arc<str> = core.chance.uuid().into();
    let record = &mut core.map_runs[run.number as usize];
    let items = run.batches.get(index as usize).map_or(1, |(_, items)| *items);
    record.executions.begin(1);
    record.items.begin(items);
    // arn:…:mapRun:MACHINE/LABEL:ID -> arn:…:execution:MACHINE/LABEL:NAME
    let prefix = record.arn.rsplit_once(':').map_or("", |(prefix, _)| prefix);
    let kind = if core.machine.child_kind(record.state) == Kind::Standard { ":execution:" } else { ":express:" };
    let arn = format!("{}:{name}", prefix.replacen(":mapRun:", kind, 1));
    core.children.push(Child {
        arn: arn.into(),
        name,
        input: Value::Null,
        map_run: run.number,
        index,
        started_at: turn.now,
        stopped_at: None,
        outcome: None,
        history: 0,
        identity: OnceLock::new(),
    });
    let number = ChildId(map::count(core.children.len()));
    if let Some(frame) = execution.frames.get_mut(id) {
        frame.execution = number;
    }
}

/// A child execution's first step.
pub(crate) fn begin_child(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId) {
    let Some(frame) = execution.frames.get(id) else { return };
    let Role::Child { parent, index } = frame.role else { return };
    let batch = match execution.frames.get(parent).map(|frame| &frame.phase) {
        Some(Phase::FanOut(fan_out)) => fan_out.run().and_then(|run| run.batches.get(index as usize).cloned()),
        _ => None,
    };
    let input = match batch {
        Some((batch, _)) => Ok(batch),
        None => fan_out::select_item(execution, turn, parent, id),
    };
    let input = match input {
        Ok(input) => input,
        Err(fault) => return fan_out::selector_failed(execution, turn, parent, id, fault),
    };
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let core = &mut execution.core;
    if let Some(child) = core.child_mut(frame.execution) {
        child.input = input.clone();
        child.started_at = turn.now;
    }
    frame.input = input.clone();
    let settings = Arc::clone(&core.settings);
    core.event_after(turn, frame, 0, EventKind::ExecutionStarted { input, settings });
    frame.phase = Phase::Entering;
    execution.ready.push_back(id);
}

pub(crate) fn child_succeeded(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, output: Value) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    execution.core.event(turn, frame, EventKind::ExecutionSucceeded { output: output.clone() });
    let Role::Child { parent, index } = frame.role else { return };
    let child = frame.execution;
    let outcome =
        Outcome { status: Status::Succeeded, output: Some(output.clone()), failure: Failure::default(), at: turn.now };
    settle_child(execution, child, parent, index, outcome);
    let last = execution.frames.get(parent).map_or(0, |frame| frame.last);
    execution.frames.remove(id);
    fan_out::record(execution, turn, parent, index, output, last);
}

/// A child execution failed; the Map goes on as long as enough of them may.
pub(crate) fn child_failed(execution: &mut Execution, turn: &mut Turn<'_>, id: FrameId, failure: Failure) {
    let Some(frame) = execution.frames.get_mut(id) else { return };
    let Role::Child { parent, index } = frame.role else { return };
    let child = frame.execution;
    execution.core.event(turn, frame, EventKind::ExecutionFailed { failure: failure.clone() });
    let outcome = Outcome { status: Status::Failed, output: None, failure, at: turn.now };
    settle_child(execution, child, parent, index, outcome);
    let Some(parent_frame) = execution.frames.get_mut(parent) else { return };
    let Phase::FanOut(fan_out) = &mut parent_frame.phase else { return };
    let exceeded = fan_out.run_mut().is_some_and(|run| {
        run.failed_items += run.batches.get(index as usize).map_or(1, |(_, items)| *items);
        let at = run.failed.partition_point(|failed| *failed < index);
        run.failed.insert(at, index);
        run.is_exceeded()
    });
    let last = parent_frame.last;
    if !exceeded {
        if let Some(fan_out) = fan_out::take_fan_out(execution, parent) {
            // What runs inside a failed child is of no further use.
            let frame = execution.frames.remove(id);
            if let Some(Frame { phase: Phase::Frozen { fan_out: inner, .. }, .. }) = frame {
                fan_out::forget(execution, inner);
            }
            if let Some(frame) = execution.frames.get_mut(parent) {
                frame.phase = Phase::FanOut(fan_out);
            }
        }
        fan_out::record(execution, turn, parent, index, Value::Null, last);
        return;
    }
    let Some(fan_out) = fan_out::take_fan_out(execution, parent) else { return };
    abort_children(execution, turn, &fan_out);
    let Some(frame) = execution.frames.get_mut(parent) else { return };
    let failure = Failure::new(THRESHOLD, "The specified tolerated failure threshold was exceeded");
    let flow = run_failed(&mut execution.core, frame, turn, failure, Some(fan_out));
    execution.follow(turn, parent, flow);
}

/// Ends the child executions that still run, each in its own history.
pub(crate) fn abort_children(execution: &mut Execution, turn: &mut Turn<'_>, fan_out: &FanOut) {
    for (&index, &id) in &fan_out.running {
        let Some(frame) = execution.frames.get(id) else { continue };
        let (child, Role::Child { parent, .. }) = (frame.execution, frame.role) else { continue };
        if execution.core.child(child).is_none_or(|child| child.outcome.is_some()) {
            continue;
        }
        fan_out::quiet_all(execution, turn, id);
        if let Some(frame) = execution.frames.get_mut(id) {
            execution.core.event_after(turn, frame, 0, EventKind::ExecutionAborted { failure: Failure::default() });
        }
        let outcome = Outcome { status: Status::Aborted, output: None, failure: Failure::default(), at: turn.now };
        settle_child(execution, child, parent, index, outcome);
    }
}

fn settle_child(execution: &mut Execution, child: ChildId, parent: FrameId, index: u32, outcome: Outcome) {
    let status = outcome.status;
    let core = &mut execution.core;
    let Some(record) = core.child_mut(child) else { return };
    record.stopped_at = Some(outcome.at);
    record.outcome = Some(outcome);
    let run = record.map_run as usize;
    let items = match execution.frames.get(parent).map(|frame| &frame.phase) {
        Some(Phase::FanOut(fan_out)) => {
            fan_out.run().and_then(|run| run.batches.get(index as usize)).map_or(1, |(_, items)| *items)
        }
        _ => 1,
    };
    if let Some(run) = core.map_runs.get_mut(run) {
        run.executions.end(status, 1);
        run.items.end(status, items);
    }
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

/// Asks for the files of a ResultWriter: a manifest, and one file of results for each way a child can end.
fn write_results(
    core: &mut Core,
    state: &State,
    writer: &DatasetBody,
    frame: &mut Frame,
    id: FrameId,
    fan_out: &FanOut,
    turn: &mut Turn<'_>,
) -> Result<(crate::effect::EffectId, Value), Fault> {
    let arguments = states::evaluate(core, frame, turn, |env, stages| {
        let value = match &writer.arguments {
            Some(arguments) => arguments.eval(&mut env.with_input(&fan_out.input), "ResultWriter/Parameters")?,
            None => Value::Object(Object::new()),
        };
        stages.push((Stage::ResultWriter, value.clone()));
        Ok(value)
    })?;
    let number = fan_out.run().map_or(0, |run| run.number);
    let run = &core.map_runs[number as usize];
    let uuid = run.arn.rsplit(':').next().unwrap_or("").to_owned();
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    let (bucket, prefix) = (text("Bucket"), text("Prefix"));
    let base = if prefix.is_empty() { uuid } else { format!("{}/{uuid}", prefix.trim_end_matches('/')) };
    let mut files = Vec::new();
    let mut manifest = Object::new();
    manifest.insert("DestinationBucket", Value::string(&bucket));
    manifest.insert("MapRunArn", Value::string(&run.arn));
    let mut listed = Object::new();
    for (name, status) in [("FAILED", Status::Failed), ("PENDING", Status::Running), ("SUCCEEDED", Status::Succeeded)] {
        let results: Vec<Value> = core
            .children
            .iter()
            .filter(|child| child.map_run == number)
            .filter_map(|child| child.described(status))
            .collect();
        if results.is_empty() {
            listed.insert(name, Value::Array(Array::default()));
            continue;
        }
        let key = format!("{base}/{name}_0.json");
        let text = Value::from(results).text();
        let entry =
            [("Key", Value::string(&key)), ("Size", Value::from(i64::try_from(text.len()).unwrap_or(i64::MAX)))];
        listed.insert(name, Value::from(vec![Value::Object(entry.into_iter().collect())]));
        files.push(ResultFile { key, text });
    }
    manifest.insert("ResultFiles", Value::Object(listed));
    let key = format!("{base}/manifest.json");
    files.insert(0, ResultFile { key: key.clone(), text: Value::Object(manifest).text() });
    let details = [("Bucket", Value::string(&bucket)), ("Key", Value::string(&key))];
    let result =
        [("MapRunArn", Value::string(&run.arn)), ("ResultWriterDetails", Value::Object(details.into_iter().collect()))];
    let effect = core.new_effect();
    let this = frame.state;
    core.note(turn, frame, EventKind::DatasetRequested { state: this, write: true });
    let request = Arc::new(request(writer, state, frame, effect, arguments));
    turn.step.effects.push(Effect::WriteDataset { request, files });
    core.effects.insert(effect, id);
    Ok((effect, Value::Object(result.into_iter().collect())))
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

fn plan(body: &MapBody, env: &mut Env<'_>) -> Result<Plan, Fault> {
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
            let mut number = |field: &Option<crate::expression::NumberField>| -> Result<u64, Fault> {
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

impl RunFan {
    fn is_exceeded(&self) -> bool {
        let failed = u64::from(self.failed_items);
        let by_count = self.tolerated_count.is_some_and(|most| failed > most);
        let share = f64::from(self.failed_items) * 100.0 / f64::from(self.items.max(1));
        let by_share = self.tolerated_percentage.is_some_and(|most| share > most);
        let none_tolerated = self.tolerated_count.is_none() && self.tolerated_percentage.is_none();
        by_count || by_share || none_tolerated
    }
}

impl Counts {
    fn begin(&mut self, count: u32) {
        self.pending = self.pending.saturating_sub(count);
        self.running += count;
    }

    fn end(&mut self, status: Status, count: u32) {
        self.running = self.running.saturating_sub(count);
        match status {
            Status::Succeeded => {
                self.succeeded += count;
                self.results_written += count;
            }
            Status::Failed => self.failed += count,
            Status::TimedOut => self.timed_out += count,
            Status::Aborted => self.aborted += count,
            Status::Running => self.running += count,
        }
    }
}

impl Child {
    pub fn status(&self) -> Status {
        self.outcome.as_ref().map_or(Status::Running, |outcome| outcome.status)
    }

    /// The child as DescribeExecution would show it in a result file, when it has this status.
    fn described(&self, wanted: Status) -> Option<Value> {
        let outcome = self.outcome.as_ref().filter(|outcome| outcome.status == wanted)?;
        let mut object = Object::new();
        object.insert("ExecutionArn", Value::string(&self.arn));
        object.insert("Input", Value::string(&self.input.text()));
        object.insert("InputDetails", Value::Object([("Included", Value::Bool(true))].into_iter().collect()));
        object.insert("Name", Value::string(&self.name));
        if let Some(output) = &outcome.output {
            object.insert("Output", Value::string(&output.text()));
            object.insert("OutputDetails", Value::Object([("Included", Value::Bool(true))].into_iter().collect()));
        }
        if let Some(error) = &outcome.failure.error {
            object.insert("Error", Value::string(error));
        }
        if let Some(cause) = &outcome.failure.cause {
            object.insert("Cause", Value::string(cause));
        }
        object.insert("StartDate", Value::string(&self.started_at.iso()));
        object.insert("Status", Value::string(outcome.status.name()));
        object.insert("StopDate", Value::string(&outcome.at.iso()));
        Some(Value::Object(object))
    }
}
