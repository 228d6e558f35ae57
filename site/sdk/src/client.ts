// A typed client of the delivery API. It needs nothing but `fetch`.
import type {
  AnyBlock,
  Answer,
  FieldOf,
  JsonPath,
  Listed,
  Navigation,
  Page,
  PageList,
  PageOf,
  PageType,
  Problem,
  Query,
  Resolved,
  Variables,
} from "./types.js";

export interface Options {
  /** Where the CMS is: `https://cms.example.gov.uk`. */
  baseUrl: string;
  /** Which site and language, where a call does not say it. Default: those of the host. */
  site?: string;
  locale?: "en" | "cy";
  /** An access token, for what is restricted. Its answers must not be shared. */
  token?: string;
  /** Another `fetch`, such as one that caches. */
  fetch?: typeof fetch;
}

/** A refusal, or a failure of the service. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${status}: ${problem.detail}`);
    this.name = "ApiError";
  }
}

type Words = Record<string, string | number | boolean | undefined>;

export class Client {
  constructor(private readonly options: Options) {}

  /** Any address of the API. Rejects with ApiError unless it answers with 200. */
  async get<P extends JsonPath>(path: P, query?: Query<P>, variables?: Variables<P>): Promise<Answer<P>> {
    const { response, body } = await this.send(path, (query ?? {}) as Words, (variables ?? {}) as Words);
    if (!response.ok) throw new ApiError(response.status, body as Problem);
    return body as Answer<P>;
  }

  /** What is at an address of the website. That there is nothing, or not any more, is an answer too. */
  async resolve(path: string, query: Omit<Query<"/api/v2/resolve/">, "path" | "fields"> = {}): Promise<Resolved> {
    const { response, body } = await this.send("/api/v2/resolve/", { ...this.place(), ...query, path }, {});
    if (response.ok || "kind" in (body as object)) return body as Resolved;
    throw new ApiError(response.status, body as Problem);
  }

  /** Everything around a page: menus, footer, languages, emergency banner. */
  navigation(query: Query<"/api/v2/navigation/"> = {}): Promise<Navigation> {
    return this.get("/api/v2/navigation/", { ...this.place(), ...query });
  }

  /** One page with all its fields. */
  page(id: number, query: Omit<Query<"/api/v2/pages/{pk}/">, "fields"> = {}): Promise<Page> {
    return this.get("/api/v2/pages/{pk}/", query, { pk: id }) as Promise<Page>;
  }

  /** Some pages of one type, with the named fields. */
  async pages<T extends PageType, F extends FieldOf<T> = never>(
    query: PageList<T, F>,
  ): Promise<{ meta: { total_count: number }; items: Listed<T, F>[] }> {
    const { fields, ...rest } = query;
    const words = { ...this.place(), ...rest, ...(fields?.length ? { fields: fields.join(",") } : {}) };
    const found: unknown = await this.get("/api/v2/pages/", words as Query<"/api/v2/pages/">);
    return found as { meta: { total_count: number }; items: Listed<T, F>[] };
  }

  /** All pages of one type, as far as the API goes (10 000), asked for a hundred at a time. */
  async *everyPage<T extends PageType, F extends FieldOf<T> = never>(query: PageList<T, F>): AsyncGenerator<Listed<T, F>> {
    for (let offset = query.offset ?? 0, total = Infinity; offset < Math.min(total, 10_000); offset += 100) {
      const found = await this.pages({ ...query, offset, limit: 100 });
      yield* found.items;
      total = found.meta.total_count;
    }
  }

  search(query: Query<"/api/v2/search/">): Promise<Answer<"/api/v2/search/">> {
    return this.get("/api/v2/search/", { ...this.place(), ...query });
  }

  async suggest(q: string): Promise<string[]> {
    return (await this.get("/api/v2/search/suggest/", { ...this.place(), q })).items;
  }

  private place(): { site?: string; locale?: "en" | "cy" } {
    const { site, locale } = this.options;
    return { ...(site ? { site } : {}), ...(locale ? { locale } : {}) };
  }

  private async send(path: string, query: Words, variables: Words): Promise<{ response: Response; body: unknown }> {
    const filled = path.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(String(variables[name])));
    const url = new URL(filled, this.options.baseUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = this.options.token ? { Authorization: `Bearer ${this.options.token}` } : {};
    const response = await (this.options.fetch ?? fetch)(url, { headers });
    return { response, body: await json(response) };
  }
}

/** The body; for an answer of something between us and the API, a problem that says no more than its status. */
async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const detail = `The answer is no JSON: ${response.statusText}`;
    const { status } = response;
    if (response.ok) throw new ApiError(status, { type: "about:blank", title: "", status, detail, instance: null, message: detail });
    return { type: "about:blank", title: response.statusText, status, detail, instance: null, message: detail };
  }
}

/** Whether a page is of a type; then its own fields are known. */
export function isPage<T extends PageType>(page: Page, type: T): page is PageOf<T> {
  return page.meta.type === type;
}

/** The blocks of one type in a stream. */
export function blocksOf<B extends AnyBlock, T extends B["type"]>(stream: readonly B[], type: T): Extract<B, { type: T }>[] {
  return stream.filter((block): block is Extract<B, { type: T }> => block.type === type);
}
