//! Small writers for the languages templates are written in. Each one's first duty is quoting.

pub mod hcl;
pub mod json;
pub mod python;
pub mod tree;
pub mod typescript;
pub mod yaml;

pub use tree::Tree;
