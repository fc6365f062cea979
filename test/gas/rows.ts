/**
 * A measured figure.
 * @property gas     of a whole transaction, or of several where the name says so; calldata included
 * @property target  what it shall be at most
 */
export type Row = { readonly name: string; readonly gas: number; readonly target?: number }

/** Rows under a heading. */
export type Section = { readonly title: string; readonly note: string; readonly rows: readonly Row[] }

/** The worst of several games where a reveal spans so many levels: `2^levels` nodes. Preparation and preparation and opening included, step excluded. */
export type LevelRow = {
  readonly levels: number
  readonly reveal: number
  readonly rounds: number
  readonly asserter: number
  readonly challenger: number
  readonly both: number
  /** Of both sides too, without preparation and opening. */
  readonly moves: number
}

/** Whole games over lies in one large network. `both` is the gas of both sides, preparation and opening included, step excluded. */
export type Games = {
  readonly activations: number
  readonly kernels: number
  readonly chosen: number
  readonly levels: readonly LevelRow[]
  readonly lies: readonly { readonly lie: string; readonly rounds: number; readonly both: number; readonly step: number }[]
}

/** All that is measured; test/gas/snapshot.json holds one. */
export type Measurement = { readonly sections: readonly Section[]; readonly games: Games }
