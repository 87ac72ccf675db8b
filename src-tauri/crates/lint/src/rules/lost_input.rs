//! A result that silently replaces what later states still read.

use std::collections::BTreeSet;

use asl::Severity;
use asl::expressions::{ExpressionKind, Site, sites};
use asl::model::{StateId, StateView};
use asl::resource::Resource;
use asl::schema::StateType;
use asl::syntax::Member;

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
        review.tasks().filter_map(|(state, resource, member)| Some((state, answer_of(resource)?, member))).collect();
    if tasks.is_empty() {
        return;
    }
    let sites = sites(review.model);
    for (state, answer, _) in tasks {
        if state.is_jsonata() || has_any(state.node, &["ResultPath", "ResultSelector", "OutputPath"]) {
            continue;
        }
        let Some(id) = review.model.find_pointer(&state.pointer) else { continue };
        // Fields that this state itself reads from its input: if a later one reads them too, they are gone.
        let read_here: BTreeSet<&str> = fields_read(&sites, id).map(|(field, _)| field).collect();
        for later in later_states(review, state) {
            for (field, site) in fields_read(&sites, later) {
                if read_here.contains(field) && !answer.contains(&field) {
                    let name = &review.model.state(later).name.value;
                    let message = format!(
                        "\"{name}\" reads $.{field}, which the result of \"{}\" has replaced",
                        state.name.value
                    );
                    let fix = state.node.member("Resource").and_then(|after: &Member| {
                        review.add_field("Drop the result, keep the input", after, "ResultPath", "null")
                    });
                    findings.add(message, &site.exact, site.node.span, fix);
                }
            }
        }
    }
}

fn answer_of(resource: Resource<'_>) -> Option<&'static [&'static str]> {
    let Resource::Integration { service, action, sdk: false, pattern: asl::resource::Pattern::RequestResponse } =
        resource
    else {
        return None;
    };
    ANSWERS.iter().find(|(known, name, _)| *known == service && *name == action).map(|(.., fields)| *fields)
}

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
        if found.insert(id) && passes_on {
            open.extend(ways(next));
        }
    }
    found
}

/// The top-level fields of its input that a state reads.
fn fields_read<'a>(sites: &'a [Site<'a>], state: StateId) -> impl Iterator<Item = (&'a str, &'a Site<'a>)> {
    sites
        .iter()
        .filter(move |site| site.state == state && site.moment == asl::expressions::Moment::Before)
        .filter(|site| {
            matches!(site.kind, ExpressionKind::Path | ExpressionKind::ReferencePath | ExpressionKind::TemplateField)
        })
        .filter(|site| !matches!(site.field, "ResultPath" | "OutputPath"))
        .filter_map(|site| {
            let field = site.node.as_str()?.strip_prefix("$.")?;
            let end = field.find(['.', '[', '\'', ' ']).unwrap_or(field.len());
            (end > 0).then_some((&field[..end], site))
        })
}
