"""What a script makes of the results of a sweep, as statements that fill ``out``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composed.choices import Choices
    from composed.loops import Facts
    from composed.spelling import Names

_OPEN = """\
with {checkpoint}.as_directory() as folder:
    with open(os.path.join(folder, "state.json")) as file:
        out["{key}"] = json.load(file)"""
_OPEN_PATH = """\
with open(os.path.join({checkpoint}.path, "state.json")) as file:
    out["{key}"] = json.load(file)"""
_KEPT = """\
out["kept"] = []
for checkpoint, metrics in best.best_checkpoints:
    with checkpoint.as_directory() as folder:
        with open(os.path.join(folder, "state.json")) as file:
            out["kept"].append([json.load(file)["step"], metrics["step"]])"""
_OF_BEST = {
    "loss": 'out["loss"] = best.metrics["loss"]',
    "iteration": 'out["iteration"] = best.metrics["training_iteration"]',
    "lr": 'out["lr"] = best.config["train_loop_config"]["lr"]',
    "rows": 'out["rows"] = len(best.metrics_dataframe)',
    "losses": 'out["losses"] = list(best.metrics_dataframe["loss"])',
    "path": 'out["path"] = os.path.isdir(best.path)',
    "error": 'out["error"] = best.error is None',
    "lines": """\
with open(os.path.join(best.path, "result.json")) as file:
    out["lines"] = len(file.readlines())""",
    "params": """\
with open(os.path.join(best.path, "params.json")) as file:
    out["params"] = json.load(file)["train_loop_config"]["lr"]""",
    "workers": 'out["workers"] = str(best.config["scaling_config"]["num_workers"])',
}
_OF_GRID = {
    "count": 'out["count"] = len({grid})',
    "errors": 'out["errors"] = {grid}.num_errors',
    "failed": 'out["failed"] = [type(one).__name__ for one in {grid}.errors] != []',
    "ended": 'out["ended"] = {grid}.num_terminated',
    "frame": 'out["frame"] = sorted({grid}.get_dataframe()["loss"])',
    "column": 'out["column"] = sorted({grid}.get_dataframe()["config/train_loop_config/lr"])',
    "filtered": """\
frame = {grid}.get_dataframe(filter_metric="loss", filter_mode="min")
out["filtered"] = sorted(frame["loss"])""",
    "each": """\
out["each"] = []
for result in {grid}:
    if result.error:
        continue
    out["each"].append(result.metrics["loss"])
out["each"].sort()""",
    "first": 'out["first"] = {grid}[0].metrics["step"]',
    "configs": 'out["configs"] = sorted(str(one.config) for one in {grid})',
    "folder": 'out["folder"] = os.path.isdir({grid}.experiment_path)',
}


def readings(
    choices: Choices, names: Names, fact: Facts, grid: str, *, metric: bool, lr: bool
) -> list[str]:
    """Statements that read the ResultGrid ``grid``."""
    every = [one for one in _OF_GRID if lr or one != "column"]
    if fact.fails != "no" or fact.boosting:
        every.remove("first")  # a retry puts its trial behind the others
    some = choices.some("of all results", every, 0, 3)
    lines = [_OF_GRID[one].format(grid=grid) for one in some]
    if choices.whether("asks for the best result", 0.8):
        given = "" if metric and choices.whether("no metric again", 0.8) else None
        if given is None:
            given = choices.of(
                "metric of the best", **{'"loss", "min"': 1, 'metric="loss", mode="min"': 1}
            )
        kind = f": {names['Result']}" if choices.whether("annotated best result", 0.08) else ""
        lines.append(f"best{kind} = {grid}.get_best_result({given})")
        of_best = [
            one for one in _OF_BEST if one != "workers" and (lr or one not in ("lr", "params"))
        ]
        lines += [_OF_BEST[one] for one in choices.some("of the best", of_best, 1, 3)]
        lines += _checkpoint(choices, fact)
    if any("os.path" in one for one in lines):
        names.plain("os")
    names.plain("json")
    return lines


def _checkpoint(choices: Choices, fact: Facts) -> list[str]:
    if fact.checkpoints == "none" or not choices.whether("reads the best checkpoint", 0.7):
        return []
    if fact.old and choices.made.get("dict checkpoints", "yes") == "yes":
        return ['if best.checkpoint:\n    out["state"] = best.checkpoint.to_dict()']
    how = choices.of("of the checkpoint", directory=4, path=2, kept=1.5, by_metric=0.8, present=1)
    if how == "present":
        return ['out["saved"] = best.checkpoint is not None']
    if how == "kept":
        return [_KEPT]
    if how == "by_metric":
        head = 'chosen = best.get_best_checkpoint(metric="loss", mode="min")'
        return [head, _OPEN.format(checkpoint="chosen", key="state")]
    form = _OPEN if how == "directory" else _OPEN_PATH
    # A trial that was stopped early may have saved none.
    guarded = form.format(checkpoint="best.checkpoint", key="state")
    inner = "\n".join("    " + line for line in guarded.splitlines())
    return [f"if best.checkpoint:\n{inner}"]


_OF_ANALYSIS = {
    "count": 'out["count"] = len(analysis.trials)',
    "best_config": 'out["best_config"] = str(analysis.get_best_config(metric="loss", mode="min"))',
    "best_trial": """\
trial = analysis.get_best_trial("loss", "min")
out["best_trial"] = trial.last_result["loss"]""",
    "frame": 'out["frame"] = sorted(analysis.dataframe(metric="loss", mode="min")["loss"])',
    "frames": 'out["frames"] = sorted(map(len, analysis.trial_dataframes.values()))',
    "results": 'out["results"] = sorted(analysis.results_df["loss"])',
}


def of_analysis(choices: Choices, names: Names) -> list[str]:
    """Statements that read what ``tune.run`` returns."""
    names.plain("json")
    return [_OF_ANALYSIS[one] for one in choices.some("of the analysis", list(_OF_ANALYSIS), 1, 4)]
