//! The threads that engines live on.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError, mpsc};
use std::{io, thread};

use super::engine::{Engine, THREAD_STACK, Used};

type Job = Box<dyn FnOnce(&mut Slot) + Send>;

/// The engine of one thread, made on first use and again after it was spent.
#[derive(Default)]
struct Slot(Option<Engine>);

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: usize,
}

#[derive(Default)]
struct Pool {
    state: Mutex<State>,
    wake: Condvar,
}

static POOL: LazyLock<Pool> = LazyLock::new(Pool::default);

fn most_threads() -> usize {
    thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}

thread_local! {
    /// The engine of a thread whose stack is large enough for one.
    static OWN: RefCell<Option<Slot>> = const { RefCell::new(None) };
}

/// Starts a thread that may evaluate expressions itself. Everywhere else every evaluation that takes an engine is a
/// visit to another thread, which costs more than most expressions.
pub fn spawn_with_engine<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<thread::JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).stack_size(THREAD_STACK).spawn(|| {
        OWN.with(|own| *own.borrow_mut() = Some(Slot::default()));
        work()
    })
}

impl Slot {
    fn run<T>(&mut self, work: impl FnOnce(&Engine) -> Used<T>, answer: impl FnOnce(Result<T, String>)) {
        let engine = match self.0.take().map_or_else(Engine::start, Ok) {
            Ok(engine) => engine,
            Err(error) => return answer(Err(error)),
        };
        let used = work(&engine);
        // An engine that is spent is dropped after the answer is out.
        answer(Ok(used.value));
        if !used.spent {
            engine.tidy();
            self.0 = Some(engine);
        }
    }
}

/// Does `work` on an engine and waits for it.
pub(super) fn with_engine<T: Send + 'static>(
    work: impl FnOnce(&Engine) -> Used<T> + Send + 'static,
) -> Result<T, String> {
    if let Some(mut slot) = OWN.with(|own| own.borrow_mut().take()) {
        let mut answered = None;
        slot.run(work, |answer| answered = Some(answer));
        OWN.with(|own| *own.borrow_mut() = Some(slot));
        return answered.unwrap_or_else(|| Err("the JSONata engine gave no answer".to_owned()));
    }
    let (answer, answered) = mpsc::sync_channel(1);
    let job: Job = Box::new(move |slot| {
        slot.run(work, |result| {
            // Whoever asked may have gone.
            let _ = answer.send(result);
        });
    });
    submit(job)?;
    answered.recv().unwrap_or_else(|_| Err("the JSONata engine has gone".to_owned()))
}

fn submit(job: Job) -> Result<(), String> {
    let mut state = lock();
    if state.idle == 0 && state.threads < most_threads() {
        let spawned = thread::Builder::new().name("jsonata".to_owned()).stack_size(THREAD_STACK).spawn(serve);
        match spawned {
            Ok(_) => state.threads += 1,
            Err(error) if state.threads == 0 => return Err(format!("no thread for the JSONata engine: {error}")),
            Err(_) => {}
        }
    }
    state.jobs.push_back(job);
    drop(state);
    POOL.wake.notify_one();
    Ok(())
}

fn lock() -> MutexGuard<'static, State> {
    POOL.state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve() {
    let mut slot = Slot::default();
    loop {
        let mut state = lock();
        let job = loop {
            if let Some(job) = state.jobs.pop_front() {
                break job;
            }
            state.idle += 1;
            state = POOL.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        };
        drop(state);
        // A panic in a job must not cost the thread; its answer channel closes.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(&mut slot))).is_err() {
            slot = Slot::default();
        }
    }
}
