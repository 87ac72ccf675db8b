//! Terraform and OpenTofu: the machines of one file, with what the other files of its module say about them.

mod declared;
mod text;

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};

use super::{
    Binding, Changed, Files, Form, ImportError, Origin, Place, Refusal, Workflow, holes, link_functions, relative,
};
use crate::plan::Note;
use text::{Heredoc, encoded, simplify};

/// One file of a module.
struct File<'t> {
    path: &'t str,
    text: &'t str,
    body: Body,
}

/// The files of one folder, the one that is read first.
struct Module<'t> {
    files: Vec<File<'t>>,
}

/// The texts of the other files of a module.
fn neighbours<'p>(place: &Place<'p>) -> Vec<(&'p str, String)> {
    let others = place.beside.iter().filter(|other| **other != place.path);
    others.filter_map(|other| Some((*other, (place.files)(other)?))).collect()
}

impl<'t> Module<'t> {
    fn new(place: &Place<'t>, neighbours: &'t [(&'t str, String)]) -> Result<Module<'t>, String> {
        let &Place { path, text, .. } = place;
        let own = File { path, text, body: parse(text)? };
        // A neighbour that cannot be read says nothing; it is named when its own turn comes.
        let others = neighbours.iter().filter_map(|(path, text)| Some(File { path, text, body: parse(text).ok()? }));
        Ok(Module { files: std::iter::once(own).chain(others).collect() })
    }

    fn own(&self) -> &File<'t> {
        &self.files[0]
    }

    /// Every block of that kind, in any file of the module.
    fn blocks<'m>(&'m self, kind: &'m str) -> impl Iterator<Item = (&'m File<'t>, &'m Block)> {
        self.files.iter().flat_map(move |file| file.body.get_blocks(kind).map(move |block| (file, block)))
    }

    fn labelled<'m>(&'m self, kind: &'m str, labels: &[&str]) -> Option<(&'m File<'t>, &'m Block)> {
        self.blocks(kind).find(|(_, block)| block.has_exact_labels(labels))
    }

    /// `local.name`
    fn local<'m>(&'m self, name: &str) -> Option<(&'m File<'t>, &'m Expression)> {
        self.blocks("locals").find_map(|(file, block)| Some((file, &block.body.get_attribute(name)?.value)))
    }
}

fn parse(text: &str) -> Result<Body, String> {
    if text.len() > crate::template::MAX_BYTES {
        return Err("the file is too large".to_owned());
    }
    // Terraform takes a byte order mark, and places stay where they are.
    let blank;
    let text = match text.strip_prefix(crate::template::BYTE_ORDER_MARK) {
        Some(rest) => {
            blank = " ".repeat(text.len() - rest.len()) + rest;
            &blank
        }
        None => text,
    };
    hcl_edit::parser::parse_body(text).map_err(|error| {
        let message =
            error.message().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ");
        format!("line {}, column {}: {message}", error.location().line(), error.location().column())
    })
}

/// The label of a machine, its block and its definition: the resource, or a module that makes it.
fn machines(body: &Body) -> impl Iterator<Item = (String, &Block, Option<&Expression>)> {
    body.blocks().filter_map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        match (block.ident.as_str(), &labels[..]) {
            ("resource", ["aws_sfn_state_machine", name]) => {
                Some(((*name).to_owned(), block, block.body.get_attribute("definition").map(|found| &found.value)))
            }
            ("module", [name]) => Some(((*name).to_owned(), block, Some(handed_over(block)?))),
            _ => None,
        }
    })
}

/// The definition that a module is given, by the name of its variable and by what is given.
fn handed_over(block: &Block) -> Option<&Expression> {
    let mut attributes = block.body.attributes();
    let attribute = attributes.find(|attribute| {
        let name = attribute.key.as_str();
        let of_machine = ["state", "sfn", "step", "workflow", "asl"].iter().any(|word| name.contains(word));
        name == "definition" || (name.ends_with("definition") && of_machine)
    })?;
    let source = block.body.get_attribute("source").and_then(|source| source.value.as_str()).unwrap_or_default();
    let known = source.contains("step-functions") || source.contains("step_functions");
    let text = match &attribute.value {
        Expression::FuncCall(call) => matches!(call.name.name.as_str(), "templatefile" | "file" | "jsonencode"),
        Expression::HeredocTemplate(_) => true,
        // What a local value holds is seen once the module is read.
        value => is_local(value),
    };
    (known || text).then_some(&attribute.value)
}

/// `local.…`
fn is_local(expression: &Expression) -> bool {
    matches!(expression, Expression::Traversal(path) if path.expr.as_variable().is_some_and(|name| name.as_str() == "local"))
}

