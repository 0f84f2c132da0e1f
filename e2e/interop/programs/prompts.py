"""The prompt registry: versions, aliases, tags, searches, the links to traces and runs, and each way it goes wrong."""
from recorder import Story, read

import mlflow
from mlflow import MlflowClient

story = Story()
client = MlflowClient()
experiment = story.experiment()
name, nobody = story.name("greeting"), story.name("nobody")


def view(prompt):
    fields = ("name", "version", "template", "commit_message", "aliases", "tags", "response_format", "model_config")
    return prompt and {field: getattr(prompt, field) for field in fields}


def load(*arguments, **options):
    return view(mlflow.genai.load_prompt(*arguments, **options))


def register(template, **options):
    return view(mlflow.genai.register_prompt(name, template, **options))


def found(filter_string):
    return [prompt.name for prompt in mlflow.genai.search_prompts(filter_string=filter_string)]


settings = {"commit_message": "first 😀", "tags": {"tone": "warm"}, "model_config": {"model_name": "m", "temperature": 0.5}}
story.step("registered", register, "Hi {{name}}, grüß dich", response_format={"type": "object"}, **settings)
story.step("a conversation", register, [{"role": "system", "content": "Be {{style}}"}, {"role": "user", "content": "{{q}}"}])
story.step("loaded by number", load, f"prompts:/{name}/1")
story.step("the latest", load, f"prompts:/{name}@latest")
story.step("by name alone", load, name)
story.step("an unknown version", load, f"prompts:/{name}/9")
story.step("an unknown prompt", load, nobody)
story.step("an unknown prompt may be missing", load, nobody, allow_missing=True)
story.step("a name with a slash", client.create_prompt, "a/b")
story.step("a taken name", client.create_prompt, name)
story.step("a template that is too long", register, "x" * 100_001)

story.step("alias set", mlflow.genai.set_prompt_alias, name, "production", 1)
story.step("a second alias", mlflow.genai.set_prompt_alias, name, "best", 1)
story.step("loaded by alias", lambda: sorted(client.get_prompt_version_by_alias(name, "production").aliases))
story.step("alias moved", mlflow.genai.set_prompt_alias, name, "production", 2)
story.step("where it moved", lambda: load(f"prompts:/{name}@production")["version"])
story.step("alias deleted", mlflow.genai.delete_prompt_alias, name, "production")
story.step("an unknown alias", load, f"prompts:/{name}@production")
story.step("an alias that is reserved", mlflow.genai.set_prompt_alias, name, "latest", 1)
story.step("an alias like a version", mlflow.genai.set_prompt_alias, name, "v3", 1)
story.step("an alias with a blank", mlflow.genai.set_prompt_alias, name, "a b", 1)
story.step("an alias for an unknown version", mlflow.genai.set_prompt_alias, name, "x", 77)

story.step("tag set", mlflow.genai.set_prompt_tag, name, "team", "night")
story.step("tags", lambda: sorted(mlflow.genai.get_prompt_tags(name)))
story.step("tag deleted", mlflow.genai.delete_prompt_tag, name, "team")
story.step("tag of a version set", mlflow.genai.set_prompt_version_tag, name, 1, "reviewed", "yes")
story.step("with that tag", load, name, version=1)
story.step("tag of a version deleted", mlflow.genai.delete_prompt_version_tag, name, 1, "reviewed")
story.step("model config set", mlflow.genai.set_prompt_model_config, name, 2, {"model_name": "other"})
story.step("with that config", load, name, version=2)

story.step("versions", lambda: [each.version for each in client.search_prompt_versions(name)])
story.step("versions, one page", lambda: [each.version for each in client.search_prompt_versions(name, max_results=1)])
story.step("found by name", found, f"name = '{name}'")
story.step("found by pattern", found, f"name LIKE '%{story.mark}'")
story.step("found by experiment", found, f"experiment_id = '{experiment}'")
story.step("found by tag", found, f"tags.tone = 'warm' AND name = '{name}'")
story.step("not found by another tag", found, f"tags.tone = 'cold' AND name = '{name}'")
story.step("an unknown field", found, "colour = 'red'")
story.step("a prompt is no model", lambda: list(client.search_registered_models(filter_string=f"name = '{name}'")))


@mlflow.trace
def greet(who):
    return mlflow.genai.load_prompt(f"prompts:/{name}/1").format(name=who)


story.step("used in a trace", greet, "Bo")
story.note("linked to the trace", read()["info"]["tags"]["mlflow.linkedPrompts"])
story.step("found by its prompt", lambda: [trace.info.tags["mlflow.traceName"] for trace in mlflow.search_traces(
    locations=[experiment], filter_string=f"prompt = '{name}/1'", return_type="list")])
with mlflow.start_run() as run:
    mlflow.genai.load_prompt(name, version=1)
story.step("linked to a run", lambda: mlflow.get_run(run.info.run_id).data.tags.get("mlflow.linkedPrompts"))

story.step("version deleted", client.delete_prompt_version, name, 2)
story.step("version deleted twice", client.delete_prompt_version, name, 2)
story.step("its number is gone", lambda: register("Third")["version"])
story.step("prompt deleted", client.delete_prompt, name)
story.step("nothing is left", client.get_prompt, name)
story.step("a model", lambda: client.create_registered_model(story.name("model")).name)
story.finish()
