"""Documents and doctests: their blocks are migrated as a reader runs them, and all else stays."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from containing import OLD_RAY, OPTIONS, after, migrate_document, said

from raytune_migrate.outcome import Status
from raytune_migrate.settings.options import Docs

SWEEP = """\
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer
from sweeps import train_loop

trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=1))
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}})"""
NEW_SWEEP = """\
from ray import tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import (
    TuneReportCallback,
    max_concurrent_trials,
    start_from_trial,
    trial_run,
)
from sweeps import train_loop


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        start_from_trial(train_loop),
        train_loop_config=config["train_loop_config"],
        scaling_config=ScalingConfig(num_workers=1),
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
    tune_config=tune.TuneConfig(
        max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=1))
    ),
)"""
UNREAD = "RTM913"


def inset(code: str, prefix: str) -> str:
    """Code behind a prefix, whose white space ends where a line has nothing else."""
    return "\n".join(f"{prefix}{line}".rstrip() for line in code.split("\n"))


def shell(code: str, indent: str = "") -> str:
    """Code behind prompts, as a person pastes it: without the blank lines between statements."""
    lines = []
    for line in code.split("\n"):
        goes_on = line.startswith((" ", ")"))
        if line:
            lines.append(f"{indent}{'...' if goes_on else '>>>'} {line}")
        elif lines and lines[-1].startswith(f"{indent}...     "):
            lines.append(f"{indent}...")
    return "\n".join(lines)


def check(before: str, expected: str, *findings: str, suffix: str = ".md") -> None:
    """A document becomes another, once."""
    outcome = migrate_document(before, suffix)
    text = after(outcome)
    assert text == expected
    assert said(outcome) == list(findings)
    assert after(migrate_document(text, suffix)) == text, "a second run changes it again"
    crlf = after(migrate_document(before.replace("\n", "\r\n"), suffix))
    assert crlf == expected.replace("\n", "\r\n")


def check_left(text: str, *findings: str, suffix: str = ".md") -> None:
    """A document stays byte for byte."""
    outcome = migrate_document(text, suffix)
    assert outcome.after in (None, text.encode()), outcome.reason
    assert outcome.status is (Status.SKIPPED if findings else Status.UNCHANGED), outcome.reason
    assert said(outcome) == list(findings)


# Left as they are


def test_a_document_is_not_looked_into_without_being_asked() -> None:
    outcome = migrate_document("# Notes\n", ".md", replace(OPTIONS, docs=Docs.LEAVE))
    assert (outcome.status, outcome.reason) == (
        Status.FAILED,
        "is a document; run with --docs to migrate the Python code in it",
    )


@pytest.mark.parametrize(
    "text",
    [
        "No code, but from ray.train import RunConfig.\n",
        f"```\n{SWEEP}\n```\n",
        f"```text\n{SWEEP}\n```\n",
        f"```bash\n{SWEEP}\n```\n",
        f"```python-repl\n{SWEEP}\n```\n",
        f"{inset(SWEEP, '    ')}\n",
        f"````markdown\n```python\n{SWEEP}\n```\n````\n",
        f"~~~text\n```python\n{SWEEP}\n```\n~~~\n",
        "```python\nimport ray\n\nray.train\n```\n",
        "```python\ntune.Tuner(trainer)\n```\n",
    ],
)
def test_markdown_without_a_sweep_in_python(text: str) -> None:
    check_left(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Example::\n\n{inset(SWEEP, '    ')}\n",
        f".. code-block:: bash\n\n{inset(SWEEP, '    ')}\n",
        f".. code-block::\n\n{inset(SWEEP, '    ')}\n",
        f".. note::\n\n{inset(SWEEP, '    ')}\n",
        f".. testoutput::\n\n{inset(SWEEP, '    ')}\n",
    ],
)
def test_rst_without_a_sweep_in_python(text: str) -> None:
    check_left(text, suffix=".rst")


def test_a_file_that_asks_to_be_skipped() -> None:
    outcome = migrate_document(f"```python\n# raytune-migrate: skip-file\n{SWEEP}\n```\n", ".md")
    assert outcome.status is Status.SKIPPED


def test_a_block_that_cannot_be_read() -> None:
    check_left("Text\n\n```python\ntune.Tuner(trainer=ray, ...)\n```\n", f"4: {UNREAD}")
    check_left("import ray.train\n\n```python\nf(a=1, ...)\n```\n")


def test_lines_that_end_in_a_carriage_return_alone() -> None:
    outcome = migrate_document(f"{shell(SWEEP)}\n".replace("\n", "\r"), ".rst")
    assert (outcome.status, outcome.reason) == (
        Status.FAILED,
        "has lines that end in a carriage return alone; convert them, run again",
    )


# Markdown


@pytest.mark.parametrize("info", ["python", "py", "python3", "Python", "{.python .n}", "{python}"])
@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_fences(info: str, fence: str) -> None:
    text = "# A `sweep`\n\n{0}{1}\n{2}\n{0}\n\nBehind it.\n"
    check(text.format(fence, info, SWEEP), text.format(fence, info, NEW_SWEEP))


@pytest.mark.parametrize(
    ("opening", "prefix"),
    [
        ("  ", "  "),
        ("- ", "  "),
        ("1. ", "   "),
        ("> ", "> "),
        (">", ">"),
        ("> - ", ">   "),
        ("  ", "      "),
        ("\t", "\t"),
    ],
)
def test_fences_in_lists_and_quotes(opening: str, prefix: str) -> None:
    text = "{0}```python\n{1}\n{2}```\n"
    end = prefix if opening != "  " else opening
    check(
        text.format(opening, inset(SWEEP, prefix), end),
        text.format(opening, inset(NEW_SWEEP, prefix), end),
    )


def test_blocks_go_on_with_the_one_that_imports_ray() -> None:
    imports, code = SWEEP.split("\n\n")
    trainer, tuner = code.split("\n")
    new_imports, rest = NEW_SWEEP.split("\n\n\n", 1)
    new_driver, new_tuner = rest.split("\n\n\n")
    text = "```python\n{}\n```\nText.\n```py\n{}\n```\n```sh\nls\n```\n```python\n{}\n```\n"
    check(text.format(imports, trainer, tuner), text.format(new_imports, new_driver, new_tuner))


def test_a_block_that_imports_ray_and_reads_the_one_before_goes_on_with_it() -> None:
    torch = "from ray.train.torch import TorchTrainer\n\n"
    text = "```python\n{}trainer = TorchTrainer(train_loop)\n```\n```python\n{}\n```\n"
    outcome = migrate_document(
        text.format(torch, "from ray import tune\n\ntune.Tuner(trainer)"), ".md"
    )
    assert "tune.Tuner(\n    train_driver_fn," in after(outcome)


OWN_IMPORTS = """\
```python
from ray.train import CheckpointConfig
from ray.train.torch import TorchTrainer

checkpoints = CheckpointConfig(num_to_keep=1)


def make(config):
    return TorchTrainer(loop, scaling_config=config)
```

