//! `cargo dev verify-iac`: exports proved with cfn-lint, the SAM translator, Terraform, the TypeScript compiler, CDK, osls and Pulumi.

use crate::prepare;
use crate::shell::{Outcome, cargo, go, program, root, step, target};

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
