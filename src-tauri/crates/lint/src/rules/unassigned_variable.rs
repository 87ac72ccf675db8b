//! A variable that may have no value where it is read.

use std::collections::BTreeSet;

use asl::Severity;
use asl::expressions::sites;

use super::{Findings, Review, Rule};
use crate::variables::{Variables, read_by};

pub(super) const RULE: Rule = Rule {
    id: "unassigned-variable",
    severity: Severity::Warning,
    summary: "A variable is read where no path, or not every path, has assigned it.",
    help: "A variable has a value in the states that come after its Assign, in the same scope and in the scopes inside of \
           them. What a branch or an iteration assigns is gone when it ends. Reading a variable without a value fails \
           the execution. Assign a first value before the paths part.",
    check,
};

fn check(review: &Review<'_>, findings: &mut Findings<'_>) {
    let variables = Variables::of(review.model);
    if variables.too_many {
        return;
    }
    let nothing = Default::default();
    let reached = graph::reachable(review.model);
    for site in sites(review.model) {
        let reads = read_by(&site);
        if reads.is_empty() || !reached.contains(&site.state) {
            continue;
        }
        let assigned = variables.at(site.state).unwrap_or(&nothing);
        let mut said = BTreeSet::new();
        for (name, range) in reads {
            if assigned.always.contains(&name) || !said.insert(name.clone()) {
                continue;
            }
            let message = if assigned.sometimes.contains(&name) {
                format!("${name} is not assigned on every path that leads here")
            } else {
                format!("${name} is not assigned on any path that leads here")
            };
            let span = match range {
                Some(range) => crate::expressions::inside(review.document, &site, range),
                None => site.node.span,
            };
            findings.add(message, &site.exact, span, None);
        }
    }
}
