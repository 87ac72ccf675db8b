//! One JavaScript engine with JSONata in it. Lives on the thread that made it.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rquickjs::prelude::Func;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Persistent, Runtime};

use super::{Problem, SyntaxError};
use crate::{Value, base64, digest};

const PRELUDE: &str = include_str!("prelude.js");
const JSONATA: &str = include_str!(concat!(env!("OUT_DIR"), "/jsonata-sync.js"));
const GLUE: &str = include_str!("glue.js");

/// What the heap of one engine may hold. Payloads of the service end at 256 KiB.
const MEMORY: usize = 128 << 20;
/// The stack that JavaScript may use. The thread's own must be far larger (see [`THREAD_STACK`]): the engine's C code
/// checks its use of the stack only now and then.
const STACK: usize = 8 << 20;
/// Reserved, not committed: pages that are never touched cost nothing.
pub(super) const THREAD_STACK: usize = 256 << 20;

/// One round of expressions over the same data.
pub(super) struct Round {
    pub(super) expressions: Vec<Arc<str>>,
    /// A JSON object: the variables, `states` among them.
    pub(super) bindings: String,
    /// What `$` is outside of any path; nothing in a workflow.
    pub(super) input: Option<String>,
    /// Milliseconds since 1970, for `$now` and `$millis`.
    pub(super) now: f64,
    pub(super) seed: [i32; 4],
    pub(super) limits: Limits,
    pub(super) official: bool,
}

/// What one expression may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps of evaluation. Being counted, not timed, an expression that fails here fails in every run.
    pub steps: u64,
    /// Nested steps; 0 leaves it to the stack.
    pub depth: u64,
    /// The last resort for what the counter does not see, such as a regular expression.
    pub time: Duration,
    /// Set by another thread to give up.
    pub cancel: Option<Arc<AtomicBool>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 2_000_000, depth: 0, time: Duration::from_secs(5), cancel: None }
    }
}

pub(super) type Outcome = Result<Value, Problem>;

pub(super) struct Engine {
    // Dropped before the runtime they belong to.
    run: Persistent<Function<'static>>,
    check: Persistent<Function<'static>>,
    recover: Persistent<Function<'static>>,
    context: Context,
    runtime: Runtime,
    watch: Rc<Watch>,
}

/// What the interrupt handler looks at.
#[derive(Default)]
struct Watch {
    deadline: Cell<Option<Instant>>,
    cancel: Cell<Option<Arc<AtomicBool>>>,
    tripped: Cell<bool>,
}

impl Watch {
    fn trips(&self) -> bool {
        let late = self.deadline.get().is_some_and(|deadline| Instant::now() >= deadline);
        let cancel = self.cancel.take();
        let cancelled = cancel.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed));
        self.cancel.set(cancel);
        if late || cancelled {
            self.tripped.set(true);
        }
        late || cancelled
    }
}

/// After some failures an engine is not used again.
pub(super) struct Used<T> {
    pub(super) value: T,
    pub(super) spent: bool,
}

impl Engine {
    pub(super) fn start() -> Result<Self, String> {
        let failed = |error: rquickjs::Error| format!("the JSONata engine does not start: {error}");
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let watch = Rc::new(Watch::default());
        let watched = Rc::clone(&watch);
        runtime.set_interrupt_handler(Some(Box::new(move || watched.trips())));
        let context = Context::full(&runtime).map_err(failed)?;
        let functions = context.with(|ctx| -> rquickjs::Result<_> {
            let globals = ctx.globals();
            globals.set(
                "hostHash",
                Func::from(|data: String, name: String| digest::hash(&data, &name).unwrap_or_default()),
            )?;
            // As in a browser and in Node's binary strings, one character is one byte.
            globals.set(
                "hostBtoa",
                Func::from(|text: String| base64::encode(&text.chars().map(|c| c as u8).collect::<Vec<_>>())),
            )?;
            let decoded = |text: String| -> String {
                base64::decode(&text).unwrap_or_default().into_iter().map(char::from).collect()
            };
            globals.set("hostAtob", Func::from(decoded))?;
            ctx.eval::<(), _>(PRELUDE)?;
            ctx.eval::<(), _>(JSONATA)?;
            ctx.eval::<(), _>(GLUE)?;
            // What is left of JavaScript's own ways to run text; expressions cannot name them anyway.
            globals.remove("eval")?;
            globals.remove("Function")?;
            let take = |name: &str| -> rquickjs::Result<_> {
                let function: Function<'_> = globals.get(name)?;
                Ok(Persistent::save(&ctx, function))
            };
            Ok((take("run")?, take("check")?, take("recover")?))
        });
        let (run, check, recover) = functions.map_err(failed)?;
        Ok(Self { run, check, recover, context, runtime, watch })
    }

