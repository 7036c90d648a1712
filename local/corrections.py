"""Every deviation of the local cloud from MiniStack as published, and why.

Each correction is one function: its docstring is its reason, its decorator names the piece of
MiniStack which makes it necessary. `tests/e2e/test_corrections.py` looks at that piece and
tells when MiniStack has changed it, so that no correction outlives its cause unnoticed.
"""

import asyncio
import contextvars
import inspect
import io
import json
import mimetypes
import re
import ssl
import subprocess
import time
import zipfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from local import workers

LOOPBACK = "127.0.0.1"
_EVERY_INTERFACE = "0.0.0.0"  # noqa: S104


@dataclass(frozen=True)
class Correction:
    """One deviation: what applies it, and by what one sees that it is still needed."""

    apply: Callable[[], None]
    upstream: str  # module:function inside MiniStack
    has: str  # a piece of its source that makes the correction necessary
    lacks: str  # or one whose absence does

    @property
    def name(self) -> str:
        return self.apply.__name__

    @property
    def reason(self) -> str:
        return inspect.getdoc(self.apply) or ""

    def is_needed(self) -> bool:
        """Whether MiniStack as installed still is as the correction expects it."""
        module, _, attribute = self.upstream.partition(":")
        try:
            target = import_module(f"ministack.{module}")
            for part in filter(None, attribute.split(".")):
                target = getattr(target, part)
            source = inspect.getsource(target)
        except (ImportError, AttributeError):
            return False
        return self.has in source if self.has else self.lacks not in source


ALL: list[Correction] = []


def correction(upstream: str, *, has: str = "", lacks: str = "") -> Callable[..., Any]:
    def register(apply: Callable[[], None]) -> Callable[[], None]:
        ALL.append(Correction(apply, upstream, has, lacks))
        return apply

    return register


def apply_all() -> None:
    for each in ALL:
        each.apply()


# --- network ---------------------------------------------------------------------------------


@correction("services.iot:_mtls_start_locked", has='host="0.0.0.0"')
def listen_on_loopback_only() -> None:
    """The MQTT listener binds every interface; nothing of a local cloud belongs on the network."""
    loop_class: Any = asyncio.base_events.BaseEventLoop
    create_server = loop_class.create_server

    def on_loopback(self: Any, factory: Any, host: Any = None, *args: Any, **options: Any) -> Any:
        host = LOOPBACK if host == _EVERY_INTERFACE else host
        return create_server(self, factory, host, *args, **options)

    loop_class.create_server = on_loopback


@correction("services.iot:_mtls_build_ssl_context", has="ssl.CERT_OPTIONAL")
def require_a_client_certificate() -> None:
    """A device without a certificate is let in, even with AUTH=true; AWS IoT Core refuses it."""
    from ministack.services import iot

    build = iot._mtls_build_ssl_context

    def build_strict() -> ssl.SSLContext:
        context: ssl.SSLContext = build()
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    iot._mtls_build_ssl_context = build_strict


@correction("app:app", has='headers.get("x-forwarded-proto"')
def count_loopback_as_secure_transport() -> None:
    """Buckets and queues deny requests without TLS; here every hop is loopback, which counts."""
    from ministack import app
    from ministack.core import iam_evaluator

    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)
    # What services do among themselves, such as a topic rule's message to a queue, has no request.
    iam_evaluator._request_origin = contextvars.ContextVar("origin", default=(LOOPBACK, True))


# --- IoT -------------------------------------------------------------------------------------

_LARGEST_PACKET = 128 * 1024


@correction("services.iot:_feed_session", lacks="128 * 1024")
def end_sessions_that_send_too_much() -> None:
    """A message of any size is taken; AWS IoT Core takes 128 KiB and ends the connection."""
    from ministack.services import iot

    session = iot._WSSession
    handle = session.handle_packet

    async def handle_packet(self: Any, kind: int, flags: int, body: bytes) -> bool:
        return len(body) <= _LARGEST_PACKET and bool(await handle(self, kind, flags, body))

    session.handle_packet = handle_packet


@correction("services.iot:_handle_certificate", lacks="_connected_clients")
def end_sessions_of_certificates_no_longer_active() -> None:
    """A device that is connected stays so when its certificate is revoked, and its thing's policy
    goes on holding for it; AWS IoT Core disconnects it."""
    from ministack.services import iot

    handle = iot._handle_certificate

    def handle_certificate(method: str, path: str, body: bytes, query: Any) -> Any:
        answer = handle(method, path, body, query)
        id = path.rpartition("/")[2]
        record = iot._certificates.get(id)
        if method == "PUT" and record and record["status"] != "ACTIVE":
            for session in list(iot._connected_clients.values()):
                if session.certificate_id == id:
                    _background(session._send({"type": "websocket.close"}))
        return answer

    iot._handle_certificate = handle_certificate


