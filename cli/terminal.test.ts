import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { askSecret } from './terminal.ts'

/** A terminal whose keyboard and screen a test has in its hands. */
function keyboard() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const output = new PassThrough()
  return { input, output, shown: () => String(output.read() ?? '') }
}

describe('secrets at the terminal', () => {
  it('are read without being shown', async () => {
    const { input, output, shown } = keyboard()
    const asked = askSecret('password', 'do otherwise', { input, output })
    input.write('hunter22\r')
    expect(await asked).to.equal('hunter22')
    expect(shown()).to.equal('password: \n')
  })

  it('cannot be asked for without one, nor after its end', async () => {
    expect(() => askSecret('password', 'set IT', { input: new PassThrough(), output: new PassThrough() })).to.throw(
      'nobody can be asked here for the password; set IT',
    )
    const { input, output } = keyboard()
    const asked = askSecret('password', '', { input, output })
    input.write('half')
    input.write('\u0003')
    const error = await asked.catch((reason: unknown) => reason)
    expect((error as { code: string }).code).to.equal('STOPPED')
  })
})
