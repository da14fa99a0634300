"""Let the helper's assertions show what differs."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("migrating")
