import { logistic } from '../training/activation.ts'
import { descend, type FitOptions, oneByOne, type Progress } from '../training/fit.ts'
import { dense, learnFrom, type Network, networkOf, outputOf, relu } from '../training/layers.ts'
import { binaryCrossEntropy } from '../training/loss.ts'
import { xorshift } from '../training/random.ts'
import { type Applicant, FEATURES } from './applicants.ts'

/** What the committed model is trained with. */
export const FIT: FitOptions = { epochs: 20, batch: 32, rate: 0.004, decay: 0.01, seed: 31_337 }

/** `layers` take normalised features, (x - mean) / deviation, to one number, whose logistic function is the risk. */
export type CreditModel = { readonly mean: Float32Array; readonly deviation: Float32Array; readonly layers: Network }

/** Trains a fresh model. Deterministic: the same applicants and options give the same bits on every machine. */
export function fit(applicants: readonly Applicant[], options: FitOptions, progress?: Progress): CreditModel {
  const random = xorshift(options.seed)
  const width = FEATURES.length
  const layers = networkOf([dense(random, width, 32), relu(32), dense(random, 32, 32), relu(32), dense(random, 32, 1)])
  const model = { ...moments(applicants), layers }
  const learn = (index: number, scale: number): number => {
    const { features, label } = applicants[index]!
    const risk = riskOf(model, features)
    learnFrom(layers, Float32Array.of((risk - label) * scale))
    return binaryCrossEntropy(risk, label)
  }
  descend(random, layers.parameters, applicants.length, options, oneByOne(learn), progress)
  return model
}

/** The probability of default that the model gives. */
export function riskOf({ mean, deviation, layers }: CreditModel, features: Float32Array): number {
  const normal = features.map((x, i) => Math.fround(x - mean[i]!) / deviation[i]!)
  return logistic(outputOf(layers, normal)[0]!)
}

function moments(applicants: readonly Applicant[]): { readonly mean: Float32Array; readonly deviation: Float32Array } {
  const average = (of: (features: Float32Array) => number): number =>
    applicants.reduce((sum, { features }) => sum + of(features), 0) / applicants.length
  const mean = Float32Array.from(FEATURES, (_, i) => average((features) => features[i]!))
  const deviation = Float32Array.from(FEATURES, (_, i) =>
    Math.sqrt(average((features) => (features[i]! - mean[i]!) * (features[i]! - mean[i]!))),
  )
  return { mean, deviation }
}
