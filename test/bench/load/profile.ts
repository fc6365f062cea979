import { existsSync, readFileSync } from 'node:fs'

type Frame = { readonly functionName: string; readonly url: string }
type Node = { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }
type Profile = { readonly nodes: readonly Node[]; readonly samples: readonly number[]; readonly timeDeltas: readonly number[] }

/** What a daemon did in a stretch of time. @property wall, cpu  milliseconds; `cpu` of all its threads  @property parts  milliseconds of its main thread by what it did */
export type Work = { readonly wall: number; readonly cpu: number; readonly parts: ReadonlyMap<string, number> }

/** What a frame of the stack says about why the thread runs; the innermost that says anything counts. */
const KINDS: readonly (readonly [part: string, file: RegExp])[] = [
  ['running the model', /models\/(exec|numerics)\//],
  ['hashing the trace', /dispute-game\/merkle\/|models\/trace\/|native-hash/],
  ['signing', /@noble|ethers\/lib\.esm\/(crypto|transaction|wallet)|node-kit\/(oaths|wallet)/],
  ['store', /node:sqlite|node-kit\/(store|intents|journal)\.ts/],
  ['ABI', /ethers\/lib\.esm\/abi/],
  ['talking to the node', /ethers\/lib\.esm\/providers|node-kit\/(rpc|provider)\.ts|\/ws\/|node:net|stream_base/],
]
export const PARTS = [...KINDS.map(([part]) => part), 'collecting garbage', 'the rest', 'waiting']

const ALONE = new Map([
  ['(idle)', 'waiting'],
  ['(garbage collector)', 'collecting garbage'],
])

/** Reads what `profiled.ts` wrote. @returns undefined while it is not there */
export function readWork(path: string): Work | undefined {
  if (!existsSync(path)) return undefined
  const { wall, cpu, profile } = JSON.parse(readFileSync(path, 'utf8')) as { wall: number; cpu: number; profile: Profile }
  return { wall, cpu, parts: partsOf(profile) }
}

function partsOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parts = new Map<number, string>()
  const visit = (node: Node, above: string): void => {
    const { functionName, url } = node.callFrame
    const part = ALONE.get(functionName) ?? KINDS.find(([, file]) => file.test(url))?.[0] ?? above
    parts.set(node.id, part)
    for (const child of node.children ?? []) visit(byId.get(child)!, part)
  }
  visit(nodes[0]!, 'the rest')
  const sums = new Map(PARTS.map((part) => [part, 0]))
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id)!
    sums.set(part, sums.get(part)! + timeDeltas[index]! / 1000)
  }
  return sums
}
