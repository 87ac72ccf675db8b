//! What SAM, CloudFormation and Serverless share: values and resources as CloudFormation writes them.

use crate::emit::Tree;
use crate::expr::Expr;
use crate::iam::Statement;
use crate::placeholders::Value;
use crate::plan::Plan;
use crate::settings::Trigger;

/// Writes values. `parameter` says how a parameter is referred to.
pub(super) struct Values<'p> {
    pub(super) plan: &'p Plan,
    /// Serverless has its own variables; CloudFormation refers to its parameters.
    pub(super) parameter: &'p dyn Fn(&str) -> Parameter,
}

pub(super) enum Parameter {
    /// `!Ref Name`
    Reference(String),
    /// Replaced as text before CloudFormation reads it.
    Text(String),
}

impl Values<'_> {
    pub(super) fn tree(&self, expr: &Expr) -> Tree {
        match expr {
            Expr::Text(text) => Tree::text(text),
            Expr::Placeholder(name) => match self.plan.placeholder(name).map(|placeholder| &placeholder.value) {
                Some(Value::Expr(expr)) => self.tree(expr),
                Some(Value::Reference(reference)) => reference_tree(reference),
                _ => match (self.parameter)(name) {
                    Parameter::Reference(id) => Tree::reference(id),
                    Parameter::Text(text) => Tree::text(text),
                },
            },
            Expr::Partition => Tree::reference("AWS::Partition"),
            Expr::Region => Tree::reference("AWS::Region"),
            Expr::Account => Tree::reference("AWS::AccountId"),
            Expr::SelfArn => Tree::reference(&self.plan.ids.machine),
            Expr::SelfName => Tree::attribute(&self.plan.ids.machine, "Name"),
            Expr::Piece { of, on, at } => Tree::Call(
                "Select",
                Box::new(Tree::list([
                    Tree::number(*at as u64),
                    Tree::Call("Split", Box::new(Tree::list([Tree::text(on.to_string()), self.tree(of)]))),
                ])),
            ),
            Expr::Concat(parts) => self.sub(parts),
        }
    }

    /// `!Sub`, with a map of variables only where a part is no plain reference.
    fn sub(&self, parts: &[Expr]) -> Tree {
        let mut text = String::new();
        let mut variables: Vec<(String, Tree)> = Vec::new();
        for part in parts {
            match self.tree(part) {
                // What Serverless replaces must reach it unescaped.
                Tree::Text(literal) if matches!(part, Expr::Placeholder(_)) => text.push_str(&literal),
                Tree::Text(literal) => text.push_str(&literal.replace("${", "${!")),
                Tree::Call("Ref" | "GetAtt", argument) => {
                    if let Tree::Text(id) = *argument {
                        text.push_str("${");
                        text.push_str(&id);
                        text.push('}');
                    }
                }
                other => {
                    let name = match part {
                        Expr::Piece { of, at, .. } => {
                            let of = of.placeholders().first().map_or("Value", |name| *name).to_owned();
                            format!("{of}Part{at}")
                        }
                        _ => format!("Value{}", variables.len()),
                    };
                    text.push_str(&format!("${{{name}}}"));
                    if !variables.iter().any(|(known, _)| *known == name) {
                        variables.push((name, other));
                    }
                }
            }
        }
        if variables.is_empty() {
            if text.contains("${") { Tree::Call("Sub", Box::new(Tree::Text(text))) } else { Tree::Text(text) }
        } else {
            Tree::Call("Sub", Box::new(Tree::list([Tree::Text(text), Tree::map(variables)])))
        }
    }

    pub(super) fn policy(&self, statements: &[Statement]) -> Tree {
        crate::iam::policy(statements, &|expr| self.tree(expr))
    }
}

/// `OrdersTable` is the resource, `Charge.Arn` an attribute of one.
pub(super) fn reference_tree(reference: &str) -> Tree {
    match reference.split_once('.') {
        Some((id, attribute)) => Tree::attribute(id, attribute),
        None => Tree::reference(reference),
    }
}

pub(super) fn resource(kind: &str, properties: Tree) -> Tree {
    Tree::map([("Type", Tree::text(kind)), ("Properties", properties)])
}

