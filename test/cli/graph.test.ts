import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { drawPage, drawProgram } from '@opine/cli/graph/draw.ts'
import { layOut } from '@opine/cli/graph/layout.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { expect } from 'chai'
import { opine } from '../support/opine.ts'
import { zooModels } from '../support/zoo.ts'

/** What is wrong with an XML document: tags that do not match, attributes or text that are not written rightly; null if nothing is. */
function fault(xml: string): string | null {
  const open: string[] = []
  let roots = 0
  let rest = xml.replace(/^<!DOCTYPE html>\n/, '').trim()
  while (rest !== '') {
    const tag = /^<(\/?)([a-zA-Z][\w-]*)((?: [a-zA-Z][\w:-]*="[^"<]*")*)(\/?)>/.exec(rest)
    const content = tag ? null : /^[^<>]+/.exec(rest)
    if (!tag && !content) return `at ${rest.slice(0, 60)}`
    const plain = tag ? tag[3]! : content![0]
    if (/&(?!(amp|lt|gt|quot);)/.test(plain)) return `an entity in ${plain.slice(0, 60)}`
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(plain)) return 'a control character'
    if (!tag && open.length === 0) return 'text outside of the root'
    if (tag && tag[1] === '/') {
      if (open.pop() !== tag[2]) return `</${tag[2]}> closes another element`
    } else if (tag) {
      const names = [...tag[3]!.matchAll(/ ([\w:-]+)=/g)].map(([, name]) => name)
      if (new Set(names).size !== names.length) return `an attribute twice in ${tag[0]}`
      if (open.length === 0) roots += 1
      if (tag[4] === '') open.push(tag[2]!)
    }
    rest = rest.slice((tag ?? content)![0].length)
  }
  if (open.length > 0) return `${open.at(-1)} is not closed`
  return roots === 1 ? null : `${roots} roots`
}

const count = (text: string, part: string): number => text.split(part).length - 1

describe('program graphs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'opine-graph-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('the check of well-formedness finds faults', () => {
    for (const good of ['<a/>', '<a b="c">x &amp; y<d/></a>']) expect(fault(good)).to.equal(null)
    for (const bad of [
      '',
      '<a>',
      '<a></b>',
      '<a b=c/>',
      '<a b="1" b="2"/>',
      '<a>&</a>',
      '<a>\u0001</a>',
      '<a/><b/>',
      '<a>1 > 0</a>',
      'a',
    ]) {
      expect(fault(bad), bad).to.be.a('string')
    }
  })

  for (const { name, path } of zooModels()) {
    it(`of ${name}: every kernel and edge, well-formed, all edges downward, no boxes that overlap`, () => {
      const { program, interface: ports } = compile(readFileSync(path))
      const svg = drawProgram(program, ports)
      expect(fault(svg)).to.equal(null)
      expect(fault(drawPage(name, svg))).to.equal(null)
      const { kernels, inputs, edges, bands, width, height } = layOut(program)
      expect(count(svg, 'class="box')).to.equal(kernels.length + inputs.length)
      expect(count(svg, 'class="box committed')).to.equal(program.places.filter(({ committed }) => committed).length)
      expect(count(svg, 'class="edge"')).to.equal(edges.length)
      expect(count(svg, 'class="band')).to.equal(new Set(program.places.map(({ first }) => first)).size)
      const first = bufferOf(program, 0)
      for (const { from, to } of edges) expect((inputs[from] ?? kernels[from - first]!).y).to.be.below(kernels[to]!.y)
      const boxes = [...inputs, ...kernels]
      for (const [index, a] of boxes.entries()) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).to.equal(true)
        for (const b of boxes.slice(index + 1)) expect(Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= a.height).to.equal(true)
      }
      for (const [kernel, { x, y }] of kernels.entries()) {
        const own = bands.filter((band) => x >= band.x && y >= band.y && y < band.y + band.height)
        expect(own).to.have.length(1)
        expect(kernel).to.be.within(own[0]!.first, own[0]!.last)
      }
    })
  }

  it('names of a hostile model stay text', () => {
    const { program, interface: ports } = compile(readFileSync('models/zoo/digits/digits.onnx'))
    const hostile = ports.inputs.map((port) => ({ ...port, name: '"/></svg><script>alert(1)</script>\u0000&' }))
    const svg = drawProgram(program, { ...ports, inputs: hostile })
    expect(fault(svg)).to.equal(null)
    expect(svg).not.to.contain('<script')
  })

  it('are written by opine model show --graph', async () => {
    for (const file of ['digits.svg', 'digits.html']) {
      const path = join(folder, file)
      const { code, stderr } = await opine(['model', 'show', 'models/zoo/digits/digits.onnx', '--graph', path])
      expect(code, stderr).to.equal(0)
      expect(fault(readFileSync(path, 'utf8'))).to.equal(null)
    }
    const { stderr } = await opine(['model', 'show', 'models/zoo/digits/digits.onnx', '--graph', 'digits.gif'])
    expect(stderr).to.match(/^error USAGE: /)
  })
})
