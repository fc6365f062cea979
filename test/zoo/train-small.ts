/** Trains our models for a few steps and prints the SHA-256 of each exported one; run by training.test.ts. */
import { createHash } from 'node:crypto'
import { drawApplicants } from '@opine/models/zoo/credit/applicants.ts'
import { exportModel as exportCredit } from '@opine/models/zoo/credit/export.ts'
import { fit as fitCredit } from '@opine/models/zoo/credit/network.ts'
import { drawExamples } from '@opine/models/zoo/reader/brackets.ts'
import { exportReader } from '@opine/models/zoo/reader/export.ts'
import { fit as fitReader } from '@opine/models/zoo/reader/network.ts'
import { drawStories } from '@opine/models/zoo/story/draw.ts'
import { exportModel as exportStory } from '@opine/models/zoo/story/export.ts'
import { fit as fitStory } from '@opine/models/zoo/story/fit.ts'

const OPTIONS = { epochs: 2, rate: 0.004, decay: 0.01, seed: 1 }
const files = [
  exportCredit(fitCredit(drawApplicants({ count: 512, seed: 2 }), { ...OPTIONS, batch: 8 })),
  exportReader(fitReader(drawExamples({ count: 48, seed: 3 }), { ...OPTIONS, batch: 8 })),
  exportStory(fitStory(drawStories({ count: 6, seed: 4 }), { ...OPTIONS, batch: 1 })),
]
for (const file of files) console.log(createHash('sha256').update(file).digest('hex'))