/// What the definition of a machine is, once local names are followed.
enum Source<'m, 't> {
    /// `templatefile(path, values)` or `file(path)`
    Separate {
        path: String,
        values: Option<(&'m File<'t>, &'m Expression)>,
    },
    Heredoc(&'m File<'t>, &'m Expression),
    Encoded(&'m File<'t>, &'m Expression),
    /// A quoted string.
    Quoted(&'m File<'t>, &'m Expression),
    Unknown,
}

fn source<'m, 't>(
    module: &'m Module<'t>,
    file: &'m File<'t>,
    expression: &'m Expression,
    depth: u32,
) -> Source<'m, 't> {
    if depth > 8 {
        return Source::Unknown;
    }
    let again = |file, expression| source(module, file, expression, depth + 1);
    match expression {
        Expression::Parenthesis(inner) => again(file, inner.inner()),
        // Of two definitions the first is read.
        Expression::Conditional(choice) => again(file, &choice.true_expr),
        Expression::HeredocTemplate(_) => Source::Heredoc(file, expression),
        Expression::String(_) | Expression::StringTemplate(_) => Source::Quoted(file, expression),
        Expression::FuncCall(call) => {
            let first = call.args.iter().next();
            match call.name.name.as_str() {
                // `jsonencode(yamldecode(file(…)))` is the file; `jsonencode(local.definition)` the object.
                "jsonencode" => first.map_or(Source::Unknown, |argument| match argument {
                    Expression::FuncCall(_) => again(file, argument),
                    Expression::Traversal(_) => match followed(module, file, argument) {
                        Some((file, object)) => Source::Encoded(file, object),
                        None => Source::Encoded(file, argument),
                    },
                    argument => Source::Encoded(file, argument),
                }),
                "yamldecode" | "jsondecode" | "yamlencode" | "chomp" | "trimspace" => {
                    first.map_or(Source::Unknown, |argument| again(file, argument))
                }
                name @ ("templatefile" | "file") => match first.and_then(|path| module_path(module, file, path)) {
                    Some(path) => Source::Separate {
                        path,
                        values: call.args.get(1).filter(|_| name == "templatefile").map(|values| (file, values)),
                    },
                    None => Source::Unknown,
                },
                _ => Source::Unknown,
            }
        }
        Expression::Traversal(_) => {
            let parts: Vec<&str> = slice(file, expression).split('.').collect();
            match parts[..] {
                ["local", ..] => match followed(module, file, expression) {
                    Some((file, value)) => again(file, value),
                    None => Source::Unknown,
                },
                ["data", "local_file", name, "content"] => {
                    let found = module.labelled("data", &["local_file", name]).and_then(|(file, block)| {
                        module_path(module, file, &block.body.get_attribute("filename")?.value)
                    });
                    found.map_or(Source::Unknown, |path| Source::Separate { path, values: None })
                }
                ["data", "template_file", name, "rendered"] => {
                    let Some((file, block)) = module.labelled("data", &["template_file", name]) else {
                        return Source::Unknown;
                    };
                    let values = block.body.get_attribute("vars").map(|vars| (file, &vars.value));
                    match block.body.get_attribute("template").map(|template| again(file, &template.value)) {
                        Some(Source::Separate { path, .. }) => Source::Separate { path, values },
                        Some(other) => other,
                        None => Source::Unknown,
                    }
                }
                _ => Source::Unknown,
            }
        }
        _ => Source::Unknown,
    }
}

/// The value behind `local.name`, also within objects: `local.flows.first`, `local.flows["first"]`.
fn followed<'m, 't>(
    module: &'m Module<'t>,
    file: &File<'_>,
    expression: &Expression,
) -> Option<(&'m File<'t>, &'m Expression)> {
    let written = slice(file, expression).strip_prefix("local.")?.replace("[\"", ".").replace("\"]", "");
    let mut path = written.split('.');
    let (file, value) = module.local(path.next()?)?;
    let value = path.try_fold(value, |value, key| {
        let Expression::Object(object) = value else { return None };
        object.iter().find(|(name, _)| key_of(file, name) == key).map(|(_, value)| value.expr())
    })?;
    Some((file, value))
}

const DIRECTIVES: &str = "it has template directives (%{ … }), which are not evaluated";

/// How many directives Terraform reads in a text.
fn directives(text: &str) -> usize {
    text.replace("%%{", "").matches("%{").count()
}

/// On what it depends which definition is deployed.
fn condition<'m>(
    module: &'m Module<'_>,
    file: &'m File<'_>,
    expression: &'m Expression,
    depth: u32,
) -> Option<&'m str> {
    match expression {
        _ if depth > 8 => None,
        Expression::Conditional(choice) => Some(slice(file, &choice.cond_expr)),
        Expression::Parenthesis(inner) => condition(module, file, inner.inner(), depth + 1),
        Expression::Traversal(_) => {
            let (file, value) = followed(module, file, expression)?;
            condition(module, file, value, depth + 1)
        }
        _ => None,
    }
}

/// The source of an expression.
fn slice<'t>(file: &File<'t>, expression: &Expression) -> &'t str {
    expression.span().and_then(|span| file.text.get(span)).unwrap_or("").trim()
}

