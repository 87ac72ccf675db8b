//! Executions: starting, watching, answering, listing.

use wire::*;

use crate::backend::Inner;
use crate::host::Host;

fn not_yet<T>() -> Result<T, Failure> {
    Err(Failure::new(Code::Unsupported, "executions are not there yet"))
}

impl<H: Host> Inner<H> {
    pub(crate) async fn start_execution(&self, _: StartExecution) -> Result<ExecutionStarted, Failure> {
        not_yet()
    }
    pub(crate) async fn stop_execution(&self, _: StopExecution) -> Result<Nothing, Failure> {
        not_yet()
    }
    pub(crate) async fn resume_execution(&self, _: ExecutionRef) -> Result<Nothing, Failure> {
        not_yet()
    }
    pub(crate) async fn delete_execution(&self, _: ExecutionRef) -> Result<Nothing, Failure> {
        not_yet()
    }
    pub(crate) async fn set_clock(&self, _: SetClock) -> Result<Nothing, Failure> {
        not_yet()
    }
    pub(crate) async fn list_executions(&self, _: ListExecutions) -> Result<Executions, Failure> {
        Ok(Executions { executions: Vec::new(), more: false })
    }
    pub(crate) async fn get_execution(&self, _: ExecutionRef) -> Result<ExecutionDetail, Failure> {
        not_yet()
    }
    pub(crate) async fn get_history(&self, _: GetHistory) -> Result<History, Failure> {
        not_yet()
    }
    pub(crate) async fn get_progress(&self, _: ExecutionRef) -> Result<Progress, Failure> {
        not_yet()
    }
    pub(crate) async fn get_state_runs(&self, _: GetStateRuns) -> Result<StateRuns, Failure> {
        not_yet()
    }
    pub(crate) async fn pending_tasks(&self) -> Result<PendingTasks, Failure> {
        Ok(PendingTasks { tasks: Vec::new() })
    }
    pub(crate) async fn answer_task(&self, _: AnswerTask) -> Result<Nothing, Failure> {
        not_yet()
    }
}
