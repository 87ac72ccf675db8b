//! What is new in an analysis against an earlier one: most of a workflow stays as it was when somebody types in it, and much
//! of the rest only stands elsewhere in the text.

use std::collections::HashMap;

use wire::*;

/// The analysis as what differs from `before`, or all of it.
pub(crate) fn between(before: Option<&Analysis>, after: &Analysis) -> AnalysisChange {
    let old = before.and_then(|before| before.graph.as_ref());
    let (diagnostics, new_diagnostics) = told(before.map_or(&[], |before| &before.diagnostics), &after.diagnostics);
    let graph = after.graph.as_ref().map(|graph| {
        let (nodes, new_nodes) = told(old.map_or(&[], |old| &old.nodes), &graph.nodes);
        let (edges, new_edges) = told(old.map_or(&[], |old| &old.edges), &graph.edges);
        GraphChange { nodes, new_nodes, edges, new_edges }
    });
    AnalysisChange {
        document: after.document,
        version: after.version,
        since: before.map(|before| before.version),
        diagnostics,
        new_diagnostics,
        graph,
        well_formed: after.well_formed,
        runnable: after.runnable,
        query_language: after.query_language.clone(),
        comment: after.comment.clone(),
    }
}

/// How far something stands from where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    offset: i32,
    lines: i32,
    columns: i32,
}

impl Shift {
    /// Nothing where it has another length.
    fn between(old: &TextRange, new: &TextRange) -> Option<Shift> {
        let shift = Shift {
            offset: far(old.from, new.from)?,
            lines: far(old.line, new.line)?,
            columns: far(old.column, new.column)?,
        };
        (far(old.to, new.to) == Some(shift.offset)).then_some(shift)
    }
}

fn far(old: u32, new: u32) -> Option<i32> {
    i32::try_from(i64::from(new) - i64::from(old)).ok()
}

/// Something with places in the text.
trait Placed: Clone {
    /// What it is found by among others.
    fn key(&self) -> &str;
    /// The shift that makes `new` of it, if one does.
    fn shift(&self, new: &Self) -> Option<Shift>;
}

// Every field is named below, so that a new one cannot be forgotten.

impl Placed for GraphNode {
    fn key(&self) -> &str {
        &self.id
    }

    fn shift(&self, new: &Self) -> Option<Shift> {
        let GraphNode { id, kind, name, parent, summary, resource, comment, query_language, range, name_range } = self;
        let shift = Shift::between(range, &new.range)?;
        let same = *id == new.id
            && *kind == new.kind
            && *name == new.name
            && *parent == new.parent
            && *summary == new.summary
            && *resource == new.resource
            && *comment == new.comment
            && *query_language == new.query_language
            && Shift::between(name_range, &new.name_range) == Some(shift);
        same.then_some(shift)
    }
}

impl Placed for GraphEdge {
    fn key(&self) -> &str {
        &self.id
    }

    fn shift(&self, new: &Self) -> Option<Shift> {
        let GraphEdge { id, from, to, reason, label, detail, back, range } = self;
        let same = *id == new.id
            && *from == new.from
            && *to == new.to
            && *reason == new.reason
            && *label == new.label
            && *detail == new.detail
            && *back == new.back;
        same.then(|| Shift::between(range, &new.range)).flatten()
    }
}

impl Placed for Diagnostic {
    fn key(&self) -> &str {
        self.pointer.as_deref().unwrap_or(&self.code)
    }

    fn shift(&self, new: &Self) -> Option<Shift> {
        let Diagnostic { code, severity, message, pointer, range, state, fix } = self;
        let shift = Shift::between(range, &new.range)?;
        let same = *code == new.code
            && *severity == new.severity
            && *message == new.message
            && *pointer == new.pointer
            && *state == new.state
            && match (fix, &new.fix) {
                (None, None) => true,
                (Some(old), Some(new)) => same_fix(old, new, shift),
                _ => false,
            };
        same.then_some(shift)
    }
}

