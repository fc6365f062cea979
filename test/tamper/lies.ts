import { equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import type { Program } from '@opine/models/ir/types.ts'
import * as roots from './lies-roots.ts'
import * as values from './lies-values.ts'
import * as worlds from './lies-worlds.ts'
import { type Draw, type Drawn, type Form, type Liar, liarOf, type Scene } from './told.ts'

export type KindName =
  | 'output'
  | 'committed buffer'
  | 'interior buffer'
  | `bytes behind the end, ${values.Behind}`
  | 'interior root'
  | 'running totals'
  | 'trace leaf'
  | 'wrong input'
  | 'wrong model'
  | 'copied root'
  | 'garbage trace'
  | 'withheld trace'

/** A kind of lie: how its two forms are drawn, null for one that this program, or no program, has. */
type Kind = { readonly name: KindName; readonly forms: (program: Program) => Readonly<Record<Form, Draw | null>> }

const some = (places: readonly unknown[], draw: Draw): Draw | null => (places.length > 0 ? draw : null)
const padding = (where: values.Behind): Kind => ({
  name: `bytes behind the end, ${where}`,
  // Nothing reads padding: there is nothing downstream of it.
  forms: (program) => ({ alone: some(values.paddedIn(program, where), values.paddingAlone(where)), downstream: null }),
})

export const KINDS: readonly Kind[] = [
  {
    name: 'output',
    forms: (program) => ({ alone: values.outputAlone, downstream: some(values.readOutputs(program), values.outputDownstream) }),
  },
  {
    name: 'committed buffer',
    forms: (program) => ({ alone: values.committedAlone, downstream: some(values.hiddenIn(program), values.committedDownstream) }),
  },
  {
    name: 'interior buffer',
    forms: (program) => ({
      alone: some(values.aboveInteriors(program), values.interiorAlone),
      downstream: some(values.interiorsIn(program), values.interiorDownstream),
    }),
  },
  padding('inside the last word'),
  padding('past the last word'),
  {
    name: 'interior root',
    // With a pre-image it is the kind `interior buffer`.
    forms: (program) => ({ alone: some(values.aboveInteriors(program), roots.interiorRootAlone), downstream: null }),
  },
  {
    name: 'running totals',
    forms: (program) =>
      values.hasTotals(program) ? { alone: values.totalAlone, downstream: values.totalDownstream } : { alone: null, downstream: null },
  },
  // Nothing is computed from a leaf.
  { name: 'trace leaf', forms: () => ({ alone: roots.leafAlone, downstream: null }) },
  {
    name: 'wrong input',
    forms: (program) => ({
      alone: some(worlds.inputsReadBy(program, 'alone'), worlds.otherInput('alone')),
      downstream: worlds.otherInput('downstream'),
    }),
  },
  {
    name: 'wrong model',
    forms: (program) => ({
      alone: some(worlds.weightsReadBy(program, 'alone'), worlds.otherWeight('alone')),
      downstream: worlds.otherModelDownstream,
    }),
  },
  { name: 'copied root', forms: () => ({ alone: roots.copiedAlone, downstream: roots.copiedWhole }) },
  { name: 'garbage trace', forms: () => ({ alone: roots.garbageAlone, downstream: roots.garbageWhole }) },
  { name: 'withheld trace', forms: () => ({ alone: roots.withheldAlone, downstream: roots.withheldDownstream }) },
]

/** What takes the place of a form that a kind has not, in turn; at least the first of them every program has. */
const SUBSTITUTES: readonly KindName[] = ['committed buffer', 'interior buffer', 'running totals', 'wrong model', 'output']
const ATTEMPTS = 400

export type ToldLie = { readonly kind: KindName; readonly form: Form; readonly name: string; readonly drawn: Drawn; readonly liar: Liar }

/** Kinds of which a program has any form. */
export const kindsOf = (program: Program): readonly Kind[] =>
  KINDS.filter((kind) => Object.values(kind.forms(program)).some((draw) => draw !== null))

/** Lie number `seed` about a scene, in one form; the same for the same seed. */
export function lieAt(scene: Scene, seed: number, form: Form): ToldLie {
  const { program } = scene.truth
  const kinds = kindsOf(program)
  const wanted = kinds[seed % kinds.length]!
  const instead = kinds.filter(({ name, forms }) => SUBSTITUTES.includes(name) && forms(program)[form])
  const kind = wanted.forms(program)[form] ? wanted : instead[Math.floor(seed / kinds.length) % instead.length]!
  return lieOf(scene, seed, kind.name, form)
}

/** A lie of this kind and form, the same for the same seed. @throws {Error} if the program has no place for one */
export function lieOf(scene: Scene, seed: number, name: KindName, form: Form): ToldLie {
  const draw = KINDS.find((kind) => kind.name === name)!.forms(scene.truth.program)[form]
  if (!draw) throw new Error(`the kind "${name}" has no form ${form} in this program`)
  const random = new Random(2 * seed + (form === 'alone' ? 0 : 1))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const drawn = draw(scene, random)
    if (!drawn) continue
    const liar = liarOf(drawn, scene.salt)
    // A lie that changes nothing of what is committed is none.
    if (equalBytes(rootOf(liar.provider.traceTree()), rootOf(scene.own.traceTree()))) continue
    return { kind: name, form, name: drawn.name, drawn, liar }
  }
  throw new Error(`none of ${ATTEMPTS} draws of the kind "${name}", ${form}, with seed ${seed} is a lie`)
}
