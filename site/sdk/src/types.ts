// Short names for what is generated in schema.d.ts.
import type { components, operations, paths } from "./schema.js";

export type Schemas = components["schemas"];
/** A page of any of the CMS's types. Wagtail's own plain pages, which only a new installation has, are left out. */
export type Page = Exclude<Schemas["Page"], Schemas["PlainPage"]>;
export type PageType = Page["meta"]["type"];
export type PageOf<T extends PageType> = Extract<Page, { meta: { type: T } }>;
export type Problem = Schemas["Problem"];
export type Navigation = Schemas["Navigation"];

type Get<P extends keyof paths> = paths[P] extends { get: infer G } ? G : never;
type Json<R> = R extends { content: { "application/json": infer A } } ? A : never;
type Refused<R> = R extends { content: { "application/problem+json": infer A } } ? A : never;

/** What a GET of an address answers when all is well. */
export type Answer<P extends keyof paths> = Get<P> extends { responses: { 200: infer R } } ? Json<R> : never;
/** The query parameters of an address. */
export type Query<P extends keyof paths> = Get<P> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
/** The variable parts of an address. */
export type Variables<P extends keyof paths> = Get<P> extends { parameters: { path: infer V extends object } } ? V : undefined;
/** Addresses that answer with JSON. */
export type JsonPath = { [P in keyof paths]: [Answer<P>] extends [never] ? never : P }[keyof paths];

type ResolveResponses = operations["resolve"]["responses"];

/** What is at an address of the website: a page with all its fields, another address, or nothing. */
export type Resolved =
  | { kind: "page"; page: Page }
  | Extract<Json<ResolveResponses[200]>, { kind: "redirect" }>
  | Refused<ResolveResponses[404]>
  | Refused<ResolveResponses[410]>;

type Named<T extends PageType> = Exclude<keyof PageOf<T> & string, "id" | "meta" | "title">;

/** Which pages, of one type, and which of their fields. */
export type PageList<T extends PageType, F extends Named<T>> = Omit<Query<"/api/v2/pages/">, "type" | "fields"> & {
  type: T;
  fields?: readonly F[];
};
/** An entry of such a list. */
export type Listed<T extends PageType, F extends Named<T> = never> = Omit<Schemas["PageSummary"], "meta"> & {
  meta: Omit<Schemas["PageSummary"]["meta"], "type"> & { type: T };
} & Pick<PageOf<T>, F>;
export type FieldOf<T extends PageType> = Named<T>;

/** A block of a stream, such as `Block<"image">`. */
export type AnyBlock = Schemas["BodyStream" | "LandingStream" | "ProseStream" | "ChannelStream"][number];
export type Block<T extends AnyBlock["type"]> = Extract<AnyBlock, { type: T }>;
