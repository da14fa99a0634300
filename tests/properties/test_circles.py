"""Names that may lead back to themselves: ``x = x(x)`` for whatever of a sweep ``x`` is.

What follows values must come to an end, and a file must not fail for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from raytune_migrate.options import Options
from raytune_migrate.outcome import Status
from raytune_migrate.pipeline import process_data

SCRIPT = """\
import functools

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
"""
THINGS = (
    "context", "start", "metrics", "loop", "scaling", "run", "space", "base", "trainer",
    "scheduler", "config", "tuner", "results", "result", "best", "own",
)  # fmt: skip
INDENTED = ("context", "start", "metrics", "result")
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


@pytest.mark.parametrize("thing", THINGS)
def test_a_name_that_leads_back_to_itself(thing: str) -> None:
    nothing = dict.fromkeys(THINGS, "pass")
    indent = "        " if thing in INDENTED else "    "
    for form in FORMS:
        again = f"if own:\n{indent}{form.replace('X', thing)}"  # or it is only what it was last
        code = SCRIPT.format(**{**nothing, thing: again})
        outcome = process_data(Path("/nowhere/script.py"), code.encode(), OPTIONS)
        if outcome.status is Status.FAILED:  # such as by a global that is assigned before
            assert "does not parse" in (outcome.reason or ""), form
            continue
        assert outcome.migration is not None
        said = [one.reason for one in outcome.migration.findings if "report it" in one.advice]
        assert said == [], form


@pytest.mark.parametrize("thing", sorted({*THINGS} - {"loop", "result"}))
def test_functions_that_return_what_each_other_gives(thing: str) -> None:
    code = SCRIPT.format(**dict.fromkeys(THINGS, "pass"))
    for call in ("here()", "there()", "again()", "again(here())", "here"):
        text = re.sub(rf"^( *){thing} = .*", rf"\1{thing} = {call}", code, flags=re.MULTILINE)
        assert text != code
        outcome = process_data(Path("/nowhere/script.py"), text.encode(), OPTIONS)
        assert outcome.status is not Status.FAILED, outcome.reason
