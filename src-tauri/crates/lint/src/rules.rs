//! What the service accepts and a reviewer would not. One file for each rule.

mod callback_without_timeout;
mod callback_without_token;
mod choice_without_default;
mod deprecated_iterator;
mod distributed_map_without_tolerance;
mod endless_loop;
mod half_expression;
mod lambda_retry_without_throttling;
mod lost_input;
mod machine_without_timeout;
mod never_matching_error;
mod no_dollar;
mod pass_result_is_static;
mod shadowed_error;
mod sync_without_timeout;
mod unassigned_variable;
mod unbounded_loop;
mod uncatchable_error;
mod unknown_states_error;
mod unquoted_filter_word;

use std::cell::Cell;

use asl::model::{Model, StateView};
use asl::resource::Resource;
use asl::schema::StateType;
use asl::syntax::{Member, join_pointer};
use asl::{Diagnostic, Document, Fix, Node, Severity, Span, TextEdit};

/// A rule of ours: the id it reports, and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub id: &'static str,
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// What, why, and what would be better.
    pub help: &'static str,
    check: fn(&Review<'_>, &mut Findings<'_>),
}

/// The service's own error names.
pub(crate) const STATES_ERRORS: &[&str] = unknown_states_error::KNOWN;

/// What an error of the service means.
pub(crate) fn error_help(name: &str) -> Option<&'static str> {
    unknown_states_error::help(name)
}

/// Every rule, by id.
pub const RULES: &[Rule] = &[
    callback_without_timeout::RULE,
    callback_without_token::RULE,
    choice_without_default::RULE,
    deprecated_iterator::RULE,
    distributed_map_without_tolerance::RULE,
    endless_loop::RULE,
    half_expression::RULE,
    lambda_retry_without_throttling::RULE,
    lost_input::RULE,
    machine_without_timeout::RULE,
    never_matching_error::RULE,
    no_dollar::RULE,
    pass_result_is_static::RULE,
    shadowed_error::RULE,
    sync_without_timeout::RULE,
    unassigned_variable::RULE,
    unbounded_loop::RULE,
    uncatchable_error::RULE,
    unknown_states_error::RULE,
    unquoted_filter_word::RULE,
];

pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// All findings of all rules.
pub(crate) fn check(document: &Document, model: &Model<'_>) -> Vec<Diagnostic> {
    let review = Review { document, model, fixes_left: Cell::new(MOST_FIXES) };
    let mut found = Vec::new();
    for rule in RULES {
        (rule.check)(&review, &mut Findings { rule, list: &mut found });
    }
    found
}

/// What rules look at.
struct Review<'a> {
    document: &'a Document,
    model: &'a Model<'a>,
    /// Working out an edit looks at the whole document, so only so many findings get one.
    fixes_left: Cell<usize>,
}

const MOST_FIXES: usize = 200;

/// Where a rule puts what it finds.
struct Findings<'a> {
    rule: &'a Rule,
    list: &'a mut Vec<Diagnostic>,
}

impl Findings<'_> {
    fn add(&mut self, message: impl Into<String>, pointer: &str, span: Span, fix: Option<Fix>) {
        self.list.push(Diagnostic {
            code: self.rule.id.into(),
            severity: self.rule.severity,
            message: message.into(),
            pointer: Some(if pointer.is_empty() { "/".to_owned() } else { pointer.to_owned() }),
            span,
            fix,
        });
    }
}

impl<'a> Review<'a> {
    fn states(&self) -> impl Iterator<Item = &'a StateView<'a>> {
        self.model.states.iter()
    }

    /// Tasks with what they call, and the member that says so.
    fn tasks(&self) -> impl Iterator<Item = (&'a StateView<'a>, Resource<'a>, &'a Member)> {
        self.states().filter(|state| state.state_type == Some(StateType::Task)).filter_map(|state| {
            let member = state.node.member("Resource")?;
            Some((state, Resource::parse(member.value.as_str()?), member))
        })
    }

    /// A fix that adds a field after another one, on a line of its own where the document has lines.
    fn add_field(&self, title: &str, after: &Member, name: &str, value: &str) -> Option<Fix> {
        self.fixes_left.set(self.fixes_left.get().checked_sub(1)?);
        let edits = asl::edit::text::insert_member_after(self.document, after, name, value)?;
        Some(Fix { title: title.to_owned(), edits })
    }
}

fn fix(title: &str, edit: TextEdit) -> Option<Fix> {
    Some(Fix { title: title.to_owned(), edits: vec![edit] })
}

fn has_any(node: &Node, names: &[&str]) -> bool {
    names.iter().any(|name| node.has(name))
}

/// Retriers or Catchers, with their pointers.
fn handlers<'a>(state: &StateView<'a>, field: &str) -> Vec<(String, &'a Node)> {
    let pointer = join_pointer(&state.pointer, field);
    let list = state.node.get(field).map(Node::elements).unwrap_or_default();
    list.iter().enumerate().map(|(at, handler)| (format!("{pointer}/{at}"), handler)).collect()
}

/// The names a Retrier or Catcher lists.
fn error_names(handler: &Node) -> impl Iterator<Item = (&Node, &str)> {
    let names = handler.get("ErrorEquals").map(Node::elements).unwrap_or_default();
    names.iter().filter_map(|name| Some((name, name.as_str()?)))
}
