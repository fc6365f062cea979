import { basename } from 'node:path'
import { decodeOutput } from '@opine/client/output.ts'
import { concatBytes, equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { formatFloat } from '@opine/models/ir/describe.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { tellKernels } from '../../model/executors.ts'
import { portText } from '../../model/input-file.ts'
import { type InputOptions, readInputs } from '../../model/inputs.ts'
import { type ModelOptions, readModel } from '../../model/load.ts'
import { checkFits, checkOutputs } from './limits.ts'
import { type Question, runOnce } from './question.ts'

export type OwnModel = ModelOptions & InputOptions & { readonly file: string }

const SHOWN = 4

/**
 * Anybody's model with anybody's inputs.
 * @param tell  hears how far the run is, if it takes long
 * @throws {OpineError} `INPUT_TOO_LARGE`, `OUTPUT_TOO_LARGE`; those of `readModel` and `readInputs`
 */
export function ownQuestion({ file, ...options }: OwnModel, tell: (text: string) => void): Question {
  const loaded = readModel(file, options)
  const ports = loaded.interface
  checkOutputs(loaded.program)
  const inputs = readInputs(loaded.program, ports, options)
  checkFits('INPUT_TOO_LARGE', concatBytes(...inputs))
  const run = runOnce(
    loaded,
    inputs,
    tellKernels(loaded.program.kernels.length, (text) => tell(`the model runs once beforehand: ${text}`)),
  )
  checkFits('OUTPUT_TOO_LARGE', outputBytes(run.trace))
  return {
    model: basename(file),
    loaded,
    ...run,
    picture: () => ports.inputs.map((port) => `${port.name}  ${portText(port)}`),
    about: [`${run.input.length} bytes of input`],
    say: (output) =>
      decodeOutput(ports, output)
        .map(({ name, values }) => {
          const shown = Array.from(values.subarray(0, SHOWN), formatFloat).join(', ')
          return `${name} = ${shown}${values.length > SHOWN ? `, ... (${values.length})` : ''}`
        })
        .join('; '),
    agree: equalBytes,
  }
}