/// The value that a variable has unless somebody gives another one.
fn default_of<'m>(module: &'m Module<'_>, name: &str) -> Option<&'m str> {
    module.labelled("variable", &[name])?.1.body.get_attribute("default")?.value.as_str()
}

/// `"${path.module}/x.json"` as a path beside the file. Variables with a default and locals are filled in.
fn module_path(module: &Module<'_>, file: &File<'_>, expression: &Expression) -> Option<String> {
    let written = slice(file, expression);
    if let Some(default) = written.strip_prefix("var.").and_then(|name| default_of(module, name)) {
        return Some(default.to_owned());
    }
    if let Some((file, value)) = followed(module, file, expression) {
        return module_path(module, file, value);
    }
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    let path = inside
        .trim_start_matches("${path.module}")
        .trim_start_matches("${path.root}")
        .trim_start_matches("${path.cwd}")
        .trim_start_matches('/');
    let path = crate::expr::substitute(path, &|hole| match hole.split_once('.')? {
        ("var", name) => default_of(module, name).map(str::to_owned),
        ("local", name) => module.local(name)?.1.as_str().map(str::to_owned),
        _ => None,
    });
    (!path.contains("${")).then_some(path)
}

pub(super) fn workflows(place: &Place<'_>) -> Result<Vec<Workflow>, ImportError> {
    let unreadable = |error: String| ImportError::Unreadable(format!("{}: {error}", place.path));
    if machines(&parse(place.text).map_err(unreadable)?).next().is_none() {
        return Ok(Vec::new());
    }
    let neighbours = neighbours(place);
    let module = Module::new(place, &neighbours).map_err(unreadable)?;
    let files = place.files;
    let mut found: Vec<Workflow> = machines(&module.own().body)
        .map(|(id, block, value)| (value, block, workflow(&module, id, block, value, files)))
        // Other modules are given definitions of something else.
        .filter(|(value, block, found)| {
            block.ident.as_str() != "module" || !value.is_some_and(is_local) || found.text.contains("StartAt")
        })
        .map(|(.., found)| found)
        .collect();
    name_shared(&module, &mut found);
    let functions = declared::functions(&module);
    link_functions(&mut found, &functions, &|expression, function| {
        expression.contains(&format!("aws_lambda_function.{}.", function.id))
            || expression.contains(&format!("module.{}.", function.id))
    });
    Ok(found)
}

/// A text of a module: its file, and where it stands there.
type TextAt<'m> = (&'m str, Range<usize>);

