import type { GraphNode } from '../../../onnx/types.ts'
import type { Rewriter } from './rewriter.ts'

/** A part of an axis of what is summed. @property axis  the number of that axis */
type Atom = { readonly extent: number; readonly axis: number }

/**
 * Sums over parts of a tensor, as digests are: a Reshape and a ReduceSum, on blocks in two steps, places first. That they may be added up in any order
 * is what the certificate proves of the kernel.
 * @returns  whether it could be written so
 */
export function blockedSum(rewriter: Rewriter, { inputs, outputs, attributes }: GraphNode): boolean {
  const [[data, list], [output]] = [inputs, outputs] as [[string, string?], [string]]
  const twin = rewriter.twinBehind(data)
  const shape = rewriter.shapes.get(data)
  const axes = list === undefined ? null : rewriter.integers(list)
  const { keepdims } = attributes
  if (!twin || !shape || !axes || !keepdims || !('int' in keepdims) || keepdims.int !== 0) return false
  const [batch, channels] = twin.shape as [number, number]
  const { block } = rewriter
  if (batch !== 1 || channels % block !== 0) return false
  const atoms = shape.map((extent, axis): Atom => ({ extent, axis }))
  const first = cut(atoms, channels / block)
  const second = first && cut(first[1], block)
  if (!first || !second) return false
  // Blocks, places, channels within a block: how the elements lie.
  const [outer, inner, places] = [first[0], second[0], second[1]]
  const lying = [...outer, ...places, ...inner]
  const summed = (atom: Atom): boolean => axes.includes(atom.axis)
  const name = (part: string): string => `${output}_${part}`
  const drop = { keepdims: { int: 0 } }
  const reduce = (from: string, own: readonly Atom[], which: (atom: Atom) => boolean, part: string): string => {
    const chosen = own.flatMap((atom, at) => (which(atom) ? [at] : []))
    return chosen.length === 0 ? from : rewriter.push('ReduceSum', [from, rewriter.list(name(`${part}_axes`), chosen)], name(part), drop)
  }
  const extents = (own: readonly Atom[]): number[] => own.map(({ extent }) => extent)
  const put = (from: string, to: readonly number[], part: string): string =>
    rewriter.push('Reshape', [from, rewriter.list(name(`${part}_shape`), to)], name(part))
  const parts = put(twin.name, extents(lying), 'parts')
  const sums = reduce(parts, lying, (atom) => places.includes(atom) && summed(atom), 'places')
  const rest = lying.filter((atom) => !places.includes(atom) || !summed(atom))
  const totals = reduce(sums, rest, summed, 'channels')
  const kept = rest.filter((atom) => !summed(atom))
  const target = [...outer, ...inner, ...places].filter((atom) => !summed(atom))
  const order = target.map((atom) => kept.indexOf(atom))
  const turned = rewriter.push('Transpose', [totals], name('turned'), { perm: { ints: order } })
  const result = shape.filter((_, axis) => !axes.includes(axis))
  rewriter.push('Reshape', [turned, rewriter.list(name('shape'), result)], output)
  return true
}

/** The atoms of the outermost `count` elements and the others, one atom cut in two where needed; null where it does not divide. */
function cut(atoms: readonly Atom[], count: number): readonly [Atom[], Atom[]] | null {
  const outer: Atom[] = []
  let left = count
  for (const [at, { extent, axis }] of atoms.entries()) {
    if (left === 1) return [outer, atoms.slice(at)]
    if (left % extent === 0) {
      outer.push(atoms[at]!)
      left /= extent
    } else {
      if (extent % left !== 0) return null
      return [
        [...outer, { extent: left, axis }],
        [{ extent: extent / left, axis }, ...atoms.slice(at + 1)],
      ]
    }
  }
  return left === 1 ? [outer, []] : null
}
