import { after, describe, it } from 'node:test'
import { compileProgram } from '@opine/models/exec/wasm/compile.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { layOut } from '@opine/models/exec/wasm/layout.ts'
import { GRAIN, type Grain, type Schedule, scheduleOf } from '@opine/models/exec/wasm/threads/schedule.ts'
import type { Share, ShareParts } from '@opine/models/exec/wasm/threads/share.ts'
import { Team } from '@opine/models/exec/wasm/threads/team.ts'
import { helpersOf } from '@opine/node-kit/compute/helpers.ts'
import { expect } from 'chai'
import { scheduleFault } from './check-schedule.ts'
import { firstDifference, fuzzCase } from './compare.ts'
import { FINEST } from './teams.ts'

/** Helpers that take their time, so that who does not wait for them is seen. */
const lingering = helpersOf(new URL('./bad-helper.ts?linger', import.meta.url).href)

class Unwaited extends Team {
  override finish(): void {}
}

class Narrowed extends Team {
  override share(parts: Omit<ShareParts, 'id'>): Share {
    const tickets = parts.tickets.map((word, at) => (at % 3 === 2 && word - parts.tickets[at - 1]! > 0 && at > 3 ? word - 1 : word))
    return super.share({ ...parts, tickets })
  }
}

const teams: Team[] = []
const PROGRAMS = 200

/** The first program on which a team is seen to compute wrong. */
async function noticed(team: Team): Promise<number | null> {
  teams.push(team)
  const executor = new WasmExecutor(team)
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const { program, inputs } = fuzzCase(seed)
    for (let time = 0; time < 2; time++) if (firstDifference(program, inputs, program, [executor]) !== null) return seed
    executor.release(program)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return null
}

/** The first fault of the schedules of random programs. */
function fault(grain: Grain, change: (schedule: Schedule) => Schedule = (schedule) => schedule): string | null {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const { program } = fuzzCase(seed)
    const compiled = compileProgram(program, true)
    for (const keep of ['trace', 'outputs'] as const) {
      const layout = layOut(program, compiled, keep)
      const found = scheduleFault(change(scheduleOf(compiled, layout, 3, grain)), compiled, layout)
      if (found !== null) return found
    }
  }
  return null
}

const withTickets = (change: (word: number, at: number) => number) => (schedule: Schedule) => ({
  ...schedule,
  tickets: schedule.tickets.map(change),
})

describe('a wrong team is noticed: one', () => {
  after(() => Promise.all(teams.map((team) => team.close())))

  it('without a barrier between steps', async () => {
    expect(await noticed(new Unwaited({ ...FINEST, threads: 2 }, lingering))).to.be.a('number')
  })

  it('that leaves tiles out', async () => {
    expect(await noticed(new Narrowed({ ...FINEST, threads: 2 }, lingering))).to.be.a('number')
  })

  it('that cuts steps into overlapping ranges of tiles', () => {
    expect(
      fault(
        FINEST.grain!,
        withTickets((word, at) => (at % 3 === 1 ? Math.max(0, word - 1) : word)),
      ),
    ).to.match(/out of turn/)
  })

  it('that does in one step what depends on each other', () => {
    const merged = ({ steps, ...schedule }: Schedule): Schedule => ({ ...schedule, steps: steps.slice(-1) })
    expect(fault(FINEST.grain!, merged)).to.match(/get in each other's way/)
  })

  it('is a right one, but not so', async () => {
    expect([fault(FINEST.grain!), fault(GRAIN)]).to.deep.equal([null, null])
    expect(await noticed(new Team({ ...FINEST, threads: 2 }, lingering))).to.equal(null)
  })
})
