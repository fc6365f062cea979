import { code, kernel, load } from '@opine/models/exec/reference/sample.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { exactLayer, float, Net, number, programOf, type Source, same } from './random-net.ts'

/** Networks of which some layers calculate in float, up to infinities and NaN, and quantise what they give: those behind start anew. */
export function mixedNet(random: Random): Program {
  const net = new Net(random)
  const layers = random.between(2, 5)
  for (let layer = 0; layer < layers; layer++) {
    const source = net.source()
    if (random.chance(layer === 0 ? 0.6 : 0.25)) inexactLayer(net, source)
    else exactLayer(net, source)
  }
  return programOf(net)
}

/** Roots, quotients and products that nobody has exactly; the greatest that an element may be is left open. */
function inexactLayer(net: Net, source: Source): void {
  const { random } = net
  const other = random.pick(net.sources)
  const [x, y] = [float(0, source.type), float(1, other.type)]
  const huge = number(2 ** 100)
  const calculated = random.pick([
    `${x} f32.sqrt`,
    `${x} ${y} f32.div`,
    `${number(1)} ${x} f32.div`,
    `${x} ${number(48)} f32.div`,
    `${x} ${number(0.3)} f32.mul`,
    `${x} ${huge} f32.mul ${huge} f32.mul`,
    `${x} ${huge} f32.mul ${huge} f32.mul ${y} f32.add ${x} ${huge} f32.mul ${huge} f32.mul f32.sub`,
    `${x} i32.bits f32.bits`,
  ])
  const [low, high] = random.pick([
    [0, 255],
    [-128, 127],
    [-2048, 2048],
    [3, 900],
    [-70, -9],
    [0, 2 ** 25],
  ] as const)
  const clip = random.pick([`${number(low)} f32.max ${number(high)} f32.min`, `${number(high)} f32.min ${number(low)} f32.max`])
  const round = random.pick(['f32.floor', 'f32.nearest', 'f32.ceil', 'f32.trunc'])
  const scale = `${number(2 ** random.between(-6, 6))} f32.mul`
  const narrow = random.pick(['', '', 'i32.const 24 i32.shl i32.const 24 i32.shr_s', 'i32.const 255 i32.and'])
  const cut = random.pick([`${scale} ${round} ${clip}`, `${scale} ${clip} ${round}`, `${scale} ${clip}`, round, ''])
  const type = random.pick(['f32', 'f32', 'f32', 'i32', 'u8', 'i8'] as const)
  const whole = type === 'f32' && random.chance(0.2) ? '' : `i32.from_f32 ${narrow}`
  const back = type === 'f32' && whole !== '' ? 'f32.from_i32' : ''
  const last = back !== '' && random.chance(0.3) ? `${number(2 ** random.between(-8, 3))} f32.mul` : ''
  const result = code(`${calculated} ${cut} ${whole} ${back} ${last}`)
  const known = whole !== '' && cut.includes('max')
  net.add(
    kernel({
      ...{ shape: [6], storeType: type, resultType: type === 'f32' ? 'f32' : 'i32', result },
      loads: [load(source.buffer, same), load(other.buffer, same)],
    }),
    known ? Math.max(Math.abs(low), Math.abs(high)) : 2 ** 40,
    1,
  )
}
