"""Decorated functions, spans in spans, every kind of attribute, events, exceptions, links, log levels."""
from recorder import Story, http, read

import mlflow
from mlflow.entities import SpanEvent, SpanType
from mlflow.entities.link import Link

story = Story()
story.experiment()


@mlflow.trace(span_type=SpanType.RETRIEVER)
def look_up(topic, limit=2):
    return [{"page_content": f"{topic}, page {n}", "metadata": {"doc_uri": f"shelf/{n}"}} for n in range(limit)]


@mlflow.trace(name="writer", span_type=SpanType.CHAT_MODEL, attributes={"model": "small", "temperature": 0.25})
def write(messages):
    span = mlflow.get_current_active_span()
    span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 21, "output_tokens": 8, "total_tokens": 29})
    span.set_attribute("mlflow.llm.model", "gpt-4o-mini")
    span.set_attribute("mlflow.llm.provider", "openai")
    return {"role": "assistant", "content": "Sourdough needs time."}


@mlflow.trace
def answer(question: str, *, polite=True):
    pages = look_up(question)
    with mlflow.start_span(name="compose", span_type="PARSER", attributes={"step": 1}) as span:
        span.set_inputs({"pages": pages})
        span.set_outputs("one prompt")
        span.add_event(SpanEvent(name="composed", attributes={"text": "yes", "count": 2, "share": 0.5, "words": ["a", "b"]}))
        span.set_attributes({
            "yes": True, "nothing": None, "nested": {"list": [1, 0.5, None, {"deep": []}]}, "beyond_double": 2**53 + 1, "below_zero": -(2**40),
            "umlaut": "Brötchen ✓ 🥐", "no_items": [], "no_text": "", "whole_float": 4.0, "tiny": 1e-9, "number_text": "12",
        })
    return write([{"role": "user", "content": question}])


@mlflow.trace
def burn(loaf):
    with mlflow.start_span("oven") as span:
        span.set_inputs({"loaf": loaf})
        raise ValueError(f"burnt {loaf}")


story.step("answered", answer, "How long does dough rest?")
story.step("its trace", read)
story.step("failed", burn, "rye")
story.step("the failed trace", read)

with mlflow.start_span("without anything"):
    pass
story.step("a span without inputs or outputs", read)

with mlflow.start_span("marked by hand") as span:
    span.set_status("ERROR")
    with mlflow.start_span("child") as child:
        child.record_exception("only a sentence")
marked = mlflow.get_last_active_trace_id()
story.step("status by hand, exception by sentence", read)

with mlflow.start_span("linked", links=[Link(trace_id=marked, span_id="00f1e2d3c4b5a697", attributes={"because": "second try"})],
                       log_level="WARNING", description="tries again") as span:
    span.set_inputs(None)
    span.set_outputs(None)
linked = mlflow.get_last_active_trace_id()
story.step("link, level and description", read)
story.step("the link itself", lambda: [vars(link) for link in mlflow.get_trace(linked).data.spans[0].links])
story.step("over plain HTTP", lambda: http("GET", f"/api/3.0/mlflow/traces/get?trace_id={linked}"))
story.finish()
