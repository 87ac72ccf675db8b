//! Infrastructure as code: a workflow out to the templates people deploy, and back in from the projects they have.
//!
//! * [`export`] turns a definition into a [`plan::Plan`]: the definition with `${Placeholders}` for everything that belongs to
//!   an account, what each placeholder stands for, and the least privilege the machine's role needs. A target then writes the
//!   plan in its own language; it decides nothing but the wording.
//! * [`iam`] derives the policy, every statement with its reason.
//! * [`import`] finds workflows in templates and saves edits back in place, every other byte untouched.
//!
//! Pure: text in, text out. Nothing here touches a disk, a clock or the network.

mod difference;
pub mod emit;
pub mod expr;
pub mod iam;
pub mod import;
pub mod names;
pub mod placeholders;
pub mod plan;
pub mod settings;
mod settings_check;
pub mod target;
pub mod template;

pub use difference::difference;
pub use expr::Expr;
pub use plan::{ExportError, Note, Plan, Rendered, export, plan};
pub use settings::{Options, Settings, Target};
pub use settings_check::RETENTION_DAYS;
