//! What the forms of a state ask for, from the wire to `asl`, `lint` and `machine` and back.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl::edit::{self, Edit};
use asl::model::StateView;
use asl::schema::{self, Shape};
use asl::syntax::quote_json;
use asl::{Document, Format, Model, Node, NodeKind};
use lint::editor;
use lint::variables::{self, Variables};
use machine::{Failure as Fault, Mock, Timestamp, Via};
use wire::*;

use crate::analysis::{Offsets, parse};
use crate::documents::completions;
use crate::time::now;

/// The service takes no more either.
const LONGEST_DATA: usize = 256 * 1024;

pub(crate) fn language() -> StateLanguage {
    let field = |field: &schema::Field| StateField {
        name: field.name.to_owned(),
        language: field.language.map(|language| match language {
            asl::program::QueryLanguage::JsonPath => QueryLanguage::JsonPath,
            asl::program::QueryLanguage::Jsonata => QueryLanguage::Jsonata,
        }),
        types: field.types.iter().map(|kind| kind.as_str().to_owned()).collect(),
        shape: shape(field.shape),
        help: field.help.to_owned(),
    };
    let comparison = |(name, operand): &(&str, schema::Operand)| Comparison {
        name: (*name).to_owned(),
        operand: match operand {
            schema::Operand::Text => OperandKind::Text,
            schema::Operand::Number => OperandKind::Number,
            schema::Operand::Boolean => OperandKind::Boolean,
            schema::Operand::Timestamp => OperandKind::Timestamp,
            schema::Operand::Path => OperandKind::Path,
        },
    };
    StateLanguage {
        fields: schema::STATE_FIELDS.iter().map(field).collect(),
        comparisons: schema::COMPARISONS.iter().map(comparison).collect(),
    }
}

fn shape(shape: Shape) -> FieldShape {
    match shape {
        Shape::Text => FieldShape::Text,
        Shape::StateName => FieldShape::StateName,
        Shape::Boolean => FieldShape::Boolean,
        Shape::QueryLanguage => FieldShape::QueryLanguage,
        Shape::StateType => FieldShape::StateType,
        Shape::NullablePath => FieldShape::NullablePath,
        Shape::Path => FieldShape::Path,
        Shape::NullableReferencePath => FieldShape::NullableReferencePath,
        Shape::ReferencePath => FieldShape::ReferencePath,
        Shape::PathOrIntrinsic => FieldShape::PathOrIntrinsic,
        Shape::PayloadTemplate | Shape::Value => FieldShape::Value,
        Shape::Assign => FieldShape::Assign,
        Shape::Integer { .. } => FieldShape::Number,
        Shape::IntegerOrExpression { .. } | Shape::Percentage => FieldShape::NumberOrExpression,
        Shape::Timestamp => FieldShape::Timestamp,
        Shape::TextOrExpression => FieldShape::TextOrExpression,
        Shape::ArrayOrExpression => FieldShape::ArrayOrExpression,
        Shape::Retriers => FieldShape::Retriers,
        Shape::Catchers => FieldShape::Catchers,
        Shape::ChoiceRules => FieldShape::ChoiceRules,
        Shape::Branches => FieldShape::Branches,
        Shape::Processor => FieldShape::Processor,
        Shape::ItemReader => FieldShape::ItemReader,
        Shape::ItemBatcher => FieldShape::ItemBatcher,
        Shape::ResultWriter => FieldShape::ResultWriter,
    }
}

pub(crate) fn definition(file_name: &Path, text: &str, state: &str) -> StateDefinition {
    let (document, _) = parse(file_name, text);
    // The empty pointer is the workflow itself.
    let node = document.at(state).filter(|node| node.is_object());
    StateDefinition { definition: node.map(|node| edit::json_text(&without_bare_substitutions(node))) }
}

/// `${Name}` as a string, so that the text is JSON.
fn without_bare_substitutions(node: &Node) -> Node {
    let mut node = node.clone();
    mend(&mut node);
    node
}

fn mend(node: &mut Node) {
    match &mut node.kind {
        NodeKind::Substitution(text) => node.kind = NodeKind::String(Arc::clone(text)),
        NodeKind::Array(elements) => elements.iter_mut().for_each(mend),
        NodeKind::Object(members) => members.iter_mut().for_each(|member| mend(&mut member.value)),
        _ => {}
    }
}

