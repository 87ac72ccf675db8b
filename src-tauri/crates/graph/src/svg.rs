//! The graph as a picture.

use std::fmt::Write as _;

use asl::schema::StateType;

use crate::layout::{Label, NAME, Rect, SMALL, layout};
use crate::workflow::{EdgeReason, Node, NodeKind, View};

/// The colours of a picture: those of the window's themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

struct Colours {
    background: &'static str,
    panel: &'static str,
    raised: &'static str,
    line: &'static str,
    edge: &'static str,
    text: &'static str,
    dim: &'static str,
    task: &'static str,
    flow: &'static str,
    data: &'static str,
    ok: &'static str,
    bad: &'static str,
}

const LIGHT: Colours = Colours {
    background: "#f5f7f9",
    panel: "#ffffff",
    raised: "#ffffff",
    line: "#bdc7d2",
    edge: "#9aa7b5",
    text: "#1b232c",
    dim: "#536070",
    task: "#a34e15",
    flow: "#4450cc",
    data: "#0c7080",
    ok: "#0d7444",
    bad: "#bf2a26",
};

const DARK: Colours = Colours {
    background: "#0f1216",
    panel: "#151a20",
    raised: "#1b2129",
    line: "#3a4654",
    edge: "#5b6a7b",
    text: "#e4e9ef",
    dim: "#9dabba",
    task: "#e8995e",
    flow: "#98a2ff",
    data: "#4db6c8",
    ok: "#3fb57f",
    bad: "#f27472",
};

