/**
 * Trains the story model, writes `story.onnx` and the figures in README.md; `npm run train:story`.
 * `--check` writes nothing, and fails if either would change.
 */
import { settingsText } from '../training/fit.ts'
import { publish, timed } from '../training/publish.ts'
import { hashLine } from '../training/report.ts'
import { drawStories, heldOutStories, TRAINING } from './draw.ts'
import { exportModel } from './export.ts'
import { FIT, fit, lossOf } from './fit.ts'
import { leastLine, leastPerplexity, perplexity, perplexityLine, storyLine } from './measure.ts'
import { nextOf, ownStories } from './tell.ts'

const OWN = 200
const SHOWN = 4

const training = drawStories(TRAINING)
const heldOut = heldOutStories(training)
const [model] = timed(FIT.epochs, (progress) => fit(training, FIT, progress))

let loss = 0
let tokens = 0
for (const words of heldOut) {
  const one = lossOf(model, words)
  loss += one.loss
  tokens += one.count
}
const { stories, sound } = await ownStories(nextOf(model), OWN)
const file = exportModel(model)
const report = [
  `trained on ${training.length} stories: ${settingsText(FIT)}`,
  `held out: ${heldOut.length} stories`,
  perplexityLine(perplexity(loss, tokens), tokens),
  leastLine(leastPerplexity(heldOut)),
  `${sound} of ${OWN} stories that the model tells are stories of the grammar, word for word; the first ones:`,
  ...stories.slice(0, SHOWN).map(storyLine),
  hashLine('story.onnx', file),
]
publish(import.meta.dirname, 'story', file, `${report.join('\n')}\n`)
