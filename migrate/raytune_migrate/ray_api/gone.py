"""What Ray has under no path any more, and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import DATASET_CONFIGS
from raytune_migrate.ray_api.moved import KERAS_CALLBACKS
from raytune_migrate.ray_api.paths import public_name
from raytune_migrate.ray_api.session import CONTEXT_METHODS, TRIAL_FACTS
from raytune_migrate.ray_api.start import FLAG
from raytune_migrate.ray_api.trainers import STANDING_V1_TRAINERS, TRAINERS, WRITE_A_LOOP

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREDICT = "Predict with Ray Data: load the model in a class, and give that to map_batches()."
_SERVE = "Load the model in the constructor of a class that serve.deployment() is given."
_CHECKPOINT_DIRECTORY = "Use ray.train.Checkpoint, and load the model from its directory."
_FIRST_TRAIN = "Rewrite this for the trainers of ray.train: it is older than Ray 2."
_OWN_CODE = "Take what you need of it into your own code."
_EXTENSIONS = "Import it from ray.data.extensions, where that has it."


def _logger(callback: str) -> str:
    return f"Give the callbacks of the RunConfig {callback}() of ray.tune.logger."


# What Ray no longer has under any path, modules whole, and what to do instead. Most of it was gone
# before Train V2 came; the predictors went with Ray 2.56 to 2.60.
GONE_NAMES: Mapping[str, str] = {
    **{
        name: one.way_out
        for name, one in TRAINERS.items()
        if one.way_out is not None and name not in STANDING_V1_TRAINERS
    },
    "ray.train.batch_predictor": _PREDICT,
    "ray.train.predictor": _PREDICT,
    **{
        f"ray.train.{name}": _PREDICT
        for library, names in {
            "torch": ("TorchPredictor", "TorchDetectionPredictor"),
            "tensorflow": ("TensorflowPredictor",),
            "xgboost": ("XGBoostPredictor",),
            "lightgbm": ("LightGBMPredictor",),
            "huggingface": ("HuggingFacePredictor", "TransformersPredictor"),
            "lightning": ("LightningPredictor",),
        }.items()
        for name in (
            *(f"{library}.{one}" for one in names),
            f"{library}.{library}_predictor",
        )
    },
    "ray.train.torch.torch_detection_predictor": _PREDICT,
    "ray.air.batch_predictor": _PREDICT,
    "ray.air.predictors": _PREDICT,
    "ray.train.huggingface.transformers.TransformersPredictor": _PREDICT,
    "ray.train.huggingface.transformers.transformers_predictor": _PREDICT,
    "ray.train.huggingface.huggingface_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.huggingface_trainer": WRITE_A_LOOP,
    "ray.train.huggingface.transformers.TransformersCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.transformers.transformers_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.transformers.transformers_trainer": WRITE_A_LOOP,
    "ray.train.lightning.lightning_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.HuggingFaceCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.TransformersCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.lightning.LightningCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.lightning.LightningConfigBuilder": WRITE_A_LOOP,
    "ray.train.lightning.lightning_trainer": WRITE_A_LOOP,
    "ray.train.huggingface.accelerate": WRITE_A_LOOP,
    "ray.train.gbdt_trainer": "Use the trainer of ray.train.xgboost or ray.train.lightgbm.",
    "ray.train.sklearn": "Fit the estimator in a function, and give the Tuner that.",
    "ray.train.rl": "Use RLlib's algorithm directly.",
    "ray.train.mosaic": WRITE_A_LOOP,
    "ray.train.util": _OWN_CODE,
    "ray.train.torch.TorchWorkerProfiler": "Use torch.profiler itself.",
    "ray.train.checkpoint": "Use ray.train.CheckpointConfig.",
    # The module is still there, but empty: its import does not fail.
    **{
        f"ray.train.session.{name}": f"{ask} in a train loop, and ray.tune's in a Tune function."
        for ask, names in {
            "Call ray.train's": ("report", "get_checkpoint", "get_dataset_shard"),
            "Ask ray.train.get_context()": (*CONTEXT_METHODS, *TRIAL_FACTS),
        }.items()
        for name in sorted(names)
    },
    "ray.train.TrainingIterator": "Report from the train loop; fit() runs it to its end.",
    **dict.fromkeys(DATASET_CONFIGS, "Use ray.train.DataConfig."),
    "ray.air.callbacks": "Import it from ray.air.integrations.",
    **dict.fromkeys(
        (
            *(
                f"ray.tune.integration.{name}"
                for name in ("horovod", "mxnet", "tensorflow", "torch")
            ),
            "ray.tune.trainable.DistributedTrainable",
        ),
        "Give the Tuner a function that runs a trainer of ray.train.",
    ),
    "ray.tune.integration.comet": "Use CometLoggerCallback of ray.air.integrations.comet.",
    **dict.fromkeys(
        KERAS_CALLBACKS,
        "Use ReportCheckpointCallback of ray.train.tensorflow.keras: its checkpoint_on and"
        " report_metrics_on are what on and frequency were.",
    ),
    "ray.tune.integration.mlflow": (
        "Use MLflowLoggerCallback or setup_mlflow() of ray.air.integrations.mlflow."
    ),
    "ray.tune.integration.wandb": (
        "Use WandbLoggerCallback or setup_wandb() of ray.air.integrations.wandb."
    ),
    **dict.fromkeys(
        ("ray.util.horovod", "ray.util.lightgbm", "ray.util.sgd", "ray.util.xgboost"),
        "Rewrite this for the trainers of ray.train: it is older than Ray 2.",
    ),
    **dict.fromkeys(
        ("ray.tune.checkpoint_dir", "ray.tune.save_checkpoint"),
        "Give ray.tune.report() a ray.tune.Checkpoint of a directory that the function writes.",
    ),
    "ray.tune.load_checkpoint": "Read what ray.tune.get_checkpoint() gives.",
    **{
        f"ray.tune.{name}": f"Call ray.tune.get_context().{name}()."
        for name in ("get_trial_dir", "get_trial_id", "get_trial_name", "get_trial_resources")
    },
    "ray.tune.is_session_enabled": "Ask whether ray.tune.get_context().get_trial_id() is None.",
    "ray.tune.track": "Call ray.tune.report() instead.",
    **dict.fromkeys(
        (
            "ray.tune.Analysis",
            "ray.tune.analysis.Analysis",
            "ray.tune.analysis.experiment_analysis.Analysis",
        ),
        "Use ray.tune.ExperimentAnalysis.",
    ),
    "ray.tune.EarlyStopping": "Use a stopper of ray.tune.stopper.",
    "ray.tune.sample": "Import it from ray.tune.search.sample.",
    "ray.tune.suggest": "Import it from ray.tune.search.",
    "ray.tune.session": "Call ray.tune.report() and ray.tune.get_context() instead.",
    "ray.tune.trainable.session": "Call ray.tune.report() and ray.tune.get_context() instead.",
    **{
        f"ray.tune.{name}": "It was an inside of Tune: use what ray.tune itself has."
        for name in (
            "automl",
            "checkpoint_manager",
            "cluster_info",
            "config_parser",
            "execution.checkpoint_manager",
            "execution.ray_trial_executor",
            "execution.trial_runner",
            "experimental.output.AirResultCallbackWrapper",
            "experimental.output.AirResultProgressCallback",
            "experimental.output.TrainResultProgressCallback",
            "experimental.output.TuneResultProgressCallback",
            "experimental.output.TuneRichReporter",
            "function_runner",
            "impl.test_utils",
            "insufficient_resources_manager",
            "ray_trial_executor",
            "scripts",
            "trainable.FuncCheckpointUtil",
            "trainable.Session",
            "trainable.TrainableUtil",
            "trainable.function_trainable.FuncCheckpointUtil",
            "trainable.util.PlacementGroupUtil",
            "trainable.util.TrainableUtil",
            "trial_executor",
            "trial_runner",
            "utils.file_transfer.delete_on_node",
            "utils.node",
            "utils.trainable",
            "web_server",
        )
    },
    **{
        f"ray.tune.{name}": "Give the RunConfig of the Tuner a storage_path."
        for name in (
            "DurableTrainable",
            "cloud",
            "durable",
            "durable_trainable",
            "integration.docker",
            "integration.kubernetes",
            "sync_client",
        )
    },
    "ray.tune.trial": "Import it from ray.tune.experiment.trial.",
    **{
        f"ray.tune.logger.{name}": way_out
        for names, way_out in (
            (("CSVLogger", "csv.CSVLogger"), _logger("CSVLoggerCallback")),
            (("JsonLogger", "json.JsonLogger"), _logger("JsonLoggerCallback")),
            (("TBXLogger", "tensorboardx.TBXLogger"), _logger("TBXLoggerCallback")),
            (
                ("DEFAULT_LOGGERS", "UnifiedLogger", "unified"),
                "Leave it out: Tune itself writes CSV and JSON files, and logs to TensorBoard.",
            ),
            (
                ("LegacyLoggerCallback", "Logger", "NoopLogger", "noop"),
                "Derive from LoggerCallback of ray.tune.logger.",
            ),
            (
                ("logger.LegacyLoggerCallback", "logger.Logger"),
                "Derive from LoggerCallback of ray.tune.logger.",
            ),
        )
        for name in names
    },
    **{
        f"ray.tune.syncer.{name}": (
            "Give the RunConfig of the Tuner a storage_path, and for a store of your own a"
            " storage_filesystem."
        )
        for name in (
            "CloudSyncer",
            "NodeSyncer",
            "Syncer",
            "SyncerCallback",
            "detect_cluster_syncer",
            "get_cloud_syncer",
            "get_node_syncer",
            "get_node_to_storage_syncer",
            "wait_for_sync",
        )
    },
    "ray.tune.sklearn": "Fit the estimator in a function, and give the Tuner that.",
    "ray.tune.utils.placement_groups": "Use ray.tune.PlacementGroupFactory.",
    **{
        f"ray.tune.{home}.{name}": way_out
        for home in ("search", "suggest")
        for name, way_out in {
            "flaml": "Use the searchers of the package flaml itself.",
            **dict.fromkeys(
                ("dragonfly", "sigopt", "skopt"),
                "Use another searcher, such as ray.tune.search.optuna's.",
            ),
        }.items()
    },
    **dict.fromkeys(
        ("ray.data.preprocessors.BatchMapper", "ray.data.preprocessors.batch_mapper"),
        "Give its function to map_batches() of the datasets.",
    ),
    "ray.data.datasource.SimpleTensorFlowDatasource": "Use ray.data.from_tf().",
    "ray.data.datasource.SimpleTorchDatasource": "Use ray.data.from_torch().",
    **{f"ray.serve.{name}": _SERVE for name in ("PredictorDeployment", "air_integrations")},
    "ray.serve.http_adapters": "Read the request in the deployment itself.",
    **{
        f"ray.air.{name}": _OWN_CODE
        for name in (
            "_internal.checkpoint_manager",
            "_internal.checkpointing",
            "_internal.remote_storage",
            "_internal.session",
            "_internal.torch_utils.convert_ndarray_batch_to_torch_tensor_batch",
            "_internal.torch_utils.convert_ndarray_to_torch_tensor",
            "_internal.torch_utils.convert_pandas_to_torch_tensor",
            "_internal.util.find_free_port",
            "util.check_ingest",
            "util.torch_dist",
        )
    },
    "ray.air._internal.torch_utils.get_device": "Use ray.train.torch.get_device.",
    **dict.fromkeys(
        (
            "ray.air.util.object_extensions.arrow.object_extension_type_allowed",
            "ray.air.util.object_extensions.pandas",
            "ray.air.util.tensor_extensions.pandas",
            "ray.air.util.tensor_extensions.utils",
            *(
                f"ray.air.util.tensor_extensions.arrow.{name}"
                for name in (
                    "ArrowTensorScalar",
                    "convert_list_to_pyarrow_array",
                    "convert_to_pyarrow_array",
                    "get_arrow_extension_fixed_shape_tensor_types",
                    "get_arrow_extension_tensor_types",
                    "get_arrow_extension_variable_shape_tensor_types",
                    "pyarrow_table_from_pydict",
                )
            ),
        ),
        _EXTENSIONS,
    ),
    **{
        f"ray.train.{name}": _OWN_CODE
        for name in (
            "_internal.checkpoint.CheckpointManager",
            "_internal.checkpoint.TuneCheckpointManager",
            "_internal.dataset_spec",
            "_internal.dl_predictor.DLPredictor",
            "_internal.session.TrainingResult",
            "_internal.session.TrainingResultType",
            "_internal.utils.construct_path",
        )
    },
    **{
        f"ray.tune.integration.{name}.TuneCallback": (
            f"Derive from TuneReportCheckpointCallback of ray.tune.integration.{name}."
        )
        for name in ("lightgbm", "xgboost")
    },
    "ray.air.Checkpoint": "Use ray.train.Checkpoint.",
    "ray.air.checkpoint": "Use ray.train.Checkpoint.",
    **{
        f"ray.train.{name}": _FIRST_TRAIN
        for name in (
            "Trainer",
            "trainer.Trainer",
            "TrainingCallback",
            "callbacks",
            "accelerator",
            "load_checkpoint",
            "local_rank",
            "save_checkpoint",
            "session.load_checkpoint",
            "session.local_rank",
            "session.save_checkpoint",
            "session.world_rank",
            "session.world_size",
            "torch.TorchAccelerator",
            "train_loop_utils",
            "CheckpointStrategy",
            "worker_group",
            "world_rank",
            "world_size",
        )
    },
}


# Classes of which a stub is left, which raises when it is called: up to Ray 2.9 they reported
# without a checkpoint.
STUBS: Mapping[str, str] = {
    f"ray.tune.integration.{library}.TuneReportCallback": (
        f"Use TuneReportCheckpointCallback of ray.tune.integration.{library}, with frequency=0 and"
        " checkpoint_at_end=False."
    )
    for library in ("lightgbm", "xgboost")
}
# Environment variables for which Tune raises if they are set.
GONE_VARIABLES = ("TUNE_RESULT_DIR", "RAY_AIR_LOCAL_CACHE_DIR")
# Those that Train V1 alone reads, and what there is for them.
IDLE_VARIABLES: Mapping[str, str] = {
    "TRAIN_ENABLE_WORKER_SPREAD": 'Give the ScalingConfig placement_strategy="SPREAD" instead.',
    "TRAIN_PLACEMENT_GROUP_TIMEOUT_S": (
        "Set RAY_TRAIN_WORKER_GROUP_START_TIMEOUT_S, after which Train V2 asks for workers anew."
    ),
}
# All environment variables that rules look for.
VARIABLES = (FLAG, *GONE_VARIABLES, *IDLE_VARIABLES)
# What ``tune.run`` takes no longer as its ``resume``.
GONE_RESUMES: Mapping[str, str] = {
    "ERRORED_ONLY": (
        "Give it resume_config, a ray.tune.ResumeConfig that skips unfinished trials and resumes"
        " errored ones."
    ),
    **dict.fromkeys(("LOCAL", "REMOTE"), 'Give it "AUTO", or True.'),
    "PROMPT": 'Give it "AUTO", or True where the experiment is known to be there.',
}


def gone_name(written: str) -> str | None:
    """The entry of ``GONE_NAMES`` that a dotted name is, or lies below."""
    for name in (public_name(written), written):
        parts = name.split(".")
        heads = (".".join(parts[:end]) for end in range(len(parts), 1, -1))
        found = next((one for one in heads if one in GONE_NAMES), None)
        if found is not None:
            return found
    return None


def is_gone(written: str) -> bool:
    """Whether no release of Ray with Train V2 by default has this name any more."""
    return gone_name(written) is not None
