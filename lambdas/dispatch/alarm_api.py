"""HTTP routes of the guard centre about alarms."""

from pydantic import BaseModel, Field

from lambdas.dispatch.base_api import operator, problems_answered
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.views import CaseView, case_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws import http
from lambdas.shared.settings import load

app = http.resolver(TEXTS)
handler = http.entry(app)


class Mistake(BaseModel):
    """Somebody phones and says that the alarm was a mistake: who, and by what they are believed."""

    who: str = Field("", max_length=60)
    password: str = Field("", max_length=60)
    said: str = Field("", max_length=1000)


@app.post(
    "/dispatch/alarms/<case>/mistake",
    summary="An alarm was a mistake (AL-20)",
    description="Whoever says so gives the password, or a name that the contractor gave. Nobody "
    "goes any more, and it costs nothing. Said again, it is no harm.",
    tags=["Alarms: staff"],
)
def mistake(case: str, said: Mistake) -> CaseView:
    who = operator(app)
    service = DispatchService(load(DispatchSettings))
    actor = Actor(who.now, who.person, "phone")
    with problems_answered():
        after = service.alarms.mistake(case, said.password, said.who, said.said, actor)
    return case_view(after, who.language, who.now, staff=True)
