"""What the operator looks at: one dashboard over all contexts."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.constructs.context import ContextStack


class OperationsStack(ContextStack):
    """The dashboard."""

    def __init__(
        self, scope: Construct, id: str, *, contexts: Sequence[ContextStack], **kwargs: Any
    ) -> None:
        super().__init__(scope, id, context="operations", **kwargs)
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"mimamori-{self.region}",
            default_interval=Duration.hours(24),
        )
        dashboard.add_widgets(
            *(  # one has a hundred alarms at most
                cloudwatch.AlarmStatusWidget(
                    title=f"Alarms: {context.context}", width=6, height=6, alarms=context.raised
                )
                for context in contexts
                if context.raised
            )
        )
        dashboard.add_widgets(
            *(
                cloudwatch.GraphWidget(title=title, width=8, left=lines)
                for title, lines in (
                    ("From camera to notice, seconds", _seconds("SecondsToTell", "notify")),
                    (
                        "From alarm to the centre's task, seconds",
                        _seconds("SecondsToTask", "dispatch"),
                    ),
                    ("Tasks not done in time", [_count("TasksLate")]),
                    ("Devices that said how they are", [_count("HealthReports")]),
                    ("Notices sent", [_count("NoticesSent")]),
                    ("Mails returned", [_count("MailsReturned")]),
                    ("Bursts judged", [_count("BurstsJudged")]),
                    ("Refused from devices", [_count("Rejected")]),
                    ("Invoices of runs", [_count("RunInvoices")]),
                    ("Contracts not understood by runs", [_count("RunNotUnderstood")]),
                )
            )
        )


def _seconds(name: str, service: str) -> list[cloudwatch.IMetric]:
    """The usual and the slowest of what is counted in seconds."""
    return [
        cloudwatch.Metric(
            namespace="Mimamori",
            metric_name=name,
            dimensions_map={"service": service},
            statistic=statistic,
        )
        for statistic in ("p50", "p90", "Maximum")
    ]


def _count(name: str) -> cloudwatch.IMetric:
    return cloudwatch.MathExpression(
        expression=f"SUM(SEARCH('{{Mimamori,service}} MetricName=\"{name}\"', 'Sum', 300))",
        label=name,
        using_metrics={},
    )
