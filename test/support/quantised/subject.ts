import { readFileSync } from 'node:fs'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import type { Model } from '@opine/models/onnx/types.ts'

/**
 * A float model that is made exact, and inputs of our own drawing for it.
 * @property file   of the float model
 * @property exact  the file of the exact model, or how it is made
 * @property draw   raw buffers as programs take them, the same for a seed on every machine
 */
export type Subject = {
  readonly name: string
  readonly file: string
  readonly dims: Readonly<Record<string, number>>
  readonly exact: string | Recipe
  readonly draw: (seed: number) => Uint8Array[]
}

/** @property bits  of what products read @property calibration  how many examples it is made from, `draw` of 0 and on */
export type Recipe = { readonly bits: number; readonly calibration: number }

/** From here on no seed is one of calibration. */
export const HELD_OUT_SEED = 20_000

export const floatModel = ({ file }: Subject): Model => decodeModel(new Uint8Array(readFileSync(file)))

export const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
