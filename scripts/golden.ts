/** Writes contracts/dispute/GoldenStep.sol: one block of a sum of the sample network, and what recomputing it gives. */
import { writeFileSync } from 'node:fs'
import { goldenStep } from './golden/source.ts'

writeFileSync('contracts/dispute/GoldenStep.sol', goldenStep())
