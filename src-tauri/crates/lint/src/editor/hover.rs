//! Help for what stands at an offset, in our own words.

use asl::model::Model;
use asl::schema::{self, StateType};
use asl::{Document, Node, Span};

use super::complete::{other_field_help, shape_words};
use super::navigate::state_named_at;
use super::place::{At, Place, inside_quotes};
use crate::functions;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub span: Span,
    /// A heading.
    pub title: String,
    /// One or two sentences.
    pub text: String,
}

pub fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let model = Model::new(document.root());
    let place = Place::find(document, offset);
    if let Some((state, span)) = state_named_at(document, &model, offset) {
        let state = model.state(state);
        let kind = state.state_type.map_or("State", StateType::as_str);
        let comment = state.node.get("Comment").and_then(Node::as_str).unwrap_or_default();
        let resource = state.resource().map(|resource| asl::resource::Resource::parse(resource).summary());
        let text = [resource.as_deref().unwrap_or_default(), comment];
        let text = text.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join("\n");
        return Some(Hover { span, title: format!("{} · {kind}", state.name.value), text });
    }
    match &place.at {
        At::Key(member) => field(&model, &place, &member.key),
        At::Element(element) if place.path.last() == Some(&"ErrorEquals") => {
            let name = element.as_str()?;
            let text = crate::rules::error_help(name)?;
            Some(Hover { span: element.span, title: name.to_owned(), text: text.to_owned() })
        }
        _ => function(document, place.string()?, offset),
    }
}

fn field(model: &Model<'_>, place: &Place<'_>, key: &asl::Text) -> Option<Hover> {
    let name = &*key.value;
    let state = place.state(model);
    let own = state.map(|id| model.state(id)).filter(|view| view.pointer == place.pointer);
    let found = own.and_then(|view| schema::field(view.state_type?, view.query_language, name));
    let text = match found {
        Some(field) => match shape_words(field.shape) {
            "" => field.help.to_owned(),
            words => format!("{} Takes {words}.", field.help),
        },
        None => other_field_help(model, place, state, name)?.to_owned(),
    };
    Some(Hover { span: key.span, title: name.to_owned(), text })
}

/// A function whose name stands at the offset.
fn function(document: &Document, node: &Node, offset: u32) -> Option<Hover> {
    let inside = inside_quotes(document, node.span);
    let text = document.slice(inside);
    let at = offset.checked_sub(inside.start)? as usize;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '_');
    let before = text.get(..at)?;
    let start =
        before.rfind(|c: char| !part(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c: char| !part(c)).map_or(text.len(), |length| at + length);
    let word = &text[start..end];
    let (function, prefix) = match word.strip_prefix('$') {
        Some(name) => (functions::jsonata(name)?, "$"),
        None => (functions::intrinsic(word)?, ""),
    };
    let span = Span { start: inside.start + start as u32, end: inside.start + end as u32 };
    let title = format!("{prefix}{}({})", function.name, function.parameters);
    Some(Hover { span, title, text: function.help.to_owned() })
}
