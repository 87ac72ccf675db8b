#!/usr/bin/env python3
"""Proves exports with the tools people deploy with: `cargo dev verify-iac [--quick | --full] [--only TARGET] [FILE...]`.

`--quick` verifies the examples for SAM and CloudFormation, `--full` adds CDK in Python, which is a large install.

Every workflow is exported to every target. Each export has to pass its tool, and the definition that the tool would deploy has to
equal the document. Then each target gets broken variants, which have to be found: a check that cannot fail proves nothing.
What could not be verified is said, loudly, at the end.
"""

import copy
import functools
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "verify-iac"
VENV = WORK / "venv"
NODE = WORK / "node"
CASES = WORK / "cases"
STEPWRIGHT = Path(os.environ.get("STEPWRIGHT_BIN", Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/stepwright"))
QUIET = {
    "SLS_NOTIFICATIONS_MODE": "off",
    "SLS_TELEMETRY_DISABLED": "1",
    "SLS_INTERACTIVE_SETUP_ENABLE": "0",
    "SAM_CLI_TELEMETRY": "0",
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "CHECKPOINT_DISABLE": "1",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
}
os.environ.update(QUIET)
TARGETS = ["sam", "cloudformation", "terraform", "cdk-ts", "cdk-py", "serverless", "pulumi"]
FULL_SETTINGS = {
    "machineName": "verified",
    "type": "STANDARD",
    "logging": {"level": "ALL", "includeExecutionData": True, "retentionDays": 14},
    "tracing": True,
    "tags": {"team": "order: desk=1 @x", "cost-centre": "42"},
    "alias": {"name": "live", "deployment": {"type": "CANARY", "percentage": 10, "interval": 5}},
    "triggers": [
        {"type": "schedule", "name": "Nightly", "expression": "cron(0 3 * * ? *)", "timezone": "Europe/Berlin", "input": '{"a": "b\'s"}'},
        {"type": "eventPattern", "name": "Paid", "pattern": '{"source": ["shop"], "detail-type": ["Order \\"Paid\\""]}'},
        {"type": "api", "name": "Start", "path": "/orders/{kind}", "method": "POST"},
    ],
}
ROLE_SETTINGS = {"role": {"arn": "arn:aws:iam::123456789012:role/orders"}, "triggers": FULL_SETTINGS["triggers"]}
EXPRESS_SETTINGS = {"type": "EXPRESS", "alias": {"name": "live"}, "triggers": FULL_SETTINGS["triggers"]}
KEY_SETTINGS = {"encryption": {"keyArn": "arn:aws:kms:eu-central-1:123456789012:key/abc", "reuseSeconds": 120}}

failures = []
skipped = []
checks = 0


def check(ok, what, detail=""):
    global checks
    checks += 1
    if not ok:
        failures.append(f"{what}: {str(detail).strip()[:1500]}")
        print(f"  FAIL {what}: {str(detail).strip()[:600]}", flush=True)
    return ok


def skip(what):
    skipped.append(what)
    print(f"  SKIPPED: {what}", flush=True)


def run(command, cwd=None, stdin=None, env=None, timeout=900):
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=timeout,
        env={**os.environ, **QUIET, **(env or {})},
    )


def prepare(targets):
    """Installs what the targets' tools need, once, beside the build."""
    WORK.mkdir(parents=True, exist_ok=True)
    python = VENV / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    needs = {"cfnlint": "cfn-lint", "samtranslator": "aws-sam-translator"}
    if "terraform" in targets:
        needs |= {"hcl2": "python-hcl2", "tf": "tf", "grpc": "grpcio", "msgpack": "msgpack", "cryptography": "cryptography"}
    if "cdk-py" in targets:
        needs |= {"aws_cdk": "aws-cdk-lib", "constructs": "constructs"}
    if run([python, "-c", "import " + ", ".join(needs)]).returncode:
        print("installing", *needs.values(), flush=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *needs.values()], check=True)
    # The stand-in for Terraform's provider reads its schema from the types of @pulumi/aws.
    if any(target in targets for target in ("terraform", "cdk-ts", "cdk-py", "serverless", "pulumi")):
        NODE.mkdir(exist_ok=True)
        manifest = (HERE / "package.json").read_text()
        if not (NODE / "node_modules/osls").exists() or (NODE / "package.json").read_text() != manifest:
            (NODE / "package.json").write_text(manifest)
            print("installing npm packages", flush=True)
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=NODE, check=True)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


# The definition as it would be deployed.

HOLE = re.compile(r"\$\{([A-Za-z0-9_.:-]+)\}")


