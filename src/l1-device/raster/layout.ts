/**
 * Where things stand on the print, in dots of a 203 dpi head. The driver writes these positions into its ZPL and
 * the camera's text check looks for the lines there, as a print template and a camera job agree in a packaging hall.
 */
export type PrintLayout = {
  readonly width: number;
  readonly height: number;
  readonly symbolLeft: number;
  readonly symbolTop: number;
  /** Pixels a module (DataMatrix) or a narrow bar (Code 128). */
  readonly moduleDots: number;
  readonly barHeight: number;
  readonly textTop: number;
  readonly textPitch: number;
  readonly textScale: number;
  readonly linesMax: number;
  readonly charactersMax: number;
};

/** A carton's panel: DataMatrix up to 32 by 32 modules, or 44 by 44 smaller ones, under it up to five lines. */
export const packLayout: PrintLayout = {
  width: 320,
  height: 240,
  symbolLeft: 16,
  symbolTop: 12,
  moduleDots: 4,
  barHeight: 0,
  textTop: 148,
  textPitch: 18,
  textScale: 2,
  linesMax: 5,
  charactersMax: 25,
};

/** A logistic label: one GS1-128 over the whole width, under it up to nine lines. */
export const labelLayout: PrintLayout = {
  width: 640,
  height: 320,
  symbolLeft: 24,
  symbolTop: 20,
  moduleDots: 3,
  barHeight: 110,
  textTop: 148,
  textPitch: 18,
  textScale: 2,
  linesMax: 9,
  charactersMax: 50,
};

/** ISO/IEC 16022, table 7: what a symbol of 32 by 32 modules holds. */
const codewordsOf32 = 62;

/**
 * A long element string (a Russian one with its crypto tail) makes more modules than there is room for: they are
 * printed smaller. Counted as ASCII encodation, digits in pairs; other schemes only need fewer codewords.
 */
export function matrixModuleDots(elements: string): number {
  const pairs = elements.match(/\d\d/g)?.length ?? 0;
  const codewords = 1 + elements.length - pairs;
  return codewords <= codewordsOf32 ? packLayout.moduleDots : packLayout.moduleDots - 1;
}

/** A narrow bar gets a dot less where the data would not fit the label's width otherwise. */
export function narrowBarDots(elements: string): number {
  return elements.length <= 26 ? labelLayout.moduleDots : labelLayout.moduleDots - 1;
}

export function layoutOf(symbol: "gs1-datamatrix" | "gs1-128"): PrintLayout {
  return symbol === "gs1-datamatrix" ? packLayout : labelLayout;
}
