"""The figures of this one web process: its requests, its commits, its streams, its pool, its memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric

from madang.lib.meters import Histogram
from madang.metrics.state import Own


def families(own: Own) -> Iterator[Metric]:
    """The figures as Prometheus knows them."""
    seconds = "madang_request_seconds"
    requests = HistogramMetricFamily(seconds, "Time to answer, by route.", labels=["method", "route", "status"])
    for key, taken in sorted(own.times.routes.items()):
        requests.add_metric(key, buckets=taken.cumulative(), sum_value=taken.total)
    yield requests
    yield GaugeMetricFamily("madang_requests_running", "Requests and streams under way.", value=own.times.running)
    yield _histogram("madang_commit_deliveries", "Deliveries stored by one commit.", own.door.sizes)
    yield _histogram("madang_commit_seconds", "Time of one commit of deliveries.", own.door.seconds)
    streams = GaugeMetricFamily("madang_streams", "Open live streams.", labels=["audience"])
    for name, audience in own.audiences.items():
        streams.add_metric([name], audience.listeners)
    yield streams
    pool: Any = own.ground.database.engine.pool
    connections = GaugeMetricFamily("madang_pool_connections", "Connections of the pool.", labels=["state"])
    connections.add_metric(["used"], pool.checkedout())
    connections.add_metric(["idle"], pool.checkedin())
    yield connections
    yield from ProcessCollector(registry=None).collect()


def _histogram(name: str, said: str, taken: Histogram) -> Metric:
    return HistogramMetricFamily(name, said, buckets=taken.cumulative(), sum_value=taken.total)
