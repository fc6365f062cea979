import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { quantised, subjectsHere } from '../support/quantised/make.ts'

export { DRAWINGS as drawings } from '../support/quantised/zoo-subjects.ts'

/** The zoo's network for digits in exact integers, as a file. */
export const quantizedDigits = (): Uint8Array => quantised(subjectsHere().find(({ name }) => name === 'digits')!)

export const quantizedDigitsProgram = (): Program => compile(quantizedDigits()).program
