/**
 * Loaded before a daemon (`node --import`): SIGUSR2 begins a profile of its thread, the next one ends it and writes OPINE_PROFILE, a file named by
 * its number from 0, whole or not at all.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const path = process.env.OPINE_PROFILE!
let session: Session | undefined
let begun = { wall: 0, cpu: process.cpuUsage() }
let count = 0

process.on('SIGUSR2', async () => {
  if (!session) {
    session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 1000 })
    await session.post('Profiler.start')
    begun = { wall: performance.now(), cpu: process.cpuUsage() }
    return
  }
  const { user, system } = process.cpuUsage(begun.cpu)
  const wall = performance.now() - begun.wall
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  session = undefined
  const file = `${path}.${count++}`
  writeFileSync(`${file}.part`, JSON.stringify({ wall, cpu: (user + system) / 1000, profile }))
  renameSync(`${file}.part`, file)
})
