use super::*;
use crate::Seeded;

#[track_caller]
fn check(call: &str, input: &str, expected: &str) {
    let input = Value::parse(input).expect("test JSON");
    let found = match Call::parse(call) {
        Ok(call) => {
            call.eval(&Scope::of(&input), &mut Seeded(1)).map_or_else(|e| e.to_string(), |v| v.text().to_string())
        }
        Err(error) => format!("{} at {:?}", error.message, error.span),
    };
    assert_eq!(found, expected, "{call}");
}

#[test]
fn recorded_answers() {
    check("States.MathAdd($.a, $.b)", r#"{"a":1.5,"b":1.51}"#, "4");
    check("States.MathAdd($.a, $.b)", r#"{"a":-1.5,"b":0}"#, "-1");
    check("States.MathAdd($.a, $.b)", r#"{"a":-0.5,"b":0.5}"#, "1");
    check("States.MathAdd($.a, $.b)", r#"{"a":-1.51,"b":0}"#, "-2");
    check("States.StringToJson($.a)", r#"{"a":""}"#, "null");
    check("States.StringToJson($.a)", r#"{"a":" "}"#, "null");
    check("States.StringToJson($.a)", r#"{"a":"-0"}"#, "0");
    check("States.StringSplit($.a, $.b)", r#"{"a":", , ,","b":","}"#, r#"[" "," "]"#);
    check(
        "States.StringSplit($.a, $.b)",
        r#"{"a":"This.is+a,test=string","b":".+,="}"#,
        r#"["This","is","a","test","string"]"#,
    );
    check(
        "States.Format('{} and {}', $.a, $.b)",
        r#"{"a":{"Arg1": 1, "Arg2": []},"b":"x"}"#,
        r#""{Arg1=1, Arg2=[]} and x""#,
    );
    check("States.ArrayContains($.a, $.b)", r#"{"a":[{"1": 2, "2": []}],"b":[]}"#, "false");
    check("States.ArrayPartition($.a, 2)", r#"{"a":[0,1,2]}"#, "[[0,1],[2]]");
    check("States.ArrayRange(1, 9, 2)", "{}", "[1,3,5,7,9]");
    check(
        "States.JsonMerge($.a, $.b, false)",
        r#"{"a":{"x":{"y":1},"z":2},"b":{"x":{"w":3}}}"#,
        r#"{"x":{"w":3},"z":2}"#,
    );
    check("States.JsonToString($)", r#"{ "a": "b" }"#, r#""{\"a\":\"b\"}""#);
}

#[test]
fn calls_inside_calls() {
    check("States.Array(States.Format('{}-{}', 1, null), true, States.Array())", "{}", r#"["1-null",true,[]]"#);
    let nested = |depth: usize| "States.Array(".repeat(depth) + &")".repeat(depth);
    check(&nested(10), "{}", "[[[[[[[[[[]]]]]]]]]]");
    check(&nested(11), "{}", "intrinsic functions are nested more than 10 levels deep at 130..131");
    assert!(Call::parse(&nested(100_000)).is_err());
}

#[test]
fn strings_and_their_escapes() {
    check(r"States.Format('\{\}{}\'\\', 1)", "{}", r#""{}1'\\""#);
    check(r"States.Array('\{', 'é')", "{}", r#"["{","é"]"#);
    check(r#"States.Format('say \"{}\"', 1)"#, "{}", r"only \', \{, \} and \\ are escapes here at 19..20");
    check("States.Format($.t, 7)", r#"{"t":"a{}b"}"#, r#""a7b""#);
}

#[test]
fn paths_as_arguments() {
    check("States.Array($['a,b)'], $.c[0])", r#"{"a,b)":1,"c":[2]}"#, "[1,2]");
    check("States.ArrayLength($.c[?(@.x == 'a, b')])", r#"{"c":[{"x":"a, b"},{}]}"#, "1");
    check(
        "States.ArrayLength($.no)",
        r#"{"a": 1}"#,
        "The function 'States.ArrayLength($.no)' had the following error: The JSONPath argument for the field '$.no' could not be found in the input '{\"a\": 1}'",
    );
}

#[test]
fn arguments_that_do_not_do() {
    check(
        "States.MathAdd('1', 2)",
        "{}",
        "The function 'States.MathAdd('1', 2)' had the following error: the first must be a number, not of type string",
    );
    check(
        "States.ArrayRange(1, 5000, 1)",
        "{}",
        "The function 'States.ArrayRange(1, 5000, 1)' had the following error: the range has more than 1000 items",
    );
    check("States.ArrayRange(9223372036854775807, -9223372036854775807, 1)", "{}", "[]");
    check(
        "States.Format('{}')",
        "{}",
        "The function 'States.Format('{}')' had the following error: the template has 1 placeholders for 0 values",
    );
    check("States.UUID(1)", "{}", "States.UUID takes no arguments, not 1 at 0..14");
    check("States.Nope()", "{}", "'States.Nope' is not an intrinsic function at 0..11");
    check("states.Format('')", "{}", "'states.Format' is not an intrinsic function at 0..13");
    check("States.Array(1", "{}", "expected ',' or ')' at 14..14");
}

#[test]
fn chance_comes_from_the_seed() {
    let input = Value::Null;
    let roll = |seed: u64, call: &str| {
        Call::parse(call).expect("a call").eval(&Scope::of(&input), &mut Seeded(seed)).expect("a value")
    };
    assert_eq!(roll(1, "States.UUID()"), roll(1, "States.UUID()"));
    assert_ne!(roll(1, "States.UUID()"), roll(2, "States.UUID()"));
    assert_eq!(roll(1, "States.MathRandom(0, 1000, 5)"), roll(2, "States.MathRandom(0, 1000, 5)"), "its own seed");
    for seed in 0..200 {
        let value = roll(seed, "States.MathRandom(-3, 4)").as_i64().expect("an integer");
        assert!((-3..4).contains(&value));
    }
}

#[test]
fn unique_items() {
    check(
        "States.ArrayUnique($)",
        r#"[null,null,true,1,1,1.5,"1","a","a",[],[],[null],[null],{"a":1,"b":2},{"b":2,"a":1},{"a":1}]"#,
        r#"[null,true,1,1.5,"1","a",[],[null],{"a":1,"b":2},{"a":1}]"#,
    );
}

proptest::proptest! {
    #[test]
    fn reading_and_evaluating_are_total(text in "(States\\.(Format|Array|MathAdd|StringSplit)\\()?[$.a'{}\\\\,()0-9 é\\[\\]S-]{0,20}") {
        if let Ok(call) = Call::parse(&text) {
            let _ = call.eval(&Scope::of(&Value::Null), &mut Seeded(0));
        }
    }
}
