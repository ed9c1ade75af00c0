/** The frame of a page: its name, what can be done on it, and its parts as cards. */
import { Group, Paper, type PaperProps, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useId } from "react";

export function Page({
  title,
  subtitle,
  actions,
  children,
}: {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Purser`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {subtitle === undefined ? null : (
            <Text c="dimmed" size="sm" component="div">
              {subtitle}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

export function Card({
  title,
  aside,
  children,
  ...paper
}: {
  readonly title?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
} & PaperProps) {
  const id = useId();
  return (
    <Paper
      withBorder
      radius="md"
      p="md"
      component="section"
      {...(title === undefined ? {} : { "aria-labelledby": id })}
      {...paper}
    >
      {title === undefined ? null : (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} size="h5" id={id}>
            {title}
          </Title>
          {aside}
        </Group>
      )}
      {children}
    </Paper>
  );
}
