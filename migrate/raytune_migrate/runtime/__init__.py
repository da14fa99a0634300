"""Where a project has the runtime, and what that means for what is written and said."""
