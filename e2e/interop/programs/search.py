"""search_traces over seven traces with known times: every kind of condition, order, paging, lists and data frames."""
from recorder import Story

import mlflow
from mlflow import MlflowClient

story = Story()
experiment = story.experiment()
client = MlflowClient()
SECOND, MILLISECOND = 10**9, 10**6
START = 1_750_000_000 * SECOND

for n in range(7):
    kind, tool = ("TOOL", "oven") if n % 2 else ("LLM", "writer")
    at = START + n * SECOND
    root = mlflow.start_span_no_context(
        f"order {n}", span_type="CHAIN", inputs={"order": n}, start_time_ns=at, metadata={"shop": "north" if n < 3 else "south"},
        tags=None if n == 6 else {"bread": "rye" if n % 2 else "spelt", "place": str(n)})
    child = mlflow.start_span_no_context(
        tool, span_type=kind, parent_span=root, inputs=f"grain{n}", start_time_ns=at + MILLISECOND, attributes={"model": f"m{n}"})
    child.end(end_time_ns=at + 2 * MILLISECOND)
    root.end(status="ERROR" if n == 3 else "OK", outputs=n, end_time_ns=at + (n + 1) * 10 * MILLISECOND)
mlflow.flush_trace_async_logging()


def search(**query):
    return mlflow.search_traces(locations=[experiment], return_type="list", **query)


def names(**query):
    return [trace.info.tags["mlflow.traceName"] for trace in search(**query)]


def pages(size):
    sizes, token = [], None
    while not sizes or token:
        page = client.search_traces(locations=[experiment], max_results=size, page_token=token)
        sizes.append(len(page))
        token = page.token
    return sizes


story.step("all, newest first", names)
story.step("times are exact", lambda: [[trace.info.request_time, trace.info.execution_duration] for trace in search()])
story.step("at most three", names, max_results=3)
story.step("pages of three", pages, 3)
story.step("pages that end with the last trace", pages, 7)
story.step("spans on demand", lambda: [len(trace.data.spans) for trace in search(include_spans=False)])
story.step("spans by default", lambda: [[[span.name, span.start_time_ns - START, span.end_time_ns - START] for span in trace.data.spans] for trace in search()])
story.step("columns of a data frame", lambda: list(mlflow.search_traces(locations=[experiment]).columns))
story.step("a row of a data frame", lambda: {
    key: value for key, value in mlflow.search_traces(locations=[experiment], filter_string="name = 'order 1'").iloc[0].to_dict().items() if key != "trace"})

for condition in (
    "status = 'ERROR'", "status != 'ERROR'", "state = 'OK'", "name = 'order 2'", "name LIKE 'order %'", "name IN ('order 1', 'order 5')",
    "tag.bread = 'rye'", "tags.bread != 'rye'", "tag.bread LIKE 's%'", "metadata.shop = 'north'", "request_metadata.shop = 'south' AND tag.bread = 'spelt'",
    "execution_time_ms > 30", "execution_time <= 30", f"timestamp_ms >= {START // MILLISECOND + 4000}", f"timestamp < {START // MILLISECOND + 1000}",
    "span.name = 'oven'", "span.type = 'LLM' AND span.content LIKE '%grain2%'", "span.attributes.model LIKE '%m4%'", "trace.text ILIKE '%GRAIN5%'", "text ILIKE '%GRAIN5%'",
    "span.name = 'writer' AND status = 'OK' AND execution_time_ms < 60", "tag.bread IS NULL", "tag.bread IS NOT NULL", "name RLIKE 'order [12]'",
    "trace_id = 'nobody'", "colour = 'red'", "status = 'OK' OR status = 'ERROR'", "name = order", "name ~ 'x'", "execution_time_ms = 'long'", "AND", "tag.bread = 'rye' AND",
):
    story.step(condition, names, filter_string=condition)
for order in (["timestamp_ms ASC"], ["timestamp DESC"], ["execution_time DESC"], ["status ASC", "timestamp ASC"], ["tag.bread ASC", "timestamp_ms ASC"], ["name DESC"], ["colour ASC"], ["name DOWN"]):
    story.step("order by " + ", ".join(order), names, order_by=order)
story.step("nothing asked for", names, max_results=0)
story.step("an experiment nobody knows", lambda: mlflow.search_traces(locations=["918273645"], return_type="list"))
story.finish()
