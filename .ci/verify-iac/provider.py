#!/usr/bin/env python3
"""A stand-in for Terraform's AWS provider: knows every argument, calls nobody.

The argument names and types are generated at start from the type declarations of @pulumi/aws, which are made from the real
provider. Terraform then checks names, required arguments, blocks against attributes and references, and applies the plan to
made-up ids and ARNs.
"""

import json
import re
import sys
import uuid
from pathlib import Path

import msgpack
import tf.provider
from tf import runner
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

TYPES = Path(__file__).resolve().parents[2]
RESOURCES = {
    "aws_sfn_state_machine": ("sfn/stateMachine", "StateMachine"),
    "aws_sfn_alias": ("sfn/alias", "Alias"),
    "aws_iam_role": ("iam/role", "Role"),
    "aws_iam_role_policy": ("iam/rolePolicy", "RolePolicy"),
    "aws_cloudwatch_log_group": ("cloudwatch/logGroup", "LogGroup"),
    "aws_cloudwatch_event_rule": ("cloudwatch/eventRule", "EventRule"),
    "aws_cloudwatch_event_target": ("cloudwatch/eventTarget", "EventTarget"),
    "aws_api_gateway_rest_api": ("apigateway/restApi", "RestApi"),
    "aws_api_gateway_resource": ("apigateway/resource", "Resource"),
    "aws_api_gateway_method": ("apigateway/method", "Method"),
    "aws_api_gateway_method_response": ("apigateway/methodResponse", "MethodResponse"),
    "aws_api_gateway_integration": ("apigateway/integration", "Integration"),
    "aws_api_gateway_integration_response": ("apigateway/integrationResponse", "IntegrationResponse"),
    "aws_api_gateway_deployment": ("apigateway/deployment", "Deployment"),
    "aws_api_gateway_stage": ("apigateway/stage", "Stage"),
    "aws_scheduler_schedule": ("scheduler/schedule", "Schedule"),
}
# What @pulumi/aws calls otherwise.
RENAMED = {"restApi": "restApiId", "deployment": "deploymentId"}
DATA = {
    "aws_iam_policy_document": ("iam/getPolicyDocument", "GetPolicyDocument"),
    "aws_caller_identity": ("getCallerIdentity", "GetCallerIdentity"),
    "aws_partition": ("getPartition", "GetPartition"),
    "aws_region": ("getRegion", "GetRegion"),
}
# Blocks whose name is a plural in Terraform too.
PLURAL_BLOCKS = {"principals", "not_principals"}
UNKNOWN = msgpack.ExtType(0, b"\0")


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def singular(name):
    if name in PLURAL_BLOCKS or not name.endswith("s"):
        return name
    return name[:-3] + "y" if name.endswith("ies") else name[:-1]


class Declarations:
    def __init__(self, folder):
        self.folder = folder
        self.inputs = (folder / "types/input.d.ts").read_text()
        self.namespaces = {}

    def fields(self, text, name):
        """name, optional, type of an interface or class, comments left out."""
        found = re.search(r"(?:interface|class) " + re.escape(name) + r"(?: extends [^{]*)? \{\n(.*?)\n *\}\n", text + "\n", re.S)
        if not found:
            return []
        body = re.sub(r"/\*.*?\*/", "", found.group(1), flags=re.S)
        depth = len(re.search(r"\n( *)(?=\S)", "\n" + body).group(1))
        pattern = re.compile(r"^ {%d}(?:readonly )?(\w+)(\?)?: (.*?);$" % depth, re.M | re.S)
        return [(field, bool(optional), " ".join(kind.split())) for field, optional, kind in pattern.findall(body)]

    def nested(self, kind):
        found = re.search(r"inputs\.([\w.]+)", kind)
        path = found.group(1).split(".")
        space, name = (path[0], path[-1]) if len(path) > 1 else (None, path[0])
        if space not in self.namespaces:
            block = re.search(r"^export declare namespace %s \{\n(.*?)^\}" % space, self.inputs, re.M | re.S) if space else None
            self.namespaces[space] = block.group(1) if block else self.inputs
        return self.fields(self.namespaces[space], name)

    def block(self, fields, outputs=(), depth=0):
        block = pb.Schema.Block()
        names = set()
        for field, optional, kind in fields:
            name = snake(field)
            # A policy is an object to Pulumi and JSON text to Terraform.
            if "inputs." in kind and not re.search(r"inputs\.iam\.PolicyDocument\b", kind):
                many = "[]" in kind
                if depth > 4:
                    continue
                nested = block.block_types.add(type_name=singular(name) if many else name,
                                               nesting=pb.Schema.NestedBlock.NestingMode.LIST)
                nested.block.CopyFrom(self.block(self.nested(kind), depth=depth + 1))
                if not optional:
                    nested.min_items = 1
                if not many:
                    nested.max_items = 1
                names.add(nested.type_name)
                continue
            names.add(name)
            computed = name in outputs
            block.attributes.add(name=name, type=attribute_type(kind), required=not optional, optional=optional,
                                 computed=optional and computed)
        for name, kind in dict(outputs).items():
            if name not in names and singular(name) not in names:
                block.attributes.add(name=name, type=attribute_type(kind), computed=True)
        return block


def attribute_type(kind):
    scalar = "number" if "number" in kind else "bool" if "boolean" in kind else "string"
    if "[key: string]" in kind:
        return json.dumps(["map", scalar]).encode()
    if "[]" in kind:
        return json.dumps(["list", scalar]).encode()
    return json.dumps(scalar).encode()


