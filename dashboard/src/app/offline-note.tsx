/** Says that the network is gone, and is gone itself once it is back. */
import { Alert } from "@mantine/core";
import { useSyncExternalStore } from "react";

export function OfflineNote() {
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine);
  return (
    <div role="status">
      {isOnline ? null : (
        <Alert color="gray" mb="md" py="xs" title="You are offline">
          What is shown may be behind. Nothing is lost, and it catches up by itself once you are
          back.
        </Alert>
      )}
    </div>
  );
}

function watchNetwork(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}
