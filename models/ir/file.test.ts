import { test } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { load, op } from './expression.ts'
import { decodeProgramFile, encodeProgramFile } from './file.ts'
import type { Kernel, ModelInterface, Program } from './types.ts'

const doubled: Kernel = {
  foldType: 'f32',
  resultType: 'f32',
  storeType: 'f32',
  shape: [2, 3],
  reduce: null,
  loads: [{ buffer: 0, lag: 0, base: 0, fill: 0, axes: [] }],
  term: [],
  result: [load(0), load(0), op('f32.add')],
}
const program: Program = {
  inputs: [{ type: 'f32', count: 6 }],
  constants: [{ type: 'f16', count: 3, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) }],
  kernels: [doubled],
  places: [{ committed: true, first: 0, length: 1 }],
  outputs: [0],
  claims: [],
}
const ports: ModelInterface = {
  inputs: [{ name: 'x', type: 'f32', shape: [6] }],
  outputs: [{ name: 'Doppel\u00e4 "y"', type: 'f32', shape: [2, 3] }],
}
const file = encodeProgramFile(program, ports)
const refuses = (bytes: Uint8Array, limit?: number) => {
  try {
    decodeProgramFile(bytes, limit)
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError)
    return (error as OpineError).code
  }
  return null
}

test('a program file round-trips', () => {
  expect(decodeProgramFile(file)).to.deep.equal({ program, interface: ports })
})

test('each truncation and each appended byte is refused', () => {
  for (let length = 0; length < file.length; length++)
    expect(refuses(file.slice(0, length)), `${length}`).to.be.oneOf(['PROGRAM_FILE', 'PROGRAM_INTERFACE'])
  expect(refuses(Uint8Array.of(...file, 0))).to.equal('PROGRAM_FILE')
  expect(refuses(file, file.length - 1)).to.equal('PROGRAM_FILE')
})

test('each flipped bit gives an error or a file that encodes to itself', () => {
  let accepted = 0
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const bytes = file.slice()
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    if (refuses(bytes) !== null) continue
    accepted += 1
    const decoded = decodeProgramFile(bytes)
    expect(encodeProgramFile(decoded.program, decoded.interface)).to.deep.equal(bytes)
  }
  expect(accepted).to.be.greaterThan(48)
})

test('an interface that is not canonical or speaks of other ports is refused', () => {
  const text = JSON.stringify({ inputs: ports.inputs, outputs: ports.outputs })
  const withJson = (json: string) => {
    const bytes = new TextEncoder().encode(json)
    const head = file.slice(0, file.length - new TextEncoder().encode(text).length - 4)
    return Uint8Array.of(...head, 0, 0, bytes.length >> 8, bytes.length & 255, ...bytes)
  }
  expect(refuses(withJson(text))).to.equal(null)
  for (const wrong of [
    text.replace('"x"', ' "x"'),
    text.replace('[6]', '[6.0]'),
    text.replace('[6]', '[7]'),
    text.replace('[6]', '[-6,-1]'),
    text.replace('"f32"', '"f64"'),
    text.replace('{"name"', '{"note":1,"name"'),
    text.replace('"x"', 'null'),
    `${text}\n`,
    `\ufeff${text}`,
    '[]',
    'null',
    '{}',
    '',
  ]) {
    expect(refuses(withJson(wrong)), wrong).to.equal('PROGRAM_INTERFACE')
  }
})

test('an inconsistent program is not written', () => {
  expect(() => encodeProgramFile(program, { ...ports, outputs: [] })).to.throw(OpineError, 'outputs')
  const short = { ...program, constants: [{ type: 'f16', count: 3, bytes: new Uint8Array(5) } as const] }
  expect(() => encodeProgramFile(short, ports)).to.throw(OpineError, 'has 5 bytes')
  expect(() => encodeProgramFile({ ...program, places: [] }, ports)).to.throw(OpineError, 'no place')
})
