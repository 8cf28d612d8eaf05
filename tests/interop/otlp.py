"""Reads a trace as OpenTelemetry does: by its protocol's own messages.

Argument: the file. Ids are hexadecimal in OTLP/JSON, where other JSON of Protocol Buffers has Base64.
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

with open(sys.argv[1], "rb") as file:
    data = json.load(file)
for resource in data["resourceSpans"]:
    for scope in resource["scopeSpans"]:
        for span in scope["spans"]:
            for name in ("traceId", "spanId", "parentSpanId"):
                if name in span:
                    span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
traces = json_format.ParseDict(data, TracesData())
spans = [s for r in traces.resource_spans for c in r.scope_spans for s in c.spans]
for span in spans:
    assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
    assert span.end_time_unix_nano >= span.start_time_unix_nano > 0, span
print(len(spans), "spans")