/// The trust of a role, guarded against the confused deputy.
pub(super) fn trust(service: &str) -> Tree {
    Tree::map([
        ("Version", Tree::text("2012-10-17")),
        (
            "Statement",
            Tree::list([Tree::map([
                ("Effect", Tree::text("Allow")),
                ("Principal", Tree::map([("Service", Tree::text(service))])),
                ("Action", Tree::text("sts:AssumeRole")),
                (
                    "Condition",
                    Tree::map([(
                        "StringEquals",
                        Tree::map([("aws:SourceAccount", Tree::reference("AWS::AccountId"))]),
                    )]),
                ),
            ])]),
        ),
    ])
}

pub(super) fn role(plan: &Plan, values: &Values<'_>) -> Tree {
    let mut properties = Tree::map([("AssumeRolePolicyDocument", trust("states.amazonaws.com"))]);
    let statements = plan.role_statements();
    if !statements.is_empty() {
        properties.put(
            "Policies",
            Tree::list([Tree::map([
                ("PolicyName", Tree::text("StateMachine")),
                ("PolicyDocument", values.policy(&statements)),
            ])]),
        );
    }
    resource("AWS::IAM::Role", properties)
}

/// The ARN of the role that executions run with.
pub(super) fn role_arn(plan: &Plan, values: &Values<'_>) -> Tree {
    if plan.makes_role() {
        Tree::attribute(&plan.ids.role, "Arn")
    } else {
        values.tree(&Expr::Placeholder(plan.ids.own_role.clone()))
    }
}

/// What only becomes possible once the machine exists: a Distributed Map starts executions of itself.
pub(super) fn self_policy(plan: &Plan, values: &Values<'_>, role: &str) -> Option<Tree> {
    let statements = plan.self_statements();
    if statements.is_empty() {
        return None;
    }
    Some(resource(
        "AWS::IAM::Policy",
        Tree::map([
            ("PolicyName", Tree::text("DistributedMap")),
            ("PolicyDocument", values.policy(&statements)),
            ("Roles", Tree::list([Tree::reference(role)])),
        ]),
    ))
}

pub(super) fn log_group(plan: &Plan) -> Option<Tree> {
    let logging = plan.settings.logging.as_ref()?;
    Some(resource(
        "AWS::Logs::LogGroup",
        Tree::map([
            // Under this prefix the log group does not count against the size of the resource policy.
            (
                "LogGroupName",
                Tree::Call(
                    "Sub",
                    Box::new(Tree::text(format!("/aws/vendedlogs/states/${{AWS::StackName}}-{}", plan.slug))),
                ),
            ),
            ("RetentionInDays", Tree::number(logging.retention_days)),
        ]),
    ))
}

pub(super) fn logging(plan: &Plan) -> Option<Tree> {
    let logging = plan.settings.logging.as_ref()?;
    Some(Tree::map([
        ("Level", Tree::text(logging.level.as_str())),
        ("IncludeExecutionData", Tree::Bool(logging.include_execution_data)),
        (
            "Destinations",
            Tree::list([Tree::map([(
                "CloudWatchLogsLogGroup",
                Tree::map([("LogGroupArn", Tree::attribute(&plan.ids.logs, "Arn"))]),
            )])]),
        ),
    ]))
}

pub(super) fn deployment_preference(plan: &Plan, version: Option<&str>) -> Option<Tree> {
    let deployment = plan.settings.alias.as_ref()?.deployment.as_ref()?;
    let mut tree = Tree::Map(Vec::new());
    if let Some(version) = version {
        tree.put("StateMachineVersionArn", Tree::reference(version));
    }
    tree.put("Type", Tree::text(deployment.kind.as_str()));
    let gradual = deployment.kind != crate::settings::DeploymentType::AllAtOnce;
    if gradual {
        tree.put("Percentage", Tree::number(deployment.percentage.unwrap_or(10)));
        tree.put("Interval", Tree::number(deployment.interval.unwrap_or(5)));
    }
    if !deployment.alarms.is_empty() {
        tree.put("Alarms", Tree::list(deployment.alarms.iter().map(Tree::text)));
    }
    Some(tree)
}

