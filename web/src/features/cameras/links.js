import { address } from "../../lib/address.js";

export const addCamera = address("/homes/:home/cameras/new");
export const camera = address("/homes/:home/cameras/:camera/view");
export const pictureMail = address("/homes/:home/picture-mail");
export const event = address("/homes/:home/events/:event");
