import type { Certificate } from '../../certify/certificate.ts'
import { type Program, product, termCount } from '../../ir/types.ts'

/** The share of a program's scalar operations that is in order-free kernels, 0 to 1: what the stock runtime may take over. */
export function orderFreeShare({ kernels }: Program, certificate: Pick<Certificate, 'kernels'>): number {
  let [all, free] = [0, 0]
  kernels.forEach((kernel, index) => {
    const terms = kernel.reduce ? termCount(kernel) * kernel.term.length : 0
    const operations = product(kernel.shape) * (kernel.result.length + terms)
    all += operations
    if (certificate.kernels[index]!.verdict === 'orderFree') free += operations
  })
  return all === 0 ? 0 : free / all
}
