//! Prints what the parts of this crate cost: `cargo run --release -p query --example measure`.
#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use query::intrinsic::Call;
use query::jsonata::{Bindings, Expression, Limits, Template};
use query::jsonpath::Path;
use query::{Object, Scope, Seeded, Value};

/// Processor time of this process, other threads included, in nanoseconds; wall time where there is no `/proc`.
fn processor() -> u64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    let sum: u64 = spent.filter_map(|text| text.split(' ').next().and_then(|first| first.parse::<u64>().ok())).sum();
    if sum > 0 { sum } else { START.with(|start| start.elapsed().as_nanos() as u64) }
}

thread_local!(static START: Instant = Instant::now());

/// The best of five batches, per call.
fn measure(name: &str, mut work: impl FnMut()) {
    let mut times = 1u64;
    let mut best = f64::MAX;
    let mut batches = 0;
    while batches < 5 {
        let before = processor();
        for _ in 0..times {
            work();
        }
        let spent = processor().saturating_sub(before);
        if spent < 20_000_000 && times < 1 << 24 {
            times *= 2;
            continue;
        }
        batches += 1;
        best = best.min(spent as f64 / times as f64);
    }
    println!("{name:<58} {:>12.3} µs {:>14.0} /s", best / 1e3, 1e9 / best);
}

