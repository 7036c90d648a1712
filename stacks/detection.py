"""What cameras see: the pictures bucket, the queue behind it, detection, the events' routes."""

from typing import Any

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from iot.topics import Channel
from lambdas.detect import api, on_episode, on_frames, on_upload_request
from lambdas.shared.events import EpisodeReported
from stacks.constructs.context import ContextStack, HttpApiEndpoint
from stacks.constructs.topic_rules import to_function

FRAMES = "frames/"
_NAMED = "Objects are named by device or home, and time."


class DetectionStack(ContextStack):
    """Bucket, table and functions of lambdas/detect."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bus: events.IEventBus,
        directory: dynamodb.ITableV2,
        door: HttpApiEndpoint,
        picture_days: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, context="detect", **kwargs)
        table = self.table("Detections")
        queue = self.queue("Frames", visible_after=180)
        self.pictures = self.bucket(
            "Pictures",
            name=f"mimamori-pictures-{self.account}-{self.region}",
            kept_days={"": picture_days},
            unlogged="Every read passes through functions whose requests are logged; a log bucket "
            "would keep the names of homes longer than their pictures.",
        )
        self.uploads(self.pictures, FRAMES, queue)
        self.keeps_personal_data(bus, table, objects=self.pictures)
        self.refusals()

        frames = self.worker(
            "on_frames",
            on_frames.FramesSettings(
                detect_table=table.table_name,
                directory_table=directory.table_name,
                pictures_bucket=self.pictures.bucket_name,
                event_bus=bus.event_bus_name,
            ),
            queue,
            memory=1024,
            timeout=30,
            layer="vision",
            batch=5,
            concurrency=50,
        )
        table.grant(frames, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        directory.grant(frames, "dynamodb:GetItem")
        stored, kept = self.objects("frames/*"), self.objects("pictures/*")
        self.allow(frames, "s3:GetObject", "s3:DeleteObject", on=[stored], because=_NAMED)
        last = self.objects("last/*")
        self.allow(frames, "s3:GetObject", "s3:DeleteObject", on=[last], because=_NAMED)
        put = [kept, last, self.objects("quarantine/*")]
        self.allow(frames, "s3:PutObject", on=put, because=_NAMED)
        # Without it, S3 answers "forbidden" instead of "not there".
        self.allow(frames, "s3:ListBucket", on=[self.pictures.bucket_arn])
        bus.grant_put_events_to(frames)
        self.alarm(
            "NetworkMissing",
            self.counted("NetworkMissing"),
            "The network does not run: motion is told without saying who it was",
        )

        upload = self.function(
            "on_upload_request",
            on_upload_request.UploadSettings(
                detect_table=table.table_name,
                directory_table=directory.table_name,
                pictures_bucket=self.pictures.bucket_name,
            ),
            asynchronous=True,
        )
        table.grant(upload, "dynamodb:PutItem")
        directory.grant(upload, "dynamodb:GetItem", "dynamodb:Query")
        # A presigned request has the rights of whoever signed it.
        self.allow(
            upload,
            "s3:PutObject",
            on=[stored],
            because="Objects are named by device and time; each grant is for one key.",
        )
        self.may_publish(upload, Channel.UPLOAD_GRANT)
        to_function(self, Channel.UPLOAD_REQUEST, upload)

        reported = self.queue("Episodes")
        self.subscribe(reported, bus, EpisodeReported)
        episode = self.worker(
            "on_episode",
            on_episode.EpisodeSettings(
                detect_table=table.table_name,
                directory_table=directory.table_name,
                event_bus=bus.event_bus_name,
            ),
            reported,
        )
        table.grant(episode, "dynamodb:GetItem", "dynamodb:UpdateItem")
        directory.grant(episode, "dynamodb:GetItem")
        bus.grant_put_events_to(episode)

        routes = self.function(
            "api",
            api.ApiSettings(
                detect_table=table.table_name,
                directory_table=directory.table_name,
                pictures_bucket=self.pictures.bucket_name,
            ),
        )
        table.grant(routes, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteItem")
        directory.grant(routes, "dynamodb:GetItem", "dynamodb:Query")
        self.allow(routes, "s3:GetObject", "s3:DeleteObject", on=[kept], because=_NAMED)
        self.allow(routes, "s3:ListBucket", on=[self.pictures.bucket_arn])
        self.routes(door, routes, api.app)
        CfnOutput(self, "PicturesBucket", value=self.pictures.bucket_name)
        CfnOutput(self, "DetectTable", value=table.table_name)

    def objects(self, pattern: str) -> str:
        """The ARN of these objects in the pictures bucket, also for other stacks."""
        return f"arn:{self.partition}:s3:::mimamori-pictures-{self.account}-{self.region}/{pattern}"
