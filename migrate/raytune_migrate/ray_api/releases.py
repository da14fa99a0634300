"""The releases of Ray with which something changed."""

from __future__ import annotations

V2_BY_DEFAULT = "2.51"  # the first release whose ray.train is V2 unless told otherwise
REPORTS_TAKE_A_DICT = "2.7"  # before, ray.tune.report() took metrics by their names
RUNTIME_NEEDS = "2.43"  # the oldest release that rewritten code runs on
WORKERS_END_WITH_TRIAL = "2.53"  # before, their placement group outlived a trial that was stopped
LIGHTGBM_NEEDS_NORMALIZING = "2.56"  # from then on Ray Data has columns that it does not take
MLFLOW_KNOWS_V2 = "2.53"
