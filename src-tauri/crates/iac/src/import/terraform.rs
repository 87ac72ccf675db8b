//! Terraform and OpenTofu.

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};

use asl::syntax::{Member, Span};
use asl::{Node, NodeKind, Text};

use super::{Binding, Files, Form, Function, ImportError, Refusal, Workflow, holes, link_functions, relative};
use crate::expr::{Part, split_template};
use crate::plan::Note;
use crate::settings::{LogLevel, Logging, MachineType, Settings};

fn parse(text: &str) -> Result<Body, String> {
    if text.len() > crate::template::MAX_BYTES {
        return Err("the file is too large".to_owned());
    }
    hcl_edit::parser::parse_body(text)
        .map_err(|error| error.to_string().lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" "))
}

/// The label of a machine and its block: the resource, or the community module.
fn machines(body: &Body) -> impl Iterator<Item = (String, &Block)> {
    body.blocks().filter_map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        match (block.ident.as_str(), &labels[..]) {
            ("resource", ["aws_sfn_state_machine", name]) => Some(((*name).to_owned(), block)),
            ("module", [name]) => {
                let source = block.body.get_attribute("source").and_then(|attribute| attribute.value.as_str())?;
                (source.contains("step-functions") && block.body.get_attribute("definition").is_some())
                    .then(|| ((*name).to_owned(), block))
            }
            _ => None,
        }
    })
}

/// What the definition of a machine is, once local names are followed.
enum Source<'b> {
    /// `templatefile(path, values)` or `file(path)`
    File {
        path: String,
        values: Option<&'b Expression>,
    },
    Heredoc(&'b Expression),
    Encoded(&'b Expression),
    /// A quoted string.
    Quoted(&'b Expression),
    Unknown,
}

fn source<'b>(body: &'b Body, text: &str, expression: &'b Expression, depth: u32) -> Source<'b> {
    match expression {
        Expression::Parenthesis(inner) => source(body, text, inner.inner(), depth),
        Expression::HeredocTemplate(_) => Source::Heredoc(expression),
        Expression::String(_) | Expression::StringTemplate(_) => Source::Quoted(expression),
        Expression::FuncCall(call) => {
            let name = call.name.name.as_str();
            match name {
                "jsonencode" => call.args.iter().next().map_or(Source::Unknown, Source::Encoded),
                "templatefile" | "file" => match call.args.iter().next().and_then(|path| module_path(text, path)) {
                    Some(path) => Source::File { path, values: call.args.get(1).filter(|_| name == "templatefile") },
                    None => Source::Unknown,
                },
                _ => Source::Unknown,
            }
        }
        Expression::Traversal(_) if depth < 4 => {
            let written = slice(text, expression);
            let parts: Vec<&str> = written.split('.').collect();
            match parts[..] {
                ["local", name] => body
                    .get_blocks("locals")
                    .find_map(|locals| locals.body.get_attribute(name))
                    .map_or(Source::Unknown, |attribute| source(body, text, &attribute.value, depth + 1)),
                ["data", "template_file", name, "rendered"] => body
                    .get_blocks("data")
                    .find(|block| block.has_exact_labels(&["template_file", name]))
                    .and_then(|block| Some((block.body.get_attribute("template")?, block.body.get_attribute("vars"))))
                    .map_or(Source::Unknown, |(template, vars)| match source(body, text, &template.value, depth + 1) {
                        Source::File { path, .. } => Source::File { path, values: vars.map(|vars| &vars.value) },
                        other => other,
                    }),
                _ => Source::Unknown,
            }
        }
        _ => Source::Unknown,
    }
}

fn slice<'t>(text: &'t str, expression: &Expression) -> &'t str {
    expression.span().and_then(|span| text.get(span)).unwrap_or("").trim()
}

/// `"${path.module}/x.json"` as a path beside the file.
fn module_path(text: &str, expression: &Expression) -> Option<String> {
    let written = slice(text, expression);
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    let path = inside
        .trim_start_matches("${path.module}")
        .trim_start_matches("${path.root}")
        .trim_start_matches("${path.cwd}")
        .trim_start_matches('/');
    (!path.contains("${")).then(|| path.to_owned())
}

