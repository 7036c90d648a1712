// Places in a picture that always move: they are offered, to be ignored. Plain functions.

/** {left, top, right, foot} about a zone's corners. */
export function edges({ points }) {
  const across = points.map(([x]) => x);
  const down = points.map(([, y]) => y);
  return { left: Math.min(...across), top: Math.min(...down), right: Math.max(...across), foot: Math.max(...down) };
}

/** Whether a place that was offered is ignored already. */
export const taken = (zones, offered) => zones.some((zone) => {
  const [a, b] = [edges(zone), edges(offered)];
  return zone.use === "ignore" && a.left <= b.left && a.top <= b.top && a.right >= b.right && a.foot >= b.foot;
});
