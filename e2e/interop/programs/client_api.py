"""The ways below the decorator: MlflowClient, spans without context, whole traces logged or copied, tracing switched off."""
from recorder import Story, read, view

import warnings

import mlflow
from mlflow import MlflowClient

warnings.simplefilter("ignore")
story = Story()
experiment = story.experiment()
client = MlflowClient()

root = client.start_trace("shift", span_type="AGENT", inputs={"day": 1}, attributes={"place": "north"}, tags={"team": "early"})
child = client.start_span("knead", root.trace_id, root.span_id, inputs=[1, 2])
client.end_span(root.trace_id, child.span_id, outputs={"dough": 1}, attributes={"minutes": 12})
failed = client.start_span("prove", root.trace_id, root.span_id)
client.end_span(root.trace_id, failed.span_id, status="ERROR")
client.end_trace(root.trace_id, outputs="closed")
story.step("by the client", read, root.trace_id)

parent = mlflow.start_span_no_context("detached", inputs="in", tags={"a": "1"}, metadata={"m": "1"}, experiment_id=experiment)
mlflow.start_span_no_context("detached child", parent_span=parent).end(outputs=1)
parent.end(status="ERROR")
story.step("without context", read, parent.trace_id)

logged = story.step("logged at once", lambda: mlflow.log_trace(
    name="logged", request="question", response={"text": "answer"}, intermediate_outputs={"pages": ["p1"]},
    tags={"t": "v"}, start_time_ms=1_750_000_000_000, execution_time_ms=1500))
story.step("logged, read", read, logged)
story.step("logged, its times", lambda: [mlflow.get_trace(logged).info.request_time, mlflow.get_trace(logged).info.execution_duration])

original = mlflow.get_trace(root.trace_id)
mlflow.add_trace(original)
story.step("copied", read)
with mlflow.start_span("host") as host:
    mlflow.add_trace(original.to_dict())
story.step("copied under a span", read, host.trace_id)
story.step("what is no trace", mlflow.add_trace, {"no": "trace"})

mlflow.tracing.disable()
with mlflow.start_span("unseen") as unseen:
    story.note("switched off", unseen.trace_id)
mlflow.tracing.enable()
story.step("how many are stored", lambda: len(mlflow.search_traces(locations=[experiment], return_type="list")))
story.step("read by the client", lambda: view(client.get_trace(root.trace_id)))
story.step("ended without a beginning", lambda: client.end_trace("tr-" + "e" * 32))
story.finish()
