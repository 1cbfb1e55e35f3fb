# SPDX-License-Identifier: GPL-3.0-or-later
"""A participant of a WebRTC stack that nobody here wrote (aiortc), as a child process of stack.test.mjs.

Lines of JSON. On standard output: {"offer", "sources"} at once; then {"state", "frames", "change", "energy"} twice a
second: decoded pictures, the mean change between the last two, and the sound's energy. On standard input: {"answer"}.
With the argument "aes256" it speaks AEAD_AES_256_GCM (RFC 7714); else it is as shipped and knows AES-128 in counter
mode alone.
"""
import asyncio
import fractions
import json
import math
import sys

import aioice.ice
import av
import numpy
from aiortc import RTCPeerConnection, RTCSessionDescription, MediaStreamTrack, rtcdtlstransport
from pylibsrtp import Policy

RATE = 48000
SAMPLES = RATE // 50
KEY_BYTES, SALT_BYTES = 32, 12


def speak_aes256():
    """Key and salt sizes and the profile, in the three places where aiortc fixes them."""
    rtcdtlstransport.SRTP_KEY_LEN = KEY_BYTES
    rtcdtlstransport.SRTP_SALT_LEN = SALT_BYTES
    original = rtcdtlstransport.RTCCertificate._create_ssl_context

    def create_ssl_context(certificate):
        context = original(certificate)
        context.set_tlsext_use_srtp(b"SRTP_AEAD_AES_256_GCM")
        return context

    def policy(key, ssrc_type):
        return Policy(key=key, ssrc_type=ssrc_type, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM)

    policy.SSRC_ANY_INBOUND = Policy.SSRC_ANY_INBOUND
    policy.SSRC_ANY_OUTBOUND = Policy.SSRC_ANY_OUTBOUND
    rtcdtlstransport.RTCCertificate._create_ssl_context = create_ssl_context
    rtcdtlstransport.Policy = policy


class Paced(MediaStreamTrack):
    """A track that makes one frame after the other, at its pace."""

    def __init__(self, interval):
        super().__init__()
        self._interval = interval
        self._count = 0
        self._start = None

    async def recv(self):
        now = asyncio.get_running_loop().time()
        self._start = now if self._start is None else self._start
        await asyncio.sleep(max(0.0, self._start + self._count * self._interval - now))
        self._count += 1
        return self.make(self._count - 1)


class Tone(Paced):
    kind = "audio"

    def __init__(self):
        super().__init__(SAMPLES / RATE)

    def make(self, number):
        phase = numpy.arange(number * SAMPLES, (number + 1) * SAMPLES) * (2 * math.pi * 1000 / RATE)
        frame = av.AudioFrame.from_ndarray((numpy.sin(phase) * 8000).astype(numpy.int16).reshape(1, -1), layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = number * SAMPLES, RATE, fractions.Fraction(1, RATE)
        return frame


class Stripes(Paced):
    kind = "video"

    def __init__(self):
        super().__init__(1 / 15)

    def make(self, number):
        picture = numpy.full((180, 320, 3), (30, 160, 200), dtype=numpy.uint8)
        left = number * 8 % 296
        picture[80:100, left:left + 24] = 0
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number * 6000, fractions.Fraction(1, 90000)
        return frame


class Received:
    """What has arrived, decoded."""

    def __init__(self):
        self.frames, self.change, self.energy = 0, 0.0, 0.0

    async def watch(self, track):
        last = None
        while True:
            pixels = (await track.recv()).to_ndarray(format="gray").astype(numpy.int16)
            self.frames += 1
            if last is not None and last.shape == pixels.shape:
                self.change = float(numpy.abs(pixels - last).mean())
            last = pixels

    async def listen(self, track):
        while True:
            samples = (await track.recv()).to_ndarray().astype(numpy.float64) / 32768
            self.energy += float((samples ** 2).sum()) / RATE


def say(message):
    print(json.dumps(message), flush=True)


async def take_answer(connection):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    line = await reader.readline()
    await connection.setRemoteDescription(RTCSessionDescription(json.loads(line)["answer"], "answer"))


async def main():
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    if "aes256" in sys.argv:
        speak_aes256()
    connection = RTCPeerConnection()
    received = Received()
    tasks = set()

    @connection.on("track")
    def on_track(track):
        task = received.watch(track) if track.kind == "video" else received.listen(track)
        tasks.add(asyncio.ensure_future(task))

    mic = connection.addTransceiver(Tone(), direction="sendonly")
    camera = connection.addTransceiver(Stripes(), direction="sendonly")
    for kind in ("audio", "video"):
        connection.addTransceiver(kind, direction="recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    say({"offer": connection.localDescription.sdp, "sources": {"mic": mic.mid, "camera": camera.mid, "screen": None}})
    await take_answer(connection)
    while True:
        say({"state": connection.connectionState, **vars(received)})
        await asyncio.sleep(0.5)


asyncio.run(main())
