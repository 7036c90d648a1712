import { useAnswer } from "../../lib/data.js";
import { endpoint } from "../../lib/http.js";

export const homeOf = endpoint("GET /homes/{home}");
export const devicesOf = endpoint("GET /homes/{home}/devices");

/** A home with its devices, as one answer: {data, problem, reload, put}; `put` takes the devices. */
export function useHome(home, how) {
  const about = useAnswer(homeOf.path({ home }), how);
  const linked = useAnswer(devicesOf.path({ home }), how);
  return {
    data: about.data && linked.data && { ...about.data, devices: linked.data.devices },
    problem: about.problem ?? linked.problem,
    reload: () => {
      about.reload();
      linked.reload();
    },
    put: (devices) => linked.put({ devices }),
  };
}
