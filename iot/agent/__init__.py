"""A camera as a program: what a small computer with a lens runs (``python -m iot.agent``)."""