fn same_fix(old: &QuickFix, new: &QuickFix, shift: Shift) -> bool {
    old.title == new.title
        && old.changes.len() == new.changes.len()
        && old.changes.iter().zip(&new.changes).all(|(old, new)| {
            old.insert == new.insert
                && far(old.from, new.from) == Some(shift.offset)
                && far(old.to, new.to) == Some(shift.offset)
        })
}

/// `after` as stretches of `before` and of what is new.
fn told<T: Placed>(before: &[T], after: &[T]) -> (Vec<Run>, Vec<T>) {
    let mut runs: Vec<Run> = Vec::new();
    let mut new = Vec::new();
    let mut places: Option<HashMap<&str, usize>> = None;
    // Where the next one most likely stood.
    let mut next = 0;
    for item in after {
        let here = before.get(next).and_then(|old| Some((next, old.shift(item)?)));
        let found = here.or_else(|| {
            let places = places.get_or_insert_with(|| {
                // The first of several alike is the one that is found.
                before.iter().enumerate().rev().map(|(at, old)| (old.key(), at)).collect()
            });
            let at = *places.get(item.key())?;
            Some((at, before[at].shift(item)?))
        });
        match found {
            Some((at, shift)) => {
                next = at + 1;
                let Shift { offset, lines, columns } = shift;
                match runs.last_mut() {
                    Some(run)
                        if run.from.is_some_and(|from| from + run.count == at as u32)
                            && (run.offset, run.lines, run.columns) == (offset, lines, columns) =>
                    {
                        run.count += 1;
                    }
                    _ => runs.push(Run { from: Some(at as u32), count: 1, offset, lines, columns }),
                }
            }
            None => {
                // Most often it has taken the place of another.
                next += 1;
                match runs.last_mut() {
                    Some(run) if run.from.is_none() => run.count += 1,
                    _ => runs.push(Run { from: None, count: 1, offset: 0, lines: 0, columns: 0 }),
                }
                new.push(item.clone());
            }
        }
    }
    (runs, new)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::analyse_now;
    use super::*;

    /// What a front end does with a change.
    fn applied(before: Option<&Analysis>, change: AnalysisChange) -> Analysis {
        let old = before.and_then(|before| before.graph.as_ref());
        Analysis {
            document: change.document,
            version: change.version,
            diagnostics: list(
                before.map_or(&[], |before| &before.diagnostics),
                &change.diagnostics,
                change.new_diagnostics,
                |found, run| {
                    moved(&mut found.range, run);
                    for change in found.fix.iter_mut().flat_map(|fix| &mut fix.changes) {
                        change.from = change.from.strict_add_signed(run.offset);
                        change.to = change.to.strict_add_signed(run.offset);
                    }
                },
            ),
            graph: change.graph.map(|graph| WorkflowGraph {
                nodes: list(old.map_or(&[], |old| &old.nodes), &graph.nodes, graph.new_nodes, |node, run| {
                    moved(&mut node.range, run);
                    moved(&mut node.name_range, run);
                }),
                edges: list(old.map_or(&[], |old| &old.edges), &graph.edges, graph.new_edges, |edge, run| {
                    moved(&mut edge.range, run);
                }),
            }),
            well_formed: change.well_formed,
            runnable: change.runnable,
            query_language: change.query_language,
            comment: change.comment,
        }
    }

    fn moved(range: &mut TextRange, run: &Run) {
        range.from = range.from.strict_add_signed(run.offset);
        range.to = range.to.strict_add_signed(run.offset);
        range.line = range.line.strict_add_signed(run.lines);
        range.column = range.column.strict_add_signed(run.columns);
    }

    fn list<T: Clone>(before: &[T], runs: &[Run], new: Vec<T>, shift: impl Fn(&mut T, &Run)) -> Vec<T> {
        let mut new = new.into_iter();
        let mut all = Vec::new();
        for run in runs {
            for at in 0..run.count {
                match run.from {
                    Some(from) => {
                        let mut item = before[(from + at) as usize].clone();
                        shift(&mut item, run);
                        all.push(item);
                    }
                    None => all.extend(new.next()),
                }
            }
        }
        assert!(new.next().is_none(), "all that is new was used");
        all
    }

    const PRETTY: &str = include_str!("../../../../../examples/library-loan/library-loan.asl.json");

    fn texts() -> Vec<String> {
        let compact: serde_json::Value = serde_json::from_str(PRETTY).expect("an example");
        vec![
            PRETTY.to_owned(),
            compact.to_string(),
            PRETTY.replace('\n', "\r\n"),
            "StartAt: Ä\nStates:\n  Ä:\n    Type: Pass\n    Next: B\n  B:\n    Type: Choice\n    Choices:\n      - Variable: $.🚀\n        IsNull: true\n        Next: Ä\n".to_owned(),
            r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Gone"},"A":{"Type":"Pass","End":true}}}"#.to_owned(),
        ]
    }

    fn name(text: usize) -> &'static Path {
        Path::new(if text == 3 { "a.asl.yaml" } else { "a.asl.json" })
    }

    fn bytes(analysis: &Analysis) -> String {
        serde_json::to_string(analysis).expect("JSON")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(80))]

        /// Any edits, well-formed or not: what is told adds up to what would have been told anew.
        #[test]
        fn changes_add_up(
            which in 0usize..5,
            edits in prop::collection::vec(
                (any::<prop::sample::Index>(), 0usize..40, prop::sample::select(vec![
                    "", "x", " ", "\n", "\"", "{", "}", "🚀", ",", "\"Comment\": \"why\",\n", "\"Next\": \"B\"", "B",
                ])),
                1..6,
            ),
        ) {
            let mut text = texts()[which].clone();
            let mut shown = analyse_now(1, 1, name(which), &text);
            for (version, (at, long, insert)) in edits.into_iter().enumerate() {
                let edge = |at: usize, text: &str| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
                let from = edge(at.index(text.len() + 1), &text);
                let to = edge((from + long).min(text.len()), &text);
                text.replace_range(from..to, insert);
                let fresh = analyse_now(1, version as u32 + 2, name(which), &text);
                let change = between(Some(&shown), &fresh);
                prop_assert_eq!(change.since, Some(shown.version));
                shown = applied(Some(&shown), change);
                prop_assert_eq!(bytes(&shown), bytes(&fresh));
            }
        }
    }

    #[test]
    fn without_an_earlier_one_all_is_told() {
        let fresh = analyse_now(1, 1, name(0), PRETTY);
        let change = between(None, &fresh);
        assert_eq!(change.since, None);
        assert_eq!(bytes(&applied(None, change)), bytes(&fresh));
    }

    #[test]
    fn a_key_in_a_large_workflow_says_little() {
        let states: Vec<String> = (0..500)
            .map(|at| format!("    \"S{at}\": {{\n      \"Type\": \"Pass\",\n      \"Next\": \"S{}\"\n    }}", at + 1))
            .chain([String::from("    \"S500\": {\n      \"Type\": \"Succeed\"\n    }")])
            .collect();
        let text = format!("{{\n  \"StartAt\": \"S0\",\n  \"States\": {{\n{}\n  }}\n}}\n", states.join(",\n"));
        let before = analyse_now(1, 1, name(0), &text);
        let typed = text.replacen("\"Type\": \"Pass\"", "\"Comment\": \"x\",\n      \"Type\": \"Pass\"", 1);
        let change = between(Some(&before), &analyse_now(1, 2, name(0), &typed));
        let said = serde_json::to_string(&change).expect("JSON").len();
        assert!(said < 2_000, "{said} bytes against {}", bytes(&before).len());
        let renamed = text.replacen("\"S7\": {", "\"S7x\": {", 1);
        let change = between(Some(&before), &analyse_now(1, 2, name(0), &renamed));
        let graph = change.graph.expect("a graph");
        assert!(graph.new_nodes.len() < 4 && graph.new_edges.len() < 4, "{graph:?}");
    }
}
