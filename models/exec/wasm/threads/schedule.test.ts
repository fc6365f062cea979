import { describe, it } from 'node:test'
import { expect } from 'chai'
import { axis, code, kernel, load, program } from '../../reference/sample.ts'
import { compileProgram } from '../compile.ts'
import { layOut } from '../layout.ts'
import { GRAIN, type Grain, type Schedule, scheduleOf } from './schedule.ts'

const COUNT = 4096

/** Kernels that add 1 to these buffers, each 4096 floats; buffer 0 is the input. */
const adding = (buffers: readonly number[]) =>
  program(
    [{ type: 'f32', count: COUNT }],
    [],
    buffers.map((buffer) =>
      kernel({ shape: [COUNT], loads: [load(buffer, [axis(COUNT, 1, 0, [0, 1])])], result: code('load 0 f32.const 0x3f800000 f32.add') }),
    ),
  )

function scheduled(buffers: readonly number[], grain: Grain, threads = 2): Schedule {
  const network = adding(buffers)
  const compiled = compileProgram(network, true)
  return scheduleOf(compiled, layOut(network, compiled, 'trace'), threads, grain)
}

const FINE = { alone: 0, ticket: 1000 }
const kernelsAfter = ({ steps }: Schedule): number[] => steps.map(({ kernels }) => kernels)

describe('the schedule of a team', () => {
  it('has a step for each of a chain of kernels, and one for all that do not depend on each other', () => {
    expect(kernelsAfter(scheduled([0, 1, 2], FINE))).to.deep.equal([1, 2, 3])
    expect(kernelsAfter(scheduled([0, 0, 0], FINE))).to.deep.equal([3])
    expect(kernelsAfter(scheduled([0, 0, 1, 2], FINE))).to.deep.equal([2, 4])
  })

  it('cuts a call into some tickets a thread, which cover all of it in order', () => {
    const { tickets, calls, steps } = scheduled([0], FINE, 3)
    const parts = Array.from({ length: tickets.length / 3 }, (_, at) => Array.from(tickets.subarray(3 * at, 3 * at + 3)))
    expect(parts).to.have.length(12)
    expect(steps).to.deep.equal([{ calls: [], tickets: 12, kernels: 1 }])
    expect([parts[0]![1], parts.at(-1)![2]]).to.deep.equal([0, calls[0]!.tiles])
    expect(parts.slice(1).map(([call, begin]) => [call, begin])).to.deep.equal(parts.slice(0, -1).map(([, , end]) => [0, end]))
  })

  it('leaves to one thread what is less than a barrier costs', () => {
    expect(scheduled([0, 1], GRAIN).tickets).to.have.length(0)
    expect(scheduled([0, 1], GRAIN).steps.map(({ calls }) => calls)).to.deep.equal([[0], [1]])
  })
})
