//! The graph as a picture.

use std::fmt::Write as _;

use asl::schema::StateType;

use crate::layout::{Rect, layout};
use crate::workflow::{EdgeReason, Node, NodeKind, View};

const STYLE: &str = "text{font:13px system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1c2530}\
.s{font-size:11px;fill:#5a6675}.l{font-size:11px;fill:#3b4653}.b{fill:#fff;stroke:#8a96a3;stroke-width:1.3}\
.c{fill:#f4f6f8;stroke:#a9b3be;stroke-width:1.2;stroke-dasharray:5 3}.m{fill:#e5e9ee;stroke:#8a96a3}\
.e{fill:none;stroke:#6b7785;stroke-width:1.4}.x{stroke:#b4462f;stroke-dasharray:4 3}.k{fill:#fff;fill-opacity:.88}";

/// An SVG document that stands by itself.
pub fn svg(view: &View) -> String {
    let layout = layout(view);
    let mut out = String::with_capacity(4096);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    write(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <style>{STYLE}</style><defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0 8 4 0 8z\" fill=\"#6b7785\"/></marker></defs>\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        ),
    );
    let holders: Vec<&str> = view.scopes.iter().filter_map(|scope| scope.parent.as_deref()).collect();
    for (node, rect) in view.nodes.iter().zip(&layout.nodes) {
        if holders.contains(&&*node.id) {
            write_container(&mut out, node, *rect);
        }
    }
    for (edge, points) in view.edges.iter().zip(&layout.edges) {
        if points.len() < 2 {
            continue;
        }
        let class = if matches!(edge.reason, EdgeReason::Catch { .. }) { "e x" } else { "e" };
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        write(&mut out, format_args!("<path class=\"{class}\" marker-end=\"url(#a)\" d=\"M{}\"/>\n", path.join(" L")));
    }
    for (node, rect) in view.nodes.iter().zip(&layout.nodes) {
        if !holders.contains(&&*node.id) {
            write_node(&mut out, node, *rect);
        }
    }
    for (edge, points) in view.edges.iter().zip(&layout.edges) {
        if !edge.label.is_empty() && points.len() >= 2 {
            write_label(&mut out, &edge.label, points);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String never fails");
}

fn write_container(out: &mut String, node: &Node, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let name = escape(&fit(&node.name, width - 24.0));
    write(
        out,
        format_args!(
            "<rect class=\"c\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{name}</text>\n",
            x + 12.0,
            y + 20.0
        ),
    );
}

fn write_node(out: &mut String, node: &Node, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let (cx, cy) = (x + width / 2.0, y + height / 2.0);
    let radius = match node.kind {
        NodeKind::Start | NodeKind::End => height / 2.0,
        NodeKind::State(Some(StateType::Succeed | StateType::Fail)) => 20.0,
        _ => 6.0,
    };
    let class = if matches!(node.kind, NodeKind::State(_)) { "b" } else { "m" };
    write(
        out,
        format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius}\"/>\n"
        ),
    );
    let second = match node.kind {
        NodeKind::State(Some(state_type)) if node.summary.is_empty() => state_type.as_str().to_owned(),
        NodeKind::State(_) => node.summary.clone(),
        _ => String::new(),
    };
    let first_y = if second.is_empty() { cy + 4.5 } else { cy - 3.0 };
    let name = escape(&fit(&node.name, width - 16.0));
    write(out, format_args!("<text x=\"{cx:.1}\" y=\"{first_y:.1}\" text-anchor=\"middle\">{name}</text>\n"));
    if !second.is_empty() {
        let second = escape(&fit(&second, width - 16.0));
        let y = cy + 13.0;
        write(
            out,
            format_args!("<text class=\"s\" x=\"{cx:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{second}</text>\n"),
        );
    }
}

/// On the last leg but one, or in the middle of a straight line.
fn write_label(out: &mut String, label: &str, points: &[(f64, f64)]) {
    let at = if points.len() > 2 { points.len() - 2 } else { 1 };
    let (from, to) = (points[at - 1], points[at]);
    let (x, y) = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let text = fit(label, 260.0);
    let width = text.chars().count() as f64 * 6.2 + 8.0;
    write(
        out,
        format_args!(
            "<rect class=\"k\" x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"15\" rx=\"3\"/>\
             <text class=\"l\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
            x - width / 2.0,
            y - 8.0,
            y + 3.5,
            escape(&text)
        ),
    );
}

fn fit(text: &str, width: f64) -> String {
    let most = (width / 7.0).max(4.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most - 1).collect();
    cut.push('…');
    cut
}

fn escape(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