def load_cfn(text):
    from cfnlint.decode.cfn_yaml import loads

    return json.loads(json.dumps(loads(text)))


PSEUDO = {
    "AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "123456789012", "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack", "AWS::StackId": "stack-id",
}


def resolve(value, parameters):
    """What CloudFormation would make of a value; resources become dummies."""
    if isinstance(value, list):
        return [resolve(item, parameters) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, argument), = value.items()
        if name == "Ref":
            return PSEUDO.get(argument) or parameters.get(argument) or f"ref-{argument}"
        if name == "Fn::GetAtt":
            path = argument.split(".") if isinstance(argument, str) else argument
            return "att-" + ".".join(path)
        if name == "Fn::Join":
            return argument[0].join(str(resolve(item, parameters)) for item in argument[1])
        if name == "Fn::Split":
            return resolve(argument[1], parameters).split(argument[0])
        if name == "Fn::Select":
            return resolve(argument[1], parameters)[int(argument[0])]
        if name == "Fn::Sub":
            text, variables = (argument, {}) if isinstance(argument, str) else argument

            def fill(match):
                key = match.group(1)
                if key in variables:
                    return str(resolve(variables[key], parameters))
                if "." in key:
                    return "att-" + key
                return PSEUDO.get(key) or parameters.get(key) or f"ref-{key}"

            return re.sub(r"\$\{!", "${", HOLE.sub(fill, text))
    return {key: resolve(item, parameters) for key, item in value.items()}


def parameters_of(template, given):
    found = {}
    for name, parameter in (template.get("Parameters") or {}).items():
        found[name] = given.get(name, parameter.get("Default"))
    return found


def substitute(text, values):
    return HOLE.sub(lambda match: str(values.get(match.group(1), match.group(0))), text)


def expected(case):
    """The document with every placeholder that was there filled like a deployment fills it."""
    values = dict(PSEUDO)
    for placeholder in case["placeholders"]:
        values[placeholder["proposed"]] = case["values"].get(placeholder["name"], PSEUDO.get(placeholder["proposed"]))
    return json.loads(substitute(case["text"], {key: value for key, value in values.items() if value is not None}))


def same(case, what, definition):
    try:
        deployed = json.loads(definition) if isinstance(definition, str) else definition
    except ValueError as error:
        return check(False, f"{what}: the deployed definition is JSON", error)
    wanted = expected(case)
    return check(deployed == wanted, f"{what}: the deployed definition equals the document", first_difference(wanted, deployed))


