//! A plain layered layout, for pictures made without a window.
//!
//! Every scope is laid out by itself, top to bottom, and its container is as large as what it holds. The canvas has a
//! layout of its own.

use std::collections::HashMap;

use crate::workflow::{EdgeReason, NodeKind, View};

const NODE_HEIGHT: f64 = 52.0;
const MARKER: f64 = 28.0;
const GAP_X: f64 = 36.0;
const GAP_Y: f64 = 46.0;
const PADDING: f64 = 20.0;
const HEADER: f64 = 44.0;
const LETTER: f64 = 7.4;
/// The sign of a state, and what surrounds it and the words.
const SIGN: f64 = 66.0;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Where everything is, in the order of the view's nodes and edges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<Rect>,
    /// Corners of each edge; empty for edges that containment shows.
    pub edges: Vec<Vec<(f64, f64)>>,
}

pub fn layout(view: &View) -> Layout {
    let mut sizes = Sizes { view, nodes: vec![Rect::default(); view.nodes.len()], members: HashMap::new() };
    for (at, node) in view.nodes.iter().enumerate() {
        sizes.members.entry(&node.scope).or_default().push(at);
    }
    let top = view.scopes.first().map_or("", |scope| &scope.id);
    let (width, height) = sizes.scope(top);
    sizes.shift(top, PADDING, PADDING);
    let nodes = sizes.nodes;
    let index: HashMap<&str, usize> = view.nodes.iter().enumerate().map(|(at, node)| (&*node.id, at)).collect();
    let mut lanes = 0.0;
    let edges = view
        .edges
        .iter()
        .map(|edge| match (index.get(&*edge.from), index.get(&*edge.to)) {
            _ if matches!(edge.reason, EdgeReason::Branch(_) | EdgeReason::Processor) => Vec::new(),
            (Some(from), Some(to)) => route(nodes[*from], nodes[*to], &mut lanes),
            _ => Vec::new(),
        })
        .collect();
    let lane_width = if lanes > 0.0 { lanes + GAP_X } else { 0.0 };
    Layout { width: width + 2.0 * PADDING + lane_width, height: height + 2.0 * PADDING, nodes, edges }
}

/// Down through the gap between layers; back up along the right side.
fn route(from: Rect, to: Rect, lanes: &mut f64) -> Vec<(f64, f64)> {
    let start = (from.x + from.width / 2.0, from.y + from.height);
    let end = (to.x + to.width / 2.0, to.y);
    if end.1 > start.1 {
        let middle = end.1 - GAP_Y / 2.0;
        if (start.0 - end.0).abs() < 0.5 {
            return vec![start, end];
        }
        return vec![start, (start.0, middle), (end.0, middle), end];
    }
    *lanes = (*lanes + 10.0).min(60.0);
    let lane = (from.x + from.width).max(to.x + to.width) + 8.0 + *lanes / 2.0;
    let side = (from.x + from.width, from.y + from.height / 2.0);
    let target = (to.x + to.width, to.y + to.height / 2.0);
    vec![side, (lane, side.1), (lane, target.1), target]
}

