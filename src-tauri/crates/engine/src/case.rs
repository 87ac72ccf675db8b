//! One recorded case, read from its file.

use machine::{Kind, Timestamp};
use query::Value;

/// The clock of a case that says nothing about time.
const NOW: &str = "2026-11-20T00:00:00Z";

pub(crate) struct Case {
    pub(crate) value: Value,
}

impl Case {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.value.get(field).and_then(Value::as_str).unwrap_or("")
    }

    pub(crate) fn list(&self, field: &str) -> &[Value] {
        self.value.get(field).and_then(Value::as_array).map_or(&[], |list| list)
    }

    pub(crate) fn definition(&self) -> String {
        match self.value.get("definition_raw").and_then(Value::as_str) {
            Some(raw) => raw.to_owned(),
            None => self.value.get("definition").map(|definition| definition.text().to_string()).unwrap_or_default(),
        }
    }

    /// The input's exact text.
    pub(crate) fn input(&self) -> String {
        match self.value.get("input_text").and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => self.value.get("input").map_or_else(|| "{}".to_owned(), |input| input.text().to_string()),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        let synchronous =
            self.value.get("expected").is_some_and(|expected| expected.get("start_sync_execution_response").is_some());
        match self.text("type") {
            "EXPRESS" if synchronous || self.text("id").contains("_sync__") => Kind::SyncExpress,
            "EXPRESS" => Kind::Express,
            _ => Kind::Standard,
        }
    }

    /// When the case begins. Inputs of some were computed from the clock, so many whole days away from it: those have the
    /// time of day.
    pub(crate) fn now(&self) -> Timestamp {
        let start = Timestamp::parse(NOW).expect("a constant");
        if self.value.get("time_relative").is_none() {
            return start;
        }
        let input = self.input();
        let day = 86_400_000;
        let stamps = input.split('"').filter(|text| text.len() >= 19 && text.as_bytes()[4] == b'-');
        let of_day =
            stamps.filter_map(|text| Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{}Z", &text[..19]))));
        of_day.map(|stamp| Timestamp(start.millis() + stamp.millis().rem_euclid(day))).next().unwrap_or(start)
    }
}
