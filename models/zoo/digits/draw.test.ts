import { describe, it } from 'node:test'
import { expect } from 'chai'
import { drawDigit } from './draw.ts'
import { SAMPLES } from './samples.ts'

const seven = SAMPLES[7]!.pixels

describe('drawing a digit', () => {
  it('shows two rows of pixels per line in colour, each pixel at its grey', () => {
    const lines = drawDigit(seven, { colour: true }).split('\n')
    const drawn = lines.map((line) => {
      const levels = Array.from(line.matchAll(/38;2;(\d+);\d+;\d+;48;2;(\d+);/g), ([, above, beneath]) => [Number(above), Number(beneath)])
      return [levels.map(([above]) => above!), levels.map(([, beneath]) => beneath!)]
    })
    expect(drawn.flat(2)).deep.equal(Array.from(seven, (pixel) => Math.floor((pixel * 255) / 16)))
    for (const line of lines) expect(line.endsWith('\x1b[0m')).equal(true)
  })

  it('falls back on characters', () => {
    expect(drawDigit(seven, { colour: false })).equal(
      [
        '  ==@@@@@@@@**::',
        '  ::======**@@::',
        '          @@@@  ',
        '        ==@@==  ',
        '  ::**@@@@@@**  ',
        '    ::**@@==::  ',
        '      @@@@      ',
        '    ==@@==      ',
      ].join('\n'),
    )
  })
})
