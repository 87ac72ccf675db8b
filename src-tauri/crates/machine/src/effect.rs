//! What the shell should do next.

use std::sync::Arc;

use query::{Text, Value};

use crate::compiled::StateRef;
use crate::event::{ChildId, Scope};
use crate::time::Timestamp;

/// Names one effect of one execution; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId(pub u64);

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Call the resource and answer with `Fact::TaskSucceeded`, `TaskFailed` and their kind.
    InvokeTask(Arc<Invocation>),
    /// Call `step` again at `wake_at`.
    StartTimer { effect: EffectId, wake_at: Timestamp },
    /// The effect's answer is no longer wanted.
    Cancel { effect: EffectId },
    /// Fetch the bytes behind an ItemReader and answer with `Fact::DatasetRead`.
    ReadDataset(Arc<DatasetRequest>),
    /// Write the files of a ResultWriter and answer with `Fact::DatasetWritten`.
    WriteDataset { request: Arc<DatasetRequest>, files: Vec<ResultFile> },
}

/// One call of a Task's resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    pub effect: EffectId,
    pub state: StateRef,
    pub state_name: Arc<str>,
    pub scope: Scope,
    pub execution: ChildId,
    pub execution_arn: Arc<str>,
    pub resource: Arc<str>,
    pub arguments: Value,
    /// 0 for the first try.
    pub attempt: u32,
    /// What `$$.Task.Token` gave to the arguments, and what SendTaskSuccess answers with.
    pub task_token: Option<Text>,
    pub timeout_seconds: Option<u64>,
    pub heartbeat_seconds: Option<u64>,
    pub role_arn: Option<Text>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DatasetRequest {
    pub effect: EffectId,
    pub state: StateRef,
    pub state_name: Arc<str>,
    pub resource: Arc<str>,
    /// `Bucket`, `Key`, `Prefix` and so on.
    pub arguments: Value,
    /// `InputType` of the ReaderConfig.
    pub input_type: Option<Text>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResultFile {
    /// Below the prefix the ResultWriter names.
    pub key: String,
    pub text: Text,
}
