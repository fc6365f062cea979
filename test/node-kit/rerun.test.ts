import { describe, it } from 'node:test'
import { InferenceOracle } from '@opine/abi/generated/InferenceOracle.ts'
import { Assertions } from '@opine/challenger/assertions.ts'
import { Truth } from '@opine/challenger/truth.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { type Runs, runsHere } from '@opine/models/trace/runs.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import { contractsAt } from '@opine/node-kit/contracts.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { Journal } from '@opine/node-kit/journal.ts'
import { createLog } from '@opine/node-kit/log.ts'
import { Store } from '@opine/node-kit/store.ts'
import { Answers } from '@opine/oracle-node/answers.ts'
import { expect } from 'chai'
import { Interface, type TransactionRequest, ZeroAddress } from 'ethers'
import { sampleModel } from '../support/sample-model.ts'

const ORACLE = new Interface(InferenceOracle.abi as never)
const ASSERTER = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const ADDRESS = `0x${'55'.repeat(20)}`
const id = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`

describe('the re-run of an assertion', () => {
  it('is done once, though a true one is looked at for many blocks and the traces do not fit into memory', async () => {
    const model = sampleModel()
    let runs = 0
    let dear = 0
    const here = runsHere((program, inputs) => {
      runs++
      return execute(program, inputs)
    })
    const trace: Runs['trace'] = (...asked) => {
      dear++
      return here.trace(...asked)
    }
    const traces = new TraceCache({ ...here, trace }, 1)
    const deployment = { chainId: 31_337, oracle: ADDRESS, game: ADDRESS } as Deployment
    const store = Store.open(':memory:')
    const journal = new Journal(store, () => true)
    const log = createLog({ format: 'json', service: 'test', write: () => {} })
    const truth = new Truth({ deployment, journal, traces, modelOf: () => model })
    // A node on which every assertion stands.
    const stands = { request: id(1), asserter: ASSERTER, assertedAt: 0, openGames: 0, status: 1, traceRoot: id(0), outputHash: id(0) }
    const call = async ({ data }: TransactionRequest): Promise<string> => {
      const { name } = ORACLE.parseTransaction({ data: data! })!
      return ORACLE.encodeFunctionResult(name, [name === 'assertion' ? stands : ZeroAddress])
    }
    const contracts = contractsAt(deployment, { provider: null, call })
    const dryRun = undefined as never
    const assertions = new Assertions({ contracts, journal, sender: null, truth, dryRun, log })
    const expected = new Truth({ deployment, journal, traces, modelOf: () => model })
    const asking = [1, 2, 3].map(async (number) => {
      const at = { block: number, hash: id(number) }
      const input = toHex(sampleImage(number))
      journal.take({ name: 'InferenceRequested', requestId: id(number), programRoot: model.root, nonce: 0n, input, ...at } as never)
      const requestId = id(number)
      const traceRoot = await expected.root(requestId, ASSERTER)
      return [id(10 + number), { requestId, asserter: ASSERTER, traceRoot, block: number }] as const
    })
    const asked = await Promise.all(asking)
    runs = 0
    for (let number = 4; number < 24; number++) {
      const head = { number, timestamp: number, hash: id(number), baseFee: 0n }
      for (const [assertionId, record] of asked) await assertions.advance(assertionId, record, head)
    }
    expect(runs).to.equal(asked.length)
    expect(journal.open('assertion', 100)).to.deep.equal([])
    // An operator asks it as long as others' answers may fall.
    const answers = new Answers({ deployment, journal, store, traces, account: ADDRESS, lie: undefined, modelOf: () => model })
    runs = 0
    for (let block = 0; block < 20; block++) {
      for (const [, { requestId, traceRoot }] of asked) expect(await answers.trueRoot(requestId, ASSERTER)).to.equal(traceRoot)
    }
    expect(runs).to.equal(asked.length)
    // Neither an answer nor the check of one keeps a trace; what defends it agrees with what was said.
    const [, { requestId }] = asked[0]!
    const answer = await answers.decide(requestId)
    expect(dear).to.equal(0)
    const ground = await answers.ground(requestId)
    expect(dear).to.equal(1)
    expect(toHex(rootOf(traceTree(ground.trace, ground.salt)))).to.equal(answer.root)
    expect(toHex(outputBytes(ground.trace))).to.equal(answer.output)
    expect(await truth.trace(requestId)).to.deep.include({ buffers: ground.trace.buffers })
    store.close()
  })
})
