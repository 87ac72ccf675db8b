use super::*;

fn value(text: &str) -> Value {
    Value::parse(text).expect("test JSON")
}

fn object(value: &Value) -> Object {
    value.as_object().expect("an object").clone()
}

#[test]
fn untouched_text_keeps_its_bytes_even_inside_a_computed_value() {
    let source = value("{ \"a\" : [ 1, 2.0 ],\n \"b\": \"\\u0041/\\/\" }");
    assert_eq!(source.text(), "{ \"a\" : [ 1, 2.0 ],\n \"b\": \"\\u0041/\\/\" }");
    let a = source.get("a").expect("a");
    assert_eq!(Value::from(vec![a.clone(), Value::Null]).text(), "[[ 1, 2.0 ],null]");
    let mut changed = object(&source);
    changed.insert("c", 3.into());
    assert_eq!(Value::from(changed).text(), "{\"a\":[ 1, 2.0 ],\"b\":\"\\u0041/\\/\",\"c\":3}");
    assert_eq!(source.get("b").and_then(Value::as_str), Some("A//"));
    assert_eq!(source.compact(), "{\"a\":[1,2.0],\"b\":\"A//\"}");
}

#[test]
fn text_is_computed_once_and_shared() {
    let computed = Value::from(vec![1.into(), "x".into()]);
    let other = computed.clone();
    assert!(Text::same(&computed.text(), &other.text()));
    assert_eq!(computed.size(), 7);
}

#[test]
fn writing_leaves_shared_values_alone() {
    let before = value(r#"{"a":1,"b":{"c":[1]}}"#);
    let mut after = object(&before);
    after.insert("a", Value::Null);
    after.insert("d", true.into());
    assert_eq!(before.text(), r#"{"a":1,"b":{"c":[1]}}"#);
    let after = Value::from(after);
    assert_eq!(after.text(), r#"{"a":null,"b":{"c":[1]},"d":true}"#);
    assert!(Value::same(before.get("b").expect("b"), after.get("b").expect("b")), "siblings are shared");
}

#[test]
fn a_repeated_name_keeps_its_place_and_takes_the_last_value() {
    assert_eq!(value(r#"{"a":1,"b":2,"a":3}"#).compact(), r#"{"a":3,"b":2}"#);
    let members: Vec<String> = (0..40).map(|n| format!("\"k{}\":{n}", n % 30)).collect();
    let large = value(&format!("{{{}}}", members.join(",")));
    assert_eq!(object(&large).len(), 30);
    assert_eq!(large.get("k0").and_then(Value::as_i64), Some(30));
    assert_eq!(object(&large).keys().next().map(|k| &**k), Some("k0"));
    assert_eq!(large.get("k29").and_then(Value::as_i64), Some(29));
}

#[test]
fn large_objects_find_their_members() {
    let mut large: Object = (0..1000).map(|n| (format!("key{n}"), Value::from(n))).collect();
    for n in 0..1000 {
        assert_eq!(large.get(&format!("key{n}")).and_then(Value::as_i64), Some(n));
    }
    assert!(large.get("key1000").is_none());
    large.insert("another", Value::Null);
    assert_eq!(large.remove("key500"), Some(500.into()));
    assert!(large.contains_key("another") && !large.contains_key("key500") && large.contains_key("key999"));
}

#[test]
fn equality_is_by_content() {
    assert_eq!(value(r#"{"a":1,"b":[1.0]}"#), value(r#"{"b":[1],"a":1}"#));
    assert_ne!(value(r#"{"a":1}"#), value(r#"{"a":1,"b":null}"#));
    assert_ne!(value("[1,2]"), value("[2,1]"));
    assert_ne!(value("0"), value("false"));
}

#[test]
fn compact_text_is_known_without_looking() {
    for (text, compact) in [
        ("[1,2]", true),
        ("[1, 2]", false),
        (r#"{"a":["\n\"",1.0]}"#, true),
        (r#"["\/"]"#, false),
        ("[ ]", false),
        (r#"{"a":1,"a":2}"#, false),
        ("7", true),
        (" 7 ", true),
        (r#""\u0041""#, false),
    ] {
        assert_eq!(value(text).is_compact(), compact, "{text}");
        let rebuilt = value(text).to_compact();
        assert_eq!(rebuilt, value(text));
        assert!(rebuilt.is_compact());
        assert_eq!(rebuilt.text().to_string(), value(text).compact());
    }
    let loose = value(r#"{"a": 1, "b": [1, 2], "c":{"d":1}}"#);
    assert!(
        Value::same(loose.to_compact().get("c").expect("c"), loose.get("c").expect("c")),
        "compact parts are shared"
    );
    let mut changed = object(&value(r#"{"a": 1, "c":[1]}"#));
    changed.insert("a", 2.into());
    assert!(Value::from(changed.clone()).is_compact());
    changed.insert("a", value("[ 1 ]"));
    assert!(!Value::from(changed).is_compact());
}

#[test]
fn escapes() {
    let text = "quote\" back\\ nl\n tab\t bell\u{7} é 😀 \u{7f}";
    assert_eq!(Value::string(text).text(), "\"quote\\\" back\\\\ nl\\n tab\\t bell\\u0007 é 😀 \u{7f}\"");
    assert_eq!(value(&Value::string(text).text()).as_str(), Some(text));
    assert_eq!(value(r#""\ud83d\ude00""#).as_str(), Some("😀"));
    assert_eq!(value(r#""\ud83d!""#).as_str(), Some("\u{fffd}!"), "half a pair");
}

#[test]
fn what_is_not_json() {
    for text in [
        "",
        " ",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "nul",
        "1 2",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "01",
        "-",
        "[1 2]",
        "{\"a\" 1}",
        "]",
        "tru",
        "'a'",
        "\u{feff}1",
    ] {
        assert!(Value::parse(text).is_err(), "{text:?}");
    }
    let error = Value::parse("{\n  \"é\": x}").expect_err("not JSON");
    assert_eq!((error.line, error.column, error.offset), (2, 8, 10));
}

#[test]
fn depth_is_bounded_on_reading_and_harmless_otherwise() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(value(&nested(1000)).depth(), 1000);
    assert!(Value::parse(&nested(1001)).is_err());
    assert!(Value::parse(&"[".repeat(10_000_000)).is_err());
    let build = || {
        (0..300_000).fold(Value::Null, |inner, n| {
            if n % 2 == 0 { vec![inner].into() } else { Object::from_iter([("a", inner)]).into() }
        })
    };
    let (a, b) = (build(), build());
    assert_eq!(a, b);
    assert_eq!(a.size(), 150_000 * 2 + 150_000 * 6 + 4);
    let part = a.get("a").expect("the outermost is an object").clone();
    assert_eq!(part.type_name(), "array");
}

proptest::proptest! {
    #[test]
    fn reading_is_total(text in "[\\[\\]{}:,\"\\\\0-9eE+.\\-a-z \n]{0,40}") {
        if let Ok(value) = Value::parse(&text) {
            proptest::prop_assert_eq!(value.text().to_string(), text.trim_matches([' ', '\n']));
            let again = Value::parse(&value.compact()).expect("what we write is JSON");
            proptest::prop_assert_eq!(&again, &value);
            proptest::prop_assert_eq!(again.compact(), value.compact());
        }
    }

    #[test]
    fn agrees_with_another_reader(text in "[\\[\\]{}:,\"0-9e.\\-ab ]{0,24}") {
        let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        proptest::prop_assert_eq!(Value::parse(&text).is_ok(), theirs, "{}", text);
    }
}
