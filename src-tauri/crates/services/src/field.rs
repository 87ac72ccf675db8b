//! Fields of arguments and results, as a form shows them.

use crate::optimized::Known;
use crate::shapes::{Model, Ref, Scalar, Shape};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub required: bool,
    pub kind: Kind,
    /// One line, where we have one.
    pub help: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    String,
    /// A string, one of these.
    Choice(Vec<&'static str>),
    Boolean,
    Integer,
    Number,
    /// RFC 3339 text.
    Timestamp,
    /// Bytes, given as text.
    Blob,
    /// Any JSON.
    Json,
    List(Box<Kind>),
    /// An object with keys of one's own.
    Map(Box<Kind>),
    /// An object with these fields; empty where it is not described any deeper.
    Object(Vec<Field>),
    /// An object with one of these fields.
    OneOf(Vec<Field>),
}

impl Kind {
    /// A word for it: `string`, `list of objects`.
    pub fn label(&self) -> String {
        match self {
            Kind::String => "string".to_owned(),
            Kind::Choice(_) => "choice".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Integer => "integer".to_owned(),
            Kind::Number => "number".to_owned(),
            Kind::Timestamp => "timestamp".to_owned(),
            Kind::Blob => "blob".to_owned(),
            Kind::Json => "JSON".to_owned(),
            Kind::List(of) => format!("list of {}", of.label()),
            Kind::Map(of) => format!("map of {}", of.label()),
            Kind::Object(_) | Kind::OneOf(_) => "object".to_owned(),
        }
    }

    /// The fields below it, through lists and maps.
    pub fn fields(&self) -> &[Field] {
        match self {
            Kind::Object(fields) | Kind::OneOf(fields) => fields,
            Kind::List(of) | Kind::Map(of) => of.fields(),
            _ => &[],
        }
    }

    /// What a model says, `depth` structures deep.
    pub(crate) fn of(model: &Model, target: Ref, depth: usize) -> Self {
        match (target, model.shape(target)) {
            (Ref::Scalar(scalar), _) => match scalar {
                Scalar::String => Kind::String,
                Scalar::Boolean => Kind::Boolean,
                Scalar::Integer | Scalar::Long => Kind::Integer,
                Scalar::Float => Kind::Number,
                Scalar::Timestamp => Kind::Timestamp,
                Scalar::Blob => Kind::Blob,
                Scalar::Document => Kind::Json,
            },
            (_, None) => Kind::Json,
            (_, Some(Shape::Enum(values))) => Kind::Choice(values.clone()),
            // Lists of lists count as well: a list may contain itself.
            (_, Some(Shape::List(_) | Shape::Map(_))) if depth == 0 => Kind::Json,
            (_, Some(Shape::List(of))) => Kind::List(Box::new(Kind::of(model, *of, depth - 1))),
            (_, Some(Shape::Map(of))) => Kind::Map(Box::new(Kind::of(model, *of, depth - 1))),
            (_, Some(Shape::Structure { .. })) if depth == 0 => Kind::Object(Vec::new()),
            (_, Some(Shape::Structure { union, members })) => {
                let fields = members
                    .iter()
                    .map(|member| Field {
                        name: member.name.to_owned(),
                        required: member.required,
                        kind: Kind::of(model, member.target, depth - 1),
                        help: None,
                    })
                    .collect();
                if *union { Kind::OneOf(fields) } else { Kind::Object(fields) }
            }
        }
    }

    fn written(notation: &'static str) -> Self {
        match notation.split_at_checked(1) {
            Some(("[", of)) => return Kind::List(Box::new(Kind::written(of))),
            Some(("{", of)) => return Kind::Map(Box::new(Kind::written(of))),
            Some(("(", fields)) => {
                return Kind::Object(fields.trim_end_matches(')').split(',').map(Field::written).collect());
            }
            _ => {}
        }
        match notation {
            "string" => Kind::String,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "object" => Kind::Object(Vec::new()),
            _ if notation.contains('|') => Kind::Choice(notation.split('|').collect()),
            _ => Kind::Json,
        }
    }
}

impl Field {
    /// `!Name kind`; without a kind a string.
    fn written(notation: &'static str) -> Self {
        let name = notation.strip_prefix('!').unwrap_or(notation);
        let required = name.len() < notation.len();
        let (name, kind) = name.split_once(' ').unwrap_or((name, "string"));
        Field { name: name.to_owned(), required, kind: Kind::written(kind), help: None }
    }
}

/// What the tables say first, then the rest of the model's fields: required ones before the others.
pub(crate) fn merge(known: &[Known], model: Vec<Field>) -> Vec<Field> {
    let mut fields: Vec<Field> = known
        .iter()
        .map(|known| {
            let from_model = model.iter().find(|field| field.name == known.name);
            Field {
                name: known.name.to_owned(),
                required: known.required,
                kind: match from_model {
                    Some(field) if known.kind.is_empty() => field.kind.clone(),
                    _ => Kind::written(known.kind),
                },
                help: Some(known.help),
            }
        })
        .collect();
    let (required, optional): (Vec<Field>, Vec<Field>) = model
        .into_iter()
        .filter(|field| known.iter().all(|known| known.name != field.name))
        .partition(|field| field.required);
    fields.extend(required);
    fields.extend(optional);
    fields
}