def first_difference(a, b, path=""):
    if type(a) is not type(b):
        return f"{path}: {a!r} against {b!r}"
    if isinstance(a, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                return f"{path}/{key}: only in the {'document' if key in a else 'export'}"
            found = first_difference(a[key], b[key], f"{path}/{key}")
            if found:
                return found
    elif isinstance(a, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} against {len(b)} items"
        for at, (left, right) in enumerate(zip(a, b)):
            found = first_difference(left, right, f"{path}/{at}")
            if found:
                return found
    elif a != b:
        return f"{path}: {a!r} against {b!r}"
    return ""


# The targets.


def lint(text):
    from cfnlint.api import ManualArgs, lint as cfn_lint

    # E3601 looks into the definition: the service's own rules are checked before, by `stepwright validate`; this one
    # takes state-level query languages and other partitions for errors. W… are advice.
    found = cfn_lint(text, config=ManualArgs(regions=["eu-central-1"], ignore_checks=["E3601", "W"]))
    # E1101 “sequence item” is the linter itself falling over a definition that is a string.
    found = [match for match in found if match.rule.id.startswith("E") and "expected str instance" not in match.message]
    return [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in found]


def transform(template, folder):
    logging.disable(logging.CRITICAL)
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    template = copy.deepcopy(template)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        uri = properties.get("DefinitionUri")
        if isinstance(uri, str):
            if not (folder / uri).is_file():
                raise ValueError(f"{name}: there is no file {uri}")
            properties["DefinitionUri"] = "s3://bucket/" + uri
    return Translator({"AWSLambdaBasicExecutionRole": "x", "AWSXrayWriteOnlyAccess": "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"}, Parser()).translate(
        template, parameter_values=parameters_of(template, {})
    )


def starts_as_asked(case, target, template):
    """What an API calls, and what its role may do, is what the type of the machine asks for."""
    text = json.dumps(template)
    wanted = "StartSyncExecution" if case["settings"].get("type") == "EXPRESS" else "StartExecution"
    called = set(re.findall(r":states:action/(\w+)", text))
    if any(trigger["type"] == "api" for trigger in case["settings"].get("triggers", [])):
        check(called == {wanted} and f"states:{wanted}" in text, f"{target} {case['label']}: the API calls {wanted}", called)
    if wanted == "StartSyncExecution" and called:
        templates = list({text for text in texts_of(template) if text.startswith("#") and "responseOverride" in text})
        check(len(templates) == 1, f"{target} {case['label']}: the API answers with the output", templates)
        answers_with_output(f"{target} {case['label']}", *templates[:1])


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_of(inner)


def answers_with_output(what, template=""):
    """Whoever waits gets the output, or a status that says what happened: the template, evaluated."""
    if not (NODE / "node_modules/velocityjs").exists():
        return skip(f"{what}: the template of the answer is not evaluated without the npm packages")
    said = "a \"b\" 'c'\n\\d"
    for answer, status, body in (
        ({"status": "SUCCEEDED", "output": '{"total": [1, "it\'s"]}'}, None, {"total": [1, "it's"]}),
        ({"status": "FAILED", "error": "Shop.Closed", "cause": said}, 500, {"error": "Shop.Closed", "cause": said}),
        ({"status": "TIMED_OUT"}, 504, {"error": "", "cause": ""}),
        ({"message": "internal"}, 500, {"error": "", "cause": ""}),
    ):
        done = run(["node", HERE / "velocity.cjs"], cwd=NODE, stdin=json.dumps({"template": template, "answer": answer}))
        try:
            found = json.loads(done.stdout)
            check((found["status"], json.loads(found["body"])) == (status, body), f"{what}: answers {answer}", found)
        except ValueError as error:
            check(False, f"{what}: answers {answer}", f"{error}: {done.stdout} {done.stderr}")


def machine_of(template, kind):
    return next(resource for resource in template["Resources"].values() if resource["Type"] == kind)


def holes_have_values(what, definition, values):
    """Every hole has a value and every value is used."""
    holes = set(HOLE.findall(definition))
    return check(holes == set(values), f"{what}: every hole has a value and every value is used", holes ^ set(values))


def sam_errors(folder):
    path = next(folder.glob("template.*"))
    text = path.read_text()
    errors = lint(text)
    template = load_cfn(text)
    try:
        made = transform(template, folder)
    except Exception as error:  # the translator has its own hierarchy
        return errors + [f"transform: {error}"], template, None
    errors += [f"transformed: {error}" for error in lint(json.dumps(made, indent=1))]
    machine = machine_of(template, "AWS::Serverless::StateMachine")["Properties"]
    definition = (folder / machine["DefinitionUri"]).read_text()
    if set(HOLE.findall(definition)) != set(machine.get("DefinitionSubstitutions", {})):
        errors.append("holes and substitutions differ")
    return errors, template, made


def verify_sam(case, folder):
    errors, template, made = sam_errors(folder)
    if not check(not errors, f"sam {case['label']}", errors):
        return
    machine = machine_of(made, "AWS::StepFunctions::StateMachine")["Properties"]
    values = resolve(machine.get("DefinitionSubstitutions", {}), parameters_of(template, case["values"]))
    definition = next((folder / "statemachine").iterdir()).read_text()
    starts_as_asked(case, "sam", made)
    holes_have_values(f"sam {case['label']}", definition, values)
    same(case, f"sam {case['label']}", substitute(definition, values))


def cfn_errors(folder):
    text = next(folder.glob("template.*")).read_text()
    template = load_cfn(text)
    errors = lint(text)
    machine = machine_of(template, "AWS::StepFunctions::StateMachine")["Properties"]
    definition = machine.get("DefinitionString") or json.dumps(machine["Definition"], ensure_ascii=False)
    if set(HOLE.findall(definition)) != set(machine.get("DefinitionSubstitutions", {})):
        errors.append("holes and substitutions differ")
    return errors, template


def verify_cloudformation(case, folder):
    errors, template = cfn_errors(folder)
    if not check(not errors, f"cloudformation {case['label']}", errors):
        return
    machine = machine_of(template, "AWS::StepFunctions::StateMachine")["Properties"]
    values = resolve(machine.get("DefinitionSubstitutions", {}), parameters_of(template, case["values"]))
    definition = machine.get("DefinitionString") or json.dumps(machine["Definition"], ensure_ascii=False)
    starts_as_asked(case, "cloudformation", template)
    holes_have_values(f"cloudformation {case['label']}", definition, values)
    same(case, f"cloudformation {case['label']}", substitute(definition, values))


def terraform_errors(folder):
    import hcl2

    errors = []
    text = ""
    for path in sorted(folder.glob("*.tf")):
        source = path.read_text()
        text += source
        try:
            hcl2.loads(source)
        except Exception as error:
            errors.append(f"{path.name}: {str(error)[:300]}")
    declared = set(re.findall(r'^variable "(\w+)"', text, re.M))
    used = set(re.findall(r"\bvar\.(\w+)", text))
    if declared != used:
        errors.append(f"variables declared and used differ: {sorted(declared ^ used)}")
    blocks = {".".join(names) for names in re.findall(r'^resource "(\w+)" "(\w+)"', text, re.M)}
    data = {".".join(names) for names in re.findall(r'^data "(\w+)" "(\w+)"', text, re.M)}
    for kind, name in re.findall(r"\bdata\.(\w+)\.(\w+)", text):
        if f"{kind}.{name}" not in data:
            errors.append(f"there is no data {kind}.{name}")
    for kind, name in re.findall(r"(?<![\w.])(aws_\w+)\.(\w+)", text):
        if f"{kind}.{name}" not in blocks and f"{kind}.{name}" not in data:
            errors.append(f"there is no resource {kind}.{name}")
    template = next((folder / "statemachine").iterdir()).read_text()
    given = set(re.findall(r"^    (\w+)\s+=", text.split("templatefile(", 1)[1].split("})", 1)[0], re.M))
    holes = set(re.findall(r"(?<!\$)\$\{(\w+)\}", template))
    if holes != given:
        errors.append(f"holes and values differ: {sorted(holes ^ given)}")
    if shutil.which("terraform"):
        formatted = run(["terraform", "fmt", "-check", "-diff", "."], cwd=folder, env=offline_terraform())
        if formatted.returncode:
            errors.append(f"terraform fmt: {formatted.stdout}{formatted.stderr}")
    return errors


@functools.cache
def offline_terraform():
    """Settings under which Terraform finds the stand-in provider, and nothing else."""
    folder = WORK / "provider"
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "provider.py", folder / "provider.py")
    (folder / "provider.json").write_text(json.dumps({"types": str(NODE / "node_modules/@pulumi/aws")}))
    program = folder / "terraform-provider-aws"
    program.write_text(f'#!/bin/sh\nexec "{VENV}/bin/python" "{folder}/provider.py" "$@"\n')
    program.chmod(0o755)
    config = WORK / "offline.tfrc"
    config.write_text(
        f'disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    "hashicorp/aws" = "{folder}"\n  }}\n  direct {{}}\n}}\n'
    )
    return {"TF_CLI_CONFIG_FILE": str(config), "TF_IN_AUTOMATION": "1"}


