import { join } from 'node:path'
import { describe, it } from 'node:test'
import { compileWithDefaults } from '@opine/cli/compare/defaults.ts'
import { findModels } from '@opine/cli/compare/find.ts'
import { readFile } from '@opine/cli/files.ts'
import { median } from '@opine/cli/median.ts'
import { externalFiles } from '@opine/cli/model/external-files.ts'
import { indexBounds } from '@opine/cli/model/index-bounds.ts'
import { randomInputs } from '@opine/cli/model/random-inputs.ts'
import { replay } from '@opine/cli/replay.ts'
import { STEP_GAS_CAP } from '@opine/cli/replay-summary.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { expect } from 'chai'
import { sharedFolder } from '../support/shared.ts'

/** `OPINE_ALL=1` takes as many as `opine model replay FOLDER --steps 1000 --all-kernels`. */
const STEPS = process.env.OPINE_ALL ? 1000 : 200
const shared = sharedFolder()
const folders = ['models/zoo', ...(shared === null ? [] : [join(shared, 'models')])]

describe('steps of real models on chain', () => {
  const slack: number[] = []
  for (const file of findModels(folders)) {
    it(`${file}: every kernel, bit for bit, below its certificate and ${STEP_GAS_CAP} gas`, async (context) => {
      const { program, interface: ports } = compileWithDefaults(decodeModel(readFile(file), externalFiles(file)), {
        set: [['sr', '16000']],
      })
      const inputsOf = (run: number) => randomInputs(ports.inputs, 1 + run, indexBounds(program))
      const result = await replay(program, inputsOf(0), { steps: STEPS, seed: 1, allKernels: true, moreInputs: inputsOf })
      expect(result.mismatches).to.deep.equal([])
      expect(result.exceeded).to.deep.equal([])
      expect(result.steps).to.be.at.least(STEPS)
      expect(result.kernels.length).to.equal(program.kernels.length)
      expect(result.certificate).to.be.at.most(STEP_GAS_CAP)
      slack.push(...result.kernels.map(({ certificate, gasMax }) => certificate / gasMax - 1))
      context.diagnostic(
        `${result.steps} steps, gas ${result.gas.median} median, ${result.gas.max} greatest, certificate ${result.certificate}, slack ${(100 * result.slack).toFixed(1)} %`,
      )
    })
  }

  it('certificates are near to what steps take', (context) => {
    const middle = median(slack)
    context.diagnostic(`median slack over ${slack.length} kernels: ${(100 * middle).toFixed(1)} %`)
    expect(middle).to.be.below(0.3)
  })
})
