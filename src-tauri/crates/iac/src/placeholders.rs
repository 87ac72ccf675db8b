//! Which literals of a definition belong to an account, and so become `${Placeholders}`.
//!
//! A placeholder is replaced as plain text by every deployment tool, without any escaping. So a literal only becomes one if
//! putting it back by text gives the same JSON, and a hole that is in the definition already keeps its meaning.

use std::collections::{BTreeMap, HashMap};

use asl::{Document, Format, Model, Node, NodeKind, TextEdit};

use crate::expr::{Expr, Part, split_template, substitute};
use crate::names::{Names, pascal};
use crate::settings::{Options, PlaceholderChoice, Settings, Target};

/// What a placeholder's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Arn,
    Name,
    Url,
    Uri,
    /// The service integration itself: `arn:aws:states:::dynamodb:putItem` behind `${PutItem}`.
    Integration,
    Other,
}

/// What stands for a placeholder in the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Given by whoever deploys; `default` is the literal that stood in the definition.
    Parameter { default: Option<String> },
    /// Known to every deployment: the partition, the region, the account.
    Expr(Expr),
    /// In the target's own words.
    Reference(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Letters and digits only: legal in every target.
    pub name: String,
    /// The name the exporter proposes, or the hole as it stands in the document; the key for decisions about it.
    pub proposed: String,
    pub kind: Kind,
    pub value: Value,
    /// JSON pointers of the places that use it, in document order.
    pub uses: Vec<String>,
    pub description: String,
}

impl Placeholder {
    pub fn default_value(&self) -> Option<&str> {
        match &self.value {
            Value::Parameter { default } => default.as_deref(),
            _ => None,
        }
    }
}

/// The definition with its placeholders.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// JSON, unless the document has bare `${Holes}`.
    pub text: String,
    /// In order of first use.
    pub placeholders: Vec<Placeholder>,
}

/// Fields whose literal names a thing in the account: the field, the service it is limited to, the kind, and the noun that the
/// placeholder ends with.
const NAME_FIELDS: &[(&str, Option<&str>, Kind, &str)] = &[
    ("TableName", None, Kind::Name, "TableName"),
    ("Bucket", None, Kind::Name, "BucketName"),
    ("TopicArn", None, Kind::Arn, "TopicArn"),
    ("QueueUrl", None, Kind::Url, "QueueUrl"),
    ("StateMachineArn", None, Kind::Arn, "StateMachineArn"),
    ("FunctionName", None, Kind::Name, "FunctionName"),
    ("Cluster", Some("ecs"), Kind::Name, "ClusterName"),
    ("TaskDefinition", None, Kind::Name, "TaskDefinition"),
    ("JobName", Some("glue"), Kind::Name, "JobName"),
    ("Name", Some("databrew"), Kind::Name, "JobName"),
    ("JobQueue", None, Kind::Name, "JobQueueName"),
    ("JobDefinition", None, Kind::Name, "JobDefinitionName"),
    ("ConnectionArn", None, Kind::Arn, "ConnectionArn"),
    ("EventBusName", None, Kind::Name, "EventBusName"),
    ("ProjectName", None, Kind::Name, "ProjectName"),
];

/// Subtrees that carry a person's data: a `TableName` in there is a word like any other.
const DATA_FIELDS: &[&str] = &[
    "Payload",
    "Input",
    "MessageBody",
    "Message",
    "Detail",
    "Item",
    "Key",
    "RequestBody",
    "Body",
    "ExpressionAttributeValues",
    "MessageAttributes",
    "Tags",
    "Environment",
];

