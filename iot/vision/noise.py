"""How much this camera's pictures tremble by themselves, and how bright they are: thresholds fit
for the room by day are blind in the dark, where everything differs by less, noise included."""

import cv2
import numpy as np

from iot.vision.picture import Grey
from iot.vision.values import Settings

__all__ = ["NoiseLevel"]

_EVERY = 0.25  # seconds between measurements
_BRIGHT = 60.0  # mean grey level from which the full threshold holds
_LEAST = 4.0  # grey levels: bytes and compression tremble so much
_TIMES = 4.0  # a changed pixel differs by so many standard deviations of the noise
_FAINT = 0.6  # of the threshold, for small things in a quiet picture
_RATE = 0.2  # of a new measurement


class NoiseLevel:
    """The noise of the working picture: a standard deviation in grey levels, measured between
    pictures a quarter of a second apart where most of them agree."""

    def __init__(self, now: Grey, t: float) -> None:
        self._last, self._t = now[::3, ::3], t
        self.sigma = 0.0
        self._bright = max(1.0, cv2.mean(now)[0])

    def measure(self, now: Grey, t: float) -> None:
        """Take in a picture."""
        if 0 <= t - self._t < _EVERY:
            return
        some = now[::3, ::3]
        # Two thirds of differences that spread like noise are below 0.97 of their deviation,
        # which is that of the noise times the root of two; what moves is among the rest.
        middle = np.percentile(cv2.absdiff(some, self._last), 68) / 1.41
        rate = _RATE if self.sigma else 1.0
        self.sigma += rate * (float(middle) - self.sigma)
        self._bright += rate * (cv2.mean(some)[0] - self._bright)
        self._last, self._t = some, t

    def fit(self, settings: Settings) -> Settings:
        """The settings for a camera so noisy and a room so bright: never duller than given."""
        wanted = settings.threshold * min(1.0, self._bright / _BRIGHT)
        level = min(settings.threshold, max(wanted, _LEAST, _TIMES * self.sigma))
        if level >= settings.threshold:
            return settings
        return settings.at(level)

    def fit_faint(self, settings: Settings) -> Settings:
        """Those for small things, which differ by less; as far as the noise allows."""
        level = max(_FAINT * settings.threshold, _LEAST, 2 * _TIMES * self.sigma)
        return settings.at(min(level, settings.threshold))
