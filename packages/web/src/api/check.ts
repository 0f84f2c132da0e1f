/**
 * A value from outside, being read. Every step says where it failed, so that a wrong answer is a sentence and not a
 * blank screen.
 */
export class Check {
  readonly value: unknown
  readonly #path: string

  constructor(value: unknown, path = 'answer') {
    this.value = value
    this.#path = path
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null
  }

  at(key: string): Check {
    const { value } = this
    if (typeof value !== 'object' || value === null) return this.#fail('an object')
    const inner: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
    return new Check(inner, `${this.#path}.${key}`)
  }

  items(): readonly Check[] {
    if (!Array.isArray(this.value)) return this.#fail('a list')
    return this.value.map((item, index) => new Check(item, `${this.#path}[${index}]`))
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#fail('a text')
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.#fail('a number')
  }

  optionalText(): string | undefined {
    return this.isAbsent ? undefined : this.text()
  }

  optionalNumber(): number | undefined {
    return this.isAbsent ? undefined : this.number()
  }

  oneOf<const T extends string>(values: readonly T[]): T {
    return values.find((value) => value === this.value) ?? this.#fail(values.join(', '))
  }

  /** A list of numbers of a known length, without an object for each: columns have 100,000 entries. */
  numbers(length: number): readonly number[] {
    const { value } = this
    if (!Array.isArray(value) || value.length !== length) return this.#fail(`a list of ${length}`)
    return value.every((item): item is number => typeof item === 'number') ? value : this.#fail('numbers only')
  }

  texts(length?: number): readonly string[] {
    const { value } = this
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return this.#fail('a list of texts')
    return value.every((item): item is string => typeof item === 'string') ? value : this.#fail('texts only')
  }

  pairs<T>(read: (value: Check) => T): readonly (readonly [string, T])[] {
    return this.items().map((pair) => {
      const [key, value] = pair.items()
      return key === undefined || value === undefined ? pair.#fail('a pair') : ([key.text(), read(value)] as const)
    })
  }

  #fail(wanted: string): never {
    throw new TypeError(`${this.#path} is not ${wanted}`)
  }
}
