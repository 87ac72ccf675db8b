//! The world of a case: what its tasks answer, what its buckets hold.

use std::collections::{BTreeMap, VecDeque};

use machine::{Dataset, DatasetRequest, EffectId, Fact, Failure, Integration, Invocation};
use query::{Object, Text, Value};

use crate::case::Case;

pub(crate) struct World {
    /// By state, in the order they were given.
    responses: BTreeMap<String, VecDeque<Value>>,
    /// Answers that were recorded without the state they belong to.
    unpaired: VecDeque<Value>,
    mocks: BTreeMap<String, Value>,
    invocations: BTreeMap<String, u32>,
    behaviours: Vec<(String, Value)>,
    /// Bucket and key to text.
    objects: BTreeMap<(String, String), String>,
}

impl World {
    pub(crate) fn of(case: &Case) -> World {
        let mut world = World {
            responses: BTreeMap::new(),
            unpaired: VecDeque::new(),
            mocks: mocks(case),
            invocations: BTreeMap::new(),
            behaviours: Vec::new(),
            objects: BTreeMap::new(),
        };
        for response in case.list("responses") {
            match response.get("state").and_then(Value::as_str) {
                Some(state) => world.responses.entry(state.to_owned()).or_default().push_back(response.clone()),
                None if response.get("terminal").is_some() => world.unpaired.push_back(response.clone()),
                None => {}
            }
        }
        for resource in case.list("resources") {
            if let (Some(arn), Some(behaviour)) = (resource.get("resource"), resource.get("behaviour")) {
                world.behaviours.push((arn.as_str().unwrap_or("").to_owned(), behaviour.clone()));
            }
            if resource.get("setup_call").and_then(Value::as_str) == Some("put_object")
                && let Some(params) = resource.get("params")
            {
                let text = |name: &str| params.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
                world.objects.insert((text("Bucket"), text("Key")), text("Body"));
            }
        }
        world
    }

    /// Whether somebody works on an activity: its tasks are listed, or there are none because it was gone.
    pub(crate) fn has_responses_for(&self, state: &str) -> bool {
        self.responses.contains_key(state)
    }

    /// What a call leads to, in order.
    pub(crate) fn answer(&mut self, call: &Invocation) -> Vec<Fact> {
        let response = self.responses.get_mut(&*call.state_name).and_then(VecDeque::pop_front);
        let response = response.or_else(|| self.unpaired.pop_front());
        if let Some(response) = response {
            return self.scripted(call, &response);
        }
        if let Some(mock) = self.mock(call) {
            return vec![mock];
        }
        self.behave(call)
    }

    fn scripted(&self, call: &Invocation, response: &Value) -> Vec<Fact> {
        let effect = call.effect;
        let mut facts = Vec::new();
        if Integration::parse(&call.resource) == Integration::Activity {
            let worker = response.get("activity_worker").and_then(Value::as_str).map(Text::from);
            facts.push(Fact::TaskStarted { effect, worker });
        }
        let answer = response.get("answer").unwrap_or(response);
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        if let Some(submitted) = text("submitted_output_text") {
            facts.push(Fact::TaskSubmitted { effect, output: machine::output_of(submitted) });
        }
        if answer.get("engine_generated").is_some() {
            facts.extend(self.behave(call));
            return facts;
        }
        match text("type").or_else(|| text("outcome")) {
            Some("succeed") => {
                let output = machine::output_of(text("output_text").unwrap_or("null"));
                facts.push(Fact::TaskSucceeded { effect, output });
            }
            Some("fail" | "failed") => {
                let cause = text("cause_text").map(Text::from).or_else(|| {
                    answer
                        .get("cause")
                        .map(|cause| cause.as_str().map_or_else(|| Text::from(cause.compact()), Text::from))
                });
                facts.push(Fact::TaskFailed {
                    effect,
                    failure: Failure { error: text("error").map(Text::from), cause },
                });
            }
            _ => {}
        }
        facts
    }

    /// The next numbered response of a MockConfigFile.
    fn mock(&mut self, call: &Invocation) -> Option<Fact> {
        let responses = self.mocks.get(&*call.state_name)?;
        let count = self.invocations.entry(call.state_name.to_string()).or_default();
        let number = *count;
        *count += 1;
        let covers = |range: &str| match range.split_once('-') {
            Some((from, to)) => {
                from.parse().is_ok_and(|from: u32| from <= number) && to.parse().is_ok_and(|to: u32| number <= to)
            }
            None => range.parse() == Ok(number),
        };
        let response = responses.as_object()?.iter().find(|(range, _)| covers(range))?.1;
        let effect = call.effect;
        if let Some(thrown) = response.get("Throw") {
            let text = |name: &str| thrown.get(name).and_then(Value::as_str).map(Text::from);
            return Some(Fact::TaskFailed { effect, failure: Failure { error: text("Error"), cause: text("Cause") } });
        }
        let mut output = response.get("Return")?.clone();
        if Integration::parse(&call.resource) == Integration::Lambda
            && let Some(payload) = output.get("Payload")
        {
            output = payload.clone();
        }
        Some(Fact::TaskSucceeded { effect, output })
    }

