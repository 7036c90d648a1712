"""What functions find around them when a bench calls them in its own process, on moto."""

from collections.abc import Iterable, Mapping


def environment(tables: Iterable[str]) -> Mapping[str, str]:
    """Variables of the process: no account, no traces, errors only; tables by their own names."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
        "POWERTOOLS_TRACE_DISABLED": "1",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
        "EVENT_BUS": "bench",
        **{f"{name.upper()}_TABLE": name for name in tables},
    }
