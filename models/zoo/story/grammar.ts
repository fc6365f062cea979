/**
 * The stories that the model learns; every sentence of this grammar was written for this file. A story is told by choices among a few
 * options each, all as likely, and one may read its choices off its words: so its probability is known exactly, and with it the least
 * perplexity that any model can reach.
 */

/** Yields words to say, and numbers: how many options there are; takes the index of the chosen one. */
export type Telling<T = void> = Generator<string | number, T, number>

type Person = { readonly name: string; readonly subject: string; readonly object: string }

const she = (name: string): Person => ({ name, subject: 'she', object: 'her' })
const he = (name: string): Person => ({ name, subject: 'he', object: 'him' })
const PEOPLE = [she('mia'), she('anna'), she('lucy'), she('rosa'), he('tom'), he('ben'), he('max'), he('paul')]

const TIMES = ['one morning', 'one evening', 'last summer', 'yesterday']
const LOOKS = ['small', 'big', 'heavy', 'new', 'red', 'blue', 'green', 'golden']
const THINGS = ['ball', 'key', 'book', 'hat', 'ring', 'boat', 'coin', 'lamp']
const SPOTS = ['in the garden', 'by the river', 'near the school', 'under a tree']
const PLACES = ['in a box', 'under the bed', 'behind the door', 'on the roof', 'in the barn', 'on a shelf']

function* pick<T>(options: readonly T[]): Telling<T> {
  return options[yield options.length]!
}

function* others(person: Person): Telling<Person> {
  return yield* pick(PEOPLE.filter((other) => other !== person))
}

export function* tellStory(): Telling {
  yield* yield* pick([tellSearch, tellGift].map((tell) => tell()))
}

/** A thing is found and hidden; a friend who wants it is told where it is and finds it there, or is not and does not. */
function* tellSearch(): Telling {
  yield yield* pick(TIMES)
  const finder = yield* pick(PEOPLE)
  yield `${finder.name} found a`
  const look = yield* pick(LOOKS)
  yield look
  const thing = yield* pick(THINGS)
  yield `${thing} ${yield* pick(SPOTS)} . ${finder.subject} ${yield* pick(['put', 'hid'])} the ${thing}`
  const place = yield* pick(PLACES)
  yield `${place} .`
  const friend = yield* others(finder)
  yield `${friend.name} came and wanted the ${look} ${thing} .`
  const told = yield* pick([
    `look ${place} , said ${finder.name} .`,
    `${finder.name} said : it is ${place} .`,
    `${finder.name} told ${friend.object} to look ${place} .`,
    null,
  ])
  if (told !== null) {
    yield `${told} ${friend.subject} found the ${thing} ${place} and ${yield* pick(['laughed', 'smiled', 'danced', 'sang'])} .`
    return
  }
  const wrong = yield* pick(PLACES.filter((other) => other !== place))
  yield `${finder.name} did not tell ${friend.object} . ${friend.subject} looked ${wrong} and was ${yield* pick(['sad', 'angry'])} .`
}

/** A gift is put somewhere; the giver asks for it, and is told where it is. */
function* tellGift(): Telling {
  yield yield* pick(TIMES)
  const giver = yield* pick(PEOPLE)
  yield `${giver.name} ${yield* pick(['bought', 'made'])} a`
  const look = yield* pick(LOOKS)
  yield look
  const thing = yield* pick(THINGS)
  yield `${thing} for`
  const friend = yield* others(giver)
  yield `${friend.name} . ${friend.subject} thanked ${giver.object} and put the ${thing}`
  const place = yield* pick(PLACES)
  yield `${place} . later ${giver.name} asked : where is the ${look} ${thing} ? ${friend.name} said : it is ${place} .`
  yield `they ${yield* pick(['laughed', 'smiled', 'danced', 'sang'])} .`
}
