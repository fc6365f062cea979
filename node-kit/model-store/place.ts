import { OpineError } from '@opine/dispute-game/errors.ts'
import { showUrl, withoutQuery } from '../config.ts'
import { download } from './download.ts'
import type { DownloadDeps, Taker } from './download-terms.ts'
import { fetchIpfs } from './ipfs.ts'
import { refusePrivate } from './private.ts'
import type { Guard } from './request.ts'
import { type ModelSource, parseModelSource } from './source.ts'

/** Where a file can be fetched. @property beside  where a file lies that the model names, relative to its own */
export type Place = {
  readonly name: string
  readonly fetch: (sink: Taker, deps: DownloadDeps) => Promise<void>
  readonly beside: (location: string) => Place
}

/** The places of a source of the web or of IPFS, in the order in which they are tried. */
export function placesOf(source: ModelSource, gateways: readonly string[]): Place[] {
  if (source.kind === 'url') return [webPlace(source.text)]
  if (source.kind === 'ipfs') return gateways.map((gateway) => ipfsPlace(gateway, source.cid, source.path))
  return []
}

/**
 * The places that a content URI of the registry names. Anybody can write there, so that it never means a file of this machine.
 * @param anywhere  even in a private network
 * @throws {OpineError} `MODEL_URI`
 */
export function placesOfUri(uri: string, gateways: readonly string[], anywhere: boolean): Place[] {
  const refuse = (reason: string): OpineError =>
    new OpineError(
      'MODEL_URI',
      `the registry's content URI "${uri.slice(0, 120)}" cannot be used: ${reason}; fetch the model by other means`,
      {
        uri: uri.slice(0, 400),
      },
    )
  if (uri.length > 2000) throw refuse('it is too long')
  let source: ModelSource
  try {
    source = parseModelSource(uri)
  } catch (error) {
    throw refuse((error as Error).message)
  }
  if (source.kind === 'url') return [webPlace(source.text, anywhere ? undefined : refusePrivate)]
  if (source.kind === 'ipfs') return placesOf(source, gateways)
  throw refuse('it is no http(s):// and no ipfs:// address')
}

function webPlace(url: string, guard?: Guard): Place {
  return {
    name: withoutQuery(url),
    fetch: (sink, deps) => download(url, sink, guard ? { ...deps, guard } : deps),
    beside: (location) => {
      const folder = new URL('.', url).href
      const path = parts(location).map(encodeURIComponent).join('/')
      const target = new URL(path, folder).href
      if (target.startsWith(folder)) return webPlace(target, guard)
      throw new OpineError('EXTERNAL_PATH', `${withoutQuery(url)} keeps tensors at "${location.slice(0, 80)}", outside of its folder`, {
        url: withoutQuery(url),
        location,
      })
    },
  }
}

function ipfsPlace(gateway: string, cid: string, path: string): Place {
  const name = `ipfs://${cid}${path ? `/${path}` : ''} by ${showUrl(gateway)}`
  return {
    name,
    fetch: (sink, deps) => fetchIpfs({ gateway, cid, path, name }, sink, deps),
    beside: (location) => {
      if (path !== '') return ipfsPlace(gateway, cid, [...path.split('/').slice(0, -1), ...parts(location)].join('/'))
      const next = `give the folder's id and the file's name: ipfs://CID/model.onnx`
      throw new OpineError('EXTERNAL_DATA', `${name} keeps tensors in "${location.slice(0, 80)}" beside it; ${next}`, { location })
    },
  }
}

/** Names of a relative path. What leads upwards was refused when the model was read, and is never followed. */
const parts = (location: string): string[] => location.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..')
