//! Retriers and what their names and a Catcher's match.

use std::time::Duration;

use asl::program::JitterStrategy;

use crate::compiled::Retrier;
use crate::event::Failure;
use crate::fault;

impl Retrier {
    /// Delay before retry number `attempt` (0 is the first retry) of this Retrier.
    ///
    /// `IntervalSeconds * BackoffRate^attempt`, capped by `MaxDelaySeconds`. `roll`, uniform in `[0, 1)`, scales it under
    /// `JitterStrategy: FULL` and is otherwise unused. Spec: <https://states-language.net/spec.html#retrying-after-error>
    pub(crate) fn delay(&self, attempt: u32, roll: f64) -> Duration {
        let mut seconds = self.interval_seconds as f64 * self.backoff_rate.powf(f64::from(attempt));
        if let Some(most) = self.max_delay_seconds {
            seconds = seconds.min(most as f64);
        }
        if self.jitter == JitterStrategy::Full {
            seconds *= roll;
        }
        // A year is beyond every execution; it keeps wild rates inside what a Duration holds.
        Duration::from_secs_f64(seconds.clamp(0.0, 366.0 * 86_400.0))
    }
}

/// Whether an `ErrorEquals` list names the failure. `States.ALL` names everything that gets here;
/// `States.TaskFailed` everything but timeouts.
pub(crate) fn names(error_equals: &[String], failure: &Failure, heartbeat: bool) -> bool {
    let error = failure.error();
    error_equals.iter().any(|name| match name.as_str() {
        "States.ALL" => true,
        "States.TaskFailed" => error != fault::TIMEOUT,
        "States.HeartbeatTimeout" => heartbeat || error == "States.HeartbeatTimeout",
        name => name == error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retrier(
        interval_seconds: u64,
        backoff_rate: f64,
        max_delay_seconds: Option<u64>,
        jitter: JitterStrategy,
    ) -> Retrier {
        Retrier { error_equals: Vec::new(), interval_seconds, max_attempts: 3, backoff_rate, max_delay_seconds, jitter }
    }

    fn check(retrier: &Retrier, roll: f64, expected: [f64; 4]) {
        let delays = [0, 1, 2, 3].map(|attempt| retrier.delay(attempt, roll).as_secs_f64());
        assert_eq!(delays, expected);
    }

    #[test]
    fn delays() {
        check(&retrier(1, 2.0, None, JitterStrategy::None), 0.5, [1.0, 2.0, 4.0, 8.0]);
        check(&retrier(2, 2.0, Some(5), JitterStrategy::None), 0.5, [2.0, 4.0, 5.0, 5.0]);
        check(&retrier(2, 2.0, Some(5), JitterStrategy::Full), 0.5, [1.0, 2.0, 2.5, 2.5]);
        check(&retrier(3, 1.0, None, JitterStrategy::None), 0.0, [3.0, 3.0, 3.0, 3.0]);
    }

    #[test]
    fn wild_rates_stay_bounded() {
        let delay = retrier(99_999_999, 1e300, None, JitterStrategy::None).delay(u32::MAX, 0.0);
        assert_eq!(delay, Duration::from_secs(366 * 86_400));
    }

    #[test]
    fn which_errors_a_name_names() {
        let list = |name: &str| vec![name.to_owned()];
        let (custom, timeout) = (Failure::named("Custom"), Failure::named("States.Timeout"));
        assert!(names(&list("States.ALL"), &custom, false) && names(&list("States.ALL"), &timeout, false));
        assert!(names(&list("States.TaskFailed"), &custom, false));
        assert!(!names(&list("States.TaskFailed"), &timeout, false), "a timeout is no task failure");
        assert!(names(&list("States.Timeout"), &timeout, true), "a missed heartbeat is a timeout");
        assert!(names(&list("States.HeartbeatTimeout"), &timeout, true));
        assert!(!names(&list("States.HeartbeatTimeout"), &timeout, false));
    }
}
