export default {
  "app.name": "Mimamori",
  "app.skip": "Skip to content",
  "app.language": "日本語",
  "app.languageLabel": "Switch to Japanese (日本語)",
  "app.jump": "On this page",
  "app.logOut": "Log out",
  "app.loading": "Loading…",
  "app.retry": "Try again",
  "app.cancel": "Cancel",
  "app.saved": "Saved.",

  "problem.offline": "No internet connection.",
  "problem.offlineDetail": "Please check your signal or Wi-Fi. This page updates by itself once you are back online.",
  "problem.server": "The service is having trouble right now.",
  "problem.serverDetail": "Please try again in a little while.",
  "problem.login": "Please log in again.",
  "problem.loginDetail": "For safety, you are logged out after a while.",
  "problem.refused": "That could not be done.",
  "problem.reason": "{why} ({at})",
  "problem.stale": "The latest information could not be loaded. Trying again by itself.",

  "hidden.title": "This page cannot be shown",
  "hidden.text": "The link is too old, or this account may not see it.",
  "hidden.home": "To the first page",

  "time.today": "Today",
  "time.yesterday": "Yesterday",
};
