"""What Ray has moved since Ray 2.0: whole modules, and objects of modules that went."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEARCH = "ray.tune.search"
_SUGGEST = "ray.tune.suggest"  # what it was called in Ray 1
_LOGGERS = {
    "comet": "CometLoggerCallback",
    "mlflow": "MLflowLoggerCallback",
    "wandb": "WandbLoggerCallback",
}
# What Ray Data has of the modules that Ray AIR had it in; of their Arrow types, these still have a
# stub each.
_EXTENSIONS = {
    "tensor_extensions.pandas": (
        "TensorArray",
        "TensorArrayElement",
        "TensorDtype",
        "column_needs_tensor_extension",
    ),
    "tensor_extensions.arrow": (
        "ArrowConversionError",
        "ArrowTensorArray",
        "ArrowVariableShapedTensorArray",
    ),
    "object_extensions.arrow": (
        "ArrowPythonObjectArray",
        "ArrowPythonObjectScalar",
    ),
    "object_extensions.pandas": ("PythonObjectArray", "PythonObjectDtype"),
}
# The old path of a module or of an object, and where it is in every Ray that has Train V2. None of
# the old paths lies below another.
MOVED: Mapping[str, str] = {
    **{
        f"{_SUGGEST}.{name}": f"{_SEARCH}.{name}"
        for name in (
            # modules
            "ax",
            "basic_variant",
            "bayesopt",
            "bohb",
            "hebo",
            "hyperopt",
            "nevergrad",
            "optuna",
            "repeater",
            "search_generator",
            "util",
            "variant_generator",
            "zoopt",
            # what the package itself has
            "BasicVariantGenerator",
            "ConcurrencyLimiter",
            "Repeater",
            "SearchAlgorithm",
            "SearchGenerator",
            "Searcher",
            "create_searcher",
            "grid_search",
        )
    },
    f"{_SUGGEST}.search": _SEARCH,
    f"{_SUGGEST}.suggestion": _SEARCH,
    "ray.tune.sample": f"{_SEARCH}.sample",
    "ray.tune.trial": "ray.tune.experiment.trial",
    **{
        f"ray.air.util.{home}.{name}": f"ray.data.extensions.{name}"
        for home, names in _EXTENSIONS.items()
        for name in names
    },
    **{f"ray.air.callbacks.{name}": f"ray.air.integrations.{name}" for name in _LOGGERS},
    **{
        f"ray.tune.integration.{name}.{callback}": f"ray.air.integrations.{name}.{callback}"
        for name, callback in _LOGGERS.items()
    },
}
# Of Ray 2.0 to 2.3; ReportCheckpointCallback came after it.
KERAS_CALLBACKS = ("ray.air.integrations.keras.Callback", "ray.air.callbacks.keras.Callback")


def new_home(written: str) -> str | None:
    """The path now of what lay at a path that Ray has moved, or below one."""
    parts = written.split(".")
    for end in range(3, len(parts) + 1):
        home = MOVED.get(".".join(parts[:end]))
        if home is not None:
            return ".".join((home, *parts[end:]))
    return None
