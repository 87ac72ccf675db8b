//! What could be typed in an expression that is evaluated in the scope of a thread.

use lint::functions::{INTRINSIC, JSONATA};
use query::Value;
use wire::{CompleteExpression, ExpressionCompletions, ExpressionOption, Failure};

use crate::backend::Inner;
use crate::debugging::focus_of;
use crate::host::Host;

const MOST: usize = 200;

impl<H: Host> Inner<H> {
    pub(crate) async fn complete_expression(
        &self,
        request: CompleteExpression,
    ) -> Result<ExpressionCompletions, Failure> {
        let before: String =
            String::from_utf16_lossy(&request.text.encode_utf16().take(request.offset as usize).collect::<Vec<u16>>());
        let seen = self.see(&request.execution, request.event).await?;
        let thread = self.thread_asked(&request.execution, &seen, request.thread, request.lane);
        let focus = focus_of(&seen, thread);
        let (start, base, part) = last_path(&before);
        let mut options = Vec::new();
        match base {
            None if part.starts_with("States.") || "States.".starts_with(part) && !part.is_empty() => {
                options.extend(INTRINSIC.iter().map(|function| ExpressionOption {
                    label: function.name.to_owned(),
                    detail: format!("({}) {}", function.parameters, function.help),
                    function: true,
                }));
            }
            None => {
                let variables = focus.thread.and_then(|thread| seen.execution.look_at(thread));
                for (name, value) in variables.iter().flat_map(|view| view.variables.all()) {
                    options.push(ExpressionOption {
                        label: format!("${name}"),
                        detail: summary(value),
                        function: false,
                    });
                }
                for (label, detail) in
                    [("$states", "input, result, errorOutput, context"), ("$$", "the context object")]
                {
                    options.push(ExpressionOption { label: label.into(), detail: detail.into(), function: false });
                }
                options.extend(JSONATA.iter().map(|function| ExpressionOption {
                    label: format!("${}", function.name),
                    detail: format!("({}) {}", function.parameters, function.help),
                    function: true,
                }));
            }
            Some("$states") => {
                let told = |value: Option<&Value>| value.map_or_else(|| "nothing here".to_owned(), summary);
                for (label, detail) in [
                    ("input", told(Some(&focus.input))),
                    ("context", "object".to_owned()),
                    ("result", told(focus.result.as_ref())),
                    ("errorOutput", told(focus.error_output.as_ref())),
                ] {
                    options.push(ExpressionOption { label: label.into(), detail, function: false });
                }
            }
            Some(base) => {
                let found = runtime::debug::evaluate(&seen.execution, &focus, base).ok().flatten();
                // Fields of the items where it is an array, as both languages read it.
                let within = found.as_ref().and_then(|value| value.index(0).or(Some(value)));
                for (key, value) in within.and_then(Value::as_object).iter().flat_map(|object| object.iter()) {
                    options.push(ExpressionOption { label: key.to_string(), detail: summary(value), function: false });
                }
            }
        }
        let wanted = part.to_lowercase();
        options.retain(|option| option.label.to_lowercase().starts_with(&wanted));
        options.truncate(MOST);
        let from = u32::try_from(before[..start].encode_utf16().count()).unwrap_or(u32::MAX);
        Ok(ExpressionCompletions { from, options })
    }
}

/// Where the last part of the path at the end of a text begins, what stands before its dot, and the part.
fn last_path(text: &str) -> (usize, Option<&str>, &str) {
    let mut depth = 0_u32;
    let mut begin = text.len();
    for (at, c) in text.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth > 0 => depth -= 1,
            _ if depth > 0 || c.is_alphanumeric() || matches!(c, '_' | '$' | '.') => {}
            _ => break,
        }
        begin = at;
    }
    let path = &text[begin..];
    match path.rfind('.') {
        Some(dot) if !path.starts_with("States") && !path[dot..].contains(']') => {
            (begin + dot + 1, Some(&path[..dot]), &path[dot + 1..])
        }
        _ => (begin, None, path),
    }
}

fn summary(value: &Value) -> String {
    match value {
        Value::Object(members) => format!("object, {} fields", members.len()),
        Value::Array(items) => format!("array, {} items", items.len()),
        Value::Null => "null".into(),
        other => other.text().chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::last_path;

    #[test]
    fn the_path_at_the_end() {
        assert_eq!(last_path("$.order.cu"), (8, Some("$.order"), "cu"));
        assert_eq!(last_path("1 + $sum($.items[0].pr"), (20, Some("$.items[0]"), "pr"));
        assert_eq!(last_path("$cust"), (0, None, "$cust"));
        assert_eq!(last_path("States.Ar"), (0, None, "States.Ar"));
        assert_eq!(last_path("a = $"), (4, None, "$"));
        assert_eq!(last_path(""), (0, None, ""));
        assert_eq!(last_path("é.x"), (3, Some("é"), "x"));
    }
}
