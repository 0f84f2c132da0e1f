/** The shop's handbook and its orders: what the agent's retriever and tools look into. */
export interface Page {
  readonly page_content: string
  readonly metadata: { readonly doc_uri: string; readonly score: number }
}

const pages: readonly { readonly uri: string; readonly words: readonly string[]; readonly text: string }[] = [
  {
    uri: 'handbook/delivery.md#change',
    words: ['address', 'delivery', 'change'],
    text: 'An address can be changed until the parcel is handed to the carrier. After that the carrier’s own page takes the request.',
  },
  {
    uri: 'handbook/delivery.md#times',
    words: ['delivery', 'order', 'late'],
    text: 'Parcels take two to four working days. Bicycles travel by freight and take a week.',
  },
  {
    uri: 'handbook/returns.md#helmets',
    words: ['return', 'helmet', 'refund'],
    text: 'Helmets are taken back within 30 days if unworn: a helmet that has been in a fall must not be sold again.',
  },
  {
    uri: 'handbook/returns.md#refunds',
    words: ['refund', 'return', 'money'],
    text: 'Refunds go to the means of payment of the order. Cards that have expired are refused by the bank; offer a voucher.',
  },
  {
    uri: 'catalogue/kestrel.md',
    words: ['kestrel', 'compare', 'commuting'],
    text: 'Kestrel: 8.9 kg, carbon fork, 28 mm tyres, no mudguard mounts, 1 480 €.',
  },
  {
    uri: 'catalogue/heron.md',
    words: ['heron', 'compare', 'commuting'],
    text: 'Heron: 12.4 kg, steel, 42 mm tyres, rack and mudguards, hub dynamo, 1 190 €.',
  },
]

/** The pages that share most words with the question, best first. */
export function searchHandbook(question: string, limit: number): Page[] {
  const asked = new Set(question.toLowerCase().match(/\p{L}+/gu))
  return pages
    .map((page) => ({ page, score: page.words.filter((word) => asked.has(word)).length / page.words.length }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, limit)
    .map(({ page, score }) => ({
      page_content: page.text,
      metadata: { doc_uri: page.uri, score: Math.round(score * 100) / 100 },
    }))
}

export interface Order {
  readonly number: string
  readonly items: readonly string[]
  readonly status: 'packed' | 'with the carrier' | 'delivered'
  readonly paid_with: string
}

const orders: readonly Order[] = [
  { number: '4417', items: ['Heron, 54 cm'], status: 'with the carrier', paid_with: 'transfer' },
  { number: '4090', items: ['Helmet, size M'], status: 'delivered', paid_with: 'card, expired 09/25' },
]

export function findOrder(number: string): Order {
  const order = orders.find((candidate) => candidate.number === number)
  if (order === undefined) throw new RangeError(`There is no order ${number}.`)
  return order
}

export class PaymentRefused extends Error {
  override readonly name = 'PaymentRefused'
}

export function refundOrder(number: string): { refunded: string } {
  const { paid_with: means } = findOrder(number)
  if (means.includes('expired')) throw new PaymentRefused(`The bank refused a refund to this ${means.split(',')[0]}.`)
  return { refunded: number }
}

/** How well a model suits a purpose, from 0 to 10. */
export function rateModel(model: string, purpose: string): { model: string; purpose: string; rating: number } {
  const ratings = new Map([
    ['kestrel commuting', 5],
    ['heron commuting', 9],
  ])
  return { model, purpose, rating: ratings.get(`${model} ${purpose}`.toLowerCase()) ?? 0 }
}
