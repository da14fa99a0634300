"""A planned sweep as code: the driver function, the Tuner, the configs, and edits in workers."""
