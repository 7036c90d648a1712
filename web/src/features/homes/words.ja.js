export default {
  "homes.title": "見守っている家",
  "homes.none": "見守っている家はまだありません。",
  "homes.noneDetail": "ご契約者に、あなたのメールアドレスでの招待をお願いしてください。",

  "role.contractor": "ご契約者",
  "role.watcher": "見守る人",
  "role.watched": "見守られる人",
  "role.other": "見守る人",

  "home.allWell": "すべてのカメラがつながっています。",
  "home.oneSilent": "「{name}」から連絡がありません。",
  "home.someSilent": { other: "{n}台のカメラから連絡がありません。" },
  "home.noneYet": "カメラはまだつながっていません。",
  "home.lastEvent": "最後のお知らせ：{when} {camera}",
  "home.noEvent": "お知らせはまだありません。",
  "home.cameras": "カメラ",
  "home.count": "{max}台のうち{n}台",
  "home.noCamera": "カメラはまだありません。",
  "home.noCameraContractor": "最初のカメラを追加すると、ここに様子が出ます。",
  "home.noCameraWatcher": "ご契約者がカメラを追加すると、ここに様子が出ます。",
  "home.notInContract": "現在のご契約では、お部屋のみまもりをご利用いただけません。",
  "home.back": "{home}へもどる",
};
