//! The layered drawing of one scope: layers by the longest way, few crossings, straight lines where they can be, right-angled
//! edges with a lane of their own.
//!
//! States lie in the even layers. Every edge passes through at least one odd layer, where its label has its place. What goes
//! back, and what catches errors, leaves and enters at the right side.

use std::collections::HashMap;

const GAP_X: f64 = 32.0;
const GAP_LINE: f64 = 16.0;
/// Between lines side by side, upright and lying.
const GAP_UPRIGHT: f64 = 8.0;
const GAP_LANE: f64 = 10.0;
/// Between two layers: without lanes, above the first lane, below the last.
const GAP_PLAIN: f64 = 17.0;
const GAP_ABOVE: f64 = 10.0;
const GAP_BELOW: f64 = 14.0;
const LABEL_HEIGHT: f64 = 18.0;
/// Where a line at the side of a state runs, and how far apart several do.
const SIDE: f64 = 14.0;
const SIDE_NEXT: f64 = 12.0;
/// A state stands rather under where it comes from, a line rather over where it leads: it turns once and not twice.
const FOLLOW: f64 = 1.25;
const SWEEPS: usize = 8;
const ROUNDS: usize = 60;
/// So many cells are a picture nobody looks at: long edges are then drawn without a place of their own.
const MOST_CELLS: usize = 200_000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wire {
    pub from: usize,
    pub to: usize,
    /// The width of its label; 0 without one.
    pub label: f64,
    /// Leaves at the right side.
    pub side: bool,
    /// The way on, which is drawn straight before others are.
    pub main: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Drawn {
    pub width: f64,
    pub height: f64,
    /// Upper left corners.
    pub nodes: Vec<(f64, f64)>,
    pub routes: Vec<Route>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    pub points: Vec<(f64, f64)>,
    /// The middle of the label.
    pub label: Option<(f64, f64)>,
}

/// `bottom` lies in the last layer.
pub(crate) fn draw(sizes: &[(f64, f64)], wires: &[Wire], bottom: Option<usize>) -> Drawn {
    let mut drawing = Drawing::new(sizes, wires, bottom);
    drawing.order();
    drawing.ports();
    drawing.place();
    drawing.route(sizes, wires)
}

/// A state, or the place where an edge passes a layer.
#[derive(Debug, Clone)]
struct Cell {
    layer: usize,
    left: f64,
    right: f64,
    height: f64,
    x: f64,
    is_node: bool,
}

/// A piece of an edge from one layer to the next.
#[derive(Debug, Clone)]
struct Link {
    upper: usize,
    lower: usize,
    /// From the middle of the cell.
    out: f64,
    into: f64,
    out_side: bool,
    in_side: bool,
    weight: f64,
}

struct Drawing {
    cells: Vec<Cell>,
    links: Vec<Link>,
    /// Cells from left to right.
    layers: Vec<Vec<usize>>,
    /// The links of an edge from top to bottom; none for one from a state to itself.
    chains: Vec<Vec<usize>>,
    labels: Vec<Option<usize>>,
    /// Drawn from bottom to top.
    back: Vec<bool>,
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
}

impl Drawing {
    fn new(sizes: &[(f64, f64)], wires: &[Wire], bottom: Option<usize>) -> Self {
        let mut next = vec![Vec::new(); sizes.len()];
        for wire in wires {
            next[wire.from].push(wire.to);
        }
        let order = forward_order(&next);
        let layer_of = layers(&next, &order, bottom);
        let mut cells: Vec<Cell> = sizes
            .iter()
            .zip(&layer_of)
            .map(|((width, height), layer)| Cell {
                layer: layer * 2,
                left: width / 2.0,
                right: width / 2.0,
                height: *height,
                x: 0.0,
                is_node: true,
            })
            .collect();
        let depth = layer_of.iter().max().map_or(0, |deepest| deepest * 2 + 1);
        let spans: usize = wires.iter().map(|wire| layer_of[wire.from].abs_diff(layer_of[wire.to]) * 2).sum();
        let longest = if spans > MOST_CELLS { 2 } else { usize::MAX };
        let mut drawing = Self {
            links: Vec::new(),
            layers: vec![Vec::new(); depth],
            chains: vec![Vec::new(); wires.len()],
            labels: vec![None; wires.len()],
            back: vec![false; wires.len()],
            above: Vec::new(),
            below: Vec::new(),
            cells: Vec::new(),
        };
        let mut out = vec![Vec::new(); sizes.len()];
        for (at, wire) in wires.iter().enumerate() {
            drawing.back[at] = layer_of[wire.to] < layer_of[wire.from];
            out[if drawing.back[at] { wire.to } else { wire.from }].push(at);
        }
        for node in order {
            drawing.layers[cells[node].layer].push(node);
            for at in &out[node] {
                let wire = &wires[*at];
                let (upper, lower) = if drawing.back[*at] { (wire.to, wire.from) } else { (wire.from, wire.to) };
                let (first, last) = (cells[upper].layer, cells[lower].layer);
                if first == last || last - first > longest {
                    continue;
                }
                let mut before = upper;
                for layer in first + 1..=last {
                    let cell = if layer == last {
                        lower
                    } else {
                        let labelled = wire.label > 0.0 && layer == first + 1;
                        let (half, height) = if labelled { (wire.label / 2.0, LABEL_HEIGHT) } else { (0.0, 0.0) };
                        let cell = Cell { layer, left: half, right: half, height, x: 0.0, is_node: false };
                        cells.push(cell);
                        drawing.layers[layer].push(cells.len() - 1);
                        if labelled {
                            drawing.labels[*at] = Some(cells.len() - 1);
                        }
                        cells.len() - 1
                    };
                    drawing.chains[*at].push(drawing.links.len());
                    drawing.links.push(Link {
                        upper: before,
                        lower: cell,
                        out: 0.0,
                        into: 0.0,
                        out_side: before == upper && (wire.side || drawing.back[*at]),
                        in_side: layer == last && drawing.back[*at],
                        weight: if wire.main && !drawing.back[*at] { 4.0 } else { 1.0 },
                    });
                    before = cell;
                }
            }
        }
        drawing.above = vec![Vec::new(); cells.len()];
        drawing.below = vec![Vec::new(); cells.len()];
        for (at, link) in drawing.links.iter().enumerate() {
            drawing.below[link.upper].push(at);
            drawing.above[link.lower].push(at);
        }
        drawing.cells = cells;
        drawing
    }

    /// Sorts the cells of each layer by where their neighbours are, as long as that makes fewer crossings.
    fn order(&mut self) {
        let mut best = self.layers.clone();
        let mut fewest = self.crossings();
        for sweep in 0..SWEEPS {
            if fewest == 0 {
                break;
            }
            let down = sweep % 2 == 0;
            let mut at = vec![0.0; self.cells.len()];
            for layer in &self.layers {
                for (place, cell) in layer.iter().enumerate() {
                    at[*cell] = place as f64;
                }
            }
            let count = self.layers.len();
            for step in 0..count {
                let layer = if down { step } else { count - 1 - step };
                let mut cells = std::mem::take(&mut self.layers[layer]);
                let wanted: HashMap<usize, f64> = cells
                    .iter()
                    .map(|cell| {
                        let links = if down { &self.above[*cell] } else { &self.below[*cell] };
                        let ends = links.iter().map(|link| {
                            let link = &self.links[*link];
                            at[if down { link.upper } else { link.lower }]
                        });
                        let sum: f64 = ends.sum();
                        (*cell, if links.is_empty() { at[*cell] } else { sum / links.len() as f64 })
                    })
                    .collect();
                cells.sort_by(|a, b| wanted[a].total_cmp(&wanted[b]));
                for (place, cell) in cells.iter().enumerate() {
                    at[*cell] = place as f64;
                }
                self.layers[layer] = cells;
            }
            let crossings = self.crossings();
            if crossings < fewest {
                fewest = crossings;
                best.clone_from(&self.layers);
            }
        }
        self.layers = best;
    }

    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.cells.len()];
        for layer in &self.layers {
            for (place, cell) in layer.iter().enumerate() {
                places[*cell] = place;
            }
        }
        places
    }

    /// How many pairs of links cross: inversions, counted with a Fenwick tree for each layer.
    fn crossings(&self) -> usize {
        let places = self.places();
        let mut crossings = 0;
        for (at, layer) in self.layers.iter().enumerate().skip(1) {
            let upper = &self.layers[at - 1];
            let mut ends: Vec<(usize, usize)> = upper
                .iter()
                .flat_map(|cell| &self.below[*cell])
                .map(|link| (places[self.links[*link].upper], places[self.links[*link].lower]))
                .collect();
            ends.sort_unstable();
            let mut tree = vec![0usize; layer.len() + 1];
            for (seen, (_, end)) in ends.iter().enumerate() {
                let (mut before, mut index) = (0, end + 1);
                while index > 0 {
                    before += tree[index];
                    index &= index - 1;
                }
                crossings += seen - before;
                let mut index = end + 1;
                while index < tree.len() {
                    tree[index] += 1;
                    index += index & index.wrapping_neg();
                }
            }
        }
        crossings
    }

    /// Where at a state its links begin and end: side by side in the order of their other ends.
    fn ports(&mut self) {
        let places = self.places();
        for cell in 0..self.cells.len() {
            if !self.cells[cell].is_node {
                continue;
            }
            let (mut above, mut below) = (self.above[cell].clone(), self.below[cell].clone());
            above.sort_by_key(|link| places[self.links[*link].upper]);
            below.sort_by_key(|link| places[self.links[*link].lower]);
            let width = self.cells[cell].left * 2.0;
            let spread = |count: usize, at: usize| {
                let most = (width - 12.0) / (count as f64 - 1.0).max(1.0);
                let gap = ((width - 36.0) / count as f64).clamp(GAP_UPRIGHT, 28.0).min(most);
                (at as f64 - (count as f64 - 1.0) / 2.0) * gap
            };
            let half = self.cells[cell].left;
            let mut sides = 0;
            let mut next_side = || {
                sides += 1;
                half + SIDE + SIDE_NEXT * f64::from(sides - 1)
            };
            let (side, plain): (Vec<usize>, Vec<usize>) = above.into_iter().partition(|link| self.links[*link].in_side);
            for (at, link) in plain.iter().enumerate() {
                self.links[*link].into = spread(plain.len(), at);
            }
            for link in side {
                self.links[link].into = next_side();
            }
            let (side, plain): (Vec<usize>, Vec<usize>) =
                below.into_iter().partition(|link| self.links[*link].out_side);
            for (at, link) in plain.iter().enumerate() {
                self.links[*link].out = spread(plain.len(), at);
            }
            for link in side {
                self.links[link].out = next_side();
            }
            if sides > 0 {
                self.cells[cell].right = half + SIDE + SIDE_NEXT * f64::from(sides - 1);
            }
        }
    }

    fn gap(&self, left: usize, right: usize) -> f64 {
        let (left, right) = (&self.cells[left], &self.cells[right]);
        let between = match (left.is_node, right.is_node) {
            (true, true) => GAP_X,
            (false, false) if left.height == 0.0 && right.height == 0.0 => GAP_UPRIGHT,
            _ => GAP_LINE,
        };
        left.right + between + right.left
    }

    /// Cells that are one upright line: the places of an edge, as long as it crosses no other such edge.
    fn lines(&self) -> Vec<usize> {
        let places = self.places();
        let mut line: Vec<usize> = (0..self.cells.len()).collect();
        for layer in &self.layers {
            // From left to right, each further to the right than those before.
            let mut last = None;
            for link in layer.iter().flat_map(|cell| &self.below[*cell]).map(|link| &self.links[*link]) {
                let place = places[link.lower];
                let between = !self.cells[link.upper].is_node && !self.cells[link.lower].is_node;
                if between && last.is_none_or(|last| place > last) {
                    line[link.lower] = line[link.upper];
                    last = Some(place);
                }
            }
        }
        line
    }

    /// Lines and states as near to where they lead as those beside them allow, again and again.
    fn place(&mut self) {
        let mut line = self.lines();
        let mut x = self.leftmost(&line);
        if x.is_none() {
            line = (0..self.cells.len()).collect();
            x = self.leftmost(&line);
        }
        let Some(mut x) = x else { return };
        let mut members = vec![Vec::new(); self.cells.len()];
        for (cell, line) in line.iter().enumerate() {
            members[*line].push(cell);
        }
        let places = self.places();
        let mut order: Vec<usize> = (0..self.cells.len()).filter(|line| !members[*line].is_empty()).collect();
        for round in 0..ROUNDS {
            // What moves right goes first at the right, so that it makes room; and the other way round.
            order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
            if round % 2 == 0 {
                order.reverse();
            }
            for at in &order {
                let (mut lowest, mut highest) = (f64::MIN, f64::MAX);
                let mut pulls = Vec::new();
                for cell in &members[*at] {
                    let layer = &self.layers[self.cells[*cell].layer];
                    let place = places[*cell];
                    if let Some(left) = place.checked_sub(1).map(|left| layer[left]) {
                        lowest = lowest.max(x[line[left]] + self.gap(left, *cell));
                    }
                    if let Some(right) = layer.get(place + 1) {
                        highest = highest.min(x[line[*right]] - self.gap(*cell, *right));
                    }
                    for link in self.above[*cell].iter().map(|link| &self.links[*link]) {
                        if line[link.upper] != *at {
                            let more = if self.cells[*cell].is_node { FOLLOW } else { 1.0 };
                            pulls.push((x[line[link.upper]] + link.out - link.into, link.weight * more));
                        }
                    }
                    for link in self.below[*cell].iter().map(|link| &self.links[*link]) {
                        if line[link.lower] != *at {
                            let more = if self.cells[*cell].is_node { 1.0 } else { FOLLOW };
                            pulls.push((x[line[link.lower]] + link.into - link.out, link.weight * more));
                        }
                    }
                }
                // At first towards the middle of all, then straight under or over one of them.
                let wanted = if round < ROUNDS / 2 { mean(&pulls) } else { median(&mut pulls) };
                if let Some(wanted) = wanted {
                    x[*at] = wanted.min(highest).max(lowest);
                }
            }
        }
        for (cell, line) in self.cells.iter_mut().zip(line) {
            cell.x = x[line];
        }
    }

    /// Everything as far to the left as the order within the layers allows; nothing if lines contradict one another.
    fn leftmost(&self, line: &[usize]) -> Option<Vec<f64>> {
        let mut after: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.cells.len()];
        let mut waits = vec![0usize; self.cells.len()];
        for pair in self.layers.iter().flat_map(|layer| layer.windows(2)) {
            after[line[pair[0]]].push((line[pair[1]], self.gap(pair[0], pair[1])));
            waits[line[pair[1]]] += 1;
        }
        let mut x = vec![0.0f64; self.cells.len()];
        let mut ready: Vec<usize> = (0..self.cells.len()).filter(|at| line[*at] == *at && waits[*at] == 0).collect();
        let mut done = 0;
        while let Some(at) = ready.pop() {
            done += 1;
            for (right, gap) in &after[at] {
                x[*right] = x[*right].max(x[at] + gap);
                waits[*right] -= 1;
                if waits[*right] == 0 {
                    ready.push(*right);
                }
            }
        }
        let all = line.iter().enumerate().filter(|(at, line)| *at == **line).count();
        (done == all).then_some(x)
    }

    fn route(&self, sizes: &[(f64, f64)], wires: &[Wire]) -> Drawn {
        let lanes = self.lanes();
        let mut tops = Vec::with_capacity(self.layers.len());
        let mut heights = Vec::with_capacity(self.layers.len());
        let mut y = 0.0;
        for (at, layer) in self.layers.iter().enumerate() {
            let height = layer.iter().map(|cell| self.cells[*cell].height).fold(0.0, f64::max);
            tops.push(y);
            heights.push(height);
            let count = lanes.counts.get(at).copied().unwrap_or(0);
            let gap = if count == 0 { GAP_PLAIN } else { GAP_ABOVE + GAP_BELOW + GAP_LANE * (count as f64 - 1.0) };
            y += height + if at + 1 < self.layers.len() { gap.max(GAP_PLAIN) } else { 0.0 };
        }
        let left = self.cells.iter().map(|cell| cell.x - cell.left).fold(f64::MAX, f64::min).min(f64::MAX);
        let left = if self.cells.is_empty() { 0.0 } else { left };
        let place = |cell: usize| {
            let known = &self.cells[cell];
            (known.x - left, tops[known.layer] + (heights[known.layer] - known.height) / 2.0)
        };
        let mut right: f64 = 0.0;
        for cell in &self.cells {
            right = right.max(cell.x - left + cell.right);
        }
        let nodes = (0..sizes.len()).map(|node| (place(node).0 - sizes[node].0 / 2.0, place(node).1)).collect();
        let mut routes = Vec::with_capacity(wires.len());
        let mut at_side: HashMap<(usize, bool), f64> = HashMap::new();
        for (at, wire) in wires.iter().enumerate() {
            let chain = &self.chains[at];
            let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
                let route = self.without_cells(wire, &place, sizes);
                right = route.points.iter().map(|point| point.0).fold(right, f64::max);
                if let Some((x, _)) = route.label {
                    right = right.max(x + wire.label / 2.0);
                }
                routes.push(route);
                continue;
            };
            let mut points = Vec::new();
            let begin = &self.links[*first];
            let (x, top) = place(begin.upper);
            let node = &self.cells[begin.upper];
            if begin.out_side {
                // The outer one begins higher, so that it does not cross the inner one.
                let order = (begin.out - node.left - SIDE) / SIDE_NEXT;
                let y = top + (node.height / 2.0 - 6.0 * order).max(6.0);
                points.extend([(x + node.left, y), (x + begin.out, y)]);
            } else {
                points.push((x + begin.out, top + node.height));
            }
            for link in chain {
                let known = &self.links[*link];
                let (from, to) = (place(known.upper).0 + known.out, place(known.lower).0 + known.into);
                let layer = self.cells[known.upper].layer;
                let bottom = tops[layer] + heights[layer];
                let lane = bottom + GAP_ABOVE + GAP_LANE * lanes.of[*link] as f64;
                if (from - to).abs() >= 0.5 {
                    points.extend([(from, lane), (to, lane)]);
                }
            }
            let end = &self.links[*last];
            let (x, top) = place(end.lower);
            let node = &self.cells[end.lower];
            if end.in_side {
                let used = at_side.entry((end.lower, true)).or_insert(0.0);
                let y = top + (node.height / 2.0 - 8.0 + *used).min(node.height - 6.0);
                *used += 6.0;
                points.extend([(x + end.into, y), (x + node.left, y)]);
            } else {
                points.push((x + end.into, top));
            }
            if self.back[at] {
                points.reverse();
            }
            let label = self.labels[at].map(|cell| (place(cell).0, place(cell).1 + self.cells[cell].height / 2.0));
            routes.push(Route { points: straight(points), label });
        }
        let height = tops.last().copied().unwrap_or(0.0) + heights.last().copied().unwrap_or(0.0);
        Drawn { width: right, height, nodes, routes }
    }

    /// A state that leads to itself, and what is too long for a picture of this size.
    fn without_cells(&self, wire: &Wire, place: &dyn Fn(usize) -> (f64, f64), sizes: &[(f64, f64)]) -> Route {
        let ((x, top), (to_x, to_top)) = (place(wire.from), place(wire.to));
        if wire.from != wire.to {
            let points = vec![(x, top + sizes[wire.from].1), (to_x, to_top)];
            return Route { points, label: None };
        }
        let side = x + self.cells[wire.from].right.max(sizes[wire.from].0 / 2.0);
        let (out, middle) = (side + 20.0, top + sizes[wire.from].1 / 2.0);
        let edge = x + sizes[wire.from].0 / 2.0;
        let points = vec![(edge, middle + 12.0), (out, middle + 12.0), (out, middle - 12.0), (edge, middle - 12.0)];
        let label = (wire.label > 0.0).then(|| (out + 6.0 + wire.label / 2.0, middle));
        Route { points, label }
    }

    /// Sideways pieces that would lie on one another run in lanes of their own.
    fn lanes(&self) -> Lanes {
        let mut lanes = Lanes { of: vec![0; self.links.len()], counts: vec![0; self.layers.len()] };
        for (at, layer) in self.layers.iter().enumerate() {
            let mut pieces: Vec<(usize, f64, f64)> = layer
                .iter()
                .flat_map(|cell| &self.below[*cell])
                .map(|link| {
                    let known = &self.links[*link];
                    (*link, self.cells[known.upper].x + known.out, self.cells[known.lower].x + known.into)
                })
                .filter(|(_, from, to)| (from - to).abs() >= 0.5)
                .collect();
            // What goes right: the rightmost first, so that it turns off above the others. What goes left: the leftmost first.
            pieces.sort_by(|a, b| {
                let (right_a, right_b) = (a.2 > a.1, b.2 > b.1);
                right_b.cmp(&right_a).then(if right_a { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) })
            });
            let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
            for (link, from, to) in pieces {
                let span = (from.min(to) - 4.0, from.max(to) + 4.0);
                let meets = |lane: &Vec<(f64, f64)>| lane.iter().any(|other| other.0 < span.1 && span.0 < other.1);
                let lane = taken.iter().rposition(meets).map_or(0, |last| last + 1);
                if lane == taken.len() {
                    taken.push(Vec::new());
                }
                taken[lane].push(span);
                lanes.of[link] = lane;
            }
            lanes.counts[at] = taken.len();
        }
        lanes
    }
}

