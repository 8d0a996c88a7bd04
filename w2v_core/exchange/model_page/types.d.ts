// What the page shows: contents.py writes it.

export interface MapOfWords {
  name: string;
  said: string;
  x: number[]; // of the most frequent words, as many as there are
  y: number[];
}

export interface Why {
  rows: number[]; // a, b, c, d
  toward: number[];
  away: number[];
  r: number;
  chance: number; // % of random pairs that correlate as strongly
  lines: {word: number; parts: [string, boolean][]}[];
}

export interface Diamond {
  name: string; // "" for a relation that was found
  pairs: [number, number][];
  places: [number, number, number, number][];
  along: number[];
  parallelism: number;
  closure: number;
  verdict: string;
  summary: string;
  why: Why | null;
}

export interface Analogy {
  asked: [number, number, number];
  expected: number;
  answers: [number, number][]; // row, thousandths
  verdict: string;
  splits: number | null;
  percent: number | null;
  why: Why | null;
}

export interface Contents {
  name: string;
  source: string;
  made: string;
  tokens: number;
  /** What is to be said before anything is shown; "" where nothing is. */
  notice: string;
  dimensions: number;
  words: string[];
  all_words: number; // of the model; the page has the most frequent
  counts: number[] | null;
  maps: MapOfWords[];
  clusters: {labels: number[]; names: string[][]; colors: string[]; dark: string[]};
  neighbours: {
    each: number;
    rows: number[];
    thousandths: number[];
    splits: number[] | null;
    percent: number[] | null;
  };
  certainty: {splits: number; documents: number; sure: number} | null;
  opening: number;
  diamonds: Diamond[];
  analogies: Analogy[];
  sets: Record<string, number[]>;
  quotes: boolean;
  facts: [string, string, string][];
  record: string;
  fingerprint: string;
  app: string;
  written: string;
}

export interface Neighbour {
  row: number;
  cosine: number;
  splits: number | null;
  percent: number | null;
}

export interface View {
  x: number; // the point of the map in the middle
  y: number;
  scale: number; // pixels for each step of the map
  width: number;
  height: number;
}

export type Box = [number, number, number, number]; // left, top, right, bottom

export interface Wanted {
  x: number;
  y: number;
  text: string;
  size: number;
  gap: number; // pixels between the point and its label
  must?: boolean; // drawn even where there is no room
  under?: boolean; // below its point, if there is room
}

export interface Placed {
  i: number; // which of those wanted
  left: number;
  base: number; // of the line of text
}

export interface MapControl {
  select(row: number | null, move: boolean): void;
  highlight(cluster: number | null): void;
  show(map: number): void;
  zoom(factor: number): void;
  whole(): void;
  draw(printed?: boolean): void;
}
