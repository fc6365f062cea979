import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import {
  type Answer,
  encodeMessage,
  MOST_ANSWER,
  MOST_QUESTION,
  parseAnswer,
  parseQuestion,
  parseWelcome,
  type Question,
} from './trace-messages.ts'

const WORD = `0x${'ab'.repeat(32)}` as const
const SIGNATURE = `0x${'1c'.repeat(65)}` as const

const QUESTIONS: readonly Question[] = [
  { id: 1, kind: 'hello', game: WORD, signature: SIGNATURE },
  { id: 2, kind: 'traceNodes', assertion: WORD, position: 2 ** 40 },
  { id: 3, kind: 'interior', kernel: 7 },
  { id: 4, kind: 'tensorNodes', kernel: 0, position: 1 },
  { id: 5, kind: 'totals', kernel: 3, element: 2 ** 31 - 2 },
]
const ANSWERS: readonly Answer[] = [
  { id: 1, kind: 'ready' },
  { id: 2, kind: 'nodes', nodes: Array<typeof WORD>(64).fill(WORD) },
  { id: 3, kind: 'interior', roots: Array<typeof WORD>(64).fill(WORD), signature: SIGNATURE },
  { id: 4, kind: 'totals', totals: Array<number>(512).fill(2 ** 32 - 1), signature: `0x${'00'.repeat(1024)}` },
  { id: 5, kind: 'refused', code: 'TRACE_UNKNOWN', message: 'no' },
]

function refusal(read: (text: string) => unknown, text: string): string {
  try {
    return `read as ${JSON.stringify(read(text))}`
  } catch (error) {
    expect(error).to.be.instanceOf(OpineError).with.property('code', 'MESSAGE_INVALID')
    return (error as OpineError).message
  }
}

describe('messages about a trace', () => {
  it('are read as they were written, the longest too', () => {
    for (const question of QUESTIONS) expect(parseQuestion(encodeMessage(question))).to.deep.equal(question)
    for (const answer of ANSWERS) {
      const text = encodeMessage(answer)
      expect(text.length).to.be.at.most(MOST_ANSWER)
      expect(parseAnswer(text)).to.deep.equal(answer)
    }
    const welcome = { kind: 'welcome', nonce: WORD, operator: `0x${'00'.repeat(20)}` } as const
    expect(parseWelcome(encodeMessage(welcome))).to.deep.equal(welcome)
  })

  it('lose what they are not known to have', () => {
    const text = JSON.stringify({ v: 1, id: 1, kind: 'interior', kernel: 2, __proto__: { kernel: 3 }, more: 'x' })
    expect(parseQuestion(text)).to.deep.equal({ id: 1, kind: 'interior', kernel: 2 })
  })

  it('are refused with the field that is wrong', () => {
    for (const text of ['', 'null', '7', '"x"', '[]', '{', '{}', `{"v":2,"id":1,"kind":"ready"}`]) {
      expect(refusal(parseQuestion, text)).to.match(/no JSON|version 1/)
      expect(refusal(parseAnswer, text)).to.match(/no JSON|version 1/)
    }
    expect(refusal(parseQuestion, ' '.repeat(MOST_QUESTION + 1))).to.include('at most')
    expect(refusal(parseAnswer, ' '.repeat(MOST_ANSWER + 1))).to.include('at most')
    const wrong = (message: Question | Answer, field: string, ...values: readonly unknown[]) => {
      const read = QUESTIONS.includes(message as Question) ? parseQuestion : parseAnswer
      for (const value of values)
        expect(refusal(read, JSON.stringify({ v: 1, ...message, [field]: value })), field).to.include(`"${field}"`)
    }
    for (const message of [...QUESTIONS, ...ANSWERS]) {
      wrong(message, 'id', -1, 1.5, 2 ** 53, '1', null, [])
      wrong(message, 'kind', 'welcome', 1, null, '__proto__', 'constructor')
    }
    wrong(QUESTIONS[0]!, 'game', '0x', WORD.slice(0, -1), `${WORD}00`, `0x${'zz'.repeat(32)}`, 5)
    wrong(QUESTIONS[0]!, 'signature', '0x', `0x${'00'.repeat(1025)}`, {})
    wrong(QUESTIONS[1]!, 'position', -1, 0.5, '1', null)
    wrong(QUESTIONS[4]!, 'element', -1, true)
    wrong(ANSWERS[1]!, 'nodes', null, {}, 'x', [1], [WORD, '0x00'], Array(65).fill(WORD))
    wrong(ANSWERS[3]!, 'totals', [-1], [2 ** 32], ['1'], Array(513).fill(0), { length: 1 })
    wrong(ANSWERS[4]!, 'message', 'x'.repeat(301), null)
  })
})
