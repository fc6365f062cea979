import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { product } from '@opine/models/ir/types.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { writeDeployment } from '@opine/node-kit/deployment-file.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { temporaryFolder } from '../support/daemon.ts'
import { type Ran, ran } from '../support/in-process.ts'
import { account, accountKey } from '../support/local-chain.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, ASSERTER, CHALLENGER] = [1, 2, 4] as const

/** A network that runs like any other, but one of whose loads fills with a NaN that is not the one. */
function invalidModel(): LoadedModel {
  const network = sampleNetwork()
  const kernels = network.kernels.map((kernel, k) =>
    k === 4 ? { ...kernel, loads: kernel.loads.map((load, i) => (i === 1 ? { ...load, fill: 0x7fc00001 } : load)) } : kernel,
  )
  const program = { ...network, kernels }
  const tree = programTree(program)
  return { root: toHex(tree.root), program, tree, interface: { inputs: [], outputs: [] } }
}

const folder = temporaryFolder()
let theatre: Theatre
before(async () => {
  theatre = await Theatre.open(invalidModel())
})
after(async () => {
  await theatre.close()
  folder.done()
})

it('an assertion over an invalid program, which the daemons refuse, is ended by hand', async () => {
  const { model, contracts, deployment } = theatre
  const { program } = model
  const [files, data] = [{ program: join(folder.path, 'invalid.opine'), deployment: join(folder.path, 'deployment.json') }, folder.path]
  const port = (kind: string, type: 'f32' | 'i32' | 'i8' | 'u8' | 'f16', count: number, i: number) => ({
    name: `${kind} ${i}`,
    type,
    shape: [count],
  })
  const inputs = program.inputs.map(({ type, count }, i) => port('input', type, count, i))
  const outputs = program.outputs.map((k, i) => port('output', program.kernels[k]!.storeType, product(program.kernels[k]!.shape), i))
  writeFileSync(files.program, encodeProgramFile(program, { inputs, outputs }))
  writeFileSync(join(data, 'key'), accountKey(CHALLENGER))
  writeDeployment(files.deployment, deployment)

  await theatre.stake(ASSERTER, 10n * ETHER)
  const image = sampleImage(1)
  const requestId = await theatre.ask(CONSUMER, image)
  const trace = buildTrace(program, [image], execute)
  const place = { chainId: BigInt(deployment.chainId), oracle: deployment.oracle, requestId, account: account(ASSERTER).address }
  const tree = traceTree(trace, saltOf(place))
  const proofs = program.outputs.map((kernel) => branch(tree, kernel))
  await theatre.transact(ASSERTER, contracts.oracle.encode('assertResult', requestId, outputBytes(trace), rootOf(tree), proofs))
  const [assertion] = await theatre.assertions(requestId)

  const rest = ['--rpc', theatre.local.url, '--deployment', files.deployment, '--data', data, '--key-file', join(data, 'key')]
  const step = (...more: string[]): Promise<Ran> => ran(['challenger', 'step', assertion!.id, '--model', files.program, ...rest, ...more])
  expect((await ran(['challenger', 'move', assertion!.id, '--model', files.program, ...rest])).stderr).to.match(
    /^error PROGRAM_INVALID: .*invalid\.opine/,
  )
  for (const kind of ['prepare', 'open', 'stepInvalid']) {
    const { code, stdout, stderr } = await step('--invalid', '--send', '--json')
    expect(code, stderr).to.equal(0)
    expect(JSON.parse(stdout).move.kind).to.equal(kind)
    if (kind === 'open') {
      expect((await step('--invalid', '--send')).stdout).to.contain('has to wait for the next')
      await theatre.local.mine()
    }
  }
  expect((await theatre.assertion(assertion!.id)).status).to.equal('DEFEATED')
  expect((await step('--invalid', '--send')).stdout).to.contain('does not stand any more')
})
