//! `cargo dev verify-iac`: exports proved with cfn-lint, the SAM translator, Terraform, the TypeScript compiler, CDK, osls and Pulumi.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, program, root, step, target};

/// Other people's projects, which are not part of this one, read and written back.
pub(crate) fn import_check(arguments: &[String]) -> Outcome {
    let mut command = cargo(&["run", "--quiet", "--package", "api", "--example", "import_check", "--"]);
    command.args(arguments);
    go(command)
}

pub(crate) fn verify(arguments: &[String]) -> Outcome {
    prepare::python()?;
    step("build the command line", || go(cargo(&["build", "--quiet", "--package", "stepwright"])))?;
    step("exports", || {
        let script = root().join(".ci/verify-iac/verify.py");
        let mut python = program("python3", &[]);
        python.arg(script).args(arguments).env("STEPWRIGHT_BIN", target().join("debug/stepwright"));
        go(python)
    })
}
