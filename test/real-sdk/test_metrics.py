"""What the host says in OpenMetrics, read by the parser that Prometheus' own Python client has for it."""

import requests
from conftest import ADMIN_KEY, URL
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def test_metrics_are_openmetrics():
    answer = requests.get(f"{URL}/metrics", headers={"Authorization": f"Bearer {ADMIN_KEY}"}, timeout=30)
    assert answer.status_code == 200
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert families["kili_edge_runs"].type == "counter"
    assert families["kili_edge_run_duration_seconds"].type == "histogram"
    assert families["kili_edge_database_bytes"].samples[0].value > 0
