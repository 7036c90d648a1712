"""Topic rules: one a channel, in front of a queue or a function (iot/topics.py)."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from iot import topics
from stacks.constructs.context import ContextStack

_ACTION = iot.CfnTopicRule.ActionProperty


def to_queue(stack: ContextStack, channel: topics.Channel, queue: sqs.Queue) -> None:
    """Put what devices say on ``channel`` into ``queue``; what it does not take, beside it."""
    assert queue.dead_letter_queue
    role = _role(stack, channel)
    queue.grant_send_messages(role)
    action = _ACTION(
        sqs=iot.CfnTopicRule.SqsActionProperty(
            queue_url=queue.queue_url, role_arn=role.role_arn, use_base64=False
        )
    )
    _rule(stack, channel, action, role, queue.dead_letter_queue.queue)


def to_function(stack: ContextStack, channel: topics.Channel, function: lambda_.Function) -> None:
    """Call ``function`` with what devices say on ``channel``; for what is waited for."""
    rule = topics.RULES[channel]
    function.add_permission(
        "TopicRule",
        principal=iam.ServicePrincipal("iot.amazonaws.com"),
        source_account=stack.account,
        source_arn=f"arn:{stack.partition}:iot:{stack.region}:{stack.account}:rule/{rule}",
    )
    action = _ACTION(
        lambda_=iot.CfnTopicRule.LambdaActionProperty(function_arn=function.function_arn)
    )
    assert function.dead_letter_queue
    _rule(stack, channel, action, _role(stack, channel), function.dead_letter_queue)


def _role(stack: ContextStack, channel: topics.Channel) -> iam.Role:
    return iam.Role(
        stack,
        f"{channel.name.title().replace('_', '')}RuleRole",
        assumed_by=iam.ServicePrincipal(
            "iot.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        ),
    )


def _rule(
    stack: ContextStack,
    channel: topics.Channel,
    action: iot.CfnTopicRule.ActionProperty,
    role: iam.Role,
    dead_letters: sqs.IQueue,
) -> None:
    dead_letters.grant_send_messages(role)
    iot.CfnTopicRule(
        stack,
        f"{channel.name.title().replace('_', '')}Rule",
        rule_name=topics.RULES[channel],
        topic_rule_payload=iot.CfnTopicRule.TopicRulePayloadProperty(
            sql=topics.ENVELOPE_SQL.format(filter=topics.rule_filter(channel)),
            aws_iot_sql_version="2016-03-23",
            actions=[action],
            error_action=_ACTION(
                sqs=iot.CfnTopicRule.SqsActionProperty(
                    queue_url=dead_letters.queue_url, role_arn=role.role_arn, use_base64=False
                )
            ),
        ),
    )
