import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { exactFile } from '@opine/models/zoo/exact/make.ts'
import { EXACT_SUBJECTS } from '@opine/models/zoo/exact/subjects.ts'
import { expect } from 'chai'

const FOLDER = join(import.meta.dirname, '../../models/zoo/exact')
const page = readFileSync(join(FOLDER, 'README.md'), 'utf8')
const fileOf = (name: string): Buffer => readFileSync(join(FOLDER, `${name}.onnx`))
/** What takes long to make again is left to `npm run quantize:zoo -- --check`. */
const QUICK = new Set(['digits', 'credit', 'reader'])

describe('our models in exact integers', () => {
  for (const subject of EXACT_SUBJECTS) {
    const { name } = subject
    it(`${name}: the page names the file that is there, and says how much of it is order-free`, () => {
      expect(page).to.contain(createHash('sha256').update(fileOf(name)).digest('hex'))
      const { kernels } = certifyProgram(compile(fileOf(name)).program, { classes: ['tf32'] })
      const proved = kernels.filter(({ verdict }) => verdict === 'orderFree').length
      expect(page).to.contain(`${name}: ${proved} of ${kernels.length} kernels order-free`)
    })
    if (QUICK.has(name)) {
      it(`${name}: is what quantising gives, and answers as the page says`, () => {
        const { file, report } = exactFile(subject)
        expect(fileOf(name).equals(file), 'run npm run quantize:zoo').to.equal(true)
        // Without the data set digits are measured on our drawings.
        if (!report.includes('our drawings')) expect(page).to.contain(report)
      })
    }
  }
})