On one machine:

```python
{}

make(ScalingConfig(num_workers=2)).fit()
```

On others:

```python
{}

make(ScalingConfig(num_workers=4)).fit()
```
"""


def test_what_a_block_imports_itself_it_goes_on_to_import() -> None:
    old = "from ray.air.config import SAMPLE, ScalingConfig"
    new = "from ray.air.config import SAMPLE\nfrom ray.train import ScalingConfig"
    check(OWN_IMPORTS.format(old, old), OWN_IMPORTS.format(new, new))


def test_two_scripts_of_one_document_do_not_know_each_other() -> None:
    text = "```python\n{0}\n```\n\nAnd again:\n\n```python\n{0}\n```\n"
    check(text.format(SWEEP), text.format(NEW_SWEEP))


def test_the_flag_goes_into_each_script() -> None:
    flag = 'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
    outcome = migrate_document(
        f"```python\n{SWEEP}\n```\n```python\n{SWEEP}\n```\n", ".md", OLD_RAY
    )
    assert after(outcome).count(flag) == 2


def test_options_of_a_myst_directive_stay() -> None:
    text = "```{{code-block}} python\n:linenos:\n\n{}\n```\n"
    check(text.format(SWEEP), text.format(NEW_SWEEP))


def test_magics_of_a_notebook_in_markdown_stay() -> None:
    text = "```{{code-cell}} ipython3\n%matplotlib inline\n{}\n%time tuner.fit()\n```\n"
    check(text.format(SWEEP), text.format(NEW_SWEEP))


def test_a_fence_that_the_end_of_the_file_closes() -> None:
    check(f"```python\n{SWEEP}", f"```python\n{NEW_SWEEP}")


def test_places_are_those_of_the_file() -> None:
    outcome = migrate_document(f"Text.\n\n- ```python\n{inset(SWEEP, '  ')}\n  ```\n", ".md")
    assert outcome.migration is not None
    places = {(one.place.line, one.place.column) for one in outcome.migration.changes}
    assert places == {(10, 11)}


def test_findings_move_with_what_is_written_above_them() -> None:
    text = f"```python\n{SWEEP}\n```\n\n```python\nray(a=1, ...)\n```\n"
    outcome = migrate_document(text, ".md")
    assert said(outcome) == [f"12: {UNREAD}"]
    (line,) = [int(one.split(":")[0]) for one in said(outcome, remaining=True)]
    assert after(outcome).splitlines()[line - 1] == "ray(a=1, ...)"


# RST


@pytest.mark.parametrize(
    "directive",
    [
        ".. code-block:: python",
        ".. code:: python3",
        ".. sourcecode:: py",
        ".. testcode::",
        ".. testcode:: sweep",
        ".. code-block:: python\n   :linenos:\n   :caption: a sweep",
    ],
)
def test_directives(directive: str) -> None:
    text = "Sweep\n=====\n\n{}\n\n{}\n\n.. note::\n\n   Text.\n"
    check(
        text.format(directive, inset(SWEEP, "   ")),
        text.format(directive, inset(NEW_SWEEP, "   ")),
        suffix=".rst",
    )


def test_a_directive_in_a_list_and_at_the_end() -> None:
    text = "* Item\n\n  .. code-block:: python\n\n{}"
    check(
        text.format(inset(SWEEP, "      ")), text.format(inset(NEW_SWEEP, "      ")), suffix=".rst"
    )


# Examples


@pytest.mark.parametrize(
    ("head", "end", "suffix"),
    [
        ("```pycon\n", "```\n", ".md"),
        ("```python\n", "```\n", ".md"),
        ("Text.\n\n", "\nText.\n", ".md"),
        ("Text.\n\n", "\nText.\n", ".rst"),
        (".. code-block:: pycon\n\n", "\nText.\n", ".rst"),
        (".. doctest::\n\n", "\nText.\n", ".rst"),
    ],
)
def test_examples_keep_their_prompts_and_what_they_print(head: str, end: str, suffix: str) -> None:
    indent = "   " if head.startswith("..") else ""
    imports, code = SWEEP.split("\n\n")
    trainer, tuner = code.split("\n")
    new_imports, rest = NEW_SWEEP.split("\n\n\n", 1)
    new_driver, new_tuner = rest.split("\n\n\n")
    loop = "{i}>>> for i in range(1):\n{i}...     i\n{i}...\n{i}0\n"
    text = f"{{head}}{{0}}\n{{i}}>>> 1 + 1\n{{i}}2\n{{1}}\n{loop}{{2}}\n{{end}}"

    def filled(*pieces: str) -> str:
        return text.format(*(shell(one, indent) for one in pieces), head=head, end=end, i=indent)

    # A shell needs the line that ends a definition.
    after_it = filled(new_imports, f"{new_driver}\n\n", new_tuner)
    check(filled(imports, trainer, tuner), after_it, suffix=suffix)


def test_a_prompt_without_code_stays() -> None:
    imports, code = SWEEP.split("\n\n")
    outcome = migrate_document(f"{shell(imports)}\n>>>\n{shell(code)}\n>>>\n", ".rst")
    new_imports, rest = NEW_SWEEP.split("\n\n\n", 1)
    assert after(outcome) == f"{shell(new_imports)}\n>>>\n{shell(rest)}\n>>>\n"


def test_a_prompt_without_code_below_a_definition_stays() -> None:
    example = """\
