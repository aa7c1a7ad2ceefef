import pytest

from huiyin.policy.load import load_default
from huiyin.policy.schema import Policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_default()