fn main() {
    let record = r#"{"id": 17, "name": "an item", "price": 12.5, "tags": ["a", "b"], "nested": {"deep": {"x": true}}}"#;
    let small = Value::parse(record).expect("JSON");
    let text = format!("{{\"items\":[{}]}}", vec![record.replace(' ', ""); 1000].join(","));
    let large = Value::parse(&text).expect("JSON");
    println!("a value takes {} bytes; the large payload has {} bytes", size_of::<Value>(), text.len());

    measure("read 100 bytes", || drop(black_box(Value::parse(record))));
    measure("read 90 KB", || drop(black_box(Value::parse(&text))));
    measure("clone and drop 90 KB", || drop(black_box(large.clone())));
    measure("text of 90 KB, untouched", || drop(black_box(large.text())));
    measure("{i: n} built and written", || {
        drop(black_box(Value::Object([("i", Value::from(41))].into_iter().collect::<Object>()).text()));
    });
    let path = Path::parse("$.result").expect("a path");
    measure("ResultPath into 90 KB", || drop(black_box(path.set(&large, Value::from(1)))));
    measure("ResultPath into 90 KB, written", || drop(black_box(path.set(&large, Value::from(1)).map(|v| v.text()))));

    for text in ["$.nested.deep.x", "$.tags[1]", "$..x", "$.tags[*]"] {
        let path = Path::parse(text).expect("a path");
        measure(&format!("path {text}"), || drop(black_box(path.eval(&Scope::of(&small)))));
    }
    let path = Path::parse("$.items[?(@.price > 12 && @.name == 'an item')].id").expect("a path");
    measure("path with a filter over 1000 items", || drop(black_box(path.find(&large))));
    for text in ["States.MathAdd($.id, 1)", "States.Format('{} costs {}', $.name, $.price)"] {
        let call = Call::parse(text).expect("a call");
        measure(text, || drop(black_box(call.eval(&Scope::of(&small), &mut Seeded(1)))));
    }
    let node =
        asl::syntax::parse_json(r#"{"id.$": "$.id", "constant": {"a": [1, 2, 3]}, "x.$": "$.nested.deep.x"}"#).root;
    let template = query::template::Template::compile(&node).expect("a template");
    measure("payload template", || drop(black_box(template.eval(&Scope::of(&small), &mut Seeded(1)))));

    for (name, input, text) in [
        ("", &small, "$states.input.id + 1"),
        ("", &small, "$states.input.id < 5000"),
        ("", &small, "$states.input.nested.deep.x and $states.input.price * 2 >= 25"),
        ("", &small, "{'id': $states.input.id, 'name': $states.input.name & '!'}"),
        ("", &small, "$uppercase($states.input.name)"),
        ("", &small, "$merge([$states.input, {'x': 1}])"),
        ("90 KB: ", &large, "$states.input.items"),
        ("90 KB: ", &large, "$count($states.input.items[price > 12])"),
        ("90 KB: ", &large, "$sum($states.input.items.(price * id))"),
        ("90 KB: ", &large, "$map($states.input.items, function($i){ {'id': $i.id} })"),
    ] {
        let expression = Expression::compile(text).expect("it compiles");
        let kind = if expression.is_native() { "here" } else { "engine" };
        measure(&format!("{name}{text} ({kind})"), || {
            drop(black_box(expression.eval(&Bindings::of(input), &mut Seeded(1))));
        });
    }
    let expression = Expression::compile("$states.input.id + 1").expect("it compiles");
    measure("$states.input.id + 1 (forced into the engine)", || {
        drop(black_box(expression.eval_without_shortcuts(&Bindings::of(&small), &mut Seeded(1))));
    });
    workload();
    let own = query::jsonata::spawn_with_engine("own", || {
        let small = Value::parse(r#"{"name": "an item", "id": 1}"#).expect("JSON");
        let expression = Expression::compile("$uppercase($states.input.name)").expect("it compiles");
        measure("$uppercase($states.input.name) (engine, same thread)", || {
            drop(black_box(expression.eval(&Bindings::of(&small), &mut Seeded(1))));
        });
    });
    own.expect("a thread").join().expect("it ends");
    runaways();
}

/// Five expressions over 1000 records in one field.
fn workload() {
    let records: Vec<String> = (0..1000)
        .map(|n| {
            format!(
                r#"{{"id":{n},"cust":"C{:02}","price":{},"qty":{},"active":{}}}"#,
                n % 37,
                n * 37 % 1000,
                n % 5 + 1,
                n % 2 == 0
            )
        })
        .collect();
    let input = Value::parse(&format!("{{\"items\":[{}]}}", records.join(","))).expect("JSON");
    let node = asl::syntax::parse_json(
        r#"{"count": "{% $count($states.input.items[active]) %}",
            "total": "{% $sum($states.input.items[active].(price*qty)) %}",
            "top": "{% $states.input.items[active]^(>price,id)[[0..4]].id %}",
            "lines": "{% $states.input.items[active and price>900].{'k': cust & '-' & $string(id), 'amt': price*qty} %}",
            "custs": "{% $sort($distinct($states.input.items[active].cust)) %}"}"#,
    )
    .root;
    let template = Template::compile(&node).expect("a template");
    measure("five expressions over 1000 records", || {
        drop(black_box(template.eval("Output", &Bindings::of(&input), &mut Seeded(1))));
    });
}

fn runaways() {
    for text in [
        "($f := function($n){$f($n+1)}; $f(1))",
        "($f := function($n){1 + $f($n+1)}; $f(1))",
        "[1..1000000000]",
        "[1..5000].([1..5000])",
        "$pad('x', 1000000000)",
        "($d := function($s, $n){$n = 0 ? $s : $d($s & $s, $n - 1)}; $d('x', 40))",
        "($d := function($s, $n){$n = 0 ? $s : $d($append($s, $s), $n - 1)}; $d([1], 40))",
        "($d := function($s, $n){$n = 0 ? $s : $d([[$s, $s]], $n - 1)}; $d(1, 60))",
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)",
        "$formatNumber(0, '0.0e0')",
        "$replace($pad('', 1000000, 'a'), 'a', $pad('', 100000, 'b'))",
    ] {
        let expression = Expression::compile(text).expect("it compiles");
        let input = Value::Null;
        let start = Instant::now();
        let limits = Limits { time: Duration::from_secs(10), ..Limits::default() };
        let found = expression.eval(&Bindings { limits, ..Bindings::of(&input) }, &mut Seeded(1));
        let said = found.map_or_else(|problem| problem.to_string(), |value| format!("{} bytes", value.size()));
        println!("{text:<80} {:>6.2} s  {said}", start.elapsed().as_secs_f64());
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")) {
        println!("{line}");
    }
}
