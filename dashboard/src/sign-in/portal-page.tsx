/** Signs a customer in by the link that their application opened. */
import { Alert, Center, Container, Loader, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { signIn } from "../app/session.ts";

export function PortalPage() {
  const navigate = useNavigate();
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const token = location.hash.slice(1);
    // Used once, and out of the address and the history at once.
    history.replaceState(null, "", location.pathname);
    if (token === "") {
      setFault("This link is not whole. Open it from the application again.");
      return;
    }
    signIn({ portal_token: token }).then(
      (session) => {
        keepWayBack(session.return_url);
        return navigate({ to: "/" });
      },
      (cause: unknown) => setFault(cause instanceof Error ? cause.message : String(cause)),
    );
  }, [navigate]);
  return (
    <Center mih="100vh" p="md">
      <Container size={420} component="main">
        {fault === null ? (
          <Stack align="center">
            <Loader />
            <Text>Signing you in</Text>
          </Stack>
        ) : (
          <Alert color="gray" role="alert" title="This link does not sign you in">
            {fault}
          </Alert>
        )}
      </Container>
    </Center>
  );
}

const WAY_BACK = "purser-way-back";

/** Where the application that opened these pages wants people back; null where it said nothing. */
export function wayBack(): string | null {
  try {
    return sessionStorage.getItem(WAY_BACK);
  } catch {
    return null;
  }
}

function keepWayBack(url: string | undefined): void {
  try {
    if (url === undefined) sessionStorage.removeItem(WAY_BACK);
    else sessionStorage.setItem(WAY_BACK, url);
  } catch {
    // Storage may be switched off; there is then no link back.
  }
}
