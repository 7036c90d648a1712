"""The working picture: small and grey, made of a JPEG or of a decoded frame."""

import cv2
import numpy as np
import numpy.typing as npt

from iot.vision import jpeg as jpeg_file
from iot.vision.jpeg import BadFrames, Size

__all__ = ["BadFrames", "Grey", "decode", "shrink"]

Grey = npt.NDArray[np.uint8]  # height x width

WIDTH_MIN, WIDTH_MAX = 160, 384  # of the working picture, pixels
_REDUCED = {
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    1: cv2.IMREAD_GRAYSCALE,
}


def reduction(size: Size) -> int:
    """By how much to reduce a picture while decoding: 8, 4, 2 or 1."""
    return next((by for by in _REDUCED if size.width // by >= WIDTH_MIN), 1)


def decode(jpeg: bytes) -> Grey:
    """The working picture of a JPEG: grey, 160 to 384 pixels wide. Raises BadFrames."""
    by = reduction(jpeg_file.size(jpeg))
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _REDUCED[by])
    except cv2.error:
        grey = None
    if grey is None:
        raise BadFrames("corrupt-jpeg", "cannot be decoded")
    if _unfinished(np.asarray(grey, np.uint8), by, len(jpeg)):
        raise BadFrames("corrupt-jpeg", "its lower part is missing")
    return _at_most(np.asarray(grey, np.uint8), WIDTH_MAX)


def _unfinished(grey: Grey, by: int, length: int) -> bool:
    """Whether the data ended early: libjpeg only warns, and paints what is missing in this grey."""
    if not (grey[-max(1, 16 // by) :] == 128).all():
        return False
    missing = grey == 128
    least = grey.size * by * by // 256  # bytes: two bits a block, were all of it really grey
    return not missing.all() or length < least


def shrink(picture: npt.NDArray[np.uint8]) -> Grey:
    """The working picture of a decoded frame (height x width, or x 3 in BGR)."""
    height, width = picture.shape[:2]
    small: cv2.typing.MatLike = picture
    by = reduction(Size(width, height))
    while by > 1:  # halving is fast, and three times half is half the time of once an eighth
        size = small.shape[1] // 2, small.shape[0] // 2
        small, by = cv2.resize(small, size, interpolation=cv2.INTER_AREA), by // 2
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return _at_most(np.asarray(grey, np.uint8), WIDTH_MAX)


def _at_most(grey: Grey, width: int) -> Grey:
    if grey.shape[1] <= width:
        return grey
    height = max(1, round(grey.shape[0] * width / grey.shape[1]))
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
