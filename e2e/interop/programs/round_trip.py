"""What is read back is what was sent: every property of every span, compared in the program that sent them."""
from recorder import Story

import mlflow
from mlflow.entities import SpanEvent

story = Story()
experiment = story.experiment()
sent = []


def facts(span):
    return {
        "trace_id": span.trace_id, "span_id": span.span_id, "parent_id": span.parent_id, "name": span.name, "type": span.span_type,
        "start_time_ns": span.start_time_ns, "end_time_ns": span.end_time_ns, "status": span.status.status_code.value,
        "description": span.status.description, "inputs": span.inputs, "outputs": span.outputs, "attributes": dict(span.attributes),
        "events": [[event.name, event.timestamp, dict(event.attributes)] for event in span.events],
    }


def counter(count):
    with mlflow.start_span("counter", span_type="AGENT") as outer:
        outer.set_inputs({"count": count, "exact": 2**60 + 1, "text": "naïve ☕"})
        sent.append(outer)
        with mlflow.start_span("shelf", span_type="RETRIEVER", attributes={"depth": 3, "share": 0.1}) as shelf:
            sent.append(shelf)
            shelf.set_outputs([{"page_content": "rye", "metadata": {"doc_uri": "shelf/1"}}])
            shelf.add_event(SpanEvent(name="looked", attributes={"twice": True}))
        try:
            with mlflow.start_span("till", span_type="TOOL") as till:
                sent.append(till)
                till.set_inputs({"price": None, "items": []})
                raise ZeroDivisionError("no items")
        except ZeroDivisionError:
            outer.set_outputs({"sold": 0})


counter(2)
trace_id = sent[0].trace_id
mlflow.flush_trace_async_logging()
mlflow.set_trace_tag(trace_id, "shop", "north")
mlflow.set_trace_tag(trace_id, "shop", "south")
mlflow.set_trace_tag(trace_id, "closing", "soon")
mlflow.delete_trace_tag(trace_id, "closing")


def found(condition):
    return [trace.info.trace_id == trace_id for trace in mlflow.search_traces(locations=[experiment], filter_string=condition, return_type="list")]


received = {span.span_id: facts(span) for span in mlflow.get_trace(trace_id).data.spans}
for span in sent:
    expected, actual = facts(span), received.pop(span.span_id, {})
    story.note(f"{span.name}: differs in", [[key, repr(expected[key]), repr(actual.get(key))] for key in expected if expected[key] != actual.get(key)])
    story.note(f"{span.name}: events", [event.name for event in span.events])
story.note("spans nobody sent", list(received))
story.note("own tags", {key: value for key, value in mlflow.get_trace(trace_id).info.tags.items() if not key.startswith("mlflow.")})
story.step("found by tag and status", found, "tag.shop = 'south' AND status = 'OK'")
story.step("found by span", found, "span.name = 'till'")
story.step("not found by the old tag", found, "tag.shop = 'north'")
story.finish()
