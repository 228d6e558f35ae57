export { ApiError, Client, blocksOf, isPage } from "./client.js";
export type { Options } from "./client.js";
export type * from "./types.js";
export type { components, operations, paths } from "./schema.js";
