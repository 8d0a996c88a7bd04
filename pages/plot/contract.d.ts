// Made from contract.json by tests/js/contract.js: change that file, not this one.

/** The input of the component for one drawing of a plot. */
export type Data = {
  /** The figure as JSON: data, layout and frames in Plotly's format, with a Reference in place of each large array. */
  figure: string;
  /** The height in pixels, including the slider. */
  height: number;
  /** The file name of a downloaded picture, without its extension. */
  name: string;
  /** What the axes show. While it stays the same, zoom and camera stay the same too. */
  view: string;
  focus: Focus | null;
  /** Colours of the figure, each with its replacement on a dark background. */
  on_dark: {[name: string]: string};
  /** Whether box and lasso selection are available. */
  select: boolean;
  /** The frame that is shown first; null for the last. */
  pass: number | null;
  /** A name for the film, which then plays once of itself, unless the person prefers reduced motion; null for one that waits for a click. */
  play: string | null;
  /** The query parameter that stores the zoom or camera. */
  address: string | null;
  title: Title | null;
  /** The plot's identity; the same from run to run. */
  key: string;
  /** The slots with the figure's large arrays, and the digest of the required content of each. */
  parts: {[name: string]: string};
  answers: Answers | null;
  /** The smallest type in pixels while pages are presented, which also lets the plot fill the window; null otherwise. */
  least_type: number | null;
};

/** The place to which a flat plot moves, once for each new key. */
export type Focus = {
  key: string;
  x: number;
  y: number;
  /** The largest width and height that are shown. */
  span: [number, number];
};

/** A line above the plot: text before a word, the word in bold, text after it. */
export type Title = [string, string, string];

/** The digest of the table of nearest words, and the key of the plot that shows their bars. */
export type Answers = [string, string];

/** The input of the component of one slot: large arrays that are sent separately from the figure. */
export type Part = {
  slot: string;
  /** A digest of the value. */
  key: string;
  /** JSON: an object of arrays, packed where they are numbers; or Nearest. */
  value: string;
};

/** A typed array in Plotly's JSON format. */
export type Packed = {
  dtype: "f4" | "f8" | "i1" | "u1" | "i2" | "u2" | "i4" | "u4";
  /** Little-endian bytes in base64. */
  bdata: string;
  /** "rows, columns" of a matrix. */
  shape?: string;
};

/** Replaces a large array in a figure: its slot and its name there. */
export type Reference = {
  "$part": [string, string];
};

/** The nearest words of each word, with which a map answers clicks without the server. */
export type Nearest = {
  /** Rows, k of each word, best first. */
  near: Packed;
  /** Cosines as whole numbers of steps. */
  cosines: Packed;
  k: number;
  /** The number of steps in a cosine of 1. */
  steps: number;
};

/** layout.meta of a figure: what the browser needs in addition to the figure itself. */
export type Meta = {
  labels?: Labels;
  map?: WordMap;
  callouts?: Callouts;
  regions?: Regions;
  film?: Film;
  captions?: Captions;
};

/** The points of the figure have labels, as many as fit. */
export type Labels = {
  /** The trace of the points, or the first of several. */
  points: number;
  /** The trace that shows labels if no browser places them. */
  trace: number;
  /** Points that are labelled before all others, by their index among the points. */
  first: number[];
};

/** How a map marks and labels its words. */
export type WordMap = {
  /** The number of consecutive traces of points; 1 by default. */
  clouds?: number;
  /** The number of the first points that are marked: the selected word and its nearest words. */
  rings: number;
  /** The largest number of labels. */
  most: number;
  /** Whether lines connect the selected word with its nearest words. */
  lines?: boolean;
};

/** Groups of neighbouring points whose names stand over them. The group of a point is its marker.color, counted from 0. */
export type Regions = {
  /** Escaped, like every text of a figure. */
  names: string[];
  colors: string[];
};

/** Annotations beside points, placed where the figure has room. */
export type Callouts = {
  /** The first of the annotations; there are as many as gaps. */
  first: number;
  /** The preferred direction of each, with y upward. */
  away: Pair[];
  /** The radius of the mark of each point in pixels. */
  gaps: number[];
  /** More points that should stay visible, in data units. */
  obstacles: Pair[];
  /** Whether an annotation without a free place is shown anyway. */
  keep_all: boolean;
  search: Search;
};

/** The numbers that determine the place of a callout. */
export type Search = {
  /** Distances in pixels between a mark and the edge of its label that are tried, in ascending order. */
  reaches: number[];
  /** The number of directions tried around the point at each reach. */
  directions: number;
  /** Pixels between a label and the middle of another mark. */
  clear: number;
  /** The reach from which a line leads to the label. */
  led_from: number;
  /** A place that costs less than its reach plus this number ends the search. */
  enough: number;
  /** The cost of each square pixel of another label that is covered. */
  covered: number;
  /** The cost of each mark or obstacle that is covered. */
  marks: number;
  /** The cost of each pixel outside the figure. */
  outside: number;
  /** The cost of each quarter turn away from the preferred direction. */
  turned: number;
};

/** The frames move several traces at once. */
export type Film = {
  /** The trace whose points the callouts follow, two points per pair. */
  words: number;
};

/** For each frame the lines of plain text that stand below the plot while it is shown. */
export type Captions = string[][];

export type Pair = [number, number];

/** Event "click": a point was clicked. */
export type Click = {
  /** The first number of the point's customdata, or its index if it has none. */
  row: number;
  /** Whether the shift key was held. */
  add: boolean;
};

/** Event "select": points lie inside a box or lasso. */
export type Select = {
  rows: number[];
};

/** Event "pass": the slider stopped at a frame. */
export type Pass = {
  /** The name of the frame. */
  pass: number;
};
