import { OPERATORS } from '@opine/models/lower/operators/registry.ts'
import { caseModel } from './case.ts'
import type { Judged } from './tally.ts'

type Row = { readonly operator: string; readonly domain: string; readonly opsets: string; readonly cases: string }

/**
 * The page docs/OPERATORS.md: every operator that lowers and every one that the suite has, with the operator sets in which cases of it
 * pass.
 * @param root  the folder of the cases
 */
export function supportTable(root: string, cases: readonly Judged[]): string {
  const sets = new Map(cases.map((each) => [each, caseModel(root, each.entry)?.opsets['']]))
  const names = new Set([...Object.keys(OPERATORS), ...cases.flatMap(({ entry }) => entry.ops)])
  const rows = [...names].map((name): Row => {
    const own = cases.filter(({ entry }) => entry.ops.includes(name))
    const passed = own.filter(({ outcome }) => outcome.status === 'passed')
    const versions = passed.flatMap((each) => sets.get(each) ?? [])
    const dot = name.lastIndexOf('.')
    return {
      operator: name.slice(dot + 1),
      domain: dot < 0 ? 'ai.onnx' : name.slice(0, dot),
      opsets: versions.length === 0 ? '' : span(versions),
      cases: own.length > 0 ? `${passed.length} / ${own.length}` : Object.hasOwn(OPERATORS, name) ? 'none in the suite' : '0 / 0',
    }
  })
  rows.sort((a, b) => compare(a.domain, b.domain) || compare(a.operator, b.operator))
  const total = cases.filter(({ outcome }) => outcome.status === 'passed').length
  return `# Operators

What the compiler lowers, and how many of ONNX's own backend tests pass through it and the defining executor: ${total} of ${cases.length}. A case passes when
every output agrees with the expected one, floats within the suite's tolerance and integers exactly. All others are refused with a typed error that names
node, operator and the nearest supported form. Models of the operator sets 7 to 24 are accepted; the suite has cases of other sets too, whose results are
checked all the same. *Sets* are those of passing cases.

Generated, never edited: \`opine model conformance DIR --table docs/OPERATORS.md\`

| operator | domain | sets | cases passed |
|---|---|---|---|
${rows.map(({ operator, domain, opsets, cases: passed }) => `| ${operator} | ${domain} | ${opsets} | ${passed} |`).join('\n')}
`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function span(versions: readonly number[]): string {
  const [least, most] = [Math.min(...versions), Math.max(...versions)]
  return least === most ? String(least) : `${least} to ${most}`
}
