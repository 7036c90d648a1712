"""Requests about people's data: asked for, agreed to, told to all contexts."""

from datetime import datetime

from lambdas.homes.request_store import RequestStore
from lambdas.homes.requests import (
    AGAIN,
    NotErased,
    Request,
    What,
    check_erasure,
    of_home,
    of_person,
    subject_of,
)
from lambdas.shared.aws import bus
from lambdas.shared.aws.directory import Directory
from lambdas.shared.events import DisclosureAsked, ErasureAgreed
from lambdas.shared.household import Home
from lambdas.shared.personal_data import Subject


class RequestService:
    """What is done with requests."""

    def __init__(self, directory: Directory, store: RequestStore, event_bus: str) -> None:
        self._directory, self._store, self._bus = directory, store, event_bus

    def of_home(self, home: Home, what: What, by: str, reason: str, now: datetime) -> Request:
        """Ask for a home's data. NotErased where it may not be erased now."""
        if what == "erasure":
            check_erasure(home, len(self._directory.linked(home.id)), now)
        alone = [
            one.person
            for one in home.members
            if set(self._directory.homes_of(one.person)) <= {home.id}
        ]
        subject = subject_of(home, self._directory.things(home.id), alone)
        return self._ask(of_home(home.id), what, subject, by, reason, now)

    def of_person(self, person: str, what: What, by: str, reason: str, now: datetime) -> Request:
        """Ask for what is kept of a person. NotErased while they belong to a home."""
        if what == "erasure" and self._directory.homes_of(person):
            raise NotErased("still-a-member")
        return self._ask(of_person(person), what, Subject(persons=(person,)), by, reason, now)

    def agree(self, request: Request, by: str, now: datetime) -> Request:
        """Agree to an erasure, which begins with it; again, nothing changes. NotErased when it is
        not to be erased now."""
        if not request.begun:
            agreed = request.agreed(by, now)
            home = self._directory.home(request.subject.home) if request.subject.home else None
            if home:
                check_erasure(home, len(self._directory.linked(home.id)), now)
            self._store.agree(agreed)
            request = self._store.request(request.of, request.id) or agreed
        self._tell(request)
        return request

    def _ask(
        self, of: str, what: What, subject: Subject, by: str, reason: str, now: datetime
    ) -> Request:
        """Ask once: within a day the same request is meant."""
        for known in self._store.requests(of):
            fresh = now - known.asked_at < AGAIN
            if known.what == what and (fresh or not known.begun):
                self._tell(known)
                return known
        request = Request(
            id=f"{now:%Y%m%dT%H%M%S%f}-{what}-{of.partition('#')[2]}",
            what=what,
            subject=subject,
            asked_by=by,
            asked_at=now,
            reason=reason,
        )
        self._store.add(request)
        self._tell(request)
        return request

    def _tell(self, request: Request) -> None:
        """Tell all contexts to do what was asked for; told again, they do it again."""
        if not request.begun:
            return
        said = {"id": request.id, "subject": request.subject, "at": request.asked_at}
        kind = DisclosureAsked if request.what == "disclosure" else ErasureAgreed
        bus.publish(self._bus, kind(**said))
