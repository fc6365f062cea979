import { describe, it } from 'node:test'
import { expect } from 'chai'
import { probesOf } from './probes.ts'
import { flatValue, type Value } from './value.ts'
import { GraphWriter } from './writer.ts'

/** `[1, channels, 2, 3]`, of a buffer whose channels adjoin. */
const picture = (writer: GraphWriter, name: string, channels: number): Value => ({
  ref: writer.node('Relu', [writer.input(name, 'f32', [1, channels, 2, 3])], [1, channels, 2, 3]),
  axes: [[], [{ extent: channels, stride: 1 }], [{ extent: 2, stride: 3 * channels }], [{ extent: 3, stride: channels }]],
})

describe('elements that are looked at', () => {
  it('are found in the joint tensor where they are joined', () => {
    const writer = new GraphWriter()
    const [a, b] = [picture(writer, 'a', 2), picture(writer, 'b', 4)]
    const joint = { ...picture(writer, 'c', 6), ref: writer.node('Concat', [a.ref, b.ref], [1, 6, 2, 3], { axis: { int: 1 } }) }
    const first = picture(writer, 'd', 2)
    const outer = { ...first, ref: writer.node('Concat', [first.ref, joint.ref], [1, 8, 2, 3], { axis: { int: 1 } }) }
    const asked = [a, b, joint].map((value, kernel) => ({ kernel, count: 1, value }))
    const where = (joints: readonly Value[]): number[] => {
      const { probes } = probesOf(writer, asked, joints, 5)
      return probes
        .sort((x, y) => x.kernel - y.kernel)
        .map(({ place }) => {
          const positions = new Int32Array(1)
          place(Int32Array.of(1), positions)
          return positions[0]!
        })
    }
    // Channel 1 of the first place.
    expect(where([])).to.deep.equal([6, 6, 6])
    expect(where([joint])).to.deep.equal([6, 2 * 6 + 6, 6])
    expect(probesOf(writer, asked, [joint], 5).probes.map(({ kernel, start }) => [kernel, start])).to.deep.equal([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    expect(where([joint, outer]), 'a joint of joints').to.deep.equal([2 * 6 + 6, 4 * 6 + 6, 2 * 6 + 6])
  })

  it('are looked at where they are if a joint is rounded otherwise, or interleaves its parts', () => {
    const writer = new GraphWriter()
    const value = flatValue(writer.node('Relu', [writer.input('a', 'f32', [6])], [6]))
    const matrix = { ...value, ref: writer.reshape(value.ref, [2, 3]) }
    const beside = { ...matrix, ref: writer.node('Concat', [matrix.ref, matrix.ref], [2, 6], { axis: { int: 1 } }) }
    const gathered = (joints: readonly Value[]): number => {
      const { found } = probesOf(
        writer,
        [value, { ...value, rounding: 'Floor' as const }].map((each, kernel) => ({ kernel, count: 2, value: each })),
        joints,
        5,
      )
      return writer.made(found!)!.inputs.length
    }
    expect(gathered([])).to.equal(2)
    expect(gathered([beside])).to.equal(2)
  })
})
