//! Going on from the past: forks with the recorded definition or an edited one, histories from elsewhere, why something failed.

mod changes;
mod compare;
mod pins;

use std::path::Path;

use runtime::{Edited, Fork, Import, Record, RunError, RunOptions, explain};
use wire::*;

pub(crate) use changes::name as name_of;

use crate::backend::Inner;
use crate::executions::id_of;
use crate::failure::{of_run, of_store, reading, writing};
use crate::host::Host;

/// Larger files are no histories.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// So many events are read at once.
const PAGE: u32 = 1_000;

impl<H: Host> Inner<H> {
    pub(crate) fn debug_fork(&self, request: &DebugFork) -> Result<ForkStarted, Failure> {
        let (fork, _) = self.fork_of(request)?;
        let (id, plan) = tokio::task::block_in_place(|| self.runtime()?.fork(&fork).map_err(of_run))?;
        Ok(ForkStarted { execution: id.to_string(), plan: plan_out(plan) })
    }

    pub(crate) fn plan_fork(&self, request: &DebugFork) -> Result<ForkPlanned, Failure> {
        let (fork, changes) = self.fork_of(request)?;
        match tokio::task::block_in_place(|| Ok(self.runtime()?.plan_fork(&fork))) {
            Ok(Ok(plan)) => Ok(ForkPlanned { plan: Some(plan_out(plan)), refusal: None, changes }),
            Ok(Err(error @ (RunError::Fork(_) | RunError::Definition(_) | RunError::Finished))) => {
                Ok(ForkPlanned { plan: None, refusal: Some(error.to_string()), changes })
            }
            Ok(Err(error)) => Err(of_run(error)),
            Err(failure) => Err(failure),
        }
    }

    fn fork_of(&self, request: &DebugFork) -> Result<(Fork, Option<DefinitionChanges>), Failure> {
        let execution = id_of(&request.execution)?;
        let answers = request.answers.as_ref().map(|answers| self.answers_of(execution, answers)).transpose()?;
        let recorded_answers = request.recorded_answers;
        let mut fork = Fork { execution, event: request.event, definition: None, recorded_answers, answers };
        let Some(document) = request.document else { return Ok((fork, None)) };
        let text = self.documents.runnable(document)?.text;
        let (recorded, _) = self.store()?.read(|db| db.execution_texts(execution)).map_err(of_store)?;
        let changes = changes::between(&recorded, &text);
        let renamed = changes.renamed.iter().map(|renamed| (renamed.from.clone(), renamed.to.clone()));
        fork.definition = Some(Edited { text, renamed: renamed.collect() });
        Ok((fork, Some(changes)))
    }

    fn answers_of(
        &self,
        execution: store::ExecutionId,
        answers: &ForkAnswers,
    ) -> Result<runtime::ForkAnswers, Failure> {
        let pins = match answers.pins {
            ForkPins::Original => None,
            ForkPins::None => Some(Vec::new()),
            ForkPins::Current => {
                let row = self.store()?.read(|db| db.execution(execution)).map_err(of_store)?;
                Some(self.pins_in_force(row.path.as_deref().map(Path::new), &row.workflow)?)
            }
        };
        Ok(runtime::ForkAnswers { test_case: answers.test_case.clone(), pins })
    }

    pub(crate) fn explain_failure(&self, request: &ExecutionRef) -> Result<FailureExplained, Failure> {
        let id = id_of(&request.execution)?;
        let runtime = self.runtime()?;
        if self.store()?.read(|db| db.execution(id)).map_err(of_store)?.status == store::Status::Succeeded {
            return Ok(FailureExplained { failure: None });
        }
        let why = tokio::task::block_in_place(|| {
            runtime.look_back(id, |timeline| Ok(explain(timeline.events(), timeline.machine())))
        });
        let failure = why.map_err(of_run)?.map(|why| ExplainedFailure {
            sentence: why.sentence,
            node: why.node.map(|node| node.to_string()),
            state: why.state.map(|state| state.to_string()),
            iterations: why.iterations,
            error: why.error,
            cause: why.cause,
            raised_at: why.raised_at,
            attempts: why.attempts,
            event: why.event,
            again: why.again.map(|state| state.to_string()),
        });
        Ok(FailureExplained { failure })
    }

