import type { ExternalData } from '@opine/models/onnx/external.ts'
import { filesBeside } from '@opine/node-kit/model-store/external-files.ts'
import { readFile } from '../files.ts'

/**
 * Reads files in the folder of a model, see `filesBeside`.
 * @param model  path of the ONNX file
 * @throws {OpineError} (the reader) `EXTERNAL_PATH`, `EXTERNAL_DATA`, those of `readFile`
 */
export const externalFiles = (model: string): ExternalData => filesBeside(model, readFile)
