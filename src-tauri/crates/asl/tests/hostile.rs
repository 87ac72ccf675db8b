//! Input nobody should write: every text gives a document, soon, and nothing panics.

use asl::{Document, Format, Model, check};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const MACHINE: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.ü", "StringEquals": "\u00e9\ud83d\ude00"}, "Next": "B"}], "Default": "B"},
  // note
  "B": {"Type": "Map", "MaxConcurrency": ${Max}, "Iterator": {"StartAt": "C", "States": {"C": {"Type": "Wait", "Seconds": 1.5e3, "End": true}}}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}}}"#;

fn read(text: &str, format: Format) {
    let (document, _) = Document::parse_as(text, format);
    assert_eq!(document.text(), text);
    let model = Model::new(document.root());
    for state in &model.states {
        assert!(!document.slice(state.name.span).is_empty() || state.name.value.is_empty());
    }
    let checked = check(&document);
    for diagnostic in &checked.diagnostics {
        document.lines().position(text, diagnostic.span.start);
    }
}

#[test]
fn deep_and_large_texts_are_refused_soon() {
    let start = Instant::now();
    for text in ["[".repeat(10_000), "{\"a\":".repeat(10_000), "[{\"a\":".repeat(5_000), "- ".repeat(10_000)] {
        for format in [Format::Json, Format::Yaml] {
            let (document, diagnostics) = Document::parse_as(&text, format);
            assert!(!diagnostics.is_empty());
            assert!(document.is_broken());
        }
    }
    let large = format!("[{}1]", "1,".repeat(25 << 20));
    for format in [Format::Json, Format::Yaml] {
        let (document, diagnostics) = Document::parse_as(&large, format);
        assert_eq!(diagnostics.len(), 1, "50 MB are refused without being read");
        assert!(document.is_broken());
    }
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text(text in "[\\[\\]{}:,\"'a-z0-9$ /*#\\\\\n\t&!|>-]{0,80}") {
        read(&text, Format::Json);
        read(&text, Format::Yaml);
    }

    #[test]
    fn any_cut(at in 0..MACHINE.len(), length in 0usize..40, insert in "[\\[\\]{}:,\"'ü$\n]{0,3}") {
        let end = (at + length).min(MACHINE.len());
        prop_assume!(MACHINE.is_char_boundary(at) && MACHINE.is_char_boundary(end));
        let text = format!("{}{insert}{}", &MACHINE[..at], &MACHINE[end..]);
        read(&text, Format::Json);
        read(&text, Format::Yaml);
    }

    #[test]
    fn any_beginning(at in 0..MACHINE.len()) {
        prop_assume!(MACHINE.is_char_boundary(at));
        read(&MACHINE[..at], Format::Json);
    }
}
