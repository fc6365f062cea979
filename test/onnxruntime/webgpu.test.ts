import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { findGpu } from './devices.ts'

const skip = findGpu()
  ? false
  : 'there is no GPU and no software Vulkan driver; install Chromium, e.g. with apt-get install chromium, or name one by OPINE_VULKAN_DRIVER'

describe('the quantised digits on WebGPU', () => {
  it('have the bits and roots of the canonical executor, on a GPU or over software Vulkan', { skip }, async () => {
    const exact = [
      join(import.meta.dirname, 'exact.ts'),
      '--subject',
      'digits',
      '--provider',
      'webgpu',
      '--inputs',
      '20',
      '--jobs',
      '1',
      '--fresh',
    ]
    const { stdout } = await promisify(execFile)(process.execPath, exact, { timeout: 240_000 })
    expect(stdout).to.match(/^digits: webgpu: 0 differing bits in \d+ bytes, 20 inputs, (\d+) of \1 kernels on the stock runtime$/m)
  })
})
