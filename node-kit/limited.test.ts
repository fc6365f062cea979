import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { limited } from './limited.ts'

it('works on all items in order, few at a time, and fails with the first that fails', async () => {
  let [running, most] = [0, 0]
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running)
    await sleep(item % 3)
    running -= 1
    return item * 2
  }
  const items = Array.from({ length: 20 }, (_, item) => item)
  expect(await limited(items, 4, work)).to.deep.equal(items.map((item) => item * 2))
  expect(most).to.equal(4)
  expect(await limited([], 4, work)).to.deep.equal([])
  const failure = await limited(items, 4, (item) => (item === 7 ? Promise.reject(new Error('seven')) : work(item))).catch(String)
  expect(failure).to.equal('Error: seven')
})