def applied_by_terraform(folder, case):
    """The definition that Terraform would deploy, after validate and apply against the stand-in provider."""
    env = dict(offline_terraform())
    given = dict(re.findall(r"^    (\w+)\s+= var\.(\w+)$", (folder / "main.tf").read_text(), re.M))
    for name, value in case["values"].items():
        env[f"TF_VAR_{given.get(name, snake(name))}"] = value
    for stale in folder.glob("terraform.tfstate*"):
        stale.unlink()
    validated = run(["terraform", "validate", "-no-color"], cwd=folder, env=env)
    if validated.returncode:
        return None, validated.stdout + validated.stderr
    applied = run(["terraform", "apply", "-auto-approve", "-no-color"], cwd=folder, env=env)
    if applied.returncode:
        return None, applied.stdout[-600:] + applied.stderr
    shown = json.loads(run(["terraform", "show", "-json"], cwd=folder, env=env).stdout)
    resources = shown["values"]["root_module"]["resources"]
    if "settings" in case:
        policies = "".join(path.read_text() for path in folder.glob("*.tf"))
        starts_as_asked(case, "terraform", [resource["values"] for resource in resources] + [policies])
    return next(found["values"]["definition"] for found in resources if found["type"] == "aws_sfn_state_machine"), ""


def verify_terraform(case, folder):
    errors = terraform_errors(folder)
    if not check(not errors, f"terraform {case['label']}", errors):
        return
    if shutil.which("terraform"):
        text, error = applied_by_terraform(folder, case)
        if check(text is not None, f"terraform {case['label']}: validate and apply", error):
            same(case, f"terraform {case['label']}", text)


