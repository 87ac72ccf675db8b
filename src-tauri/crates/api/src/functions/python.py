"""Runs one invocation of a Python handler: the event on standard input, the answer on standard output."""

import importlib
import json
import os
import sys
import time
import traceback

root, handler, remaining = sys.argv[1:4]
out = os.fdopen(os.dup(1), "w")
# What a handler prints is no answer.
os.dup2(2, 1)
event = json.load(sys.stdin)


def answer(value):
    out.write(json.dumps(value))
    out.flush()
    os._exit(0)


def failed(kind, message, trace=()):
    answer({"error": {"errorMessage": message, "errorType": kind, "requestId": os.environ["STEPWRIGHT_REQUEST_ID"], "stackTrace": list(trace)}})


class Context:
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    function_version = "$LATEST"
    invoked_function_arn = os.environ.get("STEPWRIGHT_FUNCTION_ARN")
    aws_request_id = os.environ["STEPWRIGHT_REQUEST_ID"]
    memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    log_group_name = log_stream_name = "local"
    identity = client_context = None
    until = time.time() * 1000 + float(remaining)

    @classmethod
    def get_remaining_time_in_millis(cls):
        return max(0, int(cls.until - time.time() * 1000))


sys.path.insert(0, root)
os.chdir(root)
module, _, name = handler.replace("/", ".").rpartition(".")
try:
    loaded = importlib.import_module(module)
except ImportError as error:
    failed("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}")
except SyntaxError as error:
    failed("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}")
except Exception as error:
    failed(type(error).__name__, str(error), traceback.format_exc().splitlines())
if not hasattr(loaded, name):
    failed("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'")
try:
    result = getattr(loaded, name)(event, Context())
except Exception as error:
    frames = traceback.extract_tb(error.__traceback__)[1:]
    failed(type(error).__name__, str(error), traceback.format_list(frames))
try:
    text = json.dumps({"result": result})
except (TypeError, ValueError) as error:
    failed("Runtime.MarshalError", f"Unable to marshal response: {error}")
out.write(text)
out.flush()
os._exit(0)