struct Sizes<'a> {
    view: &'a View,
    /// Relative to their scope until they are shifted.
    nodes: Vec<Rect>,
    members: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Sizes<'a> {
    /// Places the nodes of a scope and of those in it; gives its size.
    fn scope(&mut self, scope: &'a str) -> (f64, f64) {
        let members = self.members.get(scope).cloned().unwrap_or_default();
        for at in &members {
            let (width, height) = self.node_size(*at);
            self.nodes[*at] = Rect { x: 0.0, y: 0.0, width, height };
        }
        let layers = self.layers(&members);
        let width = layers.iter().map(|layer| self.layer_width(layer)).fold(0.0, f64::max);
        let mut y = 0.0;
        for layer in &layers {
            let mut x = (width - self.layer_width(layer)) / 2.0;
            let height = layer.iter().map(|at| self.nodes[*at].height).fold(0.0, f64::max);
            for at in layer {
                let node = &mut self.nodes[*at];
                node.x = x;
                node.y = y + (height - node.height) / 2.0;
                x += node.width + GAP_X;
            }
            y += height + GAP_Y;
        }
        (width, (y - GAP_Y).max(0.0))
    }

    fn layer_width(&self, layer: &[usize]) -> f64 {
        let nodes: f64 = layer.iter().map(|at| self.nodes[*at].width).sum();
        nodes + GAP_X * layer.len().saturating_sub(1) as f64
    }

    fn inner_scopes(&self, at: usize) -> Vec<&'a str> {
        let id = &self.view.nodes[at].id;
        self.view.scopes.iter().filter(|scope| scope.parent.as_ref() == Some(id)).map(|scope| &*scope.id).collect()
    }

    fn node_size(&mut self, at: usize) -> (f64, f64) {
        let node = &self.view.nodes[at];
        if matches!(node.kind, NodeKind::Start | NodeKind::End) {
            return (MARKER * 2.0, MARKER);
        }
        let letters = node.name.chars().count().max(node.summary.chars().count()).min(36) as f64;
        let own = (letters * LETTER + SIGN).max(150.0);
        let inner = self.inner_scopes(at);
        if inner.is_empty() {
            return (own, NODE_HEIGHT);
        }
        let sizes: Vec<(f64, f64)> = inner.iter().map(|scope| self.scope(scope)).collect();
        let width: f64 = sizes.iter().map(|size| size.0).sum::<f64>() + GAP_X * (sizes.len() - 1) as f64;
        let height = sizes.iter().map(|size| size.1).fold(0.0, f64::max);
        ((width + 2.0 * PADDING).max(own), height + HEADER + PADDING)
    }

    /// The longest way from the start, going back left out; ends stand at the bottom.
    fn layers(&self, members: &[usize]) -> Vec<Vec<usize>> {
        let place: HashMap<&str, usize> =
            members.iter().enumerate().map(|(at, node)| (&*self.view.nodes[*node].id, at)).collect();
        let mut next = vec![Vec::new(); members.len()];
        for edge in &self.view.edges {
            if let (Some(from), Some(to)) = (place.get(&*edge.from), place.get(&*edge.to)) {
                next[*from].push(*to);
            }
        }
        let order = forward_order(&next);
        let position: HashMap<usize, usize> = order.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        let mut layer = vec![0usize; members.len()];
        for from in &order {
            for to in &next[*from] {
                if position[to] > position[from] {
                    layer[*to] = layer[*to].max(layer[*from] + 1);
                }
            }
        }
        let deepest = layer.iter().copied().max().unwrap_or(0);
        for (at, node) in members.iter().enumerate() {
            if self.view.nodes[*node].kind == NodeKind::End {
                layer[at] = deepest.max(1);
            }
        }
        let mut layers = vec![Vec::new(); layer.iter().copied().max().unwrap_or(0) + 1];
        for (at, node) in members.iter().enumerate() {
            layers[layer[at]].push(*node);
        }
        layers.retain(|layer| !layer.is_empty());
        layers
    }

    /// Moves a scope and all in it to its place.
    fn shift(&mut self, scope: &'a str, x: f64, y: f64) {
        for at in self.members.get(scope).cloned().unwrap_or_default() {
            self.nodes[at].x += x;
            self.nodes[at].y += y;
            let outer = self.nodes[at];
            let inner = self.inner_scopes(at);
            let total: f64 = inner.iter().map(|scope| self.scope_width(scope)).sum::<f64>()
                + GAP_X * inner.len().saturating_sub(1) as f64;
            let mut left = outer.x + (outer.width - total) / 2.0;
            for scope in inner {
                let width = self.scope_width(scope);
                self.shift(scope, left, outer.y + HEADER);
                left += width + GAP_X;
            }
        }
    }

    fn scope_width(&self, scope: &str) -> f64 {
        let members = self.members.get(scope).into_iter().flatten();
        let (left, right) = members.fold((f64::MAX, 0.0f64), |(left, right), at| {
            let node = self.nodes[*at];
            (left.min(node.x), right.max(node.x + node.width))
        });
        (right - left.min(right)).max(0.0)
    }
}

/// Reverse postorder of a depth-first walk, without recursion: every edge but those that go back leads forward.
fn forward_order(next: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; next.len()];
    let mut finished = Vec::with_capacity(next.len());
    for root in 0..next.len() {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((node, child)) = stack.pop() {
            // The last child first, so that the order of the document comes out.
            match next[node].len().checked_sub(child + 1).map(|at| next[node][at]) {
                Some(to) => {
                    stack.push((node, child + 1));
                    if !std::mem::replace(&mut seen[to], true) {
                        stack.push((to, 0));
                    }
                }
                None => finished.push(node),
            }
        }
    }
    finished.reverse();
    finished
}
