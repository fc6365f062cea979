import { parseCid } from './cid.ts'

/** Where a model comes from. @property text  as it was written, by which the store remembers it */
export type ModelSource =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'url'; readonly text: string }
  | { readonly kind: 'ipfs'; readonly text: string; readonly cid: string; readonly path: string }
  | { readonly kind: 'registered'; readonly text: `0x${string}` }

/**
 * A model's source: a file's path, `http(s)://...`, `ipfs://CID[/path]`, or the id of a version or the root of a program, whose files the
 * registry says where to find.
 * @throws {Error} that says what is wrong with the text
 */
export function parseModelSource(text: string): ModelSource {
  if (text === '') throw new Error('it is empty')
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'http' || scheme === 'https') return webSource(text)
  if (scheme === 'ipfs') return ipfsSource(text)
  if (scheme !== undefined) throw new Error(`models cannot be fetched by ${scheme}://; write a path, http(s)://..., ipfs://CID or 0x...`)
  if (!/^0x[0-9a-f]+$/i.test(text)) return { kind: 'file', text }
  if (/^0x[0-9a-f]{64}$/i.test(text)) return { kind: 'registered', text: text.toLowerCase() as `0x${string}` }
  throw new Error(
    `"${text.slice(0, 80)}" has ${text.length - 2} digits; the id of a version or the root of a program has 64 (a file: ./${text.slice(0, 10)})`,
  )
}

function webSource(text: string): ModelSource {
  if (!URL.canParse(text)) throw new Error(`"${text.slice(0, 80)}" is no address; write https://HOST/PATH`)
  const { username, password } = new URL(text)
  if (username || password) throw new Error('addresses of models take no user and password')
  return { kind: 'url', text }
}

function ipfsSource(text: string): ModelSource {
  const [cid = '', ...parts] = text.slice('ipfs://'.length).split('/')
  if (parseCid(cid) === null)
    throw new Error(`"${cid.slice(0, 80)}" is no content id that is known here; write ipfs://bafy... or ipfs://Qm...`)
  // An address must not lead out of what the content id names.
  if (parts.some((part) => part === '..' || part === '.' || /[?#\\%]/.test(part)))
    throw new Error('the path of an ipfs address must name a file plainly, without dots, %, ? and #')
  return { kind: 'ipfs', text, cid, path: parts.filter((part) => part !== '').join('/') }
}
