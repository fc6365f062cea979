/** Normalisations: those that exporters took apart are one node again, those over pictures are of rows. */
import { product } from '../../ir/types.ts'
import type { GraphNode } from '../../onnx/types.ts'
import { numbersIn } from '../network/numbers.ts'
import { int, node, type Site } from './site.ts'

/** Of a tensor over the root of something: both. */
type Quotient = { readonly over: string; readonly root: string; readonly between: readonly GraphNode[] }

/** x / sqrt(v), x * (1 / sqrt(v)), x * v^-0.5 : what `x` and `v` are. */
function quotientOf(site: Site, given: GraphNode): Quotient | null {
  const [a, b] = given.inputs as [string, string]
  if (given.op === 'Div') {
    const root = site.maker(b, 'Sqrt') ?? halfPower(site, b, 0.5)
    return root && { over: a, root: root.inputs[0]!, between: [root, given] }
  }
  if (given.op !== 'Mul') return null
  for (const [over, factor] of [
    [a, b],
    [b, a],
  ] as const) {
    const inverse = site.maker(factor, 'Reciprocal', 'Div') ?? halfPower(site, factor, -0.5)
    if (!inverse) continue
    if (inverse.op === 'Pow') return { over, root: inverse.inputs[0]!, between: [inverse, given] }
    if (inverse.op === 'Div' && site.number(inverse.inputs[0]) !== 1) continue
    const root = site.maker(inverse.inputs.at(-1)!, 'Sqrt')
    if (root) return { over, root: root.inputs[0]!, between: [root, inverse, given] }
  }
  return null
}

function halfPower(site: Site, name: string, power: number): GraphNode | null {
  const pow = site.maker(name, 'Pow')
  return pow && site.number(pow.inputs[1]) === power ? pow : null
}

/** Mean of squares along the last axis, plus epsilon: what is squared. */
function meanSquareOf(site: Site, name: string) {
  const sum = site.maker(name, 'Add')
  if (!sum) return null
  const [a, b] = sum.inputs as [string, string]
  const epsilon = site.number(b) ?? site.number(a)
  const mean = site.maker(site.number(b) === null ? b : a, 'ReduceMean')
  if (epsilon === null || epsilon < 0 || !mean || !isOverLast(site, mean)) return null
  const square = site.maker(mean.inputs[0]!, 'Pow', 'Mul')
  if (!square) return null
  const [base, other] = square.inputs as [string, string]
  const squared = square.op === 'Pow' ? site.number(other) === 2 : site.source(base) === site.source(other)
  return squared ? { of: base, epsilon, between: [square, mean, sum] } : null
}

function isOverLast(site: Site, mean: GraphNode): boolean {
  const axes = site.axes(mean)
  return int(mean.attributes.keepdims, 1) === 1 && axes.length === 1 && axes[0] === site.shape(mean.inputs[0]!).length - 1
}

/** What is centred along the last axis; null for another tensor. */
function centredOf(site: Site, name: string) {
  const rest = site.maker(name, 'Sub')
  const mean = rest && site.maker(rest.inputs[1]!, 'ReduceMean')
  if (!mean || !isOverLast(site, mean) || site.source(mean.inputs[0]!) !== site.source(rest.inputs[0]!)) return null
  return { of: site.source(rest.inputs[0]!), between: [mean, rest] }
}

/** (x - mean) / sqrt(mean of squares + epsilon), without scale and bias, which are linear. */
export function layers(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const quotient = quotientOf(site, given)
  const squares = quotient && meanSquareOf(site, quotient.root)
  const [above, below] = squares ? [centredOf(site, quotient.over), centredOf(site, squares.of)] : []
  if (!squares || !above || !below || above.of !== below.of) return null
  return whole(site, given, 'LayerNormalization', above.of, squares.epsilon, [
    ...above.between,
    ...below.between,
    ...squares.between,
    ...quotient.between,
  ])
}

/** x / sqrt(mean of squares + epsilon). */
export function roots(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const quotient = quotientOf(site, given)
  const squares = quotient && meanSquareOf(site, quotient.root)
  if (!squares || site.source(squares.of) !== site.source(quotient.over)) return null
  return whole(site, given, 'RMSNormalization', site.source(squares.of), squares.epsilon, [...squares.between, ...quotient.between])
}

/** One node of newer operator sets; should it stay in float, it is what it was. */
function whole(site: Site, given: GraphNode, op: string, x: string, epsilon: number, parts: readonly GraphNode[]): GraphNode[] {
  const [output] = given.outputs
  const width = site.shape(x).at(-1)!
  const ones = site.floats(`${output}.scale`, [width], new Float64Array(width).fill(1))
  site.originals.set(output!, [...new Set(parts)])
  return [node(op, [x, ones], output!, { epsilon: { float: epsilon } })]
}