    pub(crate) fn import_history(&self, request: ImportHistory) -> Result<HistoryImported, Failure> {
        let (file, text) = match request.source {
            HistorySource::Text { name, text } => (name, text),
            HistorySource::File { path } => (path.clone(), read(Path::new(&path))?),
        };
        let document = request.document.map(|document| self.documents.runnable(document)).transpose()?;
        let shown = Path::new(&file).file_name().and_then(|name| name.to_str()).unwrap_or(&file).to_owned();
        let import = Import {
            text,
            workflow: document.as_ref().map_or_else(|| workflow_of(&shown), |document| document.name.clone()),
            file: shown,
            path: document.as_ref().and_then(|document| document.path.clone()),
            definition: document.map(|document| document.text),
            express: request.express,
        };
        let (id, from) = tokio::task::block_in_place(|| self.runtime()?.import(&import).map_err(of_run))?;
        Ok(HistoryImported { execution: id.to_string(), inferred: from.inferred, repeats: from.repeats })
    }

    pub(crate) fn export_history(&self, request: &ExportHistory) -> Result<HistoryExported, Failure> {
        let id = id_of(&request.execution)?;
        let store = self.store()?;
        let row = store.read(|db| db.execution(id)).map_err(of_store)?;
        let name = format!("{}.{}.history.json", row.workflow, row.name);
        let changes = self.over(&request.execution, |timeline| Ok(timeline.overview().changed.len()))?;
        let changes = u32::try_from(changes).unwrap_or(u32::MAX);
        let (text, events) = tokio::task::block_in_place(|| history_text(store, id).map_err(of_run))?;
        let Some(path) = &request.path else { return Ok(HistoryExported { events, changes, text: Some(text), name }) };
        let path = Path::new(path);
        if !request.overwrite && path.exists() {
            return Err(Failure::new(Code::FileChanged, format!("{} is there already", path.display())));
        }
        crate::atomic::write(path, text.as_bytes()).map_err(|error| writing(path, &error))?;
        Ok(HistoryExported { events, changes, text: None, name })
    }

    /// Where an execution comes from, if not from its own beginning.
    pub(crate) fn origin(&self, options: &RunOptions) -> Option<ExecutionOrigin> {
        if let Some(imported) = &options.imported {
            let runtime::ImportedFrom { file, inferred, repeats } = imported.clone();
            return Some(ExecutionOrigin::Imported { file, inferred, repeats });
        }
        let Some(origin) = &options.forked_from else {
            let node = options.start_at.clone()?;
            return Some(ExecutionOrigin::StartedAt { state: name_of(&node), node });
        };
        let original = self.store().ok()?.read(|db| db.execution(store::ExecutionId(origin.execution)));
        Some(ExecutionOrigin::Fork {
            execution: origin.execution.to_string(),
            event: origin.event,
            edited: origin.edited,
            name: original.ok().map(|original| original.name),
        })
    }
}

fn plan_out(plan: runtime::ForkPlan) -> ForkPlan {
    ForkPlan {
        event: plan.event,
        state: plan.state.map(|state| state.to_string()),
        node: plan.node.map(|node| node.to_string()),
        answered: plan.answered,
        asks: plan.asks.map(|state| state.to_string()),
        alike: plan.is_alike,
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let size = std::fs::metadata(path).map_err(|error| reading(path, &error))?.len();
    if size > MOST_BYTES {
        let message = format!("{}: {size} bytes are too many for a history", path.display());
        return Err(Failure::new(Code::HistoryUnreadable, message));
    }
    let bytes = std::fs::read(path).map_err(|error| reading(path, &error))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Code::HistoryUnreadable, format!("{} is not text in UTF-8", path.display())))
}

fn workflow_of(file: &str) -> String {
    let stem = file.trim_end_matches(".json").trim_end_matches(".history");
    if stem.is_empty() { "imported".to_owned() } else { stem.to_owned() }
}

/// `{"events": […]}` as the service's CLI gives it, and how many there are.
fn history_text(store: &store::Store, id: store::ExecutionId) -> Result<(String, u32), RunError> {
    let record = Record::open(store, id)?;
    let mut text = String::from("{\"events\": [");
    let mut from = 1;
    loop {
        let (rows, total) = record.history(from, PAGE)?;
        let Some(last) = rows.last() else {
            text.push_str("\n]}\n");
            return Ok((text, total));
        };
        from = last.id + 1;
        for row in &rows {
            text.push_str(if row.id == 1 { "\n  " } else { ",\n  " });
            text.push_str(&row.json);
        }
    }
}
