import { OpineError } from '@opine/dispute-game/errors.ts'
import { claimsOf } from '../ir/claims.ts'
import { byteSize, type Kernel, type Place, type Program, product } from '../ir/types.ts'

/** SPEC section 5, `META`. */
const MAX_SEGMENT = 64
const DEFAULT_SEGMENT = 32
/** Claimable kernels that a program commits where it has them: a claimant must show four leaves that are no output. */
const CLAIMS_WANTED = 4
/** So many bytes to hash, for claims alone, that kernels which digest them pay: more than a millisecond's. Of smaller buffers no digest is made. */
const DIGEST_BYTES = 1 << 20
const DIGESTED_BYTES = 1 << 16
const WORD = 32

type Unplaced = Omit<Program, 'places' | 'claims'>

export type CutOptions = {
  /** First kernel of every segment but the first, ascending. Chosen by the compiler if not given. */
  readonly cuts?: readonly number[]
  /** Every kernel a segment of its own, hence all committed. */
  readonly dense?: boolean
  /** Most kernels in a segment, 1 .. 64; 32 if not given. */
  readonly maxSegment?: number
  /** Claimable kernels that are to be committed where there are so many; 4 if not given. */
  readonly claims?: number
}

/**
 * What to digest, and how many claims to ask for then: where a great deal is to be hashed for the sake of claims alone, the kernels that are committed for that
 * may stay interiors, if their digests are committed in their place. Nothing where the cuts are given.
 */
export function worthDigesting(
  program: Unplaced,
  options: CutOptions = {},
): { readonly kernels: readonly number[]; readonly claims: number } {
  if (options.cuts || options.dense) return { kernels: [], claims: CLAIMS_WANTED }
  const [asked, bare] = [placeKernels(program, options), placeKernels(program, { ...options, claims: 0 })]
  const kernels = asked.claims.filter((kernel) => !bare.places[kernel]!.committed && bytesOf(program.kernels[kernel]!) >= DIGESTED_BYTES)
  if (committedBytes(asked) - committedBytes(bare) < DIGEST_BYTES) return { kernels: [], claims: CLAIMS_WANTED }
  return { kernels, claims: Math.min(CLAIMS_WANTED, asked.claims.length) }
}

const committedBytes = ({ kernels, places }: Program): number =>
  kernels.reduce((sum, kernel, index) => sum + (places[index]!.committed ? bytesOf(kernel) : 0), 0)

/** That are hashed. */
const bytesOf = ({ shape, storeType }: Kernel): number => Math.ceil((product(shape) * byteSize(storeType)) / WORD) * WORD

/**
 * Cuts the kernels into segments and decides which buffers are committed: outputs, those that a later segment loads, and those that nobody loads, as
 * digests. Of all cuts it takes those with the fewest bytes to hash, then with the fewest segments, then with the later first cuts, such that at least four
 * claimable kernels, or as many as are asked for, are committed where the program has so many. SPEC section 3; claims likewise.
 * @throws {OpineError} `CUTS`
 */
export function placeKernels(program: Unplaced, options: CutOptions = {}): Program {
  const kernels = program.kernels.length
  const maxSegment = options.maxSegment ?? DEFAULT_SEGMENT
  if (!Number.isInteger(maxSegment) || maxSegment < 1 || maxSegment > MAX_SEGMENT) throw wrong(`a segment of at most ${maxSegment} kernels`)
  const lastUse = lastUses(program)
  const starts = options.dense
    ? program.kernels.map((_, kernel) => kernel)
    : options.cuts
      ? givenCuts(options.cuts, kernels)
      : bestCuts(program, lastUse, maxSegment, options.claims ?? CLAIMS_WANTED)
  const places: Place[] = []
  const outputs = new Set(program.outputs)
  for (const [index, first] of starts.entries()) {
    const end = starts[index + 1] ?? kernels
    for (let kernel = first; kernel < end; kernel += 1) {
      places.push({ committed: outputs.has(kernel) || lastUse[kernel]! >= end || lastUse[kernel] === -1, first, length: end - first })
    }
  }
  return { ...program, places, claims: claimsOf({ ...program, places }) }
}

/** Index of the last kernel that loads each kernel's buffer, -1 where none does. */
function lastUses(program: Unplaced): number[] {
  const first = program.inputs.length + program.constants.length
  const last = program.kernels.map(() => -1)
  for (const [index, kernel] of program.kernels.entries()) {
    for (const { buffer } of kernel.loads) if (buffer >= first) last[buffer - first] = index
  }
  return last
}

function givenCuts(cuts: readonly number[], kernels: number): number[] {
  const starts = [0, ...cuts]
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? kernels
    if (!Number.isInteger(start) || start >= end)
      throw wrong(`the cuts [${cuts}] of ${kernels} kernels, which must ascend from 1 to ${kernels - 1}`)
    if (end - start > MAX_SEGMENT) throw wrong(`a segment of ${end - start} kernels at kernel ${start}`)
  }
  return starts
}

const wrong = (what: string): OpineError =>
  new OpineError('CUTS', `The segments cannot be ${what}. A segment has 1 to ${MAX_SEGMENT} kernels.`, { most: MAX_SEGMENT })

/** The best cuts of the kernels before `end` with (up to the wanted number of) claimable kernels committed: dynamic programming over both. */
type Best = { readonly bytes: number; readonly segments: number; readonly start: number; readonly before: Best | null }

function bestCuts(program: Unplaced, lastUse: readonly number[], maxSegment: number, wanted: number): number[] {
  const { kernels } = program
  const outputs = new Set(program.outputs)
  const bytes = kernels.map(bytesOf)
  const claimable = claimableOf(program)
  const best: (Best | null)[][] = [[{ bytes: 0, segments: 0, start: 0, before: null }]]
  for (let end = 1; end <= kernels.length; end += 1) {
    const row: (Best | null)[] = Array(wanted + 1).fill(null)
    let cost = 0
    let claims = 0
    for (let start = end - 1; start >= Math.max(0, end - maxSegment); start -= 1) {
      const crosses = lastUse[start]! >= end || lastUse[start] === -1
      if (crosses || outputs.has(start)) cost += bytes[start]!
      if (crosses && claimable[start]) claims += 1
      for (const [have, before] of best[start]!.entries()) {
        if (!before) continue
        const now = Math.min(wanted, have + claims)
        const known = row[now]
        const total = before.bytes + cost
        if (known && (known.bytes < total || (known.bytes === total && known.segments <= before.segments + 1))) continue
        row[now] = { bytes: total, segments: before.segments + 1, start, before }
      }
    }
    best.push(row)
  }
  // The most claims that any cut commits, at most those wanted: with all kernels alone every claimable one is committed.
  const starts: number[] = []
  for (let at = best[kernels.length]!.findLast((entry) => entry !== null) ?? null; at?.before; at = at.before) starts.unshift(at.start)
  return starts
}

/** Kernels that are no output and do not depend on one: committed, they can be asked for in a claim. */
function claimableOf(program: Unplaced): boolean[] {
  const { inputs, constants, kernels } = program
  const first = inputs.length + constants.length
  const outputs = new Set(program.outputs)
  const tainted: boolean[] = []
  for (const [index, { loads }] of kernels.entries()) {
    tainted.push(outputs.has(index) || loads.some(({ buffer }) => tainted[buffer - first] === true))
  }
  return tainted.map((dependent) => !dependent)
}
