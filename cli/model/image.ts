import { packValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Port, product } from '@opine/models/ir/types.ts'
import { InvalidArgumentError } from 'commander'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'

/** What becomes of a byte of a picture: `byte * factor + offset`. */
export type ImageScale = { readonly factor: number; readonly offset: number }

/** Values 0 .. 1. */
const UNIT: ImageScale = { factor: 1 / 255, offset: 0 }
const AS_IS: ImageScale = { factor: 1, offset: 0 }

/** Width and height of what a picture decodes to, and its bytes: red, green, blue and opacity of each pixel in rows. */
type Picture = { readonly width: number; readonly height: number; readonly data: Uint8Array }

/**
 * A PNG or JPEG picture as an input of shape [1, channels, height, width]; it must have that size. One channel is brightness
 * (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601), three are red, green and blue, four have the opacity too.
 * @param scale  0 .. 1 for floats and the bytes themselves for integers if left out
 * @throws {OpineError} `IMAGE_MALFORMED`, `INPUT_SHAPE`, `INPUT_VALUE`
 */
export function imageInput(port: Port, file: Buffer, path: string, scale?: ImageScale): Uint8Array {
  const [batch, channels, height, width] = port.shape
  if (port.shape.length !== 4 || batch !== 1 || ![1, 3, 4].includes(channels!)) {
    const message = `${path} is a picture, but input "${port.name}" has the shape [${port.shape.join(', ')}]; pictures are for [1, 1, 3 or 4, height, width]`
    throw new OpineError('INPUT_SHAPE', message, { input: port.name, shape: port.shape })
  }
  const picture = decodePicture(file, path, { width: width!, height: height! })
  const isFloat = port.type === 'f32' || port.type === 'f16'
  const { factor, offset } = scale ?? (isFloat ? UNIT : AS_IS)
  const pixels = width! * height!
  const values = Array.from({ length: product(port.shape) }, (_, element) => {
    const pixel = 4 * (element % pixels)
    return channelOf(picture.data, pixel, channels!, Math.floor(element / pixels)) * factor + offset
  })
  return packValues(port.type, values, path)
}

function channelOf(data: Uint8Array, pixel: number, channels: number, channel: number): number {
  if (channels > 1) return data[pixel + channel]!
  return (299 * data[pixel]! + 587 * data[pixel + 1]! + 114 * data[pixel + 2]!) / 1000
}

type Size = { readonly width: number; readonly height: number }

function decodePicture(file: Buffer, path: string, wanted: Size): Picture {
  const check = ({ width, height }: Size): void => {
    if (width === wanted.width && height === wanted.height) return
    const message = `${path} has ${width} x ${height} pixels, but the input takes ${wanted.width} x ${wanted.height}; scale the picture first`
    throw new OpineError('INPUT_SHAPE', message, { width, height })
  }
  try {
    if (file[0] === 0x89) {
      // The size stands in the first chunk: a picture of another one is not unpacked.
      if (file.length < 24) throw new Error('it is cut')
      check({ width: file.readUInt32BE(16), height: file.readUInt32BE(20) })
      return PNG.sync.read(file)
    }
    const megapixels = Math.max(1, (4 * wanted.width * wanted.height) / 1e6)
    const picture = jpeg.decode(file, { useTArray: true, maxResolutionInMP: megapixels, maxMemoryUsageInMB: 512 })
    check(picture)
    return picture
  } catch (cause) {
    if (cause instanceof OpineError) throw cause
    const message = `${path} is no PNG or JPEG picture that can be read: ${cause instanceof Error ? cause.message : cause}`
    throw new OpineError('IMAGE_MALFORMED', message, { path }, { cause })
  }
}

/** The option `--image-scale`: a factor such as 1/255, and perhaps an offset after a comma. */
export function imageScale(text: string): ImageScale {
  const [factor, offset = 0, ...rest] = text.split(',').map((part) => {
    const [, over, under = '1'] = /^(-?[\d.]+(?:e-?\d+)?)(?:\/([\d.]+))?$/.exec(part.trim()) ?? []
    return over === undefined ? Number.NaN : Number(over) / Number(under)
  })
  if (rest.length === 0 && Number.isFinite(factor) && Number.isFinite(offset)) return { factor: factor!, offset }
  throw new InvalidArgumentError(`expected a factor such as 1/255, and perhaps an offset after a comma, got "${text.slice(0, 40)}"`)
}
