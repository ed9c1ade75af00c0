/** Does something to a subscription, refreshes what it changed, and says what came of it. */
import { useMutation } from "@tanstack/react-query";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";

export function useSubscriptionAction<Wish, Result>(
  act: (userId: string, wish: Wish) => Promise<Result>,
  onDone: (result: Result) => void,
) {
  const { userId } = useSubject();
  return useMutation({
    mutationFn: (wish: Wish) => act(userId, wish),
    onSuccess: async (result) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["customer", userId] }),
        queries.invalidateQueries({ queryKey: ["operator"] }),
      ]);
      onDone(result);
    },
  });
}
