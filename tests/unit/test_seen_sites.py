"""A sweep is found, or reported, by whatever way its trainer comes to Tune."""

from __future__ import annotations

import pytest
from migrating import check_finding, migrated

HEAD = """\
import functools
import importlib

import ray
from ray import train, tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import PopulationBasedTraining

from mylib import fit


def loop(config):
    train.report({"loss": config["lr"]})


"""
SPACE = '{"train_loop_config": {"lr": tune.uniform(0, 1)}}'


def said(code: str) -> list[str]:
    """The codes of what is left to a person."""
    return [one.code for one in migrated(HEAD + code).findings]


def after(code: str) -> str:
    """What becomes of the code, with single blanks for white space."""
    result = migrated(HEAD + code)
    assert result.findings == ()
    return " ".join(result.after.split())


# The Tuner, and a trainable made from a trainer


@pytest.mark.parametrize(
    "code",
    [
        "make = functools.partial(tune.Tuner, lambda config: None)\nmake(param_space={}).fit()\n",
        "class Own(tune.Tuner):\n    pass\n\n\nOwn(lambda config: None).fit()\n",
        "getattr(tune, 'Tuner')(lambda config: None).fit()\n",
        'importlib.import_module("ray.tune").Tuner(lambda config: None).fit()\n',
        'importlib.import_module("rays.tune").Tuner(TorchTrainer(loop)).fit()\n',
        "importlib.import_module(home).Tuner(TorchTrainer(loop)).fit()\n",
        "home = home.tune\nhome.Tuner(TorchTrainer(loop)).fit()\n",
        "getattr(tune, kind)(TorchTrainer(loop)).fit()\n",
        "trainer = TorchTrainer(loop)\nassert not isinstance(trainer, tune.Tuner)\n",
        'tune.register_trainable("own", lambda config: None)\n',
    ],
)
def test_no_trainer_is_given(code: str) -> None:
    assert said(code) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            f"make = functools.partial(tune.Tuner)\nmake(TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (
            f"make = print\nmake = tune.Tuner\nmake(TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (f"getattr(tune, 'Tuner')(TorchTrainer(loop), {SPACE}).fit()\n", "RTM901"),
        (f"make = getattr(tune, 'Tuner')\nmake(TorchTrainer(loop), {SPACE}).fit()\n", "RTM901"),
        (
            f'importlib.import_module("ray.tune").Tuner(TorchTrainer(loop), {SPACE}).fit()\n',
            "RTM901",
        ),
        (
            'train = importlib.import_module("ray.train.torch")\n'
            f"tune.Tuner(train.TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (
            'tuning = importlib.import_module("ray.tune")\n'
            f"tuning.Tuner(TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (
            'home = importlib.import_module("ray")\n'
            f'getattr(home.tune, "Tuner")(TorchTrainer(loop), {SPACE}).fit()\n',
            "RTM901",
        ),
        (
            f"from ours import retry\n\nretry(tune.Tuner, TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (
            "class Own(tune.Tuner):\n    pass\n\n\n"
            f"Own(TorchTrainer(loop), param_space={SPACE}).fit()\n",
            "RTM901",
        ),
        ('tune.register_trainable("own", TorchTrainer(loop).as_trainable())\n', "RTM907"),
        ('tune.Experiment("own", run=TorchTrainer(loop).as_trainable())\n', "RTM907"),
        ('tune.run_experiments({"own": {"run": TorchTrainer(loop).as_trainable()}})\n', "RTM907"),
        (
            "class Own:\n    def __init__(self, trainer: TorchTrainer):\n"
            "        self.trainable = trainer.as_trainable()\n",
            "RTM907",
        ),
    ],
)
def test_a_trainer_comes_by_another_way(code: str, found: str) -> None:
    assert said(code) == [found]


def test_a_module_that_only_looks_ray_up() -> None:
    result = check_finding(
        """\
        from importlib import import_module

        tune = import_module("ray.tune")
        trainer = import_module("ray.train.torch").TorchTrainer(print)
        tune.Tuner(trainer).fit()
        """,
        (5, "RTM901"),
    )
    assert result.findings[0].reason == "The Tuner goes by another name here."


