//! The time an execution lives in.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use machine::Timestamp;
use serde::{Deserialize, Serialize};

/// How an execution's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub enum ClockMode {
    #[default]
    Real,
    /// This many times faster than real time.
    Scaled(f64),
    /// Time stands still while anything can happen, and jumps to the next timer when nothing can.
    Virtual,
}

/// Slower or faster than this is taken for this.
const FACTORS: std::ops::RangeInclusive<f64> = 0.001..=1e9;
/// Nobody sleeps longer in one piece: the wall clock may be set, and machines are put to sleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Clock {
    mode: ClockMode,
    /// The execution's time at `since`. Unused with `Real`, which is the wall clock.
    at: Timestamp,
    since: Instant,
}

/// The wall clock.
pub fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Clock {
    pub(crate) fn new(mode: ClockMode, at: Timestamp) -> Clock {
        Clock { mode, at, since: Instant::now() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self.mode {
            ClockMode::Real => wall(),
            ClockMode::Virtual => self.at,
            ClockMode::Scaled(factor) => {
                let passed = self.since.elapsed().as_secs_f64() * 1_000.0 * bounded(factor);
                Timestamp(self.at.0.saturating_add(passed as i64))
            }
        }
    }

    pub(crate) fn mode(&self) -> ClockMode {
        self.mode
    }

    /// From now on time passes like this.
    pub(crate) fn set(&mut self, mode: ClockMode) {
        *self = Clock::new(mode, self.now());
    }

    /// Time goes on from a later moment at once. A real clock cannot.
    pub(crate) fn jump(&mut self, to: Timestamp) {
        if to > self.now() {
            self.at = to;
            self.since = Instant::now();
        }
    }

    /// How long to sleep, in real time, until it is `wake_at`; shorter if that is far away. Nothing with a virtual clock,
    /// which never gets there by itself.
    pub(crate) fn sleep_until(&self, wake_at: Timestamp) -> Option<Duration> {
        let left = Duration::from_millis(u64::try_from(wake_at.0.saturating_sub(self.now().0)).unwrap_or(0));
        match self.mode {
            ClockMode::Virtual => None,
            ClockMode::Real => Some(left.min(LONGEST_SLEEP)),
            ClockMode::Scaled(factor) => {
                let real = left.as_secs_f64() / bounded(factor);
                Some(Duration::from_secs_f64(real.min(LONGEST_SLEEP.as_secs_f64())))
            }
        }
    }
}

fn bounded(factor: f64) -> f64 {
    if factor.is_nan() { 1.0 } else { factor.clamp(*FACTORS.start(), *FACTORS.end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_by_jumps() {
        let mut clock = Clock::new(ClockMode::Virtual, Timestamp(1_000));
        assert_eq!(clock.now(), Timestamp(1_000));
        assert_eq!(clock.sleep_until(Timestamp(9_000)), None);
        clock.jump(Timestamp(9_000));
        clock.jump(Timestamp(5_000));
        assert_eq!(clock.now(), Timestamp(9_000), "time does not run backwards");
    }

    #[test]
    fn a_scaled_clock_sleeps_for_a_part_of_the_time() {
        let clock = Clock::new(ClockMode::Scaled(1_000.0), Timestamp(0));
        let sleep = clock.sleep_until(Timestamp(5_000)).expect("it gets there");
        assert!(sleep <= Duration::from_millis(5), "{sleep:?}");
        for factor in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            Clock::new(ClockMode::Scaled(factor), Timestamp(0))
                .sleep_until(Timestamp(i64::MAX))
                .expect("it gets there");
        }
    }

    #[test]
    fn setting_the_clock_keeps_the_time() {
        let mut clock = Clock::new(ClockMode::Virtual, Timestamp(7));
        clock.set(ClockMode::Scaled(1.0));
        assert!(clock.now() >= Timestamp(7) && clock.now() < Timestamp(10_000));
    }
}
