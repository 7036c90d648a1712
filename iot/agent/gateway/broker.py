"""The MQTT broker at home, on which Zigbee2MQTT publishes: by paho, which reconnects by itself."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from iot.agent.gateway.zigbee import Message

log = logging.getLogger(__name__)

KEEPALIVE = 60  # seconds


@dataclass(frozen=True)
class HomeAddress:
    """Where the broker is, and as whom it is used."""

    host: str
    port: int = 1883
    base: str = "zigbee2mqtt"
    user: str | None = None
    password: str | None = None
    ca: Path | None = None  # with TLS


class PahoHomeBroker:
    """Implements `iot.agent.gateway.home.HomeBroker`."""

    def __init__(self, address: HomeAddress) -> None:
        self._address = address
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
        self._client.reconnect_delay_set(min_delay=1, max_delay=60)
        if address.user is not None:
            self._client.username_pw_set(address.user, address.password)
        if address.ca is not None:
            self._client.tls_set(str(address.ca))

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        """See HomeBroker. Callbacks run in paho's thread."""
        prefix = f"{self._address.base}/"

        def connected(
            client: mqtt.Client,
            _data: object,
            _flags: mqtt.ConnectFlags,
            reason: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            if reason.is_failure:
                log.warning("broker at home: refused: %s", reason)
                return
            client.subscribe(f"{prefix}#", qos=1)
            on_online(True)

        def disconnected(
            _client: mqtt.Client,
            _data: object,
            _flags: mqtt.DisconnectFlags,
            reason: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            log.warning("broker at home: disconnected: %s", reason)
            on_online(False)

        def heard(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
            topic = message.topic.removeprefix(prefix)
            on_message(Message(topic, bytes(message.payload), message.retain))

        self._client.on_connect = connected
        self._client.on_disconnect = disconnected
        self._client.on_message = heard
        self._client.connect_async(self._address.host, self._address.port, KEEPALIVE)
        self._client.loop_start()

    def stop(self) -> None:
        """See HomeBroker."""
        self._client.disconnect()
        self._client.loop_stop()
