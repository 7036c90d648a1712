"""Alarm and spoken warning (DC-27). A process of its own plays them: nothing waits for it."""

import io
import logging
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from iot.agent.device import files

log = logging.getLogger(__name__)

Sound = Literal["alarm", "voice"]

RATE = 16_000  # samples a second
WARNING = "けいこくします。このへやは、みまもりちゅうです。ごかぞくに、おしらせしました。"
"""Spoken where there is a synthesizer. In kana, because a small one cannot read kanji."""

_Wave = npt.NDArray[np.float64]


class Player(Protocol):
    """Makes the camera heard."""

    def play(self, sound: Sound, seconds: int) -> bool:
        """Begin a sound of ``seconds``, in place of one that plays. False: it cannot be heard."""
        ...

    def stop(self) -> None:
        """Be silent."""
        ...


class Muted:
    """A player that makes no sound, where none is wanted."""

    def play(self, sound: Sound, seconds: int) -> bool:
        """See Player. Only says so."""
        log.info("sound: muted: %s for %d s", sound, seconds)
        return True

    def stop(self) -> None:
        """See Player."""


class Speaker:
    """Plays through the first player program that the machine has."""

    def __init__(self, device: str | None = None) -> None:
        """``device``: as the player program names it; its default otherwise."""
        self._device = device
        self._folder = tempfile.TemporaryDirectory(prefix="mimamori-sound-")
        self._process: subprocess.Popen[bytes] | None = None

    def play(self, sound: Sound, seconds: int) -> bool:
        """See Player."""
        command = player_command(self._device)
        if command is None:
            log.warning("sound: no player program, %s not heard", sound)
            return False
        self.stop()
        path = Path(self._folder.name) / f"{sound}-{seconds}.wav"
        try:
            if not path.exists():
                files.write(path, wav(sound, seconds))
            self._process = subprocess.Popen(
                [*command, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            log.warning("sound: %s not heard: %s", sound, error)
            return False
        return True

    def stop(self) -> None:
        """See Player."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None


def player_command(device: str | None = None) -> list[str] | None:
    """How to play a file here: ALSA, PulseAudio or macOS; None when there is no way."""
    if shutil.which("aplay"):
        return ["aplay", "-q", *(["-D", device] if device else [])]
    if shutil.which("paplay"):
        return ["paplay", *([f"--device={device}"] if device else [])]
    return ["afplay"] if shutil.which("afplay") else None


def wav(sound: Sound, seconds: int) -> bytes:
    """A sound as a WAV file, repeated to ``seconds``."""
    once = _siren() if sound == "alarm" else _spoken()
    samples = np.resize(once, RATE * seconds)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return out.getvalue()


def _siren() -> _Wave:
    """Two tones, half a second each."""
    return np.concatenate([_tone(hertz, 0.5) for hertz in (960, 770)])


def _spoken() -> _Wave:
    """The warning, by espeak-ng where there is one, and a pause; otherwise a chime."""
    if shutil.which("espeak-ng"):
        command = ["espeak-ng", "-v", "ja", "-s", "140", "--stdout", WARNING]
        try:
            said = subprocess.run(command, capture_output=True, timeout=10, check=True).stdout
            return np.concatenate([_resampled(said), np.zeros(RATE)])
        except (OSError, ValueError, EOFError, wave.Error, subprocess.SubprocessError) as error:
            log.warning("sound: no voice: %s", error)
    return _chime()


def _chime() -> _Wave:
    """Syllables of a voice-like pitch, rising and falling as a sentence does, then a pause."""
    pitches = (392, 440, 494, 440, 392, 330)
    return np.concatenate([*(_syllable(hertz, 0.22) for hertz in pitches), np.zeros(RATE)])


def _tone(hertz: float, seconds: float) -> _Wave:
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def _syllable(hertz: float, seconds: float) -> _Wave:
    overtones = sum(_tone(hertz * n, seconds) / n for n in (1, 2, 3))
    return np.asarray(overtones * np.hanning(int(RATE * seconds)) / 2, np.float64)


def _resampled(file: bytes) -> _Wave:
    """A mono 16-bit WAV file at this module's rate. espeak-ng streams a length that is not true."""
    with wave.open(io.BytesIO(file)) as source:
        rate = source.getframerate()
    spoken = np.frombuffer(file[44 : len(file) // 2 * 2], "<i2").astype(np.float64) / 32_768
    at = np.arange(0, len(spoken), rate / RATE)
    return np.interp(at, np.arange(len(spoken)), spoken)
