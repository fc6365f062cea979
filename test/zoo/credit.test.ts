import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { drawApplicants, HELD_OUT } from '@opine/models/zoo/credit/applicants.ts'
import { aucLine, bayesLine, measure } from '@opine/models/zoo/credit/measure.ts'
import { accuracyLine, hashLine } from '@opine/models/zoo/training/report.ts'
import { expect } from 'chai'
import { ourRunner, type Runner, scaledError, stockRunner } from '../support/zoo-runner.ts'

const folder = new URL('../../models/zoo/credit/', import.meta.url)
const file = new Uint8Array(readFileSync(new URL('credit.onnx', folder)))
const page = readFileSync(new URL('README.md', folder), 'utf8')
const heldOut = drawApplicants(HELD_OUT)

async function risksBy(run: Runner): Promise<number[]> {
  const risks: number[] = []
  for (const { features } of heldOut) risks.push((await run(features))[0]!)
  return risks
}

const example = (name: string): number[] => JSON.parse(readFileSync(new URL(`examples/${name}`, folder), 'utf8')).flat()

describe('the credit model', () => {
  it('is the file that README.md describes, in ONNX Runtime', async () => {
    expect(page)
      .contain(`\n${hashLine('credit.onnx', file)}\n`)
      .contain(`\n${bayesLine(heldOut)}\n`)
    const { right } = measure(heldOut, await risksBy(await stockRunner(file, 'float32', [1, 8])))
    expect(page).contain(`\n${accuracyLine(right, heldOut.length)}\n`)
  })

  it('is as accurate as README.md says in our executor, and near the rule itself', async () => {
    const { right, auc } = measure(heldOut, await risksBy(ourRunner(file)))
    const rule = measure(
      heldOut,
      heldOut.map(({ chance }) => chance),
    )
    expect(page)
      .contain(`\n${accuracyLine(right, heldOut.length)}\n`)
      .contain(`\n${aucLine(auc, rule.auc)}\n`)
    expect(right / heldOut.length).above(0.91)
    expect(auc).within(rule.auc - 0.01, rule.auc)
  })

  it('puts the examples in order, alike in both', async () => {
    const [stock, ours] = [await stockRunner(file, 'float32', [1, 8]), ourRunner(file)]
    const risks: number[] = []
    for (const name of ['steady.json', 'doubtful.json', 'risky.json']) {
      const risk = await ours(example(name))
      expect(scaledError(risk, await stock(example(name))), name).most(1e-4)
      risks.push(risk[0]!)
    }
    expect(risks[0]).below(0.05)
    expect(risks[1]).within(0.2, 0.8)
    expect(risks[2]).above(0.95)
    expect(readdirSync(new URL('examples/', folder)).length).equal(3)
  })
})
