import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'

/**
 * What is asked, and what only the storyteller knows beforehand.
 * @property model     its name for people
 * @property input     the request's bytes
 * @property trace     the honest run
 * @property seconds   what that run took here
 * @property picture   lines that show the input, in colour or without
 * @property about     what the picture shows, in words
 * @property say       an answer in words
 * @property agree     whether two answers come to the same for who asked
 */
export type Question = {
  readonly model: string
  readonly loaded: LoadedModel
  readonly input: Uint8Array
  readonly trace: Trace
  readonly seconds: number
  readonly picture: (colour: boolean) => readonly string[]
  readonly about: readonly string[]
  readonly say: (output: Uint8Array) => string
  readonly agree: (one: Uint8Array, other: Uint8Array) => boolean
}

/** Runs the model once, as every player will. @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`, those of the executor */
export function runOnce(
  { program }: LoadedModel,
  inputs: readonly Uint8Array[],
  onKernel: (kernel: number) => void = () => {},
): Pick<Question, 'input' | 'trace' | 'seconds'> {
  const start = performance.now()
  const trace = buildTrace(program, inputs, (...run) => execute(...run, onKernel))
  return { input: concatBytes(...inputs), trace, seconds: (performance.now() - start) / 1000 }
}