/// Machines whose definitions are one local value are changed together.
fn name_shared(module: &Module<'_>, found: &mut [Workflow]) {
    let places: Vec<(String, Option<TextAt<'_>>)> = module
        .files
        .iter()
        .flat_map(|file| machines(&file.body).map(move |(id, _, definition)| (id, file, definition)))
        .map(|(id, file, definition)| {
            let place = definition.and_then(|expression| match source(module, file, expression, 0) {
                Source::Heredoc(file, text) | Source::Quoted(file, text) => Some((file.path, text.span()?)),
                _ => None,
            });
            (id, place)
        })
        .collect();
    for workflow in found {
        let own = places.iter().find(|(id, _)| *id == workflow.id).and_then(|(_, place)| place.as_ref());
        let others = places.iter().filter(|(id, place)| *id != workflow.id && own.is_some() && place.as_ref() == own);
        if let Some((other, _)) = others.into_iter().next() {
            let text = format!("the definition is that of {other} too: a change is one of both");
            workflow.notes.push(Note::info(text));
        }
    }
}

fn workflow(
    module: &Module<'_>,
    id: String,
    block: &Block,
    definition: Option<&Expression>,
    files: &Files<'_>,
) -> Workflow {
    let own = module.own();
    let mut notes = Vec::new();
    let mut bindings = Vec::new();
    let mut file = None;
    let mut home = None;
    let written = definition;
    let mut evaluates = false;
    let mut stands_in = |file: &File<'_>, expression: &Expression| {
        evaluates = directives(slice(file, expression)) > 0;
        if file.path != own.path {
            home = Some(file.path.to_owned());
        }
    };
    let (form, definition) = match definition.map(|expression| source(module, own, expression, 0)) {
        Some(Source::Separate { path: name, values }) => {
            let at = relative(own.path, &name);
            let content = files(&at);
            if content.is_none() {
                notes.push(Note::warning(format!("there is no file {at}"), None));
            }
            if let Some((file, values)) = values {
                bind_values(module, file, values, &mut bindings);
            }
            let content = content.unwrap_or_default();
            if values.is_some() && directives(&content) > 0 {
                notes.push(Note::warning(
                    format!("{at} has template directives (%{{ … }}), which are not evaluated"),
                    None,
                ));
            }
            file = Some(at);
            (Form::Separate, content)
        }
        Some(Source::Heredoc(file, expression)) => {
            stands_in(file, expression);
            let heredoc = Heredoc::of(slice(file, expression));
            (Form::Heredoc, heredoc.map(|heredoc| simplify(&heredoc.content, &mut bindings)).unwrap_or_default())
        }
        Some(Source::Encoded(file, expression)) => {
            stands_in(file, expression);
            let node = encoded(file, expression, &mut bindings);
            (Form::JsonEncode, crate::emit::json::node(&node))
        }
        Some(Source::Quoted(file, expression)) => {
            stands_in(file, expression);
            let inside = slice(file, expression).trim_matches('"');
            let plain = unquoted(inside).unwrap_or_else(|| inside.to_owned());
            (Form::Text, simplify(&plain, &mut bindings))
        }
        Some(Source::Unknown) | None => {
            notes.push(Note::warning(not_followed(own, &id, definition), None));
            (Form::Text, String::new())
        }
    };
    if evaluates {
        notes.push(Note::warning(DIRECTIVES, None));
    }
    if let Some(condition) = written.and_then(|expression| condition(module, own, expression, 0)) {
        notes.push(Note::warning(format!("the definition is one of two: this is the one where {condition}"), None));
    }
    for hole in holes(&definition) {
        if bindings.iter().all(|binding: &Binding| binding.hole != hole) {
            let expression = if form == Form::Separate { String::new() } else { hole.clone() };
            bindings.push(Binding { hole, expression });
        }
    }
    let mut settings = declared::settings(module, &id, block, &mut notes);
    for Binding { hole, expression } in &bindings {
        let literal = || {
            let inside = expression.strip_prefix('"')?.strip_suffix('"')?;
            unquoted(inside).filter(|text| !text.contains("${") && !text.contains("%{"))
        };
        let default = expression.strip_prefix("var.").and_then(|name| default_of(module, name)).map(str::to_owned);
        super::keep_value(&mut settings, hole, default.or_else(literal).as_deref());
    }
    Workflow {
        id,
        origin: Origin::Terraform,
        form,
        text: definition,
        file,
        home,
        bindings,
        settings,
        functions: Vec::new(),
        notes,
    }
}

/// Why there is no text.
fn not_followed(file: &File<'_>, id: &str, definition: Option<&Expression>) -> String {
    let Some(expression) = definition else { return format!("{id} has no definition") };
    let written: String = slice(file, expression).split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = written.chars().take(80).collect();
    let path = match expression {
        Expression::FuncCall(call) if matches!(call.name.name.as_str(), "templatefile" | "file") => {
            call.args.iter().next()
        }
        _ => None,
    };
    match path {
        Some(path) => {
            format!("the file of the definition of {id} is only known when it is planned: {}", slice(file, path))
        }
        None if matches!(expression, Expression::Traversal(_)) && written.starts_with("var.") => {
            format!("the definition of {id} is given to the module as {written}, by whoever uses it")
        }
        None => format!("the definition of {id} is computed: {shown}{}", if shown == written { "" } else { "…" }),
    }
}

/// What stands between two quotes. HCL escapes like JSON does; within interpolations it does not, and then nothing is returned.
fn unquoted(inside: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{inside}\"")).ok()
}

fn bind_values(module: &Module<'_>, file: &File<'_>, values: &Expression, bindings: &mut Vec<Binding>) {
    let (file, values) = match followed(module, file, values) {
        Some((file, values)) => (file, values),
        None => (file, values),
    };
    let Expression::Object(object) = values else { return };
    for (key, value) in object.iter() {
        bindings.push(Binding { hole: key_of(file, key), expression: slice(file, value.expr()).to_owned() });
    }
}