pub fn extract(document: &Document, target: Target, settings: &Settings, options: &Options) -> Extraction {
    let owned;
    let document = if document.format() == Format::Json {
        document
    } else {
        owned = Document::parse_as(&crate::emit::json::node(&with_holes(document.root())), Format::Json).0;
        &owned
    };
    let model = Model::new(document.root());
    let mut collector = Collector {
        choices: &settings.placeholders,
        words: target.words(),
        found: Vec::new(),
        by_value: HashMap::new(),
        proposals: Names::default(),
        names: Names::default(),
    };
    // Holes that are there already come first: their names are the author's.
    collector.existing(document, &model);
    for state in &model.states {
        collector.state(&state.name.value, &state.pointer, state.node);
    }
    let mut edits: Vec<TextEdit> = document.comments().iter().map(|span| TextEdit::delete(*span)).collect();
    edits.extend(collector.found.iter().flat_map(|found| found.edits.iter().cloned()));
    if options.any_partition {
        let name = collector.pseudo("AWS::Partition");
        for state in &model.states {
            let resources = ["", "/ItemReader", "/ResultWriter"];
            for (place, resource) in resources.iter().filter_map(|inner| {
                let holder = if inner.is_empty() { Some(state.node) } else { state.node.get(&inner[1..]) };
                Some((format!("{}{inner}/Resource", state.pointer), holder?.get("Resource")?))
            }) {
                if let Some(rest) = resource.as_str().and_then(|text| text.strip_prefix("arn:aws:states:::")) {
                    let text = format!("\"arn:${{{name}}}:states:::{rest}\"");
                    edits.push(TextEdit::replace(resource.span, text));
                    collector.used(&name, place);
                }
            }
        }
    }
    edits.sort_by_key(|edit| edit.span.start);
    edits.dedup_by_key(|edit| edit.span);
    let text = asl::document::apply_edits(document.text(), &edits);
    let renamed: HashMap<&str, &str> = collector
        .found
        .iter()
        .filter(|found| found.existing)
        .map(|found| (found.placeholder.proposed.as_str(), found.placeholder.name.as_str()))
        .collect();
    let text = substitute(&text, &|hole| renamed.get(hole).map(|name| format!("${{{name}}}")));
    let placeholders =
        collector.found.into_iter().map(|found| found.placeholder).filter(|p| !p.uses.is_empty()).collect();
    Extraction { text, placeholders }
}

/// References that a YAML definition writes as a template does become holes.
fn with_holes(node: &Node) -> Node {
    let kind = match &node.kind {
        NodeKind::Substitution(raw) if raw.starts_with('!') => match crate::import::reference_text(raw) {
            Some(text) => NodeKind::String(text.into()),
            None => node.kind.clone(),
        },
        NodeKind::Array(elements) => NodeKind::Array(elements.iter().map(with_holes).collect()),
        NodeKind::Object(members) => NodeKind::Object(
            members
                .iter()
                .map(|member| asl::syntax::Member { key: member.key.clone(), value: with_holes(&member.value) })
                .collect(),
        ),
        kind => kind.clone(),
    };
    Node::new(kind, node.span)
}

struct Found {
    placeholder: Placeholder,
    existing: bool,
    edits: Vec<TextEdit>,
}

struct Collector<'s> {
    choices: &'s BTreeMap<String, PlaceholderChoice>,
    /// See [`Target::words`].
    words: &'static str,
    found: Vec<Found>,
    /// What became of a literal under the name it asked for; nothing if it stays.
    by_value: HashMap<(String, String), Option<usize>>,
    /// Apart from each other, whatever the person calls them: decisions go by them.
    proposals: Names,
    names: Names,
}

