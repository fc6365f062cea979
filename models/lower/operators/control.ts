import { load, op } from '../../ir/expression.ts'
import { storeTypeOf } from '../constant.ts'
import { mapElements } from '../kernels.ts'
import { type Item, type NodeReader, type OperatorTable, tensorOf } from '../node.ts'
import { countOf, reshape, shapeOf } from '../view.ts'

/**
 * The branch that a constant condition chooses. A condition at run time chooses between the values of both branches, element by element,
 * which needs both to have one type and shape.
 */
function branchIf(node: NodeReader): readonly Item[] {
  const condition = node.input(0)
  if (countOf(condition.view) !== 1) throw node.invalid('has a condition that is not one element')
  if (condition.view.buffer.kind === 'constant') return node.branch(node.known(0)![0] !== 0 ? 'then_branch' : 'else_branch')
  const [chosen, other] = [node.branch('then_branch'), node.branch('else_branch')]
  if (chosen.length !== other.length) throw node.invalid('has branches with different numbers of outputs')
  return chosen.map((item, index) => {
    const [a, b] = [tensorOf(item, node.label), tensorOf(other[index]!, node.label)]
    const shape = shapeOf(a.view)
    if (a.type !== b.type || shape.join() !== shapeOf(b.view).join()) {
      throw node.unsupported('a condition at run time over branches of different shapes or types', 'a constant condition (--set)')
    }
    const store = storeTypeOf(a.type, node.label)
    const views = [a.view, b.view, reshape(condition.view, [])!]
    const view = mapElements(node.builder, views, shape, [load(0), load(1), load(2), op('select')], store === 'f16' ? 'f32' : store)
    return { type: store === 'f16' ? 'f32' : a.type, view }
  })
}

export const CONTROL: OperatorTable = { If: branchIf }
