/**
 * Tells a story out of the committed model, as an operator would compute it: the compiled program on the defining executor, one run for each
 * word. `npm run -s tell:story -- SEED OPENING...`, for example `npm run -s tell:story -- 7 one morning mia`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from '../../exec/reference/execute.ts'
import { compile } from '../../lower/compile.ts'
import { CONTEXT } from './network.ts'
import { luckOf, type Next, tellOn } from './tell.ts'
import { readable, VOCABULARY } from './vocabulary.ts'

const [seed = '1', ...opening] = process.argv.slice(2)
const { program } = compile(readFileSync(join(import.meta.dirname, 'story.onnx')))

const next: Next = (tokens) => {
  const input = Int32Array.from({ length: CONTEXT }, (_, index) => tokens[index] ?? 0)
  const logits = execute(program, [new Uint8Array(input.buffer)])[program.outputs[0]!]!
  const row = (tokens.length - 1) * VOCABULARY * 4
  return new Float32Array(logits.slice(row, row + VOCABULARY * 4).buffer)
}

const words = opening.flatMap((part) => part.toLowerCase().split(/\s+/))
process.stderr.write(words.join(' '))
const told = await tellOn(next, luckOf(Number.parseInt(seed, 10) || 1), words, (word) => process.stderr.write(` ${word}`))
process.stderr.write('\n')
process.stdout.write(`${readable(told)}\n`)
