//! What the `Resource` of a Task names.

/// How a task waits for what it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    RequestResponse,
    /// `.sync` (1) or `.sync:2`.
    Sync(u8),
    WaitForTaskToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource<'t> {
    /// The ARN of a Lambda function.
    Function(&'t str),
    /// The ARN of an activity.
    Activity(&'t str),
    /// `arn:aws:states:::service:action` and its `aws-sdk` form.
    Integration {
        service: &'t str,
        action: &'t str,
        sdk: bool,
        pattern: Pattern,
    },
    /// Only known once a template is filled in.
    Template(&'t str),
    Unknown(&'t str),
}

impl<'t> Resource<'t> {
    pub fn parse(arn: &'t str) -> Self {
        if let Some(integration) = integration(arn) {
            return integration;
        }
        let mut parts = arn.splitn(7, ':');
        let is_arn = parts.next() == Some("arn") && parts.next().is_some_and(|partition| !partition.is_empty());
        let (service, region) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let _account = parts.next();
        let (kind, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        match (service, kind) {
            ("lambda", "function") if is_arn && !name.is_empty() => return Resource::Function(arn),
            ("states", "activity") if is_arn && !name.is_empty() && !region.is_empty() => {
                return Resource::Activity(arn);
            }
            _ => {}
        }
        // Besides `${…}`, the Serverless Framework's `#{…}` and Jinja's `{{…}}`.
        let holds = |open: &str, close: &str| arn.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
        let template = holds("${", "}") || holds("#{", "}") || holds("{{", "}}");
        if template { Resource::Template(arn) } else { Resource::Unknown(arn) }
    }

    pub fn pattern(self) -> Pattern {
        match self {
            Resource::Integration { pattern, .. } => pattern,
            Resource::Template(text) => split_pattern(text).1,
            _ => Pattern::RequestResponse,
        }
    }

    pub fn waits_for_task_token(self) -> bool {
        self.pattern() == Pattern::WaitForTaskToken
    }

    pub fn is_sync(self) -> bool {
        matches!(self.pattern(), Pattern::Sync(_))
    }

    /// True for a direct ARN and for `lambda:invoke`.
    pub fn is_lambda(self) -> bool {
        match self {
            Resource::Function(_) => true,
            Resource::Integration { service, action, sdk, .. } => !sdk && service == "lambda" && action == "invoke",
            _ => false,
        }
    }

    /// A few words for a node of the graph: `sqs sendMessage`, `Lambda HelloWorld`.
    pub fn summary(self) -> String {
        match self {
            Resource::Integration { service, action, .. } => format!("{service} {action}"),
            Resource::Function(arn) => {
                let name = arn.splitn(7, ':').nth(6).unwrap_or(arn);
                format!("Lambda {}", name.split(':').next().unwrap_or(name))
            }
            Resource::Activity(arn) => format!("activity {}", arn.splitn(7, ':').nth(6).unwrap_or(arn)),
            Resource::Template(text) | Resource::Unknown(text) => text.to_owned(),
        }
    }
}

fn split_pattern(text: &str) -> (&str, Pattern) {
    if let Some(rest) = text.strip_suffix(".waitForTaskToken") {
        (rest, Pattern::WaitForTaskToken)
    } else if let Some(rest) = text.strip_suffix(".sync:2") {
        (rest, Pattern::Sync(2))
    } else if let Some(rest) = text.strip_suffix(".sync") {
        (rest, Pattern::Sync(1))
    } else {
        (text, Pattern::RequestResponse)
    }
}

/// `arn:PARTITION:states:::SERVICE:ACTION`, where the partition may be a placeholder and region and account are empty.
fn integration(arn: &str) -> Option<Resource<'_>> {
    let (head, rest) = arn.split_once(":states:")?;
    if !head.starts_with("arn:") {
        return None;
    }
    let rest = match rest.strip_prefix("::") {
        Some(rest) => rest,
        // Region and account are empty as a rule; published workflows that fill them in do run.
        None => rest.splitn(3, ':').nth(2).filter(|rest| rest.starts_with("aws-sdk:"))?,
    };
    let (name, pattern) = split_pattern(rest);
    let (service, action, sdk) = match name.strip_prefix("aws-sdk:") {
        Some(name) => {
            let (service, action) = name.split_once(':')?;
            (service, action, true)
        }
        None => {
            let (service, action) = name.split_once(':')?;
            (service, action, false)
        }
    };
    if service.is_empty() || action.is_empty() {
        return None;
    }
    Some(Resource::Integration { service, action, sdk, pattern })
}

/// The optimized integrations: service, action, and which patterns besides request-response they take (S, T).
///
/// Source: the service's documentation of optimized integrations.
const OPTIMIZED: &[(&str, &[&str], &str)] = &[
    ("lambda", &["invoke"], "T"),
    ("states", &["startExecution"], "ST"),
    ("sqs", &["sendMessage"], "T"),
    ("sns", &["publish"], "T"),
    ("dynamodb", &["getItem", "putItem", "updateItem", "deleteItem"], ""),
    ("events", &["putEvents"], "T"),
    ("apigateway", &["invoke"], "T"),
    ("http", &["invoke"], ""),
    ("ecs", &["runTask"], "ST"),
    ("batch", &["submitJob"], "ST"),
    ("glue", &["startJobRun"], "ST"),
    ("databrew", &["startJobRun"], "S"),
    ("athena", &["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"], "S"),
    ("bedrock", &["invokeModel", "createModelCustomizationJob"], "ST"),
    ("bedrockagentcore", &["invokeHarness"], ""),
    (
        "codebuild",
        &[
            "startBuild",
            "stopBuild",
            "batchDeleteBuilds",
            "batchGetReports",
            "startBuildBatch",
            "stopBuildBatch",
            "retryBuildBatch",
            "deleteBuildBatch",
        ],
        "S",
    ),
    (
        "eks",
        &[
            "createCluster",
            "deleteCluster",
            "createFargateProfile",
            "deleteFargateProfile",
            "createNodegroup",
            "deleteNodegroup",
            "runJob",
            "call",
        ],
        "ST",
    ),
    (
        "elasticmapreduce",
        &[
            "createCluster",
            "terminateCluster",
            "addStep",
            "cancelStep",
            "setClusterTerminationProtection",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ],
        "S",
    ),
    ("emr-containers", &["createVirtualCluster", "deleteVirtualCluster", "startJobRun"], "S"),
    (
        "emr-serverless",
        &[
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ],
        "S",
    ),
    (
        "sagemaker",
        &[
            "createTrainingJob",
            "createTransformJob",
            "createProcessingJob",
            "createHyperParameterTuningJob",
            "createLabelingJob",
            "createModel",
            "createEndpoint",
            "createEndpointConfig",
            "updateEndpoint",
        ],
        "S",
    ),
    ("mediaconvert", &["createJob"], "S"),
];

/// The services with an optimized integration, and their actions.
pub fn optimized_integrations() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    OPTIMIZED.iter().map(|(service, actions, _)| (*service, *actions))
}

/// False only where the service is known to refuse: an action or a pattern that an optimized integration does not have.
pub fn is_recognized(resource: Resource<'_>) -> bool {
    match resource {
        Resource::Unknown(_) => false,
        Resource::Integration { sdk: true, pattern, action, .. } => {
            !matches!(pattern, Pattern::Sync(_)) && !action.contains(':')
        }
        Resource::Integration { service, action, pattern, sdk: false } => {
            if service.contains("${") || action.contains("${") {
                return true;
            }
            let Some((_, actions, patterns)) = OPTIMIZED.iter().find(|(known, ..)| *known == service) else {
                return false;
            };
            actions.contains(&action)
                && match pattern {
                    Pattern::RequestResponse => true,
                    Pattern::Sync(_) => patterns.contains('S'),
                    Pattern::WaitForTaskToken => patterns.contains('T'),
                }
        }
        _ => true,
    }
}