def _background(work: Coroutine[Any, Any, None]) -> None:
    """Do this soon, in the loop that runs now."""
    task = asyncio.get_running_loop().create_task(work)
    _BACKGROUND.add(task)
    task.add_done_callback(_BACKGROUND.discard)


_BACKGROUND: set[asyncio.Task[None]] = set()


# --- Lambda ----------------------------------------------------------------------------------

_EXCEPTION_LINE = re.compile(r"^([A-Za-z_][\w.<>]*)(?:: |$)", re.MULTILINE)


@correction("services.lambda_svc:_execute_function_warm", has='"Runtime.HandlerError"')
def report_the_exception_as_error_type() -> None:
    """The errorType of a failed function is always `Runtime.HandlerError`; on AWS it is the class
    of the exception, which Retry and Catch of Step Functions go by."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function_warm

    def execute_and_name_the_error(*args: Any, **options: Any) -> Any:
        result = execute(*args, **options)
        body = result.get("body")
        if isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            named = _EXCEPTION_LINE.findall(result.get("log") or "")
            if named:
                body["errorType"] = named[-1].rsplit(".", 1)[-1]
        return result

    lambda_svc._execute_function_warm = execute_and_name_the_error


@correction("services.lambda_svc:_execute_function", has="ConcurrentInvocationLimitExceeded")
def wait_for_a_free_worker() -> None:
    """A call above the concurrency of this machine is refused, and dropped where nobody retries
    (rules, notifications, queues keep it invisible). An AWS account has a thousand: so wait."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function
    patience = 120.0

    def execute_when_free(func: Any, event: Any) -> Any:
        give_up = time.monotonic() + patience
        while True:
            result = execute(func, event)
            body = result.get("body") if result.get("throttle") else None
            by_account = body and body.get("Reason") == "ConcurrentInvocationLimitExceeded"
            if not by_account or time.monotonic() > give_up:
                return result
            time.sleep(0.02)

    lambda_svc._execute_function = execute_when_free


@correction(
    "core.lambda_runtime:Worker._drain_stderr_bounded", has="first_line_wait: float = 0.050"
)
def spare_quiet_functions_the_wait_for_logs() -> None:
    """A function that logs nothing is waited for by 50 ms, which is most of a warm call."""
    from ministack.core.lambda_runtime import Worker

    drain = Worker._drain_stderr_bounded
    Worker._drain_stderr_bounded = lambda self: drain(self, first_line_wait=0.005)


@correction("core.lambda_runtime:Worker._spawn", has="self._proc = subprocess.Popen(")
def fork_workers_from_one_that_is_ready() -> None:
    """Each worker imports the same libraries anew, most of a cold start (local/workers.py)."""
    from ministack.core import lambda_runtime

    workers.prepare()
    lambda_runtime.subprocess = SimpleNamespace(Popen=workers.Process, PIPE=subprocess.PIPE)


# --- HTTP API --------------------------------------------------------------------------------


@correction("services.apigateway:_invoke_lambda_proxy", has='"rawPath": path,')
def keep_the_stage_in_the_path() -> None:
    """The path a function is given begins with the name of the stage, unless that is $default;
    here it never does."""
    from ministack.services import apigateway

    invoke = apigateway._invoke_lambda_proxy

    async def invoke_lambda_proxy(
        integration: Any, api: str, stage: str, path: str, *rest: Any, **options: Any
    ) -> Any:
        full = path if stage == "$default" else f"/{stage}{path}"
        return await invoke(integration, api, stage, full, *rest, **options)

    apigateway._invoke_lambda_proxy = invoke_lambda_proxy


# --- Step Functions --------------------------------------------------------------------------


@correction("services.stepfunctions:_run_execution", has="time.sleep(0.15)")
def start_executions_at_once() -> None:
    """Every execution sleeps 150 ms before it begins."""
    from ministack.services import stepfunctions as states

    class Time:
        sleep = staticmethod(lambda _seconds: None)

        def __getattr__(self, name: str) -> Any:
            return getattr(time, name)

    states.time = Time()