def tsc(folders, include):
    """One compiler run over all of them."""
    project = NODE / "tsconfig.verify.json"
    first = json.loads((folders[0] / "tsconfig.json").read_text())
    first["compilerOptions"].update({"rootDir": str(WORK), "typeRoots": [str(NODE / "node_modules/@types")],
                                     "baseUrl": str(NODE / "node_modules"), "paths": {"*": ["./*"]}})
    first.pop("files", None)
    first["include"] = [f"{folder}/{pattern}" for folder in folders for pattern in include]
    project.write_text(json.dumps(first))
    return run([NODE / "node_modules/.bin/tsc", "-p", project], cwd=NODE)


def last_json(result):
    found = [line for line in result.stdout.splitlines() if line.startswith("@@")]
    if not found:
        return None
    return json.loads(found[-1][2:])


def camel_values(case):
    return {camel(name): value for name, value in case["values"].items()}


def camel(name):
    """As the exporter spells identifiers."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return "".join(word.lower() if at == 0 else word[:1].upper() + word[1:].lower() for at, word in enumerate(words))


def verify_cdk_ts(cases, folders):
    compiled = tsc(folders, ["bin/*.ts", "lib/*.ts"])
    if not check(compiled.returncode == 0, "cdk-ts: tsc", compiled.stdout + compiled.stderr):
        return
    jobs = [
        {"app": str(folder / "bin/app.ts"), "out": str(folder / "cdk.out"), "context": camel_values(case)}
        for case, folder in zip(cases, folders)
    ]
    result = run(["node", "--require", NODE / "node_modules/tsx/dist/cjs/index.cjs", HERE / "synth.cjs"],
                 cwd=NODE, stdin=json.dumps(jobs), env={"NODE_PATH": str(NODE / "node_modules")})
    answers = last_json(result)
    if not check(answers is not None, "cdk-ts: synth", result.stderr):
        return
    for case, folder, answer in zip(cases, folders, answers):
        if check("error" not in answer, f"cdk-ts {case['label']}: synth", answer.get("error")):
            synthesised(case, folder, "cdk-ts")


def synthesised(case, folder, target):
    template_path = next((folder / "cdk.out").glob("*.template.json"))
    template = json.loads(template_path.read_text())
    errors = lint(template_path.read_text())
    check(not errors, f"{target} {case['label']}: cfn-lint", errors)
    machine = machine_of(template, "AWS::StepFunctions::StateMachine")["Properties"]
    values = resolve(machine.get("DefinitionSubstitutions", {}), {})
    definition = next((folder / "statemachine").iterdir()).read_text()
    starts_as_asked(case, target, template)
    asset = machine["DefinitionS3Location"]["Key"]
    staged = folder / "cdk.out" / f"asset.{asset}"
    check(staged.is_file() and staged.read_text() == definition, f"{target} {case['label']}: the definition is the asset", asset)
    holes_have_values(f"{target} {case['label']}", definition, values)
    same(case, f"{target} {case['label']}", substitute(definition, values))


def cdk_py(case, folder):
    # Spellings differ in where words end; letters do not.
    values = {name.lower(): value for name, value in case["values"].items()}
    asked = re.findall(r'get_context\("(\w+)"\)', (folder / "app.py").read_text())
    context = {name: values.get(name.replace("_", "")) for name in asked}
    return run([VENV / "bin/python", "app.py"], cwd=folder, env={
        "CDK_OUTDIR": str(folder / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(context),
    })


def verify_cdk_py(case, folder):
    result = cdk_py(case, folder)
    if check(result.returncode == 0, f"cdk-py {case['label']}: synth", result.stderr[-800:]):
        synthesised(case, folder, "cdk-py")


def snake(name):
    return "_".join(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name))


def osls(folder, case):
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(NODE / "node_modules")
    parameters = [f"--param={name}={value}" for name, value in camel_values(case).items()]
    result = run(["node", NODE / "node_modules/osls/bin/serverless.js", "package", *parameters], cwd=folder)
    made = folder / ".serverless/cloudformation-template-update-stack.json"
    if result.returncode or not made.exists():
        return [f"osls: {(result.stdout + result.stderr)[-900:]}"], None
    text = made.read_text()
    return lint(text), json.loads(text)


def verify_serverless(case, folder):
    errors, template = osls(folder, case)
    if not check(not errors, f"serverless {case['label']}", errors):
        return
    machine = machine_of(template, "AWS::StepFunctions::StateMachine")["Properties"]
    starts_as_asked(case, "serverless", template)
    definition = json.loads(resolve(machine["DefinitionString"], {}))
    wanted = expected(case)
    # The plugin writes the query language into every state; it changes nothing.
    language = wanted.get("QueryLanguage", "JSONPath")
    strip_language(definition, language)
    strip_language(wanted, language)
    check(definition == wanted, f"serverless {case['label']}: the deployed definition equals the document",
          first_difference(wanted, definition))


def strip_language(value, language):
    if isinstance(value, dict):
        if value.get("QueryLanguage") == language:
            value.pop("QueryLanguage")
        for item in value.values():
            strip_language(item, language)
    elif isinstance(value, list):
        for item in value:
            strip_language(item, language)


def verify_pulumi(cases, folders):
    compiled = tsc(folders, ["index.ts"])
    if not check(compiled.returncode == 0, "pulumi: tsc", compiled.stdout + compiled.stderr):
        return
    jobs = [{"program": str(folder / "index.ts"), "config": camel_values(case)} for case, folder in zip(cases, folders)]
    result = run(["node", "--require", NODE / "node_modules/tsx/dist/cjs/index.cjs", HERE / "mocks.cjs"],
                 cwd=NODE, stdin=json.dumps(jobs), env={"NODE_PATH": str(NODE / "node_modules")})
    answers = last_json(result)
    if not check(answers is not None, "pulumi: mocks", result.stderr):
        return
    for case, answer in zip(cases, answers):
        if check("error" not in answer and answer.get("definition"), f"pulumi {case['label']}: mocks", answer):
            same(case, f"pulumi {case['label']}", answer["definition"])


# Broken variants.


def broken(base):
    """Each target's check has to find what a careless hand does to its files."""
    def variant(target, name, change):
        source = base / target
        folder = CASES / "broken" / f"{target}-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("node_modules", ".serverless", "cdk.out"), symlinks=True)
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                text = path.read_text()
                changed = change(path.name, text)
                if changed != text:
                    path.write_text(changed)
        return folder

    def found(target, name, errors):
        check(bool(errors), f"{target}: the broken variant “{name}” is caught")

    def replace(file, old, new):
        return lambda name, text: text.replace(old, new, 1) if re.fullmatch(file, name) else text

    if "sam" in wanted_targets:
        for name, change in {
            "misspelt property": replace("template.yaml", "DefinitionSubstitutions:", "DefinitionSubstitution:"),
            "unknown reference": replace("template.yaml", "!Ref OrdersTopicArn", "!Ref OrdersTopic"),
            "missing substitution": replace("template.yaml", "        OrdersTopicArn: !Ref OrdersTopicArn\n", ""),
            "missing file": replace("template.yaml", "statemachine/", "statemachines/"),
        }.items():
            found("sam", name, sam_errors(variant("sam", name, change))[0])
    if "cloudformation" in wanted_targets:
        for name, change in {
            "misspelt property": replace("template.yaml", "StateMachineType:", "StateMachineTyp:"),
            "unknown reference": replace("template.yaml", "!Ref OrdersTopicArn", "!Ref OrdersTopic"),
            "missing role": replace("template.yaml", "      RoleArn: !GetAtt", "      Role: !GetAtt"),
            "missing substitution": replace("template.yaml", "        OrdersTopicArn: !Ref OrdersTopicArn\n", ""),
        }.items():
            found("cloudformation", name, cfn_errors(variant("cloudformation", name, change))[0])
    if "terraform" in wanted_targets:
        for name, change in {
            "unknown reference": replace("main.tf", "var.orders_topic_arn", "var.orders_topic"),
            "missing substitution": replace("main.tf", "    OrdersTopicArn           = var.orders_topic_arn\n", ""),
            "syntax": replace("main.tf", "})", "}"),
        }.items():
            found("terraform", name, terraform_errors(variant("terraform", name, change)))
        if shutil.which("terraform"):
            for name, change in {
                "misspelt argument": replace("main.tf", "role_arn ", "role_am "),
                "missing argument": replace("main.tf", "  role_arn    = aws_iam_role.order_approval.arn\n", ""),
                "attribute for a block": replace("main.tf", "    principals {", "    principals = {"),
                "broken definition": replace(".*tftpl", '"StartAt"', "StartAt"),
                "missing value": replace("main.tf", "    OrdersTopicArn           = var.orders_topic_arn\n", ""),
            }.items():
                found("terraform", name, applied_by_terraform(variant("terraform", name, change), {"values": {}})[1])
    if "cdk-ts" in wanted_targets:
        folder = variant("cdk-ts", "misspelt property", replace(".*-stack.ts", "definitionBody:", "definitonBody:"))
        found("cdk-ts", "misspelt property", tsc([folder], ["bin/*.ts", "lib/*.ts"]).returncode)
        folder = variant("cdk-ts", "unknown reference", replace(".*-stack.ts", "resources: [ordersTopicArn]", "resources: [ordersTopic]"))
        found("cdk-ts", "unknown reference", tsc([folder], ["bin/*.ts", "lib/*.ts"]).returncode)
        folder = variant("cdk-ts", "missing substitution",
                         replace(".*-stack.ts", "        OrdersTopicArn: ordersTopicArn,\n", ""))
        job = {"app": str(folder / "bin/app.ts"), "out": str(folder / "cdk.out"), "context": {}}
        result = run(["node", "--require", NODE / "node_modules/tsx/dist/cjs/index.cjs", HERE / "synth.cjs"],
                     cwd=NODE, stdin=json.dumps([job]), env={"NODE_PATH": str(NODE / "node_modules")})
        found("cdk-ts", "missing substitution", "error" in (last_json(result) or [{}])[0] or unfilled(folder))
    if "cdk-py" in wanted_targets:
        for name, change in {
            "misspelt property": replace(".*_stack.py", "definition_body=", "definiton_body="),
            "unknown reference": replace(".*_stack.py", "resources=[orders_topic_arn]", "resources=[orders_topic]"),
            "missing substitution": replace(".*_stack.py", '                "OrdersTopicArn": orders_topic_arn,\n', ""),
        }.items():
            folder = variant("cdk-py", name, change)
            result = cdk_py({"values": {}}, folder)
            found("cdk-py", name, result.returncode or unfilled(folder))
    if "pulumi" in wanted_targets:
        folder = variant("pulumi", "missing substitution", replace("index.ts", "    OrdersTopicArn: ordersTopicArn,\n", ""))
        result = run(["node", "--require", NODE / "node_modules/tsx/dist/cjs/index.cjs", HERE / "mocks.cjs"],
                     cwd=NODE, stdin=json.dumps([{"program": str(folder / "index.ts"), "config": {}}]),
                     env={"NODE_PATH": str(NODE / "node_modules")})
        found("pulumi", "missing substitution", "${OrdersTopicArn}" in (last_json(result) or [{}])[0].get("definition", "${OrdersTopicArn}"))
        folder = variant("pulumi", "unknown reference", replace("index.ts", "resources: [ordersTopicArn]", "resources: [ordersTopic]"))
        found("pulumi", "unknown reference", tsc([folder], ["index.ts"]).returncode)
        folder = variant("pulumi", "misspelt property", replace("index.ts", "roleArn:", "roleAm:"))
        found("pulumi", "misspelt property", tsc([folder], ["index.ts"]).returncode)
    if "serverless" in wanted_targets:
        case = {"values": {}}
        for name, change in {
            "misspelt property": replace("serverless.yml", "      type: STANDARD", "      typ: STANDARD"),
            "unknown reference": replace("serverless.yml", "custom.orderApproval.ordersTopicArn", "custom.orderApproval.ordersTopic"),
            "missing file": replace("serverless.yml", "file(statemachine/", "file(statemachines/"),
            "missing substitution": lambda name, text: re.sub(r"\n    ordersTopicArn: .*", "", text) if name == "serverless.yml" else text,
        }.items():
            found("serverless", name, osls(variant("serverless", name, change), case)[0])


