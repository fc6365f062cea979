import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where the demonstration speaks. `colour` is whether `paint` does anything. */
export type Screen = {
  readonly colour: boolean
  readonly say: (...lines: readonly string[]) => void
  readonly paint: (style: Style, text: string) => string
}

/** Lines for people: on stdout, or on stderr where stdout carries JSON. Colours on a terminal only, and never with NO_COLOR. */
export function openScreen(json: boolean): Screen {
  const stream = json ? process.stderr : process.stdout
  const colour = stream.isTTY === true && !process.env.NO_COLOR
  return {
    colour,
    say: (...lines) => {
      for (const line of lines) stream.write(`${line}\n`)
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  }
}
