"""HTTP routes: what watchers want to be told of a home's activity, and who looks after what they
were told (HT-11, AL-63)."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, Field

from lambdas.ingest.activity import notices
from lambdas.ingest.activity.access import NOTICES, NOTIFIED, RHYTHM
from lambdas.ingest.activity.preferences import Kept, Preferences, SensorSite, carries_times
from lambdas.ingest.activity.told import Acknowledged, Episode, Topic, TopicName
from lambdas.ingest.activity_store import ActivityStore
from lambdas.ingest.problems import TEXTS
from lambdas.shared.access import Denied, Grant, Permission, authorize
from lambdas.shared.aws import bus, http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class NoticeApiSettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str
    event_bus: str


app = http.resolver(TEXTS)
handler = http.entry(app)

Home = Annotated[str, Path(description="Home")]


def _asked(home: str, permission: Permission = "operate") -> tuple[Grant, datetime, ActivityStore]:
    settings = load(NoticeApiSettings)
    who = http.caller(app)
    grant = authorize(
        Directory(settings.directory_table).home(home), who.person, permission, who.now
    )
    if not grant.home.features(who.now) & {NOTICES, RHYTHM}:
        raise Denied("not-in-contract", rule=NOTIFIED.rule, service=NOTIFIED.service)
    return grant, who.now, ActivityStore(settings.readings_table)


class NoticePreferences(BaseModel):
    """What the caller wants to be told, and what holds for the home. ``rhythm``: whether the
    contract has it (AL-05); ``carries_times``: whether the line carries 定刻連絡 (AL-63)."""

    preferences: Preferences
    site: SensorSite
    rhythm: bool
    carries_times: bool


class ActivityNotice(BaseModel):
    """Something that somebody was told of: it lasts while ``over`` is None."""

    topic: TopicName
    number: int
    since: datetime
    over: datetime | None
    told_me: bool = Field(description="Whether the caller was told of it")
    acknowledged_by: str | None = Field(description="The name of who looks after it")
    acknowledged_at: datetime | None


class ActivityNotices(BaseModel):
    """The last of each kind, the newest first."""

    home: str
    notices: list[ActivityNotice]


@app.get(
    "/homes/<home>/activity/preferences",
    summary="What I want to be told (HT-11, AL-63)",
    tags=["Activity"],
)
def get_preferences(home: Home) -> NoticePreferences:
    grant, now, store = _asked(home)
    people, site = store.preferences(home)
    mine = people.get(grant.member.person, Kept()).preferences
    return _shown(mine, site, rhythm=RHYTHM in grant.home.features(now))


@app.put(
    "/homes/<home>/activity/preferences",
    summary="Change what I want to be told (HT-11, AL-63)",
    tags=["Activity"],
)
def put_preferences(home: Home, preferences: Preferences) -> NoticePreferences:
    grant, now, store = _asked(home)
    _, site = store.preferences(home)
    if preferences.times and not carries_times(site.line):
        raise Problem(422, "times-need-internet", rule="AL-63")
    store.prefer(home, grant.member.person, Kept(preferences=preferences, since=now))
    store.look_again(home, None)
    return _shown(preferences, site, rhythm=RHYTHM in grant.home.features(now))


@app.put(
    "/homes/<home>/activity/site",
    summary="The home's line and rhythm (AL-63, AL-05)",
    tags=["Activity"],
)
def put_site(home: Home, site: SensorSite) -> NoticePreferences:
    grant, now, store = _asked(home, "manage")
    store.set_site(home, site)
    store.look_again(home, None)
    people, _ = store.preferences(home)
    mine = people.get(grant.member.person, Kept()).preferences
    return _shown(mine, site, rhythm=RHYTHM in grant.home.features(now))


@app.get("/homes/<home>/activity/notices", summary="What we were told (HT-11)", tags=["Activity"])
def get_notices(home: Home) -> ActivityNotices:
    grant, _, store = _asked(home)
    found = [
        _notice(topic, one, grant.member.person, store.acknowledged(home, _key(topic, one)))
        for topic, one in store.told(home).episodes.items()
        if topic is not Topic.CONNECTION or grant.member.role == "contractor"
    ]
    found.sort(key=lambda one: (one.over is None, one.since), reverse=True)
    return ActivityNotices(home=home, notices=found)


@app.post(
    "/homes/<home>/activity/notices/<topic>/<number>/acknowledgement",
    summary="I look after it: all who were told are told so (HT-11)",
    tags=["Activity"],
)
def acknowledge(
    home: Home, topic: Annotated[TopicName, Path()], number: Annotated[int, Path()]
) -> ActivityNotice:
    grant, now, store = _asked(home)
    member, what = grant.member, Topic(topic)
    episode = store.told(home).episodes.get(what)
    if episode is None or episode.number != number or member.person not in episode.told:
        raise Problem(404, "not-found")
    mine = Acknowledged(person=member.person, name=member.name, at=now)
    first = store.acknowledge(home, _key(what, episode), mine)
    if first.person == member.person:
        for notice in notices.acknowledged(home, what, episode, first):
            bus.publish(load(NoticeApiSettings).event_bus, notice)
    return _notice(what, episode, member.person, first)


def _key(topic: Topic, episode: Episode) -> str:
    return f"{topic}#{episode.number}"


def _shown(mine: Preferences, site: SensorSite, *, rhythm: bool) -> NoticePreferences:
    return NoticePreferences(
        preferences=mine, site=site, rhythm=rhythm, carries_times=carries_times(site.line)
    )


def _notice(topic: Topic, episode: Episode, person: str, by: Acknowledged | None) -> ActivityNotice:
    return ActivityNotice(
        topic=topic.value,
        number=episode.number,
        since=episode.since,
        over=episode.over,
        told_me=person in episode.told,
        acknowledged_by=by.name if by else None,
        acknowledged_at=by.at if by else None,
    )
