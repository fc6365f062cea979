import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { depthFor, rootOf, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { zeroLeaves } from '@opine/models/trace/random-lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { aboveInteriors, bitOf, committedAlone, committedDownstream, committedIn, hiddenIn, outputAlone } from './lies-values.ts'
import type { Draw } from './told.ts'

/** Lies about what is hashed of values: leaves, roots, salts, whole traces of nothing. */

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice()
  copy[random.below(copy.length)]! ^= 1 << random.below(8)
  return copy
}

const leafOf = (salt: Uint8Array, trace: Trace, kernel: number): Uint8Array => sha256(salt, rootOf(trace.trees[kernel]!))

const withLeaves = (trace: Trace, leaves: Iterable<readonly [number, Uint8Array]>): Trace => ({ ...trace, leafOverrides: new Map(leaves) })

/** One bit of an interior list, below, at or after the committed kernel, of which a lane is false: nobody would ask for the list else. */
export const interiorRootAlone: Draw = ({ truth }, random) => {
  const { program } = truth
  const above = random.pick(aboveInteriors(program))
  const { first, length } = program.places[above]!
  const lie = { kind: 'element', kernel: above, mode: 'alone', ...bitOf(program, above, random) } as const
  const entry = random.below(length)
  const seed = random.word()
  return {
    name: `entry ${entry} of the interior list from ${first}, beside ${above}:${lie.element}`,
    trace: tellLie(truth, lie).trace,
    interior: (list, from) => list.map((root, i) => (from === first && i === entry ? flippedBy(root, seed) : root)),
  }
}

/** The same flip each time that the list is asked for. */
function flippedBy(root: Uint8Array, seed: number): Uint8Array {
  const copy = root.slice()
  copy[seed % WORD]! ^= 1 << ((seed >>> 8) % 8)
  return copy
}

/** One bit of a leaf of the trace tree: of a committed kernel's, or of one that must be zero. */
export const leafAlone: Draw = ({ truth, salt }, random) => {
  const { program } = truth
  const zeros = zeroLeaves(program)
  const zero = zeros.length > 0 && random.chance(0.5)
  const index = zero ? random.pick(zeros) : random.pick(hiddenIn(program))
  const leaf = zero ? new Uint8Array(WORD) : leafOf(salt, truth, index)
  return { name: `leaf ${index}`, trace: withLeaves(truth, [[index, flipped(leaf, random)]]) }
}

/** One leaf of somebody else's trace tree, who tells the truth. */
export const copiedAlone: Draw = ({ truth, foreign }, random) => {
  const [whose, salt] = foreign(random)
  const kernel = random.pick(hiddenIn(truth.program))
  return { name: `leaf ${kernel} ${whose}`, trace: withLeaves(truth, [[kernel, leafOf(salt, truth, kernel)]]) }
}

/** Somebody else's trace tree, but for the outputs' leaves, without which no assertion is taken. */
export const copiedWhole: Draw = ({ truth, foreign }, random) => {
  const [whose, salt] = foreign(random)
  const leaves = hiddenIn(truth.program).map((kernel) => [kernel, leafOf(salt, truth, kernel)] as const)
  return { name: `all leaves ${whose}`, trace: withLeaves(truth, leaves) }
}

/** Random bytes for one buffer. */
export const garbageAlone: Draw = ({ truth }, random) => {
  const kernel = random.pick(hiddenIn(truth.program))
  return { name: `random bytes for buffer ${kernel}`, trace: withBuffers(truth, [kernel], random) }
}

/** Random bytes for all buffers, for all hidden leaves, or for a tree of which nothing can be opened. */
export const garbageWhole: Draw = ({ truth }, random) => {
  const { program } = truth
  switch (random.below(3)) {
    case 0:
      return { name: 'random bytes for all buffers', trace: withBuffers(truth, program.kernels.keys(), random) }
    case 1:
      return { name: 'random leaves', trace: withLeaves(truth, randomLeaves(program, random)) }
    default:
      return { name: 'a random tree', trace: withLeaves(truth, randomLeaves(program, random)), answers: 0 }
  }
}

function randomLeaves(program: Program, random: Random): [number, Uint8Array][] {
  const all = Array.from({ length: 1 << depthFor(program.kernels.length) }, (_, leaf) => leaf)
  return all.filter((leaf) => !program.outputs.includes(leaf)).map((leaf) => [leaf, random.bytes(WORD)])
}

function withBuffers(trace: Trace, kernels: Iterable<number>, random: Random): Trace {
  const [buffers, trees] = [trace.buffers.slice(), trace.trees.slice()]
  for (const kernel of kernels) {
    buffers[kernel] = random.bytes(buffers[kernel]!.length)
    trees[kernel] = tensorTree(buffers[kernel]!)
  }
  return { ...trace, buffers, trees }
}

/** Another lie, told by somebody who sooner or later stops answering. */
const withheld =
  (draws: (program: Program) => readonly Draw[]): Draw =>
  (scene, random) => {
    const drawn = random.pick(draws(scene.truth.program))(scene, random)
    const answers = random.below(4)
    return drawn && { ...drawn, name: `${answers} answers about ${drawn.name}`, answers }
  }
export const withheldAlone = withheld((program) =>
  committedIn(program).length > program.outputs.length ? [committedAlone, outputAlone] : [outputAlone],
)
export const withheldDownstream = withheld(() => [committedDownstream])
