// Shapes that several modules share. What Python and the browser tell one another is in contract.d.ts.

import type {Meta} from './contract';

export type Numbers = ArrayLike<number>;
export type Box = [left: number, top: number, right: number, bottom: number];
export type Place = [x: number, y: number];

/** A trace, layout or annotation as Plotly has them; only what is used here is named. */
export interface Trace {
  x: Numbers;
  y: Numbers;
  z?: Numbers;
  text?: ArrayLike<string>;
  customdata?: ArrayLike<Numbers>;
  [name: string]: any;
}
export interface Note {
  x: number;
  y: number;
  text: string;
  font: {size: number};
  visible?: boolean;
  [name: string]: any;
}
export interface Layout {
  meta?: Meta;
  annotations?: Note[];
  [name: string]: any;
}
export interface Figure {
  data: Trace[];
  layout: Layout;
}
export interface Frame {
  name: string;
  data: Trace[];
  traces: number[];
}

/** How data become pixels of the plot, and the part of it in which points are seen. */
export interface View {
  box: Box;
  at(x: number, y: number, z?: number): Place;
}

export interface Ranges {
  x: [number, number];
  y: [number, number];
}
export interface Point {
  x: number;
  y: number;
  z: number;
}
export interface Camera {
  eye: Point;
  center: Point;
  up: Point;
}

/** A label that has found its place beside point k of a cloud, or the name of a region over its middle. */
export interface Label {
  cloud: Trace;
  k: number;
  text: string;
  size: number;
  position: string;
  anchor: 'start' | 'middle' | 'end';
  dx: number;
  dy: number;
  /** What it takes, in pixels from its point. */
  box: Box;
  ahead: boolean;
  chosen: boolean;
  /** The colour of the region that it names. */
  region?: string;
  node?: SVGGElement;
}

/** A word and its nearest, marked in the browser until Python has drawn them. */
export interface Marks {
  cloud: Trace;
  marks: number[];
  lines: boolean;
}

/** What a renderer tells of the person at the plot. */
export interface Listener {
  clicked(row: number, withShift: boolean): void;
  selected(rows: number[]): void;
  /** The browser has taken the means to draw away: the figure should be drawn by another renderer. */
  lost(): void;
  /** The view is moving: the axes' ranges of this moment. */
  moving(ranges: Ranges): void;
  /** Anything of the layout changed. */
  changed(): void;
  turned(camera: Camera | null): void;
  /** The axes changed; null where they are back at the figure's own, undefined where they did not move. */
  zoomed(ranges: Ranges | null | undefined): void;
}

export interface Settings {
  /** While it stays the same, the tool that a person chose does. */
  view: string;
  inSpace: boolean;
  ranges: Ranges | null;
  camera: Camera | null;
  /** Whether box and lasso are offered. */
  select: boolean;
  /** Whether it is a map of words, which zooms by the wheel and always shows its buttons. */
  isMap: boolean;
  save: {[format in 'png' | 'svg' | 'html']: () => void};
}

export interface Picture {
  format: 'png' | 'svg';
  filename: string;
  width: number;
  height: number;
}

/** What draws figures into an element. All else in this folder knows no drawing library. */
export interface Renderer {
  /** Fetch the library, but do not run it yet. */
  expect(): void;
  load(): Promise<void>;
  isLoaded(): boolean;
  draw(el: HTMLElement, figure: Figure, settings: Settings): Promise<void>;
  /** Draw other places of the points, and change nothing else. */
  move(el: HTMLElement, figure: Figure): Promise<void>;
  /** Change some fields of the first trace and of the layout. */
  change(el: HTMLElement, trace: object, layout: object): void;
  annotate(el: HTMLElement, annotations: Note[]): Promise<void>;
  resize(el: HTMLElement): Promise<void>;
  /** Show these ranges of flat axes, or look from this camera, as if a person had moved there. */
  look(el: HTMLElement, view: {ranges?: Ranges, camera?: Camera}): void;
  free(el: HTMLElement): void;
  listen(el: HTMLElement, listener: Listener): void;
  /** What is drawn now; null before the first drawing. */
  figure(el: HTMLElement): Figure | null;
  inSpace(el: HTMLElement): boolean;
  /** Null while nothing can be projected; ranges stand for those of the axes. */
  view(el: HTMLElement, ranges?: Ranges): View | null;
  ranges(el: HTMLElement): Ranges | null;
  camera(el: HTMLElement): Camera | null;
  /** Another text for each other direction of the camera; null where there is none. */
  direction(el: HTMLElement): string | null;
  width(el: HTMLElement): number;
  height(el: HTMLElement): number;
  /** The box around the whole drawing. */
  frame(el: HTMLElement): HTMLElement | null;
  /** Put a layer above the points and below what hover shows. */
  insert(el: HTMLElement, layer: SVGElement): void;
  /** Legends and scales, which labels must not cover. */
  furniture(el: HTMLElement): Element[];
  show(el: HTMLElement, names: string[], visible: boolean): void;
  savePicture(figure: Figure, picture: Picture): Promise<void>;
  /** A page of its own with the figure, as pieces of HTML. */
  page(figure: Figure, title: string): Promise<string[]>;
}