@correction("services.stepfunctions", lacks="TimeoutSecondsPath")
def honour_timeout_paths() -> None:
    """`TimeoutSecondsPath` and `HeartbeatSecondsPath` are ignored, and a task token without a
    timeout ends after 28 hours where AWS gives it more than three years."""
    from ministack.services import stepfunctions as states

    execute = states._execute_task

    def execute_task(state: dict[str, Any], raw_input: Any, execution: Any, ctx: Any) -> Any:
        effective = states._apply_input_path(state, raw_input, ctx)
        resolved = dict(state)
        for name in ("TimeoutSeconds", "HeartbeatSeconds"):
            if (path := state.get(f"{name}Path")) is not None:
                resolved[name] = states._resolve_path_or_ctx(path, effective, ctx)
        if ".waitForTaskToken" in state.get("Resource", ""):
            resolved.setdefault("TimeoutSeconds", 99_999_999)
        return execute(resolved, raw_input, execution, ctx)

    states._execute_task = execute_task


_token_of_callback: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "token_of_callback", default=None
)


@correction(
    "services.stepfunctions:_invoke_with_callback", has="except _ExecutionError:\n            pass"
)
def fail_a_callback_task_whose_function_failed() -> None:
    """An exception in the function of a waitForTaskToken task is swallowed until the timeout; on
    AWS the task fails at once."""
    from ministack.services import stepfunctions as states

    invoke, call = states._invoke_with_callback, states._call_lambda

    def invoke_with_callback(resource: str, data: Any, token: str, state: dict[str, Any]) -> Any:
        reset = _token_of_callback.set(token)
        try:
            return invoke(resource, data, token, state)
        finally:
            _token_of_callback.reset(reset)

    def call_lambda(reference: str, event: Any) -> Any:
        try:
            return call(reference, event)
        except states._ExecutionError as error:
            waiting = states._task_tokens.get(_token_of_callback.get() or "")
            if waiting and not waiting["event"].is_set():
                waiting["error"] = {"Error": error.error, "Cause": error.cause}
                waiting["event"].set()
            raise

    states._invoke_with_callback, states._call_lambda = invoke_with_callback, call_lambda


@correction("services.stepfunctions:_invoke_with_callback", lacks="Heartbeat")
def honour_heartbeats() -> None:
    """`HeartbeatSeconds` is ignored; on AWS a task that shows no sign of life fails."""
    from ministack.services import stepfunctions as states

    invoke = states._invoke_with_callback

    def expect_heartbeats(token: str, seconds: float) -> None:
        for _attempt in range(100):  # the token comes a moment after this thread
            if waiting := states._task_tokens.get(token):
                break
            time.sleep(0.01)
        else:
            return
        last = time.time()
        while not waiting["event"].wait(last + seconds - time.time()):
            beat = waiting["heartbeat"]
            latest = datetime.fromisoformat(beat).timestamp() if beat else last
            if latest <= last:
                cause = f"no heartbeat within {seconds} seconds"
                waiting["error"] = {"Error": "States.HeartbeatTimeout", "Cause": cause}
                waiting["event"].set()
            last = latest

    def invoke_with_callback(resource: str, data: Any, token: str, state: dict[str, Any]) -> Any:
        if seconds := state.get("HeartbeatSeconds"):
            run = contextvars.copy_context().run
            states.threading.Thread(
                target=run, args=(expect_heartbeats, token, seconds), daemon=True
            ).start()
        return invoke(resource, data, token, state)

    states._invoke_with_callback = invoke_with_callback


# --- schedules -------------------------------------------------------------------------------


@correction("services.scheduler:_tick_schedules", lacks="<aws.scheduler")
def fill_in_the_context_of_a_schedule() -> None:
    """`<aws.scheduler.scheduled-time>` and its like reach the function as they stand."""
    from ministack.services import eventbridge

    invoke = eventbridge._invoke_target

    def invoke_target(target: Any, event: Any, rule: Any, view: Any = None) -> Any:
        if event.get("Source") == "aws.scheduler" and "<aws.scheduler." in target.get("Input", ""):
            due = datetime.fromtimestamp(event["Time"], UTC)
            context = {
                "scheduled-time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "execution-id": event["EventId"],
                "schedule-arn": rule["Arn"],
                "attempt-number": "1",
            }
            filled = target["Input"]
            for name, value in context.items():
                filled = filled.replace(f"<aws.scheduler.{name}>", value)
            target = {**target, "Input": filled}
        return invoke(target, event, rule, view)

    eventbridge._invoke_target = invoke_target


