export default {
  "news.title": "News and how to ask",
  "news.none": "There is no news now.",
  "news.unread": "Not read yet",
  "news.urgent": "Important",
  "news.corrected": "Corrected",
  "news.correctedAt": "Corrected: {when}",
  "news.ask": "How to ask",
  "news.hours": "Open: {hours}",

};
