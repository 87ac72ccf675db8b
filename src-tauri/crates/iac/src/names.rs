//! Names that are legal where they have to stand.

use std::collections::HashSet;

/// The words of a name: cut at everything that is no letter or digit, and where a small letter meets a capital.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (at, &c) in characters.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = at.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(at + 1);
        let starts = c.is_ascii_uppercase()
            && (before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit())
                || (before.is_some_and(|before| before.is_ascii_uppercase())
                    && after.is_some_and(char::is_ascii_lowercase)));
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `order-approval` to `OrderApproval`. Letters and digits only, never beginning with a digit, never empty.
pub fn pascal(name: &str) -> String {
    let mut result = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            result.push(first.to_ascii_uppercase());
            result.push_str(letters.as_str());
        }
    }
    match result.chars().next() {
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{result}"),
        Some(_) => result,
    }
}

/// `OrderApproval` to `orderApproval`, a legal identifier of TypeScript.
pub fn camel(name: &str) -> String {
    let words = words(&pascal(name));
    let mut result = String::new();
    for (at, word) in words.iter().enumerate() {
        if at == 0 {
            result.push_str(&word.to_ascii_lowercase());
        } else {
            let mut letters = word.chars();
            if let Some(first) = letters.next() {
                result.push(first.to_ascii_uppercase());
                result.push_str(&letters.as_str().to_ascii_lowercase());
            }
        }
    }
    if TYPESCRIPT_RESERVED.contains(&result.as_str()) { format!("{result}Value") } else { result }
}

/// `OrderApproval` to `order_approval`, a legal name of Terraform and Python.
pub fn snake(name: &str) -> String {
    let result = words(&pascal(name)).iter().map(|word| word.to_ascii_lowercase()).collect::<Vec<_>>().join("_");
    if SNAKE_RESERVED.contains(&result.as_str()) { format!("{result}_value") } else { result }
}

/// `Order Approval` to `order-approval`: file names and the names of stacks.
pub fn kebab(name: &str) -> String {
    let result = words(name).iter().map(|word| word.to_ascii_lowercase()).collect::<Vec<_>>().join("-");
    if result.is_empty() { "workflow".to_owned() } else { result }
}

const TYPESCRIPT_RESERVED: &[&str] = &[
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "new",
    "null",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "let",
    "static",
    "yield",
    "await",
    "async",
    "arguments",
    "eval",
    "interface",
    "package",
    "private",
    "protected",
    "public",
    "implements",
    "constructor",
    // Properties of a stack's own props.
    "env",
    "tags",
    "description",
    "synthesizer",
    // Names the generated code uses itself.
    "path",
    "fs",
    "cdk",
    "iam",
    "sfn",
    "logs",
    "kms",
    "events",
    "scheduler",
    "scope",
    "id",
    "props",
    "version",
    "alias",
    "template",
    "definition",
    "role",
    "policy",
    "config",
    "account",
    "region",
    "partition",
    "aws",
    "pulumi",
    "values",
    "assumedBy",
    "logGroup",
    "stateMachine",
    "stateMachineArn",
    "required",
    "app",
    "terminationProtection",
    "stackName",
];

const SNAKE_RESERVED: &[&str] = &[
    // Terraform variables.
    "source",
    "version",
    "providers",
    "count",
    "for_each",
    "lifecycle",
    "depends_on",
    "locals",
    // Python.
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "none",
    "true",
    "false",
    "match",
    "self",
    // Names the generated code uses itself.
    "scope",
    "construct_id",
    "kwargs",
    "cdk",
    "iam",
    "sfn",
    "logs",
    "kms",
    "events",
    "scheduler",
    "version",
    "alias",
    "log_group",
    "path",
    "construct",
    "env",
    "tags",
    "description",
    "synthesizer",
    "stack_name",
    "termination_protection",
    "str",
    "super",
];

/// Hands out names that are free, adding 2, 3, … where two want the same. Upper and lower case do not make a difference,
/// so that the names stay apart in every spelling.
#[derive(Debug, Clone, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    pub fn take(&mut self, wanted: &str) -> String {
        if self.taken.insert(key(wanted)) {
            return wanted.to_owned();
        }
        (2_u32..)
            .map(|number| format!("{wanted}{number}"))
            .find(|name| self.taken.insert(key(name)))
            .expect("there are more numbers than names")
    }

    /// Keeps a name from being handed out.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(key(name));
    }

    /// A name that is free with every one of these endings: as it is wanted, with `addition`, or with that and a number.
    pub fn take_with(&mut self, wanted: &str, addition: &str, endings: &[String]) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted}{addition}{number}"));
        let mut candidates = [wanted.to_owned(), format!("{wanted}{addition}")].into_iter().chain(numbered);
        let keys =
            |name: &str| -> Vec<String> { endings.iter().map(|ending| key(&format!("{name}{ending}"))).collect() };
        let name = candidates
            .find(|name| keys(name).iter().all(|key| !self.taken.contains(key)))
            .expect("there are more numbers than names");
        self.taken.extend(keys(&name));
        name
    }
}

fn key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (name, pascal_case, camel_case, snake_case) in [
            ("order-approvals", "OrderApprovals", "orderApprovals", "order_approvals"),
            ("ChargeFunctionArn", "ChargeFunctionArn", "chargeFunctionArn", "charge_function_arn"),
            ("DDBPutItem", "DDBPutItem", "ddbPutItem", "ddb_put_item"),
            ("fn_update_metadata", "FnUpdateMetadata", "fnUpdateMetadata", "fn_update_metadata"),
            ("2nd queue", "N2ndQueue", "n2ndQueue", "n2nd_queue"),
            ("Größe?", "GrE", "grE", "gr_e"),
            ("…", "Value", "value", "value"),
            ("class", "Class", "classValue", "class_value"),
            ("Source", "Source", "source", "source_value"),
        ] {
            assert_eq!(pascal(name), pascal_case);
            assert_eq!(camel(name), camel_case);
            assert_eq!(snake(name), snake_case);
        }
        assert_eq!(kebab("Order Approval"), "order-approval");
    }

    #[test]
    fn names_stay_apart_in_every_spelling() {
        let mut names = Names::default();
        assert_eq!(names.take("FooBar"), "FooBar");
        assert_eq!(names.take("fooBar"), "fooBar2");
        assert_eq!(names.take("Foo_Bar"), "Foo_Bar3");
    }
}