# The trainer's own config under the space


def test_a_space_that_the_trainer_is_given_too() -> None:
    """Train V1 laid what is sampled over the trainer's own dict."""
    code = (
        'space = {"lr": tune.uniform(0, 1), "epochs": 3}\n'
        "trainer = TorchTrainer(loop, train_loop_config=space)\n"
        'tune.Tuner(trainer, param_space={"train_loop_config": space}).fit()\n'
    )
    assert 'train_loop_config={**space, **config["train_loop_config"]}' in after(code)


def test_a_space_of_which_the_trainer_has_more() -> None:
    code = (
        'own = {"lr": tune.uniform(0, 1), "decay": tune.uniform(0, 1)}\n'
        "trainer = TorchTrainer(loop, train_loop_config=own)\n"
        f"tune.Tuner(trainer, param_space={SPACE}).fit()\n"
    )
    assert said(code) == ["RTM903"]


# Loops that hand over to code out of sight


@pytest.mark.parametrize(
    ("body", "starts"),
    [
        ('train.report({"loss": 1})', False),
        ("pass", False),
        ("fit(config)", True),
        ("registry = {1: fit}\n    registry[config['kind']](config)", True),
        ('if train.get_checkpoint():\n        pass\n    train.report({"loss": 1})', True),
    ],
)
def test_a_clone_goes_on_from_its_checkpoint(body: str, starts: bool) -> None:
    code = (
        f"def own(config):\n    {body}\n\n\n"
        f"mutations = {SPACE}\n"
        "scheduler = PopulationBasedTraining(hyperparam_mutations=mutations)\n"
        f"tune.Tuner(TorchTrainer(own), param_space={SPACE},"
        " tune_config=tune.TuneConfig(scheduler=scheduler)).fit()\n"
    )
    assert ("TorchTrainer( start_from_trial(own)," in after(code)) is starts


# Who starts Ray


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("ray.init()\n", "max_concurrent_trials("),
        ("", "max_concurrent_trials("),
        ("def main():\n    tuner = build()\n    ray.init()\n    tuner.fit()\n", "trial_resources("),
        ("class App:\n    def start(self):\n        ray.init()\n", "trial_resources("),
    ],
)
def test_nothing_starts_ray_before_the_script_does(start: str, limit: str) -> None:
    """To count what a cluster has starts Ray; shares of it are counted when trials start."""
    code = (
        f"{start}\n\ndef build():\n    return tune.Tuner(TorchTrainer(loop), param_space={SPACE})\n"
    )
    limits = ("max_concurrent_trials(", "trial_resources(")
    assert [one for one in limits if one in after(code)] == [limit]


# Functions and configs by way of a class


@pytest.mark.parametrize("method", ["Job.main", "Job().main", "Other.main"])
def test_a_train_loop_of_a_class(method: str) -> None:
    code = (
        "class Job:\n    @staticmethod\n    def main(config):\n"
        "        print(train.get_context().get_experiment_name())\n"
        '        train.report({"loss": config["lr"]})\n\n\n'
        "class Other(Job):\n    pass\n\n\n"
        f"tune.Tuner(TorchTrainer({method}), param_space={SPACE}).fit()\n"
    )
    assert "print(trial_info().experiment_name)" in after(code)


def test_a_method_by_its_class_alone_is_not_followed() -> None:
    """Its first argument is the object."""
    code = (
        "class Job:\n    def main(self, config):\n"
        "        print(train.get_context().get_experiment_name())\n\n\n"
        "run = Job.main\n"
        f"tune.Tuner(TorchTrainer(loop), param_space={SPACE}).fit()\n"
    )
    assert "train.get_context().get_experiment_name()" in after(code)


