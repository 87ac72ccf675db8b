//! Values and the languages that query them: JSONPath, Reference Paths, intrinsic functions, JSONata.
//!
//! The only crate that names an expression engine. It knows nothing of states: callers hand in values and a scope and
//! get back values, or errors that render the service's texts.

mod base64;
mod digest;
pub mod intrinsic;
pub mod jsonata;
pub mod jsonpath;
mod scope;
pub mod template;
mod text;
mod value;

pub use scope::{Chance, Scope, Seeded};
pub use text::Text;
pub use value::{
    Array, Key, MAX_DEPTH, Number, Object, ObjectBuilder, ParseError, Str, Value, write_integer, write_json_string,
};
