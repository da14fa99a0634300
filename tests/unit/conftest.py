"""Let the assertions in migrating.py show what differs."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("migrating")