def test_a_run_of_a_trainer_that_a_method_builds() -> None:
    code = (
        "class Engine:\n    def trainer(self):\n        return TorchTrainer(loop)\n\n\n"
        "result = Engine().trainer().fit()\n"
        'print(result.config, result.metrics["training_iteration"])\n'
    )
    assert "result = fit_as_trial(Engine().trainer())" in after(code)


def test_a_run_config_that_others_put_into_an_object() -> None:
    code = (
        "class Study:\n    run_config = None\n\n    def run(self):\n"
        f"        return tune.Tuner(TorchTrainer(loop), param_space={SPACE},"
        ' run_config=self.run_config or tune.RunConfig(name="x")).fit()\n'
    )
    # However it is broken into lines.
    written = after(code).replace("( ", "(").replace(" )", ")")
    assert 'tune_run_config(self.run_config or tune.RunConfig(name="x"))' in written


@pytest.mark.parametrize(
    ("more", "doubted"),
    [
        ("", False),
        (", **options", True),
        (', run_config=tune.RunConfig(name="x"), **options', False),
    ],
)
def test_a_run_config_among_arguments_that_cannot_be_seen(more: str, doubted: bool) -> None:
    code = (
        f"def sweep(**options):\n    return tune.Tuner(TorchTrainer(loop), param_space={SPACE}"
        f"{more}).fit()\n"
    )
    (change,) = [one for one in migrated(HEAD + code).changes if one.code == "RTM101"]
    said = "The Tuner's arguments cannot all be seen: a RunConfig must be that of ray.tune."
    assert (said in change.notes) is doubted


# Trainers that only their annotation, or the container that they are in, tells to be some


@pytest.mark.parametrize(
    ("code", "trainer"),
    [
        (
            "models = [TorchTrainer(loop) for _ in range(2)]\nfor one in models:\n"
            "    tune.Tuner(one, tune_config=tune.TuneConfig(num_samples=3)).fit()\n",
            "one",
        ),
        (
            "models = {n: TorchTrainer(loop) for n in range(2)}\nfor one in models.values():\n"
            "    tune.Tuner(one, tune_config=tune.TuneConfig(num_samples=3)).fit()\n",
            "one",
        ),
        (
            "class Sweep:\n    base: TorchTrainer\n\n    def run(self, space):\n"
            "        return tune.Tuner(self.base, param_space=space).fit()\n",
            "self.base",
        ),
    ],
)
def test_what_may_be_a_trainer(code: str, trainer: str) -> None:
    assert f"tune.Tuner(driver_for({trainer})," in after(code).replace("( ", "(")


@pytest.mark.parametrize(
    "code",
    [
        "functions = [loop for _ in range(2)]\nfor one in functions:\n"
        "    tune.Tuner(one, tune_config=tune.TuneConfig(num_samples=3)).fit()\n",
        "class Sweep:\n    base: object\n    other: TorchTrainer\n\n    def run(self, space):\n"
        "        return tune.Tuner(self.base, param_space=space).fit()\n",
    ],
)
def test_what_is_no_trainer(code: str) -> None:
    assert "driver_for" not in after(code)


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        (
            "import importlib\n\n\n"
            "def sweep(kind, space):\n    build = importlib.import_module(kind).build\n"
            "    tune.Tuner(build(), param_space=space).fit()\n",
            ["RTM901"],
        ),
        (
            "import hydra.utils\n\n\n"
            "def sweep(config):\n    tune.Tuner(hydra.utils.instantiate(config.job)).fit()\n",
            ["RTM901"],
        ),
        (
            "def sweep(jobs, kind):\n    tune.Tuner(getattr(jobs, kind)(1)).fit()\n",
            ["RTM901"],
        ),
        (  # of a function: a trainer has no such key
            "import importlib\n\n\n"
            "def sweep(kind):\n    build = importlib.import_module(kind).build\n"
            '    tune.Tuner(build(), param_space={"lr": tune.uniform(0, 1)}).fit()\n',
            [],
        ),
    ],
)
def test_what_is_known_only_when_it_runs(code: str, findings: list[str]) -> None:
    assert said(code) == findings
