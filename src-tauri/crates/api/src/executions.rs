//! Executions: starting, watching, answering, listing.

mod convert;
pub(crate) mod debugger;
mod messenger;

use std::time::Duration;

use machine::{EffectId, Failure as ErrorOutput};
use query::{Text, Value};
use runtime::mocks::MockFile;
use runtime::{Record, Request, RunError, RunOptions, Runtime, TaskAnswer as Answer, wall};
use store::{Execution, ExecutionId, Page, Store};
use wire::*;

use crate::backend::Inner;
use crate::failure::{of_run, of_store};
use crate::host::Host;
use crate::time::iso;

pub(crate) use convert::{moved as moved_out, node_status};
pub(crate) use messenger::Messenger;

/// The most events in one answer.
const MAX_PAGE: u32 = 1_000;
/// The most stays in a state in one answer.
const MAX_RUNS: u32 = 1_000;

impl<H: Host> Inner<H> {
    pub(crate) fn runtime(&self) -> Result<&Runtime, Failure> {
        // Without a store there is nowhere to keep what happens.
        self.store()?;
        self.runtime.as_ref().ok_or_else(|| Failure::new(Code::Unexpected, "executions are not available"))
    }

    pub(crate) async fn start_execution(&self, request: StartExecution) -> Result<ExecutionStarted, Failure> {
        let from = request.document;
        let document = self.documents.runnable(from)?;
        let mocks = document.path.as_deref().and_then(MockFile::beside);
        let seed = match request.seed {
            Some(seed) => seed,
            None => make_seed()?,
        };
        let options = RunOptions {
            clock: convert::clock_in(request.clock),
            pace_ms: request.pace_ms,
            seed,
            express: request.express,
            ignore_limits: false,
            mocks,
            test_case: request.test_case,
            paused: request.paused,
            breakpoints: self.breakpoints(&document)?,
            pins: match request.use_pins {
                Some(false) => Vec::new(),
                _ => self.pins_in_force(document.path.as_deref(), &document.name)?,
            },
            start_at: request.start_at.as_ref().map(|start| start.node.clone()),
            variables: request.start_at.as_ref().and_then(|start| start.variables.clone()),
            context: request.start_at.and_then(|start| start.context),
            ..RunOptions::default()
        };
        let request = Request {
            workflow: document.name,
            path: document.path,
            name: request.name,
            definition: document.text,
            input: request.input,
            options,
            started_at: wall(),
        };
        let id = self.runtime()?.start(&request).map_err(of_run)?;
        self.functions.begin(from, id);
        Ok(ExecutionStarted { execution: id.to_string() })
    }

    pub(crate) async fn stop_execution(&self, request: StopExecution) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        let failure = ErrorOutput {
            error: request.error.as_deref().map(Text::from),
            cause: request.cause.as_deref().map(Text::from),
        };
        self.runtime()?.stop(id, failure).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn resume_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.runtime()?.resume(id_of(&request.execution)?).map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn delete_execution(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        let running = self.runtime()?.is_running(id);
        let store = self.store()?;
        let row = store.read(|db| db.execution(id)).map_err(of_store)?;
        if row.status == store::Status::Running && running {
            return Err(of_run(RunError::Running));
        }
        if row.status == store::Status::Running && row.owner != store.instance() && store.is_alive(&row.owner) {
            return Err(of_run(RunError::Elsewhere));
        }
        store.write_now(move |db| db.delete_execution(id)).map_err(of_store)?;
        self.host.notify(Notice::ExecutionsChanged);
        Ok(Nothing {})
    }

