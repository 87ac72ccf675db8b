//! Where everything lies in pictures made without a window.
//!
//! Every scope is drawn by itself, top to bottom, and its container is as large as what it holds. The canvas has a layout of
//! its own, with the same rules.

use std::collections::HashMap;

use asl::schema::StateType;

use crate::layered::{self, Drawn, Wire};
use crate::workflow::{EdgeReason, NodeKind, View};

const NODE_HEIGHT: f64 = 52.0;
const MARKER: f64 = 28.0;
const GAP_SCOPES: f64 = 28.0;
const MARGIN: f64 = 24.0;
const PADDING: f64 = 16.0;
const HEADER: f64 = 42.0;
/// The sizes of a name and of what stands below it; neither makes a state wider than this.
pub(crate) const NAME: Font = Font { size: 13.0, bold: true };
pub(crate) const SMALL: Font = Font { size: 11.5, bold: false };
const WIDEST_WORDS: f64 = 230.0;
/// A letter of a label, and the longest label that is drawn.
const LABEL_LETTER: f64 = 6.65;
const LABEL_LETTERS: usize = 34;
/// The sign of a state, and what surrounds it and the words.
const SIGN: f64 = 60.0;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A sans-serif font, as wide as the wide ones among those that a viewer may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Font {
    size: f64,
    bold: bool,
}

impl Font {
    pub(crate) fn width(self, text: &str) -> f64 {
        text.chars().map(|letter| self.letter(letter)).sum()
    }

    fn letter(self, letter: char) -> f64 {
        let part = match letter {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.34,
            'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' => 0.42,
            'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.97,
            letter if letter.is_ascii_uppercase() => 0.71,
            letter if letter.is_ascii() => 0.62,
            // Signs of other scripts may be squares.
            letter if letter > '\u{2e80}' => 1.0,
            _ => 0.65,
        };
        part * self.size * if self.bold { 1.1 } else { 1.0 }
    }

    /// The text, cut where it is wider than `room`.
    pub(crate) fn fit(self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut left = room - self.letter('…');
        let keep = |letter: &char| {
            left -= self.letter(*letter);
            left >= 0.0
        };
        text.chars().take_while(keep).chain(['…']).collect()
    }
}

/// Where everything is, in the order of the view's nodes, edges and scopes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<Rect>,
    /// Corners of each edge; empty for edges that containment shows.
    pub edges: Vec<Vec<(f64, f64)>>,
    /// The label of each edge and its middle.
    pub labels: Vec<Option<Label>>,
    /// The frame of each scope; the first is the whole.
    pub scopes: Vec<Rect>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub text: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

pub fn layout(view: &View) -> Layout {
    let mut work = Work {
        view,
        members: HashMap::new(),
        edges: HashMap::new(),
        inner: HashMap::new(),
        drawn: HashMap::new(),
        layout: Layout {
            nodes: vec![Rect::default(); view.nodes.len()],
            edges: vec![Vec::new(); view.edges.len()],
            labels: vec![None; view.edges.len()],
            scopes: vec![Rect::default(); view.scopes.len()],
            ..Layout::default()
        },
    };
    for (at, node) in view.nodes.iter().enumerate() {
        work.members.entry(&node.scope).or_default().push(at);
    }
    let scope_of: HashMap<&str, &str> = view.nodes.iter().map(|node| (&*node.id, &*node.scope)).collect();
    for (at, edge) in view.edges.iter().enumerate() {
        if matches!(edge.reason, EdgeReason::Branch(_) | EdgeReason::Processor) {
            continue;
        }
        if let Some(scope) = scope_of.get(&*edge.from).filter(|scope| scope_of.get(&*edge.to) == Some(scope)) {
            work.edges.entry(scope).or_default().push(at);
        }
    }
    for (at, scope) in view.scopes.iter().enumerate() {
        if let Some(parent) = &scope.parent {
            work.inner.entry(parent).or_default().push(at);
        }
    }
    if !view.scopes.is_empty() {
        let (width, height) = work.scope(0);
        work.put(0, MARGIN, MARGIN);
        work.layout.width = width + 2.0 * MARGIN;
        work.layout.height = height + 2.0 * MARGIN;
    }
    work.layout
}

/// What a label says where it is short of room: its beginning and its end, which says most in a condition.
fn shortened(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= LABEL_LETTERS {
        return text.to_owned();
    }
    let end = LABEL_LETTERS / 3;
    let begin = LABEL_LETTERS - end - 1;
    letters[..begin].iter().chain(&['…']).chain(&letters[letters.len() - end..]).collect()
}

struct Work<'a> {
    view: &'a View,
    members: HashMap<&'a str, Vec<usize>>,
    edges: HashMap<&'a str, Vec<usize>>,
    /// The scopes in a state.
    inner: HashMap<&'a str, Vec<usize>>,
    /// Scopes relative to their own corner.
    drawn: HashMap<usize, Drawn>,
    layout: Layout,
}

