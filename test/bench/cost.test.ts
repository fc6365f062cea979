import { describe, it } from 'node:test'
import { expect } from 'chai'
import { costSection, deviationOf, exponentOf, factorOf } from './cost.ts'
import { FAMILIES } from './cost-models.ts'
import { plot } from './plot.ts'

const works = [1e6, 1e7, 4e7, 1e9]
const family = (time: (adds: number) => number) => works.map((adds) => [adds, time(adds)] as const)

describe('the cost of models over their work', () => {
  it('is fitted by a line, whose exponent tells linear growth from any other', () => {
    const linear = family((adds) => 3e-8 * adds)
    expect(factorOf(linear)).to.be.closeTo(3e-8, 1e-15)
    expect(exponentOf(linear)).to.be.closeTo(1, 1e-9)
    expect(exponentOf(family((adds) => adds ** 1.5))).to.be.closeTo(1.5, 1e-9)
    const points = family((adds) => (adds === 4e7 ? 2 : 1) * adds)
    expect(deviationOf({ name: 'one is dear', points, factor: 1 })).to.be.closeTo(1, 1e-9)
  })

  it('is plotted with a point for each model and a line for each family', () => {
    const svg = plot([{ name: 'family', points: family((adds) => adds / 1e7), factor: 1e-7 }], { x: 'work', y: 'time' })
    expect(svg.match(/<circle /g)).to.have.length(works.length + 1)
    expect(svg).to.match(/^<svg [^>]*>[\s\S]*>family<[\s\S]*<\/svg>\n$/)
    expect(svg).to.not.match(/NaN|undefined|Infinity/)
  })

  it('is measured for each size of each family', async () => {
    const families = FAMILIES.map((each) => ({ ...each, sizes: each.sizes.slice(0, 2) }))
    const { lines, svg } = await costSection(1, families)
    for (const { name } of families) expect(lines.filter((text) => text.startsWith(`| ${name} `))).to.have.length(1)
    expect(svg.match(/<circle /g)).to.have.length(3 * families.length)
    expect(lines.join()).to.not.match(/NaN|undefined|Infinity/)
  })
})
