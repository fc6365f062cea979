import type { Random } from '@opine/models/ir/random.ts'
import type { Witness } from '@opine/models/trace/witness.ts'

/** A plain copy of a witness, or of a part of it. */
type Part = Uint8Array | number | Part[] | { [name: string]: Part }
type Place = { readonly field: string; readonly change: () => void }

/**
 * A witness with one thing about it changed: a bit of a word or of a number, or a list one entry longer, shorter, or in another order.
 * @returns the changed copy and the field, with `[]` for any place of a list
 */
export function tampered(witness: Witness, random: Random): { witness: Witness; field: string } {
  const copy = copied(witness as unknown as Part)
  const fields = Map.groupBy(placesOf(copy, '', random), ({ field }) => field)
  // A field first, then a place in it: the words of an operand are many, its root is one.
  const place = random.pick(fields.get(random.pick([...fields.keys()]))!)
  place.change()
  return { witness: copy as unknown as Witness, field: place.field }
}

function copied(part: Part): Part {
  if (typeof part === 'number') return part
  if (part instanceof Uint8Array) return Uint8Array.from(part)
  if (Array.isArray(part)) return part.map(copied)
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, copied(value)]))
}

function placesOf(part: Part, path: string, random: Random, set: (value: Part) => void = () => {}): Place[] {
  if (typeof part === 'number') {
    return [{ field: path, change: () => set((part ^ (1 << random.below(random.chance(0.5) ? 3 : 20))) >>> 0) }]
  }
  if (part instanceof Uint8Array) {
    const change = (): void => {
      part[random.below(part.length)]! ^= 1 << random.below(8)
    }
    return part.length > 0 ? [{ field: path, change }] : []
  }
  if (!Array.isArray(part)) {
    return Object.entries(part).flatMap(([name, value]) =>
      placesOf(value, path ? `${path}.${name}` : name, random, (changed) => {
        part[name] = changed
      }),
    )
  }
  const inside = part.flatMap((entry, i) =>
    placesOf(entry, `${path}[]`, random, (changed) => {
      part[i] = changed
    }),
  )
  const shapes: Place[] = [{ field: `length of ${path}`, change: () => reshape(part, random) }]
  return part.length > 0 ? [...inside, ...shapes] : []
}

function reshape(list: Part[], random: Random): void {
  if (random.chance(0.5)) list.splice(random.below(list.length), 1)
  else list.push(copied(random.pick(list)))
}
