//! Workflows to begin with: whole files, each with an input and mocks it runs with. The project's examples are among them.

#[derive(Debug, Clone, Copy)]
pub struct Blueprint {
    /// `nightly-etl`, also the name of its files.
    pub id: &'static str,
    pub title: &'static str,
    /// What it does, in a sentence: the Comment of the definition.
    pub summary: &'static str,
    pub definition: &'static str,
    pub input: &'static str,
    /// In the MockConfigFile format; its test cases run to an end.
    pub mocks: &'static str,
    /// Further files beside it: name and text.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! blueprints {
    ($($folder:literal $id:literal: $title:literal, $summary:literal, [$($file:literal),*];)*) => {
        /// In the order they are offered.
        pub static BLUEPRINTS: &[Blueprint] = &[$(Blueprint {
            id: $id,
            title: $title,
            summary: $summary,
            definition: include_str!(concat!($folder, $id, "/", $id, ".asl.json")),
            input: include_str!(concat!($folder, $id, "/", $id, ".input.json")),
            mocks: include_str!(concat!($folder, $id, "/MockConfigFile.json")),
            files: &[$(($file, include_str!(concat!($folder, $id, "/", $file)))),*],
        }),*];
    };
}

blueprints! {
    "../../../../examples/" "order-approval": "Order approval",
        "An order is processed, a person approves or rejects it through a queue, and the customer is told.", [];
    "../blueprints/" "order-saga": "Order saga",
        "An order takes stock from a table, money from a card and a parcel from a carrier; when a step fails, those before it are undone.", [];
    "../blueprints/" "nightly-etl": "Nightly ETL",
        "Every night a Glue job cleans the day's orders, Athena learns of the new partition and adds the day up, and the data team is told.", [];
    "../blueprints/" "csv-import": "CSV import",
        "A price list lands in S3 as CSV; its rows are written in batches by many small workflows, a few bad ones are borne, and the result is reported.",
        ["buckets/price-lists/products.csv"];
    "../blueprints/" "image-check": "Image check",
        "An uploaded image is looked at: what it shows is remembered, what should not be shown is put aside for people to judge.", [];
    "../blueprints/" "weekly-report": "Weekly report",
        "Once a week the sales are queried, a model puts them into words, the words go to the team's chat, and everything is kept in S3.", [];
    "../blueprints/" "meeting-notes": "Meeting notes",
        "A recording is transcribed, which takes a while; its transcript is summed up and mailed to whoever asked.", [];
    "../../../../examples/" "nightly-backup": "Nightly backup",
        "A database snapshot is started at night, watched until it is complete, and somebody is woken if it fails.", [];
    "../../../../examples/" "contact-form": "Contact form",
        "A message from a web site is checked, stored and mailed to the team; every failure has its own answer.", [];
    "../../../../examples/" "library-loan": "Library loan",
        "A book is lent for three weeks; the reader is reminded, may ask for more time, and a librarian decides.", [];
    "../../../../examples/" "game-level": "Game level",
        "A player ends a level: score, items and leaderboard are written side by side, each with its own idea of failure.", [];
}
