// The canvas on which WebGL draws many points. While the view moves, the last picture is moved with it and is
// drawn again as often as the machine can: with a GPU in each frame, without one a few times a second.

import {coloursOf, fading, pointsWithin} from './large_points.js';

const VERTEX = `#version 300 es
in float x; in float y; in vec4 colour; in float size;
uniform vec2 middle; uniform vec2 scale; uniform float ratio;
out vec4 shade; out float wide;
void main() {
  gl_Position = vec4((x - middle.x) * scale.x, (y - middle.y) * scale.y, 0., 1.);
  wide = size * ratio + 1.;
  gl_PointSize = wide;
  shade = colour;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 shade; in float wide;
uniform float opacity; uniform float cornered;
out vec4 pixel;
void main() {
  vec2 at = abs(gl_PointCoord - .5) * wide;
  float far = mix(length(at), (at.x + at.y) * .85, cornered);
  float cover = clamp(wide * .5 - far, 0., 1.) * opacity;
  pixel = vec4(shade.rgb * cover, cover);
}`;
const SHARE = 6; // while the view moves, at most one part of this many of the time is spent on drawing points
const STILL = 200; // milliseconds after which a view that was moving is at rest, even if a hand still holds it

/** @typedef {import('./types').Ranges} Ranges */
/** @typedef {import('./types').Trace} Trace */
/** @typedef {typeof import('./vendored/libraries')} Libraries */

