//! What reading, judging and drawing a large definition costs: `cargo run --release -p lint --example cost [STATES]`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use asl::check::MachineType;
use asl::{Document, Model};

fn machine(states: usize) -> String {
    let mut text = String::from("{\n  \"StartAt\": \"State 0\",\n  \"States\": {\n");
    for at in 0..states {
        let next =
            if at + 1 == states { "\"End\": true".to_owned() } else { format!("\"Next\": \"State {}\"", at + 1) };
        let body = match at % 5 {
            0 => format!(
                "\"Type\": \"Pass\",\n      \"Parameters\": {{\"id.$\": \"$.order.id\", \"n.$\": \"States.MathAdd($.n, 1)\"}},\n      {next}"
            ),
            1 => format!(
                "\"Type\": \"Task\",\n      \"Resource\": \"arn:aws:states:::lambda:invoke\",\n      \"Parameters\": {{\"FunctionName\": \"f{at}\", \"Payload.$\": \"$\"}},\n      \"ResultPath\": \"$.r{at}\",\n      \"Retry\": [{{\"ErrorEquals\": [\"Lambda.ServiceException\"], \"MaxAttempts\": 3}}],\n      {next}"
            ),
            2 => format!("\"Type\": \"Wait\",\n      \"Seconds\": {at},\n      {next}"),
            3 if at + 1 < states => format!(
                "\"Type\": \"Choice\",\n      \"Choices\": [{{\"Variable\": \"$.n\", \"NumericGreaterThan\": {at}, {next}}}],\n      \"Default\": \"State {}\"",
                at + 1
            ),
            _ => format!(
                "\"Type\": \"Pass\",\n      \"QueryLanguage\": \"JSONata\",\n      \"Output\": {{\"v\": \"{{% $states.input.a + {at} %}}\"}},\n      {next}"
            ),
        };
        let comma = if at + 1 == states { "" } else { "," };
        writeln!(text, "    \"State {at}\": {{\n      {body}\n    }}{comma}").expect("writing to a String never fails");
    }
    text.push_str("  }\n}\n");
    text
}

fn best_of(rounds: usize, mut work: impl FnMut()) -> Duration {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..rounds).map(|_| time(&mut work)).min().unwrap_or_default()
}

#[allow(clippy::print_stdout, reason = "its purpose")]
fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let text = match argument.parse() {
        Ok(states) => machine(states),
        Err(_) if argument.is_empty() => machine(1000),
        Err(_) => std::fs::read_to_string(&argument).expect("a number of states, or a file"),
    };
    let judge = |text: &str| {
        let (document, syntax) = Document::parse(text);
        let found = lint::validate(&document, &syntax, MachineType::Standard);
        let view = graph::WorkflowGraph::new(&document).view();
        (found.len(), view.nodes.len())
    };
    let start = Instant::now();
    let (findings, nodes) = judge(&text);
    println!("{} bytes, {nodes} nodes, {findings} findings", text.len());
    println!("first parse + validate + graph  {:?}", start.elapsed());
    println!(
        "again (expressions are known)   {:?}",
        best_of(20, || {
            judge(&text);
        })
    );
    println!("  parse     {:?}", best_of(20, || drop(Document::parse(&text))));
    let (document, syntax) = Document::parse(&text);
    println!("  model     {:?}", best_of(20, || drop(Model::new(document.root()))));
    println!("  check     {:?}", best_of(20, || drop(asl::check(&document))));
    println!("  validate  {:?}", best_of(20, || drop(lint::validate(&document, &syntax, MachineType::Standard))));
    println!("  graph     {:?}", best_of(20, || drop(graph::WorkflowGraph::new(&document).view())));
    let edited = text.replacen("State 500", "State 5x0", 1);
    println!(
        "after a one-character edit      {:?}",
        best_of(20, || {
            judge(&edited);
        })
    );
}