pub(super) fn workflows(path: &str, text: &str, files: &Files<'_>) -> Result<Vec<Workflow>, ImportError> {
    let body = parse(text).map_err(|error| ImportError::Unreadable(format!("{path}: {error}")))?;
    let mut found: Vec<Workflow> =
        machines(&body).map(|(id, block)| workflow(path, text, &body, id, block, files)).collect();
    let functions = functions(path, text, &body);
    link_functions(&mut found, &functions, &|expression, function| {
        expression.contains(&format!("aws_lambda_function.{}.", function.id))
            || expression.contains(&format!("module.{}.", function.id))
    });
    Ok(found)
}

fn workflow(path: &str, text: &str, body: &Body, id: String, block: &Block, files: &Files<'_>) -> Workflow {
    let mut notes = Vec::new();
    let mut bindings = Vec::new();
    let mut file = None;
    let definition = block.body.get_attribute("definition");
    let (form, definition) = match definition.map(|attribute| source(body, text, &attribute.value, 0)) {
        Some(Source::File { path: name, values }) => {
            let at = relative(path, &name);
            let content = files(&at);
            if content.is_none() {
                notes.push(Note::warning(format!("there is no file {at}"), None));
            }
            bind_values(text, values, &mut bindings);
            let content = content.unwrap_or_default();
            if content.replace("%%{", "").contains("%{") {
                notes.push(Note::warning(
                    format!("{at} has template directives (%{{ … }}), which are not evaluated"),
                    None,
                ));
            }
            file = Some(at);
            (Form::Separate, content)
        }
        Some(Source::Heredoc(expression)) => {
            let heredoc = Heredoc::of(slice(text, expression));
            (Form::Heredoc, heredoc.map(|heredoc| simplify(&heredoc.content, &mut bindings)).unwrap_or_default())
        }
        Some(Source::Encoded(expression)) => {
            let node = encoded(text, expression, &mut bindings);
            (Form::JsonEncode, crate::emit::json::node(&node))
        }
        Some(Source::Quoted(expression)) => {
            let written = slice(text, expression);
            let inside = written.trim_matches('"');
            let plain: String = serde_json::from_str(&format!("\"{inside}\"")).unwrap_or_else(|_| inside.to_owned());
            (Form::Text, simplify(&plain, &mut bindings))
        }
        Some(Source::Unknown) | None => {
            notes
                .push(Note::warning(format!("the definition of {id} is computed in a way that is not followed"), None));
            (Form::Text, String::new())
        }
    };
    for hole in holes(&definition) {
        if bindings.iter().all(|binding: &Binding| binding.hole != hole) {
            let expression = if form == Form::Separate { String::new() } else { hole.clone() };
            bindings.push(Binding { hole, expression });
        }
    }
    let settings = settings(block);
    Workflow { id, form, text: definition, file, bindings, settings, functions: Vec::new(), notes }
}

fn bind_values(text: &str, values: Option<&Expression>, bindings: &mut Vec<Binding>) {
    let Some(Expression::Object(object)) = values else { return };
    for (key, value) in object.iter() {
        let hole = match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(expression) => slice(text, expression).trim_matches('"').to_owned(),
        };
        bindings.push(Binding { hole, expression: slice(text, value.expr()).to_owned() });
    }
}

/// Interpolations that are no plain names get names, so that the text is a definition with holes.
fn simplify(text: &str, bindings: &mut Vec<Binding>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let escaped = rest[..at].ends_with('$');
        let Some(end) = close(&rest[at..]) else { break };
        let inside = rest[at + 2..at + end].trim();
        result.push_str(&rest[..at]);
        let simple = matches!(split_template(&format!("${{{inside}}}"))[..], [Part::Hole { .. }]);
        if escaped || inside.is_empty() {
            result.push_str(&rest[at..=at + end]);
        } else if simple {
            result.push_str(&format!("${{{inside}}}"));
            if bindings.iter().all(|binding| binding.hole != inside) {
                bindings.push(Binding { hole: inside.to_owned(), expression: inside.to_owned() });
            }
        } else {
            let known =
                bindings.iter().find(|binding| binding.expression == inside).map(|binding| binding.hole.clone());
            let hole = known.unwrap_or_else(|| {
                let base = crate::names::pascal(inside);
                let base: String = base.chars().take(60).collect();
                let mut names = crate::names::Names::default();
                for binding in bindings.iter() {
                    names.take(&binding.hole);
                }
                let hole = names.take(&base);
                bindings.push(Binding { hole: hole.clone(), expression: inside.to_owned() });
                hole
            });
            result.push_str(&format!("${{{hole}}}"));
        }
        rest = &rest[at + end + 1..];
    }
    result.push_str(rest);
    result
}