def unfilled(folder):
    """Holes of a synthesised stack's definition that have no value."""
    template = json.loads(next((folder / "cdk.out").glob("*.template.json")).read_text())
    values = machine_of(template, "AWS::StepFunctions::StateMachine")["Properties"].get("DefinitionSubstitutions", {})
    definition = next((folder / "statemachine").iterdir()).read_text()
    return [hole for hole in HOLE.findall(definition) if hole not in values]


def workflows(files, quick):
    if files:
        return [Path(file).resolve() for file in files]
    chosen = sorted((ROOT / "examples").glob("*/*.asl.json"))
    if quick:
        return chosen
    shared = Path(os.environ.get("STEPWRIGHT_SHARED", ROOT.parent / "shared")) / "workflows/real"
    if not shared.is_dir():
        skip("twenty real workflows: no shared data (set STEPWRIGHT_SHARED)")
        return chosen
    # The most varied ones: each brings integrations that none before it had.
    seen, varied = set(), []
    candidates = []
    for path in sorted(shared.glob("*.asl.json")):
        text = path.read_text()
        candidates.append((set(re.findall(r'"Resource(?:\.\$)?": *"([^"]*)"', text)) | set(re.findall(r'"(Type|QueryLanguage|ItemReader|ResultWriter|Credentials)": *"?(\w*)', text)), path))
    while candidates and len(varied) < 20:
        candidates.sort(key=lambda entry: (-len(entry[0] - seen), entry[1].name))
        features, path = candidates.pop(0)
        seen |= features
        if run([STEPWRIGHT, "validate", path]).returncode == 0:
            varied.append(path)
    return chosen + varied


