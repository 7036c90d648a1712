"""A synthesized CDK app, deployed into the local cloud without the CDK's command line.

Bootstraps, uploads the assets, creates or updates the stacks in the order of their dependencies.
Layers hold packages built for AWS (arm64, another Python); a local function takes its packages
from the environment that runs the local cloud, so layers are uploaded empty.
"""

import contextlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

_QUALIFIER = "hnb659fds"  # of the default bootstrap
_INLINE_LIMIT = 51_200  # a larger template goes by way of a bucket
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_POLL_SECONDS = 0.1
_LONGEST_STACK_SECONDS = 300.0
_UPLOADS_AT_ONCE = 8
_EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Client = Callable[[str], Any]


class DeployError(Exception):
    """A stack could not be created or updated."""


@dataclass(frozen=True)
class Stack:
    name: str
    template: Path
    depends_on: tuple[str, ...]


@dataclass(frozen=True)
class Asset:
    key: str
    source: Path
    is_zip: bool

    def content(self) -> bytes:
        return _archive(self.source) if self.is_zip else self.source.read_bytes()


class Assembly:
    """What `cdk synth` wrote."""

    def __init__(self, directory: Path, account: str) -> None:
        self._directory = directory
        self._account = account
        manifest = json.loads((directory / "manifest.json").read_text())
        self._artifacts: dict[str, Any] = manifest["artifacts"]

    def stacks(self) -> list[Stack]:
        """The stacks, each after those it depends on."""
        found = {
            artifact_id: Stack(
                artifact["properties"].get("stackName", artifact_id),
                self._directory / artifact["properties"]["templateFile"],
                tuple(artifact.get("dependencies", ())),
            )
            for artifact_id, artifact in self._artifacts.items()
            if artifact["type"] == "aws:cloudformation:stack"
        }
        ordered: dict[str, Stack] = {}

        def place(artifact_id: str) -> None:
            if artifact_id in found and artifact_id not in ordered:
                for dependency in found[artifact_id].depends_on:
                    place(dependency)
                ordered[artifact_id] = found[artifact_id]

        for artifact_id in found:
            place(artifact_id)
        return list(ordered.values())

    def assets(self) -> list[Asset]:
        """Every file asset once. Templates too, which nobody asks for when they are small."""
        found: dict[str, Asset] = {}
        for artifact in self._artifacts.values():
            if artifact["type"] != "cdk:asset-manifest":
                continue
            listed = json.loads((self._directory / artifact["properties"]["file"]).read_text())
            for entry in listed.get("files", {}).values():
                source = entry["source"]
                for destination in entry["destinations"].values():
                    key = destination["objectKey"].replace("${AWS::AccountId}", self._account)
                    found[key] = Asset(
                        key, self._directory / source["path"], source["packaging"] == "zip"
                    )
        return list(found.values())

    def layer_keys(self) -> set[str]:
        """The assets which are the content of layers."""
        return {
            resource["Properties"]["Content"]["S3Key"]
            for stack in self.stacks()
            for resource in json.loads(stack.template.read_text()).get("Resources", {}).values()
            if resource["Type"] == "AWS::Lambda::LayerVersion"
        }


def _archive(directory: Path) -> bytes:
    """The directory as a zip which is the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(p for p in directory.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(directory)), _EARLIEST_ZIP_TIME)
            entry.external_attr = 0o755 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return out.getvalue()


def _empty_archive() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


class Deployer:
    """Deploys assemblies into one account and region."""

    def __init__(self, client: Client, endpoint: str, account: str, region: str) -> None:
        self._s3, self._ssm, self._cloudformation = (
            client(name) for name in ("s3", "ssm", "cloudformation")
        )
        self._endpoint = endpoint
        self._account = account
        self._region = region
        self._bucket = f"cdk-{_QUALIFIER}-assets-{account}-{region}"

    def deploy(
        self, directory: Path, report: Callable[[str], None], parameters: dict[str, str]
    ) -> dict[str, str]:
        """Deploy all stacks; the outputs as `Stack.Output`.

        `parameters` go to the stacks which have parameters of these names.
        """
        assembly = Assembly(directory, self._account)
        self._bootstrap()
        self._upload(assembly)
        outputs: dict[str, str] = {}
        for stack in assembly.stacks():
            began = time.monotonic()
            outputs |= self._deploy_stack(stack, parameters)
            report(f"{stack.name} deployed ({time.monotonic() - began:.1f} s)")
        return outputs

    def _bootstrap(self) -> None:
        """What `cdk bootstrap` leaves behind, as far as the templates refer to it."""
        with contextlib.suppress(self._s3.exceptions.BucketAlreadyOwnedByYou):
            self._s3.create_bucket(
                Bucket=self._bucket,
                CreateBucketConfiguration={"LocationConstraint": self._region},
            )
        name = f"/cdk-bootstrap/{_QUALIFIER}/version"
        self._ssm.put_parameter(Name=name, Value="30", Type="String", Overwrite=True)

    def _upload(self, assembly: Assembly) -> None:
        layers = assembly.layer_keys()

        def put(asset: Asset) -> None:
            content = _empty_archive() if asset.key in layers else asset.content()
            self._s3.put_object(Bucket=self._bucket, Key=asset.key, Body=content)

        with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
            list(pool.map(put, assembly.assets()))

    def _deploy_stack(self, stack: Stack, parameters: dict[str, str]) -> dict[str, str]:
        body = stack.template.read_text()
        declared = json.loads(body).get("Parameters", {})
        given = [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in parameters.items()
            if name in declared
        ]
        if len(body.encode()) > _INLINE_LIMIT:
            key = f"{stack.name}.template.json"
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode())
            source = {"TemplateURL": f"{self._endpoint}/{self._bucket}/{key}"}
        else:
            source = {"TemplateBody": body}
        asked = {
            "StackName": stack.name,
            "Capabilities": _CAPABILITIES,
            "Parameters": given,
            **source,
        }
        try:
            self._create_or_update(asked)
        except ClientError as error:
            raise DeployError(f"{stack.name}: {error}") from error
        found = self._wait(stack.name)
        return {
            f"{stack.name}.{output['OutputKey']}": output["OutputValue"]
            for output in found.get("Outputs", ())
            if "ExportName" not in output  # those are CDK's own, from stack to stack
        }

    def _create_or_update(self, asked: dict[str, Any]) -> None:
        try:
            self._cloudformation.create_stack(**asked)
        except self._cloudformation.exceptions.AlreadyExistsException:
            try:
                self._cloudformation.update_stack(**asked)
            except ClientError as error:
                if "No updates" not in str(error):
                    raise

    def _wait(self, name: str) -> dict[str, Any]:
        give_up = time.monotonic() + _LONGEST_STACK_SECONDS
        while time.monotonic() < give_up:
            stack: dict[str, Any] = self._cloudformation.describe_stacks(StackName=name)["Stacks"][
                0
            ]
            status = stack["StackStatus"]
            if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                return stack
            if "ROLLBACK" in status or "FAILED" in status:
                raise DeployError(f"{name}: {status}\n" + "\n".join(self._failures(name)))
            time.sleep(_POLL_SECONDS)
        raise DeployError(f"{name} took longer than {_LONGEST_STACK_SECONDS:.0f} s")

    def _failures(self, name: str) -> Iterator[str]:
        for event in self._cloudformation.describe_stack_events(StackName=name)["StackEvents"]:
            if "FAILED" in event["ResourceStatus"]:
                why = event.get("ResourceStatusReason", "")
                yield f"  {event['LogicalResourceId']} ({event['ResourceType']}): {why}"