/// The offset of the brace that closes the one at offset 1, strings within skipped.
fn close(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            '\n' if depth > 0 => return None,
            _ => {}
        }
        before = c;
    }
    None
}

/// A here document taken apart.
struct Heredoc<'t> {
    /// `<<-EOF` with its line end.
    head: &'t str,
    lines: Vec<&'t str>,
    /// Blanks taken off every line by `<<-`.
    indent: usize,
    tail: &'t str,
    content: String,
}

impl<'t> Heredoc<'t> {
    fn of(source: &'t str) -> Option<Self> {
        let (head, rest) = source.split_at(source.find('\n')? + 1);
        let marker = head.trim().trim_start_matches("<<").trim_start_matches('-');
        let tail_at = rest.rfind(marker)?;
        let tail_line = rest[..tail_at].rfind('\n').map_or(0, |line| line + 1);
        let (inside, tail) = rest.split_at(tail_line);
        let lines: Vec<&str> = inside.split_inclusive('\n').collect();
        let indent = if head.trim_start().starts_with("<<-") {
            lines
                .iter()
                .filter(|line| !line.trim().is_empty())
                .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
                .min()
                .unwrap_or(0)
        } else {
            0
        };
        let content = lines.iter().map(|line| line.get(indent..).unwrap_or("\n")).collect();
        Some(Self { head, lines, indent, tail, content })
    }

    fn with(&self, content: &str) -> String {
        let pad = self
            .lines
            .iter()
            .find(|line| !line.trim().is_empty())
            .and_then(|line| line.get(..self.indent))
            .unwrap_or("")
            .to_owned();
        let crlf = self.head.ends_with("\r\n");
        let mut text = self.head.to_owned();
        for line in content.trim_end_matches('\n').split('\n') {
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                text.push_str(&pad);
                text.push_str(line);
            }
            text.push_str(if crlf { "\r\n" } else { "\n" });
        }
        text.push_str(self.tail);
        text
    }
}

/// `jsonencode({ … })` as the JSON it makes, expressions as holes.
fn encoded(text: &str, expression: &Expression, bindings: &mut Vec<Binding>) -> Node {
    let kind = match expression {
        Expression::Null(_) => NodeKind::Null,
        Expression::Bool(value) => NodeKind::Bool(*value.value()),
        Expression::Number(_) => NodeKind::Number(slice(text, expression).into()),
        Expression::String(value) => NodeKind::String(value.value().as_str().into()),
        Expression::Parenthesis(inner) => return encoded(text, inner.inner(), bindings),
        Expression::Array(array) => {
            NodeKind::Array(array.iter().map(|element| encoded(text, element, bindings)).collect())
        }
        Expression::Object(object) => NodeKind::Object(
            object
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(Expression::String(name)) => name.value().clone(),
                        ObjectKey::Expression(other) => simplify(slice(text, other).trim_matches('"'), bindings),
                    };
                    Member {
                        key: Text { value: key.into(), span: Span::default() },
                        value: encoded(text, value.expr(), bindings),
                    }
                })
                .collect(),
        ),
        Expression::StringTemplate(_) => {
            let inside = slice(text, expression).trim_matches('"');
            NodeKind::String(simplify(inside, bindings).into())
        }
        other => NodeKind::String(simplify(&format!("${{{}}}", slice(text, other)), bindings).into()),
    };
    Node::new(kind, Span::default())
}

