//! The functions that a workflow's expressions can call: for completion and hover.

/// A built-in function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Without `$`.
    pub name: &'static str,
    /// How a call looks; `?` marks what may be left out.
    pub signature: &'static str,
    pub summary: &'static str,
    /// Only the service has it.
    pub service: bool,
}

macro_rules! functions {
    ($($service:ident $name:literal ($($parameters:literal)?) -> $result:literal: $summary:literal;)*) => {
        /// Every function, by name.
        pub const FUNCTIONS: &[FunctionInfo] = &[$(FunctionInfo {
            name: $name,
            signature: concat!("$", $name, "(", $($parameters,)? ") → ", $result),
            summary: $summary,
            service: functions!(@ $service),
        }),*];
    };
    (@ jsonata) => { false };
    (@ service) => { true };
}

functions! {
    jsonata "abs" ("number") -> "number": "The number without its sign.";
    jsonata "append" ("array1, array2") -> "array": "The items of both, one array after the other.";
    jsonata "assert" ("condition, message?") -> "nothing": "Raises an error with the message unless the condition holds.";
    jsonata "average" ("array") -> "number": "The arithmetic mean of an array of numbers.";
    jsonata "base64decode" ("string") -> "string": "The text that the Base64 stands for.";
    jsonata "base64encode" ("string") -> "string": "The text in Base64.";
    jsonata "boolean" ("value") -> "boolean": "Whether the value counts as true.";
    jsonata "ceil" ("number") -> "number": "The smallest whole number that is not below.";
    jsonata "clone" ("value") -> "value": "A deep copy of an object or array.";
    jsonata "contains" ("string, pattern") -> "boolean": "Whether the text holds the pattern, a string or a regular expression.";
    jsonata "count" ("array") -> "number": "How many items there are.";
    jsonata "decodeUrl" ("string") -> "string": "Undoes $encodeUrl.";
    jsonata "decodeUrlComponent" ("string") -> "string": "Undoes $encodeUrlComponent.";
    jsonata "distinct" ("array") -> "array": "The items without repetitions.";
    jsonata "each" ("object, function") -> "array": "The results of function(value, name) for every member.";
    jsonata "encodeUrl" ("string") -> "string": "The text with what a URL cannot hold replaced.";
    jsonata "encodeUrlComponent" ("string") -> "string": "The text with what a part of a URL cannot hold replaced.";
    jsonata "error" ("message?") -> "nothing": "Raises an error.";
    jsonata "exists" ("value") -> "boolean": "Whether the expression gives anything at all.";
    jsonata "filter" ("array, function") -> "array": "The items for which function(value, index, array) holds.";
    jsonata "floor" ("number") -> "number": "The largest whole number that is not above.";
    jsonata "formatBase" ("number, radix?") -> "string": "The number in another base, 2 to 36.";
    jsonata "formatInteger" ("number, picture") -> "string": "A whole number as the picture says: digits, letters, Roman, words.";
    jsonata "formatNumber" ("number, picture, options?") -> "string": "The number as the picture says, such as '#,##0.00'.";
    jsonata "fromMillis" ("number, picture?, timezone?") -> "string": "The time that many milliseconds after 1970 began, ISO 8601 by default.";
    service "hash" ("string, algorithm") -> "string": "The digest in hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.";
    jsonata "join" ("array, separator?") -> "string": "The strings of an array as one.";
    jsonata "keys" ("object") -> "array": "The names of the members.";
    jsonata "length" ("string") -> "number": "How many characters the text has.";
    jsonata "lookup" ("object, name") -> "value": "The member of that name; of an array of objects, all of them.";
    jsonata "lowercase" ("string") -> "string": "The text in lower case.";
    jsonata "map" ("array, function") -> "array": "The results of function(value, index, array) for every item.";
    jsonata "match" ("string, pattern, limit?") -> "array": "What a regular expression matches, with places and groups.";
    jsonata "max" ("array") -> "number": "The largest number of an array.";
    jsonata "merge" ("array") -> "object": "The members of all objects in one; later ones win.";
    jsonata "millis" () -> "number": "The time of the evaluation in milliseconds since 1970 began.";
    jsonata "min" ("array") -> "number": "The smallest number of an array.";
    jsonata "not" ("value") -> "boolean": "The opposite of $boolean.";
    jsonata "now" ("picture?, timezone?") -> "string": "The time of the evaluation, ISO 8601 by default.";
    jsonata "number" ("value") -> "number": "The number that a string spells or a boolean stands for.";
    jsonata "pad" ("string, width, fill?") -> "string": "The text filled up to the width; a negative width fills at the front.";
    service "parse" ("string") -> "value": "The value that JSON text stands for.";
    jsonata "parseInteger" ("string, picture") -> "number": "Undoes $formatInteger.";
    service "partition" ("array, size") -> "array": "The items in chunks of at most that size.";
    jsonata "power" ("base, exponent") -> "number": "The base raised to the exponent.";
    service "random" ("seed?") -> "number": "A number from 0 up to 1; the same one for the same seed.";
    service "range" ("first, last, step") -> "array": "The numbers from first to last, step apart.";
    jsonata "reduce" ("array, function, initial?") -> "value": "The items taken together by function(so far, value).";
    jsonata "replace" ("string, pattern, replacement, limit?") -> "string": "The text with what the pattern matches replaced.";
    jsonata "reverse" ("array") -> "array": "The items from last to first.";
    jsonata "round" ("number, precision?") -> "number": "The number rounded, halves to even.";
    jsonata "shuffle" ("array") -> "array": "The items in random order.";
    jsonata "sift" ("object, function") -> "object": "The members for which function(value, name, object) holds.";
    jsonata "single" ("array, function?") -> "value": "The one item for which the function holds; an error unless it is exactly one.";
    jsonata "sort" ("array, function?") -> "array": "The items in order; function(left, right) says whether to swap.";
    jsonata "split" ("string, separator, limit?") -> "array": "The parts of the text between separators.";
    jsonata "spread" ("object") -> "array": "One object for every member.";
    jsonata "sqrt" ("number") -> "number": "The square root.";
    jsonata "string" ("value, prettify?") -> "string": "The value as text; objects and arrays as JSON.";
    jsonata "substring" ("string, start, length?") -> "string": "A part of the text; a negative start counts from the end.";
    jsonata "substringAfter" ("string, characters") -> "string": "What follows the first occurrence.";
    jsonata "substringBefore" ("string, characters") -> "string": "What precedes the first occurrence.";
    jsonata "sum" ("array") -> "number": "The sum of an array of numbers.";
    jsonata "toMillis" ("string, picture?") -> "number": "The milliseconds since 1970 began for a time in ISO 8601 or as the picture says.";
    jsonata "trim" ("string") -> "string": "The text without space around it and with single spaces inside.";
    jsonata "type" ("value") -> "string": "null, number, string, boolean, array, object or function.";
    jsonata "uppercase" ("string") -> "string": "The text in upper case.";
    service "uuid" () -> "string": "A new random UUID, version 4.";
    jsonata "zip" ("array1, array2, …") -> "array": "Arrays of the first items, the second items and so on.";
}

/// The function of that name, given without `$`.
#[must_use]
pub fn function(name: &str) -> Option<&'static FunctionInfo> {
    FUNCTIONS.binary_search_by(|known| known.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
}
