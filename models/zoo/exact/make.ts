/**
 * Our models in exact integers, made of the ones in binary32: `npm run quantize:zoo`. Writes the files beside this one and what it found into README.md;
 * with `--check` it writes nothing and ends with exit code 1 if either would change.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certifyProgram } from '../../certify/certify.ts'
import { compile, compileModel } from '../../lower/compile.ts'
import { decodeModel } from '../../onnx/decode.ts'
import { quantize } from '../../quantize/quantize.ts'
import { hashLine, withReport } from '../training/report.ts'
import { EXACT_SUBJECTS, type ExactSubject } from './subjects.ts'

const HERE = import.meta.dirname

/** The file, and what there is to say of it. */
export function exactFile({ name, examples, measure }: ExactSubject): { readonly file: Uint8Array; readonly report: string } {
  const float = decodeModel(readFileSync(join(HERE, `../${name}/${name}.onnx`)))
  const { file, left } = quantize(float, examples(), { providers: 'tf32' })
  const { program } = compile(file)
  const { kernels } = certifyProgram(program, { classes: ['tf32'] })
  const proved = kernels.filter(({ verdict }) => verdict === 'orderFree').length
  const lines = [
    `${name}: ${proved} of ${kernels.length} kernels order-free for binary32 and TF32${left.length > 0 ? `; left in float: ${leftOf(left)}` : ''}`,
    `  exact  ${measure(program)}`,
    `  float  ${measure(compileModel(float).program)}`,
    `  ${hashLine(`${name}.onnx`, file)}`,
  ]
  return { file, report: `${lines.join('\n')}\n` }
}

function leftOf(left: readonly { readonly operator: string }[]): string {
  const counts = Map.groupBy(left, ({ operator }) => operator)
  return [...counts].map(([operator, own]) => `${own.length} ${operator}`).join(', ')
}

if (import.meta.main) {
  const readme = join(HERE, 'README.md')
  const page = readFileSync(readme, 'utf8')
  const check = process.argv.includes('--check')
  let [report, stale] = ['', false]
  for (const subject of EXACT_SUBJECTS) {
    const made = exactFile(subject)
    process.stdout.write(made.report)
    report += made.report
    const path = join(HERE, `${subject.name}.onnx`)
    stale ||= !existsSync(path) || !readFileSync(path).equals(made.file)
    if (!check) writeFileSync(path, made.file)
  }
  const written = withReport(page, report)
  if (!check) writeFileSync(readme, written)
  else if (stale || written !== page) {
    process.stderr.write('the exact models or README.md are not what this gives; run `npm run quantize:zoo` and commit them\n')
    process.exitCode = 1
  }
}
