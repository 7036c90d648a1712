"""The agents of devices: cameras, sensors and gateways as programs (``python -m iot.agent``)."""
