/** A helper thread of the page that counts what it does. */
import { Share } from '@opine/models/exec/wasm/threads/share.ts'
import '@opine/models/exec/wasm/threads/browser-helper.ts'
import { COUNT } from './count.ts'

let words: Int32Array | undefined
type Listener = (event: { readonly data: unknown }) => void
const scope = globalThis as unknown as { readonly addEventListener: (name: 'message', listener: Listener) => void }
scope.addEventListener('message', ({ data }) => {
  if (data instanceof SharedArrayBuffer) words = new Int32Array(data)
})

const { call } = Share.prototype
Share.prototype.call = function (...parameters) {
  if (words) Atomics.add(words, COUNT, 1)
  call.apply(this, parameters)
}