impl Collector<'_> {
    fn existing(&mut self, document: &Document, model: &Model<'_>) {
        let mut uses: BTreeMap<usize, (String, Option<String>)> = BTreeMap::new();
        let text = document.text();
        for part in split_template(text) {
            if let Part::Hole { name, at } = part
                && !document.comments().iter().any(|span| span.range().contains(&at))
            {
                uses.insert(at, (name.to_owned(), None));
            }
        }
        for (at, (hole, _)) in uses {
            let pointer = document.pointer_at(u32::try_from(at).unwrap_or(u32::MAX));
            let field = pointer.rsplit('/').next().unwrap_or("").trim_end_matches(".$").to_owned();
            let state =
                u32::try_from(at).ok().and_then(|at| model.state_at(at)).map(|id| model.state(id).name.value.clone());
            let kind = kind_of_hole(&hole, &field);
            let at = match self.found.iter().position(|found| found.placeholder.proposed == hole) {
                Some(at) => at,
                None => self.add_existing(&hole, kind, state.as_deref()),
            };
            self.found[at].placeholder.uses.push(pointer);
        }
    }

    fn add_existing(&mut self, hole: &str, kind: Kind, state: Option<&str>) -> usize {
        let choice = self.choices.get(hole).cloned().unwrap_or_default();
        self.proposals.take(hole);
        let wanted = choice.rename.as_deref().unwrap_or(match hole {
            "AWS::Partition" => "Partition",
            "AWS::Region" => "Region",
            "AWS::AccountId" => "AccountId",
            other => other,
        });
        let legal =
            wanted.chars().all(|c| c.is_ascii_alphanumeric()) && wanted.starts_with(|c: char| c.is_ascii_alphabetic());
        let name = self.names.take(&if legal { wanted.to_owned() } else { pascal(wanted) });
        let value = match (choice.references.get(self.words), hole) {
            (Some(reference), _) => Value::Reference(reference.clone()),
            (None, "AWS::Partition") => Value::Expr(Expr::Partition),
            (None, "AWS::Region") => Value::Expr(Expr::Region),
            (None, "AWS::AccountId") => Value::Expr(Expr::Account),
            (None, _) => Value::Parameter { default: choice.value },
        };
        let description = match state {
            Some(state) => format!("What stands for {name} in the state {state}."),
            None => format!("What stands for {name} in the definition."),
        };
        self.found.push(Found {
            placeholder: Placeholder { name, proposed: hole.to_owned(), kind, value, uses: Vec::new(), description },
            existing: true,
            edits: Vec::new(),
        });
        self.found.len() - 1
    }

    fn pseudo(&mut self, hole: &str) -> String {
        let at = match self.found.iter().position(|found| found.placeholder.proposed == hole) {
            Some(at) => at,
            None => self.add_existing(hole, Kind::Other, None),
        };
        self.found[at].placeholder.name.clone()
    }

    fn used(&mut self, name: &str, pointer: String) {
        if let Some(found) = self.found.iter_mut().find(|found| found.placeholder.name == name) {
            found.placeholder.uses.push(pointer);
        }
    }

    fn state(&mut self, name: &str, pointer: &str, node: &Node) {
        let resource = node.get("Resource").and_then(Node::as_str).unwrap_or("");
        let service = crate::iam::Integration::parse(resource).map(|found| found.service).unwrap_or_default();
        if let Some(value) = node.get("Resource") {
            // `arn:aws:states:::service:action` is the integration and stays; a function or an activity is the account's.
            if !resource.contains(":states:::") {
                self.value(name, &format!("{pointer}/Resource"), value, None);
            }
        }
        for field in ["Parameters", "Arguments"] {
            if node.get("Type").and_then(Node::as_str) == Some("Task")
                && let Some(value) = node.get(field)
            {
                self.tree(name, &service, &format!("{pointer}/{field}"), value, false);
            }
        }
        for field in ["ItemReader", "ResultWriter"] {
            for arguments in ["Parameters", "Arguments"] {
                if let Some(value) = node.get(field).and_then(|dataset| dataset.get(arguments)) {
                    self.tree(name, "s3", &format!("{pointer}/{field}/{arguments}"), value, false);
                }
            }
        }
        if let Some(value) = node.get("Credentials").and_then(|credentials| credentials.get("RoleArn")) {
            self.value(name, &format!("{pointer}/Credentials/RoleArn"), value, None);
        }
    }

    fn tree(&mut self, state: &str, service: &str, pointer: &str, node: &Node, data: bool) {
        for member in node.members() {
            let key: &str = &member.key.value;
            let pointer = asl::syntax::join_pointer(pointer, key);
            if member.value.as_str().is_some() {
                let field = NAME_FIELDS
                    .iter()
                    .find(|(field, only, ..)| !data && *field == key && only.is_none_or(|only| only == service))
                    .filter(|_| !(key == "EventBusName" && member.value.as_str() == Some("default")));
                self.value(state, &pointer, &member.value, field.map(|(_, _, kind, noun)| (*kind, *noun)));
            } else {
                self.tree(state, service, &pointer, &member.value, data || DATA_FIELDS.contains(&key));
            }
        }
        for (at, element) in node.elements().iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            if element.as_str().is_some() {
                self.value(state, &pointer, element, None);
            } else {
                self.tree(state, service, &pointer, element, data);
            }
        }
    }

    /// One string: a placeholder if it looks like something of the account, or stands in a field that names such a thing.
    fn value(&mut self, state: &str, pointer: &str, node: &Node, field: Option<(Kind, &str)>) {
        let Some(literal) = node.as_str() else { return };
        let dynamic = literal.starts_with('$') || literal.starts_with("States.") || literal.starts_with("{%");
        let plain = !literal.is_empty() && !literal.contains(|c: char| c == '"' || c == '\\' || c.is_control());
        if dynamic || !plain || literal.contains("${") {
            return;
        }
        let (kind, wanted) = match (classify(literal), field) {
            (Some((kind, base, noun)), _) => (kind, placeholder_name(&base, noun, state)),
            (None, Some((kind, noun))) => {
                (kind, placeholder_name(literal.split(':').next().unwrap_or(literal), noun, state))
            }
            (None, None) => return,
        };
        let key = (wanted, literal.to_owned());
        let at = match self.by_value.get(&key) {
            Some(at) => *at,
            None => {
                let at = self.propose(&key.0, kind, literal, state);
                self.by_value.insert(key, at);
                at
            }
        };
        let Some(at) = at else { return };
        let found = &mut self.found[at];
        found.placeholder.uses.push(pointer.to_owned());
        found.edits.push(TextEdit::replace(node.span, format!("\"${{{}}}\"", found.placeholder.name)));
    }

    /// A placeholder for a literal that has none yet; nothing if the person keeps the literal.
    fn propose(&mut self, wanted: &str, kind: Kind, literal: &str, state: &str) -> Option<usize> {
        let proposed = self.proposals.take(wanted);
        let choice = self.choices.get(&proposed).cloned().unwrap_or_default();
        if choice.keep_literal {
            return None;
        }
        let name = self.names.take(&choice.rename.as_deref().map_or_else(|| proposed.clone(), pascal));
        let value = match choice.references.get(self.words) {
            Some(reference) => Value::Reference(reference.clone()),
            None => Value::Parameter { default: Some(choice.value.unwrap_or_else(|| literal.to_owned())) },
        };
        let description = format!("{} of the state {state}.", describe(kind, &name));
        self.found.push(Found {
            placeholder: Placeholder { name, proposed, kind, value, uses: Vec::new(), description },
            existing: false,
            edits: Vec::new(),
        });
        Some(self.found.len() - 1)
    }
}

