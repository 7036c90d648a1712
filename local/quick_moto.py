"""moto, quick enough for thousands of tests.

Of what a call asks of a few rows of DynamoDB, moto does more with all of them: it sorts the whole
table for every query, copies it for every item of a transaction, and looks for each of an
attribute's ten possible types under each of its possible names. The same is done here with what
the call is about. Every key of KMS brings a fresh pair of RSA, and every event has the paths of its
rule parsed anew, every call the names of what its service can do: here that happens once.

Most calls are DynamoDB's. They go to moto's handler as the SDK has written them, without being
signed, sent, received and routed; the answer is read by the SDK again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from threading import local
from types import SimpleNamespace
from typing import Any

import botocore.useragent
import jsonpath_ng.ext
import moto.core.responses
import moto.kms.models
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.endpoint import Endpoint
from botocore.model import OperationModel
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import HTTPException
from moto.core.models import botocore_stubber
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.utilities.utils import get_partition

_transact = DynamoDBBackend.transact_write_items
_query = Table.query
_structure = ResponseSerializer._serialize_type_structure
_over_the_wire = Endpoint.make_request


def install() -> None:
    """For this process."""
    Table.all_items = _all_items
    Table.query = _query_of_one_key
    Table.__deepcopy__ = _copied
    DynamoDBBackend.transact_write_items = _transact_write_items
    ResponseSerializer._serialize_type_structure = _serialize_structure
    Endpoint.make_request = _make_request
    moto.kms.models.generate_private_key = cache(moto.kms.models.generate_private_key)
    jsonpath_ng.ext.parse = cache(jsonpath_ng.ext.parse)
    for module, name in (
        (moto.core.responses, "method_names_from_class"),
        (moto.core.responses, "camelcase_to_underscores"),
        (botocore.useragent, "sanitize_user_agent_string_component"),
    ):
        setattr(module, name, cache(getattr(module, name)))


def _all_items(table: Table) -> list[Item]:
    """The rows in their order, compared by their keys' values (ours are strings)."""
    if _asked.key is not None:
        rows = list(table.items[_asked.key].values()) if _asked.key in table.items else []
        return sorted(rows, key=lambda item: item.range_key.value)
    if not table.range_key_attr:
        return sorted(table.items.values(), key=lambda item: item.hash_key.value)
    rows = [item for those in table.items.values() for item in those.values()]
    return sorted(rows, key=lambda item: (item.hash_key.value, item.range_key.value))


class _Asked(local):
    """The partition that a query of this thread is about, or none."""

    key: DynamoType | None = None


_asked = _Asked()


def _query_of_one_key(table: Table, hash_key: DynamoType | None, *rest: Any, **more: Any) -> Any:
    """A query looks at the rows of its partition, and sorts no others."""
    _asked.key = None if more.get("index_name") or not table.range_key_attr else hash_key
    try:
        return _query(table, hash_key, *rest, **more)
    finally:
        _asked.key = None


# --- transactions


class _Copying(local):
    """Whether a table is to be copied, in this thread."""

    wanted = True


_copying = _Copying()


def _copied(table: Table, memo: dict[int, Any]) -> Table:
    if not _copying.wanted:
        return table
    copy = memo[id(table)] = table.__class__.__new__(table.__class__)
    vars(copy).update(deepcopy(vars(table), memo))
    return copy


@contextmanager
def _no_copies() -> Iterator[None]:
    _copying.wanted = False
    try:
        yield
    finally:
        _copying.wanted = True


def _transact_write_items(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
    """All or nothing: what its rows were is put back, and no other row is touched."""
    held = [_held(backend, *one.values()) for one in items]
    try:
        with _no_copies():
            _transact(backend, items)
    except Exception:
        for rows, key, row in filter(None, held):
            rows.pop(key, None)
            if row is not None:
                rows[key] = row
        raise


def _held(backend: DynamoDBBackend, asked: dict[str, Any], *_: Any) -> Any:
    """Where the row of an item stands, and what it is; None for a malformed one."""
    table = backend.tables.get(asked.get("TableName", ""))
    key = asked.get("Item") or asked.get("Key") or {}
    if not table or not {table.hash_key_attr, table.range_key_attr} <= key.keys():
        return None
    one, other = (DynamoType(key[name]) for name in (table.hash_key_attr, table.range_key_attr))
    rows = table.items[one]
    return rows, other, deepcopy(rows.get(other))


# --- answers


def _serialize_structure(
    serializer: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """An attribute has one type: the others need not be looked for."""
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        _structure(serializer, serialized, value, shape, key)
        return
    wrapper = serializer.MAP_TYPE() if key else serialized
    for name, held in value.items():
        serializer._serialize(wrapper, held, shape.members[name], name)
    if key:
        serializer._default_serialize(serialized, wrapper, shape, key)


# --- the way there and back


class _Handler(DynamoHandler):
    """moto's handler, given what it takes from a request."""

    _enrich_response = staticmethod(lambda headers, body: (headers, body))  # no request's id

    def __init__(self, request: dict[str, Any], region: str) -> None:
        super().__init__()
        self.headers = {"Content-Type": request["headers"]["Content-Type"], **request["headers"]}
        self.querystring, self.uri_match, self.response_headers = {}, {}, {}
        self.region, self.partition = region, get_partition(region)
        self.current_account = DEFAULT_ACCOUNT_ID
        asked = {"method": "POST", "path": "/", "values": {}, "headers": self.headers}
        kind = self.headers["Content-Type"]
        self.parse_parameters(SimpleNamespace(**asked, data=request["body"], content_type=kind))


def _make_request(
    endpoint: Endpoint, operation: OperationModel, request: dict[str, Any]
) -> tuple[AWSResponse, dict[str, Any]]:
    """A call of DynamoDB goes straight to moto."""
    model = operation.service_model
    if model.service_name != "dynamodb" or not botocore_stubber.enabled:
        return _over_the_wire(endpoint, operation, request)
    region = request["context"]["client_region"]
    try:
        status, headers, body = _Handler(request, region).call_action()
    except HTTPException as error:
        status, headers, body = error.code, error.get_headers(), error.get_body()
    answer = {
        "status_code": int(status),
        "headers": HeadersDict(headers),
        "body": body.encode(),
        "context": {"operation_name": operation.name},
    }
    parser = endpoint._response_parser_factory.create_parser(model.resolved_protocol)
    parsed = parser.parse(answer, operation.output_shape)
    if answer["status_code"] >= 300:
        endpoint._add_modeled_error_fields(answer, parsed, operation, parser)
    return AWSResponse(request["url"], answer["status_code"], answer["headers"], None), parsed
