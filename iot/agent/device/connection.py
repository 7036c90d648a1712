"""MQTT over mutual TLS. Paho's thread only hands on; it reconnects by itself, ever more slowly."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from iot.agent.device.pace import reconnect_delays

log = logging.getLogger(__name__)

OnMessage = Callable[[str, bytes], None]
OnOnline = Callable[[bool], None]

KEEPALIVE = 60  # seconds; a silent loss is noticed after one and a half of them
CONFIRMED = 10.0  # seconds a confirmation may take


class Link(Protocol):
    """A device's connection to the cloud."""

    @property
    def online(self) -> bool:
        """Connected, and its subscriptions confirmed."""
        ...

    def start(self) -> None:
        """Connect, and again whenever the connection is lost. Does not wait for it."""
        ...

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send, and wait until the broker has confirmed. False: it has not; send it again."""
        ...

    def stop(self) -> None:
        """Disconnect properly."""
        ...


@dataclass(frozen=True)
class Broker:
    """Where to connect, and by whose word it is the right place."""

    host: str
    port: int
    ca: Path


class MqttLink:
    """A Link by paho. ``on_message`` and ``on_online`` run in its thread and must be short."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        certificate: Path,
        key: Path,
        topics: Sequence[str],
        on_message: OnMessage,
        on_online: OnOnline,
        *,
        clean: bool = False,
        keepalive: int = KEEPALIVE,
        bind: str = "",
    ) -> None:
        """``clean``: no session is kept; otherwise commands wait for a device that reconnects.
        ``keepalive``: seconds; ``bind``: the address of the network interface to go through.

        Raises OSError when a file is missing or is no certificate.
        """
        self._broker = broker
        self._keepalive = keepalive
        self._bind = bind
        self._topics = topics
        self._on_online = on_online
        self._online = threading.Event()
        self._lock = threading.Lock()
        self._pending: dict[tuple[str, bytes], mqtt.MQTTMessageInfo] = {}
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=clean, protocol=mqtt.MQTTv311
        )
        self._client.tls_set(str(broker.ca), str(certificate), str(key))
        self._dice = random.SystemRandom()
        self._client.reconnect_delay_set(*reconnect_delays(self._dice))
        self._client.on_connect = self._connected
        self._client.on_connect_fail = self._failed
        self._client.on_subscribe = self._subscribed
        self._client.on_disconnect = self._disconnected
        self._client.on_message = lambda _client, _data, message: on_message(
            message.topic, bytes(message.payload)
        )

    @property
    def online(self) -> bool:
        """See Link."""
        return self._online.is_set()

    def start(self) -> None:
        """See Link."""
        self._client.connect_async(
            self._broker.host, self._broker.port, self._keepalive, bind_address=self._bind
        )
        self._client.loop_start()

    def publish(self, topic: str, payload: bytes) -> bool:
        """See Link. Called again after a failure, it waits for what paho itself sends again."""
        if not self.online:
            return False
        try:
            with self._lock:
                info = self._pending.get((topic, payload))
                if info is None or info.is_published():
                    info = self._client.publish(topic, payload, qos=1)
                self._pending[topic, payload] = info
            info.wait_for_publish(CONFIRMED)
            published = info.is_published()
        except (RuntimeError, ValueError) as error:
            log.warning("mqtt: not sent: %s", error)
            return False
        if published:
            with self._lock:
                self._pending.pop((topic, payload), None)
        return published

    def stop(self) -> None:
        """See Link."""
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(
        self,
        client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.warning("mqtt: refused: %s", reason)
            return
        client.subscribe([(topic, 1) for topic in self._topics])

    def _subscribed(
        self,
        _client: mqtt.Client,
        _data: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            log.error("mqtt: a subscription was refused: %s", [str(reason) for reason in reasons])
        self._online.set()
        self._on_online(True)

    def _failed(self, _client: mqtt.Client, _data: object) -> None:
        log.warning("mqtt: no connection to %s:%d", self._broker.host, self._broker.port)

    def _disconnected(
        self,
        _client: mqtt.Client,
        _data: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        log.info("mqtt: disconnected: %s", reason)
        self._client.reconnect_delay_set(*reconnect_delays(self._dice))
        if self._online.is_set():
            self._online.clear()
            self._on_online(False)