impl Theme {
    fn colours(self) -> &'static Colours {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

fn style(colours: &Colours) -> String {
    let Colours { background, panel, raised, line, edge, text, dim, flow, bad, .. } = colours;
    format!(
        "text{{font:600 13px system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:{text}}}\
         .s{{font-size:11.5px;font-weight:400;fill:{dim}}}\
         .l{{font:11px 'JetBrains Mono','DejaVu Sans Mono',monospace;fill:{dim}}}.lx{{fill:{bad}}}\
         .b{{fill:{raised};stroke:{line};stroke-width:1.2}}\
         .c{{fill:{panel};stroke:{line};stroke-width:1.2}}.m{{fill:{panel};stroke:{line};stroke-width:1.2}}\
         .e{{fill:none;stroke:{edge};stroke-width:1.6}}.x{{stroke:{bad};stroke-dasharray:5 4}}\
         .r{{stroke:{flow};stroke-width:2;stroke-dasharray:1 4;stroke-linecap:round}}\
         .f{{fill:{background};stroke:{line};stroke-dasharray:4 4}}.k{{fill:{background}}}.i{{fill:none;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}}"
    )
}

/// An SVG document that stands by itself.
pub fn svg(view: &View, theme: Theme) -> String {
    let layout = layout(view);
    let colours = theme.colours();
    let mut out = String::with_capacity(4096);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let arrow = |id: &str, fill: &str| {
        format!(
            "<marker id=\"{id}\" viewBox=\"0 0 10 10\" refX=\"8.5\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M1 1 9 5 1 9z\" fill=\"{fill}\"/></marker>"
        )
    };
    write(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <style>{}</style><defs>{}{}{}</defs><rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
            style(colours),
            arrow("a", colours.edge),
            arrow("ax", colours.bad),
            arrow("ar", colours.flow),
            colours.background
        ),
    );
    let holders: Vec<&str> = view.scopes.iter().filter_map(|scope| scope.parent.as_deref()).collect();
    for (node, rect) in view.nodes.iter().zip(&layout.nodes) {
        if holders.contains(&&*node.id) {
            write_container(&mut out, colours, node, *rect);
        }
        // A frame lies on the container it is in and under the containers in it.
        for (scope, Rect { x, y, width, height }) in view.scopes.iter().zip(&layout.scopes) {
            if scope.parent.as_deref() == Some(&*node.id) {
                write(
                    &mut out,
                    format_args!(
                        "<rect class=\"f\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"10\"/>\n"
                    ),
                );
            }
        }
    }
    for (edge, points) in view.edges.iter().zip(&layout.edges) {
        if points.len() < 2 {
            continue;
        }
        // What goes up leads back.
        let back = points[points.len() - 1].1 <= points[0].1;
        let (class, head) = match edge.reason {
            EdgeReason::Catch { .. } => ("e x", "ax"),
            _ if back => ("e r", "ar"),
            _ => ("e", "a"),
        };
        write(
            &mut out,
            format_args!("<path class=\"{class}\" marker-end=\"url(#{head})\" d=\"{}\"/>\n", rounded(points)),
        );
    }
    for (node, rect) in view.nodes.iter().zip(&layout.nodes) {
        if !holders.contains(&&*node.id) {
            write_node(&mut out, colours, node, *rect);
        }
    }
    for (edge, label) in view.edges.iter().zip(&layout.labels) {
        if let Some(label) = label {
            write_label(&mut out, label, matches!(edge.reason, EdgeReason::Catch { .. }));
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Right-angled lines with rounded corners.
fn rounded(points: &[(f64, f64)]) -> String {
    const RADIUS: f64 = 8.0;
    let mut path = format!("M{:.1} {:.1}", points[0].0, points[0].1);
    for corner in points.windows(3) {
        let [before, at, after] = corner else { continue };
        let lengths = ((at.0 - before.0).hypot(at.1 - before.1), (after.0 - at.0).hypot(after.1 - at.1));
        let radius = RADIUS.min(lengths.0 / 2.0).min(lengths.1 / 2.0);
        let towards = |to: &(f64, f64), length: f64| {
            let part = if length > 0.0 { radius / length } else { 0.0 };
            (at.0 + (to.0 - at.0) * part, at.1 + (to.1 - at.1) * part)
        };
        let (into, out) = (towards(before, lengths.0), towards(after, lengths.1));
        write(
            &mut path,
            format_args!(" L{:.1} {:.1} Q{:.1} {:.1} {:.1} {:.1}", into.0, into.1, at.0, at.1, out.0, out.1),
        );
    }
    let last = points[points.len() - 1];
    write(&mut path, format_args!(" L{:.1} {:.1}", last.0, last.1));
    path
}

/// The tone of a state, and the lines of its sign in a box of 24.
fn sign(colours: &Colours, state_type: Option<StateType>) -> (&'static str, &'static str) {
    match state_type {
        Some(StateType::Task) => (
            colours.task,
            "M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8",
        ),
        Some(StateType::Pass) => (colours.data, "M4 12h16M15 7l5 5l-5 5"),
        Some(StateType::Wait) => (colours.data, "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3 3"),
        Some(StateType::Choice) => (colours.flow, "M12 21v-7L5 6M12 14l7-8M4 11V5h6M14 5h6v6"),
        Some(StateType::Parallel) => (colours.flow, "M4 4h16v16H4zM9.3 4v16M14.6 4v16"),
        Some(StateType::Map) => {
            (colours.flow, "M17 2l4 4l-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4l4-4M21 13v2a3 3 0 0 1-3 3H3")
        }
        Some(StateType::Succeed) => (colours.ok, "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M8 12l3 3l5-6"),
        Some(StateType::Fail) => (colours.bad, "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9 9l6 6M15 9l-6 6"),
        None => (colours.dim, "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 8v5M12 16v.5"),
    }
}

fn write_sign(out: &mut String, colours: &Colours, state_type: Option<StateType>, x: f64, y: f64, size: f64) {
    let (tone, lines) = sign(colours, state_type);
    let (inset, scale) = (size * 0.21, size * 0.58 / 24.0);
    write(
        out,
        format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{size}\" height=\"{size}\" rx=\"7\" fill=\"{tone}\" fill-opacity=\".16\"/>\
             <path class=\"i\" stroke=\"{tone}\" transform=\"translate({:.1} {:.1}) scale({scale:.3})\" d=\"{lines}\"/>",
            x + inset,
            y + inset
        ),
    );
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String never fails");
}

fn write_container(out: &mut String, colours: &Colours, node: &Node, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let name = escape(&NAME.fit(&node.name, width - 56.0));
    write(
        out,
        format_args!(
            "<rect class=\"c\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"14\"/>\
             <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"14\" fill=\"{}\" fill-opacity=\".05\"/>",
            colours.flow
        ),
    );
    let state_type = if let NodeKind::State(state_type) = node.kind { state_type } else { None };
    write_sign(out, colours, state_type, x + 10.0, y + 8.0, 24.0);
    write(out, format_args!("<text x=\"{:.1}\" y=\"{:.1}\">{name}</text>\n", x + 42.0, y + 25.0));
}

fn write_node(out: &mut String, colours: &Colours, node: &Node, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let NodeKind::State(state_type) = node.kind else {
        let name = escape(&node.name);
        write(
            out,
            format_args!(
                "<rect class=\"m\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{:.1}\"/>\
                 <text class=\"s\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>\n",
                height / 2.0,
                x + width / 2.0,
                y + height / 2.0 + 4.2
            ),
        );
        return;
    };
    let round = matches!(state_type, Some(StateType::Succeed | StateType::Fail));
    if state_type == Some(StateType::Choice) {
        // Pointed to the right: the flow parts here.
        let (right, bottom) = (x + width, y + height);
        let radius = height / 2.0;
        write(
            out,
            format_args!(
                "<path class=\"b\" d=\"M{:.1} {y:.1}H{:.1}A{radius:.1} {radius:.1} 0 0 1 {:.1} {bottom:.1}H{:.1}A6 6 0 0 1 {x:.1} {:.1}V{:.1}A6 6 0 0 1 {:.1} {y:.1}z\"/>\n",
                x + 6.0,
                right - radius,
                right - radius,
                x + 6.0,
                bottom - 6.0,
                y + 6.0,
                x + 6.0
            ),
        );
    } else {
        let radius = if round { height / 2.0 } else { 9.0 };
        write(
            out,
            format_args!(
                "<rect class=\"b\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius:.1}\"/>\n"
            ),
        );
    }
    let inset = if round { 12.0 } else { 10.0 };
    write_sign(out, colours, state_type, x + inset, y + (height - 28.0) / 2.0, 28.0);
    let left = x + inset + 37.0;
    let wide = round || state_type == Some(StateType::Choice);
    let room = width - inset - 37.0 - if wide { 16.0 } else { 8.0 };
    let second = match state_type {
        Some(state_type) if node.summary.is_empty() => state_type.as_str().to_owned(),
        _ => node.summary.clone(),
    };
    let (name, second) = (escape(&NAME.fit(&node.name, room)), escape(&SMALL.fit(&second, room)));
    write(
        out,
        format_args!(
            "<text x=\"{left:.1}\" y=\"{:.1}\">{name}</text><text class=\"s\" x=\"{left:.1}\" y=\"{:.1}\">{second}</text>\n",
            y + height / 2.0 - 3.0,
            y + height / 2.0 + 13.0
        ),
    );
}

fn write_label(out: &mut String, label: &Label, catches: bool) {
    let Label { text, x, y, width } = label;
    let class = if catches { "l lx" } else { "l" };
    write(
        out,
        format_args!(
            "<rect class=\"k\" x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"16\" rx=\"4\"/>\
             <text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
            x - width / 2.0,
            y - 8.0,
            y + 3.5,
            escape(text)
        ),
    );
}

fn escape(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
