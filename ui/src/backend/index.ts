export type * from "./bindings";
export { BackendError, call, explain } from "./call";
export { onNotice, startListening, useConnection } from "./events";
export { keepSettings } from "./kept";
export { keepQueriesFresh, queryClient, refresh, useCommand } from "./queries";