# --- DynamoDB --------------------------------------------------------------------------------


_RANGE = re.compile(r"\((#\w+) = (:\w+) AND (#\w+) BETWEEN (:\w+) AND (:\w+)\)")
"""How boto3 writes a key condition: a partition, and a range of what it is sorted by."""


@correction("services.dynamodb:_evaluate_condition", has="_condition_syntax_error(expr, slot)")
def parse_an_expression_once() -> None:
    """An expression is parsed and checked anew for each row of a partition, so that a query of a
    range takes the longer the more rows there are beside it; DynamoDB's does not."""
    from ministack.services import dynamodb

    tokenize, of_syntax = dynamodb._tokenize, dynamodb._condition_syntax_error
    tokens = lru_cache(maxsize=1024)(lambda expression: tuple(tokenize(expression)))
    dynamodb._tokenize = lambda expression: list(tokens(expression))
    dynamodb._condition_syntax_error = lru_cache(maxsize=1024)(of_syntax)
    evaluate = dynamodb._evaluate_condition

    def in_range(expression: str, row: Any, values: Any, names: Any, **slot: Any) -> bool:
        if not (asked := _RANGE.fullmatch(expression)):
            return bool(evaluate(expression, row, values, names, **slot))
        partition, is_this, by, first, last = asked.groups()
        sorted_by = row.get(names[by], {})
        if not all("S" in value for value in (sorted_by, values[first], values[last])):
            return bool(evaluate(expression, row, values, names, **slot))
        among = values[first]["S"] <= sorted_by["S"] <= values[last]["S"]
        return among and bool(row.get(names[partition]) == values[is_this])

    dynamodb._evaluate_condition = in_range


# --- CloudFormation --------------------------------------------------------------------------