fn describe(kind: Kind, name: &str) -> &'static str {
    match kind {
        Kind::Arn if name.ends_with("FunctionArn") => "ARN of the function",
        Kind::Arn => "ARN used by a call",
        Kind::Name => "Name of the resource used by a call",
        Kind::Url => "URL of the queue",
        Kind::Uri => "S3 URI used by a call",
        Kind::Integration | Kind::Other => "Value",
    }
}

/// The base of a literal that says by itself that it belongs to an account, and the noun its placeholder ends with.
fn classify(literal: &str) -> Option<(Kind, String, &'static str)> {
    if literal.contains(char::is_whitespace) {
        return None;
    }
    if let Some(url) = literal.strip_prefix("https://") {
        let (host, path) = url.split_once('/')?;
        let queue = host.starts_with("sqs.") || host.ends_with("queue.amazonaws.com");
        let (account, name) = path.split_once('/')?;
        let plain = account.chars().all(|c| c.is_ascii_digit()) && !name.is_empty() && !name.contains('/');
        return (queue && plain).then(|| (Kind::Url, name.trim_end_matches(".fifo").to_owned(), "QueueUrl"));
    }
    if let Some(uri) = literal.strip_prefix("s3://") {
        return Some((Kind::Uri, uri.split('/').next()?.to_owned(), "S3Uri"));
    }
    let fields: Vec<&str> = literal.splitn(6, ':').collect();
    let ["arn", _, service, _, _, resource] = fields[..] else { return None };
    if resource.is_empty() || (service == "states" && fields[3].is_empty()) {
        return None;
    }
    let (kind, rest) = match resource.split_once([':', '/']) {
        Some((kind, rest)) if service != "s3" && service != "sns" && service != "sqs" => (kind, rest),
        _ => ("", resource),
    };
    let base = match service {
        "s3" => resource.split('/').next()?,
        _ => rest
            .split(':')
            .next()
            .unwrap_or(rest)
            .rsplit('/')
            .find(|part| !part.is_empty() && *part != "*")
            .unwrap_or(rest),
    };
    let noun = match (service, kind) {
        ("lambda", "function") => "FunctionArn",
        ("sns", _) => "TopicArn",
        ("sqs", _) => "QueueArn",
        ("states", "stateMachine") => "StateMachineArn",
        ("states", "activity") => "ActivityArn",
        ("dynamodb", _) => "TableArn",
        ("events", "event-bus") => "EventBusArn",
        ("events", "connection") => "ConnectionArn",
        ("iam", "role") => "RoleArn",
        ("s3", _) => "BucketArn",
        ("batch", "job-queue") => "JobQueueArn",
        ("batch", "job-definition") => "JobDefinitionArn",
        ("ecs", "cluster") => "ClusterArn",
        ("ecs", "task-definition") => "TaskDefinitionArn",
        ("kms", _) => "KeyArn",
        _ => "Arn",
    };
    // A connection's last part is a random id; its name comes before.
    let base = if noun == "ConnectionArn" { rest.split('/').next().unwrap_or(base) } else { base };
    Some((Kind::Arn, base.to_owned(), noun))
}

