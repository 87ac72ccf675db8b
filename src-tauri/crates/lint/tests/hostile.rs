//! Definitions nobody should write are judged too, without a crash and without waiting.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use asl::Document;
use asl::check::MachineType;

fn judge(text: &str) -> Duration {
    let start = Instant::now();
    let (document, syntax) = Document::parse(text);
    lint::validate(&document, &syntax, MachineType::Standard);
    graph::WorkflowGraph::new(&document);
    start.elapsed()
}

#[test]
fn long_chains_wide_objects_and_many_variables() {
    let mut chain = String::from("{\"StartAt\":\"0\",\"States\":{");
    for at in 0..20_000 {
        let next = (at + 1) % 20_000;
        write!(
            chain,
            "\"{at}\":{{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::sns:publish\",\"Parameters\":{{\"M.$\":\"$.m\"}},\"Assign\":{{\"v{at}\":1,\"w.$\":\"$v0\"}},\"Next\":\"{next}\"}},"
        )
        .expect("writing to a String never fails");
    }
    chain.push_str("\"end\":{\"Type\":\"Succeed\"}}}");
    assert!(judge(&chain) < Duration::from_secs(60), "a circle of 20,000 states");
    let wide: String = (0..30_000).map(|at| format!("\"k{at}.$\":\"$.a\",")).collect();
    let wide = format!(
        "{{\"StartAt\":\"A\",\"States\":{{\"A\":{{\"Type\":\"Pass\",\"Parameters\":{{{wide}\"z\":1}},\"End\":true}}}}}}"
    );
    assert!(judge(&wide) < Duration::from_secs(60), "a template of 30,000 fields");
    let yaml: String = (0..30_000).map(|at| format!("k{at}: 1\n")).collect();
    assert!(judge(&yaml) < Duration::from_secs(60), "a mapping of 30,000 fields");
}