impl<'a> Work<'a> {
    /// Draws a scope and those in it; gives its size.
    fn scope(&mut self, scope: usize) -> (f64, f64) {
        let id = &*self.view.scopes[scope].id;
        let members = self.members.get(id).cloned().unwrap_or_default();
        let sizes: Vec<(f64, f64)> = members.iter().map(|at| self.node_size(*at)).collect();
        for (at, (width, height)) in members.iter().zip(&sizes) {
            self.layout.nodes[*at] = Rect { x: 0.0, y: 0.0, width: *width, height: *height };
        }
        let place: HashMap<&str, usize> =
            members.iter().enumerate().map(|(at, node)| (&*self.view.nodes[*node].id, at)).collect();
        let edges = self.edges.get(id).cloned().unwrap_or_default();
        let mut wires = Vec::with_capacity(edges.len());
        for at in &edges {
            let edge = &self.view.edges[*at];
            let letters = edge.label.chars().count().min(LABEL_LETTERS);
            wires.push(Wire {
                from: place[&*edge.from],
                to: place[&*edge.to],
                label: if letters == 0 { 0.0 } else { letters as f64 * LABEL_LETTER + 10.0 },
                side: matches!(edge.reason, EdgeReason::Catch { .. }),
                main: matches!(edge.reason, EdgeReason::Start | EdgeReason::Next | EdgeReason::Default),
            });
        }
        let bottom = members.iter().position(|at| self.view.nodes[*at].kind == NodeKind::End);
        let drawn = layered::draw(&sizes, &wires, bottom);
        let size = (drawn.width, drawn.height);
        self.drawn.insert(scope, drawn);
        size
    }

    fn node_size(&mut self, at: usize) -> (f64, f64) {
        let node = &self.view.nodes[at];
        if matches!(node.kind, NodeKind::Start | NodeKind::End) {
            return (MARKER * 2.0, MARKER);
        }
        let words = NAME.width(&node.name).max(SMALL.width(&node.summary)).min(WIDEST_WORDS);
        let round =
            matches!(node.kind, NodeKind::State(Some(StateType::Choice | StateType::Succeed | StateType::Fail)));
        let own = (words + SIGN + if round { 14.0 } else { 0.0 }).max(168.0);
        let inner = self.inner.get(&*node.id).cloned().unwrap_or_default();
        if inner.is_empty() {
            return (own, NODE_HEIGHT);
        }
        let sizes: Vec<(f64, f64)> = inner.iter().map(|scope| self.scope(*scope)).collect();
        let width: f64 = sizes.iter().map(|size| size.0 + 2.0 * PADDING).sum();
        let height = sizes.iter().map(|size| size.1).fold(0.0, f64::max);
        let gaps = GAP_SCOPES * (sizes.len() + 1) as f64;
        ((width + gaps / 2.0).max(own), height + HEADER + 3.0 * PADDING)
    }

    /// Puts a scope and all in it at its place.
    fn put(&mut self, scope: usize, x: f64, y: f64) {
        let Some(drawn) = self.drawn.remove(&scope) else { return };
        let id = &*self.view.scopes[scope].id;
        self.layout.scopes[scope] = Rect { x, y, width: drawn.width, height: drawn.height };
        let members = self.members.get(id).cloned().unwrap_or_default();
        for (at, place) in members.iter().zip(&drawn.nodes) {
            let node = &mut self.layout.nodes[*at];
            (node.x, node.y) = (place.0 + x, place.1 + y);
            let node = *node;
            let inner = self.inner.get(&*self.view.nodes[*at].id).cloned().unwrap_or_default();
            let width = |scope: &usize| self.drawn.get(scope).map_or(0.0, |drawn| drawn.width) + 2.0 * PADDING;
            let total: f64 =
                inner.iter().map(width).sum::<f64>() + GAP_SCOPES / 2.0 * inner.len().saturating_sub(1) as f64;
            let mut left = node.x + (node.width - total) / 2.0;
            for scope in inner {
                let width = self.drawn.get(&scope).map_or(0.0, |drawn| drawn.width) + 2.0 * PADDING;
                self.put(scope, left + PADDING, node.y + HEADER + PADDING);
                // Branches side by side are of one height.
                let frame = &mut self.layout.scopes[scope];
                *frame = Rect { x: left, y: node.y + HEADER, width, height: node.height - HEADER - PADDING };
                left += width + GAP_SCOPES / 2.0;
            }
        }
        let edges = self.edges.get(id).cloned().unwrap_or_default();
        for (at, route) in edges.into_iter().zip(drawn.routes) {
            self.layout.edges[at] = route.points.iter().map(|point| (point.0 + x, point.1 + y)).collect();
            let text = shortened(&self.view.edges[at].label);
            let width = text.chars().count() as f64 * LABEL_LETTER + 8.0;
            self.layout.labels[at] = route.label.map(|middle| Label { text, x: middle.0 + x, y: middle.1 + y, width });
        }
    }
}
