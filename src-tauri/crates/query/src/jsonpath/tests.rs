use super::*;
use crate::Object;

const DOCUMENT: &str =
    r#"{"a": {"b": [ 1, {"c": "x"} ]}, "list": [{"n": 1, "t": "p"}, {"n": 2}, {"n": "2"}], "s": "text", "n": null}"#;

fn document() -> Value {
    Value::parse(DOCUMENT).expect("test JSON")
}

#[track_caller]
fn check(path: &str, expected: &str) {
    let found = match Path::parse(path) {
        Ok(path) => path.find(&document()).map_or_else(|error| error.to_string(), |value| value.text().to_string()),
        Err(error) => format!("{} at {:?}", error.message, error.span),
    };
    assert_eq!(found, expected, "{path}");
}

#[test]
fn definite_paths_give_the_value_with_its_text() {
    check("$", DOCUMENT);
    check("$.a.b", r#"[ 1, {"c": "x"} ]"#);
    check("$.a.b[1].c", r#""x""#);
    check("$['a']['b'][-2]", "1");
    check("$.n", "null");
}

#[test]
fn indefinite_paths_give_arrays() {
    check("$.list[*].n", r#"[1,2,"2"]"#);
    check("$.list[?(@.n == 2)].n", r#"[2,"2"]"#);
    check("$.list[?(@.n === 2)].n", "[2]");
    check("$.list[?(@.t =~ /P/i)].n", "[1]");
    check("$.list[0:2].n", "[1,2]");
    check("$..c", r#"["x"]"#);
    check("$.nothing[*]", "[]");
    check("$.nothing.at[1:5].all", "[]");
    check(
        "$.s[?(@.x)]",
        "Invalid path '$.s[?(@.x)]' : Filter: [?] can not be applied to primitives. Current context is: text",
    );
}

#[test]
fn what_is_missing_is_named_in_brackets() {
    check("$.X", "Invalid path '$.X' : No results for path: $['X']");
    check("$.a.X.y", "Invalid path '$.a.X.y' : Missing property in path $['a']['X']");
    check("$.a.b[7]", "Invalid path '$.a.b[7]' : No results for path: $['a']['b'][7]");
    check("$.n[0]", "Invalid path '$.n[0]' : The path $['n'] is null");
    let error = Path::parse("$.X").expect("a path").find(&document()).expect_err("missing");
    assert_eq!(
        error.in_field("value.$", &Text::from("{}")),
        "The JSONPath '$.X' specified for the field 'value.$' could not be found in the input '{}'"
    );
}

#[test]
fn roots() {
    let input = document();
    let context = Value::parse(r#"{"Execution":{"Name":"run"}}"#).expect("JSON");
    let scope = Scope {
        input: &input,
        context: &|| context.clone(),
        variables: &|name| (name == "v").then(|| Value::parse("[5,6]").expect("JSON")),
    };
    let eval = |path: &str| {
        Path::parse(path).expect("a path").eval(&scope).map(|value| value.text().to_string()).map_err(|e| e.detail())
    };
    assert_eq!(eval("$$.Execution.Name"), Ok("\"run\"".to_owned()));
    assert_eq!(eval("$$"), Ok(context.text().to_string()));
    assert_eq!(eval("$v[1]"), Ok("6".to_owned()));
    assert_eq!(eval("$v"), Ok("[5,6]".to_owned()));
    assert_eq!(eval("$w.x"), Err("Variable '$w' is not defined".to_owned()));
    assert_eq!(Path::parse("$v.x").map(|p| p.root().clone()), Ok(Root::Variable("v".into())));
}

#[test]
fn kinds_of_paths() {
    for (text, definite, reference) in [
        ("$", true, true),
        ("$.a[0]['b c']", true, true),
        ("$$.a", true, true),
        ("$v.a", true, true),
        ("$.a[-1]", true, false),
        ("$.a[*]", false, false),
        ("$..a", false, false),
        ("$.a[0,1]", false, false),
        ("$['a','b']", true, false),
        ("$.a.length()", true, false),
        ("$.a[?(@.b)]", false, false),
    ] {
        let path = Path::parse(text).expect(text);
        assert_eq!((path.is_definite(), path.is_reference()), (definite, reference), "{text}");
    }
}

#[test]
fn syntax_errors_point_at_the_place() {
    check("x", "A path must start with '$' at 0..1");
    check("$.", "Path must not end with a '.' or '..' at 1..2");
    check("$.a b", "Use bracket notion ['my prop'] if your property contains blank characters. position: 2 at 3..4");
    check("$.a[?(@.x ~~ 1)]", "Filter operator ~~ is not supported! at 10..11");
    check("$.a[?(@.x == $v)]", "a filter reads '@' and '$' only at 13..14");
    for text in [
        "",
        "$[",
        "$['a",
        "$[?(",
        "$[?()]",
        "$..",
        "$...a",
        "$.a[",
        "$.a[]",
        "$.a[1",
        "$.a[:]",
        "$1",
        "$.f(",
        "$.a[?(@.x =~ /(/)]",
        "$.é ",
        "$['é",
    ] {
        let _ = Path::parse(text);
    }
}

#[test]
fn setting_shares_what_it_does_not_touch() {
    let base = document();
    let set = |path: &str, value: &str| {
        Path::parse(path)
            .expect("a path")
            .set(&base, Value::parse(value).expect("JSON"))
            .map(|v| v.text().to_string())
            .map_err(|e| e.to_string())
    };
    assert_eq!(set("$", "7"), Ok("7".to_owned()));
    let list = r#"[{"n": 1, "t": "p"}, {"n": 2}, {"n": "2"}]"#;
    assert_eq!(
        set("$.new.deep", "1"),
        Ok(format!(r#"{{"a":{{"b": [ 1, {{"c": "x"}} ]}},"list":{list},"s":"text","n":null,"new":{{"deep":1}}}}"#))
    );
    assert_eq!(
        set("$.a.b[0]", "[]"),
        Ok(format!(r#"{{"a":{{"b":[[],{{"c": "x"}}]}},"list":{list},"s":"text","n":null}}"#))
    );
    assert_eq!(set("$.s.x", "1"), Err(format!("Unable to apply ReferencePath $.s.x to input {DOCUMENT}")));
    let after = Path::parse("$.x").expect("a path").set(&base, Value::Null).expect("an object");
    assert!(Value::same(after.get("list").expect("list"), base.get("list").expect("list")));
}

#[test]
fn hostile_paths_end() {
    let nested = (0..500).fold(Value::Null, |inner, _| vec![inner].into());
    let found = Path::parse("$..*..*..*..*").expect("a path").find(&nested);
    let error = found.map(|value| value.size()).expect_err("too much");
    assert_eq!(error.kind, PathErrorKind::TooMuch);
    let deep = (0..100_000).fold(Value::Null, |inner, _| vec![inner].into());
    assert_eq!(Path::parse("$..x").expect("a path").find(&deep).map(|v| v.size()), Ok(2));
    assert!(Path::parse(&format!("$[?({}@.a{})]", "(".repeat(100_000), ")".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("$[?({}@.a)]", "!".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("${}", "[?(@".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("${}", ".a".repeat(100_000))).is_err());
    assert!(Path::parse(&format!("$[?(@ =~ /{}/)]", "(a{1000}){1000}")).is_err());
    let text = Value::parse(&format!("[\"{}b\"]", "a".repeat(50_000))).expect("JSON");
    assert_eq!(Path::parse("$[?(@ =~ /(a+)+/)]").expect("a path").find(&text).map(|v| v.size()), Ok(2));
}

proptest::proptest! {
    #[test]
    fn reading_and_finding_are_total(text in "[$@.\\[\\]?()*'\",:a-cé0-9 !=<>&|~/-]{0,30}") {
        for path in [Path::parse(&text), Path::parse_jayway(&text), Path::parse(&format!("${text}"))].into_iter().flatten() {
            let _ = path.find(&document());
            let _ = path.set(&document(), Value::Null);
        }
    }

    #[test]
    fn what_is_set_is_found(names in proptest::collection::vec("[a-c]", 1..5), base in "[a-c]") {
        let path = Path::parse(&format!("$.{}", names.join("."))).expect("a path");
        let start = Value::Object([(base, Value::Object(Object::new()))].into_iter().collect());
        if let Ok(set) = path.set(&start, 5.into()) {
            proptest::prop_assert_eq!(path.find(&set).expect("it was set"), Value::from(5));
        }
    }
}

#[test]
fn the_service_keeps_backslashes_in_names() {
    // Recorded as test_escape_sequence_parsing ESCAPE_SEQUENCES_JSONPATH.
    let input = Value::parse(r#"{"Test\\\"\"Name\"": 1, "it's": 2}"#).expect("JSON");
    let find = |path: &str| Path::parse(path).expect("a path").find(&input).map(|value| value.text().to_string());
    assert_eq!(find(r#"$['Test\""Name"']"#), Ok("1".to_owned()));
    assert_eq!(find(r"$['it\'s']"), Ok("2".to_owned()));
}
