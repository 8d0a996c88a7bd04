// Made from contract.json by tests/js/contract.js: change that file, not this one.

/** What the component is given for one drawing of a plot. */
export type Data = {
  /** The figure as JSON: data, layout and frames as Plotly has them, a Reference in place of each large array. */
  figure: string;
  /** Pixels, the slider included. */
  height: number;
  /** File name of a downloaded picture, without its ending. */
  name: string;
  /** What the axes show; while it stays the same, zoom and camera do. */
  view: string;
  focus: Focus | null;
  /** Colours of the figure and what replaces each on a dark ground. */
  on_dark: {[name: string]: string};
  /** Whether box and lasso are offered. */
  select: boolean;
  /** The frame that is shown first; null for the last. */
  pass: number | null;
  /** The query parameter that holds zoom or camera. */
  address: string | null;
  title: Title | null;
  /** The plot's identity; the same from run to run. */
  key: string;
  /** The slots that hold the figure's large arrays, and the digest of what each must hold. */
  parts: {[name: string]: string};
  answers: Answers | null;
};

/** Where a flat plot moves to, once for each new key. */
export type Focus = {
  key: string;
  x: number;
  y: number;
  /** The width and height that are shown at most. */
  span: [number, number];
};

/** A line above the plot: text before a word, the word in bold, text after it. */
export type Title = [string, string, string];

/** The digest of the table of nearest words, and the key of the plot that shows their bars. */
export type Answers = [string, string];

/** What the component of one slot is given: large arrays that travel apart from the figure. */
export type Part = {
  slot: string;
  /** A digest of the value. */
  key: string;
  /** JSON: an object of arrays, packed where they are numbers; or Nearest. */
  value: string;
};

/** A typed array as Plotly writes it. */
export type Packed = {
  dtype: "f4" | "f8" | "i1" | "u1" | "i2" | "u2" | "i4" | "u4";
  /** Little-endian bytes in base64. */
  bdata: string;
  /** "rows, columns" of a matrix. */
  shape?: string;
};

/** Stands in a figure for a large array: its slot and its name there. */
export type Reference = {
  "$part": [string, string];
};

/** Each word's nearest, by which a map answers clicks itself. */
export type Nearest = {
  /** Rows, k of each word, best first. */
  near: Packed;
  /** In whole steps. */
  cosines: Packed;
  k: number;
  /** Of which 1 is made. */
  steps: number;
};

/** layout.meta of a figure: what the browser needs beside the figure itself. */
export type Meta = {
  labels?: Labels;
  map?: WordMap;
  callouts?: Callouts;
  film?: Film;
};

/** The points of the figure have labels, as many as find room. */
export type Labels = {
  /** The trace whose points they are, or the first of several. */
  points: number;
  /** The trace that shows labels where no browser places them. */
  trace: number;
  /** Points that choose before all others, by their place among the points. */
  first: number[];
};

/** How a map marks and labels its words. */
export type WordMap = {
  /** Traces of points, one after the other; 1 where left out. */
  clouds?: number;
  /** How many of the first are marked: the selected word and its nearest. */
  rings: number;
  /** Labels at most. */
  most: number;
  /** Whether lines join the selected word to its nearest. */
  lines?: boolean;
};

/** Annotations that stand beside points, each where the picture has room. */
export type Callouts = {
  /** The first of the annotations; there are as many as gaps. */
  first: number;
  /** The direction in which each would rather stand, y upward. */
  away: Pair[];
  /** Pixels from the middle of each point that its mark takes. */
  gaps: number[];
  /** Further points that should stay visible, in data units. */
  obstacles: Pair[];
  /** Whether one that finds no free place is shown all the same. */
  keep_all: boolean;
  search: Search;
};

/** The numbers by which a place for a callout is chosen. */
export type Search = {
  /** Pixels between a mark and the edge of its label that are tried, near ones first. */
  reaches: number[];
  /** Tried around the point at each reach. */
  directions: number;
  /** Pixels between a label and the middle of another mark. */
  clear: number;
  /** The reach from which a line leads to the label. */
  led_from: number;
  /** A place that costs less than its reach and this ends the search. */
  enough: number;
  /** Cost of a square pixel of another label. */
  covered: number;
  /** Cost of a mark or obstacle that is covered. */
  marks: number;
  /** Cost of a pixel outside the picture. */
  outside: number;
  /** Cost of a quarter turn from the wished direction. */
  turned: number;
};

/** The frames move several traces at once. */
export type Film = {
  /** The trace whose points the callouts follow: two a pair. */
  words: number;
};

export type Pair = [number, number];

/** Event "click": a point was clicked. */
export type Click = {
  /** The first number of the point's customdata; its place where it has none. */
  row: number;
  /** With the shift key held. */
  add: boolean;
};

/** Event "select": points lie inside a box or lasso. */
export type Select = {
  rows: number[];
};

/** Event "pass": the slider came to rest. */
export type Pass = {
  /** The name of the frame. */
  pass: number;
};
