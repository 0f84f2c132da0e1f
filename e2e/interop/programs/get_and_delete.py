"""One trace read in each way, and both ways to delete: by ids and by time, with each way that is refused."""
from recorder import Story, http, read

import mlflow
from mlflow import MlflowClient

story = Story()
experiment = story.experiment()
client = MlflowClient()
START = 1_750_000_000 * 10**9
AT_MS = START // 10**6
nobody = "tr-" + "0" * 30 + "b2"

traces = []
for n in range(7):
    span = mlflow.start_span_no_context(f"loaf {n}", start_time_ns=START + n * 10**9)
    span.end(end_time_ns=START + n * 10**9 + 10**7)
    traces.append(span.trace_id)
mlflow.flush_trace_async_logging()


def left():
    return [trace.info.tags["mlflow.traceName"] for trace in mlflow.search_traces(locations=[experiment], return_type="list")]


story.step("read", read, traces[0])
story.step("exact times", lambda: [[span.start_time_ns, span.end_time_ns] for span in mlflow.get_trace(traces[3]).data.spans])
story.step("an unknown trace", lambda: mlflow.get_trace(nobody))
story.step("an unknown trace, by the client", lambda: client.get_trace(nobody))
story.step("an id that is none", lambda: client.get_trace("rubbish"))
story.step("deleted by id, one unknown", lambda: client.delete_traces(experiment, trace_ids=[traces[0], nobody]))
story.step("six left", left)
story.step("a deleted trace", lambda: mlflow.get_trace(traces[0]))
story.step("deleted by time, at most two", lambda: client.delete_traces(experiment, max_timestamp_millis=AT_MS + 4000, max_traces=2))
story.step("the oldest two are gone", left)
story.step("deleted by time", lambda: client.delete_traces(experiment, max_timestamp_millis=AT_MS + 4000))
story.step("the bound is included", left)
story.step("deleted by time and ids", lambda: client.delete_traces(experiment, max_timestamp_millis=1, trace_ids=traces))
story.step("deleted by nothing", lambda: client.delete_traces(experiment))

path = "/api/3.0/mlflow/traces/delete-traces"
for label, body in {
    "ids and time": {"experiment_id": experiment, "request_ids": [traces[5]], "max_timestamp_millis": 1},
    "neither": {"experiment_id": experiment},
    "ids and a count": {"experiment_id": experiment, "request_ids": [traces[5]], "max_traces": 1},
    "a count of zero": {"experiment_id": experiment, "max_timestamp_millis": 1, "max_traces": 0},
    "no experiment": {"request_ids": [traces[5]]},
    "empty ids": {"experiment_id": experiment, "request_ids": []},
    "ids of another experiment": {"experiment_id": "0", "request_ids": [traces[5]]},
    "an unknown experiment": {"experiment_id": "918273645", "request_ids": [traces[5]]},
}.items():
    story.note(f"plain: {label}", http("POST", path, body))
story.step("two left", left)
story.note("plain: one id", http("POST", path, {"experiment_id": experiment, "request_ids": [traces[5]]}))
story.step("one left", left)
story.note("plain: one id, by its newer name", http("POST", path, {"experiment_id": experiment, "trace_ids": [traces[6]]}))
story.step("what is left then", left)
story.finish()
