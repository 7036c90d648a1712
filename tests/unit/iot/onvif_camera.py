"""A double of a camera's ONVIF service: what it is asked, answered in the words of the standard."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:trt="http://www.onvif.org/ver10/media/wsdl"'
    ' xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema"><s:Body>{}</s:Body></s:Envelope>'
)
FAULT = (
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code>"
    '<s:Reason><s:Text xml:lang="en">the motor is stuck</s:Text></s:Reason></s:Fault>'
)
SERVICE = (
    "<tds:Service><tds:Namespace>http://www.onvif.org/{0}/wsdl</tds:Namespace>"
    "<tds:XAddr>{1}</tds:XAddr>"
    "<tds:Version><tt:Major>2</tt:Major><tt:Minor>6</tt:Minor></tds:Version></tds:Service>"
)
TURNS = (
    '<tt:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name><tt:UseCount>1</tt:UseCount>'
    "<tt:NodeToken>node</tt:NodeToken></tt:PTZConfiguration>"
)
DATE = (
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
    "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
    "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
)


class OnvifCamera:
    """A camera that turns, or not; what it was asked stands in ``asked``."""

    def __init__(self, *, turns: bool = True, stuck: bool = False) -> None:
        self.turns, self.stuck = turns, stuck
        self.asked: list[str] = []
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fault, body = camera.answer(said, f"http://{self.headers['Host']}/onvif")
                answer = ENVELOPE.format(body).encode()
                self.send_response(500 if fault else 200)
                self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, said: str, own: str) -> tuple[bool, str]:
        """Whether it is a fault, and the body of the answer."""
        body = said[said.index("Body>") :]
        match = re.search(r"<(?:\w+:)?(\w+)", body)
        assert match
        name = match[1]
        pan = re.search(r"PanTilt[^>]* x=\"(-?[\d.]+)\"|PanTilt[^>]* y=\"(-?[\d.]+)\"", body)
        self.asked.append(f"{name} {self._way(body)}" if pan and name == "ContinuousMove" else name)
        if name == "GetSystemDateAndTime":
            return False, DATE
        if name == "GetServices":
            found = ("ver10/device", "ver10/media", *(["ver20/ptz"] if self.turns else []))
            services = "".join(SERVICE.format(one, own) for one in found)
            return False, f"<tds:GetServicesResponse>{services}</tds:GetServicesResponse>"
        if name == "GetProfiles":
            profile = f"<tt:Name>main</tt:Name>{TURNS if self.turns else ''}"
            profile = f'<trt:Profiles token="main" fixed="true">{profile}</trt:Profiles>'
            return False, f"<trt:GetProfilesResponse>{profile}</trt:GetProfilesResponse>"
        if name == "ContinuousMove" and self.stuck:
            return True, FAULT
        assert name in ("ContinuousMove", "Stop"), said
        return False, f"<tptz:{name}Response/>"

    @staticmethod
    def _way(body: str) -> str:
        found = dict(re.findall(r"\b([xy])=\"(-?[\d.]+)\"", body))
        return f"{float(found['x']):g},{float(found['y']):g}"
