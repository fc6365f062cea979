import { createHash } from 'node:crypto'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { traceOfBuffers } from '@opine/models/trace/trace.ts'

/** What a program gives on an input. @property root  of its trace, with a salt of zeros @property kernels  digests of the kernels' bytes */
export type Answer = { readonly root: string; readonly kernels: readonly string[] }

export const SALT = new Uint8Array(32)

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const rootOfBuffers = (program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): string =>
  toHex(rootOf(traceTree(traceOfBuffers(program, inputs, buffers), SALT)))

export const answerOf = (program: Program, inputs: readonly Uint8Array[], buffers: readonly Uint8Array[]): Answer => ({
  root: rootOfBuffers(program, inputs, buffers),
  kernels: buffers.map(digestOf),
})

/** What `reference` gives: it depends on this module with all that it imports, the program and the input. */
export const answerByDefinition = (program: Program, inputs: readonly Uint8Array[]): Answer =>
  answerOf(program, inputs, execute(program, inputs))
