// The chart, which stands below what is looked at first and is loaded after it.
import { bring } from "../../../lib/bring.js";
import { later } from "../../../parts/later.js";
import * as feature from "../index.js";

export const MotionChart = later(async () => {
  await bring([feature]);
  return import("./motion-chart.js");
}, "MotionChart");
