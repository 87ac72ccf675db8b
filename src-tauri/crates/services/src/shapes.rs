//! The shapes of one service's operations: what an action takes, what it answers, which errors it raises.

use crate::catalogue::Operation;

/// The operations of one service, in the order of the index.
#[derive(Debug, Default)]
pub(crate) struct Model {
    shapes: Vec<Shape>,
    errors: Vec<&'static str>,
    rows: Vec<Row>,
    names: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Ref {
    Scalar(Scalar),
    Shape(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    String,
    Boolean,
    Integer,
    Long,
    Float,
    Timestamp,
    Blob,
    /// Any JSON.
    Document,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Enum(Vec<&'static str>),
    List(Ref),
    Map(Ref),
    /// Of a union one member is given.
    Structure {
        union: bool,
        members: Vec<Member>,
    },
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) target: Ref,
}

#[derive(Debug, Clone, Default)]
struct Row {
    input: Option<usize>,
    output: Option<usize>,
    errors: Vec<usize>,
}

/// What is known of one operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature<'m> {
    model: &'m Model,
    row: &'m Row,
}

impl Model {
    pub(crate) fn read(text: &'static str, operations: &[Operation]) -> Self {
        // Where all operations take and give nothing there are no shapes.
        let (shapes, rest) = match text.strip_prefix('\n') {
            Some(rest) => (None, rest),
            None => text.split_once("\n\n").map_or((None, ""), |(shapes, rest)| (Some(shapes), rest)),
        };
        let mut lines = rest.split('\n');
        let errors = lines.next().unwrap_or_default().split(',').filter(|error| !error.is_empty()).collect();
        Self {
            shapes: shapes.into_iter().flat_map(|shapes| shapes.split('\n')).map(Shape::read).collect(),
            errors,
            rows: lines.map(Row::read).collect(),
            names: operations.iter().map(|operation| operation.name).collect(),
        }
    }

    pub(crate) fn signature(&self, operation: &str) -> Option<Signature<'_>> {
        let at = self.names.binary_search(&operation).ok()?;
        Some(Signature { model: self, row: self.rows.get(at)? })
    }

    pub(crate) fn shape(&self, target: Ref) -> Option<&Shape> {
        match target {
            Ref::Shape(at) => self.shapes.get(at),
            Ref::Scalar(_) => None,
        }
    }

    /// The shape at a path of member names. Lists need no step, the key of a map does.
    pub(crate) fn at(&self, from: Ref, path: &[&str]) -> Option<Ref> {
        let mut target = from;
        let mut steps = path.iter();
        loop {
            // A list may contain itself; the path says when to stop only at structures and maps.
            let mut lists = 0;
            while let Some(Shape::List(of)) = self.shape(target) {
                target = *of;
                lists += 1;
                if lists > 8 {
                    return None;
                }
            }
            let Some(step) = steps.next() else { return Some(target) };
            target = match self.shape(target)? {
                Shape::Structure { members, .. } => members.iter().find(|member| member.name == *step)?.target,
                Shape::Map(of) => *of,
                Shape::Enum(_) | Shape::List(_) => return None,
            };
        }
    }

    /// How many fields there are, `depth` deep; stops counting at `most`.
    pub(crate) fn size(&self, target: Ref, depth: usize, most: usize) -> usize {
        if depth == 0 {
            return 0;
        }
        match self.shape(target) {
            Some(Shape::List(of) | Shape::Map(of)) => self.size(*of, depth - 1, most),
            Some(Shape::Structure { members, .. }) => members.iter().fold(members.len(), |count, member| {
                if count < most { count + self.size(member.target, depth - 1, most - count) } else { count }
            }),
            _ => 0,
        }
    }

    #[cfg(test)]
    pub(crate) fn check(&self, service: &str, operations: usize) {
        assert_eq!(self.rows.len(), operations, "{service} has a row for each operation");
        assert!(self.names.is_sorted(), "{service}");
        let known = |target: &Ref| match target {
            Ref::Shape(at) => *at < self.shapes.len(),
            Ref::Scalar(_) => true,
        };
        for shape in &self.shapes {
            assert!(
                match shape {
                    Shape::Enum(values) => !values.is_empty(),
                    Shape::List(target) | Shape::Map(target) => known(target),
                    Shape::Structure { members, .. } => members.iter().all(|member| known(&member.target)),
                },
                "{service} refers to shapes it has"
            );
        }
        for row in &self.rows {
            assert!(row.input.into_iter().chain(row.output).all(|at| at < self.shapes.len()), "{service}");
            assert!(row.errors.iter().all(|at| *at < self.errors.len()), "{service}");
        }
    }
}

impl<'m> Signature<'m> {
    pub(crate) fn model(self) -> &'m Model {
        self.model
    }

    pub(crate) fn input(self) -> Option<Ref> {
        self.row.input.map(Ref::Shape)
    }

    pub(crate) fn output(self) -> Option<Ref> {
        self.row.output.map(Ref::Shape)
    }

    /// Names without the service's prefix: `NoSuchKeyException`.
    pub(crate) fn errors(self) -> impl Iterator<Item = &'static str> + 'm {
        self.row.errors.iter().filter_map(|at| self.model.errors.get(*at).copied())
    }
}

impl Shape {
    fn read(line: &'static str) -> Self {
        match line.as_bytes().first() {
            Some(b'e') => Shape::Enum(line[1..].split('|').collect()),
            Some(b'[') => Shape::List(Ref::read(&line[1..])),
            Some(b'{') => Shape::Map(Ref::read(&line[1..])),
            first => {
                let union = first == Some(&b'?');
                let members = line.strip_prefix('?').unwrap_or(line);
                Shape::Structure {
                    union,
                    members: members.split(',').filter(|member| *member != ".").map(Member::read).collect(),
                }
            }
        }
    }
}

impl Member {
    fn read(text: &'static str) -> Self {
        let plain = text.strip_prefix('!').unwrap_or(text);
        let end = plain.find(['~', ':']).unwrap_or(plain.len());
        Self { name: &plain[..end], required: plain.len() < text.len(), target: Ref::read(&plain[end..]) }
    }
}

impl Ref {
    fn read(text: &str) -> Self {
        match text.split_at_checked(1) {
            Some((":", number)) => Ref::Shape(read_number(number)),
            Some(("~", letter)) => Ref::Scalar(match letter {
                "b" => Scalar::Boolean,
                "i" => Scalar::Integer,
                "l" => Scalar::Long,
                "f" => Scalar::Float,
                "t" => Scalar::Timestamp,
                "x" => Scalar::Blob,
                "j" => Scalar::Document,
                _ => Scalar::String,
            }),
            _ => Ref::Scalar(Scalar::String),
        }
    }
}

impl Row {
    fn read(line: &str) -> Self {
        let mut parts = line.split(',');
        let mut side = || parts.next().filter(|part| !part.is_empty()).map(read_number);
        Self { input: side(), output: side(), errors: parts.map(read_number).collect() }
    }
}

/// Base 62: digits, small letters, capitals.
fn read_number(text: &str) -> usize {
    text.bytes().fold(0usize, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' => byte - b'A' + 36,
            _ => 0,
        };
        number.saturating_mul(62).saturating_add(usize::from(digit))
    })
}
