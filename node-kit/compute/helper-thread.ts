import { parentPort, workerData } from 'node:worker_threads'
import { useNativeHashing } from '../native-hash.ts'
import type { HelperData, HelperModule } from './helpers.ts'

/** Where a helper thread begins: loads its module, then hands it what it is sent. */
const { module, memory } = workerData as HelperData

// The process says in its log whether trees are hashed natively; here it is the same.
useNativeHashing({ debug: () => {}, warn: () => {} })
const { openHelper } = (await import(module)) as HelperModule
parentPort!.on('message', openHelper(memory))
