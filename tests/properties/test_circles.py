"""Names that may lead back to themselves: ``x = x(x)`` for whatever of a sweep ``x`` is.

What follows values must come to an end, and a file must not fail for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.projecting import run

from raytune_migrate.outcome import Status
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.options import Options

SCRIPT = """\
import argparse
import functools
import threading

import typer
from ray import train, tune
from ray.train import Checkpoint, CheckpointConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import PopulationBasedTraining


def again(*some):
    return again(*some)


def here():
    return there()


def there():
    found = here()
    return found


def loop(config):
    context = train.get_context()
    {context}
    start = train.get_checkpoint()
    {start}
    if start:
        print(start.to_dict()["a"], context.get_trial_id())
    metrics = {{"loss": config["lr"]}}
    {metrics}
    train.report(metrics, checkpoint=Checkpoint.from_dict({{"a": 1}}))


{loop}
scaling = ScalingConfig(num_workers=2)
{scaling}
run = RunConfig(name="x", checkpoint_config=CheckpointConfig(num_to_keep=1))
{run}
space = {{"train_loop_config": {{"lr": tune.uniform(0, 1)}}}}
{space}
base = {{"lr": 1}}
{base}
trainer = TorchTrainer(loop, train_loop_config=base, scaling_config=scaling, run_config=run)
{trainer}
scheduler = PopulationBasedTraining(hyperparam_mutations=space)
{scheduler}
config = tune.TuneConfig(num_samples=2, scheduler=scheduler)
{config}
tuner = tune.Tuner(trainer, param_space=space, tune_config=config)
{tuner}
results = tuner.fit()
{results}
for result in results:
    {result}
    print(result.log_dir, result.metrics["training_iteration"], result.checkpoint.to_dict())
best = results.get_best_result()
{best}
print(best.log_dir, best.config, isinstance(best, int))
own = trainer.fit()
{own}
print(own.metrics["loss"], own.config, own.path + "/checkpoint_000001")
app = typer.Typer()
{app}
parser = argparse.ArgumentParser()
{parser}


@app.command()
def sweep(args=None):
    tuner.fit()


parser.set_defaults(func=sweep)
args = parser.parse_args()
{args}
args.func(args)
thread = threading.Thread(target=sweep)
{thread}
thread.start()
app()


class Job:
    def __init__(self):
        self.tuner = tune.Tuner(trainer, param_space=space)
        {attribute}

    def run(self):
        self.tuner.fit()


Job().run()
"""
THINGS = (
    "context", "start", "metrics", "loop", "scaling", "run", "space", "base", "trainer",
    "scheduler", "config", "tuner", "results", "result", "best", "own", "app", "parser", "args",
    "thread", "attribute",
)  # fmt: skip
ATTRIBUTE = "self.tuner"
INDENTATION = dict.fromkeys(("context", "start", "metrics", "result"), 8) | {"attribute": 12}
FORMS = (
    "X = again(X)", "X = again", "X = here()", "X = there()", "X = there",
    "X = X()", "X = list(X)", "X = X[0]", "X = X.inner", "X = X or 1", "X = (X, X)", "X = [X]",
    "for X in X: pass", "with X as X: pass", "X = lambda: X", "X = dict(X, a=X)", "X = {**X}",
    "X = functools.partial(X)", "X = functools.partial(X, X)", "X = X if X else X", "X, y = X",
    "X[0] = X", "X.append(X)", "X.a = X", "X += X", "X = max(X)", "X = next(iter(X))",
    "X = sorted(X, key=X)", "X = [X for X in X]", "X = {X: X for X in X}", "X = copy(X)",
    "global X", "del X", "X = getattr(X, 'a')", "X = X.get('a', X)", "(X := X)", "X: X = X",
    "def X(X=X): return X", "class X(X): X = X", "X = X(X)(X)", "X = X()()", "import X as X",
    "X = type(X)(**vars(X))", "X = tune.with_parameters(X, a=X)", "X = X.restore(X, X)",
    "X = X.as_trainable()", "X = X['a']['b']", "X['a']['b'] = X['a']", "X.update(X)",
    "X = X | X", "X = (yield X)", "async def X(): return await X()", "y = X; X = y; y = X(y)",
)  # fmt: skip
OPTIONS = Options(ray_version="2.51")
STAR_SCRIPT = """\
import functools

