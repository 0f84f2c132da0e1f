"""Regenerates `generated/`: see README.md."""

import os
import pathlib
import subprocess
import sys

from google.protobuf.compiler import plugin_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

here = pathlib.Path(__file__).parent

request = plugin_pb2.CodeGeneratorRequest(parameter="target=js+dts,import_extension=js")
for module in (common_pb2, resource_pb2, trace_pb2, trace_service_pb2):
    module.DESCRIPTOR.CopyToProto(request.proto_file.add())
    request.file_to_generate.append(module.DESCRIPTOR.name)

plugin = here.joinpath("../../../../../node_modules/.bin/protoc-gen-es").resolve()
answer = subprocess.run([plugin], input=request.SerializeToString(), capture_output=True, check=True)
response = plugin_pb2.CodeGeneratorResponse.FromString(answer.stdout)
if response.error:
    sys.exit(response.error)
for file in response.file:
    target = here / "generated" / file.name
    os.makedirs(target.parent, exist_ok=True)
    target.write_text(file.content)