fn settings(block: &Block) -> Settings {
    let text =
        |name: &str| block.body.get_attribute(name).and_then(|attribute| attribute.value.as_str()).map(str::to_owned);
    let mut settings = Settings { machine_name: text("name"), ..Settings::default() };
    if text("type").is_some_and(|kind| kind.eq_ignore_ascii_case("express")) {
        settings.kind = MachineType::Express;
    }
    let enabled = |body: &Body, name: &str| matches!(body.get_attribute(name).map(|found| &found.value), Some(Expression::Bool(value)) if *value.value());
    settings.tracing = block.body.get_blocks("tracing_configuration").any(|block| enabled(&block.body, "enabled"));
    if let Some(logging) = block.body.get_blocks("logging_configuration").next() {
        let level = logging.body.get_attribute("level").and_then(|attribute| attribute.value.as_str());
        if level != Some("OFF") {
            settings.logging = Some(Logging {
                level: match level {
                    Some("ALL") => LogLevel::All,
                    Some("FATAL") => LogLevel::Fatal,
                    _ => LogLevel::Error,
                },
                include_execution_data: enabled(&logging.body, "include_execution_data"),
                ..Logging::default()
            });
        }
    }
    settings
}

fn functions(path: &str, text: &str, body: &Body) -> Vec<Function> {
    body.get_blocks("resource")
        .filter_map(|block| {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let ["aws_lambda_function", id] = labels[..] else { return None };
            let field = |name: &str| {
                block.body.get_attribute(name).and_then(|attribute| attribute.value.as_str()).map(str::to_owned)
            };
            let code = block.body.get_attribute("filename").and_then(|attribute| {
                let written = slice(text, &attribute.value);
                // A zip made by the archive provider leads to the folder it is made of.
                match written.strip_prefix("data.archive_file.").and_then(|rest| rest.split('.').next()) {
                    Some(archive) => body
                        .get_blocks("data")
                        .find(|block| block.has_exact_labels(&["archive_file", archive]))
                        .and_then(|block| {
                            block.body.get_attribute("source_dir").or_else(|| block.body.get_attribute("source_file"))
                        })
                        .and_then(|source| module_path(text, &source.value)),
                    None => module_path(text, &attribute.value),
                }
            });
            let mut environment = Vec::new();
            for holder in block.body.get_blocks("environment") {
                if let Some(Expression::Object(variables)) =
                    holder.body.get_attribute("variables").map(|attribute| &attribute.value)
                {
                    for (key, value) in variables.iter() {
                        if let (ObjectKey::Ident(name), Some(value)) = (key, value.expr().as_str()) {
                            environment.push((name.as_str().to_owned(), value.to_owned()));
                        }
                    }
                }
            }
            Some(Function {
                id: id.to_owned(),
                name: field("function_name"),
                code: code.map(|code| relative(path, &code)),
                handler: field("handler"),
                runtime: field("runtime"),
                environment,
                holes: Vec::new(),
            })
        })
        .collect()
}

pub(super) fn patch(text: &str, id: &str, definition: &str) -> Result<String, Refusal> {
    let body = parse(text).map_err(Refusal::Unreadable)?;
    let (_, block) = machines(&body).find(|(name, _)| name == id).ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    let attribute = block.body.get_attribute("definition").ok_or_else(|| Refusal::Gone(id.to_owned()))?;
    let expression = match source(&body, text, &attribute.value, 0) {
        Source::Heredoc(expression) => expression,
        Source::File { .. } => {
            return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
        }
        Source::Encoded(_) => {
            return Err(Refusal::Unsound(
                "the definition is written as HCL within jsonencode, which cannot be changed as JSON".to_owned(),
            ));
        }
        Source::Quoted(_) | Source::Unknown => return Err(Refusal::Unsound("the definition is computed".to_owned())),
    };
    super::parse_definition(definition)?;
    let span =
        expression.span().ok_or_else(|| Refusal::Unsound("the place of the definition is not known".to_owned()))?;
    let source = &text[span.clone()];
    let lead = source.len() - source.trim_start().len();
    let heredoc =
        Heredoc::of(source.trim()).ok_or_else(|| Refusal::Unsound("the here document cannot be read".to_owned()))?;
    // Back from the names the import gave to the interpolations that stand in the file.
    let mut bindings = Vec::new();
    simplify(&heredoc.content, &mut bindings);
    let restored = crate::expr::substitute(definition, &|hole| {
        bindings.iter().find(|binding| binding.hole == hole).map(|binding| format!("${{{}}}", binding.expression))
    });
    let mut result = text[..span.start + lead].to_owned();
    result.push_str(&heredoc.with(&restored));
    result.push_str(&text[span.start + source.trim_end().len()..]);
    Ok(result)
}