import ray
from ray import train, tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

from common import *

# address
ray.init(address)
# loop
# base
# scaling
# run
trainer = TorchTrainer(loop, train_loop_config=base, scaling_config=scaling, run_config=run)
# space
# tuner
tuner = tune.Tuner(trainer, param_space=space, run_config=RunConfig(name="a"))
tune.Tuner(given, param_space=space)
# given
# results
results = tuner.fit()
# read
for one in read:
    print(one.metrics["loss"], one.config["scaling_config"]["use_gpu"], one.checkpoint)
# names
print([name for name in names if name.startswith("TorchTrainer")])
"""
NAMED_THERE = (
    "address", "loop", "base", "scaling", "run", "space", "given", "read", "names",
)  # fmt: skip


def written(thing: str, form: str) -> str:
    """The script in which a thing may lead back to itself: or it is only what it was last."""
    name = ATTRIBUTE if thing == "attribute" else thing
    again = f"if own:\n{' ' * INDENTATION.get(thing, 4)}{form.replace('X', name)}"
    return SCRIPT.format(**{**dict.fromkeys(THINGS, "pass"), thing: again})


@pytest.mark.parametrize("thing", THINGS)
def test_a_name_that_leads_back_to_itself(thing: str) -> None:
    for form in FORMS:
        code = written(thing, form)
        outcome = process_data(Path("/nowhere/script.py"), code.encode(), OPTIONS)
        if outcome.status is Status.FAILED:  # such as by a global that is assigned before
            assert "does not parse" in (outcome.reason or ""), form
            continue
        assert outcome.migration is not None
        said = [one.reason for one in outcome.migration.findings if "report it" in one.advice]
        assert said == [], form


@pytest.mark.parametrize("thing", NAMED_THERE)
def test_a_name_of_a_star_import_that_leads_back_to_itself(thing: str) -> None:
    """Which this module binds once, so that it is nothing else as far as can be seen."""
    for form in FORMS:
        code = STAR_SCRIPT.replace(f"# {thing}", form.replace("X", thing))
        outcome = process_data(Path("/nowhere/script.py"), code.encode(), OPTIONS)
        if outcome.status is Status.FAILED:
            assert "does not parse" in (outcome.reason or ""), form
            continue
        assert outcome.migration is not None
        said = [one.reason for one in outcome.migration.findings if "report it" in one.advice]
        assert said == [], form


@pytest.mark.parametrize("thing", THINGS)
def test_names_of_a_project_that_lead_back_to_themselves(tmp_path: Path, thing: str) -> None:
    """Each module with a form of its own, and the name from the next module, the last's first."""
    for number, form in enumerate(FORMS):
        code = written(thing, form)
        try:
            compile(code, "script.py", "exec")
        except SyntaxError:  # it is for the test of single files
            code = written(thing, "pass")
        follower = f"m{(number + 1) % len(FORMS)}"
        circle = f"{code}\nif own:\n    from {follower} import {thing}\n"
        (tmp_path / f"m{number}.py").write_text(circle, encoding="utf-8")
    for path, outcome in run(tmp_path, options=OPTIONS).items():
        assert outcome.status is not Status.FAILED, (path, outcome.reason)
        assert outcome.migration is not None
        reasons = [one.reason for one in outcome.migration.findings if "report it" in one.advice]
        assert reasons == [], path


@pytest.mark.parametrize("thing", sorted({*THINGS} - {"loop", "result", "attribute"}))
def test_functions_that_return_what_each_other_gives(thing: str) -> None:
    code = SCRIPT.format(**dict.fromkeys(THINGS, "pass"))
    for call in ("here()", "there()", "again()", "again(here())", "here"):
        text = re.sub(rf"^( *){thing} = .*", rf"\1{thing} = {call}", code, flags=re.MULTILINE)
        assert text != code
        outcome = process_data(Path("/nowhere/script.py"), text.encode(), OPTIONS)
        assert outcome.status is not Status.FAILED, outcome.reason
