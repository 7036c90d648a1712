export default {
  "app.name": "みまもり",
  "app.skip": "本文へ移動",
  "app.language": "English",
  "app.languageLabel": "表示を英語に切り替える (English)",
  "app.jump": "このページの中の移動",
  "app.logOut": "ログアウト",
  "app.loading": "読み込んでいます…",
  "app.retry": "もう一度読み込む",
  "app.cancel": "やめる",
  "app.saved": "保存しました。",

  "problem.offline": "インターネットにつながりません。",
  "problem.offlineDetail": "電波や Wi-Fi をご確認ください。つながると、自動で新しくなります。",
  "problem.server": "ただいまサービスに不具合が起きています。",
  "problem.serverDetail": "しばらくしてから、もう一度お試しください。",
  "problem.login": "もう一度ログインしてください。",
  "problem.loginDetail": "安全のため、しばらくするとログインが切れます。",
  "problem.refused": "この操作はできませんでした。",
  "problem.reason": "{why}（{at}）",
  "problem.stale": "最新の情報を読み込めていません。自動でやり直しています。",

  "hidden.title": "この画面は見られません",
  "hidden.text": "リンクが古いか、いまのアカウントでは見られない内容です。",
  "hidden.home": "最初の画面へ",

  "time.today": "今日",
  "time.yesterday": "昨日",
};