@correction("services.cloudformation.provisioners:_ddb_create", lacks="_update_ttl")
def apply_ttl_of_tables() -> None:
    """The TTL of a table is left out of what a template creates."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handler = provisioners._RESOURCE_HANDLERS.get(kind)
        if handler is None:
            continue

        def create(
            logical_id: str, props: Any, stack: str, _create: Any = handler["create"]
        ) -> Any:
            created = _create(logical_id, props, stack)
            if spec := props.get("TimeToLiveSpecification"):
                setting = {
                    "Enabled": str(spec.get("Enabled")).lower() == "true",
                    "AttributeName": spec.get("AttributeName"),
                }
                dynamodb._update_ttl({"TableName": created[0], "TimeToLiveSpecification": setting})
            return created

        handler["create"] = create


@correction(
    "services.cloudformation.provisioners:_cognito_user_pool_attributes", lacks="ProviderURL"
)
def name_the_issuer_of_a_user_pool() -> None:
    """The attribute ProviderURL of a user pool, the issuer of its tokens, is not there."""
    from ministack.services.cloudformation import provisioners

    attributes = provisioners._cognito_user_pool_attributes

    def with_provider_url(pool: str) -> dict[str, Any]:
        found: dict[str, Any] = attributes(pool)
        return {**found, "ProviderURL": f"https://{found['ProviderName']}"}

    provisioners._cognito_user_pool_attributes = with_provider_url


@correction("services.cloudformation.provisioners:_cw_metric_alarm_record", has="is not supported")
def keep_alarms_over_several_metrics() -> None:
    """A stack with an alarm over an expression, such as a band learned from before, is rolled back.
    Here it is kept as an alarm over a metric that nobody writes, and never goes off."""
    from ministack.services.cloudformation import provisioners

    record = provisioners._cw_metric_alarm_record

    def kept(name: str, props: dict[str, Any]) -> Any:
        if props.get("Metrics"):
            plain = {key: value for key, value in props.items() if key != "Metrics"}
            unwritten = {"MetricName": "several", "Namespace": "NotComputedHere", "Threshold": 0}
            props = {**plain, **unwritten, "TreatMissingData": "notBreaching"}
        return record(name, props)

    provisioners._cw_metric_alarm_record = kept


@correction("services.cloudformation.provisioners", lacks="AWS::Events::Archive")
def create_archives_of_event_buses() -> None:
    """A template with an archive of a bus is refused, although archives are there."""
    from ministack.services import eventbridge
    from ministack.services.cloudformation import provisioners

    def create(logical_id: str, props: Any, stack: str) -> Any:
        name = props.get("ArchiveName") or f"{stack}-{logical_id}"[:48]
        asked = {**props, "ArchiveName": name, "EventSourceArn": props["SourceArn"]}
        asked["EventPattern"] = json.dumps(
            props.get("EventPattern") or {"source": [{"prefix": ""}]}
        )
        status, _headers, answer = eventbridge._create_archive(asked)
        if status != 200:
            raise ValueError(f"{name}: {answer!r}")
        return name, {"Arn": json.loads(answer)["ArchiveArn"], "ArchiveName": name}

    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {
        "create": create,
        "update": lambda physical_id, _old, _new, _stack: (physical_id, {}),
        "delete": lambda physical_id, _props: eventbridge._archives.pop(physical_id, None),
    }


@correction("services.cloudformation.provisioners", lacks="Custom::CDKBucketDeployment")
def copy_bucket_deployments() -> None:
    """The function behind CDK's BucketDeployment needs the AWS CLI from a layer; what it does is
    to copy an archive into a bucket and to fill in the values of deploy-time markers."""
    from ministack.services.cloudformation import provisioners

    def create(logical_id: str, props: Any, stack: str) -> Any:
        _copy_archives(props)
        destination = props["DestinationBucketName"]
        attributes = {
            "DestinationBucketArn": f"arn:aws:s3:::{destination}",
            "SourceObjectKeys": props["SourceObjectKeys"],
        }
        return logical_id, attributes

    def update(physical_id: str, _old: Any, new: Any, stack: str, *_rest: Any) -> Any:
        return create(physical_id, new, stack)

    provisioners._RESOURCE_HANDLERS["Custom::CDKBucketDeployment"] = {
        "create": create,
        "update": update,
        "delete": lambda _physical_id, _props: None,
    }


def _copy_archives(props: dict[str, Any]) -> None:
    from ministack.services import s3

    markers = props.get("SourceMarkers") or [{}] * len(props["SourceObjectKeys"])
    prefix = (props.get("DestinationBucketKeyPrefix") or "").strip("/")
    for bucket, key, values in zip(
        props["SourceBucketNames"], props["SourceObjectKeys"], markers, strict=True
    ):
        archive = zipfile.ZipFile(io.BytesIO(s3._get_object_data(bucket, key)))
        for name in archive.namelist():
            if name.endswith("/"):
                continue
            content = archive.read(name)
            for marker, value in values.items():
                content = content.replace(marker.encode(), str(value).encode())
            kind = mimetypes.guess_type(name)[0] or "binary/octet-stream"
            path = f"{prefix}/{name}" if prefix else name
            headers = {"content-type": kind}
            if cache := (props.get("SystemMetadata") or {}).get("cache-control"):
                headers["cache-control"] = cache
            status, _headers, answer = s3._put_object(
                props["DestinationBucketName"], path, content, headers
            )
            if status != 200:
                raise ValueError(f"{path}: {answer!r}")


# --- SES -------------------------------------------------------------------------------------


@correction("core.iam_actions", lacks="FromEmailAddress")
def authorize_mails_by_their_sender() -> None:
    """SES allows sending by the sender's identity and address; here any mail is a wildcard."""
    from ministack import app
    from ministack.core.responses import get_account_id

    enforce = app._enforce_ses_v2

    def enforce_sender(
        method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str
    ) -> Any:
        if not app.AUTH or not path.endswith("/outbound-emails"):
            return enforce(method, path, headers, body, query, request_id)
        address = str(json.loads(body or b"{}").get("FromEmailAddress", ""))
        region = app.extract_region(headers, query)
        identity = f"arn:aws:ses:{region}:{get_account_id()}:identity/{address.rpartition('@')[2]}"
        return app._enforce_data_plane(
            *("sesv2", "ses:SendEmail", headers, query, request_id),
            resource_arn=identity,
            service_context={"ses:FromAddress": address},
            named_resource=identity,
        )

    app._enforce_ses_v2 = enforce_sender


