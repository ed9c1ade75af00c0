/** What the buckets and meters that usage is counted in are called on a page. */

const WORDS: Readonly<Record<string, string>> = {
  input: "Input tokens",
  cache_read: "Input read from cache",
  cache_write_5m: "Input written to cache, 5 minutes",
  cache_write_1h: "Input written to cache, 1 hour",
  output: "Output tokens",
  reasoning: "Reasoning tokens",
  input_audio: "Audio in",
  cache_read_audio: "Audio read from cache",
  output_audio: "Audio out",
  input_image: "Images in, as tokens",
  cache_read_image: "Images read from cache, as tokens",
  output_image: "Images out, as tokens",
  input_video: "Video in, as tokens",
  tool_input: "Tokens of tools",
  requests: "Requests",
  web_searches: "Web searches",
  file_searches: "File searches",
  code_sessions: "Code sessions",
  images: "Images",
  characters: "Characters",
  seconds: "Seconds",
  pages: "Pages",
  annotated_pages: "Annotated pages",
  credits: "Credits",
  calls: "Calls",
  tokens: "Tokens",
  input_tokens: "Input tokens",
  output_tokens: "Output tokens",
  cost: "Cost",
};

export function bucketWords(name: string): string {
  const words = WORDS[name] ?? name.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