struct Lanes {
    /// By link.
    of: Vec<usize>,
    /// Below each layer.
    counts: Vec<usize>,
}

fn mean(pulls: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = pulls.iter().map(|pull| pull.1).sum();
    (weight > 0.0).then(|| pulls.iter().map(|pull| pull.0 * pull.1).sum::<f64>() / weight)
}

/// The weighted one; between two that weigh the same, their middle.
fn median(pulls: &mut [(f64, f64)]) -> Option<f64> {
    pulls.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = pulls.iter().map(|pull| pull.1).sum::<f64>() / 2.0;
    let mut before = 0.0;
    for at in 0..pulls.len() {
        before += pulls[at].1;
        if before > half + 1e-9 {
            return Some(pulls[at].0);
        }
        if (before - half).abs() <= 1e-9 {
            let next = pulls.get(at + 1).unwrap_or(&pulls[at]);
            return Some(f64::midpoint(pulls[at].0, next.0));
        }
    }
    None
}

/// Without points that lie on the line between their neighbours.
fn straight(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for point in points {
        while let [.., before, last] = kept[..] {
            let on_line = (before.0 - last.0).abs() < 0.5 && (last.0 - point.0).abs() < 0.5
                || (before.1 - last.1).abs() < 0.5 && (last.1 - point.1).abs() < 0.5;
            if !on_line {
                break;
            }
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

/// The longest way from the start, going back left out; the end stands at the bottom.
fn layers(next: &[Vec<usize>], order: &[usize], bottom: Option<usize>) -> Vec<usize> {
    let mut position = vec![0; next.len()];
    for (at, node) in order.iter().enumerate() {
        position[*node] = at;
    }
    let mut layer = vec![0usize; next.len()];
    for from in order {
        for to in &next[*from] {
            if position[*to] > position[*from] {
                layer[*to] = layer[*to].max(layer[*from] + 1);
            }
        }
    }
    if let Some(bottom) = bottom {
        layer[bottom] = layer.iter().copied().max().unwrap_or(0).max(1);
    }
    layer
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(from: usize, to: usize, label: f64, side: bool) -> Wire {
        Wire { from, to, label, side, main: !side && label == 0.0 }
    }

    fn any_graph() -> impl Strategy<Value = (usize, Vec<Wire>)> {
        (1usize..14).prop_flat_map(|count| {
            let one = (0..count, 0..count, prop_oneof![Just(0.0), 20.0..120.0], any::<bool>())
                .prop_map(|(from, to, label, side)| wire(from, to, label, side));
            (Just(count), proptest::collection::vec(one, 0..24))
        })
    }

    proptest! {
        #[test]
        fn nothing_lies_on_anything((count, wires) in any_graph()) {
            let size = (150.0, 52.0);
            let drawn = draw(&vec![size; count], &wires, None);
            let inside = |at: usize, point: (f64, f64)| {
                let (x, y) = drawn.nodes[at];
                point.0 > x + 0.1 && point.0 < x + size.0 - 0.1 && point.1 > y + 0.1 && point.1 < y + size.1 - 0.1
            };
            for one in 0..count {
                for other in 0..one {
                    let ((ax, ay), (bx, by)) = (drawn.nodes[one], drawn.nodes[other]);
                    let apart = (ax - bx).abs() >= size.0 || (ay - by).abs() >= size.1;
                    prop_assert!(apart, "states {one} and {other} overlap");
                }
            }
            for (wire, route) in wires.iter().zip(&drawn.routes) {
                prop_assert!(route.points.len() >= 2);
                for leg in route.points.windows(2) {
                    let upright = (leg[0].0 - leg[1].0).abs() < 0.5;
                    let lying = (leg[0].1 - leg[1].1).abs() < 0.5;
                    prop_assert!(upright || lying, "{wire:?} is not right-angled: {:?}", route.points);
                    for part in 1..20 {
                        let part = f64::from(part) / 20.0;
                        let point =
                            (leg[0].0 + (leg[1].0 - leg[0].0) * part, leg[0].1 + (leg[1].1 - leg[0].1) * part);
                        for at in 0..count {
                            prop_assert!(!inside(at, point), "{wire:?} runs through state {at}: {:?}", route.points);
                        }
                    }
                }
                prop_assert_eq!(route.label.is_some(), wire.label > 0.0);
            }
            for (x, y) in drawn.nodes.iter().chain(drawn.routes.iter().flat_map(|route| &route.points)) {
                prop_assert!(*x >= -0.1 && *y >= -0.1 && *x <= drawn.width + 0.1 && *y <= drawn.height + 0.1);
            }
        }
    }

    #[test]
    fn a_chain_is_one_straight_line() {
        let wires: Vec<Wire> = (0..5).map(|at| wire(at, at + 1, 0.0, false)).collect();
        let drawn = draw(&[(150.0, 52.0); 6], &wires, Some(5));
        for route in drawn.routes {
            assert_eq!(route.points.len(), 2, "{:?}", route.points);
        }
    }

    #[test]
    fn a_very_deep_graph_is_drawn_in_bounded_memory() {
        let count = 3_000;
        let mut wires: Vec<Wire> = (1..count).map(|at| wire(at - 1, at, 0.0, false)).collect();
        wires.extend((0..count - 1).map(|at| wire(at, count - 1, 0.0, false)));
        let drawn = draw(&vec![(150.0, 52.0); count], &wires, Some(count - 1));
        assert_eq!(drawn.routes.len(), wires.len());
    }
}