fn key_of(file: &File<'_>, key: &ObjectKey) -> String {
    match key {
        ObjectKey::Ident(name) => name.as_str().to_owned(),
        ObjectKey::Expression(expression) => slice(file, expression).trim_matches('"').to_owned(),
    }
}

pub(super) fn patch(place: &Place<'_>, id: &str, definition: &str) -> Result<Changed, Refusal> {
    let neighbours = neighbours(place);
    let module = Module::new(place, &neighbours).map_err(Refusal::Unreadable)?;
    let (_, definition_of) = definition_of(&module, id)?;
    let (file, expression) = match source(&module, module.own(), definition_of, 0) {
        Source::Heredoc(file, expression) | Source::Quoted(file, expression) => (file, expression),
        Source::Separate { .. } => {
            return Err(Refusal::Unsound("the definition stands in a file of its own: save that file".to_owned()));
        }
        Source::Encoded(..) => {
            return Err(Refusal::Unsound(
                "the definition is written as HCL within jsonencode, which cannot be changed as JSON".to_owned(),
            ));
        }
        Source::Unknown => return Err(Refusal::Unsound("the definition is computed".to_owned())),
    };
    let text = file.text;
    super::parse_definition(definition)?;
    let span =
        expression.span().ok_or_else(|| Refusal::Unsound("the place of the definition is not known".to_owned()))?;
    let source = &text[span.clone()];
    let lead = source.len() - source.trim_start().len();
    // Back from the names the import gave to the interpolations that stand in the file.
    let restored = |content: &str| {
        let mut bindings = Vec::new();
        simplify(content, &mut bindings);
        crate::expr::substitute(definition, &|hole| {
            bindings.iter().find(|binding| binding.hole == hole).map(|binding| format!("${{{}}}", binding.expression))
        })
    };
    let written = source.trim();
    if directives(definition) > directives(written) {
        return Err(Refusal::Unsound("Terraform reads %{ as a directive: write { % or %%{ instead".to_owned()));
    }
    let new = if let Some(inside) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let quoted = || Refusal::Unsound("the definition is a quoted string with expressions in it".to_owned());
        let restored = restored(&unquoted(inside).ok_or_else(quoted)?);
        let escaped = crate::emit::json::string(&restored);
        // Quotes within an interpolation would have to stay as they are.
        let plain = super::holes(&restored).len() == restored.replace("$${", "").matches("${").count();
        if plain && !escaped.contains("\\b") && !escaped.contains("\\f") { escaped } else { return Err(quoted()) }
    } else {
        let heredoc =
            Heredoc::of(written).ok_or_else(|| Refusal::Unsound("the here document cannot be read".to_owned()))?;
        heredoc.with(&restored(&heredoc.content))
    };
    let mut result = text[..span.start + lead].to_owned();
    result.push_str(&new);
    result.push_str(&text[span.start + source.trim_end().len()..]);
    Ok(Changed { file: (file.path != place.path).then(|| file.path.to_owned()), text: result })
}

fn definition_of<'m>(module: &'m Module<'_>, id: &str) -> Result<(&'m Block, &'m Expression), Refusal> {
    let gone = || Refusal::Gone(id.to_owned());
    let (_, block, definition) = machines(&module.own().body).find(|(name, ..)| name == id).ok_or_else(gone)?;
    Ok((block, definition.ok_or_else(gone)?))
}

/// Where the machine's definition, or the reference to it, stands in the file, and what its holes are.
pub(super) fn place(place: &Place<'_>, id: &str) -> Result<(Range<usize>, Vec<Binding>), Refusal> {
    let neighbours = neighbours(place);
    let module = Module::new(place, &neighbours).map_err(Refusal::Unreadable)?;
    let (block, expression) = definition_of(&module, id)?;
    let workflow = workflow(&module, id.to_owned(), block, Some(expression), &|_| None);
    if workflow.notes.iter().any(|note| note.text == DIRECTIVES) {
        return Err(Refusal::Unsupported(
            "the definition has template directives (%{ … }), which would have to move by hand".to_owned(),
        ));
    }
    if condition(&module, module.own(), expression, 0).is_some() {
        return Err(Refusal::Unsupported("the definition is one of two, of which only one would move".to_owned()));
    }
    let span =
        expression.span().ok_or_else(|| Refusal::Unsound("the place of the definition is not known".to_owned()))?;
    let source = &place.text[span.clone()];
    let lead = source.len() - source.trim_start().len();
    Ok((span.start + lead..span.start + source.trim_end().len(), workflow.bindings))
}
