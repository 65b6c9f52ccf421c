/** The parts that are used of npm's own clients, which bring no types. */
declare module 'make-fetch-happen' {
  export default function fetch(
    url: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly statusText: string; readonly body: AsyncIterable<Buffer> }>;
}

declare module 'npm-registry-fetch' {
  export function getAuth(
    url: string,
    options: Readonly<Record<string, unknown>>,
  ): {
    readonly token: string | null;
    readonly auth: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  };
}
