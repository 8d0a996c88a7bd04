// The functions of libraries.js that are used. tests/js/vendored.js builds that file.

export interface ProgramInfo {
  program: WebGLProgram;
}
export interface BufferInfo {
  numElements: number;
  attribs?: {[name: string]: {buffer?: WebGLBuffer}};
}

/** Throws, or returns null after writing to the console, where a shader cannot be built. */
export function createProgramInfo(gl: WebGL2RenderingContext, shaders: [vertex: string, fragment: string]): ProgramInfo;
export function createBufferInfoFromArrays(gl: WebGL2RenderingContext, arrays: {[name: string]: object}): BufferInfo;
export function setBuffersAndAttributes(gl: WebGL2RenderingContext, program: ProgramInfo, buffers: BufferInfo): void;
export function setUniforms(program: ProgramInfo, values: {[name: string]: number | number[]}): void;
export function drawBufferInfo(gl: WebGL2RenderingContext, buffers: BufferInfo, type: number): void;

/** A static index of points. */
export class KDBush {
  constructor(points: number);
  add(x: number, y: number): number;
  finish(): this;
  /** The points in a box, by the order in which they were added. */
  range(minX: number, minY: number, maxX: number, maxY: number): number[];
}
