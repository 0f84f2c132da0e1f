"""An experiment's life: made by name, read, tagged, renamed, searched, deleted, restored, and each way it goes wrong."""
from recorder import Story

import mlflow
from mlflow import MlflowClient

story = Story()
client = MlflowClient()
name, other = story.name("orders"), story.name("returns")

first = story.step("made by name", mlflow.set_experiment, name)
story.step("the same name again", mlflow.set_experiment, name)
story.step("read by id", mlflow.get_experiment, first.experiment_id)
story.step("read by name", mlflow.get_experiment_by_name, name)
story.step("an unknown name is nothing", mlflow.get_experiment_by_name, story.name("nobody"))
story.step("an unknown id", mlflow.get_experiment, "918273645")
story.step("an id that is no number", mlflow.get_experiment, "seven")
story.step("the default experiment", mlflow.get_experiment, "0")
story.step("a taken name", mlflow.create_experiment, name)
story.step("an empty name", mlflow.create_experiment, "")
story.step("a name of 501 characters", mlflow.create_experiment, "n" * 501)
story.step("a place that cannot be", mlflow.create_experiment, story.name("place"), artifact_location="mlflow-artifacts:/x?y#z")

second = story.step("made with tags", lambda: mlflow.get_experiment(
    mlflow.create_experiment(other, tags={"team": "night", "mlflow.note.content": "what comes back"})))
key = second.experiment_id
story.step("tag set", client.set_experiment_tag, key, "shift", "early")
story.step("tag overwritten", client.set_experiment_tag, key, "shift", "late")
story.step("tag with a key of 251 characters", client.set_experiment_tag, key, "k" * 251, "x")
story.step("tag deleted", client.delete_experiment_tag, key, "team")
story.step("tag deleted twice", client.delete_experiment_tag, key, "team")
story.step("tag on an unknown experiment", client.set_experiment_tag, "918273645", "k", "v")
story.step("renamed", client.rename_experiment, key, other + "-b")
story.step("as it now is", mlflow.get_experiment, key)


def found(**query):
    return [[experiment.name, experiment.tags] for experiment in client.search_experiments(**query)]


mine = f"name LIKE '%{story.mark}%'"
story.step("searched by name, upwards", found, filter_string=mine, order_by=["name ASC"])
story.step("searched by name, downwards", found, filter_string=mine, order_by=["name DESC"])
story.step("searched by tag", found, filter_string=f"tags.shift = 'late' AND {mine}")
story.step("searched by tag that differs", found, filter_string=f"tags.shift != 'late' AND {mine}")
story.step("searched case-insensitively", found, filter_string=f"name ILIKE 'EXPERIMENTS-RETURNS%' AND {mine}")
story.step("one of a page", lambda: len(client.search_experiments(filter_string=mine, max_results=1)))
story.step("the next page", lambda: [e.name for e in client.search_experiments(
    filter_string=mine, order_by=["name ASC"], max_results=1,
    page_token=client.search_experiments(filter_string=mine, order_by=["name ASC"], max_results=1).token)])
story.step("a field nobody knows", found, filter_string="colour = 'red'")
story.step("an order nobody knows", found, order_by=["colour ASC"])
story.step("no results asked for", found, max_results=0)

story.step("deleted", client.delete_experiment, key)
story.step("deleted twice", client.delete_experiment, key)
story.step("a deleted one is still read", mlflow.get_experiment, key)
story.step("a deleted one is not searched", found, filter_string=mine)
story.step("unless asked for", found, filter_string=mine, view_type=mlflow.entities.ViewType.DELETED_ONLY)
story.step("a deleted one cannot be current", mlflow.set_experiment, other + "-b")
story.step("the name of a deleted one", mlflow.create_experiment, other + "-b")
story.step("restored", client.restore_experiment, key)
story.step("as restored", mlflow.get_experiment, key)
story.step("current by id", lambda: mlflow.set_experiment(experiment_id=key))
story.finish()
