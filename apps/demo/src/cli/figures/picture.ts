import type { PictureEvent } from '../../events/event.ts';
import type { Style } from './style.ts';

/** Two rows of pixels in a line of half blocks, made smaller to fit; without colours only its size. */
export function pictureText({ width, height, pixels }: PictureEvent, style: Style): string {
  if (!style.color) return `${width} × ${height} pixels; --out writes them as PNG.\n`;
  const channels = pixels.length / (width * height);
  const step = Math.max(1, Math.ceil(width / style.columns));
  const color = (x: number, y: number): string => {
    const [r, g, b] = [0, 1, 2].map((c) => {
      let [sum, count] = [0, 0];
      for (let dy = 0; dy < step && y + dy < height; dy++) {
        for (let dx = 0; dx < step && x + dx < width; dx++, count++) {
          sum += pixels[((y + dy) * width + x + dx) * channels + (channels === 3 ? c : 0)]!;
        }
      }
      return count === 0 ? 0 : Math.round(sum / count);
    });
    return `2;${r};${g};${b}`;
  };
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2 * step) {
    let line = '';
    for (let x = 0; x < width; x += step) {
      line += `\u001B[38;${color(x, y)};48;${color(x, y + step)}m▀`;
    }
    lines.push(`${line}\u001B[0m`);
  }
  return `${lines.join('\n')}\n`;
}
