"""Reads the service models of `botocore` (Apache-2.0) and reduces them to facts: names, members, types, errors.

Documentation strings, examples, endpoints and everything else in the models are left behind.
"""

import gzip
import json
import re
from collections import Counter
from pathlib import Path

# Member names that Java cannot have, and what the service calls them instead.
RESERVED_MEMBERS = {"equals": "EqualsValue"}

# A longer list of values (instance types, for example) is one to look up, not one to choose from.
MOST_ENUM_VALUES = 24

SCALARS = {
    "string": "s", "character": "s", "boolean": "b", "integer": "i", "short": "i", "byte": "i", "long": "l", "bigInteger": "l",
    "biginteger": "l", "float": "f", "double": "f", "bigDecimal": "f", "bigdecimal": "f", "timestamp": "t", "blob": "x",
}


def services(data_folder):
    """Yields `(service id, model)` for every service of one botocore version, its latest API version only."""
    for folder in sorted(Path(data_folder).iterdir()):
        if not folder.is_dir():
            continue
        latest = sorted(version for version in folder.iterdir() if version.is_dir())[-1]
        packed, plain = latest / "service-2.json.gz", latest / "service-2.json"
        if packed.exists():
            model = json.loads(gzip.decompress(packed.read_bytes()))
        elif plain.exists():
            model = json.loads(plain.read_text())
        else:
            continue
        yield model["metadata"].get("serviceId") or folder.name, model


def words(name):
    """Splits a name where the SDK for Java 2 does for its class names: `DBInstanceNotFound` -> DB, Instance, Not, Found."""
    name = re.sub(r"[^A-Za-z0-9]+", " ", name)
    name = re.sub(r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 ", name)
    name = re.sub(r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 ", name)
    name = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", name)
    name = re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", name)
    return name.split()


def pascal(name):
    return "".join(word[:1].upper() + word[1:].lower() for word in words(name))


def uncapitalize(name):
    """Lower-cases the leading capitals up to the one that begins the next word: `DBInstances` -> `dbInstances`, `ETag` -> `eTag`."""
    at = 1
    while at < len(name) and name[at].isupper() and not (at + 1 < len(name) and name[at + 1].islower()):
        at += 1
    return name[:at].lower() + name[at:]


def member_key(name):
    """The key of a member in a state machine: `DBInstanceIdentifier` -> `DbInstanceIdentifier`, `taskToken` -> `TaskToken`."""
    if name.lower() in RESERVED_MEMBERS:
        return RESERVED_MEMBERS[name.lower()]
    plain = uncapitalize(name)
    return plain[:1].upper() + plain[1:]


def error_name(shape_name):
    """`NoSuchKey` -> `NoSuchKeyException`, `DBInstanceNotFoundFault` -> `DbInstanceNotFoundException`."""
    return pascal(re.sub(r"(Fault|Exception)$", "", shape_name)) + "Exception"


def number(value):
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while True:
        text = digits[value % 62] + text
        value //= 62
        if value == 0:
            return text


class Shapes:
    """The shapes that the operations of one service reach. Scalars have a letter, the others a number, equal ones the same.

    The most used come first, so that numbers stay short. A line for each shape:
      `eA|B|C`         string with these values
      `[REF`           list
      `{REF`           map from string
      `Name REF,…`     structure: before the name `!` for a required member; before the first member `?` for a union; `.` if it has no members

    REF is nothing for a string, `~` and a letter for another scalar, `:` and a number for a shape.
    """

    def __init__(self, shapes):
        self.shapes = shapes
        self.nodes = []  # ("structure", union, [(required, key, node)]), ("list", node), ("map", node), ("enum", values), ("scalar", letter)
        self.by_name = {}
        self.by_node = {}

    def node(self, name):
        if name in self.by_name:
            return self.by_name[name]
        shape = self.shapes[name]
        if shape["type"] == "structure" and not shape.get("document"):
            # A structure may contain itself: it has its place before its members have theirs.
            at = len(self.nodes)
            self.by_name[name] = at
            self.nodes.append(None)
            required = set(shape.get("required", []))
            members = [
                (member in required, member_key(member), self.node(target["shape"]))
                for member, target in shape.get("members", {}).items()
                if not target.get("deprecated")
            ]
            self.nodes[at] = ("structure", shape.get("union", False), members)
            return at
        if shape.get("document"):
            node = ("scalar", "j")
        elif shape["type"] == "list":
            node = ("list", self.node(shape["member"]["shape"]))
        elif shape["type"] == "map":
            node = ("map", self.node(shape["value"]["shape"]))
        elif shape["type"] == "string" and 0 < len(shape.get("enum", [])) <= MOST_ENUM_VALUES:
            node = ("enum", tuple(shape["enum"]))
        else:
            node = ("scalar", SCALARS[shape["type"]])
        if node not in self.by_node:
            self.by_node[node] = len(self.nodes)
            self.nodes.append(node)
        self.by_name[name] = self.by_node[node]
        return self.by_node[node]

    def lines(self):
        """The lines, and the number of each node that has one."""
        uses = Counter()
        for node in self.nodes:
            if node[0] == "structure":
                uses.update(target for _, _, target in node[2])
            elif node[0] in ("list", "map"):
                uses[node[1]] += 1
        order = sorted((at for at, node in enumerate(self.nodes) if node[0] != "scalar"), key=lambda at: -uses[at])
        numbers = {at: index for index, at in enumerate(order)}

        def reference(at):
            if self.nodes[at][0] == "scalar":
                letter = self.nodes[at][1]
                return "" if letter == "s" else "~" + letter
            return ":" + number(numbers[at])

        def line(node):
            if node[0] == "structure":
                members = ",".join(("!" if required else "") + key + reference(target) for required, key, target in node[2])
                return ("?" if node[1] else "") + members or "."
            if node[0] == "enum":
                return "e" + "|".join(node[1])
            return ("[" if node[0] == "list" else "{") + reference(node[1])

        return [line(self.nodes[at]) for at in order], numbers


def blob(model, operations):
    """The text for one service: its shapes, an empty line, its error names, and `input,output,errors` for each operation."""
    shapes = Shapes(model["shapes"])
    read = []
    for name in operations:
        operation = model["operations"][name]
        sides = [shapes.node(operation[side]["shape"]) if side in operation else None for side in ("input", "output")]
        read.append((sides, [error_name(error["shape"]) for error in operation.get("errors", [])]))
    lines, numbers = shapes.lines()
    uses = Counter(error for _, errors in read for error in errors)
    errors = sorted(uses, key=lambda error: (-uses[error], error))
    place = {error: at for at, error in enumerate(errors)}
    rows = [
        ",".join(["" if side is None else number(numbers[side]) for side in sides] + [number(place[e]) for e in sorted(set(raised), key=place.get)])
        for sides, raised in read
    ]
    return "\n".join([*lines, "", ",".join(errors), *rows])


def streams(model, operation):
    """Whether an operation sends or answers an event stream, which a workflow cannot follow."""
    for side in ("input", "output"):
        shape = model["shapes"].get(operation.get(side, {}).get("shape"), {})
        for target in shape.get("members", {}).values():
            if target.get("eventstream") or model["shapes"][target["shape"]].get("eventstream"):
                return True
    return False
