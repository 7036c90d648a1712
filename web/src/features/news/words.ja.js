export default {
  "news.title": "お知らせ・お問い合わせ",
  "news.none": "いま、お知らせはありません。",
  "news.unread": "未読",
  "news.urgent": "重要",
  "news.corrected": "訂正",
  "news.correctedAt": "{when}に訂正しました。",
  "news.ask": "お問い合わせ",
  "news.hours": "受付時間：{hours}",

};