pub(crate) fn variables(file_name: &Path, text: &str, state: &str) -> StateVariables {
    let (document, _) = parse(file_name, text);
    let model = Model::new(document.root());
    let offsets = Offsets::new(text);
    let Some(id) = model.find_pointer(state) else {
        return StateVariables { readable: Vec::new(), variables: Vec::new() };
    };
    let known = Variables::of(&model);
    let readable: Vec<ReadableVariable> = known.at(id).map_or_else(Vec::new, |assigned| {
        let names: BTreeSet<&String> = assigned.always.union(&assigned.sometimes).collect();
        let variable = |name: &String| ReadableVariable { name: name.clone(), always: assigned.always.contains(name) };
        names.into_iter().map(variable).collect()
    });
    let uses = variables::uses(&model);
    let mut wanted: BTreeSet<&str> = readable.iter().map(|variable| &*variable.name).collect();
    wanted.extend(uses.iter().filter(|found| found.state == id).map(|found| &*found.name));
    let mut by_name: BTreeMap<&str, VariableUses> = BTreeMap::new();
    for found in uses.iter().filter(|found| wanted.contains(&*found.name)) {
        let view = model.state(found.state);
        let place = VariableUse {
            state: view.pointer.clone(),
            name: view.name.value.to_string(),
            pointer: found.pointer.clone(),
            range: offsets.range(found.span, document.lines()),
        };
        let empty = || VariableUses { name: found.name.clone(), assigned: Vec::new(), read: Vec::new() };
        let entry = by_name.entry(&found.name).or_insert_with(empty);
        if found.assigns { entry.assigned.push(place) } else { entry.read.push(place) }
    }
    StateVariables { variables: by_name.into_values().collect(), readable }
}

/// Puts the text where it would stand and asks the code view's completion there.
pub(crate) fn complete_value(file_name: &Path, text: &str, request: &CompleteValue) -> Completions {
    let nothing = Completions { items: Vec::new() };
    let (document, _) = parse(file_name, text);
    let Some(document) = as_json(document) else { return nothing };
    let set = Edit::SetField { pointer: request.pointer.clone(), value: quote_json(&request.text) };
    let Ok(change) = edit::apply(&document, &set) else { return nothing };
    let text = asl::document::apply_edits(document.text(), &change.edits);
    let (document, _) = Document::parse_as(&text, Format::Json);
    let Some(node) = document.at(&request.pointer) else { return nothing };
    // Where each character of the typed text stands in the literal.
    let mut places = vec![(0u32, node.span.start + 1)];
    for character in request.text.chars() {
        let (units, bytes) = places.last().copied().unwrap_or_default();
        let mut buffer = [0; 4];
        let written = quote_json(character.encode_utf8(&mut buffer)).len() as u32 - 2;
        places.push((units + character.len_utf16() as u32, bytes + written));
    }
    let byte =
        places.iter().rfind(|(units, _)| *units <= request.offset).map_or(node.span.start + 1, |(_, byte)| *byte);
    let unit = |byte: u32| places.iter().rfind(|(_, at)| *at <= byte).map(|(units, _)| *units);
    // Data that cannot be read is no data.
    let read = |text: &Option<String>| text.as_deref().and_then(|text| query::Value::parse(text).ok());
    let (input, result) = (read(&request.input), read(&request.result));
    let data = editor::Data { input: input.as_ref(), result: result.as_ref() };
    let found = editor::complete(&document, byte, data);
    let inside = |span: asl::Span| node.span.start < span.start && span.end < node.span.end;
    completions(found.into_iter().filter(|found| inside(found.edit.span)), |edit| {
        Some(TextChange { from: unit(edit.span.start)?, to: unit(edit.span.end)?, insert: edit.insert.clone() })
    })
}

/// The same document as JSON without comments.
fn as_json(document: Document) -> Option<Document> {
    if document.format() == Format::Json {
        return Some(document);
    }
    (!document.is_broken()).then(|| Document::parse_as(&edit::json_text(document.root()), Format::Json).0)
}

