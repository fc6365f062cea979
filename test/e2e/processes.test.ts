import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'

const ROOT = join(import.meta.dirname, '../..')
const MODEL = 'models/zoo/digits/digits.onnx'

/** What `opine ...args --json` prints in a process of its own, started with these Node flags. */
function opine(flags: readonly string[], ...args: string[]): Record<string, unknown> {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, 'cli/main.ts', ...args, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(status, stderr).to.equal(0)
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('the same model, input and account', () => {
  for (const { name, path } of zooModels()) {
    it(`give the same outputs and roots in clean processes, optimised or interpreted: ${name}`, () => {
      const run = (flags: readonly string[]) => {
        const { programRoot, inputRoot, traceRoot, outputs } = opine(flags, 'model', 'run', path, '--random', '1')
        for (const root of [programRoot, inputRoot, traceRoot]) expect(root).to.match(/^0x[0-9a-f]{64}$/)
        expect(outputs).to.be.an('array').that.is.not.empty
        return { programRoot, inputRoot, traceRoot, outputs }
      }
      const first = run([])
      expect(run([])).to.deep.equal(first)
      expect(run(['--no-opt']), 'without the optimising compiler').to.deep.equal(first)
    })
  }

  it('agree with stock ONNX Runtime to 1e-4', () => {
    const { models } = opine([], 'model', 'compare', MODEL) as { models: { ok: boolean; scaledError: number }[] }
    expect(models).to.have.length(1)
    expect(models[0]!.ok).to.equal(true)
    expect(models[0]!.scaledError).to.be.at.most(1e-4)
  })
})
