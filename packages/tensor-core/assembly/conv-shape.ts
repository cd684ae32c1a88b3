// The shapes of the convolution at work; a kernel says them once, for all that it calls.

// Channels are those of a group.
export let batch: i32 = 0;
export let groups: i32 = 0;
export let inChannels: i32 = 0;
export let outChannels: i32 = 0;
export let inDepth: i32 = 0;
export let inHeight: i32 = 0;
export let inWidth: i32 = 0;
export let kernelDepth: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let outDepth: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
export let strideDepth: i32 = 0;
export let strideHeight: i32 = 0;
export let strideWidth: i32 = 0;
export let padDepth: i32 = 0;
export let padHeight: i32 = 0;
export let padWidth: i32 = 0;
export let dilationDepth: i32 = 0;
export let dilationHeight: i32 = 0;
export let dilationWidth: i32 = 0;

export function describe(
  n: i32,
  g: i32,
  c: i32,
  o: i32,
  d: i32,
  h: i32,
  w: i32,
  kd: i32,
  kh: i32,
  kw: i32,
  od: i32,
  oh: i32,
  ow: i32,
  sd: i32,
  sh: i32,
  sw: i32,
  pd: i32,
  ph: i32,
  pw: i32,
  dd: i32,
  dh: i32,
  dw: i32,
): void {
  batch = n;
  groups = g;
  inChannels = c;
  outChannels = o;
  inDepth = d;
  inHeight = h;
  inWidth = w;
  kernelDepth = kd;
  kernelHeight = kh;
  kernelWidth = kw;
  outDepth = od;
  outHeight = oh;
  outWidth = ow;
  strideDepth = sd;
  strideHeight = sh;
  strideWidth = sw;
  padDepth = pd;
  padHeight = ph;
  padWidth = pw;
  dilationDepth = dd;
  dilationHeight = dh;
  dilationWidth = dw;
}

/** Elements of a kernel of one channel. */
export function kernelSize(): i32 {
  return kernelDepth * kernelHeight * kernelWidth;
}

