#!/usr/bin/env python3
"""Writes `../data/aws-sdk.bin`, the catalogue of everything `arn:aws:states:::aws-sdk:…` can call.

    for version in 1.44.5 1.40.0 1.38.0 1.34.0 1.29.0; do pip install --no-deps --target $version botocore==$version; done
    python3 generate.py 1.44.5/botocore 1.40.0/botocore 1.38.0/botocore 1.34.0/botocore 1.29.0/botocore

The first folder is the newest botocore; the others, newest first, only fill in services that have left it since: workflows
still name them. Only facts are taken: see `models.py`.

The file, all numbers little-endian 32 bits:

    "SWC1", length of the packed index, length of the dictionary, packed index, packed dictionary, packed blobs one after another

The index has a line with the source's version, then two lines for each service:

    NAME,ERROR PREFIX,IAM PREFIX,STANDING,LENGTH OF ITS BLOB,TITLE        STANDING: `l` listed, `u` not listed (newer), `r` retired
    OPERATION,OPERATION,…                                                 in the order of the blob's rows; `-` after a refused one

Everything is packed with raw deflate; blobs share the dictionary.
"""

import re
import struct
import sys
import zlib
from collections import Counter
from pathlib import Path

from models import blob, pascal, services, streams

HERE = Path(__file__).parent

# IAM knows these services by another name than the one requests are signed for.
IAM_PREFIXES = {
    "cloudcontrol": "cloudformation", "cloudwatch": "cloudwatch", "iotdataplane": "iot", "ioteventsdata": "iotevents",
    "mturk": "mechanicalturk", "qldbsession": "qldb", "resourcegroupstaggingapi": "tag", "sso": "sso", "connectparticipant": "connect",
    "iotjobsdataplane": "iotjobsdata", "mediastoredata": "mediastore", "finspacedata": "finspace-api",
}

LONGEST_DICTIONARY = 32_000


def main(folders):
    listed, refused = read_listed()
    found = {}
    for age, folder in enumerate(folders):
        for service_id, model in services(Path(folder) / "data"):
            name = resource_name(service_id, listed)
            # A service that left and was never listed cannot be called any more.
            if name not in found and (age == 0 or name in listed):
                found[name] = (model, service_id, "r" if age else "l" if name in listed else "u")
    missing = sorted(set(listed) - set(found))
    if missing:
        sys.exit(f"listed, but in no model: {missing}")

    index, texts = [f"botocore {version(folders[0])}"], []
    for name in sorted(found):
        model, service_id, standing = found[name]
        operations = sorted(model["operations"])
        text = blob(model, operations)
        texts.append(text)
        meta = model["metadata"]
        prefix = listed.get(name) or pascal(service_id)
        iam = IAM_PREFIXES.get(name) or meta.get("signingName") or meta["endpointPrefix"]
        marked = [
            operation + ("-" if operation in refused.get(name, ()) or streams(model, model["operations"][operation]) else "")
            for operation in operations
        ]
        index.append([name, prefix, iam, standing, None, meta["serviceFullName"]])
        index.append(",".join(marked))

    words = dictionary(texts)
    blobs = [pack(text.encode(), words) for text in texts]
    for line, packed in zip(index[1::2], blobs):
        line[4] = str(len(packed))
    packed_index = pack("\n".join(",".join(line) if isinstance(line, list) else line for line in index).encode())
    packed_words = pack(words)
    data = b"SWC1" + struct.pack("<II", len(packed_index), len(packed_words)) + packed_index + packed_words + b"".join(blobs)
    out = HERE.parent / "data" / "aws-sdk.bin"
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(data)
    count = sum(len(line.split(",")) for line in index[2::2])
    print(f"{out.name}: {len(found)} services, {count} operations, {len(data)} bytes (index {len(packed_index)})")


def read_listed():
    """Name -> error prefix, and name -> operations that are refused, from `supported.txt`."""
    listed, refused = {}, {}
    for line in (HERE / "supported.txt").read_text().splitlines():
        if line.startswith("#") or not line:
            continue
        prefix, _, operations = line.partition(" - ")
        listed[prefix.lower()] = prefix
        refused[prefix.lower()] = set(operations.split())
    return listed, refused


def resource_name(service_id, listed):
    name = re.sub(r"[^A-Za-z0-9]", "", service_id).lower()
    shorter = name.removesuffix("service")
    return shorter if name not in listed and shorter in listed else name


def version(folder):
    return re.search(r"__version__ = ['\"]([^'\"]+)", (Path(folder) / "__init__.py").read_text())[1]


def dictionary(texts):
    """The words that many services share, the most useful last, where references to them are shortest."""
    counts = Counter()
    for text in texts:
        counts.update(set(re.findall(r"[A-Za-z0-9]+Exception|^e[A-Z_|]+$|!?[A-Z][A-Za-z0-9]+(?:~.)?", text, re.MULTILINE)))
    words, length = [], 0
    for word, count in sorted(counts.items(), key=lambda item: (-item[1] * len(item[0]), item[0])):
        if count >= 4 and length + len(word) + 1 <= LONGEST_DICTIONARY:
            words.append(word)
            length += len(word) + 1
    return ",".join(reversed(words)).encode()


def pack(data, words=b""):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, words) if words else zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
