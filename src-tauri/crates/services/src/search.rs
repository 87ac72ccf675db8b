//! Finding a call among 20,000 by a few letters.

use std::sync::LazyLock;

use crate::catalogue::{Standing, catalogue};
use crate::optimized::INTEGRATIONS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The Resource to put into a state, request-response.
    pub resource: String,
    /// The service for people: `Amazon S3`.
    pub service: &'static str,
    pub action: &'static str,
    /// One of the optimised integrations.
    pub optimized: bool,
    pub summary: Option<&'static str>,
}

/// The best hits first. Every word of the text has to be found in the action, the service's name or its title; words match
/// best when they are the whole name, then its beginning, the beginning of one of its words, a part, and last its letters in
/// order. Without text: the optimised integrations.
pub fn search(text: &str, limit: usize) -> Vec<Hit> {
    let text: String = text.trim().chars().take(LONGEST_TEXT).collect::<String>().to_ascii_lowercase();
    let text = text.strip_prefix("arn:aws:states:::").unwrap_or(&text);
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "sdk")
        .take(8)
        .collect();
    // `aws` alone says nothing, but it stands in front of `sdk` and of half of the titles.
    let words: Vec<&str> =
        if words.len() > 1 { words.into_iter().filter(|word| *word != "aws").collect() } else { words };

    let index = &*INDEX;
    let mut scored = index.score(&words, false);
    if scored.is_empty() {
        scored = index.score(&words, true);
    }
    if words.is_empty() {
        scored.retain(|(_, at)| index.services[index.entries[*at].service].optimized);
        scored.sort_unstable_by_key(|(_, at)| *at);
    }
    let better = |a: &(i32, usize), b: &(i32, usize)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if !words.is_empty() {
        if limit > 0 && scored.len() > limit {
            scored.select_nth_unstable_by(limit - 1, better);
            scored.truncate(limit);
        }
        scored.sort_unstable_by(better);
    }
    scored.into_iter().take(limit).map(|(_, at)| index.hit(at)).collect()
}

/// All calls of one service of the SDK by its name in a Resource, in the order of their names.
pub fn calls_of(service: &str) -> Vec<Hit> {
    let index = &*INDEX;
    let wanted = index.services.iter().position(|known| !known.optimized && known.name == service);
    let entries = index.entries.iter().enumerate().filter(|(_, entry)| Some(entry.service) == wanted);
    entries.map(|(at, _)| index.hit(at)).collect()
}

/// The services of the SDK that have calls to offer: name, title, and how many calls. By title.
pub fn sdk_services() -> Vec<(&'static str, &'static str, usize)> {
    let index = &*INDEX;
    let mut calls = vec![0_usize; index.services.len()];
    for entry in &index.entries {
        calls[entry.service] += 1;
    }
    let with_calls = index.services.iter().zip(calls).filter(|(service, calls)| !service.optimized && *calls > 0);
    let mut services: Vec<_> = with_calls.map(|(service, calls)| (service.name, service.title, calls)).collect();
    services.sort_by_cached_key(|(name, title, _)| (bare_title(title).to_ascii_lowercase(), *name));
    services
}

/// `S3` of `Amazon S3`: what people look under.
fn bare_title(title: &str) -> &str {
    title.strip_prefix("Amazon ").or_else(|| title.strip_prefix("AWS ")).unwrap_or(title)
}

/// Nobody types more; pasted novels are cut here.
const LONGEST_TEXT: usize = 120;

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

struct Index {
    services: Vec<ServiceNames>,
    entries: Vec<Entry>,
}

struct ServiceNames {
    name: &'static str,
    title: &'static str,
    title_words: Vec<String>,
    optimized: bool,
}

struct Entry {
    /// In `Index::services`.
    service: usize,
    action: &'static str,
    lower: String,
    /// A bit for each letter of the action that begins a word.
    word_starts: u64,
    summary: Option<&'static str>,
    /// The Resource, where service and action do not make it.
    resource: Option<&'static str>,
    /// What speaks for it whatever is searched.
    favour: i32,
}

/// Services people reach for in workflows, by how often the public ones do.
const FAVOURITES: &[&str] = &[
    "s3",
    "dynamodb",
    "rekognition",
    "ec2",
    "transcribe",
    "glue",
    "bedrockruntime",
    "rds",
    "sfn",
    "cloudformation",
    "polly",
    "ssm",
    "secretsmanager",
    "eventbridge",
    "scheduler",
    "sqs",
    "sns",
    "lambda",
    "textract",
    "comprehend",
    "translate",
    "cloudwatch",
    "sesv2",
];

impl Index {
    fn new() -> Self {
        let mut index = Index { services: Vec::new(), entries: Vec::new() };
        for (place, integration) in INTEGRATIONS.iter().enumerate() {
            let service = index.add_service(integration.service, integration.title, integration.title, true);
            for action in integration.actions {
                let favour = 60 - i32::try_from(place).unwrap_or(60);
                index.entries.push(Entry::new(service, action.name, Some(action.summary), favour));
            }
        }
        let by_arn = [
            (
                "AWS Step Functions",
                "activity",
                "Waits for a worker that polls this activity.",
                "arn:aws:states:eu-central-1:123456789012:activity:my-activity",
            ),
            (
                "AWS Lambda",
                "function",
                "Calls a function by its ARN.",
                "arn:aws:lambda:eu-central-1:123456789012:function:my-function",
            ),
        ];
        for (title, action, summary, resource) in by_arn {
            let service = index.add_service(action, title, title, true);
            index.entries.push(Entry { resource: Some(resource), ..Entry::new(service, action, Some(summary), 20) });
        }
        for known in &catalogue().services {
            let service = index.add_service(known.name, known.title, known.full_title, false);
            let favour = match known.standing {
                Standing::Listed if FAVOURITES.contains(&known.name) => 12,
                Standing::Listed => 0,
                Standing::Unlisted => -10,
                Standing::Retired => -25,
            };
            for operation in &known.operations {
                // What cannot be called is not offered.
                if !operation.refused {
                    index.entries.push(Entry::new(service, &operation.action, None, favour));
                }
            }
        }
        index
    }

