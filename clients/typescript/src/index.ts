// The client of a Talker server.

export * from './generated/types.js';
export * from './generated/frames.js';
export { Operations } from './generated/operations.js';
export { Auth, AuthRefused, exclusive, storageLease, type AuthDeps, type TokenAnswer, type Tokens } from './auth.js';
export { ChatCache, type CacheLimits, type CacheStore } from './cache.js';
export { TalkerClient, type ClientDeps } from './client.js';
export { Connection, type ConnectionDeps, type SocketLike } from './connection.js';
export { isFinal } from './hearing.js';
export { ApiError, Http, type Call, type CallOptions, type HttpDeps, type LocalCode } from './http.js';
export { randomId } from './ids.js';
export type { Link, Notice, Outgoing } from './notices.js';
export { MemoryStore, webStorage, type KeyValueStore } from './storage.js';
export { timing } from './timing.js';
export { ChatTree } from './tree.js';
