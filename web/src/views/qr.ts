/** A QR code as a drawing. The encoder is loaded only when somebody asks for a code. */

import { plain } from "../annotate.ts";

export async function qrCode(text: string, label: string): Promise<SVGSVGElement> {
  const { encode } = await import("uqr");
  // Four modules of quiet zone, as the standard asks.
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", plain(label));
  const ground = document.createElementNS(namespace, "rect");
  ground.setAttribute("class", "qr-ground");
  ground.setAttribute("width", String(size));
  ground.setAttribute("height", String(size));
  const modules = document.createElementNS(namespace, "path");
  modules.setAttribute("class", "qr-modules");
  modules.setAttribute(
    "d",
    data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""),
  );
  svg.append(ground, modules);
  return svg;
}