    pub(super) fn run(&self, round: &Round) -> Used<Vec<Outcome>> {
        self.guarded(&round.limits, |ctx| {
            let run = self.run.clone().restore(ctx).map_err(|error| error.to_string())?;
            let texts: Vec<&str> = round.expressions.iter().map(|text| &**text).collect();
            let [a, b, c, d] = round.seed;
            let depth = if round.limits.depth == 0 { f64::INFINITY } else { round.limits.depth as f64 };
            let mut arguments = rquickjs::function::Args::new(ctx.clone(), 11);
            let pushed = (|| -> rquickjs::Result<()> {
                arguments.push_arg(texts)?;
                arguments.push_arg(round.bindings.as_str())?;
                match &round.input {
                    Some(input) => arguments.push_arg(input.as_str())?,
                    None => arguments.push_arg(rquickjs::Undefined)?,
                }
                arguments.push_arg(round.now)?;
                arguments.push_arg(round.official)?;
                arguments.push_arg(round.limits.steps as f64)?;
                arguments.push_arg(depth)?;
                for word in [a, b, c, d] {
                    arguments.push_arg(word)?;
                }
                Ok(())
            })();
            let answers: Vec<String> =
                pushed.and_then(|()| run.call_arg(arguments)).catch(ctx).map_err(|error| message(&error))?;
            Ok(answers.iter().map(|answer| outcome(answer)).collect::<Vec<_>>())
        })
        .map(
            |result| result.unwrap_or_else(|problem| vec![Err(problem); round.expressions.len()]),
            |outcomes| outcomes.iter().any(|outcome| matches!(outcome, Err(Problem::OutOfMemory))),
        )
    }

    /// The syntax tree of an expression, as JSONata gives it.
    pub(super) fn check(&self, text: &str) -> Used<Result<Value, SyntaxError>> {
        self.ask(&self.check, text)
    }

    /// Tree and errors of an expression that may be broken.
    pub(super) fn recover(&self, text: &str) -> Used<Result<Value, SyntaxError>> {
        self.ask(&self.recover, text)
    }

    fn ask(&self, function: &Persistent<Function<'static>>, text: &str) -> Used<Result<Value, SyntaxError>> {
        self.guarded(&Limits { time: Duration::from_secs(5), ..Limits::default() }, |ctx| {
            let function = function.clone().restore(ctx).map_err(|error| error.to_string())?;
            let answer: String = function.call((text,)).catch(ctx).map_err(|error| message(&error))?;
            Ok(match answer.split_at_checked(1) {
                Some(("V", tree)) => {
                    Value::parse(tree).map_err(|_| SyntaxError::plain("the expression is nested too deeply"))
                }
                Some(("E", error)) => Err(SyntaxError::read(error)),
                _ => Err(SyntaxError::plain("the expression cannot be read")),
            })
        })
        .map(
            |result| match result {
                Ok(answer) => answer,
                Err(problem) => Err(SyntaxError::plain(&problem.to_string())),
            },
            |answer| answer.is_err(),
        )
    }

    fn guarded<T>(
        &self,
        limits: &Limits,
        work: impl FnOnce(&Ctx<'_>) -> Result<T, String>,
    ) -> Used<Result<T, Problem>> {
        self.watch.tripped.set(false);
        self.watch.cancel.set(limits.cancel.clone());
        self.watch.deadline.set(Instant::now().checked_add(limits.time));
        let done = self.context.with(|ctx| work(&ctx));
        self.watch.deadline.set(None);
        self.watch.cancel.set(None);
        let tripped = self.watch.tripped.get();
        match done {
            Ok(value) if !tripped => Used { value: Ok(value), spent: false },
            Err(message) if !tripped => Used { value: Err(Problem::from_message(&message)), spent: true },
            _ => {
                let cancelled = limits.cancel.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed));
                Used { value: Err(if cancelled { Problem::Cancelled } else { Problem::TimedOut }), spent: true }
            }
        }
    }

    /// Frees what one round left behind.
    pub(super) fn tidy(&self) {
        if self.runtime.memory_usage().malloc_size > 32 << 20 {
            self.runtime.run_gc();
        }
    }
}

impl<T> Used<T> {
    fn map<U>(self, map: impl FnOnce(T) -> U, spends: impl FnOnce(&U) -> bool) -> Used<U> {
        let value = map(self.value);
        let spent = self.spent || spends(&value);
        Used { value, spent }
    }
}

/// The message of what the engine threw.
fn message(error: &CaughtError<'_>) -> String {
    match error {
        CaughtError::Exception(exception) => exception.message().unwrap_or_default(),
        other => other.to_string(),
    }
}

fn outcome(answer: &str) -> Outcome {
    match answer.split_at_checked(1) {
        Some(("V", json)) => Value::parse(json).map_err(|_| Problem::TooDeep),
        Some(("U", _)) => Err(Problem::Undefined),
        Some(("F", _)) => Err(Problem::Unsupported),
        Some(("E", error)) => Err(Problem::read(error)),
        _ => Err(Problem::from_message("no answer")),
    }
}
