"""Records what a story reads back from a server, as one JSON document on standard output.

Whatever differs between two honest runs is replaced: ids by placeholders numbered in order of first appearance, times by
<time>, stack traces by <stack>; what describes the machine (user, git, script) is left out. So two servers that behave
alike make equal documents, and a document can be kept and compared with later ones.
"""
import enum
import json
import os
import re
import sys
import urllib.error
import urllib.request
import uuid
from dataclasses import asdict, is_dataclass
from pathlib import Path

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

SERVER = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")

# Keys of the machine or of the moment, wherever they appear.
OF_THE_MACHINE = re.compile(r"mlflow\.(user|source\..*|trace\.sizeBytes)|user_id")
OF_THE_MOMENT = {
    *("creation_time", "last_update_time", "request_time", "timestamp_ms", "execution_duration", "execution_duration_ms"),
    *("execution_time_ms", "start_time_unix_nano", "end_time_unix_nano", "time_unix_nano", "timestamp", "mlflow.spanStartTimeNs"),
}
EXPERIMENT_IN_TEXT = re.compile(r"(mlflow-artifacts:/|experiments?/|[Ee]xperiment (?:with )?id[ =]|[Tt]he experiment )(\d+)\b")
ID_IN_TEXT = [
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("trace", r"\btr-[0-9a-f]{32}\b"),
        ("assessment", r"\ba-[0-9a-f]{32}\b"),
        ("run", r"(?<![0-9a-f-])[0-9a-f]{32}\b"),
        ("span", r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])"),
        ("trace-bytes", r"(?<![\w+/])[A-Za-z0-9+/]{22}==(?![\w+/=])"),
        ("span-bytes", r"(?<![\w+/])[A-Za-z0-9+/]{11}=(?![\w+/=])"),
    )
]


class Story:
    """The steps of one program, in order, and the placeholders given so far."""

    def __init__(self):
        self.mark = uuid.uuid4().hex[:10]
        self._title = Path(sys.argv[0]).stem
        self._document = {}
        self._numbers = {}
        self._output, sys.stdout = sys.stdout, sys.stderr  # libraries print; the output carries the document alone

    def name(self, suffix=""):
        """A name nobody else uses on this server."""
        return "-".join(part for part in (self._title, suffix, self.mark) if part)

    def experiment(self, suffix=""):
        """Makes a fresh experiment the current one; its id."""
        import mlflow

        return mlflow.set_experiment(self.name(suffix)).experiment_id

    def step(self, label, action, *arguments, **options):
        """Runs an action and notes its result, or the error a caller would have seen. Returns the result."""
        try:
            result = action(*arguments, **options)
        except Exception as error:
            self._document[label] = {
                "raised": type(error).__name__,
                "error_code": getattr(error, "error_code", None),
                "message": self._text(str(error))[:700],
            }
            return None
        return self.note(label, result)

    def note(self, label, value):
        if label in self._document:
            raise KeyError(f"two steps are called {label!r}")
        self._document[label] = self._plain(value)
        return value

    def finish(self):
        json.dump(self._document, self._output, indent=1, ensure_ascii=False)
        self._output.write("\n")

    def _placeholder(self, kind, value):
        known = self._numbers.setdefault(kind, {})
        return f"<{kind} {known.setdefault(value, len(known) + 1)}>"

    def _experiment(self, value):
        return "0" if str(value) == "0" else self._placeholder("experiment", str(value))

    def _text(self, text):
        if "Traceback (most recent call last)" in text:
            return "<stack>"
        text = text.replace(self.mark, "<mark>").replace(SERVER, "<server>")
        text = re.sub(r"\(sqlite3\.\w+\).*", "<sql>", text, flags=re.DOTALL)
        text = re.sub(r"\{('[^{}']+'(?:, '[^{}']+')+)\}", lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", text)
        for kind, pattern in ID_IN_TEXT:
            text = pattern.sub(lambda found: self._placeholder(kind, found[0]), text)
        return EXPERIMENT_IN_TEXT.sub(lambda found: found[1] + self._experiment(found[2]), text)

    def _plain(self, value, key=None):
        if key in OF_THE_MOMENT and value is not None:
            return "<time>"
        if key in ("experiment_id", "mlflow.experimentId") and value is not None:
            return self._experiment(str(value).strip('"'))
        if key == "mlflow.trace.sizeStats":
            return {"num_spans": json.loads(value)["num_spans"]}
        if key in ("mlflow.trace.tokenUsage", "mlflow.trace.cost") and isinstance(value, str):
            return json.loads(value)  # numbers are compared as numbers, however they are written
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, enum.Enum):
            return value.value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            pairs = sorted((str(name), item) for name, item in value.items())
            return {self._text(name): self._plain(item, name) for name, item in pairs if not OF_THE_MACHINE.fullmatch(name)}
        if isinstance(value, (list, tuple)):
            return [self._plain(item) for item in sorted_pairs(value)]
        return self._plain(fields_of(value))


def sorted_pairs(items):
    """OTLP attributes are a list of {key, value} whose order means nothing; any other list is left as it is."""
    if items and all(isinstance(item, dict) and item.keys() == {"key", "value"} for item in items):
        return [{"key": item["key"], "value": item["value"]} for item in sorted(items, key=lambda item: item["key"])]
    return items


def fields_of(thing):
    for method in ("to_dictionary", "to_dict"):
        if hasattr(thing, method):
            return getattr(thing, method)()
    if is_dataclass(thing):
        return asdict(thing)
    if hasattr(thing, "__dict__"):
        return {name.lstrip("_"): value for name, value in vars(thing).items()}
    return str(thing)


def view(trace):
    """A trace as its reader sees it: the info, and each span by its public properties."""
    if trace is None:
        return None
    return {"info": trace.info.to_dict(), "spans": [view_span(span) for span in trace.data.spans]}


def view_span(span):
    payload = ("mlflow.spanInputs", "mlflow.spanOutputs")
    return {
        "name": span.name,
        "type": span.span_type,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "status": [span.status.status_code.name, span.status.description],
        "inputs": span.inputs,
        "outputs": span.outputs,
        "attributes": {name: value for name, value in span.attributes.items() if name not in payload},
        "events": [{"name": event.name, "attributes": event.attributes} for event in span.events],
    }


def read(trace_id=None):
    """What the server tells of a trace (by default: the last one of this thread) once everything has been sent."""
    import mlflow

    trace_id = trace_id or mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    return view(mlflow.get_trace(trace_id))


def http(method, path, body=None):
    """A request without the client: its status, and the body or, of an error, the two fields a client reads."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SERVER + path, data=data, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    content = json.loads(answer.read())
    if answer.status == 200:
        return {"status": 200, "body": content}
    return {"status": answer.status, "error_code": content["error_code"], "message": content["message"]}
