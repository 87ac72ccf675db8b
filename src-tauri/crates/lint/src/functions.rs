//! The functions of the expression languages, for completion, hover, and for telling variables from functions.

/// A function with its parameters and what it does, in our own words.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    pub parameters: &'static str,
    pub help: &'static str,
}

const fn f(name: &'static str, parameters: &'static str, help: &'static str) -> Function {
    Function { name, parameters, help }
}

/// JSONata 2.0.6 as the service has it, without `$`.
pub const JSONATA: &[Function] = &[
    f("abs", "number", "The number without its sign."),
    f("append", "array1, array2", "Both arrays, one after the other."),
    f("assert", "condition, message", "Fails with the message unless the condition holds."),
    f("average", "array", "The mean of the numbers."),
    f("base64decode", "string", "The text behind base 64."),
    f("base64encode", "string", "The text in base 64."),
    f("boolean", "value", "The value as true or false."),
    f("ceil", "number", "The next whole number upwards."),
    f("clone", "object", "A deep copy."),
    f("contains", "string, pattern", "Whether the text holds a text or matches a regular expression."),
    f("count", "array", "How many items there are."),
    f("decodeUrl", "string", "The URL without its escapes."),
    f("decodeUrlComponent", "string", "The part of a URL without its escapes."),
    f("distinct", "array", "Each value once."),
    f("each", "object, function", "What the function gives for each value and key."),
    f("encodeUrl", "string", "The URL with escapes."),
    f("encodeUrlComponent", "string", "The text escaped for a part of a URL."),
    f("error", "message", "Fails with the message."),
    f("exists", "value", "Whether there is a value at all."),
    f("filter", "array, function", "The items for which the function gives true."),
    f("floor", "number", "The next whole number downwards."),
    f("formatBase", "number, radix", "The number as digits of another base."),
    f("formatInteger", "number, picture", "The whole number as the picture says."),
    f("formatNumber", "number, picture, options", "The number as the picture says."),
    f("fromMillis", "milliseconds, picture, timezone", "A timestamp from milliseconds since 1970."),
    f("hash", "string, algorithm", "The hash of the text: MD5, SHA-1, SHA-256, SHA-384 or SHA-512."),
    f("join", "array, separator", "The texts as one."),
    f("keys", "object", "The names of the fields."),
    f("length", "string", "How many characters the text has."),
    f("lookup", "object, key", "The value of a field."),
    f("lowercase", "string", "The text in lower case."),
    f("map", "array, function", "What the function gives for each item."),
    f("match", "string, pattern, limit", "Where the regular expression matches."),
    f("max", "array", "The largest number."),
    f("merge", "array", "The objects as one; later fields win."),
    f("millis", "", "Milliseconds since 1970, now."),
    f("min", "array", "The smallest number."),
    f("not", "value", "True for what counts as false."),
    f("now", "picture, timezone", "The time of the evaluation."),
    f("number", "value", "The value as a number."),
    f("pad", "string, width, character", "The text filled up to a width; a negative width fills on the left."),
    f("parse", "string", "The value behind JSON text. Of the service."),
    f("parseInteger", "string, picture", "The whole number behind the text."),
    f("partition", "array, size", "The array in pieces of a size. Of the service."),
    f("power", "base, exponent", "The power."),
    f("random", "seed", "A number from 0 up to 1; the seed is of the service."),
    f("range", "first, last, step", "The numbers from the first to the last. Of the service."),
    f("reduce", "array, function, init", "The items folded into one value."),
    f("replace", "string, pattern, replacement, limit", "The text with matches replaced."),
    f("reverse", "array", "The items from last to first."),
    f("round", "number, precision", "The number rounded, halves to even."),
    f("shuffle", "array", "The items in a random order."),
    f("sift", "object, function", "The fields for which the function gives true."),
    f("single", "array, function", "The one item for which the function gives true."),
    f("sort", "array, function", "The items in order."),
    f("split", "string, separator, limit", "The text in pieces."),
    f("spread", "object", "An object for each field."),
    f("sqrt", "number", "The square root."),
    f("string", "value, prettify", "The value as text; objects and arrays as JSON."),
    f("substring", "string, start, length", "A part of the text; a negative start counts from its end."),
    f("substringAfter", "string, chars", "What stands after the first occurrence."),
    f("substringBefore", "string, chars", "What stands before the first occurrence."),
    f("sum", "array", "The sum of the numbers."),
    f("toMillis", "timestamp, picture", "Milliseconds since 1970 of a timestamp."),
    f("trim", "string", "The text without blank space around it, and runs of it as one blank."),
    f("type", "value", "The name of the value's type."),
    f("uppercase", "string", "The text in upper case."),
    f("uuid", "", "A new random UUID. Of the service."),
    f("zip", "array1, …", "Arrays of the first items, the second items, and so on."),
];

/// Intrinsic functions of the JSONPath language.
pub const INTRINSIC: &[Function] = &[
    f("States.Array", "value, …", "An array of the values."),
    f("States.ArrayContains", "array, value", "Whether the array holds the value."),
    f("States.ArrayGetItem", "array, index", "The item at an index, counted from 0."),
    f("States.ArrayLength", "array", "How many items there are."),
    f("States.ArrayPartition", "array, size", "The array in pieces of a size."),
    f("States.ArrayRange", "first, last, step", "The numbers from the first to the last, at most 1000."),
    f("States.ArrayUnique", "array", "Each value once."),
    f("States.Base64Decode", "string", "The text behind base 64."),
    f("States.Base64Encode", "string", "The text in base 64."),
    f("States.Format", "template, value, …", "The template with each {} replaced by a value."),
    f("States.Hash", "data, algorithm", "The hash: MD5, SHA-1, SHA-256, SHA-384 or SHA-512."),
    f(
        "States.JsonMerge",
        "object1, object2, false",
        "Both objects as one; the second wins. Deep merges are not supported.",
    ),
    f("States.JsonToString", "value", "The value as JSON text."),
    f("States.MathAdd", "number, number", "The sum of two whole numbers."),
    f("States.MathRandom", "start, end, seed", "A whole number from the start up to before the end."),
    f("States.StringSplit", "string, characters", "The text cut at any of the characters."),
    f("States.StringToJson", "string", "The value behind JSON text."),
    f("States.UUID", "", "A new random UUID."),
];

pub fn jsonata(name: &str) -> Option<&'static Function> {
    JSONATA.iter().find(|function| function.name == name)
}

pub fn intrinsic(name: &str) -> Option<&'static Function> {
    INTRINSIC.iter().find(|function| function.name == name)
}
