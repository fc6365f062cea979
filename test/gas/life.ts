import { execute } from '@opine/models/exec/reference/execute.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { Arena, type Asked, ETHER, TERMS } from '../support/arena.ts'
import { lastGas } from './meter.ts'
import type { Row } from './rows.ts'
import { numbers, twoKernels } from './small-networks.ts'

const [CONSUMER, OPERATOR] = [1, 2] as const
const LIVENESS = 3600
const CALLBACK_GAS = 100_000

type Life = { readonly request: number; readonly assert: number; readonly settle: number }

/** What one inference costs everybody, where the parties have done it before and another request is under way. An account asks: a contract's
 *  own gas is its own affair, here and in the callback. */
export async function lifeRows(): Promise<Row[]> {
  const small = await lives(1)
  const large = await lives(1024)
  const total = ({ request, assert, settle }: Life): number => request + assert + settle
  return [
    { name: 'requestInference, 4 bytes of input', gas: small.plain.request },
    { name: 'requestInference, 4 kB of input', gas: large.plain.request },
    { name: 'assertResult, 4 bytes of output', gas: small.plain.assert, target: 150_000 },
    { name: 'assertResult, 4 kB of output', gas: large.plain.assert },
    { name: 'settle, without a callback', gas: small.plain.settle },
    { name: 'settle, with a callback', gas: small.called.settle },
    { name: 'settle, with a callback, 4 kB of output', gas: large.called.settle },
    { name: 'request to callback in all, 4 bytes each way', gas: total(small.called), target: 350_000 },
    { name: 'request to callback in all, 4 kB each way', gas: total(large.called) },
  ]
}

async function lives(count: number): Promise<{ plain: Life; called: Life }> {
  const arena = await Arena.create(twoKernels(count), { ...TERMS, airGap: 7 * 86_400 })
  await arena.stake(OPERATOR, 100n * ETHER)
  const plain = (seed: number) => live(arena, () => arena.ask(CONSUMER, numbers(count, seed), { liveness: LIVENESS }))
  const called = (seed: number) =>
    live(arena, () => arena.ask(CONSUMER, numbers(count, seed), { liveness: LIVENESS, callbackGas: CALLBACK_GAS }))
  const other = await arena.ask(CONSUMER, numbers(count, 0), { liveness: LIVENESS })
  await arena.assert(OPERATOR, other, buildTrace(arena.program, [other.input], execute))
  await plain(1)
  await called(2)
  return { plain: await plain(3), called: await called(4) }
}

async function live(arena: Arena, ask: () => Promise<Asked>): Promise<Life> {
  const asked = await ask()
  const request = await lastGas(arena)
  const { output } = await arena.assert(OPERATOR, asked, buildTrace(arena.program, [asked.input], execute))
  const assert = await lastGas(arena)
  await arena.pass(LIVENESS + 1)
  await arena.send(arena.oracle(OPERATOR).getFunction('settle')(asked.requestId, output, { gasLimit: 2_000_000 }))
  return { request, assert, settle: await lastGas(arena) }
}

/** Stakes, payouts and registrations. */
export async function accountRows(): Promise<Row[]> {
  const arena = await Arena.create(twoKernels(1), { ...TERMS, unbondingDelay: 3600, airGap: 3600 })
  const rows: Row[] = []
  const operators = arena.operators(OPERATOR)
  const measure = async (name: string, sent: Parameters<Arena['send']>[0]): Promise<void> => {
    await arena.send(sent)
    rows.push({ name, gas: await lastGas(arena) })
  }
  await measure('stake, the first', operators.getFunction('stake')({ value: ETHER }))
  await measure('stake, more', operators.getFunction('stake')({ value: ETHER }))
  await measure('beginUnstake', operators.getFunction('beginUnstake')(ETHER))
  await arena.pass(3601)
  await measure('completeUnstake', operators.getFunction('completeUnstake')())
  await arena.pass(7201)
  await measure('withdraw', operators.getFunction('withdraw')(arena.addresses[OPERATOR]))
  return rows
}
