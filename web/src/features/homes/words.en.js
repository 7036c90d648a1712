export default {
  "homes.title": "Homes you watch over",
  "homes.none": "You are not watching over any home yet.",
  "homes.noneDetail": "Please ask the contract holder to invite you with your email address.",

  "role.contractor": "Contract holder",
  "role.watcher": "Watching over",
  "role.watched": "Watched over",
  "role.other": "Watching over",

  "home.allWell": "All cameras are connected.",
  "home.oneSilent": "“{name}” has not been heard from.",
  "home.someSilent": { one: "{n} camera has not been heard from.", other: "{n} cameras have not been heard from." },
  "home.noneYet": "No camera is connected yet.",
  "home.lastEvent": "Last notice: {when}, {camera}",
  "home.noEvent": "No notices yet.",
  "home.cameras": "Cameras",
  "home.count": "{n} of {max}",
  "home.noCamera": "No cameras yet.",
  "home.noCameraContractor": "Add the first camera to see how things are.",
  "home.noCameraWatcher": "Once the contract holder adds a camera, it appears here.",
  "home.notInContract": "Your contract does not include room watch at present.",
  "home.back": "Back to {home}",
};