/// A version of every deployment, and the alias that points at the newest one.
pub(super) fn alias(plan: &Plan) -> Vec<(String, Tree)> {
    let Some(alias) = &plan.settings.alias else { return Vec::new() };
    let ids = &plan.ids;
    let mut version = resource(
        "AWS::StepFunctions::StateMachineVersion",
        Tree::map([
            ("StateMachineArn", Tree::reference(&ids.machine)),
            ("StateMachineRevisionId", Tree::attribute(&ids.machine, "StateMachineRevisionId")),
        ]),
    );
    // A version that is replaced stays, so that running executions and a rollback find it.
    version.put("DeletionPolicy", Tree::text("Retain"));
    version.put("UpdateReplacePolicy", Tree::text("Retain"));
    let mut properties = Tree::map([("Name", Tree::text(&alias.name))]);
    match deployment_preference(plan, Some(&ids.version)) {
        Some(preference) => properties.put("DeploymentPreference", preference),
        None => properties.put(
            "RoutingConfiguration",
            Tree::list([Tree::map([
                ("StateMachineVersionArn", Tree::reference(&ids.version)),
                ("Weight", Tree::number(100_u32)),
            ])]),
        ),
    }
    vec![
        (ids.version.clone(), version),
        (ids.alias.clone(), resource("AWS::StepFunctions::StateMachineAlias", properties)),
    ]
}

/// Schedules, rules and APIs with the roles they start the machine with, for templates without SAM's events. `target` is the
/// machine or its alias.
pub(super) fn triggers(plan: &Plan, target: &str, wanted: impl Fn(&Trigger) -> bool) -> Vec<(String, Tree)> {
    let mut resources = Vec::new();
    for (trigger, id) in plan.settings.triggers.iter().zip(&plan.ids.triggers).filter(|(trigger, _)| wanted(trigger)) {
        let role_id = format!("{id}Role");
        let role = |service: &str| trigger_role(service, super::start_action(plan, trigger), target);
        match trigger {
            Trigger::Schedule { expression, timezone, input, .. } => {
                let mut properties = Tree::map([
                    ("ScheduleExpression", Tree::text(expression)),
                    ("FlexibleTimeWindow", Tree::map([("Mode", Tree::text("OFF"))])),
                ]);
                if let Some(timezone) = timezone {
                    properties.put("ScheduleExpressionTimezone", Tree::text(timezone));
                }
                let mut to =
                    Tree::map([("Arn", Tree::reference(target)), ("RoleArn", Tree::attribute(&role_id, "Arn"))]);
                if let Some(input) = input {
                    to.put("Input", Tree::text(input));
                }
                properties.put("Target", to);
                resources.push((role_id, role("scheduler.amazonaws.com")));
                resources.push((id.clone(), resource("AWS::Scheduler::Schedule", properties)));
            }
            Trigger::EventPattern { pattern, bus, .. } => {
                let mut properties = Tree::map([("EventPattern", super::json_tree(pattern))]);
                if let Some(bus) = bus {
                    properties.put("EventBusName", Tree::text(bus));
                }
                properties.put(
                    "Targets",
                    Tree::list([Tree::map([
                        ("Id", Tree::text("StateMachine")),
                        ("Arn", Tree::reference(target)),
                        ("RoleArn", Tree::attribute(&role_id, "Arn")),
                    ])]),
                );
                resources.push((role_id, role("events.amazonaws.com")));
                resources.push((id.clone(), resource("AWS::Events::Rule", properties)));
            }
            Trigger::Api { path, method, .. } => {
                resources.push((role_id.clone(), role("apigateway.amazonaws.com")));
                let mut parent = Tree::attribute(id, "RootResourceId");
                for (at, segment) in path.split('/').filter(|segment| !segment.is_empty()).enumerate() {
                    let resource_id = format!("{id}Path{}", at + 1);
                    resources.push((
                        resource_id.clone(),
                        resource(
                            "AWS::ApiGateway::Resource",
                            Tree::map([
                                ("RestApiId", Tree::reference(id)),
                                ("ParentId", parent),
                                ("PathPart", Tree::text(segment)),
                            ]),
                        ),
                    ));
                    parent = Tree::reference(resource_id);
                }
                resources.push((
                    id.clone(),
                    resource(
                        "AWS::ApiGateway::RestApi",
                        Tree::map([("Name", Tree::text(format!("{}-{}", plan.slug, crate::names::kebab(id))))]),
                    ),
                ));
                let action = super::start_action(plan, trigger);
                resources.push((format!("{id}Method"), api_method(id, &role_id, target, action, method, parent)));
                resources.push((
                    format!("{id}Deployment"),
                    Tree::map([
                        ("Type", Tree::text("AWS::ApiGateway::Deployment")),
                        ("DependsOn", Tree::text(format!("{id}Method"))),
                        ("Properties", Tree::map([("RestApiId", Tree::reference(id))])),
                    ]),
                ));
                resources.push((
                    format!("{id}Stage"),
                    resource(
                        "AWS::ApiGateway::Stage",
                        Tree::map([
                            ("RestApiId", Tree::reference(id)),
                            ("DeploymentId", Tree::reference(format!("{id}Deployment"))),
                            ("StageName", Tree::text("prod")),
                        ]),
                    ),
                ));
            }
        }
    }
    resources
}

