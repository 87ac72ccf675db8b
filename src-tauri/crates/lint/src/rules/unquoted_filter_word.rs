//! A filter that compares with a bare word.

use asl::Severity;
use asl::expressions::{ExpressionKind, sites};
use query::intrinsic::Call;
use query::jsonpath::Path;

use super::{Findings, Review, Rule};

pub(super) const RULE: Rule = Rule {
    id: "unquoted-filter-word",
    severity: Severity::Warning,
    summary: "A JSONPath filter compares with a word that has no quotes.",
    help: "In [?(@.Key == Name)] the word Name is neither a string nor a path. Write [?(@.Key == 'Name')]. Inside an \
           intrinsic call the quotes of the string have to be escaped, or the path goes into a field of its own first.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    for site in sites(review.model).iter().filter(|site| site.kind == ExpressionKind::TemplateField) {
        let Some(text) = site.node.as_str().filter(|text| text.contains("[?") && !text.contains("${")) else {
            continue;
        };
        let reads =
            |text: &str| if text.starts_with('$') { Path::parse(text).is_ok() } else { Call::parse(text).is_ok() };
        if !reads(text) && crate::expressions::with_quoted_words(text).is_some_and(|text| reads(&text)) {
            findings.add("the filter compares with a word that has no quotes", &site.exact, site.node.span, None);
        }
    }
}