/// `charge-function` and `FunctionArn` give `ChargeFunctionArn`, not `ChargeFunctionFunctionArn`.
fn placeholder_name(base: &str, noun: &str, state: &str) -> String {
    let named = base.chars().any(|c| c.is_ascii_alphabetic());
    let base = pascal(if named { base } else { state });
    let noun_words = crate::names::words(noun);
    let mut base_words = crate::names::words(&base);
    if base_words.len() > 1 && base_words.last() == noun_words.first() {
        base_words.pop();
    }
    let name = format!("{}{noun}", base_words.concat());
    name.chars().take(200).collect()
}

fn kind_of_hole(hole: &str, field: &str) -> Kind {
    let lower = hole.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    match field {
        _ if hole.starts_with("AWS::") => Kind::Other,
        "TopicArn" | "TargetArn" | "StateMachineArn" | "RoleArn" | "ConnectionArn" => Kind::Arn,
        "QueueUrl" => Kind::Url,
        _ if ends(&["arn"]) => Kind::Arn,
        _ if ends(&["url"]) => Kind::Url,
        _ if ends(&["uri"]) => Kind::Uri,
        "Resource" => Kind::Other,
        "FunctionName" if !ends(&["name"]) => Kind::Arn,
        _ if NAME_FIELDS.iter().any(|(name, _, kind, _)| *name == field && *kind == Kind::Name) => Kind::Name,
        _ if ends(&["name", "table", "bucket"]) => Kind::Name,
        _ => Kind::Other,
    }
}

