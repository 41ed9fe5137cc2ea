// The colour of somebody: from her portrait, else from her name.

const KEY = 'talker.tint.';
const flights = new Map<string, Promise<number>>();

/** Evening skies: above, in the middle, at the horizon. */
const skies = [
  [245, 288, 335],
  [228, 204, 182],
  [285, 348, 26],
  [268, 322, 350],
  [250, 226, 268],
  [322, 14, 42],
  [222, 188, 44],
] as const;

/** The sky of a name, always the same. */
export function skyOfName(name: string): (typeof skies)[number] {
  let h = 2166136261;
  for (const c of name) h = Math.imul(h ^ c.codePointAt(0)!, 16777619);
  return skies[(h >>> 5) % skies.length]!;
}

export function hueOfName(name: string): number {
  return skyOfName(name)[1];
}

/** The hue that most of a picture's colour has. */
export function hueOfPixels(data: Uint8ClampedArray): number | null {
  const bins = new Float64Array(36);
  for (let i = 0; i < data.length; i += 4) {
    const r = data[i]! / 255;
    const g = data[i + 1]! / 255;
    const b = data[i + 2]! / 255;
    const most = Math.max(r, g, b);
    const d = most - Math.min(r, g, b);
    if (data[i + 3]! < 128 || d < 0.08) continue;
    const h = most === r ? ((g - b) / d + 6) % 6 : most === g ? (b - r) / d + 2 : (r - g) / d + 4;
    const bin = Math.floor(h * 6) % 36;
    bins[bin] = bins[bin]! + d * most;
  }
  let best = -1;
  let weight = 0;
  for (let i = 0; i < 36; i++) {
    const w = bins[i]! + 0.5 * (bins[(i + 1) % 36]! + bins[(i + 35) % 36]!);
    if (w > weight) {
      weight = w;
      best = i;
    }
  }
  return best < 0 ? null : best * 10 + 5;
}

async function read(url: string, name: string): Promise<number> {
  const img = new Image();
  img.src = url;
  await img.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 32;
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (!ctx) return hueOfName(name);
  ctx.drawImage(img, 0, 0, 32, 32);
  return hueOfPixels(ctx.getImageData(0, 0, 32, 32).data) ?? hueOfName(name);
}

/** What is known now; a picture not yet seen is read on the side. */
export function tint(name: string, url: string | null, later?: (hue: number) => void): number {
  if (!url) return hueOfName(name);
  try {
    const known = sessionStorage.getItem(KEY + url);
    if (known) return Number(known);
  } catch {
    // No storage: it is read again.
  }
  if (later) {
    let f = flights.get(url);
    if (!f) {
      f = read(url, name).catch(() => hueOfName(name));
      flights.set(url, f);
    }
    void f.then((h) => {
      try {
        sessionStorage.setItem(KEY + url, String(h));
      } catch {
        // As above.
      }
      later(h);
    });
  }
  return hueOfName(name);
}
