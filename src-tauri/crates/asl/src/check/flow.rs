//! Transitions: targets that do not exist, states no path reaches, machines that never end.

use super::{Findings, state};
use crate::diagnostic::{Diagnostic, code};
use crate::model::{Model, ScopeId};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    state::duplicate_names(model, findings);
    for scope in model.scope_ids() {
        check_scope(model, scope, findings);
    }
}

fn check_scope(model: &Model<'_>, scope: ScopeId, findings: &mut Findings) {
    let view = model.scope(scope);
    if let Some(start) = &view.start_at
        && model.start(scope).is_none()
        && !super::value::is_placeholder(&start.value)
    {
        let pointer = format!("{}/StartAt", view.pointer);
        missing_target(findings, &start.value, &pointer, start.span);
    }
    for id in &view.states {
        for transition in &model.state(*id).transitions {
            if transition.to.is_none() && !super::value::is_placeholder(&transition.target.value) {
                missing_target(findings, &transition.target.value, &transition.pointer, transition.target.span);
            }
        }
    }
    let ends = view.states.iter().any(|id| model.state(*id).is_end);
    if !ends {
        // The service names no place.
        let mut diagnostic =
            Diagnostic::error(code::MISSING_END_STATE, "Workflow has no terminal state", "", view.node.span);
        diagnostic.pointer = None;
        diagnostic.span.end = diagnostic.span.end.min(diagnostic.span.start + 1);
        findings.list.push(diagnostic);
        return;
    }
    unreachable_states(model, scope, findings);
}

fn missing_target(findings: &mut Findings, target: &str, pointer: &str, span: crate::syntax::Span) {
    findings.add(code::MISSING_TRANSITION_TARGET, format!("Missing 'Next' target: {target}"), pointer, span);
}

fn unreachable_states(model: &Model<'_>, scope: ScopeId, findings: &mut Findings) {
    let Some(start) = model.start(scope) else { return };
    let mut reached = std::collections::HashSet::from([start]);
    let mut queue = vec![start];
    while let Some(id) = queue.pop() {
        for transition in &model.state(id).transitions {
            if let Some(to) = transition.to
                && reached.insert(to)
            {
                queue.push(to);
            }
        }
    }
    for id in &model.scope(scope).states {
        if !reached.contains(id) {
            let state = model.state(*id);
            let message = format!("State \"{}\" is not reachable.", state.name.value);
            findings.add(code::MISSING_TRANSITION_TARGET, message, &state.pointer, state.name.span);
        }
    }
}
