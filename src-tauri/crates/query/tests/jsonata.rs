//! JSONata as the service has it: its own functions, its words for errors, its limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use query::jsonata::{
    Bindings, Expression, FUNCTIONS, Limits, Problem, Template, analyse, function, spawn_with_engine,
};
use query::{Object, Seeded, Value};

fn value(text: &str) -> Value {
    Value::parse(text).expect("test JSON")
}

/// The value as text, or the end of the service's sentence.
fn eval(expression: &str, input: &str) -> String {
    let input = value(input);
    match Expression::compile(expression) {
        Ok(expression) => expression
            .eval(&Bindings::of(&input), &mut Seeded(1))
            .map_or_else(|problem| problem.to_string(), |value| value.text().to_string()),
        Err(error) => format!("{} at {:?}: {error}", error.code, error.position),
    }
}

#[test]
fn recorded_answers() {
    let input = r#"{"a": [0, 1, 2], "n": 2, "s": "[1, 2, \"x\"]"}"#;
    assert_eq!(eval("$partition($states.input.a, $states.input.n)", input), "[[0,1],[2]]");
    assert_eq!(eval("$partition($states.input.a, 5)", input), "[[0,1,2]]", "one chunk stays in its array");
    assert_eq!(eval("$range(0, 9, 3)", input), "[0,3,6,9]");
    assert_eq!(eval("$range(1, 9, 9)", input), "1", "a range of one number is that number");
    assert_eq!(eval("$parse($states.input.s)", input), r#"[1,2,"x"]"#);
    assert_eq!(eval("$states.input.a", input), "[0,1,2]", "a result is compact");
    assert_eq!(
        eval("$randomSeeded(1)", input),
        "threw an error during evaluation. T1006: Attempted to invoke a non-function"
    );
    assert_eq!(
        eval("$eval('1')", input),
        "threw an error during evaluation. T1006: Attempted to invoke a non-function"
    );
    assert_eq!(eval("$doesNotExist", input), "returned nothing (undefined).");
    assert_eq!(eval("$fn := function($x){$x}", input), "returned an unsupported result type.");
    assert_eq!(eval("[1, $sum]", input), "returned an unsupported result type.");
    assert_eq!(eval("1/0", input), "returned an unsupported result type.");
    assert_eq!(
        eval("$hash('input data', 'SHA-256')", input),
        "\"b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3\""
    );
}

#[test]
fn errors_name_expression_and_field() {
    let input = value("{}");
    let node = asl::syntax::parse_json(r#"{"fine": "{% 1 %}", "result": "{% $doesNotExist %}"}"#).root;
    let template = Template::compile(&node).expect("it compiles");
    let error = template.eval("Output", &Bindings::of(&input), &mut Seeded(1)).expect_err("nothing is there");
    assert_eq!(error.field, "Output/result");
    assert_eq!(
        error.to_string(),
        "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined)."
    );
    let wrong = query::jsonata::EvalError::unexpected(&error.expression, "Items", "array", &value("true"));
    assert_eq!(
        wrong.to_string(),
        "The JSONata expression '$doesNotExist' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'boolean' for value: true"
    );
}

#[test]
fn syntax_errors_are_jsonatas() {
    assert_eq!(eval("1 +", "{}"), "S0207 at Some(3): Unexpected end of expression");
    assert_eq!(eval("[1", "{}"), "S0203 at Some(2): Expected \"]\" before end of expression");
    assert_eq!(eval("1 ?? 2", "{}"), "S0211 at Some(4): The symbol \"?\" cannot be used as a unary operator");
    let error = Template::compile(&asl::syntax::parse_json(r#"{"a": ["{% $x + %}"]}"#).root).expect_err("broken");
    assert_eq!((error.place.as_str(), error.error.code.as_str()), ("/a[0]", "S0207"));
}

#[test]
fn templates_evaluate_only_expressions() {
    let input = value(r#"{"n": 2, "list": [ 1 ]}"#);
    let node = asl::syntax::parse_json(
        r#"{"sum": "{% $sum([1, $states.input.n]) %}", "keep": " {% not this %}", "list": ["{% $states.input.list %}", 1.0], "up": "{% $uppercase('é') %}", "none": null}"#,
    )
    .root;
    let template = Template::compile(&node).expect("it compiles");
    let found = template.eval("Output", &Bindings::of(&input), &mut Seeded(1)).expect("a value");
    assert_eq!(found.text().as_str(), r#"{"sum":3,"keep":" {% not this %}","list":[[1],1.0],"up":"É","none":null}"#);
}

#[test]
fn bindings_are_seen() {
    let (input, result, error) = (value(r#"{"x": 1}"#), value("[7]"), value(r#"{"Error":"E"}"#));
    let bindings = Bindings {
        result: Some(&result),
        error_output: Some(&error),
        context: &|| value(r#"{"State":{"Name":"S"}}"#),
        variables: &|name| (name == "v").then(|| value(r#"{"w": 5}"#)),
        now: 1_700_000_000_000,
        ..Bindings::of(&input)
    };
    for (expression, expected) in [
        ("$states.result", "[7]"),
        ("$states.errorOutput.Error", "\"E\""),
        ("$states.context.State.Name", "\"S\""),
        ("$v.w", "5"),
        ("$uppercase($states.context.State.Name) & $string($v.w)", "\"S5\""),
        ("$map([1,2], function($i){ $i * $v.w })", "[5,10]"),
        ("$now()", "\"2023-11-14T22:13:20.000Z\""),
        ("$millis()", "1700000000000"),
        ("$keys($states)", r#"["input","context","result","errorOutput"]"#),
        ("$states.input.(x)", "1"),
    ] {
        let compiled = Expression::compile(expression).expect("it compiles");
        let found = compiled.eval(&bindings, &mut Seeded(1)).map(|value| value.text().to_string());
        assert_eq!(found, Ok(expected.to_owned()), "{expression}");
    }
}

#[test]
fn chance_repeats_from_the_seed() {
    let input = Value::Null;
    let roll = |seed: u64, expression: &str| {
        let compiled = Expression::compile(expression).expect("it compiles");
        compiled.eval(&Bindings::of(&input), &mut Seeded(seed)).expect("a value")
    };
    assert_eq!(roll(1, "$random()"), roll(1, "$random()"));
    assert_ne!(roll(1, "$random()"), roll(2, "$random()"));
    assert_eq!(roll(1, "$random(5)"), roll(2, "$random(5)"), "its own seed");
    assert_ne!(roll(1, "$random(5)"), roll(1, "$random(6)"));
    let id = roll(1, "$uuid()");
    assert_ne!(id, roll(2, "$uuid()"));
    let id = id.as_str().expect("a string").to_owned();
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
    assert_eq!(roll(3, "$shuffle([1..20])"), roll(3, "$shuffle([1..20])"));
}

#[test]
fn members_of_javascript_are_not_members_of_data() {
    for expression in [
        "$states.input.constructor",
        "$states.input.__proto__",
        "$states.input.toString",
        "$lookup({}, 'constructor')",
        "({}).valueOf",
    ] {
        assert_eq!(eval(expression, "{}"), "returned nothing (undefined).", "{expression}");
    }
    assert_eq!(eval("$states.input.constructor", r#"{"constructor": 1}"#), "1");
}

#[test]
fn member_order_survives_the_engine() {
    let input = r#"{"items": [{"10": 1, "2": 2, "k": true}]}"#;
    assert_eq!(eval("$filter($states.input.items, function($i){$i.k})", input), r#"{"10":1,"2":2,"k":true}"#);
}

#[test]
fn functions_are_known_by_name() {
    assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
    for known in FUNCTIONS {
        let found = eval(&format!("$type(${})", known.name), "{}");
        assert_eq!(found, "\"function\"", "${}", known.name);
    }
    assert!(function("eval").is_none() && function("uuid").is_some_and(|known| known.service));
}

#[test]
fn a_thread_may_have_an_engine_of_its_own() {
    let thread = spawn_with_engine("own", || {
        (eval("$uppercase('a')", "{}"), eval("$pad('x', 1000000000)", "{}"), eval("$uppercase('b')", "{}"))
    });
    let (first, failed, second) = thread.expect("a thread").join().expect("it ends");
    assert_eq!((first.as_str(), second.as_str()), ("\"A\"", "\"B\""));
    assert_eq!(failed, "threw an error during evaluation. The result of the pad function is too long");
}

/// Runs out of something, soon, and leaves a working engine.
#[track_caller]
fn ends(expression: &str, within: Duration) -> Problem {
    let input = Value::Null;
    let compiled = match Expression::compile(expression) {
        Ok(compiled) => compiled,
        Err(error) => return Problem::Unavailable(error.message),
    };
    let start = Instant::now();
    let found = compiled.eval(
        &Bindings { limits: Limits { time: Duration::from_secs(1), ..Limits::default() }, ..Bindings::of(&input) },
        &mut Seeded(1),
    );
    let took = start.elapsed();
    assert!(took < within, "{expression} took {took:?}");
    assert_eq!(eval("$sum([1..10])", "{}"), "55", "after {expression}");
    match found {
        Err(problem) => problem,
        Ok(value) => panic!("{expression} gave {} bytes", value.size()),
    }
}

#[test]
fn hostile_expressions_end() {
    let soon = Duration::from_secs(10);
    for expression in [
        "($f := function($n){$f($n+1)}; $f(1))",
        "($f := function($n){1 + $f($n+1)}; $f(1))",
        "[1..1000000000]",
        "[1..5000].([1..5000])",
        "$pad('x', 1000000000)",
        "$pad('x', -1000000000, 'ab')",
        "($d := function($s, $n){$n = 0 ? $s : $d($s & $s, $n - 1)}; $d('x', 40))",
        "($d := function($s, $n){$n = 0 ? $s : $d($append($s, $s), $n - 1)}; $d([1], 40))",
        "($d := function($s, $n){$n = 0 ? $s : $d([[$s, $s]], $n - 1)}; $d(1, 60))",
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)",
        "$formatNumber(0, '0.0e0')",
        "($f := function($n){$n = 0 ? 1 : [[$f($n - 1)]]}; $f(2000))",
        "($f := function($n){$n = 0 ? {} : {'a': $f($n - 1)}}; $f(100000))",
        "$map([1..10000], function($a){ $map([1..10000], function($b){ $map([1..10000], function($c){ $a }) }) })",
        "[1..3000].([1..3000])",
        "$join([1..1000000].'0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789')",
        "$replace($pad('', 1000000, 'a'), 'a', $pad('', 100000, 'b'))",
    ] {
        ends(expression, soon);
    }
    for expression in [
        format!("{}1{}", "(".repeat(5000), ")".repeat(5000)),
        "[".repeat(100_000),
        "1+".repeat(100_000),
        "$a.".repeat(100_000),
    ] {
        ends(&expression, soon);
    }
}

#[test]
fn variables_hide_functions() {
    let input = value(r#"{"list": [1, 2]}"#);
    let bindings = Bindings { variables: &|name| (name == "count").then(|| Value::from(5)), ..Bindings::of(&input) };
    let eval = |text: &str| {
        let compiled = Expression::compile(text).expect("it compiles");
        compiled.eval(&bindings, &mut Seeded(1)).map_or_else(|problem| problem.to_string(), |value| value.to_string())
    };
    assert_eq!(eval("$count"), "5");
    assert_eq!(eval("$count([1])"), "threw an error during evaluation. T1006: Attempted to invoke a non-function");
    assert_eq!(
        eval("($sum := 1; $sum([1]))"),
        "threw an error during evaluation. T1006: Attempted to invoke a non-function"
    );
    assert_eq!(eval("($x := 1; ($x := 2; $x) + $x)"), "3", "a block has its own variables");
    assert_eq!(eval("($states := {'input': 7}; $states.input)"), "7");
    assert_eq!(eval("$type($sum)"), "\"function\"");
}

#[test]
fn legitimate_recursion_works() {
    assert_eq!(eval("($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(500))", "{}"), "500");
    assert_eq!(
        eval("($f := function($n, $a){$n = 0 ? $a : $f($n - 1, $a + 1)}; $f(20000, 0))", "{}"),
        "20000",
        "tail calls"
    );
}

#[test]
fn another_thread_can_give_up() {
    let flag = Arc::new(AtomicBool::new(false));
    let raise = Arc::clone(&flag);
    let raiser = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        raise.store(true, Ordering::Relaxed);
    });
    let input = Value::Null;
    let limits = Limits { steps: u64::MAX, time: Duration::from_secs(60), cancel: Some(flag), ..Limits::default() };
    let endless = Expression::compile("($f := function(){$f()}; $f())").expect("it compiles");
    let found = endless.eval(&Bindings { limits, ..Bindings::of(&input) }, &mut Seeded(1));
    assert_eq!(found, Err(Problem::Cancelled));
    raiser.join().expect("the thread ends");
}

#[test]
fn analysis_of_whole_and_broken_expressions() {
    let analysis = analyse("$map($states.input.items, function($i){ $i.price * $rate })");
    assert!(analysis.errors.is_empty());
    let uses: Vec<_> = analysis.variables.iter().map(|v| (v.name.as_str(), v.position, v.call, v.local)).collect();
    assert_eq!(
        uses,
        [
            ("map", Some(4), true, false),
            ("states", Some(12), false, false),
            ("i", Some(37), false, true),
            ("i", Some(42), false, true),
            ("rate", Some(56), false, false)
        ]
    );
    let broken = analyse("$states.input.");
    assert_eq!(broken.errors.len(), 1);
    assert!(!broken.errors[0].message.is_empty() && broken.tree.is_some());
    let _ = analyse("");
}

/// What is answered without an engine is what the engine answers.
mod shortcuts {
    use super::*;
    use proptest::prelude::*;

    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "(0|1|2|-1|1\\.5|0\\.1|100|1e3|'a'|''|'b'|true|false|null)",
            "\\$states\\.(input|result|context)(\\.(a|b|c|d)){0,3}",
            "\\$v(\\.(a|b)){0,2}",
            "(a|b|c|d)(\\.(a|b|c|d)){0,2}",
            Just("$states.input".to_owned()),
            Just("$".to_owned()),
            Just("$w".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            let operators = prop::sample::select(vec![
                "+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "and", "or", "&", "in",
            ]);
            let functions = prop::sample::select(vec![
                "exists",
                "not",
                "boolean",
                "count",
                "sum",
                "max",
                "average",
                "string",
                "number",
                "length",
                "uppercase",
                "keys",
                "merge",
                "distinct",
                "sort",
                "reverse",
                "type",
                "floor",
                "abs",
                "join",
            ]);
            let two = prop::sample::select(vec!["append", "contains", "lookup", "split", "join", "substringBefore"]);
            prop_oneof![
                (inner.clone(), operators, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
                (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{'x': {a}, 'y z': {b}}}")),
                (functions, inner.clone()).prop_map(|(f, a)| format!("${f}({a})")),
                (two, inner.clone(), inner.clone()).prop_map(|(f, a, b)| format!("${f}({a}, {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("($x := {a}; {b} = $x ? $x : {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
                (inner.clone(), "[abcd]", inner.clone()).prop_map(|(a, name, b)| format!("({a}).{name}[{b}]")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}).({b})")),
                (inner.clone(), "[abcd]").prop_map(|(a, name)| format!("({a})^({name}, >$string($))")),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| format!("$map({a}, function($i, $n){{ [$i, $n, {b}] }})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("$filter({a}, function($i){{ $i = {b} }})")),
                (inner.clone(), inner.clone())
                    .prop_map(|(a, b)| format!("$reduce({a}, function($s, $i){{ $s & {b} }}, '')")),
                inner.clone().prop_map(|a| format!("({a})[0]")),
                inner.clone().prop_map(|a| format!("({a})[[0..1]]")),
                inner.clone().prop_map(|a| format!("({a} ~> $count())")),
                inner.prop_map(|a| format!("-({a})")),
            ]
        })
    }

    fn data() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-5i64..5).prop_map(Value::from),
            prop::sample::select(vec![0.5, 1e-7, 123_456.789, 9.0e20]).prop_map(|n| Value::float(n).expect("finite")),
            prop::sample::select(vec!["", "a", "b", "1", "é😀"]).prop_map(Value::string),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(vec!["a", "b", "c", "d"]), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect::<Object>())),
            ]
        })
    }

    /// The engine reads 1.0 as 1.
    fn plain(value: &Value) -> String {
        value
            .compact()
            .replace("900000000000000000000.0", "900000000000000000000")
            .replace("9e20", "900000000000000000000")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn agree_with_the_engine(text in expression(), input in data(), result in data(), variable in data()) {
            let compiled = Expression::compile(&text).expect("generated from the grammar");
            let bindings = Bindings {
                result: Some(&result),
                context: &|| Value::Null,
                variables: &|name| (name == "v").then(|| variable.clone()),
                ..Bindings::of(&input)
            };
            let here = compiled.eval(&bindings, &mut Seeded(1));
            let there = compiled.eval_without_shortcuts(&bindings, &mut Seeded(1));
            match (&here, &there) {
                (Ok(here), Ok(there)) => prop_assert_eq!(plain(here), plain(there), "{} of {}", text, input),
                _ => prop_assert_eq!(&here, &there, "{} of {}", text, input),
            }
        }
    }
}