/// Whether a value somewhere in the tree is a bare `${Hole}`, which only text substitution can fill.
pub(crate) fn has_bare_holes(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Substitution(_))
        || node.members().iter().any(|member| has_bare_holes(&member.value))
        || node.elements().iter().any(has_bare_holes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::PlaceholderChoice;

    fn extracted(definition: &str, settings: &Settings) -> Extraction {
        extract(&Document::parse(definition).0, Target::Terraform, settings, &Options::default())
    }

    fn names(definition: &str, settings: &Settings) -> Vec<(String, Option<String>)> {
        let extraction = extracted(definition, settings);
        extraction
            .placeholders
            .iter()
            .map(|placeholder| (placeholder.name.clone(), placeholder.default_value().map(str::to_owned)))
            .collect()
    }

    fn task(resource: &str, parameters: &str) -> String {
        format!(
            r#"{{"StartAt":"Pay","States":{{"Pay":{{"Type":"Task","Resource":"{resource}","Parameters":{parameters},"End":true}}}}}}"#
        )
    }

    #[test]
    fn literals_of_the_account_become_placeholders() {
        for (resource, parameters, name, value) in [
            (
                "arn:aws:lambda:us-east-1:1:function:charge",
                "{}",
                "ChargeFunctionArn",
                "arn:aws:lambda:us-east-1:1:function:charge",
            ),
            (
                "arn:aws:states:us-east-1:1:activity:desk",
                "{}",
                "DeskActivityArn",
                "arn:aws:states:us-east-1:1:activity:desk",
            ),
            (
                "arn:aws:states:::lambda:invoke",
                r#"{"FunctionName":"charge-function"}"#,
                "ChargeFunctionName",
                "charge-function",
            ),
            (
                "arn:aws:states:::lambda:invoke",
                r#"{"FunctionName":"charge:live"}"#,
                "ChargeFunctionName",
                "charge:live",
            ),
            (
                "arn:aws:states:::sns:publish",
                r#"{"TopicArn":"arn:aws:sns:eu-central-1:1:orders"}"#,
                "OrdersTopicArn",
                "arn:aws:sns:eu-central-1:1:orders",
            ),
            (
                "arn:aws:states:::sqs:sendMessage",
                r#"{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/1/mail.fifo"}"#,
                "MailQueueUrl",
                "https://sqs.eu-central-1.amazonaws.com/1/mail.fifo",
            ),
            (
                "arn:aws:states:::aws-sdk:s3:getObject",
                r#"{"Bucket":"raw.data","Key":"k"}"#,
                "RawDataBucketName",
                "raw.data",
            ),
            (
                "arn:aws:states:::bedrock:invokeModel",
                r#"{"Input":{"S3Uri":"s3://my-bucket/in"}}"#,
                "MyBucketS3Uri",
                "s3://my-bucket/in",
            ),
            ("arn:aws:states:::glue:startJobRun", r#"{"JobName":"etl"}"#, "EtlJobName", "etl"),
            ("arn:aws:states:::dynamodb:putItem", r#"{"TableName":"1234"}"#, "PayTableName", "1234"),
        ] {
            let found = names(&task(resource, parameters), &Settings::default());
            assert_eq!(found, [(name.to_owned(), Some(value.to_owned()))], "{resource} {parameters}");
        }
    }

    #[test]
    fn what_is_dynamic_or_a_persons_data_stays() {
        for (resource, parameters) in [
            ("arn:aws:states:::lambda:invoke", r#"{"FunctionName.$":"$.fn"}"#),
            ("arn:aws:states:::lambda:invoke", r#"{"FunctionName":"{% $fn %}"}"#),
            ("arn:aws:states:::aws-sdk:batch:describeJobs", r#"{"JobName":"label"}"#),
            (
                "arn:aws:states:::events:putEvents",
                r#"{"Entries":[{"EventBusName":"default","Detail":{"TableName":"x"}}]}"#,
            ),
            ("arn:aws:states:::dynamodb:putItem", r#"{"TableName":"quoted\"name"}"#),
        ] {
            assert_eq!(names(&task(resource, parameters), &Settings::default()), [], "{resource} {parameters}");
        }
    }

    #[test]
    fn a_person_may_rename_keep_or_point_elsewhere() {
        let definition = task("arn:aws:states:::dynamodb:putItem", r#"{"TableName":"Orders"}"#);
        let with = |choice: PlaceholderChoice| Settings {
            placeholders: BTreeMap::from([("OrdersTableName".to_owned(), choice)]),
            ..Settings::default()
        };
        assert_eq!(names(&definition, &with(PlaceholderChoice { keep_literal: true, ..Default::default() })), []);
        let renamed = with(PlaceholderChoice { rename: Some("Table".into()), ..Default::default() });
        assert_eq!(names(&definition, &renamed), [("Table".to_owned(), Some("Orders".to_owned()))]);
        let references =
            BTreeMap::from([("terraform", "aws_dynamodb_table.orders.name"), ("cloudformation", "OrdersTable")]);
        let references = references.into_iter().map(|(words, text)| (words.to_owned(), text.to_owned())).collect();
        let extraction = extracted(&definition, &with(PlaceholderChoice { references, ..Default::default() }));
        let own = Value::Reference("aws_dynamodb_table.orders.name".into());
        assert_eq!(extraction.placeholders[0].value, own, "each target has its own words");
        assert!(extraction.text.contains(r#""TableName":"${OrdersTableName}""#), "{}", extraction.text);
    }

    #[test]
    fn one_value_has_one_name_and_two_values_have_two() {
        let definition = r#"{"StartAt":"A","States":{
            "A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"arn:aws:sns:r:1:t"},"Next":"B"},
            "B":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"arn:aws:sns:r:2:t"},"Next":"C"},
            "C":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"arn:aws:sns:r:1:t"},"End":true}}}"#;
        let extraction = extracted(definition, &Settings::default());
        let uses: Vec<_> =
            extraction.placeholders.iter().map(|found| (found.name.as_str(), found.uses.len())).collect();
        assert_eq!(uses, [("TTopicArn", 2), ("TTopicArn2", 1)]);
        let literal = PlaceholderChoice { keep_literal: true, ..PlaceholderChoice::default() };
        for (kept, left) in [("TTopicArn", "TTopicArn2"), ("TTopicArn2", "TTopicArn")] {
            let settings =
                Settings { placeholders: BTreeMap::from([(kept.to_owned(), literal.clone())]), ..Settings::default() };
            let found = names(definition, &settings);
            assert_eq!(
                found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
                [left],
                "a decision is for one"
            );
        }
    }

    #[test]
    fn holes_that_are_there_keep_their_meaning_and_get_legal_names() {
        let definition = task(
            "arn:${AWS::Partition}:states:::lambda:invoke",
            r#"{"FunctionName":"${fn_name}","Qualifier":"${Ok1}"}"#,
        );
        let extraction = extracted(&definition, &Settings::default());
        let found: Vec<_> =
            extraction.placeholders.iter().map(|found| (found.proposed.as_str(), found.name.as_str())).collect();
        assert_eq!(found, [("AWS::Partition", "Partition"), ("fn_name", "FnName"), ("Ok1", "Ok1")]);
        assert!(extraction.text.contains(r#""arn:${Partition}:states:::lambda:invoke""#), "{}", extraction.text);
        assert!(extraction.text.contains(r#""${FnName}""#), "{}", extraction.text);
    }

    #[test]
    fn every_partition_on_request() {
        let options = Options { any_partition: true, ..Options::default() };
        let document = Document::parse(&task("arn:aws:states:::sns:publish", "{}")).0;
        let extraction = extract(&document, Target::Sam, &Settings::default(), &options);
        assert!(extraction.text.contains("arn:${Partition}:states:::sns:publish"), "{}", extraction.text);
    }

    #[test]
    fn comments_do_not_reach_the_service() {
        let extraction = extracted("{ // ${Not}\n \"StartAt\": \"A\" }", &Settings::default());
        assert_eq!(extraction.text, "{ \n \"StartAt\": \"A\" }");
        assert!(extraction.placeholders.is_empty());
    }
}