    pub(crate) async fn set_clock(&self, request: SetClock) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        let pace = Duration::from_millis(u64::from(request.pace_ms));
        self.runtime()?.set_clock(id, convert::clock_in(request.clock), pace).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn skip_wait(&self, request: ExecutionRef) -> Result<Nothing, Failure> {
        self.runtime()?.skip_wait(id_of(&request.execution)?).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn list_executions(&self, request: ListExecutions) -> Result<Executions, Failure> {
        let page = Page {
            path: request.path,
            before: request.before.as_deref().map(id_of).transpose()?,
            limit: request.limit.clamp(1, MAX_PAGE),
        };
        let (rows, more) = self.store()?.read(|db| db.executions(&page)).map_err(of_store)?;
        let executions = rows.into_iter().map(|row| self.summary(row)).collect::<Result<_, _>>()?;
        Ok(Executions { executions, more })
    }

    pub(crate) async fn get_execution(&self, request: ExecutionRef) -> Result<ExecutionDetail, Failure> {
        let id = id_of(&request.execution)?;
        let row = self.store()?.read(|db| db.execution(id)).map_err(of_store)?;
        let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        let summary = self.summary(row)?;
        // Read after the status, so that whoever is told that it ended is told how.
        let read = self.store()?.read(|db| Ok((db.execution_texts(id)?, db.ending(id)?)));
        let ((definition, input), ending) = read.map_err(of_store)?;
        let (output, error, cause) = ending.map_or((None, None, None), |end| (end.output, end.error, end.cause));
        Ok(ExecutionDetail {
            summary,
            graph: crate::analysis::graph_of(&definition),
            definition,
            input,
            output,
            error,
            cause,
            clock: convert::clock_out(options.clock),
            test_case: options.test_case,
            seed: options.seed,
            express: options.express,
        })
    }

    pub(crate) async fn get_history(&self, request: GetHistory) -> Result<History, Failure> {
        let limit = request.limit.min(MAX_PAGE);
        self.look_up(&request.execution, move |record| {
            let (rows, total) = record.history(request.from, limit)?;
            Ok(History { events: rows.into_iter().map(convert::history_event).collect(), total })
        })
        .await
    }

    pub(crate) async fn get_progress(&self, request: ExecutionRef) -> Result<wire::Progress, Failure> {
        let id = id_of(&request.execution)?;
        if let Some((moved, events)) = self.runtime()?.progress(id).await {
            let (nodes, edges) = convert::moved(moved);
            return Ok(wire::Progress { status: ExecutionStatus::Running, events, nodes, edges });
        }
        let (_, status) = self.settled(self.store()?.read(|db| db.execution(id)).map_err(of_store)?)?;
        self.over(&request.execution, |timeline| {
            let (nodes, edges) = convert::moved(timeline.progress().all());
            Ok(wire::Progress { status, events: timeline.len(), nodes, edges })
        })
    }

    pub(crate) async fn get_state_runs(&self, request: GetStateRuns) -> Result<StateRuns, Failure> {
        let limit = request.limit.min(MAX_RUNS);
        self.look_up(&request.execution, move |record| {
            let (runs, total) = record.state_runs(&request.node, limit)?;
            Ok(StateRuns { runs: runs.into_iter().map(convert::state_run).collect(), total })
        })
        .await
    }

    pub(crate) async fn pending_tasks(&self) -> Result<PendingTasks, Failure> {
        let runtime = self.runtime()?;
        messenger::pending_tasks(runtime, self.store()?).map(|tasks| PendingTasks { tasks })
    }

    pub(crate) async fn send_heartbeat(&self, request: TaskRef) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        self.runtime()?.beat(id, effect_of(&request.task)?).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    pub(crate) async fn answer_task(&self, request: AnswerTask) -> Result<Nothing, Failure> {
        let id = id_of(&request.execution)?;
        let effect = effect_of(&request.task)?;
        let answer = match request.answer {
            TaskAnswer::Succeed { result } => Answer::Succeed(
                Value::parse(&result)
                    .map_err(|error| Failure::new(Code::InvalidInput, format!("the result is not JSON: {error}")))?,
            ),
            TaskAnswer::Fail { error, cause } => Answer::Fail(ErrorOutput {
                error: error.as_deref().map(Text::from),
                cause: cause.as_deref().map(Text::from),
            }),
        };
        self.runtime()?.answer(id, effect, answer).await.map_err(of_run)?;
        Ok(Nothing {})
    }

    /// Reads a journal on a thread where that may take its time.
    async fn look_up<T: Send + 'static>(
        &self,
        execution: &str,
        read: impl FnOnce(&Record<'_>) -> Result<T, RunError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (id, store): (ExecutionId, Store) = (id_of(execution)?, self.store()?.clone());
        let running = tokio::task::spawn_blocking(move || Record::open(&store, id).and_then(|record| read(&record)));
        match running.await {
            Ok(result) => result.map_err(of_run),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The row and what it means. An execution may end between reading its row and asking whether it runs; it leaves the
    /// list of running ones after its end is committed, so a row that is read after that tells the truth.
    fn settled(&self, mut row: Execution) -> Result<(Execution, ExecutionStatus), Failure> {
        let store = self.store()?;
        let mut running = row.owner != store.instance() && store.is_alive(&row.owner);
        if row.status == store::Status::Running && !running {
            running = self.runtime()?.is_running(row.id);
            if !running {
                row = store.read(|db| db.execution(row.id)).map_err(of_store)?;
            }
        }
        let status = match row.status {
            store::Status::Running if running => ExecutionStatus::Running,
            store::Status::Running => ExecutionStatus::Interrupted,
            store::Status::Succeeded => ExecutionStatus::Succeeded,
            store::Status::Failed => ExecutionStatus::Failed,
            store::Status::TimedOut => ExecutionStatus::TimedOut,
            store::Status::Aborted => ExecutionStatus::Aborted,
        };
        Ok((row, status))
    }

    pub(crate) fn summary(&self, row: Execution) -> Result<ExecutionSummary, Failure> {
        let (row, status) = self.settled(row)?;
        let pending = self.runtime()?.pending_count(row.id);
        let options: RunOptions = serde_json::from_str(&row.settings).unwrap_or_default();
        Ok(ExecutionSummary {
            status,
            execution: row.id.to_string(),
            name: row.name,
            workflow: row.workflow,
            path: row.path,
            started_at: iso(row.started_at),
            ended_at: row.ended_at.map(iso),
            events: row.events,
            pending_tasks: u32::try_from(pending).unwrap_or(u32::MAX),
            error: row.error,
            origin: self.origin(&options),
            pinned: options.pins.iter().map(|pin| crate::forks::name_of(&pin.node)).collect(),
        })
    }
}

fn effect_of(task: &str) -> Result<EffectId, Failure> {
    let effect = task.parse().map(EffectId);
    effect.map_err(|_| Failure::new(Code::TaskNotPending, format!("there is no task {task:?}")))
}

pub(crate) fn id_of(execution: &str) -> Result<ExecutionId, Failure> {
    let id = execution.parse().map(ExecutionId);
    id.map_err(|_| Failure::new(Code::ExecutionNotFound, format!("there is no execution {execution:?}")))
}

fn make_seed() -> Result<u32, Failure> {
    getrandom::u32().map_err(|error| Failure::new(Code::Unexpected, format!("no random number: {error}")))
}
