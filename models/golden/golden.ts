import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import type { NamedExecutor } from '../exec/executors.ts'
import { decodeProgramFile } from '../ir/file.ts'
import { modelOf } from '../load.ts'
import { commitmentTree, traceTree } from '../trace/commit.ts'
import type { Trace } from '../trace/trace.ts'
import { commit, expect, run } from './expected.ts'

/**
 * A small program with an input, and what every executor must make of it.
 * @property file     the program file
 * @property input    all inputs together
 * @property kernels  tensor root of each kernel's buffer
 * @property root     trace root under a salt of zeros
 */
export type GoldenCase = {
  readonly name: string
  readonly file: Hex
  readonly input: Hex
  readonly program: Hex
  readonly kernels: readonly Hex[]
  readonly root: Hex
}

const NO_SALT = new Uint8Array(WORD)

/** What tells one set of cases from another. */
export const goldenHash = (cases: readonly GoldenCase[]): Hex => toHex(sha256(new TextEncoder().encode(JSON.stringify(cases))))

/**
 * Has an executor compute every case.
 * @throws {OpineError} `EXECUTOR_WRONG` at the first value that is not the expected one: names executor, case, kernel, both roots
 */
export async function checkGolden(cases: readonly GoldenCase[], executor: NamedExecutor): Promise<void> {
  for (const { name, file, input, program, kernels, root } of cases) {
    const model = modelOf(decodeProgramFile(fromHex(file)))
    expect(executor, name, 'the program root', program, model.root)
    const trace = await run(executor, name, model, fromHex(input))
    kernels.forEach((expected, kernel) => {
      expect(executor, name, `the tensor root of kernel ${kernel}`, expected, toHex(rootOf(trace.trees[kernel]!)))
    })
    expect(executor, name, 'the trace root', root, rootUnsalted(trace))
    const alone = await commit(executor, name, model, fromHex(input))
    if (alone)
      expect(executor, name, 'the trace root of a run that keeps no interiors', root, toHex(rootOf(commitmentTree(alone, NO_SALT))))
  }
}

const rootUnsalted = (trace: Trace): Hex => toHex(rootOf(traceTree(trace, NO_SALT)))
