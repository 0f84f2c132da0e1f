"""What a program says about the trace it is in: tags, metadata, previews, state, session and user; long values."""
from recorder import Story, read

import mlflow

story = Story()
story.experiment()


@mlflow.trace
def says_everything(order):
    mlflow.update_current_trace(
        tags={"fruit": "plum", "count": "3"},
        metadata={"mlflow.trace.session": "visit-1", "mlflow.trace.user": "guest-1", "note": "n" * 300},
        client_request_id="ticket-41", request_preview="what was asked", response_preview="what was answered")
    return order


@mlflow.trace
def says_failed(order):
    mlflow.update_current_trace(state="ERROR", model_id="m-00112233445566778899aabbccddeeff")
    return "looks fine, is not"


@mlflow.trace
def chats(order):
    mlflow.update_current_trace(session_id="visit-2", user="guest-2")
    return {"messages": [{"role": "assistant", "content": "Two loaves, then."}]}


@mlflow.trace
def says_twice():
    mlflow.update_current_trace(tags={"a": "1", "b": "1"}, metadata={"m": "1"})
    mlflow.update_current_trace(tags={"b": "2"}, metadata={"n": "2"})


@mlflow.trace
def long_payload(order):
    return "out" * 2000


@mlflow.trace
def long_tags():
    mlflow.update_current_trace(tags={"long": "z" * 9000, "k" * 300: "v"}, client_request_id="c" * 90)


story.step("everything", says_everything, {"loaves": 2})
story.step("everything, read", read)
story.step("failed by word", says_failed, 1)
story.step("failed by word, read", read)
story.step("chat", chats, {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Two loaves please"}]})
story.step("chat, read: previews are the messages", read)
with mlflow.tracing.context(session_id="visit-3", user="guest-3", tags={"t": "1"}, metadata={"m": "2"}):
    story.step("inside a context", mlflow.trace(lambda order: order, name="in context"), 5)
story.step("inside a context, read", read)
story.step("said twice", says_twice)
story.step("said twice, read", read)
story.step("said outside any trace", lambda: mlflow.update_current_trace(tags={"lost": "yes"}))
story.step("long payload", lambda: len(long_payload("in" * 3000)))
story.step("long payload, info", lambda: read()["info"])
story.step("long tags", long_tags)
story.step("long tags, read", read)
story.finish()
