import { binaryCrossEntropy } from '../training/loss.ts'
import { percent } from '../training/report.ts'
import type { Applicant } from './applicants.ts'

export type Measured = { readonly right: number; readonly loss: number; readonly auc: number }

/** Figures of `risks`, one for each applicant; a risk of one half or more says default. `loss` in nats. */
export function measure(applicants: readonly Applicant[], risks: readonly number[]): Measured {
  const right = applicants.filter(({ label }, i) => risks[i]! >= 0.5 === (label === 1)).length
  const loss = applicants.reduce((sum, { label }, i) => sum + binaryCrossEntropy(risks[i]!, label), 0) / applicants.length
  return { right, loss, auc: areaUnderCurve(applicants, risks) }
}

/**
 * The share of pairs of one who defaulted and one who paid that the risks put in order; a tie counts half (Mann and Whitney, 1947):
 * the area under the receiver operating characteristic.
 */
function areaUnderCurve(applicants: readonly Applicant[], risks: readonly number[]): number {
  const order = Array.from(risks.keys()).sort((a, b) => risks[a]! - risks[b]!)
  let [paid, ordered] = [0, 0]
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && risks[order[end]!] === risks[order[start]!]) end += 1
    const defaults = order.slice(start, end).filter((index) => applicants[index]!.label === 1).length
    const payers = end - start - defaults
    ordered += defaults * (paid + payers / 2)
    paid += payers
  }
  return ordered / (paid * (order.length - paid))
}

/** What nobody who sees only the features can surpass on average: the accuracy of the rule itself. */
export const bayesAccuracy = (applicants: readonly Applicant[]): number =>
  applicants.reduce((sum, { chance }) => sum + Math.max(chance, 1 - chance), 0) / applicants.length

export const aucLine = (model: number, rule: number): string =>
  `held out: area under the curve ${model.toFixed(4)}; by the rule itself ${rule.toFixed(4)}`

export const bayesLine = (applicants: readonly Applicant[]): string =>
  `best possible accuracy (Bayes): ${percent(bayesAccuracy(applicants))}`
