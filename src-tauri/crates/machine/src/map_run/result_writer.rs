//! The files of a ResultWriter: a manifest, and one file of results for each way a child can end.

use std::sync::Arc;

use query::{Array, Object, Value};

use crate::compiled::{DatasetBody, State};
use crate::core::{Child, Core, Turn};
use crate::effect::{Effect, EffectId, ResultFile};
use crate::event::{EventKind, Stage};
use crate::execution::Status;
use crate::fault::Fault;
use crate::frame::{FanOut, Frame, FrameId};
use crate::states;

/// Asks for the files of a ResultWriter: a manifest, and one file of results for each way a child can end.
pub(super) fn write_results(
    core: &mut Core,
    state: &State,
    writer: &DatasetBody,
    frame: &mut Frame,
    id: FrameId,
    fan_out: &FanOut,
    turn: &mut Turn<'_>,
) -> Result<(EffectId, Value), Fault> {
    let arguments = states::evaluate(core, frame, turn, |env, stages| {
        let value = match &writer.arguments {
            Some(arguments) => arguments.eval(&mut env.with_input(&fan_out.input), "ResultWriter/Parameters")?,
            None => Value::Object(Object::new()),
        };
        stages.noted.push((Stage::ResultWriter, value.clone()));
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
    let request = Arc::new(super::request(writer, state, frame, effect, arguments));
    turn.step.effects.push(Effect::WriteDataset { request, files });
    core.effects.insert(effect, id);
    Ok((effect, Value::Object(result.into_iter().collect())))
}

impl Child {
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
