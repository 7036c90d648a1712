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
            self, "Dashboard", dashboard_name="mimamori", default_interval=Duration.hours(24)
        )
        dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="Alarms",
                width=24,
                height=6,
                alarms=[alarm for context in contexts for alarm in context.raised],
            )
        )
        dashboard.add_widgets(
            *(
                cloudwatch.GraphWidget(title=title, width=8, left=[_count(name)])
                for title, name in (
                    ("Bursts judged", "BurstsJudged"),
                    ("Notices sent", "NoticesSent"),
                    ("Refused from devices", "Rejected"),
                    ("Invoices of runs", "RunInvoices"),
                    ("Contracts not understood by runs", "RunNotUnderstood"),
                )
            )
        )


def _count(name: str) -> cloudwatch.IMetric:
    return cloudwatch.MathExpression(
        expression=f"SUM(SEARCH('{{Mimamori,service}} MetricName=\"{name}\"', 'Sum', 300))",
        label=name,
        using_metrics={},
    )
