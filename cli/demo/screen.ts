import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
type Say = (...lines: readonly string[]) => void

/**
 * Where the demonstration speaks.
 * @property colour  whether `paint` does anything
 * @property say     the story, which nobody hears with `quiet`
 * @property loud    what must be heard
 */
export type Screen = {
  readonly colour: boolean
  readonly say: Say
  readonly loud: Say
  readonly paint: (style: Style, text: string) => string
}

/** Lines for people: on stdout, or on stderr where stdout carries JSON. Colours on a terminal only, and never with NO_COLOR. */
export function openScreen({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): Screen {
  const stream = json ? process.stderr : process.stdout
  const colour = stream.isTTY === true && !process.env.NO_COLOR
  const loud: Say = (...lines) => {
    for (const line of lines) stream.write(`${line}\n`)
  }
  return {
    colour,
    say: quiet ? () => {} : loud,
    loud,
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  }
}
