"""The plain OpenTelemetry SDK of Python, OTLP over HTTP: each compression, with a run, without the experiment header."""
from recorder import SERVER, Story, http, read

import json

import mlflow
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

story = Story()
experiment = story.experiment()
with mlflow.start_run() as run:
    pass


class Exporter(OTLPSpanExporter):
    """An exporter that remembers how each export went."""

    def __init__(self, **options):
        super().__init__(endpoint=SERVER + "/v1/traces", timeout=5, **options)
        self.outcomes = set()

    def export(self, spans):
        outcome = super().export(spans)
        self.outcomes.add(outcome.name)
        return outcome


def messages(role, text, **more):
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}], **more}])


def bake(tracer, name):
    with tracer.start_as_current_span(name, kind=SpanKind.SERVER, attributes={
            "user.id": "guest-9", "session.id": "visit-9", "http.method": "POST", "sizes": ["s", "m"], "count": 3, "share": 2.5, "open": True}) as root:
        with tracer.start_as_current_span("chat small", kind=SpanKind.CLIENT, attributes={
                "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini",
                "gen_ai.response.model": "gpt-4o-mini-2024-07-18", "gen_ai.usage.input_tokens": 11, "gen_ai.usage.output_tokens": 4,
                "gen_ai.input.messages": messages("user", "How warm?"),
                "gen_ai.output.messages": messages("assistant", "Very.", finish_reason="stop")}) as chat:
            chat.add_event("first token", {"after_ms": 12})
        with tracer.start_as_current_span(
                "thermometer", links=[Link(SpanContext(1, 2, True, TraceFlags(1)), {"why": "before"})],
                attributes={"openinference.span.kind": "TOOL", "input.value": '{"room": 1}', "input.mime_type": "application/json", "output.value": "220"}) as tool:
            tool.set_status(Status(StatusCode.ERROR, "needle stuck"))
            tool.record_exception(OSError("no reading"))
    return "tr-" + format(root.get_span_context().trace_id, "032x")


def send(name, processor=BatchSpanProcessor, **options):
    exporter = Exporter(**options)
    provider = TracerProvider(resource=Resource({"service.name": "bakery", "deployment.environment": "test"}))
    provider.add_span_processor(processor(exporter))
    trace = bake(provider.get_tracer("bakery.lib", "0.1"), name)
    provider.shutdown()
    story.note(f"{name}: outcome", sorted(exporter.outcomes))
    return trace


def stored(trace):
    """The whole answer: what crosses the wire for these spans, with the attributes the server added."""
    return http("GET", f"/api/3.0/mlflow/traces/get?trace_id={trace}&allow_partial=true")


def shape(trace):
    """Enough to see that a trace arrived whole."""
    return [[span.name, span.span_type, len(span.attributes), len(span.events)] for span in mlflow.get_trace(trace).data.spans]


here = {"x-mlflow-experiment-id": experiment}
story.step("plain: stored", stored, send("plain", headers=here))
story.step("gzip: stored", shape, send("gzip", headers=here, compression=Compression.Gzip))
story.step("deflate: stored", shape, send("deflate", headers=here, compression=Compression.Deflate))
story.step("span by span: stored", shape, send("span by span", SimpleSpanProcessor, headers=here))
story.step("with a run: stored", read, send("with a run", headers={**here, "x-mlflow-run-id": run.info.run_id}))
story.step("with an unknown run: stored", stored, send("with an unknown run", headers={**here, "x-mlflow-run-id": "0" * 32}))
story.step("without the header: stored", stored, send("without the header", headers={}))
story.step("an unknown experiment: stored", stored, send("an unknown experiment", headers={"x-mlflow-experiment-id": "918273645"}))


def names(**query):
    return sorted(str(trace.info.tags.get("mlflow.traceName")) for trace in mlflow.search_traces(locations=[experiment], return_type="list", **query))


story.step("found", names)
story.step("found by run", lambda: names(run_id=run.info.run_id))
story.step("found by session", lambda: len(names(filter_string="metadata.`mlflow.trace.session` = 'visit-9'")))
story.finish()
