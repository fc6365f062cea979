import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { decodeKernel } from '@opine/models/ir/decode.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { decodeProgramFile, encodeProgramFile } from '@opine/models/ir/file.ts'
import { decodeHeader, encodeHeader, headerOf } from '@opine/models/ir/header.ts'
import { decodeMeta, encodeMeta, metaOf } from '@opine/models/ir/meta.ts'
import { RULES } from '@opine/models/ir/rules.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { validateKernelBytes } from '@opine/models/ir/validate-kernel.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { expect } from 'chai'

type ProgramVector = { file: string; header: string; metas: string[]; descriptors: string[]; bufferRoot: string; root: string }
type InvalidVector = {
  rule: string
  inputs: number
  constants: number
  kernels: number
  kernel: number
  metas: string[]
  descriptor: string
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/kernels.json', import.meta.url), 'utf8')) as {
  programs: ProgramVector[]
  invalid: InvalidVector[]
}

test('the published programs keep their bytes and roots', () => {
  expect(vectors.programs.length).to.be.at.least(6)
  for (const { file, header, metas, descriptors, bufferRoot, root } of vectors.programs) {
    const { program, interface: ports } = decodeProgramFile(fromHex(file))
    validateProgram(program)
    expect(toHex(encodeProgramFile(program, ports))).to.equal(file)
    expect(toHex(encodeHeader(program))).to.equal(header)
    expect(decodeHeader(fromHex(header))).to.deep.equal(headerOf(program))
    expect(metas.map((_, buffer) => toHex(metaOf(program, buffer)))).to.deep.equal(metas)
    expect(metas.map((meta) => toHex(encodeMeta(decodeMeta(fromHex(meta)))))).to.deep.equal(metas)
    expect(descriptors.map((bytes) => decodeKernel(fromHex(bytes)))).to.deep.equal(program.kernels)
    expect(program.kernels.map((kernel) => toHex(encodeKernel(kernel)))).to.deep.equal(descriptors)
    const tree = programTree(program)
    expect([toHex(tree.bufferRoot), toHex(tree.root)]).to.deep.equal([bufferRoot, root])
  }
})

test('the published invalid kernels violate their rules', () => {
  for (const rule of RULES) expect(vectors.invalid.filter((vector) => vector.rule === rule).length, rule).to.be.at.least(3)
  for (const { rule, descriptor, metas, ...counts } of vectors.invalid) {
    const own = counts.inputs + counts.constants + counts.kernel
    const operandMeta = (buffer: number) => fromHex(metas[buffer]!)
    const found = validateKernelBytes({ ...counts, descriptor: fromHex(descriptor), meta: operandMeta(own), operandMeta })
    expect(found?.rule).to.equal(rule)
  }
})
