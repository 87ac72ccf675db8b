//! From names of states to their definitions and back.

use asl::model::{Model, StateId};
use asl::schema::StateType;
use asl::{Document, Span};

/// A state for an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    pub pointer: String,
    pub state_type: Option<StateType>,
    /// The name.
    pub name_span: Span,
    /// The whole state.
    pub span: Span,
    /// How many containers the state is in.
    pub depth: u32,
}

/// The state that is named at an offset, where it is defined or referred to, and the place of that name.
pub fn state_named_at(_document: &Document, model: &Model<'_>, offset: u32) -> Option<(StateId, Span)> {
    for id in model.state_ids() {
        let state = model.state(id);
        if state.name.span.contains(offset) {
            return Some((id, state.name.span));
        }
        for transition in &state.transitions {
            if transition.target.span.contains(offset) {
                return Some((transition.to?, transition.target.span));
            }
        }
    }
    for scope in model.scope_ids() {
        if let Some(start) = &model.scope(scope).start_at
            && start.span.contains(offset)
        {
            return Some((model.start(scope)?, start.span));
        }
    }
    None
}

/// Where the state that is named at an offset is defined.
pub fn definition(document: &Document, offset: u32) -> Option<Span> {
    let model = Model::new(document.root());
    state_named_at(document, &model, offset).map(|(id, _)| model.state(id).name.span)
}

/// Every place that names the state at an offset, its definition first.
pub fn references(document: &Document, offset: u32) -> Vec<Span> {
    let model = Model::new(document.root());
    let Some((id, _)) = state_named_at(document, &model, offset) else { return Vec::new() };
    let state = model.state(id);
    let scope = model.scope(state.scope);
    let mut found = vec![state.name.span];
    if model.start(state.scope) == Some(id) {
        found.extend(scope.start_at.as_ref().map(|start| start.span));
    }
    for other in &scope.states {
        let transitions = model.state(*other).transitions.iter();
        found.extend(
            transitions.filter(|transition| transition.to == Some(id)).map(|transition| transition.target.span),
        );
    }
    found
}

/// All states, in document order.
pub fn symbols(document: &Document) -> Vec<Symbol> {
    let model = Model::new(document.root());
    model
        .states
        .iter()
        .map(|state| {
            let mut depth = 0;
            let mut scope = state.scope;
            while let Some(parent) = model.scope(scope).parent {
                depth += 1;
                scope = model.state(parent).scope;
            }
            Symbol {
                name: state.name.value.to_string(),
                pointer: state.pointer.clone(),
                state_type: state.state_type,
                name_span: state.name.span,
                span: state.span(),
                depth,
            }
        })
        .collect()
}
