//! The threads that engines live on.

use std::collections::VecDeque;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

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

/// Does `work` on an engine and waits for it.
pub(super) fn with_engine<T: Send + 'static>(
    work: impl FnOnce(&Engine) -> Used<T> + Send + 'static,
) -> Result<T, String> {
    let (answer, answered) = mpsc::sync_channel(1);
    let job: Job = Box::new(move |slot| {
        let engine = match slot.0.take().map_or_else(Engine::start, Ok) {
            Ok(engine) => engine,
            Err(error) => {
                let _ = answer.send(Err(error));
                return;
            }
        };
        let used = work(&engine);
        // Whoever asked may have gone; an engine that is spent is dropped after the answer is out.
        let _ = answer.send(Ok(used.value));
        if !used.spent {
            engine.tidy();
            slot.0 = Some(engine);
        }
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
