//! Loops, what every path passes, bounds of histories, and differences.

use asl::{Document, Model};
use expect_test::{Expect, expect};
use graph::{HistoryBound, LoopBound};

const POLL: &str = r#"{"StartAt":"Start","States":{
    "Start":{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","Next":"Wait"},
    "Wait":{"Type":"Wait","Seconds":5,"Next":"Status"},
    "Status":{"Type":"Pass","Next":"Done?"},
    "Done?":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":9,"Next":"Fail"},
        {"Variable":"$.s","StringEquals":"ok","Next":"Good"}],"Default":"Wait"},
    "Good":{"Type":"Pass","End":true},
    "Fail":{"Type":"Fail"}}}"#;

const LINE: &str = r#"{"StartAt":"A","States":{
    "A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Retry":[{"ErrorEquals":["X"],"MaxAttempts":2}],"Next":"P"},
    "P":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},
        {"StartAt":"C","States":{"C":{"Type":"Wait","Seconds":1,"Next":"D"},"D":{"Type":"Succeed"}}}],"End":true}}}"#;

fn names(model: &Model<'_>, ids: &[asl::model::StateId]) -> Vec<String> {
    ids.iter().map(|id| model.state(*id).name.value.to_string()).collect()
}

#[test]
fn loops_show_their_bound() {
    let (document, _) = Document::parse(POLL);
    let model = Model::new(document.root());
    let loops = graph::loops(&model);
    assert_eq!(loops.len(), 1);
    assert_eq!(names(&model, &loops[0].states), ["Wait", "Status", "Done?"]);
    assert_eq!(loops[0].bound, LoopBound::Counted("$.n > 9".to_owned()));
    assert_eq!(
        names(&model, &graph::unavoidable(&model, asl::model::ScopeId(0))),
        ["Start", "Wait", "Status", "Done?", "Good"]
    );
    assert!(matches!(graph::history_bound(&model), HistoryBound::Unknown { .. }));
    let endless = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}"#;
    let (document, _) = Document::parse(endless);
    assert_eq!(graph::loops(&Model::new(document.root()))[0].bound, LoopBound::Never);
}

#[test]
fn histories_without_loops_are_bounded() {
    let (document, _) = Document::parse(LINE);
    let model = Model::new(document.root());
    // 2 for the execution, 2 + 3 attempts of 3 for A, 2 + 2 for P, 2 for each of B, C and D.
    assert_eq!(graph::history_bound(&model), HistoryBound::Events(2 + 11 + 4 + 6));
    assert_eq!(graph::reachable(&model).len(), 5);
}

fn check_diff(old: &str, new: &str, expected: &Expect) {
    let (old, _) = Document::parse(old);
    let (new, _) = Document::parse(new);
    let difference = graph::diff(&Model::new(old.root()), &Model::new(new.root()));
    expected.assert_debug_eq(&difference);
}

#[test]
fn differences() {
    assert!(
        graph::diff(&Model::new(Document::parse(POLL).0.root()), &Model::new(Document::parse(POLL).0.root()))
            .is_empty()
    );
    let new = POLL
        .replace("\"Status\"", "\"Ask\"")
        .replace("\"Seconds\":5", "\"Seconds\":9")
        .replace("\"Default\":\"Wait\"", "\"Default\":\"Start\"")
        .replace("{\"StartAt\"", "{\"TimeoutSeconds\":9,\"StartAt\"");
    check_diff(
        POLL,
        &new,
        &expect![[r#"
        Difference {
            added: [],
            removed: [],
            renamed: [
                Renamed {
                    from: "/States/Status",
                    to: "/States/Ask",
                },
            ],
            changed: [
                Changed {
                    state: "/States/Wait",
                    fields: [
                        "Seconds",
                    ],
                },
            ],
            rerouted: [
                Rerouted {
                    from: "/States/Done?",
                    way: "Default",
                    old: Some(
                        "Wait",
                    ),
                    new: Some(
                        "Start",
                    ),
                },
            ],
            machine_fields: [
                "TimeoutSeconds",
            ],
        }
    "#]],
    );
}

#[test]
fn pictures() {
    let (document, _) = Document::parse(LINE);
    let view = graph::WorkflowGraph::new(&document).view();
    expect![[r#"
        flowchart TD
          n0(("Start"))
          n1["A"]
          subgraph n2 ["P"]
            subgraph n2b0 ["Branch 1"]
              n4(("Start"))
              n5["B"]
              n6(("End"))
            end
            subgraph n2b1 ["Branch 2"]
              n7(("Start"))
              n8{{"C"}}
              n9(["D"])
              n10(("End"))
            end
          end
          n3(("End"))
          n0 --> n1
          n1 --> n2
          n2 --> n3
          n4 --> n5
          n5 --> n6
          n7 --> n8
          n8 --> n9
          n9 --> n10
    "#]]
    .assert_eq(&graph::mermaid(&view));
    expect![[r#"
        digraph workflow {
          rankdir=TB; compound=true; node [shape=box, style=rounded, fontname="sans-serif"];
          n0 [label="Start", shape=circle];
          n1 [label="A", shape=box];
          n2 [label="P", shape=box];
          subgraph cluster_1 {
            label="P";
            n4 [label="Start", shape=circle];
            n5 [label="B", shape=box];
            n6 [label="End", shape=circle];
          }
          subgraph cluster_2 {
            label="P";
            n7 [label="Start", shape=circle];
            n8 [label="C", shape=box];
            n9 [label="D", shape=oval];
            n10 [label="End", shape=circle];
          }
          n3 [label="End", shape=circle];
          n0 -> n1 [label=""];
          n1 -> n2 [label=""];
          n2 -> n3 [label=""];
          n2 -> n4 [label="Branch 1", style=dotted];
          n4 -> n5 [label=""];
          n5 -> n6 [label=""];
          n2 -> n7 [label="Branch 2", style=dotted];
          n7 -> n8 [label=""];
          n8 -> n9 [label=""];
          n9 -> n10 [label=""];
        }
    "#]]
    .assert_eq(&graph::dot(&view));
    let svg = graph::svg(&view, graph::Theme::Light);
    assert_eq!(svg.matches("class=\"b\"").count(), 4, "a box for each state that holds no others");
    assert_eq!(svg.matches("<rect class=\"c\"").count(), 1);
    assert_eq!(svg.matches("<path class=\"e").count(), 8, "{svg}");
    let layout = graph::layout(&view);
    for (at, a) in layout.nodes.iter().enumerate() {
        assert!(a.x >= 0.0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height);
        for (b_at, b) in layout.nodes.iter().enumerate().skip(at + 1) {
            let apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            let nested = view.nodes[b_at].id.starts_with(&view.nodes[at].id);
            assert!(apart || nested, "{} and {} overlap", view.nodes[at].id, view.nodes[b_at].id);
        }
    }
}
