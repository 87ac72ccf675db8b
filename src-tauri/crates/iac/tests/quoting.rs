//! Whatever a name holds, every language's reader gives it back.

use iac::emit::{Tree, hcl, python, typescript, yaml};
use iac::template;
use proptest::prelude::*;

/// Texts that have broken somebody's generator.
fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "yes",
        "No",
        "ON",
        "~",
        "null",
        "1_000",
        "1e3",
        "0x1f",
        "2024-01-01",
        "12:30:45",
        ".inf",
        "- a",
        "? a",
        ": a",
        "a: b",
        "a #b",
        "#",
        "&a",
        "*a",
        "!Ref a",
        "%{if}",
        "${x}",
        "$${x}",
        "${",
        "%{",
        "{%{'a':1}%}",
        "`${x}`",
        "`",
        "'",
        "\"",
        "\\",
        "\\n",
        "\n",
        "a\n",
        "\na",
        "a\n\n",
        " a\nb",
        "a\n b\n",
        "a \nb",
        "a\r\nb",
        "\t",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "é",
        "😀",
        "@",
        "|",
        ">",
        "[a]",
        "{a}",
        "a,b",
        "=",
        "<<",
        "---",
        "...",
        "a:",
        "y",
        "n",
        "${AWS::Region}",
        "{{x}}",
        "*/",
        "</script>",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "\\PC{0,20}", any::<String>(), "[a \\n:#'\"\\\\${%}`-]{0,12}",]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_scalars(text in hostile(), key in hostile()) {
        let tree = Tree::map([(key.clone(), Tree::text(&text)), ("z9".to_owned(), Tree::list([Tree::text(&text)]))]);
        let written = tree.to_yaml();
        let read = template::parse(&written).map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        prop_assert_eq!(read.entries()[0].0.as_str(), Some(key.as_str()), "{}", written);
        prop_assert_eq!(read.entries()[0].1.as_str(), Some(text.as_str()), "{}", written);
        prop_assert_eq!(read.entries()[1].1.items()[0].as_str(), Some(text.as_str()), "{}", written);
        let scalar = yaml::scalar(&text);
        if !scalar.starts_with(['\'', '"']) {
            prop_assert!(text.starts_with(|c: char| c.is_alphabetic() || "_/$".contains(c)), "{} is written plain", text);
        }
    }

    #[test]
    fn json_text(text in hostile(), key in hostile()) {
        let tree = Tree::map([(key.clone(), Tree::list([Tree::text(&text)]))]);
        let read: serde_json::Value = serde_json::from_str(&tree.to_json()).unwrap();
        prop_assert_eq!(&read[&key][0], &serde_json::Value::String(text));
    }

    #[test]
    fn hcl_strings(text in hostile()) {
        let written = format!("a = {}\n", hcl::string(&text));
        let body: hcl_edit::structure::Body = written.parse().map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
        let value = &body.get_attribute("a").unwrap().value;
        let read = match value {
            hcl_edit::expr::Expression::String(text) => text.value().clone(),
            other => return Err(TestCaseError::fail(format!("{written} is read as {other:?}"))),
        };
        // The parser leaves the escaped marks of templates as they are written.
        prop_assert_eq!(read.replace("$${", "${").replace("%%{", "%{"), text.replace("$${", "${").replace("%%{", "%{"), "{}", written);
    }

    #[test]
    fn typescript_and_python_strings(text in hostile()) {
        for written in [typescript::string(&text), python::string(&text)] {
            let quote = written.chars().next().unwrap();
            let inside = &written[1..written.len() - 1];
            prop_assert_eq!(unescape(inside, quote), Some(text.clone()), "{}", written);
        }
        let written = typescript::template_text(&text);
        prop_assert_eq!(unescape(&written, '`'), Some(text), "{}", written);
    }
}

/// Reads the inside of a string literal as JavaScript and Python do; `None` if it would end early.
fn unescape(inside: &str, quote: char) -> Option<String> {
    let mut text = String::new();
    let mut characters = inside.chars().peekable();
    while let Some(c) = characters.next() {
        if c == quote || c == '\n' || c == '\r' || matches!(c, '\u{2028}' | '\u{2029}') {
            return None;
        }
        if quote == '`' && c == '$' && characters.peek() == Some(&'{') {
            return None; // an interpolation
        }
        if c != '\\' {
            text.push(c);
            continue;
        }
        let kind = characters.next()?;
        let digits = match kind {
            'n' => {
                text.push('\n');
                continue;
            }
            'r' => {
                text.push('\r');
                continue;
            }
            't' => {
                text.push('\t');
                continue;
            }
            'x' => 2,
            'u' => 4,
            other => {
                text.push(other);
                continue;
            }
        };
        let hex: String = characters.by_ref().take(digits).collect();
        text.push(char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?);
    }
    Some(text)
}
