//! YAML gives the same tree as JSON, with spans of its own.

mod shared;

use asl::{Document, Format, Node, NodeKind, check};
use expect_test::{Expect, expect};

fn show(document: &Document, node: &Node, depth: usize, shown: &mut String) {
    let pad = "  ".repeat(depth);
    let slice = document.slice(node.span);
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                *shown += &format!("{pad}{} <{}>\n", member.key.value, document.slice(member.key.span));
                show(document, &member.value, depth + 1, shown);
            }
        }
        NodeKind::Array(elements) => {
            for element in elements {
                *shown += &format!("{pad}-\n");
                show(document, element, depth + 1, shown);
            }
        }
        other => *shown += &format!("{pad}{other:?} <{slice:?}>\n").replace("\\\"", "'"),
    }
}

fn check_tree(text: &str, expected: &Expect) {
    let (document, diagnostics) = Document::parse(text);
    assert_eq!(document.format(), Format::Yaml);
    let mut shown = String::new();
    show(&document, document.root(), 0, &mut shown);
    for comment in document.comments() {
        shown += &format!("comment {}\n", document.slice(*comment));
    }
    for diagnostic in diagnostics {
        shown += &format!("{} at {:?}\n", diagnostic.message, diagnostic.span);
    }
    expected.assert_eq(&shown);
}

#[test]
fn styles_tags_and_comments() {
    check_tree(
        "# top\nStartAt: Größe # é\nStates:\n  'B x':\n    Resource: !Sub \"arn ${y}#\"\n    Other: !GetAtt Fn.Arn\n    Join: !Join ['', [a, b]]\n    L: [1, 2.50, {a: yes}]\n    Blk: |\n      a # b\n      c\n    Empty:\n  C: {x: 1, y: }\n",
        &expect![[r#"
            StartAt <StartAt>
              String("Größe") <"Größe">
            States <States>
              B x <'B x'>
                Resource <Resource>
                  String("arn ${y}#") <"!Sub 'arn ${y}#'">
                Other <Other>
                  Substitution("!GetAtt Fn.Arn") <"!GetAtt Fn.Arn">
                Join <Join>
                  Substitution("!Join ['', [a, b]]") <"!Join ['', [a, b]]">
                L <L>
                  -
                    Number("1") <"1">
                  -
                    Number("2.50") <"2.50">
                  -
                    a <a>
                      String("yes") <"yes">
                Blk <Blk>
                  String("a # b\nc\n") <"a # b\n      c">
                Empty <Empty>
                  Null <"">
              C <C>
                x <x>
                  Number("1") <"1">
                y <y>
                  Null <"">
            comment # top
            comment # é
        "#]],
    );
}

#[test]
fn anchors_and_merges() {
    check_tree(
        "Base: &retry\n  Retry: [{ErrorEquals: [States.ALL]}]\nA:\n  <<: *retry\n  Type: Task\nB: *retry\n",
        &expect![[r#"
            Base <Base>
              Retry <Retry>
                -
                  ErrorEquals <ErrorEquals>
                    -
                      String("States.ALL") <"States.ALL">
            A <A>
              Type <Type>
                String("Task") <"Task">
              Retry <Retry>
                -
                  ErrorEquals <ErrorEquals>
                    -
                      String("States.ALL") <"States.ALL">
            B <B>
              Retry <Retry>
                -
                  ErrorEquals <ErrorEquals>
                    -
                      String("States.ALL") <"States.ALL">
        "#]],
    );
}

#[test]
fn broken_text_gives_what_could_be_read() {
    check_tree(
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n   Next: B\n",
        &expect![[r#"
        StartAt <StartAt>
          String("A") <"A">
        States <States>
          A <A>
            Type <Type>
              String("Pass") <"Pass">
        while parsing a block mapping, did not find expected key at Span { start: 42, end: 43 }
    "#]],
    );
    check_tree(
        "a: 1\na: 2\n? [x]\n: y\n",
        &expect![[r#"
        a <a>
          Number("1") <"1">
        a <a>
          Number("2") <"2">
         <[x]>
          String("y") <"y">
        Duplicate field 'a' at Span { start: 5, end: 6 }
        names of fields are text at Span { start: 12, end: 15 }
    "#]],
    );
}

#[test]
fn alias_bombs_and_deep_nesting_end_soon() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let previous = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![previous; 10].join(", "));
    }
    let (_, diagnostics) = Document::parse(&bomb);
    assert!(!diagnostics.is_empty(), "a tree of 10^12 values is refused");
    let (_, diagnostics) = Document::parse_as(&"[".repeat(10_000), Format::Yaml);
    assert!(!diagnostics.is_empty());
    let deep: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let (_, diagnostics) = Document::parse_as(&deep, Format::Yaml);
    assert!(!diagnostics.is_empty());
}

/// JSON is YAML: the real files read as YAML give the same trees.
#[test]
fn real_files_read_as_yaml_are_the_same() {
    let Some(shared) = shared::shared() else { return };
    for path in shared::files_below(&shared.join("workflows/real")) {
        let text = std::fs::read_to_string(&path).expect("the file is UTF-8");
        let (json, _) = Document::parse_as(&text, Format::Json);
        let (yaml, diagnostics) = Document::parse_as(&text, Format::Yaml);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", path.display());
        assert!(json.root().same_value(yaml.root()), "{}", path.display());
        assert_eq!(check(&json).program.is_some(), check(&yaml).program.is_some());
    }
}