    /// What the function that was deployed for the case does.
    fn behave(&self, call: &Invocation) -> Vec<Fact> {
        let direct = Integration::parse(&call.resource) == Integration::Lambda;
        let name =
            if direct { Some(&*call.resource) } else { call.arguments.get("FunctionName").and_then(Value::as_str) };
        let Some(name) = name else { return Vec::new() };
        let short = |arn: &str| arn.rsplit(':').next().unwrap_or("").to_owned();
        let Some((_, behaviour)) = self.behaviours.iter().find(|(arn, _)| short(arn) == short(name)) else {
            return Vec::new();
        };
        let payload = if direct { Some(&call.arguments) } else { call.arguments.get("Payload") };
        // A function that is given nothing gets an empty event.
        let payload = payload.filter(|payload| !payload.is_null()).cloned();
        let payload = payload.unwrap_or_else(|| Value::Object(Object::new()));
        let text = |name: &str| behaviour.get(name).and_then(Value::as_str).unwrap_or("");
        let effect = call.effect;
        let output = match text("kind") {
            "echo" => payload,
            "raise" => {
                let cause = Object::from_iter([
                    ("errorMessage", Value::string(text("errorMessage"))),
                    ("errorType", Value::string(text("errorType"))),
                    ("requestId", Value::string("00000000-0000-4000-8000-000000000000")),
                    (
                        "stackTrace",
                        Value::from(vec![Value::string(
                            "  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n",
                        )]),
                    ),
                ]);
                let cause = spaced(&Value::Object(cause));
                return vec![Fact::TaskFailed { effect, failure: Failure::new(text("errorType"), cause) }];
            }
            "large_output" => {
                let bytes = behaviour.get("bytes").and_then(Value::as_i64).unwrap_or(0);
                Value::string(&"a".repeat(usize::try_from(bytes).unwrap_or(0)))
            }
            "return" => {
                // The bytes that the function returns, written as a JSON string.
                let bytes = machine::output_of(text("value_as_json_text"));
                bytes.as_str().map_or_else(|| bytes.clone(), machine::output_of)
            }
            _ => return Vec::new(),
        };
        let output = if direct { output } else { invocation(output) };
        vec![Fact::TaskSucceeded { effect, output }]
    }

    pub(crate) fn read(&self, effect: EffectId, request: &DatasetRequest) -> Fact {
        let text = |name: &str| request.arguments.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        let (bucket, key) = (text("Bucket"), text("Key"));
        if request.resource.ends_with("listObjectsV2") {
            let prefix = text("Prefix");
            let listed = self.objects.iter().filter(|((at, key), _)| *at == bucket && key.starts_with(&prefix));
            let entries = listed.map(|((_, key), body)| {
                let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
                Value::Object(Object::from_iter([
                    ("Etag", Value::string(&format!("\"{}\"", md5(body)))),
                    ("Key", Value::string(key)),
                    ("LastModified", Value::from(1_795_132_800)),
                    ("Size", Value::from(size)),
                    ("StorageClass", Value::string("STANDARD")),
                ]))
            });
            return Fact::DatasetRead { effect, dataset: Dataset::Listing { entries: entries.collect() } };
        }
        match self.objects.get(&(bucket, key)) {
            Some(body) => Fact::DatasetRead { effect, dataset: Dataset::Object { text: Text::from(body.as_str()) } },
            None => Fact::DatasetFailed {
                effect,
                failure: Failure::new("States.ItemReaderFailed", "The specified key does not exist."),
            },
        }
    }
}

fn mocks(case: &Case) -> BTreeMap<String, Value> {
    let config = case.value.get("mock_config");
    let states = config
        .and_then(|config| config.get("StateMachines")?.get(case.text("state_machine_name"))?.get("TestCases"))
        .and_then(|cases| cases.get(case.text("mock_test_case")))
        .and_then(Value::as_object);
    let named = |name: &Value| config?.get("MockedResponses")?.get(name.as_str()?).cloned();
    states
        .into_iter()
        .flat_map(Object::iter)
        .filter_map(|(state, name)| Some((state.to_string(), named(name)?)))
        .collect()
}

fn md5(text: &str) -> String {
    let input = Value::string(text);
    let call = query::intrinsic::Call::parse("States.Hash($, 'MD5')").expect("a constant");
    let hash = call.eval(&query::Scope::of(&input), &mut query::Seeded(0));
    hash.ok().and_then(|hash| hash.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What the Invoke API answers, with the headers that the service keeps.
fn invocation(payload: Value) -> Value {
    const ID: &str = "00000000-0000-4000-8000-000000000000";
    let headers = [
        ("Connection", "keep-alive".to_owned()),
        ("Content-Length", payload.size().to_string()),
        ("Content-Type", "application/json".to_owned()),
        ("Date", "Fri, 20 Nov 2026 00:00:00 GMT".to_owned()),
        ("X-Amz-Executed-Version", "$LATEST".to_owned()),
        ("x-amzn-Remapped-Content-Length", "0".to_owned()),
        ("x-amzn-RequestId", ID.to_owned()),
        ("X-Amzn-Trace-Id", "root=1-00000000-000000000000000000000000;sampled=0".to_owned()),
    ];
    let lists = headers.iter().map(|(name, value)| (*name, Value::from(vec![Value::string(value)])));
    let texts = headers.iter().map(|(name, value)| (*name, Value::string(value)));
    let metadata = Object::from_iter([
        ("AllHttpHeaders", Value::Object(lists.collect())),
        ("HttpHeaders", Value::Object(texts.collect())),
        ("HttpStatusCode", Value::from(200)),
    ]);
    Value::Object(Object::from_iter([
        ("ExecutedVersion", Value::string("$LATEST")),
        ("Payload", payload),
        ("SdkHttpMetadata", Value::Object(metadata)),
        ("SdkResponseMetadata", Value::Object(Object::from_iter([("RequestId", Value::string(ID))]))),
        ("StatusCode", Value::from(200)),
    ]))
}

/// JSON with a space after each comma and colon, as Python writes it.
fn spaced(value: &Value) -> String {
    let compact = value.compact();
    let mut out = String::with_capacity(compact.len() + 16);
    let (mut quoted, mut escaped) = (false, false);
    for next in compact.chars() {
        out.push(next);
        match next {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' | ':' if !quoted => out.push(' '),
            _ => {}
        }
    }
    out
}
