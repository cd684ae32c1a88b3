/** Drawing with smooth edges: a figure is the distance of each point to its outline, negative inside. */
import type { Generator } from '@kasane/tensor-core';
import type { Image } from '../image.ts';

/** A place on the plane: x to the right, y down. */
export type Point = readonly [x: number, y: number];

/** How far a place is from the outline, negative inside. */
export type Figure = (x: number, y: number) => number;

/** Brightness of each channel, 0 to 255. */
export type Colour = readonly number[];

/** A filled circle. */
export function disc([cx, cy]: Point, radius: number): Figure {
  return (x, y) => Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) - radius;
}

/** What is in `a` and not in `b`. */
export function without(a: Figure, b: Figure): Figure {
  return (x, y) => Math.max(a(x, y), -b(x, y));
}

/** A filled polygon: the distance to the nearest edge, negative where a ray crosses an odd number of them. */
export function polygon(corners: readonly Point[]): Figure {
  const edges = segments([...corners, corners[0]!]);
  return (x, y) => {
    let inside = false;
    for (let e = 0; e < edges.length; e += 4) {
      const ay = edges[e + 1]!;
      const dy = edges[e + 3]!;
      const crosses = ay > y !== ay + dy > y;
      if (crosses && x < edges[e]! + (edges[e + 2]! * (y - ay)) / dy) inside = !inside;
    }
    const distance = toNearest(edges, x, y);
    return inside ? -distance : distance;
  };
}

/** A line through points, `thickness` wide, with round ends. */
export function stroke(points: readonly Point[], thickness: number): Figure {
  const pieces = segments(points);
  return (x, y) => toNearest(pieces, x, y) - thickness / 2;
}

/** The pieces between points, four numbers each: x, y and the way to the next. */
function segments(points: readonly Point[]): Float64Array {
  const out = new Float64Array(4 * (points.length - 1));
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    out.set([a[0], a[1], b[0] - a[0], b[1] - a[1]], 4 * (i - 1));
  }
  return out;
}

// Every pixel asks this of every piece: no arrays, no hypot.
function toNearest(pieces: Float64Array, x: number, y: number): number {
  let nearest = Infinity;
  for (let e = 0; e < pieces.length; e += 4) {
    const px = x - pieces[e]!;
    const py = y - pieces[e + 1]!;
    const dx = pieces[e + 2]!;
    const dy = pieces[e + 3]!;
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : (px * dx + py * dy) / length;
    const t = along < 0 ? 0 : along > 1 ? 1 : along;
    const rx = px - t * dx;
    const ry = py - t * dy;
    nearest = Math.min(nearest, rx * rx + ry * ry);
  }
  return Math.sqrt(nearest);
}

/** A figure drawn about the origin, moved: turned by `angle`, `scale` times as large, at `centre`. */
export function placed(figure: Figure, centre: Point, scale: number, angle: number): Figure {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [cx, cy] = centre;
  return (x, y) => {
    const dx = (x - cx) / scale;
    const dy = (y - cy) / scale;
    return scale * figure(cos * dx + sin * dy, cos * dy - sin * dx);
  };
}

/** Paints a figure over a picture within a box; pixels at the edge are covered in part. */
export function paint(
  image: Image,
  figure: Figure,
  colour: Colour,
  [left, top, right, bottom]: readonly number[] = [0, 0, image.width, image.height],
): void {
  const { data, channels, height, width } = image;
  const from = [Math.max(0, Math.floor(left!)), Math.max(0, Math.floor(top!))] as const;
  for (let y = from[1]; y < Math.min(height, bottom!); y++) {
    for (let x = from[0]; x < Math.min(width, right!); x++) {
      const cover = Math.min(1, Math.max(0, 0.5 - figure(x + 0.5, y + 0.5)));
      if (cover === 0) continue;
      for (let c = 0; c < channels; c++) {
        const at = (c * height + y) * width + x;
        data[at] = Math.round(data[at]! + cover * (colour[c]! - data[at]!));
      }
    }
  }
}

/** Fills a picture with a colour that goes over into another in a random direction, and noise. */
export function paintGround(
  image: Image,
  [from, to]: readonly [Colour, Colour],
  noise: number,
  generator: Generator,
): void {
  const { data, channels, height, width } = image;
  const angle = 2 * Math.PI * generator.random();
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // From -½ to ½ along the direction, corners aside.
      const along = dx * (x / width - 0.5) + dy * (y / height - 0.5);
      const t = Math.min(1, Math.max(0, along + 0.5));
      const light = noise * generator.normal();
      for (let c = 0; c < channels; c++) {
        const value = from[c]! + t * (to[c]! - from[c]!) + light;
        data[(c * height + y) * width + x] = Math.round(Math.min(255, Math.max(0, value)));
      }
    }
  }
}

/** A colour by hue (0 to 1), saturation and lightness. */
export function colourOf(hue: number, saturation: number, lightness: number): Colour {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue * 12) % 12;
    return 255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  });
}
