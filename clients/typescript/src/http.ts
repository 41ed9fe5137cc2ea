// One request at a time, as every operation makes it: with a good token, once more when the token was not taken, and with
// every failure as an `ApiError` that has a stable code.

import type { FieldProblem, Problem, ProblemCode, QuotaReached, TokenError } from './generated/types.js';

/** Codes of failures that no server told: it was not reached, or what answered was not ours. */
export type LocalCode = 'offline';

export class ApiError extends Error {
  /** 0 when the server was not reached. */
  readonly status: number;
  readonly code: ProblemCode | LocalCode | (string & {});
  readonly errors: FieldProblem[];
  readonly quota: QuotaReached | null;

  constructor(problem: Partial<Omit<Problem, 'code'>> & { status: number; code: string }) {
    super(problem.detail || problem.title || problem.code);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.quota = problem.quota ?? null;
  }

  /** What is wrong with a field. */
  field(name: string): string | undefined {
    return this.errors.find((e) => e.field === name)?.message;
  }
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** It is sent though the page goes. */
  keepalive?: boolean;
  /** In place of the person's token: the operator's key. */
  token?: string;
}

type Scalar = string | number | boolean | null | undefined;

/** A request, as an operation describes it. */
export interface Call {
  method: string;
  path: string;
  /** Needs no token. */
  open?: boolean;
  body?: unknown;
  form?: object;
  raw?: Blob;
  query?: Record<string, Scalar>;
}

export interface HttpDeps {
  /** What stands before `/api/v1`; empty in a page of the server itself. */
  baseUrl: string;
  /** As `Auth.token`. */
  token(refused?: string): Promise<string | null>;
  fetch?: typeof fetch;
}

export class Http {
  constructor(private deps: HttpDeps) {}

  /** What an operation answers as JSON. */
  async json<T>(call: Call, options?: CallOptions): Promise<T> {
    return (await (await this.answered(call, options)).json()) as T;
  }

  async nothing(call: Call, options?: CallOptions): Promise<void> {
    await this.answered(call, options);
  }

  async blob(call: Call, options?: CallOptions): Promise<Blob> {
    return (await this.answered(call, options)).blob();
  }

  /** The answer, when it is a good one. */
  async answered(call: Call, options: CallOptions = {}): Promise<Response> {
    const anonymous = call.open === true || options.token !== undefined;
    let token = anonymous ? (options.token ?? null) : await this.deps.token();
    if (!anonymous && token === null) throw new ApiError({ status: 401, code: 'unauthenticated' });
    let response = await this.send(call, options, token);
    if (response.status === 401 && !anonymous) {
      // Once more with a fresh token, unless the 401 is about something else (a wrong password).
      const problem = await problemOf(response.clone());
      if (problem.code === 'unauthenticated') {
        token = await this.deps.token(token ?? undefined);
        if (token === null) throw problem;
        response = await this.send(call, options, token);
      }
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  private async send(call: Call, options: CallOptions, token: string | null): Promise<Response> {
    const headers: Record<string, string> = {};
    const init: RequestInit = { method: call.method, headers };
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (call.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(call.body);
    } else if (call.form) {
      init.body = new URLSearchParams(said(call.form as Record<string, Scalar>));
    } else if (call.raw) {
      init.body = call.raw;
    }
    if (options.signal) init.signal = options.signal;
    if (options.keepalive) init.keepalive = true;
    const query = new URLSearchParams(said(call.query ?? {})).toString();
    try {
      return await (this.deps.fetch ?? fetch)(this.deps.baseUrl + call.path + (query && `?${query}`), init);
    } catch (e) {
      if (options.signal?.aborted) throw e;
      throw new ApiError({ status: 0, code: 'offline' });
    }
  }
}

/** Parameters that were given. */
function said(parameters: Record<string, Scalar>): Record<string, string> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** What an answer that is no good one says. */
async function problemOf(response: Response): Promise<ApiError> {
  let body: Partial<Problem> & Partial<TokenError> = {};
  try {
    body = (await response.json()) as typeof body;
  } catch {
    // Not ours: a proxy's page.
  }
  const { status } = response;
  let code: string = body.code ?? (status >= 500 ? 'unavailable' : 'malformed');
  if (body.error !== undefined) {
    // The token endpoint speaks as RFC 6749 has it.
    if (status === 429) code = 'rate_limited';
    else if (status < 500) code = body.error === 'invalid_grant' ? 'invalid_credentials' : body.error;
  }
  const detail = body.detail ?? body.error_description;
  return new ApiError({ ...body, status, code, ...(detail === undefined ? {} : { detail }) });
}
