//! Derives the embedded JSONata from the published one: synchronous, with counted steps and without the doors to
//! JavaScript's own prototypes. Every edit names the text it replaces and how often, so a different source fails here.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use sha2::{Digest as _, Sha256};

const SOURCE: &str = "vendor/jsonata-2.0.6/jsonata.js";
const SHA256: &str = "8327cafae2779d31512939cc45eba2f1b3fff3c09cdf7906ed457c31f198302b";

/// What is replaced, by what, and how often it occurs.
const EDITS: &[(&str, &str, usize)] = &[
    // The tracing hooks are looked up through all frames on every step; the counters take their place.
    (
        "var entryCallback = environment.lookup(Symbol.for('jsonata.__evaluate_entry'));
        if(entryCallback) {
            entryCallback(expr, input, environment);
        }",
        "if (++limits.depth > limits.maxDepth || ++limits.steps > limits.maxSteps) { limits.exceeded(); }",
        1,
    ),
    (
        "var exitCallback = environment.lookup(Symbol.for('jsonata.__evaluate_exit'));
        if(exitCallback) {
            exitCallback(expr, input, environment, result);
        }",
        "limits.depth--;",
        1,
    ),
    (
        "if (enclosingEnvironment) {
            var framePushCallback = enclosingEnvironment.lookup(Symbol.for('jsonata.__createFrame_push'));
            if(framePushCallback) {
                framePushCallback(enclosingEnvironment, newFrame);
            }
        }",
        "",
        1,
    ),
    ("var staticFrame = createFrame(null);", "var limits = self.limits; var staticFrame = createFrame(null);", 1),
    // The service's own functions, and no $eval.
    (
        "var environment = createFrame(staticFrame);",
        "var environment = createFrame(options && options.frame ? options.frame : staticFrame);",
        1,
    ),
    (
        "jsonata.parser = parser;",
        "jsonata.parser = parser;
    jsonata.frame = function () { return createFrame(staticFrame); };
    jsonata.define = defineFunction;
    jsonata.createSequence = createSequence;
    jsonata.populateMessage = populateMessage;",
        1,
    ),
    // `$x.constructor` and `$x.__proto__` are members only when the data has them.
    ("result = input[key];", "result = Object.prototype.hasOwnProperty.call(input, key) ? input[key] : undefined;", 1),
    // Inside the engine `join` cannot be interrupted, and it is what makes the padding.
    (
        "var padding = (new Array(padLength + 1)).join(char);",
        "if (padLength > self.maxText) { throw { message: 'The result of the pad function is too long' }; }
            var padding = (new Array(padLength + 1)).join(char);",
        1,
    ),
];

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=build.rs");
    let source = fs::read_to_string(SOURCE).expect("the vendored source is readable");
    let digest = Sha256::digest(source.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    });
    assert_eq!(digest, SHA256, "{SOURCE} is not the published one");

    let mut text = synchronous(&source);
    for &(from, to, times) in EDITS {
        assert_eq!(text.matches(from).count(), times, "{from:?} occurs a different number of times");
        text = text.replace(from, to);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    fs::write(out.join("jsonata-sync.js"), without_comments(&text)).expect("the output folder is writable");
}

/// Every promise in the source is awaited where it is made, so leaving out the waiting leaves the meaning.
fn synchronous(source: &str) -> String {
    let text = source.replace("Promise.all(", "(").replace("async function", "function").replace("async (", "(");
    let text = text.replace("await ", "");
    for left in ["await", "async function", "async ("] {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with(['*', '/']))
            .filter(|line| line.contains(left))
            .count();
        assert_eq!(code, 0, "{left:?} is left");
    }
    text
}

/// Drops the documentation comments, a third of the source, which the engine would only skip.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if !inside && trimmed.starts_with("/**") {
            inside = !trimmed.contains("*/");
            continue;
        }
        if inside {
            inside = !trimmed.ends_with("*/");
            continue;
        }
        if !trimmed.starts_with("//") {
            out.push_str(trimmed);
            out.push('\n');
        }
    }
    out
}
