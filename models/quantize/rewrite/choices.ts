/** Extremes and choices between tensors. */
import type { GraphNode } from '../../onnx/types.ts'
import { numbersIn } from '../network/numbers.ts'
import { node, type Site } from './site.ts'

/** What a softmax makes nothing of, beside numbers that are no masks. */
const MASKED = -1000

/** The greater or lesser of a tensor and one number is a clip; of two tensors, one and what the other is above it. */
export function extremes(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const { op, inputs, outputs } = given
  const [output] = outputs as [string]
  if ((op !== 'Max' && op !== 'Min') || inputs.length !== 2) return null
  const at = inputs.findIndex((name) => site.number(name) !== null)
  if (at >= 0) {
    const [x, limit] = [inputs[1 - at]!, site.number(inputs[at])!]
    if (site.shape(x).join() !== site.shape(output).join()) return null
    if (site.opset < 11) return [node('Clip', [x], output, op === 'Max' ? { min: { float: limit } } : { max: { float: limit } })]
    const bound = site.floats(`${output}.limit`, [], [limit])
    return [node('Clip', op === 'Max' ? [x, bound] : [x, '', bound], output)]
  }
  const [a, b] = inputs as [string, string]
  if (inputs.some((name) => site.constant(name) || site.shape(name).join() !== site.shape(output).join())) return null
  const [rest, above] = [site.fresh(`${output}.rest`), site.fresh(`${output}.above`)]
  return op === 'Max'
    ? [node('Sub', [b, a], rest), node('Relu', [rest], above), node('Add', [a, above], output)]
    : [node('Sub', [a, b], rest), node('Relu', [rest], above), node('Sub', [a, above], output)]
}

/** Scores of which known ones are masked, for a softmax alone: something far below is added to these. */
export function maskedScores(site: Site, given: GraphNode): readonly GraphNode[] | null {
  const { op, inputs, outputs } = given
  const [output] = outputs as [string]
  const chosen = site.constant(inputs[0])
  if (op !== 'Where' || !chosen || !site.isReadBy(output, 'Softmax')) return null
  const at = [1, 2].findIndex((index) => (site.number(inputs[index]) ?? 0) <= MASKED)
  const scores = inputs[2 - at]
  if (at < 0 || !scores || site.shape(scores).join() !== site.shape(output).join()) return null
  const data = numbersIn(chosen).map((flag) => ((flag !== 0) === (at === 0) ? Number.NEGATIVE_INFINITY : 0))
  return [node('Add', [scores, site.floats(`${output}.mask`, chosen.shape, data)], output)]
}
