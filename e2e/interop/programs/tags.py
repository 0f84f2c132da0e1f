"""Tags of a stored trace: set, overwritten, deleted, on both API versions, and each way that is refused."""
from recorder import Story, http, read

import mlflow

story = Story()
story.experiment()
with mlflow.start_span("tagged") as root:
    mlflow.set_trace_tag(root.trace_id, "while_running", "yes")
trace, nobody = root.trace_id, "tr-" + "0" * 30 + "a1"
read(trace)


def tags():
    return {key: value if len(value) < 100 else f"{len(value)} characters" for key, value in mlflow.get_trace(trace).info.tags.items()}


story.step("before", tags)
story.step("set", mlflow.set_trace_tag, trace, "state", "new")
story.step("overwritten", mlflow.set_trace_tag, trace, "state", "old")
story.step("a key of all allowed signs", mlflow.set_trace_tag, trace, "/a.b c:d-e_f", "x")
story.step("a key with a forbidden sign", mlflow.set_trace_tag, trace, "what?", "x")
story.step("a key of 250 characters", mlflow.set_trace_tag, trace, "k" * 250, "x")
story.step("a key of 251 characters", mlflow.set_trace_tag, trace, "k" * 251, "x")
story.step("a value of 8001 characters", mlflow.set_trace_tag, trace, "long", "v" * 8001)
story.step("a number", mlflow.set_trace_tag, trace, "number", 7)
story.step("an empty value", mlflow.set_trace_tag, trace, "empty", "")
story.step("the trace's name", mlflow.set_trace_tag, trace, "mlflow.traceName", "called otherwise")
story.step("the place of the artifacts", mlflow.set_trace_tag, trace, "mlflow.artifactLocation", "elsewhere")
story.step("deleted", mlflow.delete_trace_tag, trace, "state")
story.step("deleted twice", mlflow.delete_trace_tag, trace, "state")
story.step("on an unknown trace", mlflow.set_trace_tag, nobody, "k", "v")
story.step("deleted on an unknown trace", mlflow.delete_trace_tag, nobody, "k")
story.step("after", tags)

for version in ("2.0", "3.0"):
    path = f"/api/{version}/mlflow/traces/{trace}/tags"
    for label, method, query, body in (
        ("set", "PATCH", "", {"key": "plain", "value": "1"}),
        ("no value", "PATCH", "", {"key": "bare"}),
        ("no key", "PATCH", "", {"value": "1"}),
        ("numbers", "PATCH", "", {"key": 5, "value": 6}),
        ("null", "PATCH", "", {"key": "null", "value": None}),
        ("the place of the spans", "PATCH", "", {"key": "mlflow.trace.spansLocation", "value": "X"}),
        ("the place of the artifacts", "PATCH", "", {"key": "mlflow.artifactLocation", "value": "X"}),
        ("a path upwards", "PATCH", "", {"key": "../up", "value": "1"}),
        ("deleted", "DELETE", "", {"key": "plain"}),
        ("deleted twice", "DELETE", "", {"key": "plain"}),
        ("deleted without a key", "DELETE", "", {}),
    ):
        story.note(f"{version}: {label}", http(method, path + query, body))
story.step("at the end", tags)
story.finish()