export class PointCanvas {
  /**
   * @param {Libraries} libraries
   * @param {() => void} lost called when the browser takes the drawing away
   * @param {number} ratio of the pixels of the picture to those of the page
   */
  constructor(libraries, lost, ratio = Math.min(2, Math.max(1, globalThis.devicePixelRatio || 1))) {
    this.libraries = libraries;
    this.ratio = ratio;
    this.root = document.createElement('div');
    this.root.className = 'w2v-points';
    this.canvas = document.createElement('canvas');
    this.root.append(this.canvas);
    const gl = this.canvas.getContext('webgl2', {antialias: false, depth: false});
    const program = gl && libraries.createProgramInfo(gl, [VERTEX, FRAGMENT]);
    if (!gl || !program) throw new Error('WebGL is not available');
    this.gl = gl;
    this.program = program;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    /** @type {{trace: Trace, buffers: import('./vendored/libraries').BufferInfo, opacity: number, cornered: boolean}[]} */
    this.clouds = [];
    /** @type {import('./types').Box} */
    this.box = [0, 0, 1, 1];
    /** @type {Ranges | null} of what the canvas now shows */
    this.drawn = null;
    /** @type {Ranges | null} of what it should show */
    this.wanted = null;
    this.busy = false;
    this.cost = 0; // milliseconds of the last drawing
    this.ended = 0;
    this.freed = false;
    this.resting = true; // so that what is drawn should be what is wanted
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.stopped = undefined;
    this.pictures = 0;
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      if (!this.freed) lost();
    });
  }

  /**
   * Take points over, with their look.
   * @param {Trace[]} clouds
   */
  set(clouds) {
    const {gl, libraries} = this;
    this.release();
    this.clouds = clouds.map((trace) => {
      const {size, opacity = 1, symbol} = trace.marker, colours = coloursOf(trace.marker);
      const one = colours.length === 4 && trace.x.length !== 1;
      const buffers = libraries.createBufferInfoFromArrays(gl, {
        x: {numComponents: 1, data: floats(trace.x)},
        y: {numComponents: 1, data: floats(trace.y)},
        colour: one ? {value: Array.from(colours, (v) => v / 255)} : {numComponents: 4, data: colours},
        size: typeof size === 'number' || !size ? {value: [size ?? 6]} : {numComponents: 1, data: floats(size)},
      });
      return {trace, buffers, opacity, cornered: symbol === 'diamond'};
    });
    this.drawn = null;
  }

  /**
   * Take other places of the same points over.
   * @param {Trace[]} clouds
   */
  move(clouds) {
    const {gl} = this;
    if (clouds.length !== this.clouds.length || clouds.some(({x}, i) => x.length !== this.clouds[i].trace.x.length)) {
      this.set(clouds);
      return;
    }
    this.clouds.forEach((cloud, i) => {
      cloud.trace = clouds[i];
      for (const axis of ['x', 'y']) {
        gl.bindBuffer(gl.ARRAY_BUFFER, cloud.buffers.attribs?.[axis].buffer ?? null);
        gl.bufferSubData(gl.ARRAY_BUFFER, 0, floats(clouds[i][axis]));
      }
    });
    this.drawn = null;
  }

  release() {
    for (const {buffers} of this.clouds) {
      for (const {buffer} of Object.values(buffers.attribs ?? {})) if (buffer) this.gl.deleteBuffer(buffer);
    }
    this.clouds = [];
  }

  free() {
    this.freed = true;
    clearTimeout(this.stopped);
    this.root.remove();
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  /**
   * Where the canvas lies in the plot, in pixels.
   * @param {import('./types').Box} box
   */
  place(box) {
    const [left, top, right, bottom] = this.box = box, {ratio} = this;
    const width = Math.max(1, Math.round((right - left) * ratio)), height = Math.max(1, Math.round((bottom - top) * ratio));
    Object.assign(this.root.style, {left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`});
    if (this.canvas.width === width && this.canvas.height === height) return;
    Object.assign(this.canvas, {width, height});
    this.drawn = null;
  }

  /**
   * Show the points at rest.
   * @param {Ranges} ranges
   */
  show(ranges) {
    this.wanted = ranges;
    this.resting = true;
    this.shift();
    if (!this.busy) this.draw();
  }

  /**
   * Follow a view that is moving.
   * @param {Ranges} ranges
   */
  follow(ranges) {
    this.wanted = ranges;
    this.resting = false;
    this.shift();
    clearTimeout(this.stopped);
    this.stopped = setTimeout(() => this.show(this.wanted ?? ranges), STILL);
    if (!this.busy && performance.now() - this.ended >= (SHARE - 1) * this.cost) this.draw();
  }

  /** Move the last picture to where its points are wanted. */
  shift() {
    const {drawn, wanted, box: [left, top, right, bottom]} = this;
    if (!drawn || !wanted) return;
    const [sx, dx] = along(drawn.x, wanted.x, right - left), [sy, dy] = along(flipped(drawn.y), flipped(wanted.y), bottom - top);
    this.canvas.style.transform = same(drawn, wanted) ? '' : `translate(${dx}px,${dy}px) scale(${sx},${sy})`;
  }

  draw() {
    const {gl, program, libraries, canvas, wanted} = this;
    if (!wanted || gl.isContextLost() || (this.drawn && same(this.drawn, wanted))) { this.shift(); return; }
    const {x: [x0, x1], y: [y0, y1]} = wanted, began = performance.now();
    const fade = fading(this.clouds.reduce((sum, {trace}) => sum + pointsWithin(trace, wanted), 0));
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(program.program);
    for (const {buffers, opacity, cornered} of this.clouds) {
      libraries.setBuffersAndAttributes(gl, program, buffers);
      libraries.setUniforms(program, {middle: [(x0 + x1) / 2, (y0 + y1) / 2], scale: [2 / (x1 - x0), 2 / (y1 - y0)],
        ratio: this.ratio * fade.size, opacity: opacity * fade.opacity, cornered: Number(cornered)});
      libraries.drawBufferInfo(gl, buffers, gl.POINTS);
    }
    this.drawn = wanted;
    this.shift();
    this.wait(began);
  }

  /**
   * Learn how long the drawing takes, and draw again after it if something else is wanted by then.
   * @param {number} began
   */
  wait(began) {
    const {gl} = this, fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.busy = true;
    gl.flush();
    const look = () => {
      const still = fence && !gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.UNSIGNALED;
      if (still && performance.now() - began < 5000) { setTimeout(look, 4); return; }
      gl.deleteSync(fence);
      this.busy = false;
      this.ended = performance.now();
      this.cost = this.ended - began;
      this.pictures++;
      if (this.resting) this.draw();
    };
    setTimeout(look, 0);
  }
}

/** @type {(values: any) => Float32Array} */
const floats = (values) => (values instanceof Float32Array ? values : Float32Array.from(values));

/** @type {(a: Ranges, b: Ranges) => boolean} */
const same = (a, b) => a.x[0] === b.x[0] && a.x[1] === b.x[1] && a.y[0] === b.y[0] && a.y[1] === b.y[1];

/** @type {(range: [number, number]) => [number, number]} */
const flipped = ([low, high]) => [-high, -low];

/**
 * How a picture of one range is scaled and moved to be one of another.
 * @param {[number, number]} drawn
 * @param {[number, number]} wanted
 * @param {number} length in pixels
 * @returns {[scale: number, offset: number]}
 */
export function along([a0, a1], [b0, b1], length) {
  return [(a1 - a0) / (b1 - b0), (a0 - b0) / (b1 - b0) * length];
}