    fn add_service(&mut self, name: &'static str, title: &'static str, full: &str, optimized: bool) -> usize {
        let titles = format!("{full} {}", if title == full { "" } else { title }).to_ascii_lowercase();
        let words = titles.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let title_words = words.map(str::to_owned).collect();
        self.services.push(ServiceNames { name, title, title_words, optimized });
        self.services.len() - 1
    }

    fn score(&self, words: &[&str], sloppy: bool) -> Vec<(i32, usize)> {
        // What a word is worth on a service is the same for all of its actions.
        let of_services: Vec<Vec<i32>> =
            self.services.iter().map(|service| words.iter().map(|word| service.score(word)).collect()).collect();
        let mut scored = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let mut total = entry.favour - i32::try_from(entry.lower.len()).unwrap_or(0) / 4;
            let mut all = true;
            for (word, of_service) in words.iter().zip(&of_services[entry.service]) {
                let mut score = entry.score(word).max(*of_service).max(entry.score_of_summary(word));
                if score == 0 && sloppy {
                    score = self.sloppy_score(entry, word);
                }
                if score == 0 {
                    all = false;
                    break;
                }
                total += score;
            }
            if all {
                scored.push((total, at));
            }
        }
        scored
    }

    /// For a word that stands nowhere: its letters in order in service and action, as in `ddbput` or `s3getobject`.
    fn sloppy_score(&self, entry: &Entry, word: &str) -> i32 {
        if word.len() < 3 {
            return 0;
        }
        let name = self.services[entry.service].name;
        if let Some(rest) = word.strip_prefix(name) {
            let score = entry.score(rest);
            if score > 0 {
                return score;
            }
        }
        // Letters that begin a word or follow the one before count more than scattered ones.
        let all = name.bytes().chain(entry.lower.bytes());
        let mut wanted = word.bytes().peekable();
        let (mut score, mut gap) = (30, 0);
        for letter in all {
            match wanted.peek() {
                None => break,
                Some(next) if *next == letter => {
                    wanted.next();
                    gap = 0;
                }
                Some(_) => {
                    gap += 1;
                    score -= i32::from(gap == 1) * 3 + i32::from(gap > 6);
                }
            }
        }
        if wanted.peek().is_none() { score.max(1) } else { 0 }
    }

    fn hit(&self, at: usize) -> Hit {
        let entry = &self.entries[at];
        let service = &self.services[entry.service];
        let sdk = if service.optimized { "" } else { "aws-sdk:" };
        Hit {
            resource: match entry.resource {
                Some(resource) => resource.to_owned(),
                None => format!("arn:aws:states:::{sdk}{}:{}", service.name, entry.action),
            },
            service: service.title,
            action: entry.action,
            optimized: service.optimized,
            summary: entry.summary,
        }
    }
}

impl ServiceNames {
    fn score(&self, word: &str) -> i32 {
        if self.name == word {
            90
        } else if self.title_words.iter().any(|of_title| of_title == word) {
            70
        } else if self.name.starts_with(word) {
            60
        } else if self.title_words.iter().any(|of_title| of_title.starts_with(word)) {
            45
        } else if word.len() > 2 && self.name.contains(word) {
            20
        } else {
            0
        }
    }
}

impl Entry {
    fn new(service: usize, action: &'static str, summary: Option<&'static str>, favour: i32) -> Self {
        let mut word_starts = 1;
        for (at, letter) in action.bytes().enumerate().take(64) {
            if letter.is_ascii_uppercase() {
                word_starts |= 1 << at;
            }
        }
        Self { service, action, lower: action.to_ascii_lowercase(), word_starts, summary, resource: None, favour }
    }

    /// `queue` finds what puts a message into one.
    fn score_of_summary(&self, word: &str) -> i32 {
        let Some(summary) = self.summary.filter(|_| word.len() > 2) else { return 0 };
        let mut words = summary.split(|c: char| !c.is_ascii_alphanumeric());
        let begins =
            |of_summary: &str| of_summary.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        if words.any(begins) { 35 } else { 0 }
    }

    fn score(&self, word: &str) -> i32 {
        let Some(at) = self.lower.find(word) else { return 0 };
        if at == 0 {
            return if self.lower.len() == word.len() { 100 } else { 70 };
        }
        let starts_word = |at: usize| at < 64 && self.word_starts >> at & 1 == 1;
        if starts_word(at) || self.lower[at + 1..].match_indices(word).any(|(later, _)| starts_word(at + 1 + later)) {
            50
        } else if word.len() > 2 {
            25
        } else {
            // One or two letters inside of a word mean nothing.
            0
        }
    }
}
