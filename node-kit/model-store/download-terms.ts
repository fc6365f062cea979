import type { Guard } from './request.ts'

/**
 * @property headersMs   until an answer begins, redirects included
 * @property windowMs    in each such time `leastBytes` must arrive, or the sender is too slow
 * @property attempts    how often a download is begun or resumed
 * @property pauseMs     before the second attempt; twice that before the third, and so on
 * @property redirects   how many are followed
 */
export type DownloadTerms = {
  readonly headersMs: number
  readonly windowMs: number
  readonly leastBytes: number
  readonly attempts: number
  readonly pauseMs: number
  readonly redirects: number
}

export const DOWNLOAD_TERMS: DownloadTerms = {
  headersMs: 30_000,
  windowMs: 30_000,
  leastBytes: 64 * 1024,
  attempts: 5,
  pauseMs: 500,
  redirects: 5,
}

/** What takes the bytes. @property reserve  makes sure that so many more have room @property restart  forgets everything so far */
export type Taker = {
  readonly size: number
  readonly reserve: (bytes: number) => Promise<void>
  readonly append: (chunk: Uint8Array) => Promise<void>
  readonly restart: () => Promise<void>
}

/** @property limit  bytes @property tell  hears how far it is @property signal  stops it, for good */
export type DownloadDeps = {
  readonly limit: number
  readonly terms: DownloadTerms
  readonly signal: AbortSignal
  readonly guard?: Guard
  readonly tell: (url: string, received: number, total: number | undefined) => void
}
