/** Measures parts of one function's arguments, one after the other, as the main thread names them. */
import { parentPort, workerData } from 'node:worker_threads'
import { compileUnary } from '../../models/numerics/machine.ts'
import { FUNCTIONS } from './functions.ts'
import { measure } from './measure.ts'

const { expression, reference } = FUNCTIONS[workerData as number]!
const compute = compileUnary(expression)
parentPort!.on('message', ([from, to]: readonly [number, number]) => {
  parentPort!.postMessage(measure(compute, reference, from, to))
})
