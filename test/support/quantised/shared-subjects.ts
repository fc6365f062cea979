import { drawFaces } from '../faces.ts'
import { drawPicture, type Picture } from '../pictures.ts'
import { sharedFile } from '../shared.ts'
import { bytesOf, type Recipe, type Subject } from './subject.ts'

/** @property skip  a reason where the file is not there */
export type SharedSubject = Subject & { readonly skip: string | false; readonly exact: Recipe }

/** Pictures that a model is made from. */
const CALIBRATION = 32

/** @param pixel  what a byte of channel `c` becomes */
function pictured(
  [folder, file]: readonly [string, string],
  picture: (seed: number) => Picture,
  pixel: (byte: number, c: number) => number,
): Pick<SharedSubject, 'file' | 'skip' | 'draw'> {
  const { path, skip } = sharedFile('models', folder, file)
  return {
    file: path,
    skip,
    draw: (seed) => {
      const { data, height, width } = picture(seed)
      return [bytesOf(Float32Array.from(data, (value, at) => pixel(Math.round(value * 255), Math.floor(at / (height * width)))))]
    },
  }
}

/** Models of others, which are no part of the repository, on pictures that we draw. */
export const SHARED_SUBJECTS: readonly SharedSubject[] = [
  {
    name: 'SqueezeNet',
    dims: {},
    exact: { bits: 8, calibration: CALIBRATION },
    ...pictured(
      ['squeezenet-fp16', 'SqueezeNet_fp32_from_fp16.onnx'],
      (seed) => drawPicture(seed, 3, 224, 224),
      (byte, c) => byte - [104, 117, 123][c]!,
    ),
  },
  {
    name: 'UltraFace',
    dims: {},
    exact: { bits: 8, calibration: CALIBRATION },
    ...pictured(
      ['ultraface-320', 'version-RFB-320_simplified.onnx'],
      (seed) => drawFaces(seed, 240, 320),
      (byte) => (byte - 127) / 128,
    ),
  },
  {
    name: 'super-resolution',
    dims: { batch_size: 1 },
    exact: { bits: 8, calibration: CALIBRATION },
    ...pictured(
      ['superres', 'super_resolution.onnx'],
      (seed) => drawPicture(seed, 1, 224, 224),
      (byte) => byte / 255,
    ),
  },
  {
    name: 'MNIST',
    dims: {},
    exact: { bits: 8, calibration: CALIBRATION },
    ...pictured(
      ['mnist-8', 'mnist.onnx'],
      (seed) => drawPicture(seed, 1, 28, 28),
      (byte) => byte,
    ),
  },
]
