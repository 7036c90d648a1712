"""News behind the page: what the API's own models say, kept in memory."""

from datetime import datetime, timedelta
from typing import Any

from lambdas.news.api import Inquiry, NewsLine, NewsList, NewsPiece
from lambdas.news.news import Content, Corrected, Published, Withdrawn, standing
from lambdas.news.staff_api import NewsAtDesk, NewsEvent, NewsFile

TEXT = "年末年始も休まず見守ります。\n<b>お電話</b>も、いつもどおりお受けします。"


class FakeNews:
    """One piece for everybody, and whatever staff publishes."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.facts: dict[str, list[Any]] = {}
        self.read: set[tuple[str, str, int]] = set()

    def published(self, id: str, urgent: bool = False, **words: str) -> None:
        """A piece that is there already."""
        content = Content.model_validate(
            {
                "ja": {"title": "年末年始のご案内", "text": TEXT, **words},
                "audience": {"to": "everyone"},
                "starts": self.now - timedelta(hours=2),
                "ends": self.now + timedelta(days=7),
                "urgent": urgent,
            }
        )
        self.facts[id] = [Published(at=content.starts, by="sato", content=content)]

    def answer(self, method: str, parts: list[str], email: str) -> Any:
        """What families ask."""
        pieces = [standing(id, facts) for id, facts in self.facts.items()]
        shown = [one for one in pieces if one.shown(self.now)]
        lines = {
            one.id: {
                "id": one.id,
                "title": one.content.ja.title,
                "since": one.content.starts,
                "corrected_at": one.corrected_at,
                "urgent": one.content.urgent,
                "read": (email, one.id, one.revision) in self.read,
            }
            for one in shown
        }
        if not parts:
            made = [NewsLine.model_validate(line) for line in lines.values()]
            asked = Inquiry(phone="0120-000-001", hours="毎日24時間")
            unread = sum(not one.read for one in made)
            return NewsList(news=made, unread=unread, inquiry=asked).model_dump(mode="json")
        one = next(one for one in shown if one.id == parts[0])
        if method == "PUT":
            self.read.add((email, one.id, one.revision))
            return None
        text = one.content.ja.text
        return NewsPiece.model_validate({**lines[one.id], "text": text, "language": "ja"}
        ).model_dump(mode="json")  # fmt: skip

    def staff(self, method: str, parts: list[str], body: Any) -> Any:
        """What the desk asks."""
        if not parts:
            views = [self._view(id) for id in sorted(self.facts, reverse=True)]
            return [view.model_dump(mode="json") for view in views]
        id, *did = parts
        if method == "PUT":
            content = Content.model_validate(body)
            self.facts[id] = [Published(at=self.now, by="sato", content=content)]
        elif did == ["correction"]:
            said = {"content": Content.model_validate(body["content"]), "why": body["why"]}
            self.facts[id].append(Corrected(at=self.now, by="sato", **said))
        elif did == ["withdrawal"]:
            self.facts[id].append(Withdrawn(at=self.now, by="sato", why=body["why"]))
        events = [
            NewsEvent(
                at=fact.at,
                by=fact.by,
                what=fact.fact,
                why=getattr(fact, "why", ""),
                content=getattr(fact, "content", None),
            )
            for fact in self.facts[id]
        ]
        file = NewsFile(**self._view(id).model_dump(), events=events)
        return file.model_dump(mode="json")

    def _view(self, id: str) -> NewsAtDesk:
        one = standing(id, self.facts[id])
        shown, over = one.shown(self.now), one.withdrawn_at is not None
        return NewsAtDesk(**one.model_dump(), shown_now=shown, may_change=not over)
