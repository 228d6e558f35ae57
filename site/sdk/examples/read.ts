// What a website does for one address: one call for the page, one for everything around it.
import { Client, blocksOf, isPage, type Page } from "@cms/sdk";

export async function read(baseUrl: string, path: string) {
  const cms = new Client({ baseUrl });
  const found = await cms.resolve(path);
  if (found.kind === "redirect") return { status: found.status, location: found.location };
  if (found.kind === "gone") return { status: 410 };
  if (found.kind === "not_found") return { status: 404, suggestions: found.suggestions.map((page) => page.title) };
  const { menus, footer, locales } = await cms.navigation({ current: path });
  return { status: 200, ...head(found.page), ...main(found.page), menu: menus.main, footer, locales };
}

function head(page: Page) {
  return {
    title: page.title,
    language: page.meta.locale,
    canonical: page.canonical_url,
    breadcrumbs: page.breadcrumbs.map(({ title, url }) => ({ title, url })),
    translations: page.translations,
  };
}

function main(page: Page) {
  if (isPage(page, "pages.NewsArticlePage")) {
    const picture = page.lead_image;
    return {
      kind: page.news_type,
      hero: picture && { alt: picture.alt, sets: picture.renditions.map(({ type, srcset }) => ({ type, srcset })) },
      headings: blocksOf(page.body, "heading").map((block) => block.value.text),
      links: blocksOf(page.body, "links").flatMap((block) => block.value.links.map(({ url, text }) => ({ url, text }))),
    };
  }
  if (isPage(page, "pages.EventPage")) return { begins: page.starts_at, where: page.venue_name };
  return {};
}

export async function news(baseUrl: string) {
  const cms = new Client({ baseUrl, locale: "en" });
  const titles: string[] = [];
  const type = "pages.NewsArticlePage";
  for await (const page of cms.everyPage({ type, fields: ["summary", "news_type"], order: "-first_published_at" })) {
    titles.push(`${page.news_type}: ${page.title}`);
  }
  return titles;
}

export async function search(baseUrl: string, q: string) {
  const cms = new Client({ baseUrl });
  const found = await cms.search({ q, facets: "type" });
  return { total: found.meta.total_count, titles: found.items.map(({ title }) => title), suggestions: await cms.suggest(q) };
}