>>> from ray import train
>>> from ray.train.torch import TorchTrainer
>>> from {0} import ScalingConfig
>>>
>>> def train_loop(config):
...     train.report({{"loss": 1}})
>>>
>>> trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig())
"""
    check(example.format("ray.air"), example.format("ray.train"), suffix=".rst")


def test_the_flag_in_an_example_prints_nothing() -> None:
    outcome = migrate_document(f"{shell(SWEEP)}\n", ".rst", OLD_RAY)
    assert after(outcome).startswith(
        '>>> import os\n>>> _ = os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
        "  # before Ray is imported\n>>> from ray import tune\n"
    )


MODULE = '''\
"""Sweeps.

{0}
>>> tuner
<Tuner>
"""

from ray import train, tune
from ray.train import {1}
from ray.train.torch import TorchTrainer
{2}

def sweep(train_loop):
    """Run it.

    {3}
    """
{4}
'''
CODE = """\
    trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=1))
    return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}})"""


def test_examples_in_docstrings_of_a_module_that_is_migrated_itself() -> None:
    before = MODULE.format(shell(SWEEP), "ScalingConfig", "", shell(SWEEP, "    ").lstrip(), CODE)
    outcome = migrate_document(before, ".py")
    text = after(outcome)
    head, body = text.split("\nfrom ray import train, tune\n")
    assert head == f'"""Sweeps.\n\n{shell(NEW_SWEEP)}\n>>> tuner\n<Tuner>\n"""\n'
    assert f'    """Run it.\n\n{shell(NEW_SWEEP, "    ")}\n    """\n' in body
    assert "    def train_driver_fn(config: dict):\n        trainer = TorchTrainer(" in body
    assert after(migrate_document(text, ".py")) == text
    assert outcome.migration is not None
    lines = before.splitlines()
    places = [one.place for one in outcome.migration.changes if one.code == "RTM101"]
    assert ["tune.Tuner" in lines[one.line - 1] for one in places] == [True] * 3


def test_examples_in_docstrings_are_left_without_docs() -> None:
    before = f'"""Sweeps.\n\n{shell(SWEEP)}\n"""\n'
    outcome = migrate_document(before, ".py", replace(OPTIONS, docs=Docs.LEAVE))
    assert outcome.status is Status.UNCHANGED
    assert f'"""Sweeps.\n\n{shell(NEW_SWEEP)}\n"""\n' == after(migrate_document(before, ".py"))


def test_a_docstring_does_not_go_on_with_another() -> None:
    imports, code = SWEEP.split("\n\n")
    text = dedent(
        '''\
        def one():
            """One.

            {}
            """


        def two(trainer):
            """Two.

            {}
            """
        '''
    )
    before = text.format(shell(imports, "    ").lstrip(), shell(code, "    ").lstrip())
    assert after(migrate_document(before, ".py")) == before
