import { before, it } from 'node:test'
import { encodeStep, type StepChain, stepChain } from '@opine/cli/step-chain.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { axis, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import type { Expression } from '@opine/models/ir/types.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { randomWords } from '@opine/models/numerics/cases.ts'
import { POW } from '@opine/models/numerics/pow.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { FUNCTIONS } from '../../scripts/ulp/functions.ts'

const SALT = new Uint8Array(32).fill(3)
const RANDOM = 12

let chain: StepChain
before(async () => {
  chain = await stepChain()
})

const random = randomWords(17)
const moderate = (): number => ((random() - 0x80000000) / 0x80000000) * 12
const special = [0, -0, 1, -1, 0.4, -0.9, 2.5, 88, -104, 1e-40, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
const first = [...special, ...Array.from({ length: RANDOM }, moderate), ...Array.from({ length: RANDOM }, () => fromBits(random()))]
const second = [...first.slice(5).map((value) => value / 3), 0, -2, 3, 0.5, Number.NaN]

const bytes = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const elements = (buffer: number) => load(buffer, [axis(first.length, 1, 0, [0, 1])])

const codes: readonly (readonly [string, Expression])[] = [
  ...FUNCTIONS.map(({ name, expression }) => [name, [{ op: 'load', arg: 0 }, ...expression]] as const),
  ['pow', [{ op: 'load', arg: 0 }, { op: 'load', arg: 1 }, ...POW]],
]

for (const [name, result] of codes) {
  it(`the step verifier calculates ${name} as the reference executor does`, async () => {
    const inputs = [first, second].map((values) => ({ type: 'f32', count: values.length }) as const)
    const written = program(inputs, [], [kernel({ shape: [first.length], loads: [elements(0), elements(1)], result })])
    validateProgram(written)
    const caseOf = stepCases(buildTrace(written, [bytes(first), bytes(second)], execute), programTree(written), SALT)
    const steps = first.map((_, element) => caseOf({ kernel: 0, element, evaluation: 'ELEMENT', block: 0 }))
    const outcomes = await Promise.all(steps.map((step) => chain.evaluate(encodeStep(step))))
    expect(outcomes).to.deep.equal(steps.map(({ expected }) => ({ value: expected })))
  })
}
