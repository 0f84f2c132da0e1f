"""Evaluation datasets: made, filled with rows and traces, merged, searched, tagged, evaluated with, deleted."""
import json

from recorder import Story, http

import mlflow
from mlflow.genai import scorer

story = Story()
experiment, other = story.experiment(), mlflow.create_experiment(story.name("other"))
name, nobody = story.name(), "d-" + "0" * 32
genai, datasets = mlflow.genai, mlflow.genai.datasets


@mlflow.trace
def answer(question):
    return "Paris" if "France" in question else "dunno"


@scorer
def half(outputs):
    return 0.5


def rows(dataset):
    keys = ("inputs", "outputs", "expectations", "tags", "source_type")
    return sorted(({key: row[key] for key in keys} for row in dataset.to_df().to_dict("records")), key=str)


def parts(dataset):
    return {"name": dataset.name, "experiments": len(dataset.experiment_ids), "schema": json.loads(dataset.schema or "null"),
            "profile": json.loads(dataset.profile or "null"), "tags": sorted(dataset.tags)}


def names(**options):
    return [dataset.name for dataset in genai.search_datasets(**options)]


made = genai.create_dataset(name=name, experiment_id=experiment, tags={"kind": "capitals"})
story.note("made", parts(made))
dataset = genai.get_dataset(name=name)
questions = [
    {"inputs": {"question": "Capital of France?"}, "expectations": {"answer": "Paris"}},
    {"inputs": {"question": "Capital of Peru?"}, "expectations": {"answer": "Lima"}, "tags": {"hard": "no"}},
]
story.step("filled", lambda: rows(dataset.merge_records(questions)))
story.step("the same again", lambda: rows(dataset.merge_records([dict(questions[0], outputs={"tries": 1.0, "tiny": 1e-7, "none": None})])))
story.step("schema and profile", lambda: parts(genai.get_dataset(dataset_id=made.dataset_id)))
answer("Capital of Chad?")
mlflow.flush_trace_async_logging()
mlflow.log_expectation(trace_id=mlflow.get_last_active_trace_id(), name="answer", value="N'Djamena")
story.step("filled from traces", lambda: rows(dataset.merge_records(mlflow.search_traces(locations=[experiment], return_type="list"))))
story.step("a source nobody knows", dataset.merge_records, [{"inputs": {"question": "?"}, "source": {"source_type": "RUMOUR", "source_data": {}}}])
story.step("evaluated with", lambda: genai.evaluate(data=genai.get_dataset(dataset_id=made.dataset_id), predict_fn=answer, scorers=[half]).metrics)

story.step("found in its experiment", names, experiment_ids=[experiment])
story.step("not found in another", names, experiment_ids=[other])
story.step("added to it", lambda: len(datasets.add_dataset_to_experiments(dataset_id=made.dataset_id, experiment_ids=[other]).experiment_ids))
story.step("found there now", names, experiment_ids=[other], filter_string=f"name LIKE '%{story.mark}'", order_by=["name ASC"])
story.step("taken out", lambda: len(datasets.remove_dataset_from_experiments(dataset_id=made.dataset_id, experiment_ids=[other]).experiment_ids))
story.step("found by tag", names, experiment_ids=[experiment], filter_string="tags.kind = 'capitals'")
story.step("not found by another value", names, experiment_ids=[experiment], filter_string="tags.kind = 'rivers'")
story.step("an order by tag", names, order_by=["tags.kind"])

story.step("tags set", genai.set_dataset_tags, dataset_id=made.dataset_id, tags={"more": "1"})
story.step("tag deleted", genai.delete_dataset_tag, dataset_id=made.dataset_id, key="kind")
story.step("tags", lambda: sorted(genai.get_dataset(dataset_id=made.dataset_id).tags))
dataset = genai.get_dataset(dataset_id=made.dataset_id)
frame = dataset.to_df()
france = next(row["dataset_record_id"] for row in frame.to_dict("records") if "France" in row["inputs"]["question"])
story.step("a record deleted", dataset.delete_records, [france])
story.step("what is left", lambda: len(genai.get_dataset(dataset_id=made.dataset_id).to_df()))
many = [{"inputs": {"question": str(number)}} for number in range(2100)]
story.step("more than a page of records", lambda: len(dataset.merge_records(many).to_df()))

story.step("deleted", genai.delete_dataset, dataset_id=made.dataset_id)
story.step("deleted twice", genai.delete_dataset, dataset_id=made.dataset_id)
story.step("read when it is gone", lambda: genai.get_dataset(dataset_id=nobody))
story.note("records of none", http("GET", f"/api/3.0/mlflow/datasets/{nobody}/records"))
story.note("records for none", http("POST", f"/api/3.0/mlflow/datasets/{nobody}/records", {"records": "[]"}))
story.step("made for an unknown experiment", lambda: genai.create_dataset(name=story.name("lost"), experiment_id="918273645").name)
story.finish()
