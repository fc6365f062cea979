import { describe, it } from 'node:test'
import { expect } from 'chai'
import { FAMILIES } from './families/all.ts'
import { tryFamily } from './families/try-family.ts'

/** `OPINE_ALL=1` takes all of them, as `npm run families` does. */
const ALL = Boolean(process.env.OPINE_ALL)
/** Decibels of outputs whose weights nobody trained. */
const LEAST = 20
const SHORT: readonly string[] = ['MobileNetV2', 'ResNet', 'tiny YOLO', 'operator set 9, Upsample', 'QDQ ResNet', 'QDQ transformer']

describe('kinds of networks that people bring, with drawn weights', () => {
  for (const family of FAMILIES) {
    if (!ALL && !SHORT.includes(family.name)) continue
    it(`${family.name}: quantised, certified, and the same bits on the stock runtime`, async () => {
      const { refused, sqnr, certified, kernels, bits, notes, reasons } = await tryFamily(family, ALL ? 32 : 16, ALL ? 3 : 1)
      expect({ bits, notes, refused }).deep.equal({ bits: 0, notes: [], refused: null })
      for (const decibels of sqnr) expect(decibels).above(LEAST)
      expect([certified, reasons], 'certified kernels').deep.equal([kernels, []])
    })
  }
})
