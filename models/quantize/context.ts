import type { Statistics } from './calibrate/calibrate.ts'
import type { Replay } from './calibrate/replay.ts'
import type { GraphWriter } from './emit/writer.ts'
import type { Classification } from './network/classify.ts'
import type { Network } from './network/network.ts'
import type { QuantizeOptions } from './options.ts'
import type { Layer, Left } from './report.ts'
import type { Code, Value } from './values.ts'

/** What quantising a network carries along. */
export type Context = {
  readonly network: Network
  readonly uses: Classification
  readonly statistics: Statistics
  readonly options: QuantizeOptions
  readonly writer: GraphWriter
  /** Calibration examples in the new graph; null where biases stay as they are. */
  readonly replay: Replay | null
  /** By name in the old graph. */
  readonly values: Map<string, Value>
  /** What was made of the regions and lookups, and what stays in float. */
  readonly layers: Layer[]
  readonly left: Left[]
  /** Codes that stand for a tensor of the old graph, to measure them by. */
  readonly codes: Map<string, Code>
}
