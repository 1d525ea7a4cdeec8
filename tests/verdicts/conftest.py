import pandas as pd
import pytest

from samb.verdicts.evidence import COLUMNS, Evidence
from tests.verdicts.tables import Row


@pytest.fixture
def evidence():
    def make(*parts: list[Row], unit: str = "group", **facts: object) -> Evidence:
        rows = [row for part in parts for row in part]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        return Evidence("here", unit, table, **facts)  # type: ignore[arg-type] # of the test

    return make
