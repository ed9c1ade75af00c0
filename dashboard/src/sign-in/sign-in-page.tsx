/** Signs in with a key. Other ways (passwords, identity providers) have their place below the form. */
import {
  Alert,
  Anchor,
  Button,
  Center,
  Container,
  Paper,
  PasswordInput,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { signIn } from "../app/session.ts";

export function SignInPage() {
  const [key, setKey] = useState("");
  const navigate = useNavigate();
  const { to }: { to?: string } = useSearch({ strict: false });
  const signing = useMutation({
    mutationFn: () => signIn({ key: key.trim() }),
    onSuccess: () => navigate({ to: isOwnPath(to) ? to : "/" }),
  });
  useEffect(() => {
    document.title = "Sign in · Purser";
  }, []);
  return (
    <Center mih="100vh" p="md">
      <Container size={420} w="100%" px={0} component="main">
        <Stack gap="lg">
          <div>
            <img src="/icon.svg" alt="" width={40} height={40} />
            <Title order={1} size="h2" mt="xs">
              Sign in to Purser
            </Title>
            <Text c="dimmed" size="sm">
              Operators use their admin key, customers a key of their own.
            </Text>
          </div>
          <Paper withBorder p="lg" radius="md">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                signing.mutate();
              }}
            >
              <Stack>
                <PasswordInput
                  label="Key"
                  description="It is sent once, over this connection, and not kept in the browser."
                  value={key}
                  onChange={(event) => setKey(event.currentTarget.value)}
                  autoComplete="current-password"
                  name="key"
                  required
                  data-autofocus
                />
                {signing.isError ? (
                  <Alert color="gray" role="alert" title="That did not work">
                    {signing.error.message}
                  </Alert>
                ) : null}
                <Button type="submit" loading={signing.isPending}>
                  Sign in
                </Button>
              </Stack>
            </form>
          </Paper>
          <Text size="sm" c="dimmed">
            The admin key was printed once at the first start; it is also what{" "}
            <code>PURSER_ADMIN_KEY</code> says. No key? <code>purser keys create --kind admin</code>{" "}
            makes one.{" "}
            <Anchor underline="always" href="/docs">
              API reference
            </Anchor>
          </Text>
        </Stack>
      </Container>
    </Center>
  );
}

/** Only a path of this server: a link must not lead elsewhere with a sign-in in between. */
function isOwnPath(to: string | undefined): to is string {
  return to !== undefined && /^\/(?![/\\])/.test(to);
}