def example(placeholder):
    """A value of the kind that belongs there."""
    name = placeholder["name"]
    if placeholder["kind"] == "url":
        return f"https://sqs.eu-central-1.amazonaws.com/123456789012/{name}"
    if placeholder["kind"] == "arn" or any(use.endswith("/Resource") for use in placeholder["uses"]):
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
    return name.lower()


def export(path, target, folder, settings=None):
    command = [STEPWRIGHT, "export", path, "--target", target, "--out", folder, "--force", "--json"]
    if settings:
        file = folder.parent / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
        command += ["--settings", file]
    result = run(command)
    if not check(result.returncode == 0, f"export of {path.name} to {target}", result.stderr):
        return None
    return json.loads(result.stdout)


def main():
    global wanted_targets
    arguments = sys.argv[1:]
    full, quick = "--full" in arguments, "--quick" in arguments
    arguments = [argument for argument in arguments if argument not in ("--full", "--quick")]
    wanted_targets = ["sam", "cloudformation"] if quick else [target for target in TARGETS if target != "cdk-py" or full]
    if "--only" in arguments:
        at = arguments.index("--only")
        wanted_targets = arguments[at + 1].split(",")
        del arguments[at : at + 2]
    prepare(wanted_targets)
    started = time.time()
    shutil.rmtree(CASES, ignore_errors=True)
    cases = []
    paths = workflows(arguments, quick)
    plain = [(path, None, "") for path in paths]
    settings = [] if arguments else [(paths[0], FULL_SETTINGS, " with everything"), (paths[-1], FULL_SETTINGS, " with everything"),
                                     (paths[0], KEY_SETTINGS, " with a key"), (paths[0], ROLE_SETTINGS, " with a role"),
                                     (paths[0], EXPRESS_SETTINGS, " as express")]
    for path, chosen, suffix in plain + settings:
        label = path.name.removesuffix(".asl.json")[:60] + suffix
        folder = CASES / re.sub(r"\W+", "-", label)
        case = {"label": label, "path": path, "folder": folder, "text": path.read_text(), "placeholders": [], "values": {}, "settings": chosen or {}}
        for target in wanted_targets:
            exported = export(path, target, folder / target, chosen)
            if exported:
                case["placeholders"] = exported["placeholders"]
        for placeholder in case["placeholders"]:
            name = placeholder["name"]
            if placeholder["proposed"] in PSEUDO:
                continue
            # Numbers stand where a bare hole is.
            bare = re.search(r"[:\[,]\s*\$\{" + re.escape(placeholder["proposed"]) + r"\}\s*[,}\]\n]", case["text"])
            case["values"][name] = placeholder["default"] or ("7" if bare else example(placeholder))
        cases.append(case)
    print(f"{len(cases)} workflows, {len(wanted_targets)} targets", flush=True)
    for target in wanted_targets:
        begun, before = time.time(), len(failures)
        folders = [case["folder"] / target for case in cases]
        if target == "sam":
            for case, folder in zip(cases, folders):
                verify_sam(case, folder)
        elif target == "cloudformation":
            for case, folder in zip(cases, folders):
                verify_cloudformation(case, folder)
        elif target == "terraform":
            if not shutil.which("terraform"):
                skip("terraform fmt, validate and apply: there is no terraform; parsed instead")
            offline_terraform()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(verify_terraform, cases, folders))
        elif target == "cdk-ts":
            verify_cdk_ts(cases, folders)
        elif target == "cdk-py":
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(verify_cdk_py, cases, folders))
        elif target == "serverless":
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(verify_serverless, cases, folders))
        elif target == "pulumi":
            verify_pulumi(cases, folders)
        print(f"{'✓' if len(failures) == before else '✗'} {target} ({time.time() - begun:.0f} s)", flush=True)
    if not arguments:
        base = next(case for case in cases if case["label"] == "order-approval")["folder"]
        before = len(failures)
        broken(base)
        print(f"{'✓' if len(failures) == before else '✗'} broken variants are caught", flush=True)
    left_out = [target for target in TARGETS if target not in wanted_targets]
    if left_out:
        skip(f"{', '.join(left_out)}: {'--quick leaves them out' if quick else '--full verifies CDK in Python too'}")
    if quick:
        skip("twenty real workflows: --quick verifies the examples")
    print(f"\n{checks} checks, {len(failures)} failures, {time.time() - started:.0f} s")
    for what in skipped:
        print(f"NOT VERIFIED: {what}")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