const LEAST = 1e-30

/** x over its length along the last axis, as embeddings have it: the root of the mean square is that times the root of a count. */
export function lengths(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const found = given.op === 'LpNormalization' ? { x: given.inputs[0]!, least: 0, between: [given] } : overLength(site, given)
  if (!found) return null
  const shape = site.shape(found.x)
  const axis = int(given.attributes.axis, -1)
  if (given.op === 'LpNormalization' && (int(given.attributes.p, 2) !== 2 || (axis !== -1 && axis !== shape.length - 1))) return null
  const [output] = given.outputs
  const width = shape.at(-1)!
  const scale = site.floats(`${output}.scale`, [width], new Float64Array(width).fill(1 / Math.sqrt(width)))
  site.originals.set(output!, found.between)
  // Of nothing but zeros the length is no divisor.
  const epsilon = { float: Math.max(LEAST, (found.least * found.least) / width) }
  return [node('RMSNormalization', [found.x, scale], output!, { epsilon })]
}

function overLength(site: Site, given: GraphNode) {
  if (given.op !== 'Div') return null
  const spread = site.maker(given.inputs[1]!, 'Expand')
  const above = spread?.inputs[0] ?? given.inputs[1]!
  const cut = site.maker(above, 'Clip', 'Max')
  const length = site.maker(cut?.inputs[0] ?? above, 'ReduceL2')
  const least = cut ? site.number(cut.inputs[1]) : 0
  if (!length || least === null || !isOverLast(site, length) || site.source(length.inputs[0]!) !== site.source(given.inputs[0]!))
    return null
  const between = [length, cut, spread, given].filter((each) => each !== null)
  return { x: site.source(given.inputs[0]!), least, between }
}

/** Each channel of a picture is a row. */
export function instances(site: Site, given: GraphNode): readonly GraphNode[] | null {
  if (given.op !== 'InstanceNormalization') return null
  const [x, scale, bias] = given.inputs as [string, string, string]
  const channels = site.shape(x)[1]!
  const parameters = [site.constant(scale), site.constant(bias)].map((tensor) => tensor && numbersIn(tensor))
  return parameters.every((tensor) => tensor !== undefined) ? rows(site, given, channels, parameters as Float64Array[]) : null
}

/** Each group of channels is one; scale and bias are of groups up to operator set 20. */
export function groups(site: Site, given: GraphNode): readonly GraphNode[] | null {
  if (given.op !== 'GroupNormalization') return null
  const [x, scale, bias] = given.inputs as [string, string, string]
  const count = int(given.attributes.num_groups, 0)
  const channels = site.shape(x)[1]!
  const parameters = [site.constant(scale), site.constant(bias)].map((tensor) => {
    const own = tensor && numbersIn(tensor)
    return own && Float64Array.from({ length: channels }, (_, channel) => own[Math.floor((channel * own.length) / channels)]!)
  })
  return count > 0 && parameters.every((tensor) => tensor !== undefined) ? rows(site, given, count, parameters as Float64Array[]) : null
}

function rows(site: Site, given: GraphNode, count: number, parameters: readonly Float64Array[]): GraphNode[] {
  const [output] = given.outputs
  const shape = site.shape(given.inputs[0]!)
  const [items, channels] = shape as [number, number]
  const names = ['rows', 'normalized', 'back', 'scaled'].map((part) => site.fresh(`${output}.${part}`)) as [string, string, string, string]
  const width = product(shape.slice(1)) / count
  const constant = (label: string, own: readonly number[], data: ArrayLike<number>): string => site.floats(`${output}.${label}`, own, data)
  const epsilon = given.attributes.epsilon ?? { float: 1e-5 }
  const along = [channels, ...shape.slice(2).map(() => 1)]
  const zeros = constant('zeros', [count], new Float64Array(count))
  const ones = constant('ones', [count], new Float64Array(count).fill(1))
  site.originals.set(names[1], [node('InstanceNormalization', [names[0], ones, zeros], names[1], { epsilon })])
  return [
    site.reshape(given.inputs[0]!, names[0], [items, count, width]),
    node('LayerNormalization', [names[0], constant('unit', [width], new Float64Array(width).fill(1))], names[1], { epsilon }),
    site.reshape(names[1], names[2], shape),
    node('Mul', [names[2], constant('scale', along, parameters[0]!)], names[3]),
    node('Add', [names[3], constant('bias', along, parameters[1]!)], output!),
  ]
}
