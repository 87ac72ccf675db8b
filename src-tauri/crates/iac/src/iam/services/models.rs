//! Machine learning and media.

use super::super::sdk::named_resource;
use super::super::{Argument, Call, Statement, sdk};
use super::{known_or, managed_rule, pass_role};
use crate::expr::Expr;

pub(super) fn sagemaker(call: &Call<'_>, found: &mut Vec<Statement>) {
    let sync = call.integration.is_sync();
    // action; the argument with the name; the ARN's type; describe, stop; the managed rule.
    let (name, kind, follow, rule): (&str, &str, &[&str], Option<&str>) = match call.integration.action.as_str() {
        "createTrainingJob" => (
            "TrainingJobName",
            "training-job/",
            &["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            Some("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ),
        "createTransformJob" => (
            "TransformJobName",
            "transform-job/",
            &["sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
            Some("StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ),
        "createProcessingJob" => (
            "ProcessingJobName",
            "processing-job/",
            &["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
            Some("StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
        ),
        "createHyperParameterTuningJob" => (
            "HyperParameterTuningJobName",
            "hyper-parameter-tuning-job/",
            &["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
            Some("StepFunctionsGetEventsForSageMakerTuningJobsRule"),
        ),
        "createLabelingJob" => (
            "LabelingJobName",
            "labeling-job/",
            &["sagemaker:DescribeLabelingJob", "sagemaker:StopLabelingJob"],
            Some("StepFunctionsGetEventsForSageMakerLabelingJobsRule"),
        ),
        "createModel" => ("ModelName", "model/", &[], None),
        "createEndpoint" => ("EndpointName", "endpoint/", &[], None),
        "createEndpointConfig" => ("EndpointConfigName", "endpoint-config/", &[], None),
        "updateEndpoint" => ("EndpointName", "endpoint/", &[], None),
        _ => return sdk::statements(call, found),
    };
    let create = sdk::actions("sagemaker", &call.integration.action);
    let mut actions: Vec<&str> = create.iter().map(String::as_str).collect();
    if sync {
        actions.extend(follow);
    }
    let why = format!("the task calls {}", call.integration.action);
    let mut statement = named_resource(call, "sagemaker", name, kind, &actions);
    if sync {
        statement.resources =
            statement.resources.into_iter().map(|arn| if arn_is_open(&arn) { arn } else { arn.then("*") }).collect();
    }
    let resources = statement.resources.clone();
    let review = if call.has(name) { statement.review.clone() } else { Vec::new() };
    found.push(Statement { review: review.clone(), ..statement }.because(why));
    if !follow.is_empty() {
        found.push(
            Statement::anywhere(&["sagemaker:ListTags"])
                .because("the service looks for the job it has started by its tags"),
        );
        found.push(
            Statement { review, ..Statement::new(&["sagemaker:AddTags"], resources) }
                .because("the service marks the job it starts"),
        );
    }
    for role in ["RoleArn", "ExecutionRoleArn", "TrainingJobDefinition/RoleArn"] {
        pass_role(call, role, Some("sagemaker.amazonaws.com"), found);
    }
    if sync {
        found.extend(rule.map(managed_rule));
    }
}

pub(super) fn mediaconvert(call: &Call<'_>, found: &mut Vec<Statement>) {
    if call.integration.action != "createJob" {
        return sdk::statements(call, found);
    }
    let role = match call.argument("Role") {
        Argument::Absent => None,
        Argument::Known(role) => Some(Statement::new(&["iam:PassRole"], vec![role])),
        Argument::Dynamic(path) => Some(
            Statement::new(&["iam:PassRole"], vec![Expr::arn("iam", false, true, [Expr::text("role/*")])])
                .review(format!("Role is only known at run time ({path}): every role of the account may be passed")),
        ),
    };
    if let Some(role) = role {
        found.push(
            role.when("StringLike", "iam:PassedToService", vec![Expr::text("mediaconvert.amazonaws.com")])
                .because("Role is handed to the service"),
        );
    }
    found.push(
        Statement::anywhere(&["mediaconvert:CreateJob"])
            .because("the task creates a job; jobs have no ARN before they exist"),
    );
    if call.integration.is_sync() {
        found.push(
            Statement::anywhere(&["mediaconvert:GetJob", "mediaconvert:CancelJob"]).because(".sync follows the job"),
        );
        found.push(managed_rule("StepFunctionsGetEventsForMediaConvertJobRule"));
    }
}

pub(super) fn bedrock(call: &Call<'_>, found: &mut Vec<Statement>) {
    match call.integration.action.as_str() {
        "invokeModel" => {
            let statement = match call.argument("ModelId") {
                Argument::Known(model) if call.is_arn(&model) => Statement::new(&["bedrock:InvokeModel"], vec![model]),
                Argument::Known(model) => {
                    let profile = model.as_text().is_some_and(|id| {
                        ["us.", "eu.", "apac.", "global.", "us-gov."].iter().any(|region| id.starts_with(region))
                    });
                    if profile {
                        // An inference profile forwards to the model in several regions.
                        let base =
                            model.as_text().and_then(|id| id.split_once('.')).map_or("*", |(_, rest)| rest).to_owned();
                        let of_profile = Expr::arn("bedrock", true, true, [Expr::text("inference-profile/"), model]);
                        let of_model = Expr::concat([
                            Expr::text("arn:"),
                            Expr::Partition,
                            Expr::text(format!(":bedrock:*::foundation-model/{base}")),
                        ]);
                        Statement::new(&["bedrock:InvokeModel"], vec![of_profile, of_model])
                    } else {
                        let arn = Expr::arn("bedrock", true, false, [Expr::text("foundation-model/"), model]);
                        Statement::new(&["bedrock:InvokeModel"], vec![arn])
                    }
                }
                Argument::Dynamic(path) => Statement::new(
                    &["bedrock:InvokeModel"],
                    vec![Expr::arn("bedrock", true, false, [Expr::text("foundation-model/*")])],
                )
                .review(format!("ModelId is only known at run time ({path}): every foundation model is allowed")),
                Argument::Absent => Statement::new(
                    &["bedrock:InvokeModel"],
                    vec![Expr::arn("bedrock", true, false, [Expr::text("foundation-model/*")])],
                )
                .review("ModelId is not given: every foundation model is allowed"),
            };
            found.push(statement.because("the task invokes a model"));
            for (field, action) in [("Input/S3Uri", "s3:GetObject"), ("Output/S3Uri", "s3:PutObject")] {
                match call.argument(field) {
                    Argument::Known(uri) => {
                        let path = match uri {
                            Expr::Text(text) => Expr::text(text.trim_start_matches("s3://")),
                            other => other.piece('/', 2).then("/*"),
                        };
                        found.push(
                            Statement::new(&[action], vec![Expr::arn("s3", false, false, [path])])
                                .because(format!("{field} names an object")),
                        );
                    }
                    Argument::Dynamic(path) => found.push(
                        Statement::new(&[action], vec![Expr::arn("s3", false, false, [Expr::text("*")])])
                            .because(format!("{field} names an object"))
                            .review(format!("{field} is only known at run time ({path}): every object is allowed")),
                    ),
                    Argument::Absent => {}
                }
            }
        }
        "createModelCustomizationJob" => {
            let (base, review) = known_or(call, "BaseModelIdentifier", "*");
            let base = if call.is_arn(&base) {
                base
            } else {
                Expr::arn("bedrock", true, false, [Expr::text("foundation-model/"), base])
            };
            let job = Expr::arn("bedrock", true, true, [Expr::text("model-customization-job/*")]);
            let (name, name_review) = known_or(call, "CustomModelName", "*");
            let _ = name;
            let custom = Expr::arn("bedrock", true, true, [Expr::text("custom-model/*")]);
            let mut create = Statement::new(&["bedrock:CreateModelCustomizationJob"], vec![base, job.clone(), custom])
                .because("the task creates a customisation job");
            create.review.extend(review);
            create.review.extend(name_review);
            found.push(create);
            pass_role(call, "RoleArn", Some("bedrock.amazonaws.com"), found);
            if call.integration.is_sync() {
                found.push(
                    Statement::new(
                        &["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"],
                        vec![job],
                    )
                    .because(".sync follows the job, and stops it when the execution is stopped"),
                );
            }
        }
        _ => sdk::statements(call, found),
    }
}

fn arn_is_open(arn: &Expr) -> bool {
    match arn {
        Expr::Text(text) => text.ends_with('*'),
        Expr::Concat(parts) => matches!(parts.last(), Some(Expr::Text(text)) if text.ends_with('*')),
        _ => false,
    }
}
