import { Random } from '@opine/models/ir/random.ts'
import type { Coordinate, Kernel } from '@opine/models/ir/types.ts'
import { ownBufferOf, plainSubject, randomSubject, type Subject } from './subject.ts'

/** A random kernel with one or two bytes changed, cut, put in or appended. */
export function damagedBytes(random: Random): Subject {
  const subject = randomSubject(random, (kernel) => kernel)
  let bytes = [...subject.descriptor]
  const place = () => (random.chance(0.4) ? random.below(Math.min(12, bytes.length)) : random.below(bytes.length))
  for (let changes = random.between(1, 2); changes > 0; changes--) {
    const kind = random.below(6)
    if (kind === 0) bytes = bytes.slice(0, place())
    else if (kind === 1) bytes = bytes.toSpliced(place(), 0, random.below(256))
    else if (kind === 2) bytes[place()] = random.pick([0, 1, 2, 3, 4, 5, 8, 9, 0x7f, 0x80, 0xff])
    else if (kind === 3) bytes = bytes.toSpliced(place(), 1)
    else if (kind === 4 && random.chance(0.1)) bytes = [...bytes, ...random.bytes(4200)]
    else bytes[place()]! ^= 1 << random.below(8)
  }
  subject.descriptor = Uint8Array.from(bytes)
  return subject
}

/** A kernel whose result is one instruction with an immediate, without the last `cut` bytes of it. */
export function cutImmediate(random: Random, cut: number): Subject {
  const subject = randomSubject(random, (kernel) => ({ ...kernel, result: [{ op: `${kernel.resultType}.const`, arg: 1 }] }))
  const bytes = subject.descriptor.slice(0, subject.descriptor.length - cut)
  // The length of the result, which is 5 bytes long, ends where the result begins.
  bytes[subject.descriptor.length - 6]! -= cut
  subject.descriptor = bytes
  return subject
}

/** A random kernel with a last load whose axis is of any kind. */
export function axisKind(random: Random): Subject {
  const withAxis = (coordinate: Coordinate) => {
    const axes = [{ extent: 1, stride: 0, coordinate }]
    return (kernel: Kernel): Kernel => ({ ...kernel, loads: [...kernel.loads, { buffer: 0, lag: 0, base: 0, fill: 0, axes }] })
  }
  const seed = random.word()
  const affine = randomSubject(new Random(seed), withAxis({ kind: 'affine', offset: 0, terms: [] }))
  const indexed = randomSubject(new Random(seed), withAxis({ kind: 'indexed', load: 0, offset: 0 }))
  // Both have the same bytes but for the kind.
  const at = affine.descriptor.findIndex((byte, place) => byte !== indexed.descriptor[place])
  affine.descriptor[at] = random.chance(0.6) ? random.between(2, 255) : random.below(4)
  return affine
}

/** A random kernel in whose program one meta has one or two bytes changed. */
export function damagedMeta(random: Random): Subject {
  const subject = randomSubject(random, (kernel) => kernel)
  const own = ownBufferOf(subject)
  // The kernel's own, the one before it, or that of any other buffer, which may be an operand.
  const meta = subject.metas[random.chance(0.3) ? own : random.chance(0.3) ? own - 1 : random.below(own)]!
  const fields = [0, 1, 2, 3, 4, 7, 7, 7, 8, 11, 11, 12, 15, 15, 19, 20, 31]
  for (let changes = random.between(1, 2); changes > 0; changes--) {
    const field = random.pick(fields)
    meta[field] = random.chance(0.5) ? random.pick([0, 1, 2, 3, 4, 5, 63, 64, 65, 128, 255]) : meta[field]! + random.pick([-1, 1])
  }
  return subject
}

/** The first or the last kernel of a program of 68 kernels of which `length` are one segment. */
export function segmentSubject(length: number, last: boolean): Subject {
  const placed = Array.from({ length: 68 }, (_, index) =>
    index < length ? { committed: true, first: 0, length } : { committed: true, first: index, length: 1 },
  )
  return plainSubject({ places: placed, kernel: last ? length - 1 : 0 })
}

/** A load from a buffer of up to 2^31 - 1 elements, with numbers that are powers of two, or off by one. */
export function hugeSubject(random: Random): Subject {
  const near = (power: number) => random.between(2 ** power - 1, 2 ** power + 1)
  const axes = Array.from({ length: random.between(0, 2) }, () => {
    const power = random.between(0, 16)
    const stride = near(random.between(0, 30 - power)) * (random.chance(0.5) ? -1 : 1)
    return { extent: near(power) + 1, stride, coordinate: { kind: 'affine', offset: 0, terms: [] } } as const
  })
  const base = random.chance(0.5)
    ? near(random.between(0, 30))
    : axes.reduce((low, { extent, stride }) => low - Math.min(0, stride * (extent - 1)), 0)
  const fitting = { buffer: 0, lag: 0, base: Math.min(base, 0x7fffffff), fill: 0, axes }
  return plainSubject({ loads: [fitting], count: random.pick([0x7fffffff, 0x40000000, 0x40000001, 0x80000000]) })
}