/// The role that a trigger starts the machine with.
pub(super) fn trigger_role(service: &str, action: &str, target: &str) -> Tree {
    let statement = Tree::map([
        ("Effect", Tree::text("Allow")),
        ("Action", Tree::text(format!("states:{action}"))),
        ("Resource", Tree::reference(target)),
    ]);
    let document = Tree::map([("Version", Tree::text("2012-10-17")), ("Statement", Tree::list([statement]))]);
    let policy = Tree::map([("PolicyName", Tree::text(action)), ("PolicyDocument", document)]);
    resource(
        "AWS::IAM::Role",
        Tree::map([("AssumeRolePolicyDocument", trust(service)), ("Policies", Tree::list([policy]))]),
    )
}

fn api_method(id: &str, role: &str, target: &str, action: &str, method: &str, parent: Tree) -> Tree {
    let (before, after) = super::API_REQUEST;
    let template = Tree::Call("Sub", Box::new(Tree::text(format!("{before}${{{target}}}{after}"))));
    let answers = super::api_answers(action);
    let responses = answers.each_ref().map(|answer| {
        let mut tree = Tree::map([("StatusCode", Tree::text(answer.status))]);
        if let Some(pattern) = answer.pattern {
            tree.put("SelectionPattern", Tree::text(pattern));
        }
        if !answer.template.is_empty() {
            tree.put("ResponseTemplates", Tree::map([("application/json", Tree::text(answer.template.join("\n")))]));
        }
        tree
    });
    resource(
        "AWS::ApiGateway::Method",
        Tree::map([
            ("RestApiId", Tree::reference(id)),
            ("ResourceId", parent),
            ("HttpMethod", Tree::text(method.to_ascii_uppercase())),
            ("AuthorizationType", Tree::text("AWS_IAM")),
            (
                "Integration",
                Tree::map([
                    ("Type", Tree::text("AWS")),
                    ("IntegrationHttpMethod", Tree::text("POST")),
                    (
                        "Uri",
                        Tree::Call(
                            "Sub",
                            Box::new(Tree::text(format!(
                                "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:states:action/{action}"
                            ))),
                        ),
                    ),
                    ("Credentials", Tree::attribute(role, "Arn")),
                    ("RequestTemplates", Tree::map([("application/json", template)])),
                    ("IntegrationResponses", Tree::list(responses)),
                ]),
            ),
            (
                "MethodResponses",
                Tree::list(answers.each_ref().map(|answer| Tree::map([("StatusCode", Tree::text(answer.status))]))),
            ),
        ]),
    )
}

/// `Parameters` of a template.
pub(super) fn parameters(plan: &Plan) -> Tree {
    Tree::map(plan.parameters().map(|placeholder| {
        let mut tree = Tree::map([("Type", Tree::text("String"))]);
        if let Some(default) = placeholder.default_value() {
            tree.put("Default", Tree::text(default));
        }
        tree.put("Description", Tree::text(crate::emit::typescript::comment(&placeholder.description)));
        (placeholder.name.clone(), tree)
    }))
}

/// `DefinitionSubstitutions`: a value for every placeholder that the definition uses.
pub(super) fn substitutions(plan: &Plan, values: &Values<'_>) -> Option<Tree> {
    let used: Vec<_> = plan.placeholders.iter().filter(|placeholder| !placeholder.uses.is_empty()).collect();
    if used.is_empty() {
        return None;
    }
    Some(Tree::map(
        used.iter()
            .map(|placeholder| (placeholder.name.clone(), values.tree(&Expr::Placeholder(placeholder.name.clone())))),
    ))
}

pub(super) fn tags(plan: &Plan) -> Tree {
    Tree::list(
        plan.settings
            .tags
            .iter()
            .map(|(key, value)| Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])),
    )
}
