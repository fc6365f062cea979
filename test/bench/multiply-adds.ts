import { type Kernel, type Program, product, termCount } from '@opine/models/ir/types.ts'

const multiplies = ({ reduce, term }: Kernel): boolean => reduce?.op === 'sum' && term.some(({ op }) => op.endsWith('.mul'))

/** Multiplications of a program's folds with the additions that belong to them. */
export const multiplyAdds = ({ kernels }: Program): number =>
  kernels.reduce((sum, kernel) => sum + (multiplies(kernel) ? product(kernel.shape) * termCount(kernel) : 0), 0)
