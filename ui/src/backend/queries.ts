// Backend data that is fetched rather than pushed, cached by command and request.

import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { Commands } from "./bindings";
import { call } from "./call";
import { onNotice } from "./events";

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: Infinity } },
});

/** The answer of a command, kept until something says that it changed. */
export function useCommand<C extends keyof Commands>(
  command: C,
  request: Commands[C][0],
  options: { enabled?: boolean; keep?: boolean; fresh?: boolean } = {},
): UseQueryResult<Commands[C][1]> {
  return useQuery<Commands[C][1]>({
    queryKey: [command, request],
    queryFn: () => call(command, request),
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.fresh ? { gcTime: 0, staleTime: 0 } : {}),
  });
}

/** Asks again for a command's answers wherever they are shown; `part` narrows to requests that contain it. */
export function refresh<C extends keyof Commands>(command: C, part?: Partial<Commands[C][0]>): void {
  const filter = { queryKey: part === undefined ? [command] : [command, part] };
  // An answer that is on its way may be older than what was just learnt; as the first one it would count as fresh.
  void queryClient.cancelQueries(filter).then(() => queryClient.invalidateQueries(filter));
}

export function keepQueriesFresh(): () => void {
  const stops = [
    onNotice("executionsChanged", () => {
      refresh("list_executions");
      refresh("list_sessions");
      // How many were cut off is part of it.
      refresh("app_info");
    }),
    onNotice("pendingTasksChanged", ({ tasks }) => {
      queryClient.setQueryData(["pending_tasks", {}], { tasks });
      refresh("list_executions");
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