RETURNED = {
    "bounce": ("Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "suppressionlist": (
        "Bounce",
        {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"},
    ),
    "complaint": ("Complaint", {"complaintFeedbackType": "abuse"}),
}
"""What becomes of mails to SES's mailbox simulator, by the address there."""


@correction("services.ses_v2", lacks="aws.ses")
def say_what_becomes_of_mails() -> None:
    """A configuration set's event destinations are kept, and hear nothing; SES tells the account's
    bus that it took a mail, and that it was returned (to its simulator's addresses, here)."""
    from ministack.services import eventbridge, ses_v2

    handle = ses_v2.handle_request

    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: Any
    ) -> tuple[int, Any, Any]:
        answer: tuple[int, Any, Any] = await handle(method, path, headers, body, query)
        if answer[0] == 200 and path.endswith("/outbound-emails"):
            asked, id = json.loads(body), json.loads(answer[2])["MessageId"]
            known = ses_v2._config_sets.get(asked.get("ConfigurationSetName", "")) or {}
            for destination in (known.get("EventDestinations") or {}).values():
                if destination.get("Enabled") and "EventBridgeDestination" in destination:
                    for kind, about in _events_of(asked):
                        if kind.upper() in destination["MatchingEventTypes"]:
                            eventbridge._put_events(_told_of_mail(asked, id, kind, about), True)
        return answer

    ses_v2.handle_request = handle_request


def _events_of(mail: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    address = str(mail["Destination"]["ToAddresses"][0])
    name, _, domain = address.partition("@")
    later = RETURNED.get(name) if domain == "simulator.amazonses.com" else None
    return [("Send", {}), *([later] if later else [])]


def _told_of_mail(mail: dict[str, Any], id: str, kind: str, about: Any) -> dict[str, Any]:
    tags = {one["Name"]: [one["Value"]] for one in mail.get("EmailTags", ())}
    tags["ses:configuration-set"] = [mail["ConfigurationSetName"]]
    told = {
        "messageId": id,
        "source": mail["FromEmailAddress"],
        "destination": mail["Destination"]["ToAddresses"],
        "tags": tags,
    }
    detail = {"eventType": kind, "mail": told, kind.lower(): about}
    entry = {"Source": "aws.ses", "DetailType": f"Email {kind}", "Detail": json.dumps(detail)}
    return {"Entries": [entry]}


# --- SQS -------------------------------------------------------------------------------------


@correction("core.iam_actions", lacks="SendMessageBatch")
def authorize_batches_as_what_they_hold() -> None:
    """SQS has no permissions for batches: who may send, delete or hold back one message may do so
    with ten at once."""
    from ministack.core import iam_actions

    extract = iam_actions.extract_iam_action

    def extract_single(*request: Any, **more: Any) -> str | None:
        action: str | None = extract(*request, **more)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_single


# --- CloudFront ------------------------------------------------------------------------------

_EXECUTE_API = re.compile(r"^([a-z0-9]+)\.execute-api\.")


@correction("services.cloudfront:_fetch_from_origin", lacks="execute-api")
def let_cloudfront_reach_the_http_api() -> None:
    """An origin `<id>.execute-api.…` is refused as a host of AWS, or sought in the DNS; it is the
    HTTP API of this very emulator."""
    from ministack import app
    from ministack.services import cloudfront

    forward = cloudfront._forward_to_origin

    def forward_to_origin(origin: Any, method: str, uri: str, *rest: Any, **options: Any) -> Any:
        if api := _EXECUTE_API.match(origin["domain_name"]):
            origin = {
                **origin,
                "domain_name": LOOPBACK,
                "http_port": int(app._resolve_port()),
                "protocol_policy": "http-only",
            }
            uri = f"/_aws/execute-api/{api[1]}{uri}"
        return forward(origin, method, uri, *rest, **options)

    cloudfront._forward_to_origin = forward_to_origin


# --- queues ----------------------------------------------------------------------------------


@correction("services.sqs", lacks="StartMessageMoveTask")
def move_dead_letters_back() -> None:
    """`StartMessageMoveTask` is unknown; on AWS it gives what is in a dead-letter queue back to the
    queues it came from, each message with a new id and as if it had never been received."""
    from ministack.services import sqs

    def start(asked: dict[str, Any], _url: str) -> dict[str, str]:
        letters = sqs._queue_by_arn(asked["SourceArn"])
        if letters is None:
            raise sqs._Err("ResourceNotFoundException", "The queue does not exist.", 404)
        for message in letters["messages"]:
            queue = sqs._queue_by_arn(message["sys"].get("DeadLetterQueueSourceArn", ""))
            if queue is None:
                raise sqs._Err("CouldNotDetermineMessageSource", "Where it came from is unknown.")
            again = {"MessageBody": message["body"]}
            sqs._act_send_message(
                {**again, "MessageAttributes": message["message_attributes"]}, queue["url"]
            )
        letters["messages"].clear()
        return {"TaskHandle": sqs.new_uuid()}

    sqs._HANDLERS["StartMessageMoveTask"] = start
