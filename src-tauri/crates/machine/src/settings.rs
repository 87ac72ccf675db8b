//! Who an execution is, and how strictly it is run.

use std::sync::Arc;

use query::Value;

use crate::compiled::StateRef;

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub execution_arn: Arc<str>,
    pub execution_name: Arc<str>,
    pub state_machine_arn: Arc<str>,
    pub state_machine_name: Arc<str>,
    pub role_arn: Arc<str>,
    pub kind: Kind,
    /// Where jitter, UUIDs, task tokens and random numbers come from.
    pub seed: u64,
    pub limits: Limits,
    /// A context object to use instead of the execution's own, as TestState allows.
    pub context: Option<Value>,
    /// Activities that were deleted: a task that names one ends the execution.
    pub missing: Vec<Arc<str>>,
    /// Where to begin instead of `StartAt`: any state, also one inside a branch or a processor, whose scope is then all that
    /// runs.
    pub start_at: Option<StateRef>,
    /// Top-level variables that exist before the first state.
    pub variables: Vec<(Arc<str>, Value)>,
    /// Members that stand in place of those of the context object, at any depth: the item of a Map that is not run, say.
    pub overlay: Option<Value>,
}

/// What sort of execution it is; some context fields and limits depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    #[default]
    Standard,
    Express,
    /// Express, started with StartSyncExecution.
    SyncExpress,
}

/// What to do when a limit of the service is passed: 25,000 events, 262,144 bytes, five minutes for Express, a year
/// for Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Limits {
    /// Fail like the service.
    #[default]
    Enforce,
    /// Note it in the journal and go on.
    Warn,
}

impl Settings {
    /// The settings of an execution in the default account and region.
    pub fn named(state_machine: &str, execution: &str, kind: Kind) -> Settings {
        let account = "us-east-1:111111111111";
        let execution_arn = match kind {
            Kind::Standard => format!("arn:aws:states:{account}:execution:{state_machine}:{execution}"),
            Kind::Express | Kind::SyncExpress => {
                format!("arn:aws:states:{account}:express:{state_machine}:{execution}:{execution}")
            }
        };
        Settings {
            execution_arn: execution_arn.into(),
            execution_name: execution.into(),
            state_machine_arn: format!("arn:aws:states:{account}:stateMachine:{state_machine}").into(),
            state_machine_name: state_machine.into(),
            role_arn: "arn:aws:iam::111111111111:role/stepwright".into(),
            kind,
            seed: 0,
            limits: Limits::Enforce,
            context: None,
            missing: Vec::new(),
            start_at: None,
            variables: Vec::new(),
            overlay: None,
        }
    }

    /// The region in the execution's ARN.
    pub fn region(&self) -> &str {
        self.execution_arn.split(':').nth(3).unwrap_or("us-east-1")
    }
}