def schemas(folder):
    declarations = Declarations(folder)
    resources, data = {}, {}
    for name, (path, kind) in RESOURCES.items():
        text = (folder / f"{path}.d.ts").read_text()
        outputs = {snake(field): of for field, _, of in declarations.fields(text, kind) if "outputs." not in of}
        outputs["id"] = "string"
        outputs.pop("urn", None)
        fields = declarations.fields(text, f"{kind}Args")
        if name.startswith("aws_api_gateway"):
            fields = [(RENAMED.get(field, field), optional, of) for field, optional, of in fields]
            for old, new in RENAMED.items():
                if old in outputs:
                    outputs[snake(new)] = outputs.pop(old)
            outputs.pop("rest_api", None)
        resources[name] = declarations.block(fields, outputs)
    for name, (path, kind) in DATA.items():
        text = (folder / f"{path}.d.ts").read_text()
        outputs = {snake(field): of for field, _, of in declarations.fields(text, f"{kind}Result") if "outputs." not in of}
        data[name] = declarations.block(declarations.fields(text, f"{kind}Args"), outputs)
    return resources, data


def unpack(value):
    return msgpack.unpackb(value.msgpack, ext_hook=msgpack.ExtType, strict_map_key=False) if value.msgpack else None


def pack(value):
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def is_unknown(value):
    return isinstance(value, msgpack.ExtType)


class Servicer(rpc.ProviderServicer):
    def __init__(self):
        folder = Path(json.loads((Path(sys.argv[0]).resolve().parent / "provider.json").read_text())["types"])
        self.resources, self.data = schemas(folder)

    def GetMetadata(self, request, context):
        return pb.GetMetadata.Response(
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in self.resources],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in self.data],
        )

    def GetProviderSchema(self, request, context):
        wrap = lambda blocks: {name: pb.Schema(version=0, block=block) for name, block in blocks.items()}
        return pb.GetProviderSchema.Response(
            provider=pb.Schema(block=pb.Schema.Block()), resource_schemas=wrap(self.resources), data_source_schemas=wrap(self.data)
        )

    def ValidateProviderConfig(self, request, context):
        return pb.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request, context):
        return pb.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request, context):
        answer = pb.ValidateResourceConfig.Response()
        config = unpack(request.config) or {}
        definition = config.get("definition")
        if request.type_name == "aws_sfn_state_machine" and isinstance(definition, str):
            try:
                json.loads(definition)
            except ValueError as error:
                answer.diagnostics.add(severity=pb.Diagnostic.ERROR, summary="definition is not JSON", detail=str(error))
        return answer

    def ValidateDataResourceConfig(self, request, context):
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request, context):
        return pb.UpgradeResourceState.Response(upgraded_state=pack(json.loads(request.raw_state.json)))

    def ReadResource(self, request, context):
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request, context):
        planned = unpack(request.proposed_new_state)
        prior = unpack(request.prior_state)
        if planned is not None and prior is None:
            for attribute in self.resources[request.type_name].attributes:
                if attribute.computed and planned.get(attribute.name) is None:
                    planned[attribute.name] = UNKNOWN
        return pb.PlanResourceChange.Response(planned_state=pack(planned), legacy_type_system=True)

    def ApplyResourceChange(self, request, context):
        state = unpack(request.planned_state)
        answer = pb.ApplyResourceChange.Response(legacy_type_system=True)
        if state is not None:
            name = state.get("name")
            if not isinstance(name, str):
                prefix = state.get("name_prefix")
                name = (prefix if isinstance(prefix, str) else "made-") + uuid.uuid4().hex[:6]
            arn = f"arn:aws:{request.type_name.removeprefix('aws_').replace('_', ':', 1)}:eu-central-1:123456789012:{name}"
            for attribute in self.resources[request.type_name].attributes:
                if is_unknown(state.get(attribute.name)):
                    text = {"name": name, "arn": arn, "id": name, "state_machine_version_arn": arn + ":1"}.get(attribute.name, "made-up")
                    state[attribute.name] = text if attribute.type == b'"string"' else None
            if request.type_name == "aws_sfn_state_machine":
                try:
                    json.loads(state["definition"])
                except ValueError as error:
                    answer.diagnostics.add(severity=pb.Diagnostic.ERROR, summary="definition is not JSON", detail=str(error))
        answer.new_state.CopyFrom(pack(state))
        return answer

    def ReadDataSource(self, request, context):
        state = unpack(request.config)
        known = {"account_id": "123456789012", "partition": "aws", "region": "eu-central-1", "name": "eu-central-1",
                 "dns_suffix": "amazonaws.com"}
        if request.type_name == "aws_iam_policy_document":
            known["json"] = json.dumps(state.get("statement"), default=str)
        for attribute in self.data[request.type_name].attributes:
            if attribute.computed and state.get(attribute.name) is None and attribute.type == b'"string"':
                state[attribute.name] = known.get(attribute.name, "made-up")
        return pb.ReadDataSource.Response(state=pack(state))

    def StopProvider(self, request, context):
        return pb.StopProvider.Response()


class Provider:
    def full_name(self):
        return "registry.terraform.io/hashicorp/aws"


if __name__ == "__main__":
    tf.provider.ProviderServicer = lambda provider: Servicer()
    runner.run_provider(Provider(), sys.argv)
