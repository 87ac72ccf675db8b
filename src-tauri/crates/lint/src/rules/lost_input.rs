//! A result that silently replaces what later states still read.

use std::collections::{BTreeSet, HashMap};

use asl::Severity;
use asl::expressions::{ExpressionKind, Moment, Site, sites};
use asl::model::{StateId, StateView};
use asl::resource::Resource;
use asl::schema::StateType;

use super::{Findings, Review, Rule, has_any};

pub(super) const RULE: Rule = Rule {
    id: "lost-input",
    severity: Severity::Warning,
    summary: "A Task's result replaces the whole input, and a later state reads a field of that input.",
    help: "Without ResultPath, ResultSelector and OutputPath the result of a Task is the next state's whole input. The \
           answer of an integration does not hold the fields that went in. Keep the input with \"ResultPath\": \
           \"$.result\", or drop the result with \"ResultPath\": null.",
    check,
};

/// What the answers of frequent integrations hold at their top.
const ANSWERS: &[(&str, &str, &[&str])] = &[
    (
        "lambda",
        "invoke",
        &[
            "Payload",
            "StatusCode",
            "ExecutedVersion",
            "SdkHttpMetadata",
            "SdkResponseMetadata",
            "LogResult",
            "FunctionError",
        ],
    ),
    ("sns", "publish", &["MessageId", "SequenceNumber", "SdkHttpMetadata", "SdkResponseMetadata"]),
    (
        "sqs",
        "sendMessage",
        &[
            "MessageId",
            "MD5OfMessageBody",
            "MD5OfMessageAttributes",
            "MD5OfMessageSystemAttributes",
            "SequenceNumber",
            "SdkHttpMetadata",
            "SdkResponseMetadata",
        ],
    ),
    ("events", "putEvents", &["Entries", "FailedEntryCount", "SdkHttpMetadata", "SdkResponseMetadata"]),
    ("dynamodb", "putItem", DYNAMODB),
    ("dynamodb", "updateItem", DYNAMODB),
    ("dynamodb", "deleteItem", DYNAMODB),
    ("dynamodb", "getItem", &["Item", "ConsumedCapacity", "SdkHttpMetadata", "SdkResponseMetadata"]),
];
const DYNAMODB: &[&str] =
    &["Attributes", "ConsumedCapacity", "ItemCollectionMetrics", "SdkHttpMetadata", "SdkResponseMetadata"];

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    let tasks: Vec<_> =
        review.model.state_ids().filter_map(|id| Some((id, keeps_nothing(review.model.state(id))?))).collect();
    if tasks.is_empty() {
        return;
    }
    let mut reads: HashMap<StateId, Vec<(&str, &Site<'_>)>> = HashMap::new();
    let sites = sites(review.model);
    for site in &sites {
        if let Some(field) = field_read(site) {
            reads.entry(site.state).or_default().push((field, site));
        }
    }
    let none = Vec::new();
    for (id, answer) in tasks {
        let state = review.model.state(id);
        // Fields that this state itself reads from its input: if a later one reads them too, they are gone.
        let read_here: BTreeSet<&str> = reads.get(&id).unwrap_or(&none).iter().map(|(field, _)| *field).collect();
        if read_here.is_empty() {
            continue;
        }
        for later in later_states(review, state) {
            for (field, site) in reads.get(&later).unwrap_or(&none) {
                if read_here.contains(field) && !answer.contains(field) {
                    let name = &review.model.state(later).name.value;
                    let message = format!(
                        "\"{name}\" reads $.{field}, which the result of \"{}\" has replaced",
                        state.name.value
                    );
                    let fix = state.node.member("Resource").and_then(|after| {
                        review.add_field("Drop the result, keep the input", after, "ResultPath", "null")
                    });
                    findings.add(message, &site.exact, site.node.span, fix);
                }
            }
        }
    }
}

/// A Task whose result replaces its input: what that result holds.
fn keeps_nothing(state: &StateView<'_>) -> Option<&'static [&'static str]> {
    let task = state.state_type == Some(StateType::Task) && !state.is_jsonata();
    if !task || has_any(state.node, &["ResultPath", "ResultSelector", "OutputPath"]) {
        return None;
    }
    answer_of(Resource::parse(state.resource()?))
}

fn answer_of(resource: Resource<'_>) -> Option<&'static [&'static str]> {
    let Resource::Integration { service, action, sdk: false, pattern: asl::resource::Pattern::RequestResponse } =
        resource
    else {
        return None;
    };
    ANSWERS.iter().find(|(known, name, _)| *known == service && *name == action).map(|(.., fields)| *fields)
}

/// How far the result is followed.
const FARTHEST: usize = 50;

/// The states that see the result as it is: the next one, and those behind Choices and Waits.
fn later_states(review: &Review<'_>, state: &StateView<'_>) -> BTreeSet<StateId> {
    let mut found = BTreeSet::new();
    let ways = |state: &StateView<'_>| -> Vec<StateId> {
        let normal =
            |transition: &&asl::model::Transition<'_>| !matches!(transition.reason, asl::model::Reason::Catch(_));
        state.transitions.iter().filter(normal).filter_map(|transition| transition.to).collect()
    };
    let mut open = ways(state);
    while let Some(id) = open.pop() {
        let next = review.model.state(id);
        let passes_on = matches!(next.state_type, Some(StateType::Choice | StateType::Wait))
            && !has_any(next.node, &["OutputPath", "InputPath"]);
        if found.insert(id) && passes_on && found.len() < FARTHEST {
            open.extend(ways(next));
        }
    }
    found
}

/// The top-level field of the state's input that an expression reads.
fn field_read<'a>(site: &Site<'a>) -> Option<&'a str> {
    let kind =
        matches!(site.kind, ExpressionKind::Path | ExpressionKind::ReferencePath | ExpressionKind::TemplateField);
    if !kind || site.moment != Moment::Before || matches!(site.field, "ResultPath" | "OutputPath") {
        return None;
    }
    let field = site.node.as_str()?.strip_prefix("$.")?;
    let end = field.find(['.', '[', '\'', ' ']).unwrap_or(field.len());
    (end > 0).then_some(&field[..end])
}
