/** Trains for a few steps on our own samples and prints the SHA-256 of the exported model; run by training.test.ts. */
import { createHash } from 'node:crypto'
import { exportNetwork } from '@opine/models/zoo/digits/export.ts'
import { fit } from '@opine/models/zoo/digits/fit.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'

const network = fit(SAMPLES, { epochs: 8, batch: 5, rate: 0.002, decay: 0.01, seed: 1 })
console.log(createHash('sha256').update(exportNetwork(network)).digest('hex'))