pub(crate) async fn preview(
    file_name: PathBuf,
    text: Arc<str>,
    request: PreviewState,
) -> Result<StatePreview, Failure> {
    let sizes = [Some(&request.input), request.result.as_ref(), request.variables.as_ref(), request.context.as_ref()];
    if sizes.into_iter().flatten().any(|data| data.len() > LONGEST_DATA) {
        return Err(Failure::new(Code::InvalidInput, "the data is larger than the 256 KiB that the service takes"));
    }
    // Expressions are bounded in steps and time; other commands do not wait for them.
    let running = tokio::task::spawn_blocking(move || preview_now(&file_name, &text, &request));
    running.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

fn preview_now(file_name: &Path, text: &str, request: &PreviewState) -> Result<StatePreview, Failure> {
    let (document, _) = parse(file_name, text);
    let model = Model::new(document.root());
    let id = model.find_pointer(&request.state);
    let id = id.ok_or_else(|| Failure::new(Code::InvalidDefinition, "the state is not in the text any more"))?;
    let state = model.state(id);
    let program = program_of(state)?;
    let bad = |what: &str| Failure::new(Code::InvalidInput, format!("{what} is not JSON"));
    let object = |text: &Option<String>, what: &str| {
        let value = text.as_deref().map(query::Value::parse).transpose().map_err(|_| bad(what))?;
        Ok::<_, Failure>(value.filter(|value| value.as_object().is_some()))
    };
    let variables = object(&request.variables, "the object of variables")?;
    let variables = variables
        .as_ref()
        .and_then(query::Value::as_object)
        .map_or_else(Vec::new, |object| object.iter().map(|(name, value)| (Arc::clone(name), value.clone())).collect());
    let failure = request.error.as_ref().map(|error| Fault::new(error.error.as_str(), error.cause.as_str()));
    let mock = (failure.is_some() || request.result.is_some()).then(|| Mock {
        result: request.result.clone().filter(|_| failure.is_none()),
        error_output: failure,
        ..Mock::default()
    });
    let input = query::Value::parse(&request.input).map_err(|_| bad("the input"))?;
    let context = object(&request.context, "the context object")?;
    let at = Timestamp(now());
    let tried = machine::Preview::of(&program, &state.name.value, &request.input, mock, variables, context, at)
        .map_err(|rejection| {
            let code = match rejection.code {
                "InvalidDefinition" => Code::InvalidDefinition,
                _ => Code::InvalidInput,
            };
            Failure::new(code, rejection.message)
        })?;
    Ok(preview_out(tried, &input))
}

/// The program of a machine around the state, so that errors elsewhere do not matter.
fn program_of(state: &StateView<'_>) -> Result<asl::Program, Failure> {
    let definition =
        machine::Preview::definition(&state.name.value, &edit::json_text(state.node), state.query_language);
    let (document, syntax) = Document::parse_as(&definition, Format::Json);
    let checked = asl::check(&document);
    let found = lint::validate(&document, &syntax, asl::check::MachineType::Standard);
    // Variables come from states that are not here.
    let problem = found.iter().find(|found| found.is_error());
    match (checked.program, problem) {
        (Some(program), None) => Ok(program),
        (_, Some(problem)) => Err(Failure::new(Code::InvalidDefinition, problem.message.clone())),
        (None, None) => Err(Failure::new(Code::InvalidDefinition, "the state has errors")),
    }
}

fn preview_out(tried: machine::Preview, input: &query::Value) -> StatePreview {
    let stage = |name: &str, value: &query::Value| {
        let value = value.text().to_string();
        DataStage { name: name.to_owned(), bytes: u32::try_from(value.len()).unwrap_or(u32::MAX), value }
    };
    let mut stages = vec![stage("Input", input)];
    stages.extend(tried.stages.iter().map(|(name, value)| stage(name.name(), value)));
    let end = match &tried.end {
        machine::PreviewEnd::Left { output, via, next } => {
            // The last stage may be the output already, under the name of the field that made it.
            if stages.last().is_none_or(|last| last.value != output.text().to_string() || last.name == "Input") {
                stages.push(stage("Output", output));
            }
            let next = next.clone();
            match via {
                Via::Next => PreviewEnd::Next { next },
                Via::Rule(index) => PreviewEnd::Rule { index: *index, next },
                Via::Default => PreviewEnd::Default { next },
                Via::Catch(index) => PreviewEnd::Caught { index: *index, next },
            }
        }
        machine::PreviewEnd::Retried { retrier, seconds } => {
            PreviewEnd::Retried { index: *retrier, seconds: *seconds as f64 }
        }
        machine::PreviewEnd::Failed => PreviewEnd::Failed,
        machine::PreviewEnd::NeedsResult => PreviewEnd::NeedsResult,
    };
    let text = |text: Option<&query::Text>| text.map(ToString::to_string);
    let failure = tried.failure.as_ref();
    StatePreview {
        stages,
        assigned: tried
            .assigned
            .iter()
            .map(|(name, value)| AssignedVariable { name: name.to_string(), value: value.text().to_string() })
            .collect(),
        end,
        error: text(failure.and_then(|failure| failure.error.as_ref())),
        cause: text(failure.and_then(|failure| failure.cause.as_ref())),
        field: tried.location,
        conditions: tried
            .truths
            .into_iter()
            .map(|truth| ConditionTruth {
                place: truth.place,
                holds: truth.holds.as_ref().ok().copied(),
                problem: truth.holds.err(),
            })
            .collect(),
        seconds: tried.until.map(|until| ((until.millis() - tried.entered_at.millis()) as f64 / 1_000.0).max(0.0)),
    }
}
