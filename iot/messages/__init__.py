"""What devices and the cloud say to each other over MQTT (JSON), as validated models."""
