// Photographs of a visit, made small on the phone.
const LONGEST = 1600; // px: enough to see a window, small enough for a phone's line

/** A photograph as JPEG in Base64, made small; rejects for what is no picture. */
export async function small(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}
